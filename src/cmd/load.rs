//! The configuration of a run: found, read, checked.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, anyhow};

use super::Failure;
use crate::cli::Common;
use crate::config::{self, Config, Surroundings};
use crate::post;
use crate::problem::Problem;
use crate::source::{self, absolute};

/// A configuration and where it came from.
#[derive(Debug, Clone)]
pub struct Loaded {
    /// What it says; its `output` is absolute.
    pub config: Arc<Config>,
    /// The file, absolute.
    pub file: PathBuf,
    /// Where it really is: `file` with every symbolic link followed.
    pub target: PathBuf,
    /// Its folder: what relative paths are relative to.
    pub home: PathBuf,
    /// The file as people name it.
    pub name: String,
    /// The bytes that it was read from.
    pub text: Vec<u8>,
}

/// Where the configuration is looked for when the command line does not say.
const PLACES: [&str; 2] = ["feedwright.yaml", "/etc/feedwright/feedwright.yaml"];

/// Loads the configuration that the command line asks for.
///
/// # Errors
/// When there is none, or it is wrong.
pub fn load(options: &Common) -> Result<Loaded, Failure> {
    let found = options.config.clone().or_else(|| PLACES.iter().map(PathBuf::from).find(|path| path.exists()));
    let Some(path) = found else {
        let problem = Problem::error(PLACES[0], "is not here, and neither is `/etc/feedwright/feedwright.yaml`");
        return Err(wrong(problem.mend("write one (see the README), or name one with `--config`")));
    };
    load_file(&path, &path.display().to_string(), options)
}

/// Loads the configuration at `path`, which people know as `name`.
///
/// # Errors
/// When it cannot be read, or is wrong.
pub fn load_file(path: &Path, name: &str, options: &Common) -> Result<Loaded, Failure> {
    let bytes = fs::read(path).map_err(|error| wrong(unreadable(&error, path, name)))?;
    let text = config::decode(&bytes, name).map_err(wrong)?;
    let file = absolute(path)?;
    let target = fs::canonicalize(path).unwrap_or_else(|_| file.clone());
    let home = file.parent().ok_or_else(|| anyhow!("`{name}` is in no folder"))?.to_owned();
    let around = Surroundings {
        name,
        folder: &home,
        judge: &source::judge,
        permalink: &post::default_permalink,
        check_permalink: &post::check_permalink,
    };
    let mut config = config::parse(text, around).map_err(Failure::Configuration)?;
    config.output = absolute(options.output.as_ref().unwrap_or(&config.output)).context("cannot find the output")?;
    Ok(Loaded { config: Arc::new(config), file, target, home, name: name.to_owned(), text: bytes })
}

fn unreadable(error: &io::Error, path: &Path, name: &str) -> Problem {
    match error.kind() {
        io::ErrorKind::NotFound => {
            Problem::error(name, "is not there").mend("write it, or name another with `--config`")
        }
        io::ErrorKind::IsADirectory => {
            let file = path.join(PLACES[0]);
            Problem::error(name, "is a folder").mend(format!("name the file in it, such as `{}`", file.display()))
        }
        io::ErrorKind::PermissionDenied => {
            Problem::error(name, "may not be read by this user").mend("let it be read, such as with `chmod a+r`")
        }
        _ => Problem::error(name, format!("cannot be read: {error}")),
    }
}

fn wrong(problem: Problem) -> Failure {
    Failure::Configuration(vec![problem])
}

impl Loaded {
    /// Loads the same file again, wherever another one could be found by now.
    ///
    /// # Errors
    /// When it cannot be read, or is wrong.
    pub fn reload(&self, options: &Common) -> Result<Self, Failure> {
        load_file(&self.file, &self.name, options)
    }

    /// Whether `path` is the configuration file, or what it is a symbolic link to.
    #[must_use]
    pub fn is_at(&self, path: &Path) -> bool {
        path == self.file || path == self.target
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;
    use crate::cli::Cli;

    fn options(config: &Path) -> Common {
        Cli::parse_from([Path::new("feedwright"), Path::new("-c"), config]).common
    }

    #[test]
    fn a_configuration_is_known_by_its_link_and_by_what_it_links_to() {
        let folder = tempfile::tempdir().unwrap();
        let (link, real) = (folder.path().join("feedwright.yaml"), folder.path().join("shared.yaml"));
        let text = "site: {title: T, url: https://example.org/}\n";
        fs::write(&real, text).unwrap();
        std::os::unix::fs::symlink(&real, &link).unwrap();
        let loaded = load(&options(&link)).unwrap();
        assert_eq!(loaded.text, text.as_bytes());
        assert!(loaded.is_at(&link) && loaded.is_at(&fs::canonicalize(&real).unwrap()));
        assert!(!loaded.is_at(&folder.path().join("other.yaml")));
    }

    #[test]
    fn the_same_file_is_loaded_again_whatever_the_command_line_finds() {
        let folder = tempfile::tempdir().unwrap();
        let (first, other) = (folder.path().join("first.yaml"), folder.path().join("other.yaml"));
        fs::write(&first, "site: {title: First, url: https://example.org/}\n").unwrap();
        fs::write(&other, "site: {title: Other, url: https://example.org/}\n").unwrap();
        let loaded = load(&options(&first)).unwrap();
        fs::write(&first, "site: {title: Again, url: https://example.org/}\n").unwrap();
        let again = loaded.reload(&options(&other)).unwrap();
        assert_eq!((again.config.site.title.as_str(), &again.file), ("Again", &loaded.file));
    }
}
