//! Quotation marks, dashes and dots as kramdown sets them, which looks at the characters beside them alone.
//!
//! In: the events of the parser, one after the other, and the text that they come from. Out: the same events, in which
//! what the parser made of typewriter's signs is made again from what was typed.

use std::ops::Range;

use pulldown_cmark::{CowStr, Event, LinkType, Tag, TagEnd};

use crate::generator::Quotes;
use crate::markup::kramdown::{MARK, Marked, is_escaped};

/// How many bytes behind a quotation mark are looked at: a mark, and what is behind it.
const LOOK_AHEAD: usize = 64;

/// What passed so far.
pub(super) struct Typography<'a> {
    marked: &'a Marked<'a>,
    text: &'a str,
    quotes: Quotes,
    /// The character before, when it is text of the same element that stands for itself.
    before: Option<char>,
    /// Up to where signs are set.
    done: usize,
    in_code: bool,
    /// How many elements are open whose texts stay as they are typed: pictures, and addresses that are links.
    typed: usize,
}

/// What a quotation mark becomes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Quote {
    Opening,
    Closing,
    /// It and the one behind it both open.
    OpeningTwo,
    /// It stays, and the one behind it closes.
    StayingThenClosing,
}

impl<'a> Typography<'a> {
    pub(super) fn of(marked: &'a Marked<'a>, quotes: Quotes) -> Self {
        let text = marked.text.as_ref();
        Self { marked, text, quotes, before: None, done: 0, in_code: false, typed: 0 }
    }

    pub(super) fn mend(&mut self, event: Event<'a>, range: Range<usize>) -> Event<'a> {
        match event {
            Event::Text(shown) if !self.in_code => return Event::Text(self.run(shown, range)),
            Event::Start(Tag::CodeBlock(_)) => self.in_code = true,
            Event::End(TagEnd::CodeBlock) => self.in_code = false,
            Event::Start(ref tag) if is_typed(tag) || (self.typed > 0 && matches!(tag, Tag::Link { .. })) => {
                self.typed += 1;
            }
            Event::End(TagEnd::Image | TagEnd::Link) => self.typed = self.typed.saturating_sub(1),
            _ => {}
        }
        self.before = matches!(event, Event::SoftBreak | Event::HardBreak).then_some('\n');
        event
    }

    fn run(&mut self, shown: CowStr<'a>, range: Range<usize>) -> CowStr<'a> {
        let Some(typed) = self.text.get(range.clone()) else { return shown };
        let is_sign = typed.len() < 2 || typed.bytes().all(|byte| byte == b'-' || byte == b'.');
        if typed != shown.as_ref() && (!is_sign || typed.is_empty()) {
            self.before = None;
            return shown;
        }
        if self.typed > 0 {
            return CowStr::Borrowed(typed);
        }
        let mut out = String::with_capacity(typed.len());
        let mut at = range.start;
        if is_escaped(self.text, at) {
            let first = typed.chars().next();
            out.extend(first);
            at += first.map_or(0, char::len_utf8);
            self.before = None;
        }
        at = at.max(self.done.min(range.end));
        while let Some(c) = self.text.get(at..range.end).and_then(|rest| rest.chars().next()) {
            at += self.sign(c, at, &mut out);
        }
        self.done = self.done.max(at);
        if out == shown.as_ref() { shown } else { CowStr::from(out) }
    }

    /// Sets the sign `c` at byte `at`; returns how many bytes that took.
    fn sign(&mut self, c: char, at: usize, out: &mut String) -> usize {
        let rest = &self.text[at..];
        if matches!(c, '"' | '\'') {
            return self.quote(c, &rest[1..], out);
        }
        let is_set = |(typed, _): &&(&str, &str)| rest.strip_prefix(typed).is_some_and(|rest| !begins_tag(typed, rest));
        if let Some((typed, set)) = SIGNS.iter().find(is_set) {
            self.before = None;
            out.push_str(set);
            return typed.len();
        }
        // marks, and what could have begun an element, are no neighbours
        let is_mark = c == '}' && out.trim_end_matches(|c: char| c.is_ascii_digit()).ends_with(MARK);
        self.before = (!matches!(c, '*' | '_' | '`' | '[') && !is_mark).then_some(c);
        out.push(c);
        c.len_utf8()
    }

    fn quote(&mut self, quote: char, rest: &str, out: &mut String) -> usize {
        let rest = &*self.marked.restore(&rest[..rest.floor_char_boundary(LOOK_AHEAD)]);
        let set = match self.before.take() {
            Some(before) => beside(before, quote, rest),
            None => alone(quote, rest),
        };
        let other = rest.chars().next().unwrap_or(quote);
        match set {
            Quote::Opening => out.push(self.quotes.opening(quote)),
            Quote::Closing => out.push(self.quotes.closing(quote)),
            Quote::OpeningTwo => out.extend([self.quotes.opening(quote), self.quotes.opening(other)]),
            Quote::StayingThenClosing => out.extend([quote, self.quotes.closing(other)]),
        }
        1 + usize::from(matches!(set, Quote::OpeningTwo | Quote::StayingThenClosing))
    }
}

fn is_typed(tag: &Tag<'_>) -> bool {
    matches!(tag, Tag::Image { .. } | Tag::Link { link_type: LinkType::Autolink | LinkType::Email, .. })
}

/// Signs and what they are set as; the longer ones first.
const SIGNS: &[(&str, &str)] = &[
    ("---", "\u{2014}"),
    ("--", "\u{2013}"),
    ("...", "\u{2026}"),
    ("<< ", "\u{ab}\u{a0}"),
    (" >>", "\u{a0}\u{bb}"),
    ("<<", "\u{ab}"),
    (">>", "\u{bb}"),
];

/// Whether the last of the signs is the first one of a tag instead.
fn begins_tag(signs: &str, rest: &str) -> bool {
    signs == "<<" && rest.starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '/' | '!' | '?'))
}

