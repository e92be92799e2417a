//! Opens files that somebody else names: regular ones alone, never waiting for one, never more of one than is asked for.
//!
//! In: a path, how long the file may be, and the folder that it must be in. Out: its bytes, or why there are none.
//! What is checked is the open file, so nothing that is put in its place meanwhile is read.

use std::fmt;
use std::fs::{self, File};
use std::io;
use std::os::fd::{AsFd, AsRawFd};
use std::os::unix::ffi::OsStrExt;
use std::path::{Component, Path, PathBuf};

use rustix::buffer::spare_capacity;
use rustix::fs::{FileType, Mode, OFlags, ResolveFlags};
use rustix::io::retry_on_intr;

use super::{Stamp, below};
use crate::config::told_size;
use crate::problem::Problem;

/// Why a file is not read.
#[derive(Debug)]
pub enum Unread {
    /// It is not there.
    Gone,
    /// It is a FIFO, a socket, a device or a folder.
    NotRegular,
    /// A link leads out of the folder that it must be in.
    Outside,
    /// It is longer than it may be.
    TooLong {
        /// How long it is, in bytes; more where it grows.
        has: u64,
        /// How long it may be.
        most: u64,
    },
    /// It cannot be opened, or not be read.
    Unreadable(io::Error),
}

impl fmt::Display for Unread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Gone => write!(f, "is not there"),
            Self::NotRegular => write!(f, "is no regular file"),
            Self::Outside => write!(f, "is a link to what is outside of its folder"),
            Self::TooLong { has, most } => write!(f, "has {}, more than {}", told_size(*has), told_size(*most)),
            Self::Unreadable(error) => write!(f, "cannot be read: {error}"),
        }
    }
}

impl Unread {
    /// As a problem of the file that people name so; `raise` is what to do about one that is too long.
    #[must_use]
    pub fn told(&self, name: &str, raise: &str) -> Problem {
        let mend = match self {
            Self::Gone => "write it",
            Self::NotRegular => "put the file itself there",
            Self::Outside => "put the file itself there, or set `follow_symlinks: true`",
            Self::TooLong { .. } => raise,
            Self::Unreadable(_) => "let this user read it",
        };
        Problem::error(name, self.to_string()).mend(mend)
    }
}

/// What was read of a file.
#[derive(Debug)]
pub struct Contents {
    /// All of its bytes.
    pub bytes: Vec<u8>,
    /// The file as it was before they were read: whatever is written from then on makes another one of it.
    pub stamp: Stamp,
}

/// The bytes of a file that is at most so long, wherever links to it lead.
///
/// # Errors
/// When there is none, or it is another kind of file, or too long, or cannot be read.
pub fn read(path: &Path, most: u64) -> Result<Vec<u8>, Unread> {
    read_followed(path, most).map(|contents| contents.bytes)
}

/// As [`read`], with its stamp.
pub(super) fn read_followed(path: &Path, most: u64) -> Result<Contents, Unread> {
    look(path)?;
    contents(&opened(path)?, most)
}

/// The bytes of what somebody names on a command line: it may be a pipe, which is waited for.
///
/// # Errors
/// When there is none, or it is too long, or cannot be read.
pub fn read_given(path: &Path, most: u64) -> io::Result<Vec<u8>> {
    let file = File::open(path)?;
    let length = file.metadata()?.len();
    match bounded(&file, length, most) {
        Ok(bytes) => Ok(bytes),
        Err(Unread::Unreadable(error)) => Err(error),
        Err(unread) => Err(io::Error::new(io::ErrorKind::FileTooLarge, unread.to_string())),
    }
}

/// The bytes of a file that is at most so long and really in this folder.
///
/// # Errors
/// As [`read`], and when a link leads out of the folder.
pub fn read_within(folder: &Path, path: &Path, most: u64) -> Result<Vec<u8>, Unread> {
    look(path)?;
    read_seen(folder, path, most).map(|contents| contents.bytes)
}

