//! What an entry shows of its post, whatever the format: title, summary, body, terms.
//!
//! In: a post, its rendered body and how much of it the feed holds. Out: clean text, where nothing
//! that is there is blank, so that the formats only have to say where each piece goes.

use std::borrow::Cow;
use std::collections::HashSet;

use crate::config::Content;
use crate::post::Post;

use super::{Entry, Feed, text, uri};

/// The words of an entry.
pub(super) struct Shown<'a> {
    /// Plain text on one line.
    pub(super) title: Option<Cow<'a, str>>,
    /// HTML; not there when it says no more than the body (RFC 4287 §4.2.13).
    pub(super) summary: Option<Cow<'a, str>>,
    /// HTML; only where the feed holds whole bodies.
    pub(super) body: Option<Cow<'a, str>>,
}

/// What a feed of this `content` shows of `entry`.
pub(super) fn shown(entry: &Entry, content: Content) -> Shown<'_> {
    let Entry { post, rendered } = entry;
    let summary = full(text::clean(&rendered.summary_html));
    let body = match content {
        Content::Full => full(text::clean(&rendered.html)),
        Content::Summary => None,
    };
    let repeats = |summary: &str| body.as_deref().is_some_and(|body| body.trim() == summary.trim());
    Shown { title: full(text::line(&post.title)), summary: summary.filter(|s| !repeats(s)), body }
}

/// HTML for an entry that has no words of its own, where a format demands some: a link to the post.
pub(super) fn pointer(post: &Post) -> String {
    let url = text::as_html(&uri::uri(&post.url)).replace('\'', "&#39;");
    format!("<p><a href=\"{url}\">{url}</a></p>")
}

/// The categories, then the tags; none twice, none blank.
pub(super) fn terms(post: &Post) -> Vec<Cow<'_, str>> {
    let mut seen = HashSet::new();
    let all = post.categories.iter().chain(&post.tags).filter_map(|term| full(text::line(term)));
    all.filter(|term| seen.insert(term.clone())).collect()
}

/// What a link post points to.
pub(super) fn external(post: &Post) -> Option<Cow<'_, str>> {
    post.link.as_deref().and_then(uri::link).filter(|link| *link != uri::uri(&post.url))
}

/// The language of the post, where it is another than that of the feed.
pub(super) fn foreign_language<'a>(post: &'a Post, feed: &Feed) -> Option<&'a str> {
    post.language.as_deref().and_then(text::language).filter(|own| feed.language.as_deref() != Some(*own))
}

fn full(text: Cow<'_, str>) -> Option<Cow<'_, str>> {
    (!text::is_blank(&text)).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::feed::sample;

    #[test]
    fn a_full_feed_shows_both_and_a_summary_feed_no_body() {
        let entry = sample::entry(1);
        let full = shown(&entry, Content::Full);
        assert_eq!(full.title.as_deref(), Some("Post 1"));
        assert_eq!(full.summary.as_deref(), Some("<p>First.</p>"));
        assert_eq!(full.body.as_deref(), Some("<p>First.</p>\n<p>Second &amp; last.</p>\n"));
        let short = shown(&entry, Content::Summary);
        assert_eq!((short.summary.as_deref(), short.body), (Some("<p>First.</p>"), None));
    }

    #[test]
    fn a_summary_that_is_the_body_is_not_said_twice() {
        let entry = sample::entry_of(sample::post(1), "<p>All.</p>\n", "<p>All.</p>");
        assert_eq!(shown(&entry, Content::Full).summary, None);
        assert_eq!(shown(&entry, Content::Summary).summary.as_deref(), Some("<p>All.</p>"));
    }

    #[test]
    fn blank_is_nothing() {
        let mut post = sample::post(1);
        post.title = " \u{b}\u{a0}".to_owned();
        let entry = sample::entry_of(post, "\n", "\u{1}");
        let Shown { title, summary, body } = shown(&entry, Content::Full);
        assert_eq!((title, summary, body), (None, None, None));
    }

    #[test]
    fn a_pointer_is_html_whatever_the_url() {
        let mut post = sample::post(1);
        post.url = "https://example.org/?a='1'&b=\"<x>".to_owned();
        let url = "https://example.org/?a=&#39;1&#39;&amp;b=%22%3Cx%3E";
        assert_eq!(pointer(&post), format!("<p><a href=\"{url}\">{url}</a></p>"));
    }

    #[test]
    fn only_a_link_elsewhere_is_external() {
        let mut post = sample::post(1);
        for (link, wanted) in [
            (Some("https://example.com/a|b"), Some("https://example.com/a%7Cb")),
            (Some("https://example.org/1/"), None),
            (Some("javascript:x"), None),
            (None, None),
        ] {
            post.link = link.map(str::to_owned);
            assert_eq!(external(&post).as_deref(), wanted, "{link:?}");
        }
    }

    #[test]
    fn only_another_language_is_told() {
        let (mut post, feed) = (sample::post(1), sample::feed(vec![]));
        for (language, wanted) in [(Some("de"), Some("de")), (Some("en"), None), (Some("de_DE"), None), (None, None)] {
            post.language = language.map(str::to_owned);
            assert_eq!(foreign_language(&post, &feed), wanted, "{language:?}");
        }
    }

    #[test]
    fn terms_come_once_with_categories_first() {
        let mut post = sample::post(1);
        post.categories = ["News", "a\u{b} b", ""].map(str::to_owned).to_vec();
        post.tags = ["rust", "News", "news", " rust "].map(str::to_owned).to_vec();
        assert_eq!(terms(&post), ["News", "a b", "rust", "news"]);
    }
}
