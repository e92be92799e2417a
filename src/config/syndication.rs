//! How posts reach subscribers, besides files: who is told, how readers are answered, a hub of one's own.
//! All of it is off until it is configured.

use core::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use url::Url;

/// Who is told of what is published.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Announce {
    /// `WebSub` hubs of others.
    pub hubs: Vec<Url>,
    /// How long to wait until a feed's public address serves what was published; zero: that is not asked.
    pub wait: Duration,
    /// The rssCloud server, which knows the subscribers of RSS feeds.
    pub cloud: Option<Cloud>,
    /// Directories that take `weblogUpdates.extendedPing` (XML-RPC).
    pub pings: Vec<Url>,
}

impl Announce {
    /// Whether nobody is told.
    #[must_use]
    pub fn is_nobody(&self) -> bool {
        self.hubs.is_empty() && self.cloud.is_none() && self.pings.is_empty()
    }
}

/// An rssCloud server (<http://home.rsscloud.co/>), as RSS's `cloud` names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cloud {
    /// Where readers register: `http`, as the element has no other.
    pub register: Url,
    /// Where it is told of a new version.
    pub ping: Url,
}

/// How readers are answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Serve {
    /// Where they connect to, at least one.
    pub listen: Vec<Listen>,
    /// The value of `Cache-Control`.
    pub cache_control: String,
    /// How many connections there may be at once.
    pub connections: usize,
}

/// Where readers connect to.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Listen {
    /// TCP, IPv4 or IPv6.
    Tcp(SocketAddr),
    /// A socket in the file system.
    Unix(PathBuf),
    /// The sockets that systemd opened (`LISTEN_FDS`).
    Systemd,
}

/// A `WebSub` hub for one's own feeds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hub {
    /// Its public address.
    pub url: Url,
    /// Whether subscribers may be at private, loopback and link-local addresses.
    pub allow_private: bool,
    /// The longest lease, and that of who asks for none.
    pub lease: Duration,
    /// How many subscriptions there may be: in all, of one feed, and of one host.
    pub most: Most,
}

/// How many subscriptions there may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Most {
    /// In all.
    pub subscriptions: usize,
    /// Of one feed.
    pub per_feed: usize,
    /// With callbacks at one host.
    pub per_host: usize,
}

/// How bytes are made fewer (RFC 9110 §8.4.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Coding {
    /// `gzip` (RFC 1952), `.gz`
    Gzip,
    /// Brotli (RFC 7932), `.br`
    Br,
    /// Zstandard (RFC 8878), `.zst`
    Zstd,
}

impl Coding {
    /// What the name of a file so coded ends with, as web servers look for it.
    #[must_use]
    pub fn suffix(self) -> &'static str {
        match self {
            Self::Gzip => ".gz",
            Self::Br => ".br",
            Self::Zstd => ".zst",
        }
    }
}
