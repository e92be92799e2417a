//! RSS 2.0, after the RSS Advisory Board's specification and its Best Practices Profile.
//!
//! In: a [`Feed`]. Out: its bytes. The `rss` crate writes them; what goes in is clean.
//!
//! - `link` is the post's own page, for link posts too: readers that mistake it for the id stay right.
//! - The summary is in `description` and the body in `content:encoded`; one alone is the `description`.
//! - One author with an address is `author`; otherwise all are `dc:creator`, never both.
//! - RSS has one enclosure per item: more of them, and pictures, are Media RSS.
//!
//! - `plain`: plain text as the Profile wants it
//! - `extension`: elements of other namespaces

mod extension;
mod plain;

use rss::extension::dublincore::DublinCoreExtension;
use rss::{Category, Channel, Cloud, Guid, Item};

use self::plain::plain;
use super::shown::{Shown, foreign_language, pointer, shown, terms};
use super::{Entry, Feed, GENERATOR, dates, media, people, text, uri};
use crate::config;
use crate::post::{Enclosure, Post};

const DOCS: &str = "https://www.rssboard.org/rss-specification";

/// The whole document, indented, with a line feed at its end.
pub(super) fn write(feed: &Feed) -> Vec<u8> {
    // Writing to memory does not fail; were it to, `verify` refuses what is empty.
    let bytes = channel(feed).pretty_write_to(Vec::new(), b' ', 2).unwrap_or_default();
    let mut bytes = plain::resolve(bytes);
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
        cloud: feed.cloud.as_ref().map(cloud),
        namespaces: extension::namespaces(feed, &items),
        extensions: extension::of_channel(feed),
        description: plain(&feed.description),
        title,
        link,
        items,
        ..Channel::default()
    }
}

