//! What nothing can be faster than: the system calls of a build and of a save, and nothing else.
//!
//! ```text
//! floor walk-and-read FOLDER [ROUNDS]    finds every file below a folder and reads it whole
//! floor walk-and-stat FOLDER [ROUNDS]    finds every file below a folder and asks for its size and times
//! floor write FOLDER FILE...             writes, syncs and renames the bytes of these files in another folder
//! ```
//! Each round prints its seconds on a line. `benches/cost.py` calls it; called by `cargo bench` it only says so.

use std::cell::RefCell;
use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;
use std::{env, thread};

use rayon::prelude::*;

const USAGE: &str = "floor: nothing measured; expected `walk-and-read FOLDER [ROUNDS]`, `walk-and-stat FOLDER [ROUNDS]` or `write FOLDER FILE...`";

/// Larger than nearly all posts: one call reads them.
const BUFFER: usize = 1 << 16;

/// Syncs wait for the disk, not for a core; beyond this many at once it gets no faster.
const WRITERS: usize = 16;

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    match run(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("floor: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &[String]) -> io::Result<()> {
    match arguments {
        [what, folder, rounds @ ..] if what == "walk-and-read" => repeat(folder, rounds, read),
        [what, folder, rounds @ ..] if what == "walk-and-stat" => repeat(folder, rounds, stat),
        [what, folder, files @ ..] if what == "write" => write(Path::new(folder), files),
        _ => {
            println!("{USAGE}");
            Ok(())
        }
    }
}

/// Does this to every file below a folder, so many times.
fn repeat(folder: &str, rounds: &[String], each: fn(&Path) -> io::Result<u64>) -> io::Result<()> {
    let rounds = rounds.first().map_or(Ok(1), |rounds| rounds.parse::<u32>()).map_err(io::Error::other)?;
    for _ in 0..rounds {
        let began = Instant::now();
        let mut files = Vec::new();
        walk(Path::new(folder), &mut files)?;
        let bytes = files.par_iter().map(|path| each(path)).sum::<io::Result<u64>>()?;
        let seconds = began.elapsed().as_secs_f64();
        std::hint::black_box(bytes);
        println!("{seconds:.6}");
    }
    Ok(())
}

fn walk(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            walk(&entry.path(), files)?;
        } else {
            files.push(entry.path());
        }
    }
    Ok(())
}

fn stat(path: &Path) -> io::Result<u64> {
    fs::symlink_metadata(path).map(|metadata| metadata.size())
}

/// How many bytes a file has, by reading them.
fn read(path: &Path) -> io::Result<u64> {
    thread_local! { static KEPT: RefCell<Vec<u8>> = RefCell::new(vec![0; BUFFER]); }
    KEPT.with_borrow_mut(|buffer| {
        let mut file = File::open(path)?;
        let mut bytes = 0;
        loop {
            match file.read(buffer)? {
                0 => return Ok(bytes),
                some => bytes += some as u64,
            }
        }
    })
}

/// Writes these files into a folder as one that publishes has to, several at once.
fn write(folder: &Path, files: &[String]) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    let contents = files.iter().map(fs::read).collect::<io::Result<Vec<_>>>()?;
    let numbered: Vec<(usize, Vec<u8>)> = contents.into_iter().enumerate().collect();
    let began = Instant::now();
    let share = numbered.len().div_ceil(WRITERS).max(1);
    thread::scope(|scope| {
        let started: Vec<_> = numbered.chunks(share).map(|share| scope.spawn(move || put_all(folder, share))).collect();
        started.into_iter().try_for_each(|writer| writer.join().expect("a writer"))
    })?;
    println!("{:.6}", began.elapsed().as_secs_f64());
    Ok(())
}

fn put_all(folder: &Path, share: &[(usize, Vec<u8>)]) -> io::Result<()> {
    share.iter().try_for_each(|(number, content)| put(folder, *number, content))
}

fn put(folder: &Path, number: usize, content: &[u8]) -> io::Result<()> {
    let (beside, place) = (folder.join(format!(".{number}.new")), folder.join(number.to_string()));
    let mut file = File::create(&beside)?;
    file.write_all(content)?;
    file.sync_all()?;
    fs::rename(beside, place)
}
