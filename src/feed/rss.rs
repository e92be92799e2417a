//! RSS 2.0, after the RSS Advisory Board's specification and its Best Practices Profile.
//!
//! In: a [`Feed`]. Out: its bytes. The `rss` crate writes them; what goes in is clean.
//!
//! - `link` is the post's own page, for link posts too: readers that mistake it for the id stay right.
//! - The summary is in `description` and the body in `content:encoded`; one alone is the `description`.
//! - One author with an address is `author`; otherwise all are `dc:creator`, never both.
//! - RSS has one enclosure per item: more of them, and pictures, are Media RSS.

use std::collections::BTreeMap;

use rss::extension::dublincore::DublinCoreExtension;
use rss::extension::itunes::ITunesItemExtension;
use rss::extension::{Extension, ExtensionMap};
use rss::{Category, Channel, Guid, Item};

use super::shown::{Shown, pointer, shown, terms};
use super::{Entry, Feed, GENERATOR, dates, media, people, text, uri};
use crate::post::{Enclosure, Post};

const ATOM: &str = "http://www.w3.org/2005/Atom";
const DOCS: &str = "https://www.rssboard.org/rss-specification";

/// Stand for `<` and `&` until the `rss` crate is done: no text holds them, as [`text::clean`] drops them.
const MARKS: [(char, &str); 2] = [('\u{fffe}', "&#x3C;"), ('\u{ffff}', "&#x26;")];

/// The whole document, indented, with a line feed at its end.
pub(super) fn write(feed: &Feed) -> Vec<u8> {
    // Writing to memory does not fail; were it to, `verify` refuses what is empty.
    let bytes = channel(feed).pretty_write_to(Vec::new(), b' ', 2).unwrap_or_default();
    let mut bytes = resolve_marks(bytes);
    bytes.push(b'\n');
    bytes
}

fn channel(feed: &Feed) -> Channel {
    let items: Vec<Item> = feed.entries.iter().map(|entry| item(entry, feed)).collect();
    let title = plain(&feed.title);
    let link = uri::uri(feed.home.as_str()).into_owned();
    Channel {
        language: feed.language.as_deref().and_then(text::language).map(str::to_owned),
        copyright: feed.copyright.as_deref().map(plain).filter(|words| !words.is_empty()),
        managing_editor: people::authors(&feed.authors).find_map(|author| author.mailbox()).as_deref().map(plain),
        last_build_date: Some(dates::rfc822(feed.updated)),
        generator: Some(GENERATOR.to_owned()),
        docs: Some(DOCS.to_owned()),
        image: image(feed, &title, &link),
        namespaces: namespaces(&items),
        extensions: [group("atom", [self_link(feed)])].into(),
        description: plain(&feed.description),
        title,
        link,
        items,
        ..Channel::default()
    }
}

fn item(entry: &Entry, feed: &Feed) -> Item {
    let post = &*entry.post;
    let Shown { title, summary, body } = shown(entry, feed.content);
    let (description, content) = match (summary, body) {
        (Some(summary), body) => (Some(summary.into_owned()), body.map(Into::into)),
        (None, Some(body)) => (Some(body.into_owned()), None),
        (None, None) => (title.is_none().then(|| pointer(post)), None),
    };
    let (author, dublin_core_ext) = credits(post, feed);
    Item {
        title: title.as_deref().map(plain),
        link: Some(uri::uri(&post.url).into_owned()),
        description,
        author,
        categories: terms(post).iter().map(|term| Category { name: plain(term), domain: None }).collect(),
        enclosure: files(post).next().map(enclosure),
        guid: Some(guid(post)),
        pub_date: Some(dates::rfc822(post.published)),
        content,
        extensions: extensions(entry),
        itunes_ext: files(post).next().and_then(playing_time),
        dublin_core_ext,
        ..Item::default()
    }
}

/// A guid is a permalink, and so must be an address, unless it says that it is none.
fn guid(post: &Post) -> Guid {
    let value = text::line(&post.id).into_owned();
    Guid { permalink: value == uri::uri(&post.url) && uri::web(&value).is_some(), value }
}

