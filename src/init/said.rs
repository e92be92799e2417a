//! What the generator's configuration says, with the file and the key where it says it.

use crate::config::Dialect;
use crate::generator::{Generator, Texts, places};
use crate::problem::Problem;
use crate::value::Value;

/// A value, and where it came from, for people.
#[derive(Debug, Clone, PartialEq)]
pub struct Said {
    /// Never blank.
    pub value: Value,
    /// Such as `_config.yml: title`.
    pub from: String,
}

impl Said {
    /// The value as a text on one line, when it is a scalar.
    #[must_use]
    pub fn text(&self) -> Option<String> {
        self.value.as_text().map(|text| crate::post::one_line(&text)).filter(|text| !text.is_empty())
    }
}

/// Configuration files, each with its settings; a later one wins.
#[derive(Debug, Default)]
pub struct Settings {
    files: Vec<(String, Value)>,
    /// All of them over each other.
    pub merged: Value,
}

impl Settings {
    /// Reads the configuration files of a generator, and tells what is wrong with them.
    #[must_use]
    pub fn read(dialect: Dialect, texts: &Texts) -> (Self, Vec<Problem>) {
        let (merged, problems) = Generator::configured(dialect, texts);
        let alone = |(path, text): (&String, &String)| {
            let (value, _) = Generator::configured(dialect, &Texts::from([(path.clone(), text.clone())]));
            (path.clone(), value)
        };
        let mut files: Vec<_> = texts.iter().map(alone).collect();
        files.sort_by_key(|(path, _)| rank(dialect, path));
        (Self { files, merged }, problems)
    }

    /// Settings of one mapping, which is called `name`.
    #[must_use]
    pub fn of(name: &str, merged: Value) -> Self {
        Self { files: vec![(name.to_owned(), merged.clone())], merged }
    }

    /// What is said at a path of keys; case makes no difference, as for Hugo.
    #[must_use]
    pub fn at(&self, path: &str) -> Option<Said> {
        let said = |value| find(value, path).filter(|value| !value.is_blank());
        let (file, value) = self.files.iter().rev().find_map(|(file, value)| Some((file, said(value)?)))?;
        Some(Said { value: value.clone(), from: format!("{file}: {path}") })
    }

    /// The first that is said of several.
    #[must_use]
    pub fn first(&self, paths: &[&str]) -> Option<Said> {
        paths.iter().find_map(|path| self.at(path))
    }

    /// A truth value.
    #[must_use]
    pub fn is(&self, path: &str) -> bool {
        find(&self.merged, path).and_then(Value::as_bool).unwrap_or(false)
    }

    /// A text, as it is written.
    #[must_use]
    pub fn text(&self, path: &str) -> Option<String> {
        self.at(path).and_then(|said| said.text())
    }
}

/// Which files of configuration a file is laid over, by their number.
fn rank(dialect: Dialect, path: &str) -> usize {
    let is_in = |place: &&str| path.strip_prefix(place).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    places::configuration(dialect).iter().position(is_in).unwrap_or(0)
}

/// The value at a path of keys, whatever their case.
#[must_use]
pub fn find<'a>(value: &'a Value, path: &str) -> Option<&'a Value> {
    path.split('.').try_fold(value, |value, key| {
        let other = || value.pairs().iter().find(|(name, _)| name.eq_ignore_ascii_case(key)).map(|(_, value)| value);
        value.entry(key).or_else(other)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_where() {
        let texts = [
            ("config/_default/hugo.toml", "BaseURL = 'https://a.example/'\ntitle = ''\n"),
            ("hugo.toml", "title = 'T'\n"),
        ];
        let texts = texts.into_iter().map(|(path, text)| (path.to_owned(), text.to_owned())).collect();
        let (settings, problems) = Settings::read(Dialect::Hugo, &texts);
        assert_eq!(problems, []);
        let url = settings.at("baseURL").unwrap();
        assert_eq!(
            (url.text().as_deref(), url.from.as_str()),
            (Some("https://a.example/"), "config/_default/hugo.toml: baseURL")
        );
        assert_eq!(settings.text("title").as_deref(), Some("T"));
        assert_eq!(settings.at("nothing.at.all"), None);
    }
}
