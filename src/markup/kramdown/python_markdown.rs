//! What Python-Markdown has of all that, with the extensions that Pelican gives it: lists, with a colon or without, and
//! abbreviations. And `[TOC]`, a paragraph of its own that a table of contents takes the place of.

use super::abbreviation::Abbreviation;
use super::attributes::AttributeList;
use super::mark::{Meaning, Place};
use super::scan::{self, Found};
use super::structure::{Structure, Within};
use super::{find_lists, in_order};
use crate::config::Dialect;

/// Where a table of contents is to be.
const SIGN: &str = "[TOC]";

/// What is to be taken out, in order and without overlaps.
pub(super) fn find(text: &str) -> (Vec<Found>, Vec<Abbreviation>) {
    if !text.contains('{') && !text.contains("*[") && !text.contains(SIGN) {
        return (Vec::new(), Vec::new());
    }
    let structure = Structure::of(text, Dialect::Pelican);
    let (mut found, abbreviations) = find_lists(text, &structure, Dialect::Pelican);
    found.extend(scan::goldmark(text, &structure));
    found.extend(contents(text, &structure));
    (in_order(found), abbreviations)
}

/// The places for a table of contents, in order.
fn contents(text: &str, structure: &Structure) -> Vec<Found> {
    let stretches = structure.stretches.iter().filter(|stretch| stretch.within == Within::Text);
    let alone = stretches.filter(|stretch| is_alone(text, stretch.range.start, stretch.range.end));
    alone.flat_map(|stretch| a_list(stretch.range.start, stretch.range.end)).collect()
}

/// Whether there is nothing but the sign between two empty lines.
fn is_alone(text: &str, start: usize, end: usize) -> bool {
    let (before, after) = (&text[..start], &text[end..]);
    let is_empty = |line: &str| line.trim().is_empty();
    let is_begun = before.is_empty() || before.ends_with('\n') && before.lines().next_back().is_some_and(is_empty);
    text[start..end].trim() == SIGN && is_begun && after.lines().take(2).all(is_empty)
}

/// A list with the attribute that makes it the contents.
fn a_list(start: usize, end: usize) -> [Found; 2] {
    let list =
        Found { range: start..end, place: Place::Replaced("* contents\n".to_owned()), meaning: Meaning::Nothing };
    let own = AttributeList { toc: true, ..AttributeList::default() };
    [list, Found { range: end..end, place: Place::Block, meaning: Meaning::Attributes(own) }]
}

#[cfg(test)]
mod tests {
    use crate::config::Dialect;
    use crate::markup::testing::Surroundings;
    use crate::post::Markup;

    fn html(text: &str) -> String {
        Surroundings::of(Dialect::Pelican).render(text, Markup::Markdown).html
    }

    #[test]
    fn contents_come_where_they_are_asked_for() {
        let contents = "<li><a href=\"#one\">One</a></li>";
        for text in ["[TOC]\n\n# One\n", "a\n\n[TOC]\n\n# One\n\nb\n", "a\n\n[TOC]  \n\n# One\n"] {
            let html = html(text);
            assert!(html.contains(contents) && !html.contains("TOC"), "{text}: {html}");
        }
        for text in
            ["a\n[TOC]\n\n# One\n", "[TOC] b\n\n# One\n", "`[TOC]`\n\n# One\n", "    [TOC]\n\n# One\n", "[TOC]\nb\n"]
        {
            let html = html(text);
            assert!(html.contains("[TOC]") && !html.contains(contents), "{text}: {html}");
        }
    }

    #[test]
    fn lists_of_python_markdown_are_not_shown() {
        for (text, wanted) in [
            ("# One {: #first .c }\n", "<h1 id=\"first\" class=\"c\">One</h1>"),
            ("# One {#first}\n", "<h1 id=\"first\">One</h1>"),
            (
                "A *word*{: .c } and [one](/b){: title=\"t\" }.\n",
                "<p>A <em class=\"c\">word</em> and <a href=\"https://example.org/b\" title=\"t\">one</a>.</p>",
            ),
            ("Text\n{: .note #here }\n", "<p id=\"here\" class=\"note\">Text</p>"),
            ("Text\n{.note}\n", "<p class=\"note\">Text</p>"),
            ("The HTML.\n\n*[HTML]: Hyper\n", "<p>The <abbr title=\"Hyper\">HTML</abbr>.</p>"),
            ("`{: .c }` and {braces}\n", "<p><code>{: .c }</code> and {braces}</p>"),
            ("```\n{: .c }\n[TOC]\n```\n", "<pre><code>{: .c }\n[TOC]\n</code></pre>"),
        ] {
            assert_eq!(html(text).trim(), wanted, "{text}");
        }
    }
}
