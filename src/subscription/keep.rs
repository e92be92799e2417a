//! The ids that posts must be given so that subscribers of an old feed see none of them twice.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::pairs::pairs;
use super::{Entry, Likeness};
use crate::post::{Post, valid_id};

/// What becomes of the ids of an old feed.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Kept<'a> {
    /// For the ids file: the path of each post whose id would be another one, and its old id.
    pub ids: BTreeMap<String, String>,
    /// Ids that are no URIs, which Atom has no place for, with the path of their post: they cannot be kept.
    pub unfit: Vec<(String, &'a Entry)>,
    /// Entries that are no post.
    pub unmatched: Vec<&'a Entry>,
}

/// The ids of old entries that posts do not have by themselves.
#[must_use]
pub fn ids_from<'a>(entries: &'a [Entry], posts: &[Arc<Post>]) -> Kept<'a> {
    let (mut kept, mut is_matched) = (Kept::default(), vec![false; entries.len()]);
    for pair in pairs(entries, posts) {
        let (entry, path) = (&entries[pair.entry], posts[pair.post].path.to_string());
        is_matched[pair.entry] = true;
        if pair.likeness == Likeness::Id {
            continue;
        }
        if valid_id(&entry.id).is_some_and(|id| id == entry.id) {
            kept.ids.insert(path, entry.id.clone());
        } else {
            kept.unfit.push((path, entry));
        }
    }
    kept.unmatched = entries.iter().zip(is_matched).filter(|(_, matched)| !matched).map(|(entry, _)| entry).collect();
    kept
}
