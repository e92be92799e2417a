//! `[[Note#Heading|text]]` and `![[picture.png|300]]` -> links and pictures of Markdown.

use crate::config::Dialect;
use crate::markup::{Body, markdown};

/// How the names of pictures end.
const PICTURES: &[&str] = &["png", "jpg", "jpeg", "gif", "webp", "avif", "svg", "bmp"];
/// How the names of other files end that are no notes.
const FILES: &[&str] =
    &["mp3", "m4a", "ogg", "wav", "flac", "3gp", "mp4", "webm", "ogv", "mov", "mkv", "pdf", "canvas"];

/// What stands between the brackets.
struct Inside<'a> {
    note: &'a str,
    heading: Option<&'a str>,
    shown: Option<&'a str>,
}

impl<'a> Inside<'a> {
    fn of(written: &'a str) -> Option<Self> {
        let inside = written.trim_start_matches('!').strip_prefix("[[")?.strip_suffix("]]")?;
        let (target, shown) = inside.split_once('|').map_or((inside, None), |(target, shown)| (target, Some(shown)));
        // in tables the stroke has a backslash
        let target = target.trim_end_matches('\\');
        let (note, heading) = target.split_once('#').map_or((target, None), |(note, heading)| (note, Some(heading)));
        // `#^id` names a block, which has no place of its own
        let heading = heading.filter(|heading| note.is_empty() || !heading.contains('^'));
        Some(Self { note: note.trim(), heading, shown: shown.map(str::trim).filter(|shown| !shown.is_empty()) })
    }

    fn extension(&self) -> String {
        self.note.rsplit_once('.').map_or_else(String::new, |(_, extension)| extension.to_lowercase())
    }

    /// What readers see.
    fn text(&self) -> String {
        let parts = [Some(self.note), self.heading].into_iter().flatten().flat_map(|part| part.split('#'));
        let parts: Vec<String> = parts.filter(|part| !part.is_empty()).map(escaped).collect();
        self.shown.map_or_else(|| parts.join(" \\> "), str::to_owned)
    }

    /// The place in the note, as a fragment.
    fn fragment(&self) -> String {
        let heading = self.heading.and_then(|heading| heading.rsplit('#').next()).unwrap_or_default();
        let is_heading = !heading.is_empty() && !heading.starts_with('^');
        let id = || markdown::heading_id(heading, &Dialect::Commonmark.into());
        if is_heading { format!("#{}", id()) } else { String::new() }
    }
}

/// A link to a note, or its text when there is no such post.
pub(super) fn link(written: &str, body: &Body<'_>) -> Option<String> {
    let inside = Inside::of(written)?;
    let text = inside.text();
    if FILES.contains(&&*inside.extension()) || PICTURES.contains(&&*inside.extension()) {
        return Some(format!("[{text}](<{}>)", address(inside.note)));
    }
    let url = match inside.note {
        "" => Some(String::new()),
        note => body.around.blog.find(note).map(|post| post.url.clone()),
    };
    Some(match url {
        Some(url) if !url.is_empty() || !inside.fragment().is_empty() => {
            format!("[{text}](<{url}{}>)", inside.fragment())
        }
        _ => text,
    })
}

/// A picture, or a link to what is no picture.
pub(super) fn embedded(written: &str, body: &Body<'_>) -> Option<String> {
    let inside = Inside::of(written)?;
    if !PICTURES.contains(&&*inside.extension()) {
        return link(written, body);
    }
    let size = inside.shown.map(|shown| shown.rsplit('|').next().unwrap_or(shown)).and_then(size);
    let alt = match (inside.shown, &size) {
        (Some(shown), Some(_)) => shown.rsplit_once('|').map(|(alt, _)| alt),
        (shown, None) => shown,
        (None, Some(_)) => None,
    };
    let name = inside.note.rsplit('/').next().unwrap_or(inside.note);
    let alt = alt.unwrap_or_else(|| name.rsplit_once('.').map_or(name, |(stem, _)| stem));
    let size: Vec<String> = size.into_iter().flatten().map(|(name, value)| format!("{name}=\"{value}\"")).collect();
    let attributes = if size.is_empty() { String::new() } else { format!("{{: {}}}", size.join(" ")) };
    Some(format!("![{}](<{}>){attributes}", escaped(alt), address(inside.note)))
}

/// `300` is a width, `300x200` a width and a height.
fn size(text: &str) -> Option<Vec<(&'static str, &str)>> {
    let (width, height) = text.split_once('x').map_or((text, None), |(width, height)| (width, Some(height)));
    let is_number = |text: &str| (1..=4).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    let right = is_number(width) && height.is_none_or(is_number);
    right.then(|| [Some(("width", width)), height.map(|height| ("height", height))].into_iter().flatten().collect())
}

/// The path of a file, where an address may stand.
fn address(path: &str) -> String {
    path.replace('<', "%3C").replace('>', "%3E")
}

/// A name, so that Markdown shows it as it is.
fn escaped(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    for c in name.trim().chars() {
        if matches!(c, '\\' | '*' | '_' | '`' | '[' | ']' | '<' | '>' | '~' | '$' | '&' | '!' | '#') {
            out.push('\\');
        }
        out.push(c);
    }
    out
}
