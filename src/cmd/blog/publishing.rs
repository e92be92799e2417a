//! What is touched is built and published, and what must outlive it is kept before.

use std::collections::{BTreeSet, HashSet};
use std::mem;
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Result, bail};

use super::overlap::overlap;
use super::{Blog, Strict};
use crate::cache::Shown;
use crate::feed::select::Plan;
use crate::pipeline::{self, Outcome, Plans, Unpublished};
use crate::publish::{Obsolete, Published, Publisher};

impl Blog {
    /// Plans what is touched. Files that changed under its hands are read again.
    ///
    /// # Errors
    /// When files keep changing.
    fn plan(&mut self, published: &dyn pipeline::Published) -> Result<Plans> {
        for _ in 0..ATTEMPTS {
            let (library, pipeline) = (&self.library, &mut self.pipeline);
            match pipeline.plan(self.now, &**library, published) {
                Outcome::Planned(plans) => return Ok(plans),
                Outcome::Stale(paths) => {
                    let stale: Vec<PathBuf> = paths.iter().map(|path| self.library.file_of(path)).collect();
                    self.refresh(&stale)?;
                }
            }
        }
        bail!("the posts keep changing while they are read; the old feeds stand")
    }

    /// Builds what is touched and publishes it; with `--strict` not if there is any problem (`None`).
    /// `--once` and the service publish by this alone, so the same bytes.
    ///
    /// # Errors
    /// When it cannot: then what was built is to be built again
    /// ([`touch_everything`](Self::touch_everything)).
    pub fn publish(&mut self, publisher: &mut Publisher, strict: Strict) -> Result<Option<Published>> {
        self.tell_published(publisher);
        publisher.compress(&self.codings);
        let plans = self.plan(&*publisher)?;
        plans.feeds.iter().for_each(|plan| publisher.forget(&plan.path));
        if strict == Strict::Yes && self.try_out(&plans) {
            return Ok(None);
        }
        self.pipeline.record(&plans);
        self.keep(publisher)?;
        if plans.feeds.is_empty() && plans.gone.is_empty() && plans.published.is_empty() {
            return Ok(Some(Published::default()));
        }
        self.keep_good(&plans, publisher)?;
        let is_all = mem::replace(&mut self.is_all_touched, true); // unless it goes well
        let planned: BTreeSet<String> = plans.feeds.iter().map(|plan| plan.path.clone()).collect();
        let mut published = Published { unchanged: plans.published, ..Published::default() };
        publisher.begin(&planned)?;
        let (pipeline, standing) = (&mut self.pipeline, &plans.standing);
        let make = |plans| pipeline.make(plans, standing);
        overlap(plans.feeds.chunks(BATCH), make, |feeds| publisher.write(&feeds, &mut published))?;
        if is_all {
            let paths = self.pipeline.paths().map(str::to_owned).collect();
            publisher.finish(Obsolete::AllBut(&paths), &mut published)?;
        } else {
            let gone = plans.gone.into_iter().filter(|path| !self.pipeline.makes(path)).collect();
            publisher.finish(Obsolete::These(&gone), &mut published)?;
        }
        self.is_all_touched = false;
        let there: HashSet<&String> = published.written.iter().chain(&published.unchanged).collect();
        let made = plans.feeds.iter().filter(|plan| there.contains(&plan.path));
        publisher.imprint(made.map(|plan| (&plan.path, plan.fingerprint)));
        self.memories.is_outdated |= !plans.feeds.is_empty();
        Ok(Some(published))
    }

    /// Keeps what is new of what subscribers know.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn keep(&mut self, publisher: &mut Publisher) -> Result<()> {
        publisher.state().keep_ledger(self.pipeline.ledger())
    }

    /// Keeps the posts that feeds will show as they are now, for the case that they break. Those whose entries stand are
    /// kept already.
    fn keep_good(&self, plans: &Plans, publisher: &mut Publisher) -> Result<()> {
        let posts: BTreeSet<&Arc<str>> = plans.feeds.iter().flat_map(|plan| plans.standing.missing(plan)).collect();
        let shown: Vec<Shown> = posts.into_iter().filter_map(|path| self.pipeline.shown(path).cloned()).collect();
        publisher.state().last_good().keep(&shown, &|path| self.pipeline.shows(path), self.pipeline.shown_posts())
    }

    /// Builds everything in memory, every body too, for the problems: the feeds that there are.
    ///
    /// # Errors
    /// When files keep changing.
    pub fn check(&mut self) -> Result<Vec<Plan>> {
        let plans = self.plan(&Unpublished)?;
        self.try_out(&plans);
        let (library, pipeline) = (&self.library, &mut self.pipeline);
        pipeline.render_all(&**library);
        Ok(plans.feeds)
    }

    /// Makes feeds for their problems alone; whether there are any.
    fn try_out(&mut self, all: &Plans) -> bool {
        all.feeds.chunks(BATCH).for_each(|plans| drop(self.pipeline.make(plans, &all.standing)));
        !self.pipeline.problems().is_empty()
    }
}

/// Feeds of more bytes than these are made whole: taken apart, they would take much memory.
const LONGEST: u64 = 1 << 20;

impl pipeline::Published for Publisher {
    fn stands(&self, path: &str, fingerprint: u64) -> bool {
        self.is_published(path, fingerprint)
    }

    fn feed(&self, path: &str, fingerprint: u64) -> Option<Vec<u8>> {
        self.intact(path, fingerprint, LONGEST)
    }
}

/// How many feeds are made at once, while as many are written.
const BATCH: usize = 32;

/// How often a plan is tried while files change under it.
const ATTEMPTS: usize = 20;
