//! Ids of headings, and the table of contents.
//!
//! Ids follow GitHub's formula, which Jekyll (kramdown's GFM parser) and Hugo share, or Zola's own: links
//! within a post were written for it.

use std::collections::HashMap;

use super::buffer::{TagPlace, written};
use crate::config::Dialect;
use crate::markup::entity;
use crate::markup::extensions::Flavor;
use crate::markup::kramdown::AttributeList;

/// Hands out ids, each once.
#[derive(Debug)]
pub struct Ids {
    formula: fn(&str) -> String,
    given: HashMap<String, usize>,
}

impl Ids {
    /// Those that a generator gives.
    pub fn of(flavor: &Flavor) -> Self {
        let formula = match flavor.dialect {
            Dialect::Zola if flavor.zola.keeps_letters => underscored,
            Dialect::Zola => zola_slug,
            _ => slug,
        };
        Self { formula, given: HashMap::new() }
    }

    /// The id of a heading with this text.
    pub fn give(&mut self, text: &str) -> String {
        let slug = (self.formula)(text);
        let slug = if slug.is_empty() { "section".to_owned() } else { slug };
        let Some(count) = self.given.get(&slug).copied() else {
            self.given.insert(slug.clone(), 0);
            return slug;
        };
        let mut number = count;
        let id = loop {
            number += 1;
            let id = format!("{slug}-{number}");
            if !self.given.contains_key(&id) {
                break id;
            }
        };
        self.given.insert(slug, number);
        self.given.insert(id.clone(), 0);
        id
    }
}

/// Lower case; letters, digits, hyphens and underscores; blanks become hyphens.
fn slug(text: &str) -> String {
    let kept = |c: char| match c {
        ' ' | '\t' | '\n' => Some('-'),
        c if c.is_alphanumeric() || c == '-' || c == '_' => Some(c),
        _ => None,
    };
    text.trim().chars().flat_map(char::to_lowercase).filter_map(kept).collect()
}

/// Letters of all scripts, and signs, are spelled with ASCII letters.
fn zola_slug(text: &str) -> String {
    ::slug::slugify(text)
}

/// As it is, but for blanks.
fn underscored(text: &str) -> String {
    text.replace(|c: char| c.is_ascii_whitespace(), "_")
}

/// A heading as a table of contents needs it.
#[derive(Debug)]
pub struct Heading {
    /// 1 to 6.
    pub level: u8,
    /// Plain.
    pub text: String,
    /// Where its attributes are.
    pub place: TagPlace,
}

/// Headings nested by their levels, each level a `list` (`ul`, `ol`); `attributes` are those of the list that it replaces.
pub fn contents(headings: &[(u8, String, &str)], list: &str, attributes: &AttributeList) -> String {
    let mut own = attributes.clone();
    own.id.get_or_insert_with(|| "markdown-toc".to_owned());
    let mut out = String::new();
    let mut levels: Vec<u8> = Vec::new();
    for (level, id, text) in headings {
        while levels.len() > 1 && levels.last().is_some_and(|open| open > level) {
            levels.pop();
            out.extend(["</li></", list, ">"]);
        }
        match levels.last_mut() {
            None => out.extend(["<", list, &written(&own), ">"]),
            Some(open) if *open < *level => out.extend(["<", list, ">"]),
            Some(open) => {
                *open = *level;
                out.push_str("</li>");
            }
        }
        if levels.last().is_none_or(|open| open < level) {
            levels.push(*level);
        }
        out.push_str("<li><a");
        entity::write_attribute(&mut out, "href", &format!("#{id}"));
        out.push('>');
        entity::escape_text_into(&mut out, text.trim_end());
        out.push_str("</a>");
    }
    for _ in levels {
        out.extend(["</li></", list, ">"]);
    }
    out.push('\n');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_as_github_makes_them() {
        let mut ids = Ids::of(&Dialect::Jekyll.into());
        for (text, id) in [
            ("Hello, World!", "hello-world"),
            ("Hello World", "hello-world-1"),
            ("hello-world-1", "hello-world-1-1"),
            ("Hello World", "hello-world-2"),
            ("Über uns & C++", "über-uns--c"),
            ("日本語 見出し", "日本語-見出し"),
            ("!!!", "section"),
            ("???", "section-1"),
        ] {
            assert_eq!(ids.give(text), id, "{text}");
        }
    }

    #[test]
    fn ids_as_zola_makes_them() {
        let mut ids = Ids::of(&Dialect::Zola.into());
        for (text, id) in [
            ("Strip std's debuginfo", "strip-std-s-debuginfo"),
            ("I-unsound Issues 🦀", "i-unsound-issues-crab"),
            ("What? What!", "what-what"),
            ("What-What", "what-what-1"),
        ] {
            assert_eq!(ids.give(text), id, "{text}");
        }
    }

    #[test]
    fn contents_are_nested() {
        let headings = [(2, "a".into(), "A"), (3, "b".into(), "B & C"), (2, "d".into(), "D"), (1, "e".into(), "E")];
        assert_eq!(
            contents(&headings, "ul", &AttributeList::default()),
            "<ul id=\"markdown-toc\"><li><a href=\"#a\">A</a><ul><li><a href=\"#b\">B &amp; C</a></li></ul></li>\
             <li><a href=\"#d\">D</a></li><li><a href=\"#e\">E</a></li></ul>\n"
        );
        assert_eq!(contents(&[], "ol", &AttributeList::default()), "\n");
    }
}
