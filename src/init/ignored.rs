//! What Eleventy passes over -> which files are no posts, and the globs that leave them out.

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};

use super::said::Settings;
use super::{Blog, below, join, pages};
use crate::config::Dialect;
use crate::generator::places;
use crate::value::Value;

/// The file that names what is passed over.
const FILE: &str = ".eleventyignore";

/// What is passed over.
pub(super) struct Ignored {
    /// Globs below the blog's folder, and what says so.
    globs: Vec<(String, String)>,
    all: GlobSet,
}

impl Ignored {
    /// What a blog's configuration, its lists, and the nature of its folders say; `input`: where its templates are.
    pub fn of(blog: &Blog, said: &Settings, input: &str) -> Self {
        let mut globs = Vec::new();
        let folders = if input.is_empty() { vec![""] } else { vec!["", input] };
        for folder in folders {
            let file = join(folder, FILE);
            let text = blog.text(&file).unwrap_or_default();
            globs.extend(lines(&text).map(|line| (glob(blog, folder, line), file.clone())));
        }
        let called = said.merged.entry("ignores").map(Value::items).unwrap_or_default();
        let called = called.iter().filter_map(Value::as_str);
        globs.extend(called.map(|named| (glob(blog, "", named), "`ignores.add`".to_owned())));
        let material = places::material(Dialect::Eleventy, &said.merged);
        let is_inside = |folder: &&String| below(input, folder).is_some_and(|below| !below.is_empty());
        let inside = material.iter().filter(|place| !place.contains('.')).filter(is_inside);
        globs.extend(inside.map(|folder| (pages::escaped(folder), "no folder of pages".to_owned())));
        if blog.has(&join(input, "package.json")) {
            globs.push((join(input, "node_modules"), "packages".to_owned()));
        }
        Self { all: set(globs.iter().map(|(glob, _)| glob.as_str())), globs }
    }

    /// Whether a file, by its path below the blog's folder, is passed over.
    pub fn hold(&self, path: &str) -> bool {
        self.all.is_match(path)
    }

    /// The globs below a folder of posts that leave something out, and what says so.
    pub fn below(&self, blog: &Blog, folder: &str) -> Vec<(String, String)> {
        let mut found: Vec<(String, String)> = Vec::new();
        for (glob, from) in &self.globs {
            let set = set([glob.as_str()]);
            let is_needed = glob.ends_with("node_modules") || blog.files.iter().any(|path| is_post(path, folder, &set));
            if let Some(glob) =
                seen_from(folder, glob).filter(|glob| is_needed && !found.iter().any(|(known, _)| known == glob))
            {
                found.push((glob, from.clone()));
            }
        }
        found
    }
}

/// A glob as it is below a folder: also one that takes in all folders from there on, or from further up.
fn seen_from(folder: &str, glob: &str) -> Option<String> {
    let is_above = |above: &str| above == folder || below(above, folder).is_some();
    let anywhere =
        || glob.split_once("/**/").filter(|(above, _)| is_above(above)).map(|(_, rest)| format!("**/{rest}"));
    let within = below(folder, glob).or_else(|| glob.starts_with("**/").then_some(glob));
    within.map(str::to_owned).or_else(anywhere)
}

fn is_post(path: &str, folder: &str, set: &GlobSet) -> bool {
    below(folder, path).is_some_and(crate::post::may_be_post) && set.is_match(path)
}

/// The lines of a list that say something: neither a comment nor `!`, which Eleventy does not know.
fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with(['#', '!']))
}

/// What somebody named, as a glob below the blog's folder without what says that it is a folder.
fn glob(blog: &Blog, folder: &str, named: &str) -> String {
    let named = places::folder(named);
    let path = join(folder, named);
    let (path, is_named) = match path.strip_suffix("/**") {
        Some(folder) if !folder.is_empty() && !folder.ends_with("**") => (folder.to_owned(), true),
        _ => (path.clone(), blog.files.iter().any(|file| *file == path || below(&path, file).is_some())),
    };
    if is_named && !path.contains('*') { pages::escaped(&path) } else { path }
}

/// Globs that hold the files themselves and all that is below a folder.
fn set<'a>(globs: impl IntoIterator<Item = &'a str>) -> GlobSet {
    let mut builder = GlobSetBuilder::new();
    for glob in globs {
        for glob in [glob.to_owned(), format!("{glob}/**")] {
            if let Ok(glob) = GlobBuilder::new(&glob).literal_separator(true).build() {
                builder.add(glob);
            }
        }
    }
    builder.build().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::read::yaml;

    #[test]
    fn globs_reach_down_from_above() {
        for (folder, glob, seen) in [
            ("c/blog", "c/**/draft-*.md", Some("**/draft-*.md")),
            ("c/blog", "c/blog/**/x", Some("**/x")),
            ("c/blog", "c/blog/x", Some("x")),
            ("c/blog", "**/x", Some("**/x")),
            ("c/blog", "d/**/x", None),
            ("", "c/**/x", Some("c/**/x")),
        ] {
            assert_eq!(seen_from(folder, glob).as_deref(), seen, "{glob}");
        }
    }

    #[test]
    fn lists_calls_and_folders_are_passed_over() {
        let files =
            ["package.json", "src/.eleventyignore", "src/_includes/x.md", "src/a.md", "src/b/c.md", "src/d/e.md"];
        let mut files = files.map(str::to_owned).to_vec();
        files.extend([".eleventyignore".to_owned(), "about.md".to_owned(), "src/f/x.draft.md".to_owned()]);
        files.sort();
        let read = |path: &str| match path {
            ".eleventyignore" => Some(b"# not a page\n./about.md\n\n!src/a.md\nsrc/b/\n".to_vec()),
            "src/.eleventyignore" => Some(b"**/*.draft.md\n".to_vec()),
            _ => Some(Vec::new()),
        };
        let settings = Settings::of("", yaml("{dir: {input: src}, ignores: ['src/d/**']}").unwrap());
        let (dialect, merged) = (Dialect::Eleventy, settings.merged.clone());
        let blog =
            Blog { dialect, folder: String::new(), files, settings: Settings::of("", merged), read: &read, url: None };
        let ignored = Ignored::of(&blog, &settings, "src");
        let kept: Vec<&String> =
            blog.files.iter().filter(|path| crate::post::may_be_post(path) && !ignored.hold(path)).collect();
        assert_eq!(kept, ["src/a.md"]);
        let below = |folder| ignored.below(&blog, folder).into_iter().map(|(glob, _)| glob).collect::<Vec<_>>();
        assert_eq!(below("src"), ["b", "**/*.draft.md", "d", "_includes"]);
        assert_eq!(below("src/d"), [""; 0]);
        assert_eq!(below(""), ["about.md", "src/b", "src/**/*.draft.md", "src/d", "src/_includes"]);
    }
}
