//! What an earlier run read, in one file: files as they were, what became of them, and which feeds were published.
//!
//! In: a key, that of everything but the posts that feeds are made by. Out: what is in the file, when it is whole and of
//! the same key; else nothing. To lose it costs time, never bytes. A file is looked up by its [`Stamp`], and only such
//! stamps are kept here as no later write could have.

use std::collections::HashMap;
use std::fs;
use std::hash::Hasher;
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, Result};
use chrono::{DateTime, Utc};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use siphasher::sip::SipHasher13;

use crate::atomic_file;
use crate::config::Per;
use crate::pipeline::Memo;
use crate::post::{Standing, digest};
use crate::site::{GroupKey, Sketch, Term};
use crate::source::{Asset, Stamp};

/// Its name in the state folder.
pub const FILE: &str = "cache.bin";

/// Begins the file: another form, another number.
const MAGIC: &[u8; 8] = b"fwcache1";

/// How many files are best pressed together: several batches are read by all cores.
pub const BATCH: usize = 4096;

/// Feeds as they were published, by path: the fingerprint of each, and the stamp of its file.
pub type Prints = HashMap<String, (u64, Stamp)>;

/// A file as it was read.
#[derive(Debug)]
pub struct Read {
    /// Which version of it was read.
    pub stamp: Stamp,
    /// The files that came with it.
    pub assets: Box<[Asset]>,
    /// What became of it.
    pub memo: Memo,
}

/// What an earlier run knew.
#[derive(Debug, Default)]
pub struct Recollection {
    /// Names that posts have in common, by place.
    names: Vec<(Per, String)>,
    files: HashMap<Arc<str>, Line>,
    /// Which feeds were published.
    pub prints: Prints,
}

/// A file, in few bytes.
#[derive(Debug, Serialize, Deserialize)]
struct Line {
    path: Arc<str>,
    source: u32,
    stamp: Stamp,
    assets: Box<[Asset]>,
    fingerprint: u64,
    url: u64,
    id: u64,
    published: Instant,
    modified: Instant,
    expires: Option<Instant>,
    standing: Standing,
    is: u8,
    /// Places of names.
    terms: Vec<u32>,
    mark: Option<u64>,
    /// What could be better about it, as JSON.
    told: Option<String>,
}

/// Seconds since 1970, and nanoseconds.
type Instant = (i64, u32);

const DRAFT: u8 = 1;
const LISTED: u8 = 2;
const WAITS: u8 = 4;
const ASKS: u8 = 8;

/// The whole file but its head.
#[derive(Serialize, Deserialize)]
struct Pressed<'a> {
    names: Vec<(Per, String)>,
    #[serde(borrow)]
    batches: Vec<&'a [u8]>,
    prints: Prints,
}

impl Recollection {
    /// What is in the file at `path`; nothing when it is not there, broken, or of another key.
    #[must_use]
    pub fn read(path: &Path, key: u64) -> Self {
        fs::read(path).ok().and_then(|bytes| Self::of(&bytes, key)).unwrap_or_default()
    }

    fn of(bytes: &[u8], key: u64) -> Option<Self> {
        let body = bytes.strip_prefix(&head(key))?;
        let (sum, body) = body.split_first_chunk::<8>()?;
        if u64::from_le_bytes(*sum) != digest(body) {
            return None;
        }
        let Pressed { names, batches, prints } = postcard::from_bytes(body).ok()?;
        let batches: Option<Vec<Vec<Line>>> = batches.par_iter().map(|batch| postcard::from_bytes(batch).ok()).collect();
        let files = batches?.into_iter().flatten().map(|line| (line.path.clone(), line)).collect();
        Some(Self { names, files, prints })
    }

    /// Whether it knows nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// Names that posts have in common, for [`take`](Self::take).
    pub fn names(&self) -> impl Iterator<Item = (Per, &str)> {
        self.names.iter().map(|(per, name)| (*per, name.as_str()))
    }

