//! Addresses with blanks: `![Foto](/assets/foto do mar.jpg)`, a picture to kramdown and text to `CommonMark`.
//!
//! In: Markdown. Out: for Jekyll the same with `%20` in such addresses, so that it is read as its author saw it; for
//! other dialects where the first of them is, to be told.

use std::borrow::Cow;
use std::ops::Range;

use super::structure::{Structure, Within};
use crate::config::Dialect;

/// The longest address that is looked at, in bytes.
const LONGEST: usize = 1000;

/// `text` with the blanks in its addresses encoded, where the dialect takes them.
#[must_use]
pub fn encode_blanks(text: &str, dialect: Dialect) -> Cow<'_, str> {
    let found = if dialect == Dialect::Jekyll { with_blanks(text, dialect) } else { Vec::new() };
    if found.is_empty() {
        return Cow::Borrowed(text);
    }
    let (mut out, mut done) = (String::with_capacity(text.len() + 16 * found.len()), 0);
    for range in found {
        out.push_str(&text[done..range.start]);
        out.push_str(&text[range.clone()].replace(' ', "%20"));
        done = range.end;
    }
    out.push_str(&text[done..]);
    Cow::Owned(out)
}

/// The first address with blanks that is shown as text for them: where it begins, and itself.
#[must_use]
pub fn first_with_blanks(text: &str, dialect: Dialect) -> Option<(usize, &str)> {
    let found = if dialect == Dialect::Jekyll { Vec::new() } else { with_blanks(text, dialect) };
    let mut addresses = found.into_iter().map(|range| (range.start, &text[range]));
    addresses.find(|(_, address)| address.contains('/'))
}

/// Where addresses with blanks stand, in order.
fn with_blanks(text: &str, dialect: Dialect) -> Vec<Range<usize>> {
    let may_be_one = |(at, _): (usize, &str)| address(text, at + 2).is_some();
    if !text.match_indices("](").any(may_be_one) {
        return Vec::new();
    }
    let mut found: Vec<Range<usize>> = Vec::new();
    let mut is_open = false;
    for stretch in Structure::of(text, dialect).stretches.iter().filter(|stretch| stretch.within == Within::Text) {
        for (at, sign) in text[stretch.range.clone()].match_indices(['[', ']']) {
            let at = stretch.range.start + at;
            if sign == "[" || text[..at].ends_with('\\') {
                is_open |= sign == "[";
            } else if is_open
                && text[at..].starts_with("](")
                && let Some(range) = address(text, at + 2)
                && found.last().is_none_or(|last| last.end < range.start)
            {
                found.push(range);
            }
        }
    }
    found
}

/// The address that begins behind the bracket before byte `from`, when it has blanks within.
fn address(text: &str, from: usize) -> Option<Range<usize>> {
    let mut depth = 0_usize;
    let length = text.as_bytes()[from..].iter().take(LONGEST).position(|byte| {
        match byte {
            b'(' => depth += 1,
            b')' if depth > 0 => depth -= 1,
            // the next bracket at the latest, so that no byte is looked at again and again
            b')' | b'\n' | b'[' | b']' => return true,
            _ => {}
        }
        false
    })?;
    let inner = text.get(from..from + length).filter(|_| text.as_bytes()[from + length] == b')')?;
    let address = without_title(inner.trim_end_matches(' '));
    let start = from + address.len() - address.trim_start_matches(' ').len();
    let address = address.trim_matches(' ');
    let is_plain = !address.contains(['<', '>', '"', '\\', '[', ']', '`', '\t']);
    let is_template = address.contains("{{") || address.contains("{%");
    (address.contains(' ') && is_plain && !is_template).then(|| start..start + address.len())
}

/// What precedes the title (`/a b.jpg "A title"`).
fn without_title(inner: &str) -> &str {
    let quote = inner.chars().next_back().filter(|c| matches!(c, '"' | '\''));
    let open = quote.and_then(|quote| inner[..inner.len() - 1].find(if quote == '"' { " \"" } else { " '" }));
    &inner[..open.unwrap_or(inner.len())]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blanks_are_encoded_in_addresses_and_nowhere_else() {
        for (text, encoded) in [
            ("![Foto](/assets/foto do mar.jpg)", "![Foto](/assets/foto%20do%20mar.jpg)"),
            ("[t](/x y.html) [*u* v]( /a b \"c d\")", "[t](/x%20y.html) [*u* v]( /a%20b \"c d\")"),
            ("[![a](/b c.jpg)](d)", "[![a](/b%20c.jpg)](d)"),
            ("[a](/b (c d).jpg)", "[a](/b%20(c%20d).jpg)"),
        ] {
            assert_eq!(encode_blanks(text, Dialect::Jekyll), encoded, "{text}");
            assert_eq!(encode_blanks(text, Dialect::Hugo), text);
            assert!(first_with_blanks(text, Dialect::Hugo).is_some(), "{text}");
        }
        for text in [
            "`[t](/x y)`",
            "```\n[t](/x y)\n```",
            "[t](/x \"y z\")",
            "[t](</x y>)",
            "[t]({% post_url x %})",
            "[t](/x y",
            "[t](/x\ny z)",
            "t](/x y)",
            "[t\\](/x y)",
        ] {
            assert_eq!(encode_blanks(text, Dialect::Jekyll), text, "{text}");
            assert_eq!(first_with_blanks(text, Dialect::Zola), None, "{text}");
        }
        assert_eq!(first_with_blanks("see [a](b c)", Dialect::Commonmark), None);
    }

    proptest::proptest! {
        #[test]
        fn only_blanks_are_encoded(text in "([a-zé*_`\n ]|\\[|\\]|\\(|\\)|\\]\\(/|\\\\|\"|'|<|>){0,40}") {
            assert_eq!(encode_blanks(&text, Dialect::Jekyll).replace("%20", " "), text);
        }
    }
}
