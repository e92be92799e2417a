use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};

use crate::support::{Blog, post};

#[test]
fn publishes_three_feeds_and_says_so() {
    let blog = Blog::new().post("2024-01-02-first.md", "---\ntitle: First\n---\nHello *world*.\n");
    blog.once().ended_with(0).told("published 3 feeds from 1 post to public").told("3 written, 0 unchanged, 0 removed");
    for feed in ["rss.xml", "atom.xml", "feed.json"] {
        assert!(blog.shows(feed, "https://example.org/first/"), "{feed}: {}", blog.published(feed));
        assert!(blog.shows(feed, "<em>world</em>") || blog.shows(feed, "&lt;em&gt;world"), "{feed}");
    }
}

#[test]
fn a_second_run_changes_no_byte_and_no_time() {
    let blog = Blog::new().post("a.md", post("A", "2024-01-02", "Text."));
    blog.once().ended_with(0);
    let stamp = || {
        let metadata = fs::metadata(blog.path("public/rss.xml")).unwrap();
        (metadata.ino(), metadata.mtime(), metadata.mtime_nsec())
    };
    let (before, bytes) = (stamp(), blog.output());
    blog.once().ended_with(0).told("0 written, 3 unchanged, 0 removed");
    assert_eq!((stamp(), blog.output()), (before, bytes));
}

#[test]
fn only_the_feeds_that_differ_are_written() {
    let blog = Blog::new()
        .configured(
            "feeds:\n  - rss.xml\n".replace("- rss.xml", "- {path: 'tags/:tag.xml', format: rss, per: tag}").as_str(),
        )
        .post("a.md", "---\ntitle: A\ndate: 2024-01-02\ntags: [red]\n---\nText.\n")
        .post("b.md", "---\ntitle: B\ndate: 2024-01-03\ntags: [blue]\n---\nText.\n");
    blog.once().ended_with(0).told("published 2 feeds");
    blog.save("posts/a.md", "---\ntitle: A\ndate: 2024-01-02\ntags: [red]\n---\nOther text.\n");
    blog.once().ended_with(0).told("1 written, 1 unchanged, 0 removed");
    assert!(blog.shows("tags/red.xml", "Other text.") && !blog.shows("tags/blue.xml", "Other text."));
    fs::remove_file(blog.path("posts/b.md")).unwrap();
    blog.once().ended_with(0).told("0 written, 1 unchanged, 1 removed");
    assert!(!blog.path("public/tags/blue.xml").exists());
}

#[test]
fn a_broken_post_is_told_and_left_out_and_the_rest_is_published() {
    let blog = Blog::new()
        .post("good.md", post("Good", "2024-01-02", "Text."))
        .post("bad.md", "---\ntitle: Bad\ndate: 2024-13-02\n---\nText.\n");
    let run = blog.once().ended_with(1).told("posts/bad.md:3:7: ").told("`2024-13-02`").told("1 left out");
    assert!(!run.stdout.contains("good.md"), "{run:?}");
    assert_eq!(blog.titles(), ["Good"]);
}

#[test]
fn warnings_are_counted_here_and_shown_when_asked_for() {
    let blog = Blog::new().post("2024-01-02-a.md", "No title.\n");
    let run = blog.once().ended_with(0).told("1 warning, which `feedwright check` shows");
    assert!(!run.stdout.contains("has no title"), "{run:?}");
    blog.run(["--once", "-v"]).ended_with(0).told("posts/2024-01-02-a.md: warning: has no title");
}

#[test]
fn strict_publishes_nothing_when_there_is_a_problem() {
    let blog = Blog::new().post("bad.md", "---\ntitle: Bad\ndate: soon\n---\nText.\n");
    blog.run(["--once", "--strict"]).ended_with(1).told("nothing published").told("posts/bad.md:3:7");
    assert!(blog.output().is_empty());
}

#[test]
fn files_of_others_are_never_touched_and_our_own_go_when_they_are_no_longer_made() {
    let blog = Blog::new().file("public/index.html", "theirs").post("a.md", post("A", "2024-01-02", "Text."));
    blog.once().ended_with(0);
    let blog = blog.configured("feeds: [{path: atom.xml}]\n");
    blog.once().ended_with(0).told("2 removed");
    let names: Vec<String> = blog.output().into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["atom.xml", "index.html"]);
}

#[test]
fn feeds_are_readable_by_a_web_server() {
    let blog = Blog::new().post("a.md", post("A", "2024-01-02", "Text."));
    blog.once().ended_with(0);
    let mode = fs::metadata(blog.path("public/rss.xml")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o644);
}

#[test]
fn drafts_and_posts_of_the_future_are_held_back() {
    let blog = Blog::new()
        .post("out.md", post("Out", "2024-01-02", "Text."))
        .post("draft.md", "---\ntitle: Draft\ndate: 2024-01-03\ndraft: true\n---\nText.\n")
        .post("soon.md", post("Soon", "2199-01-01", "Text."));
    blog.once().ended_with(0).told("2 held back");
    assert_eq!(blog.titles(), ["Out"]);
}

