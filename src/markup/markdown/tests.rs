//! Markdown of each dialect as HTML.

use super::*;
use crate::markup::kramdown::take_out;

fn html_of(text: &str, dialect: Dialect) -> String {
    html_in(text, &dialect.into())
}

fn html_in(text: &str, flavor: &Flavor) -> String {
    let html = to_html(&take_out(text, flavor), &Lines::of(text, 1), "https://example.org/a/", flavor);
    without_lines(&html)
}

fn jekyll(text: &str) -> String {
    html_of(text, Dialect::Jekyll)
}

#[test]
fn attribute_lists_behind_spans() {
    for (text, html) in [
        ("![a](b){:.c #d}", "<p><img id=\"d\" class=\"c\" src=\"b\" alt=\"a\"></p>\n"),
        ("![a](b){:.c}{:.d} e", "<p><img class=\"c d\" src=\"b\" alt=\"a\"> e</p>\n"),
        ("[a](b){:title=\"t\"}", "<p><a title=\"t\" href=\"b\">a</a></p>\n"),
        (
            "[a](b){:target=\"_blank\"} [c](d){:target=\"_blank\"}",
            "<p><a target=\"_blank\" href=\"b\">a</a> <a target=\"_blank\" href=\"d\">c</a></p>\n",
        ),
        ("*a*{:.b} _c_{:.d}", "<p><em class=\"b\">a</em> <em class=\"d\">c</em></p>\n"),
        ("**a**{:.b}", "<p><strong class=\"b\">a</strong></p>\n"),
        ("`a`{:.b}", "<p><code class=\"b\">a</code></p>\n"),
        ("<img src=\"a\">{:.b}", "<p><img class=\"b\" src=\"a\"></p>\n"),
        ("word{:.a} end", "<p>word end</p>\n"),
        ("{:n: .c key=\"v\"}\n\n![a](b){:n .d}", "<p><img class=\"c d\" key=\"v\" src=\"b\" alt=\"a\"></p>\n"),
        ("a {::comment}b *c{:/comment} d", "<p>a  d</p>\n"),
        ("a {::nomarkdown}<b>*c*</b>{:/} d", "<p>a <b>*c*</b> d</p>\n"),
        ("use {:?} and {:x}", "<p>use {:?} and {:x}</p>\n"),
        ("![a](x.png){:width=50%}", "<p><img width=\"50%\" src=\"x.png\" alt=\"a\"></p>\n"),
        ("[a](/b){:target=_blank} c", "<p><a target=\"_blank\" href=\"/b\">a</a> c</p>\n"),
        ("[a](b){: class=btn}{:.c x=!}", "<p><a class=\"btn c\" x=\"!\" href=\"b\">a</a></p>\n"),
        ("[a](b){: \"foo\"} c", "<p><a href=\"b\">a</a> c</p>\n"),
        (
            "[a](b){:.mt-5 style=\"x\" onclick=y}",
            "<p><a class=\"mt-5\" style=\"x\" onclick=\"y\" href=\"b\">a</a></p>\n",
        ),
        ("returns {:ok, value} or (x) {:error, y}", "<p>returns {:ok, value} or (x) {:error, y}</p>\n"),
        (
            "<code>{:.x} *b*</code> <kbd>{:.y}</kbd> *c*{:.z}",
            "<p><code>{:.x} *b*</code> <kbd>{:.y}</kbd> <em class=\"z\">c</em></p>\n",
        ),
        ("![<code>](a){:.b} *c*{:.d}", "<p><img class=\"b\" src=\"a\"> <em class=\"d\">c</em></p>\n"),
        ("<samp>{:.x}\n\n*c*{:.z}", "<p><samp>{:.x}</p>\n<p><em class=\"z\">c</em></p>\n"),
        ("`{:.a}` and \\{:.a}", "<p><code>{:.a}</code> and {:.a}</p>\n"),
    ] {
        assert_eq!(jekyll(text), html, "{text}");
    }
}

