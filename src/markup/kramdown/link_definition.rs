//! Definitions of links as kramdown takes them and `CommonMark` does not: `[a]: https://u.example/x)`, an address with
//! blanks, a title with quotation marks in it.
//!
//! In: Markdown. Out: for Jekyll the same with such definitions in the form that both read; other text stays as it is.

use std::borrow::Cow;
use std::ops::Range;

use super::structure::Structure;
use crate::config::Dialect;

/// The longest definition that is looked at, in bytes.
const LONGEST: usize = 2000;

/// `text` with its definitions of links in a form that `CommonMark` reads.
#[must_use]
pub fn plain_definitions(text: Cow<'_, str>, dialect: Dialect) -> Cow<'_, str> {
    let found = if dialect == Dialect::Jekyll && text.contains("]:") { unread(&text) } else { Vec::new() };
    if found.is_empty() {
        return text;
    }
    let (mut out, mut done) = (String::with_capacity(text.len() + 8 * found.len()), 0);
    for (range, plain) in found {
        out.push_str(&text[done..range.start]);
        out.push_str(&plain);
        done = range.end;
    }
    out.push_str(&text[done..]);
    Cow::Owned(out)
}

/// What `CommonMark` takes for text: where it stands, and what to write there.
fn unread(text: &str) -> Vec<(Range<usize>, String)> {
    let mut found = Vec::new();
    let mut from = 0;
    for line in text.split_inclusive('\n') {
        if let Some((at, plain)) = plain(line.trim_end()) {
            found.push((from + at..from + line.trim_end().len(), plain));
        }
        from += line.len();
    }
    if !found.is_empty() {
        let structure = Structure::of(text, Dialect::Jekyll);
        found.retain(|(range, _)| structure.is_text(range.start));
    }
    found
}

/// What is to stand behind the label of a definition, and from which byte of the line on.
fn plain(line: &str) -> Option<(usize, String)> {
    let label = line.trim_start_matches(' ');
    if line.len() - label.len() > 3 || line.len() > LONGEST || !label.starts_with('[') || label.starts_with("[^") {
        return None;
    }
    let colon = label.find(']').filter(|at| *at > 1 && label[at + 1..].starts_with(':'))? + 2;
    let rest = label[colon..].trim_start_matches([' ', '\t']);
    let (address, title) = parts(rest)?;
    let is_read = is_balanced(address) && !address.contains([' ', '\t']) && !title.is_some_and(has_quotes);
    if is_read || address.contains(['<', '>', '\\']) {
        return None;
    }
    let title = title.map(|title| format!(" \"{}\"", title.replace('\\', "\\\\").replace('"', "\\\"")));
    Some((line.len() - rest.len(), format!("<{address}>{}", title.unwrap_or_default())))
}

/// The address and the title; an address holds no blank that a quotation mark follows.
fn parts(rest: &str) -> Option<(&str, Option<&str>)> {
    if rest.is_empty() || rest.starts_with('<') {
        return None;
    }
    let is_opening = |at: &usize| rest[..*at].ends_with([' ', '\t']);
    let Some(at) = rest.match_indices(['"', '\'']).map(|(at, _)| at).find(is_opening) else {
        return Some((rest, None));
    };
    let title = rest[at + 1..].strip_suffix(&rest[at..=at]).filter(|title| !title.is_empty())?;
    Some((rest[..at].trim_end(), Some(title)))
}

fn has_quotes(title: &str) -> bool {
    title.contains(['"', '\''])
}

/// Whether no bracket is without its other one.
fn is_balanced(address: &str) -> bool {
    let mut depth = 0_usize;
    let closes = address.bytes().all(|byte| {
        match byte {
            b'(' => depth += 1,
            b')' => match depth.checked_sub(1) {
                Some(less) => depth = less,
                None => return false,
            },
            _ => {}
        }
        true
    });
    closes && depth == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Cow<'_, str> {
        plain_definitions(Cow::Borrowed(text), Dialect::Jekyll)
    }

    #[test]
    fn what_both_can_read_is_written() {
        for (text, expected) in [
            ("[a]: https://u.example/x)\n", "[a]: <https://u.example/x)>\n"),
            (" [1]: /x \"Size 14\"\"", " [1]: </x> \"Size 14\\\"\""),
            ("[a b]:  /my file.pdf 'T'\n", "[a b]:  </my file.pdf> \"T\"\n"),
            ("x [a]\n\n[a]: /x (y\n", "x [a]\n\n[a]: </x (y>\n"),
        ] {
            assert_eq!(read(text), expected, "{text}");
        }
    }

    #[test]
    fn the_rest_stays() {
        for text in [
            "[a]: /x_(y) \"T\"\n",
            "```\n[a]: /x)\n```\n",
            "    [a]: /x)\n",
            "[^1]: a b\n",
            "[a]: /x \"b\" c\n",
            "[a]: <x y>\n",
            "[a]:\n",
            "[a] b]: c d\n",
        ] {
            assert_eq!(read(text), text);
        }
        assert_eq!(plain_definitions("[a]: /x)".into(), Dialect::Zola), "[a]: /x)");
    }

    proptest::proptest! {
        #[test]
        fn only_what_follows_labels_changes(text in "(\\[a\\]: ?|[()\"' x<>\\\\`\\n-]){0,20}") {
            proptest::prop_assert_eq!(read(&text).lines().count(), text.lines().count());
        }
    }
}
