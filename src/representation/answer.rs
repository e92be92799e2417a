//! A request for a feed -> its answer.

use chrono::{DateTime, Utc};
use hyper::body::Bytes;
use hyper::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_MAX_AGE,
    ALLOW, CONTENT_LENGTH, CONTENT_RANGE, CONTENT_TYPE, HeaderValue, IF_NONE_MATCH, LAST_MODIFIED, RANGE,
};
use hyper::{HeaderMap, Method, StatusCode};

use super::accept::{Accept, takes_deltas};
use super::precondition::{Current, Verdict};
use super::range::{Asked, content_range, multipart};
use super::tag::{Tag, Tags};
use super::variant::{Variant, value};
use super::{DELTA_BASE, Delta, Earlier, Representation};

const METHODS: HeaderValue = HeaderValue::from_static("GET, HEAD, OPTIONS");
/// Headers of requests that scripts of other sites may send; browsers ask before (Fetch §3.2.2).
const ASKABLE: HeaderValue =
    HeaderValue::from_static("A-IM, If-Match, If-Modified-Since, If-None-Match, If-Range, If-Unmodified-Since, Range");

/// What of a request the answer depends on.
#[derive(Debug, Clone, Copy)]
pub struct Request<'a> {
    /// What is to be done.
    pub method: &'a Method,
    /// All that it says.
    pub headers: &'a HeaderMap,
    /// The time of the answer.
    pub now: DateTime<Utc>,
}

/// What is answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The status code.
    pub status: StatusCode,
    /// All headers but `Date`; `Content-Length` is that of the answer to `GET` where a body is asked for by `HEAD`.
    pub headers: HeaderMap,
    /// The content; empty for `HEAD`.
    pub body: Bytes,
}

impl Answer {
    /// One without content.
    #[must_use]
    pub fn empty(status: StatusCode, headers: HeaderMap) -> Self {
        Self { status, headers, body: Bytes::new() }
    }

    /// A line for people.
    #[must_use]
    pub fn line(status: StatusCode, text: &str) -> Self {
        let body = Bytes::from(format!("{text}\n"));
        let plain = HeaderValue::from_static("text/plain; charset=utf-8");
        let headers = HeaderMap::from_iter([(CONTENT_TYPE, plain), (CONTENT_LENGTH, body.len().into())]);
        Self { status, headers, body }
    }

    /// That there is no such thing (404).
    #[must_use]
    pub fn not_found() -> Self {
        Self::line(StatusCode::NOT_FOUND, "not found")
    }

    fn without_body(mut self) -> Self {
        self.body = Bytes::new();
        self
    }
}

impl Representation {
    /// Whether everything that the answer needs is made, so that it takes no time.
    #[must_use]
    pub fn is_ready(&self, request: &Request<'_>) -> bool {
        let accept = Accept::of(request.headers);
        let is_made = |(base, _): (&Earlier, Tag)| match base.delta.get() {
            None => false,
            Some(Delta::Some(delta)) => delta.is_made(accept),
            Some(_) => true,
        };
        let is_known = !takes_deltas(request.headers) || self.version.get().is_some();
        is_known && self.whole.is_made(accept) && self.base(request).is_none_or(is_made)
    }

    /// The answer to any request.
    #[must_use]
    pub fn answer(&self, request: &Request<'_>) -> Answer {
        match *request.method {
            Method::GET => self.content(request),
            Method::HEAD => self.content(request).without_body(),
            Method::OPTIONS => preflight(),
            _ => Answer::empty(StatusCode::METHOD_NOT_ALLOWED, HeaderMap::from_iter([(ALLOW, METHODS)])),
        }
    }

