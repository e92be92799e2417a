//! Eleventy's data of folders and templates: `posts/posts.json`, `posts/posts.11tydata.js`, `posts/one.11tydata.json`.

use super::{Scope, Set};
use crate::generator::{Texts, eleventy};
use crate::value::Value;

/// What they give, the weakest first.
pub(super) fn sets(settings: &Value, texts: &Texts) -> Vec<Set> {
    let base = settings.entry("dataFileBaseName").and_then(Value::as_str);
    let mut files: Vec<(String, &String, &String)> =
        texts.iter().filter_map(|(path, text)| Some((scope(path, base)?, path, text))).collect();
    files.sort_by_key(|(scope, path, _)| (scope.len(), eleventy::strength(path)));
    let layout =
        eleventy::with_data(settings, texts).entry("layout").filter(|layout| layout.as_str().is_some()).cloned();
    let everywhere = layout
        .map(|layout| Set { scope: Scope::default(), values: Value::Mapping(vec![("layout".to_owned(), layout)]) });
    let sets = files.into_iter().filter_map(|(scope, path, text)| {
        let values = eleventy::data(path, text).filter(|data| matches!(data, Value::Mapping(_)))?;
        Some(Set { scope: Scope::of(&scope), values: plain(values) })
    });
    everywhere.into_iter().chain(sets).collect()
}

/// Where posts are that a file is for: its folder, or the template of its name.
fn scope(path: &str, base: Option<&str>) -> Option<String> {
    let (folder, name) = path.rsplit_once('/')?;
    let (stem, _) = name.rsplit_once('.')?;
    let plain = stem.strip_suffix(".11tydata");
    let is_folders = |name: &str| base.unwrap_or_else(|| folder.rsplit('/').next().unwrap_or_default()) == name;
    match plain {
        Some(name) if is_folders(name) => Some(format!("{folder}/")),
        Some(name) => Some(format!("{folder}/{name}.")),
        None if is_folders(stem) => Some(format!("{folder}/")),
        None => None,
    }
}

/// Whether a file of data is for posts.
pub(super) fn is_of_posts(path: &str, base: Option<&str>) -> bool {
    scope(path, base).is_some()
}

/// Without what is computed but texts: those are templates.
fn plain(mut values: Value) -> Value {
    if let Value::Mapping(pairs) = &mut values {
        for (_, value) in pairs.iter_mut().filter(|(key, _)| key == "eleventyComputed") {
            if let Value::Mapping(computed) = value {
                computed.retain(|(_, value)| value.as_str().is_some());
            }
        }
        pairs.retain(|(key, value)| key != "eleventyComputed" || !value.pairs().is_empty());
    }
    values
}

#[cfg(test)]
mod tests {
    use super::super::Defaults;
    use crate::config::Dialect;
    use crate::generator::Texts;
    use crate::value::read::json;
    use crate::value::{Lists, Value};

    #[test]
    fn the_nearest_data_wins_and_lists_are_joined() {
        let texts = [
            ("content/content.json", r#"{"lang": "de", "layout": "base", "tags": ["all"]}"#),
            (
                "content/blog/blog.11tydata.js",
                "export default { tags: ['posts'], layout: 'post', eleventyComputed: { permalink: '/{{ page.fileSlug }}/', x: d => d } };",
            ),
            ("content/blog/blog.json", r#"{"layout": "weaker", "author": "Ann"}"#),
            ("content/blog/one.11tydata.json", r#"{"author": "Bo"}"#),
            ("content/blog/other.json", r#"{"author": "Cy"}"#),
        ];
        let texts: Texts = texts.into_iter().map(|(path, text)| (path.to_owned(), text.to_owned())).collect();
        let given = |path| Defaults::read(Dialect::Eleventy, &Value::Null, &texts).of(path, Lists::Joined);
        let expected = r#"{"lang": "de", "layout": "post", "tags": ["all", "posts"], "author": "Bo", "eleventyComputed": {"permalink": "/{{ page.fileSlug }}/"}}"#;
        assert_eq!(given("content/blog/one.md"), json(expected).unwrap());
        assert_eq!(given("content/blog/two.md").entry("author").and_then(Value::as_str), Some("Ann"));
        assert_eq!(given("content/two.md").entry("layout").and_then(Value::as_str), Some("base"));
        assert_eq!(given("two.md"), Value::Null);
    }
}
