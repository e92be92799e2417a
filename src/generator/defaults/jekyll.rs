//! `defaults` of Jekyll's configuration: a list of `scope` (`path`, `type`) and `values`.

use super::{Scope, Set};
use crate::value::Value;

/// What they give; what has another form is nothing.
pub(super) fn sets(settings: &Value) -> Vec<Set> {
    let all = settings.entry("defaults").map(Value::items).unwrap_or_default();
    all.iter().filter_map(|set| Some(Set { scope: scope(set, settings), values: values(set)? })).collect()
}

fn scope(set: &Value, settings: &Value) -> Scope {
    let text = |path: &str| set.at(path).and_then(Value::as_text).unwrap_or_default();
    let below = |key: &str| settings.entry(key).and_then(Value::as_str).map(|folder| folder.trim_matches('/'));
    let (path, kind) = (text("scope.path"), text("scope.type"));
    let path = path.trim_start_matches('/');
    // paths are below the folder of sources, and may leave out that of collections
    let folders = [below("source"), below("collections_dir").filter(|folder| !path.starts_with(folder))];
    let folders = folders.into_iter().flatten().filter(|folder| !folder.is_empty() && *folder != ".");
    let mut whole: Vec<&str> = if path.is_empty() { Vec::new() } else { folders.collect() };
    whole.push(path);
    let scope = Scope::of(&whole.join("/"));
    match kind.as_str() {
        "" => scope,
        // as it was called once
        "post" | "page" | "draft" => scope.only(format!("{kind}s")),
        _ => scope.only(kind),
    }
}

fn values(set: &Value) -> Option<Value> {
    set.entry("values").filter(|values| matches!(values, Value::Mapping(_))).cloned()
}

#[cfg(test)]
mod tests {
    use super::super::Defaults;
    use crate::config::Dialect;
    use crate::generator::Texts;
    use crate::value::read::{json, yaml};
    use crate::value::{Lists, Value};

    fn given(settings: &str, path: &str) -> Value {
        let settings = yaml(settings).unwrap();
        Defaults::read(Dialect::Jekyll, &settings, &Texts::new()).of(path, Lists::Replaced)
    }

    const SETTINGS: &str = "
defaults:
- scope: {path: _posts/news, type: posts}
  values: {layout: news, params: {a: 1, b: 2}}
- scope: {path: ''}
  values: {layout: default, author: Ann, tags: [a]}
- scope: {path: '', type: posts}
  values: {author: Bo}
- values: {sitemap: false}
- scope: {path: '_posts/*/old'}
  values: {params: {b: 3}, tags: [b]}
- scope: {path: _posts}
  values: []
- nonsense
";

    #[test]
    fn the_narrower_scope_wins() {
        let of = |path| given(SETTINGS, path);
        let plain = json(r#"{"sitemap": false, "layout": "default", "author": "Bo", "tags": ["a"]}"#).unwrap();
        let sorted = |value: Value| {
            let mut pairs = value.pairs().to_vec();
            pairs.sort_by(|a, b| a.0.cmp(&b.0));
            pairs
        };
        assert_eq!(sorted(of("_posts/a.md")), sorted(plain));
        let old = of("_posts/news/old/a.md");
        assert_eq!(old.entry("layout").and_then(Value::as_str), Some("news"));
        assert_eq!(old.at("params.a"), Some(&Value::Integer(1)));
        assert_eq!(old.at("params.b"), Some(&Value::Integer(3)));
        assert_eq!(old.entry("tags").map(|tags| tags.items().len()), Some(1));
        assert_eq!(of("_recipes/a.md").entry("author").and_then(Value::as_str), Some("Ann"));
        assert_eq!(given("title: x", "_posts/a.md"), Value::Null);
    }

    #[test]
    fn scopes_are_below_the_folders_of_sources_and_collections() {
        let settings = "source: src\ncollections_dir: all\ndefaults: [{scope: {path: _posts}, values: {a: 1}}]";
        assert_eq!(given(settings, "src/all/_posts/x.md").entry("a"), Some(&Value::Integer(1)));
        assert_eq!(given(settings, "_posts/x.md"), Value::Null);
    }
}
