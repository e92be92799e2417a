//! Files that are gone, by what a new file can be known by as the same post: all of its bytes, its body, or its
//! title and date.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use super::Entry;
use crate::post::{Post, Version, digest};

/// Entries whose files are gone.
#[derive(Debug, Clone, Default)]
pub(super) struct Moved {
    paths: HashSet<Arc<str>>,
    by: HashMap<Mark, BTreeSet<Arc<str>>>,
}

/// By what a post is recognised; the surest first.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Mark {
    File(u64),
    Body(u64),
    Front(String, i64),
}

impl Moved {
    /// Whether the file of this path is gone.
    pub fn holds(&self, path: &str) -> bool {
        self.paths.contains(path)
    }

    pub fn insert(&mut self, path: &Arc<str>, entry: &Entry) {
        if self.paths.insert(path.clone()) {
            for mark in marks(&entry.title, entry.version, entry.published.timestamp()) {
                self.by.entry(mark).or_default().insert(path.clone());
            }
        }
    }

    /// The file of this path is there, or nothing is known of it any more; whether it was gone.
    pub fn remove(&mut self, path: &str, entry: &Entry) -> bool {
        if !self.paths.remove(path) {
            return false;
        }
        for mark in marks(&entry.title, entry.version, entry.published.timestamp()) {
            if let Some(paths) = self.by.get_mut(&mark) {
                paths.remove(path);
                if paths.is_empty() {
                    self.by.remove(&mark);
                }
            }
        }
        true
    }

    /// The path that this post had. What several have in common, but for all of their bytes, tells none of them.
    pub fn find(&self, post: &Post) -> Option<Arc<str>> {
        if self.paths.is_empty() {
            return None;
        }
        marks(&post.title, post.version, post.published.timestamp()).find_map(|mark| {
            let paths = self.by.get(&mark)?;
            (paths.len() == 1 || matches!(mark, Mark::File(_))).then(|| paths.first().cloned())?
        })
    }
}

/// An empty body, or no title, is no mark.
fn marks(title: &str, version: Version, published: i64) -> impl Iterator<Item = Mark> {
    let body = (version.body != digest(b"")).then_some(Mark::Body(version.body));
    let front = (!title.is_empty()).then(|| Mark::Front(title.to_owned(), published));
    [Some(Mark::File(version.file)), body, front].into_iter().flatten()
}
