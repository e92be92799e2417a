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
use postcard::ser_flavors::Flavor;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use twox_hash::XxHash3_64;

use crate::atomic_file;
use crate::config::Per;
use crate::pipeline::{Memo, Places};
use crate::post::{Standing, digest};
use crate::site::{GroupKey, Sketch, Term};
use crate::source::{Asset, Sighting, Stamp};

/// Its name in the state folder.
pub const FILE: &str = "cache.bin";

/// Begins the file: another form, another number.
const MAGIC: &[u8; 8] = b"fwcache3";

/// How many files are best pressed together: several batches are read by all cores.
pub const BATCH: usize = 4096;

/// How many bytes a file takes, mostly.
const USUAL: usize = 128;

/// Feeds as they were published, by path.
pub type Prints = HashMap<String, Print>;

/// A feed, or a sibling of one, as it was published.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Print {
    /// Of how it was made.
    pub fingerprint: u64,
    /// Of its file.
    pub stamp: Stamp,
    /// Of its bytes.
    pub digest: u64,
}

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
#[derive(Debug)]
pub struct Recollection {
    /// Names that posts have in common, by place.
    names: Vec<(Per, String)>,
    /// Files, pressed, in the order of their paths.
    batches: Vec<Vec<u8>>,
    /// Which feeds were published.
    pub prints: Prints,
}

/// A file, in few bytes.
#[derive(Debug, Serialize, Deserialize)]
struct Line<'a> {
    path: &'a str,
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

/// What stands before the batches.
#[derive(Serialize, Deserialize)]
struct Contents {
    /// Each with its place in [`Per::ALL`].
    names: Vec<(usize, String)>,
    /// The lengths of the batches, in bytes.
    lengths: Vec<usize>,
    prints: Prints,
}

impl Recollection {
    /// What is in the file at `path`; `None` when it is not there, broken, or of another key.
    #[must_use]
    pub fn read(path: &Path, key: u64) -> Option<Self> {
        Self::of(&fs::read(path).ok()?, key)
    }

    fn of(bytes: &[u8], key: u64) -> Option<Self> {
        let rest = bytes.strip_prefix(&head(key))?;
        let (sum, rest) = rest.split_first_chunk::<8>()?;
        if u64::from_le_bytes(*sum) != digest(rest) {
            return None;
        }
        let (Contents { names, lengths, prints }, mut rest) = postcard::take_from_bytes(rest).ok()?;
        let names = names.into_iter().map(|(kind, name)| Some((*Per::ALL.get(kind)?, name))).collect::<Option<_>>()?;
        let mut batches = Vec::with_capacity(lengths.len());
        for length in lengths {
            let (batch, behind) = rest.split_at_checked(length)?;
            batches.push(batch.to_vec());
            rest = behind;
        }
        rest.is_empty().then_some(Self { names, batches, prints })
    }

    /// Names that posts have in common, for [`take`](Self::take).
    pub fn names(&self) -> impl Iterator<Item = (Per, &str)> {
        self.names.iter().map(|(per, name)| (*per, name.as_str()))
    }

    /// Those of the files that were found which have the stamps that they had, and whose files that come with them are as
    /// they were, each with its place among those that were found, in some parts.
    /// `terms`: those of [`names`](Self::names); `found`: in the order of their paths.
    #[must_use]
    pub fn take(self, terms: &[Arc<Term>], found: &[Sighting]) -> Vec<Vec<(usize, Read)>> {
        self.batches.into_par_iter().with_max_len(1).map(|batch| same(&batch, terms, found)).collect()
    }
}

/// Those of a batch that are as they were found.
fn same(batch: &[u8], terms: &[Arc<Term>], found: &[Sighting]) -> Vec<(usize, Read)> {
    let (mut rest, mut place, mut same) = (batch, None, Vec::with_capacity(BATCH));
    while !rest.is_empty() {
        let Ok((line, behind)) = postcard::take_from_bytes::<Line<'_>>(rest) else { break };
        rest = behind;
        let place = place.get_or_insert_with(|| found.partition_point(|(found, _)| *found.told < *line.path));
        while found.get(*place).is_some_and(|(found, _)| *found.told < *line.path) {
            *place += 1;
        }
        let Some((found, stamp)) = found.get(*place).filter(|(found, _)| *found.told == *line.path) else { continue };
        let source = u32::try_from(found.source);
        if Some(&line.stamp) == stamp.as_deref() && source == Ok(line.source) && !line.assets.iter().any(Asset::differs)
        {
            same.extend(line.read(&found.told, terms).map(|read| (*place, read)));
        }
    }
    same
}

/// Presses files into few bytes, one after the other in the order of their paths. `places`: of the terms that they are
/// kept with.
///
/// # Errors
/// When one does not say how much there is of something.
pub fn press(files: impl Iterator<Item = Read>, places: &Places) -> Result<Vec<u8>> {
    let mut pressed = Vec::with_capacity(BATCH * USUAL);
    for file in files {
        if let Some(line) = Line::of(&file, places) {
            postcard::serialize_with_flavor(&line, Behind(&mut pressed))?;
        }
    }
    Ok(pressed)
}

/// Bytes are put behind those that are there: `postcard` does not know this flavour itself.
struct Behind<'a>(&'a mut Vec<u8>);

impl Flavor for Behind<'_> {
    type Output = ();

    fn try_push(&mut self, byte: u8) -> postcard::Result<()> {
        self.0.push(byte);
        Ok(())
    }

    fn try_extend(&mut self, bytes: &[u8]) -> postcard::Result<()> {
        self.0.extend_from_slice(bytes);
        Ok(())
    }

    fn finalize(self) -> postcard::Result<()> {
        Ok(())
    }
}

