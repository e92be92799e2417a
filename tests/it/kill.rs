use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use crate::means::{Dice, Root, has, is_long};
use crate::support::{Blog, files_of};

const FEEDS: &str = "feeds:
  - {path: rss.xml, format: rss}
  - {path: atom.xml, format: atom}
  - {path: feed.json, format: json, limit: all}
  - {path: 'tags/:tag.xml', format: atom, per: tag}
  - {path: 'by/:tag/feed.json', format: json, per: tag}
";

const POSTS: usize = 12;
const WORDS: usize = 40;

/// A post of which each word of the body says which version it is, so that one that is torn or mixed is seen.
fn versioned(number: usize, version: usize) -> String {
    let (body, tag) = (format!("p{number}v{version} ").repeat(WORDS), (number + version) % 7);
    format!("---\ntitle: Post {number}\ndate: 2024-01-{:02}\ntags: [all, t{tag}]\n---\n{body}\n", number % 28 + 1)
}

#[test]
fn kill_at_random_moments_under_constant_change() {
    let kills = if is_long() { 500 } else { 60 };
    let blog = Blog::new().configured(FEEDS);
    (0..POSTS).for_each(|number| blog.save(&format!("posts/{number}.md"), versioned(number, 0)));
    let (over, quiet, changes) = (AtomicBool::new(false), Mutex::new(()), AtomicUsize::new(0));
    let mut dice = Dice(2);
    let reader = thread::scope(|scope| {
        let ends = Ends(&over);
        scope.spawn(|| {
            let mut dice = Dice(1);
            while !over.load(Ordering::Relaxed) {
                let change = quiet.lock().unwrap_or_else(PoisonError::into_inner);
                change_something(&blog, &mut dice, changes.fetch_add(1, Ordering::Relaxed) + 1);
                drop(change);
                thread::sleep(Duration::from_millis(dice.below(12)));
            }
        });
        let reading = scope.spawn(|| {
            let mut reader = Reader::default();
            while !over.load(Ordering::Relaxed) {
                reader.look(&blog.path("public"));
            }
            reader
        });
        for kill in 1..=kills {
            assert!(!reading.is_finished(), "the reader met something that should not be");
            let mut service = blog.spawn(blog.command(), "log");
            thread::sleep(Duration::from_millis(dice.below(400)));
            service.kill();
            if kill % 5 == 0 {
                let _pause = quiet.lock().unwrap_or_else(PoisonError::into_inner);
                completes_what_was_begun(&blog);
            }
        }
        drop(ends);
        reading.join().expect("each feed was whole, at every instant")
    });
    let (reads, versions, changes) = (reader.reads, reader.publications, changes.into_inner());
    println!("{kills} kills, {changes} changes, {reads} reads of feeds, in which {versions} new versions were seen");
    assert!(reads > 100 * kills && changes > 2 * kills && versions > 2 * kills, "too little was seen");
}

/// One change as people make them: saved in place, replaced, removed, or put back.
fn change_something(blog: &Blog, dice: &mut Dice, version: usize) {
    let number = dice.below(POSTS);
    let path = format!("posts/{number}.md");
    match dice.below(4) {
        0 => drop(fs::remove_file(blog.path(&path))),
        1 => blog.save(&path, versioned(number, version)),
        _ => {
            blog.save("new", versioned(number, version));
            fs::rename(blog.path("new"), blog.path(&path)).unwrap();
        }
    }
}

/// After the next start there is what a fresh build makes of the same posts, and nothing else.
fn completes_what_was_begun(blog: &Blog) {
    let mut service = blog.start();
    service.kill();
    let fresh = Blog::new().configured(FEEDS);
    for (name, bytes) in files_of(&blog.path("posts")) {
        fresh.save(&format!("posts/{name}"), bytes);
    }
    fresh.once().ended_with(0);
    let names = |blog: &Blog| blog.output().into_iter().map(|(name, _)| name).collect::<Vec<_>>();
    assert_eq!(names(blog), names(&fresh));
    assert!(blog.output() == fresh.output(), "the feeds are others than those of a fresh build");
    assert_eq!(folders_of(&blog.path("public")), folders_of(&fresh.path("public")));
    nothing_temporary(blog);
}

fn folders_of(path: &Path) -> Vec<String> {
    let walk = walkdir::WalkDir::new(path).sort_by_file_name().into_iter().flatten();
    let folders = walk.filter(|entry| entry.file_type().is_dir());
    folders.map(|entry| entry.path().strip_prefix(path).unwrap().display().to_string()).collect()
}

