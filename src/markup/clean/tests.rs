//! Unsafe, relative and broken HTML through the one pass.

use super::*;

/// Whichever reader reads it.
fn cleaned(html: &str) -> Cleaned {
    let url = Url::parse("https://example.org/blog/post/").expect("a URL");
    let cleaned = clean(html, &url, 1, Part::Body);
    assert_eq!(cleaned, clean_any(&entity::without_controls(html), || Page::new(&url, 1, Part::Body)), "{html}");
    cleaned
}

fn check(cases: &[(&str, &str)]) {
    for (html, expected) in cases {
        assert_eq!(cleaned(html).html, *expected, "{html}");
    }
}

#[test]
fn what_breaks_out_of_a_drawing_ends_it() {
    assert_eq!(cleaned("<svg></p><picture>x").html, "<svg></svg><picture>x</picture>");
    assert_eq!(
        cleaned("<svg><title>T</title><path d=\"M0\"/></svg>").html,
        "<svg><title>T</title><path d=\"M0\"></path></svg>"
    );
    check(&[
        ("<p><math><svg></p><title>a <b>c</b></title> d", "<p><math><svg></svg></math></p> d"),
        ("<math><title></p><b>x</b>", "<math><title></title></math><b>x</b>"),
        ("<p><svg></p><A HREF=/x>b</A>", "<p><svg></svg></p><a href=\"https://example.org/x\">b</a>"),
        (
            "<math><mi>x</mi><mo>=</mo><mn>1</mn><mtext>y</mtext></math>",
            "<math><mi>x</mi><mo>=</mo><mn>1</mn><mtext>y</mtext></math>",
        ),
    ]);
    assert_eq!(cleaned("<svg><desc><b>x</b></desc></svg>y").html, "<svg><desc><b>x</b></desc></svg>y");
}

#[test]
fn urls_are_absolute_wherever_they_stand() {
    check(&[
        ("<a href=\"x y\">a</a>", "<a href=\"https://example.org/blog/post/x%20y\">a</a>"),
        ("<A HREF=/x?a=1&amp;b=2>a</A>", "<a href=\"https://example.org/x?a=1&amp;b=2\">a</a>"),
        ("<a href='#x'>a</a>", "<a href=\"#x\">a</a>"),
        ("<img src=//c/x.png alt=a>", "<img src=\"https://c/x.png\" alt=\"a\">"),
        (
            "<img data-src=a.png src='data:image/gif;base64,AA' alt=''>",
            "<img src=\"https://example.org/blog/post/a.png\" alt=\"\">",
        ),
        (
            "<img srcset='a.png 1x, b.png 2x' alt=a>",
            "<img src=\"https://example.org/blog/post/a.png\" alt=\"a\" \
             srcset=\"https://example.org/blog/post/a.png 1x, https://example.org/blog/post/b.png 2x\">",
        ),
        ("<blockquote cite=/x>a</blockquote>", "<blockquote cite=\"https://example.org/x\">a</blockquote>"),
        (
            "<video src=a.mp4 poster=p.png autoplay></video>",
            "<video src=\"https://example.org/blog/post/a.mp4\" poster=\"https://example.org/blog/post/p.png\" controls=\"\"></video>",
        ),
        (
            "<audio><source src=/a.mp3 type=audio/mpeg></audio>",
            "<audio controls=\"\"><source src=\"https://example.org/a.mp3\" type=\"audio/mpeg\"></audio>",
        ),
        ("<base href=/other/><a href=x>a</a>", "<a href=\"https://example.org/other/x\">a</a>"),
        (
            "<picture><source srcset=a.webp></picture>",
            "<picture><source srcset=\"https://example.org/blog/post/a.webp\">\
             <img src=\"https://example.org/blog/post/a.webp\" alt=\"\"></picture>",
        ),
        (
            "<picture>\0<source srcset=a.webp></picture>",
            "<picture><source srcset=\"https://example.org/blog/post/a.webp\">\
             <img src=\"https://example.org/blog/post/a.webp\" alt=\"\"></picture>",
        ),
        ("<code>&lt;img src=\"/x\"&gt;</code>", "<code>&lt;img src=\"/x\"&gt;</code>"),
    ]);
}

