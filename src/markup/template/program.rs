//! Shortcodes of themes whose text is for a program of the page: formulas and drawings.
//!
//! In: the name of a shortcode that nobody here knows, and the text that it encloses. Out: that text as HTML, which no
//! Markdown touches.

use crate::markup::entity;

/// Their text is code.
const DRAWINGS: [&str; 5] = ["mermaid", "plantuml", "graphviz", "chart", "markmap"];
/// Their text is a formula.
const FORMULAS: [&str; 4] = ["katex", "math", "mathjax", "latex"];

/// What is shown of such a shortcode; `None`: it is none.
#[must_use]
pub(super) fn shown(name: &str, text: &str) -> Option<String> {
    let name = name.to_ascii_lowercase();
    if DRAWINGS.contains(&name.as_str()) {
        let code = entity::escape_text(text.trim_matches(['\n', '\r']));
        return Some(format!("<pre><code class=\"language-{name}\">{code}\n</code></pre>"));
    }
    FORMULAS.contains(&name.as_str()).then(|| entity::escape_text(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_and_drawings_are_shown_as_they_are_written() {
        assert_eq!(shown("KaTeX", "a_1 < b").as_deref(), Some("a_1 &lt; b"));
        let drawing = "<pre><code class=\"language-mermaid\">a --&gt; b\n</code></pre>";
        assert_eq!(shown("mermaid", "\na --> b\n").as_deref(), Some(drawing));
        assert_eq!(shown("note", "a"), None);
    }
}
