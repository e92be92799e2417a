use std::fs::{self, FileTimes};
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::needs;
use crate::support::{Blog, Service, post};

fn small() -> Blog {
    Blog::new().post("a.md", post("A", "2024-01-02", "Text."))
}

/// How often something is done again and again.
fn rounds() -> usize {
    std::env::var("FEEDWRIGHT_ROUNDS").ok().and_then(|rounds| rounds.parse().ok()).unwrap_or(20)
}

#[track_caller]
fn wait_until_as_once(service: &Service, blog: &Blog, what: &str) {
    let expected = blog.as_once();
    service.wait_until(what, || blog.output() == expected);
}

fn shell(folder: &Path, line: &str) {
    let done = Command::new("sh").current_dir(folder).args(["-ec", line]).output().expect("sh");
    assert!(done.status.success(), "{line}: {done:?}");
}

/// Something that is mounted as long as it lives.
struct Mounted(PathBuf);

impl Mounted {
    fn new(arguments: &[&str], folder: PathBuf) -> Self {
        assert!(needs::mount(arguments, &folder), "mount {arguments:?} {}", folder.display());
        Self(folder)
    }
}

impl Drop for Mounted {
    fn drop(&mut self) {
        needs::unmount(&self.0);
    }
}

/// A folder that FUSE shows at another place: who changes it sends no event there.
struct Fuse {
    program: Child,
    _mounted: Mounted,
}

impl Fuse {
    fn new(from: &Path, to: PathBuf) -> Self {
        let program = Command::new("bindfs").arg("-f").args([from, &to]).stderr(Stdio::null()).spawn().expect("bindfs");
        let (start, outer) = (Instant::now(), device(to.parent().expect("a folder")));
        while device(&to) == outer {
            assert!(start.elapsed() < Duration::from_secs(10), "bindfs does not mount");
            std::thread::sleep(Duration::from_millis(5));
        }
        Self { program, _mounted: Mounted(to) }
    }

    fn die(&mut self) {
        self.program.kill().expect("a process");
        self.program.wait().expect("a process");
    }
}

impl Drop for Fuse {
    fn drop(&mut self) {
        let _ = self.program.kill();
        let _ = self.program.wait();
    }
}

fn device(folder: &Path) -> Option<u64> {
    fs::metadata(folder).ok().map(|folder| std::os::unix::fs::MetadataExt::dev(&folder))
}

#[test]
fn what_happened_while_the_queue_of_events_was_full_is_found_and_told_once() {
    let blog = (0..50).fold(small(), |blog, number| blog.post(&format!("{number}.md"), post("N", "2024-01-01", "N.")));
    let service = blog.start();
    let queue: usize = fs::read_to_string("/proc/sys/fs/inotify/max_queued_events").unwrap().trim().parse().unwrap();
    for round in 1..=2 {
        service.signal("STOP");
        for number in 0..queue / 2 + 100 {
            blog.save(&format!("posts/{}.md", number % 50), post("N", "2024-01-01", &format!("Round {round}.")));
        }
        blog.save(&format!("posts/new{round}/deep/b.md"), post("B", "2024-02-01", &format!("Lost {round}.")));
        blog.save("posts/a.md", post("A", "2024-01-02", &format!("Edited {round}.")));
        fs::remove_file(blog.path(&format!("posts/4{round}.md"))).unwrap();
        service.signal("CONT");
        wait_until_as_once(&service, &blog, "what no event told");
        assert!(blog.shows("rss.xml", &format!("Lost {round}.")) && blog.shows("rss.xml", &format!("Edited {round}.")));
        blog.save(&format!("posts/new{round}/deep/c.md"), post("C", "2024-02-02", &format!("Then {round}.")));
        service.wait_until("the new folder is watched", || blog.shows("rss.xml", &format!("Then {round}.")));
    }
    assert_eq!(service.logged("events of the file system were lost"), 1, "{}", service.log());
    assert_eq!(service.logged("fs.inotify.max_queued_events"), 1);
}

/// Starts the service so that it may watch no more folders than this.
fn limited(blog: &Blog, watches: usize) -> Service {
    let line = format!("echo {watches} > /proc/sys/user/max_inotify_watches; exec \"$0\"");
    blog.start_by(&["unshare", "--user", "--map-root-user", "sh", "-c", &line], &[])
}