#[test]
fn attribute_lists_of_blocks() {
    for (text, html) in [
        ("a\n{:.b}\n\nc", "<p class=\"b\">a</p>\n<p>c</p>\n"),
        ("a\n\n{:.b}\nc", "<p>a</p>\n<p class=\"b\">c</p>\n"),
        ("{:.b}\na", "<p class=\"b\">a</p>\n"),
        ("a\n{:.b}\n{:#c}\n", "<p id=\"c\" class=\"b\">a</p>\n"),
        ("# a\n{:.b}", "<h1 id=\"a\" class=\"b\">a</h1>\n"),
        ("# a {:.b #c}", "<h1 id=\"c\" class=\"b\">a</h1>\n"),
        ("# a {#c}", "<h1 id=\"c\">a</h1>\n"),
        ("- a\n- b\n{:.c}", "<ul class=\"c\"><li>a</li>\n<li>b</li>\n</ul>\n"),
        ("- {:.c} a\n- b", "<ul><li class=\"c\"> a</li>\n<li>b</li>\n</ul>\n"),
        ("> a\n{:.b}", "<blockquote class=\"b\"><p>a</p>\n</blockquote>\n"),
        ("> a\n> {:.b}", "<blockquote><p class=\"b\">a</p>\n</blockquote>\n"),
        ("```ruby\nx\n```\n{:.b}", "<pre class=\"b\"><code class=\"language-ruby\">x\n</code></pre>\n"),
        (
            "|a|\n|-|\n|b|\n{:.c}",
            "<table class=\"c\"><thead><tr><th>a</th></tr></thead><tbody>\n<tr><td>b</td></tr>\n</tbody></table>\n",
        ),
        ("***\n{:.a}", "<hr class=\"a\">\n"),
        ("a\n{: .x data=1}", "<p class=\"x\" data=\"1\">a</p>\n"),
        ("a\n\n{: ?!}\nb", "<p>a</p>\n<p>b</p>\n"),
        ("- {:.c data=1} a", "<ul><li class=\"c\" data=\"1\"> a</li>\n</ul>\n"),
        ("a:\n\n{:ok, value}\n", "<p>a:</p>\n<p>{:ok, value}</p>\n"),
        ("{::options toc_levels=\"2\" /}\n\na", "<p>a</p>\n"),
        ("{::comment}\nnot *this*\n\nnor this\n{:/comment}\n\na", "<p>a</p>\n"),
        ("<div>\nx\n</div>\n{:.c}\n\na", "<div>\nx\n</div>\n<p>a</p>\n"),
    ] {
        assert_eq!(jekyll(text), html, "{text}");
    }
}

#[test]
fn goldmark_attributes_in_hugo_only() {
    assert_eq!(html_of("a\n{.b #c}\n", Dialect::Hugo), "<p id=\"c\" class=\"b\">a</p>\n");
    assert_eq!(html_of("a\n\n:b: c\n:d\n", Dialect::Hugo), "<p>a</p>\n<p>:b: c\n:d</p>\n");
    assert_eq!(html_of("a\n: b\n", Dialect::Hugo), "<dl><dt>a</dt>\n<dd>b</dd>\n</dl>\n");
    let table = html_of("|a |b |\n|-|-|-|\n|c |d |\n", Dialect::Hugo);
    assert!(table.contains("<th>b</th>\n<th></th>") || table.contains("<th>b</th><th></th>"), "{table}");
    assert_eq!(html_of("a\n|-|-|\n", Dialect::Hugo), "<p>a\n|-|-|</p>\n");
    assert_eq!(html_of("# a {.b}\n", Dialect::Hugo), "<h1 id=\"a\" class=\"b\">a</h1>\n");
    assert_eq!(html_of("a\n{.b}\n", Dialect::Zola), "<p>a\n{.b}</p>\n");
    assert_eq!(html_of("a {:.b}\n", Dialect::Zola), "<p>a {:.b}</p>\n");
}

#[test]
fn a_table_of_contents() {
    let html = jekyll("* TOC\n{:toc}\n\n# A\n\n## B\n\n## C\n{:.no_toc}\n");
    let contents = "<ul id=\"markdown-toc\"><li><a href=\"#a\">A</a><ul><li><a href=\"#b\">B</a></li></ul></li></ul>\n";
    assert!(html.starts_with(contents), "{html}");
    assert!(!html.contains("TOC"), "{html}");
}

