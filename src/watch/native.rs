//! Events of the operating system (inotify): a folder each, without what is below.

use std::collections::{BTreeSet, HashSet};
use std::fs;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result};
use notify::event::{AccessKind, AccessMode, Event, EventKind, EventKindMask, ModifyKind};
use notify::{ErrorKind, RecommendedWatcher, RecursiveMode, Watcher as _};
use tracing::debug;

use super::links::Links;
use super::{Noticed, Places, Tell};

/// Watches folders as long as it lives.
pub struct Native {
    watcher: RecommendedWatcher,
    links: Links,
    /// Tells only when one of the folders moves that lead to the others: what happens in them wakes nobody.
    _leading: RecommendedWatcher,
}

/// A watcher that ended gives its watches back a moment later: so often, and for so long, a new one waits for them.
const ATTEMPTS: u32 = 5;
const MOMENT: Duration = Duration::from_millis(20);

impl Native {
    /// Watches the folders of the places, and the folders around them.
    ///
    /// # Errors
    /// When there are no events, or not so many folders can be watched.
    pub fn start(places: &Places, tell: &Tell) -> Result<Self> {
        let mut attempt = 1;
        loop {
            match Self::try_start(places, tell) {
                Err(error) if attempt < ATTEMPTS => {
                    debug!("{error:#}; trying again");
                    thread::sleep(MOMENT * attempt);
                    attempt += 1;
                }
                ended => return ended,
            }
        }
    }

    fn try_start(places: &Places, tell: &Tell) -> Result<Self> {
        let links = Links::of(places.trees.iter().chain(&places.beside));
        let handler = handler(Filter::of(places, &links), links.clone(), tell.clone());
        let watcher = RecommendedWatcher::new(handler, options(KINDS)).context(NO_EVENTS)?;
        let (leading, unsteady) = places.ways.iter().partition(|way| is_plain_folder(way));
        let mut native = Self { watcher, links, _leading: leading_watcher(leading, tell)? };
        native.also(&places.folders)?;
        native.also(&places.beside)?;
        native.also(&unsteady_parents(unsteady))?;
        Ok(native)
    }

    /// Watches these folders, too; those that are gone or may not be read are passed over.
    ///
    /// # Errors
    /// When no more can be watched.
    pub fn also<'a>(&mut self, folders: impl IntoIterator<Item = &'a PathBuf>) -> Result<()> {
        folders.into_iter().try_for_each(|folder| watch(&mut self.watcher, &self.links.real(folder)))
    }
}

fn watch(watcher: &mut RecommendedWatcher, folder: &Path) -> Result<()> {
    match watcher.watch(folder, RecursiveMode::NonRecursive) {
        Err(error) if !is_closed_or_gone(&error) => Err(told(&error, folder)),
        _ => Ok(()),
    }
}

/// Watches folders for nothing but that they move. Who deletes one deletes what it leads to before.
fn leading_watcher(folders: Vec<&PathBuf>, tell: &Tell) -> Result<RecommendedWatcher> {
    let tell = tell.clone();
    let handler = move |_| tell(Noticed::Ways);
    let mut watcher = RecommendedWatcher::new(handler, options(EventKindMask::MODIFY_NAME)).context(NO_EVENTS)?;
    folders.into_iter().try_for_each(|folder| watch(&mut watcher, folder))?;
    Ok(watcher)
}

/// A link may be switched and what is not there may come: that happens in the folders that they are in.
fn unsteady_parents(unsteady: Vec<&PathBuf>) -> BTreeSet<PathBuf> {
    unsteady.into_iter().filter_map(|way| way.parent()).map(Path::to_owned).collect()
}

fn is_plain_folder(way: &Path) -> bool {
    fs::symlink_metadata(way).is_ok_and(|metadata| metadata.is_dir())
}

const NO_EVENTS: &str = "there are no events of the file system";

/// Everything but that a file was opened or read: who reads posts, we too, wakes nobody.
const KINDS: EventKindMask = EventKindMask::CORE.union(EventKindMask::ACCESS_CLOSE);

/// Links are not followed: what they lead to is no part of a folder of posts.
fn options(kinds: EventKindMask) -> notify::Config {
    notify::Config::default().with_follow_symlinks(false).with_event_kinds(kinds)
}

/// What is wrong, and what to do.
fn told(error: &notify::Error, folder: &Path) -> anyhow::Error {
    let folder = folder.display();
    match &error.kind {
        ErrorKind::MaxFilesWatch => anyhow::anyhow!(
            "cannot watch `{folder}`: there are no watches left; raise fs.inotify.max_user_watches with `sysctl`"
        ),
        _ => anyhow::anyhow!("cannot watch `{folder}`: {error}"),
    }
}

/// Whether a folder is no more, or is not for us: that is told where it is looked into.
fn is_closed_or_gone(error: &notify::Error) -> bool {
    match &error.kind {
        ErrorKind::PathNotFound => true,
        ErrorKind::Io(error) => matches!(
            error.kind(),
            io::ErrorKind::NotFound | io::ErrorKind::PermissionDenied | io::ErrorKind::NotADirectory
        ),
        _ => false,
    }
}

/// Which events concern somebody. All paths are real ones.
struct Filter {
    trees: Vec<PathBuf>,
    beside: HashSet<PathBuf>,
    ways: HashSet<PathBuf>,
}

impl Filter {
    fn of(places: &Places, links: &Links) -> Self {
        let trees = places.trees.iter().map(|tree| links.real(tree)).collect();
        let beside = places.beside.iter().map(|folder| links.real(folder)).collect();
        Self { trees, beside, ways: places.ways.iter().cloned().collect() }
    }

    /// Whether what leads to a place may lead elsewhere now.
    fn is_way(&self, event: &Event) -> bool {
        let moves = matches!(
            event.kind,
            EventKind::Create(_) | EventKind::Remove(_) | EventKind::Modify(ModifyKind::Name(_)) | EventKind::Other
        );
        moves && event.paths.iter().any(|path| self.ways.contains(path))
    }

    /// Whether it is in a tree, or in a folder whose files matter: not only in one that leads to such a folder.
    fn concerns(&self, path: &Path) -> bool {
        let beside = self.beside.contains(path) || path.parent().is_some_and(|folder| self.beside.contains(folder));
        beside || self.trees.iter().any(|tree| path.starts_with(tree))
    }
}

fn handler(filter: Filter, links: Links, tell: Tell) -> impl FnMut(notify::Result<Event>) + Send + 'static {
    move |event| match event {
        Ok(event) if event.need_rescan() => {
            let queue = "the kernel's queue was full (see fs.inotify.max_queued_events)";
            tell(Noticed::Lost(queue.to_owned()));
        }
        Ok(mut event) => {
            if filter.is_way(&event) {
                tell(Noticed::Ways);
            }
            event.paths.retain(|path| filter.concerns(path));
            if !event.paths.is_empty() {
                event.paths.iter_mut().for_each(|path| *path = links.told(path));
                what(event).into_iter().for_each(&*tell);
            }
        }
        Err(error) if is_closed_or_gone(&error) => {}
        Err(error) => tell(Noticed::Lost(format!("the watcher stumbled: {error}"))),
    }
}

/// What an event says of its paths.
fn what(event: Event) -> Option<Noticed> {
    if is_writing(&event) {
        Some(Noticed::Writing(event.paths))
    } else if is_about_folders(&event) {
        Some(Noticed::Folders(event.paths))
    } else {
        is_change(&event).then_some(Noticed::Changed(event.paths))
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