fn limit(service: &Service, watches: usize) {
    let line = format!("echo {watches} > /proc/sys/user/max_inotify_watches");
    let id = service.id().to_string();
    let set = Command::new("nsenter").args(["--user", "--target", &id, "sh", "-c", &line]).output().unwrap();
    assert!(set.status.success(), "{set:?}");
}

#[test]
fn where_watches_run_out_it_polls_until_there_are_some_again() {
    if !needs::namespaces() || !needs::program("nsenter") {
        return;
    }
    let blog = small().configured("watch: {interval: 100ms}\n");
    let service = limited(&blog, 30);
    service.wait_until_logged("(native)");
    for number in 0..40 {
        blog.save(&format!("posts/{number}/b.md"), post("B", "2024-01-03", &format!("In folder {number}.")));
    }
    wait_until_as_once(&service, &blog, "posts in folders that cannot be watched");
    service.wait_until_logged("there are no watches left; raise fs.inotify.max_user_watches");
    service.wait_until_logged("(polling)");
    blog.save("posts/39/b.md", post("B", "2024-01-04", "Polled."));
    service.wait_until("an edit there", || blog.shows("rss.xml", "Polled."));
    limit(&service, 10_000);
    service.wait_until_logged("there are events of the file system again");
    service.wait_until("it is native again", || service.logged("(native)") == 2);
    blog.save("posts/39/c.md", post("C", "2024-01-05", "By an event."));
    service.wait_until("an edit after that", || blog.shows("rss.xml", "By an event."));
    assert_eq!(service.logged("no watches left"), 1, "{}", service.log());
}

#[test]
fn where_there_are_no_watches_from_the_start_it_polls_or_says_what_to_do() {
    if !needs::namespaces() {
        return;
    }
    let blog = small().configured("watch: {interval: 100ms}\n");
    let service = limited(&blog, 2);
    service.wait_until_logged("polling every 100ms until there are events again");
    blog.save("posts/b.md", post("B", "2024-01-03", "Polled."));
    service.wait_until("the post", || blog.shows("rss.xml", "Polled."));
    drop(service);
    let blog = blog.configured("watch: {mode: native}\n");
    let line = "echo 2 > /proc/sys/user/max_inotify_watches; exec \"$0\"";
    let mut command = Command::new("unshare");
    command.current_dir(blog.path("")).args(["--user", "--map-root-user", "sh", "-c", line]);
    let ended = command.arg(env!("CARGO_BIN_EXE_feedwright")).output().unwrap();
    let told = String::from_utf8(ended.stderr).unwrap();
    assert_eq!(ended.status.code(), Some(2), "{told}");
    assert!(told.contains("`watch: mode: native` cannot be had; say `auto`, which polls then"), "{told}");
    assert!(told.contains("raise fs.inotify.max_user_watches"), "{told}");
}

#[test]
fn polling_sees_an_edit_that_keeps_size_and_time_and_a_folder_that_comes_back() {
    let blog = small().configured("watch: {mode: poll, interval: 100ms}\n");
    let service = blog.start_with(&["-v"], None);
    let path = blog.path("posts/a.md");
    let time = fs::metadata(&path).unwrap().modified().unwrap();
    // Old enough that its stamp alone tells whether it differs.
    std::thread::sleep(Duration::from_millis(2_200));
    blog.save("posts/a.md", post("A", "2024-01-02", "Next."));
    fs::File::options().append(true).open(&path).unwrap().set_times(FileTimes::new().set_modified(time)).unwrap();
    service.wait_until("an edit in place", || blog.shows("rss.xml", "Next."));
    blog.save("beside.md", post("A", "2024-01-02", "Last."));
    let beside = fs::File::options().append(true).open(blog.path("beside.md")).unwrap();
    beside.set_times(FileTimes::new().set_modified(time)).unwrap();
    fs::rename(blog.path("beside.md"), &path).unwrap();
    service.wait_until("another file in its place", || blog.shows("rss.xml", "Last."));
    fs::rename(blog.path("posts"), blog.path("away")).unwrap();
    service.wait_until_logged("the posts folder `posts` is not there");
    service.wait_until_logged("trying again in 4 s");
    blog.save("away/b.md", post("B", "2024-01-03", "Saved meanwhile."));
    fs::rename(blog.path("away"), blog.path("posts")).unwrap();
    let start = Instant::now();
    service.wait_until("the folder is back", || blog.shows("rss.xml", "Saved meanwhile."));
    assert!(start.elapsed() < Duration::from_millis(2_500), "as soon as it can be seen: {:?}", start.elapsed());
}

