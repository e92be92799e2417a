//! RSS 0.9x, 1.0 and 2.0 and Atom 0.3 and 1.0 -> entries, by the names of elements.
//!
//! An entry that has no id is known to readers by its link.

use roxmltree::{Document, Error, Node, ParsingOptions};
use url::Url;

use super::{Entry, OldFeed, SAVE, Wrong, date};
use crate::markup;

const CONTENT: &str = "http://purl.org/rss/1.0/modules/content/";
const DUBLIN_CORE: &str = "http://purl.org/dc/elements/1.1/";
const RDF: &str = "http://www.w3.org/1999/02/22-rdf-syntax-ns#";
const FEEDBURNER: &str = "http://rssnamespace.org/feedburner/ext/1.0";
const ATOM: &str = "http://www.w3.org/2005/Atom";

/// The namespaces of feeds themselves: RSS 2.0's, 1.0's and 0.90's, Atom 1.0's and 0.3's.
const OWN: [&str; 5] =
    ["", "http://purl.org/rss/1.0/", "http://my.netscape.com/rdf/simple/0.9/", ATOM, "http://purl.org/atom/ns#"];

pub(super) fn read(text: &str) -> Result<OldFeed, Wrong> {
    let options = ParsingOptions { allow_dtd: true, ..ParsingOptions::default() };
    let document = Document::parse_with_options(text, options).map_err(|error| malformed(&error, text))?;
    let root = document.root_element();
    let (channel, name) = match root.tag_name().name() {
        "feed" => (Some(root), "entry"),
        "rss" | "RDF" => (own(root, "channel"), "item"),
        _ => return Err(no_feed(root)),
    };
    let channel =
        channel.ok_or_else(|| Wrong { message: "has no `channel`".to_owned(), mend: SAVE, place: Some((1, 1)) })?;
    let base = link(channel).and_then(|url| Url::parse(&url).ok());
    let items = [channel, root].into_iter().take(if channel == root { 1 } else { 2 });
    let items = items.flat_map(|parent| all(parent, name));
    let mut lines = Lines { text, offset: 0, line: 1 };
    let entries = items.map(|item| Entry { line: Some(lines.at(item.range().start)), ..entry(item, base.as_ref()) });
    let entries = entries.collect();
    Ok(OldFeed { url: self_link(channel), entries })
}

fn entry(item: Node<'_, '_>, base: Option<&Url>) -> Entry {
    let guid = own(item, "guid").or_else(|| own(item, "id"));
    let original = named(item, FEEDBURNER, "origLink").map(text_of);
    let is_permalink = |guid: &Node<'_, '_>| guid.attribute("isPermaLink") != Some("false");
    let permalink = own(item, "guid").filter(is_permalink).map(text_of);
    let url = original.or_else(|| link(item)).or_else(|| permalink.filter(|url| url.contains("://")));
    let about = item.attribute((RDF, "about")).map(|about| about.trim().to_owned());
    let id = guid.map(text_of).filter(|id| !id.is_empty()).or(about).or_else(|| link(item));
    let published = ["pubDate", "published", "issued", "updated", "modified"].map(|name| own(item, name));
    let dublin = named(item, DUBLIN_CORE, "date");
    let body = [named(item, CONTENT, "encoded"), own(item, "content"), own(item, "description"), own(item, "summary")];
    Entry {
        id: id.unwrap_or_default(),
        url: url.map(|url| absolute(&url, base)),
        title: own(item, "title").map(title).unwrap_or_default(),
        updated: own(item, "updated").and_then(|node| date(&text_of(node))),
        published: published.into_iter().flatten().chain(dublin).find_map(|node| date(&text_of(node))),
        html: body.into_iter().flatten().map(text_of).find(|text| !text.is_empty()).unwrap_or_default(),
        line: None,
    }
}

/// The first child of the feed's own vocabulary with this name.
fn own<'a, 'i>(parent: Node<'a, 'i>, name: &str) -> Option<Node<'a, 'i>> {
    all(parent, name).next()
}

fn all<'a, 'i>(parent: Node<'a, 'i>, name: &str) -> impl Iterator<Item = Node<'a, 'i>> {
    parent.children().filter(move |node| {
        let tag = node.tag_name();
        node.is_element() && tag.name() == name && OWN.contains(&tag.namespace().unwrap_or_default())
    })
}

fn named<'a, 'i>(parent: Node<'a, 'i>, namespace: &str, name: &str) -> Option<Node<'a, 'i>> {
    parent.children().find(|node| node.has_tag_name((namespace, name)))
}

/// All text in it; elements (Atom's XHTML) are parted by blanks.
fn text_of(node: Node<'_, '_>) -> String {
    let texts: Vec<&str> = node.descendants().filter(Node::is_text).filter_map(|node| node.text()).collect();
    texts.join(if node.children().any(|child| child.is_element()) { " " } else { "" }).trim().to_owned()
}

/// A title; Atom says whether it is HTML (RFC 4287 §3.1.1).
fn title(node: Node<'_, '_>) -> String {
    let text = text_of(node);
    if node.attribute("type") == Some("html") { markup::html_to_text(&text) } else { text }
}

/// The address of the page: RSS has it as text, Atom as an attribute.
fn link(parent: Node<'_, '_>) -> Option<String> {
    let is_page = |link: &Node<'_, '_>| {
        let is_html = link.attribute("type").is_none_or(|kind| kind.contains("html"));
        link.attribute("rel").is_none_or(|rel| rel == "alternate") && is_html
    };
    let links = all(parent, "link").filter(is_page);
    let address =
        |link: Node<'_, '_>| link.attribute("href").map_or_else(|| text_of(link), |href| href.trim().to_owned());
    links.map(address).find(|url| !url.is_empty())
}

fn self_link(channel: Node<'_, '_>) -> Option<String> {
    let links = channel.children().filter(|node| node.has_tag_name((ATOM, "link")));
    let mut own = links.filter(|link| link.attribute("rel") == Some("self"));
    own.find_map(|link| link.attribute("href")).map(|url| url.trim().to_owned())
}

fn absolute(url: &str, base: Option<&Url>) -> String {
    base.and_then(|base| base.join(url).ok()).map_or_else(|| url.to_owned(), String::from)
}

fn malformed(error: &Error, text: &str) -> Wrong {
    let place = Some((error.pos().row, error.pos().col));
    let start: String = text.chars().take(1000).collect::<String>().to_ascii_lowercase();
    if start.contains("<html") || start.contains("<!doctype html") {
        return Wrong { message: "is a web page, not a feed".to_owned(), mend: SAVE, place: Some((1, 1)) };
    }
    let said = error.to_string();
    let said = said.split(" at ").next().unwrap_or(&said).replace('\'', "`");
    Wrong { message: format!("is not well-formed XML: {said}"), mend: "mend it here in the saved file", place }
}

fn no_feed(root: Node<'_, '_>) -> Wrong {
    let name = root.tag_name().name();
    let kind = if name.eq_ignore_ascii_case("html") { "a web page".to_owned() } else { format!("`<{name}>`") };
    Wrong { message: format!("is {kind}, not a feed"), mend: SAVE, place: Some((1, 1)) }
}

/// Lines of rising offsets, each found from the one before.
struct Lines<'a> {
    text: &'a str,
    offset: usize,
    line: u32,
}

impl Lines<'_> {
    fn at(&mut self, offset: usize) -> u32 {
        let between = self.text.get(self.offset..offset).unwrap_or_default();
        self.line = self.line.saturating_add(u32::try_from(between.matches('\n').count()).unwrap_or(u32::MAX));
        self.offset = self.offset.max(offset);
        self.line
    }
}
