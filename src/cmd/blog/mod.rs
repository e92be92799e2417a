//! All posts of a configuration as they are on disk, and the pipeline that knows them.
//!
//! - `in_order`: two steps over batches, beside each other
//! - `reading`: what differs on disk from what is known
//! - `publishing`: what is touched by that; `writing`: beside the making
//! - `remembering`: what is kept of both for the next run

mod in_order;
mod publishing;
mod reading;
mod remembering;
mod writing;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Result;
use chrono::{DateTime, Utc};

use self::remembering::Memories;
use super::load::Loaded;
use super::loss::Guard;
use super::memory::Memory;
use crate::cli::Common;
use crate::config::Coding;
use crate::pipeline::Pipeline;
use crate::post::Post;
use crate::problem::Problem;
use crate::site::Site;
use crate::source::{Asset, Library, Stamp};
use crate::subscription;

/// Whether any problem is a reason to publish nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Strict {
    /// `--strict`
    Yes,
    /// What has problems is left out, the rest is published.
    No,
}

impl Strict {
    /// What the command line asks for.
    #[must_use]
    pub fn of(options: &Common) -> Self {
        if options.strict { Self::Yes } else { Self::No }
    }
}

/// The posts of a configuration.
#[derive(Debug)]
pub struct Blog {
    /// The instant that all of a turn is judged by, as the clock was seen and judged once.
    now: DateTime<Utc>,
    library: Arc<Library>,
    pipeline: Pipeline,
    /// By their paths as people name them.
    files: BTreeMap<Arc<str>, Known>,
    /// Which posts asked for a file that comes with them.
    askers: BTreeMap<PathBuf, BTreeSet<Arc<str>>>,
    /// Folders and files that could not be looked at, and why.
    passed_over: BTreeMap<PathBuf, Problem>,
    /// How many files each folder of posts has.
    counts: Vec<usize>,
    guard: Guard,
    /// Where posts are kept as they last were good.
    state: Option<PathBuf>,
    /// Which compressed siblings each feed has.
    codings: Vec<Coding>,
    /// What our own feeds show, where nothing else tells what subscribers know.
    published: Vec<subscription::Entry>,
    is_scanned: bool,
    /// What was published is not known for sure: each feed is looked at.
    is_all_touched: bool,
    memories: Memories,
}

/// A file that was read.
#[derive(Debug)]
struct Known {
    /// Which of the configured folders it is in.
    source: usize,
    /// `None`: it was so young that a later write could have the same stamp.
    stamp: Option<Stamp>,
    assets: Box<[Asset]>,
}

/// How far reading is: files done, files in all.
pub type Progress<'a> = &'a (dyn Fn(usize, usize) + Sync);

impl Blog {
    /// A blog of which nothing is read yet, as it is `now`. `memory`: what is known of earlier runs.
    ///
    /// # Errors
    /// When the folders of posts cannot be used.
    pub fn open(loaded: &Loaded, memory: Memory, now: DateTime<Utc>) -> Result<Self> {
        let apart: Vec<&Path> = memory.state.as_deref().into_iter().chain([loaded.config.output.as_path()]).collect();
        let library = Arc::new(Library::open(loaded.config.clone(), &loaded.home, &apart)?);
        let pipeline = Pipeline::new(loaded.config.clone(), library.generators().cloned().collect(), &loaded.name, now);
        let Memory { ledger, published, state, on_loss, cache } = memory;
        let memories = Memories::of(cache, loaded, &library);
        Ok(Self {
            now,
            counts: vec![0; loaded.config.sources.len()],
            guard: Guard::new(loaded.config.accept_loss_after, on_loss),
            library,
            pipeline: pipeline.with_ledger(ledger),
            files: BTreeMap::new(),
            askers: BTreeMap::new(),
            passed_over: BTreeMap::new(),
            state,
            codings: loaded.config.compress.clone(),
            published,
            is_scanned: false,
            is_all_touched: true,
            memories,
        })
    }

    /// Takes over the posts that are shown as they last were good though their files are broken now.
    pub fn inherit(&mut self, former: &Self) {
        for shown in former.pipeline.kept() {
            let found = self.library.identify(&former.library.file_of(&shown.post.path));
            let Some(found) = found.filter(|found| found.told == shown.post.path) else { continue };
            self.pipeline.keep(shown.clone());
            self.know(&found.told, Known { source: found.source, stamp: None, assets: Box::default() });
        }
    }

    /// Where the posts are.
    #[must_use]
    pub fn library(&self) -> &Arc<Library> {
        &self.library
    }

    /// The posts that are known.
    #[must_use]
    pub fn site(&self) -> &Site {
        self.pipeline.site()
    }

    /// The posts that are out, newest first, read again.
    #[must_use]
    pub fn posts(&self) -> Vec<Arc<Post>> {
        self.pipeline.posts(&*self.library)
    }

    /// What comes out or goes next, and when.
    #[must_use]
    pub fn next(&self) -> Option<(DateTime<Utc>, Arc<Post>)> {
        let (at, sketch) = self.site().next()?;
        Some((at, self.pipeline.post(&sketch.path, &*self.library)?))
    }

    /// How many feeds there are.
    #[must_use]
    pub fn feeds(&self) -> usize {
        self.pipeline.paths().count()
    }

    /// Whether everything was looked at once.
    #[must_use]
    pub fn is_scanned(&self) -> bool {
        self.is_scanned
    }

    /// What is known of them, and of the feeds.
    #[must_use]
    pub fn pipeline(&mut self) -> &mut Pipeline {
        &mut self.pipeline
    }

    /// Goes on to another instant. `expires_until`: where the clock is doubted, up to when posts expire at most.
    pub fn advance(&mut self, now: DateTime<Utc>, expires_until: Option<DateTime<Utc>>) {
        self.now = now;
        self.pipeline.doubt_clock(expires_until);
    }

    /// Says that nothing of what was built before was published: the next build looks at every feed.
    pub fn touch_everything(&mut self) {
        self.is_all_touched = true;
        self.pipeline.touch_everything();
    }

    /// Somebody says that posts that vanished were deleted on purpose.
    pub fn accept_loss(&mut self) {
        self.guard.accept();
    }

    /// Whether this is a folder that could not be looked into.
    #[must_use]
    pub fn is_unreadable(&self, path: &Path) -> bool {
        self.passed_over.contains_key(path)
    }

    /// Whether a post asked for this file.
    #[must_use]
    pub fn is_asked_for(&self, path: &Path) -> bool {
        self.askers.contains_key(path)
    }

    /// The paths of all feeds that there are.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.pipeline.paths()
    }
}
