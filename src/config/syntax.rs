//! What the parser refuses, in words of people: where, what, and the mend.
//!
//! In: the bytes or the text of the configuration and the parser's error. Out: a [`Problem`].

use super::nearest;
use super::place::{self, Place};
use crate::problem::Problem;

/// The bytes of a configuration as text; `name`: the file as people name it.
///
/// # Errors
/// Where it is not UTF-8.
pub fn decode<'a>(bytes: &'a [u8], name: &str) -> Result<&'a str, Problem> {
    str::from_utf8(bytes).map_err(|error| {
        let before = String::from_utf8_lossy(&bytes[..error.valid_up_to()]);
        let before = before.strip_prefix('\u{feff}').unwrap_or(&before);
        let (line, column) = place::at(before, before.chars().count());
        Problem::error(name, "is not UTF-8 from here on").mend("save it as UTF-8").at(line, column)
    })
}

/// What is wrong before keys and values matter: nothing in it, characters, form, keys given twice.
pub(super) fn check(text: &str, name: &str) -> Result<(), Problem> {
    if is_empty(text) {
        return Err(Problem::error(name, "is empty").mend("write at least `site:` with `title` and `url`"));
    }
    check_form(text, name)
}

/// Whether there is nothing in it but comments.
pub(super) fn is_empty(text: &str) -> bool {
    text.lines().map(str::trim).all(|line| line.is_empty() || line.starts_with('#') || line == "---")
}

/// Characters that YAML has no place for, and keys given twice.
pub(super) fn check_form(text: &str, name: &str) -> Result<(), Problem> {
    if let Some((index, c)) = text.chars().enumerate().find(|(_, c)| is_forbidden(*c)) {
        let (line, column) = place::at(text, index);
        let message = format!("a control character stands here (U+{:04X})", u32::from(c));
        return Err(Problem::error(name, message).mend("remove it").at(line, column));
    }
    place::repeated(text).map_err(|error| explain(&error, text, name))
}

/// What YAML has no place for (YAML 1.2 §5.1).
fn is_forbidden(c: char) -> bool {
    let fine = matches!(c, '\t' | '\n' | '\r' | '\u{85}');
    !fine && (c.is_control() || matches!(c, '\u{feff}' | '\u{fffe}' | '\u{ffff}'))
}

/// The parser's error as a problem with its place.
pub(super) fn explain(error: &serde_yaml::Error, text: &str, name: &str) -> Problem {
    let said = error.to_string();
    let at = error.location().map(|at| place::at(text, at.index()));
    let at = if said.contains("more than one document") { second_document(text) } else { at };
    let told = |(message, mend): (String, String), at: Option<Place>| {
        let problem = Problem::error(name, message).mend(mend);
        at.map_or(problem.clone(), |(line, column)| problem.at(line, column))
    };
    if let Some(at) = at.and_then(|at| tab(text, at)).filter(|_| is_form(&said)) {
        return told(("a tab indents here, which YAML does not allow".into(), "use blanks".into()), Some(at));
    }
    if let Some(message) = form(&said, text, at) {
        return told(message, at.map(|at| begun(&said, text).unwrap_or(at)));
    }
    let (path, said) = parted(&said);
    told(value(path, said), at.map(|at| missing_place(path, said, text).unwrap_or(at)))
}

/// The line that begins a second document.
fn second_document(text: &str) -> Option<Place> {
    let content = |(line, _): &(&str, u32)| !line.trim().is_empty() && !line.starts_with(['#', '%']) && *line != "---";
    let mut lines = text.lines().map(str::trim_end).zip(1_u32..).skip_while(|line| !content(line)).skip(1);
    lines.find(|(line, _)| line.starts_with("---") || *line == "...").map(|(_, number)| (number, 1))
}

/// Where the mapping begins that lacks a key: at its key, when it has one.
fn missing_place(path: &str, said: &str, text: &str) -> Option<Place> {
    let lacks = said.starts_with("missing field") && !path.is_empty() && !path.ends_with(']');
    lacks.then(|| place::of_key(text, path))?
}

/// Whether it is the form that is wrong, and no value.
fn is_form(said: &str) -> bool {
    ["while scanning", "while parsing", "mapping values", "cannot start", "did not find", "could not find", "tab"]
        .iter()
        .any(|part| said.contains(part))
}

/// The tab that indents the line at `at`, or the one above.
fn tab(text: &str, at: Place) -> Option<Place> {
    let near = text.lines().zip(1_u32..).filter(|(_, number)| *number == at.0 || *number + 1 == at.0);
    let tabs = near.filter_map(|(line, number)| {
        let indentation = &line[..line.len() - line.trim_start().len()];
        Some((number, u32::try_from(indentation.find('\t')?).ok()? + 1))
    });
    tabs.last()
}

