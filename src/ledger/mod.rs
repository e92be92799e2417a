//! What subscribers know: the id and the date under which each post was published. They never change.
//!
//! In: the [`Record`]s of earlier builds, posts as they were read, files that are gone, posts that feeds show. Out: posts
//! as they are to be published, and the records that are to be kept before they are. It reads and writes nothing itself.
//!
//! - `record`: what is kept of one thing
//! - `moved`: a file that is gone and a new one, known as the same post
//! - `census`: how many posts there were, and how many at once are a loss that nobody meant

mod census;
mod moved;
mod record;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::mem;
use std::sync::Arc;

use chrono::{DateTime, FixedOffset, Utc};
use foldhash::{HashMap, HashSet};

pub use census::{Census, Loss};
pub use record::{Entry, Record};

use self::moved::Moved;
use crate::config::Updates;
use crate::post::{Post, Standing, digest, valid_id};
use crate::subscription;

/// Everything that was published, by the path of its file.
#[derive(Debug, Clone, Default)]
pub struct Ledger {
    entries: HashMap<Arc<str>, Entry>,
    /// Who has an id.
    holders: HashMap<String, Arc<str>>,
    /// Entries whose files are gone, for the case that they only moved.
    gone: Moved,
    /// Digests of the paths of all posts that there ever were, shown or not: only another one can be where one moved.
    seen: HashSet<u64>,
    /// The ids that posts would have otherwise, by path.
    otherwise: BTreeMap<Arc<str>, String>,
    census: Census,
    loss: Option<DateTime<Utc>>,
    /// What is not kept yet.
    changes: Changes,
}

/// What is not kept yet.
#[derive(Debug, Clone, Default)]
struct Changes {
    paths: BTreeSet<Arc<str>>,
    seen: Vec<u64>,
    census: bool,
    /// Whether any of it is more than another version of a file.
    are_vital: bool,
}

/// How posts are looked at.
#[derive(Debug, Clone, Copy)]
pub struct Policy {
    /// Whether a change of content is a change worth telling.
    pub updates: Updates,
    /// Now, where the site is.
    pub now: DateTime<FixedOffset>,
}

impl Ledger {
    /// What earlier builds kept, the oldest record first.
    #[must_use]
    pub fn of(records: impl IntoIterator<Item = Record>) -> Self {
        let mut ledger = Self::default();
        for record in records {
            match record {
                Record::Known(path, entry) => ledger.insert(path, *entry),
                Record::Forgotten(path) => drop(ledger.take(&path)),
                Record::Seen(paths) => ledger.seen.extend(paths),
                Record::Census(census) => ledger.census = census,
                Record::Loss(since) => ledger.loss = since,
            }
        }
        ledger
    }

    /// Forgets all ids: formulas make them anew.
    pub fn forget_ids(&mut self) {
        self.holders.clear();
        for (path, entry) in &mut self.entries {
            entry.id.clear();
            self.changes.paths.insert(path.clone());
        }
        self.changes.are_vital = true;
    }

    /// Whether nothing was ever published.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// How many posts were ever published.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Says which files there are; the rest is gone. `is_there`: by the path as people name it.
    pub fn look(&mut self, is_there: &dyn Fn(&str) -> bool) {
        let gone: Vec<Arc<str>> = self.entries.keys().filter(|path| !is_there(path)).cloned().collect();
        gone.iter().for_each(|path| self.lose(path));
    }

    /// The file of this path is gone.
    pub fn lose(&mut self, path: &str) {
        self.otherwise.remove(path);
        if let Some((path, entry)) = self.entries.get_key_value(path) {
            self.gone.insert(path, entry);
        }
    }

    /// Makes room for so many posts, most of which nobody has seen.
    pub fn expect(&mut self, posts: usize) {
        let new = posts.saturating_sub(self.seen.len());
        self.seen.reserve(new);
        self.changes.seen.reserve(new);
    }

    /// Makes of a post that was read the one that is to be published: known ids and dates stay.
    pub fn settle(&mut self, post: &mut Post, policy: Policy) {
        self.otherwise.remove(&post.path);
        self.recognise(post);
        if let Some(entry) = self.entries.get_mut(&post.path)
            && entry.note(post, policy)
        {
            self.changes.note(&post.path);
        }
        if let Some(made) = self.dress(post, policy.updates) {
            self.otherwise.insert(post.path.clone(), made);
        }
    }

