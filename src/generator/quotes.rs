//! The quotation marks that kramdown sets: `smart_quotes` of its settings.

use super::Generator;
use crate::config::Dialect;
use crate::value::Value;

/// Quotation marks in the place of a typewriter's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quotes {
    single: [char; 2],
    double: [char; 2],
}

impl Default for Quotes {
    fn default() -> Self {
        Self { single: ['\u{2018}', '\u{2019}'], double: ['\u{201c}', '\u{201d}'] }
    }
}

impl Quotes {
    /// What a typewriter's mark becomes that opens a quotation.
    #[must_use]
    pub fn opening(self, typed: char) -> char {
        self.both(typed)[0]
    }

    /// What it becomes that closes one.
    #[must_use]
    pub fn closing(self, typed: char) -> char {
        self.both(typed)[1]
    }

    fn both(self, typed: char) -> [char; 2] {
        if typed == '"' { self.double } else { self.single }
    }

    /// The four marks of a setting, names or numbers of characters, as a list or with commas between them; with any other
    /// number of them, or an unknown one, kramdown stops.
    fn of(setting: &Value) -> Option<Self> {
        let listed: Vec<String> = match setting {
            Value::Sequence(items) => items.iter().filter_map(Value::as_text).collect(),
            other => other.as_text()?.split(',').map(str::to_owned).collect(),
        };
        let marks: Option<Vec<char>> = listed.iter().map(|name| character(name.trim())).collect();
        let [opening, closing, double_opening, double_closing] = marks?.try_into().ok()?;
        Some(Self { single: [opening, closing], double: [double_opening, double_closing] })
    }
}

impl Generator {
    /// The quotation marks of the site.
    #[must_use]
    pub fn quotes(&self) -> Quotes {
        let setting = || self.setting("kramdown.smart_quotes").and_then(Quotes::of);
        let set = if self.dialect == Dialect::Jekyll { setting() } else { None };
        set.unwrap_or_default()
    }
}

/// A character by its number, or by the name that HTML has for it.
fn character(name: &str) -> Option<char> {
    if let Ok(number) = name.parse() {
        return char::from_u32(number).filter(|c| !c.is_control());
    }
    Some(match name {
        "apos" => '\'',
        "quot" => '"',
        "lsquo" => '\u{2018}',
        "rsquo" => '\u{2019}',
        "sbquo" => '\u{201a}',
        "ldquo" => '\u{201c}',
        "rdquo" => '\u{201d}',
        "bdquo" => '\u{201e}',
        "laquo" => '\u{ab}',
        "raquo" => '\u{bb}',
        "lsaquo" => '\u{2039}',
        "rsaquo" => '\u{203a}',
        "prime" => '\u{2032}',
        "Prime" => '\u{2033}',
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::read;

    fn quotes(settings: &str) -> Quotes {
        let settings = read::yaml(settings).expect("settings");
        Generator::new(Dialect::Jekyll, "", settings, super::super::Texts::new()).quotes()
    }

    #[test]
    fn four_names_or_numbers() {
        let german = quotes("kramdown: {smart_quotes: 'sbquo,lsquo, bdquo,ldquo'}");
        assert_eq!([german.opening('\''), german.closing('\'')], ['‚', '‘']);
        assert_eq!([german.opening('"'), german.closing('"')], ['„', '“']);
        let straight = quotes("kramdown: {smart_quotes: [apos, 39, quot, 34]}");
        assert_eq!([straight.opening('\''), straight.closing('\'')], ['\'', '\'']);
        assert_eq!([straight.opening('"'), straight.closing('"')], ['"', '"']);
    }

    #[test]
    fn what_stops_kramdown_counts_as_unsaid() {
        for settings in ["{}", "kramdown: {smart_quotes: 'laquo,raquo'}", "kramdown: {smart_quotes: 'a,b,c,d'}"] {
            assert_eq!(quotes(settings), Quotes::default(), "{settings}");
        }
    }
}
