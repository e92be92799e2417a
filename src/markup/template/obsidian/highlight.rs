//! `==text==` -> `<mark>text</mark>`, within one paragraph.

use std::ops::Range;

use super::Edit;

const MARK: &str = "==";

/// The highlights of a text.
pub(super) struct Highlights<'t> {
    text: &'t str,
    /// Where one begins that has no end yet.
    open: Option<usize>,
    edits: Vec<Edit>,
}

impl<'t> Highlights<'t> {
    /// Those of a text, of which nothing is read yet.
    pub fn new(text: &'t str) -> Self {
        Self { text, open: None, edits: Vec::new() }
    }

    /// Reads a stretch of running text.
    pub fn read(&mut self, stretch: Range<usize>) {
        let found: Vec<usize> =
            self.text[stretch.clone()].match_indices(MARK).map(|(at, _)| stretch.start + at).collect();
        for at in found {
            let before = self.text[..at].chars().next_back().unwrap_or(' ');
            let behind = self.text[at + MARK.len()..].chars().next().unwrap_or(' ');
            if before == '=' || behind == '=' {
                continue;
            }
            match self.open {
                Some(open) if !before.is_whitespace() => {
                    self.edits.push((open..open + MARK.len(), "<mark>".to_owned()));
                    self.edits.push((at..at + MARK.len(), "</mark>".to_owned()));
                    self.open = None;
                }
                None if !behind.is_whitespace() => self.open = Some(at),
                _ => {}
            }
        }
    }

    /// A paragraph ends, and with it what has no end.
    pub fn end_block(&mut self) {
        self.open = None;
    }

    /// What becomes of them.
    pub fn edits(self) -> Vec<Edit> {
        self.edits
    }
}
