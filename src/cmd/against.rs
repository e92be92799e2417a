//! `check --against`: our feeds, as subscribers of an old feed would see them.
//!
//! In: an old feed in a file, and a blog that is read. Out: a [`Comparison`] and what it says as problems.

use std::collections::HashSet;
use std::io;
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, Result, anyhow};
use chrono::Utc;

use super::blog::Blog;
use super::load::Loaded;
use super::memory::Memory;
use super::{Failure, report};
use crate::cli::Format;
use crate::config::{Config, IdFormula};
use crate::feed::select::Plan;
use crate::post::Post;
use crate::problem::Problem;
use crate::source;
use crate::subscription::{self, Comparison, Entry, OldFeed, Ours};

/// An old feed in a file.
#[derive(Debug)]
pub struct Against {
    name: String,
    feed: OldFeed,
}

impl Against {
    /// Reads it.
    ///
    /// # Errors
    /// When there is none, or it is no feed.
    pub fn read(path: &Path, format: Format) -> Result<Self, Failure> {
        let name = path.display().to_string();
        let bytes = source::read_given(path, LONGEST).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => {
                anyhow!("the old feed `{name}` is not there; save it first, such as with `curl -Lo`")
            }
            io::ErrorKind::FileTooLarge => anyhow!("the old feed `{name}` {error}; keep its newest entries alone"),
            _ => anyhow::Error::new(error).context(format!("cannot read the old feed `{name}`")),
        })?;
        match subscription::read(&bytes, &name) {
            Ok(feed) => Ok(Self { name, feed }),
            Err(problem) => {
                let told = anyhow!("{problem}");
                report::tell_machines(&[problem], format);
                Err(told.into())
            }
        }
    }

    /// What is in it.
    pub fn entries(&self) -> &[Entry] {
        &self.feed.entries
    }

    /// Compares it with the feeds of a blog that was checked.
    ///
    /// # Errors
    /// When the posts cannot be read any more.
    pub fn compare(&self, blog: &mut Blog, feeds: &[Plan], loaded: &Loaded) -> Result<(Comparison, Vec<Problem>)> {
        let posts = blog.posts();
        let pipeline = blog.pipeline();
        let body = |post: &Post| pipeline.shown(&post.path).map(|shown| shown.rendered.clone());
        let ours = Ours { posts: &posts, feeds, output_url: &loaded.config.output_url, body: &body };
        let compared = subscription::compare(&self.feed, &ours).context("there is no feed of ours to compare with")?;
        let formula = if compared.again.is_empty() { None } else { self.formula(&compared, &posts, loaded)? };
        let problems = compared.problems(&self.name, formula.as_deref());
        Ok((compared, problems))
    }

    /// The formula that gives all ids that subscribers know, if there is one.
    fn formula(&self, compared: &Comparison, posts: &[Arc<Post>], loaded: &Loaded) -> Result<Option<String>> {
        let known = |ids: &HashSet<&str>| self.feed.entries.iter().filter(|entry| ids.contains(&*entry.id)).count();
        let now = known(&posts.iter().map(|post| post.id.as_str()).collect());
        for formula in FORMULAS {
            let posts = posts_by(formula, loaded)?;
            let ids: HashSet<&str> = posts.iter().map(|post| post.id.as_str()).collect();
            if known(&ids) > now && compared.again.iter().all(|again| ids.contains(&*again.old_id)) {
                return Ok(Some(format!("{formula:?}").to_lowercase()));
            }
        }
        Ok(None)
    }
}

/// The longest old feed that is read, in bytes.
const LONGEST: u64 = 64 << 20;

const FORMULAS: [IdFormula; 6] =
    [IdFormula::Permalink, IdFormula::Jekyll, IdFormula::Hugo, IdFormula::Zola, IdFormula::Pelican, IdFormula::Tag];

/// The posts as they would be with another formula.
fn posts_by(formula: IdFormula, loaded: &Loaded) -> Result<Vec<Arc<Post>>> {
    let mut config = Config::clone(&loaded.config);
    config.sources.iter_mut().for_each(|source| source.id = formula);
    let mut blog = Blog::open(&Loaded { config: Arc::new(config), ..loaded.clone() }, Memory::default(), Utc::now())?;
    blog.scan(&|_, _| {})?;
    Ok(blog.posts())
}
