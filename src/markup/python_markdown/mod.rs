//! Python-Markdown, Pelican's reader, with the extensions that Pelican gives it: its blocks written as `CommonMark` has them.
//!
//! In: the text of a post. Out: Markdown that the passes behind read as Python-Markdown reads the text: a list that no
//! blank line parts from a paragraph is text of it, four blanks are what belongs to an item, `#` makes a heading
//! without a blank behind it, an element of HTML goes up to its end tag. Code and HTML are held back.
//!
//! - `normal`: tabs and blank lines; `fence`: code between fences; `html`: elements of HTML
//! - `line`: what a line can begin with
//! - `node`: the tree of blocks; `block`: lines -> nodes; `list`, `table`, `note`: of these
//! - `inline`: what is escaped within lines; `emphasis`: what is strong; `formula`: what is none of Markdown's business
//! - `write`: nodes -> Markdown
//! - `summary`: how much of a post is its summary

mod block;
mod emphasis;
mod fence;
mod formula;
mod html;
mod inline;
mod line;
mod list;
mod node;
mod normal;
mod note;
mod summary;
mod table;
mod write;

pub(super) use summary::opening;

use super::template::Held;
use crate::generator::Generator;

/// Writes the blocks of a text as `CommonMark` has them; the `generator` says whether there are formulas in it.
pub(super) fn to_common_mark(text: &str, generator: &Generator, held: &mut Held) -> String {
    let text = normal::normalized(text);
    let text = fence::taken_out(&text, held);
    let text = html::taken_out(&text, held);
    let lines: Vec<&str> = text.split('\n').collect();
    write::Writer::new(generator.has_plugin("render_math"), held).write(&block::read(&lines))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    use crate::config::Dialect;
    use crate::markup::testing::Surroundings;
    use crate::post::Markup;

    fn html(text: &str) -> String {
        Surroundings::of(Dialect::Pelican).render(text, Markup::Markdown).html.trim().to_owned()
    }

    /// On one line, with items that are as tight as can be, and headings without ids.
    fn plain(text: &str) -> String {
        let html = html(text).replace('\n', " ");
        let mut parts = html.split(" id=\"");
        let first = parts.next().unwrap_or_default().to_owned();
        let plain = parts.fold(first, |plain, part| plain + part.split_once('"').map_or("", |(_, rest)| rest));
        let looser =
            [("> <", "><"), ("<li><p>", "<li>"), ("</p></li>", "</li>"), (" </code>", "</code>"), ("</p><ul>", "<ul>")];
        looser.iter().fold(plain, |plain, (from, to)| plain.replace(from, to))
    }

    #[test]
    fn a_list_begins_behind_a_blank_line() {
        let cases = [
            ("Text\n- a\n- b\n", "<p>Text - a - b</p>"),
            ("Text\n1. a\n", "<p>Text 1. a</p>"),
            ("- a\n- b\n", "<ul><li>a</li><li>b</li></ul>"),
            ("1) a\n2) b\n", "<p>1) a 2) b</p>"),
            ("3. a\n\n4. b\n", "<ol><li>a</li><li>b</li></ol>"),
            ("* a\n1. b\n", "<ul><li>a</li><li>b</li></ul>"),
            ("-a\n", "<p>-a</p>"),
            ("1. a\n\n    :::python\n    b\n", "<ol><li>a</p><p>:::python b</li></ol>"),
            ("Text\n\n:) smile\n", "<p>Text</p><p>:) smile</p>"),
        ];
        for (text, expected) in cases {
            assert_eq!(plain(text), expected, "{text}");
        }
    }

    #[test]
    fn four_blanks_belong_to_an_item() {
        let cases = [
            ("* a\n\n    b\n\n        c\n", "<ul><li>a</p><p>b</p><pre><code>c</code></pre></li></ul>"),
            ("* a\n    * b\n        * c\n* d\n", "<ul><li>a<ul><li>b<ul><li>c</li></ul></li></ul></li><li>d</li></ul>"),
            ("* a\n  * b\n", "<ul><li>a</li><li>b</li></ul>"),
            ("* a\n\n  b\n", "<ul><li>a</li></ul><p>b</p>"),
            ("* a\nb\n", "<ul><li>a b</li></ul>"),
        ];
        for (text, expected) in cases {
            assert_eq!(plain(text), expected, "{text}");
        }
    }

    #[test]
    fn headings_rules_and_quotations_end_paragraphs() {
        let cases = [
            ("##One\n#Two #\nthree\n", "<h2>One</h2><h1>Two</h1><p>three</p>"),
            ("a\n# b\n", "<p>a</p><h1>b</h1>"),
            ("a\n---\nb\n", "<h2>a</h2><p>b</p>"),
            ("a\nb\n---\n", "<p>a b</p><hr>"),
            ("a\n> b\nc\n", "<p>a</p><blockquote><p>b c</p></blockquote>"),
            ("> a\n\n> b\n", "<blockquote><p>a</p><p>b</p></blockquote>"),
            ("C\\#\n===\n", "<h1>C#</h1>"),
        ];
        for (text, expected) in cases {
            assert_eq!(plain(text), expected, "{text}");
        }
    }

    #[test]
    fn code_and_html_are_what_they_are() {
        let cases = [
            ("a\n```py\n*b*\n\n    c\n```\nd\n", "<p>a</p><pre><code>*b*      c</code></pre><p>d</p>"),
            ("```py title=x\na\n```\n", "<p><code>py title=x a</code></p>"),
            ("    :::python\n    a = 1\n", "<pre><code>a = 1</code></pre>"),
            ("    #!/bin/sh\n    a\n", "<pre><code>#!/bin/sh a</code></pre>"),
            ("    #!sh\n    a\n\n    b\n", "<pre><code>a  b</code></pre>"),
            ("<div>\n*a*\n\n*b*\n</div>\n*c*\n", "<div> *a*  *b* </div><p><em>c</em></p>"),
            ("a\n<div>b</div>\n", "<p>a</p><div>b</div>"),
            ("<div markdown=\"1\">\n*a*\n</div>\n", "<div><p><em>a</em></p></div>"),
            ("a <b>*b*</b>\n", "<p>a <b><em>b</em></b></p>"),
        ];
        for (text, expected) in cases {
            assert_eq!(plain(text), expected, "{text}");
        }
    }

    #[test]
    fn tables_definitions_and_notes_are_read() {
        let table = plain("a | b\n--|--\n`x|y` | 2\n");
        assert!(table.contains("<td><code>x|y</code></td><td>2</td>"), "{table}");
        assert_eq!(plain("a | b\n--|--|--\n"), "<p>a | b --|--|--</p>");
        assert_eq!(plain("Word\n:   What\n"), "<dl><dt>Word</dt><dd>What</dd></dl>");
        let noted = plain("a[^1]\n\n[^1]: One\ntwo\n\n    three\n\nfour\n");
        assert!(noted.starts_with("<p>a<sup") && noted.contains("One two") && noted.contains("four"), "{noted}");
        assert!(noted.find("four") < noted.find("three"), "{noted}");
        assert_eq!(plain("[a][1]\n[1]: <http://b.org>\n  'c'\n"), "<p><a href=\"http://b.org/\" title=\"c\">a</a></p>");
    }

    #[test]
    fn backslashes_are_before_few_signs() {
        for (text, expected) in [
            ("a \\\nb\n", "<p>a \\ b</p>"),
            ("\\~ \\* `\\~`\n", "<p>\\~ * <code>\\~</code></p>"),
            ("**「a」**b\n", "<p><strong>「a」</strong>b</p>"),
            ("a * b* c\n", "<p>a * b* c</p>"),
            ("**a****b**\n", "<p><strong>a</strong><strong>b</strong></p>"),
        ] {
            assert_eq!(plain(text), expected, "{text}");
        }
    }

    #[test]
    fn a_blank_may_part_a_link_from_its_name() {
        let is = |text: &str, expected: &str| {
            let text = format!("{text}\n\n[1]: /x\n[Two  words]: /y\n");
            assert_eq!(plain(&text), format!("<p>{expected}</p>"), "{text}");
        };
        let to = |path: &str, text: &str| format!("<a href=\"https://example.org/{path}\">{text}</a>");
        is("[a] [1] b", &format!("{} b", to("x", "a")));
        is("[a]\n[two words]", &to("y", "a"));
        is("[a]  [1]", &format!("[a]  {}", to("x", "1")));
        is("[a] [b]", "[a] [b]");
        is("[a][1] [1]", &(to("x", "a") + &to("x", "1")));
        is("`[a] [1]` \\[b] [1]", &format!("<code>[a] [1]</code> [b] {}", to("x", "1")));
    }

    #[test]
    fn formulas_are_left_alone_where_a_plug_in_sets_them() {
        let settings = crate::value::read::yaml("PLUGINS: [pelican.plugins.render_math]").expect("settings");
        let generator = Generator::new(Dialect::Pelican, "", settings, crate::generator::Texts::new());
        let around = Surroundings { generator, ..Surroundings::of(Dialect::Pelican) };
        let html = around.render("a $R^*_1 = R^*_2$ b\n\n$$\nx \\\\ *y*\n$$\n", Markup::Markdown).html;
        assert_eq!(html.trim(), "<p>a \\(R^*_1 = R^*_2\\) b</p>\n<div>$$\nx \\\\ *y*\n$$</div>");
        assert!(plain("$R^*_1 = R^*_2$").contains("<em>"));
    }

    proptest! {
        #[test]
        fn any_text_is_read(text in "([-*+>#=`~:|<>/\\[\\]^()!a-z1. \t\n\\\\]|    |\n\n|<div>|</div>|```\n|\\[\\^1\\]: ){0,80}") {
            let _ = to_common_mark(&text, &Generator::silent(Dialect::Pelican), &mut Held::default());
        }

        #[test]
        fn words_stay(words in proptest::collection::vec("[-*>#:|]{0,2}[a-z]{2,6}", 1..12), gaps in "[ \n]{12}") {
            let text: String = words.iter().zip(gaps.chars()).flat_map(|(word, gap)| [word.clone(), gap.to_string()]).collect();
            let shown = html(&text);
            for word in words {
                let letters: String = word.chars().filter(char::is_ascii_alphabetic).collect();
                prop_assert!(shown.contains(&letters), "{text:?}: {shown}");
            }
        }
    }

    #[test]
    fn short_rows_are_written_as_short() {
        assert!(plain("a | b\n--|--\nc\n").ends_with("<td>c</td><td></td></tr></tbody></table>"));
        let text = format!("{}\n{}\n{}", "|a".repeat(1_000), "|-".repeat(1_000), "|\n".repeat(20_000));
        assert!(
            to_common_mark(&text, &Generator::silent(Dialect::Pelican), &mut Held::default()).len() < 4 * text.len()
        );
    }

    #[test]
    fn hostile_texts_take_no_longer_than_they_are_long() {
        for piece in [
            "#a\n",
            "> ",
            "* ",
            "<div>",
            "[^1]: ",
            "```\n",
            "a\n: b\n",
            "    ",
            "[a]: b\n",
            "***\n[a]\n",
            "|",
            "*",
            "`a",
        ] {
            let text = piece.repeat(200_000 / piece.len());
            let began = std::time::Instant::now();
            let _ = to_common_mark(&text, &Generator::silent(Dialect::Pelican), &mut Held::default());
            assert!(began.elapsed() < std::time::Duration::from_secs(20), "{piece}");
        }
    }
}
