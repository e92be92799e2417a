//! What is kept of reading and publishing for the next run, and taken over from the last one.
//!
//! Whatever posts and feeds depend on beside the files of posts is in the key of what is kept: this program, the
//! configuration, what the generators say, and where all of it is. Another one of these, and nothing is known.

use std::env;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rayon::prelude::*;
use tracing::{debug, warn};

use super::{Blog, Known, Loaded};
use crate::publish::Publisher;
use crate::recall::{self, Prints, Read, Recollection};
use crate::source::{Found, Library, Stamp};

/// What earlier runs knew, and where it is kept.
#[derive(Debug, Default)]
pub(super) struct Memories {
    /// `None`: nothing is kept.
    file: Option<PathBuf>,
    key: u64,
    /// Which feeds were published, until that is asked.
    prints: Option<Prints>,
    /// Whether there is more to keep than is kept.
    pub is_outdated: bool,
}

impl Memories {
    pub fn of(file: Option<PathBuf>, loaded: &Loaded, library: &Library) -> Self {
        let key = if file.is_some() { key_of(loaded, library) } else { 0 };
        Self { file, key, prints: Some(Prints::new()), is_outdated: true }
    }

    /// What the last run knew.
    pub fn read(&self) -> Recollection {
        self.file.as_ref().map(|file| Recollection::read(file, self.key)).unwrap_or_default()
    }
}

/// A key of all that posts and feeds depend on beside the files of posts.
fn key_of(loaded: &Loaded, library: &Library) -> u64 {
    let program = env::current_exe().and_then(|program| program.metadata());
    let program = program.map(|program| (program.size(), program.mtime(), program.mtime_nsec(), program.ino())).ok();
    let generators = library.generators().map(|generator| format!("{generator:?}"));
    let facts = [
        env!("CARGO_PKG_VERSION").to_owned(),
        format!("{program:?}"),
        format!("{:?}", loaded.config),
        loaded.home.display().to_string(),
    ];
    recall::key(facts.into_iter().chain(generators))
}

impl Blog {
    /// Where it is kept what was read, if anywhere.
    #[must_use]
    pub fn cache(&self) -> Option<&Path> {
        self.memories.file.as_deref()
    }

    /// Takes over what the last run read, as far as the files are as they were. The rest is to be read.
    pub(super) fn recall(&mut self, mut known: Recollection, found: Vec<(Found, Stamp)>) -> Vec<(Found, Stamp)> {
        if known.is_empty() {
            return found;
        }
        let terms = self.pipeline.intern(known.names());
        let (mut unread, mut memos, mut files) = (Vec::new(), Vec::new(), Vec::new());
        for (found, stamp) in found {
            match known.take(&found.told, &stamp, &terms).filter(|read| read.memo.sketch.source == found.source) {
                Some(Read { assets, memo, .. }) => {
                    memos.push(memo);
                    files.push((found, stamp, assets));
                }
                None => unread.push((found, stamp)),
            }
        }
        debug!("{} posts are known from an earlier run, {} are to be read", files.len(), unread.len());
        let recalled = self.pipeline.recall(memos);
        for (found, stamp, assets) in files {
            if recalled.refused.contains(&found.told) {
                unread.push((found, stamp));
            } else {
                self.know(found.told, Known { source: found.source, stamp: Some(stamp), assets });
            }
        }
        self.memories.is_outdated = !unread.is_empty();
        self.memories.prints = (!recalled.is_ledger_older).then_some(known.prints);
        unread
    }

    /// Says to who publishes what is published, as far as that is known.
    pub(super) fn tell_published(&mut self, publisher: &mut Publisher) {
        if let Some(prints) = self.memories.prints.take() {
            publisher.trust(prints);
        }
    }

    /// Keeps what is known for the next run. That this fails costs that one time, and nothing else.
    pub fn remember(&mut self, publisher: &Publisher) {
        let Some(file) = self.memories.file.clone().filter(|_| self.memories.is_outdated) else { return };
        let (terms, places) = self.pipeline.terms();
        let files: Vec<(&Arc<str>, &Known)> = self.files.iter().collect();
        let read = |(path, known): &(&Arc<str>, &Known)| {
            Some(Read { stamp: known.stamp?, assets: known.assets.clone(), memo: self.pipeline.memo(path)? })
        };
        let press = |files: &[(&Arc<str>, &Known)]| recall::press(files.iter().filter_map(read), &places);
        let batches: Vec<Vec<u8>> = files.par_chunks(recall::BATCH).map(press).collect();
        match recall::write(&file, self.memories.key, &terms, &batches, publisher.prints().clone()) {
            Ok(()) => self.memories.is_outdated = false,
            Err(error) => warn!(cause = "cache", "{error:#}; the next start reads all posts again"),
        }
    }
}
