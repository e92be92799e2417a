//! One configuration at work: its posts and its watcher.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Result;
use chrono::{DateTime, SecondsFormat, Utc};
use tracing::{debug, error, info};

use super::pending::Pending;
use super::seen::now;
use super::watching::Watching;
use crate::cmd::blog::{Blog, Strict};
use crate::cmd::load::Loaded;
use crate::cmd::memory::Memory;
use crate::cmd::metrics::last_changed;
use crate::cmd::report::count;
use crate::problem::Problem;
use crate::publish::{Published, Publisher};
use crate::recall;
use crate::source::Library;
use crate::status::{Publication, Publications};
use crate::watch::{Noticed, Tell};

/// One configuration at work, and what was told of it.
pub struct Session {
    /// The configuration.
    pub loaded: Loaded,
    pub(super) blog: Blog,
    pub(super) watching: Watching,
    /// The folders of posts could not be reached.
    is_unreached: bool,
    /// Feeds whose place is taken.
    refused: BTreeMap<String, Problem>,
    /// Errors that were told already.
    told: HashSet<Problem>,
    warnings: Vec<Problem>,
    pub(super) publications: Publications,
}

impl Session {
    /// Opens the posts of a configuration and watches them. `memory`: what is known of earlier runs.
    ///
    /// # Errors
    /// When something of it cannot be used.
    pub fn open(loaded: Loaded, memory: Memory, tell: &Tell) -> Result<Self> {
        let blog = Blog::open(&loaded, memory, Utc::now())?;
        blog.library().reach()?;
        let tell = only_what_matters(blog.library().clone(), loaded.clone(), tell.clone());
        let watching = Watching::start(&loaded, blog.library(), tell)?;
        let (refused, told) = (BTreeMap::new(), HashSet::new());
        let (warnings, publications) = (Vec::new(), Publications::default());
        Ok(Self { loaded, blog, watching, is_unreached: false, refused, told, warnings, publications })
    }

    /// Takes over from the configuration before: what was told, and posts that are broken now.
    pub fn inherit(&mut self, former: &Self) {
        self.blog.inherit(&former.blog);
        self.told.clone_from(&former.told);
        self.publications = former.publications.clone();
    }

    /// Somebody says that posts that vanished were deleted on purpose.
    pub fn accept_loss(&mut self) {
        self.blog.accept_loss();
    }

    /// What is known by now of what subscribers know, for the session that takes over and has its state there.
    pub fn memory(&mut self, state: &Path) -> Memory {
        let ledger = self.blog.pipeline().ledger().clone();
        let cache = self.blog.cache().map(|_| state.join(recall::FILE));
        Memory { ledger, state: Some(state.to_owned()), cache, ..Memory::default() }
    }

    /// Looks at what is pending, builds and publishes; `None`: there are problems, and with `--strict` nothing is.
    ///
    /// # Errors
    /// When it cannot: the old feeds stand, and the next turn makes all of them again.
    pub fn turn(&mut self, pending: &Pending, publisher: &mut Publisher, strict: Strict) -> Result<Option<Published>> {
        let started = Instant::now();
        let looked = self.look(pending);
        self.is_unreached = looked.is_err() && self.blog.library().reach().is_err();
        if looked.is_err() {
            self.blog.keep(publisher)?; // since when posts are missed
        }
        looked?;
        let published = self.blog.publish(publisher, strict);
        if !matches!(published, Ok(Some(_))) {
            self.blog.touch_everything();
        }
        if let Ok(Some(published)) = &published {
            self.note_refused(published);
        }
        self.tell_problems();
        let published = published?;
        published.iter().for_each(|published| self.tell_publication(published, started));
        Ok(published)
    }

    /// Forgets that anything is published.
    pub fn touch_everything(&mut self) {
        self.blog.touch_everything();
    }

    /// When something comes out or goes next.
    pub fn next_due(&self) -> Option<DateTime<Utc>> {
        self.blog.site().next_due()
    }

