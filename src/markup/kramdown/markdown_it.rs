//! What markdown-it, as an Eleventy site sets it, reads otherwise than the parser: one tilde, indented lines, HTML, addresses.

use std::ops::Range;

use pulldown_cmark::{CodeBlockKind, Event, Tag, TagEnd};

use super::mark::{Meaning, Place};
use super::scan::Found;
use crate::markup::excerpt;
use crate::markup::goldmark::addresses;
use crate::markup::markdown_it::Settings;

/// Whether there may be any of it in a text.
pub(super) fn may_differ(text: &str, settings: &Settings) -> bool {
    settings.links_addresses
        || settings.needs_two_tildes && text.contains('~')
        || settings.shows_html && text.contains('<')
        || !settings.has_indented_code && (text.contains("    ") || text.contains('\t'))
}

/// What is read otherwise.
pub(super) fn differing(text: &str, settings: &Settings, events: &[(Event<'_>, Range<usize>)]) -> Vec<Found> {
    let (mut found, mut is_indented, mut begins) = (Vec::new(), false, false);
    for (event, range) in events {
        match event {
            Event::Start(Tag::Strikethrough) if settings.needs_two_tildes && !text[range.clone()].starts_with("~~") => {
                found.extend([range.start, range.end - 1].map(|at| shown(at, "~")));
            }
            Event::Start(Tag::CodeBlock(CodeBlockKind::Indented)) if !settings.has_indented_code => {
                (is_indented, begins) = (true, true);
            }
            Event::End(TagEnd::CodeBlock) => is_indented = false,
            Event::Text(line) if is_indented => {
                let is_blank = line.trim().is_empty();
                if begins && !is_blank {
                    found.push(indent(text, range.start));
                }
                begins = is_blank;
            }
            Event::Html(_) | Event::InlineHtml(_) if settings.shows_html => {
                let signs = text[range.clone()].match_indices('<').map(|(at, _)| range.start + at);
                found.extend(signs.filter(|at| !text[*at..].starts_with(excerpt::MARK)).map(|at| shown(at, "<")));
            }
            _ => {}
        }
    }
    if settings.links_addresses {
        found.extend(addresses(text, "http").into_iter().map(super::link));
    }
    found
}

/// A sign that is text.
fn shown(at: usize, sign: &str) -> Found {
    Found { range: at..at + sign.len(), place: Place::Span, meaning: Meaning::Text(sign.to_owned()) }
}

/// The blanks before the text of a line of code, of which the parser took four columns for itself: they mean nothing, and
/// the line is text whatever it begins with.
fn indent(text: &str, start: usize) -> Found {
    let before = text[..start].bytes().rev();
    let taken = if text[..start].ends_with('\t') { 1 } else { before.take(4).take_while(|byte| *byte == b' ').count() };
    let line = text[start..].split('\n').next().unwrap_or_default();
    let more = line.len() - line.trim_start_matches([' ', '\t']).len();
    Found { range: start - taken..start + more, place: Place::Span, meaning: Meaning::Text(String::new()) }
}
