//! One configuration at work: its posts and its watcher.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use anyhow::Result;
use chrono::{DateTime, SecondsFormat, Utc};
use tracing::{debug, error, info};

use super::pending::Pending;
use crate::cmd::blog::{Blog, Strict};
use crate::cmd::load::Loaded;
use crate::cmd::report::count;
use crate::problem::Problem;
use crate::publish::{Published, Publisher};
use crate::source::{Identity, Library};
use crate::watch::{Noticed, Places, Tell, Watcher};

/// One configuration at work, and what was told of it.
pub struct Session {
    /// The configuration.
    pub loaded: Loaded,
    blog: Blog,
    tell: Tell,
    watcher: Option<Watcher>,
    /// The folders of posts that are watched.
    watched: Vec<Identity>,
    /// Feeds whose place is taken.
    refused: BTreeMap<String, Problem>,
    /// Errors that were told already.
    told: HashSet<Problem>,
    published: Option<DateTime<Utc>>,
}

/// How a turn ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    /// What there is is published.
    Published,
    /// There are problems, and with `--strict` nothing is published.
    Refused,
}

impl Session {
    /// Opens the posts of a configuration and watches them. `state`: a folder in which nothing is a post.
    ///
    /// # Errors
    /// When something of it cannot be used.
    pub fn open(loaded: Loaded, state: &Path, tell: &Tell) -> Result<Self> {
        let blog = Blog::open(&loaded, &[state])?;
        blog.library().reach()?;
        let tell = only_what_matters(blog.library().clone(), loaded.clone(), tell.clone());
        let (watcher, watched, refused, told) = (None, Vec::new(), BTreeMap::new(), HashSet::new());
        let mut session = Self { loaded, blog, tell, watcher, watched, refused, told, published: None };
        session.watch()?;
        Ok(session)
    }

    /// Takes over from the configuration before: what was told, and posts that are broken now.
    pub fn inherit(&mut self, former: &Self) {
        self.blog.inherit(&former.blog);
        self.told.clone_from(&former.told);
        self.published = former.published;
    }

    /// Looks at what is pending, builds and publishes.
    ///
    /// # Errors
    /// When it cannot: the old feeds stand, and the next turn makes all of them again.
    pub fn turn(&mut self, pending: &Pending, publisher: &mut Publisher, strict: Strict) -> Result<Turn> {
        let started = Instant::now();
        if pending.anything || pending.roots || !self.blog.is_scanned() {
            self.look_at_everything(pending)?;
        } else {
            self.watch_new_folders(&pending.paths)?;
            self.blog.refresh(&pending.paths);
        }
        let published = self.blog.publish(publisher, strict);
        if !matches!(published, Ok(Some(_))) {
            self.blog.pipeline().touch_everything();
        }
        if let Ok(Some(published)) = &published {
            self.note_refused(published);
        }
        self.tell_problems();
        let Some(published) = published? else { return Ok(Turn::Refused) };
        self.tell_publication(&published, started);
        Ok(Turn::Published)
    }

    /// Forgets that anything is published.
    pub fn touch_everything(&mut self) {
        self.blog.pipeline().touch_everything();
    }

    /// When something comes out or goes next.
    pub fn next_due(&self) -> Option<DateTime<Utc>> {
        self.blog.site().next_due()
    }

    /// Whether something came out or went since the last turn.
    pub fn is_due(&self) -> bool {
        self.next_due().is_some_and(|due| due <= Utc::now())
    }

    /// Whether the folders of posts may be others after something happened to `path`.
    pub fn is_around(&self, path: &Path) -> bool {
        self.blog.library().is_around(path)
    }

    /// Whether something that happened at this path can change a feed. Not so for a file that is there and is nothing to
    /// the blog: a log among the posts that grows with each look at it must not be a reason to look.
    pub fn concerns(&self, path: &Path) -> bool {
        let library = self.blog.library();
        let known = library.identify(path).is_some() || self.blog.is_asked_for(path) || self.loaded.is_at(path);
        let known = known || library.is_around(path) || library.is_around_generator(path);
        known || !fs::symlink_metadata(path).is_ok_and(|there| there.is_file())
    }

    /// Whether the generator of the blog reads this file besides posts.
    pub fn is_around_generator(&self, path: &Path) -> bool {
        self.blog.library().is_around_generator(path)
    }

    /// Whether what the generator reads besides posts is still as it was read.
    pub fn is_current(&self) -> bool {
        self.blog.library().is_current()
    }

    /// Whether this is a folder that could not be looked into.
    pub fn is_unreadable(&self, path: &Path) -> bool {
        self.blog.is_unreadable(path)
    }

    /// A line for `systemctl status`.
    pub fn status(&self) -> String {
        let mut status = format!("{} in {}", count(self.blog.site().live(), "post"), count(self.blog.feeds(), "feed"));
        if !self.told.is_empty() {
            status += &format!(", {}", count(self.told.len(), "error"));
        }
        let time = |instant: DateTime<Utc>| instant.to_rfc3339_opts(SecondsFormat::Secs, true);
        if let Some(published) = self.published {
            status += &format!("; published {}", time(published));
        }
        if let Some(due) = self.next_due() {
            status += &format!("; next change due {}", time(due));
        }
        status
    }

    /// Watches the folders of posts that there are now.
    fn watch(&mut self) -> Result<()> {
        self.watcher = None;
        let library = self.blog.library();
        self.watched = library.identities();
        let around = library.parents().into_iter().chain(self.loaded.folders().map(Path::to_owned));
        let around = around.chain(library.generator_folders()).collect();
        let trees: Vec<PathBuf> = library.folders().map(Path::to_owned).collect();
        let folders = trees.iter().flat_map(|tree| library.folders_below(tree)).collect();
        let places = Places { trees, folders, around };
        let watcher = Watcher::start(&self.loaded.config.watch, &places, &self.tell)?;
        info!("watching {} ({})", told_places(&places), watcher.kind);
        self.watcher = Some(watcher);
        Ok(())
    }