    /// Whether something came out or went since the last turn.
    pub fn is_due(&self) -> bool {
        self.next_due().is_some_and(|due| due <= Utc::now())
    }

    /// Goes on to another instant. `expires_until`: where the clock is doubted, up to when posts expire at most.
    pub fn advance(&mut self, now: DateTime<Utc>, expires_until: Option<DateTime<Utc>>) {
        self.blog.advance(now, expires_until);
    }

    /// How often to look at folders without events; `None`: there are none.
    pub fn interval(&self) -> Option<Duration> {
        self.watching.is_polling().then_some(self.loaded.config.watch.interval)
    }

    /// Whether folders of posts that could not be reached can be now.
    pub fn is_back(&self) -> bool {
        self.is_unreached && self.blog.library().reach().is_ok()
    }

    /// Whether something else is mounted at, above or below the folders of posts than when they were looked at.
    pub fn is_mounted_otherwise(&self) -> bool {
        self.watching.is_mounted_otherwise(self.blog.library())
    }

    /// Whether something that happened at this path can change a feed. Not so for a file that is there and is nothing to
    /// the blog: a log among the posts that grows with each look at it must not be a reason to look.
    pub fn concerns(&self, path: &Path) -> bool {
        let library = self.blog.library();
        let known = library.identify(path).is_some() || self.blog.is_asked_for(path) || self.loaded.is_at(path);
        let known = known || library.is_around_generator(path);
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

    /// What is wrong, by file and line, as the last turn found it.
    pub fn problems(&self) -> Vec<Problem> {
        let mut problems: Vec<Problem> = self.told.iter().chain(&self.warnings).cloned().collect();
        problems.sort();
        problems
    }

    /// A line for `systemctl status`.
    pub fn status(&self) -> String {
        let mut status = format!("{} in {}", count(self.blog.site().live(), "post"), count(self.blog.feeds(), "feed"));
        if !self.told.is_empty() {
            status += &format!(", {}", count(self.told.len(), "error"));
        }
        let time = |instant: DateTime<Utc>| instant.to_rfc3339_opts(SecondsFormat::Secs, true);
        if let Some(published) = &self.publications.last {
            status += &format!("; published {}", time(published.at));
        }
        if let Some(due) = self.next_due() {
            status += &format!("; next change due {}", time(due));
        }
        status
    }

    /// Looks at what is pending.
    fn look(&mut self, pending: &Pending) -> Result<()> {
        if pending.anything || pending.roots || !self.blog.is_scanned() {
            return self.look_at_everything(pending);
        }
        if pending.polled {
            self.look_without_events(pending)?;
        }
        self.watch_new_folders(&pending.paths)?;
        self.blog.refresh(&pending.paths)
    }

    /// Watches folders that came with a change, before they are looked into: nothing slips in between.
    fn watch_new_folders<'a>(&mut self, paths: impl IntoIterator<Item = &'a PathBuf>) -> Result<()> {
        let library = self.blog.library();
        let folders =
            paths.into_iter().filter(|path| path.is_dir() && !path.is_symlink() && !library.is_behind_link(path));
        let folders: Vec<PathBuf> = folders.flat_map(|folder| library.folders_below(folder)).collect();
        self.watching.also(&folders, &self.loaded, library)
    }

    /// Looks at everything, at the folders of posts themselves, too: they may have been replaced.
    fn look_at_everything(&mut self, pending: &Pending) -> Result<()> {
        let library = self.blog.library();
        if pending.roots || self.watching.is_elsewhere(library) {
            self.watching.renew(&self.loaded, library)?;
        } else {
            let trees: Vec<PathBuf> = library.folders().map(Path::to_owned).collect();
            self.watch_new_folders(&trees)?;
        }
        self.scan(pending)?;
        self.blog.touch_everything();
        Ok(())
    }

