//! Where the sockets of services are: one for each output, in the first of these folders that can be used.
//!
//! `$RUNTIME_DIRECTORY` (systemd), else `feedwright` in `$XDG_RUNTIME_DIR`, else the folder of the state. Who asks has
//! another environment than the service, and perhaps a configuration that is broken by now: all folders in which a
//! service may have put it are searched, and what answers says which service it is.

use std::env;
use std::fs::{self, File, Permissions};
use std::io;
use std::os::fd::AsRawFd;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};

use crate::state;

const SUFFIX: &str = ".sock";
/// Where systemd makes the folders that `RuntimeDirectory=` names.
const RUNTIME: &str = "/run";
const NAME: &str = "feedwright";
/// The address of a socket has 108 bytes, and a zero at its end: unix(7).
const LONGEST: usize = 107;

/// The folders for the socket of a service, best first. `state`: the folder of its state.
#[must_use]
pub fn folders(state: &Path) -> Vec<PathBuf> {
    of_systemd().into_iter().chain(of_user()).chain([state.to_owned()]).collect()
}

/// Listens at this path. The socket is made beside its place, so that it is never there with other rights (those of the
/// owner and the group), nor without anybody listening; one that is there is replaced.
///
/// # Errors
/// Whatever the file system says.
pub fn listen_at(socket: &Path) -> io::Result<UnixListener> {
    let mut beside = socket.to_owned().into_os_string();
    beside.push(".new");
    let beside = PathBuf::from(beside);
    match fs::remove_file(&beside) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let listener = UnixListener::bind(&Address::of(&beside)?.path)?;
    fs::set_permissions(&beside, Permissions::from_mode(0o660))?;
    fs::rename(&beside, socket)?;
    Ok(listener)
}

/// The name of the socket of the service that publishes to `output`.
pub fn name(output: &Path) -> String {
    state::key(output) + SUFFIX
}

/// What a search for sockets found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Found {
    /// Sockets, of living services or not.
    pub sockets: Vec<PathBuf>,
    /// Folders that could not be looked into for want of permission.
    pub closed: Vec<PathBuf>,
}

/// Searches for sockets; that of `output`, if it is there, comes first. `state`: the folder of all states.
#[must_use]
pub fn search(state: Option<&Path>, output: Option<&Path>) -> Found {
    let mut found = Found::default();
    of_systemd().into_iter().chain(of_user()).for_each(|folder| found.look_into(&folder));
    for folder in found.below(Path::new(RUNTIME)).into_iter().filter(|path| is_named_so(path)) {
        found.look_into(&folder);
        found.below(&folder).iter().for_each(|folder| found.look_into(folder));
    }
    // Those of users, as far as they may be looked into: root may.
    let of_users = found.below(Path::new(RUNTIME).join("user").as_path()).into_iter().map(|folder| folder.join(NAME));
    of_users.filter(|folder| folder.is_dir()).for_each(|folder| found.look_into(&folder));
    if let Some(state) = state {
        found.below(state).iter().for_each(|folder| found.look_into(folder));
    }
    let name = output.map(name);
    found.sockets.sort_by_key(|socket| name.as_ref().is_none_or(|name| !socket.ends_with(name)));
    found.sockets.dedup();
    found
}

impl Found {
    fn look_into(&mut self, folder: &Path) {
        let is_socket = |path: &PathBuf| path.to_string_lossy().ends_with(SUFFIX);
        let sockets: Vec<PathBuf> = self.entries(folder).into_iter().filter(is_socket).collect();
        let known = std::mem::take(&mut self.sockets);
        self.sockets = known.iter().cloned().chain(sockets.into_iter().filter(|new| !known.contains(new))).collect();
    }

    fn below(&mut self, folder: &Path) -> Vec<PathBuf> {
        self.entries(folder).into_iter().filter(|path| path.is_dir()).collect()
    }

    /// What is in a folder, by name.
    fn entries(&mut self, folder: &Path) -> Vec<PathBuf> {
        match fs::read_dir(folder) {
            Ok(entries) => {
                let mut entries: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
                entries.sort();
                entries
            }
            Err(error) => {
                let closed =
                    error.kind() == io::ErrorKind::PermissionDenied && !self.closed.iter().any(|at| at == folder);
                self.closed.extend(closed.then(|| folder.to_owned()));
                Vec::new()
            }
        }
    }
}

fn of_systemd() -> Option<PathBuf> {
    let given = env::var_os("RUNTIME_DIRECTORY").filter(|given| !given.is_empty())?;
    given.to_string_lossy().split(':').next().map(PathBuf::from)
}

fn of_user() -> Option<PathBuf> {
    let given = env::var_os("XDG_RUNTIME_DIR").map(PathBuf::from).filter(|given| given.is_absolute())?;
    Some(given.join(NAME))
}

fn is_named_so(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(NAME))
}

/// A path of a socket that an address has room for.
#[derive(Debug)]
pub struct Address {
    /// To be used while this lives.
    pub path: PathBuf,
    _folder: Option<File>,
}

impl Address {
    /// That of the socket at `path`; one that is too long leads through the open folder.
    ///
    /// # Errors
    /// When that folder cannot be opened.
    pub fn of(path: &Path) -> io::Result<Self> {
        let (Some(folder), Some(name)) = (path.parent(), path.file_name()) else {
            return Err(io::ErrorKind::InvalidInput.into());
        };
        if path.as_os_str().len() <= LONGEST {
            return Ok(Self { path: path.to_owned(), _folder: None });
        }
        let folder = File::open(folder)?;
        let path = Path::new("/proc/self/fd").join(folder.as_raw_fd().to_string()).join(name);
        Ok(Self { path, _folder: Some(folder) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_never_too_long() {
        let folder = tempfile::tempdir().unwrap();
        let deep = (0..40).fold(folder.path().to_owned(), |path, _| path.join("folder"));
        fs::create_dir_all(&deep).unwrap();
        let socket = deep.join(name(&deep.join("public")) + ".new");
        let address = Address::of(&socket).unwrap();
        assert!(socket.as_os_str().len() > LONGEST && address.path.as_os_str().len() <= LONGEST, "{address:?}");
        fs::write(&address.path, "x").unwrap();
        assert!(socket.exists());
    }

    #[test]
    fn that_of_the_output_comes_first() {
        let base = tempfile::tempdir().unwrap();
        for output in ["/a", "/b", "/c"] {
            let folder = base.path().join(state::key(Path::new(output)));
            fs::create_dir(&folder).unwrap();
            fs::write(folder.join(name(Path::new(output))), "").unwrap();
            fs::write(folder.join("manifest.json"), "").unwrap();
        }
        let found = search(Some(base.path()), Some(Path::new("/b")));
        let ours: Vec<&PathBuf> = found.sockets.iter().filter(|socket| socket.starts_with(base.path())).collect();
        assert_eq!(ours.len(), 3);
        assert!(found.sockets[0].ends_with(name(Path::new("/b"))), "{found:?}");
    }
}
