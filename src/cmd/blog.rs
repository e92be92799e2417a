//! All posts of a configuration as they are on disk, and the pipeline that knows them.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, SystemTime};

use anyhow::{Result, bail};
use chrono::Utc;
use rayon::prelude::*;

use super::load::Loaded;
use super::loss::Guard;
use super::memory::Memory;
use crate::cli::Common;
use crate::feed::select::Plan;
use crate::ledger::Census;
use crate::pipeline::{Change, Outcome, Pipeline, Plans};
use crate::post::{Parsed, Post};
use crate::problem::Problem;
use crate::publish::{Published, Publisher};
use crate::site::Site;
use crate::source::{Asset, Finds, Found, Library, Stamp};
use crate::state::LastGood;
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
    library: Arc<Library>,
    pipeline: Pipeline,
    files: BTreeMap<PathBuf, Known>,
    /// Which posts asked for a file that comes with them.
    askers: BTreeMap<PathBuf, BTreeSet<PathBuf>>,
    /// Folders and files that could not be looked at, and why.
    passed_over: BTreeMap<PathBuf, Problem>,
    /// How many files each folder of posts has.
    counts: Vec<usize>,
    guard: Guard,
    /// Where posts are kept as they last were good.
    state: Option<PathBuf>,
    /// What our own feeds show, where nothing else tells what subscribers know.
    published: Vec<subscription::Entry>,
    is_scanned: bool,
}

/// A file that was read.
#[derive(Debug)]
struct Known {
    found: Found,
    /// `None`: it was so young that a later write could have the same stamp.
    stamp: Option<Stamp>,
    assets: Vec<Asset>,
}

/// How far reading is: files done, files in all.
pub type Progress<'a> = &'a (dyn Fn(usize, usize) + Sync);

impl Blog {
    /// A blog of which nothing is read yet. `memory`: what is known of earlier runs.
    ///
    /// # Errors
    /// When the folders of posts cannot be used.
    pub fn open(loaded: &Loaded, memory: Memory) -> Result<Self> {
        let apart: Vec<&Path> = memory.state.as_deref().into_iter().chain([loaded.config.output.as_path()]).collect();
        let library = Arc::new(Library::open(loaded.config.clone(), &loaded.home, &apart)?);
        let pipeline =
            Pipeline::new(loaded.config.clone(), library.generators().cloned().collect(), &loaded.name, Utc::now());
        let Memory { ledger, published, state, accepts_loss } = memory;
        Ok(Self {
            counts: vec![0; loaded.config.sources.len()],
            guard: Guard::new(loaded.config.accept_loss_after, accepts_loss),
            library,
            pipeline: pipeline.with_ledger(ledger),
            files: BTreeMap::new(),
            askers: BTreeMap::new(),
            passed_over: BTreeMap::new(),
            state,
            published,
            is_scanned: false,
        })
    }