#[test]
fn nothing_that_acts_is_left() {
    check(&[
        ("a<script>alert('<p>')</script>b", "ab"),
        ("<p onclick=x ONLOAD='y' style=\"position:fixed;color:red\">a</p>", "<p style=\"color:red\">a</p>"),
        ("<a href=\"java&#x09;script&colon;alert(1)\">a</a>", "<a>a</a>"),
        ("<a href=' JavaScript:x' target=_blank rel=nofollow>a</a>", "<a rel=\"nofollow\">a</a>"),
        ("<a href='data:text/html,x'>a</a>", "<a>a</a>"),
        ("<img src='data:image/svg+xml,x' alt=a>", "a"),
        ("<style>p{}</style><link rel=x><meta http-equiv=refresh>a", "a"),
        ("<form action=/x><label>Name <input name=n></label><button>Send</button></form>", "<div>Name Send</div>"),
        (
            "<svg viewBox='0 0 1 1' onload=x><script>y</script><path d=M0/><a xlink:href='javascript:x'>t</a></svg>",
            "<svg viewBox=\"0 0 1 1\"><path d=\"M0/\"><a>t</a></path></svg>",
        ),
        ("<img src=p.gif width=1 height=1>", ""),
        ("<template><p>x</p></template>a", "a"),
        ("<object data=x.pdf>see</object>", "see"),
        ("<object data=x.pdf title=Paper></object>", "<a href=\"https://example.org/blog/post/x.pdf\">Paper</a>"),
        ("<p contenteditable ping=x data-x=1>a</p>", "<p>a</p>"),
        ("<p>a<p />b <i>c</i></p>", "<p>a</p><p>b <i>c</i></p>"),
        ("<xmp><b></xmp>", "<pre>&lt;b&gt;</pre>"),
        ("<noscript><img src=a.png alt=b></noscript>", "<img src=\"https://example.org/blog/post/a.png\" alt=\"b\">"),
        (
            "<img data-src=a.png alt=b><noscript><img src=a.png alt=b></noscript>",
            "<img src=\"https://example.org/blog/post/a.png\" alt=\"b\">",
        ),
        ("<noscript>Turn scripts on</noscript>", "Turn scripts on"),
        (
            "<p>a<noscript><p><a href=/b>b</a></p></noscript>c",
            "<p>a</p><p><a href=\"https://example.org/b\">b</a></p>c",
        ),
        ("<p>a<noscript>b<table></table></noscript>c", "<p>ab</p><table></table>c"),
        ("<ul><li>a<noscript><ul><li>b</ul><li>c</noscript>", "<ul><li>a<ul><li>b</li></ul></li><li>c</li></ul>"),
        ("<noscript>a<noscript>b</noscript>c", "c"),
        ("<script type='math/tex; mode=display'>a<b</script>", "$$a&lt;b$$"),
        ("<input type=checkbox checked>done", "\u{2611} done"),
    ]);
}

#[test]
fn frames_become_links() {
    check(&[
        (
            "<iframe src='https://www.youtube.com/embed/dQw4w9WgXcQ?x=1' title='A film'></iframe>",
            "<p><a href=\"https://www.youtube.com/watch?v=dQw4w9WgXcQ\">\
             <img src=\"https://i.ytimg.com/vi/dQw4w9WgXcQ/hqdefault.jpg\" alt=\"A film\"></a></p>",
        ),
        (
            "<p>a <iframe src='//player.vimeo.com/video/1'>x</iframe></p>",
            "<p>a <a href=\"https://vimeo.com/1\">Video on Vimeo</a></p>",
        ),
        (
            "<iframe src=https://example.com/x />after",
            "<p><a href=\"https://example.com/x\">Embedded page on example.com</a></p>after",
        ),
        ("<iframe src=https://count.example/ width=0 height=0></iframe>", ""),
        ("<embed src=x.pdf title=P>", "<p><a href=\"https://example.org/blog/post/x.pdf\">P</a></p>"),
    ]);
}

#[test]
fn what_is_broken_gets_balanced() {
    check(&[
        ("a</div></p>b", "ab"),
        ("<div><b>a", "<div><b>a</b></div>"),
        ("<b><i>a</b>c</i>", "<b><i>a</i></b>c"),
        ("<p>a<p>b", "<p>a</p><p>b</p>"),
        ("<ul><li>a<li>b</ul>c", "<ul><li>a</li><li>b</li></ul>c"),
        ("<table><tr><td>a<td>b<tr><td>c</table>", "<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>"),
        ("a<!-- b", "a"),
        ("<p></p>a<p> </p>", "a<p> </p>"),
        ("<div/>a<br/>b", "<div></div>a<br>b"),
        ("a < b > c", "a &lt; b &gt; c"),
        ("see <here> and Vec<T></b>", "see &lt;here&gt; and Vec&lt;T&gt;"),
        ("<Foo a=b>bar <b>c</b></foo> <foo>", "bar <b>c</b> &lt;foo&gt;"),
        ("<li>see <here> now</li>x", "<li>see &lt;here&gt; now</li>x"),
        ("<my-box><b>a</b></my-box>", "<b>a</b>"),
        ("a\u{0}\u{b}b", "ab"),
        ("<html><head><title>t</title></head><body><p>a</p></body></html>", "<p>a</p>"),
    ]);
}

