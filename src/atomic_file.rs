//! Write beside, sync, rename: a reader sees the old file or the new one, whole, at every instant.
//!
//! In: a folder and all the bytes. It decides nothing.

use std::fs::File;
use std::io::{self, Write};
use std::os::fd::OwnedFd;
use std::path::Path;
use std::process;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread::{self, ScopedJoinHandle};

use rustix::fs::{Mode, OFlags, openat, renameat, syncfs};
use rustix::io::Errno;

use crate::folder::{Entry, Folder};

const PREFIX: &str = ".feedwright-";
const SUFFIX: &str = ".tmp";

/// So many files are synced faster one by one than with all that others wrote to the same file system.
const FEW: usize = 8;

/// A file that is written, and not yet in its place. Dropped, it is removed.
#[derive(Debug)]
pub struct Staged {
    folder: Folder,
    name: String,
    /// Open until it is synced.
    file: Option<File>,
}

impl Staged {
    /// Writes the bytes into a file of the folder, with mode 0644 less the umask.
    ///
    /// # Errors
    /// Whatever the file system says: no space, no permission.
    pub fn write(folder: &Folder, bytes: &[u8]) -> io::Result<Self> {
        let (mut staged, mut file) = Self::create(folder)?;
        file.write_all(bytes)?;
        staged.file = Some(file);
        Ok(staged)
    }

    /// Writes files, few of them beside each other and so that they last.
    ///
    /// # Errors
    /// Of each, as [`write`](Self::write).
    #[must_use]
    pub fn write_all(files: &[(&Folder, &[u8])]) -> Vec<io::Result<Self>> {
        if files.len() <= FEW {
            abreast(files.len(), &|number| Self::write_to_last(files[number].0, files[number].1))
        } else {
            files.iter().map(|(folder, bytes)| Self::write(folder, bytes)).collect()
        }
    }

    fn write_to_last(folder: &Folder, bytes: &[u8]) -> io::Result<Self> {
        let (staged, mut file) = Self::create(folder)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        Ok(staged)
    }

    /// Makes the bytes of these files last that do not yet, with all that the file system has to write.
    ///
    /// # Errors
    /// Whatever the file system says: an error on writing, too.
    pub fn sync(staged: &mut [Self]) -> io::Result<()> {
        let files: Vec<File> = staged.iter_mut().filter_map(|staged| staged.file.take()).collect();
        files.first().map_or(Ok(()), |file| Ok(syncfs(file)?))
    }

    /// Puts the file in its place, under this name, and returns what was there. The folder is still to be synced
    /// ([`Folder::sync`]).
    ///
    /// # Errors
    /// Whatever the file system says; the file is removed then.
    pub fn rename(mut self, name: &str) -> io::Result<Former> {
        let flags = OFlags::PATH | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let former = Former(openat(&self.folder, name, flags, Mode::empty()).ok());
        renameat(&self.folder, &self.name, &self.folder, name)?;
        self.name.clear();
        Ok(former)
    }

    fn create(folder: &Folder) -> io::Result<(Self, File)> {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        loop {
            let name = format!("{PREFIX}{}-{}{SUFFIX}", process::id(), NUMBER.fetch_add(1, Ordering::Relaxed));
            match openat(folder, &name, flags, Mode::from_raw_mode(0o644)) {
                Err(Errno::EXIST) => {} // of a process that was killed, or that sees itself by the same number
                file => return Ok((Self { folder: folder.clone(), name, file: None }, file?.into())),
            }
        }
    }
}

/// A file that was in the place of another one. Its blocks are freed when it is dropped, which takes longer than to put
/// the other one there: of several, the last is in its place sooner when all are dropped after that.
#[derive(Debug)]
pub struct Former(#[expect(dead_code, reason = "held, not read")] Option<OwnedFd>);

/// Does so many things that wait for the disk beside each other, not one after another.
fn abreast<T: Send>(count: usize, work: &(impl Fn(usize) -> T + Sync)) -> Vec<T> {
    thread::scope(|scope| {
        let start = |number| thread::Builder::new().spawn_scoped(scope, move || work(number));
        let started: Vec<_> = (1..count).map(|number| (number, start(number))).collect();
        let mut done: Vec<T> = (0..count.min(1)).map(work).collect();
        done.extend(started.into_iter().map(|(number, started)| match started.map(ScopedJoinHandle::join) {
            Ok(Ok(done)) => done,
            _ => work(number), // there are no more threads for it
        }));
        done
    })
}

impl Drop for Staged {
    fn drop(&mut self) {
        if !self.name.is_empty() {
            let _ = self.folder.remove(&self.name); // else it is removed when the folder is opened next
        }
    }
}

/// Writes one file and makes it last.
///
/// # Errors
/// Whatever the file system says; the old file stands then.
pub fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let name = path.file_name().and_then(|name| name.to_str()).ok_or(io::ErrorKind::InvalidInput)?;
    let folder = Folder::open(folder_of(path))?;
    Staged::write_to_last(&folder, bytes)?.rename(name)?;
    folder.sync()
}

