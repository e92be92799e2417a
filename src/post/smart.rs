//! Straight quotes, hyphens and dots -> typographic ones, as Jekyll's `smartify` makes them of titles.
//!
//! The rules are those of `SmartyPants` as kramdown has them. Tags and character references are left
//! as they are.

use crate::generator::Quotes;

/// The text with typographic quotes, dashes and ellipses.
#[must_use]
pub fn smart(text: &str, quotes: Quotes) -> String {
    if !text.contains(['"', '\'', '-', '.', '<', '>']) {
        return text.to_owned();
    }
    let characters: Vec<char> = text.chars().collect();
    let mut scanner = Scanner { text: &characters, quotes, at: 0, fresh: 0, tags: Tags::Close, made: String::new() };
    while scanner.step() {}
    scanner.made
}

struct Scanner<'a> {
    text: &'a [char],
    quotes: Quotes,
    at: usize,
    /// Where the last thing that was replaced or left ends: no rule looks before it.
    fresh: usize,
    tags: Tags,
    made: String,
}

/// Whether a `>` is still to come.
#[derive(PartialEq)]
enum Tags {
    Close,
    StayOpen,
}

impl Scanner<'_> {
    /// Goes on by one thing; `false` at the end.
    fn step(&mut self) -> bool {
        let Some(&c) = self.text.get(self.at) else { return false };
        match c {
            '"' | '\'' => self.quote(c),
            '<' if self.tag() => {}
            _ => {
                if let Some((length, symbol)) = self.symbol() {
                    self.replace(length, symbol);
                } else {
                    self.made.push(c);
                    self.at += 1;
                }
            }
        }
        true
    }

    fn replace(&mut self, length: usize, with: &str) {
        self.made.push_str(with);
        self.at += length;
        self.fresh = self.at;
    }

    /// Takes up a tag as it is.
    fn tag(&mut self) -> bool {
        let begins = self.ahead(1).is_some_and(|c| c.is_ascii_alphabetic() || matches!(c, '/' | '!'));
        if !begins || self.tags == Tags::StayOpen {
            return false;
        }
        let Some(end) = self.text[self.at..].iter().position(|c| *c == '>') else {
            self.tags = Tags::StayOpen;
            return false;
        };
        self.made.extend(&self.text[self.at..=self.at + end]);
        self.at += end + 1;
        self.fresh = self.at;
        true
    }

    fn symbol(&self) -> Option<(usize, &'static str)> {
        const SYMBOLS: [(&str, &str); 7] =
            [("---", "—"), ("--", "–"), ("...", "…"), ("<< ", "«\u{a0}"), (" >>", "\u{a0}»"), ("<<", "«"), (">>", "»")];
        let rest = &self.text[self.at..];
        let stands = |written: &str| written.chars().zip(rest).filter(|(a, b)| a == *b).count() == written.len();
        SYMBOLS.iter().find(|(written, _)| stands(written)).map(|(written, symbol)| (written.len(), *symbol))
    }

    fn quote(&mut self, quote: char) {
        let other = if quote == '"' { '\'' } else { '"' };
        let before_word = self.ahead(1) == Some(other) && self.ahead(2).is_some_and(is_word);
        // quotes within quotes
        if before_word && self.before().is_none_or(char::is_whitespace) {
            let both = [self.quotes.opening(quote), self.quotes.opening(other)];
            return self.replace(2, &String::from_iter(both));
        }
        let mark = if self.opens(quote) { self.quotes.opening(quote) } else { self.quotes.closing(quote) };
        self.replace(1, mark.encode_utf8(&mut [0; 4]));
    }

    fn opens(&self, quote: char) -> bool {
        let Some(before) = self.before() else { return self.opens_alone(quote) };
        if before.is_whitespace() {
            return !(quote == '\'' && self.is_decade());
        }
        matches!(before, '[' | '{' | '(' | '-')
    }

    /// As [`Scanner::opens`], for a quote at the start, or behind a tag or another quote.
    fn opens_alone(&self, quote: char) -> bool {
        let next = self.ahead(1);
        if matches!(next, Some('_' | '*')) && self.ahead(2).is_some_and(|c| !c.is_whitespace()) {
            return true;
        }
        let ends_word = next == Some('s') && self.ahead(2).is_none_or(|c| !is_word(c));
        let ends = ends_word || next.is_none_or(char::is_whitespace);
        !(self.closes_before_mark() || quote == '\'' && self.is_decade() || ends)
    }

    /// `'80s`
    fn is_decade(&self) -> bool {
        let digit = |by| self.ahead(by).is_some_and(|c: char| c.is_ascii_digit());
        digit(1) && digit(2) && self.ahead(3) == Some('s')
    }

    /// A mark of punctuation follows, and no word behind it: the quote is at the end of something.
    fn closes_before_mark(&self) -> bool {
        let Some(mark) = self.ahead(1).filter(char::is_ascii_punctuation) else { return false };
        let dots = self.ahead(2) == Some('.') && self.ahead(3) == Some('.');
        !dots && self.ahead(2).is_some_and(is_word) == is_word(mark)
    }

    /// The character before, unless it belongs to what is done; a backslash does not count.
    fn before(&self) -> Option<char> {
        (self.at > self.fresh).then(|| self.text[self.at - 1]).filter(|c| *c != '\\')
    }

    fn ahead(&self, by: usize) -> Option<char> {
        self.text.get(self.at + by).copied()
    }
}

fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn quotes_as_jekyll_does() {
        let cases = [
            ("Sponsoring Jekyll's", "Sponsoring Jekyll’s"),
            ("\"Quoted\" and 'single'", "“Quoted” and ‘single’"),
            ("He said, \"'Yes' it is\"", "He said, “‘Yes’ it is”"),
            ("the '80s", "the ’80s"),
            ("a -- b --- c...", "a – b — c…"),
            ("<i class='x'>Custer</i>'s stand", "<i class='x'>Custer</i>’s stand"),
            ("(\"a\")", "(“a”)"),
            ("<<a>>", "«a»"),
            ("v1-2.3", "v1-2.3"),
            ("a < b \"c\"", "a < b “c”"),
            ("open <b \"c\"", "open <b “c”"),
        ];
        for (text, expected) in cases {
            assert_eq!(smart(text, Quotes::default()), expected, "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_quoted(text in "[-.<>\"'a-z \\\\]{0,30}|\\PC*") {
            let made = smart(&text, Quotes::default());
            prop_assert!(made.chars().count() <= text.chars().count());
            prop_assert!(text.contains('<') || !made.contains(['"', '\'']));
        }
    }
}
