//! Finds elements in an XML document, and says which are missing.
//!
//! A `namespace` is that of the element sought; empty for none.

use roxmltree::{Document, Node};

use crate::feed::text;

pub(super) fn parse(text: &str) -> Result<Document<'_>, String> {
    Document::parse(text).map_err(|error| format!("not well-formed: {error}"))
}

/// The ids of all `name` elements, by `read`.
pub(super) fn numbered<'a, 'i>(
    parent: Node<'a, 'i>,
    namespace: &'a str,
    name: &'a str,
    read: impl Fn(Node<'a, 'i>) -> Result<String, String>,
) -> Result<Vec<String>, String> {
    let entries = (1..).zip(named(parent, namespace, name));
    entries.map(|(number, entry)| read(entry).map_err(|problem| format!("entry {number}: {problem}"))).collect()
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
