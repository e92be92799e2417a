use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use crate::means::{FILLER, Memory, Root, has};
use crate::support::{Blog, Service, files_of};

const FEEDS: &str = "feeds: [{path: rss.xml}, {path: feed.json}, {path: 't/:tag.xml', format: atom, per: tag}]\n";

/// A blog whose feeds are of some kilobytes, so that a disk with less left than that is full.
fn blog() -> Blog {
    let blog = Blog::new().configured(FEEDS);
    blog.post("a.md", tagged("x", "Before."))
}

fn tagged(tag: &str, words: &str) -> String {
    let more = "Many more words of it. ".repeat(300);
    format!("---\ntitle: T\ndate: 2024-01-02\ntags: [all, {tag}]\n---\n{words}\n\n{more}\n")
}

fn feeds(blog: &Blog) -> Vec<(String, Vec<u8>)> {
    blog.output().into_iter().filter(|(name, _)| !name.starts_with(FILLER)).collect()
}

/// A service, a fault that begins while it runs, and its end.
struct Trial<'a> {
    blog: &'a Blog,
    service: Service,
    /// What is told of the fault.
    told: &'a str,
    /// In how many places it is: the output, the state.
    places: usize,
}

impl<'a> Trial<'a> {
    fn of(blog: &'a Blog, told: &'a str) -> Self {
        let service = blog.start_with(&["-v"], None);
        Self { blog, service, told, places: 1 }
    }

    /// The old feeds stand, whatever is saved; what is wrong is told once, and is in the status.
    fn holds(&mut self) {
        let before = feeds(self.blog);
        for number in 0..3 {
            let failed = self.service.logged("trying again");
            self.blog.save("posts/a.md", tagged(&format!("new{number}"), &format!("Version {number}.")));
            self.service.wait_until("an attempt", || self.service.logged("trying again") > failed);
            assert!(feeds(self.blog) == before, "the old feeds do not stand");
        }
        // Attempts that nobody asked for, too.
        let failed = self.service.logged("trying again");
        self.service.wait_until("an attempt of its own", || self.service.logged("trying again") > failed);
        assert!(feeds(self.blog) == before, "the old feeds do not stand");
        let errors = self.service.log().lines().filter(|line| line.contains("ERROR")).count();
        assert!(errors <= self.places && errors > 0, "told once\n{}", self.service.log());
        assert!(self.service.logged(self.told) > 0, "no `{}`\n{}", self.told, self.service.log());
        self.service.wait_until_told(self.told);
    }

    /// Without a restart, and without another change, it publishes what was saved, and leaves nothing beside.
    fn resumes(&mut self) {
        self.service.wait_until_logged("it works again");
        assert!(self.blog.shows("rss.xml", "Version 2.") && self.blog.shows("t/new2.xml", "Version 2."));
        assert!(!self.blog.path("public/t/x.xml").exists());
        nothing_beside(self.blog);
        self.blog.save("posts/a.md", tagged("x", "Afterwards."));
        self.service.wait_until("the next change", || self.blog.shows("t/x.xml", "Afterwards."));
        assert!(self.service.logged("ERROR") <= self.places, "{}", self.service.log());
    }
}

#[track_caller]
fn nothing_beside(blog: &Blog) {
    for folder in ["public", "state"] {
        let files = files_of(&blog.path(folder));
        assert!(!files.iter().any(|(name, _)| name.contains(".feedwright-")), "{folder}: {files:?}");
    }
}

#[test]
fn a_full_disk() {
    if !has(&["mount"], Root::Needed) {
        return;
    }
    let blog = blog();
    let output = blog.path("public");
    let disk = Memory::mount(&output, "size=256k");
    let mut trial = Trial::of(&blog, "No space left on device");
    disk.fill();
    trial.holds();
    let before = feeds(&blog);
    drop(trial.service);
    blog.once().ended_with(2).complained("cannot publish to `").complained("No space left on device");
    assert!(feeds(&blog) == before, "the old feeds do not stand");
    disk.empty();
    blog.once().ended_with(0);
    assert!(blog.shows("t/new2.xml", "Version 2."));
    nothing_beside(&blog);
    blog.save("posts/a.md", tagged("x", "Before."));
    let mut trial = Trial::of(&blog, "No space left on device");
    disk.fill();
    trial.holds();
    disk.empty();
    trial.resumes();
}

#[test]
fn a_disk_that_is_full_for_the_state_alone() {
    if !has(&["mount"], Root::Needed) {
        return;
    }
    let blog = blog();
    let state = blog.path("state");
    let disk = Memory::mount(&state, "size=64k");
    let mut trial = Trial::of(&blog, "No space left on device");
    disk.fill();
    trial.holds();
    disk.empty();
    trial.resumes();
}

