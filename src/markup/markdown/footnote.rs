//! Footnotes: numbers in the order in which they are first mentioned, and the list at the end.
//!
//! Ids begin with a digest of the post's URL, so that two posts on one page do not share any.

use std::collections::HashMap;
use std::fmt::Write;

/// The footnotes of one post.
#[derive(Debug)]
pub struct Footnotes {
    prefix: String,
    /// By the label in lower case: the number, from 1, and how often it was mentioned.
    mentioned: HashMap<String, (usize, usize)>,
    /// Labels in the order of their numbers.
    order: Vec<String>,
    /// What they say, in HTML.
    texts: HashMap<String, String>,
    /// Whether ways back have no numbers.
    is_uncounted: bool,
    /// Whether marks are in brackets.
    is_bracketed: bool,
}

impl Footnotes {
    /// Those of the post at `url`.
    pub fn of(url: &str) -> Self {
        let prefix = format!("{:08x}", digest(url));
        Self {
            prefix,
            mentioned: HashMap::new(),
            order: Vec::new(),
            texts: HashMap::new(),
            is_uncounted: false,
            is_bracketed: false,
        }
    }

    /// The same with ways back that have no numbers, as Goldmark has them.
    pub fn uncounted(self) -> Self {
        Self { is_uncounted: true, ..self }
    }

    /// The same with marks in brackets, as markdown-it has them: `[1]`, and `[1:1]` where it is mentioned again.
    pub fn bracketed(self) -> Self {
        Self { is_bracketed: true, ..self.uncounted() }
    }

    /// The mark in the text.
    pub fn mention(&mut self, label: &str) -> String {
        let label = label.to_lowercase();
        if !self.mentioned.contains_key(&label) {
            self.order.push(label.clone());
        }
        let (number, times) = self.mentioned.entry(label).or_insert((self.order.len(), 0));
        *times += 1;
        let (number, times) = (*number, *times);
        let (id, prefix) = (self.mention_id(number, times), &self.prefix);
        let shown = match times {
            _ if !self.is_bracketed => number.to_string(),
            1 => format!("[{number}]"),
            _ => format!("[{number}:{}]", times - 1),
        };
        format!("<sup id=\"{id}\"><a href=\"#fn-{prefix}-{number}\" class=\"footnote\">{shown}</a></sup>")
    }

    /// Says what a footnote says, in HTML; the first to say it is heard.
    pub fn define(&mut self, label: &str, html: String) {
        self.texts.entry(label.to_lowercase()).or_insert(html);
    }

    fn mention_id(&self, number: usize, time: usize) -> String {
        let again = if time > 1 { format!("-{time}") } else { String::new() };
        format!("fnref-{}-{number}{again}", self.prefix)
    }

    /// Says what a footnote says where it stands, in HTML; what is written there.
    pub fn define_here(&mut self, label: &str, html: &str) -> String {
        let label = label.to_lowercase();
        if !self.mentioned.contains_key(&label) {
            self.order.push(label.clone());
        }
        let (number, times) = *self.mentioned.entry(label).or_insert((self.order.len(), 0));
        let (text, id) = (self.with_ways_back(html.trim_end(), number, times), self.definition_id(number));
        format!("<div class=\"footnote-definition\" id=\"{id}\"><sup>{number}</sup>\n{text}</div>\n")
    }

    fn definition_id(&self, number: usize) -> String {
        format!("fn-{}-{number}", self.prefix)
    }

    /// What a footnote says, with links to where it is mentioned.
    fn with_ways_back(&self, html: &str, number: usize, times: usize) -> String {
        let back: String = (1..=times).map(|time| self.back(number, time)).collect();
        match html.strip_suffix("</p>") {
            _ if back.is_empty() => html.to_owned(),
            Some(open) => format!("{open}{back}</p>"),
            None => format!("{html}<p>{back}</p>"),
        }
    }

    /// The list of those that are mentioned; empty when there are none.
    pub fn list(&self) -> String {
        let mut items = String::new();
        for label in &self.order {
            let (number, times) = self.mentioned.get(label).copied().unwrap_or_default();
            let html = self.texts.get(label).map_or("", |html| html.trim_end());
            let text = self.with_ways_back(html, number, times);
            let _ = writeln!(items, "<li id=\"{}\">{text}</li>", self.definition_id(number));
        }
        if items.is_empty() { items } else { format!("<hr>\n<div class=\"footnotes\"><ol>\n{items}</ol></div>\n") }
    }

    fn back(&self, number: usize, time: usize) -> String {
        let again = if time > 1 && !self.is_uncounted { format!("<sup>{time}</sup>") } else { String::new() };
        format!(" <a href=\"#{}\" class=\"reversefootnote\">\u{21a9}\u{fe0e}{again}</a>", self.mention_id(number, time))
    }
}

/// FNV-1a of 64 bits, folded to 32: short, and the same on every machine.
fn digest(text: &str) -> u32 {
    let hash = text
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    u32::try_from((hash >> 32) ^ (hash & 0xffff_ffff)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbered_by_first_mention_with_ways_back() {
        let mut notes = Footnotes::of("https://example.org/a/");
        notes.define("unused", "<p>never</p>\n".into());
        let first = notes.mention("B");
        notes.mention("a");
        let again = notes.mention("b");
        notes.define("a", "<ul></ul>\n".into());
        notes.define("b", "<p>what b says</p>\n".into());
        assert!(first.contains("href=\"#fn-") && first != again);
        let list = notes.list();
        assert_eq!(list.matches("<li ").count(), 2);
        assert_eq!(list.matches("reversefootnote").count(), 3);
        assert!(!list.contains("never"));
    }

    #[test]
    fn some_stand_where_they_are_written() {
        let mut notes = Footnotes::of("https://example.org/a/");
        notes.mention("a");
        let first = notes.define_here("a", "<p>what a says</p>\n");
        assert!(first.contains("<sup>1</sup>\n<p>what a says <a href=") && first.ends_with("</p></div>\n"), "{first}");
        assert!(notes.define_here("b", "<p>b</p>").ends_with("<sup>2</sup>\n<p>b</p></div>\n"));
    }

    #[test]
    fn ways_back_are_counted_or_not() {
        let mut notes = Footnotes::of("https://example.org/a/");
        notes.mention("a");
        notes.mention("a");
        assert!(notes.list().contains("<sup>2</sup></a>"));
        assert!(!notes.uncounted().list().contains("<sup>"));
    }

    #[test]
    fn two_posts_share_no_id() {
        let (mut a, mut b) = (Footnotes::of("https://example.org/a/"), Footnotes::of("https://example.org/b/"));
        assert_ne!(a.mention("1"), b.mention("1"));
    }
}
