//! What RSS 2.0 demands of a feed, and readers of its items.

use roxmltree::{Document, Node};

use super::xml::{filled, numbered, only, parse};
use super::{address, date_rfc822, same_ids, unique};

/// RSS elements are in no namespace.
const RSS: &str = "";

/// Checks the RSS 2.0 feed in `text`.
pub(super) fn verify(text: &str) -> Result<(), String> {
    let ids = ids(&parse(text)?)?;
    unique(&ids)?;
    let channel = ::rss::Channel::read_from(text.as_bytes()).map_err(|error| format!("unreadable as RSS: {error}"))?;
    let read = channel.items.iter().map(|item| item.guid.as_ref().map_or("", |guid| guid.value.as_str()));
    same_ids(&ids, read)
}

fn ids(document: &Document<'_>) -> Result<Vec<String>, String> {
    let root = document.root_element();
    if !root.has_tag_name("rss") || root.attribute("version") != Some("2.0") {
        return Err("the root element is not `rss` of version 2.0".to_owned());
    }
    let channel = only(root, RSS, "channel")?;
    filled(channel, RSS, "title")?;
    address(filled(channel, RSS, "link")?)?;
    only(channel, RSS, "description")?;
    date_rfc822(filled(channel, RSS, "lastBuildDate")?)?;
    numbered(channel, RSS, "item", item)
}

fn item(item: Node<'_, '_>) -> Result<String, String> {
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
