//! Links to files of Eleventy's input, `[a](c1.md#x)`, `[b](/posts/c1.md)`, -> the URLs of the posts that they make, where
//! the plug-in `InputPathToUrlTransformPlugin` is in use.
//!
//! In: HTML as Markdown made it. Out: the same; a link to anything else stays as it is.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;

use super::{Body, entity};
use crate::config::Dialect;

/// `html` with its links to files resolved.
pub(super) fn resolve<'h>(html: Cow<'h, str>, body: &Body<'_>) -> Cow<'h, str> {
    let is_asked = || body.around.generator.setting("resolvesInputPaths").is_some();
    if body.dialect != Dialect::Eleventy || !html.contains(" href=\"") || !is_asked() {
        return html;
    }
    let (mut out, mut rest) = (String::with_capacity(html.len()), &*html);
    while let Some((before, behind)) = rest.split_once(" href=\"") {
        let Some((written, after)) = behind.split_once('"') else { break };
        out.push_str(before);
        match url(&entity::decode(written), body) {
            Some(url) => entity::write_attribute(&mut out, "href", &url),
            None => out += &format!(" href=\"{written}\""),
        }
        rest = after;
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// The URL of the post whose file a reference names, from the folder of the input, or from that of the post.
fn url(reference: &str, body: &Body<'_>) -> Option<String> {
    let end = reference.find(['#', '?']).unwrap_or(reference.len());
    let (path, more) = reference.split_at(end);
    let is_file = [".md", ".html", ".njk", ".liquid"].iter().any(|extension| path.ends_with(extension));
    if !is_file || path.contains(':') || path.starts_with("//") {
        return None;
    }
    let path = percent_decode_str(path).decode_utf8().ok()?;
    let own = body.around.generator.path_in_input(body.around.post.relative());
    let folder = own.rsplit_once('/').map_or("", |(folder, _)| folder);
    let places =
        if path.starts_with('/') { vec![path.to_string()] } else { vec![format!("{folder}/{path}"), path.to_string()] };
    let post = places.iter().filter_map(|place| plain(place)).find_map(|place| body.around.blog.find(&place))?;
    Some(format!("{}{more}", post.url))
}

/// A path without `.` and `..`; `None` when it leads out of the blog.
fn plain(path: &str) -> Option<String> {
    let mut parts = path.split('/').filter(|part| !matches!(*part, "" | "."));
    let parts = parts.try_fold(Vec::new(), |mut parts, part| {
        match part {
            ".." => drop(parts.pop()?),
            _ => parts.push(part),
        }
        Some(parts)
    })?;
    Some(parts.join("/"))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::generator::{Generator, Texts};
    use crate::markup::Blog;
    use crate::markup::testing::{Surroundings, post};
    use crate::post::{Markup, Post};
    use crate::value::read::yaml;

    struct One;

    impl Blog for One {
        fn find(&self, reference: &str) -> Option<Arc<Post>> {
            (reference == "posts/c1.md").then(|| Arc::new(post(Dialect::Eleventy)))
        }

        fn posts(&self) -> Vec<Arc<Post>> {
            Vec::new()
        }

        fn text(&self, _: &str) -> Option<String> {
            None
        }
    }

    #[test]
    fn files_are_where_their_pages_are() {
        let html = |settings: &str, text: &str| {
            let mut around = Surroundings::of(Dialect::Eleventy);
            around.generator = Generator::new(Dialect::Eleventy, "", yaml(settings).unwrap(), Texts::new());
            around.blog = Box::new(One);
            around.render(text, Markup::Markdown).html
        };
        let there = post(Dialect::Eleventy).url;
        let on = "resolvesInputPaths: true";
        for text in ["[a](/posts/c1.md#x)", "[a](posts/c1.md#x)", "[a](./posts/../posts/c1.md#x)"] {
            assert_eq!(html(on, text), format!("<p><a href=\"{there}#x\">a</a></p>\n"), "{text}");
        }
        for text in ["[a](/posts/other.md)", "[a](https://e.org/posts/c1.md)", "[a](../../c1.md)"] {
            assert_eq!(html(on, text), html("{}", text), "{text}");
        }
        assert_ne!(html("{}", "[a](/posts/c1.md#x)"), html(on, "[a](/posts/c1.md#x)"));
    }
}
