//! What outlives the process, in one folder: the manifest of what was published, the ledger of what subscribers know,
//! and posts as they last were good.
//!
//! - `journal`: a file of records, to which one more is added
//! - `last_good`: posts and their bodies
//!
//! A broken file is told and made anew, never fatal. Where the folder is: `$STATE_DIRECTORY`
//! (systemd), else `state:` of the configuration, else the user's state folder; in it, one for each output.

mod journal;
mod last_good;

use std::collections::BTreeSet;
use std::env;
use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};

use anyhow::{Context, Result};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use tracing::{info, warn};

pub use last_good::LastGood;

use self::journal::{Found, Journal, Lasting};
use crate::atomic_file;
use crate::folder::Folder;
use crate::ledger::Ledger;

/// The files and folders below the output that Feedwright made, and nobody else.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Manifest {
    /// The output that this is about; that of another one is of no use.
    pub output: PathBuf,
    /// Below the output, with `/`.
    pub files: BTreeSet<String>,
    /// Below the output, with `/`.
    pub folders: BTreeSet<String>,
}

impl Manifest {
    /// Whoever wrote the file: nothing outside of the output is ours.
    fn safe(mut self) -> Self {
        let is_below = |path: &String| {
            !path.is_empty() && Path::new(path).components().all(|part| matches!(part, Component::Normal(_)))
        };
        self.files.retain(is_below);
        self.folders.retain(is_below);
        self
    }
}

/// The folder of the state.
#[derive(Debug)]
pub struct State {
    folder: PathBuf,
    ledger: Journal,
    last_good: LastGood,
}

impl State {
    /// Finds and makes the folder. `configured`: what the configuration says; `output`: an absolute path.
    ///
    /// # Errors
    /// When there is no place for it, or it cannot be made.
    pub fn open(configured: Option<&Path>, output: &Path) -> Result<Self> {
        let folder = folder(configured, output)
            .context("there is no place for the state: set `state:` in the configuration, or $HOME")?;
        make(&folder)?;
        let cleaned = Folder::open(&folder).and_then(|open| atomic_file::clean(&open));
        cleaned.with_context(|| format!("cannot use the state folder `{}`", folder.display()))?;
        Ok(Self::at(folder))
    }

    /// The state of an earlier run, to look at; `None` when there is none.
    #[must_use]
    pub fn find(configured: Option<&Path>, output: &Path) -> Option<Self> {
        folder(configured, output).filter(|folder| folder.is_dir()).map(Self::at)
    }

    fn at(folder: PathBuf) -> Self {
        let (ledger, last_good) = (Journal::at(folder.join("ledger.jsonl")), LastGood::open(&folder));
        Self { folder, ledger, last_good }
    }

    /// Takes over what another folder has, where this one has nothing.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn inherit(&mut self, former: &Self) -> Result<()> {
        former.ledger.copy_to(&self.ledger)?;
        former.last_good.copy_to(&self.last_good)?;
        self.last_good = LastGood::open(&self.folder);
        Ok(())
    }

    /// What subscribers know, and whether that is all that was kept.
    ///
    /// # Errors
    /// When it is there and cannot be read now: to begin anew would lose track of what is published.
    pub fn ledger(&mut self) -> Result<(Ledger, bool)> {
        let mut records = Vec::new();
        let found = self.ledger.read(|record| records.push(record));
        let found = found.with_context(|| format!("cannot read `{}`", self.ledger.path().display()))?;
        Ok((Ledger::of(records), found == Found::All))
    }

    /// Keeps what is new of it.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn keep_ledger(&mut self, ledger: &mut Ledger) -> Result<()> {
        let (records, are_vital) = ledger.unkept();
        if records.is_empty() {
            return Ok(());
        }
        make(&self.folder)?; // somebody may have removed it
        if self.ledger.is_due(records.len(), ledger.len()) || !self.ledger.path().exists() {
            self.ledger.replace(ledger.records())?;
        } else {
            self.ledger.append(&records, if are_vital { Lasting::Yes } else { Lasting::No })?;
        }
        ledger.kept();
        Ok(())
    }

    /// Posts as they last were good.
    #[must_use]
    pub fn last_good(&mut self) -> &mut LastGood {
        &mut self.last_good
    }

    /// Where it is.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// What was published to this output before; empty when that is not known.
    ///
    /// # Errors
    /// When there is one that cannot be read now: to begin anew would lose track of what is published.
    pub fn manifest(&self, output: &Path) -> Result<Manifest> {
        let kept: Option<Manifest> = read(&self.folder.join(MANIFEST), "old feeds may stay behind")?;
        let kept = kept.filter(|manifest| manifest.output == output).map(Manifest::safe);
        Ok(kept.unwrap_or_else(|| Manifest { output: output.to_owned(), ..Manifest::default() }))
    }

    /// Keeps the manifest.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn keep_manifest(&self, manifest: &Manifest) -> Result<()> {
        make(&self.folder)?;
        write(&self.folder.join(MANIFEST), &serde_json::to_vec_pretty(manifest)?)
    }
}