#[test]
fn abbreviations_are_explained_and_not_printed() {
    for (text, html) in [
        (
            "The HTML `HTML` XHTML.\n\n*[HTML]: Hyper \"Text\"\n*[CSS]: Sheets\n\n# CSS\n",
            "<p>The <abbr title=\"Hyper &quot;Text&quot;\">HTML</abbr> <code>HTML</code> XHTML.</p>\n\
             <h1 id=\"css\"><abbr title=\"Sheets\">CSS</abbr></h1>\n",
        ),
        ("*[A]: {:.b}\n\nA ![A](x)", "<p><abbr title=\"{:.b}\">A</abbr> <img src=\"x\" alt=\"A\"></p>\n"),
        ("a\n*[A]: b", "<p>a\n*[A]: b</p>\n"),
        ("```\n\n*[A]: b\n```", "<pre><code>\n*[A]: b\n</code></pre>\n"),
        ("*[A]* b", "<p><em>[A]</em> b</p>\n"),
    ] {
        assert_eq!(jekyll(text), html, "{text}");
    }
    assert_eq!(html_of("*[A]: b", Dialect::Zola), "<p>*[A]: b</p>\n");
}

#[test]
fn a_table_of_contents_with_settings() {
    let html = jekyll("1. x\n{:toc .cls max_level=2}\n\n# A\n");
    assert!(
        html.starts_with("<ol id=\"markdown-toc\" class=\"cls\" max_level=\"2\"><li><a href=\"#a\">A</a></li></ol>"),
        "{html}"
    );
}

#[test]
fn footnotes_come_last_with_ways_back() {
    let html = jekyll("a[^n] b[^n]\n\n[^n]: note *x*\n\nend\n");
    let list = html.find("<div class=\"footnotes\">").expect("a list");
    assert!(html.find("end").expect("the end") < list);
    assert!(html[list..].contains("note <em>x</em>"), "{html}");
    assert_eq!(html[list..].matches("\u{21a9}").count(), 2);
    for target in html.split("href=\"#").skip(1).map(|rest| rest.split('"').next().unwrap_or("")) {
        assert_eq!(html.matches(&format!("id=\"{target}\"")).count(), 1, "{target}");
    }
}

#[test]
fn formulas_and_prices() {
    for (text, html) in [
        ("$a_1 b_1$", "<p>$a_1 b_1$</p>\n"),
        ("$$a_1 < b_1$$", "<p>\\[a_1 &lt; b_1\\]</p>\n"),
        ("a $$b_1*c_1*$$", "<p>a \\(b_1*c_1*\\)</p>\n"),
        ("$5 and *$6*", "<p>$5 and <em>$6</em></p>\n"),
        ("$10-$20", "<p>$10-$20</p>\n"),
        ("$5 *and* 6$ b", "<p>$5 <em>and</em> 6$ b</p>\n"),
        ("$x$ is $5 *and* 6$ b", "<p>$x$ is $5 <em>and</em> 6$ b</p>\n"),
    ] {
        assert_eq!(jekyll(text), html, "{text}");
    }
}

#[test]
fn the_rest_of_markdown() {
    for (text, html) in [
        ("~~a~~", "<p><del>a</del></p>\n"),
        ("\"a\" -- 'b'...", "<p>\u{201c}a\u{201d} \u{2013} \u{2018}b\u{2019}\u{2026}</p>\n"),
        ("a\n: b", "<dl><dt>a</dt>\n<dd>b</dd>\n</dl>\n"),
        ("a\nb *c*\n: d", "<dl><dt>a</dt>\n<dt>b <em>c</em></dt>\n<dd>d</dd>\n</dl>\n"),
        ("a  \nb", "<p>a<br>\nb</p>\n"),
        ("![a *b* `c`](d \"e\")", "<p><img src=\"d\" alt=\"a b c\" title=\"e\"></p>\n"),
        ("![](d)", "<p><img src=\"d\"></p>\n"),
        ("<ann@example.org>", "<p><a href=\"mailto:ann@example.org\">ann@example.org</a></p>\n"),
        ("```{.python}\na<b\n```", "<pre><code class=\"language-python\">a&lt;b\n</code></pre>\n"),
        ("```rust,ignore\n```", "<pre><code class=\"language-rust\"></code></pre>\n"),
        ("3. a", "<ol start=\"3\"><li>a</li>\n</ol>\n"),
        ("a {/* more */} b", "<p>a <!--more--> b</p>\n"),
        ("> [!TIP]\n> a", "<blockquote><p>[!TIP]\na</p>\n</blockquote>\n"),
    ] {
        assert_eq!(jekyll(text), html, "{text}");
    }
    let mut zola = Flavor::from(Dialect::Zola);
    zola.zola.left_out = pulldown_cmark::Options::empty();
    assert_eq!(html_in("a\nb\n: c", &zola), "<dl><dt>a\nb</dt>\n<dd>c</dd>\n</dl>\n");
    let alert = html_of("> [!TIP]\n> a", Dialect::Commonmark);
    assert_eq!(alert, "<blockquote><p><strong>Tip</strong></p>\n<p>a</p>\n</blockquote>\n");
}

