//! Expressions of templates that are names of data -> what they stand for.

use crate::value::Value;

/// Filters that leave a text as it is, or only write it for its place.
const PLAIN: [&str; 9] = ["safe", "escape", "e", "dump", "jsonify", "json", "trim", "strip", "url"];
/// Functions that put an address below that of the site, which is their argument.
const BASES: [&str; 4] = ["absoluteUrl", "htmlBaseUrl", "absolute_url", "toAbsoluteUrl"];

/// What names stand for.
#[derive(Clone, Copy)]
pub(super) struct Data<'a> {
    /// The template's own, which counts more.
    pub front: &'a Value,
    /// The blog's.
    pub settings: &'a Value,
}

impl Data<'_> {
    /// A text with its expressions (`{{ a.b }}`, `${a.b}`) replaced; `None` where one is more than a known name.
    pub fn expand(self, text: &str) -> Option<String> {
        let (mut out, mut rest) = (String::new(), text);
        while let Some((at, open, close)) = first_open(rest) {
            out += &rest[..at];
            let (expression, behind) = rest[at + open.len()..].split_once(close)?;
            out += &self.value(expression.trim_matches(['-', ' ']))?;
            rest = behind;
        }
        (!rest.contains("{%")).then(|| out + rest).filter(|out| !out.contains("{%"))
    }

    fn value(self, expression: &str) -> Option<String> {
        let mut parts = expression.split('|').map(str::trim);
        let mut value = self.term(parts.next()?)?;
        for filter in parts {
            let end = filter.find(['(', ':']).unwrap_or(filter.len());
            let argument = filter[end..].trim_matches(['(', ')', ':', ' ']);
            match filter[..end].trim() {
                name if PLAIN.contains(&name) => {}
                name if BASES.contains(&name) => {
                    let base = self.term(argument)?;
                    value = format!("{}/{}", base.trim_end_matches('/'), value.trim_start_matches('/'));
                }
                _ => return None,
            }
        }
        Some(value)
    }

    fn term(self, name: &str) -> Option<String> {
        if let Some(text) = name.strip_prefix(['"', '\'']) {
            return text.strip_suffix(['"', '\'']).map(str::to_owned);
        }
        let name = name.strip_prefix("data.").unwrap_or(name);
        self.front.at(name).or_else(|| self.settings.at(name))?.as_text()
    }
}

/// Where the first expression begins, and what is around it.
fn first_open(text: &str) -> Option<(usize, &'static str, &'static str)> {
    let found =
        [("{{", "}}"), ("${", "}")].into_iter().filter_map(|(open, close)| Some((text.find(open)?, open, close)));
    found.min_by_key(|(at, ..)| *at)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::read::yaml;

    #[test]
    fn names_are_what_data_say() {
        let (front, settings) = (yaml("a: {b: B}").unwrap(), yaml("a: {b: no}\nurl: https://e.org/").unwrap());
        let data = Data { front: &front, settings: &settings };
        let cases = [
            ("x {{ a.b }} ${data.a.b}", Some("x B B")),
            ("{{- a.b | safe -}}", Some("B")),
            ("{{ '/' | absoluteUrl(url) }}", Some("https://e.org/")),
            ("{{ '/x' | htmlBaseUrl: url }}", Some("https://e.org/x")),
            ("{{ a.c }}", None),
            ("{{ a.b | mine }}", None),
            ("{{ a.b", None),
            ("{% if a %}", None),
            ("plain", Some("plain")),
        ];
        for (text, expected) in cases {
            assert_eq!(data.expand(text).as_deref(), expected, "{text}");
        }
    }
}
