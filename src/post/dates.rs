//! When a post comes out, was changed, and goes.
//!
//! The front matter is asked first, then the name, then the folders; at last a date in the post's
//! own path (`path = "2019/11/07/x"`). A date that cannot be is an error: there is no other to take.

use chrono::{DateTime, FixedOffset};

use super::Rules;
use super::date::{self, EXPECTED, Written, digits};
use super::filename::{Dated, Name};
use super::hugo::Hugo;
use super::moment::{Calendar, Style};
use super::vocabulary::{self, Aliases, COMES_OUT, EXPIRES, Fields, Found, HUGO_DATE, OWN_DATE, UPDATED, told};
use crate::config::Dialect;
use crate::problem::{Problem, Severity};
use crate::value::Value;

/// The instants of a post.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Dates {
    pub published: DateTime<FixedOffset>,
    /// What permalinks show: Hugo's `date`, else the same.
    pub shown: DateTime<FixedOffset>,
    pub updated: Option<DateTime<FixedOffset>>,
    pub expires: Option<DateTime<FixedOffset>>,
    /// Whether `published` stands in the post, and not in its name.
    pub is_said: bool,
}

/// Reads the dates of a post; `None` when it has none, or none that can be.
pub(super) fn read(fields: &mut Fields<'_>, name: &Name<'_>, rules: &Rules<'_>) -> Option<Dates> {
    let calendar = Calendar { dialect: rules.source.dialect, zone: rules.site.timezone };
    let is_hugo = calendar.dialect == Dialect::Hugo;
    let (listed, date) = Hugo::of(rules.generator).map_or((None, None), |hugo| listed_both(fields, name, hugo));
    let source = listed.unwrap_or_else(|| Source::of(first(fields, vocabulary::date(calendar.dialect))));
    let is_said = matches!(source, Source::Key(_));
    let published = match source {
        Source::Key(found) => instant(fields, &found, calendar, Severity::Error)?,
        Source::Name => from_name(fields, name, calendar)?,
    };
    let dated = if is_hugo { first(fields, OWN_DATE) } else { None };
    let shown = match date {
        Some(Source::Name) => from_name(fields, name, calendar),
        Some(Source::Key(found)) => instant(fields, &found, calendar, Severity::Error),
        None => dated.and_then(|found| instant(fields, &found, calendar, Severity::Error)),
    };
    let updated = first(fields, UPDATED).and_then(|found| instant(fields, &found, calendar, Severity::Warning));
    let expires = first(fields, EXPIRES).and_then(|found| instant(fields, &found, calendar, Severity::Error));
    Some(Dates { published, shown: shown.unwrap_or(published), updated, expires, is_said })
}

/// Where a date stands.
#[derive(Clone)]
enum Source<'a> {
    Key(Found<'a>),
    Name,
}

impl<'a> Source<'a> {
    fn of(found: Option<Found<'a>>) -> Self {
        found.map_or(Self::Name, Self::Key)
    }
}

/// The first place with a date of those that a configuration lists for `date`, as Hugo calls it.
fn listed<'a>(fields: &Fields<'a>, name: &Name<'_>, (hugo, date): (Hugo<'_>, &str)) -> Option<Source<'a>> {
    hugo.dates(date)?.into_iter().find_map(|place| match place.to_ascii_lowercase().as_str() {
        ":filename" => matches!(name.date, Dated::Yes(_)).then_some(Source::Name),
        ":default" => first(fields, HUGO_DATE).map(Source::Key),
        key => fields.named(key).map(Source::Key),
    })
}

/// Where Hugo finds when a post comes out, and its date, when its configuration says so.
fn listed_both<'a>(fields: &Fields<'a>, name: &Name<'_>, hugo: Hugo<'_>) -> (Option<Source<'a>>, Option<Source<'a>>) {
    let usual = || first(fields, COMES_OUT).map(Source::Key);
    let date = listed(fields, name, (hugo, "date"));
    let published = listed(fields, name, (hugo, "publishDate"));
    let published = published.or_else(|| usual().filter(|_| date.is_some())).or_else(|| date.clone());
    (published, date)
}

/// The first of the keys that is meant as a date: `published: false` is not, `date: false` should be.
fn first<'a>(fields: &Fields<'a>, aliases: Aliases) -> Option<Found<'a>> {
    let is_meant = |found: &Found<'_>| {
        matches!(found.value, Value::Integer(_)) || found.key.eq_ignore_ascii_case("date") || found.flag().is_none()
    };
    fields.said(aliases).find(is_meant)
}

/// What Eleventy takes the date of the file or of its history for.
const OF_FILES: [&str; 4] = ["created", "last modified", "git created", "git last modified"];

fn instant(
    fields: &mut Fields<'_>,
    found: &Found<'_>,
    calendar: Calendar,
    severity: Severity,
) -> Option<DateTime<FixedOffset>> {
    let Some(text) = found.text() else {
        fields.misshapen(found, "a date");
        return None;
    };
    let is_plain = found.plain.is_some() || matches!(found.value, Value::DateTime(_));
    let style = if is_plain { Style::Plain } else { Style::Quoted };
    let resolved = calendar.read(&text).and_then(|written| calendar.resolve(written, style));
    if resolved.is_none() {
        let is_of_file =
            calendar.dialect == Dialect::Eleventy && OF_FILES.iter().any(|of| text.eq_ignore_ascii_case(of));
        let mend = if is_of_file {
            "write the day itself: what the file or git says changes with each copy"
        } else {
            EXPECTED
        };
        fields.tell(severity, found, format!("unknown date `{}`", told(&text)), mend);
    }
    resolved
}

/// The date in the name, the folders, or the path that the post gives itself.
fn from_name(fields: &mut Fields<'_>, name: &Name<'_>, calendar: Calendar) -> Option<DateTime<FixedOffset>> {
    let resolved = match &name.date {
        Dated::Yes(written) => calendar.resolve(*written, Style::Quoted).ok_or_else(|| written.day.to_string()),
        Dated::Impossible(text) => Err(text.clone()),
        Dated::No => {
            let path = fields.find(vocabulary::permalink(calendar.dialect)).and_then(|found| found.text())?;
            return calendar.resolve(in_path(&path)?, Style::Quoted);
        }
    };
    if let Err(text) = &resolved {
        let message = format!("unknown date `{text}` in its name");
        fields.problems.push(Problem::error(fields.path, message).mend("expected YYYY-MM-DD"));
    }
    resolved.ok()
}

/// The first `2019/11/07` of a path.
fn in_path(path: &str) -> Option<Written> {
    let segments: Vec<_> = path.split('/').collect();
    segments.windows(3).find_map(|three| {
        let year = i32::try_from(digits(three[0], 4..=4)?).ok()?;
        date::day(year, digits(three[1], 1..=2)?, digits(three[2], 1..=2)?).map(Written::on)
    })
}
