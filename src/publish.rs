//! Artifacts -> files below the output folder: only what differs, and nothing that is not ours.
//!
//! In: artifacts, some at a time, and the paths of all feeds there are. It holds the lock of the output as long as it lives.

use std::collections::BTreeSet;
use std::fs::{self, File, TryLockError};
use std::io::{self, Read};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use tracing::info;

use crate::atomic_file::{self, Staged};
use crate::feed::Artifact;
use crate::problem::Problem;
use crate::state::{Manifest, State};

/// Publishes to one folder.
#[derive(Debug)]
pub struct Publisher {
    output: PathBuf,
    state: State,
    manifest: Manifest,
    /// Folders in which something was renamed.
    unsynced: BTreeSet<PathBuf>,
    /// An advisory lock on the folder itself: it ends with the process, however that ends.
    lock: File,
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
    /// Paths of feeds in whose place stands something that is not ours.
    pub refused: Vec<(String, Problem)>,
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
    /// `output`: absolute. `state`: what the configuration says of it.
    ///
    /// # Errors
    /// When another process publishes there, or the folder cannot be used.
    pub fn open(output: &Path, state: Option<&Path>) -> Result<Self> {
        let cannot = || format!("cannot publish to `{}`", output.display());
        fs::create_dir_all(output).with_context(cannot)?;
        let lock = File::open(output).with_context(cannot)?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => bail!(
                "another feedwright publishes to `{}` already; stop it, or give this one another `output`",
                output.display()
            ),
            Err(TryLockError::Error(error)) => return Err(error).with_context(cannot),
        }
        let state = State::open(state, output)?;
        let manifest = state.manifest(output);
        let publisher = Self { output: output.to_owned(), state, manifest, unsynced: BTreeSet::new(), lock };
        publisher.clean().with_context(cannot)?;
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

    /// Begins a publication after which there are feeds at these paths: those that may be are on the
    /// manifest before they are there, so that a kill in between loses track of nothing.
    ///
    /// # Errors
    /// When the manifest cannot be kept.
    pub fn begin(&mut self, paths: &BTreeSet<String>) -> Result<()> {
        let mut manifest = self.manifest.clone();
        for path in paths.difference(&self.manifest.files).filter(|path| self.may_be_taken(path)) {
            for (at, _) in path.match_indices('/') {
                if !self.output.join(&path[..at]).exists() {
                    manifest.folders.insert(path[..at].to_owned());
                }
            }
            manifest.files.insert(path.clone());
        }
        self.keep(manifest)
    }

    /// Writes those artifacts that differ from what is there.
    ///
    /// # Errors
    /// When the file system fails: what is published stands, whole, old or new.
    pub fn write(&mut self, artifacts: &[Artifact], published: &mut Published) -> Result<()> {
        let (ours, foreign): (Vec<&Artifact>, Vec<&Artifact>) =
            artifacts.iter().partition(|artifact| self.is_ours(&artifact.path));
        published
            .refused
            .extend(foreign.into_iter().map(|artifact| (artifact.path.clone(), self.refusal(&artifact.path))));
        let (differing, same): (Vec<&Artifact>, Vec<&Artifact>) =
            ours.into_iter().partition(|artifact| self.differs(artifact));
        published.unchanged.extend(same.into_iter().map(|artifact| artifact.path.clone()));
        self.put(&differing)?;
        published.written.extend(differing.into_iter().map(|artifact| artifact.path.clone()));
        Ok(())
    }

    /// Removes every file of ours whose path is not in `paths`, and makes all of it last.
    ///
    /// # Errors
    /// When the file system fails.
    pub fn finish(&mut self, paths: &BTreeSet<String>, published: &mut Published) -> Result<()> {
        published.removed = self.remove_all_but(paths)?;
        for folder in std::mem::take(&mut self.unsynced).iter().filter(|folder| folder.is_dir()) {
            atomic_file::sync_folder(folder).with_context(|| format!("cannot sync `{}`", folder.display()))?;
        }
        Ok(())
    }

