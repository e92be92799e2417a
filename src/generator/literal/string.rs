//! Strings of Python and JavaScript.

use super::Language;

/// The string that begins a text: what it says, when it is plain, and its length in the text.
pub(super) fn read(text: &str, language: Language) -> Option<(Option<String>, usize)> {
    let prefix = if language == Language::Python { python_prefix(text) } else { "" };
    let body = &text[prefix.len()..];
    let quote =
        body.chars().next().filter(|c| matches!(c, '"' | '\'') || *c == '`' && language == Language::JavaScript)?;
    let three = &body[..if is_tripled(body, quote, language) { 3 } else { 1 }];
    let inside = &body[three.len()..];
    let is_raw = prefix.contains(['r', 'R']);
    let before = prefix.len() + three.len();
    let end = match end_of(inside, three) {
        Ok(end) => end,
        Err(broken) => return Some((None, before + broken)),
    };
    let length = before + end + three.len();
    let written = &inside[..end];
    let is_formatted = prefix.contains(['f', 'F', 'b', 'B']) || quote == '`' && written.contains("${");
    let text = if is_raw { Some(written.to_owned()) } else { unescaped(written) };
    Some((text.filter(|_| !is_formatted), length))
}

/// `r`, `b`, `u`, `f` and two of them.
fn python_prefix(text: &str) -> &str {
    let end = text.bytes().take(3).position(|byte| !byte.is_ascii_alphabetic()).unwrap_or(0);
    let is_prefix = text[..end].bytes().all(|byte| b"rRbBuUfF".contains(&byte)) && text[end..].starts_with(['"', '\'']);
    if is_prefix { &text[..end] } else { "" }
}

fn is_tripled(body: &str, quote: char, language: Language) -> bool {
    language == Language::Python && body.chars().take(3).filter(|c| *c == quote).count() == 3
}

/// Where a string ends, or where it breaks off: one of a single quote does not go beyond its line.
fn end_of(inside: &str, quote: &str) -> Result<usize, usize> {
    let bytes = inside.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        match bytes[at] {
            b'\\' => at += 1 + inside[at + 1..].chars().next().map_or(0, char::len_utf8),
            b'\n' if quote.len() == 1 && quote != "`" => return Err(at),
            _ if bytes[at..].starts_with(quote.as_bytes()) => return Ok(at),
            _ => at += 1,
        }
    }
    Err(bytes.len())
}

/// What a string says; `None` with an escape that says no character.
fn unescaped(written: &str) -> Option<String> {
    let mut text = String::with_capacity(written.len());
    let mut rest = written;
    while let Some(at) = rest.find('\\') {
        text.push_str(&rest[..at]);
        let escape = rest[at + 1..].chars().next()?;
        rest = &rest[at + 1 + escape.len_utf8()..];
        match escape {
            'n' => text.push('\n'),
            't' => text.push('\t'),
            'r' => text.push('\r'),
            'b' => text.push('\u{8}'),
            'f' => text.push('\u{c}'),
            '\n' => {}
            'x' => text.push(numbered(&mut rest, 2)?),
            'u' if rest.starts_with('{') => {
                let (number, behind) = rest[1..].split_once('}')?;
                rest = behind;
                text.push(u32::from_str_radix(number, 16).ok().and_then(char::from_u32)?);
            }
            'u' => text.push(four(&mut rest)?),
            'U' => text.push(numbered(&mut rest, 8)?),
            '\\' | '"' | '\'' | '`' | '$' | '/' => text.push(escape),
            // Python keeps the backslash, JavaScript does not, and nobody writes it
            other => text.extend(['\\', other]),
        }
    }
    text.push_str(rest);
    Some(text)
}

/// Takes up a character by so many digits.
fn numbered(rest: &mut &str, digits: usize) -> Option<char> {
    let (number, behind) = rest.split_at_checked(digits)?;
    *rest = behind;
    char::from_u32(u32::from_str_radix(number, 16).ok()?)
}

/// Takes up a character by four digits, or by twice four as UTF-16 has it.
fn four(rest: &mut &str) -> Option<char> {
    let unit = |text: &str| u16::from_str_radix(text.get(..4)?, 16).ok();
    let first = unit(rest)?;
    let behind = &rest[4..];
    let second = behind.strip_prefix("\\u").filter(|_| (0xd800..0xdc00).contains(&first)).and_then(unit);
    let units: Vec<u16> = [Some(first), second].into_iter().flatten().collect();
    *rest = if second.is_some() { &behind[6..] } else { behind };
    char::decode_utf16(units).next()?.ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_of_both_languages() {
        use Language::{JavaScript, Python};
        let cases = [
            (Python, r"'a\'b\n' + c", Some("a'b\n")),
            (Python, r"r'\d' ", Some(r"\d")),
            (Python, "\"\"\"a\n'b' \"c\" \"\"\"", Some("a\n'b' \"c\" ")),
            (Python, "u'\\u00e9'", Some("é")),
            (Python, "f'{a}'", None),
            (Python, "''", Some("")),
            (JavaScript, "`a\nb`", Some("a\nb")),
            (JavaScript, "`a${b}`", None),
            (JavaScript, r#""\ud83d\ude00\u{1f600}""#, Some("😀😀")),
        ];
        for (language, text, expected) in cases {
            assert_eq!(read(text, language).map(|(text, _)| text), Some(expected.map(str::to_owned)), "{text}");
        }
        for (text, length) in [("'a\nb'", 2), ("'a", 2), ("'\\", 2), ("\"\"\"a\n", 5)] {
            assert_eq!(read(text, Python), Some((None, length)), "{text}");
        }
        assert_eq!(read("rb", Python), None);
    }
}
