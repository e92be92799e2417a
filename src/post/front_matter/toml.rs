//! TOML front matter -> entries. Dates are kept as their text.

use toml::de::{DeTable, DeValue};

use super::super::text::Places;
use super::super::value::Value;
use super::{DEEPEST, Entry, Fault, Place, too_deep};

/// Reads the text between the fences; places are in that text.
pub(super) fn read(source: &str) -> Result<Vec<Entry>, Fault> {
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
            let value = convert(value.into_inner(), DEEPEST).map_err(|()| too_deep(place))?;
            Ok(Entry { key: key.into_inner().into_owned(), value, place, plain: None })
        })
        .collect()
}

/// Dots of a dotted key: what stands before `=`.
fn dots(line: &str) -> usize {
    line.split('=').next().unwrap_or("").matches('.').count()
}

fn convert(value: DeValue<'_>, depth: usize) -> Result<Value, ()> {
    let depth = depth.checked_sub(1).ok_or(())?;
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
            let items = items.into_iter().map(|item| convert(item.into_inner(), depth));
            Value::Sequence(items.collect::<Result<_, _>>()?)
        }
        DeValue::Table(table) => {
            let pairs = table.into_iter().map(|(key, value)| {
                convert(value.into_inner(), depth).map(|value| (key.into_inner().into_owned(), value))
            });
            Value::Mapping(pairs.collect::<Result<_, _>>()?)
        }
    })
}

fn explain(source: &str, error: &toml::de::Error) -> Fault {
    let place = Place::of(source, error.span().map_or(0, |span| span.start));
    let message = error.message().replace(['\n', '\r'], " ");
    if message.contains("duplicate key") {
        let rest = source.lines().nth(place.line as usize - 1).unwrap_or("");
        let key: String = rest.chars().skip(place.column as usize - 1).take_while(|c| !" =.]".contains(*c)).collect();
        return Fault::new(place, format!("duplicate key `{key}`"), "remove one of the two");
    }
    let mend = if message.contains("string") || message.contains("quote") {
        "close the quotes, or use three of them for text of several lines"
    } else {
        "write `key = \"value\"`, with text in quotes"
    };
    Fault::new(place, format!("front matter is not TOML: {message}"), mend)
}

#[cfg(test)]
mod tests {
    use super::*;

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
        let found: Vec<_> = entries.into_iter().map(|entry| (entry.key, entry.value)).collect();
        assert_eq!(found, expected.map(|(key, value)| (key.to_owned(), value)));
    }

    #[test]
    fn says_what_to_do() {
        let fault = read("title = hello\n").unwrap_err();
        assert_eq!(fault.place, Place { line: 1, column: 9 });
        assert!(fault.mend.contains("quotes"));
    }
}
