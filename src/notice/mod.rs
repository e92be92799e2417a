//! Who is to be told of new versions of feeds, and when: a queue of which each decision is pure.
//!
//! In: what is published ([`Topic`]), what became of errands, `now`, and for jitter a random number. Out: the errands
//! that are due. A notice is about a version, and the newest replaces those before, so that a burst of publications is
//! one notice. What a version is is its digest, and it is compared with what was looked at last: whatever is killed when,
//! no notice is lost, and at worst one is sent twice.
//!
//! - `backoff`: when what failed is tried again
//! - `words`: what each kind of server is told, and what its answer means

mod backoff;
mod words;

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use url::Url;

use self::backoff::Pace;
pub use self::words::{Answer, Blog, Words, read_answer, words};
use crate::feed::edition::Digest;

/// Whom to tell.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Target {
    /// A `WebSub` hub, about a feed.
    Hub(Url),
    /// An rssCloud server, about an RSS feed.
    Cloud(Url),
    /// A directory that takes XML-RPC pings, about the blog by its first feed.
    Directory(Url),
}

impl Target {
    /// Its address.
    #[must_use]
    pub fn url(&self) -> &Url {
        match self {
            Self::Hub(url) | Self::Cloud(url) | Self::Directory(url) => url,
        }
    }
}

/// A feed as it is published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Topic {
    /// Its public address.
    pub url: Url,
    /// Of its bytes.
    pub digest: u128,
    /// Who wants to know of it.
    pub targets: Vec<Target>,
}

/// Something to be done.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Errand {
    /// To find out whether a feed's public address serves this version.
    Look {
        /// The address.
        topic: Url,
        /// Of the version.
        digest: u128,
        /// The `ETag` of the version that it served last, which is another one.
        etag: Option<String>,
    },
    /// To tell somebody of a version.
    Tell {
        /// Whom.
        target: Target,
        /// Of which feed.
        topic: Url,
        /// Of the version.
        digest: u128,
    },
}

/// What became of an errand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It is done: somebody knows; the address serves the version.
    Done,
    /// Not yet; `etag`: of the version that an address serves still.
    Later {
        /// Why, for people.
        reason: String,
        /// How long the other side wants to be left alone.
        after: Option<TimeDelta>,
        /// Of what an address serves still.
        etag: Option<String>,
    },
    /// Nor will it ever be.
    Never {
        /// Why, for people.
        reason: String,
    },
}

/// Somebody could not be told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failing {
    /// Who.
    pub target: Target,
    /// Why, for people.
    pub reason: String,
    /// Since when nobody was told there.
    pub since: DateTime<Utc>,
    /// A notice is lost: it was refused, or tried for a day.
    pub is_given_up: bool,
}

