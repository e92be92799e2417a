//! Folders that are reached by links: what is watched is where they lead, what is told is where they are.

use std::fs;
use std::path::{Path, PathBuf};

/// The folders that are reached by links, each with where it really is.
#[derive(Debug, Clone, Default)]
pub struct Links(Vec<(PathBuf, PathBuf)>);

impl Links {
    /// Those among these folders. Of two that lead to one place, the first one is told.
    pub fn of<'a>(folders: impl IntoIterator<Item = &'a PathBuf>) -> Self {
        let mut links = Self::default();
        for folder in folders {
            let Ok(real) = fs::canonicalize(folder) else { continue };
            if links.real(folder) != real {
                links.0.push((folder.clone(), real));
            }
        }
        links
    }

    /// Where a path really is.
    pub fn real(&self, path: &Path) -> PathBuf {
        let below = |(folder, real): &(PathBuf, PathBuf)| Some(joined(real, path.strip_prefix(folder).ok()?));
        self.0.iter().find_map(below).unwrap_or_else(|| path.to_owned())
    }

    /// The path by which something is known that really is there.
    pub fn told(&self, path: &Path) -> PathBuf {
        let below = |(folder, real): &(PathBuf, PathBuf)| Some(joined(folder, path.strip_prefix(real).ok()?));
        self.0.iter().find_map(below).unwrap_or_else(|| path.to_owned())
    }
}

/// `join` without a slash behind a path that nothing follows.
fn joined(folder: &Path, rest: &Path) -> PathBuf {
    if rest.as_os_str().is_empty() { folder.to_owned() } else { folder.join(rest) }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn what_is_behind_a_link_is_told_as_it_is_reached() {
        let folder = tempfile::tempdir().unwrap();
        let at = fs::canonicalize(folder.path()).unwrap();
        fs::create_dir_all(at.join("one/posts/sub")).unwrap();
        symlink("one", at.join("current")).unwrap();
        let known = ["current/posts", "current", "one/posts/sub"].map(|path| at.join(path));
        let links = Links::of(&known);
        assert_eq!(links.0.len(), 2);
        assert_eq!(links.real(&at.join("current/posts/a.md")), at.join("one/posts/a.md"));
        assert_eq!(links.told(&at.join("one/posts/a.md")), at.join("current/posts/a.md"));
        assert_eq!(links.told(&at.join("one/config.toml")), at.join("current/config.toml"));
        assert_eq!(links.told(&at.join("else")), at.join("else"));
    }
}
