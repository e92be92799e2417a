//! Links that readers of a feed cannot follow: to places that are not in the text, and to source files.

use std::collections::HashSet;

use url::Url;

use super::Part;
use super::attribute::Attributes;
use super::page::Page;
use crate::markup::absolute_url::{Target, fragment};

/// How the names of files end that generators make pages of.
const SOURCES: &[&str] = &[".md", ".markdown", ".mdown", ".mkd", ".mkdn", ".mdx"];

/// The places of a text, by their ids, and the links to them, as fragments (`#a%20b`).
#[derive(Default)]
pub(super) struct Places {
    there: Vec<String>,
    wanted: Vec<(String, u32)>,
}

impl Places {
    /// Links that lead nowhere, with their lines: each place once.
    pub(super) fn missing(self) -> impl Iterator<Item = (String, u32)> {
        let there = if self.wanted.is_empty() { Vec::new() } else { self.there };
        let mut known: HashSet<String> = there.iter().map(|id| fragment(id).to_lowercase()).collect();
        self.wanted.into_iter().filter(move |(fragment, _)| known.insert(fragment.to_lowercase()))
    }
}

impl Page {
    /// An element is there, and can be linked to by its id.
    pub(super) fn note_place(&mut self, name: &str, attributes: &Attributes) {
        if self.part == Part::Summary || attributes.is_empty() {
            return;
        }
        let anchor = attributes.get("name").filter(|_| name == "a");
        self.places.there.extend(attributes.get("id").into_iter().chain(anchor).map(str::to_owned));
    }

    /// A link is there; `target` is what `typed` came to.
    pub(super) fn note_link(&mut self, typed: &str, target: &Target) {
        match target {
            Target::Fragment(place) if leads_to_place(place) => self.places.wanted.push((place.clone(), self.line)),
            Target::Absolute(_) | Target::Climbed(_) if is_source_file(typed) => {
                let shown: String = typed.chars().take(120).collect();
                let message = format!("link `{shown}` leads to a source file, not to a page");
                self.notice(message, "link to the post's address");
            }
            _ => {}
        }
    }
}

/// The top of a page is always there, a text fragment is no place, a route (`#!a`, `#/a`) is a script's, and
/// footnotes have other ids here than those that kramdown and Hugo give them (`#fn:1`).
fn leads_to_place(fragment: &str) -> bool {
    let is_other = ["#:~:", "#!", "#/", "#fn:", "#fnref:"].iter().any(|start| fragment.starts_with(start));
    fragment.len() > 1 && !fragment.eq_ignore_ascii_case("#top") && !is_other
}

/// Whether a link is the handle of what a script shows: a tab, a menu.
pub(super) fn is_handle(attributes: &Attributes) -> bool {
    ["data-toggle", "data-bs-toggle"].iter().any(|name| attributes.get(name).is_some())
        || attributes.get("role").is_some_and(|role| role.eq_ignore_ascii_case("tab"))
}

/// Whether a relative reference names a file that a page is made of; one from the root names what is served.
fn is_source_file(reference: &str) -> bool {
    let reference = reference.trim();
    if reference.starts_with('/') {
        return false;
    }
    let path = reference.split(['?', '#']).next().unwrap_or("").as_bytes();
    let ends = |end: &&str| {
        path.len().checked_sub(end.len()).is_some_and(|at| path[at..].eq_ignore_ascii_case(end.as_bytes()))
    };
    SOURCES.iter().any(ends) && Url::parse(reference).is_err()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sources_are_told_from_pages() {
        for reference in ["other.md#id", "2024-01-02-nope.MD", "../a/b.markdown?x", "@/blog/x.md"] {
            assert!(is_source_file(reference), "{reference}");
        }
        for reference in
            ["https://example.com/README.md", "//example.com/a.md", "/a.md", "md", "a.md/", "a?b.md", "#a.md"]
        {
            assert!(!is_source_file(reference), "{reference}");
        }
    }
}