    /// The file of this path, when it has this stamp and the files that came with it are as they were.
    /// `terms`: those of [`names`](Self::names).
    pub fn take(&mut self, path: &str, stamp: &Stamp, terms: &[Arc<Term>]) -> Option<Read> {
        let is_same = |line: &Line| line.stamp == *stamp && !line.assets.iter().any(Asset::differs);
        self.files.get(path).filter(|line| is_same(line))?;
        self.files.remove(path)?.read(terms)
    }
}

/// Presses files into few bytes. `places`: those of the terms in the names that they are kept with.
#[must_use]
pub fn press(files: impl Iterator<Item = Read>, places: &HashMap<usize, u32>) -> Vec<u8> {
    let lines: Vec<Line> = files.filter_map(|file| Line::of(file, places)).collect();
    postcard::to_stdvec(&lines).unwrap_or_default()
}

/// Keeps what a later run may know. `names`: those that posts have in common; `batches`: files, pressed.
///
/// # Errors
/// When it cannot be written; then the old file stands.
pub fn write(path: &Path, key: u64, names: &[Arc<Term>], batches: &[Vec<u8>], prints: Prints) -> Result<()> {
    let name = |term: &Arc<Term>| match &term.key {
        GroupKey::Of(per, _) => Some((*per, term.name.clone())),
        GroupKey::All => None,
    };
    let names = names.iter().filter_map(name).collect();
    let batches = batches.iter().map(Vec::as_slice).collect();
    let body = postcard::to_stdvec(&Pressed { names, batches, prints })?;
    let bytes = [&head(key)[..], &digest(&body).to_le_bytes(), &body].concat();
    atomic_file::write_loosely(path, &bytes).with_context(|| format!("cannot write `{}`", path.display()))
}

/// What a file of this key begins with.
fn head(key: u64) -> [u8; 16] {
    let mut head = [0; 16];
    head[..8].copy_from_slice(MAGIC);
    head[8..].copy_from_slice(&key.to_le_bytes());
    head
}

/// A key of several parts.
#[must_use]
pub fn key(parts: impl IntoIterator<Item = String>) -> u64 {
    let mut hasher = SipHasher13::new();
    for part in parts {
        hasher.write(part.as_bytes());
        hasher.write_u8(0xff);
    }
    hasher.finish()
}

impl Line {
    fn of(Read { stamp, assets, memo }: Read, places: &HashMap<usize, u32>) -> Option<Self> {
        let Memo { sketch, mark, told, asks } = memo;
        let place = |term: &Arc<Term>| places.get(&Arc::as_ptr(term).addr()).copied();
        let flags = [(sketch.draft, DRAFT), (sketch.listed, LISTED), (sketch.waits, WAITS), (asks, ASKS)];
        let told = told.map(|told| serde_json::to_string(&told)).transpose().ok()?;
        Some(Self {
            source: u32::try_from(sketch.source).ok()?,
            stamp,
            assets,
            fingerprint: sketch.fingerprint,
            url: sketch.url,
            id: sketch.id,
            published: pressed(sketch.published),
            modified: pressed(sketch.modified),
            expires: sketch.expires.map(pressed),
            standing: sketch.standing,
            is: flags.into_iter().filter(|(is, _)| *is).fold(0, |all, (_, flag)| all | flag),
            terms: sketch.terms.iter().map(place).collect::<Option<_>>()?,
            mark,
            told,
            path: sketch.path,
        })
    }

    fn read(self, terms: &[Arc<Term>]) -> Option<Read> {
        let is = |flag| self.is & flag != 0;
        let term = |place: &u32| terms.get(usize::try_from(*place).ok()?).cloned();
        let sketch = Sketch {
            source: usize::try_from(self.source).ok()?,
            fingerprint: self.fingerprint,
            url: self.url,
            id: self.id,
            published: instant(self.published)?,
            modified: instant(self.modified)?,
            expires: match self.expires {
                Some(expires) => Some(instant(expires)?),
                None => None,
            },
            standing: self.standing,
            draft: is(DRAFT),
            listed: is(LISTED),
            waits: is(WAITS),
            terms: self.terms.iter().map(term).collect::<Option<_>>()?,
            path: self.path.clone(),
        };
        let told = self.told.as_ref().map(|told| serde_json::from_str(told)).transpose().ok()?;
        let memo = Memo { sketch, mark: self.mark, told, asks: is(ASKS) };
        Some(Read { stamp: self.stamp, assets: self.assets, memo })
    }
}

