//! Whole bodies through all passes, and what must hold of any body.

use super::*;
use crate::generator::{Generator, Texts};
use crate::markup::testing::Surroundings;

fn rendered(text: &str, dialect: Dialect, markup: Markup, summary: Option<&str>) -> Rendered {
    let mut around = Surroundings::of(dialect);
    around.post.summary = summary.map(str::to_owned);
    around.render(text, markup)
}

fn jekyll(text: &str) -> Rendered {
    rendered(text, Dialect::Jekyll, Markup::Markdown, None)
}

#[test]
fn a_blog_may_end_its_summaries_at_a_mark_of_its_own() {
    let mut around = Surroundings::of(Dialect::Jekyll);
    around.front = crate::value::read::yaml("excerpt_separator: <!-- cut -->\n").unwrap();
    let out = around.render("One.\n\nTwo.\n\n<!-- cut -->\n\nThree.\n", Markup::Markdown);
    assert_eq!(out.summary_text, "One. Two.");
    assert!(!out.html.contains("cut"), "{}", out.html);
}

#[test]
fn an_eleventy_site_may_end_its_excerpts_at_a_mark_of_its_own() {
    let mut around = Surroundings::of(Dialect::Eleventy);
    let settings = crate::value::read::yaml("frontMatter: {excerpt: true, excerpt_separator: '[fold]'}").unwrap();
    around.generator = Generator::new(Dialect::Eleventy, "", settings, Texts::new());
    let out = around.render("One.\n\nTwo.\n[fold]\nThree.\n", Markup::Markdown);
    assert_eq!(out.summary_text, "One. Two.");
    assert_eq!(out.html.trim(), "<p>One.</p>\n<p>Two.\nThree.</p>");
    let off = crate::value::read::yaml("frontMatter: {excerpt: false, excerpt_separator: '[fold]'}").unwrap();
    around.generator = Generator::new(Dialect::Eleventy, "", off, Texts::new());
    assert!(around.render("One.\n[fold]\n", Markup::Markdown).html.contains("[fold]"));
}

#[test]
fn a_whole_post() {
    let out = jekyll(
        "![Smiling face](/a.jpg){:style=\"max-width:250px;float:right;\" onclick=\"x\"}\n\n\
         The *first* paragraph[^1] with [a link](../x).\n\n```rust\nlet a = \"{:.b}\";\n```\n\n[^1]: A note.\n",
    );
    assert!(
        out.html.starts_with(
            "<p><img src=\"https://example.org/a.jpg\" alt=\"Smiling face\" style=\"max-width:250px; float:right\"></p>"
        ),
        "{}",
        out.html
    );
    assert!(out.html.contains("<code class=\"language-rust\">let a = \"{:.b}\";"), "{}", out.html);
    assert_eq!(
        out.summary_html,
        "<p>The <em>first</em> paragraph with <a href=\"https://example.org/blog/x\">a link</a>.</p>"
    );
    assert_eq!(out.summary_text, "The first paragraph with a link.");
    assert_eq!(out.image, Some(("https://example.org/a.jpg".into(), "Smiling face".into())));
    assert_eq!(out.notices, []);
}

#[test]
fn where_the_summary_comes_from() {
    let html = |text| jekyll(text).summary_html;
    assert_eq!(
        html("# T\n\na\n\nb\n\n<!-- more -->\n\nc").replace('\n', ""),
        "<p>a</p><p>b</p>".replace("<p>a", "<h1>T</h1><p>a")
    );
    assert_eq!(html("# T\n\n> meta\n\nfirst\n\nsecond"), "<p>first</p>");
    assert_eq!(html("a {/* more */} b"), "<p>a </p>");
    assert_eq!(html("<!--more-->\n\nfirst"), "<p>first</p>");
    assert_eq!(html("- one\n- two"), "<p>one two</p>");
    assert_eq!(html(""), "");
    let own = |summary, markup| rendered("text", Dialect::Hugo, markup, Some(summary)).summary_html;
    assert_eq!(own("My `own` & *best*", Markup::Markdown), "<p>My <code>own</code> &amp; <em>best</em></p>");
    assert_eq!(own("My <b>own</b>", Markup::Html), "<p>My <b>own</b></p>");
    assert_eq!(own("  ", Markup::Markdown), "<p>text</p>");
}

#[test]
fn a_long_first_paragraph_is_cut_in_the_text_only() {
    let out = jekyll(&"many words ".repeat(60));
    assert!(
        out.summary_text.ends_with("words\u{2026}") || out.summary_text.ends_with("many\u{2026}"),
        "{}",
        out.summary_text
    );
    assert!(out.summary_html.ends_with("words</p>"), "{}", out.summary_html);
}

#[test]
fn bodies_of_html() {
    let out = rendered("<P>a<br>b\n<img src=x.png>", Dialect::Hugo, Markup::Html, None);
    assert_eq!(out.html, "<p>a<br>b\n<img src=\"https://example.org/blog/post/x.png\" alt=\"\"></p>");
    assert_eq!(out.summary_text, "a b");
    assert_eq!(out.notices[0].line, 5);
    let bare = rendered("no paragraph<br>at all", Dialect::Hugo, Markup::Html, None);
    assert_eq!(bare.summary_html, "no paragraph<br>at all");
}

