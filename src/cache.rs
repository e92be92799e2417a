//! What an earlier build already knows: rendered bodies, kept as long as some feed shows them.
//!
//! Dropping it costs time, never bytes.

use std::collections::HashMap;
use std::sync::Arc;

use crate::markup::Rendered;
use crate::post::{Post, Version};

/// Rendered bodies by post and version.
#[derive(Debug, Default)]
pub struct Cache {
    bodies: HashMap<Arc<str>, Body>,
}

#[derive(Debug)]
struct Body {
    version: Version,
    /// The same bytes give another body at another address.
    url: String,
    /// In how many feeds it is.
    shown: usize,
    rendered: Arc<Rendered>,
    /// It has to be made again.
    is_stale: bool,
}

impl Cache {
    /// The body of this version of the post.
    #[must_use]
    pub fn body(&self, post: &Post) -> Option<&Arc<Rendered>> {
        let of_this = |body: &&Body| !body.is_stale && body.version == post.version && body.url == post.url;
        self.bodies.get(&post.path).filter(of_this).map(|body| &body.rendered)
    }

    /// Keeps a body; in place of its former version it is in the same feeds.
    pub fn keep(&mut self, post: &Post, rendered: Arc<Rendered>) {
        let shown = self.bodies.get(&post.path).map_or(0, |body| body.shown);
        let (version, url) = (post.version, post.url.clone());
        self.bodies.insert(post.path.clone(), Body { version, url, shown, rendered, is_stale: false });
    }

    /// Says that the body of this post has to be made again.
    pub fn outdate(&mut self, path: &str) {
        if let Some(body) = self.bodies.get_mut(path) {
            body.is_stale = true;
        }
    }

    /// Whether a body of this post is kept.
    #[must_use]
    pub fn holds(&self, path: &str) -> bool {
        self.bodies.contains_key(path)
    }

    /// A feed shows this post now.
    pub fn show(&mut self, path: &str) {
        if let Some(body) = self.bodies.get_mut(path) {
            body.shown += 1;
        }
    }

    /// A feed shows this post no more.
    pub fn hide(&mut self, path: &str) {
        if let Some(body) = self.bodies.get_mut(path) {
            body.shown = body.shown.saturating_sub(1);
        }
    }

    /// Drops what no feed shows, among these.
    pub fn sweep<'a>(&mut self, paths: impl IntoIterator<Item = &'a Arc<str>>) {
        for path in paths {
            if self.bodies.get(path).is_some_and(|body| body.shown == 0) {
                self.bodies.remove(path);
            }
        }
    }
}
