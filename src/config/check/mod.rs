//! From what was typed to what is needed: defaults filled in, every value checked.
//!
//! - `site`, `feeds`: the two larger keys
//! - `syndication`: who is told, how readers are answered, a hub
//! - `duration`: `20ms`, `1h`; `size`: `5MB`

mod duration;
mod feeds;
mod site;
mod size;
mod syndication;

use std::path::{Path, PathBuf};
use std::time::Duration;

use url::Url;

use super::{Config, Dialect, IdFormula, Ids, Limits, MOST_PROBLEMS, Source, Watch, WatchMode, place, syntax, wire};
use crate::config::short::TextOr;
use crate::problem::Problem;

pub use size::told_size;

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
    /// Says what is wrong with a permalink pattern.
    pub check_permalink: &'a dyn Fn(&str) -> Result<(), String>,
}

/// Reads the text of a `feedwright.yaml`.
///
/// # Errors
/// Every problem found, each with its line and column where they are known.
pub fn parse(text: &str, around: Surroundings) -> Result<Config, Vec<Problem>> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    syntax::check(text, around.name).map_err(|problem| vec![problem])?;
    let file: wire::File =
        serde_yaml::from_str(text).map_err(|error| vec![syntax::explain(&error, text, around.name)])?;
    let mut checker = Checker { around, text, problems: Vec::new() };
    let config = checker.config(file);
    match config {
        Some(config) if checker.problems.is_empty() => Ok(config),
        _ => Err(checker.problems),
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
        let sources = self.sources(file.posts.0);
        let feeds = self.feeds(file.feeds);
        let watch = self.watch(&file.watch.unwrap_or_default());
        let accept_loss_after =
            self.duration("accept_loss_after", file.accept_loss_after.as_deref(), &duration::ACCEPT_LOSS);
        let limits = self.limits(&file.limits.unwrap_or_default());
        let output = self.folder("output", file.output.as_deref().unwrap_or("public"));
        let state = file.state.map(|state| self.folder("state", &state));
        let ids_file = file.ids.map(|ids| self.file("ids", &ids));
        let metrics = file.metrics.map(|metrics| self.metrics(&metrics));
        let announce = self.announce(file.websub, file.rsscloud, &file.ping.0);
        let serve = file.serve.map(|serve| self.serve(&serve.0));
        let compress = self.compress(file.compress.0, &feeds);
        let site = site?;
        let output_url = match file.output_url {
            None => Some(site.url.clone()),
            Some(url) => self.folder_url("output_url", &url),
        };
        let hub = file.hub.0.map(|hub| self.hub(&hub, output_url.as_ref()?));
        if hub.is_some() && serve.is_none() {
            self.complain(
                "hub",
                "`hub` needs `serve`, which answers its subscribers",
                "write where to listen: `serve: 127.0.0.1:8080`",
            );
        }
        let (shortcodes, ids) = (file.shortcodes, Ids::default());
        let (output_url, accept_loss_after, watch, limits) = (output_url?, accept_loss_after?, watch?, limits?);
        Some(Config {
            site,
            sources,
            ids_file,
            ids,
            output,
            output_url,
            feeds,
            state,
            metrics,
            shortcodes,
            accept_loss_after,
            watch,
            limits,
            announce,
            serve,
            hub: hub.flatten(),
            compress,
        })
    }

    fn sources(&mut self, sources: Vec<TextOr<wire::Source>>) -> Vec<Source> {
        let sources = if sources.is_empty() { vec![TextOr::default()] } else { sources };
        sources.into_iter().enumerate().map(|(number, source)| self.source(number, source.0)).collect()
    }

    fn source(&mut self, number: usize, source: wire::Source) -> Source {
        let key = |name: &str| format!("posts[{number}].{name}");
        let path = self.folder(&key("path"), source.path.as_deref().unwrap_or("posts"));
        let dialect = match source.dialect.unwrap_or_default() {
            wire::DialectName::Auto => (self.around.judge)(&path),
            wire::DialectName::Jekyll => Dialect::Jekyll,
            wire::DialectName::Hugo => Dialect::Hugo,
            wire::DialectName::Zola => Dialect::Zola,
            wire::DialectName::Eleventy => Dialect::Eleventy,
            wire::DialectName::Pelican => Dialect::Pelican,
            wire::DialectName::Commonmark => Dialect::Commonmark,
        };
        self.globs(&key("include"), &source.include.0);
        self.globs(&key("exclude"), &source.exclude.0);
        let permalink = source.permalink.unwrap_or_else(|| (self.around.permalink)(dialect).to_owned());
        if let Err(message) = (self.around.check_permalink)(&permalink) {
            self.complain(&key("permalink"), message, "");
        }
        Source {
            path,
            dialect,
            permalink,
            id: source.id.unwrap_or(IdFormula::Permalink),
            updates: source.updated.unwrap_or_default(),
            include: source.include.0,
            exclude: source.exclude.0,
            require_front_matter: source.require_front_matter.unwrap_or(true),
            follow_symlinks: source.follow_symlinks.unwrap_or(false),
        }
    }

    fn globs(&mut self, key: &str, globs: &[String]) {
        for (number, glob) in globs.iter().enumerate() {
            let wrong = globset::Glob::new(glob).err().map(|error| error.kind().to_string());
            let wrong = if glob.trim().is_empty() { Some("it is empty".to_owned()) } else { wrong };
            if let Some(reason) = wrong {
                let message = format!("`{glob}` is no glob: {reason}");
                self.complain(&format!("{key}[{number}]"), message, "write one such as `drafts/**` or `**/*.md`");
            }
        }
    }

    fn watch(&mut self, watch: &wire::Watch) -> Option<Watch> {
        let settle = self.duration("watch.settle", watch.settle.as_deref(), &duration::SETTLE);
        let interval = self.duration("watch.interval", watch.interval.as_deref(), &duration::INTERVAL);
        let rescan = self.duration("watch.rescan", watch.rescan.as_deref(), &duration::RESCAN);
        let mode = watch.mode.unwrap_or(WatchMode::Auto);
        Some(Watch { mode, settle: settle?, interval: interval?, rescan: rescan? })
    }

    fn limits(&mut self, limits: &wire::Limits) -> Option<Limits> {
        let size = size::POST.read(limits.post_size.as_deref());
        let post_size = size.map_err(|(message, mend)| self.complain("limits.post_size", message, mend)).ok();
        if limits.posts == Some(0) {
            self.complain("limits.posts", "`0` posts are none", "write how many there may be, from 1");
        }
        Some(Limits { post_size: post_size?, posts: limits.posts.unwrap_or(MOST_POSTS) })
    }

    fn duration(&mut self, key: &str, text: Option<&str>, range: &duration::Range) -> Option<Duration> {
        range.read(text).map_err(|(message, mend)| self.complain(key, message, mend)).ok()
    }

    /// An `http` or `https` URL of a folder, with a slash at its end.
    fn folder_url(&mut self, key: &str, text: &str) -> Option<Url> {
        let parsed = Url::parse(text.trim());
        let good = parsed.ok().filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
        let Some(mut url) = good else {
            let message = format!("`{text}` is no address of a site");
            self.complain(key, message, "write a whole one, such as `https://example.org/`");
            return None;
        };
        if !url.username().is_empty() || url.password().is_some() {
            let message = format!("`{key}` holds a user name or a password, which every reader would see");
            self.complain(key, message, "leave out what stands before the `@`");
            return None;
        }
        url.set_query(None);
        url.set_fragment(None);
        if !url.path().ends_with('/') {
            let path = format!("{}/", url.path());
            url.set_path(&path);
        }
        Some(url)
    }

    /// The path of a folder; a relative one is below the folder of the configuration.
    fn folder(&mut self, key: &str, path: &str) -> PathBuf {
        if path.trim().is_empty() {
            self.complain(key, "the path of a folder is empty", "name it; `.` is the folder of this file");
        }
        self.around.folder.join(path)
    }

    /// The path of a file; a relative one is below the folder of the configuration.
    fn file(&mut self, key: &str, path: &str) -> PathBuf {
        if path.trim().is_empty() {
            self.complain(key, "the path of a file is empty", "name it, such as `feedwright.ids.yaml`");
        }
        self.around.folder.join(path)
    }

    /// The path of the file for metrics.
    fn metrics(&mut self, path: &str) -> PathBuf {
        let path = self.around.folder.join(path.trim());
        if path.extension().is_none_or(|extension| extension != "prom") {
            let message = format!(
                "`{}` does not end in `.prom`, and the textfile collector reads no other files",
                path.display()
            );
            self.complain(
                "metrics",
                message,
                "name it such as `/var/lib/node_exporter/textfile_collector/feedwright.prom`",
            );
        }
        path
    }

    /// Tells a problem of the value at `path`, such as `feeds[2].path`.
    fn complain(&mut self, path: &str, message: impl Into<String>, mend: impl Into<String>) {
        if self.problems.len() >= MOST_PROBLEMS {
            return;
        }
        let problem = Problem::error(self.around.name, message).mend(mend);
        self.problems.push(match place::of(self.text, path) {
            Some((line, column)) => problem.at(line, column),
            None => problem,
        });
    }
}

/// How many posts there may be where nothing is said.
const MOST_POSTS: usize = 100_000;

#[cfg(test)]
mod tests;
