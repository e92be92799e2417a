//! The summary of a post: its author's own, else what stands before the mark, else the first paragraph.
//!
//! In: what [`clean`](super::clean) found. Out: HTML and one line of text.

use std::borrow::Cow;

use unicode_normalization::char::is_combining_mark;

use super::entity;

/// How long a summary as text may be, in characters, when its author did not write it.
pub const LONGEST: usize = 300;

/// What blogs write into a comment to say that the excerpt ends there.
const END_MARKS: &[&str] = &[
    "more",
    "readmore",
    "read more",
    "read-more",
    "excerpt",
    "end excerpt",
    "end-excerpt",
    "end_excerpt",
    "endexcerpt",
    "truncate",
    "pelican_end_summary",
    "jump",
];

/// Whether a comment with this text ends the excerpt: `more`, in all its spellings, also `more: text of a link`.
#[must_use]
pub fn is_end_mark(comment: &str) -> bool {
    let text = comment.trim();
    if text.len() > 200 {
        return false;
    }
    let text = text.to_ascii_lowercase();
    END_MARKS.contains(&text.as_str())
        || text.strip_prefix("more").is_some_and(|rest| rest.starts_with([' ', ':', '-']))
}

/// The mark that every dialect's excerpts end at once they are read.
pub const MARK: &str = "<!--more-->";

/// The text with that mark for the first separator, as Eleventy takes separators out: what follows one on the next line
/// goes on with the paragraph before it. One of hyphens alone must have its line for itself, or it belongs to a table.
#[must_use]
pub fn marked(text: &str, separator: &str) -> Option<String> {
    let is_rule = !separator.is_empty() && separator.bytes().all(|byte| byte == b'-');
    let alone = |at: usize| {
        let ends = |rest: &str| rest.is_empty() || rest.starts_with(['\n', '\r']);
        (at == 0 || text[..at].ends_with('\n')) && ends(&text[at + separator.len()..])
    };
    let mut places = text.match_indices(separator).map(|(at, _)| at);
    let at =
        if is_rule { places.find(|at| alone(*at)) } else { places.next().filter(|_| !separator.trim().is_empty()) }?;
    let (before, after) = (&text[..at], &text[at + separator.len()..]);
    let Some(next) = after.strip_prefix("\r\n").or_else(|| after.strip_prefix('\n')) else {
        return Some(format!("{before}{MARK}{after}"));
    };
    let is_block = next.trim_start_matches([' ', '\t']).starts_with(['\n', '\r']) || next.trim().is_empty();
    let last = before.trim_end().rsplit('\n').next().unwrap_or_default().trim_start();
    // behind these the mark would be text, or keep a block from its end
    let closes = last.is_empty() || ["```", "~~~", "<", "|"].iter().any(|sign| last.starts_with(sign));
    let gap = if is_block || closes { "\n\n" } else { "" };
    Some(format!("{}{gap}{MARK}{gap}\n{next}", before.trim_end()))
}

/// HTML as one line of text: blanks collapsed, character references decoded. Takes only what
/// [`clean`](super::clean::clean) wrote.
#[must_use]
pub fn text_of(clean_html: &str) -> String {
    let mut out = String::with_capacity(clean_html.len() / 2);
    let mut rest = clean_html;
    while let Some(at) = rest.find('<') {
        push_collapsed(&mut out, &entity::decode(&rest[..at]));
        rest = &rest[at..];
        let end = rest.find('>').map_or(rest.len(), |end| end + 1);
        if breaks_the_line(&rest[..end]) {
            push_collapsed(&mut out, " ");
        }
        rest = &rest[end..];
    }
    push_collapsed(&mut out, &entity::decode(rest));
    out.truncate(out.trim_end().len());
    out
}

fn push_collapsed(out: &mut String, text: &str) {
    let mut words = text.split(|c: char| c.is_whitespace() || c.is_control());
    out.push_str(words.next().unwrap_or(""));
    for word in words {
        if !out.is_empty() && !out.ends_with(' ') {
            out.push(' ');
        }
        out.push_str(word);
    }
}

fn breaks_the_line(tag: &str) -> bool {
    let name = tag.trim_start_matches(['<', '/']);
    let name = &name[..name.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(name.len())];
    !matches!(
        name,
        "a" | "abbr"
            | "acronym"
            | "b"
            | "bdi"
            | "bdo"
            | "big"
            | "cite"
            | "code"
            | "data"
            | "del"
            | "dfn"
            | "em"
            | "font"
            | "i"
            | "ins"
            | "kbd"
            | "mark"
            | "q"
            | "rp"
            | "rt"
            | "ruby"
            | "s"
            | "samp"
            | "small"
            | "span"
            | "strike"
            | "strong"
            | "sub"
            | "sup"
            | "time"
            | "tt"
            | "u"
            | "var"
            | "wbr"
            | "img"
    )
}