#[test]
fn polling_takes_up_a_configuration_and_makes_feeds_only_when_something_differs() {
    let blog = small().configured("watch: {mode: poll, interval: 100ms}\n");
    let service = blog.start();
    let before = fs::metadata(blog.path("public/rss.xml")).unwrap().modified().unwrap();
    let more = "echo 'feeds: [rss.xml, {path: more.xml, format: atom}]' >> new.yaml";
    shell(&blog.path(""), &format!("cp feedwright.yaml new.yaml; {more}; mv new.yaml feedwright.yaml"));
    service.wait_until("the new feed", || blog.path("public/more.xml").exists());
    service.wait_until("it is told", || service.logged("published ") == 2);
    assert_eq!(fs::metadata(blog.path("public/rss.xml")).unwrap().modified().unwrap(), before);
}

#[test]
fn a_file_system_without_events_is_polled_and_one_that_dies_takes_no_post_away() {
    if !needs::program("bindfs") || !needs::mounts() {
        return;
    }
    let blog = small().configured("watch: {interval: 100ms}\n").file("far/b.md", post("B", "2024-01-03", "Far."));
    fs::create_dir(blog.path("posts/far")).unwrap();
    let mut far = Fuse::new(&blog.path("far"), blog.path("posts/far"));
    let service = blog.start();
    service.wait_until_logged("posts/far` is on FUSE, which tells nothing of what others change: polling every 100ms");
    service.wait_until_logged("(native and polling)");
    blog.save("far/b.md", post("B", "2024-01-03", "Edited elsewhere."));
    service.wait_until("what somebody else changed", || blog.shows("rss.xml", "Edited elsewhere."));
    blog.save("far/new/c.md", post("C", "2024-01-04", "New elsewhere."));
    service.wait_until("in a new folder", || blog.shows("rss.xml", "New elsewhere."));
    far.die();
    service.wait_until_logged("cannot be looked into");
    blog.save("posts/d.md", post("D", "2024-01-05", "Near."));
    service.wait_until("another post", || blog.shows("rss.xml", "Near."));
    assert!(blog.shows("rss.xml", "New elsewhere.") && blog.shows("rss.xml", "Edited elsewhere."));
    drop(far);
    let far = Fuse::new(&blog.path("far"), blog.path("posts/far"));
    blog.save("far/b.md", post("B", "2024-01-03", "Alive again."));
    service.wait_until("it is back", || blog.shows("rss.xml", "Alive again."));
    drop(far);
    service.wait_until("nothing is polled any more", || service.logged("(native)") == 1);
    fs::remove_dir(blog.path("posts/far")).unwrap();
    wait_until_as_once(&service, &blog, "without that folder");
}

#[test]
fn a_whole_posts_folder_without_events_is_polled() {
    if !needs::program("bindfs") || !needs::mounts() {
        return;
    }
    let blog = small().configured("watch: {interval: 100ms}\nposts: far\n");
    fs::create_dir(blog.path("far")).unwrap();
    let _far = Fuse::new(&blog.path("posts"), blog.path("far"));
    let service = blog.start();
    service.wait_until_logged("far` is on FUSE");
    blog.save("posts/a.md", post("A", "2024-01-02", "Edited elsewhere."));
    service.wait_until("what somebody else changed", || blog.shows("rss.xml", "Edited elsewhere."));
    assert_eq!(service.logged("is on FUSE"), 1);
}

#[test]
fn the_safety_rescan_finds_what_no_event_told() {
    if !needs::program("bindfs") || !needs::mounts() {
        return;
    }
    let blog = small().configured("watch: {mode: native, rescan: 1s}\nposts: far\n");
    fs::create_dir(blog.path("far")).unwrap();
    let _far = Fuse::new(&blog.path("posts"), blog.path("far"));
    let service = blog.start();
    service
        .wait_until_logged("is on FUSE, which tells nothing of what others change: that is found at the next rescan");
    blog.save("posts/a.md", post("A", "2024-01-02", "Edited elsewhere."));
    service.wait_until("the rescan", || blog.shows("rss.xml", "Edited elsewhere."));
}

