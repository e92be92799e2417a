//! Looks for posts in folders.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use rayon::prelude::*;
use walkdir::WalkDir;

use super::walk::{Entry, Walk};
use super::{Found, Library, Stamp};
use crate::problem::Problem;

/// A file that may be a post, and its version, where that was asked for or somebody had to look anyway. There may be very
/// many, and mostly nobody asks.
pub type Sighting = (Found, Option<Box<Stamp>>);

/// What is asked of the files that are found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ask {
    /// Their names alone: nothing is known of them, and so all of them are read.
    Names,
    /// Their stamps too: those that are as they are known are not read.
    Stamps,
}

/// What was found in folders.
#[derive(Debug, Default)]
pub struct Finds {
    /// Files that may be posts; of a whole [`find`](Library::find) in the order of their paths.
    pub posts: Vec<Sighting>,
    /// Folders that could not be looked into: what was known of them is all that is known.
    pub unreadable: Vec<PathBuf>,
    /// What is wrong with folders and names.
    pub problems: Vec<(PathBuf, Problem)>,
    /// There are more files than there may be: these are not all.
    too_many: Option<Problem>,
}

/// One file.
pub(super) enum Find {
    Post(Sighting),
    /// What is wrong with it.
    Other(PathBuf, Problem),
}

impl Finds {
    /// Whether a whole [`find`](Library::find) found this file.
    #[must_use]
    pub fn has(&self, path: &str) -> bool {
        self.posts.binary_search_by(|(found, _)| (*found.told).cmp(path)).is_ok()
    }

    /// Takes note of a folder that cannot be looked into.
    pub(super) fn add_unreadable(&mut self, folder: &Path, problem: Problem) {
        self.problems.push((folder.to_owned(), problem));
        self.unreadable.push(folder.to_owned());
    }
}

impl Library {
    /// Every file that may be a post, by the names that people know.
    ///
    /// # Errors
    /// When a folder of posts is not there or cannot be read.
    pub fn find(&self, ask: Ask) -> Result<Finds> {
        self.reach()?;
        let mut finds = Finds::default();
        self.folders().for_each(|folder| self.find_below(folder, ask, &mut finds));
        if let Some(problem) = finds.too_many.take() {
            bail!("{problem}");
        }
        finds.posts.par_sort_unstable_by(|(a, _), (b, _)| a.told.cmp(&b.told));
        finds.posts.dedup_by(|(a, _), (b, _)| a.told == b.told); // folders of posts can be one in another
        Ok(finds)
    }

    /// Looks whether the folders of posts are there, and at nothing in them.
    ///
    /// # Errors
    /// When one is not there or cannot be read.
    pub fn reach(&self) -> Result<()> {
        for folder in self.folders() {
            let told = self.told(folder);
            if !folder.is_dir() {
                bail!("the posts folder `{told}` is not there; make it, or set `posts: path:`");
            }
            fs::read_dir(folder).with_context(|| format!("cannot read the posts folder `{told}`"))?;
        }
        Ok(())
    }

    /// Adds every file below `path` (or itself) that may be a post, in no order.
    pub fn find_below(&self, path: &Path, ask: Ask, finds: &mut Finds) {
        Walk::through(self, path, ask, finds);
        if finds.posts.len() > self.most() {
            self.note_too_many(path, finds);
        }
    }

    /// Every folder below `path`, and itself, that may hold posts and can be looked into.
    #[must_use]
    pub fn folders_below(&self, path: &Path) -> Vec<PathBuf> {
        let follows = self.follows_links(path);
        let walk = WalkDir::new(path).follow_links(follows).into_iter();
        let folders = walk.filter_entry(|entry| self.is_walked(entry)).flatten();
        folders
            .filter(|entry| entry.file_type().is_dir() || (entry.depth() == 0 && entry.path().is_dir()))
            .map(walkdir::DirEntry::into_path)
            .collect()
    }

    /// What a file is by its name, and by its stamp where that is asked, or its folder does not say that it is regular.
    pub(super) fn look_at(&self, Entry { path, is_regular }: &Entry, ask: Ask) -> Option<Find> {
        if path.to_str().is_none() && self.folders.iter().any(|folder| path.starts_with(&folder.path)) {
            let problem = Problem::error(self.told(path), "has a name that is not UTF-8, and is passed over");
            return Some(Find::Other(path.clone(), problem.mend("rename it")));
        }
        let post = self.identify(path)?;
        if *is_regular && ask == Ask::Names {
            return Some(Find::Post((post, None)));
        }
        if let Some(stamp) = self.stamp(path) {
            return Some(Find::Post((post, Some(Box::new(stamp)))));
        }
        let problem = Problem::warning(&*post.told, "is no regular file in a folder of posts, and is passed over");
        let mend = if path.is_symlink() {
            "put the file itself there, or set `posts: follow_symlinks: true` for links out of the folder"
        } else {
            "put the file itself there, not a device"
        };
        Some(Find::Other(path.clone(), problem.mend(mend)))
    }

    /// More files than there may be: of a folder of which not all is known nothing is taken to be gone.
    fn note_too_many(&self, path: &Path, finds: &mut Finds) {
        let most = self.most();
        let message = format!("there are more than {most} files in it that could be posts, and so it is not read");
        let mend = "name those that are none in `posts: exclude:`, or raise `limits: posts`";
        let problem = Problem::error(self.told(path), message).mend(mend);
        finds.add_unreadable(path, problem.clone());
        finds.too_many = Some(problem);
    }

    /// How many files there may be.
    pub(super) fn most(&self) -> usize {
        self.config.limits.posts
    }

    /// Whether an entry is walked to: what is named itself is, whatever its name.
    pub(super) fn is_walked(&self, entry: &walkdir::DirEntry) -> bool {
        entry.depth() == 0 || !entry.file_type().is_dir() || self.may_hold_posts(entry.path())
    }

    /// Whether there may be posts in a folder.
    pub(super) fn may_hold_posts(&self, folder: &Path) -> bool {
        let name = folder.file_name().and_then(OsStr::to_str);
        let hidden = name.is_none_or(|name| name.starts_with('.'));
        let apart = self.apart.iter().any(|apart| apart == folder && !self.is_around_posts(apart));
        !hidden && !apart && !self.folders.iter().any(|own| own.excludes_all_of(folder))
    }
}
