//! One build, its stages on one screen: changes -> site -> feeds -> artifacts.
//!
//! In: what became of files ([`Change`]), `now`, and a way to get a file's bytes again. Out: [`Plans`], for each of them an
//! [`Artifact`](crate::feed::Artifact), and all [`Problem`]s. It keeps what the next build needs, so that a change costs what
//! it touches. It reads and writes nothing itself.
//!
//! - `asked`: what bodies asked of the blog around them
//! - `shelf`: sketches -> the posts that they are of, read again
//! - `render`: posts -> bodies
//! - `standing`: what of published feeds stands
//! - `make`: a plan and rendered bodies -> the bytes of a feed
//! - `told`: everything that is wrong
//! - `memo`: what is known of posts, for a later run

mod asked;
mod make;
mod memo;
mod render;
mod shelf;
mod standing;
mod told;

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use chrono::{DateTime, SubsecRound, Utc};
use rayon::prelude::*;

use self::asked::Asked;
pub use self::make::Verdict;
pub use self::memo::{Memo, Places, Recalled};
use self::shelf::{Shelf, updates_of};
pub use self::standing::Standing;
pub use self::told::Told;
use crate::cache::{Cache, Shown};
use crate::config::Config;
use crate::feed::Verifier;
use crate::feed::select::{self, Plan};
use crate::generator::Generator;
use crate::ledger::{Ledger, Policy};
use crate::post::{Parsed, Post};
use crate::problem::{Problem, Severity};
use crate::site::{Site, Sketch};
use crate::subscription;

/// What happened to a file.
#[derive(Debug)]
pub enum Change {
    /// It was read.
    Read(Arc<str>, Parsed),
    /// It is no more.
    Gone(Arc<str>),
}

/// A way to the files of posts, and of the blogs around them.
pub trait Reader: Sync {
    /// What a post's file is read as now, and its bytes; `None` when it cannot be read. `source`: which of the
    /// configured folders it is in.
    fn post(&self, path: &str, source: usize) -> Option<(Parsed, Vec<u8>)>;

    /// The text of a file of the blog that this folder of posts belongs to, by its path below the blog's folder.
    fn text(&self, source: usize, path: &str) -> Option<String>;
}

/// Files of posts alone.
impl<F: Fn(&str) -> Option<(Parsed, Vec<u8>)> + Sync> Reader for F {
    fn post(&self, path: &str, _: usize) -> Option<(Parsed, Vec<u8>)> {
        self(path)
    }

    fn text(&self, _: usize, _: &str) -> Option<String> {
        None
    }
}

/// A way to the feeds that are published. `fingerprint`: of the [`Plan`] that one was made by.
pub trait Published: Sync {
    /// Whether the feed at this path is published as it would be made. Asked only where nothing speaks against it.
    fn stands(&self, path: &str, fingerprint: u64) -> bool;

    /// The bytes of the feed at this path, if they are still the ones that were published.
    fn feed(&self, path: &str, fingerprint: u64) -> Option<Vec<u8>>;
}

/// That nothing is published, or that it does not count.
#[derive(Debug, Clone, Copy)]
pub struct Unpublished;

impl Published for Unpublished {
    fn stands(&self, _: &str, _: u64) -> bool {
        false
    }

    fn feed(&self, _: &str, _: u64) -> Option<Vec<u8>> {
        None
    }
}

/// What is to be done.
#[derive(Debug, Default)]
pub struct Plans {
    /// Feeds that may have changed, to be made.
    pub feeds: Vec<Plan>,
    /// Paths of feeds that are published already as they would be made.
    pub published: Vec<String>,
    /// Paths of feeds that are no more.
    pub gone: Vec<String>,
    /// What of those that are to be made is taken over from what is published.
    pub standing: Standing,
}

/// How planning ended.
#[derive(Debug)]
pub enum Outcome {
    /// With all bodies at hand that the plans need.
    Planned(Plans),
    /// These files have changed since they were read; read them again, then plan again.
    Stale(Vec<Arc<str>>),
}

/// A feed as it was made last.
#[derive(Debug)]
struct Made {
    /// That of its plan.
    fingerprint: u64,
    members: Vec<Member>,
    bytes: usize,
}

