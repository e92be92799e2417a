//! A request with its bounds.

use std::time::Duration;

use hyper::body::Bytes;
use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use reqwest::{Method, StatusCode};
use url::Url;

/// What is asked, and for how much of an answer.
#[derive(Debug, Clone)]
pub struct Request {
    /// RFC 9110 §9.
    pub method: Method,
    /// `http` or `https`.
    pub url: Url,
    /// Besides those of every request.
    pub headers: HeaderMap,
    /// What is sent along.
    pub body: Bytes,
    /// How long the whole exchange may take, redirects included.
    pub patience: Duration,
    /// How many bytes of an answer are kept.
    pub most: usize,
    /// What becomes of a longer one.
    pub excess: Excess,
    /// How many redirects are followed; the one after them is the answer.
    pub redirects: u8,
}

/// What becomes of an answer that is longer than it may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Excess {
    /// It is a failure: there is no use in a part of it.
    Fails,
    /// The status is all that matters: what goes beyond, does not come soon or breaks off is let go.
    IsLetGo,
}

impl Request {
    /// Asks for what is there: within 30 s, 64 KiB at most, and no redirects.
    #[must_use]
    pub fn get(url: Url) -> Self {
        let (headers, body, patience) = (HeaderMap::new(), Bytes::new(), Duration::from_secs(30));
        Self { method: Method::GET, url, headers, body, patience, most: 1 << 16, excess: Excess::Fails, redirects: 0 }
    }

    /// Sends this, with the same bounds.
    #[must_use]
    pub fn post(url: Url, content_type: HeaderValue, body: impl Into<Bytes>) -> Self {
        let post = Self { method: Method::POST, body: body.into(), ..Self::get(url) };
        post.header(CONTENT_TYPE, content_type)
    }

    /// With one more header.
    #[must_use]
    pub fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.append(name, value);
        self
    }

    /// The request that a redirect asks for: the same elsewhere, or after `303` what is to be seen there
    /// (RFC 9110 §15.4.4).
    pub(super) fn redirected(self, url: Url, status: StatusCode) -> Self {
        let redirects = self.redirects - 1;
        if status != StatusCode::SEE_OTHER || self.method == Method::HEAD {
            return Self { url, redirects, ..self };
        }
        let mut headers = self.headers;
        headers.remove(CONTENT_TYPE);
        Self { method: Method::GET, url, headers, body: Bytes::new(), redirects, ..self }
    }
}
