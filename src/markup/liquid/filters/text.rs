//! Filters of text.

use liquid_core::{Value, ValueView};

use super::super::runtime::{LONGEST_VALUE, register};
use super::json::shown;
use super::plain::{Arguments, Plain};
use crate::generator::Quotes;
use crate::markup::entity::escape;
use crate::markup::plain_markdown;
use crate::post::smart;

pub(super) const FILTERS: &[Plain] = &[
    Plain::new("markdownify", |input, _| Value::scalar(plain_markdown(&shown(input)))),
    Plain::new("smartify", |input, _| Value::scalar(smart(&shown(input), Quotes::default()))),
    Plain::new("xml_escape", |input, _| Value::scalar(escape(&shown(input)))),
    Plain::new("number_of_words", number_of_words),
    Plain::new("normalize_whitespace", normalize_whitespace),
    Plain::new("to_integer", to_integer),
    Plain::new("replace", replaced),
    Plain::new("remove_last", |input, arguments| replaced_last(input, &arguments.text(0), "")),
    Plain::new("replace_last", |input, arguments| replaced_last(input, &arguments.text(0), &arguments.text(1))),
];

fn number_of_words(input: &dyn ValueView, arguments: &Arguments<'_>) -> Value {
    let text = shown(input);
    let is_apart = |c: char| matches!(c, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}');
    let apart = text.chars().filter(|c| is_apart(*c)).count();
    let words = match arguments.text(0).as_str() {
        "cjk" | "auto" if apart > 0 => apart + text.split(is_apart).flat_map(str::split_whitespace).count(),
        _ => text.split_whitespace().count(),
    };
    Value::scalar(i64::try_from(words).unwrap_or(i64::MAX))
}

fn normalize_whitespace(input: &dyn ValueView, _: &Arguments<'_>) -> Value {
    Value::scalar(shown(input).split_whitespace().collect::<Vec<_>>().join(" "))
}

fn to_integer(input: &dyn ValueView, _: &Arguments<'_>) -> Value {
    let text = shown(input);
    match text.as_str() {
        "true" => Value::scalar(1_i64),
        "false" => Value::scalar(0_i64),
        text => Value::scalar(text.split('.').next().and_then(|whole| whole.trim().parse::<i64>().ok()).unwrap_or(0)),
    }
}

/// The crate's would make a text of any length.
fn replaced(input: &dyn ValueView, arguments: &Arguments<'_>) -> Value {
    let (text, from, to) = (shown(input), arguments.text(0), arguments.text(1));
    let times = text.matches(&*from).count();
    if text.len().saturating_add(times.saturating_mul(to.len())) <= LONGEST_VALUE {
        return Value::scalar(text.replace(&*from, &to));
    }
    register(arguments.runtime).tell("the filter `replace` makes too much text", "nothing is shown in its place");
    Value::Nil
}

fn replaced_last(input: &dyn ValueView, from: &str, to: &str) -> Value {
    let text = shown(input);
    match text.rfind(from).filter(|_| !from.is_empty()) {
        Some(at) => Value::scalar(format!("{}{to}{}", &text[..at], &text[at + from.len()..])),
        None => Value::scalar(text),
    }
}