/// As [`read_within`], with its stamp, of what was just seen to be a regular file: without looking again.
///
/// What takes its place between seeing and opening is refused. That it is opened does no harm: a FIFO is not waited for,
/// a socket cannot be opened, a link is not followed, and a device can be put there by root alone. The open file is
/// looked at before a byte of it is read.
pub(super) fn read_seen(folder: &Path, path: &Path, most: u64) -> Result<Contents, Unread> {
    if let Some(file) = open_without_links(folder, path) {
        return contents(&file, most);
    }
    look(path)?; // there is a link: nobody knows what it leads to by now
    let file = opened(path)?;
    let real = real_path(&file, path).map_err(Unread::Unreadable)?;
    // a real path has no links in it: the folder is named as it is in nearly all cases
    let is_within = real.starts_with(folder) || fs::canonicalize(folder).is_ok_and(|folder| real.starts_with(folder));
    if is_within { contents(&file, most) } else { Err(Unread::Outside) }
}

/// What is read is never waited for, and becomes nobody's terminal.
const READING: OFlags = OFlags::RDONLY.union(OFlags::NONBLOCK).union(OFlags::NOCTTY).union(OFlags::CLOEXEC);

/// Looks whether there is a regular file. What is none is not opened at all then, so no device is told of it; what takes
/// its place between looking and opening is not waited for.
pub(super) fn look(path: &Path) -> Result<(), Unread> {
    if fs::metadata(path).map_err(refused)?.is_file() { Ok(()) } else { Err(Unread::NotRegular) }
}

fn opened(path: &Path) -> Result<File, Unread> {
    Ok(File::from(rustix::fs::open(path, READING, Mode::empty()).map_err(|error| refused(error.into()))?))
}

/// Opens a file below a folder when not one link is on the way to it, so that it is where its path says. `None`: there
/// is one, or the kernel cannot tell (`openat2` is of Linux 5.6, and containers may forbid it).
fn open_without_links(folder: &Path, path: &Path) -> Option<File> {
    let is_below = below(path, folder).is_some() && !may_lead_up(path);
    let open = || rustix::fs::openat2(rustix::fs::CWD, path, READING, Mode::empty(), ResolveFlags::NO_SYMLINKS);
    is_below.then(open)?.ok().map(File::from)
}

/// Whether there is a `..` in a path.
fn may_lead_up(path: &Path) -> bool {
    let dots = path.as_os_str().as_bytes().windows(2).any(|pair| pair == b"..");
    dots && path.components().any(|part| part == Component::ParentDir)
}

/// The contents of an open file, if it is a regular one.
fn contents(file: &File, most: u64) -> Result<Contents, Unread> {
    let stat = rustix::fs::fstat(file).map_err(|error| Unread::Unreadable(error.into()))?;
    if FileType::from_raw_mode(stat.st_mode) != FileType::RegularFile {
        return Err(Unread::NotRegular);
    }
    let stamp = Stamp::of_stat(&stat);
    Ok(Contents { bytes: bounded(file, stamp.size(), most)?, stamp })
}

fn refused(error: io::Error) -> Unread {
    match error.kind() {
        io::ErrorKind::NotFound => Unread::Gone,
        _ => Unread::Unreadable(error),
    }
}

/// Where an open file really is.
fn real_path(file: &File, path: &Path) -> io::Result<PathBuf> {
    fs::read_link(format!("/proc/self/fd/{}", file.as_raw_fd())).or_else(|_| fs::canonicalize(path))
}

/// How much is read of what does not say how long it is, in bytes.
const PROBE: usize = 4096;

