use std::ffi::OsStr;
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixDatagram;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// How long anything may take that is waited for: far more than it ever does.
const PATIENCE: Duration = Duration::from_secs(30);

/// A blog in a temporary folder.
pub struct Blog {
    folder: TempDir,
}

impl Blog {
    /// One without posts, published from `posts/` to `public/`.
    pub fn new() -> Self {
        let blog = Self { folder: tempfile::tempdir().expect("a temporary folder") };
        fs::create_dir(blog.path("posts")).expect("posts");
        blog.configured("")
    }

    /// Replaces the configuration: title and URL, and these lines.
    pub fn configured(self, more: &str) -> Self {
        let text = format!("site:\n  title: Example\n  url: https://example.org/\nstate: state\n{more}");
        self.file("feedwright.yaml", &text)
    }

    /// Writes a file of the blog.
    pub fn file(self, name: &str, text: impl AsRef<[u8]>) -> Self {
        self.save(name, text);
        self
    }

    /// Writes a file below `posts/`.
    pub fn post(self, name: &str, text: impl AsRef<[u8]>) -> Self {
        self.file(&format!("posts/{name}"), text)
    }

    /// Writes a file of the blog, later on.
    pub fn save(&self, name: &str, text: impl AsRef<[u8]>) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, text).expect("a file");
    }

    /// Puts a file in the place of the output.
    pub fn bar_output(&self) {
        self.bar("public");
    }

    /// Puts a file in the place of a folder, which goes with all above it in the blog, however often a service makes that
    /// again in between.
    pub fn bar(&self, folder: &str) {
        let (top, path) = (self.path(folder.split('/').next().unwrap_or(folder)), self.path(folder));
        let bar = || {
            let _ = fs::remove_dir_all(&top).or_else(|_| fs::remove_file(&top)); // it may be written to
            let above = fs::create_dir_all(path.parent().expect("a folder"));
            above.and_then(|()| fs::write(&path, "a file where the folder was")).is_ok()
        };
        assert!((0..1000).any(|_| bar()), "`{folder}` comes back again and again");
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// A published file.
    pub fn published(&self, name: &str) -> String {
        fs::read_to_string(self.path("public").join(name)).unwrap_or_else(|error| panic!("public/{name}: {error}"))
    }

    /// Whether a published file holds this text now.
    pub fn shows(&self, name: &str, text: &str) -> bool {
        fs::read_to_string(self.path("public").join(name)).is_ok_and(|feed| feed.contains(text))
    }

    /// The titles in the JSON feed.
    pub fn titles(&self) -> Vec<String> {
        let feed: serde_json::Value = serde_json::from_str(&self.published("feed.json")).expect("JSON");
        let items = feed["items"].as_array().expect("items");
        items.iter().map(|item| item["title"].as_str().unwrap_or_default().to_owned()).collect()
    }

    /// Every file of the output with its bytes.
    pub fn output(&self) -> Vec<(String, Vec<u8>)> {
        files_of(&self.path("public"))
    }

    pub fn run<S: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = S>) -> Run {
        let output = self.command().args(arguments).output().expect("the binary runs");
        Run {
            code: output.status.code(),
            stdout: String::from_utf8(output.stdout).expect("UTF-8"),
            stderr: String::from_utf8(output.stderr).expect("UTF-8"),
        }
    }

    pub fn once(&self) -> Run {
        self.run(["--once"])
    }

    /// What `--once` publishes from a copy of this blog.
    pub fn as_once(&self) -> Vec<(String, Vec<u8>)> {
        let copy = Self { folder: tempfile::tempdir().expect("a temporary folder") };
        let all_but =
            "find . -mindepth 1 -maxdepth 1 ! -name public ! -name state ! -name log -exec cp -a -t \"$0\" {} +";
        let copied = Command::new("sh").current_dir(self.path("")).args(["-c", all_but]).arg(copy.path("")).output();
        let copied = copied.expect("sh");
        assert!(copied.status.success(), "{copied:?}");
        copy.once().ended_with(0);
        copy.output()
    }

    pub fn command(&self) -> Command {
        self.command_under(&[])
    }

    /// The binary, run by a program that changes how it runs: `strace`, `setpriv`.
    pub fn command_under(&self, wrapper: &[&str]) -> Command {
        let line = [wrapper, &[env!("CARGO_BIN_EXE_feedwright")]].concat();
        let mut command = Command::new(line[0]);
        command.args(&line[1..]);
        command.current_dir(self.folder.path());
        for variable in ["STATE_DIRECTORY", "NOTIFY_SOCKET", "WATCHDOG_USEC", "JOURNAL_STREAM", "FEEDWRIGHT_LOG"] {
            command.env_remove(variable);
        }
        command.env_remove("RUNTIME_DIRECTORY").env_remove("XDG_RUNTIME_DIR");
        command
    }

    /// Starts the service and waits until it says that it is ready.
    pub fn start(&self) -> Service {
        self.start_with(&[], None)
    }

    pub fn start_with(&self, arguments: &[&str], watchdog: Option<Duration>) -> Service {
        let mut command = self.command();
        command.args(arguments);
        if let Some(limit) = watchdog {
            command.env("WATCHDOG_USEC", limit.as_micros().to_string());
        }
        self.start_as(command)
    }

    /// Starts the service by another program, which puts itself in its place.
    pub fn start_by(&self, program: &[&str], variables: &[(&str, &str)]) -> Service {
        let mut command = self.command_under(program);
        command.envs(variables.iter().copied());
        self.start_as(command)
    }

    /// Starts the service by a command that [`command`](Self::command) began.
    pub fn start_as(&self, command: Command) -> Service {
        let mut service = self.spawn(command, "log");
        service.wait_until_told("READY=1");
        service
    }

    /// Starts the service by this command, which logs to this file of the blog, and waits for nothing.
    pub fn spawn(&self, mut command: Command, log: &str) -> Service {
        let sockets = tempfile::tempdir().expect("a temporary folder");
        let path = sockets.path().join("notify");
        let socket = UnixDatagram::bind(&path).expect("a socket");
        for place in [sockets.path(), &path] {
            fs::set_permissions(place, Permissions::from_mode(0o777)).expect("for whichever user it runs as");
        }
        let log = self.path(log);
        let stderr = fs::File::create(&log).expect("a log");
        let child = command.env("NOTIFY_SOCKET", &path).stdout(Stdio::null()).stderr(stderr).spawn();
        Service { child: child.expect("it runs"), heard: hear(socket), log, told: Vec::new(), _sockets: sockets }
    }
}

