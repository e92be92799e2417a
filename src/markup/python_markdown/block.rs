//! Lines -> nodes, in the order in which Python-Markdown tries what a block could be.
//!
//! A block is what stands between empty lines. What is behind one part of it is a block again. Nothing is copied but
//! which lines there are, and only as deep as [`DEEPEST`].

use std::cell::Cell;

use super::line;
use super::list;
use super::node::{Kind, List, Node};
use super::normal::TAB;
use super::note;
use super::table;

/// How deep blocks are in each other; what is deeper is text.
const DEEPEST: usize = 24;

/// Lines of a text, or of what a block around them holds.
pub(super) type Lines<'a, 't> = &'a [&'t str];

/// Where blocks stand.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    /// In an item of a list.
    pub in_item: bool,
    /// What belonged to an item was taken away before these lines.
    pub detabbed: bool,
    /// Whether the items of the list around are parted by nothing.
    pub tight: bool,
    pub depth: usize,
}

impl Place {
    const TOP: Self = Self { in_item: false, detabbed: false, tight: false, depth: 0 };

    /// In an item that is there.
    pub fn within(self) -> Self {
        Self { in_item: true, detabbed: true, tight: false, depth: self.depth + 1 }
    }

    /// In an item that begins.
    pub fn item(self) -> Self {
        Self { in_item: true, detabbed: false, tight: true, depth: self.depth + 1 }
    }

    /// In a quotation, or a note.
    pub fn inner(self) -> Self {
        Self { depth: self.depth + 1, ..Self::TOP }
    }

    pub fn is_deepest(self) -> bool {
        self.depth >= DEEPEST
    }
}

/// The blocks of a text.
pub(super) fn read<'t>(lines: Lines<'_, 't>) -> Vec<Node<'t>> {
    let mut nodes = Vec::new();
    read_into(&mut nodes, lines, Place::TOP);
    nodes
}

/// Reads blocks behind others.
pub(super) fn read_into<'t>(nodes: &mut Vec<Node<'t>>, lines: Lines<'_, 't>, place: Place) {
    let (mut at, mut empty) = (0, 0);
    while at < lines.len() {
        if lines[at].is_empty() {
            at += 1;
            empty += 1;
            continue;
        }
        let end = lines[at..].iter().position(|line| line.is_empty()).map_or(lines.len(), |length| at + length);
        let signs = Signs::of(&lines[at..end]);
        let mut done = at;
        while done < end {
            let rest = Block { lines: &lines[done..end], behind: &lines[end..], empty, signs: &signs };
            done += block(nodes, &rest, place);
            empty = 0;
        }
        at = done;
    }
}

/// Lines up to an empty one.
pub(super) struct Block<'a, 't> {
    pub lines: Lines<'a, 't>,
    /// What stands behind them.
    pub behind: Lines<'a, 't>,
    /// How many empty lines are before them.
    pub empty: usize,
    signs: &'a Signs<'a, 't>,
}

impl Block<'_, '_> {
    /// The first line that is such a sign.
    pub fn first(&self, sign: Sign) -> Option<usize> {
        let from = self.signs.lines.len() - self.lines.len();
        self.signs.next(sign, from).map(|at| at - from)
    }
}

/// What can begin on any line of a block.
#[derive(Debug, Clone, Copy)]
pub(super) enum Sign {
    Heading,
    Rule,
    Definition,
    Quote,
    Note,
    Reference,
}

/// Where signs are in the lines up to an empty one. Each line is looked at once for each, however often a block ends.
struct Signs<'a, 't> {
    lines: Lines<'a, 't>,
    /// Where the next one of each is, the number of lines where there is none.
    known: Cell<[Option<usize>; 6]>,
}

impl<'a, 't> Signs<'a, 't> {
    fn of(lines: Lines<'a, 't>) -> Self {
        Self { lines, known: Cell::default() }
    }

    fn next(&self, sign: Sign, from: usize) -> Option<usize> {
        let mut known = self.known.get();
        let place = &mut known[sign as usize];
        let at = place.filter(|at| *at >= from).unwrap_or_else(|| {
            let found = self.lines[from..].iter().position(|line| sign.is_in(line));
            found.map_or(self.lines.len(), |at| from + at)
        });
        *place = Some(at);
        self.known.set(known);
        (at < self.lines.len()).then_some(at)
    }
}

impl Sign {
    fn is_in(self, line: &str) -> bool {
        match self {
            Self::Heading => line::heading(line).is_some(),
            Self::Rule => line::is_rule(line),
            Self::Definition => line::definition(line).is_some(),
            Self::Quote => line::quoted(line).is_some(),
            Self::Note => line::note(line).is_some(),
            Self::Reference => line::names(line),
        }
    }
}

