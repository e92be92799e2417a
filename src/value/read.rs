//! The texts of configurations and data files -> [`Value`]s.

use serde::de::DeserializeSeed;
use toml::de::{DeTable, DeValue};

use super::{Budget, Value};

/// Why a text could not be read, and where, from 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unreadable {
    /// The line in the text.
    pub line: u32,
    /// The column in that line, in characters.
    pub column: u32,
    /// What the parser says.
    pub message: String,
}

/// The deepest that tables of TOML may be nested.
const DEEPEST: usize = 100;

/// Reads a text by the extension of its file's name: `yml`, `yaml`, `toml` or `json`; `None` of any other.
#[must_use]
pub fn by_name(path: &str, text: &str) -> Option<Result<Value, Unreadable>> {
    let extension = path.rsplit_once('.').map(|(_, extension)| extension.to_ascii_lowercase())?;
    match extension.as_str() {
        "yml" | "yaml" => Some(yaml(text)),
        "toml" => Some(toml(text)),
        "json" => Some(json(text)),
        _ => None,
    }
}

/// Reads YAML; nothing at all is [`Value::Null`]. Of a key that stands twice the later one counts, as for Jekyll.
///
/// # Errors
/// When it is none.
pub fn yaml(text: &str) -> Result<Value, Unreadable> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if text.lines().all(|line| line.trim().is_empty() || line.trim_start().starts_with('#') || line.trim() == "---") {
        return Ok(Value::Null);
    }
    budget(text).taking_the_last().deserialize(serde_yaml::Deserializer::from_str(text)).map_err(|error| {
        let (line, column) = error.location().map_or((1, 1), |place| (place.line(), place.column()));
        Unreadable { line: narrow(line), column: narrow(column), message: plain(&error.to_string()) }
    })
}

/// Reads TOML. Dates are kept as their text.
///
/// # Errors
/// When it is none.
pub fn toml(text: &str) -> Result<Value, Unreadable> {
    let unreadable = |offset: usize, message: &str| {
        let before = text.get(..offset).unwrap_or_default();
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
        Unreadable { line: narrow(line), column: narrow(column), message: plain(message) }
    };
    if text.lines().any(|line| line.split('=').next().unwrap_or("").matches('.').count() > DEEPEST) {
        return Err(unreadable(0, "nested too deeply"));
    }
    let table =
        DeTable::parse(text).map_err(|error| unreadable(error.span().map_or(0, |span| span.start), error.message()))?;
    from_toml(DeValue::Table(table.into_inner()), DEEPEST).map_err(|TooDeep| unreadable(0, "nested too deeply"))
}

/// Reads JSON.
///
/// # Errors
/// When it is none.
pub fn json(text: &str) -> Result<Value, Unreadable> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let value = budget(text).deserialize(&mut deserializer);
    value.and_then(|value| deserializer.end().map(|()| value)).map_err(|error| Unreadable {
        line: narrow(error.line()),
        column: narrow(error.column()),
        message: plain(&error.to_string()),
    })
}

/// Nested deeper than is read.
#[derive(Debug, Clone, Copy)]
pub struct TooDeep;

/// A value of TOML, at most `depth` levels of it.
///
/// # Errors
/// When it has more.
pub fn from_toml(value: DeValue<'_>, depth: usize) -> Result<Value, TooDeep> {
    let depth = depth.checked_sub(1).ok_or(TooDeep)?;
    Ok(match value {
        DeValue::String(text) => Value::String(text.into_owned()),
        DeValue::Integer(number) => i128::from_str_radix(number.as_str(), number.radix())
            .map_or_else(|_| Value::String(number.as_str().to_owned()), Value::Integer),
        DeValue::Float(number) => {
            number.as_str().parse().map_or_else(|_| Value::String(number.as_str().to_owned()), Value::Float)
        }
        DeValue::Boolean(value) => Value::Bool(value),
        DeValue::Datetime(date) => Value::DateTime(date.to_string()),
        DeValue::Array(items) => {
            let items = items.into_iter().map(|item| from_toml(item.into_inner(), depth));
            Value::Sequence(items.collect::<Result<_, _>>()?)
        }
        DeValue::Table(table) => {
            let pairs = table.into_iter().map(|(key, value)| {
                from_toml(value.into_inner(), depth).map(|value| (key.into_inner().into_owned(), value))
            });
            Value::Mapping(pairs.collect::<Result<_, _>>()?)
        }
    })
}

fn budget(text: &str) -> Budget {
    Budget::new(text.len() * 4 + 100_000)
}

fn narrow(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// Without the place at its end, which is told apart, and on one line.
fn plain(message: &str) -> String {
    let message = message.split(" at line ").next().unwrap_or(message);
    message.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_syntaxes_say_the_same() {
        let expected = Value::Mapping(vec![
            ("a".into(), Value::Integer(1)),
            ("b".into(), Value::Sequence(vec![Value::String("x".into()), Value::Bool(true)])),
        ]);
        for (name, text) in [
            ("a.yml", "a: 1\nb: [x, true]\n"),
            ("a.toml", "a = 1\nb = [\"x\", true]\n"),
            ("a.JSON", "{\"a\": 1, \"b\": [\"x\", true]}"),
        ] {
            assert_eq!(by_name(name, text), Some(Ok(expected.clone())), "{name}");
        }
        assert_eq!(by_name("a.txt", ""), None);
        assert_eq!(yaml("---\n# nothing\n"), Ok(Value::Null));
        assert_eq!(yaml("2015: x\n").unwrap().pairs()[0].0, "2015");
        assert_eq!(yaml("a: 1\nb: 2\na: 3\n"), yaml("b: 2\na: 3\n"));
    }

    #[test]
    fn what_is_wrong_is_told_with_its_place() {
        assert_eq!(yaml("a: 1\nb: [\n").map_err(|wrong| wrong.line), Err(3));
        assert_eq!(toml("a = 1\nb = é é\n").map_err(|wrong| wrong.line), Err(2));
        assert_eq!(
            json("{\"a\":\n 1,}").map_err(|wrong| (wrong.line, wrong.message.contains("line"))),
            Err((2, false))
        );
    }

    #[test]
    fn mappings_are_laid_over_each_other() {
        let mut base = yaml("a: {x: 1, y: 2}\nb: [1]\n").unwrap();
        base.overlay(yaml("a: {y: 3}\nb: [2]\nc: 4\n").unwrap());
        assert_eq!(base, yaml("a: {x: 1, y: 3}\nb: [2]\nc: 4\n").unwrap());
        assert_eq!(base.at("a.y"), Some(&Value::Integer(3)));
        assert_eq!(base.at("a.y.z"), None);
    }
}
