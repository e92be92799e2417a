//! Artifacts -> files below the output folder: only what differs, and nothing that is not ours.
//!
//! In: artifacts, some at a time, and the paths of all feeds there are. It holds the lock of the output as long as it
//! lives, and does everything below the open folder: nothing outside of it is reached, whatever names and links say.
//!
//! - `place`: whether a feed may be put where it is to be
//! - `sibling`: the same feeds compressed, beside them

mod place;
mod sibling;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fs::{self, TryLockError};
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use tracing::info;

use self::place::Place;
use self::sibling::with_siblings;
use crate::atomic_file::{self, Former, Staged};
use crate::config::Coding;
use crate::feed::Artifact;
use crate::folder::{Entry, Folder};
use crate::post::digest;
use crate::problem::Problem;
use crate::recall::{Print, Prints};
use crate::source::Stamp;
use crate::state::{Manifest, State};

/// Publishes to one folder.
#[derive(Debug)]
pub struct Publisher {
    output: PathBuf,
    /// The output, and an advisory lock on it: that ends with the process, however that ends.
    folder: Folder,
    state: State,
    manifest: Manifest,
    /// Folders below the output in which something was renamed or removed.
    unsynced: BTreeSet<String>,
    /// A publication failed, and may have left something behind.
    is_untidy: bool,
    /// What is written beside its place, by path.
    staged: Vec<(String, Staged)>,
    /// The feeds that are published, as they were made last.
    prints: Prints,
    /// Digests of what this publication makes, by path.
    digests: HashMap<String, u64>,
    /// Which siblings each feed has.
    codings: Vec<Coding>,
}

/// A feed to be published, and its siblings.
#[derive(Debug)]
pub struct Bundle {
    feed: Artifact,
    siblings: Vec<Artifact>,
}

impl Bundle {
    /// That of a feed in these codings; to compress it takes longer than all else.
    #[must_use]
    pub fn of(feed: Artifact, codings: &[Coding]) -> Self {
        Self { siblings: sibling::of(&feed, codings), feed }
    }
}

/// What a publication did.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Published {
    /// Paths below the output of files that are new or differ now.
    pub written: Vec<String>,
    /// Paths of files that had the right bytes already.
    pub unchanged: Vec<String>,
    /// Paths of files that are no more.
    pub removed: Vec<String>,
    /// Paths of feeds in whose place, or on the way to it, stands something that is not ours.
    pub refused: Vec<(String, Problem)>,
}

/// Feeds that are no more.
#[derive(Debug)]
pub enum Obsolete {
    /// Every file of ours but those at these paths.
    AllBut(BTreeSet<String>),
    /// These alone.
    These(BTreeSet<String>),
}

impl Published {
    /// Whether a reader sees anything of it.
    #[must_use]
    pub fn is_change(&self) -> bool {
        !self.written.is_empty() || !self.removed.is_empty()
    }
}