/// The queue. It is kept as JSON.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Notices {
    /// The digests of feeds that were looked at, by address.
    seen: BTreeMap<Url, Digest>,
    /// Feeds whose address does not serve their version yet.
    unserved: BTreeMap<Url, Wait>,
    /// Who waits to be told, of which feed.
    waiting: Vec<Waiting>,
    /// By target.
    failing: Vec<Failing>,
    #[serde(skip)]
    under_way: BTreeSet<Errand>,
    #[serde(skip)]
    is_unkept: bool,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Waiting {
    target: Target,
    topic: Url,
    version: Digest,
    pace: Pace,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Wait {
    version: Digest,
    etag: Option<String>,
    pace: Pace,
}

/// After so long a notice is given up.
const GIVEN_UP: TimeDelta = TimeDelta::days(1);
/// And after so many tries: a clock that leaps ahead gives nothing up.
const TRIES: u32 = 12;
/// How much is done at once.
const AT_ONCE: usize = 16;
/// And of that with one server: one that hangs keeps the others waiting no longer.
const AT_ONE: usize = 3;

impl Notices {
    /// Whether no feed was ever looked at.
    #[must_use]
    pub fn is_new(&self) -> bool {
        self.seen.is_empty()
    }

    /// Looks at feeds. Whoever wants to know is told of those that differ from what was looked at before; of those that
    /// nobody looked at before nobody is told: they have no subscribers. `wait`: how long their addresses may lag; zero:
    /// they are not asked.
    pub fn look(&mut self, topics: &[Topic], wait: TimeDelta, now: DateTime<Utc>) {
        for topic in topics {
            let version = Digest(topic.digest);
            let before = self.seen.insert(topic.url.clone(), version);
            self.is_unkept |= before != Some(version);
            if before.is_none_or(|before| before == version) {
                continue;
            }
            self.unserved.remove(&topic.url);
            if wait > TimeDelta::zero() && !topic.targets.is_empty() {
                let waiting = Wait { version, etag: None, pace: Pace::from(now) };
                self.unserved.insert(topic.url.clone(), waiting);
            }
            let (before, others) = self.waiting.drain(..).partition::<Vec<_>, _>(|waiting| waiting.topic == topic.url);
            self.waiting = others;
            self.waiting.extend(topic.targets.iter().map(|target| {
                // Whoever wants to be left alone still does.
                let pause = before.iter().find(|waiting| waiting.target == *target).map(|waiting| waiting.pace);
                let pace = pause.map_or(Pace::from(now), |pause| pause.anew(now));
                Waiting { target: target.clone(), topic: topic.url.clone(), version, pace }
            }));
        }
    }

    /// Nobody is told of feeds that are no more; what was looked at is known still, as they may come back.
    pub fn drop_topics(&mut self, gone: &[Url]) {
        let count = self.waiting.len() + self.unserved.len();
        self.waiting.retain(|waiting| !gone.contains(&waiting.topic));
        self.unserved.retain(|topic, _| !gone.contains(topic));
        self.is_unkept |= count != self.waiting.len() + self.unserved.len();
    }

    /// The same for another messenger: what was under way with the one before is due again.
    #[must_use]
    pub fn interrupted(self) -> Self {
        Self { under_way: BTreeSet::new(), is_unkept: true, ..self }
    }

    /// Forgets all others: the configuration names them no more.
    pub fn keep_targets(&mut self, targets: &[Target]) {
        let count = (self.waiting.len(), self.failing.len());
        self.waiting.retain(|waiting| targets.contains(&waiting.target));
        self.failing.retain(|failing| targets.contains(&failing.target));
        self.is_unkept |= count != (self.waiting.len(), self.failing.len());
    }

    /// Takes what is due, and not under way yet: a few errands at once.
    pub fn take_due(&mut self, now: DateTime<Utc>) -> Vec<Errand> {
        let looks = self.unserved.iter().filter(|(_, wait)| wait.pace.is_due(now));
        let looks = looks.map(|(topic, wait)| wait.errand(topic));
        let tells = self.ready().filter(|waiting| waiting.pace.is_due(now)).map(Waiting::errand);
        let due: Vec<Errand> = looks.chain(tells).filter(|errand| !self.is_under_way(errand)).collect();
        let mut taken = Vec::new();
        for errand in due {
            if self.has_room_for(&errand) {
                self.under_way.insert(errand.clone());
                taken.push(errand);
            }
        }
        taken
    }

    /// When an errand is due next that is not under way; `None` while as many are as may be.
    #[must_use]
    pub fn next_due(&self) -> Option<DateTime<Utc>> {
        let looks = self.unserved.iter().map(|(topic, wait)| (wait.errand(topic), wait.pace.next()));
        let tells = self.ready().map(|waiting| (waiting.errand(), waiting.pace.next()));
        let free = |errand: &Errand| !self.is_under_way(errand) && self.has_room_for(errand);
        looks.chain(tells).filter(|(errand, _)| free(errand)).map(|(_, next)| next).min()
    }

    fn has_room_for(&self, errand: &Errand) -> bool {
        let host = errand.url().host_str();
        let there = self.under_way.iter().filter(|other| other.url().host_str() == host).count();
        self.under_way.len() < AT_ONCE && there < AT_ONE
    }

    /// Those whose feeds are served.
    fn ready(&self) -> impl Iterator<Item = &Waiting> {
        self.waiting.iter().filter(|waiting| !self.unserved.contains_key(&waiting.topic))
    }

    /// Whether it is, be it for another version: two at once could come in the wrong order.
    fn is_under_way(&self, errand: &Errand) -> bool {
        self.under_way.iter().any(|other| other.is_alike(errand))
    }

    /// Takes note of what became of an errand. Out: what people are to be told.
    pub fn note(&mut self, errand: &Errand, outcome: Outcome, at: Moment) -> Option<Told> {
        self.under_way.remove(errand);
        self.is_unkept = true;
        match errand {
            Errand::Look { topic, digest, .. } => self.looked(topic, Digest(*digest), outcome, at),
            Errand::Tell { target, .. } => self.told(errand, target, outcome, at),
        }
    }

    fn looked(&mut self, topic: &Url, version: Digest, outcome: Outcome, at: Moment) -> Option<Told> {
        let wait = self.unserved.get_mut(topic).filter(|wait| wait.version == version)?;
        let (reason, after, etag) = match outcome {
            Outcome::Done => {
                self.unserved.remove(topic);
                return None;
            }
            Outcome::Later { reason, after, etag } => (reason, after, etag),
            Outcome::Never { reason } => (reason, None, None),
        };
        wait.etag = etag;
        if wait.pace.age(at.now) >= at.wait {
            self.unserved.remove(topic);
            return Some(Told::Lagging { topic: topic.clone(), reason });
        }
        wait.pace.again_soon(at.now, after, at.chance);
        wait.pace.end_by(at.wait);
        None
    }

    fn told(&mut self, errand: &Errand, target: &Target, outcome: Outcome, at: Moment) -> Option<Told> {
        let place = self.waiting.iter().position(|waiting| waiting.errand() == *errand);
        match outcome {
            Outcome::Done => {
                place.map(|place| self.waiting.remove(place));
                let count = self.failing.len();
                self.failing.retain(|failing| failing.target != *target);
                let is_mended = self.failing.len() < count;
                Some(Told::Sent { target: target.clone(), topic: errand.topic().clone(), is_mended })
            }
            Outcome::Later { reason, after, .. } => {
                let place = place?;
                let pace = &mut self.waiting[place].pace;
                pace.again(at.now, after, at.chance);
                if pace.age(at.now) < GIVEN_UP || pace.tries() < TRIES {
                    let is_first = !self.failing.iter().any(|failing| failing.target == *target);
                    let failing = self.fail(target, reason, at.now).clone();
                    return is_first.then_some(Told::Failing(failing));
                }
                self.waiting.remove(place);
                Some(self.give_up(target, format!("{reason}; it was tried for a day"), at.now))
            }
            Outcome::Never { reason } => {
                self.waiting.remove(place?);
                Some(self.give_up(target, reason, at.now))
            }
        }
    }

    /// Takes note of a failure: of one that stands already, why it is so now.
    fn fail(&mut self, target: &Target, reason: String, now: DateTime<Utc>) -> &mut Failing {
        let known = self.failing.iter().position(|failing| failing.target == *target);
        let place = known.unwrap_or(self.failing.len());
        if known.is_none() {
            let failing = Failing { target: target.clone(), reason: String::new(), since: now, is_given_up: false };
            self.failing.push(failing);
        }
        let failing = &mut self.failing[place];
        failing.reason = reason;
        failing
    }

    fn give_up(&mut self, target: &Target, reason: String, now: DateTime<Utc>) -> Told {
        let failing = self.fail(target, reason, now);
        failing.is_given_up = true;
        Told::GivenUp(failing.clone())
    }

    /// How many notices wait.
    #[must_use]
    pub fn waiting(&self) -> usize {
        self.waiting.len()
    }

    /// Who could not be told.
    #[must_use]
    pub fn failing(&self) -> &[Failing] {
        &self.failing
    }

    /// Whether it differs from what is kept.
    #[must_use]
    pub fn is_unkept(&self) -> bool {
        self.is_unkept
    }

    /// It is kept as it is.
    pub fn kept(&mut self) {
        self.is_unkept = false;
    }
}

/// What is needed to judge what became of an errand.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Moment {
    /// When it came to that.
    pub now: DateTime<Utc>,
    /// From 0 up to 1, for jitter.
    pub chance: f64,
    /// How long the address of a feed may lag.
    pub wait: TimeDelta,
}

