//! Hostile input: each gets a clear error or a right result within one second (see `yardstick`) and 256 MB, and harms no other post.
//!
//! Every case is a blog of its own with two good posts, built by the real binary. `FEEDWRIGHT_RELEASE` names a binary that is built
//! to be fast, which is held to the second by all of them; the one for tests is many times slower, tries one in thirteen, and has thirty seconds. `HOSTILE` names the
//! only cases to try by a part of their names, `HOSTILE_DIALECT` the only dialect, and the slowest are told with `--nocapture`.

#![allow(clippy::format_collect)] // a table of texts, read once

mod bodies;
mod bounded;
mod case;
mod encodings;
mod forged;
mod front_matter;
mod html;
mod kramdown;
mod names;
mod templates;
mod values;
mod world;
mod xss;
mod yardstick;

use std::collections::BTreeMap;
use std::env;
use std::fs;
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::Duration;

use rayon::prelude::*;

use self::bounded::{Measured, binary};
use self::case::{Case, Expected};
use crate::support::Blog;

/// The binary for tests is too slow for all of them: it tries one of so many.
const SHORT: usize = 13;

const FEEDS: [&str; 3] = ["rss.xml", "atom.xml", "feed.json"];
const NEIGHBOURS: [&str; 2] = ["Rain", "Snow"];

/// A blog with two good posts, of this dialect.
fn blog(dialect: &str) -> Blog {
    let post = |title: &str, day: u32| {
        let summary = "summary: It fell <b>all</b> day\ntags: [weather]";
        format!(
            "---\ntitle: {title}\ndate: 2024-01-0{day}\n{summary}\n---\n\nUntouched & **whole**, with [a link](/a).\n"
        )
    };
    let more = "feeds: [rss.xml, atom.xml, feed.json, {path: 'tags/:tag.xml', format: atom, per: tag}]";
    Blog::new()
        .configured(&format!("posts: {{path: posts, dialect: {dialect}}}\n{more}\n"))
        .post("2024-01-02-rain.md", post("Rain", 2))
        .post("2024-01-03-snow.md", post("Snow", 3))
}

/// The entries of the good posts in each feed; each feed is well-formed.
fn neighbours(blog: &Blog) -> Result<Vec<String>, String> {
    let mut entries = Vec::new();
    for feed in FEEDS {
        let text = fs::read_to_string(blog.path("public").join(feed)).map_err(|error| format!("{feed}: {error}"))?;
        for title in NEIGHBOURS {
            let entry = if feed == "feed.json" { of_json(&text, title) } else { of_xml(&text, title) };
            entries.push(entry.map_err(|wrong| format!("{feed}: {title}: {wrong}"))?);
        }
    }
    Ok(entries)
}

fn of_json(text: &str, title: &str) -> Result<String, String> {
    let feed: serde_json::Value = serde_json::from_str(text).map_err(|error| error.to_string())?;
    let items = feed["items"].as_array().ok_or("no items")?;
    Ok(items.iter().find(|item| item["title"] == title).ok_or("is not there")?.to_string())
}

fn of_xml(text: &str, title: &str) -> Result<String, String> {
    let document = roxmltree::Document::parse(text).map_err(|error| error.to_string())?;
    let is_title = |node: &roxmltree::Node| node.has_tag_name("title") || node.tag_name().name() == "title";
    let found = document.descendants().filter(is_title).find(|node| node.text() == Some(title));
    let entry = found.and_then(|node| node.parent()).ok_or("is not there")?;
    Ok(text[entry.range()].to_owned())
}

/// What the good posts are in feeds when nothing hostile is beside them.
fn alone(dialect: &'static str) -> Vec<String> {
    static KNOWN: OnceLock<Mutex<BTreeMap<&'static str, Vec<String>>>> = OnceLock::new();
    let mut known = KNOWN.get_or_init(Mutex::default).lock().unwrap_or_else(PoisonError::into_inner);
    let read = || {
        let blog = blog(dialect);
        blog.once().ended_with(0);
        neighbours(&blog).expect("good feeds")
    };
    known.entry(dialect).or_insert_with(read).clone()
}

/// What the good posts are beside what is around a case: its settings say what their addresses are.
fn expected(case: &Case, dialect: &'static str) -> Vec<String> {
    if case.files.len() == 1 {
        return alone(dialect);
    }
    let blog = blog(dialect);
    for (path, content) in case.files.iter().filter(|(path, _)| path != case::POST) {
        content.write(&blog.path(path)).expect("a file");
    }
    blog.once();
    neighbours(&blog).expect("good feeds")
}

