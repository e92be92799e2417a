use std::fs;

use crate::support::{Blog, post};

/// The ids in the JSON feed.
fn ids(blog: &Blog) -> Vec<String> {
    let feed: serde_json::Value = serde_json::from_str(&blog.published("feed.json")).expect("JSON");
    let items = feed["items"].as_array().expect("items");
    items.iter().map(|item| item["id"].as_str().unwrap_or_default().to_owned()).collect()
}

fn small() -> Blog {
    Blog::new()
        .post("a.md", post("A", "2024-01-02", "Text of the first."))
        .post("2024-01-03-b.md", "---\ntitle: B\n---\nText of the second.\n")
}

const IDS: [&str; 2] = ["https://example.org/b/", "https://example.org/a/"];

/// Edits the configuration as somebody would.
fn edit(blog: &Blog, from: &str, to: &str) {
    let text = fs::read_to_string(blog.path("feedwright.yaml")).unwrap();
    assert!(text.contains(from), "{text}");
    blog.save("feedwright.yaml", text.replace(from, to));
}

fn permalinks(blog: &Blog) {
    edit(blog, "state: state", "state: state\nposts: {permalink: '/blog/:title/'}");
}

#[test]
fn no_change_of_the_configuration_changes_an_id_that_was_published() {
    let blog = small();
    blog.once().ended_with(0);
    let ids_now = ids(&blog);
    for (from, to) in [
        ("state: state", "state: state\nposts: {permalink: '/blog/:title/'}"),
        ("posts: {", "posts: {id: tag, "),
        ("https://example.org/", "https://new.example/"),
    ] {
        edit(&blog, from, to);
        blog.once().ended_with(0);
        assert_eq!(ids(&blog), ids_now, "{to}");
    }
    assert!(blog.shows("feed.json", "https://new.example/blog/a/"), "its address is the new one");
    blog.save("posts/a.md", post("Another title", "2024-01-02", "Text of the first."));
    fs::rename(blog.path("posts/2024-01-03-b.md"), blog.path("posts/2024-01-03-c.md")).unwrap();
    blog.once().ended_with(0);
    assert_eq!(ids(&blog), ids_now);
    blog.save("posts/new.md", post("New", "2024-01-04", "Text of the third."));
    blog.once().ended_with(0);
    assert_eq!(ids(&blog)[0], "tag:new.example,2024-01-04:/new", "a new post is made by the new configuration");
}

#[test]
fn check_tells_which_ids_would_be_others_and_they_are_made_anew_when_asked_for() {
    let blog = small();
    blog.once().ended_with(0);
    let before = ids(&blog);
    permalinks(&blog);
    let run = blog.run(["check"]).ended_with(0);
    let run = run.told("2 posts keep the ids that subscribers know; by this configuration they would be others");
    run.told("posts/a.md: https://example.org/a/ (would be https://example.org/blog/a/)");
    let report: serde_json::Value =
        serde_json::from_str(&blog.run(["check", "--format", "json"]).ended_with(0).stdout).unwrap();
    assert_eq!(report["kept_ids"][1]["id"], "https://example.org/a/");
    assert_eq!(report["kept_ids"][1]["would_be"], "https://example.org/blog/a/");
    blog.run(["check", "--strict"]).ended_with(0);
    blog.once().ended_with(0);
    assert_eq!(ids(&blog), before);
    blog.run(["--once", "--reassign-ids"]).ended_with(0);
    let anew = ids(&blog);
    assert_eq!(anew, ["https://example.org/blog/b/", "https://example.org/blog/a/"]);
    edit(&blog, "/blog/:title/", "/:title/");
    blog.once().ended_with(0);
    assert_eq!(ids(&blog), anew, "and stay from then on");
    blog.run(["--reassign-ids", "check"]).ended_with(64).complained("`check` cannot be used with `--reassign-ids`");
}

