//! Where a post is: its own permalink, or the one that the pattern makes; and what a link post points to.

use std::borrow::Cow;

use url::Url;

use super::address::Address;
use super::filename::Name;
use super::placeholder::Facts;
use super::vocabulary::{self, Fields, Found, LINK, told};
use super::{Rules, address, eleventy, permalink};
use crate::config::{Dialect, Source};
use crate::generator::Generator;
use crate::value::Value;

/// The path of the folder of posts, where Hugo and Zola count folders from `content`, which may be above it.
pub(super) fn above(source: &Source) -> Cow<'_, str> {
    if matches!(source.dialect, Dialect::Hugo | Dialect::Zola) { source.path.to_string_lossy() } else { "".into() }
}

/// The folders below the last one of a path that is called `content`.
fn below_content(above: &str) -> impl Iterator<Item = &str> {
    let below = || {
        let behind = above.rsplit('/').take_while(|folder| *folder != "content");
        let length = behind.map(|folder| folder.len() + 1).sum();
        above.len().checked_sub(length).map(|start| &above[start..])
    };
    let below = if above.is_empty() { None } else { below() };
    below.unwrap_or("").split_terminator('/').filter(|folder| !matches!(*folder, "" | "."))
}

/// The folders that a post is in, below the folder of posts that is at `above`.
pub(super) fn folders<'a>(above: &'a str, name: &'a Name<'a>) -> Cow<'a, [&'a str]> {
    let mut above = below_content(above).peekable();
    match above.peek() {
        None => name.folders.as_slice().into(),
        Some(_) => above.chain(name.folders.iter().copied()).collect::<Vec<_>>().into(),
    }
}

/// The folders of a post of Jekyll's: those above `_posts` and those below.
pub(super) fn jekylls_folders<'a>(generator: &'a Generator, name: &Name<'a>) -> Vec<&'a str> {
    let mut folders = generator.categories();
    folders.extend(name.folders.iter().filter(|folder| **folder != "_posts"));
    folders
}

/// The section of a post: the first folder below the folder of posts, with Hugo and Zola below `content`.
pub(super) fn section<'a>(above: &'a str, name: &Name<'a>) -> Option<&'a str> {
    below_content(above).next().or_else(|| name.section())
}

/// The URL of a post; `None`, with a problem, when its own permalink is none.
pub(super) fn url<'a>(
    fields: &mut Fields<'_>,
    facts: &Facts<'_>,
    pattern: &str,
    rules: &Rules<'a>,
) -> Option<Address<'a>> {
    let site = &rules.site.url;
    let is_page = |found: &Found<'_>| !matches!(found.value, Value::Bool(false) | Value::Mapping(_));
    let found = fields.find(vocabulary::permalink(facts.dialect)).map(|found| eleventy::built(found, facts.dialect));
    let found = found.filter(|found| is_page(found) || facts.dialect != Dialect::Eleventy);
    let found = found.filter(|found| !matches!(found.value, Value::Bool(false)));
    let input = || rules.generator.path_in_input(facts.relative);
    let is_default = facts.dialect == Dialect::Eleventy && pattern == permalink::default_permalink(facts.dialect);
    let Some(found) = found else {
        return Some(if is_default {
            Address::below(site, address::encoded_path(&eleventy::default_path(&input())))
        } else {
            permalink::expand(pattern, facts, site)
        });
    };
    let mut written = fields.text_of(&found)?;
    if facts.dialect == Dialect::Eleventy {
        written = eleventy::Page { fields, facts, path: &input() }.expand(&written).map_or(written, Cow::Owned);
        if !written.contains("{{") && !written.contains("{%") && !address::is_absolute(&written) {
            return Some(Address::below(site, address::encoded_path(eleventy::without_index(&written))));
        }
    }
    if written.contains("{{") || written.contains("{%") {
        let message = format!("`{}` is a template: `{}`", found.key, told(&written));
        fields.refuse(&found, message, "write the URL itself, or placeholders such as `:title`");
        return None;
    }
    let url = if facts.dialect == Dialect::Zola && !address::is_absolute(&written) {
        Some(Address::below(site, address::encoded(&zola_path(&written))))
    } else {
        let check = || permalink::check_permalink(&written);
        if let Some(Err(message)) = (!address::is_absolute(&written)).then(check) {
            fields.warn(&found, message, "");
        }
        match facts.dialect {
            Dialect::Hugo if !address::is_absolute(&written) => {
                permalink::expand_own(&hugo_url(&written, facts), facts, site)
            }
            _ => permalink::expand_own(&written, facts, site),
        }
    };
    if url.is_none() {
        let message = format!("`{}` is not a web address: `{}`", found.key, told(&written));
        fields.refuse(&found, message, "expected a path such as `/a/b/`, or `https://...`");
    }
    url
}

