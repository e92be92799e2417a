//! A service in all kinds of trouble, for tests.

use chrono::{DateTime, Utc};

use super::*;
use crate::notice::Target;
use url::Url;

/// The instant so many seconds after the service was started.
pub fn second(after: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_714_554_764 + after, 0).unwrap_or_default()
}

/// A service that has something of everything.
pub fn status() -> Status {
    let written: Vec<String> = (1..=7).map(|number| format!("tags/{number}.xml")).collect();
    let last = Publication { at: second(60), written, removed: vec!["old.xml".into()], milliseconds: Some(12) };
    Status {
        version: "1.2.3".into(),
        pid: 42,
        since: second(0),
        posts: 41,
        held: 3,
        broken: 1,
        feeds: 3,
        publications: Publications { count: 5, milliseconds: 1500, last: Some(last) },
        next: Some(Due {
            at: second(90_000),
            post: "posts/soon.md".into(),
            title: "Soon".into(),
            change: DueChange::ComesOut,
        }),
        problems: vec![
            Problem::error("posts/a.md", "unknown date `x`").at(3, 7).mend("expected YYYY-MM-DD"),
            Problem::warning("posts/b.md", "has no title"),
        ],
        troubles: vec![Trouble {
            concern: Concern::Publication,
            message: "cannot write `/out/rss.xml`: no space".into(),
            since: second(100),
        }],
        last_error: Some(LastError { message: "no space".into(), at: second(120), mended: None }),
        announced: Some(Announced {
            waiting: 1,
            sent: 7,
            last: Some(second(61)),
            failing: vec![
                failing(Target::Hub, "https://hub.example/", "it answers 500"),
                Failing { is_given_up: true, ..failing(Target::Directory, "http://ping.example/", "it refuses: no") },
            ],
        }),
        hub: Some(Tally {
            feeds: [("https://example.org/a.xml".to_owned(), 2), ("https://example.org/b.xml".to_owned(), 1)].into(),
            failing: 1,
            last_delivery: Some(second(61)),
            ..Tally::default()
        }),
        watcher: Watching { kind: "native".into(), folders: vec!["/blog/posts".into()] },
        configuration: Configuration {
            file: "/blog/feedwright.yaml".into(),
            newer: Some(Newer::Broken),
            problems: vec![Problem::error("feedwright.yaml", "unknown key `x`").at(5, 1)],
        },
        access: Some(access()),
        output: "/blog/public".into(),
        state: "/state/blog".into(),
    }
}

fn failing(kind: fn(Url) -> Target, url: &str, reason: &str) -> Failing {
    let target = kind(Url::parse(url).expect("a URL"));
    Failing { target, reason: reason.into(), since: second(120), is_given_up: false }
}

/// One that all is well with, and that has done nothing yet.
pub fn quiet() -> Status {
    let configuration = Configuration { newer: None, problems: Vec::new(), ..status().configuration };
    let (publications, problems, troubles) = (Publications::default(), Vec::new(), Vec::new());
    Status {
        access: None,
        publications,
        next: None,
        problems,
        troubles,
        last_error: None,
        announced: None,
        hub: None,
        broken: 0,
        configuration,
        ..status()
    }
}

/// Two feeds, read by two kinds of readers.
fn access() -> Access {
    let reads =
        |requests, subscribers| Reads { requests, unchanged: requests / 2, deltas: 1, bytes: 2048, subscribers };
    let kinds = |requests| [("Feedly".to_owned(), reads(requests, Some(42))), ("curl".to_owned(), reads(2, None))];
    let feeds = [("rss.xml".to_owned(), kinds(10).into()), ("atom.xml".to_owned(), kinds(4).into())];
    Access { connections: 3, feeds: feeds.into() }
}
