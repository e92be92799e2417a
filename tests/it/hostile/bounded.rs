//! Runs of the binary that may take only so much memory and time, and what they took.

use std::env;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use wait4::Wait4;

use super::yardstick;

/// The most memory that a run may have, in KiB: everything that it can write to. Beyond it, it is refused more and aborts.
const MEMORY: u64 = 256 << 10;

/// How long a run may hang before it is ended.
const PATIENCE: &str = "60";

/// The binary that is tried: `FEEDWRIGHT_RELEASE` names one that is built to be fast, and is to hold the bounds of one: a second, or
/// what is one on this machine.
pub fn binary() -> (PathBuf, Duration) {
    match env::var_os("FEEDWRIGHT_RELEASE") {
        Some(path) => (path.into(), yardstick::scaled(Duration::from_secs(1))),
        None => (env!("CARGO_BIN_EXE_feedwright").into(), Duration::from_secs(30)),
    }
}

/// What a run took and told.
#[derive(Debug)]
pub struct Measured {
    /// `None`: it was ended, for it hung or wanted too much memory.
    pub code: Option<i32>,
    /// Of all its threads, so that a busy machine does not matter.
    pub cpu: Duration,
    pub stdout: String,
    pub stderr: String,
}

/// Runs the binary in a folder with so much memory.
pub fn run(folder: &Path, arguments: &[&str]) -> Measured {
    let (binary, most) = binary();
    let path = |name: &str| folder.join(name);
    let stream = |name: &str| Stdio::from(File::create(path(name)).expect("a stream"));
    let limited = format!("ulimit -t {}; ulimit -d {MEMORY}; ulimit -c 0; exec \"$0\" \"$@\"", most.as_secs() + 1);
    let mut command = Command::new("timeout");
    command.args(["--signal=KILL", PATIENCE, "sh", "-c", &limited]).arg(binary).args(arguments);
    for variable in ["STATE_DIRECTORY", "NOTIFY_SOCKET", "WATCHDOG_USEC", "JOURNAL_STREAM", "FEEDWRIGHT_LOG"] {
        command.env_remove(variable);
    }
    command.env("RAYON_NUM_THREADS", "2").current_dir(folder).stdin(Stdio::null());
    let mut child = command.stdout(stream(".stdout")).stderr(stream(".stderr")).spawn().expect("timeout");
    let used = child.wait4().expect("a child");
    let text = |name: &str| String::from_utf8(fs::read(path(name)).expect("a stream")).expect("UTF-8");
    Measured {
        code: used.status.code().filter(|code| *code < 128),
        cpu: used.rusage.utime + used.rusage.stime,
        stdout: text(".stdout"),
        stderr: text(".stderr"),
    }
}
