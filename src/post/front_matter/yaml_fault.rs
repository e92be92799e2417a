//! What YAML's parser says -> what is told: where the thing is, in people's words, and what to do.

use super::yaml::key;
use super::{Fault, Place};
use crate::value::{DUPLICATE, TOO_MUCH};

const QUOTE_IT: &str = "put the value in quotes";

/// A tab where only blanks may be.
pub(super) fn tabbed(place: Place) -> Fault {
    Fault::new(place, "a tab is used to indent, which YAML does not allow", "use blanks")
}

/// Refuses the characters that YAML does not have (YAML 1.2 §5.1).
pub(super) fn character(source: &str) -> Result<(), Fault> {
    let right = |c: char| matches!(c, '\t' | '\n' | '\r' | ' '..='~' | '\u{a0}'..='\u{fffd}' | '\u{10000}'..);
    match source.char_indices().find(|(_, c)| !right(*c) || *c == '\u{feff}') {
        None => Ok(()),
        Some((offset, c)) => {
            let message =
                format!("the character U+{:04X}, which cannot be seen, stands in the front matter", u32::from(c));
            Err(Fault::new(Place::of(source, offset), message, "remove it"))
        }
    }
}

/// The parser's error in our words.
pub(super) fn explain(source: &str, error: &serde_yaml::Error) -> Fault {
    let text = error.to_string();
    let at = error.location().map_or(Place::START, |at| place(source, at.line(), at.column()));
    let wrong = Wrong { source, line: source.lines().nth(at.line as usize - 1).unwrap_or(""), text: &text, at };
    wrong.of_shape().or_else(|| wrong.of_value()).unwrap_or_else(|| {
        let mend = "look for quotes, brackets and indentation; put values with special characters in quotes";
        Fault::new(at, "front matter is not YAML from here on", mend)
    })
}

/// What the parser says, and where.
struct Wrong<'a> {
    source: &'a str,
    line: &'a str,
    text: &'a str,
    at: Place,
}

