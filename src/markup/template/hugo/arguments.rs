//! The arguments of a shortcode: by name or by place.

/// Arguments in the order written.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Arguments {
    written: Vec<(Option<String>, String)>,
}

impl Arguments {
    /// The one with this name, of several the last.
    pub fn named(&self, name: &str) -> Option<&str> {
        let found =
            self.written.iter().rev().find(|(key, _)| key.as_deref().is_some_and(|key| key.eq_ignore_ascii_case(name)));
        found.map(|(_, value)| value.as_str())
    }

    /// The one at this place, from 0.
    pub fn at(&self, place: usize) -> Option<&str> {
        self.written.iter().filter(|(key, _)| key.is_none()).nth(place).map(|(_, value)| value.as_str())
    }

    /// The one with this name, or at this place.
    pub fn named_or_at(&self, name: &str, place: usize) -> Option<&str> {
        self.named(name).or_else(|| self.at(place)).filter(|value| !value.is_empty())
    }

    /// Whether they have names.
    pub fn are_named(&self) -> bool {
        self.written.iter().any(|(key, _)| key.is_some())
    }
}

/// Reads arguments up to `end` (`>}}`), or `/` and `end`; what follows them, beginning with that.
pub(super) fn read<'a>(text: &'a str, end: &str) -> Option<(Arguments, &'a str)> {
    let mut arguments = Arguments::default();
    let mut rest = text.trim_start();
    loop {
        if rest.starts_with(end) || rest.strip_prefix('/').is_some_and(|rest| rest.starts_with(end)) {
            return Some((arguments, rest));
        }
        let (value, behind) = value(rest, end)?;
        let next = behind.trim_start();
        if let Some(assigned) = next.strip_prefix('=').filter(|_| !rest.starts_with(['"', '`'])) {
            let (assigned, behind) = self::value(assigned.trim_start(), end)?;
            arguments.written.push((Some(value), assigned));
            rest = behind.trim_start();
        } else {
            arguments.written.push((None, value));
            rest = next;
        }
    }
}

/// A value in quotes or not, and what follows it.
fn value<'a>(text: &'a str, end: &str) -> Option<(String, &'a str)> {
    match text.chars().next()? {
        '`' => text[1..].split_once('`').map(|(value, rest)| (value.to_owned(), rest)),
        '"' => quoted(&text[1..]),
        _ => {
            let is_end = |at: usize| {
                text[at..].starts_with(end) || text[at..].strip_prefix('/').is_some_and(|rest| rest.starts_with(end))
            };
            let stops = |at: usize, c: char| at > 0 && c == '=' || c.is_whitespace() || is_end(at);
            let length = text.char_indices().find(|(at, c)| stops(*at, *c))?.0;
            Some((text[..length].to_owned(), &text[length..]))
        }
    }
}

/// What stands before the next quotation mark that is not escaped.
fn quoted(text: &str) -> Option<(String, &str)> {
    let mut value = String::new();
    let mut rest = text;
    loop {
        let at = rest.find(['"', '\\'])?;
        value.push_str(&rest[..at]);
        let behind = &rest[at + 1..];
        if rest[at..].starts_with('"') {
            return Some((value, behind));
        }
        rest = behind.strip_prefix('"').map_or(behind, |behind| {
            value.push('"');
            behind
        });
        if rest.len() == behind.len() {
            value.push('\\');
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(text: &str) -> Vec<(Option<String>, String)> {
        read(text, ">}}").expect("an end").0.written
    }

    #[test]
    fn values_are_quoted_raw_or_bare() {
        let named = |key: &str, value: &str| (Some(key.to_owned()), value.to_owned());
        let placed = |value: &str| (None, value.to_owned());
        assert_eq!(
            written(" src=\"a b\" w=5 x=`\"y\\`>}}"),
            [named("src", "a b"), named("w", "5"), named("x", "\"y\\")]
        );
        assert_eq!(written("go \"a=1,b=2\" /a/b?c />}}"), [placed("go"), placed("a=1,b=2"), placed("/a/b?c")]);
        assert_eq!(written("t = \"say \\\"hi\\\" c:\\d\">}}"), [named("t", "say \"hi\" c:\\d")]);
        assert_eq!(written("\n a\n b=1\n>}}"), [placed("a"), named("b", "1")]);
        assert_eq!(written(">}}"), []);
        assert_eq!(read("a=1 b=2 A=3>}}", ">}}").expect("an end").0.named("a"), Some("3"));
        for open in ["a", "\"a>}}", "`a>}}", "a=", ""] {
            assert!(read(open, ">}}").is_none(), "{open}");
        }
    }
}
