//! A folder that is held open: what is done below it goes through the handle and follows no link.
//!
//! In: paths below it, with `/`. Out: what is there, or that it was done. Whatever the paths say, and whatever is put in
//! their way meanwhile, nothing outside of the folder is reached. It decides nothing.

use std::fs::File;
use std::io::{self, Read};
use std::os::fd::AsFd;
use std::path::Path;
use std::sync::Arc;

use rustix::fs::{AtFlags, Dir, FileType, Mode, OFlags, Stat, mkdirat, openat, statat, unlinkat};

/// So much memory is taken at once for a file that says that it is that long, in bytes.
const MOST_AT_ONCE: usize = 16 << 20;

/// A folder, wherever it may be moved to. Clones are the same one.
#[derive(Debug, Clone)]
pub struct Folder(Arc<File>);

/// What is at a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Entry {
    /// Nothing.
    Absent,
    /// A regular file of so many bytes.
    File(u64),
    /// A folder.
    Folder,
    /// A symbolic link, wherever it leads.
    Link,
    /// A device, a socket, a pipe.
    Other,
}

const FOLDER: OFlags = OFlags::RDONLY.union(OFlags::DIRECTORY).union(OFlags::CLOEXEC);

impl Folder {
    /// The folder at `path`. Links on the way to it are followed: they are the user's choice.
    ///
    /// # Errors
    /// Whatever the file system says.
    pub fn open(path: &Path) -> io::Result<Self> {
        Ok(Self(Arc::new(File::open(path)?)))
    }

    /// The open folder itself: for locks, and for what tells it from another one.
    #[must_use]
    pub fn handle(&self) -> &File {
        &self.0
    }

    /// A folder below; this one for the empty path.
    ///
    /// # Errors
    /// Whatever the file system says: it is not there, or a link or a file is in its place.
    pub fn below(&self, path: &str) -> io::Result<Self> {
        parts(path)?.try_fold(self.clone(), |folder, name| folder.enter(name))
    }

    /// As [`below`](Self::below), but it is made with all on the way to it where it is not there, to last.
    ///
    /// # Errors
    /// As there.
    pub fn make(&self, path: &str) -> io::Result<Self> {
        parts(path)?.try_fold(self.clone(), |folder, name| match folder.enter(name) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                mkdirat(&*folder.0, name, Mode::from_raw_mode(0o777))?;
                folder.sync()?;
                folder.enter(name)
            }
            entered => entered,
        })
    }

    /// What is at a path.
    ///
    /// # Errors
    /// When that cannot be said: something else is where a folder should be on the way to it, or it may not be looked at.
    pub fn entry(&self, path: &str) -> io::Result<Entry> {
        let stat = match self.stat(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Entry::Absent),
            stat => stat?,
        };
        Ok(match FileType::from_raw_mode(stat.st_mode) {
            FileType::RegularFile => Entry::File(stat.st_size.try_into().unwrap_or_default()),
            FileType::Directory => Entry::Folder,
            FileType::Symlink => Entry::Link,
            _ => Entry::Other,
        })
    }

    /// How the system describes what is at a path, itself and not what it may link to.
    ///
    /// # Errors
    /// When there is nothing, or it may not be looked at.
    pub fn stat(&self, path: &str) -> io::Result<Stat> {
        let (folder, name) = self.parent_of(path)?;
        Ok(statat(&*folder.0, name, AtFlags::SYMLINK_NOFOLLOW)?)
    }

    /// The first bytes of a regular file, `longest` at most.
    ///
    /// # Errors
    /// When there is none, or it cannot be read.
    pub fn read(&self, path: &str, longest: u64) -> io::Result<Vec<u8>> {
        let (folder, name) = self.parent_of(path)?;
        // Should something else have taken its place meanwhile, a pipe is not waited for.
        let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
        let file = File::from(openat(&*folder.0, name, flags, Mode::empty())?);
        let metadata = file.metadata()?;
        if !metadata.is_file() {
            return Err(io::ErrorKind::InvalidInput.into());
        }
        let mut bytes = Vec::with_capacity(usize::try_from(metadata.len().min(longest)).unwrap_or(0).min(MOST_AT_ONCE));
        file.take(longest).read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    /// Removes a file.
    ///
    /// # Errors
    /// Whatever the file system says.
    pub fn remove(&self, path: &str) -> io::Result<()> {
        let (folder, name) = self.parent_of(path)?;
        Ok(unlinkat(&*folder.0, name, AtFlags::empty())?)
    }

    /// Removes an empty folder.
    ///
    /// # Errors
    /// Whatever the file system says: it is not empty, or no folder.
    pub fn remove_folder(&self, path: &str) -> io::Result<()> {
        let (folder, name) = self.parent_of(path)?;
        Ok(unlinkat(&*folder.0, name, AtFlags::REMOVEDIR)?)
    }

    /// The names of what is in it, without those that are not UTF-8.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn names(&self) -> io::Result<Vec<String>> {
        let entries = Dir::read_from(&*self.0)?;
        let name = |entry: rustix::io::Result<rustix::fs::DirEntry>| match entry {
            Ok(entry) => entry.file_name().to_str().ok().map(|name| Ok(name.to_owned())),
            Err(error) => Some(Err(error.into())),
        };
        entries.filter_map(name).collect()
    }

    /// Makes renames and removals in it last.
    ///
    /// # Errors
    /// Whatever the file system says.
    pub fn sync(&self) -> io::Result<()> {
        self.0.sync_all()
    }

    fn enter(&self, name: &str) -> io::Result<Self> {
        let folder = openat(&*self.0, name, FOLDER | OFlags::NOFOLLOW, Mode::empty())?;
        Ok(Self(Arc::new(folder.into())))
    }

    fn parent_of<'a>(&self, path: &'a str) -> io::Result<(Self, &'a str)> {
        let (parent, name) = path.rsplit_once('/').unwrap_or(("", path));
        parts(name)?.next().ok_or(io::ErrorKind::InvalidInput)?;
        Ok((self.below(parent)?, name))
    }
}