    /// Watches folders that came with a change, before they are looked into: nothing slips in between.
    fn watch_new_folders<'a>(&mut self, paths: impl IntoIterator<Item = &'a PathBuf>) -> Result<()> {
        let library = self.blog.library();
        let folders =
            paths.into_iter().filter(|path| path.is_dir() && !path.is_symlink() && !library.is_behind_link(path));
        let folders: Vec<PathBuf> = folders.flat_map(|folder| library.folders_below(folder)).collect();
        let watched = self.watcher.as_mut().is_some_and(|watcher| watcher.also(&folders).is_ok());
        if watched { Ok(()) } else { self.watch() }
    }

    /// Looks at everything, at the folders of posts themselves, too: they may have been replaced.
    fn look_at_everything(&mut self, pending: &Pending) -> Result<()> {
        let library = self.blog.library();
        if pending.roots || self.watcher.is_none() || library.identities() != self.watched {
            library.reach()?;
            self.watch()?;
        } else {
            let trees: Vec<PathBuf> = library.folders().map(Path::to_owned).collect();
            self.watch_new_folders(&trees)?;
        }
        self.blog.scan_but(&|path| pending.is_writing(path), &|_, _| {})?;
        self.blog.pipeline().touch_everything();
        Ok(())
    }

    /// Keeps in mind which feeds could not be written, until they can, or are no more.
    fn note_refused(&mut self, published: &Published) {
        for path in published.written.iter().chain(&published.unchanged) {
            self.refused.remove(path);
        }
        self.refused.extend(published.refused.iter().cloned());
        let paths: BTreeSet<&str> = self.blog.paths().collect();
        self.refused.retain(|path, _| paths.contains(path.as_str()));
    }

    /// Each error once, and once that it is mended.
    fn tell_problems(&mut self) {
        let (mut errors, warnings): (Vec<Problem>, Vec<Problem>) =
            self.blog.pipeline().problems().into_iter().partition(Problem::is_error);
        warnings.iter().for_each(|warning| debug!("{warning}"));
        errors.extend(self.refused.values().cloned());
        let errors: HashSet<Problem> = errors.into_iter().collect();
        let mut new: Vec<&Problem> = errors.difference(&self.told).collect();
        new.sort();
        new.iter().for_each(|problem| error!("{problem}"));
        let paths: HashSet<&str> = errors.iter().map(|problem| problem.path.as_str()).collect();
        let mended: BTreeSet<&str> =
            self.told.iter().map(|problem| problem.path.as_str()).filter(|path| !paths.contains(path)).collect();
        mended.iter().for_each(|path| info!("mended: {path:?}"));
        self.told = errors;
    }

    fn tell_publication(&mut self, published: &Published, started: Instant) {
        let first = self.published.is_none();
        if first || published.is_change() {
            self.published = Some(Utc::now());
        }
        let feeds = count(self.blog.feeds(), "feed");
        if !published.is_change() {
            if first {
                info!("nothing to publish: {feeds} as they were");
            }
            return;
        }
        let removed = match published.removed.as_slice() {
            [] => String::new(),
            removed => format!(", removed {}", some(removed)),
        };
        let (posts, time) = (count(self.blog.site().live(), "post"), started.elapsed().as_millis());
        info!("published {}{removed} ({posts}, {feeds}) in {time} ms", some(&published.written));
    }
}

/// Passes on only what can change a feed: files that may be posts or come with one, folders of them, the configuration.
fn only_what_matters(library: Arc<Library>, loaded: Loaded, tell: Tell) -> Tell {
    Arc::new(move |noticed| {
        let matters = |path: &PathBuf| loaded.is_at(path) || matters(&library, path);
        let kept = match noticed {
            Noticed::Anything => Some(Noticed::Anything),
            Noticed::Changed(mut paths) => {
                paths.retain(matters);
                (!paths.is_empty()).then_some(Noticed::Changed(paths))
            }
            Noticed::Writing(mut paths) => {
                paths.retain(matters);
                (!paths.is_empty()).then_some(Noticed::Writing(paths))
            }
            Noticed::Folders(paths) => Some(Noticed::Folders(paths)),
        };
        if let Some(noticed) = kept {
            tell(noticed);
        }
    })
}

fn matters(library: &Library, path: &Path) -> bool {
    if library.identify(path).is_some() || library.is_around(path) || library.is_around_generator(path) {
        return true;
    }
    let below = library.folders().find_map(|folder| path.strip_prefix(folder).ok());
    let hidden = |part: &std::ffi::OsStr| part.to_string_lossy().starts_with('.');
    let seen = below.is_some_and(|below| !below.iter().any(hidden));
    // A feed that is published among the posts is no file that comes with one.
    let feed = path.extension().is_some_and(|extension| extension == "xml" || extension == "json");
    seen && library.may_be_folder(path) && !(feed && fs::symlink_metadata(path).is_ok_and(|file| file.is_file()))
}

fn told_places(places: &Places) -> String {
    let names: Vec<String> = places.trees.iter().map(|place| format!("`{}`", place.display())).collect();
    names.join(", ")
}

/// The first few names, and how many more there are.
fn some(names: &[String]) -> String {
    const SHOWN: usize = 5;
    let shown = names.iter().take(SHOWN).map(String::as_str).collect::<Vec<_>>().join(", ");
    match names.len() {
        0 => "nothing new".to_owned(),
        more if more > SHOWN => format!("{shown} and {} more", more - SHOWN),
        _ => shown,
    }
}