#[test]
fn notices_name_lines_of_the_file() {
    let out = jekyll("a\n{:.b}\n\n![](x.png)\n\n<p>\n<img src=y.png>\n</p>\n\n[z](http://)\n");
    let told: Vec<_> = out.notices.iter().map(|notice| (notice.line, notice.message.as_str())).collect();
    assert_eq!(
        told,
        [
            (7, "image `x.png` has no alternative text"),
            (10, "image `y.png` has no alternative text"),
            (13, "`http://` is no URL"),
        ]
    );
}

#[test]
fn any_html_as_text() {
    assert_eq!(html_to_text("a <b>&amp;</b>\n<script>x</script> c<p>d"), "a & c d");
    assert_eq!(html_to_text(" plain  text "), "plain text");
}

#[test]
fn control_characters_are_read_as_windows_meant_them() {
    let out = jekyll("He said \u{93}no\u{94} `\u{85}` ![\u{80} 5](/x.png)\n");
    assert_eq!(out.html, "<p>He said “no” <code>…</code> <img src=\"https://example.org/x.png\" alt=\"€ 5\"></p>\n");
}

#[test]
fn markdown_in_html_is_read() {
    let out = jekyll(
        "<div class=\"note\" markdown=\"1\">\n## Title\nSome *text*\n{:.x}\n\n- a\n  </div>\nEnd *here*\n\n![](x.png)\n",
    );
    assert_eq!(
        out.html,
        "<div class=\"note\">\n<h2 id=\"title\">Title</h2>\n<p class=\"x\">Some <em>text</em></p>\n\
         <ul><li>a</li>\n</ul>\n</div>\n<p>End <em>here</em></p>\n\
         <p><img src=\"https://example.org/blog/post/x.png\" alt=\"\"></p>\n"
    );
    assert_eq!(out.notices[0].line, 13);
    let plain = rendered("<div markdown=\"1\">\n*a*\n</div>\n", Dialect::Hugo, Markup::Markdown, None);
    assert_eq!(plain.html, "<div>\n*a*\n</div>\n");
}

#[test]
fn text_that_speaks_of_tags_is_kept() {
    let out = jekyll("A Vec<T> and <here>.\n");
    assert_eq!(out.html, "<p>A Vec&lt;T&gt; and &lt;here&gt;.</p>\n");
    assert_eq!(out.summary_text, "A Vec<T> and <here>.");
}

#[test]
fn large_and_hostile_bodies_take_linear_time() {
    for piece in [
        "> ",
        "[",
        "![",
        "*a _b ",
        "{:.a}",
        "{:a=\"",
        "{::comment}",
        "{:/}",
        "x\n{:.a}\n",
        "<b>",
        "<div>\n\n",
        "<!--",
        "&hearts;",
        "$a ",
        "[^a]",
        "* TOC\n{:toc}\n\n# h\n\n",
        "<iframe />",
        "<svg>",
        "a | b\n",
        "<div markdown=1>",
        "<div markdown=1>\n",
        "<p markdown=1></pre><pre>`</div>",
        "<a b='",
        "<foo>",
        "[a](#b)",
        "*[a]: b\n\n",
        "![a](b){:a b=\"c=' ",
        "`",
    ] {
        let out = jekyll(&piece.repeat(100_000 / piece.len()));
        assert!(out.html.len() < 20_000_000, "{piece}");
    }
}

proptest::proptest! {
    #[test]
    fn any_body_renders_the_same_twice(text in ".*", html in proptest::bool::ANY) {
        let markup = if html { Markup::Html } else { Markup::Markdown };
        let once = rendered(&text, Dialect::Jekyll, markup, None);
        assert_eq!(once, rendered(&text, Dialect::Jekyll, markup, None));
        assert!(!once.summary_text.contains('\n'));
    }

    #[test]
    fn nothing_unsafe_and_no_list_is_left(text in
        "(\\{:\\.a\\}|\\{:style=\"x\" onclick=\"y\"\\}|!\\[a\\]\\(b\\)|\\[a\\]\\(javascript:x\\)|<script>|</script>|<p onclick=x>|\
         \n|\n\n|> |- |# |[a-c ]|\\*|_|<img src=/x>|<a href=y>|</a>){0,30}") {
        let out = jekyll(&text);
        for html in [&out.html, &out.summary_html] {
            let tags = html.replace("&lt;p onclick=", "");
            assert!(!html.contains("{:") && !html.contains("<script") && !tags.contains(" onclick="), "{html}");
            for part in html.split(" href=\"").skip(1).chain(html.split(" src=\"").skip(1)) {
                assert!(part.starts_with("https://") || part.starts_with('#'), "{html}");
            }
        }
    }
}

#[test]
fn markdown_in_elements_of_html() {
    let html = jekyll("1. a\n\n   <div markdown=\"1\">\n   *n*\n   </div>\n\n1. b").html;
    assert!(html.contains("<em>n</em>") && html.matches("<ol>").count() == 1 && html.contains("<p>b</p>"), "{html}");
    let html = jekyll("<p class=\"notice\" markdown=\"1\">Short *note*.</p>").html;
    assert!(html.contains("<div class=\"notice\">") && html.contains("<p>Short <em>note</em>.</p>"), "{html}");
    assert!(!html.contains("<p class"), "{html}");
}

