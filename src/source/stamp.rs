//! What tells one version of a file from another without reading it.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::time::{Duration, SystemTime};

use rustix::fs::Stat;
use serde::{Deserialize, Serialize};

/// What tells one version of a file from another without reading it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stamp {
    modified: (i64, i64),
    changed: (i64, i64),
    size: u64,
    inode: u64,
}

impl Stamp {
    pub(super) fn of(metadata: &fs::Metadata) -> Self {
        Self {
            modified: (metadata.mtime(), metadata.mtime_nsec()),
            changed: (metadata.ctime(), metadata.ctime_nsec()),
            size: metadata.size(),
            inode: metadata.ino(),
        }
    }

    /// That of a file as the system describes it.
    #[must_use]
    pub fn of_stat(stat: &Stat) -> Self {
        let nanoseconds = |part| i64::try_from(part).unwrap_or_default();
        Self {
            modified: (stat.st_mtime, nanoseconds(stat.st_mtime_nsec)),
            changed: (stat.st_ctime, nanoseconds(stat.st_ctime_nsec)),
            size: u64::try_from(stat.st_size).unwrap_or_default(),
            inode: stat.st_ino,
        }
    }

    /// How long the file is, in bytes.
    pub(super) fn size(&self) -> u64 {
        self.size
    }

    /// Whether the last write was at least `age` before `instant`.
    #[must_use]
    pub fn is_older_than(&self, instant: SystemTime, age: Duration) -> bool {
        let last = self.modified.max(self.changed).0;
        let instant = instant.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        u64::try_from(last).is_ok_and(|last| Duration::from_secs(last) + age <= instant)
    }
}