/// A post in a feed: its path, and the fingerprint of the version that is there.
type Member = (Arc<str>, u64);

/// Everything that builds share.
#[derive(Debug)]
pub struct Pipeline {
    config: Arc<Config>,
    /// Those of the folders of posts, in their order.
    generators: Vec<Arc<Generator>>,
    /// The configuration file as people name it.
    name: String,
    site: Site,
    cache: Cache,
    verifier: Verifier,
    made: BTreeMap<String, Made>,
    told: BTreeMap<Arc<str>, Told>,
    /// What bodies asked, by post.
    asked: BTreeMap<Arc<str>, Asked>,
    /// Posts whose bodies asked something in an earlier run: what, is not known.
    unasked: HashSet<Arc<str>>,
    /// Posts whose bodies had to be made again since a plan came to its end.
    remade: HashSet<Arc<str>>,
    /// Problems of feeds as wholes, by path.
    unfit: BTreeMap<String, Problem>,
    folders: Vec<Problem>,
    ledger: Ledger,
}

impl Pipeline {
    /// A pipeline that knows no post yet. `generators`: those of the folders of posts; `name`: the configuration
    /// file as people name it.
    #[must_use]
    pub fn new(config: Arc<Config>, generators: Vec<Arc<Generator>>, name: &str, now: DateTime<Utc>) -> Self {
        Self {
            site: Site::new(config.site.language.clone(), now)
                .grouped_by(config.feeds.iter().filter_map(|feed| feed.per)),
            config,
            generators,
            name: name.to_owned(),
            cache: Cache::default(),
            verifier: Verifier::default(),
            made: BTreeMap::new(),
            told: BTreeMap::new(),
            asked: BTreeMap::new(),
            unasked: HashSet::new(),
            remade: HashSet::new(),
            unfit: BTreeMap::new(),
            folders: Vec::new(),
            ledger: Ledger::default(),
        }
    }

    /// The same, by what subscribers know already.
    #[must_use]
    pub fn with_ledger(self, ledger: Ledger) -> Self {
        Self { ledger, ..self }
    }

    /// Makes room for what is to be known of so many files.
    pub fn expect(&mut self, files: usize) {
        self.ledger.expect(files);
    }

    /// Takes in what happened to files. A post that breaks stays as it last was good, as long as a feed shows it.
    pub fn absorb(&mut self, changes: impl IntoIterator<Item = Change>, now: DateTime<Utc>) {
        let posts = self.sketch(changes, now);
        self.put(posts);
    }

    /// As [`absorb`](Self::absorb), but posts that are new or differ are left to be [put](Self::put): many at once cost
    /// less.
    pub fn sketch(&mut self, changes: impl IntoIterator<Item = Change>, now: DateTime<Utc>) -> Vec<Arc<Sketch>> {
        let now = now.trunc_subsecs(0).with_timezone(&self.config.site.timezone).fixed_offset();
        let mut sketches = Vec::new();
        for change in changes {
            match change {
                Change::Gone(path) => {
                    self.told.remove(&path);
                    self.site.remove(&path);
                    self.ledger.lose(&path);
                }
                Change::Read(path, Parsed::Post(mut post, problems)) => {
                    let updates = updates_of(&self.config, post.source);
                    self.ledger.settle(&mut post, Policy { updates, now });
                    let sketch = self.site.sketch(&post);
                    if self.site.post(&path).is_none_or(|known| **known != sketch) {
                        self.told.remove(&path);
                        sketches.push(Arc::new(sketch));
                    }
                    self.note_reading(path, problems);
                }
                Change::Read(path, Parsed::PassedOver(problem)) if !self.is_kept(&path) => {
                    self.told.insert(path.clone(), Told { reading: vec![problem], ..Told::default() });
                    self.site.remove(&path);
                }
                Change::Read(path, Parsed::PassedOver(problem)) => {
                    // It was a post, and nobody meant it to be none.
                    let problem = Problem { severity: Severity::Error, ..problem };
                    self.told.entry(path).or_default().reading = vec![problem];
                }
                Change::Read(path, Parsed::Broken(problems)) => {
                    if !self.is_kept(&path) {
                        self.site.remove(&path);
                    }
                    self.told.entry(path).or_default().reading = problems;
                }
            }
        }
        sketches
    }