/// All that can be read, mostly at once: where there is as much as there is said to be, and room was left, that is all.
/// What says that it is empty may be longer, such as a pipe or a file of `/proc`.
fn bounded(file: impl AsFd, length: u64, most: u64) -> Result<Vec<u8>, Unread> {
    if length > most {
        return Err(Unread::TooLong { has: length, most });
    }
    let length = usize::try_from(length).unwrap_or_default();
    let mut bytes = Vec::with_capacity(if length == 0 { PROBE } else { length + 1 });
    loop {
        let read = retry_on_intr(|| rustix::io::read(&file, spare_capacity(&mut bytes)));
        let is_end = read.map_err(|error| Unread::Unreadable(error.into()))? == 0;
        let has = bytes.len() as u64;
        if has > most {
            return Err(Unread::TooLong { has, most });
        }
        if is_end || bytes.len() == length {
            return Ok(bytes);
        }
        if bytes.len() == bytes.capacity() {
            bytes.reserve(PROBE);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;
    use std::os::unix::net::UnixListener;
    use std::process::Command;
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::thread;
    use std::time::{Duration, Instant};

    use super::*;

    #[test]
    fn regular_files_alone_are_read_and_never_more_than_asked() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        fs::write(at("a"), "text").unwrap();
        assert_eq!(read(&at("a"), 4).unwrap(), b"text");
        assert!(matches!(read(&at("a"), 3), Err(Unread::TooLong { has: 4, most: 3 })));
        assert!(matches!(read(&at("none"), 4), Err(Unread::Gone)));
        assert!(matches!(read(folder.path(), 4), Err(Unread::NotRegular)));
        assert!(matches!(read(Path::new("/dev/zero"), 4), Err(Unread::NotRegular)));
        let _socket = UnixListener::bind(at("socket")).unwrap();
        assert!(matches!(read(&at("socket"), 4), Err(Unread::NotRegular)));
        assert!(Command::new("mkfifo").arg(at("fifo")).status().unwrap().success());
        assert!(matches!(read(&at("fifo"), 4), Err(Unread::NotRegular)));
    }

    #[test]
    fn what_is_no_regular_file_is_refused_though_nobody_looked() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        let seen = |name: &str| read_seen(folder.path(), &at(name), 4);
        fs::write(at("a"), "text").unwrap();
        let Contents { bytes, stamp } = seen("a").unwrap();
        assert_eq!((bytes.as_slice(), stamp), (&b"text"[..], Stamp::of(&fs::metadata(at("a")).unwrap())));
        let _socket = UnixListener::bind(at("socket")).unwrap();
        assert!(Command::new("mkfifo").arg(at("fifo")).status().unwrap().success());
        fs::create_dir(at("folder")).unwrap();
        symlink("/dev/zero", at("device")).unwrap();
        for odd in ["socket", "fifo", "folder", "device"] {
            assert!(matches!(seen(odd), Err(Unread::NotRegular)), "{odd}");
        }
        assert!(matches!(seen("none"), Err(Unread::Gone)));
    }

    #[test]
    fn all_of_a_file_is_read_whatever_it_says_of_its_length() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        for length in [0, 1, PROBE - 1, PROBE, PROBE + 1, 100_000] {
            fs::write(&path, vec![7; length]).unwrap();
            for told in [0, 1, length - length.min(1), length, length + 1] {
                let read = |most| bounded(File::open(&path).unwrap(), told as u64, most);
                assert_eq!(read(200_000).unwrap(), vec![7; length], "{length} {told}");
                let fits = read(length as u64).is_ok();
                assert_eq!(fits, told <= length, "{length} {told}");
                assert!(length == 0 || matches!(read(length as u64 - 1), Err(Unread::TooLong { .. })));
            }
        }
        let path = Path::new("/proc/filesystems");
        assert_eq!(read(path, 100_000).unwrap(), fs::read(path).unwrap());
    }

    #[test]
    fn links_are_followed_within_their_folder() {
        let place = tempfile::tempdir().unwrap();
        let (folder, by_link) = (place.path().join("posts"), place.path().join("current"));
        fs::create_dir_all(folder.join("deep")).unwrap();
        symlink(&folder, &by_link).unwrap();
        fs::write(folder.join("deep/a"), "in").unwrap();
        fs::write(place.path().join("secret"), "out").unwrap();
        symlink("deep/a", folder.join("inside")).unwrap();
        symlink("../secret", folder.join("outside")).unwrap();
        symlink(place.path(), folder.join("up")).unwrap();
        symlink("loop", folder.join("loop")).unwrap();
        for folder in [&folder, &by_link] {
            assert_eq!(read_within(folder, &folder.join("inside"), 9).unwrap(), b"in");
            assert!(matches!(read_within(folder, &folder.join("outside"), 9), Err(Unread::Outside)));
            assert!(matches!(read_within(folder, &folder.join("up/secret"), 9), Err(Unread::Outside)));
            assert!(matches!(read_within(folder, &folder.join("loop"), 9), Err(Unread::Unreadable(_))));
        }
        assert_eq!(read(&folder.join("outside"), 9).unwrap(), b"out");
    }

    #[test]
    fn a_path_says_where_a_file_is_only_without_links() {
        let place = tempfile::tempdir().unwrap();
        let place = fs::canonicalize(place.path()).unwrap();
        let folder = place.join("posts");
        fs::create_dir_all(folder.join("deep")).unwrap();
        fs::write(folder.join("deep/a"), "in").unwrap();
        fs::write(place.join("secret"), "out").unwrap();
        symlink("deep", folder.join("link")).unwrap();
        symlink("deep/a", folder.join("file")).unwrap();
        let opens = |path: &str| open_without_links(&folder, &folder.join(path)).is_some();
        assert!(opens("deep/a") && opens("deep/./a"));
        assert!(!opens("link/a") && !opens("file") && !opens("../secret") && !opens("deep/../../secret"));
        assert!(open_without_links(&folder, &place.join("secret")).is_none());
        assert!(matches!(read_within(&folder, &folder.join("../secret"), 9), Err(Unread::Outside)));
        assert_eq!(read_within(&folder, &folder.join("link/a"), 9).unwrap(), b"in");
    }

    /// A file, a link out of the folder and a FIFO take turns under the same name while it is read.
    #[test]
    fn what_is_swapped_in_is_not_read() {
        let place = tempfile::tempdir().unwrap();
        let folder = place.path().join("posts");
        fs::create_dir(&folder).unwrap();
        fs::write(place.path().join("secret"), "out").unwrap();
        let at = |name: &str| folder.join(name);
        let is_done = AtomicBool::new(false);
        let (mut good, mut refused, mut leaked) = (0, 0, 0);
        thread::scope(|scope| {
            scope.spawn(|| {
                while !is_done.load(Ordering::Relaxed) {
                    fs::write(at("file"), "in").unwrap();
                    fs::rename(at("file"), at("a")).unwrap();
                    symlink("../secret", at("link")).unwrap();
                    fs::rename(at("link"), at("a")).unwrap();
                    rustix::fs::mknodat(rustix::fs::CWD, at("fifo"), rustix::fs::FileType::Fifo, Mode::RWXU, 0)
                        .unwrap();
                    fs::rename(at("fifo"), at("a")).unwrap();
                }
            });
            let start = Instant::now();
            while (good < 500 || refused < 500) && start.elapsed() < Duration::from_secs(30) {
                let seen = read_seen(&folder, &at("a"), 9).map(|contents| contents.bytes);
                for read in [seen, read_within(&folder, &at("a"), 9)] {
                    match read {
                        Ok(bytes) if bytes == b"in" => good += 1,
                        Ok(_) => leaked += 1,
                        Err(_) => refused += 1,
                    }
                }
            }
            is_done.store(true, Ordering::Relaxed);
        });
        assert!(leaked == 0 && good >= 500 && refused >= 500, "{good} read, {refused} refused, {leaked} leaked");
    }
}
