//! Feeds are published while others are made: by one more thread, which mostly waits for the disk.

use std::collections::BTreeSet;
use std::panic;
use std::sync::mpsc::{self, Receiver, SyncSender};
use std::thread;

use anyhow::{Context, Result, bail};

use crate::publish::{Bundle, Obsolete, Published, Publisher};

/// What is to be published, and by whom.
pub(super) struct Publication<'a> {
    pub publisher: &'a mut Publisher,
    /// The paths of the feeds that are made.
    pub planned: &'a BTreeSet<String>,
    pub obsolete: Obsolete<'a>,
    pub published: &'a mut Published,
}

/// Where feeds are handed on that are made. `None`: that was all.
pub(super) type HandOn = SyncSender<Option<Bundle>>;

impl Publication<'_> {
    /// Publishes what `make` hands on, from the first feed on; what it returns.
    ///
    /// The thread that publishes must not need those that make: they wait for it where it is slower.
    ///
    /// # Errors
    /// When it cannot be published: then nobody takes what is handed on.
    pub fn beside<T>(self, make: impl FnOnce(HandOn) -> T) -> Result<T> {
        let (hand_on, made) = mpsc::sync_channel(WAITING);
        thread::scope(|scope| {
            let publisher = thread::Builder::new().name("publish".into());
            let publisher =
                publisher.spawn_scoped(scope, move || self.publish(&made)).context("cannot start a thread")?;
            let made = make(hand_on);
            publisher.join().unwrap_or_else(|panic| panic::resume_unwind(panic))?;
            Ok(made)
        })
    }

    fn publish(self, made: &Receiver<Option<Bundle>>) -> Result<()> {
        let Self { publisher, planned, obsolete, published } = self;
        publisher.begin(planned)?;
        let mut is_more = true;
        while is_more {
            let mut feeds = Vec::new();
            while is_more && feeds.len() < BATCH {
                match made.recv() {
                    Ok(Some(feed)) => feeds.push(feed),
                    Ok(None) => is_more = false,
                    Err(_) => bail!("the feeds were not made; the old ones stand"),
                }
            }
            publisher.write(&feeds, published)?;
        }
        publisher.finish(obsolete, published)
    }
}

/// How many feeds are written together; fewer are not waited for one by one.
const BATCH: usize = 32;

/// So many feeds may be made and not written: as many as are made while the disk is waited for once.
const WAITING: usize = 96;
