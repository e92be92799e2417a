//! From what was typed to what is needed: defaults filled in, every value checked.

use std::path::{Path, PathBuf};
use std::time::Duration;

use chrono_tz::Tz;
use url::Url;

use super::nearest::{explain, nearest};
use super::{
    Config, Content, Dialect, FeedSpec, Filter, Format, IdFormula, Per, Person, Site, Source, Watch, WatchMode, wire,
};
use crate::problem::Problem;

/// What a configuration is read with.
#[derive(Clone, Copy)]
pub struct Surroundings<'a> {
    /// The file as people name it.
    pub name: &'a str,
    /// The folder that relative paths are relative to.
    pub folder: &'a Path,
    /// Judges the dialect of a folder of posts by what stands around it.
    pub judge: &'a dyn Fn(&Path) -> Dialect,
    /// The default permalink pattern of a dialect.
    pub permalink: &'a dyn Fn(Dialect) -> &'static str,
}

/// Reads the text of a `feedwright.yaml`.
///
/// # Errors
/// Every problem found, each with its line and column where they are known.
pub fn parse(text: &str, around: Surroundings) -> Result<Config, Vec<Problem>> {
    let file: wire::File = serde_yaml::from_str(text).map_err(|error| vec![syntax_problem(&error, around.name)])?;
    let mut checker = Checker { around, text, problems: Vec::new() };
    let config = checker.config(file);
    match config {
        Some(config) if checker.problems.is_empty() => Ok(config),
        _ => Err(checker.problems),
    }
}

fn syntax_problem(error: &serde_yaml::Error, name: &str) -> Problem {
    let message = error.to_string();
    let message = message.split(" at line ").next().unwrap_or(&message);
    let (message, mend) = explain(message);
    let problem = Problem::error(name, message).mend(mend);
    let number = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    match error.location() {
        Some(place) => problem.at(number(place.line()), number(place.column())),
        None => problem,
    }
}

/// Collects problems while values are made.
struct Checker<'a> {
    around: Surroundings<'a>,
    text: &'a str,
    problems: Vec<Problem>,
}

