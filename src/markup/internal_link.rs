//! Zola's links within a blog, `@/news/rain.md#noon`, -> the URLs of the pages that they mean.
//!
//! In: HTML as Markdown made it. Out: the same; a link to a page that there is not becomes its text, and is told.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;

use super::{Body, Notice, entity};
use crate::config::Dialect;
use crate::post;

/// How such a link begins.
const START: &str = "@/";

/// `html` with its links within the blog resolved, and what is wrong with them.
pub(super) fn resolve<'h>(html: Cow<'h, str>, body: &Body<'_>) -> (Cow<'h, str>, Vec<Notice>) {
    if body.dialect != Dialect::Zola || !(html.contains("=\"@") || html.contains("='@")) {
        return (html, Vec::new());
    }
    let (mut out, mut notices, mut rest, mut line) = (String::with_capacity(html.len()), Vec::new(), &*html, body.line);
    while let Some(start) = rest.find('<') {
        let (before, tag) = rest.split_at(start);
        out.push_str(before);
        let end = tag.find('>').map_or(tag.len(), |end| end + 1);
        line = said_line(tag).unwrap_or(line);
        match attribute(&tag[..end]) {
            Some((from, to)) => {
                let written = entity::decode(&tag[from + "=\"".len()..to]).into_owned();
                let (name, target) = (tag[..from].rfind(char::is_whitespace).unwrap_or(from), url(&written, body));
                if let Some(url) = target {
                    out.push_str(&tag[..name]);
                    entity::write_attribute(&mut out, tag[name..from].trim(), &url);
                } else {
                    out.push_str(&tag[..name]);
                    notices.push(broken(&written, line));
                }
                out.push_str(&tag[to + 1..end]);
            }
            None => out.push_str(&tag[..end]),
        }
        rest = &tag[end..];
    }
    out.push_str(rest);
    (Cow::Owned(out), notices)
}

/// Where the first reference within the blog is in a tag: from its equals sign to its last quotation mark.
fn attribute(tag: &str) -> Option<(usize, usize)> {
    let is_start = |at: &usize| ["=\"@", "='@"].iter().any(|start| tag[*at..].starts_with(start));
    let from = tag.match_indices('=').map(|(at, _)| at).find(is_start)?;
    let (quote, value) = (&tag[from + 1..from + 2], from + 2);
    let to = value + tag[value..].find(quote)?;
    entity::decode(&tag[value..to]).starts_with(START).then_some((from, to))
}

/// The line that a comment says.
fn said_line(tag: &str) -> Option<u32> {
    let digits = tag.strip_prefix("<!--@")?;
    digits[..digits.find('-')?].parse().ok()
}

/// The URL of the page that a reference means: a post, another page, or a section.
pub(super) fn url(reference: &str, body: &Body<'_>) -> Option<String> {
    let path = reference.strip_prefix(START)?;
    let (path, fragment) = path.split_once('#').map_or((path, None), |(path, fragment)| (path, Some(fragment)));
    let path = percent_decode_str(path).decode_utf8().ok()?;
    let url = page(&path, body)?;
    Some(fragment.map_or_else(|| url.clone(), |fragment| format!("{url}#{fragment}")))
}

fn page(path: &str, body: &Body<'_>) -> Option<String> {
    let around = &body.around;
    let below = format!("content/{path}");
    let is_known = format!("{}/", around.generator.prefix()).starts_with("content/");
    let post = around.blog.find(if is_known { &below } else { path }).filter(|_| !path.contains("_index."));
    let other = || {
        let text = around.generator.text(&below).map(str::to_owned).or_else(|| around.blog.text(&below))?;
        if path.rsplit('/').next().is_some_and(|name| name.starts_with("_index.")) {
            let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
            let language = path.rsplit('.').nth(1).filter(|tag| !tag.ends_with("_index"));
            let path = [language.unwrap_or(""), folder].join("/");
            let path = format!("{}/", path.trim_matches('/'));
            return around.site.url.join(path.trim_start_matches('/')).ok();
        }
        Some(post::page_url(path, &text, &around.site.url, around.generator))
    };
    post.map(|post| post.url.clone()).or_else(|| other().map(String::from))
}

fn broken(reference: &str, line: u32) -> Notice {
    let shown: String = reference.chars().take(120).collect();
    let message = format!("the link `{shown}` leads to no page of the blog, and is shown as text");
    Notice { line, message, mend: "write the path of a page below `content`".to_owned() }
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
}
