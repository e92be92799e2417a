//! Those that pass feeds on: each is handed what is new after a publication.
//!
//! In: what was published, and what became of errands. They work on threads of their own; the loop only hands over.

use std::time::{Duration, Instant};

use anyhow::Result;
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
}

/// What could not be done is tried again after this time.
const AGAIN: Duration = Duration::from_secs(15);

impl Outlets {
    /// Those that the configuration asks for; `None` where it asks for none. `former`: those until now.
    ///
    /// # Errors
    /// When one of them cannot be opened.
    fn open(config: &Config, publisher: &mut Publisher, on_done: OnDone, former: Option<Self>) -> Result<Option<Self>> {
        let state = publisher.state().folder();
        let (serving, hosting) = former.map_or((None, None), |former| (former.serving, former.hosting));
        let hosting = Hosting::open(config, state, hosting)?;
        let serving = Serving::open(config, serving)?;
        if let Some(serving) = &serving {
            serving.answer_forms(hosting.as_ref().map(Hosting::door));
        }
        let announcing = Announcing::open(config, state, on_done)?;
        let is_asked_for = announcing.is_some() || serving.is_some();
        let editions = Editions::open(state, config.output_url.clone());
        Ok(is_asked_for.then_some(Self { editions, serving, announcing, hosting }))
    }

    /// Hands on what is new.
    ///
    /// # Errors
    /// When a feed cannot be read: it is handed on after the next turn.
    fn hand_on(&mut self, published: &Published, publisher: &Publisher, now: DateTime<Utc>) -> Result<()> {
        let news = self.editions.news(published, publisher, now)?;
        if let Some(serving) = &mut self.serving {
            serving.hand_on(&news);
        }
        if let Some(announcing) = &mut self.announcing {
            announcing.look(&news.editions, now);
        }
        if let Some(hosting) = &mut self.hosting {
            hosting.hand_on(&news);
        }
        self.editions.keep()
    }

    /// When there is something to do next.
    pub fn next_due(&self) -> Option<DateTime<Utc>> {
        self.announcing.as_ref()?.next_due()
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
    /// Opens what the configuration asks for; whether anything is open then. What fails is told, and tried again.
    pub(super) fn open_outlets(&mut self) -> bool {
        self.alarm.outlets(None);
        let former = self.outlets.take();
        let (config, publisher) = (&self.session.loaded.config, &mut self.publisher);
        match Outlets::open(config, publisher, self.on_done.clone(), former) {
            Ok(outlets) => {
                self.outlets = outlets;
                self.troubles.mended(Concern::Syndication, now());
            }
            Err(error) => {
                self.alarm.outlets(Some(Instant::now() + AGAIN));
                let message = format!("feeds are not passed on: {error:#}; everything else goes on");
                self.troubles.complain(Concern::Syndication, cause_of(&error), message, now());
            }
        }
        self.outlets.is_some()
    }

    /// Hands on what was published.
    ///
    /// # Errors
    /// When a feed cannot be read.
    pub(super) fn hand_on(&mut self, published: &Published) -> Result<()> {
        let Some(outlets) = &mut self.outlets else { return Ok(()) };
        outlets.hand_on(published, &self.publisher, Utc::now())
    }

    /// Takes note of what became of an errand.
    pub(super) fn note_errand(&mut self, errand: &Errand, outcome: Outcome) {
        if let Some(announcing) = self.outlets.as_mut().and_then(|outlets| outlets.announcing.as_mut()) {
            announcing.note(errand, outcome, Utc::now());
            self.measure(Life::Running);
        }
    }

    /// Has errands carried out that are due.
    pub(super) fn run_errands(&mut self) {
        let Some(announcing) = self.outlets.as_mut().and_then(|outlets| outlets.announcing.as_mut()) else { return };
        match announcing.work(Utc::now()) {
            Ok(()) => self.troubles.mended(Concern::Syndication, now()),
            Err(error) => {
                self.alarm.outlets(Some(Instant::now() + AGAIN));
                let message = format!("{error:#}; everything else goes on");
                self.troubles.complain(Concern::Syndication, cause_of(&error), message, now());
            }
        }
    }
}
