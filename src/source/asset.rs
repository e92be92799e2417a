//! Files that come with posts: where they may be, and how long they are.

use std::fs;
use std::path::{Component, Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::{Library, absolute};
use crate::config::Source;

/// A file that comes with a post, by its reference in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asset {
    /// Where it may be, the likeliest place first.
    pub tried: Vec<PathBuf>,
    /// In bytes, when it is there.
    pub(super) size: Option<u64>,
}

impl Asset {
    /// Whether it has another size now.
    #[must_use]
    pub fn differs(&self) -> bool {
        self.tried.iter().find_map(|path| size_of(path)) != self.size
    }
}

impl Library {
    /// Where a file of the site may be by its reference in a post: beside the post, or below one
    /// of the folders that generators serve from.
    pub(super) fn places_of(&self, source: &Source, reference: &str, relative: &str) -> Vec<PathBuf> {
        let decoded = percent_encoding::percent_decode_str(reference).decode_utf8();
        let (Ok(reference), Ok(folder)) = (decoded, absolute(&source.path)) else { return Vec::new() };
        let mut plain = Path::new(&*reference).components();
        if plain.any(|part| matches!(part, Component::ParentDir | Component::Prefix(_))) {
            return Vec::new();
        }
        let beside = Path::new(relative).parent().map(|parent| folder.join(parent));
        let around = folder.parent().map(Path::to_owned);
        let served = [Some(folder.clone()), around, Some(self.home.clone()), Some(self.home.join("static"))];
        let bases: Vec<PathBuf> = if reference.starts_with('/') {
            served.into_iter().flatten().collect()
        } else {
            beside.into_iter().chain(served.into_iter().flatten()).collect()
        };
        let below = reference.trim_start_matches('/');
        bases.iter().map(|base| base.join(below)).collect()
    }
}

/// In bytes; `None` when it is no file.
pub(super) fn size_of(path: &Path) -> Option<u64> {
    fs::metadata(path).ok().filter(fs::Metadata::is_file).map(|metadata| metadata.len())
}