#[test]
fn a_disk_without_inodes() {
    if !has(&["mount"], Root::Needed) {
        return;
    }
    let blog = blog();
    let output = blog.path("public");
    let _disk = Memory::mount(&output, "size=1m,nr_inodes=24");
    let mut trial = Trial::of(&blog, "No space left on device");
    let fillers: Vec<_> = (0..1000)
        .map(|number| output.join(format!("{FILLER}{number}")))
        .take_while(|path| fs::write(path, "").is_ok())
        .collect();
    trial.holds();
    fillers.iter().for_each(|path| fs::remove_file(path).unwrap());
    trial.resumes();
}

#[test]
fn a_disk_that_becomes_read_only() {
    if !has(&["mount"], Root::Needed) {
        return;
    }
    let blog = blog();
    let output = blog.path("public");
    let disk = Memory::mount(&output, "size=1m");
    let mut trial = Trial::of(&blog, "Read-only file system");
    disk.remount("ro");
    trial.holds();
    disk.remount("rw");
    trial.resumes();
}

#[test]
fn a_permission_taken_away() {
    if !has(&["setpriv"], Root::Needed) {
        return;
    }
    let blog = blog();
    fs::copy(env!("CARGO_BIN_EXE_feedwright"), blog.path("feedwright")).unwrap();
    for folder in ["", "public", "state"] {
        fs::create_dir_all(blog.path(folder)).unwrap();
        permit(&blog.path(folder), if folder.is_empty() { 0o755 } else { 0o777 });
    }
    let mut command = Command::new("setpriv");
    command.args(["--reuid=65534", "--regid=65534", "--clear-groups"]).arg(blog.path("feedwright")).arg("-v");
    command.current_dir(blog.path(""));
    let mut service = blog.spawn(command, "log");
    service.wait_until_told("READY=1");
    let mut trial = Trial { blog: &blog, service, told: "Permission denied", places: 1 };
    for closed in ["public", "public/t"] {
        fs::set_permissions(blog.path("public/t"), fs::Permissions::from_mode(0o755)).unwrap();
        let mode = fs::metadata(blog.path(closed)).unwrap().permissions();
        permit(&blog.path(closed), 0o555);
        trial.holds();
        fs::set_permissions(blog.path(closed), mode).unwrap();
        trial.resumes();
        fs::write(blog.path("log"), "").unwrap();
    }
}

fn permit(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

/// Lets system calls of a running service fail until it is dropped.
struct Broken(Child);

impl Broken {
    fn of(service: &Service, call: &str, error: &str) -> Self {
        let (pid, inject) = (service.id().to_string(), format!("inject={call}:error={error}"));
        let strace = ["-f", "-qq", "-o", "/dev/null", "-e", &inject, "-p", &pid];
        let mut strace = Command::new("strace").args(strace).stderr(Stdio::null()).spawn().expect("strace");
        let status = format!("/proc/{pid}/status");
        service.wait_until("strace is there", || {
            assert!(strace.try_wait().unwrap().is_none(), "strace ended");
            fs::read_to_string(&status)
                .unwrap()
                .lines()
                .any(|line| line.starts_with("TracerPid:") && !line.ends_with("\t0"))
        });
        Self(strace)
    }
}

impl Drop for Broken {
    fn drop(&mut self) {
        let _ = Command::new("kill").arg(self.0.id().to_string()).status();
        let _ = self.0.wait();
    }
}

#[test]
fn a_disk_that_fails() {
    if !has(&["strace"], Root::Needed) {
        return;
    }
    for call in ["fsync", "renameat", "unlinkat,fsync"] {
        let blog = blog();
        let mut trial = Trial::of(&blog, "Input/output error");
        trial.places = call.split(',').count(); // the second keeps what is beside the first from being cleared away
        let broken = Broken::of(&trial.service, call, "EIO");
        trial.holds();
        drop(broken);
        trial.resumes();
    }
}

#[test]
fn a_log_that_cannot_be_written_ends_nothing() {
    let blog = blog();
    std::os::unix::fs::symlink("/dev/full", blog.path("log")).unwrap();
    let service = blog.start();
    blog.save("posts/a.md", tagged("x", "Unlogged."));
    service.wait_until_published(&blog, "Unlogged.");
    blog.save("posts/a.md", "---\ndate: 2024-13-02\n---\n");
    blog.save("posts/b.md", tagged("x", "After an error."));
    service.wait_until_published(&blog, "After an error.");
}

impl Service {
    #[track_caller]
    fn wait_until_published(&self, blog: &Blog, text: &str) {
        while !blog.shows("rss.xml", text) {
            assert!(Path::new(&format!("/proc/{}/exe", self.id())).exists(), "it ended");
            std::thread::sleep(std::time::Duration::from_millis(2));
        }
    }
}
