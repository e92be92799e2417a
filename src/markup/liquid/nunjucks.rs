//! What Nunjucks has that Liquid has not, and that is read all the same: comments.

use std::borrow::Cow;

/// A text without comments (`{# ... #}`), but for their line ends; what stands in outputs, tags and raw text is none.
pub(super) fn without_comments(text: Cow<'_, str>) -> Cow<'_, str> {
    if !text.contains("{#") {
        return text;
    }
    let (mut out, mut rest) = (String::with_capacity(text.len()), &*text);
    while let Some(at) = rest.find('{') {
        let (before, found) = rest.split_at(at);
        out.push_str(before);
        let is_comment = found.starts_with("{#");
        let end = match found.as_bytes().get(1) {
            Some(b'#') => found.find("#}").map(|end| end + 2),
            Some(b'{') => found.find("}}").map(|end| end + 2),
            Some(b'%') if is_tag(found, "raw") || is_tag(found, "verbatim") => end_of_raw(found),
            _ => Some(1),
        };
        // what never ends is none of these, and neither is what is behind it
        let Some(end) = end else {
            rest = found;
            break;
        };
        let (whole, behind) = found.split_at(end);
        if is_comment {
            out.extend(whole.chars().filter(|c| *c == '\n'));
        } else {
            out.push_str(whole);
        }
        rest = behind;
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// Whether a text begins with a tag of this name: `{%- raw %}`.
fn is_tag(text: &str, name: &str) -> bool {
    let inside = text.strip_prefix("{%").map(|inside| inside.trim_start_matches(['-', ' ', '\t', '\n']));
    let behind = inside.and_then(|inside| inside.strip_prefix(name));
    behind.is_some_and(|behind| !behind.starts_with(|c: char| c.is_alphanumeric() || c == '_'))
}

/// Where the tag begins that ends a raw text.
fn end_of_raw(text: &str) -> Option<usize> {
    let tags = text.match_indices("{%").map(|(at, _)| at);
    tags.into_iter().find(|at| is_tag(&text[*at..], "endraw") || is_tag(&text[*at..], "endverbatim"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_go_and_lines_stay() {
        for (text, expected) in [
            ("a {# b #} c{#\n\n#}d", "a  c\n\nd"),
            ("{% raw %}{# a #}{% endraw %}{# b #}", "{% raw %}{# a #}{% endraw %}"),
            ("{%- raw -%}{# a #}{%-endraw%}{# b #}", "{%- raw -%}{# a #}{%-endraw%}"),
            ("{% verbatim %}{# a #}{% endverbatim %}", "{% verbatim %}{# a #}{% endverbatim %}"),
            ("{{ '{#' }} a {{ '#}' }}", "{{ '{#' }} a {{ '#}' }}"),
            ("{% rawer %}{# a #}", "{% rawer %}"),
            ("a {# b", "a {# b"),
            ("{ {a} {# b #}", "{ {a} "),
        ] {
            assert_eq!(without_comments(text.into()), expected, "{text}");
        }
    }

    #[test]
    fn what_never_ends_takes_no_longer_than_it_is_long() {
        for piece in ["{#", "{{", "{% raw %}{#", "{"] {
            let text = piece.repeat(400_000 / piece.len());
            let began = std::time::Instant::now();
            let _ = without_comments(text.into());
            assert!(began.elapsed() < std::time::Duration::from_secs(20), "{piece}");
        }
    }
}