impl AsFd for Folder {
    fn as_fd(&self) -> std::os::fd::BorrowedFd<'_> {
        self.0.as_fd()
    }
}

/// The names of a path below a folder; a path that leads anywhere else is refused.
fn parts(path: &str) -> io::Result<impl Iterator<Item = &str>> {
    let names = || path.split('/').filter(|_| !path.is_empty());
    if names().any(|name| matches!(name, "" | "." | "..")) {
        return Err(io::ErrorKind::InvalidInput.into());
    }
    Ok(names())
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn no_path_leads_out_of_it() {
        let place = tempfile::tempdir().unwrap();
        fs::write(place.path().join("secret"), "x").unwrap();
        fs::create_dir(place.path().join("in")).unwrap();
        let folder = Folder::open(&place.path().join("in")).unwrap();
        let absolute = place.path().join("secret");
        for path in ["../secret", "a/../../secret", "/etc/passwd", "..", ".", "", "a//b", absolute.to_str().unwrap()] {
            assert!(folder.entry(path).is_err(), "{path}");
            assert!(folder.read(path, 9).is_err() && folder.remove(path).is_err(), "{path}");
            assert!(path.is_empty() || folder.make(path).is_err(), "{path}");
        }
        assert_eq!(fs::read(place.path().join("secret")).unwrap(), b"x");
    }

    #[test]
    fn no_link_is_followed() {
        let place = tempfile::tempdir().unwrap();
        fs::create_dir_all(place.path().join("in/real")).unwrap();
        fs::create_dir(place.path().join("out")).unwrap();
        fs::write(place.path().join("out/a"), "x").unwrap();
        symlink("../out", place.path().join("in/tags")).unwrap();
        symlink("../out/a", place.path().join("in/a")).unwrap();
        let folder = Folder::open(&place.path().join("in")).unwrap();
        assert_eq!(folder.entry("a").unwrap(), Entry::Link);
        assert_eq!(folder.entry("real").unwrap(), Entry::Folder);
        assert!(folder.read("a", 9).is_err() && folder.read("tags/a", 9).is_err());
        assert!(folder.below("tags").is_err() && folder.make("tags/deep").is_err());
        assert!(folder.entry("tags/a").is_err() && folder.remove("tags/a").is_err());
        assert_eq!(fs::read_dir(place.path().join("out")).unwrap().count(), 1);
    }

    #[test]
    fn makes_and_finds_what_is_below() {
        let place = tempfile::tempdir().unwrap();
        let folder = Folder::open(place.path()).unwrap();
        assert_eq!(folder.entry("a/b/c").unwrap(), Entry::Absent);
        folder.make("a/b").unwrap();
        fs::write(place.path().join("a/b/c"), "text").unwrap();
        assert_eq!(folder.entry("a/b/c").unwrap(), Entry::File(4));
        assert_eq!(folder.read("a/b/c", 2).unwrap(), b"te");
        assert_eq!(folder.below("a").unwrap().names().unwrap().iter().filter(|name| *name == "b").count(), 1);
        assert!(folder.remove_folder("a/b").is_err(), "it is not empty");
        folder.remove("a/b/c").unwrap();
        folder.remove_folder("a/b").unwrap();
        assert_eq!(folder.entry("a/b").unwrap(), Entry::Absent);
    }
}
