//! What configurations of Hugo say, and what becomes of posts by them.

use super::super::testing::{site, source};
use super::*;
use crate::config::Source;
use crate::generator::Texts;
use crate::post::{Parsed, Post, Rules, SourceFile, parse};
use crate::value::read;

/// The post that a file makes in `content` of a site with this configuration and these `_index` pages.
fn post(configuration: &str, indexes: &[(&str, &str)], relative: &str, front: &str) -> Post {
    let settings = read::toml(configuration).expect("TOML");
    let texts: Texts = indexes.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect();
    let generator = Generator::new(Dialect::Hugo, "content", settings, texts);
    let source = Source { path: "content".into(), ..source(Dialect::Hugo) };
    let bytes = format!("---\ntitle: A Title\n{front}\n---\n").into_bytes();
    let file = SourceFile { path: format!("content/{relative}").into(), relative: relative.into(), bytes };
    let rules = Rules {
        site: &site("https://example.org/"),
        source: &source,
        number: 0,
        id: None,
        generator: &generator,
        asset_size: &|_, _| None,
    };
    match parse(&file, &rules) {
        Parsed::Post(post, _) => *post,
        other => panic!("{relative}: {other:?}"),
    }
}

#[test]
fn addresses_are_as_the_configuration_has_them() {
    let date = "date: 2024-03-05";
    let index = [("content/posts/sec/_index.md", "---\ntitle: S\n---\n")];
    for (configuration, relative, front, path) in [
        ("title = 'x'", "posts/a/x.md", date, "/posts/a/x/"),
        ("[permalinks]\nposts = '/:year/:slug'", "posts/x.md", date, "/2024/a-title/"),
        ("[languages.en.permalinks]\nposts = '/:year/'\n[permalinks]\nposts = '/p/'", "posts/x.md", date, "/2024/"),
        ("[languages.de.permalinks]\nposts = '/:year/'\n[permalinks]\nposts = '/p/'", "posts/x.md", date, "/p/"),
        ("[languages.en.permalinks]\nx = '/q/'\n[permalinks]\nposts = '/p/'", "posts/x.md", date, "/posts/x/"),
        ("[permalinks.page]\nposts = '/:sections/:slugorcontentbasename/'", "posts/a/x.md", date, "/posts/x/"),
        ("[permalinks.page]\nposts = '/:sections/:contentbasename/'", "posts/sec/x.md", date, "/posts/sec/x/"),
        ("[permalinks]\nnotes = '/n/:slug'", "posts/x.md", date, "/posts/x/"),
        ("uglyURLs = true", "posts/x.md", date, "/posts/x.html"),
        ("disablePathToLower = true", "Posts/X.md", date, "/Posts/X/"),
        ("removePathAccents = true", "posts/Über.md", date, "/posts/uber/"),
        ("title = 'x'", "posts/x.de.md", date, "/posts/x.de/"),
        ("[languages.en]\n[languages.De]", "posts/x.de.md", date, "/de/posts/x/"),
        ("defaultContentLanguage = 'de'\n[languages.en]\n[languages.de]", "posts/x.de.md", date, "/posts/x/"),
        ("defaultContentLanguage = 'de'\n[languages.en]\n[languages.de]", "posts/x.en.md", date, "/en/posts/x/"),
        ("defaultContentLanguageInSubdir = true", "posts/x.md", date, "/en/posts/x/"),
        (
            "[languages.en]\ncontentDir = 'content/en'\n[languages.fr]\ncontentDir = 'content/fr'",
            "fr/posts/x.md",
            date,
            "/fr/posts/x/",
        ),
        (
            "[languages.en]\ncontentDir = 'content/en'\n[languages.fr]\ncontentDir = 'content/fr'",
            "en/posts/x.md",
            date,
            "/posts/x/",
        ),
        ("[languages.en]\n[languages.fr]", "posts/x.fr.md", "date: 2024-03-05\nurl: a/b", "/fr/a/b/"),
        ("[languages.en]\n[languages.fr]", "posts/x.fr.md", "date: 2024-03-05\nurl: /a/b.html", "/a/b.html"),
        ("title = 'x'", "posts/x.md", "date: 2024-03-05\nurl: /a/index.html", "/a/"),
        ("[frontmatter]\ndate = [':filename', ':default']", "posts/2024-03-05-x.md", "a: 1", "/posts/x/"),
        ("title = 'x'", "posts/2024-03-05-x.md", date, "/posts/2024-03-05-x/"),
    ] {
        let url = post(configuration, &index, relative, front).url;
        assert_eq!(url, format!("https://example.org{path}"), "{configuration} {relative} {front}");
    }
}

#[test]
fn dates_are_looked_for_where_the_configuration_says() {
    let published = |configuration: &str, front: &str| {
        post(configuration, &[], "posts/2024-03-05-x.md", front).published.date_naive().to_string()
    };
    let names = "[frontmatter]\ndate = [':filename', ':default']\npublishDate = [':filename', ':default']";
    assert_eq!(published(names, "date: 2020-01-01"), "2024-03-05");
    assert_eq!(published("[frontmatter]\ndate = [':filename', ':default']", "date: 2020-01-01"), "2020-01-01");
    assert_eq!(published("[frontmatter]\ndate = ['born', ':default']", "born: 2020-01-01\nx: 1"), "2020-01-01");
    assert_eq!(published("title = 'x'", "date: 2020-01-01"), "2020-01-01");
    assert_eq!(published("title = 'x'", "date: 2020-01-01\npublishDate: 2021-01-01"), "2021-01-01");
}

#[test]
fn what_cascades_is_front_matter_unless_the_post_says_otherwise() {
    let configuration = "[[cascade]]\ntags = ['site']\nauthor = 'Ann'\n[cascade.target]\npath = '/posts/**'\n\
                         [[cascade]]\ntags = ['other']\n[cascade.target]\npath = '/notes/**'";
    let index = [("content/posts/_index.md", "---\ncascade:\n  author: Bo\n  params: {lang: de}\n---\n")];
    let post = |front: &str| post(configuration, &index, "posts/a/x.md", &format!("date: 2024-03-05\n{front}"));
    let found = post("");
    assert_eq!((found.tags.as_slice(), found.authors[0].name.as_str()), (&["site".to_owned()][..], "Bo"));
    assert_eq!(found.language.as_deref(), Some("de"));
    assert_eq!(post("tags: [own]\nauthor: Cy").tags, ["own"]);
}

#[test]
fn pages_that_hugo_does_not_list_are_not_listed() {
    let listed = |front: &str| post("title = 'x'", &[], "posts/x.md", &format!("date: 2024-03-05\n{front}")).listed;
    assert!(listed("build: {list: always}") && listed("headless: false") && listed("build: {publishResources: false}"));
    for hidden in [
        "headless: true",
        "build: {list: never}",
        "_build: {list: local}",
        "build: {render: never}",
        "build: {list: false}",
    ] {
        assert!(!listed(hidden), "{hidden}");
    }
}
