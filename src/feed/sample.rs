//! Posts, entries and feeds for the tests of this room.

use std::sync::Arc;

use chrono::{DateTime, FixedOffset};
use proptest::prelude::*;
use url::Url;

use super::{Entry, Feed, uri};
use crate::config::{Content, Dialect, Person};
use crate::markup::Rendered;
use crate::post::{BodySpan, Enclosure, Image, Markup, Post, Says, Standing, Version};

/// 1 January 2024 12:00 +01:00, `days` later.
pub(crate) fn day(days: i64) -> DateTime<FixedOffset> {
    DateTime::parse_from_rfc3339("2024-01-01T12:00:00+01:00").unwrap() + chrono::Duration::days(days)
}

pub(super) fn person(name: &str) -> Person {
    Person { name: name.to_owned(), ..Person::default() }
}

pub(crate) fn post(number: u32) -> Post {
    let url = format!("https://example.org/{number}/");
    Post {
        path: format!("posts/{number}.md").into(),
        below: 0,
        source: 0,
        version: Version { file: u64::from(number), body: 1 },
        says: Says::default(),
        standing: Standing::New,
        id: url.clone(),
        url,
        title: format!("Post {number}"),
        published: day(i64::from(number)),
        updated: None,
        expires: None,
        authors: vec![person("Ann")],
        tags: Vec::new(),
        categories: Vec::new(),
        section: None,
        language: None,
        summary: None,
        image: None,
        enclosures: Vec::new(),
        link: None,
        draft: false,
        listed: true,
        waits: true,
        body: BodySpan { offset: 0, line: 1, markup: Markup::Markdown, dialect: Dialect::Commonmark },
    }
}

/// `<p>First.</p>` is its summary, with the plain text that goes with it.
pub(crate) fn entry(number: u32) -> Entry {
    entry_of(post(number), "<p>First.</p>\n<p>Second &amp; last.</p>\n", "<p>First.</p>")
}

pub(crate) fn entry_of(post: Post, html: &str, summary_html: &str) -> Entry {
    let summary_text = summary_html.replace("<p>", "").replace("</p>", "");
    let rendered =
        Rendered { html: html.to_owned(), summary_html: summary_html.to_owned(), summary_text, ..Rendered::default() };
    Entry { post: Arc::new(post), rendered: Arc::new(rendered) }
}

/// 6 MB of what is trouble in CDATA, in text and in editors.
pub(super) fn long_body() -> String {
    let line = "<p>]]> ]]&gt; <![CDATA[x]]> \"q\" 'q' & &amp; \u{202e}x\u{202c} \u{1f600}\u{fffd}</p>\n";
    line.repeat(6_000_000 / line.len())
}

pub(super) fn enclosure(url: &str) -> Enclosure {
    Enclosure {
        url: url.to_owned(),
        length: 1234,
        media_type: "audio/mpeg".to_owned(),
        duration: Some(61),
        title: Some("Talk".to_owned()),
    }
}

pub(crate) fn feed(entries: Vec<Entry>) -> Feed {
    let url = |path: &str| Url::parse("https://example.org/").unwrap().join(path).unwrap();
    Feed {
        title: "Example".to_owned(),
        description: "Notes on examples".to_owned(),
        home: url(""),
        url: url("feed"),
        hubs: Vec::new(),
        cloud: None,
        language: Some("en".to_owned()),
        authors: vec![Person { email: Some("ann@example.org".to_owned()), ..person("Ann") }],
        copyright: None,
        icon: None,
        image: None,
        updated: entries.iter().map(|entry| entry.post.modified()).max().unwrap_or_else(|| day(0)),
        content: Content::Full,
        entries,
        asks: None,
    }
}

/// Text with everything in it that was ever trouble.
fn nasty() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("]]>".to_owned()),
        Just("<![CDATA[".to_owned()),
        Just("&amp;nbsp;&#xB;&bogus;".to_owned()),
        Just("<canvas> </b> <script>\"'".to_owned()),
        Just("\u{202e}\u{1f600}\u{fffe}\u{ffff}\u{fffd}\u{85}\u{feff}\u{2028}".to_owned()),
        Just("\r\n\r\0\u{b}\u{1f}\t  ".to_owned()),
        Just("https://example.org/ü?a=1&b=|{}[]#x#y".to_owned()),
        any::<String>(),
    ];
    proptest::collection::vec(piece, 0..4).prop_map(|pieces| pieces.concat())
}

prop_compose! {
    fn nasty_person()(name in nasty(), email in proptest::option::of(nasty()), url in proptest::option::of(nasty())) -> Person {
        Person { name, email, url }
    }
}

prop_compose! {
    fn nasty_post()(
        words in proptest::collection::vec(nasty(), 12),
        authors in proptest::collection::vec(nasty_person(), 0..3),
        terms in proptest::collection::vec(nasty(), 0..4),
        dates in (0_i64..253_000_000_000, proptest::option::of(0_i64..253_000_000_000), -86_399..86_399),
        files in 0_usize..3,
        length in any::<u64>(),
    ) -> (Post, String, String) {
        let date = |seconds| DateTime::from_timestamp(seconds, 0).unwrap().with_timezone(&FixedOffset::east_opt(dates.2).unwrap());
        let word = |n: usize| words[n].clone();
        let post = Post {
            id: word(0),
            url: format!("https://example.org/{}", word(1)),
            title: word(2),
            published: date(dates.0),
            updated: dates.1.map(date),
            authors,
            categories: terms.clone(),
            tags: terms,
            language: Some(word(3)),
            image: Some(Image { url: format!("https://example.org/{}", word(4)), media_type: Some(word(5)), alt: Some(word(6)) }),
            enclosures: (0..files).map(|n| Enclosure {
                url: format!("https://example.org/{n}{}", word(7)),
                length,
                media_type: word(8),
                duration: Some(length),
                title: Some(word(9)),
            }).collect(),
            link: Some(word(10)),
            ..post(1)
        };
        (post, word(11), word(2))
    }
}

prop_compose! {
    /// A feed of up to three posts of which only ids are known to be apart.
    pub(crate) fn nasty_feed()(
        posts in proptest::collection::vec(nasty_post(), 0..4),
        words in proptest::collection::vec(nasty(), 4),
        authors in proptest::collection::vec(nasty_person(), 0..3),
        short in any::<bool>(),
    ) -> Feed {
        let entries = posts.into_iter().enumerate().map(|(n, (mut post, html, summary))| {
            post.id = uri::uri(&format!("https://example.org/{n}/{}", post.id)).into_owned() + "é中";
            entry_of(post, &html, &summary)
        });
        Feed {
            title: format!("T{}", words[0]),
            description: words[1].clone(),
            copyright: Some(words[2].clone()),
            language: Some(words[3].clone()),
            authors,
            icon: Url::parse("https://example.org/i.png?a&b").ok(),
            image: Url::parse("https://example.org/ü.jpg").ok(),
            content: if short { Content::Summary } else { Content::Full },
            ..feed(entries.collect())
        }
    }
}
