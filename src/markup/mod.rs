//! A body -> the HTML that a feed reader gets.
//!
//! In: the text behind the front matter and the URLs it stands under. Out: [`Rendered`], always;
//! what could not be understood is dropped and noted. It reads no file and knows no feed format.
//!
//! The passes, in order:
//! 1. `liquid`, `shortcode`: templates of the generators (rooms still to come)
//! 2. `kramdown`: attribute lists are taken out and remembered
//! 3. `markdown`: CommonMark with extensions -> HTML, attribute lists applied
//! 4. `clean`: one pass over the HTML: URLs absolute (`absolute_url`), nothing unsafe, nothing that needs a browser
//! 5. `excerpt`: the summary, as HTML and as text

use url::Url;

use crate::config::Dialect;
use crate::post::Markup;

/// A body and where it stands.
#[derive(Debug, Clone, Copy)]
pub struct Body<'a> {
    /// Everything behind the front matter.
    pub text: &'a str,
    /// Its first line in the file, from 1.
    pub line: u32,
    /// Markdown or HTML.
    pub markup: Markup,
    /// Whose Markdown.
    pub dialect: Dialect,
    /// The post's own URL: what relative references resolve against.
    pub url: &'a Url,
    /// The author's own summary, when there is one (may hold Markdown or HTML).
    pub summary: Option<&'a str>,
}

/// What a feed shows of a body.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Rendered {
    /// The whole body; every URL absolute but `#fragments`.
    pub html: String,
    /// The summary as HTML; may be empty.
    pub summary_html: String,
    /// The summary as one line of plain text; may be empty.
    pub summary_text: String,
    /// The first picture in the body, absolute, with its alternative text.
    pub image: Option<(String, String)>,
    /// What could be better for readers.
    pub notices: Vec<Notice>,
}

/// Something in a body that readers would be better off without.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// In the file, from 1; the body's first line when it is not known better.
    pub line: u32,
    /// What: lower case, no full stop, the thing in backticks.
    pub message: String,
    /// What to do.
    pub mend: String,
}
