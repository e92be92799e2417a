//! What is on disk, as far as it differs from what is known: looked for, weighed and read.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::convert::Infallible;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, SystemTime};

use anyhow::Result;

use super::in_order::in_order;
use super::{Blog, Known, Progress};
use crate::ledger::Census;
use crate::pipeline::Change;
use crate::post::Parsed;
use crate::source::{Ask, Asset, Finds, Found, Library, Sighting, Stamp};
use crate::state::LastGood;

impl Blog {
    /// Looks at every file and reads those that are new or differ.
    ///
    /// # Errors
    /// When a folder of posts cannot be read, or too many posts vanished: then nothing is known to have changed.
    pub fn scan(&mut self, progress: Progress) -> Result<()> {
        self.scan_but(None, progress)
    }

    /// As [`scan`](Self::scan), but files that somebody is writing stay as they were read last.
    ///
    /// # Errors
    /// As there.
    pub fn scan_but(&mut self, is_written: Option<&dyn Fn(&Path) -> bool>, progress: Progress) -> Result<()> {
        let (is_scanned, memories, library) = (self.is_scanned, &self.memories, &self.library);
        let recall = || if is_scanned { None } else { memories.read() };
        let ask = if is_scanned || memories.may_know() { Ask::Stamps } else { Ask::Names };
        let (finds, known) = rayon::join(|| library.find(ask), recall);
        let finds = finds?;
        let gone = self.gone(self.files.keys(), &finds);
        self.weigh(&gone, &finds.posts)?;
        self.look(&finds);
        self.passed_over = finds.problems.into_iter().collect();
        self.tell_passed_over();
        self.forget(&gone);
        let unread = self.unknown(finds.posts);
        let mut unread = self.recall(known, unread);
        if let Some(is_written) = is_written {
            unread.retain(|(post, _)| !is_written(&self.library.file_of(&post.told)));
        }
        self.read(&unread, progress);
        self.pipeline.read_back(&std::mem::take(&mut self.published), &*self.library);
        self.is_scanned = true;
        Ok(())
    }

