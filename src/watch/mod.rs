//! File system events -> "these paths changed": native or polling behind one interface.
//!
//! In: places to watch. Out: [`Noticed`], sent from the watcher's own thread. It decides nothing
//! about posts and never wakes anybody for a file that was only read.
//!
//! - `settle`: when a burst of changes is over (pure)

mod settle;

use std::fs;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result};
use notify::event::{AccessKind, AccessMode, Event, EventKind, ModifyKind};
use notify::{ErrorKind, PollWatcher, RecommendedWatcher, RecursiveMode, Watcher as _};
use tracing::{info, warn};

pub use settle::Settle;

use crate::config::{Watch, WatchMode};

/// What a watcher tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Noticed {
    /// These are as somebody wanted them to be: closed, renamed, removed.
    Changed(Vec<PathBuf>),
    /// These are being written, and are perhaps half what they will be.
    Writing(Vec<PathBuf>),
    /// These folders have another time, owner or mode.
    Folders(Vec<PathBuf>),
    /// Events were lost: anything may have happened.
    Anything,
}

/// What to watch.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Places {
    /// Folders with everything below: what is polled.
    pub trees: Vec<PathBuf>,
    /// Each folder of these trees: what native events are asked for.
    pub folders: Vec<PathBuf>,
    /// Folders around them, each without what is below.
    pub around: Vec<PathBuf>,
}

/// Watches as long as it lives.
pub struct Watcher {
    /// `native` or `polling`.
    pub kind: &'static str,
    inner: Box<dyn notify::Watcher + Send>,
    links: Links,
}

const NATIVE: &str = "native";
const POLLING: &str = "polling";

/// Causes that are told once.
const NO_EVENTS: &str = "no events";
const STUMBLING: &str = "watcher";

/// Whom to tell.
pub type Tell = Arc<dyn Fn(Noticed) + Send + Sync>;

impl Watcher {
    /// Starts to watch. Where the mode leaves the choice and there are no native events, it polls.
    ///
    /// # Errors
    /// When a place cannot be watched.
    pub fn start(config: &Watch, places: &Places, tell: &Tell) -> Result<Self> {
        let links = Links::of(&places.trees);
        if config.mode != WatchMode::Poll {
            match native(places, &links, tell) {
                Ok(inner) => {
                    info!(mended = STUMBLING, "the watcher works again");
                    info!(mended = NO_EVENTS, "there are events of the file system again");
                    return Ok(Self { kind: NATIVE, inner: Box::new(inner), links });
                }
                Err(error) if config.mode == WatchMode::Native => return Err(error),
                Err(error) => {
                    warn!(
                        cause = NO_EVENTS,
                        "no events of the file system ({error}); polling every {:?}", config.interval
                    );
                }
            }
        }
        let options = options().with_poll_interval(config.interval);
        let mut inner = PollWatcher::new(handler(POLLING, &links, tell), options).context("cannot poll")?;
        for tree in &places.trees {
            inner.watch(&links.real(tree), RecursiveMode::Recursive).with_context(|| hint(tree))?;
        }
        watch(&mut inner, &places.around, &links)?;
        info!(mended = STUMBLING, "the watcher works again");
        Ok(Self { kind: POLLING, inner: Box::new(inner), links })
    }

    /// Watches these folders, too; those that are gone or may not be read are passed over.
    ///
    /// # Errors
    /// When no more can be watched.
    pub fn also(&mut self, folders: &[PathBuf]) -> Result<()> {
        if self.kind == NATIVE { watch(self.inner.as_mut(), folders, &self.links) } else { Ok(()) }
    }
}

/// Links are not followed: what they lead to is no part of a folder of posts.
fn options() -> notify::Config {
    notify::Config::default().with_follow_symlinks(false)
}

fn native(places: &Places, links: &Links, tell: &Tell) -> Result<RecommendedWatcher> {
    let mut watcher = RecommendedWatcher::new(handler(NATIVE, links, tell), options())?;
    watch(&mut watcher, &places.folders, links)?;
    watch(&mut watcher, &places.around, links)?;
    Ok(watcher)
}

