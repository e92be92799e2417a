//! Filters that write dates. There is no `now`: it is the time of the newest post, so that a build says the same again.

use chrono::format::{Item, StrftimeItems};
use chrono::{DateTime, Datelike, FixedOffset};
use chrono_tz::Tz;
use liquid_core::{Value, ValueView};

use super::plain::{Arguments, Plain};
use crate::markup::liquid::globals::ASK;
use crate::markup::liquid::runtime::text_variable;
use crate::post::instant;

pub(super) const FILTERS: &[Plain] = &[
    Plain::new("date", date),
    Plain::new("date_to_string", |input, arguments| in_words(input, arguments, "%b")),
    Plain::new("date_to_long_string", |input, arguments| in_words(input, arguments, "%B")),
    Plain::new("date_to_xmlschema", |input, arguments| written(input, arguments, "%Y-%m-%dT%H:%M:%S%:z")),
    Plain::new("date_to_rfc822", |input, arguments| written(input, arguments, "%a, %d %b %Y %H:%M:%S %z")),
];

fn read(input: &dyn ValueView, arguments: &Arguments<'_>) -> Option<DateTime<FixedOffset>> {
    let text = input.to_kstr().into_string();
    let text = match text.trim().to_ascii_lowercase().as_str() {
        "now" | "today" => text_variable(arguments.runtime, &["site", "time"]),
        _ => text,
    };
    let zone: Tz = text_variable(arguments.runtime, &[ASK, "timezone", ""]).parse().unwrap_or(Tz::UTC);
    if let Some(seconds) = input.as_scalar().and_then(|scalar| scalar.to_integer()).filter(|_| text.len() > 8) {
        return Some(DateTime::from_timestamp(seconds, 0)?.with_timezone(&zone).fixed_offset());
    }
    instant(&text, zone)
}

/// What is no date stays as it is.
fn written(input: &dyn ValueView, arguments: &Arguments<'_>, form: &str) -> Value {
    let Some(date) = read(input, arguments) else { return input.to_value() };
    let items: Vec<Item<'_>> = StrftimeItems::new(form).collect();
    if items.contains(&Item::Error) {
        return input.to_value();
    }
    Value::scalar(date.format_with_items(items.iter()).to_string())
}

fn date(input: &dyn ValueView, arguments: &Arguments<'_>) -> Value {
    let form = arguments.text(0);
    if form.is_empty() { input.to_value() } else { written(input, arguments, &form) }
}

/// `7 Nov 2008`; `ordinal`: `7th Nov 2008`; `ordinal`, `US`: `Nov 7th, 2008`.
fn in_words(input: &dyn ValueView, arguments: &Arguments<'_>, month: &str) -> Value {
    let Some(date) = read(input, arguments) else { return input.to_value() };
    let (day, is_us) = (date.day(), arguments.text(1).eq_ignore_ascii_case("US"));
    if arguments.text(0) != "ordinal" {
        return written(input, arguments, &format!("%d {month} %Y"));
    }
    let form =
        if is_us { format!("{month} {day}{}, %Y", ordinal(day)) } else { format!("{day}{} {month} %Y", ordinal(day)) };
    written(input, arguments, &form)
}

fn ordinal(day: u32) -> &'static str {
    match (day % 10, day % 100) {
        (_, 11..=13) => "th",
        (1, _) => "st",
        (2, _) => "nd",
        (3, _) => "rd",
        _ => "th",
    }
}
