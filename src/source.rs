//! Finds posts and reads them.
//!
//! In: the folders of the configuration. Out: [`Found`] files and what became of them ([`Parsed`]).
//! It follows no link out of a folder of posts, and opens nothing but regular files.

use std::fs;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Component, Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use anyhow::{Context, Result, bail};
use globset::{Glob, GlobSet, GlobSetBuilder};
use walkdir::WalkDir;

use crate::config::{Config, Dialect, Source};
use crate::post::{self, Parsed, Post, Rules, SourceFile};
use crate::problem::Problem;

/// A file that may be a post, by its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Which of the configured folders it is in.
    source: usize,
    /// Where it is.
    pub file: PathBuf,
    /// As people name it.
    pub told: Arc<str>,
    /// Below its folder, with `/`.
    relative: String,
}

/// What tells one version of a file from another without reading it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stamp {
    modified: (i64, i64),
    changed: (i64, i64),
    size: u64,
    inode: u64,
}

impl Stamp {
    fn of(metadata: &fs::Metadata) -> Self {
        Self {
            modified: (metadata.mtime(), metadata.mtime_nsec()),
            changed: (metadata.ctime(), metadata.ctime_nsec()),
            size: metadata.size(),
            inode: metadata.ino(),
        }
    }

    /// Whether the last write was at least `age` before `instant`.
    #[must_use]
    pub fn is_older_than(&self, instant: SystemTime, age: Duration) -> bool {
        let last = self.modified.max(self.changed).0;
        let instant = instant.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        u64::try_from(last).is_ok_and(|last| Duration::from_secs(last) + age <= instant)
    }
}

/// What was found in folders.
#[derive(Debug, Default)]
pub struct Finds {
    /// Files that may be posts.
    pub posts: Vec<(Found, Stamp)>,
    /// Folders that could not be looked into: what was known of them is all that is known.
    pub unreadable: Vec<PathBuf>,
    /// What is wrong with folders and names.
    pub problems: Vec<Problem>,
}

/// A file that comes with a post, by its reference in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asset {
    /// Where it may be, the likeliest place first.
    pub tried: Vec<PathBuf>,
    /// In bytes, when it is there.
    size: Option<u64>,
}

impl Asset {
    /// Whether it has another size now.
    #[must_use]
    pub fn differs(&self) -> bool {
        self.tried.iter().find_map(|path| size_of(path)) != self.size
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
}

impl Library {
    /// A library of the configuration's folders. `home`: the folder of the configuration file.
    /// `apart`: folders in which nothing is a post.
    ///
    /// # Errors
    /// When a folder of posts is none.
    pub fn open(config: Arc<Config>, home: &Path, apart: &[&Path]) -> Result<Self> {
        let folders = config.sources.iter().map(Folder::open).collect::<Result<_>>()?;
        let home = absolute(home)?;
        let apart = apart.iter().map(|path| absolute(path)).collect::<Result<_>>()?;
        Ok(Self { config, home, folders, apart })
    }

    /// The folders of posts, absolute.
    pub fn folders(&self) -> impl Iterator<Item = &Path> {
        self.folders.iter().map(|folder| folder.path.as_path())
    }

    /// Every file that may be a post, with its stamp.
    ///
    /// # Errors
    /// When a folder of posts is not there or cannot be read.
    pub fn find(&self) -> Result<Finds> {
        let mut finds = Finds::default();
        for folder in &self.folders {
            let told = self.told(&folder.path);
            if !folder.path.is_dir() {
                bail!("the posts folder `{told}` is not there; make it, or set `posts: path:`");
            }
            fs::read_dir(&folder.path).with_context(|| format!("cannot read the posts folder `{told}`"))?;
            self.find_below(&folder.path, &mut finds);
        }
        Ok(finds)
    }

    /// Adds every file below `path` (or itself) that may be a post.
    pub fn find_below(&self, path: &Path, finds: &mut Finds) {
        let walk = WalkDir::new(path).sort_by_file_name().into_iter();
        for entry in walk.filter_entry(|entry| entry.depth() == 0 || self.may_hold_posts(entry)) {
            match entry {
                Ok(entry) if entry.file_type().is_dir() => {}
                Ok(entry) => self.note_find(entry.path(), finds),
                Err(error) if is_gone(&error) => {}
                Err(error) => {
                    let path = error.path().unwrap_or(path).to_owned();
                    let reason = error.io_error().map_or_else(|| error.to_string(), ToString::to_string);
                    let problem = Problem::error(self.told(&path), format!("cannot be looked into: {reason}"));
                    finds.problems.push(problem.mend("let this user read it, or name it in `posts: exclude:`"));
                    finds.unreadable.push(path);
                }
            }
        }
    }

