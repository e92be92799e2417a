//! Where a summary ends in Hugo: at the author's mark, which is no Markdown, else after so many words, at the end of their
//! paragraph.

use crate::value::Value;

/// From so many bytes on an opening is no summary any more.
const LONGEST: usize = 8_000;

/// What authors end a summary with.
const MARKS: [&str; 2] = ["<!--more-->", "<!-- more -->"];

/// The text with what follows the mark on a line that begins with it moved to a paragraph of its own: there it would be
/// HTML, whereas Hugo takes the mark away. `None`: there is no such line.
#[must_use]
pub fn parted_from_mark(text: &str) -> Option<String> {
    let (at, mark) = MARKS.iter().filter_map(|mark| Some((text.find(mark)?, mark))).min()?;
    let (before, after) = (&text[..at], &text[at + mark.len()..]);
    let begins_line = before.rsplit('\n').next().is_some_and(|line| line.trim().is_empty());
    let is_followed = after.lines().next().is_some_and(|line| !line.trim().is_empty());
    (begins_line && is_followed).then(|| format!("{before}{mark}\n\n{}", after.trim_start_matches([' ', '\t'])))
}

/// The opening of `html` that holds as many words as the configuration wants; `None` when that is too much of it.
#[must_use]
pub fn opening<'h>(html: &'h str, configuration: &Value) -> Option<&'h str> {
    let length = configuration.find_at("summaryLength").and_then(Value::as_text).and_then(|length| length.parse().ok());
    let counts_letters = configuration.find_at("hasCJKLanguage").and_then(Value::as_bool).unwrap_or(false);
    let (wanted, mut words, mut end) = (length.unwrap_or(70_usize), 0, 0);
    while words < wanted {
        let Some(length) = html[end..].find("</p>") else {
            end = html.len();
            break;
        };
        let paragraph = &html[end..end + length];
        words += paragraph.split_whitespace().map(|word| weight(word, counts_letters)).sum::<usize>();
        end += length + "</p>".len();
        if end > LONGEST {
            break;
        }
    }
    Some(&html[..end]).filter(|opening| opening.len() <= LONGEST)
}

/// How many words a run of characters counts for: tags are none, of Chinese and the like each letter is one.
fn weight(word: &str, counts_letters: bool) -> usize {
    let is_tag = word.starts_with('<') && word.ends_with('>') || word.starts_with("</") || word.contains("=\"");
    match () {
        () if is_tag => 0,
        () if counts_letters && !word.is_ascii() => word.chars().count(),
        () => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::read;

    #[test]
    fn what_follows_the_mark_is_markdown() {
        assert_eq!(parted_from_mark("a\n\n<!--more--> **b**\nc").as_deref(), Some("a\n\n<!--more-->\n\n**b**\nc"));
        for text in ["a <!--more--> b", "a\n<!-- more -->\nb", "<!--more-->", "a"] {
            assert_eq!(parted_from_mark(text), None, "{text}");
        }
    }

    #[test]
    fn an_opening_ends_with_a_paragraph() {
        let configuration = read::toml("summaryLength = 3").expect("TOML");
        let html = "<h2>a</h2><p>b</p><p>c d e</p><p>f</p>";
        assert_eq!(opening(html, &configuration), Some("<h2>a</h2><p>b</p><p>c d e</p>"));
        assert_eq!(opening("<p>a</p><ul><li>b</li></ul>", &configuration), Some("<p>a</p><ul><li>b</li></ul>"));
        assert_eq!(opening(&format!("<p>{}</p>", "a ".repeat(9_000)), &configuration), None);
        let letters = read::toml("summaryLength = 3\nhasCJKLanguage = true").expect("TOML");
        assert_eq!(opening("<p>日本語</p><p>x</p>", &letters), Some("<p>日本語</p>"));
    }
}
