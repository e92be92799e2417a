//! How much of an article is its summary with Pelican: so many words of it, or so many paragraphs.

use crate::value::Value;

/// How many words a summary has where the settings do not say it.
const WORDS: usize = 50;

/// From so many bytes on an opening is no summary any more.
const LONGEST: usize = 8_000;

/// The opening of clean `html` that the settings want, not balanced; `None` when that is nothing, or too much of it.
///
/// They are `SUMMARY_MAX_LENGTH` in words, of Chinese and the like in letters, `SUMMARY_MAX_PARAGRAPHS` and
/// `SUMMARY_END_SUFFIX`.
#[must_use]
pub fn opening(html: &str, settings: &Value) -> Option<String> {
    let number = |value: &Value| value.as_text().and_then(|text| text.parse().ok());
    let html = match settings.entry("SUMMARY_MAX_PARAGRAPHS").and_then(number) {
        Some(paragraphs) => &html[..end_of_paragraphs(html, paragraphs)],
        None => html,
    };
    let words = settings.entry("SUMMARY_MAX_LENGTH").map_or(Some(WORDS), number);
    let opening = match words.and_then(|words| end_of_words(html, words)) {
        Some(end) => {
            let suffix = settings.entry("SUMMARY_END_SUFFIX").and_then(Value::as_str).unwrap_or("…");
            format!("{} {suffix}", &html[..end])
        }
        None => html.to_owned(),
    };
    (!opening.trim().is_empty() && opening.len() <= LONGEST).then_some(opening)
}

/// Where so many paragraphs end, or all that there are.
fn end_of_paragraphs(html: &str, most: usize) -> usize {
    let ends = html.match_indices("</p>").map(|(at, end)| at + end.len());
    ends.take(most).last().unwrap_or(html.len())
}

/// Where the last of so many words ends; `None`: there are fewer. Tags and character references are none.
fn end_of_words(html: &str, most: usize) -> Option<usize> {
    let (mut words, mut at) = (0, 0);
    while let Some(c) = html[at..].chars().next() {
        let rest = &html[at..];
        let length = match c {
            '<' => rest.find('>').map_or(rest.len(), |end| end + 1),
            '&' => rest.char_indices().take(32).find(|(_, c)| *c == ';').map_or(1, |(end, _)| end + 1),
            _ => word(rest, c).unwrap_or(c.len_utf8()),
        };
        at += length;
        words += usize::from(!matches!(c, '<' | '&') && word(rest, c).is_some());
        if words == most {
            return Some(at);
        }
    }
    None
}

/// How long the word is that a text begins with.
fn word(text: &str, first: char) -> Option<usize> {
    let is_letter = |c: char| c.is_alphanumeric() || c == '_';
    if stands_alone(first) {
        return Some(first.len_utf8());
    }
    is_letter(first).then(|| text.find(|c| !(is_letter(c) || matches!(c, '\'' | '-'))).unwrap_or(text.len()))
}

/// Letters of Chinese, Japanese and Korean, each of which counts for a word.
fn stands_alone(c: char) -> bool {
    matches!(c, '\u{1100}'..='\u{11ff}' | '\u{3040}'..='\u{30ff}' | '\u{3130}'..='\u{318f}' | '\u{3400}'..='\u{4dbf}'
        | '\u{4e00}'..='\u{9fff}' | '\u{ac00}'..='\u{d7ff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{2a6df}'
        | '\u{2f800}'..='\u{2fa1f}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::read::json;

    #[test]
    fn a_summary_is_so_many_words() {
        let of = |settings: &str, html| opening(html, &json(settings).unwrap());
        let three = r#"{"SUMMARY_MAX_LENGTH": 3}"#;
        assert_eq!(of(three, "<p>a &amp; b <em>c-d's</em> e</p>").as_deref(), Some("<p>a &amp; b <em>c-d's …"));
        assert_eq!(of(three, "<p>a b</p>").as_deref(), Some("<p>a b</p>"));
        assert_eq!(of(three, "<p>日本語です</p>").as_deref(), Some("<p>日本語 …"));
        let long = format!("<p>{}</p>", "a ".repeat(60));
        assert_eq!(of("{}", &long).unwrap().matches('a').count(), 50);
        assert_eq!(of(r#"{"SUMMARY_MAX_LENGTH": null}"#, &long), Some(long.clone()));
        let one = r#"{"SUMMARY_MAX_PARAGRAPHS": 1, "SUMMARY_MAX_LENGTH": null}"#;
        assert_eq!(of(one, "<h2>a</h2><p>b</p><p>c</p>").as_deref(), Some("<h2>a</h2><p>b</p>"));
        let dots = r#"{"SUMMARY_MAX_LENGTH": 1, "SUMMARY_END_SUFFIX": "..."}"#;
        assert_eq!(of(dots, "<p>a b</p>").as_deref(), Some("<p>a ..."));
        assert_eq!(of("{}", " "), None);
    }

    proptest::proptest! {
        #[test]
        fn an_opening_begins_the_text(html in "(<p>|&amp;|&|<|[a-c]|語| |'){0,40}", most in 1..9_usize) {
            if let Some(end) = end_of_words(&html, most) {
                proptest::prop_assert!(html.get(..end).is_some());
                proptest::prop_assert_eq!(end_of_words(&html[..end], most), Some(end));
            }
        }
    }
}