#[test]
fn what_is_mounted_over_posts_is_noticed_and_what_is_unmounted_too() {
    if !needs::mounts() {
        return;
    }
    for (over, other) in [("posts", "other"), ("posts/sub", "other/sub"), ("outer", "another")] {
        let blog = small().configured("posts: outer/posts\n");
        shell(&blog.path(""), "mkdir outer; mv posts outer; ln -s outer/posts posts");
        let blog = blog.post("sub/s.md", post("S", "2024-01-01", "Sub."));
        let blog = blog.file("other/a.md", post("A", "2024-01-02", "Mounted."));
        let blog = blog.file("other/sub/s.md", post("S", "2024-01-01", "Mounted in sub."));
        shell(&blog.path(""), "mkdir another; cp -a other another/posts");
        let service = blog.start();
        let mounted = Mounted::new(&["--bind", blog.path(other).to_str().unwrap()], blog.path(over));
        service.wait_until(&format!("what is mounted at {over}"), || blog.shows("rss.xml", "Mounted in sub."));
        blog.save("posts/sub/new.md", post("N", "2024-01-03", "Saved there."));
        service.wait_until("it is watched", || blog.shows("rss.xml", "Saved there."));
        drop(mounted);
        service.wait_until("what was there before", || {
            blog.shows("rss.xml", "Sub.") && !blog.shows("rss.xml", "Mounted") && !blog.shows("rss.xml", "Saved there.")
        });
        blog.save("posts/sub/new.md", post("N", "2024-01-04", "Saved here."));
        service.wait_until("that is watched again", || blog.shows("rss.xml", "Saved here."));
    }
}

#[test]
fn a_link_that_is_switched_is_noticed_at_every_level() {
    let blog = Blog::new().configured("posts: live/blog/posts\n");
    for (number, release) in ["one", "two", "three"].iter().enumerate() {
        let text = post("A", &format!("2024-01-0{}", number + 2), &format!("Release {release}."));
        let blog = &blog;
        blog.save(&format!("store/{release}/blog/posts/a.md"), text);
    }
    shell(
        &blog.path(""),
        "mkdir links; ln -s links/second live; ln -s ../store/third links/second; ln -s one store/third",
    );
    let service = blog.start();
    assert!(blog.shows("rss.xml", "Release one."));
    let switch = |link: &str, target: &str| {
        symlink(target, blog.path("switch")).unwrap();
        fs::rename(blog.path("switch"), blog.path(link)).unwrap();
    };
    for round in 0..rounds() {
        switch("store/third", "two");
        service.wait_until("the last link", || blog.shows("rss.xml", "Release two."));
        switch("links/second", "../store/three");
        service.wait_until("the one in the middle", || blog.shows("rss.xml", "Release three."));
        let now = post("B", "2024-01-05", &format!("Saved in round {round}."));
        blog.save("store/three/blog/posts/b.md", now);
        service.wait_until("it is watched", || blog.shows("rss.xml", &format!("Saved in round {round}.")));
        switch("live", "store/one");
        service.wait_until("the first one", || blog.shows("rss.xml", "Release one."));
        switch("store/third", "one");
        switch("links/second", "../store/third");
        switch("live", "links/second");
    }
    wait_until_as_once(&service, &blog, "the last state");
}

#[test]
fn a_folder_that_is_switched_is_noticed_at_every_level() {
    let blog = Blog::new().configured("posts: srv/site/blog/posts\n");
    let blog = blog.file("srv/site/blog/posts/a.md", post("A", "2024-01-02", "First."));
    let blog = blog.file("next/blog/posts/a.md", post("A", "2024-01-03", "Second."));
    let service = blog.start();
    let at = blog.path("");
    for round in 0..rounds() {
        shell(&at, "mv srv/site former; mv next srv/site; mv former next");
        let (now, then) = if round % 2 == 0 { ("Second.", "First.") } else { ("First.", "Second.") };
        service.wait_until("the other folder", || blog.shows("rss.xml", now) && !blog.shows("rss.xml", then));
    }
    let missed = || service.logged("the posts folder `srv/site/blog/posts` is not there"); // between two steps of `mv`, too
    let before = missed();
    fs::rename(blog.path("srv"), blog.path("away")).unwrap();
    service.wait_until("it is away", || missed() > before);
    blog.save("away/site/blog/posts/b.md", post("B", "2024-01-04", "Saved meanwhile."));
    fs::rename(blog.path("away"), blog.path("srv")).unwrap();
    service.wait_until("it is back", || blog.shows("rss.xml", "Saved meanwhile."));
    let before = missed();
    shell(&at, "rm -r srv");
    service.wait_until("it is gone", || missed() > before);
    assert!(blog.shows("rss.xml", "Saved meanwhile."));
    blog.save("srv/site/blog/posts/c.md", post("C", "2024-01-05", "Made again."));
    service.wait_until("it was made again", || blog.shows("rss.xml", "Made again."));
    blog.save("srv/site/blog/posts/d.md", post("D", "2024-01-06", "Then saved."));
    service.wait_until("it is watched", || blog.shows("rss.xml", "Then saved."));
    wait_until_as_once(&service, &blog, "the last state");
}