/// Keeps what a later run may know. `names`: those that posts have in common; `batches`: files, pressed, in the order of
/// their paths.
///
/// # Errors
/// When it cannot be written; then the old file stands.
pub fn write(path: &Path, key: u64, names: &[Arc<Term>], batches: &[Vec<u8>], prints: Prints) -> Result<()> {
    let name = |term: &Arc<Term>| match &term.key {
        GroupKey::Of(per, _) => Some((*per as usize, term.name.clone())),
        GroupKey::All => None,
    };
    let (names, lengths) = (names.iter().filter_map(name).collect(), batches.iter().map(Vec::len).collect());
    let contents = postcard::to_stdvec(&Contents { names, lengths, prints })?;
    let parts = || [&contents].into_iter().chain(batches).map(Vec::as_slice);
    let mut hasher = XxHash3_64::new();
    parts().for_each(|part| hasher.write(part));
    let (head, sum) = (head(key), hasher.finish().to_le_bytes());
    let written = atomic_file::write_loosely(path, [&head[..], &sum].into_iter().chain(parts()));
    written.with_context(|| format!("cannot write `{}`", path.display()))
}

/// What a file of this key begins with.
fn head(key: u64) -> [u8; 16] {
    let mut head = [0; 16];
    head[..8].copy_from_slice(MAGIC);
    head[8..].copy_from_slice(&key.to_le_bytes());
    head
}

impl<'a> Line<'a> {
    fn of(Read { stamp, assets, memo }: &'a Read, places: &Places) -> Option<Self> {
        let Memo { sketch, mark, told, asks } = memo;
        let flags = [(sketch.draft, DRAFT), (sketch.listed, LISTED), (sketch.waits, WAITS), (*asks, ASKS)];
        let told = told.as_ref().map(serde_json::to_string).transpose().ok()?;
        Some(Self {
            source: u32::try_from(sketch.source).ok()?,
            stamp: *stamp,
            assets: assets.clone(),
            fingerprint: sketch.fingerprint,
            url: sketch.url,
            id: sketch.id,
            published: pressed(sketch.published),
            modified: pressed(sketch.modified),
            expires: sketch.expires.map(pressed),
            standing: sketch.standing,
            is: flags.into_iter().filter(|(is, _)| *is).fold(0, |all, (_, flag)| all | flag),
            terms: sketch.terms.iter().map(|term| places.of(term)).collect::<Option<_>>()?,
            mark: *mark,
            told,
            path: &sketch.path,
        })
    }

    fn read(self, path: &Arc<str>, terms: &[Arc<Term>]) -> Option<Read> {
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
            path: path.clone(),
        };
        let told = self.told.as_ref().map(|told| serde_json::from_str(told)).transpose().ok()?;
        let memo = Memo { sketch: Arc::new(sketch), mark: self.mark, told, asks: is(ASKS) };
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
    use crate::source::Found;

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
        let memo = Memo { sketch: Arc::new(sketch), mark: Some(7), told: Some(Box::new(told)), asks: true };
        let stamp = stamp();
        Read { stamp, assets: Box::default(), memo }
    }

    fn stamp() -> Stamp {
        Stamp::of_stat(&rustix::fs::stat("/").unwrap())
    }

    fn print() -> Print {
        Print { fingerprint: 9, stamp: stamp(), digest: 10 }
    }

    fn written(path: &Path, names: &[&str]) -> Arc<Term> {
        let term = Arc::new(Term { key: GroupKey::Of(Per::Tag, "rust".into()), name: "Rust".into() });
        let places: Places = [term.clone()].into_iter().collect();
        let files = names.iter().map(|name| file(name, &term));
        let prints = Prints::from([("rss.xml".to_owned(), print())]);
        write(path, 42, std::slice::from_ref(&term), &[press(files, &places).unwrap()], prints).unwrap();
        term
    }

    #[test]
    fn what_was_known_comes_back_for_the_same_key_and_stamp_only() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(FILE);
        let term = written(&path, &["a.md", "b.md", "d.md"]);
        assert!(Recollection::read(&path, 43).is_none());
        let known = Recollection::read(&path, 42).unwrap();
        assert_eq!(known.names().collect::<Vec<_>>(), [(Per::Tag, "Rust")]);
        assert_eq!(known.prints["rss.xml"], print());
        let other = Stamp::of_stat(&rustix::fs::stat("/proc").unwrap());
        let found = [("a.md", stamp()), ("b.md", other), ("c.md", stamp()), ("d.md", stamp())];
        let found = found.map(|(name, stamp)| (Found::of(0, name.into(), 0), Some(Box::new(stamp))));
        let mut taken: Vec<_> = known.take(std::slice::from_ref(&term), &found).into_iter().flatten().collect();
        assert_eq!(taken.iter().map(|(place, _)| *place).collect::<Vec<_>>(), [0, 3]);
        let expected = file("a.md", &term);
        let (_, read) = taken.remove(0);
        assert_eq!((read.memo.sketch, read.memo.told), (expected.memo.sketch, expected.memo.told));
        assert!(read.memo.asks && read.memo.mark == Some(7));
    }

    #[test]
    fn a_broken_file_is_as_none() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(FILE);
        written(&path, &["a.md"]);
        let whole = fs::read(&path).unwrap();
        assert!(Recollection::of(&whole, 42).is_some());
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
