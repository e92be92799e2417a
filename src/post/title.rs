//! A title as it is written -> plain text on one line.
//!
//! Jekyll's titles are HTML with typographic quotes, Pelican's are HTML: tags go, character references become what they
//! stand for. Elsewhere a title is literal text.

use std::borrow::Cow;

use pulldown_cmark::{Event, Parser};

use super::filename::Name;
use super::slug;
use super::smart::smart;
use super::text::{on_one_line, one_line};
use crate::config::Dialect;
use crate::generator::Quotes;

/// The longest character reference: `&CounterClockwiseContourIntegral;`.
const LONGEST_REFERENCE: usize = 33;

/// The text of a title; empty when nothing is left of it.
pub(super) fn plain(written: &str, dialect: Dialect, quotes: Quotes) -> Cow<'_, str> {
    match dialect {
        Dialect::Jekyll => one_line(&decoded(&stripped(&smart(written, quotes)))).into(),
        Dialect::Pelican => one_line(&decoded(&stripped(written))).into(),
        _ => on_one_line(written),
    }
}

/// A title for a post without one.
pub(super) fn from_name(slug: Option<&str>, name: &Name<'_>, dialect: Dialect) -> String {
    let raw = one_line(slug.unwrap_or(name.undated));
    if dialect == Dialect::Jekyll {
        // as Ruby capitalizes
        return plain(&slug::titleized(&raw, str::to_lowercase), dialect, Quotes::default()).into_owned();
    }
    slug::titleized(&raw.replace('_', "-"), str::to_owned)
}

/// Elements that part words.
const PARTING: [&str; 16] =
    ["br", "p", "div", "hr", "li", "ul", "ol", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "td", "tr"];

/// Whether a tag, `<` and all, parts the words beside it.
fn parts(tag: &str) -> bool {
    let name = tag.trim_start_matches(['<', '/']);
    let name = &name[..name.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(name.len())];
    PARTING.iter().any(|parting| name.eq_ignore_ascii_case(parting))
}

/// Without what is between `<` and `>`, when a tag can begin there; a blank stands for a tag that parts words.
fn stripped(html: &str) -> String {
    let mut text = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(start) = rest.find('<') {
        let (before, tag) = rest.split_at(start);
        text.push_str(before);
        let is_tag = tag[1..].starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '/' | '!'));
        if !is_tag {
            text.push('<');
            rest = &tag[1..];
            continue;
        }
        let Some(end) = tag.find('>') else { return text + tag };
        if parts(&tag[..end]) {
            text.push(' ');
        }
        rest = &tag[end + 1..];
    }
    text + rest
}

/// A text with its character references replaced by what they stand for.
pub(super) fn decoded(text: &str) -> String {
    let mut decoded = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find('&') {
        let (before, reference) = rest.split_at(start);
        decoded.push_str(before);
        let end = reference.bytes().take(LONGEST_REFERENCE).position(|byte| byte == b';');
        if let Some((end, meant)) = end.and_then(|end| Some((end, meant(&reference[..=end])?))) {
            decoded.push_str(&meant);
            rest = &reference[end + 1..];
        } else {
            decoded.push('&');
            rest = &reference[1..];
        }
    }
    decoded + rest
}

/// What a character reference stands for. `CommonMark` has all of HTML's, so its parser is asked.
fn meant(reference: &str) -> Option<String> {
    let inside = reference.get(1..reference.len() - 1)?;
    let right = !inside.is_empty() && inside.chars().all(|c| c.is_ascii_alphanumeric() || c == '#');
    let texts = right.then(|| Parser::new(reference))?.filter_map(|event| match event {
        Event::Text(text) => Some(text.into_string()),
        _ => None,
    });
    Some(texts.collect()).filter(|text: &String| text != reference)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::generator::Generator;
    use proptest::prelude::*;

    #[test]
    fn jekylls_titles_are_html() {
        let cases = [
            ("Updates &amp; Improvements", "Updates & Improvements"),
            ("Updates & more; AT&T", "Updates & more; AT&T"),
            ("<em>Big</em>\n <b class='x'>news</b>", "Big news"),
            ("It&rsquo;s&#32;5 &lt; 6 &#x26; 7 < 8 > 2", "It’s 5 < 6 & 7 < 8 > 2"),
            ("&bogus; &; &", "&bogus; &; &"),
            ("a <!-- x --> b", "a b"),
            ("open <b", "open <b"),
            ("<br>", ""),
            ("Theory:<br>Practice<BR/>and <b>m</b>ore</p>", "Theory: Practice and more"),
            ("Sponsoring Jekyll's <b id='x'>\"new\"</b> -- site...", "Sponsoring Jekyll’s “new” – site…"),
        ];
        for (written, expected) in cases {
            assert_eq!(plain(written, Dialect::Jekyll, Quotes::default()), expected, "{written}");
        }
    }

    #[test]
    fn others_are_literal() {
        let settings = crate::value::read::yaml("kramdown: {smart_quotes: 'apos,apos,laquo,raquo'}").expect("settings");
        let generator = Generator::new(Dialect::Jekyll, "", settings, crate::generator::Texts::new());
        assert_eq!(plain("\"A\" isn't", Dialect::Jekyll, generator.quotes()), "«A» isn't");
        assert_eq!(plain("\"A\" &amp; <b>b</b>", Dialect::Pelican, Quotes::default()), "\"A\" & b");
        assert_eq!(plain(" Vec<T> &amp;\u{0} \u{b} more\n", Dialect::Zola, Quotes::default()), "Vec<T> &amp; more");
    }

    #[test]
    fn names_make_titles() {
        let title = |relative: &str, dialect| from_name(None, &Name::of(relative, dialect), dialect);
        assert_eq!(title("2019-5-22-torchvision03.md", Dialect::Jekyll), "Torchvision03");
        assert_eq!(title("2019-5-22-my-iOS_post.md", Dialect::Jekyll), "My Ios_post");
        assert_eq!(title("2019-05-22-my_iOS-post.md", Dialect::Hugo), "My IOS Post");
        assert_eq!(from_name(Some("a-b"), &Name::of("x.md", Dialect::Zola), Dialect::Zola), "A B");
    }

    proptest! {
        #[test]
        fn any_title_is_one_line(text in "[<>&;#a-z /!]{0,30}|\\PC*") {
            let title = plain(&text, Dialect::Jekyll, Quotes::default());
            prop_assert_eq!(&one_line(&title), &title);
        }
    }
}