#[test]
fn folders_below_that_go_away_and_come_back_are_watched() {
    let blog = small().post("sub/deep/s.md", post("S", "2024-01-03", "In sub."));
    let service = blog.start();
    for round in 0..rounds() {
        fs::rename(blog.path("posts/sub"), blog.path("away")).unwrap();
        service.wait_until("it is away", || !blog.shows("rss.xml", "<title>S</title>"));
        fs::rename(blog.path("away"), blog.path("posts/sub")).unwrap();
        service.wait_until("it is back", || blog.shows("rss.xml", "<title>S</title>"));
        blog.save("posts/sub/deep/s.md", post("S", "2024-01-03", &format!("Round {round}.")));
        service.wait_until("it is watched", || blog.shows("rss.xml", &format!("Round {round}.")));
        fs::remove_dir_all(blog.path("posts/sub")).unwrap();
        blog.save("posts/sub/deep/s.md", post("S", "2024-01-03", &format!("New {round}.")));
        service.wait_until("it was made again", || blog.shows("rss.xml", &format!("New {round}.")));
    }
    wait_until_as_once(&service, &blog, "the last state");
}

/// A blog of hundreds of files in folders, and how another state of it differs: most are the same, some are others,
/// some are only in one of them.
fn many(blog: &Blog, folder: &str, state: usize) {
    for number in 0..300 {
        let text = if number % 3 == 0 { format!("Post {number} of {state}.") } else { format!("Post {number}.") };
        if number % 7 != state {
            let text = post(&format!("P{number}"), &format!("2024-01-{:02}", number % 28 + 1), &text);
            blog.save(&format!("{folder}/{}/{number}.md", number % 10), text);
        }
    }
    let only = post(&format!("X{state}"), "2024-02-01", &format!("Only in {state}."));
    blog.save(&format!("{folder}/only{state}/x.md"), only);
}

#[test]
fn a_checkout_of_hundreds_of_files_is_noticed_there_and_back_and_there() {
    let blog = Blog::new().file(".gitignore", "public\nstate\nlog\nfeedwright.yaml\n");
    let git = "git -c user.name=Ann -c user.email=ann@example.org";
    many(&blog, "posts", 1);
    shell(
        &blog.path(""),
        &format!("git init -q -b one; git add .; {git} commit -qm one; git checkout -qb two; rm -r posts"),
    );
    many(&blog, "posts", 2);
    shell(&blog.path(""), &format!("git add .; {git} commit -qm two"));
    let service = blog.start();
    let mut expected = vec![blog.output()];
    shell(&blog.path(""), "git checkout -q one");
    wait_until_as_once(&service, &blog, "the first branch");
    expected.insert(0, blog.output());
    for round in 0..rounds() {
        let branch = ["two", "one"][round % 2];
        shell(&blog.path(""), &format!("git checkout -q {branch}"));
        let expected = &expected[(round + 1) % 2];
        service.wait_until(&format!("{branch} in round {round}"), || blog.output() == *expected);
    }
    wait_until_as_once(&service, &blog, "the last state");
}

#[test]
fn a_copy_with_rsync_that_deletes_is_noticed_again_and_again() {
    if !needs::program("rsync") {
        return;
    }
    let blog = Blog::new();
    many(&blog, "one", 1);
    many(&blog, "two", 2);
    shell(&blog.path(""), "rsync -a --delete one/ posts/");
    let service = blog.start();
    let mut expected = vec![blog.output()];
    shell(&blog.path(""), "rsync -a --delete two/ posts/");
    wait_until_as_once(&service, &blog, "the other state");
    expected.push(blog.output());
    for round in 0..rounds() {
        let (state, how) =
            (["one", "two"][round % 2], ["", "--inplace", "--delete-after", "--delay-updates"][round % 4]);
        shell(&blog.path(""), &format!("rsync -a --delete {how} {state}/ posts/"));
        let expected = &expected[round % 2];
        service.wait_until(&format!("{state} with {how:?} in round {round}"), || blog.output() == *expected);
    }
    wait_until_as_once(&service, &blog, "the last state");
}

