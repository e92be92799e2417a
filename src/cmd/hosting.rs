//! The hub for one's own feeds: opened by the configuration, and handed what is published.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use chrono::{DateTime, Utc};
use url::Url;

use super::editions::News;
use crate::client::of_system;
use crate::config::{self, Config};
use crate::folder::Folder;
use crate::hub::{FILE, Hub};
use crate::serve::Door;
use crate::websub::{Tally, Topic};

/// The hub at work.
#[derive(Debug)]
pub struct Hosting {
    config: config::Hub,
    folder: PathBuf,
    /// Where the output is served.
    base: Url,
    hub: Hub,
    /// What is handed on next is all that there is: the configuration was read just now.
    is_all: bool,
}

impl Hosting {
    /// What the configuration asks for. `state`: the folder of the state; `former`: the hub of the configuration before,
    /// which works on if it is the same.
    ///
    /// # Errors
    /// When it cannot be opened.
    pub fn open(config: &Config, state: &Path, former: Option<Self>) -> Result<Option<Self>> {
        let Some(hub) = config.hub.clone() else { return Ok(None) };
        let base = config.output_url.clone();
        let former = match former {
            Some(former) if former.config == hub && former.folder == state => {
                return Ok(Some(Self { base, is_all: true, ..former }));
            }
            former => former.map(|former| former.folder), // its file is closed now
        };
        if let Some(former) = former {
            inherit(&former, state)?;
        }
        let (folder, opened) = (state.to_owned(), Hub::open(&hub, state, of_system())?);
        Ok(Some(Self { config: hub, folder, base, hub: opened, is_all: true }))
    }

    /// Says up to when leases end at most, where the clock is doubted.
    pub fn doubt_clock(&self, expires_until: Option<DateTime<Utc>>) {
        self.hub.doubt_clock(expires_until);
    }

    /// Where its forms are answered.
    pub fn door(&self) -> Door {
        Door { path: self.config.url.path().to_owned(), answer: self.hub.door() }
    }

    /// How its subscriptions fare.
    pub fn tally(&self) -> Tally {
        self.hub.tally()
    }

    /// Hands on what is new. Without any feed there is no site yet, and nobody is struck off.
    pub fn hand_on(&mut self, news: &News) {
        self.hub.publish(news.editions.iter().map(Topic::from));
        if self.is_all && !news.editions.is_empty() {
            self.is_all = false;
            self.hub.withdraw_all_but(news.editions.iter().map(|edition| edition.url.as_str()));
        }
        let gone: Vec<Url> = news.gone.iter().filter_map(|path| self.base.join(path).ok()).collect();
        self.hub.withdraw(gone.iter().map(Url::as_str));
    }
}

/// Takes over the subscriptions of another folder, where this one has none.
fn inherit(former: &Path, state: &Path) -> Result<()> {
    let (from, to) = (former.join(FILE), state.join(FILE));
    if from != to && from.exists() && !to.exists() {
        copy_whole(&from, &to).with_context(|| format!("cannot copy `{}` to `{}`", from.display(), to.display()))?;
    }
    Ok(())
}

/// All of a file or nothing, for nobody else than before: there are secrets in it.
fn copy_whole(from: &Path, to: &Path) -> io::Result<()> {
    let beside = to.with_extension("part"); // of a process that was killed, it is begun anew
    fs::copy(from, &beside)?;
    File::open(&beside)?.sync_all()?;
    fs::rename(&beside, to)?;
    to.parent().map_or(Ok(()), |folder| Folder::open(folder)?.sync())
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn subscriptions_are_taken_over_whole_or_not_at_all() {
        let (former, state) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let (from, to) = (former.path().join(FILE), state.path().join(FILE));
        inherit(former.path(), state.path()).unwrap();
        assert!(!to.exists(), "there was nothing to take over");
        fs::write(&from, [7; 10_000]).unwrap();
        fs::set_permissions(&from, fs::Permissions::from_mode(0o600)).unwrap();
        let beside = to.with_extension("part");
        fs::create_dir(&beside).unwrap();
        inherit(former.path(), state.path()).unwrap_err();
        assert!(!to.exists());
        fs::remove_dir(&beside).unwrap();
        fs::write(&beside, [9; 16_000]).unwrap(); // and killed in the middle of it
        inherit(former.path(), state.path()).unwrap();
        assert!(fs::read(&to).unwrap() == [7; 10_000] && !beside.exists());
        assert_eq!(fs::metadata(&to).unwrap().permissions().mode() & 0o777, 0o600);
    }

    #[test]
    fn a_folder_that_has_subscriptions_keeps_its_own() {
        let (former, state) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        fs::write(former.path().join(FILE), "theirs").unwrap();
        fs::write(state.path().join(FILE), "its own").unwrap();
        inherit(former.path(), state.path()).unwrap();
        assert_eq!(fs::read(state.path().join(FILE)).unwrap(), b"its own");
    }
}
