//! Which files of a blog its generator reads besides the posts.
//!
//! All paths are below the blog's folder, with `/`; one of a folder means all files in it.

use super::eleventy;
use crate::config::Dialect;
use crate::value::Value;

/// A folder as configurations name it, without `./` before it and slashes around it.
#[must_use]
pub fn folder(named: &str) -> &str {
    named.trim_start_matches("./").trim_matches('/')
}

/// The files that hold its configuration.
#[must_use]
pub fn configuration(dialect: Dialect) -> &'static [&'static str] {
    match dialect {
        Dialect::Jekyll => &["_config.toml", "_config.yaml", "_config.yml"],
        Dialect::Hugo => &[
            "config.toml",
            "config.yaml",
            "config.yml",
            "config.json",
            "hugo.toml",
            "hugo.yaml",
            "hugo.yml",
            "hugo.json",
            "config/_default",
            "config/production",
        ],
        Dialect::Zola => &["config.toml", "zola.toml"],
        Dialect::Eleventy => {
            &[".eleventy.js", "eleventy.config.js", "eleventy.config.mjs", "eleventy.config.cjs", "eleventy.config.ts"]
        }
        Dialect::Pelican => &["pelicanconf.py", "publishconf.py"],
        Dialect::Commonmark => &[],
    }
}

/// Whose a `config.toml`, or one in another syntax, is by its keys: Zola's has a `base_url`, Hugo's a `baseURL`.
///
/// Without an address it is Hugo's when a folder beside it and a key, or two folders say so; `has`: is there a folder
/// of this name?
#[must_use]
pub fn owner(text: &str, has: &dyn Fn(&str) -> bool) -> Option<Dialect> {
    // JSON may be on one line
    let ends: &[char] = if text.trim_start().starts_with('{') { &['\n', ',', '{'] } else { &['\n'] };
    let keys = || text.split(ends).map(key);
    let of_address = keys().find_map(|key| match key.as_str() {
        "base_url" => Some(Dialect::Zola),
        "baseurl" => Some(Dialect::Hugo),
        _ => None,
    });
    let is_templated = || has("archetypes") || has("layouts");
    let is_keyed = || keys().any(|key| HUGOS_KEYS.contains(&key.as_str())) && (has("content") || is_templated());
    let is_hugos = || is_keyed() || (has("content") && is_templated());
    of_address.or_else(|| is_hugos().then_some(Dialect::Hugo))
}

/// Keys, in lower case, that Hugo has and other programs hardly.
const HUGOS_KEYS: [&str; 18] = [
    "contentdir",
    "defaultcontentlanguage",
    "disablekinds",
    "enableemoji",
    "enablerobotstxt",
    "frontmatter",
    "googleanalytics",
    "languagecode",
    "languages",
    "markup",
    "menu",
    "outputs",
    "paginate",
    "pagination",
    "params",
    "permalinks",
    "publishdir",
    "taxonomies",
];

/// The key that a line sets, or the table that it opens, in lower case: `[[menu.main]]` is `menu`.
fn key(line: &str) -> String {
    let line = line.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, '[' | '{' | '"' | '\''));
    line.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect::<String>().to_ascii_lowercase()
}

/// Where Hugo looks for the templates of shortcodes, in the site and in its themes.
pub(super) const SHORTCODES: [&str; 2] = ["layouts/_shortcodes", "layouts/shortcodes"];

/// The themes of a Hugo site, the first one first.
pub(super) fn themes(settings: &Value) -> Vec<String> {
    let Some(theme) = settings.find_at("theme") else { return Vec::new() };
    let named =
        |value: &Value| value.as_str().filter(|name| !name.is_empty() && !name.contains("..")).map(str::to_owned);
    named(theme).into_iter().chain(theme.items().iter().filter_map(named)).collect()
}

/// A path from within folders, without `.` and `..`; one that climbs too far ends at the top.
#[must_use]
pub fn resolved<'p>(folders: impl IntoIterator<Item = &'p str>, path: &'p str) -> String {
    let mut names: Vec<&str> = Vec::new();
    for name in folders.into_iter().chain(path.split('/')) {
        match name {
            "" | "." => {}
            ".." => drop(names.pop()),
            name => names.push(name),
        }
    }
    names.join("/")
}

/// A folder that Jekyll's configuration names below its `source`.
#[must_use]
pub fn in_source(settings: &Value, key: &str, default: &str) -> String {
    let named = |key: &str, default| folder(settings.at(key).and_then(Value::as_str).unwrap_or(default));
    below_source(named("source", ""), named(key, default))
}

/// A path below the folder that Jekyll reads.
#[must_use]
pub fn below_source(source: &str, path: &str) -> String {
    match source {
        "" | "." => path.to_owned(),
        source if path.is_empty() => source.to_owned(),
        source => format!("{source}/{path}"),
    }
}

