//! `<iframe ... />` -> `<iframe ...></iframe>`.
//!
//! Browsers do not know that an element such as `iframe` or `script` can be closed in its own tag,
//! and take all that follows for its content. Markdown processors know, and people write it.

use std::borrow::Cow;

/// Elements whose content is not read as HTML, so that nothing but their end tag ends them.
const RAW: &[&str] = &["iframe", "script", "style", "textarea", "title", "noscript", "noembed"];

/// Gives each of those elements that closes itself an end tag.
#[must_use]
pub fn expand(html: &str) -> Cow<'_, str> {
    if !html.contains("/>") {
        return Cow::Borrowed(html);
    }
    let mut out = String::new();
    let mut done = 0;
    let mut from = 0;
    while let Some(at) = html[from..].find('<').map(|at| at + from) {
        from = at + 1;
        let Some(name) = raw_element(&html[from..]) else { continue };
        let Some(end) = end_of_tag(html.as_bytes(), from + name.len()) else { break };
        from = end;
        if html.as_bytes()[end - 2] == b'/' {
            out.push_str(&html[done..end - 2]);
            out.push_str("></");
            out.push_str(name);
            out.push('>');
            done = end;
        }
    }
    if done == 0 {
        return Cow::Borrowed(html);
    }
    out.push_str(&html[done..]);
    Cow::Owned(out)
}

/// The element whose name `text` starts with.
fn raw_element(text: &str) -> Option<&'static str> {
    RAW.iter().copied().find(|name| {
        let starts = text.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name));
        starts && text.as_bytes().get(name.len()).is_some_and(|next| next.is_ascii_whitespace() || *next == b'/')
    })
}

/// Behind the `>` that ends the tag.
pub(super) fn end_of_tag(html: &[u8], from: usize) -> Option<usize> {
    let mut quote = None;
    for (at, byte) in html.iter().enumerate().skip(from) {
        match (quote, byte) {
            (None, b'>') => return Some(at + 1),
            (None, b'"' | b'\'') if html[at - 1] == b'=' => quote = Some(*byte),
            (Some(open), byte) if open == *byte => quote = None,
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_would_swallow_the_rest() {
        for (typed, read) in [
            ("<iframe src='x' />b", "<iframe src='x' ></iframe>b"),
            ("<IFRAME title=\"a /> b\" src=x/>c<br/>", "<IFRAME title=\"a /> b\" src=x></iframe>c<br/>"),
            ("<img src=x/><iframe></iframe>", "<img src=x/><iframe></iframe>"),
            ("<iframes/>", "<iframes/>"),
            ("<script/", "<script/"),
            ("<title/>", "<title></title>"),
        ] {
            assert_eq!(expand(typed), read, "{typed}");
        }
    }
}
