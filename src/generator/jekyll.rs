//! What Jekyll's configuration and data say of posts.

use super::{Generator, eleventy, places};
use crate::config::Dialect;
use crate::value::{Value, read};

impl Generator {
    /// The readers of Markdown that a site may name and that are known: kramdown first, `CommonMark` by all its names.
    pub const MARKDOWN: &[&str] = &["kramdown", "CommonMark", "CommonMarkGhPages", "GFM"];

    /// Whether Jekyll reads `CommonMark` in the place of kramdown: by the plug-in of that name, or as GitHub Pages does it.
    #[must_use]
    pub fn reads_common_mark(&self) -> bool {
        let reader = self.setting("markdown").and_then(Value::as_str).filter(|_| self.dialect == Dialect::Jekyll);
        reader.is_some_and(|reader| Self::MARKDOWN[1..].iter().any(|known| reader.eq_ignore_ascii_case(known)))
    }

    /// What `_data/authors` says of an author, by the key that posts name.
    #[must_use]
    pub fn author(&self, key: &str) -> Option<&Value> {
        if self.authors.pairs().is_empty() { None } else { self.authors.entry(key.trim()) }
    }

    /// The folders above `_posts`: categories of all posts in it.
    #[must_use]
    pub fn categories(&self) -> Vec<&str> {
        let inner = self.prefix.rsplit_once('/').filter(|(_, last)| *last == "_posts").map(|(above, _)| above);
        let Some(above) = inner.filter(|_| self.dialect == Dialect::Jekyll) else { return Vec::new() };
        let not_named = ["source", "collections_dir"].iter().fold(above, |above, key| {
            let folder = self.folder(key, "");
            above.strip_prefix(folder).filter(|rest| rest.is_empty() || rest.starts_with('/')).unwrap_or(above)
        });
        not_named.split('/').filter(|folder| !folder.is_empty()).collect()
    }

    /// Whether posts are out before their time.
    #[must_use]
    pub fn shows_future(&self) -> bool {
        let key = match self.dialect {
            Dialect::Jekyll => "future",
            Dialect::Hugo => "buildFuture",
            _ => return false,
        };
        let of_posts = self.setting("collections.posts.future").and_then(Value::as_bool);
        of_posts.or_else(|| self.setting(key).and_then(Value::as_bool)).unwrap_or(false)
    }

    /// What ends the summary of a post, where it is not the end of the first paragraph.
    #[must_use]
    pub fn excerpt_separator(&self) -> Option<&str> {
        let text = |path| self.setting(path).and_then(Value::as_str);
        match self.dialect {
            Dialect::Jekyll => text("excerpt_separator"),
            Dialect::Eleventy if self.setting("frontMatter.excerpt").and_then(Value::as_bool) == Some(true) => {
                Some(text("frontMatter.excerpt_separator").unwrap_or(eleventy::EXCERPT_SEPARATOR))
            }
            _ => None,
        }
    }
}

/// `_data/authors` in any of its syntaxes.
pub(super) fn authors(dialect: Dialect, settings: &Value, texts: &super::Texts) -> Value {
    let folder = places::in_source(settings, "data_dir", "_data");
    let names = ["yml", "yaml", "json", "toml"].map(|extension| format!("{folder}/authors.{extension}"));
    let found = names.iter().filter(|_| dialect == Dialect::Jekyll).find_map(|name| Some((name, texts.get(name)?)));
    found.and_then(|(name, text)| read::by_name(name, text)?.ok()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::generator::Texts;

    fn jekyll(prefix: &str, settings: &str) -> Generator {
        let texts = Texts::from([("_data/authors.yml".to_owned(), "ann: {name: Ann}\n".to_owned())]);
        Generator::new(Dialect::Jekyll, prefix, read::yaml(settings).unwrap(), texts)
    }

    #[test]
    fn folders_above_the_posts_are_categories() {
        assert_eq!(jekyll("_posts", "").categories(), [""; 0]);
        assert_eq!(jekyll("news/deep/_posts", "").categories(), ["news", "deep"]);
        assert_eq!(jekyll("src/news/_posts", "source: ./src").categories(), ["news"]);
        assert_eq!(jekyll("all/_posts", "collections_dir: all").categories(), [""; 0]);
        assert_eq!(jekyll("news", "").categories(), [""; 0]);
    }

    #[test]
    fn data_are_below_the_source() {
        let texts = Texts::from([("src/_data/authors.yml".to_owned(), "ann: {name: Ann}\n".to_owned())]);
        let settings = read::yaml("source: src").unwrap();
        let generator = Generator::new(Dialect::Jekyll, "src/_posts", settings, texts);
        assert!(generator.author("ann").is_some());
        assert_eq!(generator.data().at("authors.ann.name").and_then(Value::as_str), Some("Ann"));
    }

    #[test]
    fn authors_and_settings() {
        let generator = jekyll("_posts", "future: true\nexcerpt_separator: <!--x-->\n");
        assert_eq!(generator.author("ann").and_then(|ann| ann.entry("name")), Some(&Value::String("Ann".into())));
        assert!(generator.author("bo").is_none() && generator.shows_future());
        assert_eq!(generator.excerpt_separator(), Some("<!--x-->"));
        assert!(!jekyll("", "future: true\ncollections: {posts: {future: false}}").shows_future());
    }
}
