//! Who claims a URL or an id: of several posts that which subscribers know has it, else the oldest.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use chrono::{DateTime, Utc};

use crate::post::{Post, Standing};
use crate::problem::Problem;

/// Those who claim one thing: whom subscribers know first, then the oldest.
type Claimants = BTreeSet<Claimant>;
type Claimant = (Standing, DateTime<Utc>, Arc<str>);

/// Claims of one kind.
#[derive(Debug, Default)]
pub(super) struct Claims {
    claimants: HashMap<String, Claimants>,
    /// What more than one post claims.
    contested: BTreeSet<String>,
}

impl Claims {
    /// The post claims `key`.
    pub fn stake(&mut self, key: &str, post: &Post) {
        let claimants = self.claimants.entry(key.to_owned()).or_default();
        claimants.insert(claimant(post));
        if claimants.len() > 1 {
            self.contested.insert(key.to_owned());
        }
    }

    /// The post claims `key` no more.
    pub fn give_up(&mut self, key: &str, post: &Post) {
        let Some(claimants) = self.claimants.get_mut(key) else { return };
        claimants.remove(&claimant(post));
        let left = claimants.len();
        if left < 2 {
            self.contested.remove(key);
        }
        if left == 0 {
            self.claimants.remove(key);
        }
    }

    /// Whether the post of this path is the one that has `key`.
    pub fn is_won_by(&self, key: &str, path: &str) -> bool {
        self.claimants.get(key).and_then(BTreeSet::first).is_some_and(|(.., first)| **first == *path)
    }

    /// The paths of all who claim `key`.
    pub fn rivals(&self, key: &str) -> impl Iterator<Item = &Arc<str>> {
        self.claimants.get(key).into_iter().flatten().map(|(.., path)| path)
    }

    /// A problem for each post that claims in vain. `what` it claims, and the mend.
    pub fn collisions<'a>(&'a self, what: &'a str, mend: &'a str) -> impl Iterator<Item = Problem> + 'a {
        self.contested.iter().flat_map(move |key| {
            let mut rivals = self.rivals(key);
            let first = rivals.next().map_or("", |path| path);
            rivals.map(move |path| {
                Problem::error(&**path, format!("has the {what} `{key}`, which `{first}` has already")).mend(mend)
            })
        })
    }
}

fn claimant(post: &Post) -> Claimant {
    (post.standing, post.published.to_utc(), post.path.clone())
}
