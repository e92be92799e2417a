use std::fs;
use std::io::{Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use serde_json::Value;

use crate::support::{Blog, Run, Service, post};

const STATUS: [&str; 3] = ["status", "--format", "json"];

fn small() -> Blog {
    Blog::new().post("a.md", post("A", "2024-01-02", "Text."))
}

/// What the service of this blog answers, however it is.
#[track_caller]
fn status(blog: &Blog) -> Value {
    json(&blog.run(STATUS))
}

#[track_caller]
fn json(run: &Run) -> Value {
    assert!(matches!(run.code, Some(0 | 1)), "{run:#?}");
    serde_json::from_str(&run.stdout).unwrap_or_else(|error| panic!("{error}: {run:#?}"))
}

fn run(command: &mut Command) -> Run {
    let output = command.output().expect("it runs");
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    Run { code: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) }
}

fn sockets(folder: &Path) -> Vec<PathBuf> {
    let walk = walkdir::WalkDir::new(folder).into_iter().flatten().map(walkdir::DirEntry::into_path);
    walk.filter(|path| path.extension().is_some_and(|extension| extension == "sock")).collect()
}

#[track_caller]
fn socket(blog: &Blog) -> PathBuf {
    let found = sockets(&blog.path(""));
    assert_eq!(found.len(), 1, "{found:?}");
    found[0].clone()
}

fn id(status: &Value) -> u64 {
    status["pid"].as_u64().expect("a pid")
}

#[test]
fn a_service_says_what_it_is_doing() {
    let blog = small().post("soon.md", post("Soon", "2999-01-02", "Later."));
    let blog = blog.post("b.md", "---\ntitle: B\ndate: soon\n---\n").post("c.md", "---\ntitle: C\ndraft: true\n---\n");
    let service = blog.start();
    let status = json(&blog.run(STATUS).ended_with(1));
    assert_eq!(id(&status), u64::from(service.id()));
    assert_eq!((status["version"].as_str(), status["feeds"].as_u64()), (Some(env!("CARGO_PKG_VERSION")), Some(3)));
    assert_eq!((status["posts"].as_u64(), status["broken"].as_u64()), (Some(1), Some(1)));
    assert!(status["held"].as_u64() >= Some(1), "{status:#}");
    assert_eq!(status["publications"]["count"], 1);
    assert_eq!(status["publications"]["last"]["written"], serde_json::json!(["rss.xml", "atom.xml", "feed.json"]));
    assert!(status["publications"]["last"]["milliseconds"].is_u64(), "{status:#}");
    assert_eq!(status["next"]["at"], "2999-01-02T00:00:00Z");
    assert_eq!((&status["next"]["post"], &status["next"]["change"]), (&"posts/soon.md".into(), &"comes_out".into()));
    let problem = &status["problems"][0];
    assert_eq!((&problem["path"], &problem["line"], &problem["column"]), (&"posts/b.md".into(), &3.into(), &7.into()));
    assert!(problem["message"].as_str().is_some_and(|text| text.contains("soon")), "{status:#}");
    assert_eq!(status["watcher"]["kind"], "native");
    assert_eq!(status["watcher"]["folders"], serde_json::json!([blog.path("posts")]));
    assert_eq!(status["configuration"]["file"], serde_json::json!(blog.path("feedwright.yaml")));
    assert_eq!(status["configuration"]["newer"], Value::Null);
    assert_eq!(status["output"], serde_json::json!(blog.path("public")));
    assert!(status["state"].as_str().is_some_and(|state| state.starts_with(blog.path("state").to_str().unwrap())));
    assert_eq!((&status["troubles"], &status["last_error"]), (&serde_json::json!([]), &Value::Null));
    let told = blog.run(["status"]).ended_with(1);
    assert!(told.stdout.lines().count() <= 12, "{told:#?}");
    told.told("posts      1 out, ")
        .told("posts/soon.md comes out 2999-01-02T00:00:00Z (in ")
        .told("  posts/b.md:3:7: ");
    blog.run(["status", "--format", "github"]).ended_with(1).told("::error file=posts/b.md,line=3,col=7::");
    assert_eq!(blog.run(["status", "-q"]).ended_with(1).stdout, "");
    fs::remove_file(blog.path("posts/b.md")).unwrap();
    service.wait_until("all is well", || blog.run(["status"]).code == Some(0));
}

