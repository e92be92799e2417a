//! Finds posts and reads them.
//!
//! In: the folders of the configuration. Out: [`Found`] files and what became of them ([`Parsed`]).
//! It follows no link out of a folder of posts unless asked to, and opens nothing but regular files.
//!
//! - `dialect`: whose rules a folder of posts follows
//! - `root`: where the folders of posts themselves are
//! - `find`: looks for posts in them
//! - `walk`: walks through them
//! - `open`: opens what is a regular file
//! - `stamp`: what tells one version of a file from another
//! - `asset`: files that come with posts
//! - `surroundings`: what their generator reads besides posts
//! - `survey`: everything in a folder that may be a blog

mod asset;
mod dialect;
mod find;
mod open;
mod root;
mod stamp;
mod surroundings;
mod survey;
mod walk;

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::panic::{self, AssertUnwindSafe};
use std::path::{Component, Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Context, Result};
use globset::{Glob, GlobSet, GlobSetBuilder};

pub use asset::Asset;
pub use dialect::judge;
pub use find::{Ask, Finds, Sighting};
pub use open::{Unread, read as read_file, read_given};
pub use root::{Identity, way_to};
pub use stamp::Stamp;
pub use survey::Survey;

use self::asset::size_of;
use self::open::Contents;
use self::surroundings::Surroundings;
use crate::config::{Config, Source};
use crate::generator::{Generator, Texts};
use crate::pipeline::Reader;
use crate::post::{self, Parsed, Rules, SourceFile};
use crate::problem::Problem;

/// A file that may be a post, by its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Which of the configured folders it is in.
    pub source: usize,
    /// As people name it: relative to the configuration file where it is below it.
    pub told: Arc<str>,
    /// Where in that the part below its folder begins, in bytes.
    below: usize,
}

impl Found {
    /// The file that people name so. `below`: where in that the part below its folder begins, in bytes.
    #[must_use]
    pub fn of(source: usize, told: Arc<str>, below: usize) -> Self {
        Self { source, told, below }
    }

    /// Below its folder, with `/`.
    fn relative(&self) -> &str {
        &self.told[self.below..]
    }
}

/// Finds and reads the posts of a configuration.
#[derive(Debug)]
pub struct Library {
    config: Arc<Config>,
    /// The folder of the configuration file: what told paths are relative to.
    home: PathBuf,
    folders: Vec<Folder>,
    /// Folders in which nothing is a post: the output and the state.
    apart: Vec<PathBuf>,
}

#[derive(Debug)]
struct Folder {
    path: PathBuf,
    include: Option<GlobSet>,
    exclude: GlobSet,
    /// Whether links out of it are followed.
    follows_links: bool,
    surroundings: Surroundings,
    generator: Arc<Generator>,
    /// What is wrong with the generator's files.
    problems: Vec<Problem>,
}

impl Library {
    /// A library of the configuration's folders. `home`: the folder of the configuration file.
    /// `apart`: folders in which nothing is a post.
    ///
    /// # Errors
    /// When a folder of posts is none.
    pub fn open(config: Arc<Config>, home: &Path, apart: &[&Path]) -> Result<Self> {
        let folders =
            config.sources.iter().map(|source| Folder::open(source, &config.shortcodes)).collect::<Result<_>>()?;
        let home = absolute(home)?;
        let apart = apart.iter().map(|path| absolute(path)).collect::<Result<_>>()?;
        Ok(Self { config, home, folders, apart })
    }

    /// The folders of posts, absolute.
    pub fn folders(&self) -> impl Iterator<Item = &Path> {
        self.folders.iter().map(|folder| folder.path.as_path())
    }

    /// The generators of these folders, in their order.
    pub fn generators(&self) -> impl Iterator<Item = &Arc<Generator>> {
        self.folders.iter().map(|folder| &folder.generator)
    }

    /// What is wrong with the files that generators read besides posts.
    pub fn problems(&self) -> impl Iterator<Item = &Problem> {
        self.folders.iter().flat_map(|folder| &folder.problems)
    }

    /// Whether the files that generators read besides posts are still as they were read.
    #[must_use]
    pub fn is_current(&self) -> bool {
        self.folders.iter().all(|folder| folder.surroundings.are_current())
    }

    /// Whether a generator reads this file besides posts, or would if it were there.
    #[must_use]
    pub fn is_around_generator(&self, path: &Path) -> bool {
        self.folders.iter().any(|folder| folder.surroundings.hold(path))
    }

    /// The folders whose entries may be such files.
    #[must_use]
    pub fn generator_folders(&self) -> Vec<PathBuf> {
        self.folders.iter().flat_map(|folder| folder.surroundings.folders()).collect()
    }

    /// The post that a file of this path would be, by its name alone.
    #[must_use]
    pub fn identify(&self, file: &Path) -> Option<Found> {
        if self.apart.iter().any(|apart| below(file, apart).is_some() && !self.is_around_posts(apart)) {
            return None;
        }
        self.folders.iter().enumerate().find_map(|(source, folder)| {
            let relative = below(file, &folder.path)?.to_str()?;
            let asked = folder.include.as_ref().is_none_or(|include| include.is_match(relative));
            let is_excluded = || !folder.exclude.is_empty() && folder.exclude.is_match(relative);
            let told = (post::may_be_post(relative) && asked && !is_excluded()).then(|| self.key(file))??;
            Some(Found { source, below: told.len() - relative.len(), told })
        })
    }

