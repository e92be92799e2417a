//! What a module of JavaScript says in plain literals: what it exports or returns, and what it calls.

use super::{Language, Reader};
use crate::value::Value;

/// What a module says.
#[derive(Debug, Default, PartialEq)]
pub(in super::super) struct Said {
    /// Literals that it exports or returns, in the order written.
    pub exports: Vec<Value>,
    /// Calls of `set...`, `add...`, `ignores.add` (as `ignores`), `use` and `markdownIt`.
    pub calls: Vec<Call>,
}

/// A call with literals.
#[derive(Debug, PartialEq)]
pub(in super::super) struct Call {
    pub name: String,
    /// The first argument, when it is a name.
    pub subject: Option<String>,
    /// The arguments that are literals.
    pub literals: Vec<Value>,
}

/// How literals begin that are looked for.
const OPENS: &str = "{['\"`";

/// Reads it.
pub(in super::super) fn said(text: &str) -> Said {
    let mut reader = Reader::new(text, Language::JavaScript);
    let mut said = Said::default();
    loop {
        reader.cursor.skip_blanks();
        if reader.cursor.skip_string() {
            continue;
        }
        match reader.cursor.word() {
            Some(word) => word_of(word, &mut reader, &mut said),
            None => match reader.cursor.bump() {
                None => return said,
                // `config => ({ ... })` returns it
                Some('=') if reader.cursor.take('>') && reader.cursor.take('(') => {
                    said.exports.extend(literal(&mut reader));
                }
                Some(_) => {}
            },
        }
    }
}

fn word_of(word: &str, reader: &mut Reader<'_>, said: &mut Said) {
    match word {
        "return" | "default" => said.exports.extend(literal(reader)),
        "exports" if reader.cursor.take('=') => said.exports.extend(literal(reader)),
        "const" | "let" | "var" => constant(reader, said),
        "ignores" => said.calls.extend(ignored(reader)),
        name if is_told(name) && reader.cursor.take('(') => said.calls.push(call(name, reader)),
        _ => {}
    }
}

fn is_told(name: &str) -> bool {
    name.starts_with("set") || name.starts_with("add") || name == "use" || name.eq_ignore_ascii_case("markdownIt")
}

/// A literal that begins here; of anything else nothing is stepped over.
fn literal(reader: &mut Reader<'_>) -> Option<Value> {
    reader.cursor.skip_blanks();
    reader.cursor.peek().filter(|c| OPENS.contains(*c))?;
    reader.value()
}

/// A constant; the one named `config` is what Eleventy takes from a module.
fn constant(reader: &mut Reader<'_>, said: &mut Said) {
    reader.cursor.skip_blanks();
    let Some(name) = reader.cursor.word() else { return };
    let Some(value) = reader.cursor.take('=').then(|| literal(reader)).flatten() else { return };
    if name == "config" {
        said.exports.push(value.clone());
    }
    reader.known.push((name.to_owned(), value));
}

/// What is added to Eleventy's `ignores`.
fn ignored(reader: &mut Reader<'_>) -> Option<Call> {
    let is_added = reader.cursor.take('.') && reader.cursor.word() == Some("add") && reader.cursor.take('(');
    is_added.then(|| call("ignores", reader))
}

/// A call, up to the first argument that is neither a literal nor a name: there may be more calls in it.
fn call(name: &str, reader: &mut Reader<'_>) -> Call {
    let mut call = Call { name: name.to_owned(), subject: None, literals: Vec::new() };
    if name.eq_ignore_ascii_case("markdownIt") {
        call.literals.push(options(reader));
        return call;
    }
    while reader.cursor.is_before_item(')') {
        if reader.cursor.peek().is_some_and(|c| OPENS.contains(c)) {
            call.literals.extend(reader.value());
        } else {
            let mut ahead = reader.cursor;
            let word = ahead.word().filter(|_| ahead.ends_expression());
            let Some(word) = word else { break };
            reader.cursor = ahead;
            call.subject.get_or_insert(word.to_owned());
        }
        reader.cursor.take(',');
    }
    call
}

/// The options that a call is given: those that are literals, or a constant of these. Where there may be more,
/// `unknown` says so.
fn options(reader: &mut Reader<'_>) -> Value {
    if !reader.cursor.is_before_item(')') {
        return Value::Mapping(Vec::new());
    }
    let unknown = Value::Mapping(vec![("unknown".to_owned(), Value::Bool(true))]);
    if reader.cursor.peek() != Some('{') {
        let mut ahead = reader.cursor;
        let word = ahead.word().filter(|_| ahead.ends_expression());
        let known = word.and_then(|word| reader.known.iter().find(|(name, _)| name == word));
        return known.map_or(unknown, |(_, value)| value.clone());
    }
    let before = reader.cursor.rest();
    let Some(mut options) = reader.value() else { return unknown };
    let written = &before[..before.len() - reader.cursor.rest().len()];
    if written.contains("...") {
        options.overlay(unknown);
    }
    options
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::read::json;

    #[test]
    fn a_short_function_returns_what_is_in_its_brackets() {
        let exports = |text: &str| said(text).exports;
        assert_eq!(
            exports("module.exports = c => ({dir: {input: \"src\"}})"),
            [json(r#"{"dir": {"input": "src"}}"#).unwrap()]
        );
        assert_eq!(exports("a = (b) => (c), d >= (e), f => { g({h: 1}) }"), []);
    }

    #[test]
    fn a_module_is_what_it_exports_and_calls() {
        let text = r#"
const { DateTime } = require("luxon");
const site = "https://example.org";
/* return { no: 1 } */
export const config = { dir: { input: "content", }, pathPrefix: `/b/`, };
export default async function (eleventyConfig) {
  eleventyConfig.addPlugin(feedPlugin, { type: "atom", collection: { name: "posts", limit: 10 }, metadata: { base: site, title: title() } });
  eleventyConfig.addFilter("x", (a) => { eleventyConfig.setInputDirectory("src"); return { y: 1 }; });
  eleventyConfig.setLibrary("md", markdownIt({ html: true, breaks: true }).use(x));
  if (a == "return") { return "it's"; }
};
"#;
        let Said { exports, calls } = said(text);
        let expected = [r#"{"dir": {"input": "content"}, "pathPrefix": "/b/"}"#, r#"{"y": 1}"#, r#""it's""#];
        assert_eq!(exports, expected.map(|text| json(text).unwrap()));
        let names: Vec<&str> = calls.iter().map(|call| call.name.as_str()).collect();
        assert_eq!(names, ["addPlugin", "addFilter", "setInputDirectory", "setLibrary", "markdownIt", "use"]);
        assert_eq!(calls[0].subject.as_deref(), Some("feedPlugin"));
        let feed = r#"{"type": "atom", "collection": {"name": "posts", "limit": 10}, "metadata": {"base": "https://example.org"}}"#;
        assert_eq!(calls[0].literals, [json(feed).unwrap()]);
        assert_eq!(calls[4].literals[0].entry("breaks"), Some(&Value::Bool(true)));
    }
}
