//! Comments go; one may say where the excerpt ends, or which line of the source comes now.

use std::ops::Range;

use super::page::Page;
use crate::markup::excerpt;

impl Page {
    /// A comment with this `text` is at `place` of `html`.
    pub(super) fn comment(&mut self, html: &str, text: &str, place: Range<usize>) {
        if let Some(line) = text.strip_prefix('@').and_then(|line| line.parse().ok()) {
            self.set_line(line, place.end);
        } else if excerpt::is_end_mark(text) {
            self.cut();
        } else if !self.is_hidden() {
            self.advance(html, place.start);
            self.note_unclosed_comment(html.get(place).unwrap_or("<!-->"));
        }
    }
}
