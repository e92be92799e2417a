//! `$$` formulas of kramdown: within a line, or a paragraph of its own.
//!
//! In: Markdown and which bytes of it are text. Out: where formulas are, which mean TeX between the signs that sets
//! of formulas look for.

use std::ops::Range;

use super::mark::{Meaning, Place};
use super::scan::Found;
use super::structure::{Stretch, Within, is_escaped};

/// The longest formula, in bytes.
const LONGEST: usize = 5000;

/// The formulas in `text`, in order.
pub(super) fn formulas(text: &str, stretches: &[Stretch]) -> Vec<Found> {
    let mut found: Vec<Found> = Vec::new();
    let mut done = 0;
    for stretch in stretches.iter().filter(|stretch| stretch.within == Within::Text) {
        for (at, _) in text[stretch.range.clone()].match_indices("$$") {
            let at = stretch.range.start + at;
            if at < done || is_escaped(text, at) {
                continue;
            }
            let Some(tex) = tex_behind(text, at + 2) else { continue };
            done = tex.end + 2;
            found.push(formula(text, tex));
        }
    }
    found
}

/// Where the TeX is that begins at byte `from`.
fn tex_behind(text: &str, from: usize) -> Option<Range<usize>> {
    let limit = text.floor_char_boundary(from.saturating_add(LONGEST).min(text.len()));
    let length = text[from..limit].find("$$")?;
    let tex = &text[from..from + length];
    let is_one = !tex.trim().is_empty() && !tex.contains("\n\n");
    is_one.then_some(from..from + length)
}

fn formula(text: &str, tex: Range<usize>) -> Found {
    let range = tex.start - 2..tex.end + 2;
    let before = &text[..range.start];
    let line = before.rfind('\n').map_or(0, |newline| newline + 1);
    let prefix = &before[line..];
    let is_container = |line: &str| line.bytes().all(|byte| matches!(byte, b' ' | b'\t' | b'>' | b'\r'));
    let begins = is_container(prefix) && before[..line].lines().next_back().is_none_or(is_container);
    let mut behind = text[range.end..].lines();
    let ends = behind.next().is_none_or(is_container) && behind.next().is_none_or(is_container);
    let lines = text[tex].lines().enumerate();
    let lines = lines.map(|(number, line)| if number > 0 { line.trim_start_matches(prefix) } else { line });
    let tex = lines.collect::<Vec<_>>().join("\n");
    let tex = tex.trim();
    let shown = if begins && ends { format!("\\[{tex}\\]") } else { format!("\\({tex}\\)") };
    Found { range, place: Place::Span, meaning: Meaning::Text(shown) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Dialect;
    use crate::markup::kramdown::structure::Structure;

    fn found(text: &str) -> Vec<String> {
        let found = formulas(text, &Structure::of(text, Dialect::Jekyll).stretches);
        found
            .into_iter()
            .map(|found| if let Meaning::Text(shown) = found.meaning { shown } else { String::new() })
            .collect()
    }

    #[test]
    fn within_a_line_or_on_their_own() {
        assert_eq!(found("a $$x_1*y_2*$$ b $$ z $$"), ["\\(x_1*y_2*\\)", "\\(z\\)"]);
        assert_eq!(found("a\n\n$$\nx\n= y\n$$\n\nb"), ["\\[x\n= y\\]"]);
        assert_eq!(found("> $$\n> x\n> $$"), ["\\[x\\]"]);
        assert_eq!(found("a\n$$x$$\nb"), ["\\(x\\)"]);
    }

    #[test]
    fn dollars_in_code_and_escaped_ones_are_none() {
        for text in ["`$$x$$`", "    $$x$$", "\\$$x$$", "$$ $$", "$$a\n\nb", "it costs $$"] {
            assert_eq!(found(text), [""; 0], "{text}");
        }
    }
}