impl Checker<'_> {
    fn config(&mut self, file: wire::File) -> Option<Config> {
        let site = self.site(file.site);
        let sources = self.sources(file.posts.map(|posts| posts.0).unwrap_or_default());
        let feeds = self.feeds(file.feeds);
        let watch = self.watch(&file.watch);
        let site = site?;
        let output_url = match file.output_url {
            None => Some(site.url.clone()),
            Some(url) => self.folder_url("output_url", &url),
        };
        Some(Config {
            site,
            sources,
            output: self.path(file.output.as_deref().unwrap_or("public")),
            output_url: output_url?,
            feeds,
            state: file.state.map(|state| self.path(&state)),
            watch: watch?,
        })
    }

    fn site(&mut self, site: wire::Site) -> Option<Site> {
        let url = self.folder_url("url", &site.url);
        if site.title.trim().is_empty() {
            self.complain(("title", ""), "`site.title` is empty", "feeds need a title");
        }
        let timezone = self.timezone(site.timezone.as_deref());
        let language = site.language.filter(|language| !language.is_empty());
        if let Some(language) = language.as_deref().filter(|language| !is_language_tag(language)) {
            let message = format!("`{language}` is no language tag");
            self.complain(("language", language), message, "write one such as `en` or `pt-BR`");
        }
        let authors = site.author.map(|authors| authors.0).unwrap_or_default();
        let authors = authors.into_iter().map(|author| self.person(author)).collect();
        let url = url?;
        Some(Site {
            title: site.title.trim().to_owned(),
            description: site.description.unwrap_or_default().trim().to_owned(),
            language,
            timezone: timezone?,
            authors,
            copyright: site.copyright.filter(|rights| !rights.trim().is_empty()),
            icon: self.picture("icon", site.icon, &url),
            image: self.picture("image", site.image, &url),
            url,
        })
    }

    fn person(&mut self, wire::Person(person): wire::Person) -> Person {
        if person.name.trim().is_empty() {
            self.complain(("author", ""), "an author has no name", "feeds need one");
        }
        if let Some(email) = person.email.as_deref().filter(|email| !super::is_email(email)) {
            self.complain(
                ("email", email),
                format!("`{email}` is no email address"),
                "write one such as `ann@example.org`",
            );
        }
        if let Some(url) = person.url.as_deref().filter(|url| Url::parse(url).is_err()) {
            self.complain(("url", url), format!("`{url}` is no URL"), "write one such as `https://example.org/`");
        }
        let url = person.url.as_deref().and_then(|url| Url::parse(url).ok()).map(String::from);
        Person { name: person.name.trim().to_owned(), email: person.email, url }
    }

    fn picture(&mut self, key: &str, reference: Option<String>, base: &Url) -> Option<Url> {
        let reference = reference.filter(|reference| !reference.is_empty())?;
        let relative = reference.strip_prefix('/').filter(|rest| !rest.starts_with('/'));
        let url = base.join(relative.unwrap_or(&reference)).ok();
        if url.is_none() {
            let message = format!("`{reference}` is no URL");
            self.complain((key, &reference), message, "write a path such as `/icon.png`, or a whole URL");
        }
        url
    }

    fn timezone(&mut self, name: Option<&str>) -> Option<Tz> {
        let Some(name) = name else { return Some(Tz::UTC) };
        let found = chrono_tz::TZ_VARIANTS.iter().find(|zone| zone.name().eq_ignore_ascii_case(name));
        if found.is_none() {
            let near = nearest(name, chrono_tz::TZ_VARIANTS.iter().map(|zone| zone.name()));
            let mend = near.map_or_else(
                || "write a name such as `Europe/Berlin`".to_owned(),
                |near| format!("did you mean `{near}`?"),
            );
            self.complain(("timezone", name), format!("unknown time zone `{name}`"), mend);
        }
        found.copied()
    }

    fn sources(&mut self, sources: Vec<wire::Source>) -> Vec<Source> {
        let sources = if sources.is_empty() { vec![wire::Source::default()] } else { sources };
        sources.into_iter().map(|source| self.source(source)).collect()
    }

    fn source(&mut self, source: wire::Source) -> Source {
        let path = self.path(source.path.as_deref().unwrap_or("posts"));
        let dialect = match source.dialect {
            wire::DialectName::Auto => (self.around.judge)(&path),
            wire::DialectName::Jekyll => Dialect::Jekyll,
            wire::DialectName::Hugo => Dialect::Hugo,
            wire::DialectName::Zola => Dialect::Zola,
            wire::DialectName::Commonmark => Dialect::Commonmark,
        };
        for glob in source.include.0.iter().chain(&source.exclude.0) {
            if let Err(error) = globset::Glob::new(glob) {
                let message = format!("`{glob}` is no glob: {}", error.kind());
                self.complain(("exclude", glob), message, "write one such as `drafts/**` or `**/*.md`");
            }
        }
        let permalink = source.permalink.unwrap_or_else(|| (self.around.permalink)(dialect).to_owned());
        Source {
            path,
            dialect,
            permalink,
            id: source.id.unwrap_or(IdFormula::Permalink),
            include: source.include.0,
            exclude: source.exclude.0,
            require_front_matter: source.require_front_matter.unwrap_or(true),
        }
    }

    fn feeds(&mut self, feeds: Option<Vec<wire::Feed>>) -> Vec<FeedSpec> {
        let Some(feeds) = feeds else {
            return vec![
                FeedSpec::new("rss.xml", Format::Rss),
                FeedSpec::new("atom.xml", Format::Atom),
                FeedSpec::new("feed.json", Format::Json),
            ];
        };
        if feeds.is_empty() {
            self.complain(
                ("feeds", ""),
                "`feeds` is empty",
                "list at least one feed, or leave the key out for the default three",
            );
        }
        let feeds: Vec<FeedSpec> = feeds.into_iter().filter_map(|feed| self.feed(feed)).collect();
        for (number, feed) in feeds.iter().enumerate() {
            if feeds[..number].iter().any(|other| other.path.eq_ignore_ascii_case(&feed.path)) {
                self.complain(
                    ("path", &feed.path),
                    format!("two feeds have the path `{}`", feed.path),
                    "give each its own",
                );
            }
        }
        feeds
    }

    fn feed(&mut self, feed: wire::Feed) -> Option<FeedSpec> {
        let path = self.feed_path(&feed)?;
        let format = feed.format.or_else(|| told_by(&path));
        if format.is_none() {
            let message = format!("the format of feed `{path}` cannot be told from its name");
            self.complain(("path", &path), message, "add `format: rss`, `atom` or `json`");
        }
        let only = Filter {
            tags: feed.tags,
            categories: feed.categories,
            authors: feed.authors,
            sections: feed.sections,
            languages: feed.languages,
        };
        Some(FeedSpec {
            path,
            format: format?,
            limit: feed.limit.map_or(Some(DEFAULT_LIMIT), |limit| limit.0),
            per: feed.per,
            title: feed.title,
            description: feed.description,
            content: feed.content.unwrap_or(Content::Full),
            only,
            exclude: feed.exclude,
        })
    }

    fn feed_path(&mut self, feed: &wire::Feed) -> Option<String> {
        let path = feed.path.trim_start_matches('/');
        let unsafe_part = |part: &str| part.is_empty() || part.starts_with('.') || part.ends_with(['.', ' ']);
        if path.split('/').any(unsafe_part)
            || path.contains(['\\', '\0', '?', '#', '%'])
            || path.contains(char::is_control)
        {
            let message = format!("`{}` is no path for a feed", feed.path);
            self.complain(
                ("path", &feed.path),
                message,
                "write one such as `rss.xml` or `tags/:tag.xml`; it stays below `output`",
            );
            return None;
        }
        let placeholder = feed.per.map(Per::placeholder);
        match placeholder {
            Some(placeholder) if !path.contains(placeholder) => {
                let message = format!("`{path}` has no `{placeholder}`, so all of its feeds would be one file");
                self.complain(("path", path), message, format!("write a path such as `feeds/{placeholder}.xml`"));
                None
            }
            None if path.split(['/', '.']).any(|part| Per::ALL.iter().any(|per| part == per.placeholder())) => {
                let message = format!("`{path}` has a placeholder but the feed has no `per`");
                self.complain(("path", path), message, "add `per: tag`, `category`, `author`, `section` or `language`");
                None
            }
            _ => Some(path.to_owned()),
        }
    }

    fn watch(&mut self, watch: &wire::Watch) -> Option<Watch> {
        let settle = self.duration("settle", watch.settle.as_deref(), Duration::from_millis(20));
        let interval = self.duration("interval", watch.interval.as_deref(), Duration::from_secs(2));
        let rescan = self.duration("rescan", watch.rescan.as_deref(), Duration::from_hours(1));
        let mode = watch.mode.unwrap_or(WatchMode::Auto);
        Some(Watch { mode, settle: settle?, interval: interval?, rescan: rescan? })
    }

    fn duration(&mut self, key: &str, text: Option<&str>, default: Duration) -> Option<Duration> {
        let Some(text) = text else { return Some(default) };
        let parsed = parse_duration(text);
        if parsed.is_none() {
            let message = format!("`{text}` is no duration");
            self.complain((key, text), message, "write a number and a unit: `20ms`, `2s`, `5m`, `1h`");
        }
        parsed
    }

    /// An `http` or `https` URL of a folder, with a slash at its end.
    fn folder_url(&mut self, key: &str, text: &str) -> Option<Url> {
        let parsed = Url::parse(text.trim());
        let good = parsed.ok().filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
        let Some(mut url) = good else {
            let message = format!("`{text}` is no address of a site");
            self.complain((key, text), message, "write a whole one, such as `https://example.org/`");
            return None;
        };
        url.set_query(None);
        url.set_fragment(None);
        if !url.path().ends_with('/') {
            let path = format!("{}/", url.path());
            url.set_path(&path);
        }
        Some(url)
    }

    fn path(&self, path: &str) -> PathBuf {
        let path = Path::new(path);
        if path.is_absolute() { path.to_owned() } else { self.around.folder.join(path) }
    }

    /// Tells a problem of a key and its value (empty: whatever it is).
    fn complain(&mut self, at: (&str, &str), message: impl Into<String>, mend: impl Into<String>) {
        let problem = Problem::error(self.around.name, message).mend(mend);
        self.problems.push(match place(self.text, at.0, at.1).or_else(|| place(self.text, at.0, "")) {
            Some((line, column)) => problem.at(line, column),
            None => problem,
        });
    }
}

