//! Atom 1.0 (RFC 4287).
//!
//! In: a [`Feed`]. Out: its bytes. The `atom_syndication` crate writes them; what goes in is clean.
//!
//! - Every entry names its authors, also where they are the feed's: few readers inherit them.
//! - `alternate` is the post's own page; what a link post points to is `related`.
//! - HTML is escaped HTML, with the post's page as its base.
//! - Enclosures are links; the picture of a post is Media RSS.

use std::collections::BTreeMap;

use atom_syndication::extension::{Extension, ExtensionMap};
use atom_syndication::{self as syndication, Category, Content, Generator, Link, Person, Text, WriteConfig};
use quick_xml::escape::escape;

use super::shown::{Shown, pointer, shown, terms};
use super::{Entry, Feed, GENERATOR, dates, media, people, text, uri};
use crate::post::{Enclosure, Post};

const DECLARATION: &[u8] = b"<?xml version=\"1.0\" encoding=\"utf-8\"?>\n";
const CONFIG: WriteConfig = WriteConfig { write_document_declaration: false, indent_size: Some(2) };

/// The whole document, indented, with a line feed at its end.
pub(super) fn write(feed: &Feed) -> Vec<u8> {
    // Writing to memory does not fail; were it to, `verify` refuses what is empty.
    let mut bytes = document(feed).write_with_config(DECLARATION.to_vec(), CONFIG).unwrap_or_default();
    bytes.push(b'\n');
    bytes
}

fn document(feed: &Feed) -> syndication::Feed {
    let entries: Vec<_> = feed.entries.iter().map(|entry| self::entry(entry, feed)).collect();
    syndication::Feed {
        title: plain(&feed.title),
        id: uri::uri(feed.url.as_str()).into_owned(),
        updated: dates::exact(feed.updated),
        authors: authors(feed),
        generator: Some(Generator { value: GENERATOR.to_owned(), ..Generator::default() }),
        icon: feed.icon.as_ref().map(|url| uri::uri(url.as_str()).into_owned()),
        logo: feed.image.as_ref().map(|url| uri::uri(url.as_str()).into_owned()),
        links: vec![
            link("self", feed.url.as_str(), Some("application/atom+xml")),
            link("alternate", feed.home.as_str(), Some("text/html")),
        ],
        rights: feed.copyright.as_deref().map(plain).filter(|words| !words.value.is_empty()),
        subtitle: Some(plain(&feed.description)).filter(|words| !words.value.is_empty()),
        namespaces: namespaces(&entries),
        base: Some(uri::uri(feed.home.as_str()).into_owned()),
        lang: feed.language.as_deref().and_then(text::language).map(str::to_owned),
        entries,
        ..syndication::Feed::default()
    }
}

fn entry(entry: &Entry, feed: &Feed) -> syndication::Entry {
    let post = &*entry.post;
    let Shown { title, summary, body } = shown(entry, feed.content);
    let wordless = summary.is_none() && body.is_none();
    let summary = summary.map(Into::into).or_else(|| wordless.then(|| pointer(post)));
    let base = Some(uri::uri(&post.url).into_owned());
    let lang = post.language.as_deref().filter(|own| feed.language.as_deref() != Some(*own)).and_then(text::language);
    let lang = lang.map(str::to_owned);
    syndication::Entry {
        title: Text { lang: lang.clone(), ..plain(title.as_deref().unwrap_or_default()) },
        id: text::line(&post.id).into_owned(),
        updated: dates::exact(post.modified()),
        authors: people::authors(&post.authors).map(person).collect(),
        categories: terms(post).into_iter().map(category).collect(),
        links: links(post),
        published: Some(dates::exact(post.published)),
        summary: summary.map(|html| Text { base: base.clone(), lang: lang.clone(), ..Text::html(html) }),
        content: body.map(|html| Content {
            base,
            lang,
            value: Some(html.into_owned()),
            content_type: Some("html".to_owned()),
            src: None,
        }),
        extensions: extensions(entry),
        ..syndication::Entry::default()
    }
}

