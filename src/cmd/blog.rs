//! All posts of a configuration as they are on disk, and the pipeline that knows them.

use std::collections::{BTreeMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, SystemTime};

use anyhow::{Result, bail};
use chrono::Utc;
use rayon::prelude::*;

use super::load::Loaded;
use crate::pipeline::{Change, Outcome, Pipeline, Publication};
use crate::post::Post;
use crate::site::Site;
use crate::source::{Found, Library, Stamp};

/// The posts of a configuration.
#[derive(Debug)]
pub struct Blog {
    library: Library,
    pipeline: Pipeline,
    files: BTreeMap<PathBuf, Known>,
}

/// A file that was read.
#[derive(Debug)]
struct Known {
    found: Found,
    /// `None`: it was so young that a later write could have the same stamp.
    stamp: Option<Stamp>,
}

/// How far reading is: files done, files in all.
pub type Progress<'a> = &'a (dyn Fn(usize, usize) + Sync);

impl Blog {
    /// A blog of which nothing is read yet. `apart`: folders besides the output in which nothing is a post.
    ///
    /// # Errors
    /// When the folders of posts cannot be used.
    pub fn open(loaded: &Loaded, apart: &[&Path]) -> Result<Self> {
        let library = library(loaded, apart)?;
        let pipeline = Pipeline::new(loaded.config.clone(), &loaded.name, Utc::now());
        Ok(Self { library, pipeline, files: BTreeMap::new() })
    }

    /// Where the posts are.
    #[must_use]
    pub fn library(&self) -> &Library {
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

    /// What is known of them, and of the feeds.
    #[must_use]
    pub fn pipeline(&mut self) -> &mut Pipeline {
        &mut self.pipeline
    }

    /// Looks at every file and reads those that are new or differ.
    ///
    /// # Errors
    /// When a folder of posts cannot be read: then nothing is known to have changed.
    pub fn scan(&mut self, progress: Progress) -> Result<()> {
        let found = self.library.find()?;
        let paths: HashSet<&PathBuf> = found.iter().map(|(post, _)| &post.file).collect();
        let gone: Vec<PathBuf> = self.files.keys().filter(|path| !paths.contains(path)).cloned().collect();
        let unread = self.unknown(found);
        self.forget(&gone);
        self.read(unread, progress);
        Ok(())
    }

    /// Reads what changed at these paths: files and whole folders.
    ///
    /// # Errors
    /// When a folder cannot be read.
    pub fn refresh<'a>(&mut self, paths: impl IntoIterator<Item = &'a PathBuf>) -> Result<()> {
        let (mut unread, mut gone) = (Vec::new(), Vec::new());
        for path in paths {
            match self.library.identify(path).and_then(|post| Some((self.library.stamp(path)?, post))) {
                Some((stamp, post)) => unread.push((post, stamp)),
                None if path.is_dir() => unread.extend(self.unknown(self.library.find_below(path)?)),
                None => gone.extend(self.known_below(path)),
            }
        }
        unread.sort_by(|a, b| a.0.file.cmp(&b.0.file));
        unread.dedup_by(|a, b| a.0.file == b.0.file);
        self.forget(&gone);
        self.read(unread, &|_, _| {});
        Ok(())
    }

    /// Builds what is touched. Files that changed under its hands are read again.
    ///
    /// # Errors
    /// When files keep changing.
    pub fn build(&mut self) -> Result<Publication> {
        for _ in 0..ATTEMPTS {
            let (library, pipeline) = (&self.library, &mut self.pipeline);
            match pipeline.build(Utc::now(), &|post: &Post| library.bytes(post)) {
                Outcome::Built(publication) => return Ok(publication),
                Outcome::Stale(paths) => {
                    let stale = self.files.iter().filter(|(_, known)| paths.contains(&known.found.told));
                    let stale: Vec<PathBuf> = stale.map(|(path, _)| path.clone()).collect();
                    self.refresh(&stale)?;
                }
            }
        }
        bail!("the posts keep changing while they are read; the old feeds stand")
    }

    /// Renders everything, for its problems.
    pub fn render_all(&mut self) {
        let (library, pipeline) = (&self.library, &mut self.pipeline);
        pipeline.render_all(&|post: &Post| library.bytes(post));
    }

    /// Those that are new or differ from what was read.
    fn unknown(&self, mut found: Vec<(Found, Stamp)>) -> Vec<(Found, Stamp)> {
        found.retain(|(post, stamp)| self.files.get(&post.file).is_none_or(|known| known.stamp != Some(*stamp)));
        found
    }

    fn known_below(&self, path: &Path) -> Vec<PathBuf> {
        let from = self.files.range(path.to_owned()..);
        from.take_while(|(file, _)| file.starts_with(path)).map(|(file, _)| file.clone()).collect()
    }

    fn forget(&mut self, gone: &[PathBuf]) {
        let known = gone.iter().filter_map(|path| self.files.remove(path));
        let changes: Vec<Change> = known.map(|known| Change::Gone(known.found.told)).collect();
        self.pipeline.absorb(changes);
    }

    fn read(&mut self, files: Vec<(Found, Stamp)>, progress: Progress) {
        let (done, all) = (AtomicUsize::new(0), files.len());
        let library = &self.library;
        let started = SystemTime::now();
        let read = files.into_par_iter().map(|(found, stamp)| {
            let change = match library.read(&found) {
                Some(parsed) => Change::Read(found.told.clone(), parsed),
                None => Change::Gone(found.told.clone()),
            };
            progress(done.fetch_add(1, Ordering::Relaxed) + 1, all);
            (found, stamp, change)
        });
        let read: Vec<(Found, Stamp, Change)> = read.collect();
        let changes = read.into_iter().map(|(found, stamp, change)| {
            let stamp = stamp.is_older_than(started, CLOCK_TICK).then_some(stamp);
            self.files.insert(found.file.clone(), Known { found, stamp });
            change
        });
        self.pipeline.absorb(changes);
    }
}

/// The folders of posts that a configuration names.
///
/// # Errors
/// When they cannot be used.
pub fn library(loaded: &Loaded, apart: &[&Path]) -> Result<Library> {
    let apart: Vec<&Path> = apart.iter().copied().chain([loaded.config.output.as_path()]).collect();
    Library::open(loaded.config.clone(), &loaded.home, &apart)
}

/// How often a build is tried while files change under it.
const ATTEMPTS: usize = 20;

/// Two writes within this time can carry the same time stamp on some file system.
const CLOCK_TICK: Duration = Duration::from_secs(2);
