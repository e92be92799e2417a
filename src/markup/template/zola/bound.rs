//! Tera's templates, kept from running for ever and from growing without end.
//!
//! In: the text of a template. Out: the same with calls in it that count: each turn of a loop, each macro and included
//! template that is entered and left, and the size of each variable that is set. Tera itself has no limits.

/// Called in each turn of a loop.
pub(super) const TURN: &str = "__turn";
/// Called where a macro or another template begins; its arguments are measured.
pub(super) const ENTER: &str = "__enter";
/// Called where it ends.
pub(super) const LEAVE: &str = "__leave";
/// Called with each variable that is set.
pub(super) const MEASURE: &str = "__measure";

/// The longest template, in bytes.
const LONGEST: usize = 64 << 10;
/// How deep parentheses and lists may be in each other: reading them takes twice as long with each.
const DEEPEST: usize = 8;
/// How deep statements may be in each other.
const DEEPEST_BLOCK: usize = 24;

/// A template that counts; why it is none that can be read.
pub(super) fn counting(source: &str) -> Result<String, String> {
    if source.len() > LONGEST {
        return Err("the template is too long".to_owned());
    }
    let (mut out, mut rest, mut depth) = (String::with_capacity(source.len() * 2), source, 0_usize);
    while let Some(start) = rest.find('{') {
        out.push_str(&rest[..start]);
        let tag = &rest[start..];
        let end = end_of(tag)?;
        rest = &tag[end..];
        if !tag.starts_with("{%") {
            out.push_str(&tag[..end]);
            continue;
        }
        let statement = Statement::of(&tag[..end]);
        depth = match statement.word {
            "for" | "if" | "macro" | "block" | "filter" => depth + 1,
            word if word.starts_with("end") => depth.saturating_sub(1),
            _ => depth,
        };
        if depth > DEEPEST_BLOCK {
            return Err("its statements are nested too deep".to_owned());
        }
        statement.write(&mut out);
        if statement.word == "raw" {
            let length = raw_length(rest);
            out.push_str(&rest[..length]);
            rest = &rest[length..];
        }
    }
    out.push_str(rest);
    Ok(out)
}

/// How long the tag is that a text begins with; one byte when it begins with none.
fn end_of(text: &str) -> Result<usize, String> {
    let end = match text.as_bytes().get(1) {
        Some(b'#') => return Ok(text.find("#}").map_or(text.len(), |end| end + 2)),
        Some(b'{') => "}}",
        Some(b'%') => "%}",
        _ => return Ok(1),
    };
    let (mut at, mut depth) = (2, 0_usize);
    while let Some(byte) = text.as_bytes().get(at) {
        match byte {
            quote @ (b'"' | b'\'' | b'`') => {
                at +=
                    text.as_bytes()[at + 1..].iter().position(|other| other == quote).map_or(text.len(), |end| end + 1);
            }
            b'(' | b'[' => depth += 1,
            b')' | b']' => depth = depth.saturating_sub(1),
            b'}' | b'%' if text.as_bytes()[at..].starts_with(end.as_bytes()) => return Ok(at + end.len()),
            _ => {}
        }
        if depth > DEEPEST {
            return Err("its parentheses are nested too deep".to_owned());
        }
        at += 1;
    }
    Ok(text.len())
}

/// How long a text is up to the tag that ends what is not read.
fn raw_length(text: &str) -> usize {
    let ends = text
        .match_indices("{%")
        .find(|(at, _)| text[at + 2..].trim_start_matches('-').trim_start().starts_with("endraw"));
    ends.map_or(text.len(), |(at, _)| at)
}

/// A tag with a statement.
struct Statement<'a> {
    tag: &'a str,
    word: &'a str,
    rest: &'a str,
}

impl<'a> Statement<'a> {
    fn of(tag: &'a str) -> Self {
        let inside = tag.trim_start_matches("{%").trim_end_matches("%}").trim_matches('-').trim();
        let length = inside.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(inside.len());
        let (word, rest) = inside.split_at(length);
        Self { tag, word, rest: rest.trim() }
    }

    /// The tag with what counts, behind or before it; the blanks around it stay as it wants them.
    fn write(&self, out: &mut String) {
        let dash_before = if self.tag.starts_with("{%-") { "-" } else { "" };
        let dash_behind = if self.tag.ends_with("-%}") { "-" } else { "" };
        let behind = |call: &str| format!("{{{{ {call} {dash_behind}}}}}");
        let before = |call: &str| format!("{{{{{dash_before} {call} }}}}");
        let (first, last) = match self.word {
            "for" => (String::new(), behind(&format!("{TURN}()"))),
            "macro" => (String::new(), behind(&format!("{ENTER}({})", parameters(self.rest)))),
            "endmacro" => (before(&format!("{LEAVE}()")), String::new()),
            "include" => (before(&format!("{ENTER}()")), behind(&format!("{LEAVE}()"))),
            "set" | "set_global" => (String::new(), behind(&format!("{MEASURE}(v={})", variable(self.rest)))),
            _ => (String::new(), String::new()),
        };
        out.extend([&first, self.tag, &last]);
    }
}

/// What a statement sets.
fn variable(text: &str) -> &str {
    text.split(|c: char| c == '=' || c.is_whitespace()).next().unwrap_or_default()
}

/// The parameters of a macro as arguments.
fn parameters(text: &str) -> String {
    let inside =
        text.split_once('(').map_or("", |(_, inside)| inside.rsplit_once(')').map_or("", |(inside, _)| inside));
    let (mut names, mut quote) = (Vec::new(), None);
    let mut name = Some(String::new());
    for c in inside.chars() {
        match (quote, c) {
            (Some(open), c) if open == c => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'' | '`') => quote = Some(c),
            (None, ',') => names.extend(name.replace(String::new())),
            (None, '=') => names.extend(name.take()),
            (None, c) => name.iter_mut().for_each(|name| name.push(c)),
        }
    }
    names.extend(name);
    let names = names.iter().map(|name| name.trim()).filter(|name| !name.is_empty());
    names.map(|name| format!("{name}={name}")).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_repeats_and_grows_is_counted() {
        for (source, expected) in [
            ("a { b {{ c }} {# {% for #}", "a { b {{ c }} {# {% for #}"),
            ("{% for a in b -%} x {%- endfor %}", "{% for a in b -%}{{ __turn() -}} x {%- endfor %}"),
            ("{%- set a = \"%}\" ~ b %}", "{%- set a = \"%}\" ~ b %}{{ __measure(v=a) }}"),
            (
                "{% macro m(a, b=\",=\", c) %}x{%- endmacro m %}",
                "{% macro m(a, b=\",=\", c) %}{{ __enter(a=a, b=b, c=c) }}x{{- __leave() }}{%- endmacro m %}",
            ),
            ("{% include \"x\" %}", "{{ __enter() }}{% include \"x\" %}{{ __leave() }}"),
            ("{% raw %}{% for %}{% endraw %}", "{% raw %}{% for %}{% endraw %}"),
        ] {
            assert_eq!(counting(source).as_deref(), Ok(expected), "{source}");
        }
    }

    #[test]
    fn what_cannot_be_read_is_refused() {
        assert!(counting(&"x".repeat(100_000)).is_err());
        assert!(counting(&format!("{{{{ {} }}}}", "(".repeat(100))).is_err());
        assert!(counting(&"{% if a %}".repeat(100)).is_err());
        assert!(counting("{{ a").is_ok() && counting("{% é \"").is_ok() && counting("{").is_ok());
    }
}