    /// Looks at folders without events. Where there could be events, they are tried for now and then.
    fn look_without_events(&mut self, pending: &Pending) -> Result<()> {
        let library = self.blog.library();
        let polled = self.watching.polled(library);
        let is_all = library.folders().all(|folder| polled.iter().any(|polled| folder.starts_with(polled)));
        let is_elsewhere = self.watching.is_elsewhere(library);
        if self.watching.is_time_to_try_again() || is_elsewhere {
            self.watching.renew(&self.loaded, library)?;
        }
        if is_all || is_elsewhere {
            return self.scan(pending);
        }
        library.reach()?;
        self.blog.refresh(&polled)
    }

    /// Reads what differs, but for files that somebody is writing.
    fn scan(&mut self, pending: &Pending) -> Result<()> {
        self.blog.scan_but(Some(&|path| pending.is_writing(path)), &|_, _| {})
    }

    /// Keeps in mind which feeds could not be written, until they can, or are no more.
    fn note_refused(&mut self, published: &Published) {
        for path in published.written.iter().chain(&published.unchanged) {
            self.refused.remove(path);
        }
        self.refused.extend(published.refused.iter().cloned());
        let blog = &mut self.blog;
        self.refused.retain(|path, _| blog.pipeline().makes(path));
    }

    /// Each error once, and once that it is mended.
    fn tell_problems(&mut self) {
        let (mut errors, warnings): (Vec<Problem>, Vec<Problem>) =
            self.blog.pipeline().problems().into_iter().partition(Problem::is_error);
        warnings.iter().for_each(|warning| debug!("{warning}"));
        self.warnings = warnings;
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
        let feeds = count(self.blog.feeds(), "feed");
        let milliseconds = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
        if !published.is_change() {
            if self.publications.last.is_none() {
                info!(cause = "nothing to publish", "nothing to publish: {feeds} as they were");
                let changed = last_changed(&self.loaded.config.output, self.blog.paths());
                self.publications.last = changed.map(Publication::earlier);
            }
            return;
        }
        let (written, removed) = (published.written.clone(), published.removed.clone());
        self.publications.add(Publication { at: now(), written, removed, milliseconds: Some(milliseconds) });
        let removed = match published.removed.as_slice() {
            [] => String::new(),
            removed => format!(", removed {}", some(removed)),
        };
        let posts = count(self.blog.site().live(), "post");
        info!("published {}{removed} ({posts}, {feeds}) in {milliseconds} ms", some(&published.written));
    }
}

/// Passes on only what can change a feed: files that may be posts or come with one, folders of them, the configuration.
fn only_what_matters(library: Arc<Library>, loaded: Loaded, tell: Tell) -> Tell {
    Arc::new(move |noticed| {
        let matters = |path: &PathBuf| loaded.is_at(path) || matters(&library, path);
        let kept = match noticed {
            Noticed::Changed(mut paths) => {
                paths.retain(matters);
                (!paths.is_empty()).then_some(Noticed::Changed(paths))
            }
            Noticed::Writing(mut paths) => {
                paths.retain(matters);
                (!paths.is_empty()).then_some(Noticed::Writing(paths))
            }
            other => Some(other),
        };
        if let Some(noticed) = kept {
            tell(noticed);
        }
    })
}

fn matters(library: &Library, path: &Path) -> bool {
    if library.identify(path).is_some() || library.is_around_generator(path) {
        return true;
    }
    let below = library.folders().find_map(|folder| path.strip_prefix(folder).ok());
    let hidden = |part: &std::ffi::OsStr| part.to_string_lossy().starts_with('.');
    let seen = below.is_some_and(|below| !below.iter().any(hidden));
    // A feed that is published among the posts is no file that comes with one.
    let feed = path.extension().is_some_and(|extension| extension == "xml" || extension == "json");
    seen && library.may_be_folder(path) && !(feed && fs::symlink_metadata(path).is_ok_and(|file| file.is_file()))
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
