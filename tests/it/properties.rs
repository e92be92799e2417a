use chrono_tz::Tz;
use feedwright::config::{self, Config, Dialect, Surroundings};
use feedwright::feed;
use feedwright::generator::Generator;
use feedwright::pipeline::{Change, Outcome, Pipeline};
use feedwright::post::{self, Post, Rules, SourceFile};
use proptest::prelude::*;
use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

const NEIGHBOUR: &str = "---\ntitle: Neighbour\ndate: 2024-01-02\n---\n\nUntouched & <b>whole</b>.\n";

fn config(dialect: Dialect) -> Config {
    let around = Surroundings {
        name: "feedwright.yaml",
        folder: Path::new("/blog"),
        judge: &|_| dialect,
        permalink: &post::default_permalink,
        check_permalink: &post::check_permalink,
    };
    let text = "site: {title: T, url: 'https://example.org/'}\nfeeds: [{path: a.xml, format: rss, limit: all}, {path: b.xml, format: atom, limit: all}, {path: c.json, limit: all}]\n";
    config::parse(text, around).expect("a configuration")
}

/// Builds a blog of these files, wholly in memory.
fn build(files: &[(&str, Vec<u8>)], dialect: Dialect) -> Vec<feed::Artifact> {
    let config = Arc::new(config(dialect));
    assert_eq!(config.site.timezone, Tz::UTC);
    let now = "2024-06-01T00:00:00Z".parse().expect("an instant");
    let generators = vec![Arc::new(Generator::silent(dialect))];
    let mut pipeline = Pipeline::new(config.clone(), generators, "feedwright.yaml", now);
    let generator = Generator::silent(dialect);
    let (site, source) = (&config.site, &config.sources[0]);
    let rules = Rules { site, source, number: 0, id: None, generator: &generator, asset_size: &|_, _| None };
    let bytes: HashMap<&str, &Vec<u8>> = files.iter().map(|(name, bytes)| (*name, bytes)).collect();
    let changes = files.iter().map(|(name, bytes)| {
        let file = SourceFile { path: (*name).into(), relative: (*name).to_owned(), bytes: bytes.clone() };
        Change::Read((*name).into(), post::parse(&file, &rules))
    });
    pipeline.absorb(changes, now);
    match pipeline.plan(now, &|post: &Post| bytes.get(&*post.path).map(|bytes| (*bytes).clone())) {
        Outcome::Planned(plans) => pipeline.make(&plans.feeds),
        Outcome::Stale(paths) => panic!("stale: {paths:?}"),
    }
}

fn neighbour_of(artifact: &feed::Artifact) -> String {
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

fn holds_whatever_stands_beside(bytes: Vec<u8>, dialect: Dialect) -> Result<(), TestCaseError> {
    let alone = build(&[("n.md", NEIGHBOUR.into())], dialect);
    let together = build(&[("2024-03-04-any.md", bytes), ("n.md", NEIGHBOUR.into())], dialect);
    prop_assert_eq!(together.len(), 3);
    for (alone, together) in alone.iter().zip(&together) {
        let format = [config::Format::Rss, config::Format::Atom, config::Format::Json];
        let format = format[usize::from(together.path.as_bytes()[0] - b'a')];
        prop_assert_eq!(feed::verify(&together.bytes, format), Ok(()));
        prop_assert_eq!(neighbour_of(alone), neighbour_of(together));
    }
    Ok(())
}

fn dialect() -> impl Strategy<Value = Dialect> {
    prop_oneof![
        Just(Dialect::Jekyll),
        Just(Dialect::Hugo),
        Just(Dialect::Zola),
        Just(Dialect::Eleventy),
        Just(Dialect::Pelican),
        Just(Dialect::Commonmark)
    ]
}

/// Pieces that posts are made of, in any order.
fn pieces() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("---\n"),
        Just("+++\n"),
        Just("{\n"),
        Just("title: "),
        Just("date: 2024-02-03\n"),
        Just("tags: [a, \"b\n"),
        Just("\r\n"),
        Just("\t"),
        Just("\u{feff}"),
        Just("{:.c #i k=\"v\"}"),
        Just("{::nomarkdown}"),
        Just("{:/}"),
        Just("`"),
        Just("```\n"),
        Just("~~~"),
        Just("$$"),
        Just("[^1]"),
        Just("[^1]: x\n"),
        Just("> "),
        Just("* "),
        Just("1. "),
        Just("| a | b |\n|---|---|\n"),
        Just("<script>"),
        Just("</div>"),
        Just("<img src=x onerror=y>"),
        Just("<iframe src=//e>"),
        Just("]]>"),
        Just("<!--"),
        Just("-->"),
        Just("<!--more-->"),
        Just("&amp"),
        Just("&#0;"),
        Just("\u{0}"),
        Just("\u{b}"),
        Just("\u{fffe}"),
        Just("\u{202e}"),
        Just("𝒳"),
        Just("![a](/b c)"),
        Just("[x](javascript:y)"),
        Just("{% raw %}"),
        Just("{{< x >}}"),
        Just("{{ x(a=[1], b=\"c\") }}"),
        Just("{% x() %}"),
        Just("{% end %}"),
        Just("{% for i in (1..9) %}"),
        Just("{% endfor %}"),
        Just("{{ page.title | replace: 'A', 'AA' }}"),
        Just("{{ -9223372036854775808 | divided_by: -1 }}"),
        Just("[[a|b]]"),
        Just("%%"),
        Just("{filename}a.md"),
        Just("Title: x\n"),
        Just("*[a]: b\n"),
        Just("word "),
        Just("\n\n"),
        Just(": def\n"),
        Just("{#id}"),
        Just("<p"),
        Just("\\"),
    ];
    proptest::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

proptest! {
    // 256 cases each; `PROPTEST_CASES` says how many the long form tries
    #![proptest_config(ProptestConfig::default())]

    #[test]
    fn any_bytes_are_a_post_that_harms_no_other(bytes in proptest::collection::vec(any::<u8>(), 0..400), dialect in dialect()) {
        holds_whatever_stands_beside(bytes, dialect)?;
    }

    #[test]
    fn any_text_is_a_post_that_harms_no_other(text in "(---\n)?.{0,200}(\n---\n)?(.|\n){0,300}", dialect in dialect()) {
        holds_whatever_stands_beside(text.into_bytes(), dialect)?;
    }

    #[test]
    fn any_pieces_of_posts_are_a_post_that_harms_no_other(text in pieces(), dialect in dialect()) {
        holds_whatever_stands_beside(text.into_bytes(), dialect)?;
    }

    #[test]
    fn any_body_behind_good_front_matter_is_published(body in pieces(), dialect in dialect()) {
        let post = format!("---\ntitle: Any\ndate: 2024-03-04\n---\n\n{body}");
        let artifacts = build(&[("any.md", post.into_bytes())], dialect);
        prop_assert!(artifacts.iter().all(|artifact| String::from_utf8_lossy(&artifact.bytes).contains("https://example.org/")));
        let feed: serde_json::Value = serde_json::from_slice(&artifacts[2].bytes).expect("JSON");
        prop_assert_eq!(feed["items"].as_array().map(Vec::len), Some(1));
    }
}
