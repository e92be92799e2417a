//! One source file -> one [`Post`]: what the file says of itself, without its body.
//!
//! In: the bytes of a file and the [`Rules`] of its folder. Out: a [`Post`], or why it is none.
//! It renders nothing and knows no feed format.
//!
//! - `parse`: the steps in order
//! - `text`: bytes as text, and places in it
//! - `front_matter`: finds, reads and locates it (YAML, TOML, JSON)
//! - `given`: what the generator says for it; `layout`: what Eleventy's layouts do
//! - `nested`: where nested values stand
//! - `vocabulary`: the keys of all generators as one set of fields
//! - `filename`: which names are posts; date and slug in the name
//! - `date`: what people write for a date; `ruby_date`, `dateutil`: what only Jekyll's and Pelican's readers read; `moment`:
//!   the instant it means; `dates`: those of a post
//! - `heading`: the title that a plain text begins with
//! - `title`, `smart`, `people`, `terms`, `language`, `status`: what a post says of itself
//! - `hugo`, `zola`: what the configuration of such a site says of its posts
//! - `digest`: what tells one version from another
//! - `uri`, `address`, `slug`, `placeholder`, `permalink`, `location`: URLs
//! - `eleventy`: URLs as it makes them; `date_tokens`, `npm_slug`: what its filters make
//! - `media`, `enclosure`: pictures and files
//! - `identity`: the formulas of ids

mod address;
mod date;
mod date_tokens;
mod dates;
mod dateutil;
mod digest;
mod eleventy;
mod enclosure;
mod filename;
mod front_matter;
mod given;
mod heading;
mod hugo;
mod identity;
mod language;
mod layout;
mod location;
mod media;
mod moment;
mod nested;
mod npm_slug;
mod parse;
mod people;
mod permalink;
mod placeholder;
mod ruby_date;
mod slug;
mod smart;
mod status;
mod terms;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
mod text;
mod title;
mod uri;
mod vocabulary;
mod zola;

use std::sync::Arc;

use chrono::{DateTime, FixedOffset};
use serde::{Deserialize, Serialize};

use crate::config::{Dialect, Person, Site, Source};
use crate::generator::Generator;
use crate::problem::Problem;

pub use digest::{Version, digest};
pub use eleventy::file_slug;
pub use filename::{is_dated_name, may_be_post};
pub use hugo::Edition;
pub use identity::valid_id;
pub use language::normalized as language_tag;
pub use moment::instant;
pub use parse::{body, front_matter, is_lack_of_date, parse};
pub use permalink::{check_permalink, default_permalink};
pub use slug::pelican as pelican_slug;
pub use smart::smart;
pub use text::one_line;
pub use zola::page_url;

/// A file as it was read.
#[derive(Debug, Clone)]
pub struct SourceFile {
    /// As it is told to people, and the post's key: relative to the configuration file, with `/`.
    pub path: Arc<str>,
    /// Below the folder of posts, with `/`.
    pub relative: String,
    /// All of it.
    pub bytes: Vec<u8>,
}

/// What a file is read by.
#[derive(Clone, Copy)]
pub struct Rules<'a> {
    /// URL, time zone and authors.
    pub site: &'a Site,
    /// Dialect, permalink pattern and id formula.
    pub source: &'a Source,
    /// Which of the configured folders that is.
    pub number: usize,
    /// The id that the configuration gives to this file, valid in all formats; its own wins over it.
    pub id: Option<&'a str>,
    /// What the blog's own generator says of it.
    pub generator: &'a Generator,
    /// The length in bytes of a file of the site, by its reference as written in the post
    /// (`/audio/1.mp3`, `1.mp3`) and the post's `relative`; `None` when there is no such file.
    pub asset_size: &'a (dyn Fn(&str, &str) -> Option<u64> + Sync),
}

/// What became of a file.
#[derive(Debug)]
pub enum Parsed {
    /// A post, and what could be better about it.
    Post(Box<Post>, Vec<Problem>),
    /// Not a post, and not meant as one: why, for `check` to tell.
    PassedOver(Problem),
    /// Meant as a post, and not readable as one: at least one error.
    Broken(Vec<Problem>),
}