/// Who wrote it, and in which language where that is another than the feed's.
fn credits(post: &Post, feed: &Feed) -> (Option<String>, Option<DublinCoreExtension>) {
    let authors: Vec<_> = people::authors(&post.authors).collect();
    let author = match authors.as_slice() {
        [one] => one.mailbox().as_deref().map(plain),
        _ => None,
    };
    let creators =
        if author.is_some() { Vec::new() } else { authors.iter().map(|author| plain(&author.name)).collect() };
    let language =
        post.language.as_deref().filter(|own| feed.language.as_deref() != Some(*own)).and_then(text::language);
    let dublin_core = DublinCoreExtension {
        creators,
        languages: language.map(str::to_owned).into_iter().collect(),
        ..Default::default()
    };
    (author, (dublin_core != DublinCoreExtension::default()).then_some(dublin_core))
}

/// The enclosures that RSS can have: at `http` addresses.
fn files(post: &Post) -> impl Iterator<Item = &Enclosure> {
    post.enclosures.iter().filter(|enclosure| uri::web(&enclosure.url).is_some())
}

fn enclosure(enclosure: &Enclosure) -> rss::Enclosure {
    rss::Enclosure {
        url: uri::uri(&enclosure.url).into_owned(),
        length: enclosure.length.to_string(),
        mime_type: text::media_type(&enclosure.media_type).to_owned(),
    }
}

fn playing_time(enclosure: &Enclosure) -> Option<ITunesItemExtension> {
    let duration = enclosure.duration?.to_string();
    Some(ITunesItemExtension { duration: Some(duration), ..ITunesItemExtension::default() })
}

fn extensions(entry: &Entry) -> ExtensionMap {
    let media = files(&entry.post).skip(1).filter_map(media::file).chain(media::pictures(entry)).map(media_element);
    let changed = entry.post.modified() > entry.post.published;
    let updated = changed.then(|| element("atom:updated", Some(dates::rfc3339(entry.post.modified()))));
    [group("atom", updated), group("media", media)].into_iter().filter(|(_, elements)| !elements.is_empty()).collect()
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

fn self_link(feed: &Feed) -> Extension {
    let attrs = [("href", &*uri::uri(feed.url.as_str())), ("rel", "self"), ("type", "application/rss+xml")];
    let attrs = attrs.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
    Extension { attrs, ..element("atom:link", Some(String::new())) }
}

/// Those that the crate does not declare by itself.
fn namespaces(items: &[Item]) -> BTreeMap<String, String> {
    let media = items.iter().any(|item| item.extensions.contains_key("media")).then_some(("media", media::NAMESPACE));
    [("atom", ATOM)].into_iter().chain(media).map(|(prefix, uri)| (prefix.to_owned(), uri.to_owned())).collect()
}

/// The picture of the channel: GIF, JPEG or PNG, with the title and the link of the channel.
fn image(feed: &Feed, title: &str, link: &str) -> Option<rss::Image> {
    let url = feed.image.as_ref()?;
    let extension =
        url.path().rsplit('/').next().and_then(|name| name.rsplit_once('.')).map(|(_, ext)| ext.to_lowercase());
    let fits = extension.is_none_or(|extension| ["gif", "jpg", "jpeg", "png"].contains(&extension.as_str()));
    let image = || rss::Image {
        url: uri::uri(url.as_str()).into_owned(),
        title: title.to_owned(),
        link: link.to_owned(),
        ..rss::Image::default()
    };
    fits.then(image)
}

/// Plain text on one line. `<` and `&` come out as hexadecimal references, which the Profile found
/// to be shown rightly by the most readers ("character data").
fn plain(words: &str) -> String {
    let mark = |c| match c {
        '<' => MARKS[0].0,
        '&' => MARKS[1].0,
        c => c,
    };
    text::line(words).chars().map(mark).collect()
}

fn resolve_marks(bytes: Vec<u8>) -> Vec<u8> {
    let Ok(written) = String::from_utf8(bytes) else { return Vec::new() };
    let bytes = written.as_bytes();
    let mut out = Vec::with_capacity(bytes.len() + 256);
    let mut done = 0;
    for (at, _) in bytes.iter().enumerate().filter(|(_, byte)| **byte == 0xef) {
        let mark = written[at..].chars().next().and_then(|c| MARKS.iter().find(|(mark, _)| *mark == c));
        if let Some((mark, reference)) = mark {
            out.extend_from_slice(&bytes[done..at]);
            out.extend_from_slice(reference.as_bytes());
            done = at + mark.len_utf8();
        }
    }
    out.extend_from_slice(&bytes[done..]);
    out
}
