//! What posts have in common, written once for all of them: a tag as it is spelled, with the group that it means.

use std::borrow::Borrow;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use foldhash::HashSet;

use super::GroupKey;
use super::group::safe_name;
use crate::config::Per;

/// A name as posts write it, and the group that it puts them into.
#[derive(Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Term {
    /// The group.
    pub key: GroupKey,
    /// As it is written.
    pub name: String,
}

/// All terms that posts have, by kind.
#[derive(Debug, Default)]
pub(super) struct Terms([HashSet<Named>; Per::ALL.len()]);

/// A term, found by its name.
#[derive(Debug)]
struct Named(Arc<Term>);

impl PartialEq for Named {
    fn eq(&self, other: &Self) -> bool {
        self.0.name == other.0.name
    }
}

impl Eq for Named {}

impl Hash for Named {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.name.hash(state);
    }
}

impl Borrow<str> for Named {
    fn borrow(&self) -> &str {
        &self.0.name
    }
}

impl Terms {
    /// The term of this kind that is written so.
    pub fn get(&mut self, per: Per, name: &str) -> Arc<Term> {
        let terms = &mut self.0[per as usize];
        if let Some(Named(term)) = terms.get(name) {
            return term.clone();
        }
        let term = Arc::new(Term { key: GroupKey::Of(per, safe_name(name)), name: name.to_owned() });
        terms.insert(Named(term.clone()));
        term
    }

    /// All of them.
    pub fn all(&self) -> impl Iterator<Item = &Arc<Term>> {
        self.0.iter().flatten().map(|Named(term)| term)
    }

    /// Forgets those of these terms that nobody else has.
    pub fn release(&mut self, terms: &[Arc<Term>]) {
        const OURS_AND_THEIRS: usize = 2;
        for term in terms.iter().filter(|term| Arc::strong_count(term) <= OURS_AND_THEIRS) {
            let GroupKey::Of(per, _) = &term.key else { continue };
            self.0[*per as usize].remove(term.name.as_str());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_has_its_own_place() {
        assert!(Per::ALL.iter().enumerate().all(|(place, per)| *per as usize == place));
    }

    #[test]
    fn a_name_is_kept_once_and_as_long_as_somebody_has_it() {
        let mut terms = Terms::default();
        let (one, other) = (terms.get(Per::Tag, "Rust"), terms.get(Per::Tag, "Rust"));
        assert!(Arc::ptr_eq(&one, &other));
        assert!(!Arc::ptr_eq(&one, &terms.get(Per::Category, "Rust")));
        assert_eq!(terms.get(Per::Tag, "rust").key, one.key);
        terms.release(std::slice::from_ref(&one));
        assert!(Arc::ptr_eq(&one, &terms.get(Per::Tag, "Rust")), "the other one has it still");
        drop(other);
        terms.release(std::slice::from_ref(&one));
        assert!(!Arc::ptr_eq(&one, &terms.get(Per::Tag, "Rust")));
    }
}
