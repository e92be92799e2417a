//! Which blocks are open, and which of them an attribute list means.
//!
//! An attribute list on a line of its own belongs to the block just before it; when a blank line is
//! between, or nothing precedes in the same container, to the block after it.

use super::buffer::TagPlace;
use crate::markup::kramdown::AttributeList;

/// What a block is, as far as attribute lists and endings care.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A list: `ul` or `ol`.
    List(&'static str),
    /// An item of a list.
    Item,
    /// A term of a definition list, of which each line is one.
    Term,
    /// Anything else.
    Other,
}

/// A block whose end is written.
#[derive(Debug, Clone, Copy)]
pub struct Closed {
    /// Where its attributes go.
    pub place: TagPlace,
    /// What it is.
    pub kind: Kind,
    /// Where it begins and ends in the HTML.
    pub span: (usize, usize),
}

/// A block that is not ended.
#[derive(Debug)]
pub struct Open {
    /// Where its attributes go; none when it is raw HTML.
    pub place: Option<TagPlace>,
    /// What it is.
    pub kind: Kind,
    /// Where it begins in the HTML.
    pub start: usize,
    /// Where its content begins in the HTML.
    pub content: usize,
    /// The block before the next one in it.
    pub last: Option<Closed>,
    /// It becomes a table of contents.
    pub toc: bool,
}

/// The blocks that are open, the outermost first.
#[derive(Debug)]
pub struct Blocks {
    open: Vec<Open>,
    /// For the next block.
    pending: AttributeList,
}

impl Default for Blocks {
    fn default() -> Self {
        let document = Open { place: None, kind: Kind::Other, start: 0, content: 0, last: None, toc: false };
        Self { open: vec![document], pending: AttributeList::default() }
    }
}

impl Blocks {
    /// A block begins; returns the attributes that were meant for it.
    pub fn open(&mut self, mut block: Open) -> AttributeList {
        let own = if block.place.is_some() { std::mem::take(&mut self.pending) } else { AttributeList::default() };
        block.toc = own.toc;
        self.open.push(block);
        own
    }

    /// The innermost block ends at byte `end` of the HTML; it is returned.
    pub fn close(&mut self, end: usize) -> Option<Open> {
        if self.open.len() < 2 {
            return None;
        }
        let block = self.open.pop()?;
        let closed = block.place.map(|place| Closed { place, kind: block.kind, span: (block.start, end) });
        if let Some(parent) = self.open.last_mut() {
            parent.last = closed;
        }
        self.pending = AttributeList::default();
        Some(block)
    }

    /// The innermost block.
    pub fn top(&self) -> Option<&Open> {
        self.open.last()
    }

    /// The item whose content begins at byte `at` of the HTML, also within its first paragraph.
    pub fn item_beginning_at(&self, at: usize) -> Option<TagPlace> {
        let mut innermost = self.open.iter().rev().take(2);
        let first = innermost.next().filter(|block| block.content == at)?;
        let item = if first.kind == Kind::Item {
            first
        } else {
            innermost.next().filter(|item| item.content == first.start)?
        };
        item.place.filter(|_| item.kind == Kind::Item)
    }

    /// The block that a list behind it means: the one before it, or the item that it is in.
    pub fn before(&self) -> Option<Closed> {
        let top = self.open.last()?;
        let item = || top.place.map(|place| Closed { place, kind: top.kind, span: (top.start, top.start) });
        top.last.or_else(|| item().filter(|_| top.kind == Kind::Item))
    }

    /// What was just before cannot have attributes.
    pub fn forget_last(&mut self) {
        if let Some(top) = self.open.last_mut() {
            top.last = None;
        }
    }

    /// Keeps attributes for the block to come.
    pub fn keep_for_next(&mut self, list: &AttributeList) {
        self.pending.merge(list);
    }
}