    /// A path as people name it, when nobody could take it for another one.
    fn key(&self, file: &Path) -> Option<Arc<str>> {
        Some(below(file, &self.home).unwrap_or(file.as_os_str()).to_str()?.into())
    }

    /// Where the file is that people name so.
    #[must_use]
    pub fn file_of(&self, told: &str) -> PathBuf {
        let mut file = PathBuf::with_capacity(self.home.as_os_str().len() + 1 + told.len());
        file.extend([self.home.as_path(), Path::new(told)]);
        file
    }

    /// Whether everything that people name by a relative path is below `path`.
    #[must_use]
    pub fn is_around_home(&self, path: &Path) -> bool {
        self.home.starts_with(path)
    }

    /// Whether this may be a folder of posts whose files moved or vanished with it.
    #[must_use]
    pub fn may_be_folder(&self, path: &Path) -> bool {
        let apart = self.apart.iter().any(|apart| path.starts_with(apart) && !self.is_around_posts(apart));
        !apart && self.folders.iter().any(|folder| path.starts_with(&folder.path) || folder.path.starts_with(path))
    }

    /// What tells the file's version; `None` when it is no regular file, or leads out of the folder.
    #[must_use]
    pub fn stamp(&self, file: &Path) -> Option<Stamp> {
        let plain = fs::symlink_metadata(file).ok()?;
        if !plain.is_symlink() {
            return plain.is_file().then(|| Stamp::of(&plain));
        }
        if !self.follows_links(file) {
            let target = fs::canonicalize(file).ok()?;
            let inside =
                |folder: &Folder| fs::canonicalize(&folder.path).is_ok_and(|folder| target.starts_with(folder));
            if !self.folders.iter().any(inside) {
                return None;
            }
        }
        let metadata = fs::metadata(file).ok()?;
        metadata.is_file().then(|| Stamp::of(&metadata))
    }

    /// Reads a file that was just found, and makes of it what can be made; `None` when it is no more. The stamp is that
    /// of the file before it was read; there is none where it cannot be read. Adds the files that it says come with it,
    /// and their sizes.
    #[must_use]
    pub fn read(&self, found: &Found, assets: &mut Vec<Asset>) -> Option<(Parsed, Option<Stamp>)> {
        match self.contents_of(&self.file_of(&found.told), found.source) {
            Ok(Contents { bytes, stamp }) => Some((self.parse(found, bytes, assets).0, Some(stamp))),
            Err(Unread::Gone) => None,
            Err(unread) => {
                let raise = "make it shorter, or raise `limits: post_size`";
                Some((Parsed::Broken(vec![unread.told(&found.told, raise)]), None))
            }
        }
    }

    /// What the bytes of a file are, and the bytes again.
    fn parse(&self, found: &Found, bytes: Vec<u8>, assets: &mut Vec<Asset>) -> (Parsed, Vec<u8>) {
        let file = SourceFile { path: found.told.clone(), relative: found.relative().to_owned(), bytes };
        let (source, generator) = (&self.config.sources[found.source], &*self.folders[found.source].generator);
        let asked = Mutex::new(Vec::new());
        let asset_size = |reference: &str, relative: &str| {
            let tried = self.places_of(source, reference, relative);
            let size = tried.iter().find_map(|path| size_of(path));
            asked.lock().unwrap_or_else(PoisonError::into_inner).push(Asset { tried, size });
            size
        };
        let (site, id) = (&self.config.site, self.config.ids.of(&found.told));
        let rules = Rules { site, source, number: found.source, id, generator, asset_size: &asset_size };
        let parsed = guarded(&found.told, || post::parse(&file, &rules));
        assets.extend(asked.into_inner().unwrap_or_else(PoisonError::into_inner));
        (parsed, file.bytes)
    }

    /// The folders of posts as people name them, in their order; with other globs it is another name.
    pub fn names(&self) -> impl Iterator<Item = String> {
        self.config.sources.iter().zip(self.folders()).map(|(source, folder)| {
            let Source { include, exclude, .. } = source;
            let globs = [("only", include), ("without", exclude)].into_iter().filter(|(_, globs)| !globs.is_empty());
            globs.fold(self.told(folder), |name, (word, globs)| format!("{name} {word} {}", globs.join(", ")))
        })
    }

    /// What is in the file of a post that was just seen. A link to another folder of posts is followed too.
    fn contents_of(&self, file: &Path, source: usize) -> Result<Contents, Unread> {
        let (most, own) = (self.config.limits.post_size, &self.folders[source]);
        if own.follows_links {
            return open::read_followed(file, most);
        }
        match open::read_seen(&own.path, file, most) {
            Err(Unread::Outside) => {
                let others = self.folders.iter().filter(|other| other.path != own.path);
                let read = others.map(|other| open::read_seen(&other.path, file, most));
                read.into_iter().find(|read| !matches!(read, Err(Unread::Outside))).unwrap_or(Err(Unread::Outside))
            }
            read => read,
        }
    }

