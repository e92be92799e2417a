use crate::support::{Blog, post};

fn blog(ids: &str) -> Blog {
    Blog::new()
        .configured("ids: feedwright.ids.yaml\nfeeds: [feed.json]\n")
        .file("feedwright.ids.yaml", ids)
        .post("a.md", post("A", "2024-01-02", "Text."))
        .post("b.md", "---\ntitle: B\ndate: 2024-01-03\nid: https://own.example/b\n---\nText.\n")
        .post("c.md", post("C", "2024-01-04", "Text."))
}

fn ids(blog: &Blog) -> Vec<String> {
    let feed: serde_json::Value = serde_json::from_str(&blog.published("feed.json")).expect("JSON");
    let items = feed["items"].as_array().expect("items");
    items.iter().map(|item| item["id"].as_str().unwrap_or_default().to_owned()).collect()
}

#[test]
fn wins_over_the_formula_and_not_over_the_post() {
    let blog = blog("# kept\nposts/a.md: https://old.example/?p=1\nposts/b.md: https://old.example/?p=2\n");
    blog.once().ended_with(0);
    assert_eq!(ids(&blog), ["https://example.org/c/", "https://own.example/b", "https://old.example/?p=1"]);
}

#[test]
fn what_is_wrong_with_it_is_told_where() {
    let blog = blog("posts/a.md: tag:1\nposts/b.md: tag:1\n");
    blog.once()
        .ended_with(78)
        .complained("feedwright.ids.yaml:2:1: `posts/b.md` has the id `tag:1`, which `posts/a.md`");
    blog.save("feedwright.ids.yaml", "posts/a.md: [tag:1]\n");
    blog.run(["check", "--format", "github"])
        .ended_with(78)
        .told("::error file=feedwright.ids.yaml,line=1,col=13::`posts/a.md` is a list; expected a text");
    std::fs::remove_file(blog.path("feedwright.ids.yaml")).unwrap();
    blog.once().ended_with(78).complained("feedwright.ids.yaml: is not there; write it, or take `ids` out");
}

#[test]
fn what_could_be_better_is_told_by_check() {
    let blog = blog("posts/a.md: 42 at old\n\nposts/gone.md: tag:1\nposts/bad.md: tag:2\n")
        .post("bad.md", "---\ntitle: Bad\ndate: soon\n---\nText.\n");
    let run = blog.run(["check"]).ended_with(1);
    let lines: Vec<&str> = run.stdout.lines().filter(|line| line.starts_with("feedwright.ids.yaml")).collect();
    assert_eq!(
        lines,
        [
            "feedwright.ids.yaml:1:1: warning: the id `42 at old` is no URI; published as `urn:feedwright:42%20at%20old`",
            "feedwright.ids.yaml:3:1: warning: `posts/gone.md` names no post; \
             write its path from the folder of the configuration",
        ]
    );
}

#[test]
fn the_service_takes_it_up_and_keeps_what_was_good() {
    let blog = blog("posts/a.md: tag:1\n");
    let service = blog.start();
    assert!(blog.shows("feed.json", "\"tag:1\""));
    blog.save("feedwright.ids.yaml", "posts/a.md: tag:2\n");
    service.wait_until("the new id", || blog.shows("feed.json", "\"tag:2\""));
    blog.save("feedwright.ids.yaml", "posts/a.md:\n");
    service.wait_until_logged("feedwright.ids.yaml:1:1: `posts/a.md` has no id here");
    assert!(blog.shows("feed.json", "\"tag:2\""));
    blog.save("feedwright.ids.yaml", "posts/a.md: tag:3\n");
    service.wait_until("the mended id", || blog.shows("feed.json", "\"tag:3\""));
}

#[test]
fn the_service_takes_up_one_that_is_named_before_it_is_there() {
    let blog = Blog::new().configured("feeds: [feed.json]\n").post("a.md", post("A", "2024-01-02", "Text."));
    let service = blog.start();
    let blog = blog.configured("feeds: [feed.json]\nids: ids.yaml\n");
    service.wait_until_logged("ids.yaml: is not there");
    blog.save("ids.yaml", "posts/a.md: tag:1\n");
    service.wait_until("the id", || blog.shows("feed.json", "\"tag:1\""));
}
