//! The files of a folder, tried out as posts -> which folder to read, and what to leave out.

use std::collections::BTreeSet;
use std::path::Path;

use url::Url;

use super::Blog;
use crate::config::{Dialect, IdFormula, Site, Source, Updates};
use crate::generator::{Generator, Texts};
use crate::post::{self, Parsed, Post, Rules, SourceFile};

/// A file that may be a post, below the folder that was looked into.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// With `/`.
    pub path: String,
    /// What became of it.
    pub kind: Kind,
    /// Its language, where its name or its front matter says one.
    pub language: Option<String>,
    /// Its tags.
    pub tags: Vec<String>,
    /// Whether it has categories.
    pub is_categorised: bool,
    /// Whether it names its authors.
    pub is_signed: bool,
}

/// What became of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A post with a date.
    Post,
    /// A page without a date.
    Undated,
    /// A page with a date that is in none of the collections that feeds list.
    Other,
    /// It could not be read as a post.
    Broken,
}

impl Page {
    /// The folders that it is in, without that of its bundle.
    fn folders(&self) -> Vec<&str> {
        let mut folders: Vec<&str> = self.path.split('/').collect();
        let name = folders.pop().unwrap_or_default();
        if name.starts_with("index.") {
            folders.pop();
        }
        folders
    }

    /// The first folder that it is in.
    #[must_use]
    pub fn section(&self) -> Option<&str> {
        self.folders().first().copied()
    }
}

/// Tries out every file below a folder of the blog, itself below the blog's folder, that may be a post.
#[must_use]
pub fn try_out(blog: &Blog, folder: &str) -> Vec<Page> {
    let site = trial_site();
    let source = trial_source(blog.dialect, folder);
    let generator = Generator::new(blog.dialect, folder, blog.settings.merged.clone(), Texts::new());
    let rules =
        Rules { site: &site, source: &source, number: 0, generator: &generator, id: None, asset_size: &|_, _| None };
    let pages = blog.below(folder).filter(|relative| post::may_be_post(relative)).filter_map(|relative| {
        let path = super::join(folder, relative);
        let bytes = (blog.read)(&path)?;
        page(relative, &post::parse(&SourceFile { path: path.into(), relative: relative.to_owned(), bytes }, &rules))
    });
    pages.collect()
}

fn page(relative: &str, parsed: &Parsed) -> Option<Page> {
    let page = |kind, post: Option<&Post>| Page {
        path: relative.to_owned(),
        kind,
        language: post.and_then(|post| post.language.clone()),
        tags: post.map(|post| post.tags.clone()).unwrap_or_default(),
        is_categorised: post.is_some_and(|post| !post.categories.is_empty()),
        is_signed: post.is_some_and(|post| !post.authors.is_empty()),
    };
    match parsed {
        Parsed::Post(post, _) => Some(page(Kind::Post, Some(post))),
        Parsed::Broken(problems) if problems.iter().any(post::is_lack_of_date) => Some(page(Kind::Undated, None)),
        Parsed::Broken(_) => Some(page(Kind::Broken, None)),
        Parsed::PassedOver(_) => None,
    }
}

fn trial_site() -> Site {
    Site {
        title: "Blog".to_owned(),
        url: Url::parse("https://example.org/").expect("a URL"),
        description: String::new(),
        language: None,
        timezone: chrono_tz::Tz::UTC,
        authors: Vec::new(),
        copyright: None,
        icon: None,
        image: None,
    }
}

fn trial_source(dialect: Dialect, folder: &str) -> Source {
    Source {
        path: Path::new(folder).to_owned(),
        dialect,
        permalink: post::default_permalink(dialect).to_owned(),
        id: IdFormula::Permalink,
        include: Vec::new(),
        exclude: Vec::new(),
        updates: Updates::Said,
        require_front_matter: true,
        follow_symlinks: false,
    }
}

