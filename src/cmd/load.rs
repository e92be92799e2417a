//! The configuration of a run: found, read, checked.

use std::fs;
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
    /// Its folder: what relative paths are relative to.
    pub home: PathBuf,
    /// The file as people name it.
    pub name: String,
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
        return Err(Failure::Configuration(vec![
            problem.mend("write one (see the README), or name one with `--config`"),
        ]));
    };
    let name = path.display().to_string();
    let text = fs::read_to_string(&path)
        .map_err(|error| Failure::Configuration(vec![Problem::error(&*name, format!("cannot be read: {error}"))]))?;
    let file = absolute(&path)?;
    let home = file.parent().ok_or_else(|| anyhow!("`{name}` is in no folder"))?.to_owned();
    let around =
        Surroundings { name: &name, folder: &home, judge: &source::judge, permalink: &post::default_permalink };
    let mut config = config::parse(&text, around).map_err(Failure::Configuration)?;
    check_permalinks(&config, &name)?;
    config.output = absolute(options.output.as_ref().unwrap_or(&config.output)).context("cannot find the output")?;
    Ok(Loaded { config: Arc::new(config), file, home, name })
}

fn check_permalinks(config: &Config, name: &str) -> Result<(), Failure> {
    let wrong = config.sources.iter().filter_map(|source| {
        let message = post::check_permalink(&source.permalink).err()?;
        Some(Problem::error(name, format!("permalink `{}`: {message}", source.permalink)))
    });
    let wrong: Vec<Problem> = wrong.collect();
    if wrong.is_empty() { Ok(()) } else { Err(Failure::Configuration(wrong)) }
}

impl Loaded {
    /// Whether `path` is the configuration file.
    #[must_use]
    pub fn is_at(&self, path: &Path) -> bool {
        path == self.file
    }
}
