//! Links within a blog as its generator has them -> the URLs of what they mean.
//!
//! In: HTML as Markdown made it. Out: the same; a link to a page that there is not becomes its text, and is told.
//!
//! - `zola`: `@/news/rain.md#noon`; `pelican`: `{filename}rain.md`, `{static}/a.png`, `|tag|weather`
//! - `eleventy`: `/news/rain.md`, where a plug-in follows it

mod eleventy;
mod pelican;
mod zola;

use std::borrow::Cow;
use std::ops::Range;

use super::{Body, Notice, entity};
use crate::config::Dialect;

/// `html` with its links within the blog resolved, and what is wrong with them.
pub(super) fn resolve<'h>(html: Cow<'h, str>, body: &Body<'_>) -> (Cow<'h, str>, Vec<Notice>) {
    let Some(links) = Links::of(body).filter(|links| links.may_be_in(&html)) else {
        return (html, Vec::new());
    };
    let (mut out, mut notices, mut rest, mut line) = (String::with_capacity(html.len()), Vec::new(), &*html, body.line);
    while let Some(start) = rest.find('<') {
        let (before, tag) = rest.split_at(start);
        out.push_str(before);
        let end = tag.find('>').map_or(tag.len(), |end| end + 1);
        line = said_line(tag).unwrap_or(line);
        let mut done = 0;
        for Attribute { whole, name, value } in attributes(&tag[..end]) {
            let written = entity::decode(&tag[value]);
            let Some(reference) = (links.read)(&written) else { continue };
            out.push_str(&tag[done..whole.start]);
            match reference.url(body) {
                Some(url) => entity::write_attribute(&mut out, &tag[name], &url),
                None if links.mend.is_empty() => out.push_str(&tag[whole.clone()]),
                None => notices.push(links.broken(&written, line)),
            }
            done = whole.end;
        }
        out.push_str(&tag[done..end]);
        rest = &tag[end..];
    }
    out.push_str(rest);
    (Cow::Owned(out), notices)
}

/// A link within the blog.
enum Reference<'a> {
    Zola(zola::Reference<'a>),
    Pelican(pelican::Reference<'a>),
    Eleventy(eleventy::Reference<'a>),
}

impl Reference<'_> {
    fn url(&self, body: &Body<'_>) -> Option<String> {
        match self {
            Self::Zola(reference) => reference.url(body),
            Self::Pelican(reference) => reference.url(body),
            Self::Eleventy(reference) => reference.url(body),
        }
    }
}

/// How a generator writes such links.
struct Links {
    /// What values of attributes begin with that may be such.
    starts: &'static [&'static str],
    /// The link that a value is.
    read: for<'a> fn(&'a str) -> Option<Reference<'a>>,
    /// What to write instead of one that leads nowhere; empty where such a link may mean something else, and stays.
    mend: &'static str,
}

impl Links {
    fn of(body: &Body<'_>) -> Option<Self> {
        match body.dialect {
            Dialect::Zola => Some(Self {
                starts: &["@", "&#"],
                read: |value| zola::Reference::read(value).map(Reference::Zola),
                mend: "write the path of a page below `content`",
            }),
            Dialect::Pelican => Some(Self {
                starts: &["{", "|", "%7", "&#"],
                read: |value| pelican::Reference::read(value).map(Reference::Pelican),
                mend: "write the path of an article",
            }),
            Dialect::Eleventy if body.around.generator.setting("resolvesInputPaths").is_some() => Some(Self {
                starts: &[""],
                read: |value| eleventy::Reference::read(value).map(Reference::Eleventy),
                mend: "",
            }),
            _ => None,
        }
    }

    fn may_be_in(&self, html: &str) -> bool {
        let quotes = html.match_indices(['"', '\'']);
        quotes.map(|(at, _)| &html[at + 1..]).any(|rest| self.starts.iter().any(|start| rest.starts_with(start)))
    }

    fn broken(&self, reference: &str, line: u32) -> Notice {
        let shown: String = reference.chars().take(120).collect();
        let message = format!("the link `{shown}` leads to no page of the blog, and is shown as text");
        Notice { line, message, mend: self.mend.to_owned() }
    }
}

/// Where an attribute with a value in quotes is in its tag.
struct Attribute {
    /// From the blank before its name to its last quotation mark.
    whole: Range<usize>,
    name: Range<usize>,
    value: Range<usize>,
}

