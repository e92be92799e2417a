//! Blogs that are built wholly in memory.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

use feedwright::config::{self, Config, Dialect, Surroundings};
use feedwright::feed;
use feedwright::generator::Generator;
use feedwright::pipeline::{Change, Outcome, Pipeline, Unpublished};
use feedwright::post::{self, Rules, SourceFile};

pub const NEIGHBOUR: &str = "---\ntitle: Neighbour\ndate: 2024-01-02\n---\n\nUntouched & <b>whole</b>.\n";

/// A configuration, whose folders of posts are all of this dialect.
pub fn config(text: &str, dialect: Dialect) -> Config {
    let around = Surroundings {
        name: "feedwright.yaml",
        folder: Path::new("/blog"),
        judge: &|_| dialect,
        permalink: &post::default_permalink,
        check_permalink: &post::check_permalink,
    };
    config::parse(text, around).expect("a configuration")
}

const ALL: &str = "site: {title: T, url: 'https://example.org/'}\nfeeds: [{path: a.xml, format: rss, limit: all}, {path: b.xml, format: atom, limit: all}, {path: c.json, limit: all}]\n";

/// Builds a blog of these files, wholly in memory.
pub fn build(files: &[(&str, Vec<u8>)], dialect: Dialect) -> Vec<feed::Artifact> {
    let config = Arc::new(config(ALL, dialect));
    let now = "2024-06-01T00:00:00Z".parse().expect("an instant");
    let generators = vec![Arc::new(Generator::silent(dialect))];
    let mut pipeline = Pipeline::new(config.clone(), generators, "feedwright.yaml", now);
    let generator = Generator::silent(dialect);
    let (site, source) = (&config.site, &config.sources[0]);
    let rules = Rules { site, source, number: 0, id: None, generator: &generator, asset_size: &|_, _| None };
    let read = |name: &str, bytes: &Vec<u8>| {
        let file = SourceFile { path: name.into(), relative: name.to_owned(), bytes: bytes.clone() };
        (post::parse(&file, &rules), file.bytes)
    };
    let changes = files.iter().map(|(name, bytes)| Change::Read((*name).into(), read(name, bytes).0));
    pipeline.absorb(changes, now);
    let bytes: HashMap<&str, &Vec<u8>> = files.iter().map(|(name, bytes)| (*name, bytes)).collect();
    let again = |path: &str| bytes.get(path).map(|bytes| read(path, bytes));
    match pipeline.plan(now, &again, &Unpublished) {
        Outcome::Planned(plans) => {
            plans.feeds.iter().filter_map(|plan| pipeline.make(plan, &plans.standing).0).collect()
        }
        Outcome::Stale(paths) => panic!("stale: {paths:?}"),
    }
}

pub fn neighbour_of(artifact: &feed::Artifact) -> String {
    let text = String::from_utf8(artifact.bytes.clone()).expect("UTF-8");
    let (start, end) = if artifact.path == "a.xml" {
        ("<item>", "</item>")
    } else if artifact.path == "b.xml" {
        ("<entry>", "</entry>")
    } else {
        return serde_json::from_str::<serde_json::Value>(&text).expect("JSON")["items"]
            .as_array()
            .expect("items")
            .iter()
            .find(|item| item["title"] == "Neighbour")
            .expect("the neighbour")
            .to_string();
    };
    let item = text.split(start).find(|item| item.contains("Neighbour")).expect("the neighbour");
    item.split(end).next().unwrap_or_default().to_owned()
}
