//! What is known of posts, for a later run that need not read their files again.
//!
//! A memo is of one version of a file, read by one configuration; whoever keeps it sees to that. Whether subscribers
//! know the post as they did then is looked at here.

use std::collections::HashSet;
use std::sync::Arc;

use foldhash::HashMap;

use super::{Pipeline, Told};
use crate::config::Per;
use crate::site::{Sketch, Term};

/// What is known of a post.
#[derive(Debug, Clone)]
pub struct Memo {
    /// The post.
    pub sketch: Arc<Sketch>,
    /// As what subscribers know it: [`Ledger::mark`](crate::ledger::Ledger::mark).
    pub mark: Option<u64>,
    /// What could be better about it.
    pub told: Option<Box<Told>>,
    /// Whether its body asks something of the blog around it.
    pub asks: bool,
}

/// What became of memos.
#[derive(Debug, Default)]
pub struct Recalled {
    /// The paths of those that are not as they were: their files are to be read.
    pub refused: HashSet<Arc<str>>,
    /// Whether the ledger knows less than it did then.
    pub is_ledger_older: bool,
}

impl Pipeline {
    /// What posts have in common that are [recalled](Self::recall) next.
    pub fn intern<'a>(&mut self, names: impl IntoIterator<Item = (Per, &'a str)>) -> Vec<Arc<Term>> {
        self.site.intern(names)
    }

    /// Takes in posts as an earlier run knew them.
    pub fn recall<'a>(&mut self, memos: impl Iterator<Item = &'a Memo>) -> Recalled {
        let (ids, mut recalled, mut sketches) = (self.ledger.ids(), Recalled::default(), Vec::new());
        for memo in memos {
            let path = &memo.sketch.path;
            let mark = self.ledger.mark(path);
            recalled.is_ledger_older |= mark.is_none() && memo.mark.is_some();
            let is_new = || self.ledger.has_seen(path) && !ids.contains(&memo.sketch.id);
            if mark != memo.mark || (mark.is_none() && !is_new()) {
                recalled.refused.insert(path.clone());
                continue;
            }
            if memo.asks {
                self.unasked.insert(path.clone());
            }
            if let Some(told) = &memo.told {
                self.told.insert(path.clone(), Told::clone(told));
            }
            sketches.push(memo.sketch.clone());
        }
        self.site.put_all(sketches);
        recalled
    }

    /// What a later run may know of a post; `None` where it is to read the file.
    #[must_use]
    pub fn memo(&self, path: &str) -> Option<Memo> {
        let sketch = self.site.post(path)?;
        let (told, mark) = (self.told.get(path), self.ledger.mark(path));
        if told.is_some_and(Told::is_broken)
            || (mark.is_none() && self.ledger.is_settled_otherwise(path))
            || self.site.is_contested(sketch)
            || self.cache.is_stale(path)
        {
            return None;
        }
        Some(Memo {
            sketch: sketch.clone(),
            mark,
            told: told.map(|told| Box::new(told.clone())),
            asks: self.asked.contains_key(path) || self.unasked.contains(path),
        })
    }

    /// Everything that posts have in common.
    #[must_use]
    pub fn terms(&self) -> Places {
        self.site.terms().cloned().collect()
    }
}

/// Terms, and the place of each.
#[derive(Debug, Default)]
pub struct Places {
    terms: Vec<Arc<Term>>,
    /// By where they are in memory.
    places: HashMap<usize, u32>,
}

impl Places {
    /// The terms, by their places.
    #[must_use]
    pub fn terms(&self) -> &[Arc<Term>] {
        &self.terms
    }

    /// The place of a term, the very same one.
    #[must_use]
    pub fn of(&self, term: &Arc<Term>) -> Option<u32> {
        self.places.get(&Arc::as_ptr(term).addr()).copied()
    }
}

impl FromIterator<Arc<Term>> for Places {
    fn from_iter<T: IntoIterator<Item = Arc<Term>>>(terms: T) -> Self {
        let terms: Vec<Arc<Term>> = terms.into_iter().collect();
        let places = terms.iter().zip(0..).map(|(term, place)| (Arc::as_ptr(term).addr(), place)).collect();
        Self { terms, places }
    }
}