#[test]
fn what_kramdown_reads_otherwise() {
    for (text, html) in [
        ("**「a」**b *c*{:.d}", "<p><strong>「a」</strong>b <em class=\"d\">c</em></p>\n"),
        ("**「a」**{:.b}c", "<p><strong class=\"b\">「a」</strong>c</p>\n"),
        ("a\"**b**\" ~c~ \\& `\\&`", "<p>a”<strong>b</strong>” ~c~ \\&amp; <code>\\&amp;</code></p>\n"),
        ("1) a\n2) b", "<p>1) a\n2) b</p>\n"),
        ("a | b", "<table><tbody>\n<tr><td>a</td><td>b</td></tr>\n</tbody></table>\n"),
        ("<div>\n\n*a*\n\n</div> *b*", "<div>\n\n*a*\n\n</div>\n<p><em>b</em></p>\n"),
        ("<a href=\"b\">\n*c*\n</a>", "<p><a href=\"b\">\n<em>c</em>\n</a></p>\n"),
        ("# <code>*a*</code> b", "<h1 id=\"a-b\"><code>*a*</code> b</h1>\n"),
        ("1. a\n - b\n2. c", "<ol><li>a<ul><li>b</li>\n</ul>\n</li>\n<li>c</li>\n</ol>\n"),
        ("a\\\\\nb\nc\n---", "<p>a<br>\nb\nc\n—</p>\n"),
        ("[a] [b]\n\n[b]: c", "<p><a href=\"c\">a</a></p>\n"),
        ("![a*「b」*c](d)", "<p><img src=\"d\" alt=\"a「b」c\"></p>\n"),
    ] {
        assert_eq!(jekyll(text), html, "{text}");
    }
}

#[test]
fn lines_of_the_source_are_said() {
    let text = "![a](b){:.c}\n\ntext\n{:.c}\n\n![d](e)\n";
    let flavor = Dialect::Jekyll.into();
    let html = to_html(&take_out(text, &flavor), &Lines::of(text, 10), "https://example.org/a/", &flavor);
    assert!(html.contains("<!--@10--><img") && html.contains("<!--@15--><img"), "{html}");
}

proptest::proptest! {
    #[test]
    fn no_mark_is_left(text in "([a-z #*_`>|$\n\\[\\]()!:~-]|\\{:|\\}|\\.c|toc|\\{::comment\\}|\\{:/\\}|<div>|</div>|<pre>|&#xffff;|\\[\\^a\\]){0,40}") {
        let html = jekyll(&text);
        assert!(!html.contains('\u{ffff}'), "{html}");
    }
}

proptest::proptest! {
    #[test]
    fn no_letter_is_lost(text in "([AB *_~|^>`$\"'\n=-]|1\\.|\n[-*|] |\\\\|\\*\\*|\\$\\$|<i>|<u>|</u>|<div>|</div>\n|\n\n){0,40}") {
        let letters = |text: &str| text.chars().filter(|c| matches!(c, 'A' | 'B')).collect::<String>();
        assert_eq!(letters(&jekyll(&text)), letters(&text));
    }
}

#[test]
fn headings_keep_their_braces() {
    for text in [
        "# The set {a, b}",
        "# Using ${HOME}",
        "# LaTeX \\\\frac{a}{b}",
        "# JSON {1: 2}",
        "# Match {:ok, v}",
        "# Match {:ok}",
        "# CSS body { color: red }",
        "# Bash {1..10}",
        "Bash {1..10}\n===",
        "> Bash {1..10}\n> ===",
    ] {
        for dialect in [Dialect::Jekyll, Dialect::Hugo, Dialect::Commonmark] {
            assert!(html_of(text, dialect).contains("}</h1>"), "{text}: {}", html_of(text, dialect));
        }
    }
    for text in ["# A *b* {#id}", "# A *b* # {#id}", "A *b* {#id}\n===", "# A *b* {: #id}", "# A *b* {:#id}"] {
        assert_eq!(jekyll(text), "<h1 id=\"id\">A <em>b</em></h1>\n", "{text}");
    }
    let goldmark = "<h1 id=\"id\" class=\"c\" k=\"v \u{201c}w\">A</h1>\n";
    assert_eq!(html_of("# A {#id .c k=\"v \u{201c}w\"}", Dialect::Hugo), goldmark);
    assert_eq!(html_of("# A {#id .c}", Dialect::Zola), "<h1 id=\"id\" class=\"c\">A</h1>\n");
}