/// Readers register by a POST of a form: that is `http-post`, and it has no procedure (RSS 2.0, `cloud`).
fn cloud(cloud: &config::Cloud) -> Cloud {
    let register = &cloud.register;
    Cloud {
        domain: register.host_str().unwrap_or_default().to_owned(),
        port: register.port_or_known_default().unwrap_or(80).to_string(),
        path: register[url::Position::BeforePath..].to_owned(),
        register_procedure: String::new(),
        protocol: "http-post".to_owned(),
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
        enclosure: media::files(post).next().map(enclosure),
        guid: Some(guid(post)),
        pub_date: Some(dates::rfc822(post.published)),
        content,
        extensions: extension::of_item(entry),
        itunes_ext: extension::playing_time(post),
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
    let languages = foreign_language(post, feed).map(str::to_owned).into_iter().collect();
    let dublin_core = DublinCoreExtension { creators, languages, ..DublinCoreExtension::default() };
    (author, (dublin_core != DublinCoreExtension::default()).then_some(dublin_core))
}

fn enclosure(enclosure: &Enclosure) -> rss::Enclosure {
    rss::Enclosure {
        url: uri::uri(&enclosure.url).into_owned(),
        length: enclosure.length.to_string(),
        mime_type: text::media_type(&enclosure.media_type).to_owned(),
    }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Content, Format, Person};
    use crate::feed::{sample, verify};
    use crate::post::Image;
    use proptest::prelude::*;

    fn read(feed: &Feed) -> Channel {
        let bytes = write(feed);
        assert_eq!(verify(&bytes, Format::Rss), Ok(()), "{}", String::from_utf8_lossy(&bytes));
        Channel::read_from(bytes.as_slice()).unwrap()
    }

    fn read_item(entry: Entry) -> Item {
        read(&sample::feed(vec![entry])).items.remove(0)
    }

    #[test]
    fn a_small_feed_byte_for_byte() {
        let wanted = r#"<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/">
  <channel>
    <title>Example</title>
    <link>https://example.org/</link>
    <description>Notes on examples</description>
    <language>en</language>
    <managingEditor>ann@example.org (Ann)</managingEditor>
    <lastBuildDate>Tue, 02 Jan 2024 12:00:00 +0100</lastBuildDate>
    <generator>Feedwright</generator>
    <docs>https://www.rssboard.org/rss-specification</docs>
    <atom:link href="https://example.org/feed" rel="self" type="application/rss+xml"></atom:link>
    <item>
      <title>Q&#x26;A: &#x3C;b&gt;</title>
      <link>https://example.org/1/</link>
      <description><![CDATA[<p>First.</p>]]></description>
      <guid>https://example.org/1/</guid>
      <pubDate>Tue, 02 Jan 2024 12:00:00 +0100</pubDate>
      <content:encoded><![CDATA[<p>First.</p>
<p>Second &amp; last.</p>
]]></content:encoded>
      <dc:creator>Ann</dc:creator>
    </item>
  </channel>
</rss>
"#;
        let mut entry = sample::entry(1);
        std::sync::Arc::make_mut(&mut entry.post).title = "Q&A: <b>".to_owned();
        assert_eq!(String::from_utf8(write(&sample::feed(vec![entry]))).unwrap(), wanted);
    }

    #[test]
    fn an_empty_feed_is_a_feed() {
        let mut feed = sample::feed(vec![]);
        (feed.description, feed.authors, feed.language) = (String::new(), Vec::new(), None);
        let written = String::from_utf8(write(&feed)).unwrap();
        assert_eq!(verify(written.as_bytes(), Format::Rss), Ok(()));
        assert!(written.contains("<description></description>"), "{written}");
        assert!(!written.contains("managingEditor") && !written.contains("xmlns:media"), "{written}");
    }

    #[test]
    fn summary_and_body_have_their_places() {
        let put = |html: &str, summary: &str, title: &str, content| {
            let mut post = sample::post(1);
            post.title = title.to_owned();
            let feed = Feed { content, ..sample::feed(vec![sample::entry_of(post, html, summary)]) };
            let item = read(&feed).items.remove(0);
            (item.description.unwrap_or_default(), item.content.unwrap_or_default())
        };
        let pair = |a: &str, b: &str| (a.to_owned(), b.to_owned());
        assert_eq!(put("<p>b</p>", "<p>s</p>", "t", Content::Full), pair("<p>s</p>", "<p>b</p>"));
        assert_eq!(put("<p>b</p>", "", "t", Content::Full), pair("<p>b</p>", ""));
        assert_eq!(put("<p>b</p>\n", "<p>b</p>", "", Content::Full), pair("<p>b</p>", ""));
        assert_eq!(put("<p>b</p>", "<p>s</p>", "t", Content::Summary), pair("<p>s</p>", ""));
        assert_eq!(put("", "", "t", Content::Full), pair("", ""));
        let url = "https://example.org/1/";
        assert_eq!(put("", "", "", Content::Full), pair(&format!("<p><a href=\"{url}\">{url}</a></p>"), ""));
    }

    #[test]
    fn only_an_id_that_is_the_address_is_a_permalink() {
        for (id, url, permalink) in [
            ("https://example.org/1/", "https://example.org/1/", true),
            ("https://example.org/1", "https://example.org/1/", false),
            ("tag:example.org,2024:/1", "https://example.org/1/", false),
            ("https://example.org/|", "https://example.org/|", false),
        ] {
            let mut post = sample::post(1);
            (post.id, post.url) = (id.to_owned(), url.to_owned());
            let guid = read_item(sample::entry_of(post, "", "")).guid.unwrap();
            assert_eq!((guid.value.as_str(), guid.permalink), (id, permalink));
        }
    }

    #[test]
    fn one_author_with_an_address_is_author_and_all_others_are_creators() {
        let with = |name: &str| Person { email: Some("b@example.org".to_owned()), ..sample::person(name) };
        for (authors, author, creators) in [
            (vec![with("Bob")], Some("b@example.org (Bob)"), vec![]),
            (vec![sample::person("A & B")], None, vec!["A & B"]),
            (vec![with("Bob"), sample::person("Cyd")], None, vec!["Bob", "Cyd"]),
            (vec![], None, vec![]),
        ] {
            let item = read_item(sample::entry_of(Post { authors, ..sample::post(1) }, "", ""));
            assert_eq!(item.author.as_deref(), author);
            assert_eq!(item.dublin_core_ext.unwrap_or_default().creators, creators);
        }
    }

    #[test]
    fn the_first_file_is_the_enclosure_and_the_others_are_media() {
        let mut post = sample::post(1);
        post.enclosures =
            ["/no.mp3", "https://example.org/a.mp3?x&y", "https://example.org/b.mp3"].map(sample::enclosure).to_vec();
        post.image = Some(Image { url: "https://example.org/i.png?x&y".to_owned(), media_type: None, alt: None });
        let item = read_item(sample::entry_of(post, "", ""));
        let enclosure = item.enclosure.unwrap();
        assert_eq!((enclosure.url.as_str(), enclosure.length.as_str()), ("https://example.org/a.mp3?x&y", "1234"));
        assert_eq!(item.itunes_ext.unwrap().duration.as_deref(), Some("61"));
        let urls =
            |name: &str| item.extensions["media"][name].iter().map(|e| e.attrs["url"].clone()).collect::<Vec<_>>();
        assert_eq!(urls("content"), ["https://example.org/b.mp3", "https://example.org/i.png?x&y"]);
        assert_eq!(urls("thumbnail"), ["https://example.org/i.png?x&y"]);
    }

    #[test]
    fn a_change_a_foreign_language_and_terms_are_told() {
        let mut post = sample::post(1);
        (post.updated, post.language) = (Some(sample::day(9)), Some("de".to_owned()));
        (post.tags, post.categories) = (vec!["t & u".to_owned()], vec!["<c>".to_owned()]);
        let item = read_item(sample::entry_of(post, "", ""));
        assert_eq!(item.extensions["atom"]["updated"][0].value.as_deref(), Some("2024-01-10T12:00:00+01:00"));
        assert_eq!(item.dublin_core_ext.unwrap().languages, ["de"]);
        assert_eq!(item.categories.iter().map(|c| c.name.as_str()).collect::<Vec<_>>(), ["<c>", "t & u"]);
    }

    #[test]
    fn the_image_is_one_that_rss_knows() {
        for (path, there) in
            [("logo.png", true), ("LOGO.JPG", true), ("logo", true), ("logo.svg", false), ("logo.webp", false)]
        {
            let mut feed = sample::feed(vec![]);
            feed.image = feed.home.join(path).ok();
            let image = read(&feed).image;
            assert_eq!(image.is_some(), there, "{path}");
            assert!(image.is_none_or(|image| image.title == "Example" && image.link == "https://example.org/"));
        }
    }

    #[test]
    fn a_body_comes_back_byte_for_byte() {
        let html = sample::long_body();
        let bytes = write(&sample::feed(vec![sample::entry_of(sample::post(1), &html, "<p>s</p>")]));
        assert_eq!(verify(&bytes, Format::Rss), Ok(()));
        let text = String::from_utf8(bytes).unwrap();
        let document = roxmltree::Document::parse(&text).unwrap();
        let content = document.descendants().find(|node| node.tag_name().name() == "encoded").unwrap();
        assert!(content.text() == Some(html.as_str()));
    }

    proptest! {
        #[test]
        fn whatever_is_in_a_post_comes_back_valid(feed in sample::nasty_feed()) {
            let channel = read(&feed);
            let told = |words: &str| text::line(words).trim().to_owned();
            prop_assert_eq!(channel.title.as_str(), told(&feed.title));
            prop_assert_eq!(channel.items.len(), feed.entries.len());
            for (item, entry) in channel.items.iter().zip(&feed.entries) {
                prop_assert_eq!(item.title.as_deref().unwrap_or_default(), told(&entry.post.title));
                prop_assert_eq!(item.guid.as_ref().map(|guid| guid.value.clone()), Some(told(&entry.post.id)));
                let date = chrono::DateTime::parse_from_rfc2822(item.pub_date.as_deref().unwrap_or_default());
                prop_assert_eq!(date.map(|date| date.timestamp()), Ok(entry.post.published.timestamp()));
                let shown = shown(entry, feed.content);
                if let Some(body) = shown.body {
                    prop_assert_eq!(item.content.as_ref().or(item.description.as_ref()).map(String::as_str), Some(body.trim()));
                }
                prop_assert!(item.author.is_none() || item.dublin_core_ext.as_ref().is_none_or(|dc| dc.creators.is_empty()));
            }
            prop_assert_eq!(write(&feed), write(&feed.clone()));
        }
    }
}
