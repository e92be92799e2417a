//! Lists and definitions, and what belongs to their items by its blanks.

use super::block::{Block, Lines, Place, Sign, before, list_at_end, read_into};
use super::line::{self, Marker};
use super::node::{Item, Kind, Node};
use super::normal::TAB;

/// A list that a block begins with: it goes on where one is already.
pub(super) fn begun<'t>(nodes: &mut Vec<Node<'t>>, lines: Lines<'_, 't>, place: Place) -> Option<usize> {
    let (marker, _) = line::item(lines[0])?;
    let kind = if marker == Marker::Bullet { Kind::Bullets } else { Kind::Numbers };
    let list = list_at_end(nodes, kind, |kind| kind != Kind::Definitions)?;
    for item in items(lines) {
        match item {
            Part::Item(lines) => {
                let mut nodes = Vec::new();
                read_into(&mut nodes, &lines, place.item());
                list.items.push(Item::Of(nodes));
            }
            Part::Nested(lines) => {
                if let Some(last) = list.last() {
                    read_into(last, &lines, place.item());
                }
            }
        }
    }
    Some(lines.len())
}

/// What a list in one block consists of.
enum Part<'t> {
    /// The lines of an item, without its marker.
    Item(Vec<&'t str>),
    /// Lines that are indented so far that they belong to the item before.
    Nested(Vec<&'t str>),
}

fn items<'t>(lines: Lines<'_, 't>) -> Vec<Part<'t>> {
    let mut parts: Vec<Part<'_>> = Vec::new();
    for line in lines {
        let is_nested = (TAB..2 * TAB).contains(&line::indent(line)) && line::marker(line).is_some();
        match (line::item(line), parts.last_mut()) {
            (Some((_, text)), _) => parts.push(Part::Item(vec![text])),
            (None, Some(Part::Item(_))) if is_nested => parts.push(Part::Nested(vec![line])),
            (None, Some(Part::Item(lines) | Part::Nested(lines))) => lines.push(line),
            (None, None) => {}
        }
    }
    parts
}

/// A block that is indented behind a list, or in an item: it belongs to the item that is as deep as it.
pub(super) fn belonging<'t>(nodes: &mut Vec<Node<'t>>, lines: Lines<'_, 't>, place: Place) {
    let want = line::indent(lines[0]) / TAB;
    let from = usize::from(place.in_item && place.tight);
    let depth = lists(nodes, want.saturating_sub(from));
    let level = from + depth;
    // in an item that holds a list already, what is one step in is of that list
    let goes_on = place.in_item && depth == 0 && matches!(nodes.last(), Some(Node::List(_)));
    let goes_on = goes_on && lines[0].get(level * TAB..).is_some_and(|line| line::item(line).is_some());
    let lines: Vec<&str> = lines.iter().map(|line| without(line, level)).collect();
    let place = if goes_on { Place { detabbed: true, ..place } } else { place.within() };
    within_item(nodes, depth, |nodes| read_into(nodes, &lines, place));
}

/// The line without so many steps before it; one that is not so far in stays.
fn without(line: &str, level: usize) -> &str {
    if line::indent(line) >= level * TAB { &line[level * TAB..] } else { line }
}

/// How many lists stand at the end of each other, of so many at most.
fn lists(nodes: &[Node<'_>], most: usize) -> usize {
    match nodes.last() {
        Some(Node::List(list)) if most > 0 => match list.items.last() {
            Some(Item::Of(nodes)) => 1 + lists(nodes, most - 1),
            _ => 0,
        },
        _ => 0,
    }
}

/// Does something with what the last item of the lists so deep at the end holds.
fn within_item<'t>(nodes: &mut Vec<Node<'t>>, depth: usize, read: impl FnOnce(&mut Vec<Node<'t>>)) {
    let mut nodes = nodes;
    for _ in 0..depth {
        match nodes.last_mut() {
            Some(Node::List(list)) => match list.last() {
                Some(inner) => nodes = inner,
                None => return,
            },
            _ => return,
        }
    }
    read(nodes);
}

/// Words, and what they mean behind a colon.
pub(super) fn defined<'t>(nodes: &mut Vec<Node<'t>>, block: &Block<'_, 't>, place: Place) -> Option<usize> {
    let (lines, at) = (block.lines, block.first(Sign::Definition)?);
    let first = line::definition(lines[at])?;
    let mut terms: Vec<&str> = lines[..at].iter().map(|line| line.trim()).collect();
    if terms.is_empty() {
        match nodes.last() {
            None => return None,
            Some(Node::Paragraph(_)) => {
                if let Some(Node::Paragraph(lines)) = nodes.pop() {
                    terms = lines;
                }
            }
            Some(_) => {}
        }
    }
    let rest = &lines[at + 1..];
    let is_lazy = rest.first().is_some_and(|line| line::indent(line) < TAB && !line.trim_start().starts_with(':'));
    let mut meaning = vec![first];
    if is_lazy {
        meaning.extend(rest);
    } else {
        meaning.extend(rest.iter().map_while(|line| line::detabbed(line)));
    }
    let list = list_at_end(nodes, Kind::Definitions, |kind| kind == Kind::Definitions)?;
    list.items.extend(terms.into_iter().map(Item::Term));
    let mut inside = Vec::new();
    before(&mut inside, &meaning, place.item());
    list.items.push(Item::Of(inside));
    Some(at + meaning.len())
}