    /// Whether the folder is still the one that is locked: it may have been removed or replaced.
    #[must_use]
    pub fn is_in_place(&self) -> bool {
        let identity = |metadata: fs::Metadata| (metadata.dev(), metadata.ino());
        let there = fs::metadata(&self.output).map(identity);
        there.is_ok_and(|there| self.lock.metadata().is_ok_and(|ours| identity(ours) == there))
    }

    fn differs(&self, artifact: &Artifact) -> bool {
        let path = self.output.join(&artifact.path);
        let same_size = fs::symlink_metadata(&path)
            .is_ok_and(|metadata| metadata.is_file() && metadata.len() == artifact.bytes.len() as u64);
        !(same_size && fs::read(&path).is_ok_and(|bytes| bytes == artifact.bytes))
    }

    /// Whether a feed may be put at a path that is not ours yet: nothing is there, or a feed.
    fn may_be_taken(&self, path: &str) -> bool {
        let file = self.output.join(path);
        match fs::symlink_metadata(&file) {
            Err(error) => error.kind() == io::ErrorKind::NotFound,
            Ok(metadata) if !metadata.is_file() => false,
            Ok(_) if beginning(&file).is_ok_and(|start| looks_like_feed(&start)) => {
                let cause = format!("taken over/{}", file.display());
                info!(cause, "`{}` is taken over: a feed that was not written by this instance", file.display());
                true
            }
            Ok(_) => false,
        }
    }

    /// Whether a path is ours, and nothing else was put there meanwhile.
    fn is_ours(&self, path: &str) -> bool {
        let other = |metadata: fs::Metadata| !metadata.is_file();
        self.manifest.files.contains(path) && !fs::symlink_metadata(self.output.join(path)).is_ok_and(other)
    }

    fn refusal(&self, path: &str) -> Problem {
        let file = self.output.join(path);
        Problem::error(file.display().to_string(), "is there already and is no feed")
            .mend("move it away, or give the feed another `path`")
    }

    fn keep(&mut self, manifest: Manifest) -> Result<()> {
        if manifest != self.manifest {
            self.state.keep_manifest(&manifest)?;
            self.manifest = manifest;
        }
        Ok(())
    }

    /// Writes all beside, then renames all.
    fn put(&mut self, artifacts: &[&Artifact]) -> Result<()> {
        let mut staged = Vec::with_capacity(artifacts.len());
        for artifact in artifacts {
            let path = self.output.join(&artifact.path);
            let cannot = || format!("cannot write `{}`", path.display());
            let folder = path.parent().unwrap_or(&self.output);
            fs::create_dir_all(folder).with_context(cannot)?;
            self.unsynced.insert(folder.to_owned());
            staged.push((Staged::write(&path, &artifact.bytes).with_context(cannot)?, path));
        }
        for (file, path) in staged {
            file.rename(&path).with_context(|| format!("cannot write `{}`", path.display()))?;
        }
        Ok(())
    }

    fn remove_all_but(&mut self, paths: &BTreeSet<String>) -> Result<Vec<String>> {
        let obsolete: Vec<String> = self.manifest.files.difference(paths).cloned().collect();
        if obsolete.is_empty() {
            return Ok(obsolete);
        }
        let mut manifest = self.manifest.clone();
        for path in &obsolete {
            let file = self.output.join(path);
            match fs::remove_file(&file) {
                Err(error) if error.kind() != io::ErrorKind::NotFound && !file.is_dir() => {
                    return Err(error).with_context(|| format!("cannot remove `{}`", file.display()));
                }
                _ => manifest.files.remove(path),
            };
        }
        // Deepest first; a folder that somebody else put something into stays, and is theirs.
        for folder in self.manifest.folders.iter().rev() {
            let held = manifest.files.iter().any(|file| file.starts_with(&format!("{folder}/")));
            if !held {
                let _ = fs::remove_dir(self.output.join(folder));
                manifest.folders.remove(folder);
            }
        }
        self.keep(manifest)?;
        Ok(obsolete)
    }