impl Wrong<'_> {
    fn has(&self, part: &str) -> bool {
        self.text.contains(part)
    }

    /// Keys, lines and indentation.
    fn of_shape(&self) -> Option<Fault> {
        let at = self.at;
        if let Some((_, key)) = self.text.split_once(DUPLICATE) {
            let key = key.split('`').nth(1).unwrap_or("");
            return Some(Fault::new(at, format!("{DUPLICATE}`{key}`"), "remove one of the two"));
        }
        if self.has("tab character") || self.has("cannot start any token") && self.found() == Some('\t') {
            return Some(tabbed(at));
        }
        if self.has("mapping values are not allowed") {
            return Some(self.second_colon());
        }
        if self.has("could not find expected ':'") {
            return Some(neither(self.begun().unwrap_or(at)));
        }
        if self.has("did not find expected key") {
            return Some(self.expected_key());
        }
        if self.has("a key that is text") {
            return Some(Fault::new(at, "a key is a list or a mapping", "write keys as text, `key: value`"));
        }
        if self.has("more than one document") {
            let lines = || self.source.lines().zip(1_u32..).skip(1);
            let second = lines().find(|(line, _)| line.starts_with("--- ")).map(|(_, number)| number);
            let place = second.map_or(at, |line| Place { line, column: 1 });
            return Some(Fault::new(place, "a line in the front matter begins with `---`", "remove the line"));
        }
        if self.has("directive") {
            return Some(Fault::new(Place { column: 1, ..at }, "a line cannot begin with `%`", "remove the line"));
        }
        None
    }

    /// Values and how they are written.
    fn of_value(&self) -> Option<Fault> {
        let (at, begun) = (self.at, self.begun().unwrap_or(self.at));
        let fault = |place: Place, message: &str, mend: &str| Some(Fault::new(place, message, mend));
        if self.has("quoted scalar") && (self.has("end of stream") || self.has("document indicator")) {
            return fault(begun, "a quote is opened and never closed", "close it, or write it twice inside quotes");
        }
        if self.has("flow sequence") || self.has("flow mapping") {
            let mend = "close it, or put the value in quotes";
            return fault(begun, "a list or mapping in brackets is not closed", mend);
        }
        if self.has("cannot start any token") {
            return fault(at, &format!("a value cannot begin with `{}`", self.found().unwrap_or(' ')), QUOTE_IT);
        }
        if self.has("block sequence entries") {
            return fault(at, "a list begins on the line of its key", "begin it on the next line, or quote the value");
        }
        if self.has("comment or line break") || self.has("block scalar") {
            let mend = "begin the text on the next line, indented, or put the value in quotes";
            return fault(at, "text follows `|` or `>` on its line", mend);
        }
        if self.has("escape") {
            let mend = "write `\\\\` for a backslash, or use single quotes";
            return fault(at, "unknown escape in a text in double quotes", mend);
        }
        if self.has("anchor") || self.has("alias") {
            return fault(self.mark(&['*', '&']), "a value that begins with `*` or `&` refers to another", QUOTE_IT);
        }
        if self.has("tag") {
            return fault(self.mark(&['!']), "a value cannot begin with `!`", QUOTE_IT);
        }
        if self.has("limit exceeded") || self.has(TOO_MUCH) {
            return fault(
                at,
                "front matter grows too large or too deep when it is read",
                "use fewer aliases and levels",
            );
        }
        None
    }

    /// The character at which the parser stopped.
    fn found(&self) -> Option<char> {
        self.line.chars().nth(self.at.column as usize - 1)
    }

    /// The last value on the line that begins with one of some marks, up to where the parser stopped.
    fn mark(&self, marks: &[char]) -> Place {
        let before =
            self.line.char_indices().nth(self.at.column as usize).map_or(self.line, |(end, _)| &self.line[..end]);
        let begins = |at: &usize| *at == 0 || before[..*at].ends_with([' ', '[', '{', ',']);
        let mark = before.rmatch_indices(marks).map(|(at, _)| at).find(begins);
        let column = mark.map_or(self.at.column, |at| Place::of(self.line, at).column);
        Place { column, ..self.at }
    }

    /// A colon makes a key where none may be: a value with a colon, or a key at the wrong place.
    fn second_colon(&self) -> Fault {
        let indent = self.line.len() - self.line.trim_start().len();
        let first = key(self.line.trim_start(), 0)
            .filter(|(_, rest)| Place::of(self.line, self.line.len() - rest.len()).column == self.at.column + 1);
        match first {
            None => Fault::new(self.at, "the value holds an unquoted `: `", QUOTE_IT),
            Some((name, _)) if indent > 0 => {
                let place = Place { column: Place::of(self.line, indent).column, ..self.at };
                Fault::new(place, format!("`{name}` is indented"), "move it to the left, or quote the value above it")
            }
            Some(_) => {
                let above = self.source.lines().zip(1_u32..).take(self.at.line as usize - 1);
                let last = above.filter(|(line, _)| !line.trim().is_empty()).last();
                neither(last.map_or(self.at, |(_, line)| Place { line, column: 1 }))
            }
        }
    }

    /// Where the thing began that the parser was reading: `..., while scanning X at line L column C`.
    fn begun(&self) -> Option<Place> {
        let (_, context) = self.text.split_once("while ")?;
        let (_, at) = context.split_once(" at line ")?;
        let (line, column) = at.split_once(" column ")?;
        let column = column.split(|c: char| !c.is_ascii_digit()).next()?;
        Some(place(self.source, line.parse().ok()?, column.parse().ok()?))
    }

    /// Something stands where a key should: mostly text behind a closing quote or bracket.
    fn expected_key(&self) -> Fault {
        let before: String = self.line.chars().take(self.at.column as usize - 1).collect();
        match before.trim_end().chars().last() {
            Some('"' | '\'') => {
                Fault::new(self.at, "text follows a quoted value", "put all of the value in one pair of quotes")
            }
            Some(']' | '}') => Fault::new(self.at, "text follows a value in brackets", QUOTE_IT),
            _ => neither(self.at),
        }
    }
}

fn neither(place: Place) -> Fault {
    let mend = "write `key: value`, and indent what belongs to it";
    Fault::new(place, "a line is neither a key nor part of a value", mend)
}

/// The place of what is on the parser's `line`, which may end at a carriage return alone.
fn place(source: &str, line: usize, column: usize) -> Place {
    let mut rest = source;
    for _ in 1..line {
        let Some(end) = rest.find(['\n', '\r']) else { break };
        rest = &rest[end + if rest[end..].starts_with("\r\n") { 2 } else { 1 }..];
    }
    let offset = rest.char_indices().nth(column.saturating_sub(1)).map_or(rest.len(), |(offset, _)| offset);
    Place::of(source, source.len() - rest.len() + offset)
}
