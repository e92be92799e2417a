//! Another configuration in the place of the one before, with all that is known of posts and subscribers.

use std::time::Instant;

use anyhow::Result;
use tracing::{error, info};

use super::trouble::cause_of;
use super::{Daemon, Session, now};
use crate::cli::Consent;
use crate::cmd::Failure;
use crate::cmd::load::{Bytes, Loaded};
use crate::cmd::memory::Memory;
use crate::publish::Publisher;
use crate::status::Concern;
use crate::watch::Settle;

impl Daemon<'_> {
    /// Reads the configuration again. A broken one is told, and the old one stays.
    pub(super) fn reload(&mut self) {
        self.attempted = Bytes::at(&self.session.loaded.file);
        self.is_unloaded = false;
        let refused = std::mem::take(&mut self.refused);
        match self.replace_session() {
            Ok(()) => {
                self.troubles.mended(Concern::Configuration, now());
                info!("configuration `{}` read again", self.session.loaded.name);
                self.open_outlets();
                self.settle = Settle::new(self.session.loaded.config.watch.settle);
                self.pending.anything = true;
                self.alarm.worked();
            }
            Err(Failure::Configuration(problems)) => {
                self.troubles.over(Concern::Configuration, now());
                if problems != refused {
                    problems
                        .iter()
                        .filter(|problem| !refused.contains(problem))
                        .for_each(|problem| error!("{problem}"));
                    error!("the new configuration cannot be used; the old one stays");
                }
                self.refused = problems;
            }
            Err(Failure::World(error)) => {
                self.is_unloaded = true;
                self.alarm.failed(Instant::now());
                let message = format!("the new configuration cannot be used yet, the old one stays: {error:#}");
                self.troubles.complain(Concern::Configuration, cause_of(&error), message, now());
            }
        }
    }

    /// Everything that can fail comes first.
    fn replace_session(&mut self) -> Result<(), Failure> {
        let loaded = self.session.loaded.reload(self.options)?;
        let (output, state) = (&loaded.config.output, loaded.config.state.as_deref());
        let former = self.publisher.output().to_owned();
        if *output == former {
            let state = self.publisher.state_for(state)?;
            let memory = self.session.memory(state.folder());
            self.begin_session(loaded, memory)?;
            self.publisher.use_state(state);
        } else {
            let mut fresh = Publisher::open(output, state)?;
            let kept = Memory::of(Some(fresh.state()), &loaded)?;
            let memory = if kept.is_nothing() { self.session.memory(fresh.state().folder()) } else { kept };
            self.begin_session(loaded, memory)?;
            info!("the feeds in `{}` stay there as they are", former.display());
            self.publisher = fresh;
        }
        Ok(())
    }

    fn begin_session(&mut self, loaded: Loaded, memory: Memory) -> Result<()> {
        let consent = Consent { reassign_ids: self.reassigns_ids, ..Consent::default() };
        let mut session = Session::open(loaded, memory.with(consent), &self.tell)?;
        self.reassigns_ids = false;
        session.inherit(&self.session);
        self.session = session;
        Ok(())
    }
}