/// At most [`LONGEST`] characters of `text`, cut behind a word, with an ellipsis when it was cut.
#[must_use]
pub fn shorten(text: &str) -> Cow<'_, str> {
    let Some((limit, _)) = text.char_indices().nth(LONGEST) else { return Cow::Borrowed(text) };
    let head = &text[..limit];
    let at_blank = if text[limit..].starts_with(' ') { Some(limit) } else { head.rfind(' ') };
    let end = at_blank.filter(|at| *at * 2 > limit).unwrap_or_else(|| whole_character(text, limit));
    let kept = text[..end].trim_end_matches(|c: char| c.is_whitespace() || ",;:\u{2014}\u{2013}-".contains(c));
    Cow::Owned(format!("{kept}\u{2026}"))
}

/// The last place up to `limit` that is not within what readers see as one character.
fn whole_character(text: &str, limit: usize) -> usize {
    let joined = |at: usize| {
        let after = text[at..].chars().next().unwrap_or(' ');
        let before = text[..at].chars().next_back().unwrap_or(' ');
        let modifies = matches!(after, '\u{200d}' | '\u{fe00}'..='\u{fe0f}' | '\u{1f3fb}'..='\u{1f3ff}' | '\u{20e3}');
        let flag = |c| matches!(c, '\u{1f1e6}'..='\u{1f1ff}');
        modifies || before == '\u{200d}' || is_combining_mark(after) || (flag(after) && flag(before))
    };
    let places = text[..limit].char_indices().rev().map(|(at, _)| at);
    std::iter::once(limit).chain(places).take(LONGEST / 2).find(|at| !joined(*at)).unwrap_or(limit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_of_the_mark() {
        for mark in ["more", " MORE ", "more: read on", "more Read on", "excerpt", "truncate", " PELICAN_END_SUMMARY "]
        {
            assert!(is_end_mark(mark), "{mark}");
        }
        for other in ["moreover", "", "a more", "excerpts"] {
            assert!(!is_end_mark(other), "{other}");
        }
    }

    #[test]
    fn separators_become_marks() {
        let mark = |text| marked(text, "<!-- fold -->");
        assert_eq!(mark("a <!-- fold -->b").as_deref(), Some("a <!--more-->b"));
        assert_eq!(mark("a\n\n<!-- fold -->\n\nb").as_deref(), Some("a\n\n<!--more-->\n\n\n\nb"));
        assert_eq!(mark("a\n<!-- fold -->\nb").as_deref(), Some("a<!--more-->\nb"));
        assert_eq!(mark("```\n```\n<!-- fold -->\nb").as_deref(), Some("```\n```\n\n<!--more-->\n\n\nb"));
        assert_eq!((mark("a"), marked("a", " ")), (None, None));
        assert_eq!(marked("|a|\n|---|\n", "---"), None);
        assert_eq!(marked("a\n---\nb", "---").as_deref(), Some("a<!--more-->\nb"));
    }

    #[test]
    fn text_is_one_line_without_references() {
        assert_eq!(text_of("<p>a &amp; <b>b</b>c</p>\n<p>d&nbsp;e<br>f</p>"), "a & bc d e f");
        assert_eq!(text_of(""), "");
    }

    #[test]
    fn cut_behind_a_word() {
        let text = "word ".repeat(100);
        let short = shorten(text.trim_end());
        assert!(short.ends_with("word\u{2026}") && short.chars().count() <= LONGEST + 1, "{short}");
        assert_eq!(shorten("short"), "short");
    }

    #[test]
    fn never_within_a_character() {
        let family = "\u{1f468}\u{200d}\u{1f469}\u{200d}\u{1f467}";
        let text = family.repeat(100);
        let short = shorten(&text);
        let kept = short.trim_end_matches('\u{2026}');
        assert_eq!(kept.len() % family.len(), 0);
        let accents = "e\u{301}".repeat(400);
        assert!(shorten(&accents).ends_with("\u{301}\u{2026}"));
    }

    proptest::proptest! {
        #[test]
        fn a_mark_takes_no_letter(text in "(---|[a-c]|\n|```|é){0,30}", separator in "---|é|b") {
            if let Some(marked) = marked(&text, &separator) {
                let letters = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).count();
                let taken = letters(&separator);
                proptest::prop_assert_eq!(letters(&marked) + taken, letters(&text) + letters(MARK));
            }
        }

        #[test]
        fn any_text_gets_short(text in "\\PC{0,700}") {
            assert!(shorten(&text).chars().count() <= LONGEST + 1);
        }
    }
}