#[track_caller]
fn nothing_temporary(blog: &Blog) {
    for folder in ["public", "state"] {
        let files = files_of(&blog.path(folder));
        let left: Vec<_> = files.iter().filter(|(name, _)| is_temporary(name)).collect();
        assert!(left.is_empty(), "{folder}: {left:?}");
    }
}

fn is_temporary(path: &str) -> bool {
    path.rsplit('/').next().is_some_and(|name| name.starts_with('.'))
}

/// Somebody who reads all feeds over and over.
#[derive(Default)]
struct Reader {
    reads: usize,
    /// Of each feed, the version of each post that it had last.
    versions: BTreeMap<String, BTreeMap<usize, usize>>,
    publications: usize,
}

impl Reader {
    fn look(&mut self, output: &Path) {
        for (name, bytes) in files_of(output).into_iter().filter(|(name, _)| !is_temporary(name)) {
            let text = String::from_utf8(bytes).expect("UTF-8");
            is_whole(&name, &text);
            self.note(name, versions_in(&text));
            self.reads += 1;
        }
    }

    /// No feed goes back to a version that was replaced.
    fn note(&mut self, name: String, versions: BTreeMap<usize, usize>) {
        let known = self.versions.entry(name).or_default();
        for (post, version) in versions {
            let former = known.insert(post, version);
            assert!(
                former.is_none_or(|former| former <= version),
                "post {post} went back from {former:?} to {version}"
            );
            self.publications += usize::from(former != Some(version));
        }
    }
}

#[track_caller]
fn is_whole(name: &str, text: &str) {
    if Path::new(name).extension().is_some_and(|extension| extension == "json") {
        let feed: serde_json::Value =
            serde_json::from_str(text).unwrap_or_else(|error| panic!("{name}: {error}: {text}"));
        assert_eq!(feed["version"], "https://jsonfeed.org/version/1.1", "{name}");
    } else {
        let feed = roxmltree::Document::parse(text).unwrap_or_else(|error| panic!("{name}: {error}: {text}"));
        assert!(["rss", "feed"].contains(&feed.root_element().tag_name().name()), "{name}");
    }
}

/// Of each post in a feed the one version that it has there.
fn versions_in(text: &str) -> BTreeMap<usize, usize> {
    let mut words: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for word in text.split(|c: char| !c.is_ascii_alphanumeric()) {
        let pair = word.strip_prefix('p').and_then(|rest| rest.split_once('v'));
        if let Some((Ok(post), Ok(version))) = pair.map(|(post, version)| (post.parse(), version.parse())) {
            words.entry(post).or_default().push(version);
        }
    }
    for (post, versions) in &words {
        assert!(versions.iter().all(|version| version == &versions[0]), "post {post} is mixed: {versions:?}");
        assert_eq!(versions.len() % WORDS, 0, "post {post} is torn");
    }
    words.into_iter().map(|(post, versions)| (post, versions[0])).collect()
}

/// Says that it is over, also when something fails.
struct Ends<'a>(&'a AtomicBool);

impl Drop for Ends<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// The system calls by which a publication changes anything, and, for the long form, those by which it looks.
const CALLS: [&str; 9] =
    ["write", "fsync", "renameat", "unlinkat", "mkdirat", "mkdir", "openat", "newfstatat", "getdents64"];
const CHANGING: usize = 6;

#[test]
fn kill_at_each_system_call_of_a_publication() {
    if has(&["strace"], Root::NotNeeded) {
        let tried = at_each_call("signal=KILL", &|killed| assert_eq!(killed, None, "it was killed"));
        println!("killed at each of {tried} system calls");
    }
}

#[test]
fn an_error_of_each_system_call_of_a_publication() {
    if has(&["strace"], Root::NotNeeded) {
        for error in ["EIO", "ENOSPC"] {
            let tried = at_each_call(&format!("error={error}"), &|code| assert!(code.is_some(), "it crashed"));
            println!("{error} at each of {tried} system calls");
        }
    }
}

