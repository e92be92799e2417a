//! Walks through folders with as many threads as there are: each folder is a task, and so is each batch of files in it.
//!
//! In: a folder. Out: [`Finds`], in no order. Tasks wait for no other ones, so no depth of folders is too deep. Where
//! links are followed one thread walks, which knows whether they lead in a circle; the files are looked at by all.

use std::fs;
use std::io;
use std::mem;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use rayon::Scope;
use walkdir::WalkDir;

use super::Library;
use super::find::{Ask, Find, Finds, Sighting};
use crate::problem::Problem;

/// What is in a folder, and may be a post.
pub(super) struct Entry {
    pub path: PathBuf,
    /// Whether the folder says that it is a regular file, and no link.
    pub is_regular: bool,
}

/// How many files are looked at by one task.
const BATCH: usize = 1024;

/// One walk.
pub(super) struct Walk<'a> {
    library: &'a Library,
    root: &'a Path,
    ask: Ask,
    gathered: Mutex<Gathered<'a>>,
    /// How many files may be posts.
    count: AtomicUsize,
}

/// What was found.
struct Gathered<'a> {
    finds: &'a mut Finds,
    /// Files that may be posts, as they were looked at together: as one list that grows they would be copied again and again.
    posts: Vec<Vec<Sighting>>,
}

impl<'a> Walk<'a> {
    /// Adds what is below `root`, or itself; not much more than there may be.
    pub fn through(library: &'a Library, root: &'a Path, ask: Ask, finds: &'a mut Finds) {
        let count = AtomicUsize::new(finds.posts.len());
        let gathered = Mutex::new(Gathered { finds, posts: Vec::new() });
        let walk = Self { library, root, ask, gathered, count };
        rayon::scope(|scope| {
            if library.follows_links(root) {
                walk.follow(scope);
            } else {
                walk.list(root.to_owned(), scope);
            }
        });
        let Gathered { finds, posts } = walk.gathered.into_inner().unwrap_or_else(PoisonError::into_inner);
        finds.posts.reserve(posts.iter().map(Vec::len).sum());
        posts.into_iter().for_each(|mut posts| finds.posts.append(&mut posts));
    }

    /// Hands on what is in a folder.
    fn list<'scope>(&'scope self, folder: PathBuf, scope: &Scope<'scope>) {
        let entries = match fs::read_dir(&folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotADirectory => {
                return self.look(&[Entry { path: folder, is_regular: false }]);
            }
            Err(error) => return self.note(&folder, &error),
        };
        let mut files = Vec::new();
        for entry in entries {
            match entry.and_then(|entry| Ok((entry.file_type()?, entry.path()))) {
                _ if self.is_over() => return,
                Ok((kind, path)) if kind.is_dir() => {
                    if self.library.may_hold_posts(&path) {
                        scope.spawn(move |scope| self.list(path, scope));
                    }
                }
                Ok((kind, path)) => self.hand_on(Entry { path, is_regular: kind.is_file() }, &mut files, scope),
                Err(error) => self.note(&folder, &error),
            }
        }
        self.look(&files);
    }

    /// Hands on what is below the root, and behind links.
    fn follow<'scope>(&'scope self, scope: &Scope<'scope>) {
        let walk = WalkDir::new(self.root).follow_links(true).into_iter();
        let mut files = Vec::new();
        for entry in walk.filter_entry(|entry| self.library.is_walked(entry)) {
            match entry {
                _ if self.is_over() => return,
                Ok(entry) if entry.file_type().is_dir() => {}
                Ok(entry) => {
                    let is_regular = entry.file_type().is_file() && !entry.path_is_symlink();
                    self.hand_on(Entry { path: entry.into_path(), is_regular }, &mut files, scope);
                }
                Err(error) => self.note_followed(&error),
            }
        }
        self.look(&files);
    }

    fn hand_on<'scope>(&'scope self, file: Entry, files: &mut Vec<Entry>, scope: &Scope<'scope>) {
        files.push(file);
        if files.len() == BATCH {
            let files = mem::take(files);
            scope.spawn(move |_| self.look(&files));
        }
    }

    fn look(&self, files: &[Entry]) {
        let (mut posts, mut problems) = (Vec::with_capacity(files.len()), Vec::new());
        for find in files.iter().filter_map(|file| self.library.look_at(file, self.ask)) {
            match find {
                Find::Post(sighting) => posts.push(sighting),
                Find::Other(path, problem) => problems.push((path, problem)),
            }
        }
        self.count.fetch_add(posts.len(), Ordering::Relaxed);
        let mut gathered = self.gathered();
        gathered.posts.push(posts);
        gathered.finds.problems.append(&mut problems);
    }

    /// Whether there are more files than there may be: no more of them are looked for.
    fn is_over(&self) -> bool {
        self.count.load(Ordering::Relaxed) > self.library.most()
    }

    fn gathered(&self) -> MutexGuard<'_, Gathered<'a>> {
        self.gathered.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What is gone meanwhile is nobody's problem.
    fn note(&self, path: &Path, error: &io::Error) {
        if error.kind() != io::ErrorKind::NotFound {
            self.note_unreadable(path, &error.to_string(), "let this user read it");
        }
    }

    fn note_followed(&self, error: &walkdir::Error) {
        let path = error.path().unwrap_or(self.root);
        match (error.loop_ancestor(), error.io_error()) {
            (Some(above), _) => {
                let reason = format!("it is a link to `{}`, which it is in", self.library.told(above));
                self.note_unreadable(path, &reason, "remove it");
            }
            (_, Some(error)) => self.note(path, error),
            _ => self.note_unreadable(path, &error.to_string(), "let this user read it"),
        }
    }

    fn note_unreadable(&self, path: &Path, reason: &str, mend: &str) {
        let problem = Problem::error(self.library.told(path), format!("cannot be looked into: {reason}"));
        let problem = problem.mend(format!("{mend}, or name it in `posts: exclude:`"));
        self.gathered().finds.add_unreadable(path, problem);
    }
}
