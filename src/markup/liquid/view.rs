//! Values as Liquid has them.

use liquid_core::model::{KString, KStringCow, Object, ObjectView, ScalarCow};
use liquid_core::{Value as Liquid, ValueView};

use crate::value::Value;

/// A value as Liquid has it.
pub(super) fn liquid(value: &Value) -> Liquid {
    match value {
        Value::Null => Liquid::Nil,
        Value::Bool(value) => Liquid::scalar(*value),
        Value::Integer(number) => i64::try_from(*number).map_or_else(|_| text(&number.to_string()), Liquid::scalar),
        Value::Float(number) => Liquid::scalar(*number),
        Value::String(written) | Value::DateTime(written) => text(written),
        Value::Sequence(items) => Liquid::Array(items.iter().map(liquid).collect()),
        Value::Mapping(pairs) => Liquid::Object(object(pairs)),
    }
}

/// A mapping as Liquid has it.
pub(super) fn object(pairs: &[(String, Value)]) -> Object {
    pairs.iter().map(|(key, value)| (KString::from_ref(key), liquid(value))).collect()
}

/// What is in a mapping, by the names of its keys: Liquid's own order is another one in each run.
pub(super) fn in_order(object: &dyn ObjectView) -> Vec<(KStringCow<'_>, &dyn ValueView)> {
    let mut pairs: Vec<_> = object.iter().collect();
    pairs.sort_by(|(a, _), (b, _)| a.as_str().cmp(b.as_str()));
    pairs
}

/// A text.
pub(super) fn text(text: &str) -> Liquid {
    Liquid::scalar(KString::from_ref(text))
}

/// A list of texts.
pub(super) fn texts<'t>(texts: impl IntoIterator<Item = &'t str>) -> Liquid {
    Liquid::Array(texts.into_iter().map(text).collect())
}

/// The value at a path in a value.
pub(super) fn find(value: &Value, path: &[ScalarCow<'_>]) -> Liquid {
    let Some((first, rest)) = path.split_first() else { return liquid(value) };
    let key = first.to_kstr();
    let item = match value {
        Value::Mapping(_) => value.entry(&key),
        Value::Sequence(items) => match (first.to_integer(), key.as_str()) {
            (_, "first") => items.first(),
            (_, "last") => items.last(),
            (Some(number), _) if number < 0 => {
                usize::try_from(-number).ok().and_then(|back| items.iter().nth_back(back - 1))
            }
            (Some(number), _) => usize::try_from(number).ok().and_then(|number| items.get(number)),
            _ => None,
        },
        _ => None,
    };
    if let Some(item) = item {
        return find(item, rest);
    }
    match (key.as_str(), value) {
        ("size", Value::Sequence(items)) => size(items.len()),
        ("size", Value::Mapping(pairs)) => size(pairs.len()),
        ("size", Value::String(text)) => size(text.chars().count()),
        ("first", Value::Mapping(pairs)) => {
            pairs.first().map_or(Liquid::Nil, |(key, value)| Liquid::Array(vec![text(key), liquid(value)]))
        }
        _ => Liquid::Nil,
    }
}

fn size(size: usize) -> Liquid {
    Liquid::scalar(i64::try_from(size).unwrap_or(i64::MAX))
}
