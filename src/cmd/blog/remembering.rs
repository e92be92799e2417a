//! What is kept of reading and publishing for the next run, and taken over from the last one.
//!
//! Whatever posts and feeds depend on beside the files of posts is in the key of what is kept: this program, the
//! configuration, what the generators say, and where all of it is. Another one of these, and nothing is known.

use std::collections::BTreeMap;
use std::env;
use std::mem;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Result;
use rayon::prelude::*;
use tracing::{debug, warn};

use super::{Blog, Known, Loaded};
use crate::pipeline::Places;
use crate::post::digest;
use crate::publish::Publisher;
use crate::recall::{self, Prints, Read, Recollection};
use crate::source::{Library, Sighting};

/// What is known of files, in few bytes.
pub(super) struct Pressed {
    places: Places,
    batches: Result<Vec<Vec<u8>>>,
}

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

    /// Whether the last run may have left what it knew.
    pub fn may_know(&self) -> bool {
        self.file.as_ref().is_some_and(|file| file.exists())
    }

    /// What the last run knew.
    pub fn read(&self) -> Option<Recollection> {
        self.file.as_ref().and_then(|file| Recollection::read(file, self.key))
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
    let facts: Vec<String> = facts.into_iter().chain(generators).collect();
    digest(facts.join("\0").as_bytes())
}

impl Blog {
    /// Where it is kept what was read, if anywhere.
    #[must_use]
    pub fn cache(&self) -> Option<&Path> {
        self.memories.file.as_deref()
    }

    /// Takes over what the last run read, as far as the files are as they were. The rest is to be read.
    pub(super) fn recall(&mut self, known: Option<Recollection>, found: Vec<Sighting>) -> Vec<Sighting> {
        let Some(mut known) = known else { return found };
        let (terms, prints) = (self.pipeline.intern(known.names()), mem::take(&mut known.prints));
        let read = known.take(&terms, &found);
        let read = || read.iter().flatten();
        let file = |(place, read): &(usize, Read)| {
            let (found, _) = &found[*place];
            let known = Known { source: found.source, stamp: Some(read.stamp), assets: read.assets.clone() };
            (found.told.clone(), known)
        };
        let (recalled, mut files) = rayon::join(
            || self.pipeline.recall(read().map(|(_, read)| &read.memo)),
            || read().map(file).collect::<BTreeMap<_, _>>(),
        );
        recalled.refused.iter().for_each(|path| drop(files.remove(path)));
        let mut is_known = vec![false; found.len()];
        read().for_each(|(place, _)| is_known[*place] = !recalled.refused.contains(&found[*place].0.told));
        self.know_all(files);
        let mut is_known = is_known.into_iter();
        let mut unread = found;
        unread.retain(|_| !is_known.next().unwrap_or_default());
        debug!("{} posts are known from an earlier run, {} are to be read", self.files.len(), unread.len());
        self.memories.is_outdated = !unread.is_empty();
        self.memories.prints = Some(if recalled.is_ledger_older { Prints::new() } else { prints });
        unread
    }

    /// Says to who publishes what is published, as far as that is known.
    pub(super) fn tell_published(&mut self, publisher: &mut Publisher) {
        if let Some(prints) = self.memories.prints.take() {
            publisher.trust(prints);
        }
    }

    /// Keeps what is known for the next run, if that is not kept. That this fails costs that one time, and nothing else.
    pub fn remember(&mut self, publisher: &Publisher) {
        if self.memories.is_outdated
            && let Some(pressed) = self.press()
        {
            self.keep_pressed(pressed, publisher);
        }
    }

    /// What is known of files, in few bytes; `None` where nothing is kept.
    pub(super) fn press(&self) -> Option<Pressed> {
        self.memories.file.as_ref()?;
        let places = self.pipeline.terms();
        let files: Vec<(&Arc<str>, &Known)> = self.files.iter().collect();
        let read = |(path, known): &(&Arc<str>, &Known)| {
            Some(Read { stamp: known.stamp?, assets: known.assets.clone(), memo: self.pipeline.memo(path)? })
        };
        let batches = files
            .par_chunks(recall::BATCH)
            .with_max_len(1)
            .map(|files| recall::press(files.iter().filter_map(read), &places));
        let batches = batches.collect();
        Some(Pressed { places, batches })
    }

    /// Keeps what is known of files, with what is published.
    pub(super) fn keep_pressed(&mut self, Pressed { places, batches }: Pressed, publisher: &Publisher) {
        let Some(file) = &self.memories.file else { return };
        let kept = batches.and_then(|batches| {
            recall::write(file, self.memories.key, places.terms(), &batches, publisher.prints().clone())
        });
        match kept {
            Ok(()) => self.memories.is_outdated = false,
            Err(error) => warn!(cause = "cache", "{error:#}; the next start reads all posts again"),
        }
    }
}
