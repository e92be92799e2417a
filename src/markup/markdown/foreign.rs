//! Tags that a word processor left in a text: `<o:p>x</o:p>`. Markdown takes them for text, and browsers show none.
//!
//! In: running text. Out: the same without such tags; what is between them stays.

use std::borrow::Cow;

/// The namespaces of Office that its documents bring along.
const PREFIXES: &[&str] = &["o:", "w:", "v:", "m:", "st1:"];

/// How long such a tag may be, in bytes.
const LONGEST: usize = 300;

/// `text` without these tags.
pub(super) fn without_tags(text: &str) -> Cow<'_, str> {
    let mut out = String::new();
    let (mut done, mut from) = (0, 0);
    while let Some(at) = text[from..].find('<').map(|at| at + from) {
        from = at + 1;
        if let Some(length) = tag(&text[at..]) {
            out.push_str(&text[done..at]);
            from = at + length;
            done = from;
        }
    }
    if done == 0 {
        return Cow::Borrowed(text);
    }
    out.push_str(&text[done..]);
    Cow::Owned(out)
}

/// The length of the tag that `text` starts with, when it is one of these.
fn tag(text: &str) -> Option<usize> {
    let inner = text.strip_prefix("</").or_else(|| text.strip_prefix('<'))?;
    let prefix = PREFIXES
        .iter()
        .find(|prefix| inner.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix)))?;
    if !inner[prefix.len()..].starts_with(|c: char| c.is_ascii_alphabetic()) {
        return None;
    }
    text.bytes().take(LONGEST).position(|byte| byte == b'>').map(|end| end + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_of_office_go_and_others_stay() {
        for (text, shown) in [
            ("a <o:p>x</o:p><o:p></o:p> b", "a x b"),
            ("<st1:place w:st=\"on\">Rome</ST1:place><w:br/>", "Rome"),
            ("Vec<a:b> <o:>", "Vec<a:b> <o:>"),
            ("<o:p", "<o:p"),
            ("a < b", "a < b"),
        ] {
            assert_eq!(without_tags(text), shown, "{text}");
        }
    }
}
