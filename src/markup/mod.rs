//! A body -> the HTML that a feed reader gets.
//!
//! In: the text behind the front matter, the URL it stands under, and what is `around` it. Out: [`Rendered`], always;
//! what could not be understood is dropped and noted. It reads no file and knows no feed format.
//!
//! The passes, in order:
//! 1. `template`: templates of the generators are expanded
//! 2. `kramdown`: attribute lists are taken out and remembered; before it `python_markdown` writes Pelican's Markdown anew
//! 3. `markdown`: `CommonMark` with extensions (`goldmark`: Hugo's) -> HTML, attribute lists applied
//! 4. `internal_link`: links to files of the blog -> URLs; `path_prefix`: links below the path that Eleventy's pages are below;
//!    `bundle`: files beside a translation of Hugo's
//! 5. `clean`: one pass over the HTML: URLs absolute (`absolute_url`), nothing unsafe, nothing that needs a browser
//! 6. `excerpt`: the summary, as HTML and as text
//!
//! All of them lean on `entity` (character references), `emoji` (names of faces), `math` (formulas), `extensions` (what is
//! read as Markdown), `delimiter_row` (tabs in tables), `zola` and `markdown_it` (what settings change of that) and `rouge` (languages that are coloured).

pub mod absolute_url;
mod around;
mod bundle;
mod clean;
mod delimiter_row;
mod emoji;
mod entity;
mod math;
mod extensions;
mod excerpt;
mod goldmark;
mod internal_link;
mod kramdown;
mod line_numbers;
mod liquid;
mod markdown;
mod markdown_it;
mod path_prefix;
mod python_markdown;
mod rouge;
mod template;
mod zola;

use std::borrow::Cow;
use std::panic::{self, AssertUnwindSafe};

use url::Url;

pub use around::{Around, Blog};

use self::clean::{Cleaned, Part};
use self::extensions::Flavor;
use crate::config::Dialect;
use crate::post::Markup;
use crate::value::Value;

/// A body and where it stands.
#[derive(Clone, Copy)]
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
    /// What is around it.
    pub around: Around<'a>,
}

/// What a feed shows of a body.
#[derive(Debug, Clone, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
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
    #[serde(skip)]
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

/// Whether something in bodies of a dialect asks for their front matter.
#[must_use]
pub fn asks_for_front_matter(dialect: Dialect) -> bool {
    !matches!(dialect, Dialect::Commonmark | Dialect::Pelican)
}

/// Renders a body. The same body gives the same bytes, always.
#[must_use]
pub fn render(body: &Body<'_>) -> Rendered {
    guarded(body, rendered)
}

/// What a pass makes of a body; where one panics, the text as it is written, so that no post stops the others.
fn guarded(body: &Body<'_>, rendered: impl FnOnce(&Body<'_>) -> Rendered) -> Rendered {
    panic::catch_unwind(AssertUnwindSafe(|| rendered(body))).unwrap_or_else(|_| {
        let message = "the body cannot be rendered, and is shown as it is written".to_owned();
        let mend = "please report this as a defect of Feedwright".to_owned();
        let html = format!("<pre>{}</pre>", entity::escape_text(body.text));
        let cleaned = clean::clean(&html, body.url, body.line, Part::Body);
        let notices = vec![Notice { line: body.line, message, mend }];
        Rendered { html: cleaned.html, notices, ..Rendered::default() }
    })
}

fn rendered(body: &Body<'_>) -> Rendered {
    let flavor = &Flavor::of(body.dialect, body.around.generator);
    let mut expanded = template::expand(body);
    if let Some(marked) = excerpt_marked(&expanded.text, body) {
        expanded.text = marked.into();
    }
    if body.dialect == Dialect::Pelican && body.markup == Markup::Markdown {
        expanded.text =
            python_markdown::to_common_mark(&expanded.text, body.around.generator, &mut expanded.held).into();
    }
    if flavor.markdown_it.has_containers {
        expanded.text = markdown_it::without_containers(&expanded.text).into_owned().into();
    }
    let html = match body.markup {
        Markup::Markdown => Cow::Owned(markdown_to_html(&expanded.text, body, flavor)),
        Markup::Html => expanded.text,
    };
    let (html, broken) = internal_link::resolve(expanded.held.put_back(&html), body);
    let html = bundle::resolve(html, body);
    let html = if body.around.generator.prefixes_links() {
        Cow::Owned(path_prefix::from_top(&html, &body.around.generator.path_prefix()))
    } else {
        html
    };
    let cleaned = clean::clean(&html, body.url, body.line, Part::Body);
    let summary_html = summary_html(body, &cleaned, flavor);
    let text = excerpt::text_of(if summary_html.is_empty() { &cleaned.html } else { &summary_html });
    let own = body.summary.is_some_and(|summary| !summary.trim().is_empty());
    let is_whole = own || (matches!(body.dialect, Dialect::Hugo | Dialect::Pelican) && !summary_html.is_empty());
    let summary_text = if is_whole { text } else { excerpt::shorten(&text).into_owned() };
    let summary_html = if summary_html.is_empty() && !summary_text.is_empty() {
        format!("<p>{}</p>", entity::escape_text(&summary_text))
    } else {
        summary_html
    };
    let notices =
        expanded.notices.into_iter().chain(broken).chain(notice_of_blanks(body)).chain(cleaned.notices).collect();
    Rendered { html: cleaned.html, summary_html, summary_text, image: cleaned.image, notices }
}