#[test]
fn deploys_by_a_switched_link_are_noticed_and_old_releases_may_go() {
    let blog = Blog::new().configured("posts: current/posts\n");
    many(&blog, "releases/0/posts", 0);
    shell(&blog.path(""), "ln -s releases/0 current");
    let service = blog.start();
    for round in 1..=rounds() {
        many(&blog, &format!("releases/{round}/posts"), round % 5);
        blog.save(&format!("releases/{round}/posts/r.md"), post("R", "2024-03-01", &format!("Release {round}.")));
        shell(
            &blog.path(""),
            &format!("ln -s releases/{round} next; mv -T next current; rm -r releases/{}", round - 1),
        );
        service.wait_until("the release", || blog.shows("rss.xml", &format!("Release {round}.")));
    }
    wait_until_as_once(&service, &blog, "the last release");
}

#[test]
fn a_configuration_behind_links_that_are_switched_is_taken_up() {
    let blog = small();
    shell(&blog.path(""), "mkdir ..one; mv feedwright.yaml ..one; ln -s ..one ..data; ln -s ..data/feedwright.yaml .");
    let service = blog.start();
    shell(&blog.path(""), "cp -r ..one ..two; echo 'feeds: [{path: only.xml, format: atom}]' >> ..two/feedwright.yaml");
    shell(&blog.path(""), "ln -s ..two next; mv -T next ..data");
    service
        .wait_until("the new feeds", || blog.path("public/only.xml").exists() && !blog.path("public/rss.xml").exists());
}

/// How often the threads of a service went to sleep: each time that one is woken it goes to sleep again.
fn sleeps(service: &Service) -> u64 {
    let tasks = fs::read_dir(format!("/proc/{}/task", service.id())).unwrap();
    let of_task = |status: String| {
        let lines = status
            .lines()
            .filter_map(|line| line.split_once("ctxt_switches:").map(|(_, number)| number.trim().to_owned()));
        lines.map(|number| number.parse::<u64>().unwrap()).sum::<u64>()
    };
    // a thread may end meanwhile
    let status = |task: std::io::Result<fs::DirEntry>| fs::read_to_string(task.ok()?.path().join("status")).ok();
    tasks.filter_map(status).map(of_task).sum()
}

/// Waits until no thread of the service ran for this long.
fn wait_until_quiet(service: &Service, span: Duration) {
    let (mut before, mut since) = (sleeps(service), Instant::now());
    service.wait_until("it is quiet", || {
        let now = sleeps(service);
        if now != before {
            (before, since) = (now, Instant::now());
        }
        since.elapsed() >= span
    });
}

#[test]
fn nothing_runs_when_it_is_quiet_and_reading_posts_wakes_nobody() {
    let blog = (0..50).fold(small(), |blog, number| blog.post(&format!("{number}.md"), post("N", "2024-01-01", "N.")));
    let soon = (chrono::Utc::now() + chrono::TimeDelta::days(2)).to_rfc3339();
    let blog = blog.post("scheduled.md", post("Soon", &soon, "Not yet."));
    let mut service = blog.start();
    service.signal("HUP"); // reads every post
    service.wait_until_told("MONOTONIC_USEC=");
    wait_until_quiet(&service, Duration::from_secs(1));
    let before = sleeps(&service);
    for _ in 0..20 {
        for number in 0..50 {
            fs::read(blog.path(&format!("posts/{number}.md"))).unwrap();
        }
        assert_eq!(fs::read_dir(blog.path("posts")).unwrap().count(), 52);
    }
    std::thread::sleep(Duration::from_secs(3));
    assert_eq!(sleeps(&service), before, "somebody was woken");
    blog.save("posts/b.md", post("B", "2024-01-03", "By an event."));
    service.wait_until("a save wakes it", || blog.shows("rss.xml", "By an event."));
    assert!(sleeps(&service) > before);
}