/// A quotation mark behind the character `before`.
fn beside(before: char, quote: char, rest: &str) -> Quote {
    let opens_two = before.is_ascii_whitespace() && is_other_quote(quote, rest) && begins_word(&rest[1..]);
    let is_decade = before.is_ascii_whitespace() && quote == '\'' && begins_decade(rest);
    match before {
        _ if opens_two => Quote::OpeningTwo,
        _ if is_decade => Quote::Closing,
        ' ' | '\t' | '\r' | '\n' | '\\' | '[' | '{' | '(' | '-' => Quote::Opening,
        _ => Quote::Closing,
    }
}

/// A quotation mark at the beginning of an element, or behind one.
fn alone(quote: char, rest: &str) -> Quote {
    let first = rest.chars().next();
    let emphasis = rest.len() - rest.trim_start_matches(['*', '_']).len();
    let is_before_text = |at: usize| rest[at..].starts_with(|c: char| !c.is_ascii_whitespace());
    if emphasis > 1 || (emphasis == 1 && is_before_text(1)) {
        Quote::Opening
    } else if ends_before_punctuation(rest) {
        Quote::Closing
    } else if is_other_quote(quote, rest) && begins_word(&rest[1..]) {
        Quote::OpeningTwo
    } else if matches!(first, Some('"' | '\'')) {
        Quote::StayingThenClosing
    } else if first.is_none_or(|c| c.is_ascii_whitespace())
        || is_possessive(rest)
        || (quote == '\'' && begins_decade(rest))
    {
        Quote::Closing
    } else {
        Quote::Opening
    }
}

/// Whether a sign follows that no word follows, and that no dots follow.
fn ends_before_punctuation(rest: &str) -> bool {
    let mut signs = rest.chars();
    let Some(sign) = signs.next().filter(char::is_ascii_punctuation) else { return false };
    let behind = signs.as_str();
    sign != '&' && !behind.starts_with("..") && (sign == '_') == behind.starts_with(is_of_word)
}

fn is_possessive(rest: &str) -> bool {
    rest.strip_prefix('s').is_some_and(|rest| !rest.starts_with(is_of_word))
}

fn is_of_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

fn is_other_quote(quote: char, rest: &str) -> bool {
    rest.starts_with(if quote == '"' { '\'' } else { '"' })
}

