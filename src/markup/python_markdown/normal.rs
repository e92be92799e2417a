//! A text without tabs, and with empty lines for blank ones.

/// The width of a tab, and of what belongs to an item of a list, in columns.
pub(super) const TAB: usize = 4;

/// Tabs become blanks, blank lines empty.
pub(super) fn normalized(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 16);
    for (number, line) in text.split('\n').enumerate() {
        if number > 0 {
            out.push('\n');
        }
        let line = line.strip_suffix('\r').unwrap_or(line);
        match line.trim_matches([' ', '\t', '\r']) {
            "" => {}
            _ if line.contains('\t') => expand(line, &mut out),
            _ => out.push_str(line),
        }
    }
    out
}

fn expand(line: &str, out: &mut String) {
    let mut column = 0;
    for c in line.chars() {
        let width = if c == '\t' { TAB - column % TAB } else { 1 };
        column += width;
        if c == '\t' { out.extend(std::iter::repeat_n(' ', width)) } else { out.push(c) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tabs_go_to_the_next_stop() {
        assert_eq!(normalized("a\tb\r\n \t\n\tc"), "a   b\n\n    c");
    }
}
