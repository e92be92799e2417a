//! The names of all files below a folder -> the blogs among them, the likeliest first.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::{below, join};
use crate::config::Dialect;
use crate::generator::places;
use crate::post;

/// A folder that may be a blog.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// Below the folder that was looked into; empty: that one.
    pub folder: String,
    /// Whose.
    pub dialect: Dialect,
    /// The file or folder in it that says so; empty: nothing does.
    pub mark: String,
    /// How many files lie where its posts are, that may be posts by their names.
    pub posts: usize,
}

/// How many folders down blogs are looked for.
const DEEPEST: usize = 3;

/// Folders in which there are blogs that are nobody's.
const NOBODYS: [&str; 12] = [
    "themes",
    "test",
    "tests",
    "spec",
    "fixtures",
    "examples",
    "example",
    "exampleSite",
    "example-site",
    "samples",
    "templates",
    "archetypes",
];

/// Blogs in a folder, the likeliest first; the last of all is the folder itself, read as plain Markdown.
/// `read`: the text of a file.
#[must_use]
pub fn candidates(files: &[String], read: &dyn Fn(&str) -> Option<String>) -> Vec<Candidate> {
    let mut marks: BTreeMap<(&str, u8), (Dialect, &str)> = BTreeMap::new();
    for path in files {
        if let Some((folder, mark, dialect)) = mark(path, files, read).filter(|(folder, ..)| is_somebodys(folder)) {
            marks.entry((folder, dialect as u8)).or_insert((dialect, mark));
        }
    }
    let configured: Vec<&str> =
        marks.iter().filter(|(_, (_, mark))| *mark != "_posts").map(|((folder, _), _)| *folder).collect();
    let generators = marks.iter().map(|((folder, _), (dialect, mark))| {
        let inner =
            configured.iter().copied().filter(|inner| below(folder, inner).is_some_and(|rest| !rest.is_empty()));
        let of_others: usize = inner.map(|inner| count(files, inner, *dialect)).sum();
        let posts = count(files, folder, *dialect).saturating_sub(of_others);
        Candidate { folder: (*folder).to_owned(), dialect: *dialect, mark: (*mark).to_owned(), posts }
    });
    let mut found: Vec<Candidate> = generators.collect();
    let depth = |folder: &str| folder.split('/').filter(|part| !part.is_empty()).count();
    found.sort_by_key(|one| (one.posts == 0, depth(&one.folder), Reverse(one.posts), one.mark == "_posts"));
    let posts = count(files, "", Dialect::Commonmark);
    let plain = Candidate { folder: String::new(), dialect: Dialect::Commonmark, mark: String::new(), posts };
    let at = if posts > 0 { found.iter().position(|one| one.posts == 0) } else { None };
    found.insert(at.unwrap_or(found.len()), plain);
    found
}

fn is_somebodys(folder: &str) -> bool {
    folder.split('/').count() <= DEEPEST && !folder.split('/').any(|part| NOBODYS.contains(&part))
}

/// How many files of a blog lie where its posts are.
fn count(files: &[String], folder: &str, dialect: Dialect) -> usize {
    let paths = files.iter().filter_map(|path| below(folder, path)).filter(|path| post::may_be_post(path));
    let is_place = |path: &&str| match dialect {
        Dialect::Jekyll => path.starts_with("_posts/") || path.contains("/_posts/"),
        Dialect::Zola => path.starts_with("content/"),
        Dialect::Hugo => path.contains('/') && !path.starts_with("themes/"),
        Dialect::Eleventy | Dialect::Pelican | Dialect::Commonmark => true,
    };
    paths.filter(is_place).count()
}