    /// Makes of a post that was [settled](Self::settle) once, and is read again, what it became then. The id that was made
    /// for it, where it is another one now.
    pub fn dress(&self, post: &mut Post, updates: Updates) -> Option<String> {
        let Some(entry) = self.entries.get(&post.path) else {
            let free = if post.says.id { None } else { self.free(post) };
            return free.map(|free| mem::replace(&mut post.id, free));
        };
        let made = entry.dress(post, updates);
        let is_known = entry.id == post.id && entry.published == post.published;
        post.standing = if is_known { Standing::Known } else { Standing::New };
        made
    }

    /// Takes down that feeds show this post from now on; whether that is news.
    pub fn record(&mut self, post: &Post) -> bool {
        let known = self.entries.get(&post.path);
        let entry = Entry::of(post, known);
        if known == Some(&entry) {
            return false;
        }
        let is_news = known.is_none_or(|known| known.id != entry.id || known.published != entry.published);
        if is_news {
            self.changes.note(&post.path);
        } else {
            self.changes.paths.insert(post.path.clone());
        }
        self.insert(post.path.clone(), entry);
        is_news
    }

    /// Where no earlier build kept anything of a post: what is published is what subscribers know. The posts as they
    /// are to be published. `updates`: what counts as a change of a post.
    pub fn read_back(
        &mut self,
        published: &[subscription::Entry],
        posts: &[Arc<Post>],
        updates: &dyn Fn(&Post) -> Updates,
    ) -> Vec<Post> {
        let unknown: Vec<Arc<Post>> =
            posts.iter().filter(|post| !self.entries.contains_key(&post.path)).cloned().collect();
        let mut changed = Vec::new();
        for (entry, post) in subscription::same(published, &unknown) {
            let is_fit = valid_id(&entry.id).is_some_and(|id| id == entry.id);
            let id = if post.says.id || !is_fit { &post.id } else { &entry.id };
            let is_made = updates(post) == Updates::OnChange && post.updated.is_none();
            let updated = entry.updated.filter(|updated| is_made && *updated > post.published);
            let known = Entry { id: id.clone(), updated, ..Entry::of(post, None) };
            let updated = post.updated.or(updated);
            let fresh = Post { id: id.clone(), standing: Standing::Known, updated, ..Post::clone(post) };
            if fresh.id != post.id {
                self.otherwise.insert(post.path.clone(), post.id.clone());
            }
            self.insert(post.path.clone(), known);
            self.changes.note(&post.path);
            changed.push(fresh);
        }
        changed
    }

    /// Posts whose ids the configuration would make otherwise, were they not known: path, id, and the other one.
    pub fn kept_ids(&self) -> impl Iterator<Item = (&str, &str, &str)> {
        self.otherwise.iter().filter_map(|(path, made)| Some((&**path, &*self.entries.get(path)?.id, made.as_str())))
    }

    /// Posts that were given an id of their own, since another post is known by the one that they would have had:
    /// path, that id, and the path of the other.
    pub fn evaded(&self) -> impl Iterator<Item = (&str, &str, &str)> {
        let evaded = self.otherwise.iter().filter(|(path, _)| !self.entries.contains_key(*path));
        evaded.filter_map(|(path, made)| Some((&**path, made.as_str(), &**self.holders.get(made)?)))
    }

    /// A digest of as what subscribers know the post in this file; `None`: they do not, or it is to get another id.
    #[must_use]
    pub fn mark(&self, path: &str) -> Option<u64> {
        self.entries.get(path).filter(|entry| !entry.id.is_empty()).map(Entry::mark)
    }

    /// Whether the id of this post is another one than its own formula makes.
    #[must_use]
    pub fn is_settled_otherwise(&self, path: &str) -> bool {
        self.otherwise.contains_key(path)
    }

    /// Whether there ever was a post at this path.
    #[must_use]
    pub fn has_seen(&self, path: &str) -> bool {
        self.seen.contains(&digest(path.as_bytes()))
    }

    /// Digests of all ids that somebody knows.
    #[must_use]
    pub fn ids(&self) -> HashSet<u64> {
        self.holders.keys().map(|id| digest(id.as_bytes())).collect()
    }