/// What is kept as JSON in a file of a state folder; `None` where nothing is, or where it is broken: that is told, with what
/// comes of it.
///
/// # Errors
/// When it is there and cannot be read now.
pub fn read<T: DeserializeOwned>(file: &Path, consequence: &str) -> Result<Option<T>> {
    let text = match fs::read(file) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error).with_context(|| format!("cannot read `{}`", file.display())),
    };
    let tell = |error: serde_json::Error| {
        warn!(cause = cause(file), "`{}` is broken ({error}) and is made anew; {consequence}", file.display());
    };
    Ok(serde_json::from_slice(&text).map_err(tell).ok())
}

/// Keeps this text in a file of a state folder.
///
/// # Errors
/// When it cannot be written: what was there stands.
pub fn write(file: &Path, text: &[u8]) -> Result<()> {
    atomic_file::write(file, text).with_context(|| format!("cannot write `{}`", file.display()))?;
    info!(mended = cause(file), "`{}` is whole again", file.display());
    Ok(())
}

fn cause(file: &Path) -> String {
    format!("state/{}", file.display())
}

const MANIFEST: &str = "manifest.json";

fn make(folder: &Path) -> Result<()> {
    fs::create_dir_all(folder).with_context(|| format!("cannot make the state folder `{}`", folder.display()))
}

fn folder(configured: Option<&Path>, output: &Path) -> Option<PathBuf> {
    base(configured).map(|base| base.join(key(output)))
}

/// Where the state of all outputs is. `configured`: what the configuration says.
#[must_use]
pub fn base(configured: Option<&Path>) -> Option<PathBuf> {
    let variable = |name: &str| env::var_os(name).filter(|value| !value.is_empty());
    if let Some(given) = variable("STATE_DIRECTORY") {
        return given.to_string_lossy().split(':').next().map(PathBuf::from);
    }
    if let Some(configured) = configured {
        return Some(configured.to_owned());
    }
    let home = || variable("HOME").map(|home| PathBuf::from(home).join(".local/state"));
    let base = variable("XDG_STATE_HOME").map(PathBuf::from).filter(|base| base.is_absolute()).or_else(home)?;
    Some(base.join("feedwright"))
}

/// One name for each output: readable, and never that of another. It is at most 77 bytes long.
#[must_use]
pub fn key(output: &Path) -> String {
    let path = output.to_string_lossy();
    let readable: String = path.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
    let start = readable.len().saturating_sub(60);
    let hash = path.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3) // FNV-1a
    });
    format!("{}-{hash:016x}", readable[start..].trim_matches('-'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_manifest_comes_back_for_its_own_output_only() {
        let folder = tempfile::tempdir().unwrap();
        let state = State::at(folder.path().to_owned());
        let manifest = Manifest {
            output: "/srv/a".into(),
            files: BTreeSet::from(["rss.xml".into()]),
            folders: BTreeSet::from(["tags".into()]),
        };
        state.keep_manifest(&manifest).unwrap();
        assert_eq!(state.manifest(Path::new("/srv/a")).unwrap(), manifest);
        assert!(state.manifest(Path::new("/srv/b")).unwrap().files.is_empty());
    }

    #[test]
    fn nothing_outside_of_the_output_is_ours() {
        let files = ["rss.xml", "../vic/v", "/etc/passwd", "a/../../b", "tags/a.xml", ""].map(String::from);
        let manifest = Manifest { files: files.into(), ..Manifest::default() }.safe();
        assert_eq!(manifest.files, ["rss.xml", "tags/a.xml"].map(String::from).into());
    }

    #[test]
    fn a_broken_manifest_is_as_none() {
        let folder = tempfile::tempdir().unwrap();
        let state = State::at(folder.path().to_owned());
        fs::write(folder.path().join(MANIFEST), "{").unwrap();
        assert!(state.manifest(Path::new("/srv/a")).unwrap().files.is_empty());
    }

    #[test]
    fn outputs_that_read_alike_have_folders_of_their_own() {
        assert_ne!(key(Path::new("/srv/a-b")), key(Path::new("/srv/a/b")));
        assert!(key(Path::new("/srv/blog/public")).starts_with("srv-blog-public-"));
    }
}
