//! Front matter that a generator gives to posts by where they are.
//!
//! In: its settings and the texts beside the posts. Out: [`Defaults`], which say for the path of a post what stands
//! behind its own front matter.
//!
//! - `jekyll`: `defaults` of `_config.yml`; `eleventy`: data of folders

mod eleventy;
mod jekyll;
mod scope;

pub(super) use scope::Scope;

/// Whether a file of data of Eleventy's is for posts. `base`: how those of folders are called, where not as these.
pub(super) fn is_of_posts(path: &str, base: Option<&str>) -> bool {
    eleventy::is_of_posts(path, base)
}

use super::Texts;
use crate::config::Dialect;
use crate::value::{Lists, Value};

/// What is given, by where a post is.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Defaults {
    sets: Vec<Set>,
}

/// What is given to the posts of one scope.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Set {
    pub scope: Scope,
    /// A mapping.
    pub values: Value,
}

/// What is given to all posts.
fn everywhere(values: &Value) -> Set {
    Set { scope: Scope::default(), values: values.clone() }
}

impl Defaults {
    /// Reads them.
    pub fn read(dialect: Dialect, settings: &Value, texts: &Texts) -> Self {
        let sets = match dialect {
            Dialect::Jekyll => jekyll::sets(settings),
            Dialect::Eleventy => eleventy::sets(settings, texts),
            Dialect::Pelican => settings.entry("DEFAULT_METADATA").map(everywhere).into_iter().collect(),
            _ => Vec::new(),
        };
        Self { sets }
    }

    /// Whether no post is given anything.
    pub fn is_empty(&self) -> bool {
        self.sets.is_empty()
    }

    /// What the post at a path below the blog's folder is given, as one mapping; null: nothing.
    ///
    /// The narrower scope wins. One that is as wide as the narrowest so far wins when it comes later, and one that is
    /// wider counts for less than all before it.
    pub fn of(&self, path: &str, lists: Lists) -> Value {
        let (mut given, mut narrowest) = (Value::Null, None);
        for set in self.sets.iter().filter(|set| set.scope.holds(path)) {
            let mut values = set.values.clone();
            if narrowest.is_none_or(|narrowest| set.scope.is_as_narrow_as(narrowest)) {
                narrowest = Some(&set.scope);
                std::mem::swap(&mut given, &mut values);
            }
            // `values` is what counts less
            let more = std::mem::replace(&mut given, values);
            given.overlay_joining(more, lists);
        }
        given
    }
}