#[test]
fn an_id_that_the_post_says_wins() {
    let blog = small();
    blog.once().ended_with(0);
    blog.save("posts/a.md", "---\ntitle: A\ndate: 2024-01-02\nid: urn:x:own\n---\nText of the first.\n");
    blog.once().ended_with(0);
    assert_eq!(ids(&blog), [IDS[0], "urn:x:own"]);
    blog.save("posts/a.md", post("A", "2024-01-02", "Text of the first."));
    blog.once().ended_with(0);
    assert_eq!(ids(&blog), [IDS[0], "urn:x:own"], "that is what subscribers know it by now");
}

#[test]
fn where_the_state_is_missing_the_published_feeds_are_read_back() {
    for feeds in ["", "feeds: [{path: feed.json}, {path: 't/:tag/rss.xml', format: rss, per: tag}]\n"] {
        let blog = small().configured(feeds).post("c.md", "---\ntitle: C\ndate: 2024-01-04\ntags: [x]\n---\nThird.\n");
        blog.once().ended_with(0);
        let before = ids(&blog);
        permalinks(&blog);
        fs::remove_dir_all(blog.path("state")).unwrap();
        if !feeds.is_empty() {
            fs::rename(blog.path("public/feed.json"), blog.path("old.json")).unwrap();
        }
        blog.run(["check"]).ended_with(0).told("that subscribers know");
        blog.once().ended_with(0);
        let expected = if feeds.is_empty() { before } else { vec![before[0].clone()] };
        assert_eq!(ids(&blog)[..expected.len()], expected, "{feeds}");
    }
}

#[test]
fn a_broken_ledger_costs_no_id() {
    let blog = small();
    blog.once().ended_with(0);
    let before = ids(&blog);
    permalinks(&blog);
    let state = fs::read_dir(blog.path("state")).unwrap().next().unwrap().unwrap().path();
    let ledger = fs::read(state.join("ledger.jsonl")).unwrap();
    fs::write(state.join("ledger.jsonl"), &ledger[..ledger.len() - 20]).unwrap();
    blog.once().ended_with(0).complained("broken lines, which are passed over");
    assert_eq!(ids(&blog), before);
    blog.once().ended_with(0);
    assert!(!blog.once().stderr.contains("broken lines"), "it is written anew");
    assert_eq!(ids(&blog), before);
}

#[test]
fn a_rename_keeps_id_and_date_while_the_service_runs() {
    let blog = small();
    let service = blog.start();
    let before = ids(&blog);
    fs::create_dir(blog.path("posts/notes")).unwrap();
    fs::rename(blog.path("posts/2024-01-03-b.md"), blog.path("posts/notes/2024-05-05-renamed.md")).unwrap();
    service.wait_until("the new address", || blog.shows("feed.json", "/renamed/"));
    assert_eq!(ids(&blog), before);
    assert!(blog.shows("feed.json", "\"2024-01-03T00:00:00+00:00\""), "{}", blog.published("feed.json"));
    let run = blog.path("posts/notes/2024-05-05-renamed.md");
    fs::write(&run, "Edited after the move.\n").unwrap();
    service.wait_until("the edit", || blog.shows("feed.json", "Edited after the move."));
    assert_eq!(ids(&blog), before);
    blog.save("posts/2024-01-03-b.md", "Another post where the first was.\n");
    service.wait_until("the other post", || ids(&blog).len() == 3);
    let now = ids(&blog);
    assert_eq!(now.len(), 3);
    assert!(before.iter().all(|id| now.contains(id)), "{now:?}");
    drop(service);
    let published = blog.output();
    blog.once().ended_with(0);
    assert_eq!(blog.output(), published, "the next run knows all of it");
}

#[test]
fn a_new_configuration_changes_no_id_while_the_service_runs() {
    let blog = small();
    let service = blog.start();
    let before = ids(&blog);
    permalinks(&blog);
    service.wait_until("the new addresses", || blog.shows("feed.json", "https://example.org/blog/a/"));
    assert_eq!(ids(&blog), before);
    edit(&blog, "state: state", "state: elsewhere");
    service.wait_until_logged("read again");
    blog.save("posts/c.md", post("C", "2024-01-04", "Third."));
    service.wait_until("another post", || blog.shows("rss.xml", "Third."));
    edit(&blog, "posts: {", "output: moved\nposts: {");
    service.wait_until("the new output", || blog.path("moved/feed.json").exists());
    let moved = fs::read_to_string(blog.path("moved/feed.json")).unwrap();
    assert!(before.iter().all(|id| moved.contains(&format!("\"{id}\""))), "{moved}");
}

