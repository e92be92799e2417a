//! Who read what, of a service that answers readers itself.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Who read what since readers are answered.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Access {
    /// How many connections there are now.
    pub connections: usize,
    /// By the paths of feeds below the output, and by kinds of readers.
    pub feeds: BTreeMap<String, BTreeMap<String, Reads>>,
}

/// What one kind of reader read of one feed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Reads {
    /// How often it asked.
    pub requests: u64,
    /// How often it had all already (304).
    pub unchanged: u64,
    /// How often it got only what it lacked (226).
    pub deltas: u64,
    /// How many bytes of feeds it was sent, as they were coded.
    pub bytes: u64,
    /// For how many it reads, as it said last.
    pub subscribers: Option<u64>,
}

impl Access {
    /// All reads together; for how many people is the most that one feed has, as most subscribe to one of them.
    #[must_use]
    pub fn total(&self) -> Reads {
        let sum = |all: Reads, reads: &Reads| Reads {
            requests: all.requests + reads.requests,
            unchanged: all.unchanged + reads.unchanged,
            deltas: all.deltas + reads.deltas,
            bytes: all.bytes + reads.bytes,
            subscribers: None,
        };
        let total = self.feeds.values().flat_map(BTreeMap::values).fold(Reads::default(), sum);
        let subscribers = |kinds: &BTreeMap<String, Reads>| kinds.values().filter_map(|reads| reads.subscribers).sum();
        Reads { subscribers: self.feeds.values().map(subscribers).max().filter(|most| *most > 0), ..total }
    }
}
