//! Reads what is about to be published as a stranger would.
//!
//! In: the bytes of one file. Out: nothing, or what is wrong with them. Nothing of the writers is
//! used here: XML is parsed strictly (`roxmltree`: well-formed, no forbidden character), searched for
//! what the formats demand, and read once more by the crate of the format; both must find the same ids.

use std::collections::HashSet;

use chrono::DateTime;
use roxmltree::{Document, Node};
use serde::Deserialize;
use url::Url;

use super::{json, text};
use crate::config::Format;

const ATOM: &str = "http://www.w3.org/2005/Atom";
/// RSS elements are in no namespace.
const RSS: &str = "";

/// Checks that `bytes` are a feed of `format` that readers can take: well-formed, complete, every id
/// once, every date and link readable.
///
/// # Errors
/// What is wrong, in words: lower case, no full stop, the entry by its number from 1.
pub fn verify(bytes: &[u8], format: Format) -> Result<(), String> {
    let text = std::str::from_utf8(bytes).map_err(|error| format!("the feed is not UTF-8: {error}"))?;
    if text.starts_with('\u{feff}') {
        return Err("the feed starts with a byte order mark".to_owned());
    }
    match format {
        Format::Rss => rss(text),
        Format::Atom => atom(text),
        Format::Json => json_feed(text),
    }
}

fn rss(text: &str) -> Result<(), String> {
    let ids = rss_ids(&parse(text)?)?;
    unique(&ids)?;
    let channel = ::rss::Channel::read_from(text.as_bytes()).map_err(|error| format!("unreadable as RSS: {error}"))?;
    let read = channel.items.iter().map(|item| item.guid.as_ref().map_or("", |guid| guid.value.as_str()));
    same_ids(&ids, read)
}

fn rss_ids(document: &Document<'_>) -> Result<Vec<String>, String> {
    let root = document.root_element();
    if !root.has_tag_name("rss") || root.attribute("version") != Some("2.0") {
        return Err("the root element is not `rss` of version 2.0".to_owned());
    }
    let channel = only(root, RSS, "channel")?;
    filled(channel, RSS, "title")?;
    address(filled(channel, RSS, "link")?)?;
    only(channel, RSS, "description")?;
    date_rfc822(filled(channel, RSS, "lastBuildDate")?)?;
    numbered(channel, RSS, "item", rss_item)
}

fn rss_item(item: Node<'_, '_>) -> Result<String, String> {
    if filled(item, RSS, "title").is_err() && filled(item, RSS, "description").is_err() {
        return Err("has neither `title` nor `description`".to_owned());
    }
    address(filled(item, RSS, "link")?)?;
    date_rfc822(filled(item, RSS, "pubDate")?)?;
    let guid = only(item, RSS, "guid")?;
    if guid.attribute("isPermaLink") != Some("false") {
        address(filled(item, RSS, "guid")?)?;
    }
    filled(item, RSS, "guid").map(str::to_owned)
}

fn atom(text: &str) -> Result<(), String> {
    let ids = atom_ids(&parse(text)?)?;
    unique(&ids)?;
    let feed =
        atom_syndication::Feed::read_from(text.as_bytes()).map_err(|error| format!("unreadable as Atom: {error}"))?;
    same_ids(&ids, feed.entries.iter().map(|entry| entry.id.as_str()))
}

fn atom_ids(document: &Document<'_>) -> Result<Vec<String>, String> {
    let feed = document.root_element();
    if !feed.has_tag_name((ATOM, "feed")) {
        return Err("the root element is not Atom's `feed`".to_owned());
    }
    filled(feed, ATOM, "id")?;
    filled(feed, ATOM, "title")?;
    date_rfc3339(filled(feed, ATOM, "updated")?)?;
    let signed = has_author(feed)?;
    numbered(feed, ATOM, "entry", |entry| {
        if !has_author(entry)? && !signed {
            return Err("has no author, and the feed has none".to_owned());
        }
        atom_entry(entry)
    })
}

fn atom_entry(entry: Node<'_, '_>) -> Result<String, String> {
    only(entry, ATOM, "title")?;
    date_rfc3339(filled(entry, ATOM, "updated")?)?;
    date_rfc3339(filled(entry, ATOM, "published")?)?;
    let links = named(entry, ATOM, "link").map(|link| link.attribute("href").unwrap_or_default());
    links.clone().try_for_each(address)?;
    if links.count() == 0 {
        return Err("has no link".to_owned());
    }
    filled(entry, ATOM, "id").map(str::to_owned)
}

/// Whether there is an author; each one needs a name.
fn has_author(node: Node<'_, '_>) -> Result<bool, String> {
    named(node, ATOM, "author").try_fold(false, |_, author| filled(author, ATOM, "name").map(|_| true))
}

