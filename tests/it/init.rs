use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use crate::support::{Blog, files_of, post};

/// Whole blogs: `tests/init/<case>/` with the `feedwright.yaml` that `init` writes there, and what it says
/// (`told.txt`). `GOLDEN=write` writes what comes out now.
#[test]
fn every_kind_of_blog_gets_its_configuration() {
    let all = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/init");
    let cases: Vec<PathBuf> = fs::read_dir(&all).expect("tests/init").map(|entry| entry.unwrap().path()).collect();
    assert!(cases.len() >= 5, "{cases:?}");
    for case in cases {
        let blog = empty();
        let is_ours = |name: &str| matches!(name, "feedwright.yaml" | "told.txt");
        files_of(&case)
            .into_iter()
            .filter(|(name, _)| !is_ours(name))
            .for_each(|(name, bytes)| blog.save(&name, bytes));
        let told = blog.run(["init"]).ended_with(0).stdout;
        let written = fs::read_to_string(blog.path("feedwright.yaml")).unwrap();
        if std::env::var_os("GOLDEN").is_some_and(|mode| mode == "write") {
            fs::write(case.join("feedwright.yaml"), &written).unwrap();
            fs::write(case.join("told.txt"), &told).unwrap();
        }
        let expected = |name: &str| fs::read_to_string(case.join(name)).unwrap_or_default();
        assert_eq!(written, expected("feedwright.yaml"), "{}", case.display());
        assert_eq!(told, expected("told.txt"), "{}", case.display());
        blog.save("feedwright.yaml", format!("{written}\nstate: .state\n"));
        blog.once().ended_with(0);
    }
}

/// A folder with nothing in it.
fn empty() -> Blog {
    let blog = Blog::new();
    fs::remove_file(blog.path("feedwright.yaml")).unwrap();
    fs::remove_dir(blog.path("posts")).unwrap();
    blog
}

fn jekyll() -> Blog {
    empty()
        .file("_config.yml", "title: T\nurl: https://u.example\ntimezone: UTC\nplugins: [jekyll-feed]\n")
        .file("_posts/2024-01-02-a.md", post("A", "2024-01-02", "Text."))
}

#[test]
fn nothing_is_replaced_without_force() {
    let blog = jekyll().file("feedwright.yaml", "mine\n");
    blog.run(["init"]).ended_with(2).complained("`feedwright.yaml` is there already; `--force` replaces it");
    assert_eq!(fs::read_to_string(blog.path("feedwright.yaml")).unwrap(), "mine\n");
    let run = blog.run(["init", "--dry-run"]).ended_with(0).told("  title: T # _config.yml: title\n");
    assert_eq!(fs::read_to_string(blog.path("feedwright.yaml")).unwrap(), "mine\n");
    blog.run(["init", "--force"]).ended_with(0).told("1 post in 3 feeds, next: feedwright --once\n");
    assert_eq!(fs::read_to_string(blog.path("feedwright.yaml")).unwrap(), run.stdout);
}

#[test]
fn the_address_is_asked_for_and_what_is_given_wins() {
    let blog = empty()
        .file("_config.yml", "title: T\nurl: http://localhost:4000\n")
        .file("_posts/2024-01-02-a.md", post("A", "2024-01-02", "Text."));
    blog.run(["init"])
        .ended_with(78)
        .complained("_config.yml: the address of the site is not said; give it: `feedwright init --url https://...`");
    assert!(!blog.path("feedwright.yaml").exists());
    blog.run(["init", "--url", "example.org"]).ended_with(64).complained("write a whole one");
    blog.run(["init", "--url", "https://u.example/blog", "--dry-run"])
        .ended_with(0)
        .told("  url: https://u.example/blog/ # --url\n");
    jekyll()
        .run(["init", "--url", "https://new.example", "--dry-run"])
        .ended_with(0)
        .told("url: https://new.example/ ");
}

