//! Bounded requests of HTTP to strangers.
//!
//! In: a [`Request`] with its bounds. Out: the answer, or why there is none. Whatever the other side does, an exchange
//! ends in time, and no more is kept of an answer than was asked for: it is not unpacked either. With [`Reach::Public`]
//! no connection is made to an address that is not public, whatever names, redirects and DNS say: the addresses that
//! were looked at are those that are connected to. No connection is kept, so that many hosts cost few files.
//!
//! - `request`: what is asked
//! - `failure`: why there is no answer
//! - `names`: names of hosts -> addresses within reach

mod failure;
mod names;
mod request;

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use chrono::{DateTime, Utc};
use reqwest::header::{LOCATION, RETRY_AFTER};
use reqwest::redirect::Policy;
use url::{Host, Url};

pub use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
pub use reqwest::{Method, StatusCode};

pub use self::failure::{Cause, Failure};
pub use self::names::{Addresses, Names, of_system};
use self::names::{Checked, NotPublic};
pub use self::request::{Excess, Request};
use crate::reach::Reach;

/// Makes requests. Clones are the same one.
#[derive(Debug, Clone)]
pub struct Client {
    http: reqwest::Client,
    reach: Reach,
}

/// What somebody answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Response {
    /// RFC 9110 §15.
    pub status: StatusCode,
    /// RFC 9110 §6.3.
    pub headers: HeaderMap,
    /// As it came, packed or not.
    pub body: Vec<u8>,
}

impl Response {
    /// How long whoever answered wants to be left alone: seconds, or a date in any form of HTTP (RFC 9110 §10.2.3).
    #[must_use]
    pub fn retry_after(&self, now: DateTime<Utc>) -> Option<Duration> {
        let text = self.headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
        if let Ok(seconds) = text.parse() {
            return Some(Duration::from_secs(seconds));
        }
        let date = DateTime::<Utc>::from(httpdate::parse_http_date(text).ok()?);
        Some((date - now).to_std().unwrap_or_default())
    }
}

/// To connect, or to try each of a host's addresses.
const CONNECT: Duration = Duration::from_secs(10);
/// A body that nobody waits for comes within this time, or not at all.
const SOON: Duration = Duration::from_secs(1);
const USER_AGENT: &str = concat!("Feedwright/", env!("CARGO_PKG_VERSION"));

impl Client {
    /// One that goes so far, with the certificates that the system trusts. [`Reach::Anywhere`] goes by the proxies that
    /// the environment names.
    ///
    /// # Errors
    /// When the system trusts no certificate, or they cannot be read.
    pub fn new(reach: Reach) -> Result<Self> {
        Self::with_names(reach, of_system())
    }

    /// One that asks these for the addresses of hosts.
    ///
    /// # Errors
    /// As [`new`](Self::new).
    pub fn with_names(reach: Reach, names: Names) -> Result<Self> {
        // Fails only when there is one already.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = reqwest::Client::builder()
            .user_agent(USER_AGENT)
            .redirect(Policy::none())
            .retry(reqwest::retry::never())
            .pool_max_idle_per_host(0)
            .connect_timeout(CONNECT)
            .dns_resolver(Arc::new(Checked { names, reach }));
        let client = if reach == Reach::Public { client.no_proxy() } else { client };
        let http = client.build().context("cannot use the certificates of the system; install `ca-certificates`")?;
        Ok(Self { http, reach })
    }

    /// Makes a request, and follows as many redirects as it allows.
    ///
    /// # Errors
    /// When there is no whole answer within its bounds.
    pub async fn send(&self, request: Request) -> Result<Response, Failure> {
        let (url, patience) = (request.url.clone(), request.patience);
        let exchange = tokio::time::timeout(patience, self.follow(request)).await;
        exchange.unwrap_or_else(|_| Err(Failure::timed_out(&url, patience)))
    }

    async fn follow(&self, mut request: Request) -> Result<Response, Failure> {
        loop {
            let response = self.exchange(&request).await?;
            if request.redirects == 0 || !is_redirect(response.status) {
                return Ok(response);
            }
            let Some(next) = location(&request.url, &response.headers) else { return Ok(response) };
            request = request.redirected(next, response.status);
        }
    }

    /// One request, one answer.
    async fn exchange(&self, request: &Request) -> Result<Response, Failure> {
        self.check(&request.url)?;
        let failed = |error| Failure::of(&request.url, &error);
        let asked = self.http.request(request.method.clone(), request.url.clone());
        let asked = asked.headers(request.headers.clone()).body(request.body.clone());
        let mut answer = asked.send().await.map_err(failed)?;
        let (status, headers) = (answer.status(), std::mem::take(answer.headers_mut()));
        let mut body = Vec::new();
        let all = keep(&mut answer, request.most, &mut body);
        match request.excess {
            Excess::IsLetGo => drop(tokio::time::timeout(SOON, all).await),
            Excess::Fails if all.await.map_err(failed)? => {}
            Excess::Fails => return Err(Failure::too_long(&request.url, request.most)),
        }
        Ok(Response { status, headers, body })
    }

    /// An address instead of a name asks nobody, and so is looked at here.
    fn check(&self, url: &Url) -> Result<(), Failure> {
        let address = match url.host() {
            Some(Host::Ipv4(address)) => address.into(),
            Some(Host::Ipv6(address)) => address.into(),
            Some(Host::Domain(_)) => return Ok(()),
            None => return Err(Failure::no_address(url)),
        };
        if self.reach.includes(address) { Ok(()) } else { Err(Failure::not_public(url, NotPublic(address))) }
    }
}

/// Keeps so much of a body; whether that is all of it.
async fn keep(answer: &mut reqwest::Response, most: usize, body: &mut Vec<u8>) -> reqwest::Result<bool> {
    while let Some(chunk) = answer.chunk().await? {
        let fitting = chunk.len().min(most - body.len());
        body.extend_from_slice(&chunk[..fitting]);
        if fitting < chunk.len() {
            return Ok(false);
        }
    }
    Ok(true)
}

fn is_redirect(status: StatusCode) -> bool {
    matches!(status.as_u16(), 301 | 302 | 303 | 307 | 308)
}

/// Where a redirect leads, if that is HTTP (RFC 9110 §10.2.2).
fn location(from: &Url, headers: &HeaderMap) -> Option<Url> {
    let location = headers.get(LOCATION)?.to_str().ok()?;
    from.join(location).ok().filter(|url| matches!(url.scheme(), "http" | "https"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn later_is_in_seconds_or_at_a_date() {
        let now = DateTime::parse_from_rfc3339("1994-11-06T08:49:07Z").unwrap().to_utc();
        let after = |value: &'static str| {
            let headers = HeaderMap::from_iter([(RETRY_AFTER, HeaderValue::from_static(value))]);
            let response = Response { status: StatusCode::SERVICE_UNAVAILABLE, headers, body: Vec::new() };
            response.retry_after(now).map(|wait| wait.as_secs())
        };
        assert_eq!([after("120"), after(" 0 ")], [Some(120), Some(0)]);
        assert_eq!(after("Sun, 06 Nov 1994 08:49:37 GMT"), Some(30));
        assert_eq!(after("Sunday, 06-Nov-94 08:49:37 GMT"), Some(30));
        assert_eq!(after("Sun, 06 Nov 1994 08:00:00 GMT"), Some(0), "it is over");
        assert_eq!(["soon", "-5", ""].map(after), [None; 3]);
    }
}