    /// Reads what changed at these paths: files, whole folders, and files that come with posts.
    ///
    /// # Errors
    /// When too many posts vanished: then nothing is known to have changed.
    pub fn refresh<'a>(&mut self, paths: impl IntoIterator<Item = &'a PathBuf>) -> Result<()> {
        let (mut unread, mut gone) = (Vec::new(), Vec::new());
        let file_of = |told: &Arc<str>| self.library.file_of(told);
        let asked = |path: &PathBuf| self.askers.get(path).into_iter().flatten().map(file_of);
        let paths: BTreeSet<PathBuf> =
            paths.into_iter().flat_map(|path| asked(path).chain([path.clone()]).collect::<Vec<_>>()).collect();
        for path in &paths {
            if self.library.is_behind_link(path) {
                continue;
            }
            let post =
                self.library.identify(path).and_then(|post| Some((post, Some(Box::new(self.library.stamp(path)?)))));
            if let Some(post) = post {
                unread.push(post);
            } else if (path.is_dir() && !path.is_symlink()) || cannot_be_seen(path) {
                let mut finds = Finds::default();
                self.library.find_below(path, Ask::Stamps, &mut finds);
                self.passed_over.retain(|other, _| !other.starts_with(path));
                gone.extend(self.gone(self.known_below(path).iter(), &finds));
                self.passed_over.extend(finds.problems);
                unread.extend(self.unknown(finds.posts));
            } else {
                self.passed_over.retain(|other, _| !other.starts_with(path));
                gone.extend(self.known_below(path));
            }
        }
        unread.sort_by(|a, b| a.0.told.cmp(&b.0.told));
        unread.dedup_by(|a, b| a.0.told == b.0.told);
        self.weigh(&gone, &unread)?;
        self.tell_passed_over();
        self.forget(&gone);
        self.read(&unread, &|_, _| {});
        Ok(())
    }

    fn tell_passed_over(&mut self) {
        let problems = self.passed_over.values().chain(self.library.problems());
        self.pipeline.note_folders(problems.cloned().collect());
    }

    /// Those that are new, or differ from what was read, or whose files that come with them do.
    fn unknown(&self, mut found: Vec<Sighting>) -> Vec<Sighting> {
        if self.files.is_empty() {
            return found;
        }
        found.retain(|(post, stamp)| {
            let known =
                self.files.get(&post.told).filter(|known| stamp.is_some() && known.stamp.as_ref() == stamp.as_deref());
            known.is_none_or(|known| known.assets.iter().any(Asset::differs))
        });
        found
    }

    /// Those of `known` that were not found, and not only because nobody could look.
    fn gone<'a>(&self, known: impl Iterator<Item = &'a Arc<str>>, finds: &Finds) -> Vec<Arc<str>> {
        let mut known = known.peekable();
        if known.peek().is_none() {
            return Vec::new();
        }
        let found: HashSet<&Arc<str>> = finds.posts.iter().map(|(post, _)| &post.told).collect();
        let is_unseen = |told: &str| {
            let file = self.library.file_of(told);
            finds.unreadable.iter().any(|folder| file.starts_with(folder))
        };
        known.filter(|told| !found.contains(*told) && !is_unseen(told)).cloned().collect()
    }

    fn known_below(&self, path: &Path) -> Vec<Arc<str>> {
        let told: Arc<str> = self.library.told(path).into();
        let is_below = |known: &&Arc<str>| self.library.file_of(known).starts_with(path);
        if self.library.is_around_home(path) {
            return self.files.keys().filter(is_below).cloned().collect();
        }
        let from = self.files.range(told.clone()..).map(|(known, _)| known);
        from.take_while(|known| known.starts_with(&*told)).filter(is_below).cloned().collect()
    }

    /// Whether so many posts can be gone; `found`: some that are there, known or new.
    fn weigh(&mut self, gone: &[Arc<str>], found: &[Sighting]) -> Result<()> {
        let mut counts = self.counts.clone();
        for known in gone.iter().filter_map(|path| self.files.get(path)) {
            counts[known.source] -= 1;
        }
        let is_new = |found: &Found| self.files.is_empty() || !self.files.contains_key(&found.told);
        for (found, _) in found.iter().filter(|(found, _)| is_new(found)) {
            counts[found.source] += 1;
        }
        let census = Census(self.library.names().zip(counts).collect());
        self.guard.weigh(census, self.pipeline.ledger(), self.now)
    }

    /// Tells the ledger which files there are: those that were found, and those that nobody could look for.
    fn look(&mut self, finds: &Finds) {
        if self.pipeline.ledger().is_empty() {
            return;
        }
        let unseen: Vec<String> = finds.unreadable.iter().map(|folder| self.library.told(folder) + "/").collect();
        let is_there = |path: &str| finds.has(path) || unseen.iter().any(|folder| path.starts_with(folder));
        self.pipeline.ledger().look(&is_there);
    }

    fn forget(&mut self, gone: &[Arc<str>]) {
        let mut changes = Vec::new();
        for path in gone {
            if let Some(known) = self.files.remove(path) {
                self.counts[known.source] -= 1;
                self.forget_assets(path, &known.assets);
                self.memories.is_outdated = true;
                changes.push(Change::Gone(path.clone()));
            }
        }
        self.pipeline.absorb(changes, self.now);
    }

    fn forget_assets(&mut self, post: &Arc<str>, assets: &[Asset]) {
        for path in assets.iter().flat_map(|asset| &asset.tried) {
            if let Some(askers) = self.askers.get_mut(path) {
                askers.remove(post);
                if askers.is_empty() {
                    self.askers.remove(path);
                }
            }
        }
    }

    /// Reads files, some while those before them are taken in: of most posts little is kept.
    fn read(&mut self, files: &[Sighting], progress: Progress) {
        let (library, done) = (self.library.clone(), AtomicUsize::new(0));
        let reading =
            Reading { library: &library, progress, done: &done, all: files.len(), started: SystemTime::now() };
        self.pipeline.expect(files.len());
        let (mut known, mut posts) = (Vec::with_capacity(files.len()), Vec::with_capacity(files.len()));
        let mut broken = Vec::new();
        let take_in = |files: Vec<(Arc<str>, Known, Change)>| -> Result<(), Infallible> {
            let (files, changes): (Vec<_>, Vec<_>) =
                files.into_iter().map(|(path, known, change)| ((path, known), change)).unzip();
            known.extend(files);
            let (unfit, changes): (Vec<_>, Vec<_>) = changes.into_iter().partition(is_broken);
            broken.extend(unfit);
            posts.extend(self.pipeline.sketch(changes, self.now));
            Ok(())
        };
        let Ok(()) = in_order(files.chunks(AT_ONCE), |files| reading.read(files), take_in);
        self.keep_last_good(&broken);
        posts.extend(self.pipeline.sketch(broken, self.now));
        let (known, ()) = rayon::join(|| known.into_iter().collect(), || self.pipeline.put(posts));
        self.know_all(known);
    }

    /// Brings back what broke since it was published, or while nobody watched, as it last was good.
    fn keep_last_good(&mut self, broken: &[Change]) {
        let Some(state) = &self.state else { return };
        let paths = broken.iter().filter_map(|change| match change {
            Change::Read(path, _) if !self.pipeline.is_kept(path) => Some(path.clone()),
            _ => None,
        });
        let paths: HashSet<Arc<str>> = paths.collect();
        if !paths.is_empty() {
            LastGood::find(state, &paths).into_iter().for_each(|shown| self.pipeline.keep(shown));
        }
    }

    /// Takes down that files were read.
    pub(super) fn know_all(&mut self, files: BTreeMap<Arc<str>, Known>) {
        if !self.files.is_empty() {
            return files.into_iter().for_each(|(path, known)| self.know(&path, known));
        }
        for (path, known) in &files {
            self.counts[known.source] += 1;
            self.note_assets(path, tried(known));
        }
        self.memories.is_outdated |= !files.is_empty();
        self.files = files;
    }

    pub(super) fn know(&mut self, path: &Arc<str>, known: Known) {
        self.memories.is_outdated = true;
        self.counts[known.source] += 1;
        let asked = tried(&known);
        if let Some(former) = self.files.insert(path.clone(), known) {
            self.counts[former.source] -= 1;
            self.forget_assets(path, &former.assets);
        }
        self.note_assets(path, asked);
    }

    fn note_assets(&mut self, post: &Arc<str>, asked: Vec<PathBuf>) {
        for path in asked {
            self.askers.entry(path).or_default().insert(post.clone());
        }
    }
}