/// A post's own statements, checked and resolved; no body.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Post {
    /// The file, as [`SourceFile::path`].
    pub path: Arc<str>,
    /// Where in `path` the part below the folder of posts begins, in bytes.
    pub below: usize,
    /// Which of the configured folders it is in.
    pub source: usize,
    /// Which version of the file it is.
    pub version: Version,
    /// Never changes (RFC 4287 §4.2.6). Valid in all formats, not empty.
    pub id: String,
    /// What of it is said and not made.
    pub says: Says,
    /// Whether subscribers know it.
    pub standing: Standing,
    /// Absolute and normalised.
    pub url: String,
    /// Plain text on one line; may be empty.
    pub title: String,
    /// When it is, or will be, out.
    pub published: DateTime<FixedOffset>,
    /// When it was last changed in a way that its author finds worth telling.
    pub updated: Option<DateTime<FixedOffset>>,
    /// When it goes.
    pub expires: Option<DateTime<FixedOffset>>,
    /// Its own, else the site's.
    pub authors: Vec<Person>,
    /// In the order written, without repeats.
    pub tags: Vec<String>,
    /// In the order written, without repeats.
    pub categories: Vec<String>,
    /// The first folder below the posts folder.
    pub section: Option<String>,
    /// A language tag, where it is not the site's.
    pub language: Option<String>,
    /// The author's own summary, as written (may hold Markdown or HTML).
    pub summary: Option<String>,
    /// The picture that stands for it.
    pub image: Option<Image>,
    /// Files that come with it: audio, video, documents.
    pub enclosures: Vec<Enclosure>,
    /// What a link post points to, absolute.
    pub link: Option<String>,
    /// Held back.
    pub draft: bool,
    /// `feed: false` keeps a post out of every feed.
    pub listed: bool,
    /// Whether it is held back until it comes out.
    pub waits: bool,
    /// Where the body is in the file.
    pub body: BodySpan,
}

impl Post {
    /// The file below the folder of posts, with `/`.
    #[must_use]
    pub fn relative(&self) -> &str {
        self.path.get(self.below..).unwrap_or(&self.path)
    }

    /// A hash of all that readers see of it, of one configuration: another one, another entry.
    #[must_use]
    pub fn fingerprint(&self) -> u64 {
        digest::fingerprint(self)
    }

    /// The last change there was: `updated`, or when it came out.
    #[must_use]
    pub fn modified(&self) -> DateTime<FixedOffset> {
        self.updated.filter(|updated| *updated > self.published).unwrap_or(self.published)
    }
}

/// What of a post somebody says: nothing that is known of it otherwise stands against that.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Says {
    /// Its id stands in it, or in the ids file.
    pub id: bool,
    /// When it came out stands in it, and not only in its name.
    pub date: bool,
}

/// Whether subscribers know a post.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
pub enum Standing {
    /// It was published before, under this id and as of this date.
    Known,
    /// Nobody has seen it.
    #[default]
    New,
}

/// A picture.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Image {
    /// Absolute.
    pub url: String,
    /// `image/...`, when it can be told.
    pub media_type: Option<String>,
    /// What it shows.
    pub alt: Option<String>,
}

/// A file that comes with a post (RSS 2.0 `enclosure`).
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Enclosure {
    /// Absolute.
    pub url: String,
    /// In bytes; 0 when unknown, as the RSS Best Practices Profile has it.
    pub length: u64,
    /// `type/subtype`.
    pub media_type: String,
    /// In seconds.
    pub duration: Option<u64>,
    /// What it is called.
    pub title: Option<String>,
}

/// Where a body is in its file, and what it is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct BodySpan {
    /// In bytes from the start of the file.
    pub offset: usize,
    /// The line of its first byte, from 1.
    pub line: u32,
    /// Markdown or HTML.
    pub markup: Markup,
    /// Whose Markdown.
    pub dialect: Dialect,
}

/// What a body is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[allow(missing_docs)]
pub enum Markup {
    Markdown,
    Html,
}