/// The text with the mark that summaries end at in the place of the one that the blog has for it, on a line of its own.
fn excerpt_marked(text: &str, body: &Body<'_>) -> Option<String> {
    if body.dialect == Dialect::Hugo && body.markup == Markup::Markdown {
        return goldmark::parted_from_mark(text);
    }
    if body.dialect == Dialect::Eleventy {
        return excerpt::marked(text, body.around.generator.excerpt_separator()?);
    }
    let own = body.around.front.entry("excerpt_separator").and_then(Value::as_str);
    let separator = own.or_else(|| body.around.generator.excerpt_separator())?;
    let is_mark = !separator.trim().is_empty() && body.dialect == Dialect::Jekyll && text.contains(separator);
    is_mark.then(|| text.replacen(separator, excerpt::MARK, 1))
}

/// Any HTML as one line of plain text.
#[must_use]
pub fn html_to_text(html: &str) -> String {
    match Url::parse("https://localhost/") {
        Ok(nowhere) if html.contains(['<', '&']) => {
            excerpt::text_of(&clean::clean(html, &nowhere, 1, Part::Summary).html)
        }
        _ => html.split_whitespace().collect::<Vec<_>>().join(" "),
    }
}

/// A text of Markdown alone as HTML that is not clean yet.
fn plain_markdown(text: &str) -> String {
    let lines = markdown::Lines::of(text, 1);
    let flavor = Dialect::Jekyll.into();
    let html = markdown::to_html(&kramdown::take_out(text, &flavor), &lines, "", &flavor);
    markdown::without_lines(&html)
}

/// Tells of the first address that is shown as text for the blanks in it.
fn notice_of_blanks(body: &Body<'_>) -> Option<Notice> {
    let (at, address) =
        kramdown::first_with_blanks(body.text, body.dialect).filter(|_| body.markup == Markup::Markdown)?;
    let shown: String = address.chars().take(120).collect();
    let lines = u32::try_from(body.text[..at].matches('\n').count()).unwrap_or(u32::MAX);
    let message = format!("the address `{shown}` has blanks in it, so its link is shown as text");
    Some(Notice { line: body.line.saturating_add(lines), message, mend: "write `%20` for each".to_owned() })
}

fn markdown_to_html(text: &str, body: &Body<'_>, flavor: &Flavor) -> String {
    let origin = (text != body.text).then(|| template::origin(body.text, text));
    let with_origin = |lines| origin.into_iter().fold(lines, markdown::Lines::with_origin);
    let html = fragment_to_html(text, body, flavor, with_origin);
    match flavor.markdown_it.caption {
        Some(attribute) => markdown_it::with_captions(&html, attribute),
        None => html,
    }
}

/// The same for a piece of a body; `lines` says how its lines are counted.
fn fragment_to_html(
    text: &str,
    body: &Body<'_>,
    flavor: &Flavor,
    lines: impl FnOnce(markdown::Lines) -> markdown::Lines,
) -> String {
    let text = if matches!(flavor.dialect, Dialect::Hugo | Dialect::Eleventy | Dialect::Commonmark) {
        delimiter_row::without_tabs(text, || flavor.options(text))
    } else {
        Cow::Borrowed(text)
    };
    let text = kramdown::plain_definitions(kramdown::encode_blanks(&text, flavor.dialect), flavor.dialect);
    let parted = kramdown::part(&text, flavor);
    let lines = lines(markdown::Lines::of(&parted.text, body.line).without(&parted.inserted));
    markdown::to_html(&kramdown::take_out(&parted.text, flavor), &lines, body.url.as_str(), flavor)
}

/// The author's own summary, else what precedes the mark, else the first paragraph; empty when there is none.
/// In Hugo the mark comes first, and without one it is so many words, as in Pelican.
fn summary_html(body: &Body<'_>, cleaned: &Cleaned, flavor: &Flavor) -> String {
    let summary = |html: &str| clean::clean(html, body.url, body.line, Part::Summary);
    let is_hugos = body.dialect == Dialect::Hugo;
    let own = body.summary.filter(|own| !own.trim().is_empty());
    if let Some(own) = own.filter(|_| !is_hugos || cleaned.before_cut.is_none()) {
        let html = match body.markup {
            Markup::Markdown => markdown::plain_paragraph(own, body.dialect)
                .unwrap_or_else(|| fragment_to_html(own, body, flavor, |lines| lines)),
            Markup::Html => format!("<p>{own}</p>"),
        };
        return summary(&internal_link::resolve(html.into(), body).0).html.trim().to_owned();
    }
    let opening = || goldmark::opening(&cleaned.html, body.around.generator.settings());
    let opening = match body.dialect {
        Dialect::Hugo => opening().map(Cow::Borrowed),
        Dialect::Pelican => python_markdown::opening(&cleaned.html, body.around.generator.settings()).map(Cow::Owned),
        _ => None,
    };
    let found = [cleaned.before_cut.as_deref(), opening.as_deref(), cleaned.first_paragraph.as_deref()];
    let found = found.into_iter().flatten().map(|html| summary(html).html.trim().to_owned());
    found.into_iter().find(|html| !excerpt::text_of(html).is_empty()).unwrap_or_default()
}

#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