/// What is wrong with the form, and the mend; `None`: it is something else.
fn form(said: &str, text: &str, at: Option<Place>) -> Option<(String, String)> {
    const QUOTE: &str = "put the value in quotes";
    let has = |part: &str| said.contains(part);
    let character = || {
        let (line, column) = at?;
        text.lines().nth(line as usize - 1)?.chars().nth(column as usize - 1)
    };
    let (message, mend) = if let Some((_, key)) = said.split_once(place::REPEATED) {
        let key = key.split('`').nth(1).unwrap_or("");
        let same = if key.starts_with("author") { " (`author` and `authors` are one)" } else { "" };
        (format!("the key `{key}` is given a second time{same}"), "remove one of the two")
    } else if has("mapping values are not allowed") {
        ("the value holds an unquoted `: `".into(), "put the value in quotes, such as `title: \"A: B\"`")
    } else if has("quoted scalar") && (has("end of stream") || has("document indicator")) {
        ("a quote is opened and never closed".into(), "close it, or write it twice inside single quotes")
    } else if has("flow sequence") || has("flow mapping") {
        ("a list or mapping in brackets is not closed".into(), "close it, or put the value in quotes")
    } else if has("cannot start any token") {
        (format!("a value cannot begin with `{}`", character().unwrap_or(' ')), QUOTE)
    } else if has("escape") {
        ("unknown escape in a text in double quotes".into(), "write `\\\\` for a backslash, or use single quotes")
    } else if has("anchor") || has("alias") {
        ("a value that begins with `*` or `&` refers to another".into(), QUOTE)
    } else if has("more than one document") {
        ("holds more than one document".into(), "remove the lines `---` between them")
    } else if has("limit exceeded") {
        ("grows too large or too deep when it is read".into(), "use fewer aliases and levels")
    } else if has("did not find expected") || has("could not find expected") {
        (
            "a line is neither a key nor part of a value".into(),
            "write `key: value`, and indent what belongs together alike",
        )
    } else if has("while scanning") || has("while parsing") {
        let said = said.split(" at line ").next().unwrap_or(said);
        (format!("this is not YAML: {said}"), "put values with special characters in quotes")
    } else {
        return None;
    };
    Some((message, mend.to_owned()))
}

/// Where the thing began that is never closed: `..., while scanning X at line L column C`.
fn begun(said: &str, text: &str) -> Option<Place> {
    if said.contains("escape") || !(said.contains("quoted scalar") || said.contains("flow ")) {
        return None;
    }
    let (_, at) = said.split_once("while ")?.1.split_once(" at line ")?;
    let (line, column) = at.split_once(" column ")?;
    let number = |digits: &str| digits.split(|c: char| !c.is_ascii_digit()).next()?.parse::<u32>().ok();
    let (line, column) = (number(line)?, number(column)?);
    (text.lines().count() >= line as usize).then_some((line, column))
}

/// The path of the value and what is said of it: `site.url: invalid type: ...`.
fn parted(said: &str) -> (&str, &str) {
    const SAYINGS: [&str; 7] = [
        "missing field `",
        "invalid type: ",
        "invalid value: ",
        "unknown field `",
        "unknown variant `",
        "unknown limit `",
        "limit `",
    ];
    let said = said.rsplit_once(" at line ").map_or(said, |(said, _)| said);
    let start = SAYINGS.iter().filter_map(|saying| said.find(saying)).min().unwrap_or(0);
    match said[..start].strip_suffix(": ") {
        Some(path) => (path, &said[start..]),
        None => ("", said),
    }
}

/// What is wrong with a value, and the mend.
fn value(path: &str, said: &str) -> (String, String) {
    let key = told(path);
    let lacking = said.strip_prefix("missing field `").and_then(|rest| rest.strip_suffix('`'));
    if let Some(field) = lacking {
        let key = if key.is_empty() { field.to_owned() } else { format!("{key}.{field}") };
        let example = match key.as_str() {
            "site" => "`site:` with `title` and `url`",
            "site.title" => "`title: The Example Blog`",
            "site.url" => "`url: https://example.org/`",
            "feeds.path" => "`path: rss.xml`",
            _ => "it",
        };
        return (format!("`{key}` is missing"), format!("add {example}"));
    }
    let wrong = ["invalid type: ", "invalid value: "].iter().find_map(|kind| said.strip_prefix(kind));
    let Some((found, expected)) = wrong.and_then(|rest| rest.rsplit_once(", expected ")) else {
        let (message, mend) = nearest::explain(said);
        return if mend.is_empty() { split(&message) } else { (message, mend) };
    };
    let subject = if key.is_empty() { "the file".to_owned() } else { format!("`{key}`") };
    (format!("{subject} {}", kind(found)), mend(found, expected))
}

/// A message that holds its mend.
fn split(message: &str) -> (String, String) {
    let (message, mend) = message.split_once("; ").unwrap_or((message, ""));
    (message.to_owned(), mend.to_owned())
}

/// `feeds[2].path` as people say it.
fn told(path: &str) -> String {
    let parts = path.split('[').map(|part| part.split_once(']').map_or(part, |(_, rest)| rest));
    parts.collect()
}

/// What a value is.
fn kind(found: &str) -> String {
    match found {
        "sequence" => "is a list".to_owned(),
        "map" => "is a mapping".to_owned(),
        "unit value" | "Option value" | "unit" => "is empty".to_owned(),
        "enum" => "has a tag (`!`)".to_owned(),
        found => format!(
            "is {}",
            found
                .replace("string \"", "the text \"")
                .replace("integer ", "the number ")
                .replace("floating point ", "the number ")
                .replace("boolean ", "")
        ),
    }
}

/// What to write instead.
fn mend(found: &str, expected: &str) -> String {
    let expected = expected.trim_start_matches("struct ");
    let scalar = ["integer", "floating point", "boolean"].iter().any(|kind| found.starts_with(kind));
    match expected {
        "a string" if scalar => "put it in quotes".to_owned(),
        "a string" => "expected a text".to_owned(),
        "a sequence" => "expected a list".to_owned(),
        "a boolean" => "expected `true` or `false`".to_owned(),
        expected if ["enum", "variant", "tag"].iter().any(|word| expected.contains(word)) => {
            "expected one of the known words".to_owned()
        }
        expected => format!("expected {expected}"),
    }
}
