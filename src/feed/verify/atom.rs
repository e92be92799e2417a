//! What RFC 4287 demands of a feed and its entries.

use roxmltree::{Document, Node};

use super::xml::{filled, named, numbered, only, parse};
use super::{address, date_rfc3339, id, same_ids, unique};

const ATOM: &str = "http://www.w3.org/2005/Atom";

/// Checks the Atom feed in `text`.
pub(super) fn verify(text: &str) -> Result<(), String> {
    let ids = ids(&parse(text)?)?;
    unique(&ids)?;
    let feed =
        atom_syndication::Feed::read_from(text.as_bytes()).map_err(|error| format!("unreadable as Atom: {error}"))?;
    same_ids(&ids, feed.entries.iter().map(|entry| entry.id.as_str()))
}

fn ids(document: &Document<'_>) -> Result<Vec<String>, String> {
    let feed = document.root_element();
    if !feed.has_tag_name((ATOM, "feed")) {
        return Err("the root element is not Atom's `feed`".to_owned());
    }
    id(filled(feed, ATOM, "id")?)?;
    filled(feed, ATOM, "title")?;
    date_rfc3339(filled(feed, ATOM, "updated")?)?;
    let signed = has_author(feed)?;
    numbered(feed, ATOM, "entry", |entry| {
        if !has_author(entry)? && !signed {
            return Err("has no author, and the feed has none".to_owned());
        }
        self::entry(entry)
    })
}

fn entry(entry: Node<'_, '_>) -> Result<String, String> {
    only(entry, ATOM, "title")?;
    date_rfc3339(filled(entry, ATOM, "updated")?)?;
    date_rfc3339(filled(entry, ATOM, "published")?)?;
    let links = named(entry, ATOM, "link").map(|link| link.attribute("href").unwrap_or_default());
    links.clone().try_for_each(address)?;
    if links.count() == 0 {
        return Err("has no link".to_owned());
    }
    let own = filled(entry, ATOM, "id")?;
    id(own).map(|()| own.to_owned())
}

/// Whether there is an author; each one needs a name.
fn has_author(node: Node<'_, '_>) -> Result<bool, String> {
    named(node, ATOM, "author").try_fold(false, |_, author| filled(author, ATOM, "name").map(|_| true))
}
