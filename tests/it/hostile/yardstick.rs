//! How fast this machine is, against the one for which the bound of one second was set.
//!
//! `gzip` is the measure: every Debian has it, it works as parsers do (bytes, tables, branches), and it stays as it is when Feedwright
//! becomes faster or slower. Measured by a build of our own, what made all builds slower would loosen the bound that is to tell it.

use std::fs::{self, File};
use std::process::{Command, Stdio};
use std::sync::OnceLock;
use std::time::Duration;

use wait4::Wait4;

/// How much CPU time the yardstick takes on the machine for which the bounds were set: a virtual one with two cores of an AMD EPYC
/// of 2025, nothing else running; the best of three, as here. It is told by each run with `--nocapture`.
const THERE: Duration = Duration::from_millis(420);

/// A machine that is slower than so many times is no reason: something is wrong with it, or with the measure.
const SLOWEST: f64 = 4.0;

const BYTES: usize = 2_000_000;
const WORDS: [&str; 16] = [
    "rain", "gauge", "funnel", "spoon", "magnet", "switch", "count", "meadow", "pond", "willow", "frost", "louvre",
    "plank", "battery", "panel", "radio",
];

/// What is one second there, here; never less.
pub fn scaled(bound: Duration) -> Duration {
    static SLOWER: OnceLock<f64> = OnceLock::new();
    bound.mul_f64(*SLOWER.get_or_init(|| slower(best_of_three())))
}

/// How many times slower this machine is, if it takes this long here.
fn slower(here: Duration) -> f64 {
    let ratio = here.div_duration_f64(THERE);
    println!(
        "the yardstick takes {here:?}, {ratio:.2} times what it takes on the machine for which the bounds were set"
    );
    ratio.clamp(1.0, SLOWEST)
}

fn best_of_three() -> Duration {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("prose");
    fs::write(&path, prose()).expect("a file");
    let once = || {
        let mut command = Command::new("gzip");
        command.arg("-9").env_remove("GZIP").stdin(File::open(&path).expect("the prose")).stdout(Stdio::null());
        let ended = command.spawn().expect("gzip").wait4().expect("a child");
        assert!(ended.status.success(), "{:?}", ended.status);
        ended.rusage.utime + ended.rusage.stime
    };
    (0..3).map(|_| once()).min().unwrap_or_default()
}

/// The same words in the same order on every machine.
fn prose() -> String {
    let mut text = String::with_capacity(BYTES + 16);
    let mut dice: u64 = 1;
    while text.len() < BYTES {
        dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407); // Knuth's
        text += WORDS[(dice >> 60) as usize];
        text += if (dice >> 32).is_multiple_of(16) { ".\n" } else { " " };
    }
    text
}

#[test]
fn a_faster_machine_has_no_less_time_and_a_slower_one_has_more() {
    let of = |factor| slower(THERE.mul_f64(factor));
    assert!((of(0.2) - 1.0).abs() < 1e-9);
    assert!((of(1.5) - 1.5).abs() < 1e-6);
    assert!((of(100.0) - SLOWEST).abs() < 1e-9);
}
