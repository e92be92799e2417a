//! What RSS 2.0 demands of a feed, and readers of its items.

use roxmltree::{Document, Node};

use super::xml::{Found, Shape, filled, only};
use super::{address, date_rfc822};

/// RSS elements are in no namespace.
const RSS: &str = "";

pub(super) const SHAPE: Shape = Shape {
    entry: (RSS, "item"),
    around: ("<channel>", "</channel></rss>"),
    prose: &["description", "content:encoded"],
    holder,
    frame,
    read_entry,
    second_reading,
};

fn holder<'a, 'i>(document: &'a Document<'i>) -> Result<Node<'a, 'i>, String> {
    let root = document.root_element();
    if !root.has_tag_name("rss") || root.attribute("version") != Some("2.0") {
        return Err("the root element is not `rss` of version 2.0".to_owned());
    }
    only(root, RSS, "channel")
}

/// Nobody has to sign an item.
fn frame(channel: Node<'_, '_>) -> Result<bool, String> {
    filled(channel, RSS, "title")?;
    address(filled(channel, RSS, "link")?)?;
    only(channel, RSS, "description")?;
    date_rfc822(filled(channel, RSS, "lastBuildDate")?)?;
    Ok(true)
}

fn read_entry(item: Node<'_, '_>) -> Result<Found, String> {
    if filled(item, RSS, "title").is_err() && filled(item, RSS, "description").is_err() {
        return Err("has neither `title` nor `description`".to_owned());
    }
    address(filled(item, RSS, "link")?)?;
    date_rfc822(filled(item, RSS, "pubDate")?)?;
    let guid = only(item, RSS, "guid")?;
    if guid.attribute("isPermaLink") != Some("false") {
        address(filled(item, RSS, "guid")?)?;
    }
    Ok(Found { id: filled(item, RSS, "guid")?.to_owned(), has_author: false })
}

fn second_reading(text: &str) -> Result<Vec<String>, String> {
    let channel = ::rss::Channel::read_from(text.as_bytes());
    let channel = channel.map_err(|error| format!("unreadable as RSS: {error}"))?;
    Ok(channel.items.into_iter().map(|item| item.guid.map(|guid| guid.value).unwrap_or_default()).collect())
}
