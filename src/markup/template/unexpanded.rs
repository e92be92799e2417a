//! Tells, once for each body, of templates that are not expanded.

use super::super::{Body, Notice};
use crate::config::Dialect;

/// How much of a template is shown in the notice, in characters.
const SHOWN: usize = 40;

/// The first template of the body that its generator would expand, and how many there are.
pub(super) fn notice(body: &Body<'_>) -> Option<Notice> {
    let mut starts =
        body.text.match_indices('{').map(|(at, _)| at).filter(|at| is_template(&body.text[*at..], body.dialect));
    let first = starts.next()?;
    let more = starts.count();
    let template: String = body.text[first..].lines().next().unwrap_or_default().chars().take(SHOWN).collect();
    let ends = ["}}", "%}"].iter().filter_map(|end| template.find(end));
    let end = ends.min().map_or(template.len(), |end| end + 2);
    let others = if more == 0 { String::new() } else { format!(", and neither are {more} more") };
    let lines = body.text[..first].matches('\n').count();
    Some(Notice {
        line: body.line.saturating_add(u32::try_from(lines).unwrap_or(u32::MAX)),
        message: format!("the template `{}` is not expanded{others}", &template[..end]),
        mend: "readers see it as it is written; write what it stands for".to_owned(),
    })
}

/// Whether a text begins with what the dialect's generator takes for a template.
fn is_template(text: &str, dialect: Dialect) -> bool {
    let called = |inner: &str| {
        let name = inner.trim_start().trim_start_matches(|c: char| c.is_ascii_alphanumeric() || c == '_');
        name.len() < inner.trim_start().len() && name.starts_with('(')
    };
    match dialect {
        Dialect::Jekyll | Dialect::Eleventy => text.starts_with("{{") || text.starts_with("{%"),
        Dialect::Zola => ["{{", "{%"].iter().filter_map(|open| text.strip_prefix(open)).any(called),
        Dialect::Hugo | Dialect::Pelican | Dialect::Commonmark => false,
    }
}

#[cfg(test)]
mod tests {
    use url::Url;

    use super::*;
    use crate::markup::testing::Surroundings;
    use crate::post::Markup;

    fn told(text: &str, dialect: Dialect) -> Option<(u32, String)> {
        let url = Url::parse("https://example.org/a/").expect("a URL");
        notice(&Surroundings::of(dialect).body(text, Markup::Markdown, &url))
            .map(|notice| (notice.line, notice.message))
    }

    #[test]
    fn each_generators_own_templates_are_told_and_no_others() {
        let first = |dialect| told("a\n{% tag %} {{ page.title }} {{< figure >}} {{ youtube(id=\"x\") }}", dialect);
        let message =
            |template: &str, more: &str| Some((5, format!("the template `{template}` is not expanded{more}")));
        assert_eq!(first(Dialect::Jekyll), message("{% tag %}", ", and neither are 3 more"));
        assert_eq!(first(Dialect::Hugo), None);
        assert_eq!(first(Dialect::Zola), message("{{ youtube(id=\"x\") }}", ""));
        assert_eq!(first(Dialect::Commonmark), None);
    }

    #[test]
    fn braces_are_no_templates() {
        for text in ["{:.note}", "{a: 1}", "fn f() {}", "{{</* comment */>}}", "{", "{{é"] {
            assert_eq!(told(text, Dialect::Hugo), None, "{text}");
            assert_eq!(told(text, Dialect::Zola), None, "{text}");
        }
        assert_eq!(told("{:.note} {a}", Dialect::Jekyll), None);
    }

    #[test]
    fn a_template_without_end_is_cut_at_a_character() {
        assert!(told(&format!("{{{{ {}", "é".repeat(90)), Dialect::Jekyll).is_some());
    }
}
