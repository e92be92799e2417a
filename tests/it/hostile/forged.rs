//! Nobody forges a line of a log, a report, or what systemd is told: not with names, titles, tags or values.

use super::bounded;
use crate::support::Blog;

/// What a terminal, or who reads line by line, would take for something else.
const FORGED: [&str; 8] = ["\n", "\r", "\u{1b}", "\u{9b}", "\u{8}", "\u{202e}", "\u{2066}", "\u{2028}"];

/// A blog with problems whose texts hold everything.
fn forging() -> Blog {
    let more = "feeds: [rss.xml, {path: 'tags/:tag.xml', format: atom, per: tag}]\n";
    let mut blog = Blog::new().configured(more);
    for (number, bad) in FORGED.iter().enumerate() {
        let evil = format!("x{bad}FORGED: all is well{bad}y");
        let quoted: String = evil.chars().map(|c| format!("\\U{:08x}", u32::from(c))).collect();
        let post = |front: &str| {
            format!(
                "---\ntitle: \"{quoted}\"\ndate: 2024-01-01\n{front}\n---\n[a]({{{{< x \"{evil}\" >}}}}) [[{evil}]]\n"
            )
        };
        blog = blog
            .post(&format!("{number}{evil}.md"), "---\ntitle: [\n---\n")
            .post(&format!("{number}{evil}/folder.md"), post(""))
            .post(&format!("id{number}.md"), post(&format!("id: \"{quoted}\"")))
            .post(&format!("date{number}.md"), post("").replace("2024-01-01", &format!("\"{quoted}\"")))
            .post(
                &format!("slug{number}.md"),
                post(&format!("slug: \"{quoted}\"\npermalink: \"{quoted}\"\nimage: \"{quoted}\"")),
            )
            .post(&format!("tag{number}.md"), post(&format!("tags: [\"{quoted}\", \"x-FORGED-all-is-well-y\"]")))
            .post(
                &format!("enclosure{number}.md"),
                post(&format!("enclosure: \"{quoted}.mp3\"\nauthor: {{\"{quoted}\": 1}}\nlang: \"{quoted}\"")),
            )
            .post(&format!("key{number}.md"), post(&format!("? \"{quoted}\"\n: [")));
    }
    blog
}

#[track_caller]
fn is_honest(text: &str) {
    for line in text.lines() {
        assert!(!line.trim_start().starts_with("FORGED"), "a forged line: {line:?}");
    }
    let is_bad = |c: &char| {
        (c.is_control() && *c != '\n') || ('\u{2028}'..='\u{202e}').contains(c) || ('\u{2066}'..='\u{2069}').contains(c)
    };
    assert_eq!(text.chars().find(is_bad), None, "{text:?}");
}

#[test]
fn reports_hold_no_line_and_no_sign_of_a_name() {
    let blog = forging();
    for arguments in
        [&["--once", "-v"][..], &["check"], &["check", "--format", "github"], &["--once", "--format", "json"]]
    {
        let run = bounded::run(&blog.path(""), arguments);
        assert_eq!(run.code, Some(1), "{arguments:?}: {run:#?}");
        assert!(run.stdout.contains("FORGED"), "{arguments:?}: nothing is told");
        if arguments.contains(&"json") {
            // a text of JSON holds what it is given, where no reader takes it for the end of anything
            let report: serde_json::Value = serde_json::from_str(&run.stdout).expect("JSON");
            assert!(report["problems"].as_array().is_some_and(|problems| problems.len() > FORGED.len()));
        } else {
            is_honest(&run.stdout);
        }
        is_honest(&run.stderr);
    }
}

#[test]
fn the_log_of_the_service_holds_none() {
    let blog = forging();
    let mut service = blog.start_with(&["-vv"], None);
    is_honest(&service.take_told().join("\n"));
    blog.save("posts/x\nFORGED: all is well.md", "---\ntitle: New\ndate: 2024-01-01\n---\nbody\n");
    service.wait_until("the new post", || blog.shows("rss.xml", "<title>New</title>"));
    assert!(service.logged("FORGED") > 0, "{}", service.log());
    is_honest(&service.log());
    is_honest(&service.take_told().join("\n"));
}

#[test]
fn names_of_folders_forge_no_error() {
    let blog = Blog::new().configured(
        "posts: \"po\\nFORGED: all is well\\e[31m\\u202e\"\noutput: \"pub\\nFORGED: all is well\\e[31m\"\n",
    );
    let run = bounded::run(&blog.path(""), &["--once"]);
    assert_eq!(run.code, Some(2), "{run:#?}");
    is_honest(&run.stderr);
    blog.save("po\nFORGED: all is well\u{1b}[31m\u{202e}/2024-01-01-a.md", "---\ntitle: A\n---\nbody\n");
    let run = bounded::run(&blog.path(""), &["--once", "-v"]);
    assert_eq!(run.code, Some(0), "{run:#?}");
    is_honest(&run.stdout);
    is_honest(&run.stderr);
}
