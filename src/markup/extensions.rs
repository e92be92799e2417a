//! Which extensions of `CommonMark` are read: the same by every pass that parses a text.

use pulldown_cmark::Options;

use super::{goldmark, markdown_it, math, zola};
use crate::config::Dialect;
use crate::generator::Generator;
use crate::value::Value;

/// Whose Markdown is read, and how it is set.
#[derive(Debug, Clone, PartialEq)]
pub struct Flavor {
    /// Whose.
    pub dialect: Dialect,
    /// How Hugo's is set.
    pub goldmark: goldmark::Settings,
    /// How Zola's is read.
    pub zola: zola::Settings,
    /// How Eleventy's is read.
    pub markdown_it: markdown_it::Settings,
    /// Whether Jekyll numbers the lines of code.
    pub numbers_lines: bool,
    /// Whether Jekyll ends lines where their author did (`hard_wrap` of kramdown).
    pub wraps_hard: bool,
}

impl Flavor {
    /// As the settings of the blog's generator have it.
    #[must_use]
    pub fn of(dialect: Dialect, generator: &Generator) -> Self {
        let said_by = |owner| if dialect == owner { generator.settings() } else { &Value::Null };
        let (hugo, zola) = (said_by(Dialect::Hugo), said_by(Dialect::Zola));
        let kramdown = said_by(Dialect::Jekyll).entry("kramdown").unwrap_or(&Value::Null);
        Self {
            dialect,
            goldmark: goldmark::Settings::of(hugo),
            zola: zola::Settings::of(zola),
            markdown_it: markdown_it::Settings::of(said_by(Dialect::Eleventy)),
            numbers_lines: numbers_lines(kramdown),
            wraps_hard: kramdown.entry("hard_wrap").and_then(Value::as_bool).unwrap_or(false),
        }
    }

    /// What is read of `text`.
    #[must_use]
    pub fn options(&self, text: &str) -> Options {
        let options = options(text, self.dialect);
        match self.dialect {
            Dialect::Zola => options - self.zola.left_out,
            Dialect::Eleventy => options | self.markdown_it.added,
            _ => options,
        }
    }
}

impl From<Dialect> for Flavor {
    /// As the generator has it that is not set.
    fn from(dialect: Dialect) -> Self {
        Self {
            dialect,
            goldmark: goldmark::Settings::default(),
            zola: zola::Settings::default(),
            markdown_it: markdown_it::Settings::default(),
            numbers_lines: false,
            wraps_hard: false,
        }
    }
}

/// What the settings of kramdown's highlighter say.
fn numbers_lines(kramdown: &Value) -> bool {
    let places = ["syntax_highlighter_opts.block.line_numbers", "syntax_highlighter_opts.line_numbers"];
    places.iter().find_map(|place| kramdown.at(place)).and_then(Value::as_bool).unwrap_or(false)
}

/// What is read of `text`. Attributes of headings are the parser's own in Zola, which has the same parser: it takes
/// whatever is in braces for them. In other dialects `kramdown` finds them. Hugo's signs are set by `goldmark`. Jekyll
/// knows no alerts (`> [!NOTE]`), and its formulas are found by `kramdown` as well. Hugo and Zola know no formulas: their
/// authors write `\\\\` for the `\\` that a program of the page is to see, and Hugo's `passthrough` is `goldmark`'s.
#[must_use]
pub fn options(text: &str, dialect: Dialect) -> Options {
    let mut options = extensions();
    let knows_formulas = !matches!(dialect, Dialect::Jekyll | Dialect::Hugo | Dialect::Zola);
    options.set(Options::ENABLE_MATH, knows_formulas && math::is_used(text));
    options.set(Options::ENABLE_GFM, dialect != Dialect::Jekyll);
    options.set(Options::ENABLE_HEADING_ATTRIBUTES, dialect == Dialect::Zola);
    options.set(Options::ENABLE_SMART_PUNCTUATION, dialect != Dialect::Hugo);
    options.remove(unread(dialect));
    options
}

/// What a dialect's own Markdown does not read: markdown-it's default for Eleventy, Python-Markdown's `extra` for Pelican.
fn unread(dialect: Dialect) -> Options {
    let neither =
        Options::ENABLE_TASKLISTS | Options::ENABLE_SMART_PUNCTUATION | Options::ENABLE_GFM | Options::ENABLE_MATH;
    match dialect {
        Dialect::Eleventy => neither | Options::ENABLE_FOOTNOTES | Options::ENABLE_DEFINITION_LIST,
        Dialect::Pelican => neither | Options::ENABLE_STRIKETHROUGH,
        _ => Options::empty(),
    }
}

/// All extensions but formulas and attributes of headings.
#[must_use]
pub fn extensions() -> Options {
    Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_SMART_PUNCTUATION
        | Options::ENABLE_GFM
        | Options::ENABLE_DEFINITION_LIST
}

#[cfg(test)]
mod tests {
    use crate::markup::testing::Surroundings;
    use crate::post::Markup;

    use super::*;

    #[test]
    fn formulas_are_text_where_the_generator_knows_none() {
        let text = "$\\\\{1\\\\}$ and $20\\%$";
        let html = |dialect| Surroundings::of(dialect).render(text, Markup::Markdown).html;
        for dialect in [Dialect::Hugo, Dialect::Zola] {
            assert_eq!(html(dialect), "<p>$\\{1\\}$ and $20%$</p>\n");
        }
        assert_eq!(html(Dialect::Commonmark), "<p>$\\\\{1\\\\}$ and $20\\%$</p>\n");
    }

    #[test]
    fn each_generator_reads_what_its_markdown_has() {
        let text = "\"q\" -- ~~s~~ x[^1]\n\n[^1]: note\n";
        let html = |dialect| Surroundings::of(dialect).render(text, Markup::Markdown).html;
        assert!(html(Dialect::Hugo).starts_with("<p>“q” – <del>s</del> x<sup"), "{}", html(Dialect::Hugo));
        assert!(html(Dialect::Eleventy).starts_with("<p>\"q\" -- <del>s</del> x"), "{}", html(Dialect::Eleventy));
        assert!(html(Dialect::Pelican).starts_with("<p>\"q\" -- ~~s~~ x<sup"), "{}", html(Dialect::Pelican));
    }
}
