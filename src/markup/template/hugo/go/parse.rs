//! The text of a template -> its nodes.

use super::expression::{self, Pipeline};

/// The deepest that blocks are nested.
const DEEPEST: usize = 20;

/// A part of a template.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Node<'t> {
    Text(&'t str),
    Show(Pipeline),
    /// `$x := ...`, `$x = ...`
    Assign(String, Pipeline),
    /// `if`, `else if`, `else`
    If(Pipeline, Vec<Node<'t>>, Vec<Node<'t>>),
    /// `with`, with the variable that it may name.
    With(Option<String>, Pipeline, Vec<Node<'t>>, Vec<Node<'t>>),
}

/// An action or the text before one.
enum Piece<'t> {
    Text(&'t str),
    Action(&'t str),
}

/// The nodes of a template; `None` when it holds what is not understood.
pub(super) fn parse(template: &str) -> Option<Vec<Node<'_>>> {
    let pieces = split(template)?;
    let mut pieces = pieces.into_iter();
    let (nodes, ended) = block(&mut pieces, 0)?;
    (ended == Ended::Template).then_some(nodes)
}

/// Text and actions in turn, with the blanks that `{{-` and `-}}` take away gone.
fn split(template: &str) -> Option<Vec<Piece<'_>>> {
    let mut pieces = Vec::new();
    let mut rest = template;
    while let Some(at) = rest.find("{{") {
        let (text, action) = (&rest[..at], &rest[at + 2..]);
        let (trims_before, action) = action.strip_prefix("- ").map_or((false, action), |action| (true, action));
        pieces.push(Piece::Text(if trims_before { text.trim_end() } else { text }));
        let end = end_of_action(action)?;
        let (inside, behind) = (&action[..end], &action[end + 2..]);
        let (inside, trims_behind) = inside.strip_suffix('-').map_or((inside, false), |inside| (inside, true));
        let inside = inside.trim();
        if !(inside.starts_with("/*") && inside.ends_with("*/")) {
            pieces.push(Piece::Action(inside));
        }
        rest = if trims_behind { behind.trim_start() } else { behind };
    }
    pieces.push(Piece::Text(rest));
    Some(pieces)
}

/// Where the `}}` is that is not in a text.
fn end_of_action(action: &str) -> Option<usize> {
    if action.trim_start().starts_with("/*") {
        return action.find("*/").and_then(|end| action[end..].find("}}").map(|at| end + at));
    }
    let mut quote = None;
    let mut escaped = false;
    for (at, c) in action.char_indices() {
        match (quote, c) {
            (Some('"'), '\\') if !escaped => {
                escaped = true;
                continue;
            }
            (Some(open), c) if c == open && !escaped => quote = None,
            (None, '"' | '`') => quote = Some(c),
            (None, '}') if action[at..].starts_with("}}") => return Some(at),
            _ => {}
        }
        escaped = false;
    }
    None
}

/// How a block ended.
#[derive(Debug, PartialEq)]
enum Ended {
    Template,
    Block,
    /// `else`, and what stands behind it.
    Else(String),
}

fn block<'t>(pieces: &mut std::vec::IntoIter<Piece<'t>>, depth: usize) -> Option<(Vec<Node<'t>>, Ended)> {
    if depth > DEEPEST {
        return None;
    }
    let mut nodes = Vec::new();
    while let Some(piece) = pieces.next() {
        let action = match piece {
            Piece::Text(text) => {
                nodes.push(Node::Text(text));
                continue;
            }
            Piece::Action(action) => action,
        };
        let (word, rest) = action.split_once(char::is_whitespace).unwrap_or((action, ""));
        match word {
            "end" => return Some((nodes, Ended::Block)),
            "else" => return Some((nodes, Ended::Else(rest.trim().to_owned()))),
            "if" | "with" => nodes.push(branch(word, rest, pieces, depth)?),
            "range" | "define" | "block" | "template" | "return" | "break" | "continue" | "" => return None,
            _ => nodes.push(statement(action)?),
        }
    }
    Some((nodes, Ended::Template))
}

fn branch<'t>(
    word: &str,
    condition: &str,
    pieces: &mut std::vec::IntoIter<Piece<'t>>,
    depth: usize,
) -> Option<Node<'t>> {
    let (then, ended) = block(pieces, depth + 1)?;
    let otherwise = match ended {
        Ended::Template => return None,
        Ended::Block => Vec::new(),
        Ended::Else(more) => otherwise(&more, pieces, depth)?,
    };
    let (variable, condition) = assignment(condition);
    let condition = expression::parse(condition)?;
    match word {
        "with" => Some(Node::With(variable, condition, then, otherwise)),
        _ if variable.is_none() => Some(Node::If(condition, then, otherwise)),
        _ => None,
    }
}

/// What comes behind an `else`.
fn otherwise<'t>(more: &str, pieces: &mut std::vec::IntoIter<Piece<'t>>, depth: usize) -> Option<Vec<Node<'t>>> {
    if let Some((word, condition)) =
        more.split_once(char::is_whitespace).filter(|(word, _)| ["if", "with"].contains(word))
    {
        return branch(word, condition, pieces, depth + 1).map(|node| vec![node]);
    }
    let (nodes, ended) = block(pieces, depth + 1)?;
    (more.is_empty() && ended == Ended::Block).then_some(nodes)
}

fn statement(action: &str) -> Option<Node<'static>> {
    let (variable, written) = assignment(action);
    let pipeline = expression::parse(written)?;
    Some(match variable {
        Some(name) => Node::Assign(name, pipeline),
        None => Node::Show(pipeline),
    })
}

/// The variable that a value is given to, and the value.
fn assignment(written: &str) -> (Option<String>, &str) {
    let split = written.split_once(":=").or_else(|| written.split_once(" = "));
    match split.map(|(name, value)| (name.trim(), value)) {
        Some((name, value)) if is_variable(name) => (Some(name.to_owned()), value),
        _ => (None, written),
    }
}

fn is_variable(name: &str) -> bool {
    name.strip_prefix('$').is_some_and(|name| !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || c == '_'))
}
