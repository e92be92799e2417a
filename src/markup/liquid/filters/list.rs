//! Filters of lists.

use liquid_core::model::{Object, ValueViewCmp};
use liquid_core::{Renderable, Value, ValueView};

use super::json::shown;
use super::plain::{Arguments, Plain};
use crate::markup::liquid::language::parsed;
use crate::markup::liquid::runtime::Frame;
use crate::markup::liquid::view::in_order;

pub(super) const FILTERS: &[Plain] = &[
    Plain::new("where", |input, arguments| kept(input, &by_value(arguments))),
    Plain::new("where_exp", |input, arguments| kept(input, &|item| holds(item, arguments))),
    Plain::new("reject", |input, arguments| kept(input, &|item| !by_value(arguments)(item))),
    Plain::new("find", |input, arguments| first(input, &by_value(arguments))),
    Plain::new("find_exp", |input, arguments| first(input, &|item| holds(item, arguments))),
    Plain::new("group_by", |input, arguments| grouped(input, &|item| member(item, &arguments.text(0)))),
    Plain::new("group_by_exp", |input, arguments| grouped(input, &|item| result(item, arguments))),
    Plain::new("sample", |input, _| items(input).into_iter().next().unwrap_or_default()),
    Plain::new("array_to_sentence_string", sentence),
    Plain::new("sum", sum),
    Plain::new("size", size),
];

/// The items of a list, the values of a mapping, or a value alone.
fn items(input: &dyn ValueView) -> Vec<Value> {
    if let Some(list) = input.as_array() {
        list.values().map(ValueView::to_value).collect()
    } else if let Some(object) = input.as_object() {
        in_order(object).into_iter().map(|(_, value)| value.to_value()).collect()
    } else if input.is_nil() {
        Vec::new()
    } else {
        vec![input.to_value()]
    }
}

/// A member of an item by the path of its keys.
fn member(item: &Value, path: &str) -> Value {
    path.split('.')
        .try_fold(item, |value, key| value.as_object()?.get(key).and_then(|_| value_of(value, key)))
        .cloned()
        .unwrap_or_default()
}

fn value_of<'v>(value: &'v Value, key: &str) -> Option<&'v Value> {
    if let Value::Object(object) = value { object.get(key) } else { None }
}

/// Whether a member is a value, or has it among its items.
fn by_value<'a>(arguments: &'a Arguments<'a>) -> impl Fn(&Value) -> bool + 'a {
    move |item| {
        let found = member(item, &arguments.text(0));
        let wanted = arguments.value(1);
        match (&found, arguments.values.len()) {
            (found, 0 | 1) => ValueView::query_state(found, liquid_core::model::State::Truthy),
            (Value::Array(found), _) => found.iter().any(|found| same(found, wanted)),
            (found, _) => same(found, wanted),
        }
    }
}

fn same(a: &Value, b: &Value) -> bool {
    ValueViewCmp::new(a) == ValueViewCmp::new(b) || (a.is_scalar() && b.is_scalar() && a.to_kstr() == b.to_kstr())
}

/// What an expression of an item renders as: `item, "item.date | date: '%Y'"`.
fn rendered(template: &str, item: &Value, arguments: &Arguments<'_>) -> Option<String> {
    let template = parsed(template)?;
    let variables = Object::from_iter([(arguments.text(0).into(), item.clone())]);
    template.render(&Frame { parent: arguments.runtime, variables }).ok()
}

fn holds(item: &Value, arguments: &Arguments<'_>) -> bool {
    let template = format!("{{% if {} %}}1{{% endif %}}", arguments.text(1));
    rendered(&template, item, arguments).is_some_and(|text| text == "1")
}

fn result(item: &Value, arguments: &Arguments<'_>) -> Value {
    let template = format!("{{% print 0 {} %}}", arguments.text(1));
    rendered(&template, item, arguments).map_or(Value::Nil, Value::scalar)
}

fn kept(input: &dyn ValueView, is_kept: &dyn Fn(&Value) -> bool) -> Value {
    Value::Array(items(input).into_iter().filter(|item| is_kept(item)).collect())
}

fn first(input: &dyn ValueView, is_it: &dyn Fn(&Value) -> bool) -> Value {
    items(input).into_iter().find(|item| is_it(item)).unwrap_or_default()
}

/// Mappings with `name`, `items` and `size`.
fn grouped(input: &dyn ValueView, key_of: &dyn Fn(&Value) -> Value) -> Value {
    let mut groups: Vec<(Value, Vec<Value>)> = Vec::new();
    for item in items(input) {
        let key = key_of(&item);
        match groups.iter_mut().find(|(known, _)| same(known, &key)) {
            Some((_, members)) => members.push(item),
            None => groups.push((key, vec![item])),
        }
    }
    let group = |(name, members): (Value, Vec<Value>)| {
        let size = Value::scalar(i64::try_from(members.len()).unwrap_or(i64::MAX));
        Value::Object(Object::from_iter([
            ("name".into(), name),
            ("items".into(), Value::Array(members)),
            ("size".into(), size),
        ]))
    };
    Value::Array(groups.into_iter().map(group).collect())
}

/// `a, b, and c`
fn sentence(input: &dyn ValueView, arguments: &Arguments<'_>) -> Value {
    let words: Vec<String> = items(input).iter().map(|item| shown(item)).collect();
    let joint = if arguments.values.is_empty() { "and".to_owned() } else { arguments.text(0) };
    Value::scalar(match words.as_slice() {
        [] => String::new(),
        [one] => one.clone(),
        [one, two] => format!("{one} {joint} {two}"),
        [before @ .., last] => format!("{}, {joint} {last}", before.join(", ")),
    })
}

fn sum(input: &dyn ValueView, arguments: &Arguments<'_>) -> Value {
    let number = |item: &Value| {
        let value = if arguments.values.is_empty() { item.clone() } else { member(item, &arguments.text(0)) };
        value.as_scalar().and_then(|scalar| scalar.to_float()).unwrap_or(0.0)
    };
    let sum: f64 = items(input).iter().map(number).sum();
    if sum.fract() == 0.0 && sum.abs() < 1e15 {
        #[expect(clippy::cast_possible_truncation, reason = "a whole number of at most 15 digits")]
        return Value::scalar(sum as i64);
    }
    Value::scalar(sum)
}

/// Characters, not bytes.
fn size(input: &dyn ValueView, _: &Arguments<'_>) -> Value {
    let size = match (input.as_array(), input.as_object()) {
        (Some(list), _) => list.size(),
        (_, Some(object)) => object.size(),
        _ => i64::try_from(input.to_kstr().chars().count()).unwrap_or(i64::MAX),
    };
    Value::scalar(size)
}
