//! What a body asked of the blog around it: another answer, another body.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, OnceLock};

use super::Reader;
use super::shelf::Shelf;
use crate::markup::Blog;
use crate::post::{Post, digest};
use crate::site::{Site, Sketch};

/// What was asked, and what was answered.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(super) struct Asked {
    /// References to posts, and digests of their URLs.
    urls: BTreeMap<String, Option<u64>>,
    /// References, and how many posts they may mean.
    counts: BTreeMap<String, usize>,
    /// Files, and digests of their texts.
    texts: BTreeMap<String, Option<u64>>,
    /// The version of all posts.
    posts: Option<u64>,
}

impl Asked {
    /// Whether nothing was asked.
    pub fn is_nothing(&self) -> bool {
        *self == Self::default()
    }

    /// Whether there is another answer now for a post of this folder.
    pub fn differs(&self, source: usize, site: &Site, reader: &dyn Reader) -> bool {
        let digest_of = |path: &String| reader.text(source, path).map(|text| digest(text.as_bytes()));
        self.posts.is_some_and(|version| version != site.version())
            || self.urls.iter().any(|(reference, url)| site.find(reference).map(|post| post.url) != *url)
            || self.counts.iter().any(|(reference, count)| site.count(reference) != *count)
            || self.texts.iter().any(|(path, digest)| digest_of(path) != *digest)
    }
}

/// The blog as one body sees it, with what it asks taken down.
pub(super) struct Asking<'a> {
    pub site: &'a Site,
    pub shelf: Shelf<'a>,
    /// The folder of the post that asks.
    pub source: usize,
    /// All posts that are out, once somebody asks for them.
    pub all: &'a OnceLock<All>,
    /// Posts that were asked for already.
    pub found: RefCell<HashMap<Arc<str>, Option<Arc<Post>>>>,
    pub asked: RefCell<Asked>,
    /// What was asked for and is not as it was.
    pub stale: RefCell<Vec<Arc<str>>>,
}

/// All posts that are out, newest first; or the paths of those that are not as they were.
pub(super) type All = Result<Vec<Arc<Post>>, Vec<Arc<str>>>;

impl Asking<'_> {
    fn read(&self, sketch: &Sketch) -> Option<Arc<Post>> {
        let read = || self.shelf.post(sketch);
        let post = self.found.borrow_mut().entry(sketch.path.clone()).or_insert_with(read).clone();
        if post.is_none() {
            self.stale.borrow_mut().push(sketch.path.clone());
        }
        post
    }

    fn read_all(&self) -> All {
        let posts: Vec<_> = self.site.newest().map(|sketch| self.shelf.post(sketch).ok_or(&sketch.path)).collect();
        let stale: Vec<Arc<str>> =
            posts.iter().filter_map(|post| post.as_ref().err()).map(|path| (*path).clone()).collect();
        if stale.is_empty() { Ok(posts.into_iter().flatten().collect()) } else { Err(stale) }
    }
}

impl Blog for Asking<'_> {
    fn find(&self, reference: &str) -> Option<Arc<Post>> {
        let found = self.site.find(reference);
        self.asked.borrow_mut().urls.insert(reference.to_owned(), found.map(|post| post.url));
        self.read(found?)
    }

    fn count(&self, reference: &str) -> usize {
        let count = self.site.count(reference);
        self.asked.borrow_mut().counts.insert(reference.to_owned(), count);
        count
    }

    fn newest(&self) -> Option<Arc<Post>> {
        self.asked.borrow_mut().posts = Some(self.site.version());
        self.read(self.site.newest().next()?)
    }

    fn posts(&self) -> Vec<Arc<Post>> {
        self.asked.borrow_mut().posts = Some(self.site.version());
        self.all.get_or_init(|| self.read_all()).clone().unwrap_or_else(|stale| {
            self.stale.borrow_mut().extend(stale);
            Vec::new()
        })
    }

    fn text(&self, path: &str) -> Option<String> {
        let text = self.shelf.reader.text(self.source, path);
        let digest = text.as_ref().map(|text| digest(text.as_bytes()));
        self.asked.borrow_mut().texts.insert(path.to_owned(), digest);
        text
    }
}
