//! Telling hubs of what is published: the queue as it is kept in the state folder, and the thread that works it off.

use std::path::{Path, PathBuf};
use std::sync::mpsc::Receiver;
use std::time::{Duration, Instant};

use anyhow::Result;
use chrono::{DateTime, TimeDelta, Utc};
use tracing::{debug, error, info, warn};
use url::Url;

use super::editions::News;
use crate::announce::{Announcer, OnDone};
use crate::cli::Cli;
use crate::config::{Config, Format};
use crate::feed::Edition;
use crate::notice::{Blog, Errand, Moment, Notices, Outcome, Target, Told, Topic};
use crate::state;
use crate::status::Announced;

const FILE: &str = "notices.json";

/// So long `--once --announce` tries again to tell who cannot be told.
const A_WHILE: Duration = Duration::from_mins(1);

/// The queue at work.
pub struct Announcing {
    file: PathBuf,
    notices: Notices,
    wanted: Wanted,
    blog: Blog,
    on_done: OnDone,
    /// Started when there is a first errand.
    announcer: Option<Announcer>,
    sent: u64,
    last: Option<DateTime<Utc>>,
    /// Notices that were lost since it was opened.
    given_up: usize,
}

/// What `--once` does with notices.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Announce {
    /// Sends them, and waits.
    Now,
    /// Keeps them for whoever sends them.
    Later,
}

impl Announce {
    /// What the command line asks for.
    #[must_use]
    pub fn of(cli: &Cli) -> Self {
        if cli.announce { Self::Now } else { Self::Later }
    }
}

/// Who wants to know of what.
#[derive(Debug, PartialEq)]
struct Wanted {
    hubs: Vec<Target>,
    cloud: Option<Target>,
    directories: Vec<Target>,
    /// Where the output is served.
    base: Url,
    /// The path of the feed that stands for the blog.
    main: Option<String>,
    wait: TimeDelta,
}

impl Wanted {
    fn of(config: &Config) -> Self {
        let announce = &config.announce;
        Self {
            hubs: announce.hubs.iter().cloned().map(Target::Hub).collect(),
            cloud: announce.cloud.as_ref().map(|cloud| Target::Cloud(cloud.ping.clone())),
            directories: announce.pings.iter().cloned().map(Target::Directory).collect(),
            base: config.output_url.clone(),
            main: config.feeds.iter().find(|feed| feed.per.is_none()).map(|feed| feed.path.clone()),
            wait: TimeDelta::from_std(announce.wait).unwrap_or_default(),
        }
    }

    fn all(&self) -> Vec<Target> {
        self.hubs.iter().chain(&self.cloud).chain(&self.directories).cloned().collect()
    }

    fn topic(&self, edition: &Edition) -> Topic {
        let cloud = self.cloud.iter().filter(|_| edition.format == Format::Rss);
        let directories = self.directories.iter().filter(|_| self.main.as_ref() == Some(&edition.path));
        let targets = self.hubs.iter().chain(cloud).chain(directories).cloned().collect();
        Topic { url: edition.url.clone(), digest: edition.digest, targets }
    }
}

impl Announcing {
    /// The queue as it was kept in this folder; `None` where nobody is to be told. `former`: the one until now, which works
    /// on if nothing has changed.
    ///
    /// # Errors
    /// When it cannot be read now.
    pub fn open(config: &Config, folder: &Path, on_done: OnDone, former: Option<Self>) -> Result<Option<Self>> {
        if config.announce.is_nobody() {
            return Ok(None);
        }
        let (file, wanted) = (folder.join(FILE), Wanted::of(config));
        let blog = Blog { title: config.site.title.clone(), url: config.site.url.clone() };
        let is_like = |former: &Self| (&former.file, &former.wanted, &former.blog) == (&file, &wanted, &blog);
        let (sent, last) = former.as_ref().map_or((0, None), |former| (former.sent, former.last));
        let mut notices = match former {
            Some(former) if is_like(&former) => return Ok(Some(former)),
            Some(former) if former.file == file || !file.exists() => former.notices.interrupted(),
            _ => state::read(&file, "hubs are told of what is published from now on")?.unwrap_or_default(),
        };
        notices.keep_targets(&wanted.all());
        Ok(Some(Self { file, notices, wanted, blog, on_done, announcer: None, sent, last, given_up: 0 }))
    }