/// Whether a file was read, and is no post.
fn is_broken(change: &Change) -> bool {
    matches!(change, Change::Read(_, Parsed::Broken(_) | Parsed::PassedOver(_)))
}

/// Where the files were looked for that come with a post.
fn tried(known: &Known) -> Vec<PathBuf> {
    known.assets.iter().flat_map(|asset| asset.tried.clone()).collect()
}

/// How files are read.
#[derive(Clone, Copy)]
struct Reading<'a> {
    library: &'a Library,
    progress: Progress<'a>,
    done: &'a AtomicUsize,
    all: usize,
    started: SystemTime,
}

impl Reading<'_> {
    fn read(&self, files: &[Sighting]) -> Vec<(Arc<str>, Known, Change)> {
        files.iter().map(|(found, stamp)| self.read_one(found, stamp.as_deref().copied())).collect()
    }

    /// Reads a file. Its stamp is that of what was read; where nothing could be read, that of what was seen, if any.
    fn read_one(&self, found: &Found, seen: Option<Stamp>) -> (Arc<str>, Known, Change) {
        let mut assets = Vec::new();
        let (change, stamp) = match self.library.read(found, &mut assets) {
            Some((parsed, stamp)) => (Change::Read(found.told.clone(), parsed), stamp.or(seen)),
            None => (Change::Gone(found.told.clone()), seen),
        };
        (self.progress)(self.done.fetch_add(1, Ordering::Relaxed) + 1, self.all);
        let stamp = stamp.filter(|stamp| stamp.is_older_than(self.started, CLOCK_TICK));
        (found.told.clone(), Known { source: found.source, stamp, assets: assets.into() }, change)
    }
}

/// How many files a thread reads before they are taken in: what it made of them is still in its caches then.
const AT_ONCE: usize = 16;

/// Whether nobody can say if something is there: a dead mount, a folder that is closed.
fn cannot_be_seen(path: &Path) -> bool {
    let kind = fs::symlink_metadata(path).map_err(|error| error.kind());
    !matches!(kind, Ok(_) | Err(io::ErrorKind::NotFound | io::ErrorKind::NotADirectory))
}

/// Two writes within this time can carry the same time stamp on some file system.
const CLOCK_TICK: Duration = Duration::from_secs(2);
