//! Which extensions of `CommonMark` are read: the same by every pass that parses a text.

use pulldown_cmark::Options;

use super::{goldmark, kramdown, markdown_it, math, zola};
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
    /// How Jekyll's is set.
    pub kramdown: kramdown::Settings,
}

impl Flavor {
    /// As the settings of the blog's generator have it.
    #[must_use]
    pub fn of(dialect: Dialect, generator: &Generator) -> Self {
        let said_by = |owner| if dialect == owner { generator.settings() } else { &Value::Null };
        let (hugo, zola) = (said_by(Dialect::Hugo), said_by(Dialect::Zola));
        let kramdown = match dialect {
            Dialect::Jekyll if generator.reads_common_mark() => return Self::common_mark(),
            Dialect::Jekyll => kramdown::Settings::of(generator),
            _ => kramdown::Settings::default(),
        };
        Self {
            dialect,
            goldmark: goldmark::Settings::of(hugo),
            zola: zola::Settings::of(zola),
            markdown_it: markdown_it::Settings::of(said_by(Dialect::Eleventy)),
            kramdown,
        }
    }

    /// `CommonMark` with tables and struck out text and nothing else, which is what Eleventy has, too.
    fn common_mark() -> Self {
        let kramdown = kramdown::Settings { names_headings: false, ..kramdown::Settings::default() };
        Self { kramdown, ..Dialect::Eleventy.into() }
    }

    /// Whether lines end where their author did.
    #[must_use]
    pub fn keeps_lines(&self) -> bool {
        self.kramdown.wraps_hard || self.markdown_it.keeps_lines || self.goldmark.keeps_lines
    }

    /// What is read of `text`.
    #[must_use]
    pub fn options(&self, text: &str) -> Options {
        let options = options(text, self.dialect);
        match self.dialect {
            Dialect::Hugo => options - self.goldmark.left_out,
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
            kramdown: kramdown::Settings::default(),
        }
    }
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

    fn of(dialect: Dialect, settings: &str, text: &str) -> String {
        let settings = crate::value::read::yaml(settings).expect("settings");
        let generator = Generator::new(dialect, "", settings, crate::generator::Texts::new());
        Surroundings { generator, ..Surroundings::of(dialect) }.render(text, Markup::Markdown).html
    }

    fn of_jekyll(settings: &str, text: &str) -> String {
        of(Dialect::Jekyll, settings, text)
    }

    #[test]
    fn goldmark_is_read_as_it_is_set() {
        let off = "typographer: false, footnote: false, table: false, taskList: false, definitionList: false, \
                   strikethrough: false, linkify: false";
        for (settings, text, html) in [
            ("renderer: {hardWraps: true}", "a\nb", "<p>a<br>\nb</p>"),
            (off, "\"q\" -- ~~s~~ www.example.org x[^1]\n", "<p>\"q\" -- ~~s~~ www.example.org x[^1]</p>"),
            (off, "- [x] t", "<ul><li>[x] t</li>\n</ul>"),
            (off, "a|b\n-|-\nc|d", "<p>a|b\n-|-\nc|d</p>"),
            (off, "term\n: def", "<p>term\n: def</p>"),
        ] {
            let settings = if settings == off { format!("extensions: {{{off}}}") } else { settings.to_owned() };
            let settings = format!("markup: {{goldmark: {{{settings}}}}}");
            assert_eq!(of(Dialect::Hugo, &settings, text).trim(), html, "{settings}");
        }
        let faces = of(Dialect::Hugo, "enableEmoji: true", ":smile\\_cat: `:a\\_b:` :smile_cat:");
        assert_eq!(faces.trim(), "<p>:smile_cat: <code>:a\\_b:</code> 😸</p>");
    }

    #[test]
    fn kramdown_is_read_as_it_is_set() {
        let quotes = "\"a\" 'b' it's";
        for (settings, text, html) in [
            ("kramdown: {smart_quotes: 'apos,apos,quot,quot'}", quotes, "<p>\"a\" 'b' it's</p>"),
            ("kramdown: {smart_quotes: [sbquo, lsquo, bdquo, ldquo]}", quotes, "<p>„a“ ‚b‘ it‘s</p>"),
            ("kramdown: {auto_ids: false}", "# H\n\n# K {#k}", "<h1>H</h1>\n<h1 id=\"k\">K</h1>"),
            ("kramdown: {parse_block_html: true}", "<div>\n*a*\n</div>", "<div>\n<p><em>a</em></p>\n</div>"),
            (
                "title: x",
                "<div>\n*a*\n</div>\n\n{::options parse_block_html=\"true\" /}\n\n<div>\n*a*\n</div>",
                "<div>\n*a*\n</div>\n<div>\n<p><em>a</em></p>\n</div>",
            ),
        ] {
            assert_eq!(of_jekyll(settings, text).trim(), html, "{settings}");
        }
    }

    #[test]
    fn common_mark_is_read_where_jekyll_reads_it() {
        let text = "\"a\" {:.b} ~~c~~ {{ 'd' | upcase }}\n";
        for markdown in ["CommonMark", "CommonMarkGhPages", "GFM"] {
            let html = of_jekyll(&format!("markdown: {markdown}"), text);
            assert_eq!(html.trim(), "<p>\"a\" {:.b} <del>c</del> D</p>", "{markdown}");
        }
    }

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
