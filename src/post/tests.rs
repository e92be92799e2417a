//! The room as a whole: files in, posts out.

use proptest::prelude::*;

use super::testing::{broken, parsed, post, site, source};
use super::{Parsed, Version, body, digest};
use crate::config::Dialect::{Commonmark, Eleventy, Hugo, Jekyll, Pelican, Zola};
use crate::config::{IdFormula, Source};
use crate::problem::Problem;

#[test]
fn what_a_generator_does_not_know_changes_neither_address_nor_id_nor_date() {
    let text = |keys: &str| format!("---\ntitle: T\n{keys}\n---\nText\n");
    let root = "https://example.org";
    for (dialect, keys, url, id) in [
        (
            Jekyll,
            "url: /u/\npath: p\nid: 7\nguid: https://old.example/?p=7\npubDate: 2019-01-01",
            "/2024/01/02/a.html",
            "/2024/01/02/a",
        ),
        (Jekyll, "permalink: /u/\nid: tag:old.example,2020:7", "/u/", "tag:old.example,2020:7"),
        (Hugo, "permalink: /u/\npath: /p/\nid: abc", "/2024-01-02-a/", "/2024-01-02-a/"),
        (Hugo, "url: /u/", "/u/", "/u/"),
        (Zola, "permalink: /u/\nurl: /v/\nuuid: 7", "/a/", "/a/"),
        (Eleventy, "url: /u/\nid: 7", "/2024-01-02-a/", "/2024-01-02-a/"),
        (Eleventy, "permalink: /u/", "/u/", "/u/"),
    ] {
        let formula = if dialect == Jekyll { IdFormula::Jekyll } else { IdFormula::Permalink };
        let source = Source { id: formula, ..source(dialect) };
        let text = text(keys);
        let read = parsed(&site("https://example.org/"), &source, "2024-01-02-a.md", text.as_bytes());
        let Parsed::Post(post, problems) = read else { panic!("{keys}") };
        let id = if id.starts_with('/') { format!("{root}{id}") } else { id.to_owned() };
        assert_eq!((post.url.as_str(), post.id.as_str()), (&*format!("{root}{url}"), &*id), "{keys}");
        assert_eq!((post.published.format("%F").to_string(), problems), ("2024-01-02".to_owned(), vec![]), "{keys}");
    }
    let (post, _) = post(Pelican, "c/a.md", "Title: T\nDate: 2024-01-02\nPermalink: /x\nCategories: X\n\nText\n");
    assert_eq!((post.url.as_str(), &post.categories[..]), ("https://example.org/t.html", &["c".to_owned()][..]));
    let (post, _) = self::post(Pelican, "c/a.md", "Title: T\nDate: 2024-01-02\nURL: x/\nCategory: X\n\nText\n");
    assert_eq!((post.url.as_str(), &post.categories[..]), ("https://example.org/x/", &["X".to_owned()][..]));
}

#[test]
fn no_post_is_lost_for_what_it_can_do_without() {
    for (dialect, keys, told) in [
        (Hugo, "language: [English, R]", None),
        (Hugo, "language: Python", None),
        (Commonmark, "language: [English, R]", Some("`language` is a list; expected text")),
        (Jekyll, "link: {a: b}", Some("`link` is a mapping; expected text")),
        (Commonmark, "summary: [a]", Some("`summary` is a list; expected text")),
    ] {
        let (_, problems) =
            post(dialect, "2024-01-02-a.md", &format!("---\ntitle: T\ndate: 2024-01-02\n{keys}\n---\nText\n"));
        assert_eq!(problems.len(), usize::from(told.is_some()), "{problems:?}");
        assert!(problems.iter().all(|problem| problem.ends_with(told.unwrap_or_default())), "{problems:?}");
    }
}

