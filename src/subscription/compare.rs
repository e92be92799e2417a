//! What a subscriber of an old feed would notice, were one of our feeds in its place from now on.

use std::collections::HashMap;
use std::sync::Arc;

use serde::Serialize;
use url::Url;

use super::keep::ids_from;
use super::likeness::{letters, page};
use super::pairs::{Pair, pairs};
use super::{Entry, Likeness, OldFeed};
use crate::feed::select::Plan;
use crate::markup::Rendered;
use crate::post::Post;

/// A way to get the body of a post.
pub type Bodies<'a> = &'a dyn Fn(&Post) -> Option<Arc<Rendered>>;

/// What we publish.
#[derive(Clone, Copy)]
pub struct Ours<'a> {
    /// All posts that are out.
    pub posts: &'a [Arc<Post>],
    /// All feeds, each with the posts that it shows.
    pub feeds: &'a [Plan],
    /// Where they are found.
    pub output_url: &'a Url,
    /// The body of a post.
    pub body: Bodies<'a>,
}

/// What a subscriber would notice.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Comparison {
    /// Our feed that stands in place of the old one.
    pub feed: String,
    /// How many entries the old one has.
    pub entries: usize,
    /// How many of them are as they were.
    pub same: usize,
    /// Posts that are seen a second time.
    pub again: Vec<Again>,
    /// Entries of the same id that differ.
    pub changed: Vec<Changed>,
    /// Posts that the old feed does not have, though it has newer ones.
    pub new: Vec<New>,
    /// How many posts are newer than all of the old feed.
    pub newer: usize,
    /// How many posts are older than all of the old feed: nobody can tell from it who has seen them.
    pub older: usize,
    /// Entries that are no post any more.
    pub gone: Vec<Gone>,
    /// How many entries are posts that our feed does not show, since it has room for fewer.
    pub beyond: usize,
    /// How many ids an ids file would keep.
    pub to_keep: usize,
}

/// A post that is seen a second time, since its id is another one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[allow(missing_docs)]
pub struct Again {
    pub path: String,
    pub id: String,
    pub old_id: String,
    /// By what it is known to be the same.
    pub likeness: Likeness,
    /// Whether the old id can be kept.
    pub can_be_kept: bool,
}

/// An entry that differs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[allow(missing_docs)]
pub struct Changed {
    pub path: String,
    pub id: String,
    /// `title`, `URL`, `date`, `text`.
    pub differs: Vec<&'static str>,
}

/// A post that the old feed does not have.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[allow(missing_docs)]
pub struct New {
    pub path: String,
    pub id: String,
}

/// An entry that is no post any more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[allow(missing_docs)]
pub struct Gone {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
    pub id: String,
    pub title: String,
}

/// Compares an old feed with the one of ours that stands in its place; `None` when there is none of ours.
#[must_use]
pub fn compare(old: &OldFeed, ours: &Ours<'_>) -> Option<Comparison> {
    let pairs = pairs(&old.entries, ours.posts);
    let by_path: HashMap<&str, &Pair> = pairs.iter().map(|pair| (&*ours.posts[pair.post].path, pair)).collect();
    let feed = in_its_place(old, ours, &by_path)?;
    let kept = ids_from(&old.entries, ours.posts);
    let mut comparison = Comparison {
        feed: feed.path.clone(),
        entries: old.entries.len(),
        gone: kept.unmatched.iter().map(|entry| gone(entry)).collect(),
        to_keep: kept.ids.len(),
        ..Comparison::default()
    };
    let posts: HashMap<&str, &Arc<Post>> = ours.posts.iter().map(|post| (&*post.path, post)).collect();
    for post in feed.posts.iter().filter_map(|path| posts.get(&**path)) {
        match by_path.get(&*post.path) {
            Some(pair) => comparison.take(pair.likeness, &old.entries[pair.entry], post, ours.body),
            None => comparison.take_unknown(post, &old.entries),
        }
    }
    let shown = comparison.same + comparison.changed.len() + comparison.again.len();
    comparison.beyond = pairs.len() - shown;
    for again in &mut comparison.again {
        again.can_be_kept = kept.ids.contains_key(&again.path);
    }
    Some(comparison)
}

impl Comparison {
    /// A post that the old feed has.
    fn take(&mut self, likeness: Likeness, entry: &Entry, post: &Post, body: Bodies<'_>) {
        let (path, id) = (post.path.to_string(), post.id.clone());
        if likeness != Likeness::Id {
            let old_id = entry.id.clone();
            return self.again.push(Again { path, id, old_id, likeness, can_be_kept: false });
        }
        match differences(entry, post, body(post).as_deref()) {
            differs if differs.is_empty() => self.same += 1,
            differs => self.changed.push(Changed { path, id, differs }),
        }
    }

    /// A post that it does not have.
    fn take_unknown(&mut self, post: &Post, entries: &[Entry]) {
        let dates = || entries.iter().filter_map(|entry| entry.published);
        if dates().max().is_none_or(|newest| post.published > newest) {
            self.newer += 1;
        } else if dates().min().is_some_and(|oldest| post.published < oldest) {
            self.older += 1;
        } else {
            self.new.push(New { path: post.path.to_string(), id: post.id.clone() });
        }
    }
}

/// The feed of the same address; else the first of those that have most of the old one.
fn in_its_place<'a>(old: &OldFeed, ours: &Ours<'a>, by_path: &HashMap<&str, &Pair>) -> Option<&'a Plan> {
    let address = old.url.as_deref().and_then(page);
    let is_there = |plan: &&Plan| {
        let url = ours.output_url.join(&plan.path).ok();
        address.is_some() && url.and_then(|url| page(url.as_str())) == address
    };
    let shared = |plan: &Plan| plan.posts.iter().filter(|path| by_path.contains_key(&***path)).count();
    let most = || ours.feeds.iter().rev().max_by_key(|plan| shared(plan)); // of equals the last one
    ours.feeds.iter().find(is_there).or_else(most)
}

fn gone(entry: &Entry) -> Gone {
    Gone { line: entry.line, id: entry.id.clone(), title: crate::markup::html_to_text(&entry.title) }
}

/// What a reader would show as changed. What the old feed does not say does not differ.
fn differences(entry: &Entry, post: &Post, body: Option<&Rendered>) -> Vec<&'static str> {
    let differs = |likeness: Likeness| {
        let old = likeness.of_entry(entry);
        old.is_some() && old != likeness.of_post(post)
    };
    let date = entry.published.is_some_and(|published| published != post.published);
    let found = [
        ("title", differs(Likeness::Title)),
        ("URL", differs(Likeness::Url)),
        ("date", date),
        ("text", body.is_some_and(|body| is_other_text(&entry.html, body))),
    ];
    found.into_iter().filter(|(_, differs)| *differs).map(|(name, _)| name).collect()
}

/// Whether the words are others. An excerpt is not, however it was cut and whatever a generator put behind it.
fn is_other_text(html: &str, body: &Rendered) -> bool {
    let (old, whole, summary) = (letters(html), letters(&body.html), letters(&body.summary_html));
    if old.is_empty() || old == whole || old == summary {
        return false;
    }
    let common = old.chars().zip(whole.chars()).take_while(|(old, new)| old == new).count();
    let (old, whole) = (old.chars().count(), whole.chars().count());
    let is_excerpt = old * EXCERPT.1 < whole * EXCERPT.0;
    !(is_excerpt && common * 2 >= old)
}

/// What is shorter than this part of a body is an excerpt of it: four fifths.
const EXCERPT: (usize, usize) = (4, 5);