/// Data and templates.
#[must_use]
pub fn material(dialect: Dialect, settings: &Value) -> Vec<String> {
    match dialect {
        Dialect::Jekyll => {
            vec![in_source(settings, "data_dir", "_data"), in_source(settings, "includes_dir", "_includes")]
        }
        Dialect::Hugo => {
            let roots = themes(settings).into_iter().map(|theme| format!("themes/{theme}/"));
            let roots = std::iter::once(String::new()).chain(roots);
            roots.flat_map(|root| SHORTCODES.map(|folder| format!("{root}{folder}"))).collect()
        }
        Dialect::Zola => zola(settings),
        Dialect::Eleventy => {
            let below = |key, default| eleventy::below_input(settings, key, default);
            let layouts = settings.at("dir.layouts").map(|_| below("layouts", "_includes"));
            let places = [below("data", "_data"), below("includes", "_includes"), "package.json".to_owned()];
            places.into_iter().chain(layouts).collect()
        }
        Dialect::Pelican | Dialect::Commonmark => Vec::new(),
    }
}

/// Zola's templates, and those of its theme.
fn zola(settings: &Value) -> Vec<String> {
    let theme = settings.at("theme").and_then(Value::as_str).filter(|theme| !theme.contains(".."));
    let of_theme = theme.map(|theme| [format!("themes/{theme}/templates"), format!("themes/{theme}/theme.toml")]);
    ["templates".to_owned()].into_iter().chain(of_theme.into_iter().flatten()).collect()
}

/// Whether a file among the posts, by its path below their folder, says something of other posts.
#[must_use]
pub fn is_beside_posts(dialect: Dialect, relative: &str) -> bool {
    let (folder, name) = relative.rsplit_once('/').unwrap_or(("", relative));
    match dialect {
        Dialect::Hugo => name.starts_with("_index."),
        Dialect::Zola => name == "_index.md",
        Dialect::Eleventy => name.rsplit_once('.').is_some_and(|(stem, extension)| {
            let folder = folder.rsplit('/').next().unwrap_or_default();
            let is_script = matches!(extension, "js" | "cjs" | "mjs");
            let is_data = stem.ends_with(".11tydata") && (is_script || extension == "json");
            is_data || extension == "json" && (stem == folder || folder.is_empty())
        }),
        Dialect::Jekyll | Dialect::Pelican | Dialect::Commonmark => false,
    }
}

/// Such files in the folders above that of the posts, which is at `prefix`.
#[must_use]
pub fn above_posts(dialect: Dialect, prefix: &str) -> Vec<String> {
    let ends = [".json", ".11tydata.json", ".11tydata.js", ".11tydata.cjs", ".11tydata.mjs"];
    let folders = prefix.match_indices('/').map(|(end, _)| &prefix[..end]).filter(|_| dialect == Dialect::Eleventy);
    let named = folders.map(|folder| format!("{folder}/{}", folder.rsplit('/').next().unwrap_or_default()));
    named.flat_map(|name| ends.map(|end| format!("{name}{end}"))).collect()
}

/// Whether there are such files among the posts of a generator.
#[must_use]
pub fn are_beside_posts(dialect: Dialect) -> bool {
    matches!(dialect, Dialect::Hugo | Dialect::Zola | Dialect::Eleventy)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_can_be_named_otherwise() {
        let settings = crate::value::read::yaml("data_dir: ./facts/\n").unwrap();
        assert_eq!(material(Dialect::Jekyll, &settings), ["facts", "_includes"]);
        assert_eq!(material(Dialect::Jekyll, &Value::Null), ["_data", "_includes"]);
        let settings = crate::value::read::yaml("source: ./src/\ndata_dir: facts").unwrap();
        assert_eq!(material(Dialect::Jekyll, &settings), ["src/facts", "src/_includes"]);
        let settings = crate::value::read::yaml("source: .").unwrap();
        assert_eq!(material(Dialect::Jekyll, &settings), ["_data", "_includes"]);
    }

    #[test]
    fn what_says_something_of_other_posts_is_known_by_its_name() {
        assert!(is_beside_posts(Dialect::Hugo, "news/_index.md"));
        assert!(!is_beside_posts(Dialect::Hugo, "news/index.md"));
        assert!(is_beside_posts(Dialect::Eleventy, "news/news.json"));
        assert!(is_beside_posts(Dialect::Eleventy, "news/x.11tydata.json"));
        assert!(!is_beside_posts(Dialect::Eleventy, "news/other.json"));
    }

    #[test]
    fn a_configuration_is_known_by_its_keys_and_by_the_folders_beside_it() {
        let cases: [(&str, &[&str], Option<Dialect>); 9] = [
            ("title = 'x'\nbase_url = 'https://example.org'\n[markdown]\n", &["content"], Some(Dialect::Zola)),
            ("BaseURL: https://example.org\n", &[], Some(Dialect::Hugo)),
            ("{\"baseURL\": \"https://example.org\"}", &[], Some(Dialect::Hugo)),
            ("title = 'x'\n[permalinks]\nposts = '/:slug/'\n", &["content"], Some(Dialect::Hugo)),
            ("[[menu.main]]\nname = 'x'\n", &["archetypes"], Some(Dialect::Hugo)),
            ("title = 'x'\n", &["content", "layouts"], Some(Dialect::Hugo)),
            ("title = 'x'\n", &["content"], None),
            ("title = 'x'\n", &["layouts"], None),
            ("markup: x\n", &["docs"], None),
        ];
        for (text, folders, expected) in cases {
            assert_eq!(owner(text, &|folder| folders.contains(&folder)), expected, "{text}");
        }
    }
}