#[test]
fn reads_a_post_whole() {
    let text = "\u{feff}---\r\ntitle: ' A  title '\r\ndate: 2024-01-02 03:04\r\nupdated: 2024-02-03\r\n\
        expires: 2030-01-01\r\ntags: [a, b]\r\nlang: fr_FR\r\nid: 42\r\nsummary: |\r\n  Two\r\n  lines\r\n---\r\n\r\nBody\r\n";
    let (post, problems) = post(Commonmark, "notes/A file.md", text);
    let id = "posts/notes/A file.md:8:5: warning: id `42` is no URI; published as `urn:feedwright:42`";
    assert_eq!(problems, [id]);
    assert_eq!(&*post.path, "posts/notes/A file.md");
    assert_eq!((post.id.as_str(), post.url.as_str()), ("urn:feedwright:42", "https://example.org/notes/a-file/"));
    assert_eq!(post.title, "A title");
    assert_eq!(post.published.to_rfc3339(), "2024-01-02T03:04:00-08:00");
    assert_eq!(post.updated.unwrap().to_rfc3339(), "2024-02-03T00:00:00-08:00");
    assert_eq!(post.expires.unwrap().to_rfc3339(), "2030-01-01T00:00:00-08:00");
    assert_eq!((post.section.as_deref(), post.language.as_deref()), (Some("notes"), Some("fr-FR")));
    assert_eq!(post.summary.as_deref(), Some("Two\nlines"));
    assert!(!post.draft && post.listed);
    assert_eq!(post.body.line, 13);
    assert_eq!(body(text.as_bytes(), &post), "\r\nBody\r\n");
    assert_eq!(body(b"---", &post), "");
    assert_eq!(post.version, Version::of(text.as_bytes(), post.body.offset));
    assert_eq!(post.version.body, digest(b"Body"));
}

#[test]
fn jekyll_posts_have_jekylls_ids() {
    let source = Source { permalink: "/blog/:title/".into(), id: IdFormula::Jekyll, ..source(Jekyll) };
    let cases = [
        ("2019-5-1-Two Words 1.0.md", "---\ntitle: x\n---\n", "blog/Two%20Words%201.0", "blog/Two-Words-1.0/"),
        ("2019-5-1-x.md", "---\ntitle: x\nslug: the-slug\n---\n", "blog/the-slug", "blog/the-slug/"),
        ("2019-5-1-x.md", "No front matter.", "blog/x", "blog/x/"),
    ];
    for (relative, text, id, url) in cases {
        let Parsed::Post(post, _) = parsed(&site("https://example.org/"), &source, relative, text.as_bytes()) else {
            panic!("no post: {relative}")
        };
        assert_eq!(post.id, format!("https://example.org/{id}"));
        assert_eq!(post.url, format!("https://example.org/{url}"));
        assert_eq!(post.published.to_rfc3339(), "2019-05-01T00:00:00-07:00");
    }
}

#[test]
fn ids_are_uris_and_what_is_changed_is_told() {
    let text = |line: &str| format!("---\ntitle: x\ndate: 2024-01-02\n{line}\n---\n");
    for (line, id) in
        [("permalink: /a[1]/", "https://example.org/a%5B1%5D/"), ("url: /a#b#c", "https://example.org/a#b%23c")]
    {
        let (post, problems) = post(Commonmark, "a.md", &text(line));
        assert_eq!((post.id.as_str(), post.url.as_str(), problems.len()), (id, id, 0));
    }
    let told = |line: &str| post(Commonmark, "a.md", &text(line)).1;
    assert_eq!(
        told("guid: https://old.example/über"),
        ["posts/a.md:4:7: warning: guid `https://old.example/über` has characters that no URI may hold; \
          published as `https://old.example/%C3%BCber`"]
    );
    assert_eq!(
        told("id: 1234 at https://old.example"),
        ["posts/a.md:4:5: warning: id `1234 at https://old.example` is no URI; \
          published as `urn:feedwright:1234%20at%20https%3A%2F%2Fold.example`"]
    );
    assert_eq!(told("id: https://old.example/?p=1"), Vec::<String>::new());
}

#[test]
fn a_post_without_a_title_gets_one() {
    let (found, problems) = post(Jekyll, "2019-5-22-my-post.md", "Text.");
    assert_eq!((found.title.as_str(), found.body.line, found.body.offset), ("My Post", 1, 0));
    assert_eq!(problems.len(), 1);
    assert!(problems[0].starts_with("posts/2019-5-22-my-post.md: warning: has no title"), "{problems:?}");
    assert_eq!(post(Zola, "x.md", "+++\ntitle = '🎉'\ndate = 2024-01-02\n+++\n").0.title, "🎉");
}

