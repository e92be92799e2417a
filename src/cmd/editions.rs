//! The feeds as they are published, for those who pass them on: what is new since they were handed on last.
//!
//! Since when a feed has the bytes that it has outlives the process, in `editions.json` of the state folder: times of
//! files change when they are copied or restored, and readers that ask for what was modified since then must not.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result};
use chrono::{DateTime, SubsecRound, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use tracing::warn;
use url::Url;

use crate::feed::Edition;
use crate::feed::edition::{Digest, digest, format_of};
use crate::publish::{Published, Publisher};
use crate::source::Stamp;
use crate::state;

const FILE: &str = "editions.json";
/// Many versions within a second are ahead of the clock by less.
const A_WHILE: TimeDelta = TimeDelta::hours(1);

/// The feeds as they were handed on last.
#[derive(Debug)]
pub struct Editions {
    /// Where the output is served.
    base: Url,
    file: PathBuf,
    kept: BTreeMap<String, Since>,
    handed_on: BTreeMap<String, Stamp>,
    is_unkept: bool,
}

/// Since when a feed has these bytes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Since {
    digest: Digest,
    since: DateTime<Utc>,
}

/// What is new.
#[derive(Debug, Default)]
pub struct News {
    /// New, or with other bytes than before.
    pub editions: Vec<Edition>,
    /// Paths of feeds that are no more.
    pub gone: Vec<String>,
}

impl News {
    /// Whether there is nothing.
    #[must_use]
    pub fn is_none(&self) -> bool {
        self.editions.is_empty() && self.gone.is_empty()
    }
}

impl Editions {
    /// Nothing was handed on yet. `state`: the folder of the state; `base`: the URL under which the output is served;
    /// `former`: those until now, of which it is known since when they are.
    #[must_use]
    pub fn open(state: &Path, base: Url, former: Option<Self>) -> Self {
        let file = state.join(FILE);
        let former = former.filter(|former| former.file == file || !file.exists());
        let is_unkept = former.as_ref().is_some_and(|former| former.is_unkept || former.file != file);
        let kept = former.map_or_else(|| read(&file), |former| former.kept);
        Self { base, file, kept, handed_on: BTreeMap::new(), is_unkept }
    }

    /// What is new after a publication.
    ///
    /// # Errors
    /// When a feed cannot be read: then all that was new still is.
    pub fn news(&mut self, published: &Published, publisher: &Publisher, now: DateTime<Utc>) -> Result<News> {
        let mut read = Vec::new();
        for path in published.written.iter().chain(&published.unchanged) {
            let cannot = || format!("cannot read the feed `{path}` of `{}`", publisher.output().display());
            let stamp = publisher.stamp(path).with_context(cannot)?;
            if self.handed_on.get(path) != Some(&stamp) {
                read.push((path, publisher.read(path).with_context(cannot)?, stamp));
            }
        }
        let gone: Vec<String> =
            published.removed.iter().filter(|path| self.handed_on.remove(*path).is_some()).cloned().collect();
        let mut editions = Vec::new();
        for (path, bytes, stamp) in read {
            editions.push(self.edition(path, bytes, now)?);
            self.handed_on.insert(path.clone(), stamp);
        }
        Ok(News { editions, gone })
    }

    /// The paths of feeds that were handed on and are made no more.
    pub fn forget_all_but(&mut self, is_made: &dyn Fn(&str) -> bool) -> Vec<String> {
        let gone: Vec<String> = self.handed_on.keys().filter(|path| !is_made(path)).cloned().collect();
        self.handed_on.retain(|path, _| is_made(path));
        gone
    }

    fn edition(&mut self, path: &str, bytes: Vec<u8>, now: DateTime<Utc>) -> Result<Edition> {
        let digest = digest(&bytes);
        let url = self.base.join(path).with_context(|| format!("the feed `{path}` has no address"))?;
        let since = self.since(path, digest, now);
        Ok(Edition { path: path.to_owned(), url, format: format_of(&bytes), bytes: Arc::from(bytes), digest, since })
    }

