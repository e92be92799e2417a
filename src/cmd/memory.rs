//! What a run knows of the runs before it: what subscribers know.
//!
//! In: the state, and where there is none (on a new machine, in CI) the feeds that are published. It writes nothing.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Result;
use tracing::{debug, info};

use super::load::Loaded;
use super::loss::OnLoss;
use crate::cli::Consent;
use crate::config::FeedSpec;
use crate::ledger::Ledger;
use crate::state::State;
use crate::subscription::{self, Entry};

/// What is known of the runs before.
#[derive(Debug, Clone, Default)]
pub struct Memory {
    /// What subscribers know.
    pub ledger: Ledger,
    /// Where that was not kept: what they see in our own feeds.
    pub published: Vec<Entry>,
    /// Where posts are kept as they last were good.
    pub state: Option<PathBuf>,
    /// What of posts that vanished since then.
    pub on_loss: OnLoss,
}

impl Memory {
    /// What the state keeps, else what the published feeds show.
    ///
    /// # Errors
    /// When the state cannot be read.
    pub fn of(mut state: Option<&mut State>, loaded: &Loaded) -> Result<Self> {
        let (ledger, is_whole) = state.as_mut().map(|state| state.ledger()).transpose()?.unwrap_or_default();
        let published = if is_whole { Vec::new() } else { read_back(loaded) };
        let state = state.map(|state| state.folder().to_owned());
        Ok(Self { ledger, published, state, on_loss: OnLoss::Refuse })
    }

    /// Whether nothing was ever published.
    #[must_use]
    pub fn is_nothing(&self) -> bool {
        self.ledger.is_empty() && self.published.is_empty()
    }

    /// The same, but for what is to be made anew.
    #[must_use]
    pub fn with(mut self, consent: Consent) -> Self {
        if consent.reassign_ids {
            self.ledger.forget_ids();
            self.published.clear();
        }
        Self { on_loss: if consent.accept_loss { OnLoss::Accept } else { self.on_loss }, ..self }
    }
}

/// The entries of the feeds that are published; of those with one id the one that says most.
fn read_back(loaded: &Loaded) -> Vec<Entry> {
    let config = &loaded.config;
    let mut entries: Vec<Entry> = Vec::new();
    let feeds: Vec<PathBuf> = config.feeds.iter().flat_map(|feed| files_of(feed, &config.output)).collect();
    for path in feeds.iter().take(MOST_FEEDS) {
        let Ok(bytes) = fs::read(path) else { continue };
        match subscription::read(&bytes, &path.display().to_string()) {
            Ok(feed) => entries.extend(feed.entries),
            Err(problem) => debug!("not read back: {problem}"),
        }
    }
    entries.sort_by(|a, b| (&a.id, b.updated).cmp(&(&b.id, a.updated)));
    entries.dedup_by(|a, b| a.id == b.id);
    if !entries.is_empty() {
        info!("not all is known of earlier runs; the ids of {} published entries are read back", entries.len());
    }
    entries
}

/// The files that a line of the configuration may have made.
fn files_of(feed: &FeedSpec, output: &Path) -> Vec<PathBuf> {
    let Some((before, after)) = feed.per.and_then(|per| feed.path.split_once(per.placeholder())) else {
        return existing([output.join(&feed.path)]);
    };
    let (folder, prefix) = before.rsplit_once('/').unwrap_or(("", before));
    let names = fs::read_dir(output.join(folder)).into_iter().flatten().flatten().map(|entry| entry.file_name());
    let mut names: Vec<String> = names.filter_map(|name| name.into_string().ok()).collect();
    names.sort();
    let names = names.iter().filter(|name| name.starts_with(prefix));
    let (ends_here, _) = after.split_once('/').map_or((after, ""), |(here, rest)| (here, rest));
    let names = names.filter(|name| name.ends_with(ends_here));
    let rest = &after[ends_here.len()..];
    existing(names.map(|name| output.join(folder).join(format!("{name}{rest}"))))
}

/// Those that are files and no links, and not larger than any feed of ours.
fn existing(paths: impl IntoIterator<Item = PathBuf>) -> Vec<PathBuf> {
    let is_feed =
        |path: &PathBuf| fs::symlink_metadata(path).is_ok_and(|file| file.is_file() && file.len() < LARGEST_FEED);
    paths.into_iter().filter(is_feed).collect()
}

/// So many feeds show all that subscribers know.
const MOST_FEEDS: usize = 10_000;

/// In bytes.
const LARGEST_FEED: u64 = 100_000_000;