#[test]
fn the_keys_are_those_of_the_readme() {
    let blog = small();
    let _service = blog.start();
    let readme = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).unwrap();
    for key in status(&blog).as_object().unwrap().keys() {
        assert!(readme.lines().any(|line| line.starts_with("| `") && line.contains(&format!("`{key}`"))), "no `{key}`");
    }
}

#[test]
fn where_no_service_runs_it_says_so_and_what_to_do() {
    let blog = small();
    let run = blog
        .run(["status"])
        .ended_with(2)
        .complained("no service runs with `")
        .complained("feedwright.yaml`; start it");
    assert_eq!(run.stdout, "");
    blog.run(["--once", "status"]).ended_with(64).complained("`status` cannot be used with `--once`");
    fs::remove_file(blog.path("feedwright.yaml")).unwrap();
    blog.run(["status"]).ended_with(2).complained("--config");
}

#[test]
fn a_killed_service_is_none_and_leaves_its_place_to_the_next() {
    let blog = small();
    let mut service = blog.start();
    let place = socket(&blog);
    assert_eq!(fs::metadata(&place).unwrap().permissions().mode() & 0o777, 0o660);
    service.signal("KILL");
    service.ended();
    assert!(place.exists());
    blog.run(["status"]).ended_with(2).complained("no service runs with");
    fs::write(place.with_extension("sock.new"), "of one that was killed while it began").unwrap();
    let mut service = blog.start();
    assert_eq!(id(&status(&blog)), u64::from(service.id()));
    assert_eq!(status(&blog)["publications"]["count"], 0);
    blog.run(["status"]).ended_with(0).told(", before this start\n");
    service.signal("TERM");
    assert_eq!(service.ended(), Some(0));
    assert_eq!(sockets(&blog.path("")), Vec::<PathBuf>::new());
}

#[test]
fn each_of_several_services_is_found_by_its_configuration() {
    let runtime = tempfile::tempdir().unwrap();
    let in_runtime = |blog: &Blog, arguments: &[&str]| {
        let mut command = blog.command();
        command.env("XDG_RUNTIME_DIR", runtime.path()).args(arguments);
        command
    };
    let (one, two) = (small(), small());
    let services = [one.start_as(in_runtime(&one, &[])), two.start_as(in_runtime(&two, &[]))];
    let other = one.start_as(in_runtime(&one, &["-o", "other"]));
    assert_eq!(sockets(runtime.path()).len(), 3);
    let ask = |blog: &Blog, arguments: &[&str]| run(in_runtime(blog, &STATUS).args(arguments));
    assert_eq!(id(&json(&ask(&one, &[]))), u64::from(services[0].id()));
    assert_eq!(id(&json(&ask(&two, &[]))), u64::from(services[1].id()));
    assert_eq!(id(&json(&ask(&one, &["-o", "other"]))), u64::from(other.id()));
    let elsewhere = two.path("feedwright.yaml");
    assert_eq!(id(&json(&ask(&one, &["-c", elsewhere.to_str().unwrap()]))), u64::from(services[1].id()));
    ask(&one, &["-o", "third"]).ended_with(2).complained("no service runs with `").complained("; there is `-c ");
    let text = fs::read_to_string(one.path("feedwright.yaml")).unwrap();
    services[0].signal("STOP"); // it does not see that its configuration is another one
    one.save("feedwright.yaml", format!("{text}output: fourth\n"));
    assert_eq!(id(&json(&ask(&one, &[]))), u64::from(other.id()), "the only one that answers");
    services[0].signal("CONT");
}

