//! Metrics for Prometheus as a file, for the textfile collector of `node_exporter`: written when they have changed.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use chrono::{DateTime, Utc};

use crate::atomic_file;
use crate::folder::Folder;

/// Metrics as they were written last.
#[derive(Debug)]
pub struct Written {
    file: PathBuf,
    text: String,
}

/// Writes `text` to `file`, unless it is what was written there and still is there.
///
/// # Errors
/// When it cannot be written: what is there stands.
pub fn write(file: &Path, text: String, written: &mut Option<Written>) -> Result<()> {
    if written.as_ref().is_some_and(|written| written.file == file && written.text == text) && file.exists() {
        return Ok(());
    }
    // What a killed process left. Others may write there, too, and lose a file that they have not yet renamed.
    if written.is_none()
        && let Some(folder) = file.parent()
    {
        let _ = Folder::open(folder).and_then(|folder| atomic_file::clean(&folder));
    }
    let write = || atomic_file::write(file, text.as_bytes());
    write().or_else(|_| write()).with_context(|| format!("cannot write the metrics to `{}`", file.display()))?;
    *written = Some(Written { file: file.to_owned(), text });
    Ok(())
}

/// When the youngest of these feeds was written, whoever wrote it.
pub fn last_changed<'a>(output: &Path, feeds: impl Iterator<Item = &'a str>) -> Option<DateTime<Utc>> {
    let times = feeds.filter_map(|path| fs::metadata(output.join(path)).ok()?.modified().ok());
    times.max().map(DateTime::from)
}