#[test]
fn what_is_no_blog_is_told_with_what_was_seen() {
    let blog = empty().file("notes.txt", "text").file("README.md", "# Read me\n").file("doc/x.md", "No date.\n");
    blog.run(["init"]).ended_with(78).complained("no blog is here: 3 files, 1 of them Markdown or HTML");
    blog.run(["init", "--format", "github"]).ended_with(78).told("::error file=.::no blog is here");
    blog.run(["init", "gone"]).ended_with(78).complained("gone: is not there; name the folder of your blog");
    blog.run(["init", "notes.txt"]).ended_with(78).complained("notes.txt: is a file; name the folder of your blog");
    blog.run(["init", "-c", "x.yaml"]).ended_with(64).complained("`init` cannot be used with `--config`");
}

#[test]
fn a_broken_configuration_is_told_where_it_is() {
    let blog = empty()
        .file("site/_config.yml", "title: T\nurl: [\n")
        .file("site/_posts/2024-01-02-a.md", post("A", "2024-01-02", "Text."));
    blog.run(["init"])
        .ended_with(78)
        .complained("site/_config.yml:3:1: cannot be read: ")
        .complained("mend it, then run");
    assert!(!blog.path("feedwright.yaml").exists());
}

#[test]
fn what_may_not_be_read_is_told() {
    let blog = jekyll().file("secret/x.md", "Text.");
    fs::set_permissions(blog.path("secret"), fs::Permissions::from_mode(0o000)).unwrap();
    let run = blog.run(["init"]).ended_with(0);
    let may_read_all = fs::read_dir(blog.path("secret")).is_ok();
    fs::set_permissions(blog.path("secret"), fs::Permissions::from_mode(0o755)).unwrap();
    assert!(may_read_all || run.stdout.contains("secret: warning: cannot be looked into"), "{run:?}");
}

#[test]
fn several_blogs_are_told_and_one_is_taken() {
    let blog = jekyll()
        .file("old/hugo.toml", "baseURL = 'https://old.example/'\ntitle = 'Old'\n")
        .file("old/content/posts/b.md", post("B", "2024-01-03", "Text."));
    blog.run(["init"])
        .ended_with(0)
        .told("found a Jekyll blog, by its `_config.yml`\n")
        .told("there is a Hugo site in `old` too (`hugo.toml`), which is not read; `feedwright init old` takes it\n");
    blog.run(["init", "old"]).ended_with(0).told("next: feedwright --once -c old/feedwright.yaml\n");
    assert!(blog.path("old/feedwright.yaml").exists());
}

#[test]
fn old_ids_are_kept_in_a_file_beside() {
    let old = "<rss version='2.0'><channel><title>Old</title><link>https://old.example</link><description/>\
        <item><title>A</title><link>https://u.example/2024/01/02/a.html</link><guid isPermaLink='false'>https://old.example/?p=1</guid></item>\
        <item><title>Gone</title><link>https://old.example/gone</link><guid>https://old.example/?p=2</guid></item>\
        </channel></rss>";
    let blog = jekyll().file("old.xml", old);
    blog.run(["init", "--ids-from", "old.xml"])
        .ended_with(0)
        .told("2 entries in the old feed: 1 id kept in feedwright.ids.yaml; 1 entry is no post: `Gone`\n");
    let ids = fs::read_to_string(blog.path("feedwright.ids.yaml")).unwrap();
    assert!(ids.ends_with("_posts/2024-01-02-a.md: https://old.example/?p=1\n"), "{ids}");
    let written = fs::read_to_string(blog.path("feedwright.yaml")).unwrap();
    blog.save("feedwright.yaml", format!("{written}\nstate: .state\n"));
    blog.once().ended_with(0);
    let feed = fs::read_to_string(blog.path("_site/feed.xml")).unwrap();
    assert!(feed.contains("<id>https://old.example/?p=1</id>"), "{feed}");
    blog.run(["init", "--force"]).ended_with(0);
    let again = fs::read_to_string(blog.path("feedwright.yaml")).unwrap();
    assert_eq!((again, fs::read_to_string(blog.path("feedwright.ids.yaml")).unwrap()), (written, ids), "it stays");
}
