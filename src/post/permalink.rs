//! A pattern of URLs and what a post says of itself -> the post's URL.
//!
//! Placeholders are `:name` (Jekyll, Hugo), with Hugo's `:sections[1:]`, and `{name}`,
//! `{date:%Y}` (Pelican). [`Part`] is one of them, or text.

use url::Url;

use super::address::{self, Address};
use super::placeholder::{self, Facts, Placeholder};
use super::uri;
use super::vocabulary::told;
use crate::config::Dialect;

/// How far behind `{` its `}` is looked for.
const LONGEST: usize = 64;

/// The pattern of a folder whose configuration has none.
#[must_use]
pub fn default_permalink(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::Jekyll => "/:categories/:year/:month/:day/:title.html",
        Dialect::Hugo => "/:path/",
        Dialect::Zola | Dialect::Eleventy | Dialect::Commonmark => "/:sections/:slug/",
        Dialect::Pelican => "/{slug}.html",
    }
}

/// Jekyll's named styles, as patterns.
fn style(pattern: &str) -> &str {
    match pattern.trim() {
        "date" => "/:categories/:year/:month/:day/:title:output_ext",
        "pretty" => "/:categories/:year/:month/:day/:title/",
        "ordinal" => "/:categories/:year/:y_day/:title:output_ext",
        "weekdate" => "/:categories/:year/W:week/:short_day/:title:output_ext",
        "none" => "/:categories/:title:output_ext",
        other => other,
    }
}

/// Whether every placeholder of `pattern` is known.
///
/// # Errors
/// What is wrong with it, and the nearest placeholder that there is.
pub fn check_permalink(pattern: &str) -> Result<(), String> {
    if pattern.trim().is_empty() {
        return Err("the permalink is empty; expected a pattern such as `/:year/:title/`".into());
    }
    let shown = told(pattern);
    if let Some(path) = address::below_host(pattern) {
        let path = told(path);
        return Err(format!(
            "the permalink `{shown}` has a host; write only its path, `{path}`: the host is `site.url`'s"
        ));
    }
    parts(style(pattern)).try_for_each(|part| match part {
        Part::Unknown { written, name } => {
            let nearest = placeholder::nearest(name).map_or_else(String::new, |known| {
                let known = if written.starts_with('{') { format!("{{{known}}}") } else { format!(":{known}") };
                format!("; did you mean `{known}`?")
            });
            Err(format!("unknown placeholder `{}` in the permalink `{shown}`{nearest}", told(written)))
        }
        Part::Text(text) if text.contains("{{") || text.contains("{%") => {
            Err(format!("the permalink `{shown}` is a template; write it with placeholders such as `:title`"))
        }
        Part::Text(text) if opens_brace(text) => {
            Err(format!("a `{{` is not closed in the permalink `{shown}`; write `{{slug}}`"))
        }
        Part::Text(_) | Part::Placeholder { .. } => Ok(()),
    })
}

/// Whether a text without placeholders has the beginning of one.
fn opens_brace(text: &str) -> bool {
    text.match_indices('{').any(|(at, _)| text[at + 1..].starts_with(|c: char| c.is_ascii_lowercase()))
}

/// The URL that a configured pattern makes.
pub(super) fn expand<'a>(pattern: &str, facts: &Facts<'_>, site: &'a Url) -> Address<'a> {
    let path = fill(style(pattern), facts);
    // a URL of Hugo is one of a folder, whatever its pattern ends with
    let path = if facts.dialect == Dialect::Hugo { hugo(&path, facts) } else { path };
    let language = facts.language.filter(|_| facts.dialect != Dialect::Pelican);
    let path = match language {
        Some(language) => format!("/{}/{path}", address::segment(language)),
        None => path,
    };
    Address::below(site, path)
}

/// The URL that a post's own permalink makes, `None` when it is no web address.
pub(super) fn expand_own<'a>(written: &str, facts: &Facts<'_>, site: &'a Url) -> Option<Address<'a>> {
    if address::is_absolute(written) {
        return address::absolute(site, written).map(Address::Whole);
    }
    Some(Address::below(site, fill(written, facts)))
}

