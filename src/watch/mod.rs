//! File system events -> "these paths changed": native or polling behind one interface.
//!
//! In: places to watch. Out: [`Noticed`], sent from the watcher's own thread. It decides nothing
//! about posts and never wakes anybody for a file that was only read.
//!
//! - `settle`: when a burst of changes is over (pure)

mod settle;

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result};
use notify::event::{AccessKind, AccessMode, Event, EventKind, ModifyKind};
use notify::{ErrorKind, PollWatcher, RecommendedWatcher, RecursiveMode, Watcher as _};
use tracing::warn;

pub use settle::Settle;

use crate::config::{Watch, WatchMode};

/// What a watcher tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Noticed {
    /// These are as somebody wanted them to be: closed, renamed, removed.
    Changed(Vec<PathBuf>),
    /// These are being written, and are perhaps half what they will be.
    Writing(Vec<PathBuf>),
    /// Events were lost: anything may have happened.
    Anything,
}

/// What to watch.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Places {
    /// Folders, with everything below.
    pub trees: Vec<PathBuf>,
    /// Folders, without what is below.
    pub folders: Vec<PathBuf>,
}

/// Watches as long as it lives.
pub struct Watcher {
    /// `native` or `polling`.
    pub kind: &'static str,
    _inner: Box<dyn notify::Watcher + Send>,
}

const NATIVE: &str = "native";
const POLLING: &str = "polling";

/// Whom to tell.
pub type Tell = Arc<dyn Fn(Noticed) + Send + Sync>;

impl Watcher {
    /// Starts to watch. Where the mode leaves the choice and there are no native events, it polls.
    ///
    /// # Errors
    /// When a place cannot be watched.
    pub fn start(config: &Watch, places: &Places, tell: &Tell) -> Result<Self> {
        if config.mode != WatchMode::Poll {
            match native(places, tell) {
                Ok(watcher) => return Ok(Self { kind: NATIVE, _inner: Box::new(watcher) }),
                Err(error) if config.mode == WatchMode::Native => return Err(error).context(hint(places)),
                Err(error) => warn!("no events of the file system ({error}); polling every {:?}", config.interval),
            }
        }
        let options = options().with_poll_interval(config.interval);
        let mut watcher = PollWatcher::new(handler(POLLING, tell), options).context("cannot poll")?;
        watch(&mut watcher, places).context(hint(places))?;
        Ok(Self { kind: POLLING, _inner: Box::new(watcher) })
    }
}

/// Links are not followed: what they lead to is no part of a folder of posts.
fn options() -> notify::Config {
    notify::Config::default().with_follow_symlinks(false)
}

fn native(places: &Places, tell: &Tell) -> notify::Result<RecommendedWatcher> {
    let mut watcher = RecommendedWatcher::new(handler(NATIVE, tell), options())?;
    watch(&mut watcher, places)?;
    Ok(watcher)
}

fn watch(watcher: &mut impl notify::Watcher, places: &Places) -> notify::Result<()> {
    for tree in &places.trees {
        watcher.watch(tree, RecursiveMode::Recursive)?;
    }
    let inside_tree = |folder: &Path| places.trees.iter().any(|tree| folder.starts_with(tree));
    let mut folders: Vec<&PathBuf> = places.folders.iter().filter(|folder| !inside_tree(folder)).collect();
    folders.sort();
    folders.dedup();
    for folder in folders {
        watcher.watch(folder, RecursiveMode::NonRecursive)?;
    }
    Ok(())
}

fn handler(kind: &'static str, tell: &Tell) -> impl FnMut(notify::Result<Event>) + Send + 'static {
    let tell = tell.clone();
    move |event| match event {
        Ok(event) => {
            if event.need_rescan() {
                tell(Noticed::Anything);
            } else if kind == NATIVE && is_writing(&event) {
                tell(Noticed::Writing(event.paths));
            } else if is_change(&event) {
                tell(Noticed::Changed(event.paths));
            }
        }
        Err(error) => {
            if !matches!(error.kind, ErrorKind::PathNotFound) {
                warn!("the watcher stumbled: {error}; looking at everything");
            }
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

/// Whether this event can mean that bytes differ now. That a folder has another time or mode
/// (each `rsync` sets them) is no reason to look at everything in it.
fn is_change(event: &Event) -> bool {
    match event.kind {
        EventKind::Access(access) => access == AccessKind::Close(AccessMode::Write),
        EventKind::Modify(ModifyKind::Metadata(_)) => !event.paths.iter().all(|path| path.is_dir()),
        _ => true,
    }
}

fn hint(places: &Places) -> String {
    let places: Vec<String> =
        places.trees.iter().chain(&places.folders).map(|place| format!("`{}`", place.display())).collect();
    format!("cannot watch {}; check that it is there and readable, and fs.inotify.max_user_watches", places.join(", "))
}
