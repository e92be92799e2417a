//! The configuration of a run: found, read, checked.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, anyhow};

use super::Failure;
use crate::cli::Common;
use crate::config::{self, Config, Ids, Surroundings};
use crate::post;
use crate::problem::Problem;
use crate::source::{self, Unread, absolute, way_to};

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
    /// The ids file that it names, and where that really is.
    pub ids: Vec<PathBuf>,
    /// What it was read from.
    pub bytes: Bytes,
}

/// The bytes of the files that a configuration is read from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bytes {
    configuration: Vec<u8>,
    ids: Option<Vec<u8>>,
}

impl Bytes {
    /// Those that the configuration at `path` would be read from now; `None` when there is none.
    #[must_use]
    pub fn at(path: &Path) -> Option<Self> {
        let configuration = source::read_file(path, LONGEST).ok()?;
        let named = config::decode(&configuration, "").ok().and_then(|text| config::places(text).ids);
        let ids = named.and_then(|ids| source::read_file(&path.parent()?.join(ids), LONGEST).ok());
        Some(Self { configuration, ids })
    }
}

/// The longest configuration, or ids file, that is read, in bytes.
pub(super) const LONGEST: u64 = 16 << 20;

/// Where the configuration is looked for when the command line does not say.
const PLACES: [&str; 2] = ["feedwright.yaml", "/etc/feedwright/feedwright.yaml"];

/// The configuration that the command line asks for.
pub fn find(options: &Common) -> Option<PathBuf> {
    options.config.clone().or_else(|| PLACES.iter().map(PathBuf::from).find(|path| path.exists()))
}

/// Loads the configuration that the command line asks for.
///
/// # Errors
/// When there is none, or it is wrong.
pub fn load(options: &Common) -> Result<Loaded, Failure> {
    let Some(path) = find(options) else {
        let problem = Problem::error(PLACES[0], "is not here, and neither is `/etc/feedwright/feedwright.yaml`");
        return Err(wrong(problem.mend("write one with `feedwright init`, or name one with `--config`")));
    };
    load_file(&path, &path.display().to_string(), options)
}

/// Loads the configuration at `path`, which people know as `name`.
///
/// # Errors
/// When it cannot be read, or is wrong.
pub fn load_file(path: &Path, name: &str, options: &Common) -> Result<Loaded, Failure> {
    let configuration = source::read_given(path, LONGEST).map_err(|error| wrong(unreadable(&error, path, name)))?;
    load_bytes(configuration, path, name, options)
}

/// Loads a configuration from its bytes, as if they stood in the file at `path`, which people know as `name`.
///
/// # Errors
/// When it is wrong.
pub fn load_bytes(configuration: Vec<u8>, path: &Path, name: &str, options: &Common) -> Result<Loaded, Failure> {
    let text = config::decode(&configuration, name).map_err(wrong)?;
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
    let (mut ids, mut bytes) = (Vec::new(), Bytes { configuration, ids: None });
    if let Some(path) = &config.ids_file {
        ids = [absolute(path)?].into_iter().chain(fs::canonicalize(path)).collect();
        let text;
        (config.ids, text) = read_ids(path, &home).map_err(Failure::Configuration)?;
        bytes.ids = Some(text);
    }
    Ok(Loaded { config: Arc::new(config), file, target, home, name: name.to_owned(), ids, bytes })
}

/// The ids file at `path`, and its bytes.
fn read_ids(path: &Path, home: &Path) -> Result<(Ids, Vec<u8>), Vec<Problem>> {
    let name = path.strip_prefix(home).unwrap_or(path).display().to_string();
    let wrong = |problem| vec![problem];
    let bytes = source::read_file(path, LONGEST).map_err(|unread| {
        wrong(match unread {
            Unread::Gone => Problem::error(&name, "is not there").mend("write it, or take `ids` out"),
            Unread::NotRegular if path.is_dir() => Problem::error(&name, "is a folder").mend("name a file as `ids`"),
            Unread::Unreadable(error) => unreadable(&error, path, &name),
            unread => unread.told(&name, "take out the ids of posts that are no more"),
        })
    })?;
    let text = config::decode(&bytes, &name).map_err(wrong)?;
    let ids = config::parse_ids(text, &name, &post::valid_id)?;
    Ok((ids, bytes))
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
        io::ErrorKind::FileTooLarge => Problem::error(name, error.to_string()).mend("make it shorter"),
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

    /// Whether `path` is the configuration file, its ids file, what one of them is a symbolic link to, or in the
    /// folder of the configuration what could be an ids file that it is to name.
    #[must_use]
    pub fn is_at(&self, path: &Path) -> bool {
        let is_yaml = path.extension().is_some_and(|extension| extension == "yaml" || extension == "yml");
        let could_be = is_yaml && path.parent() == Some(&self.home);
        could_be || path == self.file || path == self.target || self.ids.iter().any(|ids| path == ids)
    }

    /// The folders and links that lead to these files.
    #[must_use]
    pub fn ways(&self) -> Vec<PathBuf> {
        let files = [&self.file].into_iter().chain(self.ids.first());
        files.flat_map(|file| way_to(file)).filter(|step| !self.is_at(step)).collect()
    }

    /// The folders in which it stands.
    pub fn folders(&self) -> impl Iterator<Item = &Path> {
        let files = [&self.file, &self.target].into_iter().chain(&self.ids);
        files.filter_map(|file| file.parent())
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
        assert_eq!(Some(&loaded.bytes), Bytes::at(&link).as_ref());
        assert!(loaded.is_at(&link) && loaded.is_at(&fs::canonicalize(&real).unwrap()));
        assert!(!loaded.is_at(&folder.path().join("other.md")));
    }

    #[test]
    fn the_ids_file_is_part_of_a_configuration() {
        let folder = tempfile::tempdir().unwrap();
        let (file, ids) = (folder.path().join("feedwright.yaml"), folder.path().join("kept/ids.yaml"));
        fs::write(&file, "site: {title: T, url: https://example.org/}\nids: kept/ids.yaml\n").unwrap();
        let told = |failure| match failure {
            Failure::Configuration(problems) => problems[0].to_string(),
            Failure::World(error) => panic!("{error}"),
        };
        assert_eq!(
            told(load(&options(&file)).unwrap_err()),
            "kept/ids.yaml: is not there; write it, or take `ids` out"
        );
        fs::create_dir(folder.path().join("kept")).unwrap();
        fs::write(&ids, "posts/a.md: 42\n").unwrap();
        let loaded = load(&options(&file)).unwrap();
        assert_eq!(loaded.config.ids.of("posts/a.md"), Some("urn:feedwright:42"));
        assert!(loaded.is_at(&ids) && loaded.folders().any(|folder| Some(folder) == ids.parent()));
        fs::write(&ids, "posts/a.md: 43\n").unwrap();
        assert_ne!(Some(&loaded.bytes), Bytes::at(&file).as_ref());
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