    /// Puts [sketched](Self::sketch) posts where they belong, each of another path.
    pub fn put(&mut self, posts: Vec<Arc<Sketch>>) {
        self.site.put_all(posts);
    }

    /// Takes note of what could be better about a file: of most there is nothing.
    fn note_reading(&mut self, path: Arc<str>, problems: Vec<Problem>) {
        if !problems.is_empty() || self.told.contains_key(&path) {
            self.told.entry(path).or_default().reading = problems;
        }
    }

    /// Posts that are shown as they last were good.
    pub fn kept(&self) -> impl Iterator<Item = &Shown> {
        let broken = self.told.keys().filter(|path| self.is_last_good(path));
        broken.filter_map(|path| self.cache.get(self.site.post(path)?))
    }

    /// Takes over a post as it last was good, for the case that it still is broken when it is read.
    pub fn keep(&mut self, shown: Shown) {
        self.site.put(&shown.post);
        self.cache.keep(shown);
    }

    /// Whether the file of this path is broken, and its post stays as it last was good.
    #[must_use]
    pub fn is_last_good(&self, path: &str) -> bool {
        self.told.get(path).is_some_and(Told::is_broken) && self.site.post(path).is_some()
    }

    /// Whether this post can be shown though its file cannot be read any more.
    #[must_use]
    pub fn is_kept(&self, path: &str) -> bool {
        self.shown(path).is_some()
    }

    /// What subscribers know.
    #[must_use]
    pub fn ledger(&mut self) -> &mut Ledger {
        &mut self.ledger
    }

    /// Where no earlier build kept anything: the posts stay as what these entries of our own feeds show of them.
    pub fn read_back(&mut self, published: &[subscription::Entry], reader: &dyn Reader) {
        if published.is_empty() {
            return;
        }
        let posts = self.posts(reader);
        let config = self.config.clone();
        for post in self.ledger.read_back(published, &posts, &|post| updates_of(&config, post.source)) {
            self.site.put(&post);
        }
    }

    /// Takes note of what is wrong with folders; it is told until the next time.
    pub fn note_folders(&mut self, problems: Vec<Problem>) {
        self.folders = problems;
    }

    /// Says that the clock is doubted: see [`Site::doubt`].
    pub fn doubt_clock(&mut self, expires_until: Option<DateTime<Utc>>) {
        self.site.doubt(expires_until);
    }

    /// Plans what is touched by changes and by time, and renders the bodies for it.
    pub fn plan(&mut self, now: DateTime<Utc>, reader: &dyn Reader, published: &dyn Published) -> Outcome {
        self.site.advance(now);
        let mut stale = self.name_claims(reader);
        self.outdate(reader);
        let touched = self.site.take_touched();
        let (plans, gone) = select::plan(&self.config, &self.site, &touched);
        let stands = |plan: &Plan| self.is_remade_alike(plan) && published.stands(&plan.path, plan.fingerprint);
        let (unchanged, feeds): (Vec<Plan>, Vec<Plan>) = plans.into_iter().partition(stands);
        let standing = self.standing(&feeds, published);
        stale.extend(self.render(feeds.iter().flat_map(|plan| standing.missing(plan)), reader));
        if !stale.is_empty() {
            self.site.touch(touched);
            return Outcome::Stale(stale);
        }
        self.remade.clear();
        self.show(feeds.iter().chain(&unchanged), &gone);
        let published = unchanged.into_iter().map(|plan| plan.path).collect();
        Outcome::Planned(Plans { feeds, published, gone, standing })
    }

    /// Whether nothing but what its fingerprint tells can have made another feed of a plan.
    fn is_remade_alike(&self, plan: &Plan) -> bool {
        plan.posts.iter().all(|path| self.is_as_it_was(path)) && !self.unfit.contains_key(&plan.path)
    }