    fn content(&self, request: &Request<'_>) -> Answer {
        let accept = Accept::of(request.headers);
        let Some(variant) = self.whole.choose(accept) else {
            return Answer::line(StatusCode::NOT_ACCEPTABLE, "in no coding that is taken: gzip, br, zstd, identity");
        };
        let modified = self.modified().min(request.now);
        let current = Current { opaque: &variant.opaque, modified, now: request.now };
        if takes_deltas(request.headers) {
            self.version(); // who has it will ask for what is newer
        }
        match current.judge(request.headers) {
            Verdict::Failed => Answer::empty(StatusCode::PRECONDITION_FAILED, variant.unchanged.clone()),
            Verdict::NotModified => Answer::empty(StatusCode::NOT_MODIFIED, variant.unchanged.clone()),
            Verdict::Passed => {
                let part = || variant.part(request, current);
                let mut answer = self.lack(request).or_else(part).unwrap_or_else(|| variant.whole());
                if modified < self.modified() && answer.headers.contains_key(LAST_MODIFIED) {
                    // Of many versions within a second all but the first are ahead; no date is (RFC 9110 §8.8.2.1).
                    answer.headers.insert(LAST_MODIFIED, value(&httpdate::fmt_http_date(modified.into())));
                }
                answer
            }
        }
    }

    /// What the reader lacks, where that is less than all.
    fn lack(&self, request: &Request<'_>) -> Option<Answer> {
        let (base, tag) = self.base(request)?;
        match self.delta(base) {
            Delta::All => None,
            Delta::Some(delta) => {
                let delta = delta.choose(Accept::of(request.headers))?;
                let mut answer = Answer { status: StatusCode::IM_USED, ..delta.whole() };
                answer.headers.insert(DELTA_BASE, tag.value());
                Some(answer)
            }
        }
    }

    /// The newest of the versions that the reader has, as it says it, where it takes a delta from there.
    fn base<'a>(&self, request: &Request<'a>) -> Option<(&Earlier, Tag<'a>)> {
        let headers = request.headers;
        if *request.method != Method::GET || headers.contains_key(RANGE) || !takes_deltas(headers) {
            return None;
        }
        let Some(Tags::These(tags)) = Tags::of(headers, &IF_NONE_MATCH) else { return None };
        let said =
            |earlier: &Earlier| tags.iter().find(|tag| tag.digest() == earlier.version.digest.as_bytes()).copied();
        self.earlier.iter().find_map(|earlier| Some((earlier, said(earlier)?)))
    }
}

impl Variant {
    fn whole(&self) -> Answer {
        Answer { status: StatusCode::OK, headers: self.headers.clone(), body: self.bytes.clone() }
    }

    /// The parts that are asked for; `None`: all of it is.
    fn part(&self, request: &Request<'_>, current: Current<'_>) -> Option<Answer> {
        if *request.method != Method::GET || !request.headers.contains_key(RANGE) {
            return None; // of HEAD, RFC 9110 §14.2
        }
        match Asked::of(request.headers, self.bytes.len()) {
            _ if !current.is_in_range(request.headers) => None,
            Asked::Whole => None,
            Asked::Nothing => {
                let mut headers = self.unchanged.clone();
                headers.insert(CONTENT_RANGE, value(&format!("bytes */{}", self.bytes.len())));
                Some(Answer::empty(StatusCode::RANGE_NOT_SATISFIABLE, headers))
            }
            Asked::Parts(parts) => {
                let mut headers = self.headers.clone();
                let body = if let [part] = parts.as_slice() {
                    headers.insert(CONTENT_RANGE, value(&content_range(part, self.bytes.len())));
                    self.bytes.slice(part.clone())
                } else {
                    let media_type = headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
                    // The digest of the bytes is not in them.
                    let body = multipart(&self.bytes, &parts, media_type, &self.opaque);
                    let multipart = format!("multipart/byteranges; boundary={}", self.opaque);
                    headers.insert(CONTENT_TYPE, value(&multipart));
                    body
                };
                headers.insert(CONTENT_LENGTH, body.len().into());
                Some(Answer { status: StatusCode::PARTIAL_CONTENT, headers, body })
            }
        }
    }
}

/// That scripts of other sites may read it.
fn preflight() -> Answer {
    let headers = [
        (ALLOW, METHODS),
        (ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*")),
        (ACCESS_CONTROL_ALLOW_METHODS, METHODS),
        (ACCESS_CONTROL_ALLOW_HEADERS, ASKABLE),
        (ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("86400")),
    ];
    Answer::empty(StatusCode::NO_CONTENT, headers.into_iter().collect())
}

#[cfg(test)]
mod tests;
