//! Those that pass feeds on: each is handed what is new after a publication.
//!
//! In: what was published. They work on threads of their own; the loop only hands over.

use anyhow::Result;
use chrono::{DateTime, Utc};

use crate::cmd::editions::Editions;
use crate::config::Config;
use crate::publish::{Published, Publisher};

/// All outlets of one configuration.
#[derive(Debug)]
pub struct Outlets {
    editions: Editions,
}

impl Outlets {
    /// Those that the configuration asks for; `None` where it asks for none.
    pub fn open(config: &Config, publisher: &mut Publisher) -> Option<Self> {
        let is_asked_for = !config.announce.is_nobody() || config.serve.is_some();
        is_asked_for.then(|| Self { editions: Editions::open(publisher.state().folder(), config.output_url.clone()) })
    }

    /// Those of another configuration, in the place of those before.
    pub fn renew(former: Option<Self>, config: &Config, publisher: &mut Publisher) -> Option<Self> {
        drop(former);
        Self::open(config, publisher)
    }

    /// Hands on what is new.
    ///
    /// # Errors
    /// When a feed cannot be read: it is handed on after the next turn.
    pub fn hand_on(&mut self, published: &Published, publisher: &Publisher, now: DateTime<Utc>) -> Result<()> {
        let news = self.editions.news(published, publisher, now)?;
        if news.is_none() {
            return Ok(());
        }
        self.editions.keep()
    }
}
