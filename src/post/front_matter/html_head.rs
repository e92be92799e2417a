//! The header of Pelican's articles in HTML: the `<title>` and each `<meta name="..." content="...">` of their `<head>`.

use std::collections::HashSet;

use super::header::{add, front};
use super::{FrontMatter, Place};
use crate::post::title::decoded;

/// Reads the header of a page, and where its body begins; `None`: it is no page, or says nothing.
pub(super) fn read(text: &str) -> Option<(FrontMatter<'static>, usize)> {
    if !text.trim_start().starts_with('<') {
        return None;
    }
    let lower = text.to_ascii_lowercase();
    let head = opening(&lower, "<head")?;
    let end = head + lower[head..].find("</head")?;
    let body = opening(&lower[end..], "<body").or_else(|| lower[end..].find('>').map(|close| close + 1))?;
    let (mut entries, mut seen, mut line, mut counted, mut at) = (Vec::new(), HashSet::new(), 1, 0, head);
    while let Some(start) = lower[at..end].find('<').map(|start| at + start) {
        line += u32::try_from(text[counted..start].matches('\n').count()).unwrap_or(u32::MAX);
        counted = start;
        let (pair, length) = element(&text[start..end], &lower[start..end]);
        if let Some((key, value)) = pair {
            add(&mut entries, &mut seen, (&key, &value), Place { line, column: 1 });
        }
        at = start + length;
    }
    front(entries).map(|front| (front, end + body))
}

/// Where the first tag of a name ends.
fn opening(lower: &str, tag: &str) -> Option<usize> {
    let is_whole = |at: &usize| lower[at + tag.len()..].starts_with(|c: char| c == '>' || c.is_ascii_whitespace());
    let at = lower.match_indices(tag).map(|(at, _)| at).find(is_whole)?;
    lower[at..].find('>').map(|close| at + close + 1)
}

/// What the element says that begins here, and how long it is.
fn element(text: &str, lower: &str) -> (Option<(String, String)>, usize) {
    let close = |sign: &str| lower.find(sign).map_or(lower.len(), |at| at + sign.len());
    if lower.starts_with("<!--") {
        return (None, close("-->"));
    }
    let tag = close(">");
    if lower.starts_with("<title") {
        let end = lower[tag..].find("</title").map_or(lower.len(), |end| tag + end);
        return (Some(("title".to_owned(), text[tag..end].trim().to_owned())), end.max(tag));
    }
    (lower.starts_with("<meta").then(|| meta(&text["<meta".len()..tag])).flatten(), tag)
}

fn meta(tag: &str) -> Option<(String, String)> {
    let all = attributes(tag.trim_end_matches(['>', '/']));
    let of = |name: &str| all.iter().find(|(known, _)| known == name).map(|(_, value)| decoded(value));
    let name = of("name")?.to_lowercase();
    let content = of("content").filter(|content| !content.is_empty()).or_else(|| of("contents"))?;
    Some((if name == "keywords" { "tags".to_owned() } else { name }, content))
}

/// The attributes of a tag that have values.
fn attributes(mut tag: &str) -> Vec<(String, &str)> {
    let mut all = Vec::new();
    loop {
        tag = tag.trim_start_matches(|c: char| c.is_whitespace() || c == '/');
        let Some((name, rest)) = tag.split_once('=') else { return all };
        let name = name.split_whitespace().next_back().unwrap_or_default().to_ascii_lowercase();
        let rest = rest.trim_start();
        let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''));
        let (value, behind) = match quote {
            Some(quote) => rest[1..].split_once(quote).unwrap_or((&rest[1..], "")),
            None => rest.split_at(rest.find(char::is_whitespace).unwrap_or(rest.len())),
        };
        all.push((name, value));
        tag = behind;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::read::json;
    use proptest::prelude::*;

    #[test]
    fn a_head_says_what_an_article_is() {
        let page = "<!DOCTYPE html>\n<html><HEAD>\n<title>A &amp; <b>b</b></title>\n<meta charset=\"utf-8\">\n\
            <!-- <meta name=\"slug\" content=\"no\"> -->\n<meta name='keywords' content='a, b c' />\n\
            <meta content=\"2024-01-02\" name=\"Date\">\n<meta name=summary contents=\"x &lt; y\"></head>\n\
            <body class=\"x\"><p>Text</p></body></html>";
        let (front, body) = read(page).unwrap();
        assert_eq!((front.entries[0].place.line, front.entries[2].place.line), (3, 7));
        let expected =
            r#"{"title": "A &amp; <b>b</b>", "tags": ["a", "b c"], "date": "2024-01-02", "summary": "x < y"}"#;
        assert_eq!(front.into_value(), json(expected).unwrap());
        assert_eq!(&page[body..], "<p>Text</p></body></html>");
        for text in ["<p>x</p>", "a <head><title>x</title></head>", "<header></header>", "<head></head><body>x"] {
            assert!(read(text).is_none(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_page_has_a_body(text in "<?(<head>|</head>|<body>|<title>|<meta |name=|content='|[a-zé'\" \n>/]){0,40}") {
            if let Some((_, body)) = read(&text) {
                prop_assert!(text.get(body..).is_some());
            }
        }
    }
}
