//! HTML in the making: attributes can still be given to elements whose start tag is written.

use std::collections::HashMap;
use std::ops::Range;

use memchr::memchr3;

use crate::markup::entity;
use crate::markup::kramdown::AttributeList;

/// A place behind the name in a start tag.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct TagPlace(usize);

/// See the file's head.
#[derive(Debug, Default)]
pub struct Buffer {
    /// What is written so far.
    pub html: String,
    attributes: HashMap<TagPlace, AttributeList>,
    /// Stretches that a table of contents replaces, and the element that it is (`ul`, `ol`).
    contents: Vec<(Range<usize>, &'static str)>,
}

impl Buffer {
    /// With room for so many bytes.
    pub fn with_capacity(capacity: usize) -> Self {
        Self { html: String::with_capacity(capacity), ..Self::default() }
    }

    /// Writes `<name` and the rest of the tag; the place is where attributes go.
    pub fn start(&mut self, name: &str, rest: &str) -> TagPlace {
        self.start_with(name, |html| html.push_str(rest))
    }

    /// The same, where something else writes the rest of the tag.
    pub fn start_with(&mut self, name: &str, rest: impl FnOnce(&mut String)) -> TagPlace {
        self.html.push('<');
        self.html.push_str(name);
        let place = TagPlace(self.html.len());
        rest(&mut self.html);
        self.html.push('>');
        place
    }

    /// Writes text so that it shows as it is.
    pub fn text(&mut self, text: &str) {
        match memchr3(b'<', b'>', b'&', text.as_bytes()) {
            None => self.html.push_str(text),
            Some(_) => entity::escape_text_into(&mut self.html, text),
        }
    }

    /// The attributes that a start tag gets besides those that it was written with.
    pub fn attributes(&mut self, place: TagPlace) -> &mut AttributeList {
        self.attributes.entry(place).or_default()
    }

    /// A table of contents comes in the place of this stretch.
    pub fn replace_by_contents(&mut self, stretch: Range<usize>, element: &'static str) {
        self.contents.push((stretch, element));
    }

    /// The HTML with everything in its place; `contents` writes the table of contents as a `ul` or `ol`.
    /// A document has one; others would only make it long.
    pub fn finish(self, contents: impl Fn(&str, &AttributeList) -> String) -> String {
        if self.attributes.is_empty() && self.contents.is_empty() {
            return self.html;
        }
        let mut edits: Vec<(Range<usize>, String)> = Vec::new();
        for (index, (range, element)) in self.contents.into_iter().enumerate() {
            let list = self.attributes.get(&TagPlace(range.start + "<ul".len())).cloned().unwrap_or_default();
            edits.push((range, if index == 0 { contents(element, &list) } else { String::new() }));
        }
        for (TagPlace(at), list) in &self.attributes {
            edits.push((*at..*at, written(list)));
        }
        edits.sort_by_key(|(range, _)| (range.start, std::cmp::Reverse(range.end)));
        splice(&self.html, &edits)
    }
}

/// `html` with each stretch replaced; what is within a replaced stretch is gone with it.
fn splice(html: &str, edits: &[(Range<usize>, String)]) -> String {
    let mut out = String::with_capacity(html.len() + edits.iter().map(|(_, text)| text.len()).sum::<usize>());
    let mut done = 0;
    for (range, text) in edits {
        if range.start >= done {
            out.push_str(&html[done..range.start]);
            out.push_str(text);
            done = range.end;
        }
    }
    out.push_str(&html[done..]);
    out
}

/// Attributes as they stand in a start tag.
pub fn written(list: &AttributeList) -> String {
    let mut out = String::new();
    let mut write = |name: &str, value: &str| entity::write_attribute(&mut out, name, value);
    if let Some(id) = &list.id {
        write("id", id);
    }
    if !list.classes.is_empty() {
        write("class", &list.classes.join(" "));
    }
    for (name, value) in list.pairs.iter().filter(|(name, _)| is_attribute_name(name)) {
        write(name, value);
    }
    out
}

fn is_attribute_name(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b':'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_come_later_and_contents_last() {
        let mut buffer = Buffer::default();
        let paragraph = buffer.start("p", "");
        buffer.text("a<b");
        buffer.html.push_str("</p>");
        let from = buffer.html.len();
        let list = buffer.start("ul", "");
        buffer.html.push_str("</ul>");
        let to = buffer.html.len();
        buffer.html.push_str("end");
        buffer.attributes(paragraph).classes.push("c".into());
        buffer.attributes(list).id = Some("x".into());
        buffer.replace_by_contents(from..to, "ul");
        let html = buffer.finish(|_, list| format!("[{}]", list.id.as_deref().unwrap_or("")));
        assert_eq!(html, "<p class=\"c\">a&lt;b</p>[x]end");
    }
}
