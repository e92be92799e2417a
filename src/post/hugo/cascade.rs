//! What cascades to a post: from `_index` pages above it, the nearest first, and from the configuration.

use globset::GlobBuilder;

use crate::generator::Generator;
use crate::post::front_matter;
use crate::value::Value;

/// The keys and values for the file at `path` below the folder of `content`.
pub(super) fn entries(generator: &Generator, (path, content): (&str, &str), language: &str) -> Vec<(String, Value)> {
    let logical = logical_path(&path[content.len()..]);
    let of_sections = indexes(generator, path, content);
    let site = generator.settings().find_at("cascade");
    let mut entries: Vec<(String, Value)> = Vec::new();
    for cascade in of_sections.iter().chain(site) {
        let alone = std::slice::from_ref(cascade);
        let blocks = if cascade.items().is_empty() { alone } else { cascade.items() };
        for block in blocks.iter().filter(|block| is_meant(block, &logical, language)) {
            let params = block.find_at("params").map(Value::pairs).unwrap_or_default();
            for (key, value) in block.pairs().iter().filter(|(key, _)| !is_target(key)).chain(params) {
                if !entries.iter().any(|(known, _)| known.eq_ignore_ascii_case(key)) {
                    entries.push((key.clone(), value.clone()));
                }
            }
        }
    }
    entries
}

fn is_target(key: &str) -> bool {
    ["target", "_target", "params"].iter().any(|other| key.eq_ignore_ascii_case(other))
}

/// What the `_index` pages say that are in the folders above a file, the nearest first.
fn indexes(generator: &Generator, path: &str, content: &str) -> Vec<Value> {
    let mut found = Vec::new();
    let mut folder = path;
    while let Some((above, _)) = folder.rsplit_once('/').filter(|(above, _)| above.len() >= content.len()) {
        folder = above;
        for (_, text) in generator.texts_from(&format!("{folder}/_index.")) {
            let Ok(Some(front)) = front_matter::read(text).map(|document| document.front) else { continue };
            found.extend(front.entries.into_iter().filter(|entry| entry.key == "cascade").map(|entry| entry.value));
        }
    }
    found
}

/// A page's path as Hugo has it: lower case, hyphens for blanks, without extension, language and `index`.
fn logical_path(path: &str) -> String {
    let path = path.to_lowercase().replace(' ', "-");
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", &path));
    let stem = name.split('.').next().unwrap_or(name);
    if stem == "index" { folder.to_owned() } else { format!("{folder}/{stem}") }
}

/// Whether a post is meant by the target of what cascades.
fn is_meant(block: &Value, path: &str, language: &str) -> bool {
    let Some(target) = block.find_at("target").or_else(|| block.find_at("_target")) else { return true };
    let says = |key: &str| target.find_at(key).and_then(Value::as_str).filter(|text| !text.is_empty());
    let matches = |pattern: &str, text: &str| {
        // as in Hugo, `*` stops at a slash
        let glob = GlobBuilder::new(pattern).literal_separator(true).case_insensitive(true).build();
        glob.is_ok_and(|glob| glob.compile_matcher().is_match(text))
    };
    let path_is_meant = says("path").is_none_or(|pattern| {
        let pattern = if pattern.starts_with('/') { pattern.to_owned() } else { format!("/{pattern}") };
        matches(&pattern, path)
    });
    path_is_meant
        && says("kind").is_none_or(|kind| matches(kind, "page"))
        && says("lang").is_none_or(|lang| matches(lang, language))
        && says("environment").is_none_or(|environment| matches(environment, "production"))
}
