//! What is mounted: no event of a folder tells that another one was put over it, or taken away.
//!
//! `/proc/self/mountinfo` (see `proc_pid_mountinfo(5)`) does: whoever polls it is woken at each change.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::thread;

use anyhow::{Context, Result};
use rustix::event::{PollFd, PollFlags, poll};
use tracing::debug;

use super::{Noticed, Tell};

const TABLE: &str = "/proc/self/mountinfo";

/// What is mounted at, above and below some places.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Mounts(Vec<String>);

impl Mounts {
    /// What there is now; nothing where the system does not tell.
    #[must_use]
    pub fn around(places: &[PathBuf]) -> Self {
        Self(relevant(&fs::read_to_string(TABLE).unwrap_or_default(), places))
    }
}

/// The lines of the table whose mount points are at, above or below one of the places.
fn relevant(table: &str, places: &[PathBuf]) -> Vec<String> {
    let concerns = |point: &Path| places.iter().any(|place| place.starts_with(point) || point.starts_with(place));
    let lines = table.lines().filter(|line| mount_point(line).is_some_and(|point| concerns(&point)));
    lines.map(str::to_owned).collect()
}

/// The fifth field of a line, in which blanks are written as octal numbers.
fn mount_point(line: &str) -> Option<PathBuf> {
    let mut point = line.split(' ').nth(4)?.to_owned();
    for (written, meant) in [("\\040", " "), ("\\011", "\t"), ("\\012", "\n"), ("\\134", "\\")] {
        point = point.replace(written, meant);
    }
    Some(PathBuf::from(point))
}

/// Tells each change of what is mounted, anywhere, from a thread of its own.
///
/// # Errors
/// When the system does not tell.
pub fn listen(tell: Tell) -> Result<()> {
    let table = File::open(TABLE).with_context(|| format!("cannot open `{TABLE}`"))?;
    let listen = move || {
        loop {
            let mut asked = [PollFd::new(&table, PollFlags::PRI)];
            match poll(&mut asked, None) {
                Ok(_) => tell(Noticed::Mounts),
                Err(rustix::io::Errno::INTR) => {}
                Err(error) => return debug!("nobody tells of mounts any more: {error}"),
            }
        }
    };
    thread::Builder::new().name("mounts".into()).spawn(listen).context("cannot start a thread")?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_mounts_on_the_way_or_below_concern_a_place() {
        let table = "\
            21 1 8:1 / / rw - ext4 /dev/sda1 rw\n\
            30 21 0:5 / /srv rw - tmpfs none rw\n\
            31 30 0:6 / /srv/my\\040blog/posts/old rw - nfs server:/old rw\n\
            32 30 0:7 / /srv/my\\040blog-2 rw - tmpfs none rw\n\
            33 21 0:8 / /proc rw - proc none rw\n";
        let numbers = |places: &[&str]| {
            let places: Vec<PathBuf> = places.iter().map(PathBuf::from).collect();
            relevant(table, &places).iter().map(|line| line[..2].to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(numbers(&["/srv/my blog/posts"]), ["21", "30", "31"]);
        assert_eq!(numbers(&["/home/blog"]), ["21"]);
        assert!(numbers(&[]).is_empty());
    }
}