    /// Whether links at this path are followed wherever they lead.
    pub(super) fn follows_links(&self, path: &Path) -> bool {
        self.folders.iter().any(|folder| folder.follows_links && path.starts_with(&folder.path))
    }

    /// A path as people name it: relative to the configuration file where it is below it.
    #[must_use]
    pub fn told(&self, path: &Path) -> String {
        path.strip_prefix(&self.home).unwrap_or(path).to_string_lossy().into_owned()
    }

    /// An output that is the posts folder itself, or above it, does not hide the posts.
    fn is_around_posts(&self, apart: &Path) -> bool {
        self.folders.iter().any(|folder| folder.path.starts_with(apart))
    }
}

impl Reader for Library {
    fn post(&self, path: &str, source: usize) -> Option<(Parsed, Vec<u8>)> {
        let file = self.file_of(path);
        let found = self.identify(&file).filter(|found| found.source == source)?;
        open::look(&file).ok()?; // it was found some time ago
        let (mut assets, Contents { bytes, .. }) = (Vec::new(), self.contents_of(&file, source).ok()?);
        Some(self.parse(&found, bytes, &mut assets))
    }

    fn text(&self, source: usize, path: &str) -> Option<String> {
        self.folders.get(source)?.surroundings.text(path)
    }
}

impl Folder {
    /// Whether every file below `path` is excluded, whatever its name.
    fn excludes_all_of(&self, path: &Path) -> bool {
        if self.exclude.is_empty() {
            return false;
        }
        let any = path.join("\u{1}any\u{1}name\u{1}");
        any.strip_prefix(&self.path).is_ok_and(|any| self.exclude.is_match(any))
    }

    fn open(source: &Source, shortcodes: &Texts) -> Result<Self> {
        let include = if source.include.is_empty() { None } else { Some(globs(&source.include)?) };
        let (surroundings, generator, problems) = Surroundings::read(source);
        let generator = generator.with_shortcodes(shortcodes.clone());
        let (path, exclude, generator) = (absolute(&source.path)?, globs(&source.exclude)?, Arc::new(generator));
        let follows_links = source.follow_symlinks;
        Ok(Self { path, include, exclude, follows_links, surroundings, generator, problems })
    }
}

/// What a path is below a folder; both are absolute and plain, as [`absolute`] makes them.
fn below<'a>(path: &'a Path, folder: &Path) -> Option<&'a OsStr> {
    let rest = path.as_os_str().as_bytes().strip_prefix(folder.as_os_str().as_bytes())?;
    match rest.strip_prefix(b"/") {
        Some(below) => Some(OsStr::from_bytes(below)),
        None => (rest.is_empty() || folder.parent().is_none()).then(|| OsStr::from_bytes(rest)),
    }
}

/// An absolute path without `.` and `..`, whether it exists or not.
///
/// # Errors
/// When there is no working folder.
pub fn absolute(path: &Path) -> Result<PathBuf> {
    let path = std::path::absolute(path).with_context(|| format!("cannot find `{}`", path.display()))?;
    let mut plain = PathBuf::new();
    for part in path.components() {
        match part {
            Component::ParentDir => {
                plain.pop();
            }
            Component::CurDir => {}
            part => plain.push(part),
        }
    }
    Ok(plain)
}

/// What becomes of a file; where reading it panics it is left out, so that no post stops the others.
fn guarded(name: &str, parsed: impl FnOnce() -> Parsed) -> Parsed {
    panic::catch_unwind(AssertUnwindSafe(parsed)).unwrap_or_else(|_| {
        let problem = Problem::error(name, "cannot be read, and is left out");
        Parsed::Broken(vec![problem.mend("please report this as a defect of Feedwright")])
    })
}

fn globs(patterns: &[String]) -> Result<GlobSet> {
    let mut set = GlobSetBuilder::new();
    for pattern in patterns {
        set.add(Glob::new(pattern.trim_start_matches('/'))?);
        let folder = pattern.trim_end_matches('/');
        if !folder.contains(['*', '?', '[', '{']) {
            set.add(Glob::new(&format!("{}/**", folder.trim_start_matches('/')))?);
        }
    }
    Ok(set.build()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_below_a_folder_is_told_by_whole_names() {
        for (path, folder, expected) in [
            ("/a/b/c", "/a", Some("b/c")),
            ("/a", "/a", Some("")),
            ("/ab", "/a", None),
            ("/b", "/a", None),
            ("/a/b", "/", Some("a/b")),
        ] {
            assert_eq!(below(Path::new(path), Path::new(folder)), expected.map(OsStr::new), "{path} {folder}");
        }
    }

    #[test]
    fn a_post_that_cannot_be_read_stops_no_other() {
        let Parsed::Broken(problems) = guarded("a.md", || panic!("a defect")) else { panic!() };
        assert_eq!(
            problems[0].to_string(),
            "a.md: cannot be read, and is left out; please report this as a defect of Feedwright"
        );
    }
}