#[test]
fn dates_come_from_where_they_are() {
    let cases = [
        (Hugo, "x.md", "date: 2024-01-02\npublishDate: 2024-03-04", "2024-03-04"),
        (Hugo, "x.md", "lastmod: 2024-01-02", "2024-01-02"),
        (Hugo, "2024-01-02-x.md", "weight: 1", "2024-01-02"),
        (Commonmark, "2020-01-01-x.md", "pubDate: Jan 2, 2024", "2024-01-02"),
        (Commonmark, "2024/01/02/x.md", "layout: x", "2024-01-02"),
        (Commonmark, "2024-01-02-x.md", "published: true", "2024-01-02"),
        (Zola, "x.md", "path: news/2024/01/02/x", "2024-01-02"),
    ];
    for (dialect, relative, yaml, expected) in cases {
        let (post, _) = post(dialect, relative, &format!("---\ntitle: x\n{yaml}\n---\n"));
        assert_eq!(post.published.date_naive().to_string(), expected, "{dialect:?} {relative} {yaml}");
    }
    let yaml = "---\ntitle: x\ndate: 2023-01-02\npublishDate: 2024-03-04\nurl: /:year/x\n---\n";
    assert_eq!(post(Hugo, "x.md", yaml).0.url, "https://example.org/2023/x/");
}

#[test]
fn what_is_wrong_is_told_with_its_place() {
    let cases = [
        ("a.md", "---\ntitle: x\ndate: 2024-13-02\n---\n", "a.md:3:7: unknown date `2024-13-02`; expected YYYY-MM-DD"),
        ("a.md", "+++\ntitle = 'x'\ndate = 07:32:00\n+++\n", "a.md:3:8: unknown date `07:32:00`; expected YYYY-MM-DD"),
        ("a.md", "---\ntitle: x\n---\n", "a.md:1:1: has no date; add `date: YYYY-MM-DD` to its front matter"),
        ("a.md", "---\ndate: 0\n---\n", "a.md:2:7: unknown date `0`"),
        ("a.md", "---\ntitle: x\ndate: true\n---\n", "a.md:3:7: unknown date `true`; expected YYYY-MM-DD"),
        ("a.md", "---\ndate: 0001-01-01T00:00:00Z\n---\n", "a.md:2:7: unknown date `0001-01-01T00:00:00Z`; expected"),
        ("0001-01-01-a.md", "Text", "0001-01-01-a.md: unknown date `0001-01-01` in its name; expected YYYY-MM-DD"),
        ("2024-02-30-a.md", "Text", "2024-02-30-a.md: unknown date `2024-02-30` in its name; expected YYYY-MM-DD"),
        ("2024-01-02-a.md", "---\ntitle: [x]\n---\n", "2024-01-02-a.md:2:8: `title` is a list; expected text"),
        ("a.md", "---\ndate: 2024-01-02\nexpires: soon\n---\n", "a.md:3:10: unknown date `soon`"),
        ("a.md", "---\ndate: [2024-01-02]\n---\n", "a.md:2:7: `date` is a list; expected a date"),
        ("a.md", " \n", "a.md: is empty; write something in it, or remove it"),
        ("a.md", "---\ntitle: a: b\n---\n", "a.md:2:9: the value holds an unquoted `: `; put the value in quotes"),
    ];
    for (relative, text, expected) in cases {
        let told = broken(Commonmark, relative, text);
        assert!(told.iter().any(|told| told.starts_with(&format!("posts/{expected}"))), "{text}: {told:?}");
    }
    let Parsed::Broken(told) = parsed(&site("https://example.org/"), &source(Commonmark), "a.md", b"ab\xFF") else {
        panic!("not broken")
    };
    assert_eq!(told[0].to_string(), "posts/a.md:1:3: is not UTF-8 from here on; save it as UTF-8");
}

#[test]
fn warnings_leave_the_post() {
    let text = "---\ntitle: x\ndate: 2024-01-02\nupdated: yesterday\nlang: Klingon (old)\n---\n";
    let (post, problems) = post(Commonmark, "a.md", text);
    assert_eq!((post.updated, post.language), (None, None));
    assert_eq!(problems.len(), 2);
    assert!(problems[0].starts_with("posts/a.md:4:10: warning: unknown date `yesterday`"), "{problems:?}");
}

#[test]
fn what_is_not_meant_as_a_post_is_passed_over() {
    let site = site("https://example.org/");
    let passed = |text: &[u8], source: &Source| match parsed(&site, source, "a.md", text) {
        Parsed::PassedOver(problem) => problem.to_string(),
        other => panic!("{other:?}"),
    };
    let plain = source(Commonmark);
    assert!(passed(b"Text", &plain).starts_with("posts/a.md: warning: has no front matter and no date in its name"));
    assert!(passed(b"---\ndraft: true\n---\n", &plain).contains("is a draft without a date"));
    let lenient = Source { require_front_matter: false, ..plain };
    assert!(matches!(parsed(&site, &lenient, "a.md", b"Text"), Parsed::Broken(_)));
    assert!(matches!(parsed(&site, &lenient, "2024/01/02/a.md", b"Text"), Parsed::Post(..)));
    let jekyll = Source { require_front_matter: false, ..source(Jekyll) };
    assert!(passed(b"Text", &jekyll).contains("has no front matter and no date in its name"));
    assert!(matches!(parsed(&site, &jekyll, "a.md", b"---\ntitle: x\n---\n"), Parsed::Broken(_)));
}