#[test]
fn the_service_is_told_to_make_ids_anew() {
    let blog = small();
    let service = blog.start();
    permalinks(&blog);
    service.wait_until("the new addresses", || blog.shows("feed.json", "https://example.org/blog/a/"));
    assert_eq!(ids(&blog), IDS);
    blog.run(["--reassign-ids"]).ended_with(0).told("`reassign-ids`; see `feedwright status`");
    service.wait_until("new ids", || ids(&blog) == ["https://example.org/blog/b/", "https://example.org/blog/a/"]);
    service.signal("HUP");
    blog.save("posts/c.md", post("C", "2024-01-04", "Third."));
    service.wait_until("another post", || blog.shows("feed.json", "Third."));
    assert_eq!(ids(&blog)[1], "https://example.org/blog/b/");
}

#[test]
fn a_change_of_content_is_an_update_where_that_is_wanted() {
    let blog = small().configured("posts: {updated: on-change}\n");
    blog.once().ended_with(0);
    let first = blog.output();
    let text = post("A", "2024-01-02", "Text of the first.").replace("title", "tags: [x]\ntitle") + "\n\n";
    blog.save("posts/a.md", text);
    blog.once().ended_with(0);
    assert!(!blog.shows("feed.json", "date_modified"), "a tag and blank lines are no other content");
    blog.save("posts/a.md", post("A", "2024-01-02", "Text of the first, mended."));
    blog.once().ended_with(0);
    let modified = |blog: &Blog| {
        let feed: serde_json::Value = serde_json::from_str(&blog.published("feed.json")).unwrap();
        feed["items"].as_array().unwrap().iter().map(|item| item["date_modified"].clone()).collect::<Vec<_>>()
    };
    let stamps = modified(&blog);
    let stamp = stamps[1].as_str().expect("a time");
    let age = chrono::Utc::now() - chrono::DateTime::parse_from_rfc3339(stamp).unwrap().to_utc();
    assert!((0..600).contains(&age.num_seconds()) && stamps[0].is_null(), "{stamps:?}");
    let published = blog.output();
    assert_ne!(first, published);
    std::thread::sleep(std::time::Duration::from_millis(1100)); // another second would show
    blog.once().ended_with(0);
    assert_eq!(blog.output(), published, "stable from then on");
    fs::remove_dir_all(blog.path("state")).unwrap();
    blog.once().ended_with(0);
    assert_eq!(modified(&blog), stamps, "read back where the state is missing");
}

#[test]
fn a_post_that_came_out_stays_out_when_the_clock_was_wrong() {
    // What a clock that is set back looks like to the next run: a post of the future that is known.
    let soon = (chrono::Utc::now() + chrono::TimeDelta::seconds(2)).to_rfc3339();
    let blog = small().post("soon.md", post("Soon", &soon, "Out."));
    blog.once().ended_with(0);
    assert!(!blog.shows("rss.xml", "Out."));
    let state = fs::read_dir(blog.path("state")).unwrap().next().unwrap().unwrap().path().join("ledger.jsonl");
    let later = (chrono::Utc::now() + chrono::TimeDelta::days(900)).to_rfc3339();
    blog.save("posts/soon.md", post("Soon", &later, "Out."));
    let line = serde_json::json!({"known": ["posts/soon.md", {
        "id": "https://example.org/soon/", "published": later, "title": "Soon", "version": {"file": 1, "body": 1}, "content": 1,
    }]});
    fs::write(&state, fs::read_to_string(&state).unwrap() + &line.to_string() + "\n").unwrap();
    blog.once().ended_with(0);
    assert!(blog.shows("rss.xml", "Out."), "subscribers have seen it");
    blog.save("posts/soon.md", post("Soon", "2099-01-01", "Out."));
    blog.once().ended_with(0);
    assert!(!blog.shows("rss.xml", "Out."), "its author has another date");
}
