//! What a blog's own generator says besides the posts: its configuration, its data, its templates.
//!
//! In: the texts of those files, by their paths below the blog's folder. Out: a [`Generator`], which
//! answers what the other rooms ask. It reads no file itself; `places` says which ones it wants.
//!
//! - `data`: the data files of Jekyll
//! - `defaults`: front matter by path
//! - `eleventy`: what its files say
//! - `literal`: plain literals of Python and JavaScript
//! - `jekyll`: what else Jekyll says of posts
//! - `pelican`: what its settings say of articles
//! - `permalink`: functions of Eleventy's that make addresses
//! - `places`: the files of each generator
//! - `quotes`: the quotation marks that kramdown sets
//! - `settings`: its configuration files as one mapping

mod data;
mod defaults;
mod eleventy;
mod jekyll;
mod literal;
mod pelican;
mod permalink;
pub mod places;
mod quotes;
mod settings;

use std::collections::BTreeMap;
use std::sync::OnceLock;

pub use quotes::Quotes;

use self::defaults::Defaults;
use crate::config::Dialect;
use crate::problem::Problem;
use crate::value::{Lists, Value};

/// The texts of files, by their paths below the blog's folder, with `/`.
pub type Texts = BTreeMap<String, String>;

/// The generator of a folder of posts.
#[derive(Debug, Clone, PartialEq)]
pub struct Generator {
    dialect: Dialect,
    prefix: String,
    settings: Value,
    texts: Texts,
    /// Templates that the configuration gives, by the names of their shortcodes.
    shortcodes: Texts,
    defaults: Defaults,
    authors: Value,
    /// Read when it is asked for.
    data: OnceLock<Value>,
}

impl Generator {
    /// A generator that says nothing.
    #[must_use]
    pub fn silent(dialect: Dialect) -> Self {
        Self::new(dialect, "", Value::Null, Texts::new())
    }

    /// Reads its configuration: the settings as one mapping, and what is wrong with the files.
    #[must_use]
    pub fn configured(dialect: Dialect, texts: &Texts) -> (Value, Vec<Problem>) {
        settings::read(dialect, texts)
    }

    /// A generator with all that it says. `prefix`: where the folder of posts is below the blog's folder.
    #[must_use]
    pub fn new(dialect: Dialect, prefix: impl Into<String>, settings: Value, texts: Texts) -> Self {
        let (defaults, shortcodes) = (Defaults::read(dialect, &settings, &texts), Texts::new());
        let settings = if dialect == Dialect::Eleventy { eleventy::with_data(&settings, &texts) } else { settings };
        let authors = jekyll::authors(dialect, &settings, &texts);
        Self { dialect, prefix: prefix.into(), settings, texts, defaults, shortcodes, authors, data: OnceLock::new() }
    }

    /// What a module of JavaScript exports or returns, each in plain literals.
    #[must_use]
    pub fn exported(text: &str) -> Vec<Value> {
        literal::said(text).exports
    }

    /// The same with templates of shortcodes that the configuration gives; they win over the site's own.
    #[must_use]
    pub fn with_shortcodes(self, shortcodes: Texts) -> Self {
        Self { shortcodes, ..self }
    }

    /// The template of a shortcode in Hugo's form: the configuration's, the site's, or that of one of its themes.
    #[must_use]
    pub fn shortcode(&self, name: &str) -> Option<&str> {
        let themes = places::themes(&self.settings).into_iter().map(|theme| format!("themes/{theme}/"));
        let roots = std::iter::once(String::new()).chain(themes);
        let folders = roots.flat_map(|root| places::SHORTCODES.map(|folder| format!("{root}{folder}/{name}")));
        let mut files = folders.flat_map(|file| ["html", "md"].map(|extension| format!("{file}.{extension}")));
        self.shortcodes.get(name).map(String::as_str).or_else(|| files.find_map(|file| self.text(&file)))
    }

    /// Whose rules it follows.
    #[must_use]
    pub fn dialect(&self) -> Dialect {
        self.dialect
    }

    /// All its settings, as one mapping; null when there are none.
    #[must_use]
    pub fn settings(&self) -> &Value {
        &self.settings
    }

    /// A setting by the path of its keys, such as `markup.goldmark.renderer.unsafe`.
    #[must_use]
    pub fn setting(&self, path: &str) -> Option<&Value> {
        self.settings.at(path)
    }

    /// A folder that a setting names, below the blog's folder.
    #[must_use]
    pub fn folder<'a>(&'a self, key: &str, default: &'a str) -> &'a str {
        places::folder(self.setting(key).and_then(Value::as_str).unwrap_or(default))
    }

    /// Where a file in the folder of posts is below the blog's folder.
    #[must_use]
    pub fn path_of(&self, relative: &str) -> String {
        if self.prefix.is_empty() { relative.to_owned() } else { format!("{}/{relative}", self.prefix) }
    }

    /// What stands behind the own front matter of a post in the folder of posts, as one mapping; null: nothing.
    #[must_use]
    pub fn defaults(&self, relative: &str) -> Value {
        if self.defaults.is_empty() { Value::Null } else { self.defaults.of(&self.path_of(relative), self.lists()) }
    }

    /// What becomes of a list in front matter when there is one behind it.
    #[must_use]
    pub fn lists(&self) -> Lists {
        if self.dialect == Dialect::Eleventy { Lists::Joined } else { Lists::Replaced }
    }

    /// The folders of a file in the folder of posts, below the folder that Eleventy takes its input from.
    #[must_use]
    pub fn path_in_input(&self, relative: &str) -> String {
        let (path, input) = (self.path_of(relative), eleventy::folder(&self.settings, "input", ""));
        path.strip_prefix(&input).map_or(path.clone(), |below| below.trim_start_matches('/').to_owned())
    }

    /// Where the folder of posts is below the blog's folder; empty: it is that folder, or nobody knows.
    #[must_use]
    pub fn prefix(&self) -> &str {
        &self.prefix
    }

    /// The text of one of its files.
    #[must_use]
    pub fn text(&self, path: &str) -> Option<&str> {
        self.texts.get(path).map(String::as_str)
    }

    /// Its files whose paths begin so.
    pub fn texts_from<'a>(&'a self, start: &'a str) -> impl Iterator<Item = (&'a str, &'a str)> {
        let from = self.texts.range(start.to_owned()..).take_while(move |(path, _)| path.starts_with(start));
        from.map(|(path, text)| (path.as_str(), text.as_str()))
    }

    /// Its files below a folder, by their paths below that.
    pub fn texts_below<'a>(&'a self, folder: &'a str) -> impl Iterator<Item = (&'a str, &'a str)> {
        let from = self.texts.range(folder.to_owned()..).take_while(move |(path, _)| path.starts_with(folder));
        from.filter_map(move |(path, text)| Some((path.strip_prefix(folder)?.strip_prefix('/')?, text.as_str())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_found_by_folder() {
        let texts = ["_data/a.yml", "_data/b/c.yml", "_data2/x.yml", "_config.yml"];
        let texts = texts.into_iter().map(|path| (path.to_owned(), path.to_owned())).collect();
        let generator = Generator::new(Dialect::Jekyll, "blog/_posts", Value::Null, texts);
        let below: Vec<&str> = generator.texts_below("_data").map(|(path, _)| path).collect();
        assert_eq!(below, ["a.yml", "b/c.yml"]);
        assert_eq!(generator.path_of("a/b.md"), "blog/_posts/a/b.md");
        assert_eq!(generator.text("_config.yml"), Some("_config.yml"));
    }
}
