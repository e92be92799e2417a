//! Posts by the ends of their paths: how posts refer to each other.

use std::collections::HashMap;
use std::sync::Arc;

/// The paths of posts, by the last name of each, without extension and in lower case.
#[derive(Debug, Default)]
pub(super) struct Names {
    paths: HashMap<String, Vec<Arc<str>>>,
}

impl Names {
    /// Of these paths.
    pub fn of<'a>(paths: impl Iterator<Item = &'a Arc<str>>) -> Self {
        let mut names = Self::default();
        for path in paths {
            names.paths.entry(last(&plain(path)).to_lowercase()).or_default().push(path.clone());
        }
        names.paths.values_mut().for_each(|paths| paths.sort_by_key(|path| (path.len(), path.clone())));
        names
    }

    /// The path that a reference means: one that ends with it, in the same case if there is one, the shortest of them.
    pub fn find(&self, reference: &str) -> Option<&Arc<str>> {
        let reference = plain(reference);
        let candidates = self.candidates(&reference);
        let exact = candidates.iter().find(|path| ends(&plain(path), &reference));
        let lower = reference.to_lowercase();
        exact.or_else(|| candidates.iter().find(|path| ends(&plain(path).to_lowercase(), &lower)))
    }

    /// How many paths end with a reference, in whatever case.
    pub fn count(&self, reference: &str) -> usize {
        let reference = plain(reference).to_lowercase();
        self.candidates(&reference).iter().filter(|path| ends(&plain(path).to_lowercase(), &reference)).count()
    }

    fn candidates(&self, reference: &str) -> &[Arc<str>] {
        self.paths.get(&last(reference).to_lowercase()).map_or(&[], Vec::as_slice)
    }
}

/// Whether a path ends with another one, in whole names.
fn ends(path: &str, end: &str) -> bool {
    path.strip_suffix(end).is_some_and(|rest| rest.is_empty() || rest.ends_with('/'))
}

/// A path without what may be left out in a reference to it: `@/a/b/index.md` is `a/b`.
fn plain(path: &str) -> String {
    let path = path.strip_prefix('@').unwrap_or(path).trim_matches('/');
    let name = path.rsplit('/').next().unwrap_or(path);
    let known = |extension: &&str| ["md", "markdown", "mdown", "mkd", "html", "htm"].contains(extension);
    let extension = name.rsplit_once('.').map(|(_, extension)| extension).filter(known);
    let path = extension.map_or(path, |extension| &path[..path.len() - extension.len() - 1]);
    path.strip_suffix("/index").unwrap_or(path).to_owned()
}

fn last(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_ends_of_paths_in_whole_names() {
        let paths: Vec<Arc<str>> =
            ["a/_posts/2024-01-02-x.md", "b/_posts/2024-01-02-x.md", "news/Rain/index.md", "n/2024-v1.2.md"]
                .map(Arc::from)
                .to_vec();
        let names = Names::of(paths.iter());
        let cases = [
            ("2024-01-02-x", Some(0)),
            ("b/_posts/2024-01-02-x.md", Some(1)),
            ("/news/Rain/index.md", Some(2)),
            ("@/news/Rain/", Some(2)),
            ("rain", Some(2)),
            ("2024-v1.2", Some(3)),
            ("02-x", None),
            ("c/2024-01-02-x", None),
            ("", None),
        ];
        for (reference, expected) in cases {
            assert_eq!(names.find(reference), expected.map(|number: usize| &paths[number]), "{reference}");
        }
        assert_eq!(["2024-01-02-x", "b/_posts/2024-01-02-x.md", "rain", "c"].map(|end| names.count(end)), [2, 1, 1, 0]);
    }
}
