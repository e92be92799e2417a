//! Pelican's references into its own site (`{static}/a.png`, `{filename}b.md`, `|tag|c`) -> URLs.

use std::borrow::Cow;

use super::super::{Body, Notice};
use super::{Expanded, Held};

/// What stands before a reference: where a link or an attribute begins its address.
const BEFORE: [char; 7] = ['(', '"', '\'', '=', '<', ' ', '\t'];
/// What ends an address.
const ENDS: [char; 8] = [')', '"', '\'', '>', ' ', '\t', '\n', '\r'];
/// The longest kind of reference, with its brackets.
const LONGEST: usize = 10;

/// Expands the references of a body.
pub(super) fn expand<'a>(body: &Body<'a>) -> Expanded<'a> {
    let text = Held::without_marks(body.text);
    let (mut out, mut notices, mut done) = (String::new(), Vec::new(), 0);
    let (mut line, mut counted) = (0, 0);
    for (at, _) in text.match_indices(['{', '|']) {
        let Some((kind, length)) = kind(&text[at..]).filter(|_| at >= done && text[..at].ends_with(BEFORE)) else {
            continue;
        };
        let behind = &text[at + length..];
        let end = behind.find(ENDS).unwrap_or(behind.len());
        out.push_str(&text[done..at]);
        if let Some(address) = address(kind, &behind[..end], body) {
            out.push_str(&address);
        } else {
            line += text[counted..at].matches('\n').count();
            counted = at;
            let message = format!("`{}` leads to no article", &text[at..at + length + end]);
            let line = body.line.saturating_add(u32::try_from(line).unwrap_or(u32::MAX));
            notices.push(Notice { line, message, mend: "write the path of an article".to_owned() });
            out.push_str(&behind[..end]);
        }
        done = at + length + end;
    }
    let text = if done == 0 { text } else { Cow::Owned(out + &text[done..]) };
    Expanded { text, held: Held::default(), notices }
}

/// What a reference is to, and how long that is written.
fn kind(text: &str) -> Option<(&str, usize)> {
    let close = if text.starts_with('{') { '}' } else { '|' };
    let end = text.char_indices().skip(1).take(LONGEST).find(|(_, c)| *c == close)?.0;
    let kind = &text[1..end];
    let known = ["static", "filename", "attach", "author", "category", "tag", "index"];
    known.contains(&kind).then_some((kind, end + 1))
}

fn address(kind: &str, path: &str, body: &Body<'_>) -> Option<String> {
    let site = &body.around.site.url;
    let below = |path: &str| format!("{}{}", site.as_str(), path.trim_start_matches('/'));
    let (path, fragment) = path.split_at(path.find(['#', '?']).unwrap_or(path.len()));
    let generator = body.around.generator;
    let page = |folder: &str, key: &str| {
        let pattern = generator.setting(key).and_then(crate::value::Value::as_str);
        let slug = crate::post::pelican_slug(path);
        below(&pattern.map_or_else(|| format!("{folder}/{slug}.html"), |pattern| pattern.replace("{slug}", &slug)))
    };
    let url = match kind {
        "author" => page("author", "AUTHOR_URL"),
        "category" => page("category", "CATEGORY_URL"),
        "tag" => page("tag", "TAG_URL"),
        "index" => below("index.html"),
        _ => {
            let whole = resolved(&generator.path_in_content(body.around.post.relative()), path);
            if kind != "filename" {
                return Some(below(&whole) + fragment);
            }
            let decoded = whole.replace("%20", " ");
            match body.around.blog.find(&decoded) {
                Some(post) => post.url.clone(),
                None if is_static(&decoded) => below(&whole),
                None => return None,
            }
        }
    };
    Some(url + fragment)
}

/// Whether a file is none that Pelican reads, so that a reference to an article may lead to it.
fn is_static(path: &str) -> bool {
    let extension = path.rsplit_once('.').map_or("", |(_, extension)| extension);
    !matches!(extension, "" | "md" | "markdown" | "mkd" | "mdown" | "rst" | "htm" | "html")
}

/// A path beside a file, or from the top, below the folder of content.
fn resolved(file: &str, path: &str) -> String {
    let folder = if path.starts_with('/') { "" } else { file.rsplit_once('/').map_or("", |(folder, _)| folder) };
    let mut names: Vec<&str> = Vec::new();
    for name in folder.split('/').chain(path.split('/')) {
        match name {
            "" | "." => {}
            ".." => drop(names.pop()),
            name => names.push(name),
        }
    }
    names.join("/")
}

#[cfg(test)]
mod tests {
    use url::Url;

    use super::*;
    use crate::config::Dialect;
    use crate::markup::testing::Surroundings;
    use crate::post::Markup;

    #[test]
    fn references_become_addresses() {
        let url = Url::parse("https://example.org/a/").expect("a URL");
        let around = Surroundings::of(Dialect::Pelican);
        let expanded = |text: &str| expand(&around.body(text, Markup::Markdown, &url)).text.into_owned();
        let cases = [
            ("![a]({static}/images/a.png)", "![a](https://example.org/images/a.png)"),
            ("<a href=\"|attach|b.pdf#x\">", "<a href=\"https://example.org/b.pdf#x\">"),
            ("[x]: {tag}Big News", "[x]: https://example.org/tag/big.html News"),
            ("![x](|filename|/images/a%20b.png)", "![x](https://example.org/images/a%20b.png)"),
            ("[x]({index}) {static}", "[x](https://example.org/index.html) https://example.org/"),
            ("`{static}/x` {other}/y", "`{static}/x` {other}/y"),
        ];
        for (text, expected) in cases {
            assert_eq!(expanded(text), expected);
        }
        let told = expand(&around.body("\n[x]({filename}no.md)", Markup::Markdown, &url));
        assert_eq!((told.text.as_ref(), told.notices.len()), ("\n[x](no.md)", 1));
        assert!(told.notices[0].message.contains("leads to no article"));
        assert_eq!(resolved("a/b/c.md", "../d.png"), "a/d.png");
    }
}