/// Many feeds are synced by one call for all of them: where it fails, or the process is killed in it, none is in its place.
#[test]
fn many_feeds_that_cannot_be_synced_stay_as_they_were() {
    if !has(&["strace"], Root::NotNeeded) {
        return;
    }
    let feeds = "feeds: [feed.json, {path: 'tags/:tag.xml', format: atom, per: tag}]\n";
    let blog = Blog::new().configured(feeds);
    let save = |word: &str| {
        for number in 0..20 {
            let front = format!("title: T\ndate: 2024-01-{:02}\ntags: [t{number}]", number + 1);
            blog.save(&format!("posts/{number}.md"), format!("---\n{front}\n---\n{word}\n"));
        }
    };
    save("old");
    blog.once().ended_with(0);
    let old = blog.output();
    save("new");
    for (fault, ending) in [("error=EIO", Some(2)), ("signal=KILL", None)] {
        assert_eq!(broken_run(&blog, "syncfs", 1, fault), Some(ending), "{fault}");
        let (kept, beside): (Vec<_>, Vec<_>) =
            blog.output().into_iter().partition(|(name, _)| !name.contains(".feedwright-"));
        assert!(kept == old, "{fault}");
        assert_eq!(
            beside.is_empty(),
            ending.is_some(),
            "a process that is killed leaves files beside, and no other: {fault}"
        );
    }
    blog.once().ended_with(0);
    assert_eq!(blog.output().len(), old.len());
    assert!((0..20).all(|number| blog.shows(&format!("tags/t{number}.xml"), "new")));
}

/// Breaks one publication at its first, second, ... system call of each kind, looks at what is left each time, and lets
/// the next run complete it. How many times that was.
fn at_each_call(fault: &str, check: &dyn Fn(Option<i32>)) -> usize {
    let blog = Blog::new().configured(FEEDS);
    let folders = ["public", "state"];
    (0..3).for_each(|number| blog.save(&format!("posts/{number}.md"), versioned(number, 0)));
    blog.once().ended_with(0);
    let old: BTreeMap<String, Vec<u8>> = blog.output().into_iter().collect();
    folders.iter().for_each(|folder| copy(&blog.path(folder), &blog.path(&format!("old-{folder}"))));
    (1..4).for_each(|number| blog.save(&format!("posts/{number}.md"), versioned(number, 3)));
    fs::remove_file(blog.path("posts/0.md")).unwrap();
    blog.once().ended_with(0);
    let new: BTreeMap<String, Vec<u8>> = blog.output().into_iter().collect();
    let (gone, come) = (old.keys().any(|name| !new.contains_key(name)), new.keys().any(|name| !old.contains_key(name)));
    assert!(gone && come, "feeds that come and feeds that go");
    let mut tried = 0;
    for call in &CALLS[..if is_long() { CALLS.len() } else { CHANGING }] {
        for number in 1.. {
            folders.iter().for_each(|folder| copy(&blog.path(&format!("old-{folder}")), &blog.path(folder)));
            let Some(code) = broken_run(&blog, call, number, fault) else { break };
            let at = format!("{fault} at {call} {number}");
            check(code);
            for (name, bytes) in blog.output().iter().filter(|(name, _)| !is_temporary(name)) {
                assert!([old.get(name), new.get(name)].contains(&Some(bytes)), "{at}: {name} is neither old nor new");
            }
            let kept = old.keys().filter(|name| new.contains_key(*name));
            kept.for_each(|name| assert!(blog.path("public").join(name).exists(), "{at}: {name} is gone"));
            blog.once().ended_with(0);
            assert!(blog.output().into_iter().eq(new.clone()), "{at}: it was not completed");
            nothing_temporary(&blog);
            tried += 1;
        }
    }
    tried
}

/// One run that is broken at a system call; how it ended, or `None` when it does not come that far.
#[expect(clippy::option_option, reason = "whether it ended at all, and how")]
fn broken_run(blog: &Blog, call: &str, number: usize, fault: &str) -> Option<Option<i32>> {
    let (trace, inject) = (blog.path("trace"), format!("inject={call}:{fault}:when={number}"));
    let selected = format!("trace={call}");
    let mut strace = vec!["strace", "-f", "-qq", "-o", trace.to_str().unwrap(), "-e", &selected, "-e", &inject];
    // What cannot be looked at among the posts is another matter.
    let places: Vec<String> = ["public", "state"].into_iter().flat_map(|folder| paths_of(&blog.path(folder))).collect();
    if CALLS[CHANGING..].contains(&call) {
        strace.extend(places.iter().flat_map(|place| ["-P", place]));
    }
    let run = blog.command_under(&strace).arg("--once").output().expect("strace runs");
    let trace = fs::read_to_string(&trace).unwrap();
    let hit = trace.contains("INJECTED") || trace.contains("killed by SIGKILL");
    hit.then(|| run.status.code())
}

fn paths_of(folder: &Path) -> Vec<String> {
    walkdir::WalkDir::new(folder).into_iter().flatten().map(|entry| entry.path().display().to_string()).collect()
}

fn copy(from: &Path, to: &Path) {
    let _ = fs::remove_dir_all(to);
    assert!(Command::new("cp").arg("-a").args([from, to]).status().unwrap().success());
}
