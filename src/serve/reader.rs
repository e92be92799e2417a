//! Who a reader says that it is, and for how many it reads: its `User-Agent` (RFC 9110 §10.1.5).

/// What is said of those who say nothing.
const UNKNOWN: &str = "unknown";
/// How long the name of a kind may be, in bytes.
const LONGEST: usize = 40;
/// Nobody reads for more people than this.
const MOST: u64 = 10_000_000_000;

/// The kind of reader: `Feedly` of `Feedly/1.0 (+http://www.feedly.com/fetcher.html; 42 subscribers)`.
pub(super) fn kind(agent: &str) -> &str {
    let name = name(agent);
    let name = if name == "Mozilla" { compatible(agent).unwrap_or("browser") } else { name };
    let end = name.char_indices().map(|(at, c)| at + c.len_utf8()).take_while(|end| *end <= LONGEST).last();
    let name = name[..end.unwrap_or(0)].trim();
    if name.is_empty() { UNKNOWN } else { name }
}

/// For how many it reads, as aggregators say it.
pub(super) fn subscribers(agent: &str) -> Option<u64> {
    if !agent.contains("ubscriber") {
        return None; // as of most
    }
    let words = agent.to_ascii_lowercase();
    words.match_indices("subscriber").find_map(|(at, _)| {
        let before = words[..at].trim_end();
        let digits = before.len() - before.bytes().rev().take_while(u8::is_ascii_digit).count();
        before[digits..].parse().ok().filter(|number| *number <= MOST)
    })
}

/// What stands before a version, a comment, or a number.
fn name(agent: &str) -> &str {
    let end = agent.find(['/', '(', ';', '[', '+', ':']).unwrap_or(agent.len());
    let name = agent[..end].split(" - ").next().unwrap_or_default();
    name.trim().trim_end_matches("feed-id").trim()
}

/// Who says to be compatible with a browser: `Mozilla/5.0 (compatible; Miniflux/2.0.50; +https://miniflux.app)`.
fn compatible(agent: &str) -> Option<&str> {
    let (_, rest) = agent.split_once("compatible;")?;
    Some(name(rest.trim_start()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn kinds_are_names_without_versions() {
        for (agent, wanted, readers) in [
            (
                "Feedly/1.0 (+http://www.feedly.com/fetcher.html; 42 subscribers; like FeedFetcher-Google)",
                "Feedly",
                Some(42),
            ),
            ("Feedbin feed-id:1234 - 7 subscribers", "Feedbin", Some(7)),
            ("NewsBlur Feed Fetcher - 1 subscriber - https://newsblur.com/site/1/x", "NewsBlur Feed Fetcher", Some(1)),
            ("Mozilla/5.0 (compatible; Miniflux/2.0.50; +https://miniflux.app)", "Miniflux", None),
            ("Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0", "browser", None),
            ("Tiny Tiny RSS/24.01 (https://tt-rss.org/)", "Tiny Tiny RSS", None),
            ("FreshRSS/1.24.0 (Linux; https://freshrss.org)", "FreshRSS", None),
            ("Netvibes (http://www.netvibes.com/; 10 Subscribers; feedID: 5)", "Netvibes", Some(10)),
            ("curl/8.5.0", "curl", None),
            ("", "unknown", None),
            ("/", "unknown", None),
            ("many subscribers", "many subscribers", None),
        ] {
            assert_eq!((kind(agent), subscribers(agent)), (wanted, readers), "{agent}");
        }
    }

    proptest! {
        #[test]
        fn whatever_is_said_has_a_kind_that_is_not_long(agent in any::<String>()) {
            let kind = kind(&agent);
            prop_assert!(!kind.is_empty() && kind.len() <= LONGEST);
            subscribers(&agent);
        }
    }
}
