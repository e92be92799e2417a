//! What is touched is built and published, and what must outlive it is kept before.

use std::collections::{BTreeSet, HashSet};
use std::mem;
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Result, bail};
use rayon::prelude::*;

use super::in_order::in_order;
use super::writing::{HandOn, Publication};
use super::{Blog, Strict};
use crate::cache::Shown;
use crate::feed::select::Plan;
use crate::pipeline::{self, Outcome, Plans, Unpublished, Verdict};
use crate::publish::{Bundle, Obsolete, Published, Publisher};

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
        let mut plans = self.plan(&*publisher)?;
        plans.feeds.iter().for_each(|plan| publisher.forget(&plan.path));
        if strict == Strict::Yes && self.try_out(&plans) {
            self.keep(publisher)?;
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
        let mut published = Published { unchanged: mem::take(&mut plans.published), ..Published::default() };
        let obsolete = if is_all {
            Obsolete::AllBut(self.pipeline.paths().map(str::to_owned).collect())
        } else {
            Obsolete::These(plans.gone.iter().filter(|path| !self.pipeline.makes(path)).cloned().collect())
        };
        self.memories.is_outdated |= !plans.feeds.is_empty();
        let is_pressed = is_all && self.memories.is_outdated;
        let publication = Publication { publisher, planned: &planned, obsolete, published: &mut published };
        let pressed = publication.beside(|hand_on| {
            self.make(&plans, &hand_on);
            if is_pressed { self.press() } else { None } // while the disk is waited for
        })?;
        self.is_all_touched = false;
        let there: HashSet<&String> = published.written.iter().chain(&published.unchanged).collect();
        let made = plans.feeds.iter().filter(|plan| there.contains(&plan.path));
        publisher.imprint(made.map(|plan| (&plan.path, plan.fingerprint)));
        pressed.into_iter().for_each(|pressed| self.keep_pressed(pressed, publisher));
        Ok(Some(published))
    }

    /// Makes feeds, and takes note of what became of them.
    fn make(&mut self, plans: &Plans, hand_on: &HandOn) {
        let (pipeline, codings) = (&self.pipeline, &self.codings);
        let mut verdicts = Vec::with_capacity(plans.feeds.len());
        let make = |plan| {
            let (feed, verdict) = pipeline.make(plan, &plans.standing);
            (feed.map(|feed| Bundle::of(feed, codings)), verdict)
        };
        let handed_on = in_order(plans.feeds.iter(), make, |(feed, verdict)| {
            verdicts.push(verdict);
            if feed.is_some() { hand_on.send(feed) } else { Ok(()) }
        });
        let _ = handed_on.and_then(|()| hand_on.send(None)); // when nobody takes them, that is told by who does not
        self.pipeline.note(&plans.feeds, verdicts);
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
    fn try_out(&mut self, plans: &Plans) -> bool {
        let pipeline = &self.pipeline;
        let make = |plan| pipeline.make(plan, &plans.standing).1;
        let verdicts: Vec<Verdict> = plans.feeds.par_iter().with_max_len(1).map(make).collect();
        self.pipeline.note(&plans.feeds, verdicts);
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

/// How often a plan is tried while files change under it.
const ATTEMPTS: usize = 20;