    fn clean(&self) -> io::Result<()> {
        let folders = self.manifest.files.iter().filter_map(|file| self.output.join(file).parent().map(Path::to_owned));
        let folders: BTreeSet<PathBuf> = folders.chain([self.output.clone()]).collect();
        folders.iter().filter(|folder| folder.is_dir()).try_for_each(|folder| atomic_file::clean(folder))
    }
}

/// The first few kilobytes of a file.
fn beginning(file: &Path) -> io::Result<String> {
    let mut bytes = Vec::new();
    File::open(file)?.take(4096).read_to_end(&mut bytes)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// Whether a text that begins like this is RSS, Atom or JSON Feed, by its root.
fn looks_like_feed(start: &str) -> bool {
    let start = start.trim_start_matches('\u{feff}').trim_start();
    if start.starts_with('{') {
        return start.contains("\"version\"") && start.contains("https://jsonfeed.org/version/");
    }
    let mut rest = start;
    while rest.starts_with("<?") || rest.starts_with("<!") {
        let end = if rest.starts_with("<!--") { "-->" } else { ">" };
        let Some(at) = rest.find(end) else { return false };
        rest = rest[at + end.len()..].trim_start();
    }
    let name = rest.strip_prefix('<').and_then(|rest| rest.split(|c: char| c.is_whitespace() || c == '>').next());
    matches!(name, Some("rss" | "feed" | "rdf:RDF"))
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Place(tempfile::TempDir);

    impl Place {
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
            self.write(artifacts, &mut published)?;
            self.finish(paths, &mut published)?;
            Ok(published)
        }
    }

    #[test]
    fn writes_what_differs_and_nothing_else() {
        let place = Place::new();
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
    fn removes_its_own_and_never_anything_else() {
        let place = Place::new();
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
        let place = Place::new();
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
        let place = Place::new();
        fs::create_dir_all(place.output().join("rss.xml/folder")).unwrap();
        let (feeds, paths) = artifacts(&["atom.xml", "rss.xml"]);
        let published = place.open().unwrap().publish_all(&feeds, &paths).unwrap();
        assert_eq!((published.written, published.refused.len()), (vec!["atom.xml".to_owned()], 1));
        assert!(place.output().join("rss.xml/folder").is_dir());
    }

    #[test]
    fn a_feed_is_known_by_its_root() {
        for feed in [
            "<?xml version='1.0'?>\n<!-- a -->\n<rss version='2.0'>",
            "\u{feff}<feed xmlns='http://www.w3.org/2005/Atom'>",
            "<!DOCTYPE x><rdf:RDF>",
            "{\"version\": \"https://jsonfeed.org/version/1.1\"}",
        ] {
            assert!(looks_like_feed(feed), "{feed}");
        }
        for other in
            ["<html>how to write <rss> feeds", "<feedback>", "{\"version\": 1}", "<rss-list>", "", "<!--", "<?"]
        {
            assert!(!looks_like_feed(other), "{other}");
        }
    }

    #[test]
    fn a_replaced_output_is_noticed() {
        let place = Place::new();
        let publisher = place.open().unwrap();
        assert!(publisher.is_in_place());
        fs::remove_dir_all(place.output()).unwrap();
        assert!(!publisher.is_in_place());
        fs::create_dir(place.output()).unwrap();
        assert!(!publisher.is_in_place());
    }

    #[test]
    fn one_output_has_one_publisher() {
        let place = Place::new();
        let first = place.open().unwrap();
        let error = place.open().unwrap_err().to_string();
        assert!(error.starts_with("another feedwright publishes to"), "{error}");
        drop(first);
        place.open().unwrap();
    }

    #[test]
    fn leftovers_of_a_killed_process_go() {
        let place = Place::new();
        let (feeds, paths) = artifacts(&["tags/a.xml"]);
        place.open().unwrap().publish_all(&feeds, &paths).unwrap();
        fs::write(place.output().join("tags/.feedwright-x1.tmp"), "half").unwrap();
        place.open().unwrap();
        assert_eq!(place.names(), ["tags", "tags/a.xml"]);
    }
}
