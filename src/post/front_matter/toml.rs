//! TOML front matter -> entries. Dates are kept as their text.

use toml::de::{DeTable, DeValue};

use super::super::text::Places;
use super::{DEEPEST, Entry, Fault, Place, too_deep};
use crate::value::read::{TooDeep, from_toml};

/// Reads the text between the fences; places are in that text.
pub(super) fn read(source: &str) -> Result<Vec<Entry<'static>>, Fault> {
    if let Some((_, line)) = source.lines().zip(1..).find(|(line, _)| dots(line) > DEEPEST) {
        return Err(too_deep(Place { line, column: 1 }));
    }
    let table = DeTable::parse(source).map_err(|error| explain(source, &error))?;
    let mut entries: Vec<_> = table.into_inner().into_iter().collect();
    entries.sort_by_key(|(key, _)| key.span().start);
    let mut places = Places::of(source);
    entries
        .into_iter()
        .map(|(key, value)| {
            // a table begins at its header, which may be far above the key that is asked for
            let is_table = matches!(value.get_ref(), DeValue::Table(_));
            let place = places.at(if is_table { key.span().start } else { value.span().start });
            let value = from_toml(value.into_inner(), DEEPEST).map_err(|TooDeep| too_deep(place))?;
            Ok(Entry { key: key.into_inner().into_owned().into(), value, place, plain: None })
        })
        .collect()
}

/// Dots of a dotted key: what stands before `=`.
fn dots(line: &str) -> usize {
    line.split('=').next().unwrap_or("").matches('.').count()
}

fn explain(source: &str, error: &toml::de::Error) -> Fault {
    let place = Place::of(source, error.span().map_or(0, |span| span.start));
    let message = error.message().replace(['\n', '\r'], " ");
    if message.contains("duplicate key") {
        let rest = source.lines().nth(place.line as usize - 1).unwrap_or("");
        let key: String = rest.chars().skip(place.column as usize - 1).take_while(|c| !" =.]".contains(*c)).collect();
        return Fault::new(place, format!("duplicate key `{key}`"), "remove one of the two");
    }
    let line = source.lines().nth(place.line as usize - 1).unwrap_or("");
    if let Some(column) = colon(line) {
        let message = "front matter is not TOML: `:` stands where TOML has `=`";
        return Fault::new(Place { column, ..place }, message, "write `key = \"value\"`, or fences of `---` for YAML");
    }
    let (what, mend) = in_our_words(&message, line);
    Fault::new(place, format!("front matter is not TOML: {what}"), mend)
}

/// The column of the colon of a line that is `key: value`.
fn colon(line: &str) -> Option<u32> {
    let (key, _) = line.split_once(':')?;
    let is_key = !key.trim().is_empty()
        && key.trim().trim_matches('"').chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-'));
    is_key.then(|| Place::of(line, key.len()).column)
}

/// The parser's words in ours, and what to do.
fn in_our_words(message: &str, line: &str) -> (&'static str, &'static str) {
    const PAIR: &str = "write `key = \"value\"`, with text in quotes";
    let has = |part: &str| message.contains(part);
    match () {
        () if line.trim_end().ends_with('=') => ("a value is missing", PAIR),
        () if has("must be quoted") => ("a value is not in quotes", "put text in quotes"),
        () if has("no value") => ("a line is no `key = value`", PAIR),
        () if has("unclosed") => ("a bracket is opened and never closed", "close it"),
        () if has("date") || has("time") || has("month") || has("offset") => {
            ("a date or time cannot be", "expected YYYY-MM-DD or YYYY-MM-DDTHH:MM:SSZ")
        }
        () if has("escape") => {
            ("unknown escape in a text in double quotes", "write `\\\\` for a backslash, or use single quotes")
        }
        () if has("visible") || has("control") => ("a control character stands in a text", "remove it"),
        () if has("string") || has("quote") => {
            ("a quote is opened and never closed", "close the quotes, or use three of them for text of several lines")
        }
        () if has("unexpected key or value") => ("text follows a value", "put all of the value in one pair of quotes"),
        () if has("number") || has("integer") || has("float") || has("digit") => {
            ("a number cannot be read", "put it in quotes")
        }
        () => ("it cannot be read from here on", PAIR),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::Value;

    #[test]
    fn keeps_dates_and_order() {
        let source = "z = 2020-08-23T17:00:06-07:00\na = 2023-03-27\n[m]\nx.y = [0x10, 1.5, true]\n";
        let entries = read(source).unwrap();
        let list = Value::Sequence(vec![Value::Integer(16), Value::Float(1.5), Value::Bool(true)]);
        let x = Value::Mapping(vec![("y".into(), list)]);
        let expected = [
            ("z", Value::DateTime("2020-08-23T17:00:06-07:00".into())),
            ("a", Value::DateTime("2023-03-27".into())),
            ("m", Value::Mapping(vec![("x".into(), x)])),
        ];
        let found: Vec<_> = entries.into_iter().map(|entry| (entry.key.into_owned(), entry.value)).collect();
        assert_eq!(found, expected.map(|(key, value)| (key.to_owned(), value)));
    }

    #[test]
    fn says_what_to_do() {
        let fault = read("title = hello\n").unwrap_err();
        assert_eq!(fault.place, Place { line: 1, column: 9 });
        assert!(fault.mend.contains("quotes"));
    }
}
