//! All posts, in order: which are out now, which are held back, and when that changes next.
//!
//! In: posts put and removed, and `now`. Out: groups of posts, newest first, and which groups a
//! change touched. A change costs what it touches (times a logarithm); nothing here looks at all
//! posts.
//!
//! - `claims`: who has a URL or an id
//! - `names`: posts by the ends of their paths
//! - `group`: what posts are grouped by, and names that are safe in a path
//! - `term`: names that posts have in common, kept once
//! - `sketch`: what is kept of a post

mod claims;
mod group;
mod names;
mod sketch;
mod term;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, OnceLock};

use chrono::{DateTime, Utc};
use foldhash::HashMap;
use rayon::prelude::*;

pub use group::{Group, GroupKey, safe_name};
pub use sketch::Sketch;
pub use term::Term;

use self::claims::Claims;
use self::names::Names;
use self::term::Terms;
use crate::config::Per;
use crate::post::{Post, Standing, digest};
use crate::problem::Problem;

/// Posts that join a group, newest first, by how they write its name.
type Joining = Vec<(String, Vec<Arc<Sketch>>)>;

/// Posts by what they have in common, that by where it is in memory.
type ByTerm = HashMap<usize, (Arc<Term>, Vec<Arc<Sketch>>)>;

/// So many posts are worth another core.
const MANY: usize = 8192;

/// All posts.
#[derive(Debug)]
pub struct Site {
    now: DateTime<Utc>,
    /// Up to when posts have expired: `now`, unless that is doubted.
    expired: DateTime<Utc>,
    /// Where `now` is doubted: they expire up to here at most.
    doubt: Option<DateTime<Utc>>,
    language: Option<String>,
    posts: HashMap<Arc<str>, Arc<Sketch>>,
    terms: Terms,
    /// What will happen by itself: a post comes out, or goes.
    due: BTreeSet<(DateTime<Utc>, Arc<str>)>,
    urls: Claims,
    ids: Claims,
    groups: BTreeMap<GroupKey, Group>,
    /// By what posts are grouped; `None`: by everything.
    kinds: Option<BTreeSet<Per>>,
    touched: BTreeSet<GroupKey>,
    /// Made when it is asked for.
    names: OnceLock<Names>,
    version: u64,
}

impl Site {
    /// A site without posts. `language`: of posts that name none.
    #[must_use]
    pub fn new(language: Option<String>, now: DateTime<Utc>) -> Self {
        Self {
            now,
            expired: now,
            doubt: None,
            language,
            posts: HashMap::default(),
            terms: Terms::default(),
            due: BTreeSet::new(),
            urls: Claims::default(),
            ids: Claims::default(),
            groups: BTreeMap::from([(GroupKey::All, Group::default())]),
            touched: BTreeSet::from([GroupKey::All]),
            kinds: None,
            names: OnceLock::new(),
            version: 0,
        }
    }

    /// The same, in which posts are grouped by these alone.
    #[must_use]
    pub fn grouped_by(self, kinds: impl IntoIterator<Item = Per>) -> Self {
        Self { kinds: Some(kinds.into_iter().collect()), ..self }
    }

    /// What would be kept of a post.
    pub fn sketch(&mut self, post: &Post) -> Sketch {
        let names = sketch::names_of(post, self.language.as_deref());
        let mut terms: Vec<Arc<Term>> = Vec::with_capacity(names.size_hint().0);
        for (per, name) in names {
            let term = self.terms.get(per, name);
            if !terms.iter().any(|other| other.key == term.key) {
                terms.push(term);
            }
        }
        Sketch::of(post, terms.into())
    }

    /// Everything that posts have in common.
    pub fn terms(&self) -> impl Iterator<Item = &Arc<Term>> {
        self.terms.all()
    }

