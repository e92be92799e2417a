//! Atom 1.0 (RFC 4287).
//!
//! In: a [`Feed`]. Out: its bytes. The `atom_syndication` crate writes them; what goes in is clean.
//!
//! - Every entry names its authors, also where they are the feed's: few readers inherit them.
//! - `alternate` is the post's own page; what a link post points to is `related`.
//! - HTML is escaped HTML, with the post's page as its base. The feed has no `xml:base`: all its links are absolute.
//! - Enclosures are links; the picture of a post is Media RSS.
//!
//! - `body`: bodies, set into what the crate wrote

mod body;

use std::borrow::Cow;
use std::collections::BTreeMap;

use atom_syndication::extension::{Extension, ExtensionMap};
use atom_syndication::{self as syndication, Category, Content, Generator, Link, Person, Text, WriteConfig};
use quick_xml::escape::escape;

use super::shown::{Shown, external, foreign_language, pointer, shown, terms};
use super::{Entry, Feed, GENERATOR, dates, media, people, text, uri};
use crate::post::{Enclosure, Post};

const DECLARATION: &[u8] = b"<?xml version=\"1.0\" encoding=\"utf-8\"?>\n";
const CONFIG: WriteConfig = WriteConfig { write_document_declaration: false, indent_size: Some(2) };

/// The whole document, indented, with a line feed at its end.
pub(super) fn write(feed: &Feed) -> Vec<u8> {
    let (entries, bodies): (Vec<_>, Vec<_>) = feed.entries.iter().map(|entry| self::entry(entry, feed)).unzip();
    // Writing to memory does not fail; were it to, `verify` refuses what is empty.
    let document = document(feed, entries).write_with_config(DECLARATION.to_vec(), CONFIG).unwrap_or_default();
    let mut bytes = body::set(&document, &bodies.into_iter().flatten().collect::<Vec<_>>());
    bytes.push(b'\n');
    bytes
}

fn document(feed: &Feed, entries: Vec<syndication::Entry>) -> syndication::Feed {
    syndication::Feed {
        title: plain(&feed.title),
        id: uri::uri(feed.url.as_str()).into_owned(),
        updated: dates::exact(feed.updated),
        authors: authors(feed),
        generator: Some(Generator { value: GENERATOR.to_owned(), ..Generator::default() }),
        icon: feed.icon.as_ref().map(|url| uri::uri(url.as_str()).into_owned()),
        logo: feed.image.as_ref().map(|url| uri::uri(url.as_str()).into_owned()),
        links: own_links(feed),
        rights: feed.copyright.as_deref().map(plain).filter(|words| !words.value.is_empty()),
        subtitle: Some(plain(&feed.description)).filter(|words| !words.value.is_empty()),
        namespaces: namespaces(feed, &entries),
        lang: feed.language.as_deref().and_then(text::language).map(str::to_owned),
        entries,
        ..syndication::Feed::default()
    }
}

fn own_links(feed: &Feed) -> Vec<Link> {
    let own = link("self", feed.url.as_str(), Some("application/atom+xml"));
    let hubs = feed.hubs.iter().map(|hub| link("hub", hub.as_str(), None));
    let home = link("alternate", feed.home.as_str(), Some("text/html"));
    [own].into_iter().chain(hubs).chain([home]).collect()
}

/// An entry with a mark for its body, and that.
fn entry<'a>(entry: &'a Entry, feed: &Feed) -> (syndication::Entry, Option<Cow<'a, str>>) {
    let post = &*entry.post;
    let Shown { title, summary, body } = shown(entry, feed.content);
    let wordless = summary.is_none() && body.is_none();
    let summary = summary.map(Into::into).or_else(|| wordless.then(|| pointer(post)));
    let base = Some(uri::uri(&post.url).into_owned());
    let lang = foreign_language(post, feed).map(str::to_owned);
    let written = syndication::Entry {
        title: Text { lang: lang.clone(), ..plain(title.as_deref().unwrap_or_default()) },
        id: text::line(&post.id).into_owned(),
        updated: dates::exact(post.modified()),
        authors: people::authors(&post.authors).map(person).collect(),
        categories: terms(post).into_iter().map(category).collect(),
        links: links(post),
        published: Some(dates::exact(post.published)),
        summary: summary.map(|html| Text { base: base.clone(), lang: lang.clone(), ..Text::html(html) }),
        content: body.is_some().then(|| Content {
            base,
            lang,
            value: Some(body::MARK.to_owned()),
            content_type: Some("html".to_owned()),
            src: None,
        }),
        extensions: extensions(entry),
        ..syndication::Entry::default()
    };
    (written, body)
}