    fn note_find(&self, path: &Path, finds: &mut Finds) {
        if path.to_str().is_none() && self.folders.iter().any(|folder| path.starts_with(&folder.path)) {
            let problem = Problem::error(self.told(path), "has a name that is not UTF-8, and is passed over");
            finds.problems.push(problem.mend("rename it"));
        }
        let Some(post) = self.identify(path) else { return };
        if let Some(stamp) = self.stamp(&post.file) {
            finds.posts.push((post, stamp));
        } else {
            let problem = Problem::warning(&*post.told, "is no regular file in a folder of posts, and is passed over");
            finds.problems.push(problem.mend("put the file itself there, not a link or a device"));
        }
    }

    /// The post that a file of this path would be, by its name alone.
    #[must_use]
    pub fn identify(&self, file: &Path) -> Option<Found> {
        if self.apart.iter().any(|apart| file.starts_with(apart) && !self.is_around_posts(apart)) {
            return None;
        }
        self.folders.iter().enumerate().find_map(|(source, folder)| {
            let relative = file.strip_prefix(&folder.path).ok()?.to_str()?;
            let asked = folder.include.as_ref().is_none_or(|include| include.is_match(relative));
            let named = post::may_be_post(relative) && asked && !folder.exclude.is_match(relative);
            named.then(|| Found {
                source,
                file: file.to_owned(),
                told: self.told(file).into(),
                relative: relative.to_owned(),
            })
        })
    }

    /// Whether this may be a folder of posts whose files moved or vanished with it.
    #[must_use]
    pub fn may_be_folder(&self, path: &Path) -> bool {
        let apart = self.apart.iter().any(|apart| path.starts_with(apart) && !self.is_around_posts(apart));
        !apart && self.folders.iter().any(|folder| path.starts_with(&folder.path) || folder.path.starts_with(path))
    }