fn attributes(tag: &str) -> impl Iterator<Item = Attribute> {
    let mut from = 0;
    std::iter::from_fn(move || {
        loop {
            let equals = from + tag.get(from..)?.find('=')?;
            from = equals + 1;
            let Some(quote) = tag[from..].chars().next().filter(|c| matches!(c, '"' | '\'')) else { continue };
            let value = from + 1..from + 1 + tag[from + 1..].find(quote)?;
            let before = &tag[..equals];
            let blank = before.rfind(char::is_whitespace).unwrap_or(equals);
            from = value.end + 1;
            let name = equals - before[blank..].trim_start().len()..equals;
            return Some(Attribute { whole: blank..from, name, value });
        }
    })
}

/// The line that a comment says.
fn said_line(tag: &str) -> Option<u32> {
    let digits = tag.strip_prefix("<!--@")?;
    digits[..digits.find('-')?].parse().ok()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use url::Url;

    use super::*;
    use crate::generator::{Generator, Texts};
    use crate::markup::Blog;
    use crate::markup::testing::{Surroundings, post};
    use crate::post::{Markup, Post};
    use crate::value::Value;

    struct Two;

    impl Blog for Two {
        fn find(&self, reference: &str) -> Option<Arc<Post>> {
            (reference == "content/news/rain.md").then(|| Arc::new(post(Dialect::Zola)))
        }

        fn posts(&self) -> Vec<Arc<Post>> {
            Vec::new()
        }

        fn text(&self, path: &str) -> Option<String> {
            (path == "content/about us.md").then(|| "+++\n+++\n".to_owned())
        }
    }

    fn resolved(html: &str) -> (String, Vec<(u32, String)>) {
        let texts: Texts = [("content/news/_index.md".to_owned(), "+++\n+++\n".to_owned())].into();
        let generator = Generator::new(Dialect::Zola, "content", Value::Null, texts);
        let surroundings = Surroundings { generator, blog: Box::new(Two), ..Surroundings::of(Dialect::Zola) };
        let url = Url::parse("https://example.org/a/").expect("a URL");
        let (html, notices) = resolve(Cow::Borrowed(html), &surroundings.body("", Markup::Markdown, &url));
        (html.into_owned(), notices.into_iter().map(|notice| (notice.line, notice.message)).collect())
    }

    #[test]
    fn pages_are_found_by_their_paths() {
        for (link, url) in [
            ("@/news/rain.md", "https://example.org/blog/post/"),
            ("@/news/rain.md#at&amp;noon", "https://example.org/blog/post/#at&amp;noon"),
            ("@/about%20us.md", "https://example.org/about-us/"),
            ("@/news/_index.md", "https://example.org/news/"),
            ("@&#x2F;news/rain.md", "https://example.org/blog/post/"),
        ] {
            let html = |link: &str| format!("<p>x <a class=\"c\" href=\"{link}\" title=\"t\">y</a> =\"@/z\"</p>");
            assert_eq!(resolved(&html(link)), (html(url), vec![]), "{link}");
        }
    }

    #[test]
    fn what_leads_nowhere_is_text_and_told() {
        let (html, told) = resolved("<p><!--@9-->see <a href=\"@/gone.md\">it</a> < <a href=\"@/");
        assert_eq!(html, "<p><!--@9-->see <a>it</a> < <a href=\"@/");
        let message = "the link `@/gone.md` leads to no page of the blog, and is shown as text";
        assert_eq!(told, [(9, message.to_owned())]);
    }

    proptest::proptest! {
        #[test]
        fn any_tags_are_read_and_resolved_once(
            html in "(<a|<img| href=| src =|\"|'|\\{static\\}|%7Bfilename%7D|\\|tag\\||@/|/x|>|<|=|&#123;|&#64;|é| |<!--@3-->){0,24}",
        ) {
            let url = Url::parse("https://example.org/a/").expect("a URL");
            for dialect in [Dialect::Pelican, Dialect::Zola] {
                let surroundings = Surroundings::of(dialect);
                let body = surroundings.body("", Markup::Markdown, &url);
                let (once, _) = resolve(Cow::Borrowed(&html), &body);
                let (twice, told) = resolve(Cow::Borrowed(&once), &body);
                proptest::prop_assert_eq!((&twice, told.len()), (&once, 0));
            }
        }
    }
}
