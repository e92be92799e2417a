//! Whose rules a folder of posts follows, by what stands around it.

use std::path::{Path, PathBuf};

use super::surroundings::LONGEST;
use super::{absolute, open};
use crate::config::Dialect;
use crate::generator::places;

/// How many folders up a generator's configuration is looked for.
const HIGHEST: usize = 4;

/// The same for Jekyll, which takes folders `_posts` wherever they are; its configuration has a name of its own.
const HIGHEST_OF_JEKYLL: usize = 16;

/// Judges the dialect of a folder of posts by what stands around it: up to three folders up.
#[must_use]
pub fn judge(folder: &Path) -> Dialect {
    let Ok(folder) = absolute(folder) else { return Dialect::Commonmark };
    if folder.file_name().is_some_and(|name| name == "_posts") {
        return Dialect::Jekyll;
    }
    folder.ancestors().take(HIGHEST).find_map(judge_root).unwrap_or(Dialect::Commonmark)
}

/// The blog's folder that a folder of posts belongs to: the next one up with a configuration of its generator.
pub(super) fn root_of(folder: &Path, dialect: Dialect) -> Option<PathBuf> {
    let is_root = |root: &&Path| match dialect {
        Dialect::Hugo if HUGOS.iter().any(|name| root.join(name).exists()) => true,
        Dialect::Zola | Dialect::Hugo => judge_configuration(root).or_else(|| judge_root(root)) == Some(dialect),
        dialect => places::configuration(dialect).iter().any(|name| root.join(name).exists()),
    };
    let parent = || folder.parent().filter(|_| folder.file_name().is_some_and(|name| name == "_posts"));
    let highest = if dialect == Dialect::Jekyll { HIGHEST_OF_JEKYLL } else { HIGHEST };
    folder.ancestors().take(highest).find(is_root).or_else(parent).map(Path::to_owned)
}

/// Configurations that nobody but Hugo has; a site that moved may have one of another generator beside it.
const HUGOS: [&str; 5] = ["hugo.toml", "hugo.yaml", "hugo.yml", "hugo.json", "config/_default"];

fn judge_root(root: &Path) -> Option<Dialect> {
    let has = |name: &str| root.join(name).exists();
    let configured = |dialect: Dialect| places::configuration(dialect).iter().any(|name| has(name));
    if configured(Dialect::Jekyll) {
        return Some(Dialect::Jekyll);
    }
    if HUGOS.iter().any(|name| has(name)) {
        return Some(Dialect::Hugo);
    }
    if has("zola.toml") {
        return Some(Dialect::Zola);
    }
    if let Some(dialect) = [Dialect::Eleventy, Dialect::Pelican].into_iter().find(|dialect| configured(*dialect)) {
        return Some(dialect);
    }
    judge_configuration(root)
}

/// `config.toml` is Zola's, and was Hugo's.
fn judge_configuration(root: &Path) -> Option<Dialect> {
    let text = ["config.toml", "config.yaml", "config.yml", "config.json"]
        .iter()
        .find_map(|name| String::from_utf8(open::read(&root.join(name), LONGEST).ok()?).ok())?;
    places::owner(&text, &|folder| root.join(folder).is_dir())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn jekylls_posts_may_be_deep() {
        let blog = tempfile::tempdir().expect("a folder");
        let posts = blog.path().join("a/b/c/d/_posts");
        std::fs::create_dir_all(&posts).expect("folders");
        std::fs::write(blog.path().join("_config.yml"), "title: T\n").expect("a configuration");
        assert_eq!(root_of(&posts, Dialect::Jekyll).as_deref(), Some(blog.path()));
        assert_eq!(root_of(&posts, Dialect::Hugo).as_deref(), posts.parent());
    }
}
