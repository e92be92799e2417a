//! Which entry of an old feed is which post: each at most once, the surest likeness first.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::{Entry, Likeness};
use crate::post::Post;

/// An entry and the post that it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Pair {
    pub entry: usize,
    pub post: usize,
    pub likeness: Likeness,
}

/// Entries of our own feeds, and the posts that they surely are.
#[must_use]
pub fn same<'a>(entries: &'a [Entry], posts: &'a [Arc<Post>]) -> Vec<(&'a Entry, &'a Arc<Post>)> {
    let is_sure = |likeness| !matches!(likeness, Likeness::Title | Likeness::Instant);
    let sure = pairs(entries, posts).into_iter().filter(|pair| is_sure(pair.likeness));
    sure.map(|pair| (&entries[pair.entry], &posts[pair.post])).collect()
}

/// All that can be told. What several have in common tells none of them.
pub(super) fn pairs(entries: &[Entry], posts: &[Arc<Post>]) -> Vec<Pair> {
    let mut pairs = Vec::new();
    let (mut entries_left, mut posts_left): (Vec<usize>, Vec<usize>) =
        ((0..entries.len()).collect(), (0..posts.len()).collect());
    for likeness in Likeness::ALL {
        let of_entries =
            only(entries_left.iter().filter_map(|&entry| Some((likeness.of_entry(&entries[entry])?, entry))));
        let of_posts = only(posts_left.iter().filter_map(|&post| Some((likeness.of_post(&posts[post])?, post))));
        let found = of_entries.iter().filter_map(|(key, &entry)| Some((entry, *of_posts.get(key)?)));
        let found: HashMap<usize, usize> = found.collect();
        let taken: HashSet<usize> = found.values().copied().collect();
        entries_left.retain(|entry| !found.contains_key(entry));
        posts_left.retain(|post| !taken.contains(post));
        pairs.extend(found.into_iter().map(|(entry, post)| Pair { entry, post, likeness }));
    }
    pairs.sort_by_key(|pair| pair.entry);
    pairs
}

/// What has a key for itself.
fn only(keyed: impl Iterator<Item = (String, usize)>) -> HashMap<String, usize> {
    let mut found: HashMap<String, Option<usize>> = HashMap::new();
    for (key, number) in keyed {
        found.entry(key).and_modify(|other| *other = None).or_insert(Some(number));
    }
    found.into_iter().filter_map(|(key, number)| Some((key, number?))).collect()
}
