//! The same bytes in each coding that readers take, with the headers of an answer: each made once, when it is first
//! asked for.

use std::sync::OnceLock;

use hyper::HeaderMap;
use hyper::body::Bytes;
use hyper::header::{
    ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_EXPOSE_HEADERS, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_LENGTH, ETAG,
    HeaderName, HeaderValue, VARY,
};

use super::accept::Accept;
use super::coding::encode;
use super::tag::opaque;
use crate::config::Coding;

/// What 304 repeats (RFC 9110 §15.4.5), and what lets scripts of other sites see it.
const UNCHANGED: [HeaderName; 5] =
    [CACHE_CONTROL, VARY, ETAG, ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_EXPOSE_HEADERS];

/// One coding of the bytes.
#[derive(Debug)]
pub(super) struct Variant {
    pub bytes: Bytes,
    /// What is between the quotes of its entity tag.
    pub opaque: String,
    /// Of the whole.
    pub headers: HeaderMap,
    /// Of 304.
    pub unchanged: HeaderMap,
}

/// All codings of the bytes.
#[derive(Debug)]
pub(super) struct Variants {
    /// Of the version of the feed that a reader has who has these bytes.
    digest: String,
    /// What all of them have in common.
    headers: HeaderMap,
    identity: Variant,
    coded: [OnceLock<Option<Variant>>; 3],
}

impl Variants {
    pub fn new(bytes: Bytes, digest: &str, headers: HeaderMap) -> Self {
        let identity = Variant::new(bytes, digest, None, headers.clone());
        Self { digest: digest.to_owned(), headers, identity, coded: Default::default() }
    }

    /// The headers that all of them have.
    pub fn common(&self) -> &HeaderMap {
        &self.headers
    }

    /// Whether the one that is wanted is made already.
    pub fn is_made(&self, accept: Accept) -> bool {
        accept.coding.is_none_or(|coding| self.coded[number(coding)].get().is_some())
    }

    /// The one that is wanted; as it is where a coding would save nothing. `None`: there is none that is taken.
    pub fn choose(&self, accept: Accept) -> Option<&Variant> {
        let coded = accept.coding.and_then(|coding| self.coded(coding));
        let is_worth_it = |coded: &&Variant| !accept.is_identity_fine || coded.bytes.len() < self.identity.bytes.len();
        coded.filter(is_worth_it).or_else(|| accept.is_identity_fine.then_some(&self.identity))
    }

    fn coded(&self, coding: Coding) -> Option<&Variant> {
        let make = || {
            let bytes = encode(coding, &self.identity.bytes)?;
            Some(Variant::new(bytes.into(), &self.digest, Some(coding), self.headers.clone()))
        };
        self.coded[number(coding)].get_or_init(make).as_ref()
    }
}

impl Variant {
    fn new(bytes: Bytes, digest: &str, coding: Option<Coding>, mut headers: HeaderMap) -> Self {
        let opaque = opaque(digest, coding);
        headers.insert(ETAG, value(&format!("\"{opaque}\"")));
        headers.insert(CONTENT_LENGTH, bytes.len().into());
        if let Some(coding) = coding {
            headers.insert(CONTENT_ENCODING, HeaderValue::from_static(coding.name()));
        }
        let repeated = UNCHANGED.into_iter().filter_map(|name| Some((name.clone(), headers.get(&name)?.clone())));
        Self { bytes, opaque, unchanged: repeated.collect(), headers }
    }
}

fn number(coding: Coding) -> usize {
    match coding {
        Coding::Gzip => 0,
        Coding::Br => 1,
        Coding::Zstd => 2,
    }
}

/// A value of printable ASCII; what is not is left out.
pub(super) fn value(text: &str) -> HeaderValue {
    let printable: String = text.chars().filter(|c| matches!(c, ' '..='~')).collect();
    HeaderValue::try_from(printable).unwrap_or_else(|_| HeaderValue::from_static(""))
}
