//! A blog as it lies in its folder -> the `feedwright.yaml` that it needs.
//!
//! In: the names of its files, what its generator's configuration says, and a way to read a file. Out: a
//! [`Draft`]: each line of the configuration with where it came from, and what could not be known.
//! It touches no file itself.
//!
//! - `candidates`: which folder is a blog, and whose
//! - `said`: what the configuration says, and where
//! - `pages`: the files tried out as posts
//! - `site`: title, address, language, authors
//! - `feeds`: the feeds that are there already, and those beside
//! - `template`: feeds that somebody wrote by hand
//! - `jekyll`, `hugo`, `zola`, `eleventy`, `pelican`, `plain`: each generator's part
//! - `feed_template`, `expression`, `collection`: what Eleventy's feeds say, and which posts they list
//! - `ignored`: what Eleventy passes over
//! - `draft`, `yaml`: the text of the file

mod candidates;
mod collection;
mod draft;
mod eleventy;
mod expression;
mod feed_template;
mod feeds;
mod hugo;
mod ignored;
mod jekyll;
mod pages;
mod pelican;
mod plain;
mod said;
mod site;
mod template;
#[cfg(test)]
mod tests;
mod yaml;
mod zola;

use crate::config::Dialect;
use crate::generator::{Texts, places};

pub use candidates::{Candidate, candidates};
pub use draft::{Draft, Line};
pub use said::{Said, Settings};

/// A blog as it lies in its folder.
pub struct Blog<'a> {
    /// Whose.
    pub dialect: Dialect,
    /// Where it is below the folder of the configuration, with `/`; empty: it is that folder.
    pub folder: String,
    /// The paths of all files below the blog's folder, sorted.
    pub files: Vec<String>,
    /// What its generator's configuration says.
    pub settings: Settings,
    /// The bytes of one of the files.
    pub read: &'a dyn Fn(&str) -> Option<Vec<u8>>,
    /// Its address, where somebody gave it.
    pub url: Option<String>,
}

impl Blog<'_> {
    /// Its files below a folder of it, by their paths below that.
    fn below<'b>(&'b self, folder: &'b str) -> impl Iterator<Item = &'b str> {
        self.files.iter().filter_map(move |path| below(folder, path))
    }

    /// Whether there is such a file.
    fn has(&self, path: &str) -> bool {
        self.files.binary_search_by(|file| file.as_str().cmp(path)).is_ok()
    }

    /// The text of a file.
    fn text(&self, path: &str) -> Option<String> {
        self.has(path).then(|| (self.read)(path)).flatten().and_then(|bytes| String::from_utf8(bytes).ok())
    }

    /// A path of the blog as the configuration has it.
    fn told(&self, path: &str) -> String {
        let path = join(&self.folder, path);
        if path.is_empty() { ".".to_owned() } else { path }
    }
}

/// The configuration files of a generator among `files`, with their texts.
#[must_use]
pub fn configuration(dialect: Dialect, files: &[String], read: &dyn Fn(&str) -> Option<Vec<u8>>) -> Texts {
    let is_one = |path: &&String| {
        let places = places::configuration(dialect);
        places.iter().any(|place| path.as_str() == *place || path.starts_with(&format!("{place}/")))
    };
    let text = |path: &String| Some((path.clone(), String::from_utf8(read(path)?).ok()?));
    files.iter().filter(is_one).filter_map(text).collect()
}

/// What the configuration of a blog has to say.
#[must_use]
pub fn draft(blog: &Blog) -> Draft {
    match blog.dialect {
        Dialect::Jekyll => jekyll::draft(blog),
        Dialect::Hugo => hugo::draft(blog),
        Dialect::Zola => zola::draft(blog),
        Dialect::Eleventy => eleventy::draft(blog),
        Dialect::Pelican => pelican::draft(blog),
        Dialect::Commonmark => plain::draft(blog),
    }
}

/// What a blog is called.
#[must_use]
pub fn kind(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::Jekyll => "Jekyll blog",
        Dialect::Hugo => "Hugo site",
        Dialect::Zola => "Zola site",
        Dialect::Eleventy => "Eleventy site",
        Dialect::Pelican => "Pelican blog",
        Dialect::Commonmark => "folder",
    }
}

/// A path below a folder; of an empty folder it is the path itself.
fn join(folder: &str, path: &str) -> String {
    match (folder, path) {
        ("", path) => path.to_owned(),
        (folder, "") => folder.to_owned(),
        (folder, path) => format!("{folder}/{path}"),
    }
}

/// A path as it is below a folder.
fn below<'a>(folder: &str, path: &'a str) -> Option<&'a str> {
    if folder.is_empty() { Some(path) } else { path.strip_prefix(folder)?.strip_prefix('/') }
}
