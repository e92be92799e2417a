//! What one run knows of the run before: that it is used, that no edit is missed for it, and that it changes no byte.

use std::fs::{self, File, FileTimes, OpenOptions};
use std::io::Write;
use std::os::unix::fs::MetadataExt;
use std::path::PathBuf;
use std::thread;
use std::time::{Duration, SystemTime};

use crate::support::{Blog, Run, post};

/// Posts younger than this are not known by what the file system says of them.
const YOUNG: Duration = Duration::from_secs(3);

fn posts() -> Blog {
    Blog::new()
        .configured("feeds: [rss.xml, atom.xml, feed.json, {path: 'tags/:tag.xml', format: atom, per: tag}]\n")
        .post("a.md", "---\ntitle: A\ndate: 2024-01-02\ntags: [x]\n---\nText of A.\n")
        .post("b.md", "---\ntitle: B\ndate: 2024-01-03\ntags: [x, y]\n---\nText of B.\n")
        .post("c.md", "---\ntitle: C\ndate: 2024-01-04\n---\nText of C.\n")
}

impl Blog {
    /// Waits until all of its posts are old enough to be known again.
    fn aged(self) -> Self {
        let newest = || {
            let files = walkdir::WalkDir::new(self.path("posts")).into_iter().flatten();
            files.filter_map(|file| file.metadata().ok()?.ctime().try_into().ok()).max().unwrap_or(0_u64)
        };
        let is_old = || SystemTime::UNIX_EPOCH + Duration::from_secs(newest()) + YOUNG <= SystemTime::now();
        while !is_old() {
            thread::sleep(Duration::from_millis(50));
        }
        self
    }

    /// Builds, and says how many posts were known and how many read.
    fn build(&self, arguments: &[&str]) -> (Run, Option<(usize, usize)>) {
        let output = self.command().args(arguments).env("FEEDWRIGHT_LOG", "debug").output().expect("the binary runs");
        let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
        let run = Run { code: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) };
        let line = run.stderr.lines().find(|line| line.contains("are known from an earlier run"));
        let numbers = line.map(|line| {
            let numbers: Vec<usize> = line.split(' ').filter_map(|word| word.parse().ok()).collect();
            (numbers[0], numbers[1])
        });
        (run, numbers)
    }

    fn cache(&self) -> PathBuf {
        let outputs = fs::read_dir(self.path("state")).expect("a state").flatten();
        outputs.map(|output| output.path().join("cache.bin")).next().expect("a state of this output")
    }

    #[track_caller]
    fn is_as_without_cache(&self) {
        assert!(self.output() == self.as_once(), "other feeds than without what was known");
    }
}

#[test]
fn what_did_not_change_is_not_read_again() {
    let blog = posts().aged();
    assert_eq!(blog.build(&["--once"]).1, None);
    let before = blog.output();
    assert_eq!(blog.build(&["--once"]).1, Some((3, 0)));
    assert_eq!(blog.output(), before);
    assert_eq!(blog.build(&["--once", "--no-cache"]).1, None);
    assert_eq!(blog.output(), before);
    blog.save("posts/b.md", "---\ntitle: New\ndate: 2024-01-03\ntags: [y]\n---\nNew text of B.\n");
    let (run, known) = blog.build(&["--once"]);
    assert_eq!(known, Some((2, 1)), "{run:?}");
    assert!(run.stdout.contains("5 written"), "{run:?}");
    blog.is_as_without_cache();
    fs::remove_file(blog.path("posts/a.md")).unwrap();
    let (run, _) = blog.build(&["--once"]);
    assert!(run.stdout.contains("3 written, 1 unchanged, 1 removed"), "the feed of y is as it was: {run:?}");
    blog.is_as_without_cache();
}

