//! The tree of blocks.

/// A block. Its text is of lines of the source, without what belongs to the blocks around.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Node<'t> {
    Paragraph(Vec<&'t str>),
    /// Level and text.
    Heading(usize, &'t str),
    /// Indented code, line by line.
    Code(Vec<&'t str>),
    Quote(Vec<Node<'t>>),
    List(List<'t>),
    Table(Vec<Vec<&'t str>>),
    /// What a note says, under its name.
    Note(&'t str, Vec<Node<'t>>),
    Reference(Reference<'t>),
    Rule,
}

/// A list of one kind or another.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct List<'t> {
    pub kind: Kind,
    pub items: Vec<Item<'t>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Bullets,
    Numbers,
    Definitions,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Item<'t> {
    /// What is defined.
    Term(&'t str),
    /// What an item holds, or what a definition says.
    Of(Vec<Node<'t>>),
}

/// Where `[name]` leads to.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Reference<'t> {
    pub name: &'t str,
    pub address: &'t str,
    pub title: &'t str,
}

impl<'t> List<'t> {
    /// What its last item holds.
    pub fn last(&mut self) -> Option<&mut Vec<Node<'t>>> {
        match self.items.last_mut() {
            Some(Item::Of(nodes)) => Some(nodes),
            _ => None,
        }
    }
}