impl Publisher {
    /// Makes the output folder, locks it, and clears away what a killed process left.
    /// `output`: absolute; where it is a link, what that leads to now. `state`: what the configuration says of it.
    ///
    /// # Errors
    /// When another process publishes there, or the folder cannot be used.
    pub fn open(output: &Path, state: Option<&Path>) -> Result<Self> {
        let cannot = || cannot_publish(output);
        fs::create_dir_all(output).with_context(cannot)?;
        let folder = Folder::open(output).with_context(cannot)?;
        match folder.handle().try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => bail!(
                "another feedwright publishes to `{}` already; stop it, or give this one another `output`",
                output.display()
            ),
            Err(TryLockError::Error(error)) => return Err(error).with_context(cannot),
        }
        let state = State::open(state, output)?;
        let manifest = state.manifest(output)?;
        let (output, unsynced) = (output.to_owned(), BTreeSet::new());
        let publisher = Self {
            output,
            folder,
            state,
            manifest,
            unsynced,
            is_untidy: false,
            staged: Vec::new(),
            prints: Prints::new(),
            digests: HashMap::new(),
            codings: Vec::new(),
        };
        publisher.clean().with_context(|| cannot_publish(&publisher.output))?;
        Ok(publisher)
    }

    /// The folder that is published to.
    #[must_use]
    pub fn output(&self) -> &Path {
        &self.output
    }

    /// Its state.
    #[must_use]
    pub fn state(&mut self) -> &mut State {
        &mut self.state
    }

    /// A feed as it is published.
    ///
    /// # Errors
    /// When there is none, or it cannot be read.
    pub fn read(&self, path: &str) -> io::Result<Vec<u8>> {
        self.folder.read(path, u64::MAX)
    }

    /// What tells whether a feed is still as it was; to be looked at before it is read.
    ///
    /// # Errors
    /// When there is none.
    pub fn stamp(&self, path: &str) -> io::Result<Stamp> {
        Ok(Stamp::of_stat(&self.folder.stat(path)?))
    }

    /// The place of the state by another configuration, with all that is known already.
    ///
    /// # Errors
    /// When it cannot be kept there.
    pub fn state_for(&self, configured: Option<&Path>) -> Result<State> {
        let mut state = State::open(configured, &self.output)?;
        state.inherit(&self.state)?;
        state.keep_manifest(&self.manifest)?;
        Ok(state)
    }

    /// Keeps the state there from now on.
    pub fn use_state(&mut self, state: State) {
        self.state = state;
    }

    /// Each feed is published in these codings, too, as files beside it.
    pub fn compress(&mut self, codings: &[Coding]) {
        codings.clone_into(&mut self.codings);
    }

    /// Says which feeds were published by an earlier run, or by none.
    pub fn trust(&mut self, prints: Prints) {
        self.prints = prints;
    }

    /// The feeds that are published, as they were made last.
    #[must_use]
    pub fn prints(&self) -> &Prints {
        &self.prints
    }

    /// Whether the feed at this path is published, and nobody touched its file and its siblings since. `fingerprint`: of
    /// how it would be made.
    #[must_use]
    pub fn is_published(&self, path: &str, fingerprint: u64) -> bool {
        let is_there = |path: &str| self.is_as_made(path, fingerprint);
        is_there(path) && sibling::paths(path, &self.codings).all(|sibling| is_there(&sibling))
    }

    fn is_as_made(&self, path: &str, fingerprint: u64) -> bool {
        let stamp = || self.folder.stat(path).ok().map(|stat| Stamp::of_stat(&stat));
        let print = self.print(path, fingerprint);
        print.is_some_and(|print| stamp() == Some(print.stamp))
    }

    fn print(&self, path: &str, fingerprint: u64) -> Option<&Print> {
        let print = self.prints.get(path).filter(|print| print.fingerprint == fingerprint);
        print.filter(|_| self.manifest.files.contains(path))
    }

    /// A feed of at most `limit` bytes that was made like this, when its bytes are still the ones that were published.
    #[must_use]
    pub fn intact(&self, path: &str, fingerprint: u64, limit: u64) -> Option<Vec<u8>> {
        let print = self.print(path, fingerprint)?;
        self.folder.read(path, limit).ok().filter(|bytes| digest(bytes) == print.digest)
    }

    /// Takes down how feeds were made that are published now.
    pub fn imprint<'a>(&mut self, feeds: impl Iterator<Item = (&'a String, u64)>) {
        for (feed, fingerprint) in feeds {
            for path in [feed.clone()].into_iter().chain(sibling::paths(feed, &self.codings)) {
                if let (Ok(stat), Some(digest)) = (self.folder.stat(&path), self.digests.get(&path).copied()) {
                    self.prints.insert(path, Print { fingerprint, stamp: Stamp::of_stat(&stat), digest });
                }
            }
        }
    }

    /// Forgets how a feed was made: it is made anew.
    pub fn forget(&mut self, path: &str) {
        self.prints.remove(path);
        for sibling in sibling::paths(path, &Coding::ALL) {
            self.prints.remove(&sibling);
        }
    }

    /// Begins a publication that makes feeds at these paths: those that may be are on the
    /// manifest before they are there, so that a kill in between loses track of nothing.
    ///
    /// # Errors
    /// When the manifest cannot be kept.
    pub fn begin(&mut self, paths: &BTreeSet<String>) -> Result<()> {
        self.staged.clear();
        self.digests.clear();
        if std::mem::replace(&mut self.is_untidy, true) {
            self.clean().with_context(|| cannot_publish(&self.output))?;
        }
        let paths = with_siblings(paths, &self.codings);
        let new: Vec<&String> = paths.iter().filter(|path| !self.manifest.files.contains(*path)).collect();
        if new.is_empty() {
            return Ok(());
        }
        let mut manifest = self.manifest.clone();
        for path in new {
            let place = self.place(path)?;
            if !place.may_be_taken(&self.folder) {
                continue;
            }
            if place.is_file() {
                let file = self.output.join(path);
                info!("`{}` is taken over: a feed that was not written by this instance", file.display());
            }
            for (at, _) in path.match_indices('/') {
                let folder = &path[..at];
                if self.told("look at", folder, self.folder.entry(folder))? == Entry::Absent {
                    manifest.folders.insert(folder.to_owned());
                }
            }
            manifest.files.insert(path.clone());
        }
        self.keep(manifest)
    }

    /// Writes those feeds that differ from what is there, and their siblings.
    ///
    /// # Errors
    /// When the file system fails: what is published stands, whole, old or new.
    pub fn write(&mut self, bundles: &[Bundle], published: &mut Published) -> Result<()> {
        let mut differing = Vec::new();
        let mut others = Vec::new();
        for Bundle { feed, siblings } in bundles {
            let path = &feed.path;
            match self.compare(feed)? {
                Compared::Same => published.unchanged.push(path.clone()),
                Compared::Differs => {
                    differing.push(feed);
                    published.written.push(path.clone());
                }
                Compared::Refused(problem) => {
                    published.refused.push((path.clone(), problem));
                    continue;
                }
            }
            for sibling in siblings {
                match self.compare(sibling)? {
                    Compared::Same => {}
                    Compared::Differs => others.push(sibling),
                    Compared::Refused(problem) => published.refused.push((path.clone(), problem)),
                }
            }
        }
        differing.append(&mut others);
        self.stage(&differing).inspect_err(|_| self.staged.clear()) // nothing stays beside the feeds
    }

    fn compare(&mut self, artifact: &Artifact) -> Result<Compared> {
        self.digests.insert(artifact.path.clone(), digest(&artifact.bytes));
        let place = self.place(&artifact.path)?;
        Ok(match place.is_free() && self.manifest.files.contains(&artifact.path) {
            true if self.differs(artifact) => Compared::Differs,
            true => Compared::Same,
            false => Compared::Refused(place.refusal(&self.output)),
        })
    }

    /// Removes feeds that are no more, and makes all of it last.
    ///
    /// # Errors
    /// When the file system fails, or the folder was replaced meanwhile.
    pub fn finish(&mut self, obsolete: Obsolete, published: &mut Published) -> Result<()> {
        self.put()?;
        published.removed = self.remove(obsolete)?;
        self.sync()?;
        if !self.is_in_place() {
            bail!("the output `{}` was removed or replaced while it was written to", self.output.display());
        }
        self.is_untidy = false;
        Ok(())
    }

    /// Whether the folder is still the one that is locked: it may have been removed or replaced.
    #[must_use]
    pub fn is_in_place(&self) -> bool {
        let identity = |metadata: fs::Metadata| (metadata.dev(), metadata.ino());
        let there = fs::metadata(&self.output).map(identity);
        there.is_ok_and(|there| self.folder.handle().metadata().is_ok_and(|ours| identity(ours) == there))
    }

    fn differs(&self, artifact: &Artifact) -> bool {
        let length = artifact.bytes.len() as u64;
        let same_size = self.folder.entry(&artifact.path).is_ok_and(|entry| entry == Entry::File(length));
        !(same_size && self.folder.read(&artifact.path, length).is_ok_and(|bytes| bytes == artifact.bytes))
    }

    fn place<'a>(&self, path: &'a str) -> Result<Place<'a>> {
        self.told("look at", path, Place::look(&self.folder, path))
    }

    fn keep(&mut self, manifest: Manifest) -> Result<()> {
        if manifest != self.manifest {
            self.state.keep_manifest(&manifest)?;
            self.manifest = manifest;
        }
        Ok(())
    }

    /// Writes them beside; many at once are put in their places.
    fn stage(&mut self, artifacts: &[&Artifact]) -> Result<()> {
        for artifacts in artifacts.chunks(AT_ONCE) {
            if self.staged.len() + artifacts.len() > AT_ONCE {
                self.put()?;
            }
            let mut folders: BTreeMap<&str, Folder> = BTreeMap::new();
            for Artifact { path, .. } in artifacts {
                let (parent, _) = split(path);
                if !folders.contains_key(parent) {
                    folders.insert(parent, self.told("write", path, self.folder.make(parent))?);
                }
            }
            let files = artifacts.iter().map(|file| (&folders[split(&file.path).0], file.bytes.as_slice()));
            let files: Vec<(&Folder, &[u8])> = files.collect();
            for (artifact, file) in artifacts.iter().zip(Staged::write_all(&files)) {
                let file = self.told("write", &artifact.path, file)?;
                self.staged.push((artifact.path.clone(), file));
                self.unsynced.insert(split(&artifact.path).0.to_owned());
            }
        }
        Ok(())
    }

    /// Syncs all that is written beside, then renames all.
    fn put(&mut self) -> Result<()> {
        let (paths, mut files): (Vec<String>, Vec<Staged>) = std::mem::take(&mut self.staged).into_iter().unzip();
        let first = paths.first().map_or("", String::as_str);
        self.told("write", first, Staged::sync(&mut files))?;
        let renamed = paths.iter().zip(files).map(|(path, file)| self.told("write", path, file.rename(split(path).1)));
        renamed.collect::<Result<Vec<Former>>>().map(drop)
    }

    fn remove(&mut self, obsolete: Obsolete) -> Result<Vec<String>> {
        let ours = &self.manifest.files;
        let obsolete: Vec<String> = match obsolete {
            Obsolete::AllBut(feeds) => ours.difference(&with_siblings(&feeds, &self.codings)).cloned().collect(),
            Obsolete::These(feeds) => ours.intersection(&with_siblings(&feeds, &Coding::ALL)).cloned().collect(),
        };
        if obsolete.is_empty() {
            return Ok(Vec::new());
        }
        let mut manifest = self.manifest.clone();
        let mut removed = Vec::new();
        for path in obsolete {
            let place = self.place(&path)?;
            if place.is_behind_something() {
                continue; // it may come back, and is ours then
            }
            if place.is_file() {
                self.told("remove", &path, self.folder.remove(&path))?;
                self.unsynced.insert(split(&path).0.to_owned());
            }
            manifest.files.remove(&path);
            removed.push(path);
        }
        if removed.is_empty() {
            return Ok(removed);
        }
        // Deepest first; a folder that somebody else put something into stays, and is theirs.
        for folder in self.manifest.folders.iter().rev() {
            let below = format!("{folder}/");
            let held = manifest.files.range(below.clone()..).next().is_some_and(|file| file.starts_with(&below));
            if !held {
                let _ = self.folder.remove_folder(folder);
                self.unsynced.insert(split(folder).0.to_owned());
                manifest.folders.remove(folder);
            }
        }
        self.sync()?; // before it is forgotten that they were ours
        self.keep(manifest)?;
        Ok(removed)
    }

    fn sync(&mut self) -> Result<()> {
        while let Some(path) = self.unsynced.first().cloned() {
            match self.folder.below(&path).and_then(|folder| folder.sync()) {
                Err(error) if is_no_folder(&error) => {}
                synced => self.told("sync", &path, synced)?,
            }
            self.unsynced.remove(&path);
        }
        Ok(())
    }

    /// Clears away what is not yet, and never will be, in its place.
    fn clean(&self) -> io::Result<()> {
        atomic_file::clean(&Folder::open(self.state.folder())?)?;
        let folders: BTreeSet<&str> = self.manifest.files.iter().map(|file| split(file).0).chain([""]).collect();
        for path in folders {
            match self.folder.below(path).and_then(|folder| atomic_file::clean(&folder)) {
                Err(error) if is_no_folder(&error) => {}
                cleaned => cleaned?,
            }
        }
        Ok(())
    }

    /// A failure with what failed, and first of all where: that is the same for all that fails there.
    fn told<T>(&self, what: &str, path: &str, done: io::Result<T>) -> Result<T> {
        let path = if path.is_empty() { "." } else { path };
        let done = done.with_context(|| format!("cannot {what} `{path}`"));
        done.with_context(|| cannot_publish(&self.output))
    }
}