/// What a reader needs of a JSON Feed; other keys are the reader's own business.
#[derive(Deserialize)]
struct JsonFeed {
    version: String,
    title: String,
    home_page_url: String,
    feed_url: String,
    items: Vec<JsonItem>,
}

#[derive(Deserialize)]
struct JsonItem {
    id: String,
    url: String,
    title: Option<String>,
    content_html: String,
    date_published: String,
    date_modified: Option<String>,
}

fn json_feed(text: &str) -> Result<(), String> {
    let feed: JsonFeed = serde_json::from_str(text).map_err(|error| format!("unreadable as JSON Feed: {error}"))?;
    if feed.version != json::VERSION {
        return Err(format!("`version` is `{}`", feed.version));
    }
    if text::is_blank(&feed.title) {
        return Err("`title` is empty".to_owned());
    }
    address(&feed.home_page_url)?;
    address(&feed.feed_url)?;
    for (number, item) in (1..).zip(&feed.items) {
        json_item(item).map_err(|problem| format!("entry {number}: {problem}"))?;
    }
    unique(&feed.items.into_iter().map(|item| item.id).collect::<Vec<_>>())
}

fn json_item(item: &JsonItem) -> Result<(), String> {
    if text::is_blank(&item.id) {
        return Err("`id` is empty".to_owned());
    }
    let words = [&item.id, &item.content_html].into_iter().chain(&item.title);
    if !words.clone().all(|words| text::is_clean(words)) {
        return Err("holds a control character".to_owned());
    }
    address(&item.url)?;
    date_rfc3339(&item.date_published)?;
    item.date_modified.as_deref().map_or(Ok(()), date_rfc3339)
}

fn parse(text: &str) -> Result<Document<'_>, String> {
    Document::parse(text).map_err(|error| format!("not well-formed: {error}"))
}

/// The ids of all `name` elements, by `read`.
fn numbered<'a, 'i>(
    parent: Node<'a, 'i>,
    namespace: &'a str,
    name: &'a str,
    read: impl Fn(Node<'a, 'i>) -> Result<String, String>,
) -> Result<Vec<String>, String> {
    let entries = (1..).zip(named(parent, namespace, name));
    entries.map(|(number, entry)| read(entry).map_err(|problem| format!("entry {number}: {problem}"))).collect()
}

fn named<'a, 'i>(
    parent: Node<'a, 'i>,
    namespace: &'a str,
    name: &'a str,
) -> impl Iterator<Item = Node<'a, 'i>> + Clone {
    parent.children().filter(move |node| {
        node.is_element() && node.tag_name().name() == name && node.tag_name().namespace().unwrap_or(RSS) == namespace
    })
}

fn only<'a, 'i>(parent: Node<'a, 'i>, namespace: &'a str, name: &'a str) -> Result<Node<'a, 'i>, String> {
    let mut all = named(parent, namespace, name);
    match (all.next(), all.next()) {
        (Some(node), None) => Ok(node),
        (None, _) => Err(format!("has no `{name}`")),
        _ => Err(format!("has `{name}` more than once")),
    }
}

fn filled<'a>(parent: Node<'a, '_>, namespace: &'a str, name: &'a str) -> Result<&'a str, String> {
    let text = only(parent, namespace, name)?.text().unwrap_or_default();
    if text::is_blank(text) { Err(format!("`{name}` is empty")) } else { Ok(text) }
}

fn address(text: &str) -> Result<(), String> {
    Url::parse(text).map(drop).map_err(|error| format!("the link `{text}` is no absolute URL: {error}"))
}

fn date_rfc3339(text: &str) -> Result<(), String> {
    DateTime::parse_from_rfc3339(text).map(drop).map_err(|error| format!("the date `{text}` is not RFC 3339: {error}"))
}

fn date_rfc822(text: &str) -> Result<(), String> {
    DateTime::parse_from_rfc2822(text).map(drop).map_err(|error| format!("the date `{text}` is not RFC 822: {error}"))
}

fn unique(ids: &[String]) -> Result<(), String> {
    let mut seen = HashSet::with_capacity(ids.len());
    ids.iter().find(|id| !seen.insert(id.as_str())).map_or(Ok(()), |id| Err(format!("the id `{id}` is there twice")))
}

/// RSS readers trim ids, so both sides are.
fn same_ids<'a>(ids: &[String], read: impl Iterator<Item = &'a str>) -> Result<(), String> {
    if ids.iter().map(|id| id.trim()).eq(read.map(str::trim)) {
        return Ok(());
    }
    Err("two readers do not find the same entries".to_owned())
}
