//! Obsidian's own marks in a body -> plain Markdown and HTML.
//!
//! Links by the names of notes (`[[Note#Heading|text]]`) become links to posts, or text where there is no such post; embedded
//! pictures become pictures; highlights, callouts and comments are what their authors see. In code all stays as it is.
//!
//! - `comment`: `%%` what only the author sees `%%`
//! - `link`: `[[Note]]`, `![[picture.png|300]]`
//! - `block_id`: `^id`
//! - `callout`: `> [!kind] Title`
//! - `highlight`: `==text==`

mod block_id;
mod callout;
mod comment;
mod highlight;
mod link;

use std::borrow::Cow;
use std::ops::Range;

use memchr::{memchr3_iter, memmem};
use pulldown_cmark::{Event, LinkType, Options, Parser, Tag, TagEnd};

use super::{Expanded, Held};
use crate::markup::Body;
use crate::markup::extensions::Flavor;

/// A stretch of a text, and what is to stand there.
type Edit = (Range<usize>, String);

/// Expands Obsidian's marks in a body.
pub(super) fn expand<'a>(body: &Body<'a>) -> Expanded<'a> {
    let text = Held::without_marks(body.text);
    let expanded = |text| Expanded { text, held: Held::default(), notices: Vec::new() };
    if !may_have_marks(&text) {
        return expanded(text);
    }
    let flavor = Flavor::of(body.dialect, body.around.generator);
    let text = if text.contains("%%") {
        Cow::Owned(edited(&text, comment::edits(&text, &code(&text, &flavor))))
    } else {
        text
    };
    let edits = edits(&text, &flavor, body);
    expanded(if edits.is_empty() { text } else { Cow::Owned(edited(&text, edits)) })
}

/// Whether one of the signs that any of these marks begins with is in a text.
fn may_have_marks(text: &str) -> bool {
    let bytes = text.as_bytes();
    let is_one = |at: usize| bytes[at] == b'^' || bytes.get(at + 1) == Some(&bytes[at]);
    memchr3_iter(b'=', b'%', b'^', bytes).any(is_one)
        || ["[[", "[!"].iter().any(|mark| memmem::find(bytes, mark.as_bytes()).is_some())
}

/// Where code is in a text.
fn code(text: &str, flavor: &Flavor) -> Vec<Range<usize>> {
    let events = Parser::new_ext(text, flavor.options(text)).into_offset_iter();
    let code = events.filter(|(event, _)| matches!(event, Event::Code(_) | Event::Start(Tag::CodeBlock(_))));
    code.map(|(_, range)| range).collect()
}

/// What becomes of links, callouts and highlights.
fn edits(text: &str, flavor: &Flavor, body: &Body<'_>) -> Vec<Edit> {
    let (mut edits, mut highlights) = (Vec::new(), highlight::Highlights::new(text));
    let (mut in_code, mut in_link, mut last) = (false, 0..0, None);
    for (event, range) in Parser::new_ext(text, flavor.options(text) | Options::ENABLE_WIKILINKS).into_offset_iter() {
        match event {
            Event::Start(Tag::Link { link_type: LinkType::WikiLink { .. }, .. }) if !in_link.contains(&range.start) => {
                edits.extend(link::link(&text[range.clone()], body).map(|link| (range.clone(), link)));
                in_link = range;
            }
            Event::Start(Tag::Image { link_type: LinkType::WikiLink { .. }, .. })
                if !in_link.contains(&range.start) =>
            {
                edits.extend(link::embedded(&text[range.clone()], body).map(|embedded| (range.clone(), embedded)));
                in_link = range;
            }
            Event::Start(Tag::BlockQuote(None)) => edits.extend(callout::edits(text, range)),
            Event::Start(Tag::CodeBlock(_)) => in_code = true,
            Event::End(TagEnd::CodeBlock) => in_code = false,
            Event::End(TagEnd::Paragraph | TagEnd::Heading(_) | TagEnd::Item | TagEnd::TableCell) => {
                highlights.end_block();
                edits.extend(last.take().and_then(|stretch| block_id::edit(text, stretch)));
            }
            Event::Start(Tag::List(_)) => {
                edits.extend(last.take().and_then(|stretch| block_id::edit(text, stretch)));
            }
            Event::Text(_) if !in_code && !in_link.contains(&range.start) => {
                highlights.read(range.clone());
                last = Some(range);
                continue;
            }
            _ => {}
        }
        last = None;
    }
    edits.extend(highlights.edits());
    edits.sort_by_key(|(range, _)| range.start);
    edits
}