/// What people are told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Told {
    /// Somebody knows of a version.
    Sent {
        /// Who.
        target: Target,
        /// Of which feed.
        topic: Url,
        /// Nobody could be told there before.
        is_mended: bool,
    },
    /// Somebody cannot be told now. Told once.
    Failing(Failing),
    /// A notice is lost.
    GivenUp(Failing),
    /// An address still does not serve what was published; notices go out all the same.
    Lagging {
        /// The address.
        topic: Url,
        /// What it does instead, for people.
        reason: String,
    },
}

impl Errand {
    /// Which feed it is about.
    fn topic(&self) -> &Url {
        match self {
            Self::Look { topic, .. } | Self::Tell { topic, .. } => topic,
        }
    }

    /// Whom it asks.
    fn url(&self) -> &Url {
        match self {
            Self::Look { topic, .. } => topic,
            Self::Tell { target, .. } => target.url(),
        }
    }

    /// Whether both are of the same kind, with the same somebody, about the same feed.
    fn is_alike(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Look { topic, .. }, Self::Look { topic: other, .. }) => topic == other,
            (Self::Tell { target, topic, .. }, Self::Tell { target: to, topic: of, .. }) => (target, topic) == (to, of),
            _ => false,
        }
    }
}

impl Wait {
    fn errand(&self, topic: &Url) -> Errand {
        Errand::Look { topic: topic.clone(), digest: self.version.0, etag: self.etag.clone() }
    }
}

impl Waiting {
    fn errand(&self) -> Errand {
        Errand::Tell { target: self.target.clone(), topic: self.topic.clone(), digest: self.version.0 }
    }
}

#[cfg(test)]
mod tests;
