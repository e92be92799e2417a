//! The functions that templates of shortcodes call.

use super::evaluate::{LONGEST, Run, Value};
use crate::markup::{absolute_url, html_to_text};

/// What a function makes of what it is given; `None` when it is not known, or it is too much.
pub(super) fn call(name: &str, given: &[Value], run: &Run<'_, '_>) -> Option<Value> {
    made(name, given, run).filter(|value| match value {
        Value::Text(text) | Value::Html(text) => text.len() <= LONGEST,
        _ => true,
    })
}

fn made(name: &str, given: &[Value], run: &Run<'_, '_>) -> Option<Value> {
    let short = name.rsplit_once('.').map_or(name, |(_, short)| short).to_ascii_lowercase();
    let page = run.call.page;
    match (short.as_str(), given) {
        ("true", []) => Some(Value::Bool(true)),
        ("false", []) => Some(Value::Bool(false)),
        ("nil", []) => Some(Value::Nothing),
        ("markdownify", [text]) => Some(Value::Html(page.span(&text.text()))),
        ("safehtml" | "safehtmlattr" | "safecss" | "safejs", [text]) => Some(Value::Html(text.text())),
        ("safeurl" | "string" | "htmlunescape" | "emojify" | "tostring", [text]) => Some(Value::Text(text.text())),
        ("htmlescape", [text]) => Some(Value::Html(super::super::escaped(&text.text()))),
        ("plainify", [text]) => Some(Value::Text(html_to_text(&text.text()))),
        ("tolower" | "lower", [text]) => Some(Value::Text(text.text().to_lowercase())),
        ("toupper" | "upper", [text]) => Some(Value::Text(text.text().to_uppercase())),
        ("trimspace" | "chomp", [text]) => Some(keep(text, text.text().trim())),
        ("trim", [text, signs]) => Some(keep(text, text.text().trim_matches(|c| signs.text().contains(c)))),
        ("trimprefix", [prefix, text]) => {
            let text = text.text();
            Some(Value::Text(text.strip_prefix(&*prefix.text()).unwrap_or(&text).to_owned()))
        }
        ("default", [default, value]) => Some(if value.is_true() { value.clone() } else { default.clone() }),
        ("default", [default]) => Some(default.clone()),
        ("eq", [one, others @ ..]) => Some(Value::Bool(others.iter().any(|other| other.text() == one.text()))),
        ("ne", [one, other]) => Some(Value::Bool(one.text() != other.text())),
        ("not", [value]) => Some(Value::Bool(!value.is_true())),
        ("and", [.., last]) => Some(given.iter().find(|value| !value.is_true()).unwrap_or(last).clone()),
        ("or", [.., last]) => Some(given.iter().find(|value| value.is_true()).unwrap_or(last).clone()),
        ("cond", [condition, then, otherwise]) => {
            Some(if condition.is_true() { then.clone() } else { otherwise.clone() })
        }
        ("hasprefix", [text, prefix]) => Some(Value::Bool(text.text().starts_with(&prefix.text()))),
        ("hassuffix", [text, suffix]) => Some(Value::Bool(text.text().ends_with(&suffix.text()))),
        ("in" | "contains", [text, part]) => Some(Value::Bool(text.text().contains(&part.text()))),
        ("absurl" | "relurl", [reference]) => Some(Value::Text(below_site(&reference.text(), run))),
        ("print", _) => Some(Value::Text(given.iter().map(Value::text).collect())),
        ("printf", [format, values @ ..]) => formatted(&format.text(), values).map(Value::Text),
        _ => None,
    }
}

/// Text of the kind that it was made of.
fn keep(from: &Value, text: &str) -> Value {
    if matches!(from, Value::Html(_)) { Value::Html(text.to_owned()) } else { Value::Text(text.to_owned()) }
}

fn below_site(reference: &str, run: &Run<'_, '_>) -> String {
    let site = &run.call.page.body.around.site.url;
    absolute_url::resolve(site, reference.trim_start_matches('/')).into_string().unwrap_or_default()
}

/// `%s`, `%d`, `%v`, `%q` and `%%`.
fn formatted(format: &str, values: &[Value]) -> Option<String> {
    let mut values = values.iter();
    let mut parts = format.split('%');
    let mut out = parts.next()?.to_owned();
    while let Some(part) = parts.next() {
        match part.chars().next() {
            Some('s' | 'd' | 'v') => out.push_str(&values.next()?.text()),
            Some('q') => out.push_str(&format!("\"{}\"", values.next()?.text())),
            None => {
                out.push('%');
                out.push_str(parts.next()?);
                continue;
            }
            Some(_) => return None,
        }
        out.push_str(&part[1..]);
    }
    Some(out)
}
