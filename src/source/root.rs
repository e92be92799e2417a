//! Where the folders of posts themselves are: they may be moved, replaced, or reached by links.

use std::ffi::OsString;
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

    /// What leads to the folders of posts: see [`way_to`].
    #[must_use]
    pub fn ways(&self) -> Vec<PathBuf> {
        self.folders().flat_map(way_to).collect()
    }

    /// What tells the folders of posts from others that may be put in their place.
    #[must_use]
    pub fn identities(&self) -> Vec<Identity> {
        let identity = |metadata: fs::Metadata| (metadata.dev(), metadata.ino(), metadata.created().ok());
        self.folders().map(|folder| fs::metadata(folder).ok().map(identity)).collect()
    }
}

/// More links than this on the way to a place lead nowhere (`ELOOP`).
const MOST_LINKS: usize = 40;

/// Each folder and each link that leads to an absolute path, itself too: where one of them is another one, the path
/// leads elsewhere. The folders that they are in are real ones, without links.
#[must_use]
pub fn way_to(path: &Path) -> Vec<PathBuf> {
    let names = |path: &Path| path.components().map(|part| part.as_os_str().to_owned()).collect::<Vec<_>>();
    let mut rest: Vec<OsString> = names(path).into_iter().rev().collect();
    let (mut at, mut way, mut links) = (PathBuf::new(), Vec::new(), 0);
    while let Some(name) = rest.pop() {
        if name == ".." {
            at.pop();
            continue;
        }
        let next = at.join(&name); // `/` alone when the name is that
        way.push(next.clone());
        match fs::read_link(&next) {
            Ok(target) if links < MOST_LINKS => {
                links += 1;
                rest.extend(names(&target).into_iter().rev());
            }
            _ => at = next,
        }
    }
    way
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn the_way_leads_through_every_link_and_folder() {
        let folder = tempfile::tempdir().unwrap();
        let at = fs::canonicalize(folder.path()).unwrap();
        fs::create_dir_all(at.join("store/one/posts")).unwrap();
        fs::create_dir(at.join("links")).unwrap();
        symlink(at.join("links/second"), at.join("first")).unwrap();
        symlink("../store/third", at.join("links/second")).unwrap();
        symlink("one", at.join("store/third")).unwrap();
        let way: Vec<PathBuf> = way_to(&at.join("first/posts"));
        for step in ["first", "links", "links/second", "store", "store/third", "store/one", "store/one/posts"] {
            assert!(way.contains(&at.join(step)), "{step}: {way:?}");
        }
        assert!(way.contains(&PathBuf::from("/")) && way.contains(&at));
        assert!(way.iter().filter_map(|step| step.parent()).all(|parent| fs::canonicalize(parent).unwrap() == parent));
    }

    #[test]
    fn a_way_that_ends_or_turns_in_circles_is_followed_as_far_as_it_leads() {
        let folder = tempfile::tempdir().unwrap();
        let at = fs::canonicalize(folder.path()).unwrap();
        symlink("b", at.join("a")).unwrap();
        symlink("a", at.join("b")).unwrap();
        let way = way_to(&at.join("a/posts"));
        assert!(way.contains(&at.join("a")) && way.contains(&at.join("b")) && way.len() < 100);
        assert!(way_to(&at.join("none/posts")).contains(&at.join("none/posts")));
    }
}