/// How many entries a feed has that does not say.
const DEFAULT_LIMIT: usize = 20;

impl FeedSpec {
    /// A feed of everything, with the defaults.
    #[must_use]
    pub fn new(path: &str, format: Format) -> Self {
        Self {
            path: path.to_owned(),
            format,
            limit: Some(DEFAULT_LIMIT),
            per: None,
            title: None,
            description: None,
            content: Content::Full,
            only: Filter::default(),
            exclude: Filter::default(),
        }
    }
}

impl Per {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Tag, Self::Category, Self::Author, Self::Section, Self::Language];

    /// What stands in the path of a feed for the name.
    #[must_use]
    pub const fn placeholder(self) -> &'static str {
        match self {
            Self::Tag => ":tag",
            Self::Category => ":category",
            Self::Author => ":author",
            Self::Section => ":section",
            Self::Language => ":language",
        }
    }
}

fn told_by(path: &str) -> Option<Format> {
    let path = path.to_lowercase();
    let extension = path.rsplit_once('.').map_or("", |(_, extension)| extension);
    match extension {
        "json" => Some(Format::Json),
        "atom" => Some(Format::Atom),
        "rss" => Some(Format::Rss),
        _ if path.contains("atom") => Some(Format::Atom),
        _ if path.contains("rss") => Some(Format::Rss),
        _ => None,
    }
}