    /// Since when: each version has a second of its own, as HTTP knows no shorter time.
    fn since(&mut self, path: &str, digest: u128, now: DateTime<Utc>) -> DateTime<Utc> {
        let (digest, now) = (Digest(digest), now.trunc_subsecs(0));
        let since = match self.kept.get(path) {
            Some(kept) if kept.digest == digest => return kept.since,
            // One of a clock that was wrong is not followed.
            Some(kept) if kept.since > now + A_WHILE => now,
            Some(kept) => now.max(kept.since + TimeDelta::seconds(1)),
            None => now,
        };
        self.kept.insert(path.to_owned(), Since { digest, since });
        self.is_unkept = true;
        since
    }

    /// Keeps what is new of it.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn keep(&mut self) -> Result<()> {
        if self.is_unkept {
            state::write(&self.file, &serde_json::to_vec(&self.kept)?)?;
            self.is_unkept = false;
        }
        Ok(())
    }
}

/// What was kept; where that cannot be known, all feeds are as of now.
fn read(file: &Path) -> BTreeMap<String, Since> {
    let kept = state::read(file, CONSEQUENCE).unwrap_or_else(|error| {
        warn!("{error:#}; {CONSEQUENCE}");
        None
    });
    kept.unwrap_or_default()
}

const CONSEQUENCE: &str = "readers ask once more for all feeds";

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn second(second: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_700_000_000 + second, 123_000_000).unwrap()
    }

    fn editions(folder: &Path) -> Editions {
        Editions::open(folder, Url::parse("https://example.org/feeds/").unwrap(), None)
    }

    fn published(written: &[&str], removed: &[&str]) -> Published {
        let owned = |paths: &[&str]| paths.iter().map(|path| (*path).to_owned()).collect();
        Published { written: owned(written), removed: owned(removed), ..Published::default() }
    }

    #[test]
    fn what_was_handed_on_is_not_new() {
        let folder = tempfile::tempdir().unwrap();
        let output = folder.path().join("public");
        let publisher = Publisher::open(&output, Some(&folder.path().join("state"))).unwrap();
        let mut editions = editions(folder.path());
        fs::write(output.join("a.json"), "{}").unwrap();
        let mut news = editions.news(&published(&["a.json"], &["b.json"]), &publisher, second(0)).unwrap();
        let edition = news.editions.remove(0);
        assert_eq!((edition.url.as_str(), &*edition.bytes), ("https://example.org/feeds/a.json", b"{}".as_slice()));
        assert!(news.is_none(), "nobody knew of b.json");
        assert!(editions.news(&published(&["a.json"], &[]), &publisher, second(1)).unwrap().is_none());
        fs::remove_file(output.join("a.json")).unwrap();
        assert!(editions.news(&published(&["a.json"], &[]), &publisher, second(1)).is_err());
        let news = editions.news(&published(&[], &["a.json"]), &publisher, second(1)).unwrap();
        assert_eq!(news.gone, ["a.json"]);
    }

    #[test]
    fn each_version_has_a_second_of_its_own_whatever_happens_to_files() {
        let folder = tempfile::tempdir().unwrap();
        let mut first = editions(folder.path());
        let start = second(0).trunc_subsecs(0);
        assert_eq!(first.since("a.xml", 1, second(0)), start);
        assert_eq!(first.since("a.xml", 2, second(0)), start + TimeDelta::seconds(1));
        assert_eq!(first.since("a.xml", 2, second(60)), start + TimeDelta::seconds(1));
        first.keep().unwrap();
        let mut second_run = editions(folder.path());
        assert_eq!(second_run.since("a.xml", 2, second(90)), start + TimeDelta::seconds(1));
        assert_eq!(second_run.since("a.xml", 1, second(90)), start + TimeDelta::seconds(90));
        fs::write(folder.path().join(FILE), "{").unwrap();
        assert_eq!(editions(folder.path()).since("a.xml", 1, second(99)), start + TimeDelta::seconds(99));
    }
}
