//! Who read what: counted for each feed and kind of reader, of which there are only so many.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, MutexGuard, PoisonError};

use hyper::StatusCode;

use super::reader::{kind, subscribers};
use crate::representation::Answer;
use crate::status::Reads;

/// So many kinds of readers are told apart, of all feeds together.
const MOST: usize = 4096;
/// And of one feed: whoever makes names up takes the places of one feed at most.
const MOST_OF_A_FEED: usize = 64;
/// All others.
const OTHERS: &str = "others";

/// All counts, by feed and kind of reader.
#[derive(Debug, Default)]
pub(super) struct Counts(Mutex<Feeds>);

#[derive(Debug, Default)]
struct Feeds {
    feeds: HashMap<String, HashMap<String, Reads>>,
    /// How many kinds all of them have.
    kinds: usize,
}

impl Counts {
    /// Counts an answer to who says to be `agent`.
    pub fn add(&self, path: &str, agent: &str, answer: &Answer) {
        self.lock().count(path, kind(agent), |reads| {
            reads.requests += 1;
            reads.unchanged += u64::from(answer.status == StatusCode::NOT_MODIFIED);
            reads.deltas += u64::from(answer.status == StatusCode::IM_USED);
            reads.bytes += answer.body.len() as u64;
            reads.subscribers = subscribers(agent).or(reads.subscribers);
        });
    }

    pub fn told(&self) -> BTreeMap<String, BTreeMap<String, Reads>> {
        let kinds = |kinds: &HashMap<String, Reads>| kinds.iter().map(|(kind, reads)| (kind.clone(), *reads)).collect();
        self.lock().feeds.iter().map(|(path, of_kinds)| (path.clone(), kinds(of_kinds))).collect()
    }

    fn lock(&self) -> MutexGuard<'_, Feeds> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Feeds {
    fn count(&mut self, path: &str, kind: &str, count: impl FnOnce(&mut Reads)) {
        if let Some(known) = self.feeds.get_mut(path).and_then(|kinds| kinds.get_mut(kind)) {
            return count(known);
        }
        let kinds = self.feeds.entry(path.to_owned()).or_default();
        let kind = if self.kinds < MOST && kinds.len() < MOST_OF_A_FEED { kind } else { OTHERS };
        self.kinds += usize::from(!kinds.contains_key(kind));
        count(kinds.entry(kind.to_owned()).or_default());
    }
}

#[cfg(test)]
mod tests {
    use hyper::HeaderMap;
    use hyper::body::Bytes;

    use super::*;

    fn answer(status: StatusCode) -> Answer {
        Answer { status, headers: HeaderMap::new(), body: Bytes::from_static(b"12345") }
    }

    #[test]
    fn reads_are_counted_by_feed_and_kind() {
        let counts = Counts::default();
        let feedly = |readers: u32| format!("Feedly/1.0 (+http://x; {readers} subscribers)");
        counts.add("rss.xml", &feedly(41), &answer(StatusCode::OK));
        counts.add("rss.xml", &feedly(42), &Answer::empty(StatusCode::NOT_MODIFIED, HeaderMap::new()));
        counts.add("rss.xml", "curl/8", &answer(StatusCode::IM_USED));
        counts.add("atom.xml", "Feedly/2", &answer(StatusCode::OK));
        let told = counts.told();
        let feedly = Reads { requests: 2, unchanged: 1, deltas: 0, bytes: 5, subscribers: Some(42) };
        assert_eq!(told["rss.xml"]["Feedly"], feedly);
        assert_eq!(told["rss.xml"]["curl"], Reads { requests: 1, deltas: 1, bytes: 5, ..Reads::default() });
        assert_eq!(told["atom.xml"]["Feedly"].subscribers, None);
    }

    #[test]
    fn there_are_only_so_many_kinds() {
        let counts = Counts::default();
        (0..2 * MOST).for_each(|number| counts.add("rss.xml", &format!("reader {number}"), &answer(StatusCode::OK)));
        let told = counts.told();
        assert!(told["rss.xml"].len() <= MOST_OF_A_FEED + 1, "{}", told["rss.xml"].len());
        assert_eq!(told["rss.xml"].values().map(|reads| reads.requests).sum::<u64>(), 2 * MOST as u64);
        assert!(told["rss.xml"][OTHERS].requests > 1000);
    }
}