/// The pattern as an encoded path.
fn fill(pattern: &str, facts: &Facts<'_>) -> String {
    let mut path = String::with_capacity(LONGEST + pattern.len());
    parts(pattern).for_each(|part| match part {
        Part::Text(text) if uri::is_plain(text) => path.push_str(text),
        Part::Text(text) => path.push_str(&address::encoded(text)),
        Part::Unknown { written, .. } => path.push_str(&address::encoded(written)),
        Part::Placeholder { placeholder, argument } => path.push_str(&placeholder::fill(placeholder, argument, facts)),
    });
    path
}

/// The path of a folder, or of one page where the site wants that.
fn hugo(path: &str, facts: &Facts<'_>) -> String {
    let path = if facts.spelling.keeps_case { path.to_owned() } else { lower(path) };
    let end = if facts.spelling.is_ugly && !path.trim_matches('/').is_empty() { ".html" } else { "/" };
    format!("{}{end}", path.trim_end_matches('/'))
}

/// Lower case, but for escapes.
fn lower(path: &str) -> String {
    let parts = path.split('%').enumerate().map(|(number, part)| {
        let (escape, rest) = part.split_at_checked(if number == 0 { 0 } else { 2 }).unwrap_or((part, ""));
        format!("{}{escape}{}", if number == 0 { "" } else { "%" }, rest.to_lowercase())
    });
    parts.collect()
}

/// A part of a pattern.
#[derive(Debug, PartialEq, Eq)]
enum Part<'a> {
    Text(&'a str),
    Placeholder { placeholder: Placeholder<'a>, argument: Option<&'a str> },
    Unknown { written: &'a str, name: &'a str },
}

fn parts(pattern: &str) -> impl Iterator<Item = Part<'_>> {
    let mut rest = pattern;
    std::iter::from_fn(move || {
        let begins = |at: &usize| matches!(rest.as_bytes()[*at], b':' | b'{') && starts_placeholder(&rest[*at..]);
        let (text, more) = rest.split_at((0..rest.len()).find(begins).unwrap_or(rest.len()));
        let (part, behind) = match more.bytes().next() {
            _ if !text.is_empty() => (Part::Text(text), more),
            Some(b':') => colon(more),
            Some(_) => braces(more),
            None => return None,
        };
        rest = behind;
        Some(part)
    })
}

fn starts_placeholder(text: &str) -> bool {
    if text.starts_with(':') && text[1..].starts_with(|c: char| c.is_ascii_uppercase() || c.is_ascii_digit()) {
        return placeholder::named(word(&text[1..])).is_some();
    }
    let begins = text[1..].starts_with(|c: char| c.is_ascii_lowercase());
    let closed = || text.bytes().take(LONGEST).position(|byte| byte == b'}');
    let is_one = |end: usize| !text[..end].contains('/') || text.starts_with("{date:");
    begins && (text.starts_with(':') || closed().is_some_and(is_one))
}

/// The letters, digits and underscores that `text` begins with.
fn word(text: &str) -> &str {
    &text[..text.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(text.len())]
}

/// `:name` or `:name[1:]`, the longest name that there is, and what is behind it.
fn colon(text: &str) -> (Part<'_>, &str) {
    let unknown = |name| (Part::Unknown { written: &text[..=str::len(name)], name }, &text[1 + str::len(name)..]);
    if !text[1..].starts_with(|c: char| c.is_ascii_lowercase()) {
        let name = word(&text[1..]);
        let part = placeholder::named(name).map(|placeholder| Part::Placeholder { placeholder, argument: None });
        return part.map_or_else(|| unknown(name), |part| (part, &text[1 + name.len()..]));
    }
    let is_inside = |byte: u8| byte.is_ascii_lowercase() || byte == b'_';
    let run = text.bytes().skip(1).position(|byte| !is_inside(byte)).map_or(text.len(), |end| end + 1);
    let written = text[1..run].trim_end_matches('_');
    let known = |name| Some((name, placeholder::named(name)?));
    let shorter = || written.rmatch_indices('_').find_map(|(end, _)| known(&written[..end]));
    let Some((name, placeholder)) = known(written).or_else(shorter) else { return unknown(written) };
    let rest = &text[1 + name.len()..];
    let argument = rest.strip_prefix('[').and_then(|inside| inside.split_once(']'));
    let argument = argument.filter(|_| placeholder == Placeholder::Sections);
    let behind = argument.map_or(rest, |(_, behind)| behind);
    (Part::Placeholder { placeholder, argument: argument.map(|(argument, _)| argument) }, behind)
}

