//! Pelican's links into its own site (`{static}/a.png`, `{filename}b.md#c`, `|tag|d`).

use percent_encoding::percent_decode_str;

use super::Body;
use crate::generator::places;
use crate::value::Value;

/// What such a link begins with, and what ends its kind: as it is typed, and as Markdown encodes it.
const BRACKETS: [(&str, &str); 4] = [("{", "}"), ("|", "|"), ("%7B", "%7D"), ("%7C", "%7C")];
/// The kinds that there are.
const KINDS: [&str; 7] = ["static", "filename", "attach", "author", "category", "tag", "index"];

/// A kind, and a path or a name.
pub(super) struct Reference<'a> {
    kind: &'a str,
    path: &'a str,
    /// Its query and fragment.
    end: &'a str,
}

impl<'a> Reference<'a> {
    /// What the value of an attribute means.
    pub fn read(value: &'a str) -> Option<Self> {
        let (open, close) = BRACKETS.into_iter().find(|(open, _)| value.starts_with(open))?;
        let (kind, rest) = value[open.len()..].split_once(close).filter(|(kind, _)| KINDS.contains(kind))?;
        let (path, end) = rest.split_at(rest.find(['#', '?']).unwrap_or(rest.len()));
        Some(Self { kind, path, end })
    }

    /// The URL of an article, of a file, or of the page of a term.
    pub fn url(&self, body: &Body<'_>) -> Option<String> {
        let below = |path: &str| format!("{}{}", body.around.site.url.as_str(), path.trim_start_matches('/'));
        let url = match self.kind {
            "author" => below(&self.page("author", "AUTHOR_URL", body)),
            "category" => below(&self.page("category", "CATEGORY_URL", body)),
            "tag" => below(&self.page("tag", "TAG_URL", body)),
            "index" => below("index.html"),
            kind => {
                let path = resolved(&body.around.generator.path_in_content(body.around.post.relative()), self.path);
                let decoded = percent_decode_str(&path).decode_utf8_lossy();
                match body.around.blog.find(&decoded).filter(|_| kind == "filename") {
                    Some(post) => post.url.clone(),
                    None if kind != "filename" || is_static(&decoded) => below(&path),
                    None => return None,
                }
            }
        };
        Some(url + self.end)
    }

    /// The path of the page of a term.
    fn page(&self, folder: &str, key: &str, body: &Body<'_>) -> String {
        let slug = crate::post::pelican_slug(&percent_decode_str(self.path).decode_utf8_lossy());
        let pattern = body.around.generator.setting(key).and_then(Value::as_str);
        pattern.map_or_else(|| format!("{folder}/{slug}.html"), |pattern| pattern.replace("{slug}", &slug))
    }
}

/// Whether a file is none that Pelican reads, so that a reference to an article may lead to it.
fn is_static(path: &str) -> bool {
    let extension = path.rsplit_once('.').map_or("", |(_, extension)| extension);
    !matches!(extension, "" | "md" | "markdown" | "mkd" | "mdown" | "rst" | "htm" | "html")
}

/// A path beside a file, or from the top, below the folder of content.
fn resolved(file: &str, path: &str) -> String {
    let folder = if path.starts_with('/') { "" } else { file.rsplit_once('/').map_or("", |(folder, _)| folder) };
    places::resolved(folder.split('/'), path)
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use url::Url;

    use super::super::resolve;
    use super::*;
    use crate::config::Dialect;
    use crate::markup::testing::Surroundings;
    use crate::post::Markup;

    #[test]
    fn references_become_addresses() {
        let around = Surroundings::of(Dialect::Pelican);
        let cases = [
            ("![a]({static}/images/a.png)", "<img src=\"https://example.org/images/a.png\" alt=\"a\">"),
            ("[a](\n{attach}b.pdf#x)", "<a href=\"https://example.org/b.pdf#x\">a</a>"),
            ("[a][x]\n\n[x]: {tag}Big-News", "<a href=\"https://example.org/tag/big-news.html\">a</a>"),
            ("![x](|filename|/images/a%20ü.png)", "<img src=\"https://example.org/images/a%20%C3%BC.png\" alt=\"x\">"),
            (
                "<video poster='{static}/a.png' src=\"|static|/b.mp4\"></video>",
                "<video src=\"https://example.org/b.mp4\" poster=\"https://example.org/a.png\" controls=\"\"></video>",
            ),
            ("[x]({index})", "<a href=\"https://example.org/index.html\">x</a>"),
            ("say {static}/x, `[a]({static}/x)`", "say {static}/x, <code>[a]({static}/x)</code>"),
        ];
        for (text, expected) in cases {
            let html = around.render(text, Markup::Markdown).html;
            assert_eq!(html.trim().trim_start_matches("<p>").trim_end_matches("</p>"), expected, "{text}");
        }
        assert_eq!(resolved("a/b/c.md", "../d.png"), "a/d.png");
    }

    #[test]
    fn what_leads_nowhere_is_text_and_told() {
        let url = Url::parse("https://example.org/a/").expect("a URL");
        let around = Surroundings::of(Dialect::Pelican);
        let body = around.body("", Markup::Html, &url);
        let (html, told) = resolve(Cow::Borrowed("<!--@4--><a href=\"{filename}no.md\">a</a>"), &body);
        assert_eq!((&*html, told.len()), ("<!--@4--><a>a</a>", 1));
        assert_eq!((told[0].line, &*told[0].mend), (4, "write the path of an article"));
    }
}
