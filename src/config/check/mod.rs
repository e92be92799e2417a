//! From what was typed to what is needed: defaults filled in, every value checked.
//!
//! - `site`, `feeds`: the two larger keys

mod feeds;
mod site;

use std::path::{Path, PathBuf};
use std::time::Duration;

use url::Url;

use super::nearest::explain;
use super::{Config, Dialect, IdFormula, Source, Watch, WatchMode, wire};
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
mod tests;
