//! Nodes -> Markdown that `CommonMark` reads as these nodes.

use std::collections::HashSet;

use super::emphasis::marked;
use super::fence::pre;
use super::inline::{self, escaped};
use super::line;
use super::node::{Item, Kind, List, Node, Reference};
use super::{Held, block::Lines, formula};

/// Writes nodes one below the other.
pub(super) struct Writer<'h> {
    held: &'h mut Held,
    /// Whether there are formulas in the text.
    has_formulas: bool,
    /// What addresses are called that links refer to.
    names: HashSet<String>,
    /// What stands before each line: of quotations and items.
    prefix: String,
    out: String,
    nothing: Option<String>,
    /// No empty lines stand between what is written.
    is_tight: bool,
}

impl<'h> Writer<'h> {
    /// `held` is given code, and formulas where there are such.
    pub fn new(has_formulas: bool, held: &'h mut Held) -> Self {
        Self {
            held,
            has_formulas,
            names: HashSet::new(),
            prefix: String::new(),
            out: String::new(),
            nothing: None,
            is_tight: false,
        }
    }

    /// The nodes of a whole text.
    pub fn write(mut self, nodes: &[Node<'_>]) -> String {
        names(nodes, &mut self.names);
        self.nodes(nodes);
        self.out
    }

    fn nodes(&mut self, nodes: &[Node<'_>]) {
        for (number, node) in nodes.iter().enumerate() {
            self.node(node);
            if !self.is_tight || number + 1 < nodes.len() && !is_list(&nodes[number + 1]) {
                self.line("");
            }
        }
    }

    fn node(&mut self, node: &Node<'_>) {
        match node {
            Node::Paragraph(lines) => self.paragraph(lines),
            Node::Heading(level, text) => self.heading(*level, text),
            Node::Code(lines) => {
                let mark = self.held.hold(pre(&code(lines)));
                self.line(&mark);
            }
            Node::Quote(nodes) => self.within("> ", "> ", nodes),
            Node::List(list) => self.list(list),
            Node::Table(rows) => self.table(rows),
            Node::Note(name, nodes) => self.within(&format!("[^{name}]: "), "    ", nodes),
            Node::Reference(reference) => self.reference(*reference),
            Node::Rule => self.line("***"),
        }
    }

    fn line(&mut self, text: &str) {
        self.out.push_str(if text.is_empty() { self.prefix.trim_end() } else { &self.prefix });
        self.out.push_str(text);
        self.out.push('\n');
    }

    /// What a block holds; `first` stands before its first line, `more` before the others.
    fn within(&mut self, first: &str, more: &str, nodes: &[Node<'_>]) {
        let (start, before) = (self.out.len(), self.prefix.len());
        self.prefix.push_str(more);
        self.nodes(nodes);
        if nodes.is_empty() {
            self.line("");
        }
        self.prefix.truncate(before);
        let written = self.out.split_off(start);
        let text = written.get(before + more.len()..).unwrap_or_default();
        self.out.push_str(&self.prefix);
        self.out.push_str(first);
        self.out.push_str(if text.is_empty() { "\n" } else { text });
    }

    fn paragraph(&mut self, lines: Lines<'_, '_>) {
        for line in self.within_lines(&lines.join("\n")).split('\n') {
            let line = plain(line);
            // a tag alone in its line would begin a block, and so would a fence
            let before = if line.starts_with(['<', '`', '~']) { self.nothing() } else { String::new() };
            self.line(&format!("{before}{line}"));
        }
    }

    /// A mark of nothing.
    fn nothing(&mut self) -> String {
        self.nothing.get_or_insert_with(|| self.held.hold("")).clone()
    }

    fn heading(&mut self, level: usize, text: &str) {
        let text = self.within_lines(text);
        let end = if text.ends_with('#') && !text.ends_with("\\#") { " #" } else { "" };
        self.line(&format!("{} {text}{end}", "#".repeat(level)));
    }

    fn list(&mut self, list: &List<'_>) {
        if list.kind == Kind::Definitions {
            return self.definitions(&list.items);
        }
        let (first, more) = if list.kind == Kind::Bullets { ("- ", "  ") } else { ("1. ", "   ") };
        let around = std::mem::replace(&mut self.is_tight, list.items.iter().all(is_short));
        for item in &list.items {
            if let Item::Of(nodes) = item {
                self.within(first, more, nodes);
            }
        }
        self.is_tight = around;
    }

    fn definitions(&mut self, items: &[Item<'_>]) {
        for (number, item) in items.iter().enumerate() {
            match item {
                Item::Term(text) => {
                    if number > 0 && matches!(items[number - 1], Item::Of(_)) {
                        self.line("");
                    }
                    self.paragraph(&[text]);
                }
                Item::Of(nodes) => self.within(": ", "  ", nodes),
            }
        }
    }

    /// Cells that a row lacks are the reader's to add: it bounds how many.
    fn table(&mut self, rows: &[Vec<&str>]) {
        let columns = rows.first().map_or(0, Vec::len);
        for (number, row) in rows.iter().enumerate() {
            let written = |cell: &&str| if number == 1 { dashes(cell) } else { self.cell(cell) };
            let cells: Vec<String> = row.iter().take(columns).map(written).collect();
            self.line(&format!("| {} |", cells.join(" | ")));
        }
    }

    /// What stands within lines.
    fn within_lines(&mut self, text: &str) -> String {
        let text = inline::joined(text, &self.names);
        let text = if self.has_formulas { formula::taken_out(&text, self.held) } else { text };
        marked(&escaped(&text))
    }

    /// A cell, with its bars escaped in code too.
    fn cell(&mut self, text: &str) -> String {
        self.within_lines(text).replace("\\|", "|").replace('|', "\\|")
    }

    fn reference(&mut self, reference: Reference<'_>) {
        let Reference { name, address, title } = reference;
        let address = address.replace('<', "%3C").replace('>', "%3E");
        let title = if title.is_empty() { String::new() } else { format!(" \"{}\"", title.replace('"', "\\\"")) };
        self.line(&format!("[{name}]: <{address}>{title}"));
    }
}

/// What the addresses are called that there are in nodes.
fn names(nodes: &[Node<'_>], names_of: &mut HashSet<String>) {
    for node in nodes {
        match node {
            Node::Reference(reference) => drop(names_of.insert(inline::name(reference.name))),
            Node::Quote(nodes) | Node::Note(_, nodes) => names(nodes, names_of),
            Node::List(list) => list.items.iter().for_each(|item| {
                if let Item::Of(nodes) = item {
                    names(nodes, names_of);
                }
            }),
            _ => {}
        }
    }
}

fn is_list(node: &Node<'_>) -> bool {
    matches!(node, Node::List(list) if list.kind != Kind::Definitions)
}

/// Whether an item is a paragraph, with nothing but lists behind it.
fn is_short(item: &Item<'_>) -> bool {
    let Item::Of(nodes) = item else { return false };
    match nodes.as_slice() {
        [] => true,
        [Node::Paragraph(_), lists @ ..] => lists.iter().all(is_list),
        _ => false,
    }
}

/// A cell of the line below the head.
fn dashes(cell: &str) -> String {
    let side = |is_there| if is_there { ":" } else { "" };
    format!("{}---{}", side(cell.starts_with(':')), side(cell.ends_with(':')))
}

/// Code without the line that says its language (`:::python`, `#!python`); a path in it is a line of it.
fn code(lines: Lines<'_, '_>) -> String {
    let first = lines.first().copied().unwrap_or_default().trim_end();
    let colons = first.len() - first.trim_start_matches(':').len();
    let language = if colons > 1 { Some(&first[colons..]) } else { first.strip_prefix("#!") };
    let is_word = |text: &str| text.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '#' | '.' | '+' | '-'));
    let language = language.map(|text| text.split("hl_lines=").next().unwrap_or_default().trim());
    let is_said = language.is_some_and(is_word);
    lines[usize::from(is_said && lines.len() > 1)..].join("\n")
}

/// A line of a paragraph with an escape before what would begin another block.
fn plain(line: &str) -> String {
    let text = line.trim_start_matches(' ');
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let bytes = text.as_bytes();
    let ends_mark = |at: usize| bytes.get(at).is_none_or(|byte| matches!(byte, b' ' | b'\t'));
    let is_number = digits > 0 && matches!(bytes.get(digits), Some(b'.' | b')')) && ends_mark(digits + 1);
    if is_number {
        return format!("{}\\{}", &text[..digits], &text[digits..]);
    }
    let is_block = match bytes.first() {
        Some(b'-' | b'+' | b'*') if ends_mark(1) => true,
        Some(b'#') => line::heading(text).is_some(),
        Some(b'-' | b'=') => line::underline(text).is_some() || line::is_rule(text),
        Some(b'*' | b'_') => line::is_rule(text),
        Some(b'>' | b'|' | b':') => true,
        Some(b'[') => text.find("]:").is_some_and(|end| !text[1..end].contains(']')),
        _ => false,
    };
    if is_block { format!("\\{text}") } else { text.to_owned() }
}
