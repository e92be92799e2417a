//! A line of text in which Markdown has nothing to find, as most summaries are.
//!
//! In: Markdown. Out: the HTML that [`to_html`](super::to_html) makes of it, or nothing, where that has to be asked.

use crate::config::Dialect;

/// `text` as a paragraph, where all of it is plain.
#[must_use]
pub fn plain_paragraph(text: &str, dialect: Dialect) -> Option<String> {
    let begins = text.starts_with(char::is_alphabetic);
    let is_plain = dialect == Dialect::Commonmark && begins && !text.ends_with(' ') && text.chars().all(is_plain);
    let is_set = || text.contains("..") || text.contains("--"); // dots and dashes
    (is_plain && !is_set()).then(|| format!("<p>{text}</p>\n"))
}

/// Whether a character stands for itself wherever it is within a line, but where two of them are one sign.
fn is_plain(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, ' ' | ',' | '.' | ';' | '?' | '!' | '(' | ')' | '-' | '/')
}

#[cfg(test)]
mod tests {
    use super::super::{Lines, to_html};
    use super::*;
    use crate::markup::kramdown::take_out;
    use proptest::prelude::*;

    fn parsed(text: &str) -> String {
        let flavor = Dialect::Commonmark.into();
        to_html(&take_out(text, &flavor), &Lines::of(text, 1), "", &flavor)
    }

    #[test]
    fn plain_text_is_a_paragraph() {
        let text = "Notes on well-known things (and others); why not?";
        assert_eq!(plain_paragraph(text, Dialect::Commonmark), Some(parsed(text)));
        for text in ["", "1. a", "- a", "a...", "a -- b", "it's", "a *b*", "a ", "a\nb", "a: b", "&amp;", "[a]"] {
            assert_eq!(plain_paragraph(text, Dialect::Commonmark), None, "{text}");
        }
        assert_eq!(plain_paragraph("www.example.org", Dialect::Hugo), None);
    }

    proptest! {
        #[test]
        fn it_is_what_the_parser_makes_of_it(text in "([a-z0-9éß中\u{301}\u{2028}\u{a0} ,.;?!()/-]|www|http|\\PC){0,30}") {
            if let Some(html) = plain_paragraph(&text, Dialect::Commonmark) {
                prop_assert_eq!(html, parsed(&text));
            }
        }
    }
}
