//! Addresses in HTML -> the same with something before them.
//!
//! Of an Eleventy site links from its top are below its `pathPrefix`, as its plug-ins write them. One that has it already, by
//! the filter `url`, is left so: Eleventy writes the path twice there, which leads nowhere.

/// Attributes that hold one address.
const ADDRESSES: [&str; 4] = ["href", "src", "poster", "data"];

/// Writes the path that a site is below before the addresses in tags that begin at its top.
#[must_use]
pub(super) fn from_top(html: &str, path: &str) -> String {
    prefixed(html, path, &|value| is_from_top(value, path))
}

/// Writes `prefix` before those addresses in tags that are meant; each is told with all that follows it in its tag.
#[must_use]
pub(super) fn prefixed(html: &str, prefix: &str, is_meant: &dyn Fn(&str) -> bool) -> String {
    let mut out = String::with_capacity(html.len() + 64);
    let mut rest = html;
    while let Some(start) = rest.find('<') {
        let end = rest[start..].find('>').map_or(rest.len(), |end| start + end + 1);
        out.push_str(&rest[..start]);
        push_tag(&mut out, &rest[start..end], prefix, is_meant);
        rest = &rest[end..];
    }
    out + rest
}

fn push_tag(out: &mut String, tag: &str, prefix: &str, is_meant: &dyn Fn(&str) -> bool) {
    let mut done = 0;
    for (at, _) in tag.match_indices('=') {
        let value = at + "='".len();
        let is_quoted = tag[at + 1..].starts_with(['"', '\'']);
        if is_quoted && is_address(&tag[..at]) && is_meant(&tag[value..]) {
            out.push_str(&tag[done..value]);
            out.push_str(prefix);
            done = value;
        }
    }
    out.push_str(&tag[done..]);
}

/// Whether the text ends with the name of an attribute that holds an address.
fn is_address(before: &str) -> bool {
    let name = before.rsplit(char::is_whitespace).next().unwrap_or_default();
    name.len() < before.len() && ADDRESSES.iter().any(|known| name.eq_ignore_ascii_case(known))
}

/// Whether an address begins at the top of the site, and not below the prefix.
fn is_from_top(value: &str, prefix: &str) -> bool {
    let is_below = |rest: &str| rest.is_empty() || rest.starts_with(['/', '"', '\'', '#', '?']);
    value.starts_with('/') && !value.starts_with("//") && !value.strip_prefix(prefix).is_some_and(is_below)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_from_the_top_are_below_the_prefix() {
        let cases = [
            ("<a href=\"/x/\">/x</a>", "<a href=\"/b/x/\">/x</a>"),
            ("<img alt='/x' src='/x.png'>", "<img alt='/x' src='/b/x.png'>"),
            ("<a href=\"/b/x/\"><a href='/b'>", "<a href=\"/b/x/\"><a href='/b'>"),
            ("<a href=\"/bc/\">", "<a href=\"/b/bc/\">"),
            (
                "<a href=\"//e.org/\" title=\"a=/b\"><a href=\"x\">",
                "<a href=\"//e.org/\" title=\"a=/b\"><a href=\"x\">",
            ),
            ("href=\"/x\" <a href=\"/x", "href=\"/x\" <a href=\"/b/x"),
        ];
        for (html, expected) in cases {
            assert_eq!(from_top(html, "/b"), expected);
        }
    }

    proptest::proptest! {
        #[test]
        fn nothing_is_lost_and_twice_is_once(html in "(<a |href=|src='|\"|/|b|>|\\PC){0,30}") {
            let once = from_top(&html, "/b");
            proptest::prop_assert!(once.len() >= html.len());
            proptest::prop_assert_eq!(from_top(&once, "/b"), once);
        }
    }
}