#[test]
fn addresses_with_blanks() {
    let text = "a\n\n![Foto](/assets/foto do mar.jpg)";
    let out = jekyll(text);
    assert!(out.html.contains("src=\"https://example.org/assets/foto%20do%20mar.jpg\""), "{}", out.html);
    assert_eq!(out.notices, []);
    let out = rendered(text, Dialect::Hugo, Markup::Markdown, None);
    let told: Vec<_> = out.notices.iter().map(|notice| (notice.line, notice.message.as_str())).collect();
    assert_eq!(told, [(6, "the address `/assets/foto do mar.jpg` has blanks in it, so its link is shown as text")]);
    assert_eq!(rendered(text, Dialect::Hugo, Markup::Html, None).notices, []);
}

/// Around a body of a Jekyll blog with these settings.
fn around_of(settings: &str) -> Surroundings {
    let mut around = Surroundings::of(Dialect::Jekyll);
    let settings = crate::value::read::yaml(settings).unwrap();
    around.generator = Generator::new(Dialect::Jekyll, "_posts", settings, Texts::new());
    around
}

#[test]
fn lines_end_where_their_author_ended_them_for_a_blog_that_asks() {
    let html = |settings| around_of(settings).render("a\nb ![c\nd](e)", Markup::Markdown).html;
    assert!(html("kramdown: {hard_wrap: true}").starts_with("<p>a<br>\nb <img"));
    assert!(!html("kramdown: {hard_wrap: false}").contains("<br>"));
}

#[test]
fn lines_of_code_are_numbered_for_a_blog_that_asks() {
    let around = Surroundings::of(Dialect::Jekyll);
    let text = "```c\na\n\nb\n```\n\n    c\n";
    assert!(!around.render(text, Markup::Markdown).html.contains("<table>"));
    for settings in ["{block: {line_numbers: true}}", "{line_numbers: true}"] {
        let around = around_of(&format!("kramdown: {{syntax_highlighter_opts: {settings}}}"));
        let html = around.render(text, Markup::Markdown).html;
        let unknown = around.render("```C\na\n```\n", Markup::Markdown).html;
        assert_eq!(unknown, "<pre><code class=\"language-C\">a\n</code></pre>\n");
        assert!(
            html.contains(
                "<td><pre>1\n2\n3\n</pre></td><td><pre><code class=\"language-c\">a\n\nb\n</code></pre>\n</td>"
            ),
            "{html}"
        );
        assert!(html.contains("<td><pre>1\n</pre></td><td><pre><code>c\n</code></pre>\n</td>"), "{html}");
    }
}

#[test]
fn lines_of_code_are_numbered_in_hugo_as_the_site_and_the_fence_say() {
    let mut around = Surroundings::of(Dialect::Hugo);
    let settings = crate::value::read::yaml("markup: {highlight: {lineNos: true}}").unwrap();
    around.generator = Generator::new(Dialect::Hugo, "content", settings, Texts::new());
    let html = |text: &str| around.render(text, Markup::Markdown).html;
    let column = html("```c {linenostart=7}\na\n\nb\n\n```\n");
    assert!(column.contains("<td><pre>7\n8\n9\n</pre></td><td><pre><code class=\"language-c\">a\n\nb\n"), "{column}");
    let inline = html("> ```c {linenos=inline}\n> a\n>\n> b\n> ```\n");
    let numbered = |number| format!("<span style=\"padding-right: 0.5em\">{number}</span>");
    assert!(inline.contains(&format!("{}a\n{}\n{}b\n</code>", numbered(1), numbered(2), numbered(3))), "{inline}");
    for plain in ["```\na\n```", "```c {linenos=false}\na\n```", "    a", "```mermaid\na\n```"] {
        assert!(!html(plain).contains('1'), "{plain}");
    }
    let shortcode = html("{{< highlight go \"linenos=table\" >}}\na\n{{< /highlight >}}");
    assert!(shortcode.contains("<td><pre>1\n</pre></td><td><pre><code class=\"language-go\">a\n"), "{shortcode}");
}

#[test]
fn what_follows_the_mark_of_a_summary_on_its_line_is_read_in_hugo() {
    let text = "Before.\n\n<!--more--> **Then** more.\n";
    let out = rendered(text, Dialect::Hugo, Markup::Markdown, None);
    assert!(out.html.contains("<p><strong>Then</strong> more.</p>"), "{}", out.html);
    assert_eq!(out.summary_text, "Before.");
}

#[test]
fn notes_where_they_are_written_say_nothing_of_how_often_they_are_meant() {
    let html = rendered("a[^n] b[^n]\n\n[^n]: c\n", Dialect::Zola, Markup::Markdown, None).html;
    assert_eq!(html.matches("class=\"reversefootnote\"").count(), 2, "{html}");
    assert!(!html.contains("<sup>2</sup>"), "{html}");
}