#[test]
fn prose_is_not_changed() {
    for html in [
        "<p>a &amp; b &nbsp; \u{201c}c\u{201d} <em>d</em>\ne</p>\n",
        "plain",
        "<pre><code class=\"language-rust\">a\n  b</code></pre>",
    ] {
        assert_eq!(cleaned(html).html, html);
    }
}

#[test]
fn what_was_found_on_the_way() {
    let found =
        cleaned("<h1>t</h1><blockquote><p>q</p></blockquote><p><img src=a.png></p><p>first</p><p>x<!--more-->y</p>");
    assert_eq!(found.first_paragraph.as_deref(), Some("<p>first</p>"));
    assert!(found.before_cut.expect("a cut").ends_with("<p>first</p><p>x</p>"));
    assert_eq!(found.image, Some(("https://example.org/blog/post/a.png".into(), String::new())));
    assert_eq!(found.notices.len(), 1);
    assert_eq!(found.notices[0].message, "image `a.png` has no alternative text");
}

#[test]
fn notices_have_their_line() {
    let html = "<p>a\n\n<a href='http://'>b</a>\n<a href='../../../c'>c</a>\n<!--@40--><img src=x>\n<img src=y>";
    let lines: Vec<u32> = cleaned(html).notices.iter().map(|notice| notice.line).collect();
    assert_eq!(lines, [3, 4, 40, 41]);
}

#[test]
fn what_is_never_closed_is_told_and_shown_where_it_was_meant() {
    for (html, shown, told) in [
        ("a\n<!-- b\n\nc", "a\n", "2: a comment is opened and never closed; what follows it is not shown"),
        (
            "a\n<!-- b\n<!--@7--><i>c</i>",
            "a\n<i>c</i>",
            "2: a comment is opened and never closed; what follows it is not shown",
        ),
        ("a\n<? b\n", "a\n", "2: `<?` is opened and never closed; what follows it is not shown"),
        ("a <![CDATA[ <b> c", "a  c", "1: `<![CDATA[` is opened and never closed; what follows it is not shown"),
        (
            "<p>a\n\nb <img src=\"x c",
            "<p>a\n\nb &lt;img src=\"x c</p>",
            "3: the tag `<img src=\"x c` is never closed, and is shown as text",
        ),
        ("a <a", "a &lt;a", "1: the tag `<a` is never closed, and is shown as text"),
        ("<b>a</b></i></b", "<b>a</b>&lt;/b", "1: the tag `</b` is never closed, and is shown as text"),
        (
            "<p>a\n<div onmouseover=\"x\n<p>b <i>c</i></p>\n",
            "<p>a\n&lt;div onmouseover=\"x\n</p><p>b <i>c</i></p>\n",
            "2: the tag `<div onmouseover=\"x` is never closed, and is shown as text",
        ),
        (
            "a\n<script>b\n\nc",
            "a\n",
            "2: an element that feeds do not carry is never closed; what follows it is not shown",
        ),
    ] {
        let out = cleaned(html);
        assert_eq!(out.html, shown, "{html}");
        let notices: Vec<_> = out.notices.iter().map(|notice| format!("{}: {}", notice.line, notice.message)).collect();
        assert_eq!(notices.first().map(String::as_str), Some(told), "{html}");
    }
    for closed in
        ["<!-- a -->b", "<!-->b", "<!-- a --!>b", "<?php a ?>b", "<!DOCTYPE html>b</p>", "b</i></p>", "a <b", ""]
    {
        assert_eq!(cleaned(closed).notices.len(), usize::from(closed == "a <b"), "{closed}");
    }
    assert_eq!(cleaned(&"<a b='".repeat(50)).html, "&lt;a b='".repeat(50));
}

#[test]
fn links_that_readers_cannot_follow_are_told() {
    let out = cleaned(
        "<a href=#x>a</a> <a href='#a b'>b</a> <a href=#Y>c</a>\n<a href=#gone>d</a> <a href=#gone>e</a> <a href=#>f</a>\n\
         <a href='other.md#id'>g</a> <p id=x>h <a name='a b'></a><i id=y>i</i>",
    );
    let told: Vec<_> = out.notices.iter().map(|notice| (notice.line, notice.message.as_str())).collect();
    assert_eq!(
        told,
        [
            (2, "link `#gone` leads to no place in the post"),
            (3, "link `other.md#id` leads to a source file, not to a page"),
        ]
    );
}