/// The folder that all posts are in: empty when that is the one that was looked into.
/// A folder of a date is none, and neither is one below a folder that is called after posts.
#[must_use]
pub fn common_folder(pages: &[Page]) -> String {
    let mut posts = pages.iter().filter(|page| page.kind == Kind::Post).map(Page::folders);
    let Some(mut common) = posts.next() else { return String::new() };
    for folders in posts {
        let same = common.iter().zip(&folders).take_while(|(one, other)| one == other).count();
        common.truncate(same);
    }
    let is_number = |folder: &&str| folder.bytes().all(|byte| byte.is_ascii_digit());
    let dates = common.iter().position(is_number).unwrap_or(common.len());
    common.truncate(dates);
    if let Some(named) = common.iter().position(|folder| OF_POSTS.contains(folder)) {
        common.truncate(named + 1);
    }
    common.join("/")
}

/// The section of Hugo or Zola that all posts are in: the first folder of the common one.
#[must_use]
pub fn common_section(pages: &[Page]) -> String {
    common_folder(pages).split('/').next().unwrap_or_default().to_owned()
}

const OF_POSTS: [&str; 9] = ["posts", "_posts", "post", "blog", "articles", "news", "notes", "journal", "writing"];

/// Pages without a date below `folder`, as globs below it: a whole folder where nothing else is in it.
#[must_use]
pub fn undated(pages: &[Page], folder: &str) -> Vec<String> {
    of_kind(Kind::Undated, pages, folder)
}

/// Pages of a kind below `folder`, as globs below it: a whole folder where nothing else is in it.
#[must_use]
pub fn of_kind(kind: Kind, pages: &[Page], folder: &str) -> Vec<String> {
    let below: Vec<(&str, Kind)> =
        pages.iter().filter_map(|page| Some((super::below(folder, &page.path)?, page.kind))).collect();
    let kept: BTreeSet<&str> =
        below.iter().filter(|(_, other)| *other != kind).flat_map(|(path, _)| parents(path)).collect();
    let left_out = below.iter().filter(|(_, other)| *other == kind).map(|(path, _)| {
        let parents: Vec<&str> = parents(path).collect();
        parents.into_iter().rev().find(|folder| !kept.contains(folder)).unwrap_or(path)
    });
    let names: BTreeSet<&str> = left_out.collect();
    names.into_iter().map(escaped).collect()
}

/// The folders that a path is in, the nearest first.
fn parents(path: &str) -> impl Iterator<Item = &str> {
    path.rmatch_indices('/').map(|(end, _)| &path[..end])
}

/// A name as a glob that matches it alone.
#[must_use]
pub fn escaped(name: &str) -> String {
    name.chars().fold(String::new(), |mut glob, c| {
        if matches!(c, '*' | '?' | '[' | ']' | '{' | '}' | '\\') {
            glob.extend(['[', c, ']']);
        } else {
            glob.push(c);
        }
        glob
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pages(posts: &[&str], undated: &[&str]) -> Vec<Page> {
        let page = |path: &&str, kind| Page {
            path: (*path).to_owned(),
            kind,
            language: None,
            tags: Vec::new(),
            is_categorised: false,
            is_signed: false,
        };
        let posts = posts.iter().map(|path| page(path, Kind::Post));
        posts.chain(undated.iter().map(|path| page(path, Kind::Undated))).collect()
    }

    #[test]
    fn the_folder_of_posts_is_what_they_share() {
        let cases: [(&[&str], &str); 7] = [
            (&["posts/a.md", "posts/sub/b.md"], "posts"),
            (&["posts/a/index.md"], "posts"),
            (&["posts/rust/a.md", "posts/rust/b.md"], "posts"),
            (&["site/2024/01/a.md"], "site"),
            (&["a.md", "posts/b.md"], ""),
            (&["a.md"], ""),
            (&[], ""),
        ];
        for (paths, expected) in cases {
            assert_eq!(common_folder(&pages(paths, &[])), expected, "{paths:?}");
        }
    }

    #[test]
    fn what_has_no_date_is_left_out_by_folders_where_that_is_enough() {
        let pages =
            pages(&["posts/a.md", "b/c/x.md"], &["about.md", "docs/x.md", "docs/deep/y.md", "b/d/y.md", "b/c/[w]?.md"]);
        assert_eq!(undated(&pages, ""), ["about.md", "b/c/[[]w[]][?].md", "b/d", "docs"]);
        assert_eq!(undated(&pages, "b"), ["c/[[]w[]][?].md", "d"]);
    }
}