/// Hugo's `url`: below the folder of its language but for a slash, a folder where it names no file.
fn hugo_url(written: &str, facts: &Facts<'_>) -> String {
    let path = written.trim();
    let language = facts.language.filter(|_| !path.starts_with('/')).map(|language| format!("{language}/"));
    let folder = path.strip_suffix("index.html").filter(|folder| folder.is_empty() || folder.ends_with('/'));
    let path = folder.unwrap_or(path);
    let slash = if path.contains('.') || path.ends_with('/') { "" } else { "/" };
    format!("{}{path}{slash}", language.unwrap_or_default())
}

/// Zola's paths hold no placeholders and end with a slash.
pub(super) fn zola_path(path: &str) -> String {
    format!("{}/", path.trim().trim_end_matches('/'))
}

/// What a link post points to.
pub(super) fn link(fields: &mut Fields<'_>, site: &Url) -> Option<String> {
    let found = fields.find_anywhere(LINK).filter(|found| !matches!(found.value, Value::Bool(_)))?;
    let written = fields.spare_text_of(&found)?;
    // words, or a host without its scheme, are no path
    let plain = written.trim();
    let is_path = plain.starts_with('/') || !plain.contains(char::is_whitespace) && !plain.starts_with("www.");
    let url = address::below_site(site, &written).filter(|_| is_path || address::is_absolute(plain));
    if url.is_none() {
        let message = format!("`{}` is not a web address: `{}`", found.key, told(&written));
        fields.warn(&found, message, "expected `https://...`");
    }
    url.map(String::from)
}

#[cfg(test)]
mod tests {
    use super::super::testing::{broken, parsed, post, site, source};
    use super::*;
    use crate::generator::Texts;
    use crate::post::Parsed;
    use crate::value::read::yaml;
    use Dialect::{Commonmark, Hugo, Jekyll, Zola};

    fn url_of(dialect: Dialect, relative: &str, yaml: &str) -> String {
        post(dialect, relative, &format!("---\ntitle: My Title\ndate: 2024-01-02\n{yaml}\n---\n")).0.url
    }

    #[test]
    fn its_own_permalink_wins() {
        let cases = [
            (Jekyll, "permalink: /a/:title/", "https://example.org/a/x/"),
            (Jekyll, "permalink: a b/c.html", "https://example.org/a%20b/c.html"),
            (Jekyll, "permalink: pretty", "https://example.org/pretty"),
            (Jekyll, "permalink: /:categories/:title/\ncategories: [CI/CD, b]", "https://example.org/ci/cd/b/x/"),
            (Jekyll, "permalink: /:categories/:title/\ncategories: foo, bar", "https://example.org/foo,/bar/x/"),
            (Jekyll, "permalink: /:categories/:title/\ncategory: a, b", "https://example.org/a,%20b/x/"),
            (
                Jekyll,
                "permalink: /:categories/\ncategory: one\ncategories: /../two//c",
                "https://example.org/two/c/one/",
            ),
            (Commonmark, "permalink: /:categories/:title/\ncategories: [CI/CD]", "https://example.org/ci%2Fcd/x/"),
            (Hugo, "url: 2009/12/A-b.html", "https://example.org/2009/12/A-b.html"),
            (Hugo, "url: /:year/:slug/\nslug: S T", "https://example.org/2024/s-t/"),
            (Hugo, "url: a/b", "https://example.org/a/b/"),
            (Zola, "path: p/q", "https://example.org/p/q/"),
            (Zola, "path: p/:title", "https://example.org/p/:title/"),
            (Commonmark, "permalink: https://Other.example/a/../x y?z=1#f", "https://other.example/x%20y?z=1#f"),
            (Commonmark, "permalink: //other.example/x", "https://other.example/x"),
            (Commonmark, "permalink: /../../x//y/", "https://example.org/x/y/"),
            (Commonmark, "permalink: false", "https://example.org/x/"),
            (Commonmark, "permalink: ''", "https://example.org/x/"),
        ];
        for (dialect, yaml, expected) in cases {
            assert_eq!(url_of(dialect, "2024-01-02-x.md", yaml).replace("2024-01-02-x", "x"), expected, "{yaml}");
        }
    }

