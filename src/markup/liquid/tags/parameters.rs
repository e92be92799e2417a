//! `name "a b" key=value key="v {{ x }}"`: what stands behind the name of a tag.

use liquid_core::{Renderable, Runtime, Value, ValueCow, parser};

use crate::markup::liquid::language::parsed;

/// Words and `key=value` pairs, as they are written.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Parameters {
    pub words: Vec<Word>,
    pub pairs: Vec<(String, Word)>,
    /// `key: value`, as Shopify's Liquid has them: variables of their own.
    pub variables: Vec<(String, Word)>,
}

/// A word, in quotes or not.
#[derive(Debug, PartialEq, Eq, Clone)]
pub(super) enum Word {
    Quoted(String),
    Bare(String),
}

impl Word {
    pub fn text(&self) -> &str {
        match self {
            Self::Quoted(text) | Self::Bare(text) => text,
        }
    }

    /// A quoted word as it is, a bare one as the value of the expression that it is.
    pub fn value(&self, runtime: &dyn Runtime) -> Value {
        match self {
            Self::Quoted(text) => Value::scalar(text.clone()),
            Self::Bare(text) => value_of(text, runtime),
        }
    }
}

/// The value of an expression; nothing when it is none.
pub(super) fn value_of(expression: &str, runtime: &dyn Runtime) -> Value {
    if let Ok(number) = expression.parse::<i64>() {
        return Value::scalar(number);
    }
    match expression {
        "true" => Value::scalar(true),
        "false" => Value::scalar(false),
        _ if expression.matches('[').count() > 8 => Value::Nil,
        _ => {
            let variable = parser::parse_variable(expression).ok();
            let path = variable.as_ref().and_then(|variable| variable.try_evaluate(runtime));
            path.and_then(|path| runtime.try_get(&path).map(ValueCow::into_owned)).unwrap_or_default()
        }
    }
}

/// A text with the outputs in it expanded, such as the name of an include.
pub(super) fn expanded(text: &str, runtime: &dyn Runtime) -> String {
    if !text.contains("{{") {
        return text.to_owned();
    }
    parsed(text).and_then(|template| template.render(runtime).ok()).unwrap_or_default()
}

/// Reads parameters.
pub(super) fn read(text: &str) -> Parameters {
    let mut parameters = Parameters::default();
    let mut rest = text.trim_start();
    while !rest.is_empty() {
        let (word, behind) = next(rest);
        let behind = behind.trim_start_matches(',');
        match (word, behind.trim_start().strip_prefix('=')) {
            (Word::Bare(key), Some(value)) if !value.starts_with('=') => {
                let (value, behind) = next(value.trim_start());
                parameters.pairs.push((key, value));
                rest = behind.trim_start_matches(',').trim_start();
            }
            (Word::Bare(key), None) if key.len() > 1 && key.ends_with(':') && !parameters.words.is_empty() => {
                let (value, behind) = next(behind.trim_start());
                parameters.variables.push((key.trim_end_matches(':').to_owned(), value));
                rest = behind.trim_start_matches(',').trim_start();
            }
            (word, _) => {
                parameters.words.push(word);
                rest = behind.trim_start();
            }
        }
    }
    parameters
}

/// The next word, and what is behind it. A bare one may hold `{{ outputs }}`.
fn next(text: &str) -> (Word, &str) {
    let first = text.chars().next().filter(|first| matches!(first, '"' | '\''));
    if let Some((quote, end)) = first.and_then(|quote| Some((quote, closing(&text[1..], quote)?))) {
        let escaped = format!("\\{quote}");
        return (Word::Quoted(text[1..=end].replace(&escaped, &quote.to_string())), &text[end + 2..]);
    }
    let mut end = 0;
    while let Some(c) = text[end..].chars().next() {
        if text[end..].starts_with("{{") {
            end += text[end..].find("}}").map_or(text.len() - end, |at| at + 2);
        } else if c.is_whitespace() || matches!(c, '=' | ',') {
            break;
        } else if c == ':' && text[end + 1..].starts_with(['"', '\'']) {
            end += 1;
            break;
        } else {
            end += c.len_utf8();
        }
    }
    // a lone sign is a word: nothing stands still
    let end = if end == 0 { text.chars().next().map_or(0, char::len_utf8) } else { end };
    (Word::Bare(text[..end].to_owned()), &text[end..])
}

/// Where the quotes end.
fn closing(text: &str, quote: char) -> Option<usize> {
    let mut escaped = false;
    text.char_indices().find_map(|(at, c)| {
        let ends = c == quote && !escaped;
        escaped = c == '\\' && !escaped;
        ends.then_some(at)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bare(text: &str) -> Word {
        Word::Bare(text.into())
    }

    #[test]
    fn words_and_pairs() {
        let read = read("figure.html src=\"/a b.png\" alt='it\\'s' width=100 caption=page.title, x = y");
        assert_eq!(read.words, [bare("figure.html")]);
        let pairs = [
            ("src", Word::Quoted("/a b.png".into())),
            ("alt", Word::Quoted("it's".into())),
            ("width", bare("100")),
            ("caption", bare("page.title")),
            ("x", bare("y")),
        ];
        assert_eq!(read.pairs, pairs.map(|(key, word)| (key.to_owned(), word)));
    }

    #[test]
    fn variables_have_colons() {
        let read = read("\"fig.liquid\", src: \"/a.png\", alt:'b', width: 3, url: post.url");
        assert_eq!(read.words, [Word::Quoted("fig.liquid".into())]);
        let variables = [
            ("src", Word::Quoted("/a.png".into())),
            ("alt", Word::Quoted("b".into())),
            ("width", bare("3")),
            ("url", bare("post.url")),
        ];
        assert_eq!(read.variables, variables.map(|(key, word)| (key.to_owned(), word)));
        assert_eq!(super::read("gist https://e.org/x").words.len(), 2);
    }

    #[test]
    fn names_may_hold_outputs() {
        assert_eq!(super::read("{{ page.lang }}/a.html x=1").words, [bare("{{ page.lang }}/a.html")]);
        assert_eq!(super::read("= \"").words.len(), 2);
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_read(text in "(\"|'|\\\\|=|,| |\\{\\{|\\}\\}|é|a){0,30}") {
            super::read(&text);
        }
    }
}
