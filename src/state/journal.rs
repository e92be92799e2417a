//! A file of records, one line of JSON each, the newest last: to keep one more costs one line, however many there are.
//!
//! A line that was cut off by a kill or a full disk is told and passed over; the others count.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufRead, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use rayon::prelude::*;
use serde::{Serialize, de::DeserializeOwned};
use tracing::warn;

use crate::atomic_file;
use crate::folder::Folder;

/// A file of records.
#[derive(Debug, Clone)]
pub(super) struct Journal {
    path: PathBuf,
    /// How many lines it has; those that later ones made worthless, too.
    lines: usize,
}

/// Whether lines must outlive a loss of power.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lasting {
    Yes,
    No,
}

/// What there is of records that were kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Found {
    /// No such file.
    Nothing,
    /// Some were cut off.
    Some,
    /// Each of them.
    All,
}

/// How much is written at once, in bytes.
const BUFFER: usize = 1 << 18;

/// How many lines are in memory before they are written.
const BATCH: usize = 256;

/// How many a thread makes before it looks whether another one has nothing to do.
const AT_ONCE: usize = 8;

/// So many worthless lines do no harm.
pub(super) const SPARE: usize = 1000;

impl Journal {
    pub fn at(path: PathBuf) -> Self {
        Self { path, lines: 0 }
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Hands on each record, the oldest first.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn read<T: DeserializeOwned>(&mut self, mut each: impl FnMut(T)) -> io::Result<Found> {
        let file = match File::open(&self.path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Found::Nothing),
            Err(error) => return Err(error),
        };
        let (mut reader, mut line, mut broken) = (BufReader::new(file), Vec::new(), 0);
        self.lines = 0;
        while reader.read_until(b'\n', &mut line)? > 0 {
            self.lines += 1;
            match serde_json::from_slice(&line) {
                Ok(record) => each(record),
                Err(_) => broken += 1,
            }
            line.clear();
        }
        if broken > 0 {
            warn!("`{}` has {broken} broken lines, which are passed over", self.path.display());
            self.lines = usize::MAX; // written anew the next time
            return Ok(Found::Some);
        }
        Ok(Found::All)
    }

    /// Whether so many more lines are better written all anew; `worth`: how many of all count.
    pub fn is_due(&self, more: usize, worth: usize) -> bool {
        self.lines.saturating_add(more) > worth.saturating_mul(2).saturating_add(SPARE)
    }

    /// Adds records.
    ///
    /// # Errors
    /// When they cannot be written; then none is there.
    pub fn append<T: Serialize + Sync>(&mut self, records: &[T], lasting: Lasting) -> Result<()> {
        let cannot = || format!("cannot write `{}`", self.path.display());
        let file = OpenOptions::new().append(true).create(true).open(&self.path).with_context(cannot)?;
        let length = file.metadata().with_context(cannot)?.len();
        let written = write_all(BufWriter::with_capacity(BUFFER, &file), records).and_then(|()| match lasting {
            Lasting::Yes => file.sync_data(),
            Lasting::No => Ok(()),
        });
        if written.is_err() {
            let _ = file.set_len(length); // no half line; if even that fails, it is passed over
        }
        written.with_context(cannot)?;
        if length == 0 && lasting == Lasting::Yes {
            let folder = Folder::open(self.path.parent().unwrap_or(Path::new(".")));
            folder.and_then(|folder| folder.sync()).with_context(cannot)?;
        }
        self.lines += records.len();
        Ok(())
    }

    /// Writes these records in place of all.
    ///
    /// # Errors
    /// When they cannot be written; then the old ones stand.
    pub fn replace<T: Serialize>(&mut self, records: impl IntoIterator<Item = T>) -> Result<()> {
        let mut text = Vec::new();
        let lines = write_lines(&mut text, records)?;
        atomic_file::write(&self.path, &text).with_context(|| format!("cannot write `{}`", self.path.display()))?;
        self.lines = lines;
        Ok(())
    }

    /// Copies all records to another place, where that one has none.
    ///
    /// # Errors
    /// When they cannot be written.
    pub fn copy_to(&self, other: &Self) -> Result<()> {
        if other.path.exists() || !self.path.exists() {
            return Ok(());
        }
        let cannot = || format!("cannot write `{}`", other.path.display());
        let bytes = fs::read(&self.path).with_context(|| format!("cannot read `{}`", self.path.display()))?;
        atomic_file::write(&other.path, &bytes).with_context(cannot)
    }
}

/// Writes records as they come, however many, each on its line; how many there were.
fn write_lines<T: Serialize>(mut writer: impl Write, records: impl IntoIterator<Item = T>) -> io::Result<usize> {
    let mut lines = 0;
    for record in records {
        write_line(&mut writer, &record)?;
        lines += 1;
    }
    writer.flush()?;
    Ok(lines)
}

/// The same for records that are all there: some are written while the next ones become lines on all cores.
fn write_all<T: Serialize + Sync>(mut writer: impl Write + Send, records: &[T]) -> io::Result<()> {
    let mut lines = Vec::new();
    for records in records.chunks(BATCH) {
        let (written, next) = rayon::join(|| put(&mut writer, &lines), || lines_of(records));
        written?;
        lines = next?;
    }
    put(&mut writer, &lines)?;
    writer.flush()
}

fn put(writer: &mut impl Write, lines: &[Vec<u8>]) -> io::Result<()> {
    lines.iter().try_for_each(|line| writer.write_all(line))
}

fn lines_of<T: Serialize + Sync>(records: &[T]) -> io::Result<Vec<Vec<u8>>> {
    let lines = records.par_iter().with_max_len(AT_ONCE).map(|record| {
        let mut line = Vec::new();
        write_line(&mut line, record).map(|()| line)
    });
    lines.collect()
}

fn write_line(mut writer: impl Write, record: &impl Serialize) -> io::Result<()> {
    serde_json::to_writer(&mut writer, record)?;
    writer.write_all(b"\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(journal: &mut Journal) -> Vec<u32> {
        let mut numbers = Vec::new();
        journal.read(|number| numbers.push(number)).unwrap();
        numbers
    }

    #[test]
    fn what_was_added_comes_back_in_its_order() {
        let folder = tempfile::tempdir().unwrap();
        let mut journal = Journal::at(folder.path().join("numbers"));
        assert_eq!(journal.read(|_: u32| {}).unwrap(), Found::Nothing);
        journal.append(&[1, 2], Lasting::Yes).unwrap();
        journal.append(&[3], Lasting::No).unwrap();
        assert_eq!(read(&mut Journal::at(journal.path.clone())), [1, 2, 3]);
        journal.replace([4]).unwrap();
        assert_eq!(read(&mut journal), [4]);
    }

    #[test]
    fn a_line_that_was_cut_off_is_passed_over_and_mended() {
        let folder = tempfile::tempdir().unwrap();
        let mut journal = Journal::at(folder.path().join("numbers"));
        fs::write(&journal.path, "1\n2\n{\"3").unwrap();
        assert_eq!(read(&mut journal), [1, 2]);
        assert!(journal.is_due(1, 1_000_000), "all is to be written anew, not behind half a line");
    }

    #[test]
    fn worthless_lines_are_few() {
        let mut journal = Journal::at("x".into());
        journal.lines = 3000;
        assert!(journal.is_due(1, 1000) && !journal.is_due(1, 1001));
    }
}
