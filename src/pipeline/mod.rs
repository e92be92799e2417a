//! One build, its stages on one screen: changes -> site -> feeds -> artifacts.
//!
//! In: what became of files ([`Change`]), `now`, and a way to get a file's bytes again. Out: [`Plans`],
//! for each of them an [`Artifact`], and all [`Problem`]s. It keeps what the next build needs, so that a change costs
//! what it touches. It reads and writes nothing itself.
//!
//! - `asked`: what bodies asked of the blog around them
//! - `make`: a plan and rendered bodies -> the bytes of a feed
//! - `told`: everything that is wrong

mod asked;
mod make;
mod told;

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, SubsecRound, Utc};
use rayon::prelude::*;
use url::Url;

use self::asked::{Asked, Asking};
use self::make::{Maker, Unfit};
use self::told::{Told, told_of};
use crate::cache::Cache;
use crate::config::{Config, Updates};
use crate::feed::Artifact;
use crate::feed::select::{self, Plan};
use crate::generator::Generator;
use crate::ledger::{Ledger, Policy};
use crate::markup::{self, Around, Body, Rendered};
use crate::post::{self, Parsed, Post, Version};
use crate::problem::{Problem, Severity};
use crate::site::{GroupKey, Site};
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
    /// The bytes of a post's file; `None` when it cannot be read.
    fn bytes(&self, post: &Post) -> Option<Vec<u8>>;

    /// The text of a file of the blog that a post belongs to, by its path below the blog's folder.
    fn text(&self, post: &Post, path: &str) -> Option<String>;
}

/// The bytes of posts alone.
impl<F: Fn(&Post) -> Option<Vec<u8>> + Sync> Reader for F {
    fn bytes(&self, post: &Post) -> Option<Vec<u8>> {
        self(post)
    }

    fn text(&self, _: &Post, _: &str) -> Option<String> {
        None
    }
}

