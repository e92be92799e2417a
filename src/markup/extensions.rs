//! Which extensions of `CommonMark` are read: the same by every pass that parses a text.

use pulldown_cmark::Options;

use super::math;

/// What is read of `text`, in every dialect.
#[must_use]
pub fn options(text: &str) -> Options {
    if math::is_used(text) { extensions() | Options::ENABLE_MATH } else { extensions() }
}

/// All extensions but formulas.
#[must_use]
pub fn extensions() -> Options {
    Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_SMART_PUNCTUATION
        | Options::ENABLE_HEADING_ATTRIBUTES
        | Options::ENABLE_GFM
        | Options::ENABLE_DEFINITION_LIST
}
