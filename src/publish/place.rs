//! Whether a feed may be put where it is to be: nothing stands there, or a feed, and only folders on the way.

use std::io;
use std::path::Path;

use crate::folder::{Entry, Folder};
use crate::problem::Problem;

/// The place of a feed below the output.
#[derive(Debug)]
pub struct Place<'a> {
    path: &'a str,
    /// What is there, or the first thing on the way to it that is no folder, and its path.
    entry: Entry,
    at: &'a str,
}

impl<'a> Place<'a> {
    /// Looks at it.
    ///
    /// # Errors
    /// When it may not be looked at, or something was put on the way to it this moment.
    pub fn look(output: &Folder, path: &'a str) -> io::Result<Self> {
        let folders = path.match_indices('/').map(|(end, _)| &path[..end]);
        for at in folders {
            match output.entry(at)? {
                Entry::Folder => {}
                Entry::Absent => return Ok(Self { path, entry: Entry::Absent, at: path }),
                entry => return Ok(Self { path, entry, at }),
            }
        }
        Ok(Self { path, entry: output.entry(path)?, at: path })
    }

    /// Whether a file of ours can be put there.
    pub fn is_free(&self) -> bool {
        !self.is_behind_something() && matches!(self.entry, Entry::Absent | Entry::File(_))
    }

    /// Whether a file of ours is there.
    pub fn is_file(&self) -> bool {
        !self.is_behind_something() && matches!(self.entry, Entry::File(_))
    }

    /// Whether something stands on the way to it.
    pub fn is_behind_something(&self) -> bool {
        self.at != self.path
    }

    /// Whether a feed may be put there where none of ours is yet.
    pub fn may_be_taken(&self, output: &Folder) -> bool {
        let is_feed = || output.read(self.path, BEGINNING).is_ok_and(|bytes| looks_like_feed(&bytes));
        self.is_free() && (self.entry == Entry::Absent || is_feed())
    }

    /// What stands in the way of the feed.
    pub fn refusal(&self, output: &Path) -> Problem {
        let (what, mend) = match (self.entry, self.is_behind_something()) {
            (Entry::Link, true) => (
                "is a symbolic link, and nothing is written through one",
                "put a folder in its place, or give the feed another `path`",
            ),
            (_, true) => ("is no folder", "move it away, or give the feed another `path`"),
            (Entry::Link, false) => {
                ("is a symbolic link, which is not replaced", "remove it, or give the feed another `path`")
            }
            (_, false) => ("is there already and is no feed", "move it away, or give the feed another `path`"),
        };
        Problem::error(output.join(self.at).display().to_string(), what).mend(mend)
    }
}

/// How much of a file is read to know it.
const BEGINNING: u64 = 4096;

/// Whether what begins like this is RSS, Atom or JSON Feed, by its root.
fn looks_like_feed(start: &[u8]) -> bool {
    let start = String::from_utf8_lossy(start);
    let start = start.trim_start_matches('\u{feff}').trim_start();
    if start.starts_with('{') {
        return start.contains("\"version\"") && start.contains("https://jsonfeed.org/version/");
    }
    let mut rest = start;
    while rest.starts_with("<?") || rest.starts_with("<!") {
        let end = if rest.starts_with("<!--") { "-->" } else { ">" };
        let Some(at) = rest.find(end) else { return false };
        rest = rest[at + end.len()..].trim_start();
    }
    let name = rest.strip_prefix('<').and_then(|rest| rest.split(|c: char| c.is_whitespace() || c == '>').next());
    matches!(name, Some("rss" | "feed" | "rdf:RDF"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_feed_is_known_by_its_root() {
        for feed in [
            "<?xml version='1.0'?>\n<!-- a -->\n<rss version='2.0'>",
            "\u{feff}<feed xmlns='http://www.w3.org/2005/Atom'>",
            "<!DOCTYPE x><rdf:RDF>",
            "{\"version\": \"https://jsonfeed.org/version/1.1\"}",
        ] {
            assert!(looks_like_feed(feed.as_bytes()), "{feed}");
        }
        for other in
            ["<html>how to write <rss> feeds", "<feedback>", "{\"version\": 1}", "<rss-list>", "", "<!--", "<?"]
        {
            assert!(!looks_like_feed(other.as_bytes()), "{other}");
        }
    }
}
