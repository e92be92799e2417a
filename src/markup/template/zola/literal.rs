//! The name and the arguments of a shortcode, as they are written -> values.

use tera::Map;
use tera::Value as Json;

/// How deep lists may be in each other.
const DEEPEST: usize = 8;

/// `name(key=value, ...)` at the start of a text, blanks aside, and what is behind it.
pub(super) fn call(text: &str) -> Option<(&str, Map<String, Json>, &str)> {
    let (name, rest) = name(text.trim_start())?;
    let mut rest = rest.trim_start().strip_prefix('(')?.trim_start();
    let mut arguments = Map::new();
    while !rest.starts_with(')') {
        let (key, after) = self::name(rest)?;
        let (value, after) = value(after.trim_start().strip_prefix('=')?.trim_start(), DEEPEST)?;
        arguments.insert(key.to_owned(), value);
        let after = after.trim_start();
        rest = after.strip_prefix(',').unwrap_or(after).trim_start();
    }
    Some((name, arguments, &rest[1..]))
}

/// A name at the start of a text, and what is behind it.
fn name(text: &str) -> Option<(&str, &str)> {
    let length = text.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(text.len());
    let begins = text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    begins.then(|| text.split_at(length))
}

/// A value at the start of a text, and what is behind it.
fn value(text: &str, depth: usize) -> Option<(Json, &str)> {
    match text.chars().next()? {
        quote @ ('"' | '\'' | '`') => {
            let (inside, rest) = text[1..].split_once(quote)?;
            Some((Json::String(inside.to_owned()), rest))
        }
        '[' => list(text[1..].trim_start(), depth.checked_sub(1)?),
        '-' | '0'..='9' => number(text),
        _ => match name(text)? {
            ("true", rest) => Some((Json::Bool(true), rest)),
            ("false", rest) => Some((Json::Bool(false), rest)),
            _ => None,
        },
    }
}

fn list(text: &str, depth: usize) -> Option<(Json, &str)> {
    let (mut items, mut rest) = (Vec::new(), text);
    loop {
        if let Some(behind) = rest.strip_prefix(']') {
            return Some((Json::Array(items), behind));
        }
        let (item, after) = value(rest, depth)?;
        items.push(item);
        let after = after.trim_start();
        rest = match after.strip_prefix(',') {
            Some(more) => more.trim_start(),
            None => Some(after).filter(|after| after.starts_with(']'))?,
        };
    }
}

fn number(text: &str) -> Option<(Json, &str)> {
    let length = text[1..].find(|c: char| !(c.is_ascii_digit() || c == '.')).map_or(text.len(), |end| end + 1);
    let (digits, rest) = text.split_at(length);
    let whole = digits.parse::<i64>().ok().map(Json::from);
    whole.or_else(|| digits.parse::<f64>().ok().map(Json::from)).map(|number| (number, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_value_is_read() {
        let text = " n ( a = \"it's\",b='\"' , c=`x`, d=-1 e=1.50, f=true, g=[1,\"x\",[false],], ) }}";
        let (name, arguments, rest) = call(text).expect("a call");
        assert_eq!((name, rest), ("n", " }}"));
        let json = "{\"a\":\"it's\",\"b\":\"\\\"\",\"c\":\"x\",\"d\":-1,\"e\":1.5,\"f\":true,\"g\":[1,\"x\",[false]]}";
        assert_eq!(Json::Object(arguments).to_string(), json);
    }

    #[test]
    fn what_is_no_call_is_none() {
        for text in ["", "n", "n(", "n(a)", "n('x')", "n(a=b)", "n(a=1.2.3)", "n(a=[1 2])", "n(a=\"x)", "1()", "n(a=é)"]
        {
            assert_eq!(call(text), None, "{text}");
        }
        assert_eq!(call(&format!("n(a={}", "[".repeat(100_000))), None);
    }
}
