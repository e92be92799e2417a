use std::fs;

use crate::support::{Blog, post};

fn small() -> Blog {
    Blog::new().post("a.md", post("A", "2024-01-02", "Good text.")).post("b.md", post("B", "2024-01-03", "Beside."))
}

const BROKEN: [&[u8]; 5] = [
    b"---\ntitle: A\ndate: 2024-13-40\n---\nBroken.\n",
    b"---\ntitle: A\nda",
    b"",
    b"---\ntitle: A\ndate: 2024-01-02\n---\nBro\xffken.\n",
    b"--\ntitle: A\ndate: 2024-01-02\n---\nBroken.\n",
];

#[test]
fn a_post_that_breaks_between_two_builds_stays_as_it_last_was() {
    for broken in BROKEN {
        let blog = small();
        blog.once().ended_with(0);
        let before = blog.output();
        blog.save("posts/a.md", broken);
        let told = String::from_utf8_lossy(broken);
        blog.once().ended_with(1).told("posts/a.md").told("1 stays as it last was");
        assert_eq!(blog.output(), before, "{told}");
        blog.save("posts/c.md", post("C", "2024-01-04", "Another."));
        blog.once().ended_with(1);
        assert_eq!(blog.titles(), ["C", "B", "A"], "{told}");
        assert!(blog.shows("atom.xml", "Good text."), "{told}");
        blog.save("posts/a.md", post("A", "2024-01-02", "Mended text."));
        blog.once().ended_with(0);
        assert!(blog.shows("atom.xml", "Mended text.") && !blog.shows("atom.xml", "Good text."), "{told}");
        blog.save("posts/a.md", broken);
        blog.once().ended_with(1);
        assert!(blog.shows("atom.xml", "Mended text."), "{told}");
        fs::remove_file(blog.path("posts/a.md")).unwrap();
        blog.once().ended_with(0);
        assert_eq!(blog.titles(), ["C", "B"], "{told}");
    }
}

#[test]
fn a_post_that_breaks_stays_through_a_restart_of_the_service() {
    let blog = small();
    let service = blog.start();
    blog.save("posts/a.md", BROKEN[0]);
    service.wait_until_logged("posts/a.md:3:7: ");
    service.signal("KILL");
    drop(service);
    let service = blog.start();
    assert!(blog.shows("rss.xml", "Good text."), "{}", service.log());
    service.wait_until_logged("posts/a.md:3:7: ");
    blog.save("posts/a.md", post("A", "2024-01-02", "Mended text."));
    service.wait_until("the mended post", || blog.shows("rss.xml", "Mended text."));
    drop(service);
    blog.save("posts/a.md", BROKEN[2]);
    let service = blog.start();
    assert!(blog.shows("rss.xml", "Mended text."), "broken while nobody watched: {}", service.log());
    fs::remove_file(blog.path("posts/a.md")).unwrap();
    service.wait_until("the deleted post goes", || blog.titles() == ["B"]);
}

#[test]
fn what_never_was_good_is_left_out() {
    let blog = small().post("c.md", BROKEN[0]);
    blog.once().ended_with(1).told("1 left out");
    assert_eq!(blog.titles(), ["B", "A"]);
    fs::remove_dir_all(blog.path("state")).unwrap();
    blog.save("posts/a.md", BROKEN[0]);
    blog.once().ended_with(1).told("2 left out");
    assert_eq!(blog.titles(), ["B"]);
}

#[test]
fn what_is_kept_does_not_grow_with_every_save() {
    let blog = small();
    let service = blog.start();
    let text = "All the words that there are. ".repeat(40);
    for number in 0..30 {
        blog.save("posts/a.md", post("A", "2024-01-02", &format!("Version {number}. {text}")));
        service.wait_until("the save", || blog.shows("rss.xml", &format!("Version {number}.")));
    }
    let state = fs::read_dir(blog.path("state")).unwrap().next().unwrap().unwrap().path();
    let size = |name: &str| fs::metadata(state.join(name)).unwrap().len();
    assert!(size("last-good.jsonl") > 0 && size("last-good.jsonl") < 1_000_000);
    assert!(size("ledger.jsonl") < 100_000);
}

#[test]
fn a_post_that_breaks_keeps_back_neither_who_refers_to_it_nor_who_wants_its_url() {
    let blog = Blog::new()
        .configured("posts: _posts\n")
        .file("_config.yml", "title: T\nurl: https://example.org\n")
        .file("_posts/2024-01-02-a.md", "---\ntitle: A\n---\nFirst [b]({% post_url 2024-01-03-b %}).\n")
        .file("_posts/2024-01-03-b.md", "---\ntitle: B\npermalink: /b/\n---\nGood text.\n")
        .file(
            "_posts/2024-01-04-all.md",
            "---\ntitle: All\n---\n{% for post in site.posts %}{{ post.title }}, {% endfor %}\n",
        );
    blog.once().ended_with(0);
    let broken = |blog: &Blog| blog.save("_posts/2024-01-03-b.md", "---\ntitle: B\nda");
    let edited = |blog: &Blog| {
        blog.save("_posts/2024-01-02-a.md", "---\ntitle: A\n---\nSecond [b]({% post_url 2024-01-03-b %}).\n");
        blog.save("_posts/2024-01-05-c.md", "---\ntitle: C\npermalink: /b/\n---\nAn address of somebody else.\n");
    };
    broken(&blog);
    edited(&blog);
    blog.once().ended_with(1).told("has the URL `https://example.org/b/`, which `_posts/2024-01-03-b.md` has already");
    assert!(blog.shows("feed.json", "Second") && blog.shows("feed.json", "https://example.org/b/"));
    assert!(blog.shows("feed.json", "Good text.") && blog.shows("feed.json", "All, B, A,"));
    let service = blog.start();
    blog.save("_posts/2024-01-02-a.md", "---\ntitle: A\n---\nThird [b]({% post_url 2024-01-03-b %}).\n");
    service.wait_until("the edit", || blog.shows("feed.json", "Third"));
    assert!(blog.shows("feed.json", "Good text."));
}
