//! Whose rules a folder of posts follows, by what stands around it.

use std::fs;
use std::path::Path;

use super::absolute;
use crate::config::Dialect;

/// Judges the dialect of a folder of posts by what stands around it: up to three folders up.
#[must_use]
pub fn judge(folder: &Path) -> Dialect {
    let Ok(folder) = absolute(folder) else { return Dialect::Commonmark };
    if folder.file_name().is_some_and(|name| name == "_posts") {
        return Dialect::Jekyll;
    }
    folder.ancestors().skip(1).take(3).find_map(judge_root).unwrap_or(Dialect::Commonmark)
}

fn judge_root(root: &Path) -> Option<Dialect> {
    let has = |name: &str| root.join(name).exists();
    if has("_config.yml") || has("_config.yaml") || has("_config.toml") {
        return Some(Dialect::Jekyll);
    }
    let hugo = ["hugo.toml", "hugo.yaml", "hugo.yml", "hugo.json", "config/_default"];
    if hugo.iter().any(|name| has(name)) {
        return Some(Dialect::Hugo);
    }
    if has("zola.toml") {
        return Some(Dialect::Zola);
    }
    let text = fs::read_to_string(root.join("config.toml")).ok()?;
    let key = |name: &str| text.lines().any(|line| line.split('=').next().is_some_and(|key| key.trim() == name));
    if key("base_url") {
        Some(Dialect::Zola)
    } else if text.to_lowercase().contains("baseurl") {
        Some(Dialect::Hugo)
    } else {
        None
    }
}
