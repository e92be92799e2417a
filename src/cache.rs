//! What an earlier build already knows: posts and their rendered bodies, kept as long as some feed shows them.
//!
//! Dropping it costs time, never bytes.

use std::sync::Arc;

use foldhash::HashMap;

use crate::markup::Rendered;
use crate::post::Post;
use crate::site::Sketch;

/// A post and its body, as feeds show them.
#[derive(Debug, Clone)]
pub struct Shown {
    /// What it says of itself.
    pub post: Arc<Post>,
    /// Its body.
    pub rendered: Arc<Rendered>,
}

/// Posts with their bodies, and in how many feeds each of them is.
#[derive(Debug, Default)]
pub struct Cache {
    bodies: HashMap<Arc<str>, Body>,
    feeds: HashMap<Arc<str>, usize>,
}

#[derive(Debug)]
struct Body {
    fingerprint: u64,
    shown: Shown,
    /// It has to be made again.
    is_stale: bool,
}

impl Cache {
    /// This version of a post, with its body.
    #[must_use]
    pub fn get(&self, post: &Sketch) -> Option<&Shown> {
        let body = self.bodies.get(&post.path)?;
        (!body.is_stale && body.fingerprint == post.fingerprint).then_some(&body.shown)
    }

    /// This version of a post, though its body may have to be made again.
    #[must_use]
    pub fn post(&self, post: &Sketch) -> Option<&Arc<Post>> {
        let body = self.bodies.get(&post.path)?;
        (body.fingerprint == post.fingerprint).then_some(&body.shown.post)
    }

    /// Keeps a post and its body.
    pub fn keep(&mut self, shown: Shown) {
        let fingerprint = shown.post.fingerprint();
        self.bodies.insert(shown.post.path.clone(), Body { fingerprint, shown, is_stale: false });
    }

    /// Says that the body of this post has to be made again.
    pub fn outdate(&mut self, path: &str) {
        if let Some(body) = self.bodies.get_mut(path) {
            body.is_stale = true;
        }
    }

    /// Whether the body of this post has to be made again.
    #[must_use]
    pub fn is_stale(&self, path: &str) -> bool {
        self.bodies.get(path).is_some_and(|body| body.is_stale)
    }

    /// Whether any feed shows this post.
    #[must_use]
    pub fn is_shown(&self, path: &str) -> bool {
        self.feeds.contains_key(path)
    }

    /// How many posts feeds show.
    #[must_use]
    pub fn shown(&self) -> usize {
        self.feeds.len()
    }

    /// A feed shows this post now.
    pub fn show(&mut self, path: &Arc<str>) {
        match self.feeds.get_mut(path) {
            Some(feeds) => *feeds += 1,
            None => drop(self.feeds.insert(path.clone(), 1)),
        }
    }

    /// A feed shows this post no more.
    pub fn hide(&mut self, path: &str) {
        if let Some(feeds) = self.feeds.get_mut(path) {
            *feeds -= 1;
            if *feeds == 0 {
                self.feeds.remove(path);
            }
        }
    }

    /// Drops what no feed shows, among these.
    pub fn sweep<'a>(&mut self, paths: impl IntoIterator<Item = &'a Arc<str>>) {
        for path in paths {
            if !self.is_shown(path) {
                self.bodies.remove(path);
            }
        }
    }
}