    /// Whether nothing but what its fingerprint tells can have made another entry of a post.
    fn is_as_it_was(&self, path: &Arc<str>) -> bool {
        !self.cache.is_stale(path) && !self.unasked.contains(path) && !self.remade.contains(path)
    }

    /// Reads again what posts claim that another one claims, too: for who is told.
    fn name_claims(&mut self, reader: &dyn Reader) -> Vec<Arc<str>> {
        let mut stale = Vec::new();
        for path in self.site.unnamed_claims() {
            let post = self.site.post(&path).and_then(|post| self.shelf(reader).post(post));
            match post {
                Some(post) => self.site.name_claims(&post),
                None => stale.push(path),
            }
        }
        stale
    }

    /// Takes down that subscribers will know the posts of these plans.
    pub fn record(&mut self, plans: &Plans) {
        let mut done = foldhash::HashSet::default();
        for path in plans.feeds.iter().flat_map(|plan| &plan.posts).filter(|path| done.insert(*path)) {
            let Some(shown) = self.site.post(path).and_then(|post| self.cache.get(post)) else { continue };
            if self.ledger.record(&shown.post) {
                self.site.know(path);
            }
        }
    }

    /// Says that nothing of what was built before was published: the next build makes every feed.
    pub fn touch_everything(&mut self) {
        let all = self.site.groups().map(|(key, _)| key.clone()).collect();
        self.site.touch(all);
    }

    /// The posts.
    #[must_use]
    pub fn site(&self) -> &Site {
        &self.site
    }

    /// The posts that are out, newest first, read again: they may be many. Without those whose files have changed.
    #[must_use]
    pub fn posts(&self, reader: &dyn Reader) -> Vec<Arc<Post>> {
        let sketches: Vec<&Arc<Sketch>> = self.site.newest().collect();
        let shelf = self.shelf(reader);
        sketches.into_par_iter().filter_map(|sketch| shelf.post(sketch)).collect()
    }

    /// The post of this path, read again; `None` when there is none, or its file has changed.
    #[must_use]
    pub fn post(&self, path: &str, reader: &dyn Reader) -> Option<Arc<Post>> {
        self.shelf(reader).post(self.site.post(path)?)
    }

    fn shelf<'a>(&'a self, reader: &'a dyn Reader) -> Shelf<'a> {
        Shelf { config: &self.config, ledger: &self.ledger, cache: &self.cache, reader }
    }

    /// A post with its body, when that is rendered.
    #[must_use]
    pub fn shown(&self, path: &str) -> Option<&Shown> {
        self.cache.get(self.site.post(path)?)
    }

    /// Whether any feed shows the post of this path.
    #[must_use]
    pub fn shows(&self, path: &str) -> bool {
        self.cache.is_shown(path)
    }

    /// How many posts feeds show.
    #[must_use]
    pub fn shown_posts(&self) -> usize {
        self.cache.shown()
    }

    /// Whether there is a feed at this path.
    #[must_use]
    pub fn makes(&self, path: &str) -> bool {
        self.made.contains_key(path)
    }

    /// The paths of all feeds that there are.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.made.keys().map(String::as_str)
    }

    /// Keeps the bodies that feeds will show, and drops those that none does any more.
    fn show<'a>(&mut self, plans: impl Iterator<Item = &'a Plan>, gone: &[String]) {
        let mut hidden = Vec::new();
        for plan in plans {
            plan.posts.iter().for_each(|path| self.cache.show(path));
            let version = |path: &Arc<str>| self.site.post(path).map_or(0, |post| post.fingerprint);
            let members = plan.posts.iter().map(|path| (path.clone(), version(path))).collect();
            let bytes = self.made.get(&plan.path).map_or(0, |made| made.bytes);
            hidden.extend(self.made.insert(plan.path.clone(), Made { fingerprint: plan.fingerprint, members, bytes }));
        }
        for path in gone {
            self.unfit.remove(path);
            hidden.extend(self.made.remove(path));
        }
        let hidden: Vec<Arc<str>> = hidden.into_iter().flat_map(|made| made.members).map(|(path, _)| path).collect();
        hidden.iter().for_each(|path| self.cache.hide(path));
        self.cache.sweep(&hidden);
    }
}
