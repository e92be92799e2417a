//! One configuration at work: its posts and its watcher.

use std::collections::{BTreeSet, HashSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use anyhow::{Result, bail};
use chrono::{DateTime, SecondsFormat, Utc};
use tracing::{debug, error, info};

use crate::cmd::blog::{Blog, library};
use crate::cmd::load::Loaded;
use crate::problem::Problem;
use crate::publish::{Published, Publisher};
use crate::source::Library;
use crate::watch::{Noticed, Places, Tell, Watcher};

/// One configuration at work, and what was told of it.
pub struct Session {
    /// The configuration.
    pub loaded: Loaded,
    blog: Blog,
    _watcher: Watcher,
    /// The text of the configuration file as it was read last.
    configuration: Vec<u8>,
    /// Errors that were told already.
    told: HashSet<Problem>,
    published: Option<DateTime<Utc>>,
}

impl Session {
    /// Opens the posts of a configuration and watches them. `state`: a folder in which nothing is a post.
    ///
    /// # Errors
    /// When something of it cannot be used.
    pub fn open(loaded: Loaded, state: &Path, tell: Tell) -> Result<Self> {
        let blog = Blog::open(&loaded, &[state])?;
        blog.library().find()?;
        let trees = blog.library().folders().map(Path::to_owned).collect();
        let places = Places { trees, folders: vec![loaded.home.clone()] };
        let tell = only_what_matters(library(&loaded, &[state])?, loaded.clone(), tell);
        let watcher = Watcher::start(&loaded.config.watch, &places, &tell)?;
        info!("watching {} ({})", told_places(&places), watcher.kind);
        let configuration = fs::read(&loaded.file).unwrap_or_default();
        Ok(Self { loaded, blog, _watcher: watcher, configuration, told: HashSet::new(), published: None })
    }

    /// Reads what changed (`None`: anything may have), builds and publishes.
    ///
    /// # Errors
    /// When it cannot: the old feeds stand, and the next turn makes all of them again.
    pub fn turn(
        &mut self,
        changed: Option<&BTreeSet<PathBuf>>,
        publisher: &mut Publisher,
        strict: Strict,
    ) -> Result<()> {
        let started = Instant::now();
        match changed {
            Some(paths) => self.blog.refresh(paths)?,
            None => self.blog.scan(&|_, _| {})?,
        }
        let published = self.publish(publisher, strict);
        if published.is_err() {
            self.blog.pipeline().touch_everything();
        }
        self.tell_problems();
        self.tell_publication(&published?, started);
        Ok(())
    }

    fn publish(&mut self, publisher: &mut Publisher, strict: Strict) -> Result<Published> {
        let publication = self.blog.build()?;
        let pipeline = self.blog.pipeline();
        if strict == Strict::Yes && !pipeline.problems().is_empty() {
            bail!("there are problems, and with --strict nothing is published");
        }
        if publication.artifacts.is_empty() && publication.gone.is_empty() {
            return Ok(Published::default());
        }
        let paths: BTreeSet<String> = pipeline.paths().map(str::to_owned).collect();
        publisher.publish(&publication.artifacts, &paths)
    }

    /// When something comes out or goes next.
    pub fn next_due(&self) -> Option<DateTime<Utc>> {
        self.blog.site().next_due()
    }

    /// Whether something came out or went since the last turn.
    pub fn is_due(&self) -> bool {
        self.next_due().is_some_and(|due| due <= Utc::now())
    }

    /// Whether the configuration file has other bytes than those that were read.
    pub fn configuration_differs(&self) -> bool {
        fs::read(&self.loaded.file).is_ok_and(|text| text != self.configuration)
    }

    /// Takes note of the configuration file's bytes, so that a broken one is told once.
    pub fn remember_configuration(&mut self) {
        self.configuration = fs::read(&self.loaded.file).unwrap_or_default();
    }

    /// A line for `systemctl status`.
    pub fn status(&self) -> String {
        let (posts, feeds) = (self.blog.site().live(), self.blog.feeds());
        let mut status = format!("{posts} posts in {feeds} feeds");
        let errors = self.told.len();
        if errors > 0 {
            status += &format!(", {errors} errors");
        }
        if let Some(published) = self.published {
            status += &format!("; published {}", published.to_rfc3339_opts(SecondsFormat::Secs, true));
        }
        if let Some(due) = self.next_due() {
            status += &format!("; next change due {}", due.to_rfc3339_opts(SecondsFormat::Secs, true));
        }
        status
    }

    /// Each error once, and once that it is mended.
    fn tell_problems(&mut self) {
        let (errors, warnings): (Vec<Problem>, Vec<Problem>) =
            self.blog.pipeline().problems().into_iter().partition(Problem::is_error);
        warnings.iter().for_each(|warning| debug!("{warning}"));
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
        if !published.is_change() {
            if self.published.is_none() {
                info!("nothing to publish: {} feeds are as they were", self.blog.feeds());
                self.published = Some(Utc::now());
            }
            return;
        }
        self.published = Some(Utc::now());
        let removed = if published.removed.is_empty() {
            String::new()
        } else {
            format!(", removed {}", some(&published.removed))
        };
        info!(
            "published {}{removed} ({} posts, {} feeds) in {} ms",
            some(&published.written),
            self.blog.site().live(),
            self.blog.feeds(),
            started.elapsed().as_millis()
        );
    }
}

/// Whether any problem is a reason to publish nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Strict {
    /// `--strict`
    Yes,
    /// What has problems is left out, the rest is published.
    No,
}

/// Passes on only what can change a feed: files that may be posts, folders of them, the configuration.
fn only_what_matters(library: Library, loaded: Loaded, tell: Tell) -> Tell {
    Arc::new(move |noticed| match noticed {
        Noticed::Anything => tell(noticed),
        Noticed::Paths(mut paths) => {
            paths.retain(|path| loaded.is_at(path) || matters(&library, path));
            if !paths.is_empty() {
                tell(Noticed::Paths(paths));
            }
        }
    })
}

fn matters(library: &Library, path: &Path) -> bool {
    if library.identify(path).is_some() {
        return true;
    }
    let hidden = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'));
    let other_file = || fs::symlink_metadata(path).is_ok_and(|metadata| metadata.is_file());
    !hidden && library.may_be_folder(path) && !other_file()
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
