//! The keys that mean one thing, for each thing, and for each dialect where they differ.

use super::names::{self, Names};
use crate::config::Dialect;

/// The keys that mean one thing, the most telling first.
#[derive(Clone, Copy)]
pub struct Aliases {
    pub names: &'static [&'static str],
    /// As many numbers of names.
    numbers: [u8; MOST],
    /// The same as a set.
    pub set: Names,
}

/// The most keys that mean one thing.
const MOST: usize = 16;

impl Aliases {
    /// These keys, as they are known.
    const fn of(names: &'static [&'static str]) -> Self {
        let (numbers, mut set, mut next) = (names::numbers(names), 0, 0);
        while next < names.len() {
            set |= 1 << numbers[next];
            next += 1;
        }
        Self { names, numbers, set }
    }

    /// Their numbers, the most telling first.
    pub fn numbers(&self) -> impl Iterator<Item = usize> + use<> {
        self.numbers.into_iter().take(self.names.len()).map(usize::from)
    }
}

pub const TITLE: Aliases = Aliases::of(&["title"]);
const DATE: Aliases = Aliases::of(&[
    "date",
    "pubdate",
    "publishdate",
    "published",
    "publishedat",
    "publisheddate",
    "publishedon",
    "publicationdate",
    "datepublished",
    "posted",
    "postedat",
    "created",
    "createdat",
    "createddate",
    "datecreated",
]);
/// Hugo's order: when a post comes out is asked before its date.
pub const HUGO_DATE: Aliases = Aliases::of(&[
    "publishdate",
    "pubdate",
    "published",
    "date",
    "publishedat",
    "publisheddate",
    "publishedon",
    "publicationdate",
    "datepublished",
    "lastmod",
    "modified",
]);
/// What Hugo calls a date, besides when a post comes out.
pub const OWN_DATE: Aliases = Aliases::of(&["date"]);
/// The keys of Hugo's default for when a post comes out, without those for when it was changed.
pub const COMES_OUT: Aliases = Aliases::of(&["publishdate", "pubdate", "published", "date"]);
pub const UPDATED: Aliases = Aliases::of(&[
    "lastmodifiedat",
    "lastmod",
    "lastmodified",
    "lastmodifieddate",
    "modified",
    "modifiedat",
    "modifieddate",
    "datemodified",
    "updated",
    "updatedat",
    "updatedon",
    "updateddate",
    "updatedate",
    "dateupdated",
    "lastupdated",
    "revised",
]);
pub const EXPIRES: Aliases =
    Aliases::of(&["expirydate", "unpublishdate", "expires", "expiresat", "expiry", "expirationdate", "expiredate"]);
pub const SLUG: Aliases = Aliases::of(&["slug"]);
const PERMALINK: Aliases = Aliases::of(&["permalink", "url", "path"]);
const JEKYLL_PERMALINK: Aliases = Aliases::of(&["permalink"]);
const HUGO_PERMALINK: Aliases = Aliases::of(&["url"]);
const ZOLA_PERMALINK: Aliases = Aliases::of(&["path"]);
const ID: Aliases = Aliases::of(&["id", "guid", "uuid"]);
const OWN_ID: Aliases = Aliases::of(&["id"]);
pub const SUMMARY: Aliases = Aliases::of(&["description", "summary", "excerpt", "abstract"]);
pub const HUGO_SUMMARY: Aliases = Aliases::of(&["summary", "description", "excerpt", "abstract"]);
pub const AUTHORS: Aliases = Aliases::of(&["author", "authors"]);
pub const TAGS: Aliases = Aliases::of(&["tags", "tag"]);
pub const CATEGORY: Aliases = Aliases::of(&["category"]);
pub const CATEGORIES: Aliases = Aliases::of(&["categories"]);
pub const DRAFT: Aliases = Aliases::of(&["draft", "isdraft"]);
pub const PUBLISHED: Aliases = Aliases::of(&["published", "publish"]);
pub const STATUS: Aliases = Aliases::of(&["status"]);
pub const FEED: Aliases = Aliases::of(&["feed", "infeed"]);
pub const NO_FEED: Aliases = Aliases::of(&["excludefromfeed", "eleventyexcludefromcollections"]);
pub const HEADLESS: Aliases = Aliases::of(&["headless"]);
pub const BUILD: Aliases = Aliases::of(&["build"]);
const LANGUAGE: Aliases = Aliases::of(&["lang", "language", "locale"]);
const OWN_LANGUAGE: Aliases = Aliases::of(&["lang"]);
pub const LINK: Aliases = Aliases::of(&["link", "externalurl", "externallink", "linkurl"]);
pub const IMAGE: Aliases = Aliases::of(&[
    "image",
    "featuredimage",
    "featuredimg",
    "cover",
    "coverimage",
    "thumbnail",
    "images",
    "featureimage",
    "heroimage",
    "ogimage",
    "socialimage",
    "banner",
    "header",
]);
pub const IMAGE_ALT: Aliases = Aliases::of(&["imagealt", "featuredimagealt", "coveralt", "alt"]);
pub const ENCLOSURES: Aliases = Aliases::of(&["enclosure", "enclosures", "audio", "video", "podcast"]);
pub const ENCLOSED_FILE: Aliases = Aliases::of(&["podcastfile", "audiofile", "audiourl", "mp3", "file"]);
pub const ENCLOSED_LENGTH: Aliases =
    Aliases::of(&["podcastbytes", "podcastlength", "podcastfilesize", "audiolength", "filesize", "bytes", "length"]);
pub const ENCLOSED_DURATION: Aliases = Aliases::of(&["podcastduration", "audioduration", "duration"]);
pub const ENCLOSED_TYPE: Aliases = Aliases::of(&["podcasttype", "audiotype", "mimetype", "mediatype"]);

/// The keys of a post's own address. A generator knows one of them; what others mean by it is its theme's business.
pub const fn permalink(dialect: Dialect) -> Aliases {
    match dialect {
        Dialect::Jekyll | Dialect::Eleventy => JEKYLL_PERMALINK,
        Dialect::Hugo | Dialect::Pelican => HUGO_PERMALINK,
        Dialect::Zola => ZOLA_PERMALINK,
        Dialect::Commonmark => PERMALINK,
    }
}

/// The keys of a post's own id. What an export left in `guid` is no id of the feeds that a generator makes.
pub const fn id(dialect: Dialect) -> Aliases {
    if matches!(dialect, Dialect::Commonmark) { ID } else { OWN_ID }
}

/// The keys for when a post comes out. In Jekyll the name of the file says it before other keys could.
pub const fn date(dialect: Dialect) -> Aliases {
    match dialect {
        Dialect::Hugo => HUGO_DATE,
        Dialect::Jekyll => OWN_DATE,
        _ => DATE,
    }
}

/// The keys of a post's language. With Hugo and Zola it is said by names of files and folders, and `language` may be one that
/// programs are written in.
pub const fn language(dialect: Dialect) -> Aliases {
    if matches!(dialect, Dialect::Hugo | Dialect::Zola) { OWN_LANGUAGE } else { LANGUAGE }
}

/// The mappings in which themes keep keys of their own.
pub const NESTS: Aliases = Aliases::of(&["params", "extra"]);
/// Where Zola keeps tags and the like.
pub const TAXONOMIES: Aliases = Aliases::of(&["taxonomies"]);
