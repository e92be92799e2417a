//! Files beside a page that is in a folder with its translations -> where Hugo publishes them.
//!
//! In: HTML as Markdown made it. Out: the same; what leads to a file beside `index.de.md` leads to where that is, below the
//! page in the site's own language. Hugo before 0.123 wrote the files there too.

use std::borrow::Cow;

use super::{Body, path_prefix};
use crate::config::Dialect;
use crate::post::Edition;

/// Endings of pages.
const PAGES: [&str; 4] = ["md", "markdown", "html", "htm"];

/// `html` with the addresses of files of a bundle as they are below its first page.
pub(super) fn resolve<'h>(html: Cow<'h, str>, body: &Body<'_>) -> Cow<'h, str> {
    match original(body) {
        Some(url) => Cow::Owned(path_prefix::prefixed(&html, &url, &is_beside)),
        None => html,
    }
}

/// The address of the page in the site's own language, where this one is a translation in the same folder.
fn original(body: &Body<'_>) -> Option<String> {
    let around = body.around;
    if body.dialect != Dialect::Hugo {
        return None;
    }
    let folder = |path: &str| path.rsplit_once('/').map(|(folder, _)| folder.to_owned());
    let paths = Edition::originals(around.post.relative(), around.generator)?;
    let post = paths.iter().find_map(|path| around.blog.find(path))?;
    let is_here = folder(&post.path).is_some_and(|found| folder(&around.post.path) == Some(found));
    (is_here && post.url.ends_with('/')).then(|| post.url.clone())
}

/// Whether a value that ends with a quotation mark is the path of a file beside the page.
fn is_beside(value: &str) -> bool {
    let path = value.split(['"', '\'', '?', '#']).next().unwrap_or_default();
    let name = path.rsplit('/').next().unwrap_or_default();
    let is_file = name.rsplit_once('.').is_some_and(|(stem, ending)| !stem.is_empty() && !PAGES.contains(&ending));
    is_file && !path.starts_with(['/', '&']) && !path.starts_with("../") && !path.contains(':')
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use crate::config::Dialect;
    use crate::generator::{Generator, Texts};
    use crate::markup::Blog;
    use crate::markup::testing::{Surroundings, post};
    use crate::post::{Markup, Post};
    use crate::value::read;

    /// The page `content/posts/b/index.md`.
    struct Original;

    impl Blog for Original {
        fn find(&self, reference: &str) -> Option<Arc<Post>> {
            let (path, url) = ("content/posts/b/index.md".into(), "https://example.org/posts/b/".into());
            (reference == "content/posts/b").then(|| Arc::new(Post { path, url, ..post(Dialect::Hugo) }))
        }

        fn posts(&self) -> Vec<Arc<Post>> {
            Vec::new()
        }

        fn text(&self, _: &str) -> Option<String> {
            None
        }
    }

    fn html(path: &str, text: &str) -> String {
        let settings = "languages: {en: {}, es: {}}\nmarkup: {goldmark: {renderer: {unsafe: true}}}\n";
        let generator = Generator::new(Dialect::Hugo, "content", read::yaml(settings).expect("YAML"), Texts::new());
        let front = read::yaml("resources: [{src: '*.gif'}, {src: real.png, name: Cover}]").expect("YAML");
        let url = "https://example.org/es/posts/b/".into();
        let post = Post { path: path.into(), below: "content/".len(), url, ..post(Dialect::Hugo) };
        let blog = Box::new(Original);
        let surroundings = Surroundings { generator, post, front, blog, ..Surroundings::of(Dialect::Hugo) };
        surroundings.render(text, Markup::Markdown).html.trim().replace("https://example.org", "")
    }

    #[test]
    fn files_of_a_bundle_are_below_its_page_in_the_sites_language() {
        let translated = "content/posts/b/index.es.md";
        for (text, expected) in [
            ("![x](foo.png)", "<p><img src=\"/posts/b/foo.png\" alt=\"x\"></p>"),
            (
                "[x](data/foo.pdf#p) [y](c/) [z](#a)",
                "<p><a href=\"/posts/b/data/foo.pdf#p\">x</a> <a href=\"/es/posts/b/c/\">y</a> <a href=\"#a\">z</a></p>",
            ),
            ("[x](/a.png) [y](../a.png)", "<p><a href=\"/a.png\">x</a> <a href=\"/es/posts/a.png\">y</a></p>"),
            ("{{< figure src=\"cover\" >}}", "<figure><img src=\"/posts/b/real.png\" alt=\"\"></figure>"),
        ] {
            assert_eq!(html(translated, text), expected, "{text}");
        }
        for path in ["content/posts/b/index.md", "content/posts/c/index.es.md", "content/posts/b.es.md"] {
            assert!(html(path, "![x](foo.png)").contains("\"/es/posts/b/foo.png\""), "{path}");
        }
        assert!(html("content/posts/b/index.md", "{{< figure src=\"cover\" >}}").contains("\"/es/posts/b/real.png\""));
    }
}