/// What is to be done.
#[derive(Debug, Default)]
pub struct Plans {
    /// Feeds that may have changed, to be made.
    pub feeds: Vec<Plan>,
    /// Paths of feeds that are no more.
    pub gone: Vec<String>,
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
    members: Vec<Arc<str>>,
    bytes: usize,
}

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
    made: BTreeMap<String, Made>,
    told: BTreeMap<Arc<str>, Told>,
    /// What bodies asked, by post.
    asked: BTreeMap<Arc<str>, Asked>,
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
            site: Site::new(config.site.language.clone(), now),
            config,
            generators,
            name: name.to_owned(),
            cache: Cache::default(),
            made: BTreeMap::new(),
            told: BTreeMap::new(),
            asked: BTreeMap::new(),
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

    /// Takes in what happened to files. A post that breaks stays as it last was good, as long as a feed shows it.
    pub fn absorb(&mut self, changes: impl IntoIterator<Item = Change>, now: DateTime<Utc>) {
        let now = now.trunc_subsecs(0).with_timezone(&self.config.site.timezone).fixed_offset();
        for change in changes {
            match change {
                Change::Gone(path) => {
                    self.told.remove(&path);
                    self.site.remove(&path);
                    self.ledger.lose(&path);
                }
                Change::Read(path, Parsed::Post(mut post, problems)) => {
                    let updates = updates_of(&self.config, &post);
                    self.ledger.settle(&mut post, Policy { updates, now });
                    if self.site.post(&path).is_some_and(|known| **known == *post) {
                        self.told.entry(path).or_default().reading = problems;
                        continue;
                    }
                    self.told.insert(path, Told { reading: problems, ..Told::default() });
                    self.site.put(*post);
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
    }

    /// Posts that are shown as they last were good.
    pub fn kept(&self) -> impl Iterator<Item = (&Arc<Post>, &Arc<Rendered>)> {
        let broken = self.told.keys().filter(|path| self.is_last_good(path));
        broken.filter_map(|path| {
            let post = self.site.post(path)?;
            Some((post, self.cache.body(post)?))
        })
    }

    /// Takes over a post as it last was good, for the case that it still is broken when it is read.
    pub fn keep(&mut self, post: &Post, rendered: &Arc<Rendered>) {
        self.cache.keep(post, rendered.clone());
        self.site.put(post.clone());
    }

    /// Whether the file of this path is broken, and its post stays as it last was good.
    #[must_use]
    pub fn is_last_good(&self, path: &str) -> bool {
        self.told.get(path).is_some_and(Told::is_broken) && self.site.post(path).is_some()
    }

    /// Whether this post can be shown though its file cannot be read any more.
    fn is_kept(&self, path: &str) -> bool {
        self.site.post(path).is_some_and(|post| self.cache.body(post).is_some())
    }

    /// What subscribers know.
    #[must_use]
    pub fn ledger(&mut self) -> &mut Ledger {
        &mut self.ledger
    }

    /// Where no earlier build kept anything: the posts stay as what these entries of our own feeds show of them.
    pub fn read_back(&mut self, published: &[subscription::Entry]) {
        let posts = self.posts();
        let config = self.config.clone();
        for post in self.ledger.read_back(published, &posts, &|post| updates_of(&config, post)) {
            self.site.put(post);
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
    pub fn plan(&mut self, now: DateTime<Utc>, reader: &dyn Reader) -> Outcome {
        self.site.advance(now);
        self.outdate(reader);
        let touched = self.site.take_touched();
        let (feeds, gone) = select::plan(&self.config, &self.site, &touched);
        let stale = self.render(feeds.iter().flat_map(|plan| &plan.posts), reader);
        if !stale.is_empty() {
            self.site.touch(touched);
            return Outcome::Stale(stale);
        }
        self.show(&feeds, &gone);
        Outcome::Planned(Plans { feeds, gone })
    }

    /// Takes down that subscribers will know the posts of these plans.
    pub fn record(&mut self, plans: &Plans) {
        let posts = plans.feeds.iter().flat_map(|plan| &plan.posts);
        let news: Vec<&Arc<Post>> = posts.filter(|post| self.ledger.record(post)).collect();
        news.iter().for_each(|post| self.site.know(&post.path));
    }

    /// Makes some of the planned feeds; all of them at once could be more than fits into memory.
    pub fn make(&mut self, plans: &[Plan]) -> Vec<Artifact> {
        let maker = Maker { config: &self.config, cache: &self.cache };
        let made: Vec<Result<Artifact, Unfit>> = plans.par_iter().map(|plan| maker.make(plan)).collect();
        plans.iter().zip(made).filter_map(|(plan, made)| self.note(plan, made)).collect()
    }

    /// Says that nothing of what was built before was published: the next build makes every feed.
    pub fn touch_everything(&mut self) {
        let all = self.site.groups().map(|(key, _)| key.clone()).collect();
        self.site.touch(all);
    }

    /// Renders the bodies of all posts, for their problems.
    pub fn render_all(&mut self, reader: &dyn Reader) {
        let posts: Vec<Arc<Post>> = self.posts();
        self.render(posts.iter(), reader);
    }

    /// The posts.
    #[must_use]
    pub fn site(&self) -> &Site {
        &self.site
    }

    /// The posts that are out, newest first.
    #[must_use]
    pub fn posts(&self) -> Vec<Arc<Post>> {
        let all = self.site.group(&GroupKey::All);
        all.map(|all| self.site.members(all).cloned().collect()).unwrap_or_default()
    }

    /// The body of a post, when it is rendered.
    #[must_use]
    pub fn body(&self, post: &Post) -> Option<&Arc<Rendered>> {
        self.cache.body(post)
    }

    /// Whether any feed shows the post of this path.
    #[must_use]
    pub fn shows(&self, path: &str) -> bool {
        self.cache.holds(path)
    }

    /// The paths of all feeds that there are.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.made.keys().map(String::as_str)
    }

    /// Renders what is not rendered yet; the paths of files that are not as they were.
    fn render<'a>(&mut self, posts: impl Iterator<Item = &'a Arc<Post>>, reader: &dyn Reader) -> Vec<Arc<str>> {
        let missing = posts.filter(|post| self.cache.body(post).is_none());
        let missing: BTreeMap<&str, &Arc<Post>> = missing.map(|post| (&*post.path, post)).collect();
        let renderer = Renderer { config: &self.config, generators: &self.generators, site: &self.site, reader };
        let rendered: Vec<_> = missing
            .into_values()
            .collect::<Vec<&Arc<Post>>>()
            .into_par_iter()
            .map(|post| (post, renderer.render(post)))
            .collect();
        let mut stale = Vec::new();
        for (post, rendered) in rendered {
            let Some((rendered, asked)) = rendered else {
                stale.push(post.path.clone());
                continue;
            };
            let told = self.told.entry(post.path.clone()).or_default();
            told.body = rendered.notices.iter().map(|notice| told_of(post, notice)).collect();
            self.cache.keep(post, Arc::new(rendered));
            if asked.is_nothing() {
                self.asked.remove(&post.path);
            } else {
                self.asked.insert(post.path.clone(), asked);
            }
        }
        stale
    }

    /// Finds the bodies that would be others now, for what they asked of the blog; those of broken posts stay.
    fn outdate(&mut self, reader: &dyn Reader) {
        self.asked.retain(|path, _| self.cache.holds(path));
        for (path, asked) in &self.asked {
            let Some(post) = self.site.post(path).cloned() else { continue };
            if !self.told.get(path).is_some_and(Told::is_broken) && asked.differs(&post, &self.site, reader) {
                self.cache.outdate(path);
                self.site.touch_post(path);
            }
        }
    }

    /// Remembers what became of a plan.
    fn note(&mut self, plan: &Plan, made: Result<Artifact, Unfit>) -> Option<Artifact> {
        self.unfit.remove(&plan.path);
        let artifact = match made {
            Ok(artifact) => Some(artifact),
            Err(unfit) => {
                for (path, reason) in &unfit.culprits {
                    let message = format!("cannot be in the feed `{}`: {reason}", plan.path);
                    let problem = Problem::error(&**path, message).mend("please report this as a defect of Feedwright");
                    let told = self.told.entry(path.clone()).or_default();
                    if !told.feeds.contains(&problem) {
                        told.feeds.push(problem);
                    }
                }
                if unfit.rest.is_none() {
                    let message = format!("the feed `{}` would not be valid: {}", plan.path, unfit.reason);
                    let problem = Problem::error(&*self.name, message).mend("it is not published; the old one stands");
                    self.unfit.insert(plan.path.clone(), problem);
                }
                unfit.rest
            }
        };
        if let Some(made) = self.made.get_mut(&plan.path) {
            made.bytes = artifact.as_ref().map_or(0, |artifact| artifact.bytes.len());
        }
        artifact
    }

    /// Keeps the bodies that feeds will show, and drops those that none does any more.
    fn show(&mut self, plans: &[Plan], gone: &[String]) {
        let mut hidden = Vec::new();
        for plan in plans {
            let members: Vec<Arc<str>> = plan.posts.iter().map(|post| post.path.clone()).collect();
            members.iter().for_each(|path| self.cache.show(path));
            hidden.extend(self.made.insert(plan.path.clone(), Made { members, bytes: 0 }));
        }
        for path in gone {
            self.unfit.remove(path);
            hidden.extend(self.made.remove(path));
        }
        let hidden: Vec<Arc<str>> = hidden.into_iter().flat_map(|made| made.members).collect();
        hidden.iter().for_each(|path| self.cache.hide(path));
        self.cache.sweep(&hidden);
    }
}

/// What counts as a change of this post.
fn updates_of(config: &Config, post: &Post) -> Updates {
    config.sources.get(post.source).map(|source| source.updates).unwrap_or_default()
}

/// What bodies are rendered with.
struct Renderer<'a> {
    config: &'a Config,
    generators: &'a [Arc<Generator>],
    site: &'a Site,
    reader: &'a dyn Reader,
}

impl Renderer<'_> {
    /// The body of a post, when its file is still the one that was read, and what it asked of the blog.
    fn render(&self, post: &Post) -> Option<(Rendered, Asked)> {
        let bytes = self.reader.bytes(post).filter(|bytes| Version::of(bytes, post.body.offset) == post.version)?;
        let url = Url::parse(&post.url).ok()?;
        let asking = Asking { site: self.site, reader: self.reader, post, asked: RefCell::default() };
        let generator = self.generators.get(post.source)?;
        let around = Around {
            site: &self.config.site,
            generator,
            post,
            front: &post::front_matter(&bytes, post.relative(), generator),
            blog: &asking,
        };
        let rendered = markup::render(&Body {
            text: post::body(&bytes, post),
            line: post.body.line,
            markup: post.body.markup,
            dialect: post.body.dialect,
            url: &url,
            summary: post.summary.as_deref(),
            around,
        });
        Some((rendered, asking.asked.into_inner()))
    }
}