#[test]
fn a_socket_goes_with_its_output() {
    let blog = small();
    let service = blog.start();
    let before = socket(&blog);
    let blog = blog.configured("output: elsewhere\n");
    service.wait_until("another socket", || sockets(&blog.path("")).iter().any(|socket| *socket != before));
    assert_eq!(status(&blog)["output"], serde_json::json!(blog.path("elsewhere")));
    assert!(!before.exists());
}

#[test]
fn a_folder_may_have_a_path_that_is_too_long_for_a_socket() {
    let deep = ["a-folder-of-a-long-name"; 12].join("/");
    let text = format!("site: {{title: T, url: https://example.org/}}\nstate: {deep}\n");
    let blog = small().file("feedwright.yaml", text);
    let service = blog.start();
    assert!(socket(&blog).as_os_str().len() > 300);
    assert_eq!(id(&status(&blog)), u64::from(service.id()));
}

#[test]
fn a_socket_that_was_removed_is_made_again() {
    let blog = small();
    let service = blog.start();
    fs::remove_file(socket(&blog)).unwrap();
    blog.run(["status"]).ended_with(2);
    service.signal("HUP");
    service.wait_until("it answers", || blog.run(["status"]).code == Some(0));
}

/// Whether something can be tried here; that it cannot is said, and where it must be, it is a failure.
fn can(needed: &str, program: &[&str]) -> bool {
    let works = Command::new(program[0]).args(&program[1..]).output().is_ok_and(|output| output.status.success());
    if !works {
        let is_required = std::env::var_os("FEEDWRIGHT_REQUIRE_FAULTS").is_some_and(|value| value == "1");
        assert!(!is_required, "can only be tried {needed}");
        eprintln!("skipped: can only be tried {needed}");
    }
    works
}

/// A small file system of its own, as long as this lives.
struct Mounted(PathBuf);

impl Mounted {
    fn at(folder: &Path) -> Option<Self> {
        fs::create_dir_all(folder).unwrap();
        let path = folder.to_str().unwrap();
        let mount = ["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", path];
        can("as root who may mount", &mount).then(|| Self(folder.to_owned()))
    }
}

impl Drop for Mounted {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(&self.0).status();
    }
}

#[test]
fn a_full_output_shows_in_the_status() {
    let blog = small();
    let Some(_mounted) = Mounted::at(&blog.path("public")) else { return };
    let service = blog.start();
    let fill = blog.path("public/fill");
    let _ = fs::write(&fill, vec![0; 1 << 20]); // as much of it as there is room for
    blog.save("posts/b.md", post("B", "2024-01-03", "On a full disk."));
    service.wait_until_logged("cannot write `");
    let told = json(&blog.run(STATUS).ended_with(1));
    assert_eq!(told["troubles"][0]["concern"], "publication");
    assert_eq!((&told["posts"], &told["publications"]["count"]), (&2.into(), &1.into()), "{told:#}");
    fs::remove_file(fill).unwrap();
    service.wait_until("there is room again", || blog.shows("rss.xml", "On a full disk."));
    service.wait_until_logged("it works again");
    blog.run(["status"]).ended_with(0).told("last error ").told("(mended ");
}

/// Runs something as a user who is nobody; `None`: that cannot be done here.
fn as_nobody(blog: &Blog, arguments: &[&str]) -> Option<Command> {
    const NOBODY: [&str; 3] = ["--reuid=65534", "--regid=65534", "--clear-groups"];
    if !can("as root with setpriv (util-linux)", &["setpriv", NOBODY[0], NOBODY[1], NOBODY[2], "true"]) {
        return None;
    }
    let binary = blog.path("feedwright");
    fs::copy(env!("CARGO_BIN_EXE_feedwright"), &binary).unwrap();
    fs::set_permissions(blog.path(""), fs::Permissions::from_mode(0o755)).unwrap();
    let mut command = Command::new("setpriv");
    command.args(NOBODY).arg(binary).args(arguments);
    command.current_dir(blog.path("")).env_remove("XDG_RUNTIME_DIR").env_remove("RUNTIME_DIRECTORY");
    Some(command)
}