/// An artifact beside what is there.
enum Compared {
    Same,
    Differs,
    /// Something else is there.
    Refused(Problem),
}

/// So many files are synced and put in their places at once: more open ones are too many.
const AT_ONCE: usize = 128;

fn cannot_publish(output: &Path) -> String {
    format!("cannot publish to `{}`", output.display())
}

/// Whether there is no folder, or something else in its place.
fn is_no_folder(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
}

/// The folder of a path, and the name in it.
fn split(path: &str) -> (&str, &str) {
    path.rsplit_once('/').unwrap_or(("", path))
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Scene(tempfile::TempDir);

    impl Scene {
        fn new() -> Self {
            Self(tempfile::tempdir().unwrap())
        }

        fn output(&self) -> PathBuf {
            self.0.path().join("public")
        }

        fn open(&self) -> Result<Publisher> {
            Publisher::open(&self.output(), Some(&self.0.path().join("state")))
        }

        fn names(&self) -> Vec<String> {
            let mut names: Vec<String> = walkdir::WalkDir::new(self.output())
                .min_depth(1)
                .into_iter()
                .map(|entry| entry.unwrap().path().strip_prefix(self.output()).unwrap().to_str().unwrap().to_owned())
                .collect();
            names.sort();
            names
        }
    }

    fn artifacts(paths: &[&str]) -> (Vec<Artifact>, BTreeSet<String>) {
        let all = paths.iter().map(|path| Artifact { path: (*path).to_owned(), bytes: format!("<rss>{path}").into() });
        (all.collect(), paths.iter().map(|path| (*path).to_owned()).collect())
    }

    impl Publisher {
        fn publish_all(mut self, artifacts: &[Artifact], paths: &BTreeSet<String>) -> Result<Published> {
            let mut published = Published::default();
            self.begin(paths)?;
            let bundle = |feed: &Artifact| Bundle::of(feed.clone(), &self.codings);
            let bundles: Vec<Bundle> = artifacts.iter().map(bundle).collect();
            self.write(&bundles, &mut published)?;
            self.finish(Obsolete::AllBut(paths.clone()), &mut published)?;
            Ok(published)
        }
    }

    #[test]
    fn writes_what_differs_and_nothing_else() {
        let place = Scene::new();
        let (feeds, paths) = artifacts(&["rss.xml", "tags/a.xml"]);
        let first = place.open().unwrap().publish_all(&feeds, &paths).unwrap();
        assert_eq!(first.written, ["rss.xml", "tags/a.xml"]);
        let inode = || fs::metadata(place.output().join("rss.xml")).unwrap().ino();
        let before = inode();
        let second = place.open().unwrap().publish_all(&feeds, &paths).unwrap();
        assert_eq!((second.unchanged.len(), second.is_change()), (2, false));
        assert_eq!(before, inode());
    }

    #[test]
    fn more_feeds_than_are_put_in_place_at_once_are_all_there_and_nothing_beside_them() {
        let place = Scene::new();
        let names: Vec<String> = (0..2 * AT_ONCE + 7).map(|number| format!("tags/{number:03}.xml")).collect();
        let (feeds, paths) = artifacts(&names.iter().map(String::as_str).collect::<Vec<_>>());
        let first = place.open().unwrap().publish_all(&feeds, &paths).unwrap();
        assert_eq!(first.written.len(), names.len());
        assert_eq!(place.names()[1..], names);
        assert_eq!(place.open().unwrap().publish_all(&feeds, &paths).unwrap().unchanged, names);
    }

    #[test]
    fn a_feed_is_known_by_how_it_was_made_as_long_as_nobody_touches_it() {
        let place = Scene::new();
        let (feeds, paths) = artifacts(&["rss.xml"]);
        place.open().unwrap().publish_all(&feeds, &paths).unwrap();
        let mut publisher = place.open().unwrap();
        assert!(!publisher.is_published("rss.xml", 7));
        publisher.begin(&paths).unwrap();
        let bundles: Vec<Bundle> = feeds.iter().map(|feed| Bundle::of(feed.clone(), &[])).collect();
        publisher.write(&bundles, &mut Published::default()).unwrap();
        publisher.imprint([(&"rss.xml".to_owned(), 7)].into_iter());
        let intact = |fingerprint, limit| publisher.intact("rss.xml", fingerprint, limit);
        assert!(publisher.is_published("rss.xml", 7) && !publisher.is_published("rss.xml", 8));
        assert_eq!((intact(7, 100), intact(8, 100), intact(7, 3)), (Some(feeds[0].bytes.clone()), None, None));
        fs::write(place.output().join("rss.xml"), "<rss>rss.xmk").unwrap();
        assert!(!publisher.is_published("rss.xml", 7));
        assert_eq!(intact(7, 100), None);
    }

    #[test]
    fn removes_its_own_and_never_anything_else() {
        let place = Scene::new();
        let (feeds, paths) = artifacts(&["rss.xml", "tags/a.xml", "own/b.xml"]);
        fs::create_dir_all(place.output().join("own")).unwrap();
        fs::write(place.output().join("own/theirs.txt"), "theirs").unwrap();
        place.open().unwrap().publish_all(&feeds, &paths).unwrap();
        let (feeds, paths) = artifacts(&["rss.xml"]);
        let published = place.open().unwrap().publish_all(&feeds, &paths).unwrap();
        assert_eq!(published.removed, ["own/b.xml", "tags/a.xml"]);
        assert_eq!(place.names(), ["own", "own/theirs.txt", "rss.xml"]);
    }

    #[test]
    fn a_file_of_somebody_else_stands_unless_it_is_a_feed() {
        let place = Scene::new();
        fs::create_dir_all(place.output()).unwrap();
        fs::write(place.output().join("rss.xml"), "<html>").unwrap();
        let (feeds, paths) = artifacts(&["rss.xml"]);
        let published = place.open().unwrap().publish_all(&feeds, &paths).unwrap();
        assert!(published.refused[0].1.to_string().contains("is no feed; move it away"), "{published:?}");
        assert!(published.written.is_empty());
        assert_eq!(fs::read(place.output().join("rss.xml")).unwrap(), b"<html>");
        fs::write(place.output().join("rss.xml"), "<?xml version='1.0'?><rss version='2.0'/>").unwrap();
        assert_eq!(place.open().unwrap().publish_all(&feeds, &paths).unwrap().written, ["rss.xml"]);
    }

    #[test]
    fn what_cannot_be_written_keeps_nothing_else_back() {
        let place = Scene::new();
        fs::create_dir_all(place.output().join("rss.xml/folder")).unwrap();
        let (feeds, paths) = artifacts(&["atom.xml", "rss.xml"]);
        let published = place.open().unwrap().publish_all(&feeds, &paths).unwrap();
        assert_eq!((published.written, published.refused.len()), (vec!["atom.xml".to_owned()], 1));
        assert!(place.output().join("rss.xml/folder").is_dir());
    }

    #[test]
    fn a_replaced_output_is_noticed() {
        let place = Scene::new();
        let publisher = place.open().unwrap();
        assert!(publisher.is_in_place());
        fs::remove_dir_all(place.output()).unwrap();
        assert!(!publisher.is_in_place());
        fs::create_dir(place.output()).unwrap();
        assert!(!publisher.is_in_place());
    }

    #[test]
    fn one_output_has_one_publisher() {
        let place = Scene::new();
        let first = place.open().unwrap();
        let error = place.open().unwrap_err().to_string();
        assert!(error.starts_with("another feedwright publishes to"), "{error}");
        drop(first);
        place.open().unwrap();
    }

    #[test]
    fn leftovers_of_a_killed_process_go() {
        let place = Scene::new();
        let (feeds, paths) = artifacts(&["tags/a.xml"]);
        place.open().unwrap().publish_all(&feeds, &paths).unwrap();
        fs::write(place.output().join("tags/.feedwright-x1.tmp"), "half").unwrap();
        place.open().unwrap();
        assert_eq!(place.names(), ["tags", "tags/a.xml"]);
    }
}