fn begins_word(rest: &str) -> bool {
    rest.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_')
}

/// Whether `80s` follows.
fn begins_decade(rest: &str) -> bool {
    matches!(rest.as_bytes(), [tens, ones, b's', ..] if tens.is_ascii_digit() && ones.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use pulldown_cmark::Parser;

    use super::*;
    use crate::config::Dialect;
    use crate::markup::extensions::options;
    use crate::markup::kramdown::take_out;
    use crate::markup::markdown::writer::without_marks;

    fn set(text: &str) -> String {
        set_with(text, |_, text| without_marks(text))
    }

    /// The same, in which `mend` says what is shown of text with marks.
    fn set_with(text: &str, mend: impl Fn(&Marked<'_>, &str) -> String) -> String {
        let marked = take_out(text, &Dialect::Jekyll.into());
        let mut typography = Typography::of(&marked, Quotes::default());
        let text = marked.text.as_ref();
        let events = Parser::new_ext(text, options(text, Dialect::Jekyll)).into_offset_iter();
        let shown = |(event, range)| match typography.mend(event, range) {
            Event::Text(text) | Event::Code(text) => mend(&marked, &text),
            Event::SoftBreak | Event::HardBreak => "\n".to_owned(),
            _ => String::new(),
        };
        events.map(shown).collect()
    }

    #[test]
    fn quotation_marks_by_their_neighbours() {
        for (text, expected) in [
            ("say \"yes\" or 'no'", "say “yes” or ‘no’"),
            ("(\"a\") ['b'] -\"c\" d\"e", "(“a”) [‘b’] -“c” d”e"),
            ("*a*\"b\" `c`'s **\"d\"** \"*e*\"", "a“b” c’s “d” “e”"),
            ("\"'a' b\" '\"c\"'", "“‘a’ b” ‘“c”’"),
            ("in the '80s, '99, 6'2\", 27\" wide", "in the ’80s, ‘99, 6’2”, 27” wide"),
            ("a \" b", "a “ b"),
            ("\"/\", \"...\"", "”/”, “…”"),
            ("\"\"a\"\"", "\"”a””"),
            ("\\\"a\\\" \\\\\"b\"", "\"a\" \\“b”"),
            ("a\n\"b\"", "a\n“b”"),
            ("&quot;a&quot; `\"b\"`", "\"a\" \"b\""),
            ("\"é\" l'été d'\"a\"", "“é” l’été d’“a”"),
            ("[![\"a\"](b) \"c\"](d) \"e\"", "\"a\" “c” “e”"),
            ("<http://a.b/#--c> -- d", "http://a.b/#--c – d"),
            ("![\"a\" -- b](c)", "\"a\" -- b"),
        ] {
            assert_eq!(set(text), expected, "{text}");
        }
        assert_eq!(set("    \"a\" -- b\n"), "\"a\" -- b\n");
    }

    #[test]
    fn dashes_dots_and_guillemets() {
        for (text, expected) in [
            ("a -- b --- c ---- d ----- e", "a – b — c —- d —– e"),
            ("a... b....", "a… b…."),
            ("<< a >> b <<c\\>>", "«\u{a0}a\u{a0}» b <<c>>"),
            ("x<<1 x>>1", "x«1 x»1"),
            ("a - b . c", "a - b . c"),
        ] {
            assert_eq!(set(text), expected, "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn only_signs_change(text in "([a-z0-9 *_`\\\\\"'.<>\n-]|“|é|\\[|\\]){0,40}") {
            let plain = |text: &str| text.replace(|c: char| !c.is_alphanumeric(), "");
            let typed = set_with(&text, |marked, text| marked.restore(text).into_owned());
            assert_eq!(plain(&typed), plain(&shown_by_the_parser(&text)));
        }
    }

    fn shown_by_the_parser(text: &str) -> String {
        let events = Parser::new_ext(text, options(text, Dialect::Jekyll));
        events
            .map(
                |event| {
                    if let Event::Text(text) | Event::Code(text) = event { text.into_string() } else { String::new() }
                },
            )
            .collect()
    }
}
