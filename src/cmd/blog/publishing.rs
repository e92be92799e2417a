//! What is touched is built and published, and what must outlive it is kept before.

use std::collections::{BTreeSet, HashSet};
use std::mem;
use std::panic;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver};
use std::thread;

use anyhow::{Context, Result, bail};
use rayon::prelude::*;

use super::in_order::in_order;
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
        publisher.begin(&planned)?;
        self.write(&plans, publisher, &mut published)?;
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

    /// Makes feeds with all threads. One more, which mostly waits for the disk, writes those that are made: it must not
    /// need those threads, since they wait for it where it is slower.
    fn write(&mut self, plans: &Plans, publisher: &mut Publisher, published: &mut Published) -> Result<()> {
        let (pipeline, codings) = (&self.pipeline, &self.codings);
        let mut verdicts = Vec::with_capacity(plans.feeds.len());
        let (hand_on, made) = mpsc::sync_channel(BATCH);
        let written = thread::scope(|scope| {
            let write = move || write_batches(&made, publisher, published);
            let writer = thread::Builder::new().name("write".into()).spawn_scoped(scope, write);
            let writer = writer.context("cannot start a thread")?;
            let make = |plan| {
                let (feed, verdict) = pipeline.make(plan, &plans.standing);
                (feed.map(|feed| Bundle::of(feed, codings)), verdict)
            };
            let handed_on = in_order(plans.feeds.iter(), make, |(feed, verdict)| {
                verdicts.push(verdict);
                feed.map_or(Ok(()), |feed| hand_on.send(feed))
            });
            drop((hand_on, handed_on)); // if nobody takes any more, that is the writer's error
            writer.join().unwrap_or_else(|panic| panic::resume_unwind(panic))
        });
        plans.feeds.iter().zip(verdicts).for_each(|(plan, verdict)| self.pipeline.note(plan, verdict));
        written
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
        plans.feeds.iter().zip(verdicts).for_each(|(plan, verdict)| self.pipeline.note(plan, verdict));
        !self.pipeline.problems().is_empty()
    }
}

/// Writes feeds as they come; few of them together, so that they are not waited for one by one.
fn write_batches(made: &Receiver<Bundle>, publisher: &mut Publisher, published: &mut Published) -> Result<()> {
    loop {
        let feeds: Vec<Bundle> = made.iter().take(BATCH).collect();
        if feeds.is_empty() {
            return Ok(());
        }
        publisher.write(&feeds, published)?;
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

/// How many feeds are written at once, while others are made.
const BATCH: usize = 32;

/// How often a plan is tried while files change under it.
const ATTEMPTS: usize = 20;
