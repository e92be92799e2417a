//! Hugo's shortcodes in a text: where they are, what they enclose, and what stands between them.
//!
//! In: Markdown or HTML. Out: [`Piece`]s in the order of the text. As in Hugo, shortcodes are read everywhere, in code
//! too; what is commented out (`{{</* x */>}}`) is the shortcode as text. A shortcode encloses something when it is
//! closed behind.

use std::collections::HashMap;

use super::arguments::{self, Arguments};

/// The deepest that shortcodes enclose each other.
const DEEPEST: usize = 40;
/// After so many tags without end no more are looked for.
const MOST_UNENDED: usize = 100;

/// A piece of a text.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Piece<'a> {
    /// Text as it is.
    Text(&'a str),
    /// A shortcode that is shown as such.
    Shown(String),
    /// A shortcode.
    Shortcode(Shortcode<'a>),
}

/// What becomes of the output of a shortcode.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Notation {
    /// `{{< >}}`: it is finished HTML.
    Html,
    /// `{{% %}}`: it is Markdown.
    Markdown,
}

/// A shortcode in a text.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Shortcode<'a> {
    pub name: &'a str,
    pub arguments: Arguments,
    pub notation: Notation,
    /// What it encloses.
    pub inner: Option<Vec<Piece<'a>>>,
    /// Where it begins in the text.
    pub at: usize,
}

