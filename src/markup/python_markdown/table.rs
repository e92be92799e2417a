//! Tables: a head, a line of dashes with as many cells, and rows.

use super::block::Lines;

/// The cells of all rows, the line of dashes too; `None` where a block is no table.
pub(super) fn rows<'t>(lines: Lines<'_, 't>) -> Option<Vec<Vec<&'t str>>> {
    let [head, dashes, ..] = lines else { return None };
    let head = head.trim_matches(' ');
    if !dashes.bytes().all(|byte| matches!(byte, b'|' | b':' | b'-' | b' ')) || !dashes.contains('-') {
        return None;
    }
    let bordered = head.starts_with('|') || ends_with_bar(head);
    let cells = |line: &'t str| cells(line.trim_matches(' '), bordered);
    let columns = cells(head).len();
    let is_edged = |line: &&str| line.trim().starts_with('|') || ends_with_bar(line.trim());
    let is_table = columns > 1 || bordered && lines[1..].iter().all(is_edged);
    (is_table && cells(dashes).len() == columns).then(|| lines.iter().map(|line| cells(line)).collect())
}

/// Whether a line ends with a bar that no backslash takes the meaning of.
fn ends_with_bar(line: &str) -> bool {
    line.strip_suffix('|').is_some_and(|before| (before.len() - before.trim_end_matches('\\').len()) % 2 == 0)
}

/// What stands between bars; those in code are none.
fn cells(line: &str, bordered: bool) -> Vec<&str> {
    let line = if bordered { line.strip_prefix('|').unwrap_or(line) } else { line };
    let line = if bordered && ends_with_bar(line) { &line[..line.len() - 1] } else { line };
    let (mut cells, mut from, mut at) = (Vec::new(), 0, 0);
    let bytes = line.as_bytes();
    let mut closes = super::inline::Closes::of(line);
    while at < bytes.len() {
        match bytes[at] {
            b'\\' => at += 1,
            b'`' => at = closes.end_of_code(at) - 1,
            b'|' => {
                cells.push(line[from..at].trim_matches(' '));
                from = at + 1;
            }
            _ => {}
        }
        at += 1;
    }
    cells.push(line[from..].trim_matches(' '));
    cells
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_in_code_part_nothing() {
        assert_eq!(cells("a | `b|c` | d\\|e", false), ["a", "`b|c`", "d\\|e"]);
        assert_eq!(cells("|a|`b|", true), ["a", "`b"]);
        assert_eq!(rows(&["a|b", "-|-", "c"]).map(|rows| rows.len()), Some(3));
        assert_eq!(rows(&["|a|", "|-|", "|b|"]).map(|rows| rows.len()), Some(3));
        assert_eq!(rows(&["a", "-"]), None);
    }
}