#[test]
fn two_posts_with_one_url_are_told_with_both_names() {
    let blog = Blog::new()
        .post("a.md", "---\ntitle: A\ndate: 2024-01-02\nslug: same\n---\nText.\n")
        .post("b.md", "---\ntitle: B\ndate: 2024-01-03\nslug: same\n---\nText.\n");
    let run = blog.once().ended_with(1).told("posts/b.md: has the URL `https://example.org/same/`");
    assert!(run.stdout.contains("`posts/a.md` has already"), "{run:?}");
    assert_eq!(blog.titles(), ["A"]);
}

#[test]
fn one_id_in_all_formats_and_all_feeds() {
    let blog = Blog::new()
        .configured(
            "feeds:\n  - path: rss.xml\n  - path: atom.xml\n  - path: feed.json\n  - {path: 't/:tag.json', per: tag}\n",
        )
        .post("a.md", "---\ntitle: A\ndate: 2024-01-02\nid: urn:example:a\ntags: [x]\n---\nText.\n");
    blog.once().ended_with(0);
    assert!(blog.shows("rss.xml", r#"<guid isPermaLink="false">urn:example:a</guid>"#));
    assert!(blog.shows("atom.xml", "<id>urn:example:a</id>"));
    assert!(blog.shows("feed.json", r#""id": "urn:example:a""#));
    assert!(blog.shows("t/x.json", r#""id": "urn:example:a""#));
}

#[test]
fn names_of_tags_become_safe_paths() {
    let blog = Blog::new().configured("feeds: [{path: 'tags/:tag.xml', format: atom, per: tag}]\n").post(
        "a.md",
        "---\ntitle: A\ndate: 2024-01-02\ntags: ['../../etc/passwd', 'C++', 'C#', 'Füße', '/']\n---\nText.\n",
    );
    blog.once().ended_with(0);
    let names: Vec<String> = blog.output().into_iter().map(|(name, _)| name).collect();
    let expected = ["tags/c-plus-plus.xml", "tags/c-sharp.xml", "tags/dot-dot-dot-dot-etc-passwd.xml", "tags/füße.xml"];
    for name in expected {
        assert!(names.iter().any(|other| other == name), "{name} in {names:?}");
    }
    assert_eq!(names.len(), 5);
}

#[test]
fn feeds_are_cut_and_filtered_as_configured() {
    let blog = (1..=30).fold(
        Blog::new().configured("feeds: [{path: feed.json, limit: 2, exclude: {tags: [dull]}, content: summary}]\n"),
        |blog, day| {
            let tag = if day > 28 { "dull" } else { "fine" };
            let text = format!(
                "---\ntitle: T{day}\ndate: 2024-01-{day:02}\ntags: [{tag}]\n---\nFirst words.\n\nSecond paragraph.\n"
            );
            blog.post(&format!("{day}.md"), text)
        },
    );
    blog.once().ended_with(0);
    assert_eq!(blog.titles(), ["T28", "T27"]);
    assert!(blog.shows("feed.json", "First words.") && !blog.shows("feed.json", "Second paragraph."));
}

#[test]
fn an_enclosure_has_the_true_length_of_its_file() {
    let blog = Blog::new()
        .file("posts/show/one.mp3", vec![7; 4321])
        .post("show/index.md", "---\ntitle: Show\ndate: 2024-01-02\naudio: one.mp3\n---\nListen.\n");
    blog.once().ended_with(0);
    let expected = r#"<enclosure url="https://example.org/show/one.mp3" length="4321" type="audio/mpeg""#;
    assert!(blog.shows("rss.xml", expected), "{}", blog.published("rss.xml"));
}

#[test]
fn the_output_may_be_the_posts_folder_or_inside_it() {
    for output in ["posts", "posts/public"] {
        let blog =
            Blog::new().configured(&format!("output: {output}\n")).post("a.md", post("A", "2024-01-02", "Text."));
        blog.once().ended_with(0).told("3 written");
        blog.once().ended_with(0).told("0 written, 3 unchanged").told("from 1 post");
    }
}

#[test]
fn one_output_is_written_by_one_process() {
    let blog = Blog::new().post("a.md", post("A", "2024-01-02", "Text."));
    let _service = blog.start();
    blog.once().ended_with(2).complained("another feedwright publishes to");
}

#[test]
fn json_reports_are_json() {
    let blog = Blog::new().post("bad.md", "---\ntitle: Bad\ndate: soon\n---\nText.\n");
    let run = blog.run(["--once", "--format", "json"]).ended_with(1);
    let report: serde_json::Value = serde_json::from_str(&run.stdout).expect("JSON");
    assert_eq!(report["left_out"], 1);
    assert_eq!(report["feeds"], 3);
    assert_eq!(report["written"], 3);
    assert_eq!(report["problems"][0]["path"], "posts/bad.md");
    assert_eq!(report["problems"][0]["line"], 3);
}

#[test]
fn a_link_out_of_the_posts_folder_is_not_followed() {
    let blog =
        Blog::new().post("a.md", post("A", "2024-01-02", "Text.")).file("secret.md", post("Secret", "2024-01-03", "x"));
    std::os::unix::fs::symlink(blog.path("secret.md"), blog.path("posts/b.md")).unwrap();
    std::os::unix::fs::symlink(blog.path("posts/a.md"), blog.path("posts/self")).unwrap();
    blog.once().ended_with(0);
    assert_eq!(blog.titles(), ["A"]);
}

#[test]
fn what_stands_in_the_way_of_one_feed_keeps_no_other_back() {
    let blog = Blog::new()
        .configured("feeds: [{path: rss.xml}, {path: 't/:tag.xml', format: rss, per: tag}]\n")
        .file("public/t/news.xml", "<html>how to write <rss> feeds</html>")
        .post("a.md", "---\ntitle: A\ndate: 2024-01-02\ntags: [news, other]\n---\nText.\n");
    blog.once().ended_with(1).told("public/t/news.xml: is there already and is no feed; move it away");
    assert!(blog.shows("rss.xml", "Text.") && blog.shows("t/other.xml", "Text."));
    assert!(blog.published("t/news.xml").starts_with("<html>"));
}

#[test]
fn a_pipe_in_the_place_of_a_feed_is_not_opened() {
    let blog = Blog::new().post("a.md", post("A", "2024-01-02", "Text."));
    fs::create_dir(blog.path("public")).unwrap();
    let made = std::process::Command::new("mkfifo").arg(blog.path("public/rss.xml")).status().unwrap();
    assert!(made.success());
    blog.once().ended_with(1).told("rss.xml: is there already and is no feed");
}

#[test]
fn excluded_folders_are_not_looked_into() {
    let blog = Blog::new()
        .configured("posts: {path: ., exclude: [node_modules, 'drafts/**', public]}\n")
        .file("a.md", post("A", "2024-01-02", "Text."))
        .file("node_modules/x/b.md", post("B", "2024-01-02", "Not ours."))
        .file("drafts/deep/c.md", post("C", "2024-01-02", "Not yet."));
    blog.once().ended_with(0);
    assert_eq!(blog.titles(), ["A"]);
}

#[test]
fn every_file_is_found_in_full_folders_and_in_many_and_in_deep_ones() {
    let blog = Blog::new();
    (0..1_100).for_each(|number| blog.save(&format!("posts/{number}.md"), post("Flat", "2024-01-02", "Text.")));
    (0..40).for_each(|number| blog.save(&format!("posts/in{number}/index.md"), post("Own", "2024-01-02", "Text.")));
    blog.save(&format!("posts/{}a.md", "d/".repeat(900)), post("Deep", "2024-01-03", "Text."));
    for _ in ["nothing is known", "nothing has changed"] {
        blog.once().ended_with(0).told("from 1141 posts");
    }
    let cold = blog.output();
    assert_eq!(blog.titles()[0], "Deep");
    blog.save("posts/in1/index.md", post("Changed", "2024-01-04", "Text."));
    fs::remove_file(blog.path("posts/in2/index.md")).unwrap();
    blog.once().ended_with(0).told("from 1140 posts");
    assert_eq!(blog.titles()[..2], ["Changed", "Deep"]);
    assert_ne!(blog.output(), cold);
}

#[test]
fn a_name_that_is_not_utf_8_is_told() {
    use std::os::unix::ffi::OsStrExt;
    let blog = Blog::new().post("a.md", post("A", "2024-01-02", "Text."));
    let name = std::ffi::OsStr::from_bytes(b"2024-01-03-caf\xe9.md");
    fs::write(blog.path("posts").join(name), "Text.\n").unwrap();
    blog.once().ended_with(1).told("has a name that is not UTF-8");
}

#[test]
fn two_outputs_may_share_a_state_folder() {
    let blog = Blog::new().post("a.md", "---\ntitle: A\ndate: 2024-01-02\ntags: [x]\n---\nText.\n");
    let blog = blog.configured("feeds: [{path: rss.xml}, {path: 't/:tag.xml', format: rss, per: tag}]\n");
    for output in ["one", "two"] {
        blog.run(["--once", "-o", output]).ended_with(0);
    }
    blog.save("posts/a.md", post("A", "2024-01-02", "Text."));
    for output in ["one", "two"] {
        blog.run(["--once", "-o", output]).ended_with(0).told("1 removed");
        assert!(!blog.path(output).join("t").exists());
    }
}

#[test]
fn the_address_of_a_post_in_a_plain_folder_does_not_follow_its_title() {
    let blog = Blog::new().configured("posts: {path: posts, permalink: '/notes/:title/'}\n");
    let blog = blog.post("2024-01-02-hello.md", "---\ntitle: Helo\n---\nText.\n");
    let blog = blog.post("b.md", "---\ntitle: Any title\ndate: 2024-01-03\nslug: own-slug\n---\nText.\n");
    blog.once().ended_with(0);
    blog.save("posts/2024-01-02-hello.md", "---\ntitle: Hello\n---\nText.\n");
    blog.once().ended_with(0);
    assert!(blog.shows("feed.json", "https://example.org/notes/hello/"), "{}", blog.published("feed.json"));
    assert!(blog.shows("feed.json", "https://example.org/notes/own-slug/"));
}
