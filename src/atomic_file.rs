//! Write beside, sync, rename: a reader sees the old file or the new one, whole, at every instant.
//!
//! In: a path and all the bytes. It decides nothing.

use std::fs::{self, File, Permissions};
use std::io::{self, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use tempfile::{Builder, NamedTempFile};

const PREFIX: &str = ".feedwright-";
const SUFFIX: &str = ".tmp";

/// A file that is written and synced, and not yet in its place. Dropped, it is removed.
#[derive(Debug)]
pub struct Staged(NamedTempFile);

impl Staged {
    /// Writes the bytes beside `path`, with mode 0644 less the umask.
    ///
    /// # Errors
    /// Whatever the file system says: no space, no permission, no such folder.
    pub fn write(path: &Path, bytes: &[u8]) -> io::Result<Self> {
        let folder = folder_of(path);
        let mut builder = Builder::new();
        builder.prefix(PREFIX).suffix(SUFFIX).permissions(Permissions::from_mode(0o644));
        let mut file = builder.tempfile_in(folder).map_err(nameless)?;
        file.write_all(bytes).map_err(nameless)?;
        file.as_file().sync_all()?;
        Ok(Self(file))
    }

    /// Puts the file in its place. The folder is still to be synced ([`sync_folder`]).
    ///
    /// # Errors
    /// Whatever the file system says; the file is removed then.
    pub fn rename(self, path: &Path) -> io::Result<()> {
        self.0.persist(path).map(drop).map_err(|error| nameless(error.error))
    }
}

/// Makes renames and removals in a folder last.
///
/// # Errors
/// Whatever the file system says.
pub fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

/// Writes one file and makes it last.
///
/// # Errors
/// Whatever the file system says; the old file stands then.
pub fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    Staged::write(path, bytes)?.rename(path)?;
    sync_folder(folder_of(path))
}

/// Removes what a killed process left beside its files.
///
/// # Errors
/// When the folder cannot be read or a file not be removed.
pub fn clean(folder: &Path) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if is_temporary(&entry.file_name().to_string_lossy()) && entry.file_type()?.is_file() {
            fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

/// Whether a file of this name is one of those that are not yet in their place.
#[must_use]
pub fn is_temporary(name: &str) -> bool {
    name.starts_with(PREFIX) && name.ends_with(SUFFIX)
}

/// The error without the name of the temporary file, which is another one each time and means nothing to people.
fn nameless(error: impl Into<io::Error>) -> io::Error {
    error.into().kind().into()
}

fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

#[cfg(test)]
mod tests {
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
    fn a_staged_file_that_is_dropped_is_gone_and_the_old_one_stands() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("rss.xml");
        write(&path, b"old").unwrap();
        drop(Staged::write(&path, b"new").unwrap());
        assert_eq!(fs::read(&path).unwrap(), b"old");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_failure_does_not_name_the_temporary_file() {
        let folder = tempfile::tempdir().unwrap();
        let error = Staged::write(&folder.path().join("gone/rss.xml"), b"x").unwrap_err();
        assert!(!error.to_string().contains(PREFIX), "{error}");
    }

    #[test]
    fn cleaning_takes_only_our_leftovers() {
        let folder = tempfile::tempdir().unwrap();
        for name in [".feedwright-abc.tmp", ".feedwright.yaml", "feedwright-abc.tmp"] {
            fs::write(folder.path().join(name), "x").unwrap();
        }
        clean(folder.path()).unwrap();
        assert!(!folder.path().join(".feedwright-abc.tmp").exists());
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2);
    }
}
