//! What is accepted, and how each mistake is told.

use super::*;

const PLAIN: &str = "site:\n  title: T\n  url: https://example.org\n";

fn read(text: &str) -> Result<Config, Vec<String>> {
    let around = Surroundings {
        name: "feedwright.yaml",
        folder: Path::new("/blog"),
        judge: &|_| Dialect::Commonmark,
        permalink: &|_| "/:slug/",
    };
    parse(text, around).map_err(|problems| problems.iter().map(ToString::to_string).collect())
}

fn errors(text: &str) -> Vec<String> {
    read(text).expect_err("a configuration with a problem")
}

#[test]
fn title_and_url_are_enough() {
    let config = read(PLAIN).unwrap();
    assert_eq!(config.site.url.as_str(), "https://example.org/");
    assert_eq!(config.output, Path::new("/blog/public"));
    assert_eq!(config.sources[0].path, Path::new("/blog/posts"));
    assert_eq!(
        config.feeds.iter().map(|feed| feed.path.as_str()).collect::<Vec<_>>(),
        ["rss.xml", "atom.xml", "feed.json"]
    );
    assert_eq!(config.feeds[0].limit, Some(20));
}

#[test]
fn a_site_below_a_folder_keeps_it() {
    let config = read("site: {title: T, url: 'https://u.example/blog', icon: /i.png}\n").unwrap();
    assert_eq!(config.site.icon.unwrap().as_str(), "https://u.example/blog/i.png");
    assert_eq!(config.output_url.as_str(), "https://u.example/blog/");
}

#[test]
fn unknown_keys_offer_the_nearest() {
    assert_eq!(
        errors("site:\n  titel: T\n  url: https://example.org\n"),
        ["feedwright.yaml:2:3: unknown key `titel`; did you mean `title`?"]
    );
    assert_eq!(
        errors(&format!("{PLAIN}outptu: x\n")),
        ["feedwright.yaml:4:1: unknown key `outptu`; did you mean `output`?"]
    );
    assert_eq!(
        errors(&format!("{PLAIN}posts:\n  path: posts\n  permalnk: x\n")),
        ["feedwright.yaml:6:3: unknown key `permalnk`; did you mean `permalink`?"]
    );
}

#[test]
fn values_are_checked_where_they_stand() {
    let cases = [
        (
            "site:\n  title: T\n  url: example.org\n",
            "3:8: `example.org` is no address of a site; write a whole one, such as `https://example.org/`",
        ),
        (
            "site:\n  title: T\n  url: https://example.org\n  timezone: America/Los_Angelos\n",
            "4:13: unknown time zone `America/Los_Angelos`; did you mean `America/Los_Angeles`?",
        ),
        (
            "site:\n  title: T\n  url: https://example.org\nfeeds:\n  - path: ../x.xml\n",
            "5:11: `../x.xml` is no path for a feed; write one such as `rss.xml` or `tags/:tag.xml`; it stays below `output`",
        ),
        (
            "site:\n  title: T\n  url: https://example.org\nfeeds:\n  - {path: t.xml, format: rss, per: tag}\n",
            "5:12: `t.xml` has no `:tag`, so all of its feeds would be one file; write a path such as `feeds/:tag.xml`",
        ),
        (
            "site:\n  title: T\n  url: https://example.org\nwatch: {settle: 20}\n",
            "4:17: `20` is no duration; write a number and a unit: `20ms`, `2s`, `5m`, `1h`",
        ),
    ];
    for (text, expected) in cases {
        let errors = errors(text);
        assert!(errors[0].contains(expected), "{errors:?}");
    }
}

#[test]
fn sources_authors_and_limits_take_one_or_many() {
    let text = "site:\n  title: T\n  url: https://example.org\n  author: [Ann <ann@example.org>, {name: Bo, url: 'https://bo.example'}]\n\
                posts: [{path: a, dialect: jekyll}, {path: b, exclude: 'x/**'}]\n\
                feeds: [{path: all.xml, format: atom, limit: all}]\n";
    let config = read(text).unwrap();
    assert_eq!(config.site.authors[0].email.as_deref(), Some("ann@example.org"));
    assert_eq!(config.site.authors[1].url.as_deref(), Some("https://bo.example/"));
    assert_eq!(config.sources[0].dialect, Dialect::Jekyll);
    assert_eq!(config.sources[1].exclude, ["x/**"]);
    assert_eq!(config.feeds[0].limit, None);
    assert_eq!(errors(&text.replace("limit: all", "limit: 0")).len(), 1);
}

#[test]
fn two_feeds_of_one_path_are_refused() {
    let errors = errors(&format!("{PLAIN}feeds:\n  - path: rss.xml\n  - path: RSS.xml\n"));
    assert_eq!(errors.len(), 1);
    assert!(errors[0].starts_with("feedwright.yaml:6:11:"), "{errors:?}");
    assert!(errors[0].ends_with("two feeds have the path `RSS.xml`; give each its own"), "{errors:?}");
}
