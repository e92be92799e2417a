//! Links to files of Eleventy's input, `[a](c1.md#x)`, `[b](/posts/c1.md)`, which its plug-in
//! `InputPathToUrlTransformPlugin` follows.

use percent_encoding::percent_decode_str;

use super::Body;

/// The files that are templates.
const TEMPLATES: [&str; 4] = [".md", ".html", ".njk", ".liquid"];

/// A path from the folder of the input, or from that of the post.
pub(super) struct Reference<'a> {
    path: &'a str,
    /// Its query and fragment.
    end: &'a str,
}

impl<'a> Reference<'a> {
    /// What the value of an attribute means.
    pub fn read(value: &'a str) -> Option<Self> {
        let (path, end) = value.split_at(value.find(['#', '?']).unwrap_or(value.len()));
        let is_file = TEMPLATES.iter().any(|extension| path.ends_with(extension));
        (is_file && !path.contains(':') && !path.starts_with("//")).then_some(Self { path, end })
    }

    /// The URL of the post of this very file.
    pub fn url(&self, body: &Body<'_>) -> Option<String> {
        let generator = body.around.generator;
        let path = percent_decode_str(self.path).decode_utf8().ok()?;
        let own = generator.path_in_input(body.around.post.relative());
        let folder = own.rsplit_once('/').map_or("", |(folder, _)| folder);
        let beside = (!path.starts_with('/')).then(|| format!("{folder}/{path}"));
        let places = beside.into_iter().chain([path.to_string()]).filter_map(|place| plain(&place));
        let found = |place: String| {
            body.around.blog.find(&place).filter(|post| generator.path_in_input(post.relative()) == place)
        };
        let post = places.into_iter().find_map(found)?;
        Some(format!("{}{}", post.url, self.end))
    }
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

    use crate::config::Dialect;
    use crate::generator::{Generator, Texts};
    use crate::markup::Blog;
    use crate::markup::testing::{Surroundings, post};
    use crate::post::{Markup, Post};
    use crate::value::read::yaml;

    struct One;

    impl Blog for One {
        fn find(&self, reference: &str) -> Option<Arc<Post>> {
            ["posts/c1.md", "c1/index.html"]
                .contains(&reference)
                .then(|| Arc::new(Post { path: "posts/c1.md".into(), below: 0, ..post(Dialect::Eleventy) }))
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
        for text in [
            "[a](/posts/other.md)",
            "[a](/c1/index.html)",
            "`<a href=\"/posts/c1.md\">`",
            "[a](https://e.org/posts/c1.md)",
            "[a](../../c1.md)",
        ] {
            assert_eq!(html(on, text), html("{}", text), "{text}");
        }
        assert_ne!(html("{}", "[a](/posts/c1.md#x)"), html(on, "[a](/posts/c1.md#x)"));
    }
}
