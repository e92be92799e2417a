//! Why there is no answer: as people are told, and as is decided by.

use std::error::Error;
use std::fmt;
use std::io;
use std::time::Duration;

use rustix::io::Errno;
use url::{Position, Url};

use super::names::{NotPublic, Unknown};

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// What kind of failure it is.
    pub cause: Cause,
    text: String,
}

/// What kinds of failures there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cause {
    /// The address is not public, and only those may be connected to.
    NotPublic,
    /// The host has no address, or that cannot be found out now.
    Unknown,
    /// There is no connection.
    Unreachable,
    /// There is no trust in the connection.
    Tls,
    /// The exchange took longer than it may.
    TimedOut,
    /// The answer is longer than it may be.
    TooLong,
    /// The answer is no HTTP, or ends too early.
    Broken,
}

impl fmt::Display for Failure {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.text)
    }
}

impl Error for Failure {}

impl Failure {
    pub(super) fn timed_out(url: &Url, patience: Duration) -> Self {
        Self::new(Cause::TimedOut, url, &format!("no whole answer within {patience:?}"))
    }

    pub(super) fn too_long(url: &Url, most: usize) -> Self {
        Self::new(Cause::TooLong, url, &format!("the answer has more than {most} bytes"))
    }

    pub(super) fn not_public(url: &Url, found: NotPublic) -> Self {
        Self::new(Cause::NotPublic, url, &found)
    }

    pub(super) fn no_address(url: &Url) -> Self {
        Self::new(Cause::Unknown, url, &"it names no host")
    }

    /// What a failure comes from is at the bottom of its sources.
    pub(super) fn of(url: &Url, error: &reqwest::Error) -> Self {
        let sources: Vec<&(dyn Error + 'static)> =
            std::iter::successors(error.source(), |error| inner(*error)).collect();
        let cause = sources.iter().find_map(|source| cause_of(*source));
        let other = if error.is_connect() { Cause::Unreachable } else { Cause::Broken };
        let cause = cause.unwrap_or(if error.is_timeout() { Cause::TimedOut } else { other });
        let bottom = sources.last().map_or_else(|| error.to_string(), ToString::to_string);
        let mend = if sources.iter().any(|source| is_forbidden(*source)) { NO_NETWORK } else { "" };
        Self::new(cause, url, &(bottom + mend))
    }

    /// The path and the query of an address may be a secret of whom it belongs to.
    fn new(cause: Cause, url: &Url, why: &dyn fmt::Display) -> Self {
        let text = format!("`{}` does not answer: {why}", &url[Position::BeforeScheme..Position::AfterPort]);
        Self { cause, text }
    }
}

/// The source of an error; what an `io::Error` wraps is one, too.
fn inner<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a (dyn Error + 'static)> {
    let wrapped = error.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
    wrapped.map(|wrapped| wrapped as &(dyn Error + 'static)).or_else(|| error.source())
}

const NO_NETWORK: &str = "; the service is kept from the network: put the drop-in `network.conf` in place";

/// What systemd's `RestrictAddressFamilies` makes of a connection.
fn is_forbidden(error: &(dyn Error + 'static)) -> bool {
    let code = error.downcast_ref::<io::Error>().and_then(io::Error::raw_os_error);
    code == Some(Errno::AFNOSUPPORT.raw_os_error())
}

fn cause_of(error: &(dyn Error + 'static)) -> Option<Cause> {
    if error.is::<NotPublic>() {
        Some(Cause::NotPublic)
    } else if error.is::<Unknown>() {
        Some(Cause::Unknown)
    } else if error.is::<rustls::Error>() {
        Some(Cause::Tls)
    } else {
        None
    }
}
