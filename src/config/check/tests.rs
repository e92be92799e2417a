//! What is accepted, and how each mistake is told.

use super::*;
use crate::config::{Coding, FeedSpec, Format, Listen};

const PLAIN: &str = "site:\n  title: T\n  url: https://example.org\n";

fn read(text: &str) -> Result<Config, Vec<String>> {
    let around = Surroundings {
        name: "feedwright.yaml",
        folder: Path::new("/blog"),
        judge: &|_| Dialect::Commonmark,
        permalink: &|_| "/:slug/",
        check_permalink: &|_| Ok(()),
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

/// Configurations with one mistake each, and how it is told.
fn assert_told(cases: &[(&str, &str)]) {
    let told: Vec<(&str, Vec<String>)> = cases.iter().map(|(text, _)| (*text, errors(text))).collect();
    let expected: Vec<_> =
        cases.iter().map(|(text, expected)| (*text, vec![format!("feedwright.yaml:{expected}")])).collect();
    assert_eq!(told, expected);
}

#[test]
fn what_is_no_yaml_is_told_where_it_is() {
    assert_told(&[
        (
            "site:\n  title: T\n  url: https://e.org\n  title: U\n",
            "4:3: the key `title` is given a second time; remove one of the two",
        ),
        (
            "site: {title: T, url: 'https://e.org'}\nfeeds:\n  - {path: a.xml, path: b.xml}\n",
            "3:19: the key `path` is given a second time; remove one of the two",
        ),
        ("site:\n  title: a\u{0}b\n", "2:11: a control character stands here (U+0000); remove it"),
        ("site:\r\n  title: ä\u{1b}\r\n", "2:11: a control character stands here (U+001B); remove it"),
        ("site:\n\ttitle: T\n", "2:1: a tab indents here, which YAML does not allow; use blanks"),
        ("site:\n  title: T\n\turl: https://e.org\n", "3:1: a tab indents here, which YAML does not allow; use blanks"),
        (
            "site:\n  title: A: B\n",
            "2:11: the value holds an unquoted `: `; put the value in quotes, such as `title: \"A: B\"`",
        ),
        (
            "site:\n  title: \"T\n",
            "2:10: a quote is opened and never closed; close it, or write it twice inside single quotes",
        ),
        ("site:\n  title: @x\n", "2:10: a value cannot begin with `@`; put the value in quotes"),
        (
            "site: {title: T, url: https://e.org, author: x, authors: y}\n",
            "1:49: the key `authors` is given a second time (`author` and `authors` are one); remove one of the two",
        ),
        (
            "site: \"a\\q\"\n",
            "1:9: unknown escape in a text in double quotes; write `\\\\` for a backslash, or use single quotes",
        ),
        (
            "---\nsite: {title: T, url: https://e.org}\n---\na: b\n",
            "3:1: holds more than one document; remove the lines `---` between them",
        ),
        ("", " is empty; write at least `site:` with `title` and `url`"),
        ("# nothing\n---\n", " is empty; write at least `site:` with `title` and `url`"),
    ]);
}

#[test]
fn what_is_of_another_kind_is_told_in_words_of_people() {
    let site = "site: {title: T, url: 'https://e.org'}\n";
    assert_told(&[
        ("[a]: b\n", "1:1: the file is a list; expected a key"),
        (
            "1: b\n",
            "1:1: unknown key `1`; known here: `site`, `posts`, `ids`, `output`, `output_url`, `feeds`, `state`, `metrics`, `shortcodes`, `accept_loss_after`, `watch`, `limits`, `websub`, `rsscloud`, `ping`, `serve`, `hub`, `compress`",
        ),
        ("- a\n", "1:1: the file is a list; expected a mapping with `site`, `posts`, `feeds` and so on"),
        ("output: x\n", "1:1: `site` is missing; add `site:` with `title` and `url`"),
        ("site:\n", "1:1: `site.title` is missing; add `title: The Example Blog`"),
        ("output: x\nsite:\n  title: T\n", "2:1: `site.url` is missing; add `url: https://example.org/`"),
        ("site:\n  title: [a]\n  url: https://e.org\n", "2:10: `site.title` is a list; expected a text"),
        (&format!("{site}feeds:\n  - limit: 3\n"), "3:5: `feeds.path` is missing; add `path: rss.xml`"),
        (
            &format!("{site}feeds: [[]]\n"),
            "2:9: `feeds` is a list; expected a path, or a mapping with `path`, `format` and so on",
        ),
        (&format!("{site}posts: 3\n"), "2:8: `posts` is the number `3`; expected one value or a list of them"),
        (
            &format!("{site}feeds: [{{path: a.xml, limit: many}}]\n"),
            "2:30: unknown limit `many`; give a number from 1, or `all`",
        ),
        (
            &format!("{site}feeds: [{{path: a.xml, format: xml}}]\n"),
            "2:31: unknown value `xml`; known here: `rss`, `atom`, `json`",
        ),
        (
            &format!("{site}feeds: [{{path: a.xml, format: [rss]}}]\n"),
            "2:31: `feeds.format` is a list; expected one of the known words",
        ),
        (
            &format!("{site}posts: {{require_front_matter: maybe}}\n"),
            "2:31: `posts.require_front_matter` is the text \"maybe\"; expected `true` or `false`",
        ),
    ]);
}

#[test]
fn each_mistake_is_told_at_its_own_key() {
    let site = "site: {title: T, url: 'https://e.org'}\n";
    assert_told(&[
        (
            "feeds: [{title: T, path: rss.xml}]\nsite:\n  title: ''\n  url: https://e.org\n",
            "3:10: `site.title` is empty; feeds need a title",
        ),
        (
            "site:\n  title:\n    ''\n  author: {name: A, url: 'http://a'}\n  url: https://e.org\n",
            "3:5: `site.title` is empty; feeds need a title",
        ),
        (
            &format!("{site}posts:\n  - path: a\n  - include: ['*.md', 'a[']\n"),
            "4:23: `a[` is no glob: unclosed character class; missing ']'; write one such as `drafts/**` or `**/*.md`",
        ),
        (
            "site: {title: T, url: https://u:secret@e.org/}\n",
            "1:23: `site.url` holds a user name or a password, which every reader would see; leave out what stands before the `@`",
        ),
        (
            &format!("{site}output_url: https://u@e.org/\n"),
            "2:13: `output_url` holds a user name or a password, which every reader would see; leave out what stands before the `@`",
        ),
        (&format!("{site}ids: ''\n"), "2:6: the path of a file is empty; name it, such as `feedwright.ids.yaml`"),
        (&format!("{site}output: ''\n"), "2:9: the path of a folder is empty; name it; `.` is the folder of this file"),
        (
            &format!("{site}watch: {{rescan: 99999999999999h}}\n"),
            "2:17: `99999999999999h` is too long; write a duration from `1s` to `7d`, or `0s` for never",
        ),
        (
            "site: {title: T, url: https://e.org, timezone: PST}\n",
            "1:48: unknown time zone `PST`; did you mean `America/Los_Angeles`?",
        ),
        (
            "site: {title: T, url: https://e.org, timezone: Berlin}\n",
            "1:48: unknown time zone `Berlin`; did you mean `Europe/Berlin`?",
        ),
        (
            "site: {title: T, url: https://e.org, author: [A, {name: B, email: b}]}\n",
            "1:67: `site.author.email`: `b` is no email address; write one such as `ann@example.org`",
        ),
        (
            "site: {title: T, url: https://e.org, authors: {name: B, url: 'http://['}}\n",
            "1:62: `site.author.url`: `http://[` is no URL; write a path such as `/about/`, or a whole one",
        ),
    ]);
}

#[test]
fn a_broken_permalink_is_told_at_its_key() {
    let around = Surroundings {
        name: "f.yaml",
        folder: Path::new("/blog"),
        judge: &|_| Dialect::Commonmark,
        permalink: &|_| "/:slug/",
        check_permalink: &|pattern| if pattern == "/:slug/" { Ok(()) } else { Err(format!("bad {pattern}")) },
    };
    let problems = parse(&format!("{PLAIN}posts:\n  - path: a\n  - permalink: /x\n"), around).unwrap_err();
    assert_eq!(problems.iter().map(ToString::to_string).collect::<Vec<_>>(), ["f.yaml:6:16: bad /x"]);
}

#[test]
fn paths_of_feeds_keep_apart() {
    let feeds = |paths: &str| format!("{PLAIN}feeds: [{paths}]\n");
    let tag = |path: &str| feeds(&format!("{{path: '{path}', format: atom, per: tag}}"));
    assert_told(&[
        (
            &feeds("{path: Tags, format: rss}, {path: 'tags/:tag.xml', format: atom, per: tag}"),
            "4:43: `tags/:tag.xml` is in the folder `Tags`, which is the path of a feed; give one of them another path",
        ),
        (&tag(":tagged.xml"), "4:16: unknown placeholder `:tagged` in `:tagged.xml`; did you mean `:tag`?"),
        (&tag(":tag/:tag.xml"), "4:16: `:tag/:tag.xml` has `:tag` more than once; write it once"),
        (
            &tag(":author/:tag.xml"),
            "4:16: `:author/:tag.xml` has `:author`, but the feed is per `tag`; leave `:tag` alone in it",
        ),
        (&feeds("'x-:tag.rss'"), "4:9: `x-:tag.rss` has a placeholder but the feed has no `per`; add `per: tag`"),
    ]);
    assert_eq!(read(&tag("a-:tag-b.xml")).unwrap().feeds[0].path, "a-:tag-b.xml");
}

#[test]
fn a_text_stands_for_a_folder_and_for_a_feed() {
    let config = read(&format!("{PLAIN}posts: blog\nfeeds: [rss.xml, feed.json]\n")).unwrap();
    assert_eq!(config.sources[0].path, Path::new("/blog/blog"));
    assert_eq!(config.feeds, [FeedSpec::new("rss.xml", Format::Rss), FeedSpec::new("feed.json", Format::Json)]);
    let config = read(&format!("{PLAIN}posts: [a, {{path: b}}]\n")).unwrap();
    assert_eq!([&config.sources[0].path, &config.sources[1].path], [Path::new("/blog/a"), Path::new("/blog/b")]);
}

#[test]
fn limits_have_defaults_and_bounds() {
    assert_eq!(read(PLAIN).unwrap().limits, Limits { post_size: 5_000_000, posts: 100_000 });
    let limits = read(&format!("{PLAIN}limits: {{post_size: 20MB, posts: 7}}\n")).unwrap().limits;
    assert_eq!(limits, Limits { post_size: 20_000_000, posts: 7 });
    let told = errors(&format!("{PLAIN}limits: {{post_size: much, posts: 0}}\n"));
    assert!(told[0].contains("`much` is no size; write a number and a unit, such as `5MB`"), "{told:?}");
    assert!(told[1].contains("`0` posts are none; write how many there may be, from 1"), "{told:?}");
}

#[test]
fn what_is_left_empty_is_as_if_left_out() {
    let empty = "posts:\nids:\noutput:\noutput_url:\nfeeds:\nstate:\nwatch:\nlimits:\n";
    assert_eq!(read(&format!("{PLAIN}{empty}")).unwrap(), read(PLAIN).unwrap());
    let source = "posts: {path: , dialect: , permalink: , id: , include: , exclude: , require_front_matter: , follow_symlinks: }\nlimits: {post_size: , posts: }\n";
    assert_eq!(read(&format!("{PLAIN}{source}")).unwrap(), read(PLAIN).unwrap());
    let feed = "{path: rss.xml, format: , limit: , per: , title: , content: , tags: , authors: , exclude: }";
    let config = read(&format!("{PLAIN}feeds: [{feed}]\n")).unwrap();
    assert_eq!(config.feeds, [FeedSpec::new("rss.xml", Format::Rss)]);
    assert!(read(&format!("{PLAIN}feeds: [{{path: rss.xml, exclude: {{tags: , authors: Ann}}}}]\n")).is_ok());
}

#[test]
fn the_url_of_an_author_may_be_a_path_of_the_site() {
    let text = "site: {title: T, url: 'https://e.org/blog', author: {name: Ann, url: /me}}\n";
    assert_eq!(read(text).unwrap().site.authors[0].url.as_deref(), Some("https://e.org/blog/me"));
}

#[test]
fn bytes_that_are_no_utf_8_have_a_place() {
    let problem = crate::config::decode(b"site:\n  title: \xc3\xa4\xff\n", "f.yaml").unwrap_err();
    assert_eq!(problem.to_string(), "f.yaml:2:11: is not UTF-8 from here on; save it as UTF-8");
}

#[test]
fn a_hundred_problems_are_told_and_no_more() {
    let feeds = "  - '../x'\n".repeat(500);
    assert_eq!(errors(&format!("{PLAIN}feeds:\n{feeds}")).len(), MOST_PROBLEMS);
    let deep = format!("{PLAIN}posts: {}", "[".repeat(2_000));
    assert_eq!(errors(&deep).len(), 1);
}

proptest::proptest! {
    #[test]
    fn any_text_is_read_or_told(text in "(site|title|url|feeds|[:\\[\\]{}\"'&*!|>#,\n\t -]|[a-z\u{e4}\u{0}\u{85}]){0,40}") {
        let _ = read(&text);
    }
}

#[test]
fn metrics_are_written_where_the_collector_reads_them() {
    let config = read(&format!("{PLAIN}metrics: metrics/blog.prom\n")).unwrap();
    assert_eq!(config.metrics.as_deref(), Some(Path::new("/blog/metrics/blog.prom")));
    assert_eq!(read(&format!("{PLAIN}metrics:\n")).unwrap().metrics, None);
    let errors = errors(&format!("{PLAIN}metrics: blog.txt\n"));
    assert!(errors[0].starts_with("feedwright.yaml:4:10: `/blog/blog.txt` does not end in `.prom`"), "{errors:?}");
}

#[test]
fn places_are_found_in_a_broken_configuration_too() {
    use crate::config::{Places, places};
    let expected = Places { ids: None, output: Some("/srv/feeds".into()), state: Some("state".into()) };
    assert_eq!(places("output: /srv/feeds\nunknown: {}\nstate: state\n"), expected);
    assert_eq!(places("site: [\noutput: '/srv/feeds' # here\nstate: state\n  state: of something else\n"), expected);
    assert_eq!(places("site: ["), Places::default());
}

#[test]
fn syndication_is_off_until_it_is_asked_for() {
    let config = read(PLAIN).unwrap();
    assert!(
        config.announce.is_nobody() && config.serve.is_none() && config.hub.is_none() && config.compress.is_empty()
    );
    let config = read(&format!("{PLAIN}hub: false\nserve: 127.0.0.1:80\n")).unwrap();
    assert!(config.hub.is_none() && config.serve.is_some());
}

#[test]
fn what_is_asked_of_syndication_is_understood_however_short() {
    let text = "websub: https://hub.example/\nrsscloud: http://rpc.example:5337/pleaseNotify\nping: https://ping.example/\n\
                serve: {listen: ['[::1]:8080', 'unix:run/http', ':80', systemd]}\nhub: true\ncompress: [br, gzip, br]\noutput_url: https://example.org/feeds\n";
    let text =
        text.replace("serve: [127.0.0.1:8080]", "serve: {listen: ['[::1]:8080', 'unix:run/http', ':80', systemd]}");
    let config = read(&format!("{PLAIN}{text}")).unwrap();
    assert_eq!(config.announce.hubs[0].as_str(), "https://hub.example/");
    assert_eq!(config.announce.wait, Duration::from_mins(10));
    assert_eq!(config.announce.cloud.as_ref().unwrap().ping.as_str(), "http://rpc.example:5337/ping");
    assert_eq!(config.announce.pings[0].as_str(), "https://ping.example/");
    let listen = ["[::1]:8080", "[::]:80"].map(|address| Listen::Tcp(address.parse().unwrap()));
    let serve = config.serve.as_ref().unwrap();
    assert_eq!(
        serve.listen,
        [listen[0].clone(), Listen::Unix("/blog/run/http".into()), listen[1].clone(), Listen::Systemd]
    );
    assert_eq!(config.compress, [Coding::Gzip, Coding::Br]);
    let hubs: Vec<&str> = config.hubs().map(Url::as_str).collect();
    assert_eq!(hubs, ["https://example.org/feeds/hub", "https://hub.example/"], "our own first");
}

#[test]
fn what_makes_no_sense_of_syndication_is_told() {
    let text = "websub: {hubs: [hub.example], wait: 2d}\nrsscloud: https://rpc.example/\nping: 'mailto:a@b.c'\n\
                serve: {listen: 8080x, cache_control: \"a\\nb\", connections: 0}\nhub: {url: 'https://example.org/?hub', lease: 5s}\n";
    assert_eq!(
        errors(&format!("{PLAIN}{text}")),
        [
            "feedwright.yaml:4:37: `2d` is too long; write a duration at most `1d`, or `0s` for not to ask",
            "feedwright.yaml:4:17: `hub.example` is no address; write a whole one, such as `https://hub.example.org/`",
            "feedwright.yaml:5:11: `https://rpc.example/` is not `http`, and the element `cloud` of RSS has nothing else; write the `http` address of the server",
            "feedwright.yaml:6:7: `mailto:a@b.c` is no address; write a whole one, such as `https://hub.example.org/`",
            "feedwright.yaml:7:17: `8080x` is nothing to listen at; write an address with a port such as `127.0.0.1:8080` or `[::1]:8080`, `unix:/run/feedwright/http` or `systemd`",
            "feedwright.yaml:7:39: `a\\nb` is no value of a header; write one such as `max-age=60` or `no-cache`",
            "feedwright.yaml:7:60: `serve.connections` is `0`, and nothing would be done; write a number from 1",
            "feedwright.yaml:8:12: `https://example.org/?hub` has a query; leave out what stands behind the `?`",
            "feedwright.yaml:8:47: `5s` is too short; write a duration from `1m` to `90d`",
        ]
    );
    assert_eq!(
        errors(&format!(
            "{PLAIN}compress: gzip\nfeeds: [{{path: a.xml.gz, format: rss}}, {{path: b.br, format: rss}}]\n"
        )),
        [
            "feedwright.yaml:5:16: `a.xml.gz` ends as compressed siblings do; give it another name, or leave `.gz` out of `compress`"
        ]
    );
    assert_eq!(
        errors(&format!("{PLAIN}hub: true\n")),
        [
            "feedwright.yaml:4:6: `hub` needs `serve`, which answers its subscribers; write where to listen: `serve: 127.0.0.1:8080`",
        ]
    );
}
