//! What is to be looked at: pure, `now` is an argument.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// What is to be looked at when it has settled.
#[derive(Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each stands for itself; no two exclude one another")]
pub struct Pending {
    /// The configuration is to be read again, whatever its bytes.
    pub reload: bool,
    /// Something happened to the configuration file.
    pub configuration: bool,
    /// Something happened to the files that the blog's own generator reads besides posts.
    pub generator: bool,
    /// Anything may have changed.
    pub anything: bool,
    /// The folders of posts may be others than those that are watched.
    pub roots: bool,
    /// Folders without events are to be looked at.
    pub polled: bool,
    /// These changed.
    pub paths: BTreeSet<PathBuf>,
    /// These are being written, since when.
    writing: BTreeMap<PathBuf, Instant>,
}

/// A file that nobody closes is read as it is after this time.
const LONGEST_WRITE: Duration = Duration::from_secs(10);

impl Pending {
    /// Everything is to be looked at.
    #[must_use]
    pub fn everything() -> Self {
        Self { anything: true, ..Self::default() }
    }

    /// Whether somebody is writing this file.
    #[must_use]
    pub fn is_writing(&self, path: &Path) -> bool {
        self.writing.contains_key(path)
    }

    /// These are as they should be.
    pub fn changed(&mut self, paths: Vec<PathBuf>) {
        for path in paths {
            self.writing.remove(&path);
            self.paths.insert(path);
        }
    }

    /// These are being written.
    pub fn writing(&mut self, paths: Vec<PathBuf>, now: Instant) {
        for path in paths {
            self.paths.remove(&path);
            self.writing.entry(path).or_insert(now);
        }
    }

    /// When a file that nobody closes is read as it is.
    #[must_use]
    pub fn due(&self) -> Option<Instant> {
        self.writing.values().min().map(|since| *since + LONGEST_WRITE)
    }

    /// Gives up waiting for files that nobody closes: those.
    pub fn take_overdue(&mut self, now: Instant) -> Vec<PathBuf> {
        let overdue = |since: &Instant| *since + LONGEST_WRITE <= now;
        let paths: Vec<PathBuf> =
            self.writing.iter().filter(|(_, since)| overdue(since)).map(|(path, _)| path.clone()).collect();
        self.changed(paths.clone());
        paths
    }

    /// What was to be looked at was.
    pub fn done(&mut self) {
        let writing = std::mem::take(&mut self.writing);
        *self = Self {
            reload: self.reload,
            configuration: self.configuration,
            generator: self.generator,
            writing,
            ..Self::default()
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_is_written_waits_until_it_is_closed() {
        let (mut pending, now) = (Pending::default(), Instant::now());
        pending.writing(vec!["a.md".into()], now);
        pending.writing(vec!["a.md".into()], now + Duration::from_secs(1));
        assert!(pending.paths.is_empty());
        assert_eq!(pending.due(), Some(now + LONGEST_WRITE));
        pending.changed(vec!["a.md".into()]);
        assert_eq!(pending.due(), None);
        assert_eq!(pending.paths, BTreeSet::from(["a.md".into()]));
    }

    #[test]
    fn a_file_that_nobody_closes_is_read_in_the_end() {
        let (mut pending, now) = (Pending::default(), Instant::now());
        pending.writing(vec!["a.md".into()], now);
        assert!(pending.take_overdue(now + LONGEST_WRITE / 2).is_empty());
        assert_eq!(pending.take_overdue(now + LONGEST_WRITE), [PathBuf::from("a.md")]);
        assert_eq!(pending.paths, BTreeSet::from(["a.md".into()]));
    }

    #[test]
    fn what_comes_meanwhile_is_kept() {
        let mut pending = Pending::everything();
        pending.writing(vec!["a.md".into()], Instant::now());
        pending.reload = true;
        pending.done();
        assert!(pending.reload && !pending.anything && pending.due().is_some());
    }
}