    /// Whether no feed was ever looked at: then the first look tells nobody.
    #[must_use]
    pub fn is_new(&self) -> bool {
        self.notices.is_new()
    }

    /// Looks at feeds that are new or differ, or are no more.
    pub fn look(&mut self, news: &News, now: DateTime<Utc>) {
        let topics: Vec<Topic> = news.editions.iter().map(|edition| self.wanted.topic(edition)).collect();
        self.notices.look(&topics, self.wanted.wait, now);
        let gone: Vec<Url> = news.gone.iter().filter_map(|path| self.wanted.base.join(path).ok()).collect();
        self.notices.drop_topics(&gone);
    }

    /// Has carried out what is due, and keeps the queue.
    ///
    /// # Errors
    /// When it cannot be kept, or nothing can be sent.
    pub fn work(&mut self, now: DateTime<Utc>) -> Result<()> {
        let kept = self.keep(); // who is told once more after a crash is told all the same
        if self.announcer.is_none() && self.next_due().is_some() {
            self.announcer = Some(Announcer::start(self.blog.clone(), self.on_done.clone())?);
        }
        if let Some(announcer) = &self.announcer {
            self.notices.take_due(now).into_iter().for_each(|errand| announcer.send(errand));
        }
        kept
    }

    /// Takes note of what became of an errand.
    pub fn note(&mut self, errand: &Errand, outcome: Outcome, now: DateTime<Utc>) {
        match self.notices.note(errand, outcome, Moment { now, chance: chance(now), wait: self.wanted.wait }) {
            Some(Told::Sent { target, topic, is_mended }) => {
                self.sent += 1;
                self.last = Some(now);
                debug!("told `{}` of `{topic}`", target.url());
                if is_mended {
                    info!("`{}` can be told again", target.url());
                }
            }
            Some(Told::Failing(failing)) => {
                warn!("cannot tell `{}` now: {}; it is tried again for a day", failing.target.url(), failing.reason);
            }
            Some(Told::GivenUp(failing)) => {
                self.given_up += 1;
                error!("`{}` was not told of a new version: {}", failing.target.url(), failing.reason);
            }
            Some(Told::Lagging { topic, reason }) => {
                warn!("`{topic}` does not serve what was published ({reason}); hubs are told all the same");
            }
            None => {}
        }
    }

    /// When there is something to do next, however little is under way.
    #[must_use]
    pub fn next_due(&self) -> Option<DateTime<Utc>> {
        self.notices.next_due()
    }

    /// How many notices wait.
    #[must_use]
    pub fn waiting(&self) -> usize {
        self.notices.waiting()
    }

    /// How many notices were lost since it was opened.
    #[must_use]
    pub fn given_up(&self) -> usize {
        self.given_up
    }

    /// Sends what waits, and waits for it: as long as addresses may lag, and a while more. `done`: what the errands
    /// come to.
    ///
    /// # Errors
    /// When the queue cannot be kept.
    pub fn send_all(&mut self, done: &Receiver<(Errand, Outcome)>) -> Result<()> {
        let end = Instant::now() + self.wanted.wait.to_std().unwrap_or_default() + A_WHILE;
        while self.waiting() > 0 && Instant::now() < end {
            self.work(Utc::now())?;
            let due = self.next_due().map_or(A_WHILE, |due| (due - Utc::now()).to_std().unwrap_or_default());
            let left = end.saturating_duration_since(Instant::now());
            if let Ok((errand, outcome)) = done.recv_timeout(due.min(left)) {
                self.note(&errand, outcome, Utc::now());
            }
        }
        self.keep()
    }

    /// How it stands.
    #[must_use]
    pub fn status(&self) -> Announced {
        let failing = self.notices.failing().to_vec();
        Announced { waiting: self.notices.waiting(), sent: self.sent, last: self.last, failing }
    }

    /// Keeps the queue.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn keep(&mut self) -> Result<()> {
        if self.notices.is_unkept() {
            state::write(&self.file, &serde_json::to_vec(&self.notices)?)?;
            self.notices.kept();
        }
        Ok(())
    }
}

/// From 0 up to 1. That many services do not try again at the same moment needs no better one than the time.
fn chance(now: DateTime<Utc>) -> f64 {
    f64::from(now.timestamp_subsec_nanos() % 1_000_000) / 1e6
}
