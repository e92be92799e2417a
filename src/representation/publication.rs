//! All published feeds by the paths of their addresses: one value, so that what is served is never of two publications.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::{Manner, Representation};
use crate::feed::Edition;

/// All published feeds, at one time.
#[derive(Debug, Clone, Default)]
pub struct Publication {
    /// By the path of their public addresses, percent-encoded as it is there.
    feeds: HashMap<String, Arc<Representation>>,
}

impl Publication {
    /// The next publication: these feeds are new or have other bytes, and those at these paths below the output are no
    /// more. What was made of the others is kept.
    #[must_use]
    pub fn next(&self, editions: Vec<Edition>, gone: &[String], manner: &Arc<Manner>) -> Self {
        let mut feeds = self.feeds.clone();
        feeds.retain(|_, feed| !gone.contains(&feed.edition().path));
        for edition in editions {
            let path = edition.url.path().to_owned();
            let former = self.feeds.get(&path);
            if former.is_none_or(|former| !former.is_of(&edition, manner)) {
                let feed = Representation::new(edition, manner.clone());
                feeds.insert(path, Arc::new(former.iter().fold(feed, |feed, former| feed.after(former))));
            }
        }
        Self { feeds }
    }

    /// These feeds alone.
    #[must_use]
    pub fn only(mut self, editions: &[Edition]) -> Self {
        let paths: HashSet<&str> = editions.iter().map(|edition| edition.url.path()).collect();
        self.feeds.retain(|path, _| paths.contains(path.as_str()));
        self
    }

    /// The feed at this path of a request: exactly as its address has it.
    #[must_use]
    pub fn feed(&self, path: &str) -> Option<&Arc<Representation>> {
        self.feeds.get(path)
    }

    /// How many feeds there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.feeds.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.feeds.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use std::ptr;

    use super::*;
    use crate::representation::sample::edition;

    #[test]
    fn what_did_not_change_is_kept_with_all_that_was_made_of_it() {
        let manner = Arc::new(Manner::default());
        let one = Publication::default().next(vec![edition("a.xml", &[1]), edition("b.xml", &[1])], &[], &manner);
        let two = one.next(vec![edition("a.xml", &[1]), edition("b.xml", &[2, 1])], &[], &manner);
        let same = |path: &str| ptr::eq(&raw const **one.feed(path).unwrap(), &raw const **two.feed(path).unwrap());
        assert!(same("/a.xml") && !same("/b.xml"));
        let three = two.next(vec![edition("c.xml", &[1])], &["a.xml".to_owned()], &manner);
        assert_eq!((three.len(), three.feed("/a.xml").is_none(), two.len()), (2, true, 2));
        let only = three.clone().only(&[edition("b.xml", &[1])]);
        assert_eq!((only.len(), only.feed("/b.xml").is_some()), (1, true));
        let other = Arc::new(Manner { cache_control: "no-cache".to_owned(), ..Manner::default() });
        let four = three.next(vec![edition("c.xml", &[1])], &[], &other);
        assert!(!Arc::ptr_eq(four.feed("/c.xml").unwrap(), three.feed("/c.xml").unwrap()));
    }

    #[test]
    fn a_path_is_that_of_the_address() {
        let publication = Publication::default().next(vec![edition("tags/ü x.xml", &[1])], &[], &Arc::default());
        assert!(publication.feed("/tags/%C3%BC%20x.xml").is_some() && publication.feed("/tags/ü x.xml").is_none());
        assert!(publication.feed("/").is_none() && Publication::default().is_empty());
    }
}