#[test]
fn languages_of_files_are_hugos_and_zolas() {
    let text = "---\ntitle: x\ndate: 2024-01-02\n---\n";
    assert_eq!(post(Hugo, "x.fr.md", text).0.language.as_deref(), Some("fr"));
    assert_eq!(post(Hugo, "x.en.md", text).0.language, None);
    assert_eq!(post(Commonmark, "x.fr.md", text).0.language, None);
}

#[test]
fn a_hostile_front_matter_costs_little() {
    let long = 200_000;
    let lines = |line: fn(usize) -> String| (0..long / 10).map(line).collect::<String>();
    let files = [
        format!("---\ntitle: {}\ndate: 2024-01-02\n---\n", "<".repeat(long)),
        format!("---\ntitle: \"{}\"\ndate: 2024-01-02\n---\n", "&amp".repeat(long)),
        format!("---\ndate: 2024-01-02\npermalink: /{}\n---\n", "{a".repeat(long)),
        format!("---\ndate: 2024-01-02\nauthors:\n{}---\n", lines(|n| format!("- a{n}\n"))),
        format!("---\ndate: 2024-01-02\ncategories:\n{}---\n", lines(|n| format!("- a{n}\n"))),
        format!("+++\n{}+++\n", lines(|n| format!("k{n} = 1\n"))),
        format!("{{{}\"date\": \"2024-01-02\"}}\n", lines(|n| format!("\"k{n}\": 1, "))),
        format!("---\n{}---\n", lines(|n| format!("k{n}: 1\n"))),
        format!("---\ndate: {}\n---\n", "2".repeat(long)),
    ];
    let start = std::time::Instant::now();
    for text in files {
        let _ = parsed(&site("https://example.org/"), &source(Jekyll), "2024-01-02-a.md", text.as_bytes());
    }
    assert!(start.elapsed().as_secs() < 20, "{:?}", start.elapsed());
}

fn any_file() -> impl Strategy<Value = Vec<u8>> {
    let keys =
        "title|date|slug|permalink|tags|authors?|image|enclosure|audio|length|id|lang|link|published|updated|draft";
    let values = "(2024-01-0[0-9]( 10:00:00)?|\\[[a-z, ]{0,9}\\]|\\{[a-z]{1,4}: [a-z/.]{0,9}\\}|[ -~]{0,12}|\\PC{0,6})";
    let line = proptest::string::string_regex(&format!("({keys}): {values}\n")).unwrap();
    let posts = proptest::collection::vec(line, 0..6);
    let posts = posts.prop_map(|lines| format!("---\n{}---\nText", lines.concat()).into_bytes());
    prop_oneof![posts, proptest::collection::vec(any::<u8>(), 0..200)]
}

proptest! {
    #[test]
    fn any_bytes_make_a_valid_post_or_none(
        bytes in any_file(),
        relative in "(2024-1-[0-9]{1,2}-)?[a-zA-Z0-9é._ 🎉%?#-]{1,12}\\.(md|html)",
    ) {
        for dialect in [Jekyll, Hugo, Zola, Commonmark] {
            match parsed(&site("https://example.org/blog/"), &source(dialect), &relative, &bytes) {
                Parsed::Post(post, problems) => {
                    let url = url::Url::parse(&post.url).unwrap();
                    prop_assert_eq!(url.as_str(), post.url.as_str());
                    prop_assert!(super::uri::is_uri(&post.id) && super::uri::is_uri(&post.url), "{} {}", post.id, post.url);
                    prop_assert!(url.has_host() && post.url.bytes().all(|byte| byte.is_ascii_graphic()));
                    prop_assert!(!post.id.is_empty() && !post.id.contains(char::is_whitespace));
                    prop_assert!(!post.title.contains(char::is_control));
                    prop_assert!(!problems.iter().any(Problem::is_error));
                    prop_assert!(bytes.ends_with(body(&bytes, &post).as_bytes()));
                }
                Parsed::PassedOver(problem) => prop_assert!(!problem.is_error()),
                Parsed::Broken(problems) => prop_assert!(problems.iter().any(Problem::is_error)),
            }
        }
    }
}
