//! File system events -> "these paths changed": native or polling behind one interface.
//!
//! In: places to watch. Out: [`Noticed`], sent from the watcher's own thread, and which folders have
//! no events and are to be looked at by the clock. It decides nothing about posts, looks at no file
//! by itself, and never wakes anybody for a file that was only read.
//!
//! - `native`: events of the operating system
//! - `links`: trees that are links
//! - `remote`: file systems without events
//! - `mounts`: when something is mounted or unmounted
//! - `settle`: when a burst of changes is over (pure)

mod links;
mod mounts;
mod native;
mod remote;
mod settle;

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context, Result};

pub use mounts::{Mounts, listen as listen_for_mounts};
pub use settle::Settle;

use self::native::Native;
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
    /// A folder or a link on the way to a place is another one, or gone.
    Ways,
    /// Something was mounted or unmounted somewhere.
    Mounts,
    /// Events were lost, for this reason: anything may have happened.
    Lost(String),
}

/// What to watch.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Places {
    /// Folders with everything below.
    pub trees: Vec<PathBuf>,
    /// Each folder of these trees.
    pub folders: Vec<PathBuf>,
    /// Folders around them whose files matter, each without what is below.
    pub beside: Vec<PathBuf>,
    /// Folders and links that lead to all of these; the folders that they are in are real.
    pub ways: Vec<PathBuf>,
}

/// Watches as long as it lives.
pub struct Watcher {
    native: Option<Native>,
    /// Folders that have no events and are to be looked at again and again.
    polled: Vec<PathBuf>,
    lack: Option<Lack>,
}

/// Why there are no events, or not all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Lack {
    /// There could be: they failed.
    Failed(String),
    /// This folder is on a file system, by its name, that does not tell what others change.
    Remote(PathBuf, &'static str),
}

/// Whom to tell.
pub type Tell = Arc<dyn Fn(Noticed) + Send + Sync>;

impl Watcher {
    /// Starts to watch. Where the mode leaves the choice, it is native where there are events, and else polling.
    ///
    /// # Errors
    /// When there are no events, and the mode allows nothing else.
    pub fn start(config: &Watch, places: Places, tell: &Tell) -> Result<Self> {
        if config.mode == WatchMode::Poll {
            return Ok(Self { native: None, polled: places.trees, lack: None });
        }
        let mut with_events = places.clone();
        let (polled, lack) = without_events(&mut with_events);
        let (places, polled) = match config.mode {
            WatchMode::Native => (places, Vec::new()),
            _ => (with_events, polled),
        };
        match Native::start(&places, tell) {
            Ok(native) => Ok(Self { native: Some(native), polled, lack }),
            Err(error) if config.mode == WatchMode::Native => {
                Err(error.context("`watch: mode: native` cannot be had; say `auto`, which polls then"))
            }
            Err(error) => {
                let lack = Some(Lack::Failed(format!("{error:#}")));
                Ok(Self { native: None, polled: places.trees, lack })
            }
        }
    }

    /// Watches these folders, too; those that are gone or may not be read are passed over.
    ///
    /// # Errors
    /// When no more can be watched.
    pub fn also(&mut self, folders: &[PathBuf]) -> Result<()> {
        let Some(native) = &mut self.native else { return Ok(()) };
        let polled = |folder: &&PathBuf| !self.polled.iter().any(|polled| folder.starts_with(polled));
        native.also(folders.iter().filter(polled)).context("there are no events any more")
    }

    /// `native`, `polling`, or both.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match (&self.native, self.polled.is_empty()) {
            (Some(_), true) => "native",
            (Some(_), false) => "native and polling",
            (None, _) => "polling",
        }
    }

    /// Folders that are to be looked at again and again.
    #[must_use]
    pub fn polled(&self) -> &[PathBuf] {
        &self.polled
    }

    /// Why some of it, or all, is polled though nobody asked for that.
    #[must_use]
    pub fn lack(&self) -> Option<&Lack> {
        self.lack.as_ref()
    }

    /// Whether there are no events, and there could be.
    #[must_use]
    pub fn has_failed(&self) -> bool {
        matches!(self.lack, Some(Lack::Failed(_)))
    }
}

/// Takes the folders out of the places that have no events: the uppermost ones of each file system of that kind.
fn without_events(places: &mut Places) -> (Vec<PathBuf>, Option<Lack>) {
    let (mut polled, mut lack): (Vec<PathBuf>, Option<Lack>) = (Vec::new(), None);
    let mut has_events = |folder: &PathBuf| {
        if polled.iter().any(|polled| folder.starts_with(polled)) {
            return false;
        }
        let Some(name) = remote::file_system(folder) else { return true };
        lack.get_or_insert_with(|| Lack::Remote(folder.clone(), name));
        polled.push(folder.clone());
        false
    };
    places.folders.retain(&mut has_events);
    places.beside.retain(&mut has_events);
    (polled, lack)
}
