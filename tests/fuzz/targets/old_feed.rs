//! Any bytes as an old feed: it is one, or what is wrong is told; no two entries have one id.

#![no_main]

use std::collections::HashSet;

use feedwright::subscription;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(feed) = subscription::read(bytes, "old.xml") {
        let ids: HashSet<&str> = feed.entries.iter().map(|entry| entry.id.as_str()).collect();
        assert_eq!(ids.len(), feed.entries.len());
        assert!(!ids.contains(""));
    }
});
