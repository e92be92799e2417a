//! What a line can begin with.

use super::normal::TAB;

/// How many blanks a line begins with.
pub(super) fn indent(line: &str) -> usize {
    line.len() - line.trim_start_matches(' ').len()
}

/// The line without a tab's width of blanks before it, when there is so much.
pub(super) fn detabbed(line: &str) -> Option<&str> {
    (indent(line) >= TAB).then(|| &line[TAB..])
}

/// A line that is not in code by its blanks, without them.
fn outdented(line: &str) -> Option<&str> {
    (indent(line) < TAB).then(|| line.trim_start_matches(' '))
}

/// What kind of item a line begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Marker {
    Bullet,
    Number,
}

/// The marker that a line begins with, at any indentation, and what stands behind it.
pub(super) fn marker(line: &str) -> Option<(Marker, &str)> {
    let line = line.trim_start_matches(' ');
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    let (marker, behind) = match digits {
        0 => (Marker::Bullet, line.strip_prefix(['*', '+', '-'])?),
        _ => (Marker::Number, line[digits..].strip_prefix('.')?),
    };
    behind.starts_with(' ').then(|| (marker, behind.trim_start_matches(' ')))
}

/// The same where it is not indented as what belongs to an item.
pub(super) fn item(line: &str) -> Option<(Marker, &str)> {
    outdented(line).and_then(marker)
}

/// Level and text of a heading.
pub(super) fn heading(line: &str) -> Option<(usize, &str)> {
    let level = line.bytes().take_while(|byte| *byte == b'#').count().min(6);
    let text = line[level..].trim();
    let plain = text.trim_end_matches('#');
    let is_escaped = plain.ends_with('\\') && plain.len() < text.len();
    let text = if is_escaped { &text[..=plain.len()] } else { plain };
    (level > 0).then(|| (level, text.trim()))
}

/// The level of the heading that the line above is by this one.
pub(super) fn underline(line: &str) -> Option<usize> {
    let line = line.trim_end_matches(' ');
    let all = |sign| !line.is_empty() && line.bytes().all(|byte| byte == sign);
    if all(b'=') { Some(1) } else { all(b'-').then_some(2) }
}

/// Whether a line is a rule: three of one sign, with two blanks at most between them.
pub(super) fn is_rule(line: &str) -> bool {
    let Some(line) = outdented(line).map(|line| line.trim_end_matches(' ')) else { return false };
    let Some(sign) = line.chars().next().filter(|sign| matches!(sign, '-' | '_' | '*')) else { return false };
    line.chars().all(|c| c == sign || c == ' ') && line.matches(sign).count() >= 3 && !line.contains("   ")
}

/// What a line of a quotation says.
pub(super) fn quoted(line: &str) -> Option<&str> {
    let behind = outdented(line)?.strip_prefix('>')?;
    Some(behind.strip_prefix(' ').unwrap_or(behind))
}

/// What a line begins to define with.
pub(super) fn definition(line: &str) -> Option<&str> {
    let behind = outdented(line)?.strip_prefix(':')?;
    let blanks = indent(behind).min(3);
    (blanks > 0).then(|| &behind[blanks..])
}

/// The name of a note, and what its first line says.
pub(super) fn note(line: &str) -> Option<(&str, &str)> {
    let (name, text) = outdented(line)?.strip_prefix("[^")?.split_once("]:")?;
    (!name.contains(']')).then(|| (name, text.trim()))
}

/// Whether a line may say where a name leads to.
pub(super) fn names(line: &str) -> bool {
    outdented(line).is_some_and(|line| line.starts_with('[') && line.contains("]:"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_known_by_their_beginnings() {
        assert_eq!(item("   *  a"), Some((Marker::Bullet, "a")));
        assert_eq!(item("12. a"), Some((Marker::Number, "a")));
        assert_eq!((item("    * a"), item("1.a"), item("*")), (None, None, None));
        assert_eq!(heading("##a ##"), Some((2, "a")));
        assert_eq!(heading("# C\\#"), Some((1, "C\\#")));
        assert_eq!(heading("#######"), Some((6, "")));
        assert_eq!(heading(" # a"), None);
        assert!(is_rule("* * *") && is_rule("---") && !is_rule("--") && !is_rule("-    -    -") && !is_rule("*-*"));
        assert_eq!((definition(": a"), definition(":a"), definition(":     a")), (Some("a"), None, Some("  a")));
        assert_eq!(note("[^1]: a"), Some(("1", "a")));
        assert_eq!((quoted("> a"), quoted(">a"), quoted("a > b")), (Some("a"), Some("a"), None));
    }
}
