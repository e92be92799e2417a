use std::process::Command;

/// Whether this program is here. Without it a test cannot provoke its fault: it says so, or fails where
/// `FEEDWRIGHT_REQUIRE_FAULTS` is set.
pub fn program(name: &str) -> bool {
    let found = Command::new("sh").args(["-c", &format!("command -v {name}")]).output();
    or_skipped(&format!("the program `{name}`"), found.is_ok_and(|found| found.status.success()))
}

/// Whether this user may mount file systems.
pub fn mounts() -> bool {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let there = mount(&["-t", "tmpfs", "none"], folder.path());
    if there {
        unmount(folder.path());
    }
    or_skipped("the right to mount", there)
}

/// Whether this user may make user namespaces, which have limits of their own.
pub fn namespaces() -> bool {
    let there = Command::new("unshare").args(["--user", "--map-root-user", "true"]).output();
    let there = there.is_ok_and(|output| output.status.success());
    or_skipped("the right to make user namespaces", there)
}

/// Whether the clock of this machine may be set: only if somebody says so.
pub fn clock() -> bool {
    let may = std::env::var_os("FEEDWRIGHT_SET_CLOCK").is_some_and(|value| value == "1");
    if !may {
        eprintln!("skipped: FEEDWRIGHT_SET_CLOCK=1 lets it set the clock of this machine for some seconds");
    }
    may
}

/// Mounts onto a folder: `mount ARGUMENTS FOLDER`.
pub fn mount(arguments: &[&str], folder: &std::path::Path) -> bool {
    Command::new("mount").args(arguments).arg(folder).output().is_ok_and(|output| output.status.success())
}

/// Takes away what is mounted there.
pub fn unmount(folder: &std::path::Path) -> bool {
    Command::new("umount").arg("-l").arg(folder).output().is_ok_and(|output| output.status.success())
}

/// Says that a test is skipped, or fails it where `FEEDWRIGHT_REQUIRE_FAULTS` is set.
pub fn or_skipped(what: &str, is_there: bool) -> bool {
    let is_required = std::env::var_os("FEEDWRIGHT_REQUIRE_FAULTS").is_some_and(|value| value == "1");
    assert!(is_there || !is_required, "this test needs {what}");
    if !is_there {
        eprintln!("skipped: this test needs {what}");
    }
    is_there
}
