//! Those that pass feeds on: each is handed what is new after a publication.
//!
//! In: what was published, and what became of errands. They work on threads of their own; the loop only hands over.

use std::time::{Duration, Instant};

use anyhow::{Error, Result};
use chrono::{DateTime, Utc};

use super::trouble::cause_of;
use super::{Daemon, now};
use crate::announce::OnDone;
use crate::cmd::announcing::Announcing;
use crate::cmd::editions::Editions;
use crate::cmd::hosting::Hosting;
use crate::cmd::serving::Serving;
use crate::config::Config;
use crate::notice::{Errand, Outcome};
use crate::publish::{Published, Publisher};
use crate::status::prometheus::Life;
use crate::status::{Access, Announced, Concern};
use crate::websub::Tally;

/// All outlets of one configuration.
pub struct Outlets {
    editions: Editions,
    serving: Option<Serving>,
    announcing: Option<Announcing>,
    hosting: Option<Hosting>,
    /// Something could not be opened.
    is_incomplete: bool,
    /// Something could not be done, and is tried again with the alarm.
    is_stuck: bool,
}

/// What could not be done is tried again after this time.
const AGAIN: Duration = Duration::from_secs(15);

impl Outlets {
    /// Those that the configuration asks for and that can be opened, and why others cannot; `None` where it asks for none.
    /// `former`: those until now, which work on where nothing of theirs has changed.
    fn open(
        config: &Config,
        publisher: &mut Publisher,
        on_done: OnDone,
        former: Option<Self>,
    ) -> (Option<Self>, Vec<Error>) {
        if config.serve.is_none() && config.announce.is_nobody() {
            return (None, Vec::new());
        }
        let mut errors = Vec::new();
        let state = publisher.state().folder();
        let (editions, serving, hosting, announcing) = former.map_or((None, None, None, None), |former| {
            (Some(former.editions), former.serving, former.hosting, former.announcing)
        });
        let hosting = opened(Hosting::open(config, state, hosting), &mut errors);
        let serving = opened(Serving::open(config, serving), &mut errors);
        if let Some(serving) = &serving {
            serving.answer_forms(hosting.as_ref().map(Hosting::door));
        }
        let announcing = opened(Announcing::open(config, state, on_done, announcing), &mut errors);
        let editions = Editions::open(state, config.output_url.clone(), editions);
        let (is_incomplete, is_stuck) = (!errors.is_empty(), false);
        let outlets = Self { editions, serving, announcing, hosting, is_incomplete, is_stuck };
        (Some(outlets), errors)
    }

    /// Whether something could not be opened.
    pub fn is_incomplete(&self) -> bool {
        self.is_incomplete
    }

    /// Hands on what is new. `is_made`: whether there is a feed at a path; only where some may have gone.
    ///
    /// # Errors
    /// When a feed cannot be read: it is handed on after the next turn.
    fn hand_on(
        &mut self,
        published: &Published,
        publisher: &Publisher,
        is_made: Option<&dyn Fn(&str) -> bool>,
    ) -> Result<()> {
        let now = Utc::now();
        let mut news = self.editions.news(published, publisher, now)?;
        news.gone.extend(is_made.into_iter().flat_map(|is_made| self.editions.forget_all_but(is_made)));
        if let Some(serving) = &mut self.serving {
            serving.hand_on(&news);
        }
        if let Some(announcing) = &mut self.announcing {
            announcing.look(&news, now);
        }
        if let Some(hosting) = &mut self.hosting {
            hosting.hand_on(&news);
        }
        Ok(())
    }

    /// Says up to when anything expires at most, where the clock is doubted.
    pub fn doubt_clock(&self, expires_until: Option<DateTime<Utc>>) {
        if let Some(hosting) = &self.hosting {
            hosting.doubt_clock(expires_until);
        }
    }

    /// Does what is due, and keeps what must outlive the process.
    ///
    /// # Errors
    /// When that cannot be.
    fn work(&mut self) -> Result<()> {
        let kept = self.editions.keep();
        let worked = self.announcing.as_mut().map_or(Ok(()), |announcing| announcing.work(Utc::now()));
        let done = kept.and(worked);
        self.is_stuck = done.is_err();
        done
    }

    /// When there is something to do next.
    pub fn next_due(&self) -> Option<DateTime<Utc>> {
        self.announcing.as_ref().filter(|_| !self.is_stuck)?.next_due()
    }

    /// Who read what.
    pub fn access(&self) -> Option<Access> {
        self.serving.as_ref().map(Serving::access)
    }

    /// How the subscriptions at our own hub fare.
    pub fn hosted(&self) -> Option<Tally> {
        self.hosting.as_ref().map(Hosting::tally)
    }

    /// What hubs were told.
    pub fn announced(&self) -> Option<Announced> {
        self.announcing.as_ref().map(Announcing::status)
    }
}

impl Daemon<'_> {
    /// Opens what the configuration asks for and is not open. What fails is told, and tried again.
    pub(super) fn open_outlets(&mut self) {
        self.alarm.outlets(None);
        let former = self.outlets.take();
        let (config, publisher) = (&self.session.loaded.config, &mut self.publisher);
        let (outlets, errors) = Outlets::open(config, publisher, self.on_done.clone(), former);
        self.outlets = outlets;
        if errors.is_empty() && self.outlets.is_none() {
            self.troubles.over(Concern::Syndication, now());
        }
        errors.iter().for_each(|error| self.complain_of_syndication(error, "feeds are not passed on: "));
    }

    /// Hands on what was published.
    ///
    /// # Errors
    /// When a feed cannot be read.
    pub(super) fn hand_on(&mut self, published: &Published) -> Result<()> {
        let Some(outlets) = &mut self.outlets else { return Ok(()) };
        let pipeline = &*self.session.blog.pipeline();
        let is_made = |path: &str| pipeline.makes(path);
        outlets.hand_on(published, &self.publisher, self.pending.anything.then_some(&is_made))
    }

    /// Takes note of what became of an errand.
    pub(super) fn note_errand(&mut self, errand: &Errand, outcome: Outcome) {
        if let Some(announcing) = self.outlets.as_mut().and_then(|outlets| outlets.announcing.as_mut()) {
            announcing.note(errand, outcome, Utc::now());
            self.seen.is_outdated = true;
        }
    }

    /// Does what those that pass feeds on have to do.
    pub(super) fn run_errands(&mut self) {
        let Some(outlets) = &mut self.outlets else { return };
        let is_incomplete = outlets.is_incomplete;
        match outlets.work() {
            Ok(()) if is_incomplete => {}
            Ok(()) => self.troubles.mended(Concern::Syndication, now()),
            Err(error) => self.complain_of_syndication(&error, ""),
        }
        if std::mem::take(&mut self.seen.is_outdated) {
            self.measure(Life::Running);
        }
    }

    /// `what`: what comes of it, before it.
    fn complain_of_syndication(&mut self, error: &Error, what: &str) {
        self.alarm.outlets(Some(Instant::now() + AGAIN));
        let message = format!("{what}{error:#}; everything else goes on");
        self.troubles.complain(Concern::Syndication, cause_of(error), message, now());
    }
}

/// What could be opened.
fn opened<T>(opened: Result<Option<T>>, errors: &mut Vec<Error>) -> Option<T> {
    opened.unwrap_or_else(|error| {
        errors.push(error);
        None
    })
}