/// `{name}` or `{date:%Y}`, and what is behind it.
fn braces(text: &str) -> (Part<'_>, &str) {
    let (inside, rest) = text[1..].split_once('}').unwrap_or((&text[1..], ""));
    let (name, argument) = inside.split_once(':').map_or((inside, None), |(name, format)| (name, Some(format)));
    let known = match argument {
        Some(format) if name != "date" || !placeholder::is_format(format) => None,
        _ => placeholder::named(name),
    };
    let part = match known {
        Some(placeholder) => Part::Placeholder { placeholder, argument },
        None => Part::Unknown { written: &text[..inside.len() + 2], name },
    };
    (part, rest)
}

#[cfg(test)]
mod tests {
    use super::super::filename::Name;
    use super::super::hugo::Spelling;
    use super::*;
    use chrono::DateTime;
    use proptest::prelude::*;

    /// The URL of `Big News!` of 2024-01-02 in the file at `relative`.
    fn url(dialect: Dialect, relative: &str, pattern: &str) -> String {
        let name = Name::of(relative, dialect);
        let facts = Facts {
            dialect,
            slugify: crate::post::zola::Slugify::On,
            date: DateTime::parse_from_rfc3339("2024-01-02T03:04:05+00:00").unwrap(),
            title: "Big News!",
            slug: None,
            name: &name,
            relative,
            categories: &["Web Dev".to_owned(), "Rust".to_owned()],
            author: Some("Ann Lee"),
            folders: &name.folders,
            sections: &name.folders,
            language: None,
            spelling: Spelling::default(),
        };
        expand(pattern, &facts, &Url::parse("https://example.org/").unwrap()).as_str().replacen(
            "https://example.org",
            "",
            1,
        )
    }