    #[test]
    fn jekylls_paths_have_the_folders_above_the_posts() {
        for (relative, expected) in [
            ("es/_posts/2024-01-02-Aa-b.md", "https://example.org/es/2024-01-02-Aa-b"),
            ("a/_posts/c/2024-01-02-z.md", "https://example.org/a/c/2024-01-02-z"),
            ("2024-01-02-z.md", "https://example.org/2024-01-02-z"),
        ] {
            assert_eq!(url_of(Jekyll, relative, "permalink: /:path"), expected);
        }
        let generator = Generator::new(Jekyll, "src/en/_posts", yaml("source: src").unwrap(), Texts::new());
        assert_eq!(jekylls_folders(&generator, &Name::of("x/2024-01-02-a.md", Jekyll)), ["en", "x"]);
    }

    #[test]
    fn what_is_no_address_is_told() {
        let told = |yaml: &str| broken(Commonmark, "a.md", &format!("---\ndate: 2024-01-02\n{yaml}\n---\n"));
        assert!(
            told("permalink: 'ftp://example.org/x'")[0]
                .starts_with("posts/a.md:3:12: `permalink` is not a web address")
        );
        assert!(told("permalink: '/{{ page.slug }}/'")[0].contains("is a template"));
        assert!(told("url: [a]")[0].contains("`url` is a list"));
        let (found, problems) = post(Jekyll, "2024-01-02-x.md", "---\ntitle: x\npermalink: /:titel/\n---\n");
        assert_eq!(found.url, "https://example.org/:titel/");
        assert_eq!(problems.len(), 1);
        assert!(problems[0].contains("did you mean `:title`?"), "{problems:?}");
    }

    #[test]
    fn folders_and_sites_have_their_place() {
        let text = b"---\ntitle: x\ndate: 2024-01-02\n---\n";
        let cases = [
            (Hugo, "blog/content/Posts", "a/x.md", "https://u.example/b/posts/a/x/"),
            (Hugo, "blog/content/posts", "x.de.md", "https://u.example/b/de/posts/x/"),
            (Hugo, "blog/content/posts", "x.en.md", "https://u.example/b/posts/x/"),
            (Zola, "content", "n/2024-01-02-x.md", "https://u.example/b/n/x/"),
            (Commonmark, "content/posts", "n/x.md", "https://u.example/b/n/x/"),
        ];
        for (dialect, path, relative, expected) in cases {
            let source = Source { path: path.into(), ..source(dialect) };
            let Parsed::Post(post, _) = parsed(&site("https://u.example/b/"), &source, relative, text) else {
                panic!("no post: {relative}")
            };
            assert_eq!(post.url, expected);
        }
    }

    #[test]
    fn link_posts_point_elsewhere() {
        let link = |yaml: &str| post(Commonmark, "a.md", &format!("---\ntitle: x\ndate: 2024-01-02\n{yaml}\n---\n"));
        assert_eq!(link("link: https://other.example/ä").0.link.as_deref(), Some("https://other.example/%C3%A4"));
        assert_eq!(link("extra: {external_url: /x}").0.link.as_deref(), Some("https://example.org/x"));
        for wrong in ["'mailto:ann@example.org'", "not a url at all", "www.example.org/x"] {
            let (post, problems) = link(&format!("link: {wrong}"));
            assert_eq!((post.link, problems.len()), (None, 1), "{wrong}");
            assert!(problems[0].contains("is not a web address"), "{problems:?}");
        }
    }
}