#[test]
fn no_edit_is_missed() {
    let blog = posts().aged();
    blog.once().ended_with(0);
    let path = blog.path("posts/a.md");
    let times = |metadata: fs::Metadata| FileTimes::new().set_modified(metadata.modified().unwrap());
    let before = times(fs::metadata(&path).unwrap());
    let mut file = OpenOptions::new().write(true).open(&path).unwrap();
    file.write_all(b"---\ntitle: Z").unwrap();
    file.set_times(before).unwrap();
    drop(file);
    assert_eq!(blog.build(&["--once"]).1, Some((2, 1)), "in place, of the same length and time");
    assert_eq!(blog.titles(), ["C", "B", "Z"]);
    let before = times(fs::metadata(blog.path("posts/b.md")).unwrap());
    blog.save("posts/.beside", "---\ntitle: Y\ndate: 2024-01-03\ntags: [x, y]\n---\nText of B.\n");
    File::options().write(true).open(blog.path("posts/.beside")).unwrap().set_times(before).unwrap();
    fs::rename(blog.path("posts/.beside"), blog.path("posts/b.md")).unwrap();
    blog.once().ended_with(0);
    assert_eq!(blog.titles(), ["C", "Y", "Z"], "another file of the same length and time");
    for round in 0..20 {
        blog.save("posts/c.md", format!("---\ntitle: C\ndate: 2024-01-04\n---\nText of {round:02}.\n"));
        blog.once().ended_with(0);
        assert!(blog.shows("rss.xml", &format!("Text of {round:02}.")), "saved within a moment of the build: {round}");
    }
    blog.is_as_without_cache();
}

#[test]
fn what_is_broken_lost_or_of_another_configuration_is_not_used() {
    let blog = posts().aged();
    blog.once().ended_with(0);
    let (before, whole) = (blog.output(), fs::read(blog.cache()).unwrap());
    for length in [0, 7, 20, whole.len() / 2, whole.len() - 1] {
        fs::write(blog.cache(), &whole[..length]).unwrap();
        assert_eq!(blog.build(&["--once"]).1, None, "{length}");
        assert_eq!(blog.output(), before);
    }
    let mut other = whole.clone();
    other[whole.len() / 2] ^= 0x10;
    fs::write(blog.cache(), other).unwrap();
    assert_eq!(blog.build(&["--once"]).1, None);
    fs::remove_file(blog.cache()).unwrap();
    assert_eq!(blog.build(&["--once"]).1, None);
    assert_eq!(blog.output(), before);
    assert_eq!(blog.build(&["--once"]).1, Some((3, 0)));
    let blog = blog.configured("posts: {permalink: '/blog/:title/'}\n");
    assert_eq!(blog.build(&["--once"]).1, None);
    assert!(blog.shows("rss.xml", "https://example.org/blog/a/"));
    fs::remove_file(blog.cache()).unwrap();
    assert_eq!(blog.build(&["--once", "--no-cache"]).1, None);
    assert!(!blog.cache().exists());
}

#[test]
fn feeds_that_somebody_touched_are_made_again() {
    let blog = posts().aged();
    blog.once().ended_with(0);
    let before = blog.output();
    fs::write(blog.path("public/rss.xml"), "<rss/>").unwrap();
    fs::remove_file(blog.path("public/tags/y.xml")).unwrap();
    blog.once().ended_with(0).told("2 written, 3 unchanged");
    assert_eq!(blog.output(), before);
    fs::remove_dir_all(blog.path("public")).unwrap();
    assert_eq!(blog.build(&["--once"]).1, Some((3, 0)));
    assert_eq!(blog.output(), before);
}

#[test]
fn what_is_wrong_is_told_each_time() {
    let blog = posts()
        .post("d.md", "---\ndate: 2024-01-05\n---\nWithout a title.\n")
        .post("e.md", "---\ntitle: E\ndate: 2024-13-05\n---\nBroken.\n")
        .post("f.md", "---\ntitle: F\ndate: 2024-01-06\n---\n{{< unknown >}}\n![no text](http://localhost/a.png)\n")
        .post("g.md", "---\ntitle: G\ndate: 2024-01-07\nslug: a\n---\nTwice.\n")
        .aged();
    let told = |run: Run| {
        let lines = run.stdout.lines().filter(|line| line.starts_with("posts/")).map(str::to_owned);
        (run.code, lines.collect::<Vec<_>>())
    };
    blog.once().ended_with(1);
    let first = told(blog.build(&["--once", "-v", "--no-cache"]).0);
    assert!(first.1.len() >= 3 && first.0 == Some(1), "{first:?}");
    let (run, known) = blog.build(&["--once", "-v"]);
    assert_eq!(known, Some((4, 3)), "those are read that are broken, or want the URL of another: {run:?}");
    assert_eq!(told(run), first);
}

