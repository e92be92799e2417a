//! Quotation marks, dashes and dots as Goldmark's typographer sets them.
//!
//! In: the events of the parser, which knows nothing of them, with the text that they come from. Out: the events.
//! What becomes of a sign depends on the characters beside it in the source, and on the quotations that are open in
//! its block. Code and what is escaped stay.

use std::borrow::Cow;
use std::ops::Range;

use pulldown_cmark::{CowStr, Event, LinkType, Tag, TagEnd};

/// What each sign becomes; an empty one stays as it is typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signs {
    /// `'` in a word, and where letters are left out.
    pub apostrophe: Cow<'static, str>,
    /// `'` that opens and closes.
    pub single: [Cow<'static, str>; 2],
    /// `"` that opens and closes.
    pub double: [Cow<'static, str>; 2],
    /// `<<` and `>>`
    pub angle: [Cow<'static, str>; 2],
    /// `--` and `---`
    pub dashes: [Cow<'static, str>; 2],
    /// `...`
    pub ellipsis: Cow<'static, str>,
}

impl Default for Signs {
    fn default() -> Self {
        let pair = |open, close| [Cow::Borrowed(open), Cow::Borrowed(close)];
        Self {
            apostrophe: "’".into(),
            single: pair("‘", "’"),
            double: pair("“", "”"),
            angle: pair("«", "»"),
            dashes: pair("–", "—"),
            ellipsis: "…".into(),
        }
    }
}

/// Sets signs, event by event.
#[derive(Debug)]
pub struct Typographer<'a> {
    text: &'a str,
    signs: &'a Signs,
    /// In code, or in an address that is shown as it is.
    is_literal: bool,
    /// Where the block ends that began last.
    block_end: usize,
    open_single: usize,
    open_double: usize,
    /// Everything before is written.
    done: usize,
    /// The run of one quotation mark that was looked at last: each of many asks where it ends.
    run: Range<usize>,
}

impl<'a> Typographer<'a> {
    /// For the events of `text`.
    pub fn new(text: &'a str, signs: &'a Signs) -> Self {
        let block_end = text.len();
        Self { text, signs, is_literal: false, block_end, open_single: 0, open_double: 0, done: 0, run: 0..0 }
    }

    /// The event with its signs set.
    pub fn event(&mut self, event: Event<'a>, range: &Range<usize>) -> Event<'a> {
        match event {
            Event::Start(Tag::CodeBlock(_) | Tag::Link { link_type: LinkType::Autolink | LinkType::Email, .. }) => {
                self.is_literal = true;
            }
            Event::End(TagEnd::CodeBlock | TagEnd::Link) => self.is_literal = false,
            Event::Text(typed) if !self.is_literal && self.text.get(range.clone()) == Some(&*typed) => {
                return Event::Text(self.set(typed, range.start));
            }
            Event::Start(ref tag) if !is_span(tag.to_end()) => {
                self.begin_block();
                self.block_end = range.start + self.text.get(range.clone()).unwrap_or_default().trim_end().len();
            }
            Event::End(tag) if !is_span(tag) => self.begin_block(),
            _ => {}
        }
        event
    }

    /// No quotation goes on from one block to another.
    fn begin_block(&mut self) {
        (self.open_single, self.open_double) = (0, 0);
    }

    fn set(&mut self, typed: CowStr<'a>, start: usize) -> CowStr<'a> {
        if !typed.contains(['\'', '"', '-', '.', '<', '>']) && self.done <= start {
            return typed;
        }
        let escaped = self.text[..start].ends_with('\\');
        let end = start + typed.len();
        let mut set = String::with_capacity(typed.len() + 8);
        let mut at = start.max(self.done).min(end);
        for (offset, sign) in typed.char_indices().map(|(offset, sign)| (start + offset, sign)) {
            if offset < at.max(self.done) || (escaped && offset == start) {
                continue;
            }
            if let Some((sign, length)) = self.sign(offset, sign).filter(|(sign, _)| !sign.is_empty()) {
                set.push_str(&self.text[at..offset]);
                set.push_str(sign);
                at = (offset + length).min(end);
                self.done = offset + length;
            }
        }
        set.push_str(&self.text[at..end]);
        set.into()
    }

    /// What the sign at `at` becomes, and how many bytes of the source it takes.
    fn sign(&mut self, at: usize, sign: char) -> Option<(&'a str, usize)> {
        let signs = self.signs;
        let rest = &self.text[at..];
        match sign {
            '-' if rest.starts_with("---") => Some((&signs.dashes[1], 3)),
            '-' if rest.starts_with("--") => Some((&signs.dashes[0], 2)),
            '.' if rest.starts_with("...") => Some((&signs.ellipsis, 3)),
            // behind the first `<` there may be a tag
            '<' if rest.starts_with("<<") && !rest[2..].starts_with(may_begin_tag) => Some((&signs.angle[0], 2)),
            '>' if rest.starts_with(">>") => Some((&signs.angle[1], 2)),
            '\'' | '"' => {
                let beside = self.beside(at, sign);
                let set = if sign == '"' { self.double(&beside) } else { self.single(&beside) };
                set.map(|sign| (sign, 1))
            }
            _ => None,
        }
    }

    fn beside(&mut self, at: usize, sign: char) -> Beside<'a> {
        if !self.run.contains(&at) {
            let rest = &self.text[at..];
            self.run = at..at + rest.len() - rest.trim_start_matches(sign).len();
        }
        let (before, behind) = self.text.split_at(at);
        Beside {
            before: before.chars().next_back().unwrap_or('\n'),
            rest: &behind[1..],
            is_within: self.is_within_line(at),
            after: self.text[self.run.end..].chars().next().unwrap_or('\n'),
        }
    }

    fn is_within_line(&self, at: usize) -> bool {
        let end = if at < self.block_end { self.block_end } else { self.text.len() };
        let rest = self.text.as_bytes().get(at + 1..end).unwrap_or_default();
        rest.len() > 1 && rest[0] != b'\n'
    }

    /// At the end of a line Goldmark asks for a quotation that is open.
    fn single(&mut self, beside: &Beside<'_>) -> Option<&'a str> {
        let signs = self.signs;
        if beside.leaves_out() || (beside.before.is_alphanumeric() && beside.next(0).is_some_and(char::is_alphabetic)) {
            return Some(&signs.apostrophe);
        }
        if beside.opens() && !beside.closes() {
            if beside.is_ending() {
                return Some(&signs.single[1]);
            }
            self.open_single += 1;
            return Some(&signs.single[0]);
        }
        if beside.is_within && !beside.next(0).is_some_and(|next| next.is_ascii_digit()) {
            return Some(&signs.single[1]);
        }
        (self.open_single > 0 && beside.may_close()).then(|| {
            self.open_single -= 1;
            &*signs.single[1]
        })
    }

    fn double(&mut self, beside: &Beside<'_>) -> Option<&'a str> {
        let signs = self.signs;
        if beside.opens() && !beside.closes() {
            self.open_double += 1;
            return Some(&signs.double[0]);
        }
        let inches = beside.next(0) == Some('"') && beside.before.is_ascii_digit();
        (self.open_double > 0 && beside.may_close() && !inches).then(|| {
            self.open_double -= 1;
            &*signs.double[1]
        })
    }
}

fn may_begin_tag(c: char) -> bool {
    c.is_ascii_alphabetic() || matches!(c, '/' | '!' | '?')
}

fn is_span(tag: TagEnd) -> bool {
    matches!(
        tag,
        TagEnd::Emphasis
            | TagEnd::Strong
            | TagEnd::Strikethrough
            | TagEnd::Superscript
            | TagEnd::Subscript
            | TagEnd::Link
            | TagEnd::Image
    )
}

/// What stands beside a quotation mark in the source.
struct Beside<'a> {
    before: char,
    /// What follows on the line.
    rest: &'a str,
    /// Whether two bytes of its line follow, counting the end of one that is not the last of its block.
    is_within: bool,
    /// What follows the run of the same sign.
    after: char,
}

impl Beside<'_> {
    /// The character so many behind the sign, on its line.
    fn next(&self, number: usize) -> Option<char> {
        self.rest.chars().take(number + 1).take_while(|c| *c != '\n').nth(number)
    }

    /// `CommonMark`'s left-flanking.
    fn opens(&self) -> bool {
        !self.after.is_whitespace()
            && (!is_punctuation(self.after) || self.before.is_whitespace() || is_punctuation(self.before))
    }

    /// `CommonMark`'s right-flanking.
    fn closes(&self) -> bool {
        !self.before.is_whitespace()
            && (!is_punctuation(self.before) || self.after.is_whitespace() || is_punctuation(self.after))
    }

    /// Whether it closes a quotation when one is open.
    fn may_close(&self) -> bool {
        let between = self.next(0).is_some_and(is_punctuation) && self.ends_behind(1);
        self.closes() && (!self.opens() || between)
    }

    /// Whether the word ends so many characters behind the sign.
    fn ends_behind(&self, number: usize) -> bool {
        self.next(number).is_none_or(|c| c.is_whitespace() || c.is_ascii_punctuation())
    }

    /// `'90s`, `'twas`, `'em`, `'net`
    fn leaves_out(&self) -> bool {
        let digit = |number| self.next(number).is_some_and(|c| c.is_ascii_digit());
        let decade = self.opens() && !self.closes() && digit(0) && digit(1) && self.next(2) == Some('s');
        let word = matches!(self.next(0), Some('t' | 'e' | 'n' | 'l'))
            && (self.before.is_whitespace() || is_punctuation(self.before));
        word || (decade && self.next(3).is_none_or(|c| c.is_whitespace() || is_punctuation(c)))
    }

    /// `'s`, `'m`, `'t`, `'d`, `'ve`, `'ll`, `'re` and no more of the word.
    fn is_ending(&self) -> bool {
        let ends = |ending: &str| self.rest.starts_with(ending) && self.ends_behind(ending.len());
        ["s", "m", "t", "d", "ve", "ll", "re"].into_iter().any(ends)
    }
}

/// Whether it is punctuation or a symbol, as far as that matters here: of no word, and seen.
fn is_punctuation(c: char) -> bool {
    if c.is_ascii() { c.is_ascii_punctuation() } else { !c.is_alphanumeric() && !c.is_whitespace() && !c.is_control() }
}

#[cfg(test)]
mod tests {
    use pulldown_cmark::Parser;

    use super::*;

    fn set(text: &str) -> String {
        let signs = Signs::default();
        let mut typographer = Typographer::new(text, &signs);
        let events = Parser::new(text).into_offset_iter().map(|(event, range)| typographer.event(event, &range));
        let shown = |event| match event {
            Event::Text(text) | Event::Code(text) | Event::InlineHtml(text) => text.into_string(),
            Event::SoftBreak => "\n".to_owned(),
            _ => String::new(),
        };
        events.map(shown).collect()
    }

    #[test]
    fn signs_are_set_as_goldmark_sets_them() {
        for (text, expected) in [
            ("\"double\" and 'single' -- en --- em ... dots", "“double” and ‘single’ – en — em … dots"),
            ("a----b a-----b a.. b..... ...e", "a—-b a—–b a.. b….. …e"),
            ("Ma'am don't 'tis '90s the '80s rock'n'roll", "Ma’am don’t ’tis ’90s the ’80s rock’n’roll"),
            ("5'10\" tall O'Neil's dogs' bones, 27\" wide", "5'10\" tall O’Neil’s dogs’ bones, 27\" wide"),
            ("it's \"quoted\"text\" x\"y\"z 'c'd 'e'", "it’s “quoted\"text” x\"y\"z ‘c’d ’e’"),
            ("*\"a\"*'b' **'c'** (\"x\") —\"y\"—", "“a”‘b’ ‘c’ (“x”) —“y”—"),
            ("'99 and '99s '1990s' '\"n\"'", "‘99 and ’99s ‘1990s’ ‘“n”’"),
            ("\\\"a\\\" \\-- \\... `\"c\"` &quot;", "\"a\" -- ... \"c\" \""),
            ("A \"Zitat\" in 日本\"語\"語", "A “Zitat” in 日本\"語\"語"),
            ("\"open\n\nb\" c", "“openb\" c"),
            ("a << b >> c <<b> d", "a « b » c <<b> d"),
            ("    \"x\" -- y", "\"x\" -- y"),
            ("users'\nown, *dogs'* bones, dogs'", "users'\nown, dogs’ bones, dogs'"),
            ("'our users'\nown dogs'", "‘our users’\nown dogs'"),
            ("(users')\nb users')", "(users’)\nb users')"),
            ("- users')\n- 'b'", "users')‘b’"),
            (
                "<http://x.example/a--b's> <a--b@x.example> [a's](/x) 'b'",
                "http://x.example/a--b's a--b@x.example a’s ‘b’",
            ),
        ] {
            assert_eq!(set(text), expected, "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn what_is_set_is_never_lost(text in "[a'\"<>. \\\\*`&;é\n-]{0,30}") {
            let plain = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).collect::<String>();
            let shown: String = Parser::new(&text)
                .filter_map(|event| match event {
                    Event::Text(text) | Event::Code(text) | Event::InlineHtml(text) => Some(text.into_string()),
                    _ => None,
                })
                .collect();
            proptest::prop_assert_eq!(plain(&set(&text)), plain(&shown));
        }
    }
}
