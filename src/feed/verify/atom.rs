//! What RFC 4287 demands of a feed and its entries.

use roxmltree::{Document, Node};

use super::xml::{Found, Shape, filled, named, only};
use super::{address, date_rfc3339, id};

const ATOM: &str = "http://www.w3.org/2005/Atom";

pub(super) const SHAPE: Shape = Shape {
    entry: (ATOM, "entry"),
    around: ("", "</feed>"),
    prose: &["summary", "content"],
    holder,
    frame,
    read_entry,
    second_reading,
};

fn holder<'a, 'i>(document: &'a Document<'i>) -> Result<Node<'a, 'i>, String> {
    let feed = document.root_element();
    if !feed.has_tag_name((ATOM, "feed")) {
        return Err("the root element is not Atom's `feed`".to_owned());
    }
    Ok(feed)
}

fn frame(feed: Node<'_, '_>) -> Result<bool, String> {
    id(filled(feed, ATOM, "id")?)?;
    filled(feed, ATOM, "title")?;
    date_rfc3339(filled(feed, ATOM, "updated")?)?;
    has_author(feed)
}

fn read_entry(entry: Node<'_, '_>) -> Result<Found, String> {
    let has_author = has_author(entry)?;
    only(entry, ATOM, "title")?;
    date_rfc3339(filled(entry, ATOM, "updated")?)?;
    date_rfc3339(filled(entry, ATOM, "published")?)?;
    let links = named(entry, ATOM, "link").map(|link| link.attribute("href").unwrap_or_default());
    links.clone().try_for_each(address)?;
    if links.count() == 0 {
        return Err("has no link".to_owned());
    }
    let own = filled(entry, ATOM, "id")?;
    id(own)?;
    Ok(Found { id: own.to_owned(), has_author })
}

/// Whether there is an author; each one needs a name.
fn has_author(node: Node<'_, '_>) -> Result<bool, String> {
    named(node, ATOM, "author").try_fold(false, |_, author| filled(author, ATOM, "name").map(|_| true))
}

fn second_reading(text: &str) -> Result<Vec<String>, String> {
    let feed = atom_syndication::Feed::read_from(text.as_bytes());
    let feed = feed.map_err(|error| format!("unreadable as Atom: {error}"))?;
    Ok(feed.entries.into_iter().map(|entry| entry.id).collect())
}