fn pressed(instant: DateTime<Utc>) -> Instant {
    (instant.timestamp(), instant.timestamp_subsec_nanos())
}

fn instant((seconds, nanoseconds): Instant) -> Option<DateTime<Utc>> {
    DateTime::from_timestamp(seconds, nanoseconds)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pipeline::Told;
    use crate::problem::Problem;

    fn file(path: &str, term: &Arc<Term>) -> Read {
        let instant = DateTime::from_timestamp(1_700_000_000, 5).unwrap();
        let sketch = Sketch {
            path: path.into(),
            source: 0,
            fingerprint: 1,
            url: 2,
            id: 3,
            published: instant,
            modified: instant,
            expires: Some(instant),
            standing: Standing::Known,
            draft: false,
            listed: true,
            waits: false,
            terms: [term.clone()].into(),
        };
        let told = Told { body: vec![Problem::warning(path, "is odd").at(1, 2)], ..Told::default() };
        let memo = Memo { sketch, mark: Some(7), told: Some(Box::new(told)), asks: true };
        let stamp = stamp();
        Read { stamp, assets: Box::default(), memo }
    }

    fn stamp() -> Stamp {
        Stamp::of_stat(&rustix::fs::stat("/").unwrap())
    }

    #[test]
    fn what_was_known_comes_back_for_the_same_key_and_stamp_only() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(FILE);
        let term = Arc::new(Term { key: GroupKey::Of(Per::Tag, "rust".into()), name: "Rust".into() });
        let places = HashMap::from([(Arc::as_ptr(&term).addr(), 0)]);
        let batch = press([file("a.md", &term), file("b.md", &term)].into_iter(), &places);
        let prints = Prints::from([("rss.xml".to_owned(), (9, stamp()))]);
        write(&path, 42, std::slice::from_ref(&term), &[batch], prints).unwrap();
        let mut known = Recollection::read(&path, 42);
        assert_eq!(known.names().collect::<Vec<_>>(), [(Per::Tag, "Rust")]);
        assert_eq!(known.prints["rss.xml"], (9, stamp()));
        let terms = [term.clone()];
        let read = known.take("a.md", &stamp(), &terms).unwrap();
        let expected = file("a.md", &term);
        assert_eq!((read.memo.sketch, read.memo.told), (expected.memo.sketch, expected.memo.told));
        assert!(known.take("a.md", &stamp(), &terms).is_none(), "it is taken");
        let other = Stamp::of_stat(&rustix::fs::stat("/proc").unwrap());
        assert!(known.take("b.md", &other, &terms).is_none());
        assert!(Recollection::read(&path, 43).is_empty());
    }

    #[test]
    fn a_broken_file_is_as_none() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(FILE);
        let term = Arc::new(Term { key: GroupKey::Of(Per::Tag, "rust".into()), name: "Rust".into() });
        let places = HashMap::from([(Arc::as_ptr(&term).addr(), 0)]);
        let batch = press([file("a.md", &term)].into_iter(), &places);
        write(&path, 42, std::slice::from_ref(&term), &[batch], Prints::new()).unwrap();
        let whole = fs::read(&path).unwrap();
        assert!(!Recollection::read(&path, 42).is_empty());
        for length in 0..whole.len() {
            assert!(Recollection::of(&whole[..length], 42).is_none());
        }
        for place in 0..whole.len() {
            let mut bytes = whole.clone();
            bytes[place] ^= 1;
            assert!(Recollection::of(&bytes, 42).is_none(), "{place}");
        }
    }
}
