//! What a body asked of the blog around it: another answer, another body.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::Arc;

use super::Reader;
use crate::markup::Blog;
use crate::post::{Post, digest};
use crate::site::{GroupKey, Site};

/// What was asked, and what was answered.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(super) struct Asked {
    /// References to posts, and their URLs.
    urls: BTreeMap<String, Option<String>>,
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

    /// Whether there is another answer now for the post that asked.
    pub fn differs(&self, post: &Post, site: &Site, reader: &dyn Reader) -> bool {
        let digest_of = |path: &String| reader.text(post, path).map(|text| digest(text.as_bytes()));
        self.posts.is_some_and(|version| version != site.version())
            || self.urls.iter().any(|(reference, url)| url_of(site, reference) != *url)
            || self.texts.iter().any(|(path, digest)| digest_of(path) != *digest)
    }
}

fn url_of(site: &Site, reference: &str) -> Option<String> {
    site.find(reference).map(|post| post.url.clone())
}

/// The blog as one body sees it, with what it asks taken down.
pub(super) struct Asking<'a> {
    pub site: &'a Site,
    pub reader: &'a dyn Reader,
    pub post: &'a Post,
    pub asked: RefCell<Asked>,
}

impl Blog for Asking<'_> {
    fn find(&self, reference: &str) -> Option<Arc<Post>> {
        let url = url_of(self.site, reference);
        self.asked.borrow_mut().urls.insert(reference.to_owned(), url);
        self.site.find(reference).cloned()
    }

    fn posts(&self) -> Vec<Arc<Post>> {
        self.asked.borrow_mut().posts = Some(self.site.version());
        let all = self.site.group(&GroupKey::All);
        all.map(|all| self.site.members(all).cloned().collect()).unwrap_or_default()
    }

    fn text(&self, path: &str) -> Option<String> {
        let text = self.reader.text(self.post, path);
        let digest = text.as_ref().map(|text| digest(text.as_bytes()));
        self.asked.borrow_mut().texts.insert(path.to_owned(), digest);
        text
    }
}