/// Builds a case and says what is wrong with what became of it.
fn judge(case: &Case, dialect: &'static str) -> (Duration, Vec<String>) {
    let blog = blog(dialect);
    for (path, content) in &case.files {
        content.write(&blog.path(path)).unwrap_or_else(|error| panic!("{}: {path:?}: {error}", case.name));
    }
    let measured = bounded::run(&blog.path(""), &["--once", "-v"]);
    let mut wrong = Vec::new();
    if !matches!(measured.code, Some(0 | 1)) {
        let stderr: String = measured.stderr.chars().take(600).collect();
        wrong.push(format!("ended with {:?}: {stderr}", measured.code));
    }
    if measured.cpu > binary().1 {
        wrong.push(format!("took {:?} of {:?}", measured.cpu, binary().1));
    }
    match neighbours(&blog) {
        Ok(entries) if entries == expected(case, dialect) => {}
        Ok(_) => wrong.push("other posts are not as they were".to_owned()),
        Err(error) => wrong.push(error),
    }
    wrong.extend(unexpected(case, &blog, &measured));
    (measured.cpu, wrong)
}

/// What is not as it must be of the post itself.
fn unexpected(case: &Case, blog: &Blog, measured: &Measured) -> Option<String> {
    let feed = fs::read_to_string(blog.path("public/feed.json")).unwrap_or_default();
    let feed: serde_json::Value = serde_json::from_str(&feed).unwrap_or_default();
    let is_published = feed["items"].as_array().is_some_and(|items| items.len() > NEIGHBOURS.len());
    let told: String = measured.stdout.lines().filter(|line| line.starts_with("posts/")).take(8).collect();
    let shown: String = told.chars().take(600).collect();
    match case.expected {
        Expected::Published if !is_published => Some(format!("is not published: {shown}")),
        Expected::Refused(_) | Expected::Ignored if is_published => Some(format!("is published: {shown}")),
        Expected::Refused(text) if !told.contains(text) => Some(format!("is not told `{text}`, but: {shown}")),
        Expected::Either if !is_published && told.is_empty() => {
            Some(format!("is neither published nor told: {} {}", measured.stdout, measured.stderr))
        }
        _ => None,
    }
}

#[track_caller]
fn try_all(cases: Vec<Case>) {
    let only = |name| env::var(name).unwrap_or_default();
    let (name, of) = (only("HOSTILE"), only("HOSTILE_DIALECT"));
    let all = cases.into_iter().filter(|case| case.name.contains(&name));
    let all = all.flat_map(|case| case.at.dialects().into_iter().map(move |dialect| (case.clone(), dialect)));
    let all = all.filter(|(_, dialect)| dialect.contains(&*of));
    let is_slow = env::var_os("FEEDWRIGHT_RELEASE").is_none() && name.is_empty();
    let all: Vec<(Case, &str)> = all.step_by(if is_slow { SHORT } else { 1 }).collect();
    let judged = all.par_iter().map(|(case, dialect)| {
        let judged = judge(case, dialect);
        if !judged.1.is_empty() {
            println!("{dialect}: {}: {}", case.name, judged.1.join("; ")); // at once: the rest can take long
        }
        (judged, &case.name, dialect)
    });
    let mut judged: Vec<_> = judged.collect();
    judged.sort_by_key(|((cpu, _), ..)| std::cmp::Reverse(*cpu));
    println!("{} runs; the slowest:", judged.len());
    judged
        .iter()
        .take(10)
        .for_each(|((cpu, _), name, dialect)| println!("{:>6} ms {dialect}: {name}", cpu.as_millis()));
    let wrong: Vec<String> = judged
        .iter()
        .flat_map(|((_, wrong), name, dialect)| wrong.iter().map(move |wrong| format!("{dialect}: {name}: {wrong}")))
        .collect();
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn hostile_bodies() {
    try_all(bodies::cases());
}

#[test]
fn hostile_html() {
    try_all(html::cases());
}

#[test]
fn hostile_kramdown() {
    try_all(kramdown::cases());
}

#[test]
fn hostile_templates() {
    try_all(templates::cases());
}

#[test]
fn hostile_front_matter() {
    try_all(front_matter::cases());
}

#[test]
fn hostile_values() {
    try_all(values::cases());
}

#[test]
fn hostile_encodings() {
    try_all(encodings::cases());
}

#[test]
fn hostile_names() {
    try_all(names::cases());
}

#[test]
fn there_are_enough() {
    let groups = [bodies::cases, html::cases, kramdown::cases, templates::cases, front_matter::cases];
    let more = [values::cases, encodings::cases, names::cases];
    let all: usize = groups.iter().chain(&more).map(|cases| cases().len()).sum();
    println!("{all} inputs");
    assert!(all >= 300, "{all}");
}