/// The site's authors. A feed must have one unless every entry has (RFC 4287 §4.1.1), so where
/// nobody is known the site itself speaks.
fn authors(feed: &Feed) -> Vec<Person> {
    let known: Vec<Person> = people::authors(&feed.authors).map(person).collect();
    let anonymous = match &feed.asks {
        Some(asks) => asks.author,
        None => {
            feed.entries.is_empty() || feed.entries.iter().any(|e| people::authors(&e.post.authors).next().is_none())
        }
    };
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
    let related = external(post).map(|url| link("related", &url, None));
    [alternate].into_iter().chain(related).chain(media::files(post).map(enclosure)).collect()
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

fn namespaces(feed: &Feed, entries: &[syndication::Entry]) -> BTreeMap<String, String> {
    let asked = feed.asks.as_ref().is_some_and(|asks| asks.prefixes.contains("media"));
    let media = asked || entries.iter().any(|entry| !entry.extensions.is_empty());
    media.then(|| ("media".to_owned(), media::NAMESPACE.to_owned())).into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{self, Format};
    use crate::feed::{sample, verify};
    use crate::post::Image;
    use proptest::prelude::*;
    use std::sync::Arc;

    fn read(feed: &Feed) -> syndication::Feed {
        let bytes = write(feed);
        assert_eq!(verify(&bytes, Format::Atom), Ok(()), "{}", String::from_utf8_lossy(&bytes));
        syndication::Feed::read_from(bytes.as_slice()).unwrap()
    }

    fn read_entry(entry: Entry) -> syndication::Entry {
        read(&sample::feed(vec![entry])).entries.remove(0)
    }

    /// What a reader that follows RFC 4287 §3.1.1 shows of a text.
    fn told(text: &Text) -> String {
        match text.r#type {
            syndication::TextType::Html => text.value.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&"),
            _ => text.value.clone(),
        }
    }

    #[test]
    fn a_small_feed_byte_for_byte() {
        let wanted = r#"<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en">
  <title>Example</title>
  <id>https://example.org/feed</id>
  <updated>2024-01-02T12:00:00+01:00</updated>
  <author>
    <name>Ann</name>
    <email>ann@example.org</email>
  </author>
  <generator>Feedwright</generator>
  <link href="https://example.org/feed" rel="self" type="application/atom+xml"/>
  <link href="https://example.org/" rel="alternate" type="text/html"/>
  <subtitle>Notes on examples</subtitle>
  <entry>
    <title type="html">The &amp;lt;b&amp;gt; tag</title>
    <id>https://example.org/1/</id>
    <updated>2024-01-02T12:00:00+01:00</updated>
    <author>
      <name>Ann</name>
    </author>
    <link href="https://example.org/1/" rel="alternate" type="text/html"/>
    <published>2024-01-02T12:00:00+01:00</published>
    <summary xml:base="https://example.org/1/" type="html">&lt;p&gt;First.&lt;/p&gt;</summary>
    <content xml:base="https://example.org/1/" type="html">&lt;p&gt;First.&lt;/p&gt;
&lt;p&gt;Second &amp;amp; last.&lt;/p&gt;
</content>
  </entry>
</feed>
"#;
        let mut entry = sample::entry(1);
        Arc::make_mut(&mut entry.post).title = "The <b> tag".to_owned();
        assert_eq!(String::from_utf8(write(&sample::feed(vec![entry]))).unwrap(), wanted);
    }

    #[test]
    fn what_looks_like_html_is_told_as_html() {
        for (words, is_html) in [
            ("Post 1", false),
            ("a < b & c > d, i<3", false),
            ("the <b> tag", true),
            ("</b>", true),
            ("&nbsp;", true),
            ("&#60;", true),
            ("AT&T", true),
        ] {
            let text = plain(words);
            assert_eq!((text.r#type == syndication::TextType::Html, told(&text).as_str()), (is_html, words));
        }
    }

    #[test]
    fn a_feed_says_all_that_it_knows() {
        let mut feed = sample::feed(vec![]);
        feed.copyright = Some("\u{a9} 2024 &copy;".to_owned());
        (feed.icon, feed.image) = (feed.home.join("i.png").ok(), feed.home.join("l.svg").ok());
        let read = read(&feed);
        assert_eq!(read.rights.as_ref().map(told).as_deref(), Some("\u{a9} 2024 &copy;"));
        assert_eq!(read.icon.as_deref(), Some("https://example.org/i.png"));
        assert_eq!(read.logo.as_deref(), Some("https://example.org/l.svg"));
    }

    #[test]
    fn somebody_always_signs() {
        let anonymous = Entry { post: Arc::new(Post { authors: vec![], ..sample::post(1) }), ..sample::entry(1) };
        for (authors, entries, wanted) in [
            (vec![sample::person("Site")], vec![sample::entry(1)], vec!["Site"]),
            (vec![], vec![sample::entry(1)], vec![]),
            (vec![], vec![sample::entry(2), anonymous.clone()], vec!["Example"]),
            (vec![sample::person(" ")], vec![], vec!["Example"]),
        ] {
            let read = read(&Feed { authors, ..sample::feed(entries) });
            assert_eq!(read.authors.iter().map(|author| author.name.as_str()).collect::<Vec<_>>(), wanted);
        }
    }

    #[test]
    fn authors_have_addresses_and_pages() {
        let ann = config::Person {
            email: Some("ann@example.org".to_owned()),
            url: Some("https://example.org/~ann".to_owned()),
            ..sample::person("Ann & Co")
        };
        let entry =
            read_entry(sample::entry_of(Post { authors: vec![ann, sample::person("Bob")], ..sample::post(1) }, "", ""));
        let [ann, bob] = entry.authors.as_slice() else { panic!("{:?}", entry.authors) };
        assert_eq!((ann.name.as_str(), ann.email.as_deref()), ("Ann & Co", Some("ann@example.org")));
        assert_eq!((ann.uri.as_deref(), bob.name.as_str()), (Some("https://example.org/~ann"), "Bob"));
    }

    #[test]
    fn links_say_what_they_are_for() {
        let mut post = sample::post(1);
        (post.link, post.language) = (Some("https://example.com/?a&b".to_owned()), Some("de".to_owned()));
        post.enclosures = vec![sample::enclosure("https://example.org/a.mp3?x&y"), sample::enclosure("/no.mp3")];
        post.enclosures[0].length = 0;
        let entry = read_entry(sample::entry_of(post, "<p>b</p>", "<p>s</p>"));
        let told: Vec<_> = entry.links.iter().map(|l| (l.rel.as_str(), l.href.as_str(), l.length.as_deref())).collect();
        assert_eq!(
            told,
            [
                ("alternate", "https://example.org/1/", None),
                ("related", "https://example.com/?a&b", None),
                ("enclosure", "https://example.org/a.mp3?x&y", None)
            ]
        );
        assert_eq!(entry.links[0].hreflang.as_deref(), Some("de"));
        assert_eq!(entry.title.lang.as_deref(), Some("de"));
        assert_eq!(entry.content.unwrap().lang.as_deref(), Some("de"));
    }

    #[test]
    fn an_entry_without_words_points_to_its_post() {
        for content in [config::Content::Full, config::Content::Summary] {
            let entry = sample::entry_of(Post { title: String::new(), ..sample::post(1) }, " ", "");
            let entry = read(&Feed { content, ..sample::feed(vec![entry]) }).entries.remove(0);
            assert_eq!((entry.title.value.as_str(), entry.content), ("", None));
            assert!(entry.summary.unwrap().value.contains("<a href=\"https://example.org/1/\">"));
        }
    }

    #[test]
    fn pictures_keep_their_addresses() {
        let mut post = sample::post(1);
        let alt = Some("\"a\" & <b>".to_owned());
        post.image = Some(Image { url: "https://example.org/i.png?x=1&amp;y='2'".to_owned(), media_type: None, alt });
        let entry = read_entry(sample::entry_of(post, "", ""));
        let media = &entry.extensions["media"];
        for name in ["content", "thumbnail"] {
            assert_eq!(media[name][0].attrs["url"], "https://example.org/i.png?x=1&amp;y='2'");
        }
        assert_eq!(media["content"][0].children["description"][0].value.as_deref(), Some("\"a\" & <b>"));
    }

    #[test]
    fn a_body_comes_back_byte_for_byte() {
        let html = sample::long_body();
        let entry = read_entry(sample::entry_of(sample::post(1), &html, "<p>s</p>"));
        assert!(entry.content.unwrap().value.as_deref() == Some(html.as_str()));
    }

    proptest! {
        #[test]
        fn whatever_is_in_a_post_comes_back_valid(feed in sample::nasty_feed()) {
            let read = read(&feed);
            prop_assert_eq!(told(&read.title), text::line(&feed.title));
            prop_assert_eq!(read.entries.len(), feed.entries.len());
            for (entry, wanted) in read.entries.iter().zip(&feed.entries) {
                let title = text::line(&wanted.post.title);
                prop_assert_eq!(told(&entry.title), if text::is_blank(&title) { "" } else { &*title });
                prop_assert_eq!(entry.id.as_str(), text::line(&wanted.post.id));
                prop_assert_eq!(entry.published.map(|date| date.timestamp()), Some(wanted.post.published.timestamp()));
                prop_assert_eq!(entry.updated.timestamp(), wanted.post.modified().timestamp());
                let shown = shown(wanted, feed.content);
                prop_assert_eq!(entry.content.as_ref().and_then(|c| c.value.as_deref()), shown.body.as_deref());
                prop_assert_eq!(entry.categories.iter().map(|c| c.term.clone()).collect::<Vec<_>>(), terms(&wanted.post));
            }
            prop_assert_eq!(write(&feed), write(&feed.clone()));
        }
    }
}
