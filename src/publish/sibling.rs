//! The coded siblings of a feed, for web servers that send them as they are: `rss.xml.gz` beside `rss.xml` (nginx's
//! `gzip_static`, Caddy's `precompressed`).

use std::collections::BTreeSet;

use crate::config::Coding;
use crate::feed::Artifact;
use crate::representation::coding::encode;

/// The paths of the siblings of a feed.
pub(super) fn paths(feed: &str, codings: &[Coding]) -> impl Iterator<Item = String> {
    codings.iter().map(move |coding| format!("{feed}{}", coding.suffix()))
}

/// These feeds, and their siblings.
pub(super) fn with_siblings(feeds: &BTreeSet<String>, codings: &[Coding]) -> BTreeSet<String> {
    feeds.iter().flat_map(|feed| [feed.clone()].into_iter().chain(paths(feed, codings))).collect()
}

/// The siblings of a feed.
pub(super) fn of(feed: &Artifact, codings: &[Coding]) -> Vec<Artifact> {
    let coded = |coding: &Coding| {
        let bytes = encode(*coding, &feed.bytes)?;
        Some(Artifact { path: format!("{}{}", feed.path, coding.suffix()), bytes })
    };
    codings.iter().filter_map(coded).collect()
}
