//! Which extensions of `CommonMark` are read: the same by every pass that parses a text.

use pulldown_cmark::Options;

use super::math;
use crate::config::Dialect;

/// What is read of `text`. Attributes of headings are the parser's own in Zola, which has the same parser: it takes
/// whatever is in braces for them. In other dialects `kramdown` finds them. Jekyll knows no alerts
/// (`> [!NOTE]`), and its formulas are found by `kramdown` as well.
#[must_use]
pub fn options(text: &str, dialect: Dialect) -> Options {
    let mut options = extensions();
    options.set(Options::ENABLE_MATH, dialect != Dialect::Jekyll && math::is_used(text));
    options.set(Options::ENABLE_GFM, dialect != Dialect::Jekyll);
    options.set(Options::ENABLE_HEADING_ATTRIBUTES, dialect == Dialect::Zola);
    options
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
