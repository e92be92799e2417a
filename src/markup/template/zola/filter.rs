//! Filters of Zola's templates that Tera does not have, and those of Tera's that could make too much of too little.

use std::collections::HashMap;

use chrono::format::{Item, StrftimeItems};
use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use tera::Value as Json;
use tera::{Error, Result, Tera};

/// The longest text that a filter makes, in bytes.
const LONGEST: usize = 1 << 20;

type Arguments = HashMap<String, Json>;

/// Adds them.
pub(super) fn register(tera: &mut Tera) {
    tera.register_filter("base64_encode", |value: &Json, _: &Arguments| {
        Ok(Json::from(encode(text(value)?.as_bytes())))
    });
    tera.register_filter("base64_decode", |value: &Json, _: &Arguments| decode(text(value)?).map(Json::from));
    tera.register_filter("date", date);
    tera.register_filter("join", join);
    tera.register_filter("regex_replace", regex_replace);
    tera.register_filter("replace", replace);
    tera.register_filter("slugify", |value: &Json, _: &Arguments| Ok(Json::from(::slug::slugify(text(value)?))));
}

fn text(value: &Json) -> Result<&str> {
    value.as_str().ok_or_else(|| Error::msg(format!("expected a text, not `{value}`")))
}

fn argument<'a>(arguments: &'a Arguments, name: &str) -> Result<&'a str> {
    text(arguments.get(name).ok_or_else(|| Error::msg(format!("the argument `{name}` is missing")))?)
}

fn bounded(length: usize) -> Result<()> {
    if length > LONGEST { Err(Error::msg("makes too long a text")) } else { Ok(()) }
}

fn replace(value: &Json, arguments: &Arguments) -> Result<Json> {
    let (value, from, to) = (text(value)?, argument(arguments, "from")?, argument(arguments, "to")?);
    bounded(value.len() + value.matches(from).count() * to.len())?;
    Ok(value.replace(from, to).into())
}

fn join(value: &Json, arguments: &Arguments) -> Result<Json> {
    let items = value.as_array().ok_or_else(|| Error::msg("expected a list"))?;
    let separator = arguments.get("sep").map_or(Ok(""), text)?;
    let items: Vec<String> =
        items.iter().map(|item| item.as_str().map_or_else(|| item.to_string(), str::to_owned)).collect();
    bounded(items.iter().map(|item| item.len() + separator.len()).sum())?;
    Ok(items.join(separator).into())
}

fn regex_replace(value: &Json, arguments: &Arguments) -> Result<Json> {
    let (value, by) = (text(value)?, argument(arguments, "rep")?);
    let pattern = regex::Regex::new(argument(arguments, "pattern")?).map_err(|error| Error::msg(error.to_string()))?;
    bounded(value.len() + pattern.find_iter(value).count() * (by.len() + value.len() / 64))?;
    Ok(pattern.replace_all(value, by).into_owned().into())
}

fn date(value: &Json, arguments: &Arguments) -> Result<Json> {
    let format = arguments.get("format").map_or(Ok("%Y-%m-%d"), text)?;
    if StrftimeItems::new(format).any(|item| matches!(item, Item::Error)) {
        return Err(Error::msg(format!("`{format}` is not a format of dates")));
    }
    let (unknown, text) = (|| Error::msg(format!("`{value}` is not a date")), value.as_str().unwrap_or_default());
    if let Some(seconds) = value.as_i64() {
        let date = DateTime::<Utc>::from_timestamp(seconds, 0).ok_or_else(unknown)?;
        return Ok(date.format(format).to_string().into());
    }
    if let Ok(date) = DateTime::parse_from_rfc3339(text) {
        return Ok(date.format(format).to_string().into());
    }
    let naive = text.parse::<NaiveDateTime>().ok();
    let naive = naive.or_else(|| text.parse::<NaiveDate>().ok().map(|day| day.and_time(chrono::NaiveTime::MIN)));
    Ok(naive.ok_or_else(unknown)?.and_utc().format(format).to_string().into())
}

const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Base 64 (RFC 4648 §4).
fn encode(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for three in bytes.chunks(3) {
        let number = (0..3).fold(0_usize, |number, at| number << 8 | usize::from(three.get(at).copied().unwrap_or(0)));
        for at in 0..4 {
            let digit = char::from(DIGITS[number >> (18 - 6 * at) & 63]);
            out.push(if at <= three.len() { digit } else { '=' });
        }
    }
    out
}

fn decode(text: &str) -> Result<String> {
    let (mut bytes, mut number, mut bits) = (Vec::new(), 0_usize, 0);
    for byte in text.trim_end_matches('=').bytes() {
        let digit = DIGITS.iter().position(|digit| *digit == byte);
        number = (number << 6 | digit.ok_or_else(|| Error::msg("is not in base 64"))?) & 0xffff;
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            bytes.extend(u8::try_from(number >> bits & 255));
        }
    }
    String::from_utf8(bytes).map_err(|_| Error::msg("is no text in base 64"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_go_to_base_64_and_back() {
        for (text, encoded) in [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foobar", "Zm9vYmFy"), ("é?", "w6k/")] {
            assert_eq!(encode(text.as_bytes()), encoded);
            assert_eq!(decode(encoded).expect("a text"), text);
        }
        assert!(decode("é").is_err());
    }

    #[test]
    fn dates_of_every_form_are_written() {
        let of = |value: Json| date(&value, &[("format".to_owned(), Json::from("%d.%m.%y %H"))].into()).ok();
        assert_eq!(of("2024-01-02".into()), Some("02.01.24 00".into()));
        assert_eq!(of("2024-01-02T03:04:05".into()), Some("02.01.24 03".into()));
        assert_eq!(of("2024-01-02T03:04:05+02:00".into()), Some("02.01.24 03".into()));
        assert_eq!(of(0.into()), Some("01.01.70 00".into()));
        assert_eq!(of("x".into()), None);
        assert!(date(&0.into(), &[("format".to_owned(), Json::from("%Q"))].into()).is_err());
    }
}
