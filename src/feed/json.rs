//! JSON Feed 1.1 (<https://www.jsonfeed.org/version/1.1/>).
//!
//! In: a [`Feed`]. Out: its bytes. The structs are the format's objects, key by key in the order of its text;
//! what is empty is left out.
//!
//! - `url` is the post's own page; what a link post points to is `external_url`.
//! - `content_html` is always there, as the format demands one content, even where a post is empty.

use std::borrow::Cow;

use serde::Serialize;

use super::shown::{Shown, external, shown, terms};
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
    #[serde(skip_serializing_if = "Vec::is_empty")]
    hubs: Vec<Hub<'a>>,
    items: Vec<Item<'a>>,
}

#[derive(Serialize)]
struct Hub<'a> {
    #[serde(rename = "type")]
    protocol: &'static str,
    url: Cow<'a, str>,
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
        hubs: feed.hubs.iter().map(|hub| Hub { protocol: "WebSub", url: uri::uri(hub.as_str()) }).collect(),
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
        external_url: external(post),
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
    media::files(post).map(attachment).collect()
}

fn attachment(file: &Enclosure) -> Attachment<'_> {
    Attachment {
        url: uri::uri(&file.url),
        mime_type: text::media_type(&file.media_type),
        title: file.title.as_deref().map(text::line).filter(|title| !text::is_blank(title)),
        size_in_bytes: (file.length > 0).then_some(file.length),
        duration_in_seconds: file.duration,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Content, Format, Person};
    use crate::feed::{sample, verify};
    use crate::post::Image;
    use proptest::prelude::*;
    use serde_json::{Value, json};
    use std::sync::Arc;

    fn read(feed: &Feed) -> Value {
        let bytes = write(feed);
        assert_eq!(verify(&bytes, Format::Json), Ok(()), "{}", String::from_utf8_lossy(&bytes));
        serde_json::from_slice(&bytes).unwrap()
    }

    fn read_item(entry: Entry) -> Value {
        read(&sample::feed(vec![entry]))["items"][0].clone()
    }

    #[test]
    fn a_small_feed_byte_for_byte() {
        let wanted = r#"{
  "version": "https://jsonfeed.org/version/1.1",
  "title": "Example",
  "home_page_url": "https://example.org/",
  "feed_url": "https://example.org/feed",
  "description": "Notes on examples",
  "authors": [
    {
      "name": "Ann"
    }
  ],
  "language": "en",
  "items": [
    {
      "id": "https://example.org/1/",
      "url": "https://example.org/1/",
      "title": "Post 1",
      "content_html": "<p>First.</p>\n<p>Second &amp; last.</p>\n",
      "summary": "First.",
      "date_published": "2024-01-02T12:00:00+01:00",
      "authors": [
        {
          "name": "Ann"
        }
      ]
    }
  ]
}
"#;
        assert_eq!(String::from_utf8(write(&sample::feed(vec![sample::entry(1)]))).unwrap(), wanted);
    }

    #[test]
    fn an_item_says_all_that_it_knows() {
        let mut post = sample::post(1);
        (post.updated, post.language) = (Some(sample::day(9)), Some("de".to_owned()));
        (post.tags, post.categories) = (vec!["t".to_owned(), "c".to_owned()], vec!["c".to_owned()]);
        post.authors = vec![Person { url: Some("https://example.org/~ann".to_owned()), ..sample::person("Ann") }];
        post.link = Some("https://example.com/?a&b".to_owned());
        post.image = Some(Image { url: "https://example.org/i.png".to_owned(), media_type: None, alt: None });
        post.enclosures = vec![sample::enclosure("https://example.org/a.mp3"), sample::enclosure("/no.mp3")];
        let item = read_item(sample::entry_of(post, "<p>b</p>", "<p>s</p>"));
        let wanted = json!({
            "id": "https://example.org/1/",
            "url": "https://example.org/1/",
            "external_url": "https://example.com/?a&b",
            "title": "Post 1",
            "content_html": "<p>b</p>",
            "summary": "s",
            "image": "https://example.org/i.png",
            "date_published": "2024-01-02T12:00:00+01:00",
            "date_modified": "2024-01-10T12:00:00+01:00",
            "authors": [{"name": "Ann", "url": "https://example.org/~ann"}],
            "tags": ["c", "t"],
            "language": "de",
            "attachments": [{
                "url": "https://example.org/a.mp3",
                "mime_type": "audio/mpeg",
                "title": "Talk",
                "size_in_bytes": 1234,
                "duration_in_seconds": 61,
            }],
        });
        assert_eq!(item, wanted);
    }

    #[test]
    fn what_is_empty_is_left_out_but_the_content() {
        let post = Post { title: String::new(), authors: vec![], ..sample::post(1) };
        let item = read_item(sample::entry_of(post, "", ""));
        let keys: Vec<_> = item.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(keys, ["id", "url", "content_html", "date_published"]);
        assert_eq!(item["content_html"], "");
    }

    #[test]
    fn a_summary_feed_has_summaries_for_content() {
        let feed = Feed { content: Content::Summary, ..sample::feed(vec![sample::entry(1)]) };
        let item = &read(&feed)["items"][0];
        assert_eq!((&item["content_html"], &item["summary"]), (&json!("<p>First.</p>"), &json!("First.")));
    }

    #[test]
    fn an_unknown_size_is_left_out() {
        let mut post = sample::post(1);
        post.enclosures = vec![sample::enclosure("https://example.org/a.mp3")];
        post.enclosures[0].length = 0;
        assert_eq!(read_item(sample::entry_of(post, "", ""))["attachments"][0].get("size_in_bytes"), None);
    }

    #[test]
    fn the_picture_of_the_body_will_do() {
        let mut entry = sample::entry(1);
        Arc::make_mut(&mut entry.rendered).image = Some(("https://example.org/b.png".to_owned(), String::new()));
        assert_eq!(read_item(entry)["image"], "https://example.org/b.png");
    }

    #[test]
    fn icons_are_the_large_one_and_the_small_one() {
        let mut feed = sample::feed(vec![]);
        feed.icon = feed.home.join("small.png").ok();
        assert_eq!(read(&feed)["icon"], "https://example.org/small.png");
        feed.image = feed.home.join("large.png").ok();
        let read = read(&feed);
        assert_eq!(
            (&read["icon"], &read["favicon"]),
            (&json!("https://example.org/large.png"), &json!("https://example.org/small.png"))
        );
    }

    proptest! {
        #[test]
        fn whatever_is_in_a_post_comes_back_valid(feed in sample::nasty_feed()) {
            let read = read(&feed);
            prop_assert_eq!(read["title"].as_str(), Some(&*text::line(&feed.title)));
            prop_assert_eq!(read["items"].as_array().map(Vec::len), Some(feed.entries.len()));
            for (n, entry) in feed.entries.iter().enumerate() {
                let item = &read["items"][n];
                let shown = shown(entry, feed.content);
                prop_assert_eq!(item["id"].as_str(), Some(&*text::line(&entry.post.id)));
                prop_assert_eq!(item["title"].as_str(), shown.title.as_deref());
                prop_assert_eq!(item["content_html"].as_str(), Some(&*shown.body.or(shown.summary).unwrap_or_default()));
                let date = chrono::DateTime::parse_from_rfc3339(item["date_published"].as_str().unwrap_or_default());
                prop_assert_eq!(date.map(|date| date.timestamp()), Ok(entry.post.published.timestamp()));
            }
            prop_assert_eq!(write(&feed), write(&feed.clone()));
        }
    }
}
