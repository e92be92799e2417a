//! Any bytes as a post of any dialect: the feeds are well-formed, and the post beside it is as it is alone.

#![no_main]

use std::sync::OnceLock;

use feedwright::config::{Dialect, Format};
use feedwright::feed;
use feedwright_fuzz::in_memory::{NEIGHBOUR, build, neighbour_of};
use libfuzzer_sys::fuzz_target;

const DIALECTS: [Dialect; 6] =
    [Dialect::Jekyll, Dialect::Hugo, Dialect::Zola, Dialect::Eleventy, Dialect::Pelican, Dialect::Commonmark];

/// The neighbour in each feed when it is alone, by dialect.
fn alone() -> &'static [Vec<String>] {
    static ALONE: OnceLock<Vec<Vec<String>>> = OnceLock::new();
    ALONE.get_or_init(|| {
        let feeds = |dialect| build(&[("n.md", NEIGHBOUR.into())], dialect);
        DIALECTS.iter().map(|dialect| feeds(*dialect).iter().map(neighbour_of).collect()).collect()
    })
}

fuzz_target!(|bytes: &[u8]| {
    let Some((first, rest)) = bytes.split_first() else { return };
    let number = usize::from(*first) % DIALECTS.len();
    let together = build(&[("2024-03-04-any.md", rest.to_vec()), ("n.md", NEIGHBOUR.into())], DIALECTS[number]);
    assert_eq!(together.len(), 3);
    for (feed, (format, alone)) in
        together.iter().zip([Format::Rss, Format::Atom, Format::Json].iter().zip(&alone()[number]))
    {
        assert_eq!(feed::verify(&feed.bytes, *format), Ok(()));
        assert_eq!(&neighbour_of(feed), alone);
    }
});
