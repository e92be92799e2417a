//! The attributes of an element -> those that are safe, with absolute URLs.

use std::borrow::Cow;

use super::{Part, style};
use crate::markup::entity::{self, write_attribute as write};

/// How many attributes of one element are looked at; no honest element has more.
pub const MOST: usize = 64;

/// What a reader understands and cannot be harmed by, on any element. URLs are not among them.
const SAFE: &[&str] = &[
    "abbr",
    "align",
    "alt",
    "bgcolor",
    "border",
    "cellpadding",
    "cellspacing",
    "char",
    "charoff",
    "class",
    "color",
    "cols",
    "colspan",
    "compact",
    "controls",
    "datetime",
    "dir",
    "display",
    "download",
    "face",
    "frame",
    "headers",
    "height",
    "high",
    "hreflang",
    "hspace",
    "id",
    "itemprop",
    "itemscope",
    "itemtype",
    "lang",
    "loop",
    "low",
    "max",
    "media",
    "min",
    "muted",
    "name",
    "noshade",
    "nowrap",
    "open",
    "optimum",
    "preload",
    "rel",
    "reversed",
    "role",
    "rowspan",
    "rules",
    "scope",
    "size",
    "sizes",
    "span",
    "start",
    "title",
    "type",
    "valign",
    "value",
    "vspace",
    "width",
    "xml:lang",
];

/// The attributes of one element: names in lower case (as typed in drawings), values decoded, each name once.
#[derive(Default)]
pub struct Attributes<'a>(Vec<(Cow<'a, str>, Cow<'a, str>)>);

impl<'a> Attributes<'a> {
    /// Takes one more, whose value is as it stands in HTML; whether its name is new.
    pub fn add(&mut self, name: impl Into<Cow<'a, str>>, value: impl Into<Cow<'a, str>>) -> bool {
        let name = name.into();
        let is_new = !self.0.iter().any(|(known, _)| known.eq_ignore_ascii_case(&name));
        if is_new {
            self.0.push((name, entity::decoded(value.into())));
        }
        is_new
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Makes room for those of another element.
    pub fn clear(&mut self) {
        self.0.clear();
    }

    /// The value of one, when it is there.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, value)| &**value)
    }

    /// The first of `names` that is there and not blank.
    pub fn first_of(&self, names: &[&str]) -> Option<&str> {
        names.iter().find_map(|name| self.get(name).filter(|value| !value.trim().is_empty()))
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (&**name, &**value))
    }

    /// Writes those that are safe on any element of HTML, but those in `except`, and in summaries ids.
    pub fn write_safe(&self, out: &mut String, part: Part, except: &[&str]) {
        let left_out = |name| except.contains(&name) || (part == Part::Summary && matches!(name, "id" | "name"));
        for (name, value) in self.iter().filter(|(name, _)| !left_out(name)) {
            if name == "style" {
                if let Some(style) = style::filter(value) {
                    write(out, "style", &style);
                }
            } else if SAFE.binary_search(&name).is_ok() {
                write(out, name, value);
            }
        }
    }

    /// Writes those that are safe in a drawing: no handlers, nothing that loads. References are left to the caller.
    pub fn write_drawing(&self, out: &mut String) {
        for (name, value) in self.iter() {
            let lower = name.to_ascii_lowercase();
            if lower == "style" {
                if let Some(style) = style::filter(value) {
                    write(out, "style", &style);
                }
            } else if is_plain_name(name) && !lower.starts_with("on") && !holds_reference(&lower) && !loads(value) {
                write(out, name, value);
            }
        }
    }
}

fn is_plain_name(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b':'))
}

fn holds_reference(name: &str) -> bool {
    name.ends_with("href")
        || matches!(name, "src" | "srcset" | "srcdoc" | "action" | "formaction" | "data" | "xml:base")
        || name.starts_with("data-")
}

fn loads(value: &str) -> bool {
    let compact: String = value.chars().filter(|c| *c > ' ').collect();
    let lower = compact.to_ascii_lowercase();
    lower.contains("script:") || lower.contains("data:") || (lower.contains("url(") && !lower.contains("url(#"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_can_be_searched() {
        assert!(SAFE.is_sorted());
    }

    #[test]
    fn no_safe_attribute_acts_or_points() {
        for name in ["onclick", "src", "href", "srcdoc", "formaction", "ping", "target", "contenteditable", "loading"] {
            assert!(SAFE.binary_search(&name).is_err(), "{name}");
        }
    }
}
