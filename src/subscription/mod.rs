//! A feed as its subscribers know it, and what of ours they would see as new, changed or gone.
//!
//! In: the bytes of an old feed (RSS 0.9x, 1.0 and 2.0, Atom, JSON Feed), whoever made it, and our posts. Out: an
//! [`OldFeed`], a [`Comparison`] with ours, and the ids that posts must be given so that nobody sees them twice.
//!
//! - `decode`: bytes -> text, in the encoding that they declare
//! - `xml`, `json`: text -> entries
//! - `likeness`: by what an entry and a post can be known as the same
//! - `pairs`: which entry is which post
//! - `keep`: the ids that no formula gives
//! - `compare`: what subscribers would notice; `told`: that as problems

mod compare;
mod decode;
mod json;
mod keep;
mod likeness;
mod pairs;
mod told;
mod xml;

use std::collections::HashSet;

use chrono::{DateTime, FixedOffset};

pub use compare::{Comparison, Ours, compare};
pub use keep::{Kept, ids_from};
pub use likeness::Likeness;
pub use pairs::same;

use crate::problem::Problem;

/// A feed that somebody is subscribed to.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct OldFeed {
    /// Where it says that it is found.
    pub url: Option<String>,
    /// In its order; no two of one id.
    pub entries: Vec<Entry>,
}

/// An entry as a reader knows it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Entry {
    /// By which a reader knows it: its id or guid, else its link. Exactly as it stands there, but for blanks around it.
    pub id: String,
    /// Of the page.
    pub url: Option<String>,
    /// As it stands there: in RSS it may be HTML.
    pub title: String,
    /// When it came out.
    pub published: Option<DateTime<FixedOffset>>,
    /// When it was changed last, where that is said.
    pub updated: Option<DateTime<FixedOffset>>,
    /// Its body, else its summary: HTML.
    pub html: String,
    /// Where it begins in the file, from 1.
    pub line: Option<u32>,
}

/// Reads an old feed, which people know as `name`.
///
/// # Errors
/// When it is no feed, or no well-formed one: what was seen, where, and what to do.
pub fn read(bytes: &[u8], name: &str) -> Result<OldFeed, Problem> {
    if bytes.starts_with(b"\x1f\x8b") {
        return Err(Problem::error(name, "is compressed").mend("unpack it with `gunzip`, or use `curl --compressed`"));
    }
    let text = decode::decode(bytes, name)?;
    let start = text.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
    let skipped = text[..text.len() - start.len()].matches('\n').count();
    let feed = match start.chars().next() {
        None => return Err(Problem::error(name, "is empty").mend(SAVE)),
        Some('{') => json::read(start),
        Some('<') => xml::read(start),
        Some(_) => return Err(Problem::error(name, "is neither XML nor JSON").mend(SAVE)),
    };
    let below = |line: u32| line.saturating_add(u32::try_from(skipped).unwrap_or(u32::MAX));
    match feed {
        Ok(mut feed) => {
            let mut known = HashSet::new(); // readers know no second entry of one id
            feed.entries.retain(|entry| !entry.id.is_empty() && known.insert(entry.id.clone()));
            feed.entries.iter_mut().for_each(|entry| entry.line = entry.line.map(below));
            Ok(feed)
        }
        Err(Wrong { message, mend, place }) => {
            let problem = Problem::error(name, message).mend(mend);
            Err(place.map_or(problem.clone(), |(line, column)| problem.at(below(line), column)))
        }
    }
}

const SAVE: &str = "save the feed itself, such as with `curl -Lo old.xml https://example.org/feed.xml`";

/// Why a text is no feed, and where.
struct Wrong {
    message: String,
    mend: &'static str,
    place: Option<(u32, u32)>,
}

/// A date of any feed; one without a time zone is UTC.
fn date(text: &str) -> Option<DateTime<FixedOffset>> {
    const LONGEST: usize = 100;
    let text = Some(text.trim()).filter(|text| text.len() <= LONGEST)?;
    let plain = || chrono::NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S").map(|time| time.and_utc().into());
    DateTime::parse_from_rfc3339(text)
        .or_else(|_| DateTime::parse_from_rfc2822(text))
        .or_else(|_| DateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%z"))
        .or_else(|_| DateTime::parse_from_str(text, "%Y-%m-%dT%H:%M%:z"))
        .or_else(|_| plain())
        .ok()
}

#[cfg(test)]
mod tests;
