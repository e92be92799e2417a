use std::fs;
use std::path::Path;
use std::process::Command;

use crate::needs;

/// Whether the long form was asked for, for a machine that has the time: `FEEDWRIGHT_LONG=1`.
pub fn is_long() -> bool {
    is_set("FEEDWRIGHT_LONG")
}

/// Whether these programs are there, and this runs as root where that is needed.
pub fn has(programs: &[&str], root: Root) -> bool {
    programs.iter().all(|name| needs::program(name))
        && (root == Root::NotNeeded || needs::or_skipped("root", is_root()))
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Root {
    Needed,
    NotNeeded,
}

fn is_set(variable: &str) -> bool {
    std::env::var_os(variable).is_some_and(|value| value == "1")
}

fn is_root() -> bool {
    fs::read_to_string("/proc/self/status").expect("a status").lines().any(|line| line.starts_with("Uid:\t0\t0"))
}

/// A number that is hard to foresee, below `end`; a small linear generator, so that a failure can be run again.
pub struct Dice(pub u64);

impl Dice {
    pub fn below<N: TryFrom<u64> + TryInto<u64, Error: std::fmt::Debug>>(&mut self, end: N) -> N {
        let end: u64 = end.try_into().expect("a small number");
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        N::try_from((self.0 >> 33) % end).unwrap_or_else(|_| unreachable!("it is below the end"))
    }
}

/// A file system in memory as long as this lives.
pub struct Memory<'a>(&'a Path);

impl<'a> Memory<'a> {
    /// `options`: of tmpfs(5).
    pub fn mount(at: &'a Path, options: &str) -> Self {
        fs::create_dir_all(at).expect("a mount point");
        let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", options, "tmpfs"]).arg(at).status();
        assert!(mounted.expect("mount").success());
        Self(at)
    }

    pub fn remount(&self, options: &str) {
        let mounted = Command::new("mount").args(["-o", &format!("remount,{options}")]).arg(self.0).status();
        assert!(mounted.expect("mount").success());
    }

    /// Uses up what is left.
    pub fn fill(&self) {
        let file = self.0.join(FILLER);
        let mut bytes = fs::read(&file).unwrap_or_default();
        loop {
            bytes.extend([7; 1024]);
            if fs::write(&file, &bytes).is_err() {
                return;
            }
        }
    }

    /// Gives it back.
    pub fn empty(&self) {
        fs::remove_file(self.0.join(FILLER)).expect("a filler");
    }
}

pub const FILLER: &str = "filler";

impl Drop for Memory<'_> {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(self.0).status();
    }
}
