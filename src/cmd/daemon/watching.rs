//! What a session watches, and what was told of it: folders that are renewed, events that fail and come back.

use std::path::{Path, PathBuf};

use anyhow::Result;
use tracing::{info, warn};

use crate::cmd::load::Loaded;
use crate::source::{Identity, Library};
use crate::watch::{Lack, Mounts, Places, Tell, Watcher};

/// What a session watches.
pub struct Watching {
    tell: Tell,
    watcher: Option<Watcher>,
    /// The folders of posts, as they were when they were watched.
    folders: Vec<Identity>,
    mounts: Mounts,
    told: String,
    lack: Option<Lack>,
    /// How often was looked since events failed.
    looks: u32,
}

/// What is told once, over sessions too.
const NO_EVENTS: &str = "no events";

/// Where events failed, they are tried for each time that was looked so often.
const TRY_AGAIN: u32 = 30;

impl Watching {
    /// Watches the folders of posts, and what is around them.
    ///
    /// # Errors
    /// When it cannot, and the configuration allows nothing else.
    pub fn start(loaded: &Loaded, library: &Library, tell: Tell) -> Result<Self> {
        let (mounts, told) = (Mounts::default(), String::new());
        let mut watching = Self { tell, watcher: None, folders: Vec::new(), mounts, told, lack: None, looks: 0 };
        watching.renew(loaded, library)?;
        Ok(watching)
    }

    /// Watches what there is now, and the ways to what is not there.
    ///
    /// # Errors
    /// As [`start`](Self::start).
    pub fn renew(&mut self, loaded: &Loaded, library: &Library) -> Result<()> {
        self.watcher = None;
        self.folders = library.identities();
        self.mounts = mounts(library);
        let trees: Vec<PathBuf> = library.folders().map(Path::to_owned).collect();
        let folders = trees.iter().flat_map(|tree| library.folders_below(tree)).collect();
        let beside = loaded.folders().map(Path::to_owned).chain(library.generator_folders()).collect();
        let ways = library.ways().into_iter().chain(loaded.ways()).collect();
        let config = &loaded.config.watch;
        let watcher = Watcher::start(config, Places { trees, folders, beside, ways }, &self.tell)?;
        self.tell_of(&watcher, loaded, library);
        self.watcher = Some(watcher);
        Ok(())
    }

    /// Watches these folders, too.
    ///
    /// # Errors
    /// As [`start`](Self::start).
    pub fn also(&mut self, folders: &[PathBuf], loaded: &Loaded, library: &Library) -> Result<()> {
        let watched = self.watcher.as_mut().is_some_and(|watcher| watcher.also(folders).is_ok());
        if watched { Ok(()) } else { self.renew(loaded, library) }
    }

    /// Whether the folders of posts are others than those that are watched.
    pub fn is_elsewhere(&self, library: &Library) -> bool {
        self.watcher.is_none() || library.identities() != self.folders
    }

    /// Whether something else is mounted at, above or below them than then.
    pub fn is_mounted_otherwise(&self, library: &Library) -> bool {
        mounts(library) != self.mounts
    }

    /// `native`, `polling`, or both.
    pub fn kind(&self) -> &'static str {
        self.watcher.as_ref().map_or("none", Watcher::kind)
    }

    /// Whether anything is to be looked at again and again.
    pub fn is_polling(&self) -> bool {
        self.watcher.as_ref().is_some_and(|watcher| !watcher.polled().is_empty())
    }

    /// The folders in folders of posts that are to be looked at again and again.
    pub fn polled(&self, library: &Library) -> Vec<PathBuf> {
        let polled = self.watcher.iter().flat_map(Watcher::polled);
        polled.filter(|polled| library.folders().any(|folder| polled.starts_with(folder))).cloned().collect()
    }

    /// Whether events failed long enough ago; counts how often it is asked.
    pub fn is_time_to_try_again(&mut self) -> bool {
        self.looks += 1;
        self.looks.is_multiple_of(TRY_AGAIN) && self.watcher.as_ref().is_some_and(Watcher::has_failed)
    }

    /// Says what is watched and how, when that is new.
    fn tell_of(&mut self, watcher: &Watcher, loaded: &Loaded, library: &Library) {
        let had_failed = matches!(self.lack, Some(Lack::Failed(_)));
        let interval = loaded.config.watch.interval;
        match watcher.lack() {
            Some(Lack::Failed(_)) if had_failed => return,
            Some(Lack::Failed(reason)) => {
                warn!(cause = NO_EVENTS, "{reason}; polling every {interval:?} until there are events again");
            }
            None | Some(Lack::Remote(..)) => info!(mended = NO_EVENTS, "there are events of the file system again"),
        }
        if let Some(Lack::Remote(folder, name)) = watcher.lack().filter(|lack| Some(*lack) != self.lack.as_ref()) {
            let what = format!("`{}` is on {name}, which tells nothing of what others change", folder.display());
            if watcher.polled().is_empty() {
                warn!("{what}: that is found at the next rescan; `watch: mode: auto` polls there");
            } else {
                info!("{what}: polling every {interval:?}");
            }
        }
        self.lack = watcher.lack().cloned();
        self.looks = 0;
        let folders: Vec<String> = library.folders().map(|folder| format!("`{}`", folder.display())).collect();
        let told = format!("watching {} ({})", folders.join(", "), watcher.kind());
        if told != self.told {
            info!("{told}");
            self.told = told;
        }
    }
}

/// What is mounted at, above and below the folders of posts.
fn mounts(library: &Library) -> Mounts {
    let real = library.folders().filter_map(|folder| std::fs::canonicalize(folder).ok());
    let places: Vec<PathBuf> = library.folders().map(Path::to_owned).chain(real).collect();
    Mounts::around(&places)
}