/// Reads what a block begins with, and says how many lines that took.
fn block<'t>(nodes: &mut Vec<Node<'t>>, block: &Block<'_, 't>, place: Place) -> usize {
    let lines = block.lines;
    let first = lines[0];
    if place.is_deepest() {
        nodes.push(Node::Paragraph(lines.to_vec()));
        return lines.len();
    }
    let is_behind_list = matches!(nodes.last(), Some(Node::List(_)));
    if line::indent(first) >= TAB && !place.detabbed && (place.in_item || is_behind_list) {
        list::belonging(nodes, lines, place);
        return lines.len();
    }
    if line::indent(first) >= TAB {
        return code(nodes, block);
    }
    if let Some(rows) = table::rows(lines) {
        nodes.push(Node::Table(rows));
        return lines.len();
    }
    headed(nodes, block, place)
        .or_else(|| ruled(nodes, block, place))
        .or_else(|| list::begun(nodes, lines, place))
        .or_else(|| list::defined(nodes, block, place))
        .or_else(|| quoted(nodes, block, place))
        .or_else(|| note::noted(nodes, block, place))
        .or_else(|| note::referred(nodes, block))
        .unwrap_or_else(|| {
            nodes.push(Node::Paragraph(lines.to_vec()));
            lines.len()
        })
}

/// Lines before what is found in a block are a block of their own.
pub(super) fn before<'t>(nodes: &mut Vec<Node<'t>>, lines: Lines<'_, 't>, place: Place) {
    if !lines.is_empty() {
        read_into(nodes, lines, Place { depth: place.depth + 1, ..place });
    }
}

fn code<'t>(nodes: &mut Vec<Node<'t>>, block: &Block<'_, 't>) -> usize {
    let lines = block.lines.iter().map_while(|line| line::detabbed(line));
    let count = lines.clone().count();
    match nodes.last_mut() {
        Some(Node::Code(code)) => {
            code.extend(std::iter::repeat_n("", block.empty));
            code.extend(lines);
        }
        _ => nodes.push(Node::Code(lines.collect())),
    }
    count
}

fn headed<'t>(nodes: &mut Vec<Node<'t>>, block: &Block<'_, 't>, place: Place) -> Option<usize> {
    let lines = block.lines;
    let found = block.first(Sign::Heading).and_then(|at| Some((at, line::heading(lines[at])?)));
    if let Some((at, (level, text))) = found {
        before(nodes, &lines[..at], place);
        nodes.push(Node::Heading(level, text));
        return Some(at + 1);
    }
    let level = lines.get(1).and_then(|line| line::underline(line))?;
    nodes.push(Node::Heading(level, lines[0].trim()));
    Some(2)
}

fn ruled<'t>(nodes: &mut Vec<Node<'t>>, block: &Block<'_, 't>, place: Place) -> Option<usize> {
    let lines = block.lines;
    let at = block.first(Sign::Rule)?;
    before(nodes, &lines[..at], place);
    nodes.push(Node::Rule);
    Some(at + 1)
}

fn quoted<'t>(nodes: &mut Vec<Node<'t>>, block: &Block<'_, 't>, place: Place) -> Option<usize> {
    let lines = block.lines;
    let at = block.first(Sign::Quote)?;
    before(nodes, &lines[..at], place);
    let inside: Vec<&str> = lines[at..].iter().map(|line| line::quoted(line).unwrap_or(line)).collect();
    let inside: Vec<&str> = inside.into_iter().map(|line| if line.trim().is_empty() { "" } else { line }).collect();
    if !matches!(nodes.last(), Some(Node::Quote(_))) {
        nodes.push(Node::Quote(Vec::new()));
    }
    if let Some(Node::Quote(quote)) = nodes.last_mut() {
        read_into(quote, &inside, place.inner());
    }
    Some(lines.len())
}

/// A list at the end, or a new one.
pub(super) fn list_at_end<'a, 't>(
    nodes: &'a mut Vec<Node<'t>>,
    kind: Kind,
    is_same: impl Fn(Kind) -> bool,
) -> Option<&'a mut List<'t>> {
    if !matches!(nodes.last(), Some(Node::List(list)) if is_same(list.kind)) {
        nodes.push(Node::List(List { kind, items: Vec::new() }));
    }
    match nodes.last_mut() {
        Some(Node::List(list)) => Some(list),
        _ => None,
    }
}