#[test]
fn a_body_that_asks_for_others_is_made_again_with_them() {
    let blog = Blog::new()
        .configured("posts: _posts\nfeeds: [feed.json, {path: 'tags/:tag.json', per: tag}]\n")
        .file("_config.yml", "title: T\nurl: https://example.org\n")
        .file("_includes/note.html", "First note.")
        .file(
            "_posts/2024-01-02-a.md",
            "---\ntitle: A\ntags: x\n---\n[b]({% post_url 2024-01-03-b %}) {% include note.html %}\n",
        )
        .file("_posts/2024-01-03-b.md", "---\ntitle: B\n---\nText.\n");
    fs::rename(blog.path("_posts"), blog.path("posts")).unwrap();
    let blog = blog.aged();
    fs::rename(blog.path("posts"), blog.path("_posts")).unwrap();
    blog.once().ended_with(0);
    assert_eq!(blog.build(&["--once"]).1, Some((2, 0)));
    assert!(blog.shows("tags/x.json", "/2024/01/03/b.html"), "{}", blog.published("tags/x.json"));
    blog.save("_posts/2024-01-03-b.md", "---\ntitle: B\npermalink: /elsewhere/\nid: b\n---\nText.\n");
    blog.once().ended_with(0);
    assert!(blog.shows("tags/x.json", "/elsewhere/"), "{}", blog.published("tags/x.json"));
    blog.save("_includes/note.html", "Second note.");
    blog.once().ended_with(0);
    assert!(blog.shows("tags/x.json", "Second note."));
}

#[test]
fn what_subscribers_know_is_asked_for_again() {
    let blog = posts().aged();
    blog.once().ended_with(0);
    let ledger = blog.cache().with_file_name("ledger.jsonl");
    let kept = fs::read_to_string(&ledger).unwrap();
    let blog = blog.configured("posts: {permalink: '/blog/:title/'}\n");
    blog.once().ended_with(0);
    assert!(blog.shows("feed.json", "\"id\": \"https://example.org/a/\""), "{}", blog.published("feed.json"));
    fs::write(&ledger, kept.replace("https://example.org/a/", "urn:example:a")).unwrap();
    assert_eq!(blog.build(&["--once"]).1, Some((2, 1)), "the id of one is another now");
    assert!(blog.shows("feed.json", "urn:example:a"));
    fs::remove_file(&ledger).unwrap();
    let (run, known) = blog.build(&["--once"]);
    assert_eq!(known, Some((0, 3)), "{run:?}");
    assert!(blog.shows("feed.json", "urn:example:a"), "it is read back from the feeds");
    assert!(fs::read_to_string(&ledger).unwrap().contains("urn:example:a"));
}

#[test]
fn a_service_knows_what_the_one_before_read_and_what_came_due() {
    let blog = posts().post("later.md", post("Later", "2199-01-05", "Much later.")).aged();
    let service = blog.start();
    service.wait_until("it is kept what was read", || blog.cache().exists());
    service.signal("KILL");
    drop(service);
    let before = blog.output();
    let (run, known) = blog.build(&["--once"]);
    assert_eq!((known, blog.output()), (Some((4, 0)), before), "{run:?}");
    let service = blog.start_with(&["-v"], None);
    blog.save("posts/a.md", "---\ntitle: Changed\ndate: 2024-01-02\ntags: [x]\n---\nText of A.\n");
    service.wait_until("the change", || blog.shows("rss.xml", "Changed") && blog.shows("tags/x.xml", "Changed"));
    let ahead = blog.path("posts/b.md");
    fs::write(&ahead, "---\ntitle: B\ndate: 2024-13-03\ntags: [x, y]\n---\nBroken.\n").unwrap();
    service.wait_until_logged("posts/b.md:3:7: ");
    assert!(blog.shows("tags/y.xml", "Text of B."), "it stays as it last was, though this service never read it");
}
