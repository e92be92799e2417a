//! What is text in a block of HTML: neither tag nor comment, and not code.

use std::ops::Range;

use crate::scan;

/// Elements whose text is shown as it is typed.
const CODE: &[&str] = &["pre", "code", "script", "style", "textarea", "kbd", "samp", "var", "tt"];

/// Those of them that are shown, and can stand within a line.
const INLINE_CODE: &[&str] = &["pre", "code", "kbd", "samp", "var", "tt"];

/// Those and the one that explains an abbreviation itself.
const UNEXPLAINED: &[&str] = &["pre", "code", "kbd", "samp", "var", "tt", "abbr"];

/// How many elements of code are told apart within each other.
const DEEPEST: usize = 16;

/// Which elements of code are open within a line, by the tags that pass.
#[derive(Debug, Default)]
pub struct InlineCode(Vec<&'static str>);

impl InlineCode {
    /// A tag passes; elements of code count.
    pub(super) fn pass(&mut self, tag: &str) {
        self.pass_of(tag, INLINE_CODE);
    }

    /// A tag passes; elements in which no abbreviation is explained count.
    pub fn pass_unexplained(&mut self, tag: &str) {
        self.pass_of(tag, UNEXPLAINED);
    }

    fn pass_of(&mut self, tag: &str, names: &[&'static str]) {
        let tag = tag.trim_start_matches('<');
        let (name, ends) = tag.strip_prefix('/').map_or((tag, false), |name| (name, true));
        let known = |code: &&&str| {
            let starts = name.get(..code.len()).is_some_and(|start| start.eq_ignore_ascii_case(code));
            starts && is_end_of_name(&name[code.len()..])
        };
        match names.iter().find(known) {
            Some(code) if ends => {
                if let Some(at) = self.0.iter().rposition(|open| open == code) {
                    self.0.truncate(at);
                }
            }
            Some(code) if self.0.len() < DEEPEST => self.0.push(code),
            _ => {}
        }
    }

    /// Whether what comes now is shown as it is typed.
    #[must_use]
    pub fn is_open(&self) -> bool {
        !self.0.is_empty()
    }
}

/// The stretches of text in `html`.
pub(super) fn ranges(html: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut from = 0;
    let mut code: Option<&str> = None;
    while let Some(open) = html[from..].find('<').map(|at| at + from) {
        if code.is_none() {
            found.push(from..open);
        }
        let Some(close) = end_of_tag(html, open) else { return found };
        let tag = html[open + 1..close].to_ascii_lowercase();
        match code {
            None => code = CODE.iter().copied().find(|name| is_tag_of(&tag, name)),
            Some(name) if tag.strip_prefix('/').is_some_and(|tag| is_tag_of(tag, name)) => code = None,
            Some(_) => {}
        }
        from = close;
    }
    if code.is_none() {
        found.push(from..html.len());
    }
    found
}

fn is_tag_of(tag: &str, name: &str) -> bool {
    tag.strip_prefix(name).is_some_and(is_end_of_name)
}

fn is_end_of_name(rest: &str) -> bool {
    !rest.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '-')
}

/// Behind the end of the tag or comment at `open`; what only looks like a tag ends at once.
fn end_of_tag(html: &str, open: usize) -> Option<usize> {
    let rest = &html[open..];
    if rest.starts_with("<!--") {
        return rest.find("-->").map(|end| open + end + 3);
    }
    if !rest[1..].starts_with(|c: char| c.is_ascii_alphabetic() || "/!?".contains(c)) {
        return Some(open + 1);
    }
    scan::end_of_tag(rest.as_bytes()).map(|end| open + end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_within_a_line() {
        let mut code = InlineCode::default();
        for (tag, open) in [
            ("<b>", false),
            ("</code>", false),
            ("<Code class=x>", true),
            ("<var>", true),
            ("</code>", false),
            ("<codes>", false),
            ("<script>", false),
            ("<!-- pre -->", false),
        ] {
            code.pass(tag);
            assert_eq!(code.is_open(), open, "{tag}");
        }
    }

    #[test]
    fn neither_tags_nor_code() {
        let html = "a<b title='{:.x}'>b</b><pre>c<i>d</i></pre>e<!-- f -->g<1h";
        let texts: String = ranges(html).into_iter().map(|range| &html[range]).collect();
        assert_eq!(texts, "abeg1h");
    }
}