/// Whether `text` looks like a language tag (BCP 47, by form only).
#[must_use]
fn is_language_tag(text: &str) -> bool {
    let mut parts = text.split('-');
    let primary =
        parts.next().is_some_and(|p| (2..=8).contains(&p.len()) && p.chars().all(|c| c.is_ascii_alphabetic()));
    primary && parts.all(|p| (1..=8).contains(&p.len()) && p.chars().all(|c| c.is_ascii_alphanumeric()))
}

fn parse_duration(text: &str) -> Option<Duration> {
    let text = text.trim();
    let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let number: u64 = text[..digits].parse().ok()?;
    match text[digits..].trim() {
        "ms" => Some(Duration::from_millis(number)),
        "s" => Some(Duration::from_secs(number)),
        "m" | "min" => Some(Duration::from_secs(number.checked_mul(60)?)),
        "h" => Some(Duration::from_secs(number.checked_mul(3600)?)),
        _ => None,
    }
}

/// Where the value of the first `key:` that starts with `value` stands: line and column, from 1.
fn place(text: &str, key: &str, value: &str) -> Option<(u32, u32)> {
    let number = |n: usize| u32::try_from(n).ok();
    text.lines().enumerate().find_map(|(index, line)| {
        let start = line.find(key).filter(|start| {
            let before = &line[..*start];
            let boundary = before.is_empty() || before.ends_with([' ', '{', ',', '-']);
            boundary && line[start + key.len()..].trim_start().starts_with(':') && !before.contains('#')
        })?;
        let colon = start + line[start..].find(':')?;
        let found = line[colon + 1..].find(|c: char| !c.is_whitespace()).map_or(start, |skip| colon + 1 + skip);
        let same = line[found..].trim_start_matches(['"', '\'', '[', ' ']).starts_with(value);
        if same { Some((number(index + 1)?, number(line[..found].chars().count() + 1)?)) } else { None }
    })
}

#[cfg(test)]
mod tests {
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
}