#[test]
fn who_may_not_open_the_socket_is_told() {
    let blog = small();
    let _service = blog.start();
    let Some(mut command) = as_nobody(&blog, &["status"]) else { return };
    run(&mut command).ended_with(2).complained("may not be opened by this user").complained("sudo feedwright status");
    fs::set_permissions(socket(&blog), fs::Permissions::from_mode(0o666)).unwrap();
    run(&mut command).ended_with(0).told("posts      1 out");
}

#[test]
fn who_may_not_look_for_the_socket_is_told() {
    let blog = small();
    fs::create_dir(blog.path("run")).unwrap();
    let mut command = blog.command();
    command.env("XDG_RUNTIME_DIR", blog.path("run"));
    let _service = blog.start_as(command);
    assert_eq!(fs::metadata(blog.path("run/feedwright")).unwrap().permissions().mode() & 0o777, 0o700);
    let Some(mut command) = as_nobody(&blog, &["status"]) else { return };
    command.env("XDG_RUNTIME_DIR", blog.path("run"));
    run(&mut command).ended_with(2).complained("run/feedwright`, where this user may not look");
}

fn threads(service: &Service) -> usize {
    fs::read_dir(format!("/proc/{}/task", service.id())).expect("a process").count()
}

#[test]
fn a_flood_of_silent_clients_holds_nobody_up() {
    let blog = small();
    let service = blog.start();
    let place = socket(&blog);
    let before = threads(&service);
    let silent: Vec<UnixStream> = (0..300).map(|_| UnixStream::connect(&place).expect("a connection")).collect();
    assert!(threads(&service) <= before + 8, "{} threads", threads(&service));
    blog.save("posts/b.md", post("B", "2024-01-03", "While they are silent."));
    service.wait_until("a publication", || blog.shows("rss.xml", "While they are silent."));
    assert_eq!(id(&status(&blog)), u64::from(service.id()));
    service.wait_until("they are let go", || threads(&service) <= before);
    for mut stream in silent {
        assert_eq!(stream.read(&mut [0; 16]).unwrap_or(0), 0, "nobody answers who asks nothing");
    }
}

#[test]
fn garbage_is_refused() {
    let blog = small();
    let service = blog.start();
    let place = socket(&blog);
    let say = |text: &[u8]| {
        let mut stream = UnixStream::connect(&place).unwrap();
        let _ = stream.write_all(text); // it may be closed before it is read
        let _ = stream.shutdown(std::net::Shutdown::Write);
        let mut answer = String::new();
        let _ = stream.read_to_string(&mut answer);
        answer
    };
    assert!(say(b"status\n").starts_with("{\"status\":{"));
    assert_eq!(
        say(b"shutdown\n"),
        "{\"refused\":\"unknown request; known here: status, accept-loss, reassign-ids\"}\n"
    );
    assert!(say(b"\0\xff\xfe\n").starts_with("{\"refused\":"));
    assert!(say(b"status {}\n").starts_with("{\"refused\":"));
    assert!(say(b"GET / HTTP/1.1\r\n\r\n").starts_with("{\"refused\":"));
    assert_eq!(say(&vec![b'x'; 100_000]), "{\"refused\":\"a request is a line of at most 256 bytes\"}\n");
    assert_eq!((say(b"").as_str(), say(b"stat").as_str()), ("", ""));
    assert_eq!(id(&status(&blog)), u64::from(service.id()));
    assert_eq!(service.logged("WARN") + service.logged("ERROR"), 0, "{}", service.log());
}

#[test]
fn a_service_in_trouble_says_so() {
    let blog = small();
    let service = blog.start();
    blog.bar_output();
    blog.save("posts/b.md", post("B", "2024-01-03", "In trouble."));
    service.wait_until_logged("cannot publish to");
    let told = json(&blog.run(STATUS).ended_with(1));
    assert_eq!(told["troubles"][0]["concern"], "publication");
    assert!(told["troubles"][0]["message"].as_str().unwrap().contains("public`"), "{told:#}");
    assert_eq!(told["last_error"]["message"], told["troubles"][0]["message"]);
    blog.run(["status"]).ended_with(1).told("\ntrouble    since ").told("the old feeds stand");
    fs::remove_file(blog.path("public")).unwrap();
    service.wait_until("it works again", || blog.shows("rss.xml", "In trouble."));
    service.wait_until_logged("it works again");
    let told = json(&blog.run(STATUS).ended_with(0));
    assert_eq!(told["troubles"], serde_json::json!([]));
    assert!(told["last_error"]["mended"].is_string(), "{told:#}");
    blog.run(["status"]).ended_with(0).told("last error ").told("(mended ");
}