#[test]
fn a_summary_has_neither_ids_nor_footnotes() {
    let url = Url::parse("https://example.org/a/").expect("a URL");
    let html = "<p id=x>a<sup id=\"fnref-1-1\"><a href=\"#fn-1-1\">1</a></sup> <a href=#y>b</a></p>";
    assert_eq!(clean(html, &url, 1, Part::Summary).html, "<p>a <a href=\"https://example.org/a/#y\">b</a></p>");
}

#[test]
fn nesting_beyond_all_measure_is_shown_as_text_or_cut_flat() {
    let deep = cleaned(&"<b>".repeat(10_000)).html;
    assert!(deep.len() < 4_000, "{}", deep.len());
    let text = cleaned(&format!("{}end", "<i>".repeat(10_000))).html;
    assert!(text.contains("end"));
}

/// Elements, attributes and text that have gone wrong before, in any order.
fn pieces() -> impl proptest::strategy::Strategy<Value = String> {
    proptest::string::string_regex(
        "(<(p|b|div|a href=x|a href='javascript:y'|img src=z onerror=q|script|/script|svg|/svg|math|table|td|li|iframe src=w|\
         /p|/b|/div|/a|noscript|/noscript|title|style|textarea|select|option|base href=//h|!--|T|x-y|object data=d|picture|\
         source srcset=s|template|/template|plaintext|path/)>|-->|<|&|&#x3c;script&gt;|[a-z \"'=>]|\u{0}|\u{fffe}){0,40}",
    )
    .expect("a pattern")
}

/// Start and end tags of what was written, and whether each end tag closes the element that is open.
fn is_balanced(html: &str) -> bool {
    let mut open = Vec::new();
    for tag in html.split('<').skip(1).map(|rest| rest.split('>').next().unwrap_or("")) {
        match tag.strip_prefix('/') {
            Some(name) if open.pop() != Some(name) => return false,
            Some(_) => {}
            None => {
                let name = tag.split(' ').next().unwrap_or("");
                if !element::is_void(name) {
                    open.push(name);
                }
            }
        }
    }
    open.is_empty()
}

proptest::proptest! {
    #[test]
    fn anything_comes_out_balanced_and_harmless(html in pieces()) {
        let out = cleaned(&html).html;
        assert!(is_balanced(&out), "{out}");
        for tag in out.split('<').skip(1).map(|rest| rest.split('>').next().unwrap_or("")) {
            assert!(!tag.starts_with("script") && !tag.starts_with("iframe") && !tag.contains(" onerror"), "{out}");
            for attribute in [" href=\"", " src=\"", " srcset=\""] {
                let url = tag.split_once(attribute).map(|(_, rest)| rest);
                assert!(url.is_none_or(|url| url.starts_with("https://") || url.starts_with("http://")), "{out}");
            }
        }
        assert_eq!(cleaned(&html).html, out);
    }

    #[test]
    fn cleaning_twice_changes_nothing_more(html in pieces()) {
        let once = cleaned(&html).html;
        assert_eq!(cleaned(&once).html, once, "{html}");
    }

    #[test]
    fn any_string_at_all(html in ".*") {
        assert!(is_balanced(&cleaned(&html).html));
    }
}

#[test]
fn nothing_is_told_of_what_is_well() {
    for html in [
        "<a href='#!route'>a</a> <a href='#/app'>b</a> <a href='#fn:1'>1</a> <a href='#fnref:1'>2</a>",
        "<a href='#one' data-toggle=tab>a</a> <a href='#two' role=tab>b</a> <a href='#three' data-bs-toggle=x>c</a>",
        "<img src=a role=presentation><img src=a role=none><img src=a aria-hidden=true>",
        "<a href='/x'><img src=a> text</a> <a href='/x'>text <b><img src=a></b></a>",
        "<figure><img src=a><figcaption>b</figcaption></figure>",
        "<figure><figcaption>b</figcaption><a href='/x'><img src=a></a></figure>",
        "<o:p>x</o:p><o:p></o:p>",
    ] {
        assert_eq!(cleaned(html).notices, [], "{html}");
    }
    let told = |html| cleaned(html).notices.into_iter().map(|notice| notice.message).collect::<Vec<_>>();
    for html in [
        "a <a href='/x'><img src=p></a> b",
        "<figure><img src=p><figcaption></figcaption></figure>",
        "<figure><figcaption>b</figcaption></figure><figure><img src=p></figure>",
        "<img src=p><a href='/x'><img src=a> text</a>",
        "<img src=blank.gif data-src=p>",
    ] {
        assert_eq!(told(html), ["image `p` has no alternative text"], "{html}");
    }
    assert_eq!(cleaned("<o:p>x</o:p><o:p></o:p>").html, "x");
}
