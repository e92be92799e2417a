//! Who claims a URL or an id: of several posts that which subscribers know has it, else the oldest.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use chrono::{DateTime, Utc};
use foldhash::HashMap;

use super::Sketch;
use crate::post::Standing;
use crate::problem::Problem;

/// A post among those that claim the same: whom subscribers know first, then the oldest.
#[derive(Debug, Clone)]
struct Claimant(Arc<Sketch>);

/// Claims of one kind, by digests of what is claimed.
#[derive(Debug, Default)]
pub(super) struct Claims {
    /// What one post claims, and no other.
    sole: HashMap<u64, Claimant>,
    /// What more than one post claims.
    contested: BTreeMap<u64, Contest>,
}

#[derive(Debug)]
struct Contest {
    claimants: BTreeSet<Claimant>,
    /// What they claim, once that is known.
    text: Option<String>,
}

impl Claims {
    /// How many claims there are.
    pub fn len(&self) -> usize {
        self.sole.len() + self.contested.values().map(|contest| contest.claimants.len()).sum::<usize>()
    }

    /// Each of the posts claims its key.
    pub fn stake_all(&mut self, posts: &[Arc<Sketch>], key: impl Fn(&Sketch) -> u64) {
        self.sole.reserve(posts.len());
        posts.iter().for_each(|post| self.stake(key(post), post));
    }

    /// The post claims `key`.
    pub fn stake(&mut self, key: u64, post: &Arc<Sketch>) {
        let claimant = Claimant(post.clone());
        if let Some(contest) = self.contested.get_mut(&key) {
            contest.claimants.insert(claimant);
        } else if let Some(other) = self.sole.insert(key, claimant.clone()).filter(|other| *other != claimant) {
            self.sole.remove(&key);
            self.contested.insert(key, Contest { claimants: BTreeSet::from([other, claimant]), text: None });
        }
    }

    /// The post claims `key` no more.
    pub fn give_up(&mut self, key: u64, post: &Arc<Sketch>) {
        let claimant = Claimant(post.clone());
        if let Some(contest) = self.contested.get_mut(&key) {
            contest.claimants.remove(&claimant);
            if contest.claimants.len() < 2 {
                let left = self.contested.remove(&key).and_then(|contest| contest.claimants.into_iter().next());
                self.sole.extend(left.map(|left| (key, left)));
            }
        } else if self.sole.get(&key) == Some(&claimant) {
            self.sole.remove(&key);
        }
    }

    /// Whether more than one post claims `key`.
    pub fn is_contested(&self, key: u64) -> bool {
        self.contested.contains_key(&key)
    }

    /// Whether the post of this path is the one that has `key`.
    pub fn is_won_by(&self, key: u64, path: &str) -> bool {
        self.rivals(key).next().is_some_and(|first| **first == *path)
    }

    /// The paths of all who claim `key`.
    pub fn rivals(&self, key: u64) -> impl Iterator<Item = &Arc<str>> {
        let contested = self.contested.get(&key).into_iter().flat_map(|contest| &contest.claimants);
        self.sole.get(&key).into_iter().chain(contested).map(|Claimant(post)| &post.path)
    }

    /// For each thing that is contested and not known by name a post that knows it.
    pub fn unnamed(&self) -> impl Iterator<Item = &Arc<str>> {
        let unnamed = self.contested.values().filter(|contest| contest.text.is_none());
        unnamed.filter_map(|contest| contest.claimants.first()).map(|Claimant(post)| &post.path)
    }

    /// Says what is claimed by `key`, if it is contested.
    pub fn name(&mut self, key: u64, text: &str) {
        if let Some(contest) = self.contested.get_mut(&key) {
            contest.text.get_or_insert_with(|| text.to_owned());
        }
    }

    /// A problem for each post that claims in vain. `what` it claims, and the mend.
    pub fn collisions<'a>(&'a self, what: &'a str, mend: &'a str) -> impl Iterator<Item = Problem> + 'a {
        self.contested.iter().flat_map(move |(key, contest)| {
            let mut rivals = self.rivals(*key);
            let first = rivals.next().map_or("", |path| path);
            let text = contest.text.as_ref().map_or(String::new(), |text| format!(" `{text}`"));
            rivals.map(move |path| {
                Problem::error(&**path, format!("has the {what}{text}, which `{first}` has already")).mend(mend)
            })
        })
    }
}

impl Claimant {
    fn rank(&self) -> (Standing, DateTime<Utc>, &Arc<str>) {
        (self.0.standing, self.0.published, &self.0.path)
    }
}

impl PartialEq for Claimant {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Claimant {}

impl PartialOrd for Claimant {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Claimant {
    fn cmp(&self, other: &Self) -> Ordering {
        self.rank().cmp(&other.rank())
    }
}
