//! What posts are grouped by, and names that are safe in a path.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use unicode_normalization::UnicodeNormalization;

use super::Sketch;
use crate::config::Per;

/// What a group is of.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum GroupKey {
    /// Every post that is out.
    All,
    /// Those with one tag (category, ...), by its safe name.
    Of(Per, String),
}

/// A post among others: newest first, and of one instant the last path first.
#[derive(Debug)]
struct Member(Arc<Sketch>);

impl PartialEq for Member {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Member {}

impl PartialOrd for Member {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Member {
    fn cmp(&self, other: &Self) -> Ordering {
        newest_first(&self.0, &other.0)
    }
}

/// Which of two posts is first.
pub(super) fn newest_first(one: &Sketch, other: &Sketch) -> Ordering {
    other.published.cmp(&one.published).then_with(|| other.path.cmp(&one.path))
}

/// Posts that have something in common.
#[derive(Debug, Default)]
pub struct Group {
    members: BTreeSet<Member>,
    /// How it is written, and how often.
    names: BTreeMap<String, usize>,
}

impl Group {
    /// Newest first.
    pub(super) fn members(&self) -> impl Iterator<Item = &Arc<Sketch>> {
        self.members.iter().map(|Member(post)| post)
    }

    /// The ways in which the name is written, by the alphabet: more than one when names share a path.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.names.keys().map(String::as_str)
    }

    /// The way in which it is written most.
    #[must_use]
    pub fn name(&self) -> &str {
        let most = self.names.iter().rev().max_by_key(|(_, count)| **count);
        most.map_or("", |(name, _)| name)
    }

    /// Takes in posts that write its name so.
    pub(super) fn extend(&mut self, name: &str, posts: Vec<Arc<Sketch>>) {
        match self.names.get_mut(name) {
            Some(count) => *count += posts.len(),
            None => drop(self.names.insert(name.to_owned(), posts.len())),
        }
        if posts.len() * MANY < self.members.len() {
            self.members.extend(posts.into_iter().map(Member));
        } else {
            self.members.append(&mut posts.into_iter().map(Member).collect());
        }
    }

    pub(super) fn remove(&mut self, post: &Arc<Sketch>, name: &str) {
        self.members.remove(&Member(post.clone()));
        if let Some(count) = self.names.get_mut(name) {
            *count -= 1;
            if *count == 0 {
                self.names.remove(name);
            }
        }
    }

    pub(super) fn has(&self, post: &Arc<Sketch>) -> bool {
        self.members.contains(&Member(post.clone()))
    }

    pub(super) fn len(&self) -> usize {
        self.members.len()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.members.is_empty()
    }
}

/// So much dearer it is to take in one member by itself than to pass one by when all are put in order anew.
const MANY: usize = 16;

/// A name as one safe part of a path: letters and digits of any script in lower case, words
/// joined by hyphens, never empty, at most 100 bytes, and no name that some system reserves.
/// `C++` and `C#` stay apart: marks that tell names apart become words.
#[must_use]
pub fn safe_name(name: &str) -> String {
    let mut safe = String::with_capacity(name.len());
    for c in name.nfc().flat_map(char::to_lowercase) {
        let after_digit = safe.ends_with(|c: char| c.is_ascii_digit());
        let word = match c {
            '+' => "plus",
            '#' => "sharp",
            '&' => "and",
            '@' => "at",
            '%' => "percent",
            '.' if !after_digit => "dot",
            _ => "",
        };
        if c.is_alphanumeric() || is_mark(c) {
            safe.push(c);
        } else if !word.is_empty() {
            hyphen(&mut safe);
            safe.push_str(word);
            safe.push('-');
        } else {
            hyphen(&mut safe);
        }
    }
    let mut safe = safe.trim_matches('-').to_owned();
    if safe.len() > 100 || safe.is_empty() || is_reserved(&safe) {
        let end = (0..=safe.len().min(80)).rev().find(|end| safe.is_char_boundary(*end)).unwrap_or(0);
        let start = if end == 0 { "name" } else { &safe[..end] };
        safe = format!("{start}-{:08x}", fnv(name));
    }
    safe
}

fn hyphen(safe: &mut String) {
    if !safe.is_empty() && !safe.ends_with('-') {
        safe.push('-');
    }
}

/// Combining marks belong to the letter before them (Devanagari vowels, ...).
fn is_mark(c: char) -> bool {
    unicode_normalization::char::is_combining_mark(c)
}

/// Device names of Windows, which some web servers and archives stumble over.
fn is_reserved(name: &str) -> bool {
    let numbered = |name: &str| name.len() == 4 && name.ends_with(|c: char| c.is_ascii_digit());
    matches!(name, "con" | "prn" | "aux" | "nul")
        || (numbered(name) && (name.starts_with("com") || name.starts_with("lpt")))
}

/// FNV-1a: the same on every machine and in every version.
fn fnv(text: &str) -> u32 {
    text.bytes().fold(0x811c_9dc5, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn names_become_safe_and_stay_apart() {
        let cases = [
            ("Rust", "rust"),
            ("machine learning", "machine-learning"),
            ("C", "c"),
            ("C++", "c-plus-plus"),
            ("C#", "c-sharp"),
            ("Node.js", "node-dot-js"),
            (".NET", "dot-net"),
            ("1.10", "1-10"),
            ("R&D", "r-and-d"),
            ("Füße", "füße"),
            ("日本語", "日本語"),
            ("हिन्दी", "हिन्दी"),
            ("../../etc/passwd", "dot-dot-dot-dot-etc-passwd"),
            ("  spaced  out  ", "spaced-out"),
        ];
        for (name, safe) in cases {
            assert_eq!(safe_name(name), safe, "{name}");
        }
    }

    #[test]
    fn empty_reserved_and_endless_names_get_a_hash() {
        assert!(safe_name("").starts_with("name-"));
        assert!(safe_name("!?").starts_with("name-"));
        assert_ne!(safe_name("!?"), safe_name("?!"));
        assert!(safe_name("CON").starts_with("con-"));
        assert!(safe_name("com1").starts_with("com1-"));
        assert!(safe_name(&"ab".repeat(500)).len() <= 100);
    }

    proptest! {
        #[test]
        fn any_name_is_one_safe_part(name in ".*") {
            let safe = safe_name(&name);
            prop_assert!(!safe.is_empty() && safe.len() <= 100);
            prop_assert!(!safe.contains(['/', '\\', '\0', '.', ':', '%', '?', '#', ' ']));
            prop_assert!(!safe.chars().any(char::is_control));
        }
    }
}
