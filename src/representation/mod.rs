//! A published feed as HTTP represents it, and how each request for it is answered.
//!
//! In: an [`Edition`] of a feed, what is said with each answer ([`Manner`]), and requests: their method, their headers,
//! the time. Out: [`Answer`]s, by RFC 9110 (validators, ranges, codings) and RFC 3229 (deltas). It sends nothing, and
//! waits for nobody.
//!
//! - `publication`: all feeds by their paths, handed over whole
//! - `answer`: a request -> status, headers, bytes
//! - `precondition`: whether the request is to be done, and whether the reader has it all
//! - `tag`, `accept`, `range`: what requests say
//! - `variant`: the bytes in each coding, made once; `coding`: how
//! - `delta`: the entries that a reader lacks

mod accept;
mod answer;
pub mod coding;
mod delta;
mod precondition;
mod publication;
mod range;
#[cfg(test)]
mod sample;
mod tag;
mod variant;

use std::sync::{Arc, OnceLock};

use chrono::{DateTime, Utc};
use hyper::HeaderMap;
use hyper::body::Bytes;
use hyper::header::{
    ACCEPT_RANGES, ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_EXPOSE_HEADERS, CACHE_CONTROL, CONTENT_TYPE, HeaderName,
    HeaderValue, LAST_MODIFIED, LINK, VARY,
};
use url::Url;

pub use self::answer::{Answer, Request};
use self::delta::{Lack, Version};
pub use self::publication::Publication;
use self::variant::{Variants, value};
use crate::config::Format;
use crate::feed::Edition;
use crate::feed::edition::Digest;

/// How many earlier versions of a feed deltas are made from.
const MOST_VERSIONS: usize = 32;
/// And how many digests these have in all.
const MOST_DIGESTS: usize = 4096;

/// `IM`, the instance manipulations of an answer.
const IM: HeaderName = HeaderName::from_static("im");
/// The version that a delta is made from.
const DELTA_BASE: HeaderName = HeaderName::from_static("delta-base");

/// What is said with each answer of every feed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Manner {
    /// The value of `Cache-Control`.
    pub cache_control: String,
    /// The hubs of the feeds (`WebSub` §4).
    pub hubs: Vec<Url>,
}

/// One version of a feed, and what is made of it.
#[derive(Debug)]
pub struct Representation {
    edition: Edition,
    manner: Arc<Manner>,
    whole: Variants,
    /// Known once somebody who takes deltas was answered: only that one will ask for what is newer.
    version: OnceLock<Option<Arc<Version>>>,
    /// The newest first.
    earlier: Vec<Earlier>,
}

/// A version before, and what somebody lacks who has it.
#[derive(Debug)]
struct Earlier {
    version: Arc<Version>,
    delta: OnceLock<Delta>,
}

/// What somebody lacks.
#[derive(Debug)]
enum Delta {
    /// These entries.
    Some(Box<Variants>),
    /// All, more or less.
    All,
}

impl Representation {
    /// One of which no earlier version is known.
    #[must_use]
    pub fn new(edition: Edition, manner: Arc<Manner>) -> Self {
        let bytes = Bytes::from_owner(edition.bytes.clone());
        let whole = Variants::new(bytes, &digest_of(&edition), headers(&edition, &manner));
        Self { edition, manner, whole, version: OnceLock::new(), earlier: Vec::new() }
    }

    /// The same with what is known of versions before.
    #[must_use]
    pub fn after(mut self, former: &Self) -> Self {
        let last = former.version.get().cloned().flatten();
        let versions = last.into_iter().chain(former.earlier.iter().map(|earlier| earlier.version.clone()));
        let mut left = MOST_DIGESTS;
        for version in versions.take(MOST_VERSIONS) {
            let Some(rest) = left.checked_sub(version.size()) else { break };
            left = rest;
            self.earlier.push(Earlier { version, delta: OnceLock::new() });
        }
        self
    }

    /// The feed that is represented.
    #[must_use]
    pub fn edition(&self) -> &Edition {
        &self.edition
    }

    /// Whether this is of the same bytes, and answered in the same manner.
    fn is_of(&self, edition: &Edition, manner: &Manner) -> bool {
        let ours = &self.edition;
        (ours.digest, ours.since, &ours.url) == (edition.digest, edition.since, &edition.url) && *self.manner == *manner
    }

    fn format(&self) -> Format {
        self.edition.format
    }

    fn modified(&self) -> DateTime<Utc> {
        self.edition.since
    }

    fn version(&self) -> Option<&Arc<Version>> {
        let version = || Version::of(&self.edition.bytes, self.format(), &digest_of(&self.edition)).map(Arc::new);
        self.version.get_or_init(version).as_ref()
    }

    /// What somebody lacks who has this version.
    fn delta<'a>(&'a self, base: &'a Earlier) -> &'a Delta {
        base.delta.get_or_init(|| {
            let Some(version) = self.version() else { return Delta::All };
            match base.version.lacks(&self.edition.bytes, self.format(), version) {
                // Nothing: the bytes differ all the same, and whoever keeps them wants to know.
                Lack::Nothing | Lack::All => Delta::All,
                Lack::Entries(bytes) => {
                    let headers = delta_headers(self.whole.common());
                    Delta::Some(Box::new(Variants::new(bytes.into(), &version.digest, headers)))
                }
            }
        })
    }
}

/// As entity tags say it.
fn digest_of(edition: &Edition) -> String {
    Digest(edition.digest).to_string()
}

fn headers(edition: &Edition, manner: &Manner) -> HeaderMap {
    let own = format!("<{}>; rel=\"self\"", edition.url);
    let links = manner.hubs.iter().fold(own, |links, hub| links + &format!(", <{hub}>; rel=\"hub\""));
    HeaderMap::from_iter([
        (CONTENT_TYPE, HeaderValue::from_static(edition.content_type())),
        (LAST_MODIFIED, value(&httpdate::fmt_http_date(edition.since.into()))),
        (CACHE_CONTROL, value(&manner.cache_control)),
        (LINK, value(&links)),
        (VARY, HeaderValue::from_static("Accept-Encoding, A-IM")),
        (ACCEPT_RANGES, HeaderValue::from_static("bytes")),
        (ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*")),
        (ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static("ETag, Link, IM, Delta-Base, Content-Range")),
    ])
}

/// A delta is of use only to who has its base: a cache keeps it if it knows what a delta is (RFC 3229 §10.8.1).
fn delta_headers(whole: &HeaderMap) -> HeaderMap {
    let mut headers = whole.clone();
    headers.remove(ACCEPT_RANGES);
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store, im"));
    headers.insert(VARY, HeaderValue::from_static("Accept-Encoding, A-IM, If-None-Match"));
    headers.insert(IM, HeaderValue::from_static("feed"));
    headers
}