    /// What posts have in common that are [put](Self::put_all) next, by kind and name.
    pub fn intern<'a>(&mut self, names: impl IntoIterator<Item = (Per, &'a str)>) -> Vec<Arc<Term>> {
        names.into_iter().map(|(per, name)| self.terms.get(per, name)).collect()
    }

    /// Takes in a post, new or in place of its former version.
    pub fn put(&mut self, post: &Post) {
        let sketch = self.sketch(post);
        self.put_all(vec![Arc::new(sketch)]);
    }

    /// Takes in many posts, each of another path.
    pub fn put_all(&mut self, sketches: Vec<Arc<Sketch>>) {
        if !self.posts.is_empty() {
            sketches.iter().for_each(|sketch| self.remove(&sketch.path));
        }
        let former = self.now.min(self.expired);
        for sketch in &sketches {
            let instants = [Some(sketch.published), sketch.expires].into_iter().flatten();
            self.due.extend(instants.filter(|instant| *instant > former).map(|instant| (instant, sketch.path.clone())));
        }
        self.version += sketches.len() as u64;
        self.names = OnceLock::new();
        let out: Vec<Arc<Sketch>> = sketches.iter().filter(|sketch| self.is_out(sketch)).cloned().collect();
        let (posts, urls, ids) = (&mut self.posts, &mut self.urls, &mut self.ids);
        rayon::join(
            || posts.extend(sketches.into_iter().map(|sketch| (sketch.path.clone(), sketch))),
            || stake(urls, ids, &out),
        );
        self.admit(out);
    }

    /// Forgets the post of this path, if there is one.
    pub fn remove(&mut self, path: &str) {
        let Some(post) = self.posts.get(path).cloned() else { return };
        for instant in [Some(post.published), post.expires].into_iter().flatten() {
            self.due.remove(&(instant, post.path.clone()));
        }
        self.leave(&post);
        self.posts.remove(path);
        self.names = OnceLock::new();
        self.version += 1;
        if let Some(post) = Arc::into_inner(post) {
            self.terms.release(&post.terms);
        }
    }

    /// Says that the next `now` is doubted: posts expire up to this instant at most; `None`: it is not.
    pub fn doubt(&mut self, until: Option<DateTime<Utc>>) {
        self.doubt = until;
    }

    /// Moves the clock: posts that have become due come out, expired ones go. A clock that is set back takes nothing
    /// back.
    pub fn advance(&mut self, now: DateTime<Utc>) {
        let expired = self.doubt.map_or(now, |doubt| doubt.min(now));
        let former = std::mem::replace(&mut self.now, now).min(std::mem::replace(&mut self.expired, expired));
        if now <= former {
            return;
        }
        let span = self.due.range((former, Arc::from(""))..).take_while(|(instant, _)| *instant <= now);
        for path in span.map(|(_, path)| path.clone()).collect::<Vec<_>>() {
            let post = self.posts[&path].clone();
            self.version += 1;
            if !self.is_out(&post) {
                self.leave(&post);
            } else if !self.is_listed(&post) {
                self.enter(vec![post]);
            }
        }
        self.due = self.due.split_off(&(now.min(self.expired), Arc::from("")));
    }

    /// Subscribers know this post now: it stays out, and no other takes its URL or id.
    pub fn know(&mut self, path: &str) {
        let Some(former) = self.posts.get(path).filter(|post| post.standing == Standing::New).cloned() else { return };
        let post = Arc::new(Sketch { standing: Standing::Known, ..Sketch::clone(&former) });
        self.posts.insert(post.path.clone(), post.clone());
        if self.is_out(&post) {
            for (claims, key) in [(&mut self.urls, former.url), (&mut self.ids, former.id)] {
                claims.stake(key, &post);
                claims.give_up(key, &former);
            }
            if !self.is_listed(&post) {
                self.enter(vec![post]);
            }
        }
    }

    /// When something comes out or goes next.
    #[must_use]
    pub fn next_due(&self) -> Option<DateTime<Utc>> {
        self.next().map(|(instant, _)| instant)
    }

    /// What comes out or goes next, and when.
    #[must_use]
    pub fn next(&self) -> Option<(DateTime<Utc>, &Arc<Sketch>)> {
        let later = self.due.range((self.now, Arc::from(""))..).filter(|(instant, _)| *instant > self.now);
        let (instant, path) =
            later.map(|(instant, path)| (*instant, path)).find(|(_, path)| !self.is_withheld(path))?;
        Some((instant, self.post(path)?))
    }

    /// The post of this path, out or not.
    #[must_use]
    pub fn post(&self, path: &str) -> Option<&Arc<Sketch>> {
        self.posts.get(path)
    }

    /// The post that a reference means, out or not: a path, or the end of one in whole names.
    #[must_use]
    pub fn find(&self, reference: &str) -> Option<&Arc<Sketch>> {
        self.names().find(reference).and_then(|path| self.post(path))
    }

    /// How many posts a reference may mean, out or not.
    #[must_use]
    pub fn count(&self, reference: &str) -> usize {
        self.names().count(reference)
    }

    fn names(&self) -> &Names {
        self.names.get_or_init(|| Names::of(self.posts.keys()))
    }

    /// Another number, other posts, or others of them are out.
    #[must_use]
    pub fn version(&self) -> u64 {
        self.version
    }

    /// Says that the groups of a post are still to be looked at.
    pub fn touch_post(&mut self, path: &str) {
        if let Some(post) = self.posts.get(path).filter(|post| self.is_listed(post)) {
            self.touched.insert(GroupKey::All);
            self.touched.extend(post.terms.iter().map(|term| term.key.clone()));
        }
    }

    /// How many posts are held back: drafts, unlisted, scheduled and expired ones.
    #[must_use]
    pub fn held(&self) -> usize {
        self.posts.len() - self.urls.len() // who is out claims its URL, and nobody else does
    }

    /// How many posts are out.
    #[must_use]
    pub fn live(&self) -> usize {
        self.group(&GroupKey::All).map_or(0, Group::len)
    }

    /// Every group that has a post, and `All`.
    pub fn groups(&self) -> impl Iterator<Item = (&GroupKey, &Group)> {
        self.groups.iter()
    }

    /// One group.
    #[must_use]
    pub fn group(&self, key: &GroupKey) -> Option<&Group> {
        self.groups.get(key)
    }

    /// The posts of a group, newest first.
    pub fn members<'a>(&'a self, group: &'a Group) -> impl Iterator<Item = &'a Arc<Sketch>> {
        group.members().filter_map(|post| self.posts.get(&post.path))
    }

    /// All posts that are out, newest first.
    pub fn newest(&self) -> impl Iterator<Item = &Arc<Sketch>> {
        self.group(&GroupKey::All).into_iter().flat_map(|all| self.members(all))
    }

    /// The time that it is for this site.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        self.now
    }

    /// The groups that have changed since this was asked last.
    pub fn take_touched(&mut self) -> BTreeSet<GroupKey> {
        std::mem::take(&mut self.touched)
    }

    /// Says that these groups are still to be looked at.
    pub fn touch(&mut self, groups: BTreeSet<GroupKey>) {
        self.touched.extend(groups);
    }

    /// Posts that know what is claimed where more than one claims it: see [`name_claims`](Self::name_claims).
    #[must_use]
    pub fn unnamed_claims(&self) -> BTreeSet<Arc<str>> {
        self.urls.unnamed().chain(self.ids.unnamed()).cloned().collect()
    }

    /// Says what a post claims, for the case that another one claims it, too.
    pub fn name_claims(&mut self, post: &Post) {
        self.urls.name(digest(post.url.as_bytes()), &post.url);
        self.ids.name(digest(post.id.as_bytes()), &post.id);
    }

    /// Whether another post claims the URL or the id of this one.
    #[must_use]
    pub fn is_contested(&self, post: &Sketch) -> bool {
        self.urls.is_contested(post.url) || self.ids.is_contested(post.id)
    }

    /// Posts that share a URL or an id with an older one and are left out for it.
    #[must_use]
    pub fn collisions(&self) -> Vec<Problem> {
        let urls = self.urls.collisions("URL", "give one of them another `slug` or `permalink`");
        let mut problems: Vec<Problem> = urls.collect();
        let told: BTreeSet<String> = problems.iter().map(|problem| problem.path.clone()).collect();
        let ids = self.ids.collisions("id", "give one of them an `id` of its own");
        problems.extend(ids.filter(|problem| !told.contains(&problem.path)));
        problems.sort();
        problems
    }

    /// Whether time and author let it out.
    fn is_out(&self, post: &Sketch) -> bool {
        !post.draft
            && post.listed
            && (post.published <= self.now || !post.waits || post.standing == Standing::Known)
            && post.expires.is_none_or(|expires| expires > self.expired)
    }

    /// Whether no passing of time lets it out.
    fn is_withheld(&self, path: &str) -> bool {
        self.posts.get(path).is_none_or(|post| post.draft || !post.listed)
    }

    /// Whether the post is out, and no other has its URL or id.
    fn is_listed(&self, post: &Arc<Sketch>) -> bool {
        self.group(&GroupKey::All).is_some_and(|all| all.has(post))
    }

    /// Whether posts are grouped by what this term is.
    fn groups_by(&self, term: &Term) -> bool {
        let GroupKey::Of(per, _) = &term.key else { return true };
        self.kinds.as_ref().is_none_or(|kinds| kinds.contains(per))
    }

    /// Stakes the claims of posts that are not listed, and lists those that win them.
    fn enter(&mut self, posts: Vec<Arc<Sketch>>) {
        stake(&mut self.urls, &mut self.ids, &posts);
        self.admit(posts);
    }

    /// Lists those of the posts that win what they claim.
    fn admit(&mut self, posts: Vec<Arc<Sketch>>) {
        let (contested, sole): (Vec<_>, Vec<_>) = posts.into_iter().partition(|post| self.is_contested(post));
        self.list(sole);
        contested.iter().for_each(|post| self.settle_rivals(post));
    }

    /// Takes the post off the lists and gives up its claims.
    fn leave(&mut self, post: &Arc<Sketch>) {
        self.unlist(post);
        self.urls.give_up(post.url, post);
        self.ids.give_up(post.id, post);
        self.settle_rivals(post);
    }

    /// Lists or unlists whoever claims the same URL or id.
    fn settle_rivals(&mut self, post: &Sketch) {
        let rivals: BTreeSet<Arc<str>> = self.urls.rivals(post.url).chain(self.ids.rivals(post.id)).cloned().collect();
        for path in rivals {
            let rival = self.posts[&path].clone();
            let wins = self.urls.is_won_by(rival.url, &path) && self.ids.is_won_by(rival.id, &path);
            if !wins {
                self.unlist(&rival);
            } else if !self.is_listed(&rival) {
                self.list(vec![rival]);
            }
        }
    }

    fn list(&mut self, mut posts: Vec<Arc<Sketch>>) {
        if posts.is_empty() {
            return;
        }
        posts.par_sort_unstable_by(|a, b| group::newest_first(a, b));
        let mut all = self.groups.remove(&GroupKey::All).unwrap_or_default();
        rayon::join(|| all.extend("", posts.clone()), || self.list_by_term(&posts));
        self.groups.insert(GroupKey::All, all);
        self.touched.insert(GroupKey::All);
    }

    /// Takes posts, newest first, into the groups of their terms.
    fn list_by_term(&mut self, posts: &[Arc<Sketch>]) {
        let parts: Vec<ByTerm> = posts.par_chunks(MANY).with_max_len(1).map(|posts| self.by_term(posts)).collect();
        let mut by_term = ByTerm::default();
        for (address, (term, posts)) in parts.into_iter().flatten() {
            by_term.entry(address).or_insert_with(|| (term, Vec::new())).1.extend(posts);
        }
        let mut joining: BTreeMap<GroupKey, Joining> = BTreeMap::new();
        for (term, posts) in by_term.into_values() {
            joining.entry(term.key.clone()).or_default().push((term.name.clone(), posts));
        }
        self.touched.extend(joining.keys().cloned());
        let joining =
            joining.into_iter().map(|(key, posts)| (self.groups.remove(&key).unwrap_or_default(), key, posts));
        let joining: Vec<(Group, GroupKey, Joining)> = joining.collect();
        self.groups.par_extend(joining.into_par_iter().with_max_len(1).map(|(mut group, key, posts)| {
            posts.into_iter().for_each(|(name, posts)| group.extend(&name, posts));
            (key, group)
        }));
    }

    fn by_term(&self, posts: &[Arc<Sketch>]) -> ByTerm {
        let mut by_term = ByTerm::default();
        for post in posts {
            for term in post.terms.iter().filter(|term| self.groups_by(term)) {
                let (_, posts) = by_term.entry(Arc::as_ptr(term).addr()).or_insert_with(|| (term.clone(), Vec::new()));
                posts.push(post.clone());
            }
        }
        by_term
    }

    fn unlist(&mut self, post: &Arc<Sketch>) {
        if !self.is_listed(post) {
            return;
        }
        self.part(GroupKey::All, "", post);
        for term in post.terms.iter().filter(|term| self.groups_by(term)).cloned().collect::<Vec<_>>() {
            self.part(term.key.clone(), &term.name, post);
        }
    }

    fn part(&mut self, key: GroupKey, name: &str, post: &Arc<Sketch>) {
        let group = self.groups.entry(key.clone()).or_default();
        group.remove(post, name);
        if group.is_empty() && key != GroupKey::All {
            self.groups.remove(&key);
        }
        self.touched.insert(key);
    }
}

/// Stakes the claims of posts, those of either kind at once.
fn stake(urls: &mut Claims, ids: &mut Claims, posts: &[Arc<Sketch>]) {
    rayon::join(|| urls.stake_all(posts, |post| post.url), || ids.stake_all(posts, |post| post.id));
}

#[cfg(test)]
mod tests;
