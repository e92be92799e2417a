//! Looks for posts in folders.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use rayon::prelude::*;
use walkdir::WalkDir;

use super::{Found, Library, Stamp};
use crate::problem::Problem;

/// What was found in folders.
#[derive(Debug, Default)]
pub struct Finds {
    /// Files that may be posts.
    pub posts: Vec<(Found, Stamp)>,
    /// Folders that could not be looked into: what was known of them is all that is known.
    pub unreadable: Vec<PathBuf>,
    /// What is wrong with folders and names.
    pub problems: Vec<(PathBuf, Problem)>,
    /// There are more files than there may be: these are not all.
    too_many: Option<Problem>,
}

/// One file.
enum Find {
    Post(Found, Stamp),
    /// What is wrong with it.
    Other(PathBuf, Problem),
}

/// How many files are looked at before they are counted.
const BATCH: usize = 16_384;

impl Finds {
    fn add(&mut self, find: Find) {
        match find {
            Find::Post(found, stamp) => self.posts.push((found, stamp)),
            Find::Other(path, problem) => self.problems.push((path, problem)),
        }
    }
}

impl Library {
    /// Every file that may be a post, with its stamp, by the names that people know.
    ///
    /// # Errors
    /// When a folder of posts is not there or cannot be read.
    pub fn find(&self) -> Result<Finds> {
        self.reach()?;
        let mut finds = Finds::default();
        self.folders().for_each(|folder| self.find_below(folder, &mut finds));
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

    /// Adds every file below `path` (or itself) that may be a post.
    pub fn find_below(&self, path: &Path, finds: &mut Finds) {
        let walk = WalkDir::new(path).follow_links(self.follows_links(path)).into_iter();
        let mut walk = walk.filter_entry(|entry| entry.depth() == 0 || self.may_hold_posts(entry));
        loop {
            let (mut files, mut is_over) = (Vec::with_capacity(BATCH), true);
            for entry in walk.by_ref().take(BATCH) {
                is_over = false;
                match entry {
                    Ok(entry) if entry.file_type().is_dir() => {}
                    Ok(entry) => files.push(entry.into_path()),
                    Err(error) if is_gone(&error) => {}
                    Err(error) => self.note_unreadable(path, &error, finds),
                }
            }
            if is_over {
                return;
            }
            let looked: Vec<Find> = files.par_iter().filter_map(|file| self.look_at(file)).collect();
            looked.into_iter().for_each(|find| finds.add(find));
            if finds.posts.len() > self.config.limits.posts {
                return self.note_too_many(path, finds);
            }
        }
    }

    fn note_unreadable(&self, root: &Path, error: &walkdir::Error, finds: &mut Finds) {
        let path = error.path().unwrap_or(root).to_owned();
        let reason = match (error.loop_ancestor(), error.io_error()) {
            (Some(above), _) => format!("it is a link to `{}`, which it is in", self.told(above)),
            (_, Some(error)) => error.to_string(),
            _ => error.to_string(),
        };
        let problem = Problem::error(self.told(&path), format!("cannot be looked into: {reason}"));
        let mend = if error.loop_ancestor().is_some() { "remove it" } else { "let this user read it" };
        let problem = problem.mend(format!("{mend}, or name it in `posts: exclude:`"));
        finds.problems.push((path.clone(), problem));
        finds.unreadable.push(path);
    }

    /// Every folder below `path`, and itself, that may hold posts and can be looked into.
    #[must_use]
    pub fn folders_below(&self, path: &Path) -> Vec<PathBuf> {
        let follows = self.follows_links(path);
        let walk = WalkDir::new(path).follow_links(follows).into_iter();
        let folders = walk.filter_entry(|entry| entry.depth() == 0 || self.may_hold_posts(entry)).flatten();
        folders
            .filter(|entry| entry.path().is_dir() && (follows || entry.depth() == 0 || !entry.path_is_symlink()))
            .map(walkdir::DirEntry::into_path)
            .collect()
    }

    fn look_at(&self, path: &Path) -> Option<Find> {
        if path.to_str().is_none() && self.folders.iter().any(|folder| path.starts_with(&folder.path)) {
            let problem = Problem::error(self.told(path), "has a name that is not UTF-8, and is passed over");
            return Some(Find::Other(path.to_owned(), problem.mend("rename it")));
        }
        let post = self.identify(path)?;
        if let Some(stamp) = self.stamp(path) {
            return Some(Find::Post(post, stamp));
        }
        let problem = Problem::warning(&*post.told, "is no regular file in a folder of posts, and is passed over");
        let mend = if path.is_symlink() {
            "put the file itself there, or set `posts: follow_symlinks: true` for links out of the folder"
        } else {
            "put the file itself there, not a device"
        };
        Some(Find::Other(path.to_owned(), problem.mend(mend)))
    }

    /// More files than there may be: of a folder of which not all is known nothing is taken to be gone.
    fn note_too_many(&self, path: &Path, finds: &mut Finds) {
        let most = self.config.limits.posts;
        let message = format!("there are more than {most} files in it that could be posts, and so it is not read");
        let mend = "name those that are none in `posts: exclude:`, or raise `limits: posts`";
        let problem = Problem::error(self.told(path), message).mend(mend);
        finds.problems.push((path.to_owned(), problem.clone()));
        finds.unreadable.push(path.to_owned());
        finds.too_many = Some(problem);
    }

    fn may_hold_posts(&self, entry: &walkdir::DirEntry) -> bool {
        if !entry.file_type().is_dir() {
            return true;
        }
        let hidden = entry.file_name().to_str().is_none_or(|name| name.starts_with('.'));
        let apart = self.apart.iter().any(|apart| apart == entry.path() && !self.is_around_posts(apart));
        !hidden && !apart && !self.folders.iter().any(|folder| folder.excludes_all_of(entry.path()))
    }
}

fn is_gone(error: &walkdir::Error) -> bool {
    error.io_error().is_some_and(|error| error.kind() == io::ErrorKind::NotFound)
}
