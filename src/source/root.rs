//! Where the folders of posts themselves are: they may be moved, replaced, or reached by links.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::Library;

/// What tells a folder from another one that may be put in its place; `None`: it is not there.
pub type Identity = Option<(u64, u64, Option<SystemTime>)>;

impl Library {
    /// Whether a link stands between the folder of posts and this path: then it is not followed.
    #[must_use]
    pub fn is_behind_link(&self, path: &Path) -> bool {
        let below = |folder: &Path| path.strip_prefix(folder).ok().map(|rest| (folder.to_owned(), rest));
        let Some((folder, rest)) = self.folders().find_map(below) else { return false };
        if self.follows_links(&folder) {
            return false;
        }
        let parents = rest.parent().unwrap_or(rest).components();
        let mut at = folder;
        parents.into_iter().any(|part| {
            at.push(part);
            at.is_symlink()
        })
    }

    /// Whether this path is a folder of posts, or one that a folder of posts is in.
    #[must_use]
    pub fn is_around(&self, path: &Path) -> bool {
        self.folders().any(|folder| folder.starts_with(path))
    }

    /// The folders whose entries say where the folders of posts are: their parents, and those of links on the way.
    #[must_use]
    pub fn parents(&self) -> Vec<PathBuf> {
        let up = |folder: &Path| folder.parent().map(Path::to_owned);
        let links = self.folders().flat_map(Path::ancestors).filter(|path| path.is_symlink()).filter_map(up);
        self.folders().filter_map(up).chain(links).filter(|parent| parent.is_dir()).collect()
    }

    /// What tells the folders of posts from others that may be put in their place.
    #[must_use]
    pub fn identities(&self) -> Vec<Identity> {
        let identity = |metadata: fs::Metadata| (metadata.dev(), metadata.ino(), metadata.created().ok());
        self.folders().map(|folder| fs::metadata(folder).ok().map(identity)).collect()
    }
}
