//! Addresses that stand in a text as they are: Goldmark makes links of them.
//!
//! In: Markdown. Out: where such addresses are, outside of code, links and pictures, and what they link to.

use std::ops::Range;

use pulldown_cmark::{Event, Parser, Tag, TagEnd};

use crate::config::Dialect;
use crate::markup::extensions::options;

/// How long the name of a host or of a mailbox may be.
const LONGEST_NAME: usize = 256;

/// An address in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    /// Where it stands.
    pub range: Range<usize>,
    /// What is seen of it.
    pub shown: String,
    /// What it links to.
    pub target: String,
}

/// The addresses of `text`, in order; those without a scheme get `scheme`.
#[must_use]
pub fn addresses(text: &str, scheme: &str) -> Vec<Address> {
    if !text.contains("://") && !text.contains("www.") && !text.contains('@') {
        return Vec::new();
    }
    let mut found: Vec<Address> = Vec::new();
    let mut apart = 0_usize;
    for (event, range) in Parser::new_ext(text, options(text, Dialect::Hugo)).into_offset_iter() {
        match event {
            Event::Start(Tag::Link { .. } | Tag::Image { .. } | Tag::CodeBlock(_)) => apart += 1,
            Event::End(TagEnd::Link | TagEnd::Image | TagEnd::CodeBlock) => apart = apart.saturating_sub(1),
            Event::Text(_) if apart == 0 => {
                let from = found.last().map_or(0, |last| last.range.end).max(range.start);
                addresses_in(text, from..range.end, &mut found);
            }
            _ => {}
        }
    }
    for address in &mut found {
        if address.target.starts_with("//") {
            address.target.insert_str(0, &format!("{scheme}:"));
        }
    }
    found
}

/// Adds those that begin within `range`, which is text.
fn addresses_in(text: &str, mut range: Range<usize>, found: &mut Vec<Address>) {
    while let Some(at) = text.get(range.clone()).and_then(next_start).map(|at| range.start + at) {
        let start = if text.as_bytes()[at] == b'@' { mailbox_start(text, range.start, at) } else { at };
        let line = line_from(text, start);
        let length = Some(start).filter(|start| may_begin(text, *start)).and_then(|_| length(line));
        match length {
            Some(length) => {
                let shown = line[..length].to_owned();
                found.push(Address { range: start..start + length, target: target(&shown), shown });
                range.start = start + length;
            }
            None => range.start = at + 1,
        }
    }
}

/// The first byte of `text` that may belong to an address.
fn next_start(text: &str) -> Option<usize> {
    let is_start = |at: usize| {
        let rest = &text.as_bytes()[at..];
        rest[0] == b'@' || [&b"http"[..], b"ftp:", b"www."].iter().any(|start| rest.starts_with(start))
    };
    text.match_indices(['@', 'h', 'f', 'w']).map(|(at, _)| at).find(|at| is_start(*at))
}

fn line_from(text: &str, start: usize) -> &str {
    text[start..].split('\n').next().unwrap_or("")
}

/// Addresses stand at the start of a line, or behind these.
fn may_begin(text: &str, start: usize) -> bool {
    text[..start].chars().next_back().is_none_or(|c| c.is_whitespace() || matches!(c, '*' | '_' | '~' | '('))
}

/// Where the mailbox begins whose name ends at `at`.
fn mailbox_start(text: &str, from: usize, at: usize) -> usize {
    let names = |byte: &u8| byte.is_ascii_alphanumeric() || b".!#$%&'*+/=?^_`{|}~-".contains(byte);
    let length = text.as_bytes()[from..at].iter().rev().take(LONGEST_NAME).take_while(|byte| names(byte)).count();
    let name = &text[at - length..at];
    at - name.trim_start_matches(['*', '_', '~']).len()
}

/// Signs that end a sentence, or emphasis, and no address.
const ENDS: [char; 8] = ['?', '!', '.', ',', ':', '*', '_', '~'];

/// The length of the address that `line` begins with.
fn length(line: &str) -> Option<usize> {
    let length = match scheme(line) {
        // the dot of `www.` is not the one that names of hosts have
        Some(0) => 4 + page_length(&line[4..])?,
        Some(scheme) => scheme + page_length(&line[scheme..])?,
        None => mailbox_length(line)?,
    };
    let kept = line[..length].trim_end_matches(ENDS);
    let kept = &kept[..kept.len() - trailing(kept)];
    let kept = kept.strip_suffix(ENDS).unwrap_or(kept);
    Some(kept.len()).filter(|length| *length > 0)
}

/// The length of `https://`, or nothing of `www.`.
fn scheme(line: &str) -> Option<usize> {
    let scheme = ["https://", "http://", "ftp://"].into_iter().find(|scheme| line.starts_with(scheme));
    scheme.map(str::len).or_else(|| line.starts_with("www.").then_some(0))
}

