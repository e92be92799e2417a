//! A text -> its shortcodes, and what is between them.
//!
//! A shortcode is `{{ name(key=value) }}`, or `{% name(key=value) %}` with a text up to `{% end %}`, in which others may be.
//! With `/*` and `*/` inside its braces it is not expanded, but shown without them. Braces that hold anything else are text.

use std::ops::Range;

use tera::Map;
use tera::Value as Json;

use super::literal;

/// How deep shortcodes may be in each other.
const DEEPEST: usize = 32;

/// A part of a text.
#[derive(Debug, PartialEq)]
pub(super) enum Piece<'a> {
    Text(&'a str),
    /// A shortcode that is to be shown, without its marks.
    Shown(String),
    Call(Call<'a>),
    /// A beginning without an end, or an end without a beginning.
    Stray(&'a str),
}

/// A shortcode.
#[derive(Debug, PartialEq)]
pub(super) struct Call<'a> {
    pub name: &'a str,
    pub arguments: Map<String, Json>,
    /// What is between its beginning and its end.
    pub body: Option<Vec<Piece<'a>>>,
    /// All of it, as it is written.
    pub written: &'a str,
}

/// A pair of braces.
#[derive(Debug, Clone, PartialEq)]
enum Brace<'a> {
    Inline(&'a str, Map<String, Json>),
    Start(&'a str, Map<String, Json>),
    End,
    ShownInline,
    ShownStart,
    ShownEnd,
}

/// The pieces of a text.
pub(super) fn pieces(text: &str) -> Vec<Piece<'_>> {
    let braces = shown_together(braces(text));
    let pairs = pairs(&braces);
    pieces_of(text, 0..text.len(), &braces, &pairs, 0)
}

/// All pairs of braces that belong to shortcodes, in order.
fn braces(text: &str) -> Vec<(Range<usize>, Brace<'_>)> {
    let (mut found, mut at) = (Vec::new(), 0);
    while let Some(start) = text[at..].find('{').map(|start| start + at) {
        at = start + 1;
        if let Some((length, brace)) = brace(&text[start..]) {
            at = start + length;
            found.push((start..at, brace));
        }
    }
    found
}

/// The pair of braces that a text begins with, and its length.
fn brace(text: &str) -> Option<(usize, Brace<'_>)> {
    let is_inline = text.starts_with("{{");
    let inside = text.strip_prefix("{{").or_else(|| text.strip_prefix("{%"))?;
    let (inside, is_shown) = inside.strip_prefix("/*").map_or((inside, false), |inside| (inside, true));
    let end = match (is_inline, is_shown) {
        (true, false) => "}}",
        (true, true) => "*/}}",
        (false, false) => "%}",
        (false, true) => "*/%}",
    };
    let closed = |rest: &str| rest.trim_start().strip_prefix(end).map(|rest| text.len() - rest.len());
    if let Some(length) = inside.trim_start().strip_prefix("end").filter(|_| !is_inline).and_then(closed) {
        return Some((length, if is_shown { Brace::ShownEnd } else { Brace::End }));
    }
    let (name, arguments, rest) = literal::call(inside)?;
    let brace = match (is_inline, is_shown) {
        (true, false) => Brace::Inline(name, arguments),
        (true, true) => Brace::ShownInline,
        (false, false) => Brace::Start(name, arguments),
        (false, true) => Brace::ShownStart,
    };
    Some((closed(rest)?, brace))
}

/// What is between a beginning and an end that are shown is not read.
fn shown_together(braces: Vec<(Range<usize>, Brace<'_>)>) -> Vec<(Range<usize>, Brace<'_>)> {
    let mut left = braces.iter().filter(|(_, brace)| *brace == Brace::ShownEnd).count();
    let (mut kept, mut depth) = (Vec::with_capacity(braces.len()), 0_usize);
    for (range, brace) in braces {
        match brace {
            Brace::ShownStart if left > depth => depth += 1,
            Brace::ShownEnd => {
                left -= 1;
                depth = depth.saturating_sub(1);
            }
            _ if depth > 0 => continue,
            _ => {}
        }
        kept.push((range, brace));
    }
    kept
}

/// For each beginning the number of its end.
fn pairs(braces: &[(Range<usize>, Brace<'_>)]) -> Vec<Option<usize>> {
    let (mut pairs, mut open) = (vec![None; braces.len()], Vec::new());
    for (number, (_, brace)) in braces.iter().enumerate() {
        match brace {
            Brace::Start(..) => open.push(number),
            Brace::End => {
                if let Some(start) = open.pop() {
                    pairs[start] = Some(number);
                }
            }
            _ => {}
        }
    }
    pairs
}

/// The pieces of a stretch of a text; `braces` are all from the first one in it, `depth` is how deep it is.
fn pieces_of<'a>(
    text: &'a str,
    stretch: Range<usize>,
    braces: &[(Range<usize>, Brace<'a>)],
    pairs: &[Option<usize>],
    depth: usize,
) -> Vec<Piece<'a>> {
    let (mut pieces, mut done) = (Vec::new(), stretch.start);
    let mut number = braces.partition_point(|(range, _)| range.start < stretch.start);
    while let Some((range, brace)) = braces.get(number).filter(|(range, _)| range.end <= stretch.end) {
        if done < range.start {
            pieces.push(Piece::Text(&text[done..range.start]));
        }
        let written = &text[range.clone()];
        done = range.end;
        number += 1;
        pieces.push(match brace {
            Brace::Inline(name, arguments) => {
                Piece::Call(Call { name, arguments: arguments.clone(), body: None, written })
            }
            Brace::Start(name, arguments) => match pairs[number - 1] {
                Some(end) if depth < DEEPEST => {
                    let (between, written) = (range.end..braces[end].0.start, &text[range.start..braces[end].0.end]);
                    let body = Some(pieces_of(text, between, braces, pairs, depth + 1));
                    (number, done) = (end + 1, braces[end].0.end);
                    Piece::Call(Call { name, arguments: arguments.clone(), body, written })
                }
                _ => Piece::Stray(written),
            },
            Brace::End => Piece::Stray(written),
            Brace::ShownInline | Brace::ShownStart | Brace::ShownEnd => {
                Piece::Shown(written.replacen("/*", "", 1).replacen("*/}}", "}}", 1).replacen("*/%}", "%}", 1))
            }
        });
    }
    if done < stretch.end {
        pieces.push(Piece::Text(&text[done..stretch.end]));
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(pieces: &[Piece<'_>]) -> String {
        let one = |piece: &Piece<'_>| match piece {
            Piece::Text(text) => (*text).to_owned(),
            Piece::Shown(text) => format!("!{text}!"),
            Piece::Stray(text) => format!("?{text}?"),
            Piece::Call(Call { name, arguments, body, .. }) => {
                let arguments = Json::Object(arguments.clone());
                let body = body.as_ref().map_or_else(String::new, |body| format!("[{}]", shown(body)));
                format!("<{name}{arguments}{body}>")
            }
        };
        pieces.iter().map(one).collect()
    }

    #[test]
    fn shortcodes_are_told_from_text() {
        for (text, expected) in [
            ("a {{ b() }} c", "a <b{}> c"),
            ("{{b(c=\"d\" , e=1)}}", "<b{\"c\":\"d\",\"e\":1}>"),
            ("{{ b(\n  c=`x\ny`,\n) }}", "<b{\"c\":\"x\\ny\"}>"),
            ("{% a() %}x {{ b() }} {% c() %}y{% end %}{% end %}z", "<a{}[x <b{}> <c{}[y]>]>z"),
            ("{{ page.title }} {% if x %} {{ b('c') }}", "{{ page.title }} {% if x %} {{ b('c') }}"),
            ("{{/* b(c=1) */}} {%/* a() */%}{{ b() }}{%/* end */%}", "!{{ b(c=1) }}! !{% a() %}!{{ b() }}!{% end %}!"),
            ("{% a() %}x", "?{% a() %}?x"),
            ("{% end %}x", "?{% end %}?x"),
            ("{%/* a() */%} {{ b() }}", "!{% a() %}! <b{}>"),
            ("{{ é() }} {{", "{{ é() }} {{"),
        ] {
            assert_eq!(shown(&pieces(text)), expected, "{text}");
        }
    }

    #[test]
    fn depth_and_length_are_no_harm() {
        let deep = format!("{}x{}", "{% a() %}".repeat(2_000), "{% end %}".repeat(2_000));
        assert!(matches!(pieces(&deep)[0], Piece::Call(_)));
        assert_eq!(pieces(&"{% a() %}".repeat(50_000)).len(), 50_000);
        assert_eq!(pieces(&"{{ a(b=\"".repeat(50_000)).len(), 1);
    }
}
