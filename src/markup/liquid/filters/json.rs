//! Values as JSON, and as Ruby shows them.

use liquid_core::model::KStringCow;
use liquid_core::{Value, ValueView};

use super::plain::Plain;
use crate::markup::liquid::view::in_order;

pub(super) const FILTERS: &[Plain] = &[
    Plain::new("jsonify", |input, _| Value::scalar(json(&input.to_value()).to_string())),
    Plain::new("json", |input, _| Value::scalar(json(&input.to_value()).to_string())),
    Plain::new("inspect", |input, _| Value::scalar(inspected(&input.to_value()))),
];

fn json(value: &Value) -> serde_json::Value {
    let mut value = serde_json::to_value(value).unwrap_or_default();
    value.sort_all_objects(); // else the order is another one in each run
    value
}

/// A value as outputs show it. Liquid's own text of a mapping, or of a list with one in it, is another one in each run.
pub(in super::super) fn shown(value: &dyn ValueView) -> String {
    match value.as_array() {
        Some(items) => items.values().map(shown).collect(),
        None if value.is_object() => inspected(&value.to_value()),
        None => value.render().to_string(),
    }
}

/// As Ruby shows a mapping: `{"a" => 1}`.
fn inspected(value: &Value) -> String {
    match value {
        Value::Object(object) => {
            let pair = |(key, value): (KStringCow<'_>, &dyn ValueView)| {
                format!("{:?}=>{}", key.as_str(), inspected(&value.to_value()))
            };
            let pairs: Vec<String> = in_order(object).into_iter().map(pair).collect();
            format!("{{{}}}", pairs.join(", "))
        }
        Value::Array(items) => format!("[{}]", items.iter().map(inspected).collect::<Vec<_>>().join(", ")),
        Value::Nil => "nil".to_owned(),
        value => json(value).to_string(),
    }
}

#[cfg(test)]
mod tests {
    use liquid_core::ValueView;

    use super::*;

    #[test]
    fn scalars_are_quoted() {
        let value = Value::Array(vec![Value::scalar("a\"b"), Value::scalar(1_i64), Value::Nil]);
        assert_eq!(inspected(&value), "[\"a\\\"b\", 1, nil]");
        assert!(value.is_array());
    }
}