/// Every file below a folder with its bytes; one that goes away meanwhile is none.
pub fn files_of(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut files = Vec::new();
    for entry in walkdir::WalkDir::new(folder).sort_by_file_name().into_iter().flatten() {
        let name = entry.path().strip_prefix(folder).expect("below").to_str().expect("UTF-8").to_owned();
        if entry.file_type().is_file() {
            files.extend(fs::read(entry.path()).map(|bytes| (name, bytes)));
        }
    }
    files
}

/// How a run ended.
#[derive(Debug)]
pub struct Run {
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

impl Run {
    #[track_caller]
    pub fn ended_with(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "{self:#?}");
        self
    }

    #[track_caller]
    pub fn told(self, text: &str) -> Self {
        assert!(self.stdout.contains(text), "no `{text}` in {self:#?}");
        self
    }

    #[track_caller]
    pub fn complained(self, text: &str) -> Self {
        assert!(self.stderr.contains(text), "no `{text}` in {self:#?}");
        self
    }
}

/// A running service, and what it tells systemd.
pub struct Service {
    child: Child,
    heard: Receiver<String>,
    log: PathBuf,
    told: Vec<String>,
    _sockets: TempDir,
}

impl Service {
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    pub fn log(&self) -> String {
        fs::read_to_string(&self.log).expect("a log")
    }

    /// Ends it as a power cut would, and waits until it is gone.
    pub fn kill(&mut self) {
        self.child.kill().expect("it is killed");
        self.child.wait().expect("it ends");
    }