    #[test]
    fn fills_patterns() {
        use Dialect::{Commonmark, Hugo, Jekyll, Zola};
        let file = "2024-01-02-My v1.6_Post.md";
        let cases = [
            (Jekyll, file, "/blog/:title/", "/blog/My-v1.6_Post/"),
            (Jekyll, file, "/:slug.html", "/my-v1-6-post.html"),
            (Jekyll, file, "date", "/web%20dev/rust/2024/01/02/My-v1.6_Post.html"),
            (Jekyll, file, "pretty", "/web%20dev/rust/2024/01/02/My-v1.6_Post/"),
            (Jekyll, file, "ordinal", "/web%20dev/rust/2024/002/My-v1.6_Post.html"),
            (Jekyll, file, "weekdate", "/web%20dev/rust/2024/W01/Tue/My-v1.6_Post.html"),
            (Jekyll, file, "none", "/web%20dev/rust/My-v1.6_Post.html"),
            (Jekyll, file, "/:slugified_categories/:i_month-:i_day-:short_year", "/web-dev/rust/1-2-24"),
            (Jekyll, file, "/:year_:month/:hour:minute:second/:y_day", "/2024_01/030405/002"),
            (Hugo, "Tech/My Post.md", "/:path/", "/tech/my-post/"),
            (Hugo, "Tech/My & Post+.md", "/:path/", "/tech/my--post+/"),
            (Hugo, "Tech/My & Post+.md", "/:sections/:slugorcontentbasename/", "/tech/my-post/"),
            (Hugo, "x.md", "/:2006/:01/:Jan-:02/:title.html", "/2024/01/jan-02/big-news.html/"),
            (Hugo, "Tech/My Post.md", "/:year/:monthname/:title/", "/2024/january/big-news/"),
            (Hugo, "a/b/c/x.md", "/:section/:sections[1:]/:sections[last]/:filename", "/a/b/c/c/x/"),
            (Hugo, "a/b/c/x.md", "/:sections[0]/:sections[:last]/:weekday/:yearday", "/a/a/b/2/2/"),
            (Zola, "Notes/2024-01-02-Über uns.md", "/:sections/:slug/", "/Notes/uber-uns/"),
            (Zola, "x.md", "/:title/", "/big-news/"),
            (Commonmark, "n/2024-01-02 Über uns!.md", "/:sections/:slug/", "/n/%C3%BCber-uns/"),
            (Commonmark, "x.md", "/{category}/{date:%Y/%b}/{slug}/", "/Web%20Dev/2024/Jan/x/"),
            (Commonmark, "x.md", "/{author}:80/?p={slug}", "/ann-lee:80/?p=x"),
            (Commonmark, "🎉.md", "/:slug/", "/%F0%9F%8E%89/"),
            (Commonmark, "...md", "/:slug/", "/2024-01-02/"),
            (Jekyll, "2024-01-02-...md", "/:title/", "/2024-01-02-../"),
            (Jekyll, "2024-01-02-...md", "/:slug/", "/2024-01-02/"),
            (Commonmark, "2024-01-02-...md", "/:sections/:slug/", "/2024-01-02/"),
            (Hugo, "..../index.md", "/:contentbasename/", "/2024-01-02/"),
            (Commonmark, "日本 語.md", "/:slug", "/%E6%97%A5%E6%9C%AC-%E8%AA%9E"),
        ];
        for (dialect, relative, pattern, expected) in cases {
            assert_eq!(url(dialect, relative, pattern), expected, "{dialect:?} {relative} {pattern}");
        }
    }

    #[test]
    fn unknown_placeholders_are_refused() {
        for right in
            ["/:title/", "pretty", "/x", "/a:b/:title", "/:sections[1:]/", "{slug}.html", "/{date:%Y-%m}/", "/a: /b"]
        {
            if right == "/a:b/:title" {
                assert!(check_permalink(right).is_err());
            } else {
                assert_eq!(check_permalink(right), Ok(()), "{right}");
            }
        }
        let told = |pattern: &str| check_permalink(pattern).unwrap_err();
        assert_eq!(
            told("/:titel/"),
            "unknown placeholder `:titel` in the permalink `/:titel/`; did you mean `:title`?"
        );
        assert!(told("/{slugs}/").ends_with("did you mean `{slug}`?"));
        assert!(told("/{date:%Q}/").contains("`{date:%Q}`"));
        assert!(told("/{{ title }}/").contains("is a template"));
        assert!(told(" ").contains("is empty"));
        assert_eq!(
            told("https://x.example/:title/"),
            "the permalink `https://x.example/:title/` has a host; write only its path, `/:title/`: the host is `site.url`'s"
        );
        assert!(told("//x.example").ends_with("write only its path, `/`: the host is `site.url`'s"));
        assert_eq!(told("/{slug/"), "a `{` is not closed in the permalink `/{slug/`; write `{slug}`");
        for dialect in [Dialect::Jekyll, Dialect::Hugo, Dialect::Zola, Dialect::Commonmark] {
            assert_eq!(check_permalink(default_permalink(dialect)), Ok(()));
        }
    }

    proptest! {
        #[test]
        fn any_pattern_makes_a_url(pattern in "[:{}\\[\\]a-z_%/.0-9Y]{0,30}|\\PC*", relative in "[a-zA-Z0-9./ é🎉-]{1,20}") {
            let _ = check_permalink(&pattern);
            for dialect in [Dialect::Jekyll, Dialect::Hugo] {
                let made = url(dialect, &relative, &pattern);
                prop_assert!(made.starts_with('/'), "{}", made);
                prop_assert!(!made.split(['?', '#']).next().unwrap().contains("//"), "{}", made);
            }
        }
    }
}
