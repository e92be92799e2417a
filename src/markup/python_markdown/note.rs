//! Notes (`[^1]: text`) and the addresses that links refer to (`[a]: https://...`).

use super::block::{Block, Lines, Place, Sign, before, read_into};
use super::line;
use super::node::{Node, Reference};
use super::normal::TAB;

/// How many lines of a block are tried that look like the start of an address.
const MOST_TRIED: usize = 8;

/// A note in a block: up to the next one, with the indented blocks behind.
pub(super) fn noted<'t>(nodes: &mut Vec<Node<'t>>, block: &Block<'_, 't>, place: Place) -> Option<usize> {
    let lines = block.lines;
    let at = block.first(Sign::Note)?;
    let (name, first) = line::note(lines[at])?;
    let end = lines[at + 1..].iter().position(|line| line::note(line).is_some());
    let end = end.map_or(lines.len(), |length| at + 1 + length);
    let mut inside = vec![first];
    inside.extend(lines[at + 1..end].iter().map(|line| line::detabbed(line).unwrap_or(line)));
    let mut taken = end;
    if end == lines.len() {
        let behind = indented(block.behind);
        inside.extend(behind.iter().map(|line| line::detabbed(line).unwrap_or(line)));
        taken += behind.len();
    }
    before(nodes, &lines[..at], place);
    let mut said = Vec::new();
    read_into(&mut said, &inside, place.inner());
    nodes.push(Node::Note(name, said));
    Some(taken)
}

/// The blocks that are indented, up to one that is not, or that has a note in it.
fn indented<'a, 't>(lines: Lines<'a, 't>) -> Lines<'a, 't> {
    let mut end = 0;
    let mut is_start = true;
    for (number, line) in lines.iter().enumerate() {
        if line.is_empty() {
            is_start = true;
            continue;
        }
        if is_start && line::indent(line) < TAB || line::note(line).is_some() {
            break;
        }
        is_start = false;
        end = number + 1;
    }
    &lines[..end]
}

/// The first address in a block that links refer to.
pub(super) fn referred<'t>(nodes: &mut Vec<Node<'t>>, block: &Block<'_, 't>) -> Option<usize> {
    let (lines, first) = (block.lines, block.first(Sign::Reference)?);
    let places = (first..lines.len()).filter(|at| line::names(lines[*at])).take(MOST_TRIED);
    let (at, (reference, length)) = places.into_iter().find_map(|at| Some((at, reference(&lines[at..])?)))?;
    if at > 0 {
        nodes.push(Node::Paragraph(lines[..at].to_vec()));
    }
    nodes.push(Node::Reference(reference));
    Some(at + length)
}

/// A reference, and how many lines it takes.
fn reference<'t>(lines: Lines<'_, 't>) -> Option<(Reference<'t>, usize)> {
    let first = Some(lines[0]).filter(|line| line::indent(line) < TAB)?.trim_start().strip_prefix('[')?;
    let (name, behind) = first.split_once("]:")?;
    if name.contains(['[', ']']) {
        return None;
    }
    let (behind, mut length) = match behind.trim() {
        "" => (lines.get(1)?.trim(), 2),
        behind => (behind, 1),
    };
    let (address, behind) = behind.split_once(' ').unwrap_or((behind, ""));
    let mut title = if behind.trim().is_empty() { Some("") } else { title(behind.trim()) }?;
    if title.is_empty()
        && let Some(next) = lines.get(length).and_then(|line| self::title(line.trim()))
    {
        title = next;
        length += 1;
    }
    let address = address.trim_start_matches('<').trim_end_matches('>');
    Some((Reference { name, address, title }, length))
}

/// What is in quotation marks or parentheses.
fn title(text: &str) -> Option<&str> {
    let close = match text.chars().next()? {
        '(' => ')',
        quote @ ('"' | '\'') => quote,
        _ => return None,
    };
    text[1..].strip_suffix(close)
}
