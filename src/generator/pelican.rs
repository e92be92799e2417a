//! What Pelican's settings say of articles.

use super::{Generator, places};
use crate::config::Dialect;
use crate::value::Value;

impl Generator {
    /// Where a file in the folder of posts is below Pelican's folder of content.
    #[must_use]
    pub fn path_in_content(&self, relative: &str) -> String {
        let (path, content) = (self.path_of(relative), places::folder(self.content()));
        path.strip_prefix(content).map_or(path.clone(), |below| below.trim_start_matches('/').to_owned())
    }

    /// Pelican's folder of content. What is not said is given when it is called: `content` by custom, the folder of its
    /// settings where the paths of articles begin with that.
    fn content(&self) -> &str {
        let in_content = |path: &str| path.trim_start_matches("./").split('/').next() == Some("content");
        let articles = self.setting("ARTICLE_PATHS").map(Value::items).unwrap_or_default();
        let is_above = || articles.iter().filter_map(Value::as_str).any(in_content);
        self.word("PATH").unwrap_or_else(|| if is_above() { "." } else { "content" })
    }

    /// Whether Pelican takes the file for an article, not for a page.
    #[must_use]
    pub fn is_article(&self, relative: &str) -> bool {
        let path = self.path_in_content(relative);
        let is_in = |folder: &str| {
            let folder = folder.trim_matches('/');
            folder.is_empty() || path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
        };
        let any = |key: &str, default: &[&str]| match self.setting(key) {
            Some(folders) => folders.items().iter().filter_map(Value::as_str).any(is_in),
            None => default.iter().any(|folder| is_in(folder)),
        };
        let apart = any("PAGE_PATHS", &["pages"]) || any("ARTICLE_EXCLUDES", &[]);
        any("ARTICLE_PATHS", &[""]) && !apart
    }

    /// The category of an article that names none; `None` where categories have no pages.
    #[must_use]
    pub fn default_category(&self, relative: &str) -> Option<String> {
        let has_pages =
            self.setting("CATEGORY_SAVE_AS").is_none_or(|path| path.as_str().is_some_and(|path| !path.is_empty()));
        if self.dialect != Dialect::Pelican || !has_pages {
            return None;
        }
        let path = self.path_in_content(relative);
        let folder = path.rsplit_once('/').map(|(folder, _)| folder.rsplit('/').next().unwrap_or_default());
        let is_used = self.setting("USE_FOLDER_AS_CATEGORY").and_then(Value::as_bool) != Some(false);
        let default = self.word("DEFAULT_CATEGORY").unwrap_or("misc");
        Some(folder.filter(|folder| is_used && !folder.is_empty()).unwrap_or(default).to_owned())
    }

    /// The pattern of the URLs of articles in a language; `None`: in that of the site.
    #[must_use]
    pub fn article_url(&self, language: Option<&str>) -> Option<&str> {
        let is_sites = language.is_none_or(|language| language.eq_ignore_ascii_case(self.default_language()));
        let (key, default) =
            if is_sites { ("ARTICLE_URL", "{slug}.html") } else { ("ARTICLE_LANG_URL", "{slug}-{lang}.html") };
        (self.dialect == Dialect::Pelican).then(|| self.word(key).unwrap_or(default))
    }

    /// The language of articles that name none.
    #[must_use]
    pub fn default_language(&self) -> &str {
        self.word("DEFAULT_LANG").unwrap_or("en")
    }

    /// Whether slugs are made of the names of files, not of titles.
    #[must_use]
    pub fn slugs_are_names(&self) -> bool {
        self.word("SLUGIFY_SOURCE") == Some("basename")
    }

    /// Whether the names of files say slugs, behind dates.
    #[must_use]
    pub fn names_say_slugs(&self) -> bool {
        ["FILENAME_METADATA", "PATH_METADATA"]
            .iter()
            .any(|key| self.word(key).is_some_and(|it| it.contains("(?P<slug>")))
    }

    /// Whether this plug-in is switched on, under whatever module it is.
    #[must_use]
    pub fn has_plugin(&self, name: &str) -> bool {
        let plugins = self.setting("PLUGINS").map(Value::items).unwrap_or_default();
        plugins.iter().filter_map(Value::as_str).any(|plugin| plugin.rsplit('.').next() == Some(name))
    }

    /// Whether a setting is `True`.
    #[must_use]
    pub fn is_on(&self, key: &str) -> bool {
        self.setting(key).and_then(Value::as_bool) == Some(true)
    }

    fn word(&self, key: &str) -> Option<&str> {
        self.setting(key).and_then(Value::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::generator::Texts;

    fn pelican(settings: &str) -> Generator {
        let texts = Texts::from([("pelicanconf.py".to_owned(), settings.to_owned())]);
        let (settings, _) = Generator::configured(Dialect::Pelican, &texts);
        Generator::new(Dialect::Pelican, "content", settings, Texts::new())
    }

    #[test]
    fn articles_have_categories_and_pages_are_none() {
        let pelican = pelican("PATH = 'content'\nDEFAULT_LANG = 'de'\n");
        assert!(pelican.is_article("a/x.md") && !pelican.is_article("pages/x.md"));
        assert_eq!(pelican.default_category("a/b/x.md").as_deref(), Some("b"));
        assert_eq!(pelican.default_category("x.md").as_deref(), Some("misc"));
        assert_eq!(pelican.article_url(Some("DE")), Some("{slug}.html"));
        assert_eq!(pelican.article_url(Some("fr")), Some("{slug}-{lang}.html"));
        assert_eq!(Generator::silent(Dialect::Hugo).default_category("a/x.md"), None);
    }

    #[test]
    fn articles_may_be_named_from_above_their_folder() {
        for (settings, is_article, category) in [
            ("ARTICLE_PATHS = ['content']\n", true, "content"),
            ("ARTICLE_PATHS = ['a']\n", false, "misc"),
            ("PATH = '.'\nARTICLE_PATHS = ['content/blog']\n", false, "content"),
            ("", true, "misc"),
        ] {
            let pelican = pelican(settings);
            assert_eq!(pelican.is_article("x.md"), is_article, "{settings}");
            assert_eq!(pelican.default_category("x.md").as_deref(), Some(category), "{settings}");
        }
    }

    #[test]
    fn without_pages_of_categories_there_is_none_by_default() {
        for settings in ["CATEGORY_SAVE_AS = ''\n", "CATEGORY_SAVE_AS = None\n"] {
            assert_eq!(pelican(settings).default_category("a/x.md"), None, "{settings}");
        }
    }
}
