//! What the two XML formats have in common: a frame, and entries in it. Finds elements, and says which are missing.
//!
//! A `namespace` is that of the element sought; empty for none.

use roxmltree::{Document, Node};

use super::unique;
use crate::feed::text;

/// One of the formats.
pub(super) struct Shape {
    /// The namespace and name of an entry.
    pub entry: (&'static str, &'static str),
    /// What stands between the root element's start tag and an entry, at the least, and what behind it.
    pub around: (&'static str, &'static str),
    /// The elements of an entry that hold prose, in their order.
    pub prose: &'static [&'static str],
    /// The element that entries are in.
    pub holder: for<'a, 'i> fn(&'a Document<'i>) -> Result<Node<'a, 'i>, String>,
    /// Checks everything but the entries; whether those need no author of their own.
    pub frame: fn(Node<'_, '_>) -> Result<bool, String>,
    /// Checks one entry.
    pub read_entry: fn(Node<'_, '_>) -> Result<Found, String>,
    /// The ids of all entries, as the crate of the format finds them.
    pub second_reading: fn(&str) -> Result<Vec<String>, String>,
}

/// What there is to know of an entry that is right by itself.
pub(super) struct Found {
    pub id: String,
    pub has_author: bool,
}

/// Checks the feed in `text`.
pub(super) fn verify(text: &str, shape: &Shape) -> Result<(), String> {
    let document = parse(text)?;
    let holder = (shape.holder)(&document)?;
    let is_signed = (shape.frame)(holder)?;
    let entries = (1..).zip(named(holder, shape.entry.0, shape.entry.1));
    let id = |entry| (shape.read_entry)(entry).and_then(|found| signed(&found, is_signed).map(|()| found.id));
    let ids = entries.map(|(number, entry)| id(entry).map_err(|problem| format!("entry {number}: {problem}")));
    let ids: Vec<String> = ids.collect::<Result<_, String>>()?;
    unique(&ids)?;
    same_ids(&ids, &(shape.second_reading)(text)?)
}

fn signed(found: &Found, is_signed: bool) -> Result<(), String> {
    if found.has_author || is_signed { Ok(()) } else { Err("has no author, and the feed has none".to_owned()) }
}

/// RSS readers trim ids, so both sides are.
pub(super) fn same_ids(ids: &[String], read: &[String]) -> Result<(), String> {
    if ids.iter().map(|id| id.trim()).eq(read.iter().map(|id| id.trim())) {
        return Ok(());
    }
    Err("two readers do not find the same entries".to_owned())
}

pub(super) fn parse(text: &str) -> Result<Document<'_>, String> {
    Document::parse(text).map_err(|error| format!("not well-formed: {error}"))
}

pub(super) fn named<'a, 'i>(
    parent: Node<'a, 'i>,
    namespace: &'a str,
    name: &'a str,
) -> impl Iterator<Item = Node<'a, 'i>> + Clone {
    parent.children().filter(move |node| {
        node.is_element()
            && node.tag_name().name() == name
            && node.tag_name().namespace().unwrap_or_default() == namespace
    })
}

pub(super) fn only<'a, 'i>(parent: Node<'a, 'i>, namespace: &'a str, name: &'a str) -> Result<Node<'a, 'i>, String> {
    let mut all = named(parent, namespace, name);
    match (all.next(), all.next()) {
        (Some(node), None) => Ok(node),
        (None, _) => Err(format!("has no `{name}`")),
        _ => Err(format!("has `{name}` more than once")),
    }
}

pub(super) fn filled<'a>(parent: Node<'a, '_>, namespace: &'a str, name: &'a str) -> Result<&'a str, String> {
    let text = only(parent, namespace, name)?.text().unwrap_or_default();
    if text::is_blank(text) { Err(format!("`{name}` is empty")) } else { Ok(text) }
}