/// A text with each stretch replaced; of two that overlap the first counts.
fn edited(text: &str, edits: Vec<Edit>) -> String {
    let (mut out, mut done) = (String::with_capacity(text.len()), 0);
    for (range, by) in edits {
        if range.start >= done {
            out.push_str(&text[done..range.start]);
            out.push_str(&by);
            done = range.end;
        }
    }
    out.push_str(&text[done..]);
    out
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use proptest::prelude::*;

    use crate::config::Dialect;
    use crate::markup::Blog;
    use crate::markup::testing::{Surroundings, post};
    use crate::post::{Markup, Post};

    struct One;

    impl Blog for One {
        fn find(&self, reference: &str) -> Option<Arc<Post>> {
            ["My Note", "folder/My Note"].contains(&reference).then(|| Arc::new(post(Dialect::Commonmark)))
        }

        fn posts(&self) -> Vec<Arc<Post>> {
            Vec::new()
        }

        fn text(&self, _: &str) -> Option<String> {
            None
        }
    }

    fn html(text: &str) -> String {
        let surroundings = Surroundings { blog: Box::new(One), ..Surroundings::of(Dialect::Commonmark) };
        let rendered = surroundings.render(text, Markup::Markdown);
        assert_eq!(rendered.notices, [], "{text}");
        rendered.html.trim().replace("https://example.org/blog/post/", "URL")
    }

    #[test]
    fn notes_are_linked_by_their_names() {
        for (text, expected) in [
            ("[[My Note]]", "<p><a href=\"URL\">My Note</a></p>"),
            ("a [[My Note|some *text*]]", "<p>a <a href=\"URL\">some <em>text</em></a></p>"),
            ("[[My Note#One Heading!]]", "<p><a href=\"URL#one-heading\">My Note &gt; One Heading!</a></p>"),
            ("[[folder/My Note]]", "<p><a href=\"URL\">folder/My Note</a></p>"),
            ("![[My Note]]", "<p><a href=\"URL\">My Note</a></p>"),
            ("[[No *Note*]] [[None|x]]", "<p>No *Note* x</p>"),
            ("# H\n[[#H]]", "<h1 id=\"h\">H</h1>\n<p><a href=\"#h\">H</a></p>"),
            (
                "`[[My Note]]`\n\n    [[My Note]] ==x==",
                "<p><code>[[My Note]]</code></p>\n<pre><code>[[My Note]] ==x==</code></pre>",
            ),
            ("[[]] [[|]] [ [x]] [[x", "<p>[[]] [[|]] [ [x]] [[x</p>"),
        ] {
            assert_eq!(html(text), expected, "{text}");
        }
    }

    #[test]
    fn ids_of_blocks_are_for_links_alone() {
        for (text, expected) in [
            ("a *b* c ^d-1\n\n^e\n\nf", "<p>a <em>b</em> c</p>\n<p>f</p>"),
            ("- a ^b\n  - c ^d\n- e\n", "<ul><li>a<ul><li>c</li>\n</ul>\n</li>\n<li>e</li>\n</ul>"),
            (
                "a ^b c, 2 ^ 3, x^2\n\n`d ^e`\n\n    f ^g\n",
                "<p>a ^b c, 2 ^ 3, x^2</p>\n<p><code>d ^e</code></p>\n<pre><code>f ^g\n</code></pre>",
            ),
            ("[[My Note#^id]] [[My Note#^id|x]]", "<p><a href=\"URL\">My Note</a> <a href=\"URL\">x</a></p>"),
            ("a ^b\n\n[[#^b]] [[#^b|x]]", "<p>a</p>\n<p>^b x</p>"),
            ("a [[My Note]] ^b", "<p>a <a href=\"URL\">My Note</a></p>"),
        ] {
            assert_eq!(html(text), expected, "{text}");
        }
    }

    #[test]
    fn pictures_are_embedded() {
        for (text, expected) in [
            ("![[a b.png|300]]", "<p><img src=\"URLa%20b.png\" alt=\"a b\" width=\"300\"></p>"),
            ("![[x/a.JPG|Alt & text]]", "<p><img src=\"URLx/a.JPG\" alt=\"Alt &amp; text\"></p>"),
            ("![[a.png|100x200]]", "<p><img src=\"URLa.png\" alt=\"a\" width=\"100\" height=\"200\"></p>"),
            ("![[a.mp3]]", "<p><a href=\"URLa.mp3\">a.mp3</a></p>"),
        ] {
            assert_eq!(html(text), expected, "{text}");
        }
    }

    #[test]
    fn what_is_marked_and_hidden_is_so() {
        for (text, expected) in [
            ("a ==b *c*== d", "<p>a <mark>b <em>c</em></mark> d</p>"),
            ("a == b == c =x= ===", "<p>a == b == c =x= ===</p>"),
            ("==a\n\nb==", "<p>==a</p>\n<p>b==</p>"),
            ("a %%b%% c `%%d%%`", "<p>a  c <code>%%d%%</code></p>"),
            ("a\n\n%%\nhidden\n\n[[My Note]]\n%%\n\nb", "<p>a</p>\n<p>b</p>"),
            ("100%% sure\n\n200%% sure", "<p>100%% sure</p>\n<p>200%% sure</p>"),
            ("#tag #other/tag", "<p>#tag #other/tag</p>"),
        ] {
            assert_eq!(html(text), expected, "{text}");
        }
    }

    #[test]
    fn callouts_are_readable() {
        for (text, expected) in [
            (
                "> [!info]- My *title*\n> text",
                "<blockquote>\n<p><strong>My <em>title</em></strong></p>\n<p>text</p>\n</blockquote>",
            ),
            ("> [!faq]\n> text", "<blockquote>\n<p><strong>Faq</strong></p>\n<p>text</p>\n</blockquote>"),
            ("> [!note]\n> text", "<blockquote>\n<p><strong>Note</strong></p>\n<p>text</p>\n</blockquote>"),
            ("> a [!x] b", "<blockquote>\n<p>a [!x] b</p>\n</blockquote>"),
        ] {
            assert_eq!(html(text).replace("<blockquote><", "<blockquote>\n<"), expected, "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_rendered(text in "(!?\\[\\[|\\]\\]|==|%%|\n?> ?|\\[!|#|[a-z|.1 \n`é*-])*") {
            let surroundings = Surroundings { blog: Box::new(One), ..Surroundings::of(Dialect::Commonmark) };
            surroundings.render(&text, Markup::Markdown);
        }
    }

    #[test]
    fn long_texts_take_no_long_time() {
        for text in ["[[", "==a ", "%%", "> [!x", "![[a|", "[[a]]", "%%\n"] {
            assert!(html(&text.repeat(10_000)).len() < 4_000_000, "{text}");
        }
    }
}
