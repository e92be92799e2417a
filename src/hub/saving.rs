//! What changed is kept on disk: all that came together while the former was written.

use std::sync::Arc;

use anyhow::{Result, anyhow};
use chrono::{DateTime, TimeDelta, Utc};
use tokio::task::spawn_blocking;
use tracing::{error, info};

use super::store::Changes;
use super::work::{Done, Work, outcome};

/// Before what could not be kept is tried again.
const AGAIN: TimeDelta = TimeDelta::seconds(5);

/// Whether something is being written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Saving {
    is_under_way: bool,
    /// It fails: not before this it is tried again.
    fails: Option<DateTime<Utc>>,
}

impl Saving {
    /// When it is to be tried again.
    pub fn again(self) -> Option<DateTime<Utc>> {
        self.fails.filter(|_| !self.is_under_way)
    }
}

impl Work {
    /// Writes what changed, unless the former is still being written.
    pub(super) fn save(&mut self, now: DateTime<Utc>) {
        let waits = self.saving.is_under_way || self.saving.fails.is_some_and(|again| again > now);
        if self.unsaved.is_empty() || waits {
            return;
        }
        let (store, changes) = (self.store.clone(), Arc::new(std::mem::take(&mut self.unsaved)));
        let written = changes.clone();
        let writing = spawn_blocking(move || store.write(&written));
        self.saving.is_under_way = true;
        self.tasks.spawn(async move {
            let saved = outcome(writing).await;
            Done::Saved(changes, saved.unwrap_or_else(|| Err(anyhow!("the subscriptions were not written to the end"))))
        });
    }

    /// It was written, or could not be: then what is newer by now counts.
    pub(super) fn saved(&mut self, changes: Arc<Changes>, saved: Result<()>) {
        let failed = self.saving.fails.is_some();
        self.saving = Saving::default();
        let Err(error) = saved else {
            if failed {
                info!("subscriptions are kept again");
            }
            return;
        };
        if !failed {
            error!("{error:#}; until this is mended, subscriptions of now are lost when the service ends");
        }
        self.saving.fails = Some(Utc::now() + AGAIN);
        for (key, change) in Arc::unwrap_or_clone(changes) {
            self.unsaved.entry(key).or_insert(change);
        }
    }
}
