//! Code between fences, which begin a line: taken out before anything else is read.

use std::collections::HashMap;

use super::Held;
use crate::markup::entity::escape_text;

/// What can be in the language behind a fence, besides letters and digits.
const OF_LANGUAGES: [char; 6] = ['_', '#', '.', '+', '-', ' '];

/// The text with a mark, between empty lines, in the place of each block of code.
pub(super) fn taken_out(text: &str, held: &mut Held) -> String {
    let lines: Vec<&str> = text.split('\n').collect();
    let ends = ends(&lines);
    let (mut out, mut at) = (Vec::with_capacity(lines.len()), 0);
    let mut marks = Vec::new();
    while at < lines.len() {
        let close = opening(lines[at]).and_then(|fence| {
            let places = ends.get(fence)?;
            places.get(places.partition_point(|place| *place <= at)).copied()
        });
        if let Some(close) = close {
            let code = lines[at + 1..close].join("\n");
            marks.push((out.len(), held.hold(pre(&code))));
            out.push("");
            at = close + 1;
        } else {
            out.push(lines[at]);
            at += 1;
        }
    }
    put(&out, marks)
}

/// Where fences stand that can be the end of code, by what they are.
fn ends<'t>(lines: &[&'t str]) -> HashMap<&'t str, Vec<usize>> {
    let mut ends: HashMap<&str, Vec<usize>> = HashMap::new();
    for (number, line) in lines.iter().enumerate() {
        let fence = line.trim_end_matches(' ');
        if fence.starts_with(['`', '~']) && run(fence) == fence.len() {
            ends.entry(fence).or_default().push(number);
        }
    }
    ends
}

/// The fence that begins a line, when it begins code.
fn opening(line: &str) -> Option<&str> {
    let (fence, info) = line.split_at(run(line));
    let info = info.trim();
    let is_language = |text: &str| text.chars().all(|c| c.is_alphanumeric() || OF_LANGUAGES.contains(&c));
    let before_lines = info.split("hl_lines=").next().unwrap_or_default();
    let right = info.starts_with('{') && info.ends_with('}')
        || is_language(before_lines) && before_lines.split_whitespace().count() <= 1;
    (fence.len() >= 3 && right).then_some(fence)
}

fn run(line: &str) -> usize {
    let first = line.bytes().next().filter(|first| matches!(first, b'`' | b'~'));
    first.map_or(0, |first| line.bytes().take_while(|byte| *byte == first).count())
}

/// Code as HTML.
pub(super) fn pre(code: &str) -> String {
    format!("<pre><code>{}\n</code></pre>", escape_text(code.trim_end()))
}

fn put(lines: &[&str], marks: Vec<(usize, String)>) -> String {
    let mut marks = marks.into_iter().peekable();
    let mut out = String::new();
    for (number, line) in lines.iter().enumerate() {
        match marks.next_if(|(place, _)| *place == number) {
            Some((_, mark)) => out += &format!("\n{mark}\n\n"),
            None => out += &format!("{line}\n"),
        }
    }
    out.pop();
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_closed_by_the_same_fence_is_code() {
        let out = |text| taken_out(text, &mut Held::default());
        assert!(!out("```\na\n```\n").contains('a'));
        assert!(!out("~~~ .py\na\n~~~  \n").contains('a'));
        assert!(!out("```{ .py hl_lines=\"1\" }\na\n```\n").contains('a'));
        for text in ["````\na\n```\n", "  ```\na\n  ```\n", "``` a b\nc\n", "```\na\n"] {
            assert_eq!(out(text), text);
        }
    }
}