    /// Takes over the posts that are shown as they last were good though their files are broken now.
    pub fn inherit(&mut self, former: &Self) {
        let files: BTreeMap<&Arc<str>, &PathBuf> =
            former.files.iter().map(|(path, known)| (&known.found.told, path)).collect();
        for (post, rendered) in former.pipeline.kept() {
            let Some(found) = files.get(&post.path).and_then(|path| self.library.identify(path)) else { continue };
            if found.told == post.path {
                self.pipeline.keep(post, rendered);
                self.know(Known { found, stamp: None, assets: Vec::new() });
            }
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

    /// Somebody says that posts that vanished were deleted on purpose.
    pub fn accept_loss(&mut self) {
        self.guard.accept();
    }

    /// Looks at every file and reads those that are new or differ.
    ///
    /// # Errors
    /// When a folder of posts cannot be read, or too many posts vanished: then nothing is known to have changed.
    pub fn scan(&mut self, progress: Progress) -> Result<()> {
        self.scan_but(&|_| false, progress)
    }

    /// As [`scan`](Self::scan), but files that somebody is writing stay as they were read last.
    ///
    /// # Errors
    /// As there.
    pub fn scan_but(&mut self, is_written: &dyn Fn(&Path) -> bool, progress: Progress) -> Result<()> {
        let finds = self.library.find()?;
        let gone = Self::gone(self.files.keys(), &finds);
        self.weigh(&gone, &finds.posts)?;
        self.look(&finds);
        self.passed_over = finds.problems.into_iter().collect();
        self.tell_passed_over();
        self.forget(&gone);
        let mut unread = self.unknown(finds.posts);
        unread.retain(|(post, _)| !is_written(&post.file));
        self.read(unread, progress);
        self.pipeline.read_back(&std::mem::take(&mut self.published));
        self.is_scanned = true;
        Ok(())
    }

    /// Reads what changed at these paths: files, whole folders, and files that come with posts.
    ///
    /// # Errors
    /// When too many posts vanished: then nothing is known to have changed.
    pub fn refresh<'a>(&mut self, paths: impl IntoIterator<Item = &'a PathBuf>) -> Result<()> {
        let (mut unread, mut gone) = (Vec::new(), Vec::new());
        let asked = |path: &PathBuf| self.askers.get(path).into_iter().flatten().cloned();
        let paths: BTreeSet<PathBuf> =
            paths.into_iter().flat_map(|path| asked(path).chain([path.clone()]).collect::<Vec<_>>()).collect();
        for path in &paths {
            if self.library.is_behind_link(path) {
                continue;
            }
            let post = self.library.identify(path).and_then(|post| Some((self.library.stamp(path)?, post)));
            if let Some((stamp, post)) = post {
                unread.push((post, stamp));
            } else if (path.is_dir() && !path.is_symlink()) || cannot_be_seen(path) {
                let mut finds = Finds::default();
                self.library.find_below(path, &mut finds);
                self.passed_over.retain(|other, _| !other.starts_with(path));
                gone.extend(Self::gone(self.known_below(path), &finds));
                self.passed_over.extend(finds.problems);
                unread.extend(self.unknown(finds.posts));
            } else {
                self.passed_over.retain(|other, _| !other.starts_with(path));
                gone.extend(self.known_below(path).cloned());
            }
        }
        unread.sort_by(|a, b| a.0.file.cmp(&b.0.file));
        unread.dedup_by(|a, b| a.0.file == b.0.file);
        self.weigh(&gone, &unread)?;
        self.tell_passed_over();
        self.forget(&gone);
        self.read(unread, &|_, _| {});
        Ok(())
    }

    /// Plans what is touched. Files that changed under its hands are read again.
    ///
    /// # Errors
    /// When files keep changing.
    fn plan(&mut self) -> Result<Plans> {
        for _ in 0..ATTEMPTS {
            let (library, pipeline) = (&self.library, &mut self.pipeline);
            match pipeline.plan(Utc::now(), &**library) {
                Outcome::Planned(plans) => return Ok(plans),
                Outcome::Stale(paths) => {
                    let paths: HashSet<Arc<str>> = paths.into_iter().collect();
                    let stale = self.files.iter().filter(|(_, known)| paths.contains(&known.found.told));
                    let stale: Vec<PathBuf> = stale.map(|(path, _)| path.clone()).collect();
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
    /// When it cannot: then what was built is to be built again ([`Pipeline::touch_everything`]).
    pub fn publish(&mut self, publisher: &mut Publisher, strict: Strict) -> Result<Option<Published>> {
        let plans = self.plan()?;
        if strict == Strict::Yes && self.try_out(&plans) {
            return Ok(None);
        }
        self.pipeline.record(&plans);
        self.keep(publisher)?;
        if plans.feeds.is_empty() && plans.gone.is_empty() {
            return Ok(Some(Published::default()));
        }
        self.keep_good(&plans, publisher)?;
        let paths: BTreeSet<String> = self.pipeline.paths().map(str::to_owned).collect();
        let mut published = Published::default();
        publisher.begin(&paths)?;
        for plans in plans.feeds.chunks(BATCH) {
            publisher.write(&self.pipeline.make(plans), &mut published)?;
        }
        publisher.finish(&paths, &mut published)?;
        Ok(Some(published))
    }

    /// Keeps what is new of what subscribers know.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn keep(&mut self, publisher: &mut Publisher) -> Result<()> {
        publisher.state().keep_ledger(self.pipeline.ledger())
    }

    /// Keeps the posts that feeds will show as they are now, for the case that they break.
    fn keep_good(&self, plans: &Plans, publisher: &mut Publisher) -> Result<()> {
        let posts = plans.feeds.iter().flat_map(|plan| &plan.posts);
        let shown: BTreeMap<&str, &Arc<Post>> = posts.map(|post| (&*post.path, post)).collect();
        let body = |post: &Arc<Post>| Some((post.clone(), self.pipeline.body(post)?.clone()));
        let shown: Vec<_> = shown.into_values().filter_map(body).collect();
        publisher.state().last_good().keep(&shown, &|path| self.pipeline.shows(path))
    }

    /// Builds everything in memory, every body too, for the problems: the feeds that there are.
    ///
    /// # Errors
    /// When files keep changing.
    pub fn check(&mut self) -> Result<Vec<Plan>> {
        let plans = self.plan()?;
        self.try_out(&plans);
        let (library, pipeline) = (&self.library, &mut self.pipeline);
        pipeline.render_all(&**library);
        Ok(plans.feeds)
    }

    /// Makes feeds for their problems alone; whether there are any.
    fn try_out(&mut self, plans: &Plans) -> bool {
        plans.feeds.chunks(BATCH).for_each(|plans| drop(self.pipeline.make(plans)));
        !self.pipeline.problems().is_empty()
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

    fn tell_passed_over(&mut self) {
        let problems = self.passed_over.values().chain(self.library.problems());
        self.pipeline.note_folders(problems.cloned().collect());
    }

    /// Those that are new, or differ from what was read, or whose files that come with them do.
    fn unknown(&self, mut found: Vec<(Found, Stamp)>) -> Vec<(Found, Stamp)> {
        found.retain(|(post, stamp)| {
            let known = self.files.get(&post.file);
            known.is_none_or(|known| known.stamp != Some(*stamp) || known.assets.iter().any(Asset::differs))
        });
        found
    }

    /// Those of `known` that were not found, and not only because nobody could look.
    fn gone<'a>(known: impl Iterator<Item = &'a PathBuf>, finds: &Finds) -> Vec<PathBuf> {
        let found: HashSet<&PathBuf> = finds.posts.iter().map(|(post, _)| &post.file).collect();
        let unseen = |path: &PathBuf| finds.unreadable.iter().any(|folder| path.starts_with(folder));
        known.filter(|path| !found.contains(path) && !unseen(path)).cloned().collect()
    }

    fn known_below(&self, path: &Path) -> impl Iterator<Item = &PathBuf> {
        let from = self.files.range(path.to_owned()..).map(|(file, _)| file);
        from.take_while(move |file| file.starts_with(path)).collect::<Vec<_>>().into_iter()
    }

    /// Whether so many posts can be gone; `found`: some that are there, known or new.
    fn weigh(&mut self, gone: &[PathBuf], found: &[(Found, Stamp)]) -> Result<()> {
        let mut counts = self.counts.clone();
        for known in gone.iter().filter_map(|path| self.files.get(path)) {
            counts[known.found.source] -= 1;
        }
        for (found, _) in found.iter().filter(|(found, _)| !self.files.contains_key(&found.file)) {
            counts[found.source] += 1;
        }
        let census = Census(self.library.names().zip(counts).collect());
        self.guard.weigh(census, self.pipeline.ledger(), Utc::now())
    }

    /// Tells the ledger which files there are: those that were found, and those that nobody could look for.
    fn look(&mut self, finds: &Finds) {
        let there: HashSet<&str> = finds.posts.iter().map(|(found, _)| &*found.told).collect();
        let unseen: Vec<String> = finds.unreadable.iter().map(|folder| self.library.told(folder) + "/").collect();
        let is_there = |path: &str| there.contains(path) || unseen.iter().any(|folder| path.starts_with(folder));
        self.pipeline.ledger().look(&is_there);
    }

    fn forget(&mut self, gone: &[PathBuf]) {
        let mut changes = Vec::new();
        for path in gone {
            if let Some(known) = self.files.remove(path) {
                self.counts[known.found.source] -= 1;
                self.forget_assets(path, &known.assets);
                changes.push(Change::Gone(known.found.told));
            }
        }
        self.pipeline.absorb(changes, Utc::now());
    }

    fn forget_assets(&mut self, post: &Path, assets: &[Asset]) {
        for path in assets.iter().flat_map(|asset| &asset.tried) {
            if let Some(askers) = self.askers.get_mut(path) {
                askers.remove(post);
                if askers.is_empty() {
                    self.askers.remove(path);
                }
            }
        }
    }

    fn read(&mut self, files: Vec<(Found, Stamp)>, progress: Progress) {
        let (done, all) = (AtomicUsize::new(0), files.len());
        let library = &self.library;
        let started = SystemTime::now();
        let read = files.into_par_iter().map(|(found, stamp)| {
            let mut assets = Vec::new();
            let change = match library.read(&found, &mut assets) {
                Some(parsed) => Change::Read(found.told.clone(), parsed),
                None => Change::Gone(found.told.clone()),
            };
            progress(done.fetch_add(1, Ordering::Relaxed) + 1, all);
            let stamp = stamp.is_older_than(started, CLOCK_TICK).then_some(stamp);
            (Known { found, stamp, assets }, change)
        });
        let read: Vec<(Known, Change)> = read.collect();
        let mut changes = Vec::with_capacity(all);
        for (known, change) in read {
            self.know(known);
            changes.push(change);
        }
        self.keep_last_good(&changes);
        self.pipeline.absorb(changes, Utc::now());
    }

    /// Brings back what broke since it was published, or while nobody watched, as it last was good.
    fn keep_last_good(&mut self, changes: &[Change]) {
        let Some(state) = &self.state else { return };
        let broken = |change: &Change| match change {
            Change::Read(path, Parsed::Broken(_) | Parsed::PassedOver(_)) => Some(path.clone()),
            _ => None,
        };
        let broken = changes.iter().filter_map(broken).filter(|path| self.pipeline.site().post(path).is_none());
        let broken: HashSet<Arc<str>> = broken.collect();
        if !broken.is_empty() {
            let good = LastGood::find(state, &broken);
            good.iter().for_each(|(post, rendered)| self.pipeline.keep(post, rendered));
        }
    }

    fn know(&mut self, known: Known) {
        let file = known.found.file.clone();
        if let Some(former) = self.files.remove(&file) {
            self.counts[former.found.source] -= 1;
            self.forget_assets(&file, &former.assets);
        }
        self.counts[known.found.source] += 1;
        for path in known.assets.iter().flat_map(|asset| &asset.tried) {
            self.askers.entry(path.clone()).or_default().insert(file.clone());
        }
        self.files.insert(file, known);
    }
}

/// Whether nobody can say if something is there: a dead mount, a folder that is closed.
fn cannot_be_seen(path: &Path) -> bool {
    let kind = fs::symlink_metadata(path).map_err(|error| error.kind());
    !matches!(kind, Ok(_) | Err(io::ErrorKind::NotFound | io::ErrorKind::NotADirectory))
}

/// How many feeds are in memory at once.
const BATCH: usize = 64;

/// How often a plan is tried while files change under it.
const ATTEMPTS: usize = 20;

/// Two writes within this time can carry the same time stamp on some file system.
const CLOCK_TICK: Duration = Duration::from_secs(2);