    /// How many lines of the log hold this text.
    pub fn logged(&self, text: &str) -> usize {
        self.log().lines().filter(|line| line.contains(text)).count()
    }

    /// Everything systemd was told since this was asked last.
    pub fn take_told(&mut self) -> Vec<String> {
        self.listen(Duration::from_millis(1));
        std::mem::take(&mut self.told)
    }

    #[track_caller]
    pub fn wait_until_told(&mut self, text: &str) {
        let deadline = Instant::now() + PATIENCE;
        while !self.told.iter().any(|line| line.contains(text)) {
            assert!(Instant::now() < deadline, "systemd was not told `{text}`, but {:?}\n{}", self.told, self.log());
            let ended = self.child.try_wait().expect("a child");
            assert!(ended.is_none(), "the service ended with {ended:?}\n{}", self.log());
            self.listen(Duration::from_millis(20));
        }
    }

    #[track_caller]
    pub fn wait_until(&self, what: &str, mut is_so: impl FnMut() -> bool) {
        let deadline = Instant::now() + PATIENCE;
        while !is_so() {
            assert!(Instant::now() < deadline, "not within {PATIENCE:?}: {what}\n{}", self.log());
            thread::sleep(Duration::from_millis(2));
        }
    }

    #[track_caller]
    pub fn wait_until_logged(&self, text: &str) {
        self.wait_until(&format!("log line `{text}`"), || self.logged(text) > 0);
    }

    /// How often its threads went to sleep: each time that one is woken it goes to sleep again.
    pub fn sleeps(&self) -> u64 {
        let tasks = fs::read_dir(format!("/proc/{}/task", self.id())).expect("threads");
        let statuses = tasks.flatten().filter_map(|task| fs::read_to_string(task.path().join("status")).ok());
        let of_thread = |status: String| -> u64 {
            let numbers = status.lines().filter_map(|line| line.split_once("ctxt_switches:"));
            numbers.map(|(_, number)| number.trim().parse::<u64>().expect("a number")).sum()
        };
        statuses.map(of_thread).sum()
    }

    /// Waits until none of its threads ran for so long.
    #[track_caller]
    pub fn wait_until_quiet(&self, span: Duration) {
        let (mut before, mut since) = (self.sleeps(), Instant::now());
        self.wait_until("it is quiet", || {
            let now = self.sleeps();
            if now != before {
                (before, since) = (now, Instant::now());
            }
            since.elapsed() >= span
        });
    }

    pub fn signal(&self, name: &str) {
        let kill = format!("kill -{name} {}", self.child.id());
        assert!(Command::new("sh").args(["-c", &kill]).status().expect("sh").success());
    }

    /// Waits for the end and gives the exit code.
    pub fn ended(&mut self) -> Option<i32> {
        let deadline = Instant::now() + PATIENCE;
        loop {
            if let Some(status) = self.child.try_wait().expect("a child") {
                return status.code();
            }
            assert!(Instant::now() < deadline, "the service does not end\n{}", self.log());
            thread::sleep(Duration::from_millis(2));
        }
    }

    fn listen(&mut self, patience: Duration) {
        while let Ok(text) = self.heard.recv_timeout(patience) {
            self.told.extend(text.lines().map(str::to_owned));
        }
    }
}

/// Hears all that systemd is told, at once as systemd does: who tells waits when a socket is full.
fn hear(socket: UnixDatagram) -> Receiver<String> {
    let (sender, heard) = mpsc::channel();
    thread::spawn(move || {
        let mut buffer = [0; 4096];
        while let Ok(length) = socket.recv(&mut buffer) {
            if sender.send(String::from_utf8_lossy(&buffer[..length]).into_owned()).is_err() {
                return;
            }
        }
    });
    heard
}

impl Drop for Service {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A small post with a title and a body.
pub fn post(title: &str, date: &str, body: &str) -> String {
    format!("---\ntitle: {title}\ndate: {date}\n---\n\n{body}\n")
}
