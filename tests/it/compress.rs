//! Compressed siblings of feeds.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use feedwright::config::Coding;
use feedwright::representation::coding::decode;

use crate::support::{Blog, post};

const ALL: &str = "compress: [gzip, br, zstd]\n";
const FEEDS: [&str; 3] = ["atom.xml", "feed.json", "rss.xml"];

fn blog(more: &str) -> Blog {
    Blog::new().configured(more).post("a.md", post("A", "2024-01-02", &"The same words. ".repeat(40)))
}

fn names(blog: &Blog) -> Vec<String> {
    blog.output().into_iter().map(|(name, _)| name).collect()
}

fn unpacked(path: &Path) -> Vec<u8> {
    let coding = match path.extension().and_then(|extension| extension.to_str()) {
        Some("gz") => Coding::Gzip,
        Some("br") => Coding::Br,
        Some("zst") => Coding::Zstd,
        other => panic!("{other:?}"),
    };
    decode(coding, &fs::read(path).unwrap()).unwrap()
}

/// Each feed has these siblings, which are what it is.
fn are_right(blog: &Blog, suffixes: &[&str]) -> bool {
    let of_feed = |feed: &str| {
        let plain = blog.published(feed).into_bytes();
        let sibling = |suffix: &&str| blog.path("public").join(format!("{feed}.{suffix}"));
        suffixes.iter().all(|suffix| sibling(suffix).exists() && unpacked(&sibling(suffix)) == plain)
    };
    FEEDS.iter().all(|feed| of_feed(feed))
}

#[test]
fn each_feed_has_its_siblings_as_web_servers_look_for_them() {
    let blog = blog(ALL);
    blog.once().ended_with(0).told("3 feeds");
    assert_eq!(names(&blog).len(), 12, "{:?}", names(&blog));
    assert!(are_right(&blog, &["gz", "br", "zst"]));
    let modes = |name: &str| fs::metadata(blog.path("public").join(name)).unwrap().mode();
    assert_eq!(modes("rss.xml.gz"), modes("rss.xml"));
}

#[test]
fn a_second_build_writes_nothing_and_the_bytes_are_the_same_anywhere() {
    let blog = blog(ALL);
    blog.once().ended_with(0);
    let stamps = || {
        let stat = |name: String| {
            let stat = fs::metadata(blog.path("public").join(&name)).unwrap();
            (name, stat.ino(), stat.mtime(), stat.mtime_nsec())
        };
        names(&blog).into_iter().map(stat).collect::<Vec<_>>()
    };
    let before = stamps();
    blog.once().ended_with(0);
    assert_eq!(stamps(), before);
    assert_eq!(blog.as_once(), blog.output());
}

#[test]
fn siblings_go_with_what_they_are_for() {
    let blog = blog(ALL);
    blog.once().ended_with(0);
    let blog = blog.configured("compress: br\n");
    blog.once().ended_with(0);
    assert_eq!(names(&blog), ["atom.xml", "atom.xml.br", "feed.json", "feed.json.br", "rss.xml", "rss.xml.br"]);
    let blog = blog.configured("compress: br\nfeeds: [rss.xml]\n");
    blog.once().ended_with(0);
    assert_eq!(names(&blog), ["rss.xml", "rss.xml.br"]);
    let blog = blog.configured("feeds: [rss.xml]\n");
    blog.once().ended_with(0);
    assert_eq!(names(&blog), ["rss.xml"]);
}

#[test]
fn one_that_is_missing_or_of_another_version_is_made_again() {
    let blog = blog(ALL);
    blog.once().ended_with(0);
    fs::remove_file(blog.path("public/rss.xml.gz")).unwrap();
    fs::write(blog.path("public/atom.xml.br"), "of another version").unwrap();
    blog.once().ended_with(0);
    assert!(are_right(&blog, &["gz", "br", "zst"]));
    let service = blog.start();
    fs::remove_file(blog.path("public/rss.xml.zst")).unwrap();
    blog.save("posts/b.md", post("B", "2024-01-03", "Second."));
    service.wait_until("all are of the new version", || {
        blog.shows("feed.json", "Second.") && blog.shows("rss.xml", "Second.") && are_right(&blog, &["gz", "br", "zst"])
    });
    assert_eq!(service.logged("ERROR"), 0, "{}", service.log());
}

#[test]
fn a_file_of_somebody_else_in_the_place_of_one_stands_and_is_told() {
    let blog = blog("compress: gzip\n").file("public/rss.xml.gz", "somebody's");
    blog.once().ended_with(1).told("public/rss.xml.gz: is there already and is no feed");
    assert_eq!(fs::read(blog.path("public/rss.xml.gz")).unwrap(), b"somebody's");
    assert!(blog.shows("rss.xml", "The same words."));
    fs::remove_file(blog.path("public/rss.xml.gz")).unwrap();
    blog.once().ended_with(0);
    assert!(are_right(&blog, &["gz"]));
}

#[test]
fn feeds_of_tags_lose_their_siblings_when_the_tag_goes() {
    let tagged = "---\ntitle: T\ndate: 2024-01-03\ntags: [x]\n---\nTagged.\n";
    let feeds = "compress: gzip\nfeeds: [rss.xml, {path: \"tags/:tag.xml\", per: tag, format: atom}]\n";
    let blog = blog(feeds).post("t.md", tagged);
    let service = blog.start();
    assert!(blog.path("public/tags/x.xml.gz").exists());
    fs::remove_file(blog.path("posts/t.md")).unwrap();
    service.wait_until("the feed goes", || !blog.path("public/tags").exists());
    assert_eq!(names(&blog), ["rss.xml", "rss.xml.gz"]);
}

#[test]
fn whatever_a_stop_leaves_the_next_start_makes_right() {
    let blog = blog(ALL);
    blog.once().ended_with(0);
    for number in 0..6 {
        let mut service = blog.start();
        let text = format!("Version {number}.");
        blog.save("posts/b.md", post("B", "2024-01-03", &text));
        service.wait_until("a feed is new", || FEEDS.iter().any(|feed| blog.shows(feed, &text)));
        service.kill();
        blog.once().ended_with(0);
        assert!(are_right(&blog, &["gz", "br", "zst"]), "after stop {number}");
        assert_eq!(names(&blog).len(), 12, "{:?}", names(&blog));
    }
}
