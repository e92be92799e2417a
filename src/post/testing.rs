//! What the tests of this room share.

use chrono_tz::Tz;
use url::Url;

use super::date::{Written, Zone};
use super::{Parsed, Post, Rules, SourceFile, parse};
use crate::config::{Dialect, IdFormula, Site, Source, Updates};
use crate::generator::Generator;
use crate::problem::Problem;

/// A site at `url`.
pub(super) fn site(url: &str) -> Site {
    Site {
        title: "An Example".into(),
        url: Url::parse(url).unwrap(),
        description: String::new(),
        language: Some("en".into()),
        timezone: Tz::America__Los_Angeles,
        authors: Vec::new(),
        copyright: None,
        icon: None,
        image: None,
    }
}

/// A folder of posts.
pub(super) fn source(dialect: Dialect) -> Source {
    Source {
        path: "blog/posts".into(),
        dialect,
        permalink: super::default_permalink(dialect).into(),
        id: IdFormula::Permalink,
        include: Vec::new(),
        exclude: Vec::new(),
        updates: Updates::Said,
        require_front_matter: true,
        follow_symlinks: false,
    }
}

/// What becomes of a file in that folder.
pub(super) fn parsed(site: &Site, source: &Source, relative: &str, text: &[u8]) -> Parsed {
    let path = format!("posts/{relative}").into();
    let file = SourceFile { path, relative: relative.into(), bytes: text.to_vec() };
    parse(&file, &rules(site, source, &Generator::silent(source.dialect)))
}

/// What a file in that folder is read by.
pub(super) fn rules<'a>(site: &'a Site, source: &'a Source, generator: &'a Generator) -> Rules<'a> {
    let asset_size = &|reference: &str, _: &str| (reference.ends_with("1.mp3")).then_some(1234);
    Rules { site, source, number: 0, id: None, generator, asset_size }
}

/// The post that a file makes on a site at `https://example.org/`, and what is told of it.
pub(super) fn post(dialect: Dialect, relative: &str, text: &str) -> (Post, Vec<String>) {
    match parsed(&site("https://example.org/"), &source(dialect), relative, text.as_bytes()) {
        Parsed::Post(post, problems) => (*post, told(&problems)),
        other => panic!("no post: {other:?}"),
    }
}

/// What is told of a file that makes no post.
pub(super) fn broken(dialect: Dialect, relative: &str, text: &str) -> Vec<String> {
    match parsed(&site("https://example.org/"), &source(dialect), relative, text.as_bytes()) {
        Parsed::Broken(problems) => {
            assert!(problems.iter().any(Problem::is_error), "{problems:?}");
            told(&problems)
        }
        other => panic!("not broken: {other:?}"),
    }
}

fn told(problems: &[Problem]) -> Vec<String> {
    problems.iter().map(ToString::to_string).collect()
}

/// `2024-01-02 03:04:05.000000006 +01:00 timestamp`, as far as it is there.
pub(super) fn date_told(Written { day, time, zone, timestamp }: &Written) -> String {
    let time = time.map(|time| format!(" {time}")).unwrap_or_default();
    let zone = match zone {
        None => String::new(),
        Some(Zone::Offset(offset) | Zone::Regional(_, offset)) => format!(" {offset}"),
        Some(Zone::Loose(offset)) => format!(" {offset} loose"),
        Some(Zone::Named(zone)) => format!(" {zone}"),
    };
    format!("{day}{time}{zone}{}", if *timestamp { " timestamp" } else { "" })
}