/// Watches folders, each without what is below.
fn watch(watcher: &mut dyn notify::Watcher, folders: &[PathBuf], links: &Links) -> Result<()> {
    for folder in folders {
        match watcher.watch(&links.real(folder), RecursiveMode::NonRecursive) {
            Err(error) if !is_closed_or_gone(&error) => return Err(error).with_context(|| hint(folder)),
            _ => {}
        }
    }
    Ok(())
}

/// Whether a folder is no more, or is not for us: that is told where it is looked into.
fn is_closed_or_gone(error: &notify::Error) -> bool {
    match &error.kind {
        ErrorKind::PathNotFound => true,
        ErrorKind::Io(error) => matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::PermissionDenied),
        _ => false,
    }
}

/// Trees that are links: what is watched is where they lead, what is told is where they are.
#[derive(Debug, Clone, Default)]
struct Links(Vec<(PathBuf, PathBuf)>);

impl Links {
    fn of(trees: &[PathBuf]) -> Self {
        let real = |tree: &PathBuf| Some((tree.clone(), fs::canonicalize(tree).ok()?));
        Self(trees.iter().filter_map(real).filter(|(tree, real)| tree != real).collect())
    }

    /// Where a path of a tree really is.
    fn real(&self, path: &Path) -> PathBuf {
        let below = |(tree, real): &(PathBuf, PathBuf)| Some(joined(real, path.strip_prefix(tree).ok()?));
        self.0.iter().find_map(below).unwrap_or_else(|| path.to_owned())
    }

    /// The path of a tree that leads to where something really is.
    fn told(&self, path: PathBuf) -> PathBuf {
        let below = |(tree, real): &(PathBuf, PathBuf)| Some(joined(tree, path.strip_prefix(real).ok()?));
        self.0.iter().find_map(below).unwrap_or(path)
    }
}

/// `join` without a slash behind a path that nothing follows.
fn joined(folder: &Path, rest: &Path) -> PathBuf {
    if rest.as_os_str().is_empty() { folder.to_owned() } else { folder.join(rest) }
}

fn handler(kind: &'static str, links: &Links, tell: &Tell) -> impl FnMut(notify::Result<Event>) + Send + 'static {
    let (links, tell) = (links.clone(), tell.clone());
    move |event| match event {
        Ok(mut event) => {
            event.paths = event.paths.into_iter().map(|path| links.told(path)).collect();
            if event.need_rescan() {
                tell(Noticed::Anything);
            } else if kind == NATIVE && is_writing(&event) {
                tell(Noticed::Writing(event.paths));
            } else if is_about_folders(&event) {
                tell(Noticed::Folders(event.paths));
            } else if is_change(&event) {
                tell(Noticed::Changed(event.paths));
            }
        }
        Err(error) if is_closed_or_gone(&error) => {}
        Err(error) => {
            warn!(cause = STUMBLING, "the watcher stumbled: {error}; looking at everything");
            tell(Noticed::Anything);
        }
    }
}

/// Whether this event will be followed by another one, when the file is closed. A link is whole at once.
fn is_writing(event: &Event) -> bool {
    let alone = |path: &PathBuf| fs::symlink_metadata(path).is_ok_and(|file| file.is_file() && file.nlink() == 1);
    match event.kind {
        EventKind::Create(_) => event.paths.iter().all(alone),
        EventKind::Modify(ModifyKind::Data(_)) => true,
        _ => false,
    }
}

/// Whether only the time, the owner or the mode of folders differs: each `rsync` sets them.
fn is_about_folders(event: &Event) -> bool {
    matches!(event.kind, EventKind::Modify(ModifyKind::Metadata(_))) && event.paths.iter().all(|path| path.is_dir())
}

/// Whether this event can mean that bytes differ now.
fn is_change(event: &Event) -> bool {
    match event.kind {
        EventKind::Access(access) => access == AccessKind::Close(AccessMode::Write),
        _ => true,
    }
}

fn hint(place: &Path) -> String {
    let place = place.display();
    format!("cannot watch `{place}`; check that it is there and readable, and fs.inotify.max_user_watches")
}