/// The blog's folder, what in it says whose it is, and whose.
fn mark<'a>(
    path: &'a str,
    files: &[String],
    read: &dyn Fn(&str) -> Option<String>,
) -> Option<(&'a str, &'a str, Dialect)> {
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    if let Some((folder, _)) =
        path.split_once("config/_default/").filter(|(folder, _)| folder.is_empty() || folder.ends_with('/'))
    {
        return Some((folder.trim_end_matches('/'), "config/_default", Dialect::Hugo));
    }
    let dialect = match name {
        "_config.yml" | "_config.yaml" | "_config.toml" => Dialect::Jekyll,
        "hugo.toml" | "hugo.yaml" | "hugo.yml" | "hugo.json" => Dialect::Hugo,
        "zola.toml" => Dialect::Zola,
        ".eleventy.js"
        | "eleventy.config.js"
        | "eleventy.config.mjs"
        | "eleventy.config.cjs"
        | "eleventy.config.ts" => Dialect::Eleventy,
        "pelicanconf.py" => Dialect::Pelican,
        "config.toml" | "config.yaml" | "config.yml" | "config.json" if folder.split('/').count() <= DEEPEST => {
            let has = |inner: &str| files.iter().any(|path| below(&join(folder, inner), path).is_some());
            places::owner(&read(path)?, &has)?
        }
        _ => return posts_folder(path),
    };
    Some((folder, name, dialect))
}

/// Jekyll needs no configuration: a folder `_posts` is enough.
fn posts_folder(path: &str) -> Option<(&str, &str, Dialect)> {
    let at = if path.starts_with("_posts/") { 0 } else { path.find("/_posts/")? + 1 };
    Some((path[..at].trim_end_matches('/'), "_posts", Dialect::Jekyll))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(files: &[&str]) -> Vec<(String, Dialect, usize)> {
        let mut files: Vec<String> = files.iter().map(|path| (*path).to_owned()).collect();
        files.sort();
        let read =
            |path: &str| Some(if path.contains("zola") { "base_url = 'x'" } else { " \"baseURL\": 1" }.to_owned());
        candidates(&files, &read).into_iter().map(|one| (one.folder, one.dialect, one.posts)).collect()
    }

    #[test]
    fn a_generator_is_known_by_its_files() {
        let cases: [(&[&str], Dialect); 8] = [
            (&["_config.yml", "_posts/a.md"], Dialect::Jekyll),
            (&["_posts/a.md", "README.md"], Dialect::Jekyll),
            (&["config/_default/params.toml", "content/a.md"], Dialect::Hugo),
            (&["config.json", "content/a.md"], Dialect::Hugo),
            (&["zola.toml", "content/a.md"], Dialect::Zola),
            (&[".eleventy.js", "a.md"], Dialect::Eleventy),
            (&["pelicanconf.py", "content/a.md"], Dialect::Pelican),
            (&["a.md"], Dialect::Commonmark),
        ];
        for (files, expected) in cases {
            assert_eq!(found(files)[0].1, expected, "{files:?}");
        }
    }

    #[test]
    fn the_one_with_posts_is_taken_and_of_these_the_nearest() {
        let files =
            ["_config.yml", "docs/_config.yml", "docs/_posts/a.md", "site/zola/config.toml", "site/zola/content/b.md"];
        let expected = [
            ("docs".to_owned(), Dialect::Jekyll, 1),
            ("site/zola".to_owned(), Dialect::Zola, 1),
            (String::new(), Dialect::Commonmark, 2),
            (String::new(), Dialect::Jekyll, 0),
        ];
        assert_eq!(found(&files)[..4], expected);
        assert_eq!(
            found(&["themes/x/hugo.toml", "themes/x/content/a.md", "b.txt"]),
            [(String::new(), Dialect::Commonmark, 1)]
        );
    }

    #[test]
    fn a_site_of_hugo_is_known_without_its_address() {
        let site = |keys: &'static str, folder: &str| {
            let files = ["config.toml".to_owned(), "content/posts/a.md".to_owned(), format!("{folder}/b.md")];
            candidates(&files, &move |_| Some(keys.to_owned()))[0].dialect
        };
        assert_eq!(site("title = 'x'\n[permalinks]\n", "docs"), Dialect::Hugo);
        assert_eq!(site("title = 'x'\n", "archetypes"), Dialect::Hugo);
        assert_eq!(site("title = 'x'\n", "docs"), Dialect::Commonmark);
        assert_eq!(site("base_url = 'x'\ntaxonomies = []\n[params]\n", "layouts"), Dialect::Zola);
    }

    #[test]
    fn news_in_a_sub_folder_are_of_the_blog_around_it() {
        let files = ["_config.yml", "_posts/a.md", "news/_posts/b.md"];
        assert_eq!(found(&files)[0], (String::new(), Dialect::Jekyll, 2));
    }
}
