use std::fs;
use std::thread;
use std::time::{Duration, Instant};

use crate::means::is_long;
use crate::support::{Blog, Service, files_of, post};

const FEEDS: &str = "feeds: [{path: rss.xml}, {path: atom.xml}, {path: all.json, limit: all, content: summary}, \
                     {path: 't/:tag.xml', format: atom, per: tag}]\n";

/// What the service may need at the most, in MiB, however much happens.
const MOST_MEMORY: u64 = 256;

fn numbered(number: usize, version: usize) -> String {
    let (day, tag) = (number % 28 + 1, (number + version) % 20);
    let words = format!("Number {number}, version {version}. ").repeat(20);
    format!("---\ntitle: Post {number}\ndate: 2024-01-{day:02}\ntags: [t{tag}]\n---\n{words}\n")
}

fn name(number: usize) -> String {
    format!("posts/{}/{number}.md", number % 50)
}

/// In the end there is what a build of a copy makes, memory was bounded, and then there is nothing more to do.
fn ends_well(blog: &Blog, service: &Service, feeds: &str) {
    let copy = Blog::new().configured(feeds);
    files_of(&blog.path("posts")).into_iter().for_each(|(name, bytes)| copy.save(&format!("posts/{name}"), bytes));
    copy.once().ended_with(0);
    service.wait_until("the same bytes as of a fresh build", || blog.output() == copy.output());
    is_quiet(service);
    let peak = peak_memory(service);
    println!("peak memory: {peak} MiB, publications: {}", service.logged("published "));
    assert!(peak < MOST_MEMORY, "{peak} MiB");
}

fn peak_memory(service: &Service) -> u64 {
    let status = fs::read_to_string(format!("/proc/{}/status", service.id())).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim_end_matches("kB").trim().parse::<u64>().unwrap() / 1024
}

/// Waits for a while in which it neither works nor wakes.
fn is_quiet(service: &Service) {
    let mut seen = Vec::new();
    service.wait_until("nothing to do for a second", || {
        let before = work_of(service);
        thread::sleep(Duration::from_secs(1));
        let after = work_of(service);
        seen.push((after.0 - before.0, after.1.abs_diff(before.1))); // a thread that ended takes its own with it
        after.0 - before.0 <= 1 && after.1.abs_diff(before.1) <= 2
    });
    println!("in a quiet second: {:?} clock ticks, awakenings", seen.last().unwrap());
}

/// How many clock ticks it worked, and how often one of its threads woke up.
fn work_of(service: &Service) -> (u64, u64) {
    let process = format!("/proc/{}", service.id());
    let stat = fs::read_to_string(format!("{process}/stat")).unwrap();
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap().split_whitespace().collect();
    let ticks = fields[11].parse::<u64>().unwrap() + fields[12].parse::<u64>().unwrap();
    let tasks = fs::read_dir(format!("{process}/task")).unwrap().flatten();
    let statuses = tasks.filter_map(|task| fs::read_to_string(task.path().join("status")).ok());
    let switches = |status: String| {
        let line = status.lines().find_map(|line| line.strip_prefix("voluntary_ctxt_switches:").map(str::to_owned));
        line.and_then(|number| number.trim().parse::<u64>().ok()).unwrap_or_default()
    };
    (ticks, statuses.map(switches).sum())
}

#[test]
fn many_posts_changed_by_several_writers_within_seconds() {
    let (posts, rounds) = if is_long() { (10_000, 10) } else { (1_000, 2) };
    let blog = Blog::new().configured(FEEDS);
    (0..posts).for_each(|number| blog.save(&name(number), numbered(number, 0)));
    let service = blog.start();
    for round in 1..=rounds {
        let started = Instant::now();
        thread::scope(|scope| {
            for writer in 0..4 {
                let blog = &blog;
                scope.spawn(move || (writer..posts).step_by(4).for_each(|number| change(blog, writer, number, round)));
            }
        });
        println!("{posts} posts changed in {:?}", started.elapsed());
    }
    ends_well(&blog, &service, FEEDS);
}

/// Each writer has its way: one saves in place, one replaces, one removes every tenth, one removes and writes anew.
fn change(blog: &Blog, writer: usize, number: usize, round: usize) {
    let (path, text) = (blog.path(&name(number)), numbered(number, round));
    match writer {
        1 => {
            let beside = path.with_extension("new");
            fs::write(&beside, text).unwrap();
            fs::rename(beside, path).unwrap();
        }
        2 if number % 10 == 2 => drop(fs::remove_file(path)),
        3 => {
            let _ = fs::remove_file(&path);
            fs::write(path, text).unwrap();
        }
        _ => fs::write(path, text).unwrap(),
    }
}

#[test]
fn one_post_saved_two_hundred_times_a_second() {
    let saves = if is_long() { 12_000 } else { 600 };
    let blog = Blog::new().post("other.md", post("Other", "2024-01-02", "Text."));
    let service = blog.start();
    let started = Instant::now();
    for save in 0..saves {
        blog.save("posts/a.md", post("A", "2024-01-03", &format!("Version {save}.")));
        let next = started + Duration::from_millis(5) * (save + 1);
        thread::sleep(next.saturating_duration_since(Instant::now()));
    }
    // It neither waits for the end of it all, nor works for each of them.
    let (publications, time) = (service.logged("published "), started.elapsed());
    println!("{saves} saves in {time:?}, {publications} publications");
    let seconds = usize::try_from(time.as_secs()).unwrap();
    assert!(publications > seconds / 10 && publications < (seconds + 1) * 10, "{publications} in {seconds} s");
    ends_well(&blog, &service, "");
}

#[test]
fn a_crowd_of_files_that_are_no_posts() {
    let files = if is_long() { 50_000 } else { 5_000 };
    let blog = Blog::new().post("a.md", post("A", "2024-01-02", "Text."));
    let crowd = |folder: &str| {
        fs::create_dir_all(blog.path(folder)).unwrap();
        (0..files).for_each(|number| fs::write(blog.path(&format!("{folder}/{number}.jpg")), "x").unwrap());
    };
    crowd("posts/before");
    let service = blog.start();
    crowd("posts/meanwhile");
    fs::remove_dir_all(blog.path("posts/before")).unwrap();
    blog.save("posts/meanwhile/b.md", post("B", "2024-01-03", "In the crowd."));
    service.wait_until("a post among them", || blog.shows("rss.xml", "In the crowd."));
    let before = work_of(&service).0;
    (0..files).for_each(|number| fs::write(blog.path(&format!("posts/meanwhile/{number}.jpg")), "y").unwrap());
    is_quiet(&service);
    println!("{files} files changed that are no posts: {} clock ticks", work_of(&service).0 - before);
    assert_eq!(service.logged("published "), 2, "{}", service.log());
    ends_well(&blog, &service, "");
}

#[test]
fn a_log_of_everything_among_the_posts_does_not_feed_itself() {
    for log in ["posts/log", "log.yaml", "posts/deep/log.jpg"] {
        let blog =
            Blog::new().post("a.md", post("A", "2024-01-02", "Text.")).post("deep/b.md", post("B", "2024-01-02", "B."));
        let mut command = blog.command();
        command.env("FEEDWRIGHT_LOG", "trace");
        let mut service = blog.spawn(command, log);
        service.wait_until_told("READY=1");
        blog.save("posts/c.md", post("C", "2024-01-03", "Saved meanwhile."));
        service.wait_until("the post", || blog.shows("rss.xml", "Saved meanwhile."));
        is_quiet(&service);
        service.signal("TERM");
        assert_eq!(service.ended(), Some(0), "{log}");
    }
}