/// What there is in a text, before it is known what encloses what.
enum Token<'a> {
    Text(&'a str),
    Shown(String),
    Open(Shortcode<'a>),
    /// Opened and closed at once.
    Void(Shortcode<'a>),
    Close(&'a str),
    /// A tag without end: it and the rest of its line.
    Unended,
}

/// The pieces of `text`, and where a tag begins that does not end.
pub(super) fn parse(text: &str) -> (Vec<Piece<'_>>, Option<usize>) {
    let (mut tokens, mut unended) = (Vec::new(), Vec::new());
    let (mut done, mut from) = (0, 0);
    while let Some(at) = text[from..].find("{{").map(|at| from + at) {
        from = at + 2;
        let Some(notation) = notation(&text[from..]).filter(|_| unended.len() < MOST_UNENDED) else { continue };
        if done < at {
            tokens.push(Token::Text(&text[done..at]));
        }
        let (token, end) = token(text, at, notation).unwrap_or_else(|| {
            unended.push(at);
            (Token::Unended, text[at..].find('\n').map_or(text.len(), |line| at + line))
        });
        tokens.push(token);
        (done, from) = (end, end);
    }
    tokens.push(Token::Text(&text[done..]));
    (nested(tokens), unended.first().copied())
}

fn notation(text: &str) -> Option<Notation> {
    match text.bytes().next() {
        Some(b'<') => Some(Notation::Html),
        Some(b'%') => Some(Notation::Markdown),
        _ => None,
    }
}

/// The tag that begins at byte `at`, and where it ends.
fn token(text: &str, at: usize, notation: Notation) -> Option<(Token<'_>, usize)> {
    let end = if notation == Notation::Html { ">}}" } else { "%}}" };
    let inside = &text[at + 3..];
    if let Some(commented) = inside.strip_prefix("/*") {
        // as Hugo has it, what follows the first end of the comment is text like any other
        let (shown, rest) = commented.split_once("*/")?;
        return Some((Token::Shown(format!("{}{shown}", &text[at..at + 3])), text.len() - rest.len()));
    }
    let inside = inside.trim_start();
    let (closes, inside) = inside.strip_prefix('/').map_or((false, inside), |inside| (true, inside.trim_start()));
    let length = inside.find(|c: char| c.is_whitespace() || matches!(c, '>' | '%' | '"' | '`' | '='))?;
    let name = inside[..length].trim_end_matches('/');
    let (arguments, rest) = arguments::read(&inside[name.len()..], end)?;
    let (is_void, rest) = rest.strip_prefix('/').map_or((false, rest), |rest| (true, rest));
    let behind = text.len() - rest.len() + end.len();
    let shortcode = || Shortcode { name, arguments, notation, inner: None, at };
    let token = match () {
        () if closes => Token::Close(name),
        () if is_void => Token::Void(shortcode()),
        () => Token::Open(shortcode()),
    };
    Some((token, behind))
}

/// Puts what is enclosed into what encloses it.
fn nested(tokens: Vec<Token<'_>>) -> Vec<Piece<'_>> {
    let mut closings: HashMap<&str, usize> = HashMap::new();
    for token in &tokens {
        if let Token::Close(name) = token {
            *closings.entry(name).or_default() += 1;
        }
    }
    let mut open: Vec<(Shortcode<'_>, Vec<Piece<'_>>)> = Vec::new();
    let mut pieces = Vec::new();
    for token in tokens {
        match token {
            Token::Text(text) => pieces.push(Piece::Text(text)),
            Token::Shown(text) => pieces.push(Piece::Shown(text)),
            Token::Void(shortcode) => pieces.push(Piece::Shortcode(shortcode)),
            Token::Open(shortcode) => {
                let opened = open.iter().filter(|(other, _)| other.name == shortcode.name).count();
                if open.len() < DEEPEST && closings.get(shortcode.name).is_some_and(|closings| *closings > opened) {
                    open.push((shortcode, std::mem::take(&mut pieces)));
                } else {
                    pieces.push(Piece::Shortcode(shortcode));
                }
            }
            Token::Close(name) => {
                closings.entry(name).and_modify(|closings| *closings -= 1);
                if open.iter().any(|(shortcode, _)| shortcode.name == name) {
                    while let Some(closed) = close_last(&mut open, &mut pieces, name) {
                        if closed == name {
                            break;
                        }
                    }
                }
            }
            Token::Unended => {}
        }
    }
    while close_last(&mut open, &mut pieces, "").is_some() {}
    pieces
}

/// Ends the innermost open shortcode, which encloses `pieces` when its name is `name`, and nothing otherwise.
fn close_last<'a>(
    open: &mut Vec<(Shortcode<'a>, Vec<Piece<'a>>)>,
    pieces: &mut Vec<Piece<'a>>,
    name: &str,
) -> Option<&'a str> {
    let (mut shortcode, before) = open.pop()?;
    let inner = std::mem::replace(pieces, before);
    let closed = shortcode.name;
    if closed == name {
        shortcode.inner = Some(inner);
        pieces.push(Piece::Shortcode(shortcode));
    } else {
        pieces.push(Piece::Shortcode(shortcode));
        pieces.extend(inner);
    }
    Some(closed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        fn write(pieces: &[Piece<'_>], out: &mut String) {
            for piece in pieces {
                match piece {
                    Piece::Text(text) => out.push_str(text),
                    Piece::Shown(text) => out.push_str(&format!("`{text}`")),
                    Piece::Shortcode(shortcode) => {
                        out.push_str(&format!("<{}", shortcode.name));
                        if let Some(inner) = &shortcode.inner {
                            out.push(' ');
                            write(inner, out);
                        }
                        out.push('>');
                    }
                }
            }
        }
        let mut out = String::new();
        write(&parse(text).0, &mut out);
        out
    }

    #[test]
    fn shortcodes_enclose_what_is_before_their_end() {
        for (text, expected) in [
            ("a {{< b >}} c", "a <b> c"),
            ("{{<b>}}{{%c%}}", "<b><c>"),
            ("{{< b >}} c {{< /b >}} d", "<b  c > d"),
            ("{{% b %}}{{< c />}}{{% / b %}}", "<b <c>>"),
            ("{{< a >}}{{< b >}}{{< a >}}x{{< /a >}}{{< /a >}}", "<a <b><a x>>"),
            ("{{< a >}}{{< b >}}{{< /a >}}{{< /b >}}", "<a <b>>"),
            ("{{< a/b x=\"{{< c >}}\" >}}", "<a/b>"),
            ("{{</* a \"x\" */>}} {{%/* /b */%}}", "`{{< a \"x\" `>}} `{{% /b `%}}"),
            ("`{{</*/* a */*/>}}`", "``{{</* a `*/>}}`"),
            ("{{ x }} {{ < y", "{{ x }} {{ < y"),
            ("{{< a\nsrc=x\n>}}", "<a>"),
            ("a {{< b\nc", "a \nc"),
        ] {
            assert_eq!(shown(text), expected, "{text}");
        }
        assert_eq!(parse("a {{< b").1, Some(2));
    }

    #[test]
    fn long_texts_take_no_long_time() {
        for piece in
            ["{{< a \"", "{{< a >}}", "{{< /a >}}", "{{</* ", "{{% a", "{{< a >}}{{< /b >}}{{< b >}}{{< /a >}}"]
        {
            assert!(!parse(&format!("{}`>}}}}", piece.repeat(50_000))).0.is_empty());
        }
    }
}
