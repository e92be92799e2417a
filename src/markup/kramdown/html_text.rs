//! What is text in a block of HTML: neither tag nor comment, and not code.

use std::ops::Range;

/// Elements whose text is shown as it is typed.
const CODE: &[&str] = &["pre", "code", "script", "style", "textarea", "kbd"];

/// The stretches of text in `html`.
pub(super) fn ranges(html: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut from = 0;
    let mut code: Option<&str> = None;
    while let Some(open) = html[from..].find('<').map(|at| at + from) {
        if code.is_none() {
            found.push(from..open);
        }
        let Some(close) = end_of_tag(html, open) else { return found };
        let tag = html[open + 1..close].to_ascii_lowercase();
        match code {
            None => code = CODE.iter().copied().find(|name| is_tag_of(&tag, name)),
            Some(name) if tag.strip_prefix('/').is_some_and(|tag| is_tag_of(tag, name)) => code = None,
            Some(_) => {}
        }
        from = close;
    }
    if code.is_none() {
        found.push(from..html.len());
    }
    found
}

fn is_tag_of(tag: &str, name: &str) -> bool {
    tag.strip_prefix(name).is_some_and(|rest| !rest.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '-'))
}

/// Behind the end of the tag or comment at `open`; what only looks like a tag ends at once.
fn end_of_tag(html: &str, open: usize) -> Option<usize> {
    let rest = &html[open..];
    if rest.starts_with("<!--") {
        return rest.find("-->").map(|end| open + end + 3);
    }
    if !rest[1..].starts_with(|c: char| c.is_ascii_alphabetic() || "/!?".contains(c)) {
        return Some(open + 1);
    }
    let mut quote = None;
    for (at, byte) in rest.bytes().enumerate().skip(1) {
        match (quote, byte) {
            (None, b'>') => return Some(open + at + 1),
            (None, b'"' | b'\'') => quote = Some(byte),
            (Some(open), byte) if open == byte => quote = None,
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neither_tags_nor_code() {
        let html = "a<b title='{:.x}'>b</b><pre>c<i>d</i></pre>e<!-- f -->g<1h";
        let texts: String = ranges(html).into_iter().map(|range| &html[range]).collect();
        assert_eq!(texts, "abeg1h");
    }
}