    /// How many posts there were when they were counted last.
    #[must_use]
    pub fn census(&self) -> &Census {
        &self.census
    }

    /// Since when a loss stands that nobody has confirmed.
    #[must_use]
    pub fn loss(&self) -> Option<DateTime<Utc>> {
        self.loss
    }

    /// Takes down how many posts there are, none of them lost.
    pub fn count(&mut self, census: Census) {
        if census != self.census || self.loss.is_some() {
            (self.census, self.loss) = (census, None);
            self.changes.census = true;
        }
    }

    /// Takes down that posts are lost, if that is new.
    pub fn note_loss(&mut self, now: DateTime<Utc>) -> DateTime<Utc> {
        self.changes.census |= self.loss.is_none();
        *self.loss.get_or_insert(now)
    }

    /// What is to be kept before anything is published, and whether it must outlive a loss of power.
    #[must_use]
    pub fn unkept(&self) -> (Vec<Record>, bool) {
        let of_path = |path: &Arc<str>| match self.entries.get(path) {
            Some(entry) => Record::Known(path.clone(), Box::new(entry.clone())),
            None => Record::Forgotten(path.clone()),
        };
        let mut records: Vec<Record> = self.changes.paths.iter().map(of_path).collect();
        if !self.changes.seen.is_empty() {
            records.push(Record::Seen(self.changes.seen.clone()));
        }
        if self.changes.census {
            records.extend([Record::Census(self.census.clone()), Record::Loss(self.loss)]);
        }
        (records, self.changes.are_vital)
    }

    /// All that there is to keep, in few words.
    pub fn records(&self) -> impl Iterator<Item = Record> {
        let known: BTreeMap<&Arc<str>, &Entry> = self.entries.iter().collect();
        let known = known.into_iter().map(|(path, entry)| Record::Known(path.clone(), Box::new(entry.clone())));
        let mut seen: Vec<u64> = self.seen.iter().copied().collect();
        seen.sort_unstable();
        let seen = Record::Seen(seen);
        known.chain([seen, Record::Census(self.census.clone()), Record::Loss(self.loss)])
    }

    /// What was to be kept is.
    pub fn kept(&mut self) {
        self.changes = Changes::default();
    }

    /// Gives a new file the entry of the one that it was before it moved.
    fn recognise(&mut self, post: &Post) {
        if let Some(entry) = self.entries.get(&post.path) {
            let is_other = self.gone.remove(&post.path, entry) && !entry.is_alike(post);
            if !is_other {
                return;
            }
            self.take(&post.path);
            self.changes.note(&post.path);
        } else {
            let path = digest(post.path.as_bytes());
            if !self.seen.insert(path) {
                return;
            }
            self.changes.seen.push(path);
        }
        let Some(former) = self.gone.find(post) else { return };
        let Some(mut entry) = self.take(&former) else { return };
        entry.keeps_date = !post.says.date && entry.published != post.published;
        self.insert(post.path.clone(), entry);
        self.changes.note(&former);
        self.changes.note(&post.path);
    }

    /// The id of a post that nobody knows, where somebody knows another post by the one that was made for it.
    fn free(&self, post: &Post) -> Option<String> {
        let is_taken = |id: &str| self.holders.get(id).is_some_and(|holder| !self.gone.holds(holder));
        let made = &post.id;
        if !is_taken(made) {
            return None;
        }
        let separator = if made.contains('#') { '-' } else { '#' };
        // one more than there are holders cannot all be taken
        let numbers = 2..=self.holders.len() + 2;
        numbers.map(|number| format!("{made}{separator}{number}")).find(|id| !is_taken(id))
    }

    fn insert(&mut self, path: Arc<str>, entry: Entry) {
        self.take(&path);
        if !entry.id.is_empty() {
            self.holders.insert(entry.id.clone(), path.clone());
        }
        self.entries.insert(path, entry);
    }

    fn take(&mut self, path: &str) -> Option<Entry> {
        let entry = self.entries.remove(path)?;
        self.gone.remove(path, &entry);
        if self.holders.get(&entry.id).is_some_and(|holder| **holder == *path) {
            self.holders.remove(&entry.id);
        }
        Some(entry)
    }
}

impl Changes {
    fn note(&mut self, path: &Arc<str>) {
        self.paths.insert(path.clone());
        self.are_vital = true;
    }
}