    /// Whether a link stands between the folder of posts and this path: then it is not followed.
    #[must_use]
    pub fn is_behind_link(&self, path: &Path) -> bool {
        let below = |folder: &Path| path.strip_prefix(folder).ok().map(|rest| (folder.to_owned(), rest));
        let Some((folder, rest)) = self.folders().find_map(below) else { return false };
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
    pub fn identities(&self) -> Vec<Option<(u64, u64, Option<SystemTime>)>> {
        let identity = |metadata: fs::Metadata| (metadata.dev(), metadata.ino(), metadata.created().ok());
        self.folders().map(|folder| fs::metadata(folder).ok().map(identity)).collect()
    }

    /// What tells the file's version; `None` when it is no regular file, or leads out of the folder.
    #[must_use]
    pub fn stamp(&self, file: &Path) -> Option<Stamp> {
        let plain = fs::symlink_metadata(file).ok()?;
        if plain.is_symlink() {
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

    /// Reads a file and makes of it what can be made; `None` when it is no more. Adds the files that it
    /// says come with it, and their sizes.
    #[must_use]
    pub fn read(&self, found: &Found, assets: &mut Vec<Asset>) -> Option<Parsed> {
        let bytes = match fs::read(&found.file) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return None,
            Err(error) => {
                let problem = Problem::error(&*found.told, format!("cannot be read: {error}"));
                return Some(Parsed::Broken(vec![problem.mend("let this user read it")]));
            }
        };
        let file = SourceFile { path: found.told.clone(), relative: found.relative.clone(), bytes };
        let source = &self.config.sources[found.source];
        let asked = Mutex::new(Vec::new());
        let asset_size = |reference: &str, relative: &str| {
            let tried = self.places_of(source, reference, relative);
            let size = tried.iter().find_map(|path| size_of(path));
            asked.lock().unwrap_or_else(PoisonError::into_inner).push(Asset { tried, size });
            size
        };
        let parsed = post::parse(&file, &Rules { site: &self.config.site, source, asset_size: &asset_size });
        assets.extend(asked.into_inner().unwrap_or_else(PoisonError::into_inner));
        Some(parsed)
    }

    /// The bytes of a post's file.
    #[must_use]
    pub fn bytes(&self, post: &Post) -> Option<Vec<u8>> {
        let path = Path::new(&*post.path);
        let file = if path.is_absolute() { path.to_owned() } else { self.home.join(path) };
        fs::read(file).ok()
    }

    /// Where a file of the site may be by its reference in a post: beside the post, or below one
    /// of the folders that generators serve from.
    fn places_of(&self, source: &Source, reference: &str, relative: &str) -> Vec<PathBuf> {
        let decoded = percent_encoding::percent_decode_str(reference).decode_utf8();
        let (Ok(reference), Ok(folder)) = (decoded, absolute(&source.path)) else { return Vec::new() };
        let mut plain = Path::new(&*reference).components();
        if plain.any(|part| matches!(part, Component::ParentDir | Component::Prefix(_))) {
            return Vec::new();
        }
        let beside = Path::new(relative).parent().map(|parent| folder.join(parent));
        let around = folder.parent().map(Path::to_owned);
        let served = [Some(folder.clone()), around, Some(self.home.clone()), Some(self.home.join("static"))];
        let bases: Vec<PathBuf> = if reference.starts_with('/') {
            served.into_iter().flatten().collect()
        } else {
            beside.into_iter().chain(served.into_iter().flatten()).collect()
        };
        let below = reference.trim_start_matches('/');
        bases.iter().map(|base| base.join(below)).collect()
    }

    /// A path as people name it: relative to the configuration file where it is below it.
    fn told(&self, path: &Path) -> String {
        path.strip_prefix(&self.home).unwrap_or(path).to_string_lossy().into_owned()
    }

    fn may_hold_posts(&self, entry: &walkdir::DirEntry) -> bool {
        if !entry.file_type().is_dir() {
            return true;
        }
        let hidden = entry.file_name().to_str().is_none_or(|name| name.starts_with('.'));
        let apart = self.apart.iter().any(|apart| apart == entry.path() && !self.is_around_posts(apart));
        !hidden && !apart && !self.folders.iter().any(|folder| folder.excludes_all_of(entry.path()))
    }

    /// An output that is the posts folder itself, or above it, does not hide the posts.
    fn is_around_posts(&self, apart: &Path) -> bool {
        self.folders.iter().any(|folder| folder.path.starts_with(apart))
    }
}

impl Folder {
    /// Whether every file below `path` is excluded, whatever its name.
    fn excludes_all_of(&self, path: &Path) -> bool {
        let any = path.join("\u{1}any\u{1}name\u{1}");
        any.strip_prefix(&self.path).is_ok_and(|any| self.exclude.is_match(any))
    }

    fn open(source: &Source) -> Result<Self> {
        let include = if source.include.is_empty() { None } else { Some(globs(&source.include)?) };
        Ok(Self { path: absolute(&source.path)?, include, exclude: globs(&source.exclude)? })
    }
}

/// Judges the dialect of a folder of posts by what stands around it: up to three folders up.
#[must_use]
pub fn judge(folder: &Path) -> Dialect {
    let Ok(folder) = absolute(folder) else { return Dialect::Commonmark };
    if folder.file_name().is_some_and(|name| name == "_posts") {
        return Dialect::Jekyll;
    }
    folder.ancestors().skip(1).take(3).find_map(judge_root).unwrap_or(Dialect::Commonmark)
}

fn judge_root(root: &Path) -> Option<Dialect> {
    let has = |name: &str| root.join(name).exists();
    if has("_config.yml") || has("_config.yaml") || has("_config.toml") {
        return Some(Dialect::Jekyll);
    }
    let hugo = ["hugo.toml", "hugo.yaml", "hugo.yml", "hugo.json", "config/_default"];
    if hugo.iter().any(|name| has(name)) {
        return Some(Dialect::Hugo);
    }
    if has("zola.toml") {
        return Some(Dialect::Zola);
    }
    let text = fs::read_to_string(root.join("config.toml")).ok()?;
    let key = |name: &str| text.lines().any(|line| line.split('=').next().is_some_and(|key| key.trim() == name));
    if key("base_url") {
        Some(Dialect::Zola)
    } else if text.to_lowercase().contains("baseurl") {
        Some(Dialect::Hugo)
    } else {
        None
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

fn size_of(path: &Path) -> Option<u64> {
    fs::metadata(path).ok().filter(fs::Metadata::is_file).map(|metadata| metadata.len())
}

fn is_gone(error: &walkdir::Error) -> bool {
    error.io_error().is_some_and(|error| error.kind() == io::ErrorKind::NotFound)
}
