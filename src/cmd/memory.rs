//! What a run knows of the runs before it: what subscribers know.
//!
//! In: the state, and where there is none (on a new machine, in CI) the feeds that are published. It writes nothing.

use std::path::PathBuf;

use anyhow::Result;
use tracing::{debug, info};

use super::load::Loaded;
use super::loss::OnLoss;
use crate::cli::{Common, Consent};
use crate::config::FeedSpec;
use crate::folder::Folder;
use crate::ledger::Ledger;
use crate::recall;
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
    /// Where it is kept what was read.
    pub cache: Option<PathBuf>,
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
        Ok(Self { ledger, published, state, on_loss: OnLoss::Refuse, cache: None })
    }

    /// Whether nothing was ever published.
    #[must_use]
    pub fn is_nothing(&self) -> bool {
        self.ledger.is_empty() && self.published.is_empty()
    }

    /// The same, with what was read: unless somebody wants all files to be read again.
    #[must_use]
    pub fn cached(self, options: &Common) -> Self {
        let cache = self.state.as_ref().filter(|_| !options.no_cache).map(|state| state.join(recall::FILE));
        Self { cache, ..self }
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
    let Ok(output) = Folder::open(&loaded.config.output) else { return Vec::new() };
    let mut entries: Vec<Entry> = Vec::new();
    let paths = loaded.config.feeds.iter().flat_map(|feed| paths_of(feed, &output));
    for path in paths.take(MOST_FEEDS) {
        let Ok(bytes) = output.read(&path, LARGEST_FEED) else { continue };
        match subscription::read(&bytes, &path) {
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

/// Where the feeds of a line of the configuration may be, below the output.
fn paths_of(feed: &FeedSpec, output: &Folder) -> Vec<String> {
    let Some((before, after)) = feed.per.and_then(|per| feed.path.split_once(per.placeholder())) else {
        return vec![feed.path.clone()];
    };
    let start = before.rfind('/').map_or(0, |slash| slash + 1);
    let (folder, prefix) = before.split_at(start);
    let (suffix, rest) = after.split_at(after.find('/').unwrap_or(after.len()));
    let mut names = output.below(folder.trim_end_matches('/')).and_then(|folder| folder.names()).unwrap_or_default();
    names.retain(|name| name.starts_with(prefix) && name.ends_with(suffix));
    names.sort();
    names.into_iter().map(|name| format!("{folder}{name}{rest}")).collect()
}

/// So many feeds show all that subscribers know.
const MOST_FEEDS: usize = 10_000;

/// In bytes.
const LARGEST_FEED: u64 = 100_000_000;
