//! The coded siblings of a feed, for web servers that send them as they are: `rss.xml.gz` beside `rss.xml` (nginx's
//! `gzip_static`, Caddy's `precompressed`).

use std::collections::BTreeSet;

use rayon::prelude::*;

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

/// The siblings of these feeds, each with the number of its feed.
pub(super) fn of(feeds: &[Artifact], codings: &[Coding]) -> Vec<(usize, Artifact)> {
    let all = feeds
        .par_iter()
        .enumerate()
        .with_max_len(1)
        .flat_map_iter(|feed| codings.iter().map(move |coding| (feed, *coding)));
    let coded = |((number, feed), coding): ((usize, &Artifact), Coding)| {
        let (path, bytes) = (format!("{}{}", feed.path, coding.suffix()), encode(coding, &feed.bytes)?);
        Some((number, Artifact { path, bytes }))
    };
    all.filter_map(coded).collect()
}
