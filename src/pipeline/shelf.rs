//! Sketches -> the posts that they are of: as feeds show them, else read again.

use std::sync::Arc;

use super::Reader;
use crate::cache::Cache;
use crate::config::{Config, Updates};
use crate::ledger::Ledger;
use crate::post::{Parsed, Post};
use crate::site::Sketch;

/// Where posts are.
#[derive(Clone, Copy)]
pub(super) struct Shelf<'a> {
    pub config: &'a Config,
    pub ledger: &'a Ledger,
    pub cache: &'a Cache,
    pub reader: &'a dyn Reader,
}

impl Shelf<'_> {
    /// The post that a sketch is of: one that a feed shows needs no file, which may be broken by now. `None`: it is another
    /// one by now.
    pub fn post(&self, sketch: &Sketch) -> Option<Arc<Post>> {
        let shown = self.cache.post(sketch).cloned();
        shown.or_else(|| self.read(sketch).map(|(post, _)| Arc::new(post)))
    }

    /// The post, and the bytes of its file; `None`: it is another one by now.
    pub fn read(&self, sketch: &Sketch) -> Option<(Post, Vec<u8>)> {
        let (Parsed::Post(mut post, _), bytes) = self.reader.post(&sketch.path, sketch.source)? else { return None };
        self.ledger.dress(&mut post, updates_of(self.config, sketch.source));
        (post.fingerprint() == sketch.fingerprint).then_some((*post, bytes))
    }
}

/// What counts as a change of a post in this folder.
pub(super) fn updates_of(config: &Config, source: usize) -> Updates {
    config.sources.get(source).map(|source| source.updates).unwrap_or_default()
}
