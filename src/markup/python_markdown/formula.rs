//! Formulas as Pelican's plug-in `render_math` finds them (`$a$`, `$$a$$`, `\begin{align}a\end{align}`), which Markdown is
//! not to touch.

use std::borrow::Cow;

use super::Held;
use super::inline::Closes;
use crate::markup::entity::escape_text;

/// The longest formula, in bytes: one on its own, and one within a line.
const LONGEST: usize = 8_000;
const LONGEST_INLINE: usize = 1_000;

/// The text of a block with marks in the place of its formulas.
pub(super) fn taken_out<'t>(text: &'t str, held: &mut Held) -> Cow<'t, str> {
    if !text.contains('$') && !text.contains("\\begin{") {
        return Cow::Borrowed(text);
    }
    let (bytes, mut closes) = (text.as_bytes(), Closes::of(text));
    let (mut out, mut done, mut at) = (String::with_capacity(text.len()), 0, 0);
    while let Some(found) = memchr::memchr3(b'`', b'\\', b'$', bytes.get(at..).unwrap_or_default()) {
        at += found;
        if bytes[at] == b'`' {
            at = closes.end_of_code(at);
            continue;
        }
        let Some(formula) = Formula::begins(&text[at..text.floor_char_boundary(at + LONGEST)]) else {
            at += if bytes[at] == b'\\' { 2 } else { 1 };
            continue;
        };
        out.push_str(&text[done..at]);
        done = at + formula.length();
        let is_alone = text[..at].trim().is_empty() && text[done..].trim().is_empty();
        out.push_str(&held.hold(formula.html(is_alone)));
        at = done;
    }
    Cow::Owned(out + &text[done..])
}

/// A formula as it is written.
enum Formula<'t> {
    /// Between single dollar signs.
    Inline(&'t str),
    /// With what stands around it.
    Display(&'t str),
}

impl<'t> Formula<'t> {
    /// The one that a text begins with.
    fn begins(text: &'t str) -> Option<Self> {
        if let Some(rest) = text.strip_prefix("$$") {
            let end = rest.find("$$").filter(|end| *end > 0)?;
            return Some(Self::Display(&text[..end + 4]));
        }
        if let Some(rest) = text.strip_prefix('$') {
            let rest = &rest[..rest.floor_char_boundary(LONGEST_INLINE)];
            let is_end = |at: &usize| *at > 0 && !rest[..*at].ends_with(char::is_whitespace);
            let end = rest.match_indices('$').map(|(at, _)| at).find(is_end)?;
            return Some(Self::Inline(&rest[..end]));
        }
        let (name, rest) = text.strip_prefix("\\begin{")?.split_once('}')?;
        let ends = format!("\\end{{{name}}}");
        let end = rest.find(&ends).filter(|end| *end > 0)?;
        Some(Self::Display(&text[..text.len() - rest.len() + end + ends.len()]))
    }

    fn length(&self) -> usize {
        match self {
            Self::Inline(formula) => formula.len() + 2,
            Self::Display(formula) => formula.len(),
        }
    }

    /// As the plug-in writes it; one that is alone in its block is a block.
    fn html(&self, is_alone: bool) -> String {
        match self {
            Self::Inline(formula) if is_alone => format!("<p>\\({}\\)</p>", escape_text(formula)),
            Self::Inline(formula) => format!("\\({}\\)", escape_text(formula)),
            Self::Display(formula) if is_alone => format!("<div>{}</div>", escape_text(formula)),
            Self::Display(formula) => escape_text(formula),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_never_ends_takes_no_longer_than_it_is_long() {
        for piece in ["$ ", "$$a ", "\\begin{a}", "$a ", "\\begin{"] {
            let text = piece.repeat(200_000 / piece.len());
            let began = std::time::Instant::now();
            let _ = taken_out(&text, &mut Held::default());
            assert!(began.elapsed() < std::time::Duration::from_secs(20), "{piece}");
        }
    }

    #[test]
    fn formulas_are_held_back() {
        for (text, expected) in [
            ("a $x_1 < y_2$ b", "a \\(x_1 &lt; y_2\\) b"),
            ("$x$", "<p>\\(x\\)</p>"),
            ("$$ a \\\\ b\n*c* $$", "<div>$$ a \\\\ b\n*c* $$</div>"),
            ("so $$a$$.", "so $$a$$."),
            ("\\begin{align}a\\\\b\\end{align}", "<div>\\begin{align}a\\\\b\\end{align}</div>"),
            ("costs $5 or $6", "costs $5 or $6"),
            ("`$a$` \\$b $ c", "`$a$` \\$b $ c"),
            ("\\begin{a}b\\end{c}", "\\begin{a}b\\end{c}"),
        ] {
            let mut held = Held::default();
            let taken = taken_out(text, &mut held);
            assert_eq!(held.put_back(&taken), expected, "{text}");
        }
    }
}
