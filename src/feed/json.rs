//! JSON Feed 1.1 (<https://www.jsonfeed.org/version/1.1/>).
//!
//! In: a [`Feed`]. Out: its bytes. The structs are the format's objects, key by key in the order of its text;
//! what is empty is left out.
//!
//! - `url` is the post's own page; what a link post points to is `external_url`.
//! - `content_html` is always there, as the format demands one content, even where a post is empty.

use std::borrow::Cow;

use serde::Serialize;

use super::shown::{Shown, shown, terms};
use super::{Entry, Feed, dates, media, people, text, uri};
use crate::post::{Enclosure, Post};

/// The value of `version`.
pub(super) const VERSION: &str = "https://jsonfeed.org/version/1.1";

#[derive(Serialize)]
struct Document<'a> {
    version: &'static str,
    title: Cow<'a, str>,
    home_page_url: Cow<'a, str>,
    feed_url: Cow<'a, str>,
    #[serde(skip_serializing_if = "str::is_empty")]
    description: Cow<'a, str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    icon: Option<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    favicon: Option<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    authors: Vec<Author<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    language: Option<&'a str>,
    items: Vec<Item<'a>>,
}

#[derive(Serialize)]
struct Item<'a> {
    id: Cow<'a, str>,
    url: Cow<'a, str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    external_url: Option<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<Cow<'a, str>>,
    content_html: Cow<'a, str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    summary: Option<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    image: Option<String>,
    date_published: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    date_modified: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    authors: Vec<Author<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tags: Vec<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    language: Option<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    attachments: Vec<Attachment<'a>>,
}

#[derive(Serialize)]
struct Author<'a> {
    name: Cow<'a, str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<Cow<'a, str>>,
}

#[derive(Serialize)]
struct Attachment<'a> {
    url: Cow<'a, str>,
    mime_type: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    size_in_bytes: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    duration_in_seconds: Option<u64>,
}

/// The whole document, indented, with a line feed at its end.
pub(super) fn write(feed: &Feed) -> Vec<u8> {
    // Writing these structs to memory does not fail; were it to, `verify` refuses what is empty.
    let mut bytes = serde_json::to_vec_pretty(&document(feed)).unwrap_or_default();
    bytes.push(b'\n');
    bytes
}

fn document(feed: &Feed) -> Document<'_> {
    let icon = feed.icon.as_ref();
    Document {
        version: VERSION,
        title: text::line(&feed.title),
        home_page_url: uri::uri(feed.home.as_str()),
        feed_url: uri::uri(feed.url.as_str()),
        description: text::line(&feed.description),
        icon: feed.image.as_ref().or(icon).map(|url| uri::uri(url.as_str())),
        favicon: icon.map(|url| uri::uri(url.as_str())),
        authors: people::authors(&feed.authors).map(author).collect(),
        language: feed.language.as_deref().and_then(text::language),
        items: feed.entries.iter().map(|entry| item(entry, feed)).collect(),
    }
}

fn item<'a>(entry: &'a Entry, feed: &Feed) -> Item<'a> {
    let post = &*entry.post;
    let Shown { title, summary, body } = shown(entry, feed.content);
    let summary_text = summary.is_some().then(|| text::line(&entry.rendered.summary_text));
    Item {
        id: text::line(&post.id),
        url: uri::uri(&post.url),
        external_url: post.link.as_deref().and_then(uri::link),
        title,
        content_html: body.or(summary).unwrap_or_default(),
        summary: summary_text.filter(|words| !text::is_blank(words)),
        image: media::lead_image(entry),
        date_published: dates::rfc3339(post.published),
        date_modified: (post.modified() > post.published).then(|| dates::rfc3339(post.modified())),
        authors: people::authors(&post.authors).map(author).collect(),
        tags: terms(post),
        language: post.language.as_deref().and_then(text::language),
        attachments: attachments(post),
    }
}

fn author(author: people::Author<'_>) -> Author<'_> {
    Author { name: author.name, url: author.url }
}

fn attachments(post: &Post) -> Vec<Attachment<'_>> {
    post.enclosures.iter().filter_map(attachment).collect()
}

fn attachment(file: &Enclosure) -> Option<Attachment<'_>> {
    Some(Attachment {
        url: uri::web(&file.url)?,
        mime_type: text::media_type(&file.media_type),
        title: file.title.as_deref().map(text::line).filter(|title| !text::is_blank(title)),
        size_in_bytes: (file.length > 0).then_some(file.length),
        duration_in_seconds: file.duration,
    })
}
