//! What a body may ask of the blog around it.

use std::sync::Arc;

use crate::config::Site;
use crate::generator::Generator;
use crate::post::Post;
use crate::value::Value;

/// What stands around a body.
#[derive(Clone, Copy)]
pub struct Around<'a> {
    /// What the feeds say of the site.
    pub site: &'a Site,
    /// What the blog's own generator says.
    pub generator: &'a Generator,
    /// The post that the body is of.
    pub post: &'a Post,
    /// Its front matter, whole, with what the generator says for it; where [nobody asks](super::asks_for_front_matter) for
    /// it, anything.
    pub front: &'a Value,
    /// The other posts.
    pub blog: &'a dyn Blog,
}

/// The other posts of a blog, as far as a body may ask for them.
pub trait Blog {
    /// The post that a reference means: a path, or the end of one in whole names, with or without extension
    /// (`2024-05-01-rain`, `/news/rain.md`, `@/news/rain/index.md`).
    fn find(&self, reference: &str) -> Option<Arc<Post>>;

    /// How many posts a reference may mean.
    fn count(&self, reference: &str) -> usize {
        usize::from(self.find(reference).is_some())
    }

    /// The newest post that is out.
    fn newest(&self) -> Option<Arc<Post>> {
        self.posts().into_iter().next()
    }

    /// All posts that are out, newest first.
    fn posts(&self) -> Vec<Arc<Post>>;

    /// The text of a file of the blog that is no post, by its path below the blog's folder.
    fn text(&self, path: &str) -> Option<String>;
}