#[test]
fn references_to_nothing_are_text() {
    for text in [
        "<table><tr><td>{:ok}</td></tr></table>",
        "<p>returns {:error} or {:ok, 1}</p>",
        "**{:ok}**",
        "{%raw%}{:ok}{%endraw%}",
    ] {
        assert!(jekyll(text).contains("{:ok"), "{text}: {}", jekyll(text));
    }
    assert_eq!(jekyll("*a*{:ok}"), "<p><em>a</em></p>\n");
    let plain = |text| html_of(text, Dialect::Commonmark);
    for text in ["{:ok}", "a\n{:ok}", "`f`{:ok, x}", "*this*{:error}", "a\n{:ok: 1}", "- {:ok} a"] {
        assert!(plain(text).contains("{:"), "{text}: {}", plain(text));
    }
    for text in ["a\n{: .x}", "a\n{:.x}", "a\n{:#x}", "a\n{: title=\"x\"}", "a\n{:.x k=x}", "{:n: .x}\n\na\n{:n}"] {
        assert!(plain(text).contains("x\"") && !plain(text).contains('{'), "{text}: {}", plain(text));
    }
}

#[test]
fn inches_open_no_quotation() {
    for (text, shown) in [
        ("27\" monitor, a 5\" screen", "27\u{201d} monitor, a 5\u{201d} screen"),
        ("5'10\" tall", "5\u{2019}10\u{201d} tall"),
        ("a 27\" \"wide\" one", "a 27\u{201d} \u{201c}wide\u{201d} one"),
        ("*a* \"b\" 'c'", "<em>a</em> \u{201c}b\u{201d} \u{2018}c\u{2019}"),
        ("a\u{201c}", "a\u{201c}"),
    ] {
        assert_eq!(jekyll(text), format!("<p>{shown}</p>\n"), "{text}");
    }
}

#[test]
fn what_is_said_again_and_again_stays_small() {
    let many = |count: usize, of: &dyn Fn(usize) -> String| (0..count).map(of).collect::<String>();
    let long = jekyll(&format!("*[a]: {}\n\n{}", "y".repeat(100_000), "a ".repeat(5_000)));
    assert!(long.matches("<abbr").count() == 20 && long.len() < 30_000, "{}", long.len());
    let classes = jekyll(&format!("*a*{}", many(20_000, &|number| format!("{{:.c{number}}}"))));
    assert!(classes.contains("class=\"c0 c1 ") && classes.len() < 1_000, "{}", classes.len());
    let same = jekyll(&format!("{}\n\nb\n{{:n}}", many(20_000, &|number| format!("{{:n: .c1 a{number}=\"x\"}}\n"))));
    assert!(same.contains("a99=") && same.len() < 2_000, "{}", same.len());
    let lists = many(100, &|number| format!("{{:n: a{number}=\"x\"}}\n"));
    let referred = jekyll(&format!("{lists}\n{}", "*a*{:n} ".repeat(5_000)));
    assert!(referred.matches("a99=").count() < 1_000 && referred.contains("a99="), "{}", referred.len());
}

#[test]
fn abbreviations_are_left_alone_where_they_are_code_or_explained() {
    let definitions = "\n\n*[HTML]: Hyper Text\n*[CSS]:\n";
    for text in ["<code>HTML</code> <kbd>HTML</kbd>", "<abbr title=\"x\">HTML</abbr>", "CSS"] {
        assert_eq!(jekyll(&format!("a {text}{definitions}")).replace("<!--@1-->", ""), format!("<p>a {text}</p>\n"));
    }
    let html = jekyll(&format!("<tt>HTML</tt> HTML <kbd>x\n\nHTML{definitions}"));
    assert_eq!(html.matches("<abbr").count(), 2, "{html}");
}

#[test]
fn tags_of_a_word_processor_are_not_shown() {
    assert_eq!(jekyll("a *<o:p>x</o:p>*<o:p></o:p> `<o:p>`"), "<p>a <em>x</em> <code>&lt;o:p&gt;</code></p>\n");
}