/// The site's authors. A feed must have one unless every entry has (RFC 4287 §4.1.1), so where
/// nobody is known the site itself speaks.
fn authors(feed: &Feed) -> Vec<Person> {
    let known: Vec<Person> = people::authors(&feed.authors).map(person).collect();
    let anonymous =
        feed.entries.is_empty() || feed.entries.iter().any(|e| people::authors(&e.post.authors).next().is_none());
    if known.is_empty() && anonymous {
        return vec![Person { name: text::line(&feed.title).into_owned(), ..Person::default() }];
    }
    known
}

fn person(author: people::Author<'_>) -> Person {
    Person {
        name: author.name.into_owned(),
        email: author.email.map(str::to_owned),
        uri: author.url.map(Into::into),
        ..Person::default()
    }
}

fn category(term: std::borrow::Cow<'_, str>) -> Category {
    Category { term: term.into_owned(), scheme: None, label: None }
}

fn links(post: &Post) -> Vec<Link> {
    let hreflang = post.language.as_deref().and_then(text::language).map(str::to_owned);
    let alternate = Link { hreflang, ..link("alternate", &post.url, Some("text/html")) };
    let related = post.link.as_deref().filter(|url| uri::link(url).is_some()).map(|url| link("related", url, None));
    let enclosures = post.enclosures.iter().filter(|file| uri::web(&file.url).is_some()).map(enclosure);
    [alternate].into_iter().chain(related).chain(enclosures).collect()
}

fn enclosure(file: &Enclosure) -> Link {
    let title =
        file.title.as_deref().map(|title| text::line(title).into_owned()).filter(|title| !text::is_blank(title));
    let length = (file.length > 0).then(|| file.length.to_string());
    Link { title, length, ..link("enclosure", &file.url, Some(text::media_type(&file.media_type))) }
}

fn link(rel: &str, href: &str, media_type: Option<&str>) -> Link {
    Link {
        href: uri::uri(href).into_owned(),
        rel: rel.to_owned(),
        mime_type: media_type.map(str::to_owned),
        hreflang: None,
        title: None,
        length: None,
    }
}

/// Plain text on one line. What looks like HTML is told as HTML that shows it, so that no reader
/// makes tags or entities of it.
fn plain(words: &str) -> Text {
    let words = text::line(words);
    let tag = |pair: &[u8]| matches!(pair, [b'<', b'a'..=b'z' | b'A'..=b'Z' | b'/' | b'!' | b'?']);
    let entity = |pair: &[u8]| matches!(pair, [b'&', b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'#']);
    if words.as_bytes().windows(2).any(|pair| tag(pair) || entity(pair)) {
        Text::html(text::as_html(&words))
    } else {
        Text::plain(words)
    }
}

fn extensions(entry: &Entry) -> ExtensionMap {
    let mut by_name = BTreeMap::<String, Vec<Extension>>::new();
    for media in media::pictures(entry) {
        by_name.entry(media.name.to_owned()).or_default().push(media_element(media));
    }
    if by_name.is_empty() { ExtensionMap::new() } else { [("media".to_owned(), by_name)].into() }
}

fn media_element(media: media::Element) -> Extension {
    let child = media.child.map(|(name, words)| {
        let element = Extension { name: name.to_owned(), value: Some(words), ..Extension::default() };
        (name.to_owned(), vec![element])
    });
    Extension {
        name: media.name.to_owned(),
        // Text, even none, keeps the two tags on one line.
        value: child.is_none().then(String::new),
        // The crate writes attributes of extensions as they are (0.12.10): a test holds that they come out right.
        attrs: media
            .attributes
            .into_iter()
            .map(|(name, value)| (name.to_owned(), escape(value).into_owned()))
            .collect(),
        children: child.into_iter().collect(),
    }
}

fn namespaces(entries: &[syndication::Entry]) -> BTreeMap<String, String> {
    let media = entries.iter().any(|entry| !entry.extensions.is_empty());
    media.then(|| ("media".to_owned(), media::NAMESPACE.to_owned())).into_iter().collect()
}
