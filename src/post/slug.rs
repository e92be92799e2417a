//! Text -> the part of a URL that stands for it, as each generator makes it.

use std::borrow::Cow;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::text::{composed, has_pair};
use crate::generator::Generator;

/// What Jekyll's `pretty` slugs keep besides letters and digits.
const PRETTY: &str = "._~!$&'()+,;=@";

/// Jekyll's default: lower case, everything but letters and digits becomes a hyphen.
pub(super) fn jekyll(text: &str) -> Cow<'_, str> {
    if is_slug(text) { text.into() } else { hyphenated(text, is_word).to_lowercase().into() }
}

/// Whether a text is a slug as it is.
fn is_slug(text: &str) -> bool {
    let is_usual = text.bytes().fold(true, |so_far, byte| so_far & matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-'));
    is_usual && !text.starts_with('-') && !text.ends_with('-') && !has_pair(text, b'-', |next| next == b'-')
}

/// Jekyll's `pretty` with the case kept, which is its `:title`.
pub(super) fn jekyll_pretty(text: &str) -> String {
    hyphenated(text, |c| is_word(c) || PRETTY.contains(c))
}

/// Hugo's, in its own case: blanks become hyphens, other characters go.
pub(super) fn hugo(text: &str) -> String {
    let mut slug = String::with_capacity(text.len());
    let mut pending = false;
    for c in composed(text).chars() {
        if is_word(c) || matches!(c, '.' | '/' | '\\' | '_' | '#' | '+' | '~' | '-' | '@') {
            if std::mem::take(&mut pending) && c != '-' {
                slug.push('-');
            }
            slug.push(c);
        } else if c.is_whitespace() {
            pending = !slug.is_empty() && !slug.ends_with('-');
        }
    }
    slug
}

/// Hugo's of a name in a path: each blank is a hyphen, before anything else goes.
pub(super) fn hugo_path(name: &str) -> String {
    hugo(&name.replace(' ', "-"))
}

/// Without what is above and below letters.
pub(super) fn without_accents(text: &str) -> String {
    text.nfd().filter(|c| !is_combining_mark(*c)).nfc().collect()
}

/// Pelican's: spelled with ASCII, what is no letter, digit, `_`, blank or hyphen goes, blanks become hyphens.
#[must_use]
pub fn pelican(text: &str) -> String {
    parted(&deunicode::deunicode(&text.nfkc().collect::<String>())).to_lowercase()
}

/// The same as the settings want it: with letters of all scripts, with capitals.
pub(super) fn pelican_by(generator: &Generator, text: &str) -> String {
    let text: String = text.nfkc().collect();
    let text = if generator.is_on("SLUGIFY_USE_UNICODE") { text } else { deunicode::deunicode(&text) };
    let slug = parted(&text);
    if generator.is_on("SLUGIFY_PRESERVE_CASE") { slug } else { slug.to_lowercase() }
}

/// Letters, digits, `_` and single hyphens.
fn parted(text: &str) -> String {
    let kept: String =
        text.chars().filter(|c| c.is_alphanumeric() || matches!(c, '_' | '-') || c.is_whitespace()).collect();
    let mut slug = String::with_capacity(kept.len());
    for c in kept.trim().chars() {
        match c {
            '-' => {}
            c if c.is_whitespace() => {}
            c => {
                slug.push(c);
                continue;
            }
        }
        if !slug.ends_with('-') {
            slug.push('-');
        }
    }
    slug
}

/// A title for a post that has none, from its slug.
pub(super) fn titleized(slug: &str, rest_of_word: fn(&str) -> String) -> String {
    let words = slug.split(['-', ' ']).filter(|word| !word.is_empty());
    let capitalized = words.map(|word| {
        let mut characters = word.chars();
        let first: String = characters.next().into_iter().flat_map(char::to_uppercase).collect();
        first + &rest_of_word(characters.as_str())
    });
    capitalized.collect::<Vec<_>>().join(" ")
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || is_combining_mark(c)
}

/// Runs of characters that are not kept become one hyphen, none at the ends.
fn hyphenated(text: &str, keep: impl Fn(char) -> bool) -> String {
    let mut slug = String::with_capacity(text.len());
    for c in composed(text).chars() {
        if keep(c) {
            slug.push(c);
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
    }
    slug.truncate(slug.trim_end_matches('-').len());
    slug
}

#[cfg(test)]
mod tests {
    use super::super::zola::Slugify;
    use super::*;
    use crate::config::Dialect;
    use crate::generator::Texts;
    use proptest::prelude::*;

    #[test]
    fn makes_slugs_as_each_generator_does() {
        let cases = [
            ("Hello, World!", "hello-world", "Hello,-World!", "hello-world", "hello-world"),
            ("v1.6 released", "v1-6-released", "v1.6-released", "v1.6-released", "v1-6-released"),
            ("a_b  c--d", "a-b-c-d", "a_b-c-d", "a_b-c--d", "a-b-c-d"),
            ("a - b & c - ", "a-b-c", "a-b-&-c", "a-b-c-", "a-b-c"),
            ("C++ & C#", "c-c", "C++-&-C", "c++-c#", "c-c"),
            ("cafe\u{301} Ünïted", "café-ünïted", "café-Ünïted", "café-ünïted", "cafe-united"),
            ("你好 世界", "你好-世界", "你好-世界", "你好-世界", "ni-hao-shi-jie"),
            ("100% \"sure\"?", "100-sure", "100-sure", "100-sure", "100-sure"),
            ("..", "", "..", "..", ""),
        ];
        for (text, default, pretty, in_hugo, in_zola) in cases {
            let made =
                [jekyll(text).into_owned(), jekyll_pretty(text), hugo(text).to_lowercase(), Slugify::On.slug(text)];
            assert_eq!(made, [default, pretty, in_hugo, in_zola], "{text}");
        }
        assert_eq!(jekyll("🎉"), "");
        let cases = [("It's v1.6: C++ & C#", "its-v16-c-c"), ("Ünïted 北京 a_b -- c", "united-bei-jing-a_b-c")];
        for (text, expected) in cases {
            assert_eq!(pelican(text), expected, "{text}");
        }
    }

    #[test]
    fn pelican_may_keep_letters_and_capitals() {
        let slug = |settings: &str| {
            let settings = crate::value::read::json(settings).unwrap();
            pelican_by(&Generator::new(Dialect::Pelican, "", settings, Texts::new()), "Über 日本 & Co")
        };
        assert_eq!(slug("{}"), "uber-ri-ben-co");
        assert_eq!(slug(r#"{"SLUGIFY_USE_UNICODE": true}"#), "über-日本-co");
        assert_eq!(slug(r#"{"SLUGIFY_PRESERVE_CASE": true}"#), "Uber-Ri-Ben-Co");
    }

    #[test]
    fn hugo_keeps_the_blanks_of_paths() {
        assert_eq!(hugo_path("C# & C++ — Überall"), "C#--C++--Überall");
        assert_eq!(hugo_path("a--b -c"), "a--b--c");
    }

    #[test]
    fn makes_titles_of_slugs() {
        assert_eq!(titleized("my-iOS-post", str::to_lowercase), "My Ios Post");
        assert_eq!(titleized("my-iOS-post", str::to_owned), "My IOS Post");
    }

    proptest! {
        #[test]
        fn slugs_of_slugs_are_the_same(text in "\\PC*") {
            for make in [|text: &str| jekyll(text).into_owned(), jekyll_pretty, hugo, |text: &str| Slugify::On.slug(text)] {
                let slug = make(&text.replace('/', ""));
                prop_assert!(!slug.contains(['/', '?', ' ']), "{}", slug);
            }
            let pretty = jekyll_pretty(&text);
            prop_assert_eq!(&jekyll_pretty(&pretty), &pretty);
        }
    }
}
