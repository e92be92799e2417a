//! Filters that make addresses.

use liquid_core::{Value, ValueView};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::json::shown;
use super::plain::{Arguments, Plain};
use crate::markup::liquid::globals::ASK;
use crate::markup::liquid::runtime::text_variable;

pub(super) const FILTERS: &[Plain] = &[
    Plain::new("relative_url", relative_url),
    Plain::new("absolute_url", absolute_url),
    Plain::new("url", below_prefix),
    Plain::new("strip_index", strip_index),
    Plain::new("cgi_escape", cgi_escape),
    Plain::new("uri_escape", uri_escape),
];

fn is_whole(address: &str) -> bool {
    url::Url::parse(address).is_ok() || address.starts_with("//")
}

/// Below the path that the blog is below.
fn relative_url(input: &dyn ValueView, arguments: &Arguments<'_>) -> Value {
    let address = shown(input);
    if input.is_nil() || is_whole(&address) {
        return input.to_value();
    }
    Value::scalar(below(&text_variable(arguments.runtime, &["site", "baseurl"]), &address))
}

/// Below the blog's address.
fn absolute_url(input: &dyn ValueView, arguments: &Arguments<'_>) -> Value {
    let address = shown(input);
    if input.is_nil() || is_whole(&address) {
        return input.to_value();
    }
    let base = text_variable(arguments.runtime, &["site", "baseurl"]);
    Value::scalar(format!("{}{}", text_variable(arguments.runtime, &["site", "url"]), below(&base, &address)))
}

/// Eleventy's `url`: an address from the top below `pathPrefix`, any other as it is.
fn below_prefix(input: &dyn ValueView, arguments: &Arguments<'_>) -> Value {
    let address = shown(input);
    if !address.starts_with('/') || is_whole(&address) {
        return input.to_value();
    }
    Value::scalar(below(&text_variable(arguments.runtime, &[ASK, "base", ""]), &address))
}

fn below(base: &str, path: &str) -> String {
    format!("{base}/{}", path.trim_start_matches('/'))
}

fn strip_index(input: &dyn ValueView, _: &Arguments<'_>) -> Value {
    let address = shown(input);
    Value::scalar(address.strip_suffix("index.html").unwrap_or(&address).to_owned())
}

/// What stays as it is in a query.
const QUERY: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~').remove(b'*').remove(b' ');

fn cgi_escape(input: &dyn ValueView, _: &Arguments<'_>) -> Value {
    Value::scalar(utf8_percent_encode(&shown(input), QUERY).to_string().replace(' ', "+"))
}

/// What stays as it is in a whole address.
const WHOLE: &AsciiSet = &percent_encoding::CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'<')
    .add(b'>')
    .add(b'\\')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}')
    .add(b'%');

fn uri_escape(input: &dyn ValueView, _: &Arguments<'_>) -> Value {
    Value::scalar(utf8_percent_encode(&shown(input), WHOLE).to_string())
}
