//! Which posts something is said for.

use globset::{GlobBuilder, GlobMatcher};

/// Where posts are that something is said for.
#[derive(Debug, Clone, Default)]
pub(in super::super) struct Scope {
    /// As it is written.
    path: String,
    glob: Option<GlobMatcher>,
    /// Jekyll's type of documents: the name of a collection, `posts` or `drafts`.
    kind: Option<String>,
}

impl PartialEq for Scope {
    fn eq(&self, other: &Self) -> bool {
        (&self.path, &self.kind) == (&other.path, &other.kind)
    }
}

impl Scope {
    /// The paths that begin with a text, or that a glob with `*` matches, or that are below what it matches.
    pub fn of(path: &str) -> Self {
        let path = path.trim_start_matches("./").trim_start_matches('/');
        let glob = path.contains('*').then(|| GlobBuilder::new(path).literal_separator(true).build().ok()).flatten();
        Self { path: path.to_owned(), glob: glob.map(|glob| glob.compile_matcher()), kind: None }
    }

    /// The same, for documents of one type.
    pub fn only(self, kind: impl Into<String>) -> Self {
        Self { kind: Some(kind.into()), ..self }
    }

    /// Whether it holds the file at a path.
    pub fn holds(&self, path: &str) -> bool {
        let folders = || path.match_indices('/').map(|(end, _)| &path[..end]);
        let right = match &self.glob {
            Some(glob) => glob.is_match(path) || folders().any(|folder| glob.is_match(folder)),
            None => path.starts_with(&self.path),
        };
        right && self.kind.as_deref().is_none_or(|kind| kind == kind_of(path))
    }

    /// Whether it says as much of where posts are, or more.
    pub fn is_as_narrow_as(&self, other: &Self) -> bool {
        let rank = |scope: &Self| (scope.path.len(), scope.kind.is_some());
        rank(self) >= rank(other)
    }
}

/// The type of a document in Jekyll, by the folder of its collection.
fn kind_of(path: &str) -> &str {
    let mut folders = path.split('/').rev().skip(1);
    folders.find_map(|folder| folder.strip_prefix('_')).unwrap_or("pages")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scope_is_the_start_of_a_path_or_a_glob() {
        let cases = [
            ("", "news/_posts/a.md", true),
            ("news", "news/_posts/a.md", true),
            ("/news/", "news/_posts/a.md", true),
            ("news/x", "news/_posts/a.md", false),
            ("_posts/2024", "_posts/2024-01-02-a.md", true),
            ("_posts/*/old", "_posts/a/old/x.md", true),
            ("_posts/*", "_posts/x.md", true),
            ("*.md", "_posts/x.md", false),
            ("**/x.md", "_posts/a/x.md", true),
            ("[*", "_posts/a/x.md", false),
        ];
        for (scope, path, expected) in cases {
            assert_eq!(Scope::of(scope).holds(path), expected, "{scope} {path}");
        }
    }

    #[test]
    fn documents_have_the_type_of_their_collection() {
        let kinds = ["a/_posts/x.md", "_drafts/x.md", "collections/_recipes/sweet/x.md", "blog/x.md"].map(kind_of);
        assert_eq!(kinds, ["posts", "drafts", "recipes", "pages"]);
        assert!(!Scope::of("").only("drafts").holds("_posts/x.md"));
    }
}
