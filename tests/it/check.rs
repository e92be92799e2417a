use crate::support::{Blog, post};

#[test]
fn writes_nothing_and_lists_by_file_and_line() {
    let blog = Blog::new()
        .post("b.md", "---\ntitle: B\ndate: soon\n---\nText.\n")
        .post("a.md", "---\ntitle: [A\ndate: 2024-01-02\n---\nText.\n")
        .post("c.md", post("C", "2024-01-02", "Text."));
    let run = blog.run(["check"]).ended_with(1);
    let lines: Vec<&str> = run.stdout.lines().collect();
    assert!(lines[0].starts_with("posts/a.md:") && lines[1].starts_with("posts/b.md:3:7: "), "{run:?}");
    assert!(lines.last().unwrap().contains("nothing published"), "{run:?}");
    assert!(!blog.path("public").exists() && !blog.path("state").exists());
}

#[test]
fn warns_of_what_is_bad_for_readers() {
    let body = "![](/x.png)\n\n[up](../../../../x)\n";
    let blog = Blog::new()
        .post("2024-01-02-untitled.md", "Text without front matter.\n")
        .post("about.md", "No date, no front matter.\n")
        .post("twin.md", post("Twin", "2024-01-02", body));
    let run = blog.run(["check"]).ended_with(0);
    for expected in [
        "posts/2024-01-02-untitled.md: warning: has no title",
        "posts/about.md: warning: has no front matter",
        "posts/twin.md: warning: is of the same instant as `posts/2024-01-02-untitled.md`",
        "posts/twin.md:6: warning: image `/x.png` has no alternative text",
    ] {
        assert!(run.stdout.contains(expected), "no `{expected}` in\n{}", run.stdout);
    }
    assert!(
        run.stdout.contains("posts/twin.md:8: warning: ") && run.stdout.contains("`../../../../x`"),
        "{}",
        run.stdout
    );
    blog.run(["check", "--strict"]).ended_with(1);
}

#[test]
fn sees_bodies_that_no_feed_shows() {
    let blog = Blog::new()
        .configured("feeds: [{path: feed.json, limit: 1}]\n")
        .post("new.md", post("New", "2024-01-03", "Text."))
        .post("old.md", post("Old", "2024-01-02", "![](/x.png)"));
    blog.run(["check"]).ended_with(0).told("posts/old.md:6: warning: image");
}

#[test]
fn warns_of_a_large_feed() {
    let blog = Blog::new().post("a.md", post("A", "2024-01-02", &"Many words. ".repeat(60_000)));
    blog.run(["check"]).ended_with(0).told("feedwright.yaml: warning: the feed `rss.xml` has ");
}

#[test]
fn warns_of_a_change_in_the_future() {
    let blog = Blog::new().post("a.md", "---\ntitle: A\ndate: 2024-01-02\nupdated: 2199-01-01\n---\nText.\n");
    blog.run(["check"]).ended_with(0).told("posts/a.md: warning: says that it was changed at a time that has not come");
}

#[test]
fn names_that_share_a_feed_are_told() {
    let blog = Blog::new()
        .configured("feeds: [{path: 'tags/:tag.xml', format: rss, per: tag}]\n")
        .post("a.md", "---\ntitle: A\ndate: 2024-01-02\ntags: [Rust]\n---\nText.\n")
        .post("b.md", "---\ntitle: B\ndate: 2024-01-03\ntags: [rust]\n---\nText.\n");
    blog.run(["check"])
        .ended_with(0)
        .told("warning: `Rust` and `rust` share the feed `tags/rust.xml`; write them alike");
}

#[test]
fn annotates_for_github() {
    let blog = Blog::new().post("bad.md", "---\ntitle: Bad\ndate: soon\n---\nText.\n");
    blog.run(["check", "--format", "github"])
        .ended_with(1)
        .told("::error file=posts/bad.md,line=3,col=7::unknown date `soon`");
}

#[test]
fn a_good_blog_has_nothing_to_tell() {
    let blog = Blog::new().post("a.md", post("A", "2024-01-02", "Text."));
    blog.run(["check", "--strict"]).ended_with(0).told("3 feeds from 1 post, nothing published");
}
