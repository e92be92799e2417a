//! A place in a source text, and what can be stepped over from there.

use super::{Language, string};

/// A place in a source text.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cursor<'a> {
    text: &'a str,
    at: usize,
    language: Language,
    /// How many brackets are open around it that were stepped into.
    depth: usize,
}

impl<'a> Cursor<'a> {
    pub fn new(text: &'a str, language: Language) -> Self {
        Self { text, at: 0, language, depth: 0 }
    }

    pub fn language(&self) -> Language {
        self.language
    }

    pub fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    pub fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    /// Steps over a character.
    pub fn bump(&mut self) -> Option<char> {
        let c = self.peek()?;
        self.at += c.len_utf8();
        Some(c)
    }

    /// Steps into a bracket.
    pub fn open(&mut self) {
        self.bump();
        self.depth += 1;
    }

    /// Steps out of it; of one that is not closed too.
    pub fn close(&mut self, bracket: char) {
        self.take(bracket);
        self.depth = self.depth.saturating_sub(1);
    }

    /// Steps over a character behind blanks, when it is this one.
    pub fn take(&mut self, wanted: char) -> bool {
        self.skip_blanks();
        let is_there = self.peek() == Some(wanted);
        if is_there {
            self.bump();
        }
        is_there
    }

    /// Steps over blanks, line ends and comments.
    pub fn skip_blanks(&mut self) {
        loop {
            let rest = self.rest();
            let blanks = rest.len() - rest.trim_start().len();
            let length = if blanks > 0 { blanks } else { self.comment() };
            if length == 0 {
                return;
            }
            self.at += length;
        }
    }

    /// The length of the comment that begins here, without the end of its line.
    fn comment(&self) -> usize {
        let rest = self.rest();
        let line = || rest.find('\n').unwrap_or(rest.len());
        match self.language {
            Language::Python if rest.starts_with('#') => line(),
            // a line that goes on
            Language::Python if rest.starts_with("\\\n") => 2,
            Language::JavaScript if rest.starts_with("//") => line(),
            Language::JavaScript if rest.starts_with("/*") => rest[2..].find("*/").map_or(rest.len(), |end| end + 4),
            _ => 0,
        }
    }

    /// A name.
    pub fn word(&mut self) -> Option<&'a str> {
        let rest = self.rest();
        let end = rest.find(|c: char| !c.is_alphanumeric() && !matches!(c, '_' | '$')).unwrap_or(rest.len());
        self.at += end;
        (end > 0).then(|| &rest[..end])
    }

    /// Digits, and what may stand between them.
    pub fn digits(&mut self) -> &'a str {
        let rest = self.rest();
        let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '_' | '.')).unwrap_or(rest.len());
        self.at += end;
        &rest[..end]
    }

    /// The string that begins here, and its text when it is plain; adjacent ones of Python are one.
    #[expect(clippy::option_option, reason = "no string, and one that is not plain, are two things")]
    pub fn string(&mut self) -> Option<Option<String>> {
        let (mut text, length) = string::read(self.rest(), self.language)?;
        self.at += length;
        while self.language == Language::Python {
            let mut next = *self;
            next.skip_blanks();
            if self.depth == 0 && self.text[self.at..next.at].contains('\n') {
                break;
            }
            let Some((more, length)) = string::read(next.rest(), self.language) else { break };
            text = text.zip(more).map(|(text, more)| text + &more);
            self.at = next.at + length;
        }
        Some(text)
    }

    /// Whether another item stands before the bracket that closes.
    pub fn is_before_item(&mut self, close: char) -> bool {
        self.skip_blanks();
        self.peek().is_some_and(|c| c != close && !matches!(c, ')' | ']' | '}'))
    }

    /// Whether an expression ends here: before a comma or a closing bracket, or at the end of its line or the text.
    pub fn ends_expression(&self) -> bool {
        let mut ahead = *self;
        ahead.skip_blanks();
        let is_broken = self.depth == 0 && self.text[self.at..ahead.at].contains('\n');
        match (ahead.peek(), self.language) {
            (None | Some(',' | ']' | '}' | ')'), _) => true,
            (Some(';'), _) => self.depth == 0,
            (Some(_), Language::Python) => is_broken,
            (Some(c), Language::JavaScript) => is_broken && (c.is_alphanumeric() || "_$'\"".contains(c)),
        }
    }

    /// Steps over the rest of an expression, up to a comma or bracket that is not its own, or the end of a statement.
    pub fn skip_expression(&mut self) {
        let mut depth = 0_usize;
        loop {
            if depth == 0 && self.ends_expression() {
                return;
            }
            self.skip_blanks();
            if self.skip_string() {
                continue;
            }
            match self.bump() {
                Some(')' | ']' | '}') => depth = depth.saturating_sub(1),
                Some('(' | '[' | '{') => depth += 1,
                None => return,
                Some(_) => {}
            }
        }
    }

    /// Whether nothing stands before this on its line.
    pub fn starts_line(&self) -> bool {
        self.at == 0 || self.text[..self.at].ends_with('\n')
    }

    /// Steps over the rest of a statement of Python: to the end of a line that is in no bracket.
    pub fn skip_statement(&mut self) {
        let mut depth = 0_usize;
        loop {
            self.skip_comment_or_string();
            match self.bump() {
                Some('\n') if depth == 0 => return,
                Some('(' | '[' | '{') => depth += 1,
                Some(')' | ']' | '}') => depth = depth.saturating_sub(1),
                None => return,
                Some(_) => {}
            }
        }
    }

    /// Steps over what stands before the next `=` of the line.
    pub fn skip_annotation(&mut self) {
        let line = self.rest().split('\n').next().unwrap_or_default();
        self.at += line.find('=').unwrap_or(line.len());
    }

    /// Steps over a string, if one begins here.
    pub fn skip_string(&mut self) -> bool {
        let length = string::read(self.rest(), self.language).map_or(0, |(_, length)| length);
        self.at += length;
        length > 0
    }

    fn skip_comment_or_string(&mut self) {
        loop {
            let comment = self.comment();
            self.at += comment;
            if comment == 0 && !self.skip_string() {
                return;
            }
        }
    }
}
