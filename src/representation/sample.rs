//! Editions of feeds for the tests of this room.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use url::Url;

use crate::config::Format;
use crate::feed::edition::{digest, format_of};
use crate::feed::{Edition, sample, write};

/// 1 January 2024, 12:00, so many minutes later.
pub fn minute(after: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_704_110_400, 0).unwrap_or_default() + TimeDelta::minutes(after)
}

/// A feed of the posts with these numbers.
pub fn edition(path: &str, posts: &[u32]) -> Edition {
    let format = if path.ends_with("json") { Format::Json } else { Format::Atom };
    let format = if path.starts_with("rss") { Format::Rss } else { format };
    let feed = sample::feed(posts.iter().map(|number| sample::entry(*number)).collect());
    of_bytes(path, write(&feed, format))
}

/// A feed of these bytes.
pub fn of_bytes(path: &str, bytes: Vec<u8>) -> Edition {
    let url = Url::parse("https://example.org/").and_then(|base| base.join(path)).expect("an address");
    let (format, digest) = (format_of(&bytes), digest(&bytes));
    Edition { path: path.to_owned(), url, format, bytes: Arc::from(bytes), digest, since: minute(0) }
}