/// Writes one file, part by part, that may be lost, or be found broken, when the power fails: it is worth no waiting.
///
/// # Errors
/// Whatever the file system says; the old file stands then.
pub fn write_loosely<'a>(path: &Path, parts: impl IntoIterator<Item = &'a [u8]>) -> io::Result<()> {
    let name = path.file_name().and_then(|name| name.to_str()).ok_or(io::ErrorKind::InvalidInput)?;
    let (staged, mut file) = Staged::create(&Folder::open(folder_of(path))?)?;
    parts.into_iter().try_for_each(|part| file.write_all(part))?;
    staged.rename(name).map(drop)
}

/// Removes what a killed process left beside its files.
///
/// # Errors
/// When the folder cannot be read or a file not be removed.
pub fn clean(folder: &Folder) -> io::Result<()> {
    for name in folder.names()?.iter().filter(|name| is_temporary(name)) {
        if let Entry::File(_) = folder.entry(name)? {
            folder.remove(name)?;
        }
    }
    Ok(())
}

/// Whether a file of this name is one of those that are not yet in their place.
#[must_use]
pub fn is_temporary(name: &str) -> bool {
    name.starts_with(PREFIX) && name.ends_with(SUFFIX)
}

fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn replaces_whole_and_leaves_nothing_beside() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("rss.xml");
        write(&path, b"one").unwrap();
        write(&path, b"two").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"two");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o444, 0o444, "others can read it");
    }

    #[test]
    fn few_and_many_are_written_and_each_failure_is_of_its_file() {
        let (folder, gone) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let (there, away) = (Folder::open(folder.path()).unwrap(), Folder::open(gone.path()).unwrap());
        drop(gone);
        for count in [0, 1, 2, FEW, FEW + 1, 40] {
            let names: Vec<String> = (0..count).map(|number| format!("{number}.xml")).collect();
            let of = |number| if number == 1 { &away } else { &there };
            let files: Vec<_> = names.iter().enumerate().map(|(n, name)| (of(n), name.as_bytes())).collect();
            let staged = Staged::write_all(&files);
            let failed: Vec<usize> = (0..count).filter(|number| staged[*number].is_err()).collect();
            assert_eq!(failed, Vec::from_iter((count > 1).then_some(1)), "{count}");
            let (names, mut staged): (Vec<&String>, Vec<Staged>) =
                names.iter().zip(staged).filter_map(|(name, staged)| Some((name, staged.ok()?))).unzip();
            Staged::sync(&mut staged).unwrap();
            let renamed = names.iter().zip(staged).map(|(name, staged)| staged.rename(name));
            let former = renamed.collect::<io::Result<Vec<Former>>>().unwrap();
            assert_eq!(former.len(), names.len());
            let right = |name: &&String| fs::read(folder.path().join(name)).unwrap() == name.as_bytes();
            assert!(names.iter().all(right), "{count}");
            let others = names_of(folder.path()).into_iter().filter(|name| is_temporary(name)).count();
            assert_eq!(others, 0, "{count}");
        }
    }

    fn names_of(folder: &Path) -> Vec<String> {
        Folder::open(folder).unwrap().names().unwrap()
    }

    #[test]
    fn a_staged_file_that_is_dropped_is_gone_and_the_old_one_stands() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("rss.xml");
        write(&path, b"old").unwrap();
        drop(Staged::write(&Folder::open(folder.path()).unwrap(), b"new").unwrap());
        assert_eq!(fs::read(&path).unwrap(), b"old");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_failure_does_not_name_the_temporary_file() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("rss.xml")).unwrap();
        let error = write(&folder.path().join("rss.xml"), b"x").unwrap_err();
        assert!(!error.to_string().contains(PREFIX), "{error}");
    }

    #[test]
    fn cleaning_takes_only_our_leftovers() {
        let folder = tempfile::tempdir().unwrap();
        for name in [".feedwright-abc.tmp", ".feedwright.yaml", "feedwright-abc.tmp"] {
            fs::write(folder.path().join(name), "x").unwrap();
        }
        clean(&Folder::open(folder.path()).unwrap()).unwrap();
        assert!(!folder.path().join(".feedwright-abc.tmp").exists());
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2);
    }
}