/// The length of host, port and path.
fn page_length(text: &str) -> Option<usize> {
    let names = |byte: &u8| byte.is_ascii_alphanumeric() || b"-@:%._+~#=".contains(byte);
    let run = text.bytes().take(LONGEST_NAME).take_while(names).count();
    let dot = text[..run]
        .rmatch_indices('.')
        .map(|(at, _)| at)
        .find(|at| *at > 0 && text.as_bytes().get(at + 1).is_some_and(u8::is_ascii_lowercase))?;
    let count = |from: usize, is: fn(&u8) -> bool| text.as_bytes()[from..].iter().take_while(|byte| is(byte)).count();
    let mut end = dot + 1 + count(dot + 1, u8::is_ascii_lowercase);
    if text[end..].starts_with(':') && count(end + 1, u8::is_ascii_digit) > 0 {
        end += 1 + count(end + 1, u8::is_ascii_digit);
    }
    if text[end..].starts_with(['/', '#', '?']) {
        end +=
            1 + count(end + 1, |byte| byte.is_ascii_alphanumeric() || b"-@:%_+.~#$!?&/=();,'\">^{}[]`".contains(byte));
    }
    Some(end)
}

/// How much of the end of an address belongs to the sentence: brackets that close nothing in it, and references.
fn trailing(page: &str) -> usize {
    let count = |bracket| page.bytes().filter(|byte| *byte == bracket).count();
    if page.ends_with(')') {
        return count(b')').saturating_sub(count(b'(')).min(page.len() - page.trim_end_matches(')').len());
    }
    let reference = page.strip_suffix(';').map(|page| page.trim_end_matches(|c: char| c.is_ascii_alphanumeric()));
    reference.filter(|before| before.ends_with('&')).map_or(0, |before| page.len() - before.len() + 1)
}

/// The length of `ann@example.org`.
fn mailbox_length(line: &str) -> Option<usize> {
    let at = line.bytes().take(LONGEST_NAME).position(|byte| byte == b'@').filter(|at| *at > 0)?;
    let names = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.');
    let host = line.as_bytes()[at + 1..].iter().take(LONGEST_NAME).take_while(|byte| names(byte)).count();
    let host = line[at + 1..at + 1 + host].trim_end_matches('.');
    let end = at + 1 + host.len();
    let right = host.split('.').all(|label| !label.is_empty() && !label.starts_with('-') && !label.ends_with('-'));
    (right && host.contains('.') && !line[end..].starts_with(['-', '_'])).then_some(end)
}

fn target(address: &str) -> String {
    match scheme(address) {
        Some(0) => format!("//{address}"),
        Some(_) => address.to_owned(),
        None => format!("mailto:{address}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<String> {
        addresses(text, "https")
            .into_iter()
            .map(|address| format!("{}>{}", &text[address.range], address.target))
            .collect()
    }

    #[test]
    fn addresses_end_where_the_sentence_goes_on() {
        for (text, shown, target) in [
            ("at https://example.com/a-b_c?x=1&y=2 now", "https://example.com/a-b_c?x=1&y=2", ""),
            ("(https://example.com/) x", "https://example.com/", ""),
            ("https://example.com/(x).", "https://example.com/(x)", ""),
            ("(https://example.com/x), y", "https://example.com/x", ""),
            ("(https://example.com/x)). y", "https://example.com/x", ""),
            ("https://example.com/x),) y", "https://example.com/x)", ""),
            ("https://example.com/x.;) y", "https://example.com/x.;", ""),
            ("*http://foo.bar:80/baz.*", "http://foo.bar:80/baz", ""),
            ("see www.example.com, x", "www.example.com", "https://www.example.com"),
            ("mail me@example.com.", "me@example.com", "mailto:me@example.com"),
            ("https://example.com/a&lt; b", "https://example.com/a", ""),
            ("ftp://example.com/x", "ftp://example.com/x", ""),
            ("> - https://a.example/b*c*d e", "https://a.example/b", ""),
        ] {
            let target = if target.is_empty() { shown } else { target };
            assert_eq!(found(text), [format!("{shown}>{target}")], "{text}");
        }
    }

    #[test]
    fn what_is_none_or_stands_elsewhere_stays() {
        for text in [
            "xhttps://example.com",
            "\"https://example.com\"",
            "`https://example.com`",
            "[a https://example.com](b)",
            "![https://example.com](b)",
            "<https://example.com>",
            "    https://example.com",
            "http://localhost:80 https:// www. www.x @ a@ @b.c x@y",
            "[a]: https://example.com",
            "<a href=\"https://example.com\">x</a>",
        ] {
            assert_eq!(found(text), Vec::<String>::new(), "{text}");
        }
    }

    #[test]
    fn long_lines_take_no_long_time() {
        for piece in ["www.a(", "a@", "http://a.b/(", "(http://", "@"] {
            assert!(addresses(&piece.repeat(20_000), "https").len() < 60_000);
        }
    }
}
