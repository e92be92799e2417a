//! The heading that a text without another title begins with, which is its title.
//!
//! In: a body of Markdown. Out: the heading's text, plain, and how far it reaches; the rest is the body then.

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

use super::text::one_line;

/// The longest heading, in bytes.
const LONGEST: usize = 1_000;

/// A heading at the start of a body.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Heading {
    /// Plain, on one line, not empty.
    pub text: String,
    /// Up to where it reaches, in bytes from the start of the body.
    pub end: usize,
}

/// The heading of the first level that a body begins with.
pub(super) fn first(body: &str) -> Option<Heading> {
    let start = body.len() - body.trim_start_matches(['\n', '\r']).len();
    let mut lines = body[start..].split_inclusive('\n').take(2);
    let (line, next) = (lines.next()?, lines.next().unwrap_or_default());
    let is_underlined = next.starts_with('=') && next.trim_end().bytes().all(|byte| byte == b'=');
    let length = if line.starts_with("# ") { line.len() } else { line.len() + next.len() };
    let is_heading = (line.starts_with("# ") || is_underlined) && length <= LONGEST;
    let text = is_heading.then(|| plain(&body[start..start + length]))??;
    Some(Heading { text, end: start + length })
}

/// The text of a heading as Markdown writes it.
fn plain(written: &str) -> Option<String> {
    let mut events = Parser::new_ext(written, Options::ENABLE_STRIKETHROUGH | Options::ENABLE_HEADING_ATTRIBUTES);
    matches!(events.next(), Some(Event::Start(Tag::Heading { .. }))).then_some(())?;
    let inside = events.take_while(|event| !matches!(event, Event::End(TagEnd::Heading(_))));
    let text: String = inside
        .map(|event| match event {
            Event::Text(text) | Event::Code(text) => text.into_string(),
            Event::SoftBreak | Event::HardBreak => " ".to_owned(),
            _ => String::new(),
        })
        .collect();
    Some(one_line(&text)).filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_may_begin_with_its_title() {
        for (body, expected) in [
            ("\n# A *big* `day` ##\n\ntext", Some(("A big day", "\ntext"))),
            ("# A {#id .class}\ntext", Some(("A", "text"))),
            ("A\n===\ntext", Some(("A", "text"))),
            ("# A", Some(("A", ""))),
            ("#tag\n", None),
            ("## A\n", None),
            ("text\n\n# A\n", None),
            ("# \ntext", None),
            ("> A\n===\n", None),
            ("", None),
        ] {
            let found = first(body).map(|heading| (heading.text, &body[heading.end..]));
            assert_eq!(found, expected.map(|(text, rest)| (text.to_owned(), rest)), "{body}");
        }
        assert_eq!(first(&format!("# {}", "x".repeat(100_000))), None);
    }
}
