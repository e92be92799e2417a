//! Parts of bytes that are asked for (RFC 9110 §14), and several of them in one body.

use std::ops::Range;

use hyper::HeaderMap;
use hyper::body::Bytes;
use hyper::header::RANGE;

/// Who asks for more parts than this at once gets the whole: RFC 9110 §14.2 warns of what they cost.
const MOST: usize = 8;

/// What of the bytes is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Asked {
    /// All of it, or something that is not understood.
    Whole,
    /// These parts, none of them empty.
    Parts(Vec<Range<usize>>),
    /// Only what is not there: 416.
    Nothing,
}

impl Asked {
    pub fn of(headers: &HeaderMap, length: usize) -> Self {
        let mut lines = headers.get_all(RANGE).into_iter();
        let (Some(line), None) = (lines.next(), lines.next()) else { return Self::Whole };
        let set = line.to_str().ok().and_then(|line| line.trim().split_once('='));
        let is_bytes = |(unit, _): &(&str, &str)| unit.eq_ignore_ascii_case("bytes");
        let Some((_, set)) = set.filter(is_bytes) else { return Self::Whole };
        let specs: Option<Vec<Spec>> =
            set.split(',').map(str::trim).filter(|spec| !spec.is_empty()).map(spec).collect();
        let Some(specs) = specs.filter(|specs| (1..=MOST).contains(&specs.len())) else { return Self::Whole };
        let parts: Vec<Range<usize>> = specs.into_iter().filter_map(|spec| spec.within(length)).collect();
        if parts.is_empty() { Self::Nothing } else { Self::Parts(merged(parts)) }
    }
}

/// One range as it is asked for.
#[derive(Debug, Clone, Copy)]
enum Spec {
    /// `2-5`, `2-`
    From(usize, Option<usize>),
    /// `-5`
    Last(usize),
}

fn spec(text: &str) -> Option<Spec> {
    let (first, last) = text.split_once('-')?;
    match (first.is_empty(), last.is_empty()) {
        (true, _) => Some(Spec::Last(number(last)?)),
        (false, true) => Some(Spec::From(number(first)?, None)),
        (false, false) => {
            let (first, last) = (number(first)?, number(last)?);
            (first <= last).then_some(Spec::From(first, Some(last)))
        }
    }
}

/// Digits; a number that is too large is beyond the end as any other.
fn number(text: &str) -> Option<usize> {
    let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| text.parse().unwrap_or(usize::MAX))
}

impl Spec {
    fn within(self, length: usize) -> Option<Range<usize>> {
        let range = match self {
            Self::From(first, last) => first..last.map_or(length, |last| last.saturating_add(1).min(length)),
            Self::Last(count) => length.saturating_sub(count)..length,
        };
        (range.start < range.end).then_some(range)
    }
}

/// Those that overlap or touch as one, in the order asked for (RFC 9110 §15.3.7.2).
fn merged(parts: Vec<Range<usize>>) -> Vec<Range<usize>> {
    let mut merged: Vec<Range<usize>> = Vec::new();
    for mut part in parts {
        merged.retain(|other| {
            let touches = other.start <= part.end && part.start <= other.end;
            if touches {
                part = part.start.min(other.start)..part.end.max(other.end);
            }
            !touches
        });
        merged.push(part);
    }
    merged
}

/// `bytes 2-5/10`
pub(super) fn content_range(part: &Range<usize>, length: usize) -> String {
    format!("bytes {}-{}/{length}", part.start, part.end - 1)
}

/// Several parts in one body, between lines with this boundary, which is in none of them (RFC 9110 §14.6).
pub(super) fn multipart(bytes: &Bytes, parts: &[Range<usize>], media_type: &str, boundary: &str) -> Bytes {
    let mut body = Vec::new();
    for part in parts {
        let range = content_range(part, bytes.len());
        let head = format!("\r\n--{boundary}\r\nContent-Type: {media_type}\r\nContent-Range: {range}\r\n\r\n");
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(&bytes[part.clone()]);
    }
    body.extend_from_slice(format!("\r\n--{boundary}--\r\n").as_bytes());
    body.into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn asked(text: &str) -> Asked {
        Asked::of(&HeaderMap::from_iter([(RANGE, text.parse().unwrap())]), 10)
    }

    #[test]
    #[allow(clippy::single_range_in_vec_init)] // one part is meant, not the numbers in it
    fn parts_are_cut_to_what_is_there() {
        use Asked::{Nothing, Parts, Whole};
        for (text, wanted) in [
            ("bytes=2-5", Parts(vec![2..6])),
            ("bytes=2-", Parts(vec![2..10])),
            ("bytes=-3", Parts(vec![7..10])),
            ("bytes=-30", Parts(vec![0..10])),
            ("bytes=9-99999999999999999999999", Parts(vec![9..10])),
            ("Bytes=0-0", Parts(vec![0..1])),
            ("bytes=0-1, 4-5", Parts(vec![0..2, 4..6])),
            ("bytes=4-5,0-1,,", Parts(vec![4..6, 0..2])),
            ("bytes=0-1,2-3,3-8", Parts(vec![0..9])),
            ("bytes=10-", Nothing),
            ("bytes=-0", Nothing),
            ("bytes=0-1,99-", Parts(vec![0..2])),
            ("bytes=5-2", Whole),
            ("bytes=a-b", Whole),
            ("bytes=+1-2", Whole),
            ("bytes=", Whole),
            ("bytes 0-1", Whole),
            ("entries=0-1", Whole),
            ("bytes=0-0,2-2,4-4,6-6,8-8,0-0,2-2,4-4,6-6", Whole),
        ] {
            assert_eq!(asked(text), wanted, "{text}");
        }
        assert_eq!(Asked::of(&HeaderMap::new(), 10), Whole);
    }

    #[test]
    fn several_parts_are_parted_by_lines() {
        let body = multipart(&Bytes::from_static(b"0123456789"), &[0..2, 4..6], "text/x", "B");
        let text = String::from_utf8(body.to_vec()).unwrap();
        let wanted = "\r\n--B\r\nContent-Type: text/x\r\nContent-Range: bytes 0-1/10\r\n\r\n01\
            \r\n--B\r\nContent-Type: text/x\r\nContent-Range: bytes 4-5/10\r\n\r\n45\r\n--B--\r\n";
        assert_eq!(text, wanted);
    }

    proptest! {
        #[test]
        fn parts_are_never_empty_nor_beyond_the_end_nor_twice_the_same(
            text in "bytes=([0-9]{0,2}-[0-9]{0,2},?){0,9}|[ -~]{0,30}", length in 0_usize..40,
        ) {
            let headers = HeaderMap::from_iter([(RANGE, text.parse().unwrap())]);
            if let Asked::Parts(parts) = Asked::of(&headers, length) {
                let mut seen = vec![false; length];
                for part in parts {
                    prop_assert!(part.start < part.end && part.end <= length);
                    for at in part {
                        prop_assert!(!std::mem::replace(&mut seen[at], true));
                    }
                }
            }
        }
    }
}
