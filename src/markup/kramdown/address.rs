//! Addresses with blanks: `![Foto](/assets/foto do mar.jpg)`, a picture to kramdown and text to `CommonMark`. So is
//! `[C](/wiki/C_(letter\))`, as kramdown counts brackets whatever precedes them.
//!
//! In: Markdown. Out: for Jekyll and Pelican the same with `%20` and plain brackets in such addresses, so that it is read as its
//! author saw it; for other dialects where the first with blanks is, to be told.

use std::borrow::Cow;
use std::ops::Range;

use memchr::memmem;

use super::structure::{Structure, Within};
use crate::config::Dialect;

/// The longest address that is looked at, in bytes.
const LONGEST: usize = 1000;

/// `text` with the blanks in its addresses encoded, where the dialect takes them.
#[must_use]
pub fn encode_blanks(text: &str, dialect: Dialect) -> Cow<'_, str> {
    let found = if takes_blanks(dialect) { with_blanks(text, dialect) } else { Vec::new() };
    if found.is_empty() {
        return Cow::Borrowed(text);
    }
    let (mut out, mut done) = (String::with_capacity(text.len() + 16 * found.len()), 0);
    for range in found {
        out.push_str(&text[done..range.start]);
        out.push_str(&plain_brackets(&text[range.clone()]).replace(' ', "%20"));
        done = range.end;
    }
    out.push_str(&text[done..]);
    Cow::Owned(out)
}

/// The first address with blanks that is shown as text for them: where it begins, and itself.
#[must_use]
pub fn first_with_blanks(text: &str, dialect: Dialect) -> Option<(usize, &str)> {
    let found = if takes_blanks(dialect) { Vec::new() } else { with_blanks(text, dialect) };
    let mut addresses = found.into_iter().map(|range| (range.start, &text[range]));
    addresses.find(|(_, address)| address.contains('/') && address.contains(' '))
}

fn takes_blanks(dialect: Dialect) -> bool {
    matches!(dialect, Dialect::Jekyll | Dialect::Pelican)
}

/// An address without backslashes before its brackets.
fn plain_brackets(address: &str) -> String {
    address.replace("\\(", "(").replace("\\)", ")")
}

/// Where addresses with blanks stand, in order.
fn with_blanks(text: &str, dialect: Dialect) -> Vec<Range<usize>> {
    let may_be_one = |at| address(text, at + 2).is_some();
    if !memmem::find_iter(text.as_bytes(), "](").any(may_be_one) {
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
    if !inner.contains([' ', '\\']) {
        return None; // as nearly all are
    }
    let address = without_title(inner.trim_end_matches(' '));
    let start = from + address.len() - address.trim_start_matches(' ').len();
    let address = address.trim_matches(' ');
    let bare = plain_brackets(address);
    let is_plain = !bare.contains(['<', '>', '"', '\\', '[', ']', '`', '\t']);
    let is_template = address.contains("{{") || address.contains("{%");
    ((address.contains(' ') || bare != address) && is_plain && !is_template).then(|| start..start + address.len())
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
        for (text, plain) in
            [("[a](/b_(c\\)#d) e", "[a](/b_(c)#d) e"), ("[a](/b_(c\\))", "[a](/b_(c))"), ("[a](/b\\))", "[a](/b\\))")]
        {
            assert_eq!(encode_blanks(text, Dialect::Jekyll), plain, "{text}");
            assert_eq!(first_with_blanks(text, Dialect::Hugo), None, "{text}");
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
        fn only_blanks_and_brackets_are_written_otherwise(text in "([a-zé*_`\n ]|\\[|\\]|\\(|\\)|\\]\\(/|\\\\|\"|'|<|>){0,40}") {
            let encoded = encode_blanks(&text, Dialect::Jekyll).replace("%20", " ");
            assert_eq!(encoded.replace('\\', ""), text.replace('\\', ""));
        }
    }
}
