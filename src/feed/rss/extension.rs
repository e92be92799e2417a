//! What RSS says in elements of other namespaces: Atom, Media RSS, iTunes.
//!
//! In: a feed or an entry. Out: values of the `rss` crate. Content and Dublin Core are fields of its
//! items, and it declares their namespaces by itself.

use std::collections::BTreeMap;

use rss::Item;
use rss::extension::dublincore;
use rss::extension::itunes::{self, ITunesItemExtension};
use rss::extension::{Extension, ExtensionMap};

use super::plain::plain;
use crate::feed::{Entry, Feed, dates, media, uri};
use crate::post::Post;

const ATOM: &str = "http://www.w3.org/2005/Atom";

/// Where the feed is found (the Profile's `atom:link`), and the hubs that know of new versions first.
pub(super) fn of_channel(feed: &Feed) -> ExtensionMap {
    let own = atom_link(feed.url.as_str(), "self", Some("application/rss+xml"));
    let hubs = feed.hubs.iter().map(|hub| atom_link(hub.as_str(), "hub", None));
    [group("atom", [own].into_iter().chain(hubs))].into()
}

/// How long the enclosure plays, where podcast players look for it.
pub(super) fn playing_time(post: &Post) -> Option<ITunesItemExtension> {
    let duration = media::files(post).next()?.duration?.to_string();
    Some(ITunesItemExtension { duration: Some(duration), ..ITunesItemExtension::default() })
}

/// What RSS has no element for: the last change, further files, pictures.
pub(super) fn of_item(entry: &Entry) -> ExtensionMap {
    let files = media::files(&entry.post).skip(1).map(media::file);
    let media = files.chain(media::pictures(entry)).map(media_element);
    let changed = entry.post.modified() > entry.post.published;
    let updated = changed.then(|| element("atom:updated", Some(dates::rfc3339(entry.post.modified()))));
    [group("atom", updated), group("media", media)].into_iter().filter(|(_, elements)| !elements.is_empty()).collect()
}

fn atom_link(href: &str, rel: &str, media_type: Option<&str>) -> Extension {
    let href = uri::uri(href);
    let attrs = [("href", &*href), ("rel", rel)].into_iter().chain(media_type.map(|name| ("type", name)));
    let attrs = attrs.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    Extension { attrs, ..element("atom:link", Some(String::new())) }
}

fn media_element(media: media::Element) -> Extension {
    let child = media.child.map(|(name, words)| (name.to_owned(), vec![element(name, Some(plain(&words)))]));
    // Text, even none, keeps the two tags on one line.
    let value = child.is_none().then(String::new);
    let attrs = media.attributes.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    Extension { attrs, children: child.into_iter().collect(), ..element(media.name, value) }
}

fn element(name: &str, value: Option<String>) -> Extension {
    Extension { name: name.to_owned(), value, ..Extension::default() }
}

/// Elements of one prefix as the `rss` crate wants them: by their names without it.
fn group(prefix: &str, elements: impl IntoIterator<Item = Extension>) -> (String, BTreeMap<String, Vec<Extension>>) {
    let mut by_name = BTreeMap::<String, Vec<Extension>>::new();
    for element in elements {
        by_name.entry(element.name.clone()).or_default().push(element);
    }
    (prefix.to_owned(), by_name)
}

/// What prefixes stand for.
const NAMESPACES: [(&str, &str); 5] = [
    ("atom", ATOM),
    ("content", "http://purl.org/rss/1.0/modules/content/"),
    ("dc", dublincore::NAMESPACE),
    ("itunes", itunes::NAMESPACE),
    ("media", media::NAMESPACE),
];

/// Those that the crate does not declare by itself: it knows the items alone that are here.
pub(super) fn namespaces(feed: &Feed, items: &[Item]) -> BTreeMap<String, String> {
    let is_asked = |prefix: &str| feed.asks.as_ref().is_some_and(|asks| asks.prefixes.contains(prefix));
    let is_used = |prefix: &str| items.iter().any(|item| item.extensions.contains_key(prefix));
    let needed = NAMESPACES.into_iter().filter(|(prefix, _)| *prefix == "atom" || is_asked(prefix) || is_used(prefix));
    needed.map(|(prefix, uri)| (prefix.to_owned(), uri.to_owned())).collect()
}