#[test]
fn a_service_is_found_by_a_configuration_that_is_broken() {
    let blog = small();
    let service = blog.start();
    let good = fs::read_to_string(blog.path("feedwright.yaml")).unwrap();
    for broken in [good.clone() + "paths: x\n", good.clone() + "feeds: [\n", "\u{0}\nstate: state".to_owned()] {
        let before = service.logged("the new configuration cannot be used");
        blog.save("feedwright.yaml", &broken);
        service.wait_until("it is told", || service.logged("the new configuration cannot be used") > before);
        let told = json(&blog.run(STATUS).ended_with(1));
        assert_eq!(told["configuration"]["newer"], "broken");
        assert_eq!(told["configuration"]["problems"][0]["path"], "feedwright.yaml");
        blog.run(["status"]).told("the newer one is broken, the one before is used\n  feedwright.yaml:");
    }
    blog.save("feedwright.yaml", &good);
    service.wait_until("it is mended", || blog.run(["status"]).code == Some(0));
    assert_eq!(status(&blog)["configuration"]["newer"], Value::Null);
}

#[test]
fn a_busy_service_says_that_it_is() {
    let blog = (0..3000).fold(small(), |blog, number| {
        blog.post(&format!("{number}-broken.md"), format!("---\ntitle: T\ndate: {number}-broken-date\n---\n"))
    });
    let mut command = blog.command();
    // Its log is not read, so that it waits in the midst of its first build: more is written than a pipe holds.
    let mut child = command.stderr(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
    let deadline = std::time::Instant::now() + Duration::from_mins(1);
    while !blog.path("public/rss.xml").exists() {
        assert!(std::time::Instant::now() < deadline, "it does not begin");
        std::thread::sleep(Duration::from_millis(5));
    }
    let asked = std::time::Instant::now();
    blog.run(["status"]).ended_with(2).complained("is busy for more than 4 s");
    assert!(asked.elapsed() < Duration::from_secs(20));
    let mut log = child.stderr.take().unwrap();
    let reading = std::thread::spawn(move || std::io::copy(&mut log, &mut std::io::sink()));
    while blog.run(["status"]).code == Some(2) {
        assert!(std::time::Instant::now() < deadline, "it never answers");
    }
    let told = json(&blog.run(STATUS).ended_with(1));
    assert_eq!(told["problems"].as_array().map(Vec::len), Some(3000));
    let told = blog.run(["status"]).ended_with(1).told("problems   3000 errors, 0 warnings").told("  and 2995 more");
    assert!(told.stdout.lines().count() < 20);
    assert!(blog.run(["status", "-v"]).stdout.lines().count() > 3000);
    child.kill().unwrap();
    child.wait().unwrap();
    reading.join().unwrap().unwrap();
}

#[test]
fn a_stopped_service_is_not_waited_for() {
    let blog = small();
    let service = blog.start();
    service.signal("STOP");
    let asked = std::time::Instant::now();
    blog.run(["status"]).ended_with(2).complained("does not answer within 6 s");
    assert!(asked.elapsed() < Duration::from_secs(20));
    service.signal("CONT");
    assert_eq!(id(&status(&blog)), u64::from(service.id()));
}

// -- told once ------------------------------------------------------------------------------------------------------------

/// Saves a post, and waits until the service has tried to publish it, and failed.
fn fail_again(blog: &Blog, service: &Service, number: usize) {
    let error = |blog: &Blog| status(blog)["last_error"]["at"].clone();
    let before = error(blog);
    blog.save("posts/again.md", post("Again", "2024-01-04", &format!("Try {number}.")));
    service.wait_until("another try", || error(blog) != before);
}

#[test]
fn a_failure_that_varies_is_told_once() {
    let blog = small().configured("output: out/public\n");
    let service = blog.start();
    for number in 0..6 {
        blog.bar(if number % 2 == 0 { "out" } else { "out/public" });
        fail_again(&blog, &service, number);
    }
    let reasons = status(&blog)["troubles"][0]["message"].clone();
    assert_eq!(service.logged("cannot publish to"), 1, "{reasons}\n{}", service.log());
    fs::remove_file(blog.path("out/public")).unwrap();
    blog.save("posts/again.md", post("Again", "2024-01-04", "All is well."));
    service.wait_until("a publication", || blog.path("out/public/rss.xml").exists());
    service.wait_until_logged("it works again");
    assert_eq!(service.logged("it works again"), 1, "{}", service.log());
}

#[test]
fn two_failures_at_once_are_each_told_once() {
    let blog = small();
    let service = blog.start();
    blog.bar_output();
    fail_again(&blog, &service, 0);
    let blog = blog.configured("posts: later\n");
    service.wait_until_logged("cannot be used yet, the old one stays");
    for number in 1..4 {
        service.signal("HUP");
        fail_again(&blog, &service, number);
    }
    let told = status(&blog);
    assert_eq!(told["troubles"].as_array().map(Vec::len), Some(2), "{told:#}");
    assert_eq!(told["configuration"]["newer"], "waiting");
    assert_eq!(service.logged("cannot publish to"), 1, "{}", service.log());
    assert_eq!(service.logged("cannot be used yet"), 1, "{}", service.log());
}

#[test]
fn a_broken_configuration_is_told_once_however_often_it_is_read() {
    let blog = small();
    let mut service = blog.start();
    let blog = blog.configured("paths: x\n");
    service.wait_until_logged("the new configuration cannot be used");
    for _ in 0..3 {
        service.take_told();
        service.signal("HUP");
        service.wait_until_told("READY=1");
    }
    assert_eq!(service.logged("unknown key `paths`"), 1, "{}", service.log());
    assert_eq!(service.logged("the new configuration cannot be used"), 1, "{}", service.log());
    let blog = blog.configured("outptu: y\n");
    service.wait_until_logged("unknown key `outptu`");
    drop(blog);
}

#[test]
fn a_broken_state_is_told_once_while_it_is_tried_again_and_again() {
    let blog = small();
    blog.run(["--once", "-o", "new"]).ended_with(0);
    let manifests = || {
        walkdir::WalkDir::new(blog.path("state"))
            .into_iter()
            .flatten()
            .filter(|file| file.file_name() == "manifest.json")
    };
    for manifest in manifests() {
        fs::write(manifest.path(), "{").unwrap();
    }
    let mut service = blog.start();
    blog.save(
        "feedwright.yaml",
        fs::read_to_string(blog.path("feedwright.yaml")).unwrap() + "output: new\nposts: later\n",
    );
    service.wait_until_logged("cannot be used yet");
    for _ in 0..3 {
        service.take_told();
        service.signal("HUP");
        service.wait_until_told("READY=1");
    }
    assert_eq!(service.logged("is broken ("), 1, "{}", service.log());
    blog.save("later/b.md", post("B", "2024-01-03", "At last."));
    service.wait_until_logged("is whole again");
}

#[test]
fn no_name_of_a_folder_forges_a_line_of_the_log() {
    let blog = small();
    let text = "site: {title: T, url: https://example.org/}\nstate: state\noutput: \"pub\\nERROR forged\\e[2K\"\n";
    let blog = blog.file("feedwright.yaml", text).file("pub\nERROR forged\u{1b}[2K", "no folder");
    let run = blog.run(["--once"]).ended_with(2).complained("pub\\nERROR forged\\u{1b}[2K");
    assert_eq!(run.stderr.lines().count(), 1, "{run:#?}");
}
