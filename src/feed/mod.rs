//! Which feeds there are, what is in them, and their bytes.
//!
//! In: the [`Site`](crate::site::Site) and rendered bodies. Out: [`Artifact`]s, parsed again before they are handed on.
//!
//! - `select`: which feeds the configuration asks for, their paths, and which posts are in each
//! - `text`, `uri`, `dates`, `people`: what feeds can hold, out of what people wrote
//! - `shown`, `media`: what an entry shows of its post, the same in every format
//! - `rss`, `atom`, `json`: a [`Feed`] as the bytes of one format
//! - `piece`: those bytes taken apart into entries, and put together of them
//! - `verify`: reads those bytes as a stranger would
//! - `edition`: a feed as it is published

use std::sync::Arc;

use chrono::{DateTime, FixedOffset};
use url::Url;

use crate::config::{Cloud, Content, Format, Person};
use crate::markup::Rendered;
use crate::post::Post;

/// A feed, ready to be written.
#[derive(Debug, Clone)]
pub struct Feed {
    /// Plain text, not empty.
    pub title: String,
    /// Plain text; may be empty.
    pub description: String,
    /// The site that it is the feed of.
    pub home: Url,
    /// Where it is found itself; also its id.
    pub url: Url,
    /// The hubs that know of new versions first (W3C `WebSub` §4).
    pub hubs: Vec<Url>,
    /// The rssCloud server that knows of new versions.
    pub cloud: Option<Cloud>,
    /// A language tag.
    pub language: Option<String>,
    /// Authors of the site.
    pub authors: Vec<Person>,
    /// Rights, plain text.
    pub copyright: Option<String>,
    /// A small square picture.
    pub icon: Option<Url>,
    /// A larger picture.
    pub image: Option<Url>,
    /// The newest change among the entries: never the time of the build.
    pub updated: DateTime<FixedOffset>,
    /// Whole bodies or summaries.
    pub content: Content,
    /// Newest first.
    pub entries: Vec<Entry>,
    /// What entries ask of it that are not here, but are put in later.
    pub asks: Option<Asks>,
}

/// A post as a feed shows it.
#[derive(Debug, Clone)]
pub struct Entry {
    /// What it says of itself.
    pub post: Arc<Post>,
    /// Its body.
    pub rendered: Arc<Rendered>,
}

/// The bytes of one file to publish.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Artifact {
    /// Below the output folder, with `/`; safe.
    pub path: String,
    /// All of it.
    pub bytes: Vec<u8>,
}

/// What the feeds say made them: no version, as bytes change only when posts do.
pub const GENERATOR: &str = "Feedwright";

/// Writes a feed: UTF-8, the same bytes for the same feed.
#[must_use]
pub fn write(feed: &Feed, format: Format) -> Vec<u8> {
    match format {
        Format::Rss => rss::write(feed),
        Format::Atom => atom::write(feed),
        Format::Json => json::write(feed),
    }
}

mod atom;
mod dates;
pub mod edition;
mod json;
mod media;
mod people;
pub mod piece;
mod rss;
#[cfg(test)]
pub(crate) mod sample;
pub mod select;
mod shown;
mod text;
mod uri;
mod verify;

pub use edition::Edition;
pub use piece::{Asks, Piece};
pub use verify::{Verifier, verify};

#[cfg(test)]
mod tests {
    use super::*;

    /// W3C `WebSub` §4 and §4.1 want exactly one `self`, and each hub as it is.
    #[test]
    fn subscribers_find_the_hubs_and_one_address_in_every_format() {
        let hubs = ["https://example.org/hub?a=1&b=2", "https://hub.example/"].map(|url| Url::parse(url).unwrap());
        let cloud = Cloud {
            register: Url::parse("http://rpc.example/please?x=1&y").unwrap(),
            ping: Url::parse("http://rpc.example/ping").unwrap(),
        };
        let feed = Feed { hubs: hubs.to_vec(), cloud: Some(cloud), ..sample::feed(vec![sample::entry(1)]) };
        let [rss, atom, json] = [Format::Rss, Format::Atom, Format::Json].map(|format| {
            let bytes = write(&feed, format);
            assert_eq!(verify(&bytes, format), Ok(()));
            String::from_utf8(bytes).unwrap()
        });
        for xml in [&rss, &atom] {
            let links = |rel: &str| {
                let document = roxmltree::Document::parse(xml).unwrap();
                let all = document.descendants().filter(|node| node.tag_name().name() == "link");
                let own = all.filter(|node| node.attribute("rel") == Some(rel) && !node.ancestors().any(is_entry));
                own.map(|node| node.attribute("href").unwrap().to_owned()).collect::<Vec<_>>()
            };
            assert_eq!(links("hub"), hubs.each_ref().map(Url::to_string));
            assert_eq!(links("self"), ["https://example.org/feed"]);
        }
        assert!(json.contains(r#""type": "WebSub""#) && json.contains(r#""url": "https://example.org/hub?a=1&b=2""#));
        let channel = ::rss::Channel::read_from(rss.as_bytes()).unwrap();
        let cloud = channel.cloud.unwrap();
        assert_eq!((cloud.domain(), cloud.port(), cloud.path()), ("rpc.example", "80", "/please?x=1&y"));
        assert_eq!((cloud.register_procedure(), cloud.protocol()), ("", "http-post"));
    }

    fn is_entry(node: roxmltree::Node) -> bool {
        matches!(node.tag_name().name(), "item" | "entry")
    }
}
