//! What a reader takes: `Accept-Encoding` (RFC 9110 §12.5.3) and `A-IM` (RFC 3229 §10.5.3).

use hyper::HeaderMap;
use hyper::header::{ACCEPT_ENCODING, HeaderName};

use crate::config::Coding;

/// Which instance manipulations a reader takes.
pub(super) const A_IM: HeaderName = HeaderName::from_static("a-im");

/// Which coding is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Accept {
    /// The best of ours; `None`: as it is.
    pub coding: Option<Coding>,
    /// Whether it may be as it is.
    pub is_identity_fine: bool,
}

impl Accept {
    pub fn of(headers: &HeaderMap) -> Self {
        let mut said = Said::default();
        elements(headers, &ACCEPT_ENCODING).for_each(|(name, weight)| said.take(name, weight));
        said.accept()
    }
}

/// Whether a reader takes deltas of feeds.
pub(super) fn takes_deltas(headers: &HeaderMap) -> bool {
    headers.contains_key(&A_IM)
        && elements(headers, &A_IM).any(|(name, weight)| name.eq_ignore_ascii_case("feed") && weight > 0)
}

/// Weights in thousandths, of what is named.
#[derive(Debug, Default)]
struct Said {
    codings: [Option<u16>; 3],
    identity: Option<u16>,
    any: Option<u16>,
}

impl Said {
    fn take(&mut self, name: &str, weight: u16) {
        let is = |other: &str| name.eq_ignore_ascii_case(other);
        let place = match Coding::ALL.iter().position(|coding| is(coding.name())) {
            Some(number) => &mut self.codings[number],
            None if is("x-gzip") => &mut self.codings[2], // RFC 9110 §8.4.1.3
            None if is("identity") => &mut self.identity,
            None if name == "*" => &mut self.any,
            None => return,
        };
        *place = Some(weight);
    }

    fn accept(&self) -> Accept {
        let weights = Coding::ALL.into_iter().zip(self.codings);
        let weights = weights.map(|(coding, weight)| (coding, weight.or(self.any).unwrap_or(0)));
        let best = weights.rev().max_by_key(|(_, weight)| *weight); // the last of equal ones: the first of ours
        let is_identity_fine = self.identity.or(self.any) != Some(0);
        let least = if is_identity_fine { self.identity.unwrap_or(0).max(1) } else { 1 };
        Accept { coding: best.filter(|(_, weight)| *weight >= least).map(|(coding, _)| coding), is_identity_fine }
    }
}

/// The elements of a list and their weights (RFC 9110 §12.4.2); one whose weight is none is passed over.
fn elements<'a>(headers: &'a HeaderMap, name: &HeaderName) -> impl Iterator<Item = (&'a str, u16)> {
    let lines = headers.get_all(name).into_iter().filter_map(|line| line.to_str().ok());
    lines.flat_map(|line| line.split(',')).filter_map(element)
}

fn element(text: &str) -> Option<(&str, u16)> {
    let mut parts = text.split(';').map(str::trim);
    let name = parts.next().filter(|name| !name.is_empty())?;
    let weight = parts.find_map(|part| part.strip_prefix("q=").or_else(|| part.strip_prefix("Q=")));
    Some((name, weight.map_or(Some(1000), thousandths)?))
}

/// `0.5` -> 500: at most three digits, at most 1.
fn thousandths(text: &str) -> Option<u16> {
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    let is_number = part.len() <= 3 && part.bytes().all(|byte| byte.is_ascii_digit());
    let part: u16 = if is_number { format!("{part:0<3}").parse().ok()? } else { return None };
    match (whole, part) {
        ("0", part) => Some(part),
        ("1", 0) => Some(1000),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn accept(text: &str) -> (Option<Coding>, bool) {
        let headers = HeaderMap::from_iter([(ACCEPT_ENCODING, text.parse().unwrap())]);
        let accept = Accept::of(&headers);
        (accept.coding, accept.is_identity_fine)
    }

    #[test]
    fn the_best_of_ours_that_is_taken() {
        use Coding::{Br, Gzip, Zstd};
        for (text, coding, is_identity_fine) in [
            ("", None, true),
            ("gzip", Some(Gzip), true),
            ("x-gzip", Some(Gzip), true),
            ("gzip, deflate, br, zstd", Some(Br), true),
            ("gzip, zstd", Some(Zstd), true),
            ("GZIP;q=1.0, br ; q=0.5", Some(Gzip), true),
            ("gzip;q=0", None, true),
            ("*", Some(Br), true),
            ("br;q=0, *;q=0.1", Some(Zstd), true),
            ("gzip;q=0.5, identity", None, true),
            ("gzip;q=0.5, identity;q=0.2", Some(Gzip), true),
            ("identity;q=0", None, false),
            ("*;q=0", None, false),
            ("gzip, *;q=0", Some(Gzip), false),
            ("identity, *;q=0", None, true),
            ("deflate", None, true),
            ("gzip;q=2, br;q=x, zstd;q=0.1234", None, true),
        ] {
            assert_eq!(accept(text), (coding, is_identity_fine), "{text}");
        }
        assert_eq!(Accept::of(&HeaderMap::new()), Accept { coding: None, is_identity_fine: true });
    }

    #[test]
    fn deltas_are_asked_for_by_name() {
        let takes = |text: &str| takes_deltas(&HeaderMap::from_iter([(A_IM, text.parse().unwrap())]));
        assert!(takes("feed") && takes("vcdiff, Feed, gzip") && takes("feed;q=0.1"));
        assert!(!takes("feed;q=0") && !takes("vcdiff") && !takes("feeds") && !takes(""));
        assert!(!takes_deltas(&HeaderMap::new()));
    }

    proptest! {
        #[test]
        fn whatever_is_said_is_weighed(text in "[ -~]{0,60}") {
            let (coding, is_identity_fine) = accept(&text);
            prop_assert!(coding.is_some() || is_identity_fine || text.contains("q=0") || text.contains("Q=0"));
        }
    }
}
