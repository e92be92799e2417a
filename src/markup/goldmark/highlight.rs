//! The numbers that Hugo sets beside lines of code: by `markup.highlight`, and by what a fence or shortcode says.
//!
//! In: the language of a block of code and its options. Out: the numbers of its lines, if there are any.

use crate::markup::line_numbers::{Numbering, Place};
use crate::value::Value;

/// What a site says of numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Numbers {
    /// Where they are in blocks that do not say otherwise; `None`: nowhere.
    place: Option<Place>,
    /// Of the first line.
    first: usize,
    /// A block that says no language is given one.
    guesses: bool,
}

impl Default for Numbers {
    fn default() -> Self {
        Self { place: None, first: 1, guesses: false }
    }
}

impl Numbers {
    /// By the configuration of a site, in which the keys of old (`pygmentsOptions`) count too.
    #[must_use]
    pub fn of(configuration: &Value) -> Self {
        let said = |key: &str| configuration.find_at(&format!("markup.highlight.{key}"));
        let is = |value: Option<&Value>| value.and_then(Value::as_bool);
        let first = said("lineNoStart").and_then(Value::as_text).and_then(|first| first.parse().ok());
        let guesses = is(said("guessSyntax")).or_else(|| is(configuration.find_at("pygmentsCodefencesGuessSyntax")));
        let place = said("lineNos").and_then(Value::as_text).and_then(|kind| place(&kind));
        let is_in_line = is(said("lineNumbersInTable")) == Some(false);
        let numbers = Self {
            place: place.map(|place| if is_in_line { Place::Line } else { place }),
            first: first.unwrap_or(1),
            guesses: guesses.unwrap_or(false),
        };
        numbers.with(configuration.find_at("pygmentsOptions").and_then(Value::as_str).unwrap_or_default())
    }

    /// With what `options` such as `linenos=table,linenostart=7` say.
    fn with(mut self, options: &str) -> Self {
        for (key, value) in options.split([',', ' ']).filter_map(|option| option.split_once('=')) {
            let value = value.trim().trim_matches(['"', '\'']);
            match key.trim().to_ascii_lowercase().as_str() {
                "linenos" => self.place = place(value),
                "linenostart" => self.first = value.parse().unwrap_or(self.first),
                _ => {}
            }
        }
        self
    }

    /// The numbers of code behind a fence, such as ```` ```go {linenos=true} ````.
    #[must_use]
    pub fn behind_fence(self, info: &str) -> Option<Numbering> {
        let (language, options) = info.split_once('{').unwrap_or((info, ""));
        self.beside(language.trim(), options.trim_end().trim_end_matches('}'))
    }

    /// The numbers of code in `language`, with `options` such as `linenos=table,linenostart=7`. Hugo sets none where it
    /// does not know the language.
    #[must_use]
    pub fn beside(self, language: &str, options: &str) -> Option<Numbering> {
        let said = self.with(options);
        let language = language.to_ascii_lowercase();
        let is_read = !language.is_empty() && !UNREAD.contains(&language.as_str());
        let is_drawn = DRAWN.contains(&language.as_str());
        let place = said.place.filter(|_| is_read || said.guesses && !is_drawn)?;
        Some(Numbering { first: said.first, place })
    }
}

/// Where `linenos` asks for numbers.
fn place(kind: &str) -> Option<Place> {
    match kind.to_ascii_lowercase().as_str() {
        "" | "false" => None,
        "inline" => Some(Place::Line),
        _ => Some(Place::Column),
    }
}

/// What Hugo, or a program of the page, makes a drawing of.
const DRAWN: [&str; 2] = ["goat", "mermaid"];

/// What authors write for a language, and Hugo's highlighter knows no language of that name.
const UNREAD: [&str; 58] = [
    "algorithm",
    "ascii",
    "backtrace",
    "chart",
    "conf",
    "config",
    "crontab",
    "curl",
    "data",
    "delphi",
    "dotenv",
    "echarts",
    "ejs",
    "email",
    "example",
    "flow",
    "flowchart",
    "gitignore",
    "goat",
    "graphviz",
    "haml",
    "host",
    "hosts",
    "html5",
    "http-request",
    "ipython",
    "jinja2",
    "jsonld",
    "katex",
    "less",
    "liquid",
    "log",
    "logs",
    "markmap",
    "math",
    "mermaid",
    "mindmap",
    "mustache",
    "node",
    "nodejs",
    "none",
    "nohighlight",
    "output",
    "pascal",
    "plantuml",
    "plsql",
    "postcss",
    "pseudo",
    "pseudocode",
    "regex",
    "response",
    "sequence",
    "shellscript",
    "stdout",
    "terminal",
    "tree",
    "uml",
    "url",
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::read;

    fn numbers(settings: &str) -> Numbers {
        Numbers::of(&read::yaml(&format!("markup: {{highlight: {{{settings}}}}}")).expect("YAML"))
    }

    #[test]
    fn a_site_and_a_block_say_whether_lines_have_numbers() {
        let (on, off) = (numbers("lineNos: true, lineNoStart: 3"), numbers("style: monokai"));
        for (info, by_site, alone) in [
            ("go", Some(3), None),
            ("Go {linenos=false}", None, None),
            ("go {hl_lines=[1,\"3-4\"],linenos=table,linenostart=199}", Some(199), Some(199)),
            ("go {linenos=true}", Some(3), Some(1)),
            ("mermaid {linenos=true}", None, None),
            ("", None, None),
        ] {
            let first = |numbers: Numbers| numbers.behind_fence(info).map(|numbering| numbering.first);
            assert_eq!((first(on), first(off)), (by_site, alone), "{info}");
        }
    }

    #[test]
    fn numbers_stand_in_a_column_or_before_the_lines() {
        for (settings, info, place) in [
            ("lineNos: inline", "go", Some(Place::Line)),
            ("lineNos: true, lineNumbersInTable: false", "go", Some(Place::Line)),
            ("lineNos: inline", "go { lineNos=\"table\" }", Some(Place::Column)),
            ("lineNos: false", "go", None),
            ("lineNos: table, guessSyntax: true", "", Some(Place::Column)),
            ("lineNos: table, guessSyntax: true", "mermaid", None),
        ] {
            assert_eq!(numbers(settings).behind_fence(info).map(|numbering| numbering.place), place, "{settings}");
        }
        let old = read::yaml("pygmentsOptions: linenos=table\npygmentsCodefencesGuessSyntax: true\n").expect("YAML");
        assert_eq!(Numbers::of(&old).behind_fence(""), Some(Numbering { first: 1, place: Place::Column }));
    }
}
