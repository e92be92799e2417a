//! What a running service says of itself: a plain value, which travels as JSON.
//!
//! In: what the service knows. Out: the forms in which people and machines are told. It asks nobody and reads no clock.
//!
//! - `access`: who read what
//! - `people`: a dozen lines
//! - `prometheus`: metrics

mod access;
mod people;
pub mod prometheus;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::notice::Failing;
use crate::problem::Problem;
use crate::websub::Tally;

pub use access::{Access, Reads};
pub use people::{Shown, for_people};

/// What a service is doing, whole: the keys of `feedwright status --format json`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Status {
    /// Of Feedwright.
    pub version: String,
    /// Of the process.
    pub pid: u32,
    /// When it was started.
    pub since: DateTime<Utc>,
    /// Posts that are out.
    pub posts: usize,
    /// Posts that are held back: drafts, scheduled, expired, unlisted.
    pub held: usize,
    /// Files with errors: left out, or their posts stay as they last were good.
    pub broken: usize,
    /// How many feeds there are.
    pub feeds: usize,
    /// What was published.
    pub publications: Publications,
    /// What happens next by itself.
    pub next: Option<Due>,
    /// Sorted by file and line.
    pub problems: Vec<Problem>,
    /// What keeps it from its work now.
    pub troubles: Vec<Trouble>,
    /// What kept it from its work last, mended or not.
    pub last_error: Option<LastError>,
    /// What hubs were told, where there are any.
    #[serde(default)]
    pub announced: Option<Announced>,
    /// Of the hub for these feeds, where there is one.
    #[serde(default)]
    pub hub: Option<Tally>,
    /// How changes are noticed.
    pub watcher: Watching,
    /// What it is doing this by.
    pub configuration: Configuration,
    /// Who read what; `None`: readers are not answered.
    #[serde(default)]
    pub access: Option<Access>,
    /// The folder that is published to.
    pub output: String,
    /// The folder of the state.
    pub state: String,
}

/// What was published since the start.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Publications {
    /// How often something was.
    pub count: u64,
    /// How long all of them took together.
    pub milliseconds: u64,
    /// The last one; it may be older than the process.
    pub last: Option<Publication>,
}

impl Publications {
    /// Takes note of one more.
    pub fn add(&mut self, publication: Publication) {
        self.count += 1;
        self.milliseconds += publication.milliseconds.unwrap_or_default();
        self.last = Some(publication);
    }
}

/// One publication.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Publication {
    /// When it was over.
    pub at: DateTime<Utc>,
    /// Paths below the output of feeds that were new or differed; empty when another process published them.
    pub written: Vec<String>,
    /// Paths of feeds that were no more.
    pub removed: Vec<String>,
    /// From the change to the last feed; unknown when another process published them.
    pub milliseconds: Option<u64>,
}

impl Publication {
    /// One of a process before this one.
    #[must_use]
    pub fn earlier(at: DateTime<Utc>) -> Self {
        Self { at, written: Vec::new(), removed: Vec::new(), milliseconds: None }
    }
}

/// What happens when its time has come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Due {
    /// When.
    pub at: DateTime<Utc>,
    /// Path of the post's file.
    pub post: String,
    /// Its title.
    pub title: String,
    /// What happens to it.
    pub change: DueChange,
}

/// What time does to a post.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DueChange {
    /// It was scheduled.
    ComesOut,
    /// It expires.
    Goes,
}

/// Something of the world that keeps the service from its work.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trouble {
    /// What it keeps it from.
    pub concern: Concern,
    /// What it is now.
    pub message: String,
    /// Since when it is so, whatever it was in between.
    pub since: DateTime<Utc>,
}

/// What the service can be kept from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Concern {
    /// To use a new configuration, which is good.
    Configuration,
    /// To publish.
    Publication,
    /// To write the metrics.
    Metrics,
    /// To open the socket by which it is asked.
    Control,
    /// To pass feeds on: to hubs, to readers.
    Syndication,
}

/// What hubs and the like were told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Announced {
    /// Notices that wait to be sent.
    pub waiting: usize,
    /// How many were sent since the start.
    pub sent: u64,
    /// When one was sent last.
    pub last: Option<DateTime<Utc>>,
    /// Who could not be told.
    pub failing: Vec<Failing>,
}

/// What the service was kept from its work by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LastError {
    /// What it was.
    pub message: String,
    /// When it was met last.
    pub at: DateTime<Utc>,
    /// Since when it is over.
    pub mended: Option<DateTime<Utc>>,
}

/// How changes are noticed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Watching {
    /// `native`, `polling`, or `none` where the folders cannot be watched now.
    pub kind: String,
    /// Folders of posts.
    pub folders: Vec<String>,
}

/// The configuration that is used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Configuration {
    /// Where it is.
    pub file: String,
    /// What became of a newer one, when there is one.
    pub newer: Option<Newer>,
    /// What is wrong with the newer one.
    pub problems: Vec<Problem>,
}

/// Why a newer configuration is not used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Newer {
    /// It is wrong.
    Broken,
    /// It is good, but something of it cannot be used yet; see `troubles`.
    Waiting,
}

impl Status {
    /// How many errors and how many warnings there are.
    #[must_use]
    pub fn errors_and_warnings(&self) -> (usize, usize) {
        let errors = self.problems.iter().filter(|problem| problem.is_error()).count();
        (errors, self.problems.len() - errors)
    }

    /// Whether nobody needs to do anything: no errors, no trouble, no broken configuration, no lost notice.
    #[must_use]
    pub fn is_well(&self) -> bool {
        let lost = self.announced.iter().flat_map(|announced| &announced.failing).any(|failing| failing.is_given_up);
        self.errors_and_warnings().0 == 0 && self.troubles.is_empty() && self.configuration.newer.is_none() && !lost
    }
}

#[cfg(test)]
mod sample;
