//! A written date -> an instant, by the rules of the dialect's own generator.
//!
//! What a date without an offset means: with Jekyll UTC for a timestamp that YAML reads (no quotes,
//! seconds said) and the site's zone for everything else; with Zola UTC; with Hugo and in a plain
//! folder the site's zone. An hour that the clocks skip is moved forward, of one that comes twice
//! the first is meant.

use chrono::{
    DateTime, Datelike, Duration, FixedOffset, LocalResult, NaiveDate, NaiveDateTime, NaiveTime, Offset, TimeZone, Utc,
};
use chrono_tz::{OffsetName, Tz};

use super::date::{self, Written, Zone};
use super::{dateutil, ruby_date};
use crate::config::Dialect;

/// Who reads a date, and in which zone the site is.
#[derive(Debug, Clone, Copy)]
pub(super) struct Calendar {
    pub dialect: Dialect,
    pub zone: Tz,
}

/// How a date stands in its file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    /// A YAML scalar without quotes.
    Plain,
    /// Anything else.
    Quoted,
}

impl Calendar {
    /// The instant that is meant, in the zone that it is shown in; `None` out of the years 2 to 9999.
    ///
    /// The year 1 is what generators write for no date at all, and nobody's blog is that old.
    pub fn resolve(self, written: Written, style: Style) -> Option<DateTime<FixedOffset>> {
        let local = written.day.and_time(written.time.unwrap_or(NaiveTime::MIN));
        let instant = match written.zone.filter(|zone| self.takes(*zone, written, style)) {
            Some(Zone::Offset(offset) | Zone::Regional(_, offset) | Zone::Loose(offset)) => {
                offset.from_local_datetime(&local).single()?
            }
            Some(Zone::Named(zone)) => in_zone(zone, local)?,
            _ if self.means_utc(written, style) => Utc.from_utc_datetime(&local).fixed_offset(),
            _ => in_zone(self.zone, local)?,
        };
        let shown = self.show(instant);
        let years = [written.day.year(), shown.year(), shown.naive_utc().year()];
        years.iter().all(|year| (2..=9999).contains(year)).then_some(shown)
    }

    /// Whether a zone counts: Ruby passes over many.
    fn takes(self, zone: Zone, written: Written, style: Style) -> bool {
        self.dialect != Dialect::Jekyll
            || match zone {
                Zone::Offset(_) => true,
                Zone::Regional(name, _) => shows(self.zone, name, written.day.year()),
                Zone::Loose(_) => written.timestamp && style == Style::Plain,
                Zone::Named(_) => false,
            }
    }

    /// Reads a date as the generator of the dialect does.
    pub fn read(self, text: &str) -> Option<Written> {
        date::parse(text).or_else(|| match self.dialect {
            Dialect::Jekyll => ruby_date::parse(text),
            Dialect::Pelican => dateutil::parse(text),
            _ => None,
        })
    }

    fn means_utc(self, written: Written, style: Style) -> bool {
        match self.dialect {
            Dialect::Zola | Dialect::Eleventy => true,
            Dialect::Jekyll => written.timestamp && written.zone.is_none() && style == Style::Plain,
            Dialect::Hugo | Dialect::Pelican | Dialect::Commonmark => false,
        }
    }

    fn show(self, instant: DateTime<FixedOffset>) -> DateTime<FixedOffset> {
        match self.dialect {
            Dialect::Hugo | Dialect::Zola | Dialect::Eleventy | Dialect::Pelican => instant,
            Dialect::Jekyll | Dialect::Commonmark => instant.with_timezone(&self.zone).fixed_offset(),
        }
    }
}

/// The instant that a text means, in any form that posts may write it, without an offset in `zone`.
#[must_use]
pub fn instant(text: &str, zone: Tz) -> Option<DateTime<FixedOffset>> {
    let calendar = Calendar { dialect: Dialect::Jekyll, zone };
    calendar.read(text.trim()).and_then(|written| calendar.resolve(written, Style::Quoted))
}

/// Whether the clocks of a zone have this abbreviation beside them in the winter or summer of a year.
fn shows(zone: Tz, abbreviation: &str, year: i32) -> bool {
    [1, 7].into_iter().any(|month| {
        let noon = NaiveDate::from_ymd_opt(year, month, 1).and_then(|day| day.and_hms_opt(12, 0, 0));
        noon.is_some_and(|noon| zone.offset_from_utc_datetime(&noon).abbreviation() == Some(abbreviation))
    })
}

fn in_zone(zone: Tz, local: NaiveDateTime) -> Option<DateTime<FixedOffset>> {
    match zone.from_local_datetime(&local) {
        LocalResult::Single(instant) | LocalResult::Ambiguous(instant, _) => Some(instant.fixed_offset()),
        LocalResult::None => skipped(zone, local),
    }
}

/// A time that the clocks jump over: what they would show had they not.
fn skipped(zone: Tz, local: NaiveDateTime) -> Option<DateTime<FixedOffset>> {
    let before = (1..=48)
        .find_map(|hours| zone.from_local_datetime(&local.checked_sub_signed(Duration::hours(hours))?).latest())?;
    let offset = before.offset().fix();
    Some(offset.from_local_datetime(&local).single()?.with_timezone(&zone).fixed_offset())
}

#[cfg(test)]
mod tests {
    use super::super::date::parse;
    use super::*;

    fn resolved(dialect: Dialect, text: &str, style: Style) -> String {
        let calendar = Calendar { dialect, zone: chrono_tz::America::Los_Angeles };
        calendar.resolve(calendar.read(text).unwrap(), style).map_or_else(|| "none".into(), |date| date.to_rfc3339())
    }

    #[test]
    fn means_what_the_generator_makes_of_it() {
        use Dialect::{Commonmark, Hugo, Jekyll, Pelican, Zola};
        use Style::{Plain, Quoted};
        let cases = [
            (Jekyll, "2019-05-01 12:00:00", Plain, "2019-05-01T05:00:00-07:00"),
            (Jekyll, "2019-05-01 12:00:00", Quoted, "2019-05-01T12:00:00-07:00"),
            (Jekyll, "2019-05-01 12:00", Plain, "2019-05-01T12:00:00-07:00"),
            (Jekyll, "2019-05-01 12:00:00 America/New_York", Plain, "2019-05-01T12:00:00-07:00"),
            (Jekyll, "2019-05-01", Plain, "2019-05-01T00:00:00-07:00"),
            (Jekyll, "2019-05-01 12:00:00 +0200", Plain, "2019-05-01T03:00:00-07:00"),
            (Jekyll, "2019-05-01 12:00:00 EST", Quoted, "2019-05-01T10:00:00-07:00"),
            (Jekyll, "2019-05-01 12:00:00 CEST", Plain, "2019-05-01T12:00:00-07:00"),
            (Jekyll, "2019-05-01 12:00:00 +9", Plain, "2019-04-30T20:00:00-07:00"),
            (Jekyll, "2019-05-01 12:00:00 +9", Quoted, "2019-05-01T12:00:00-07:00"),
            (Jekyll, "2019-05-01 12:00 UTC+9", Plain, "2019-05-01T12:00:00-07:00"),
            (Jekyll, "2019-05-01 +0900", Plain, "2019-05-01T00:00:00-07:00"),
            (Jekyll, "2019-05-01 12:00:00 (JST)", Plain, "2019-05-01T12:00:00-07:00"),
            (Jekyll, "Wed May 1 12:00:00 2019 +0900", Plain, "2019-05-01T12:00:00-07:00"),
            (Jekyll, "2019-05-01 12:00.000 +09:00", Plain, "2019-05-01T12:00:00-07:00"),
            (Jekyll, "June 20, 2020", Plain, "2020-06-20T00:00:00-07:00"),
            (Jekyll, "2018-07-31T00:00:01", Plain, "2018-07-30T17:00:01-07:00"),
            (Hugo, "2019-05-01 12:00:00", Plain, "2019-05-01T12:00:00-07:00"),
            (Hugo, "2019-05-01T12:00:00+02:00", Quoted, "2019-05-01T12:00:00+02:00"),
            (Zola, "2019-05-01 12:00:00", Quoted, "2019-05-01T12:00:00+00:00"),
            (Zola, "2019-05-01", Plain, "2019-05-01T00:00:00+00:00"),
            (Pelican, "2019-05-01 12:00:00", Quoted, "2019-05-01T12:00:00-07:00"),
            (Pelican, "2019-05-01T01:00:00+09:00", Quoted, "2019-05-01T01:00:00+09:00"),
            (Commonmark, "2019-05-01 12:00:00", Plain, "2019-05-01T12:00:00-07:00"),
            (Commonmark, "2019-05-01 12:00 America/New_York", Plain, "2019-05-01T09:00:00-07:00"),
            (Commonmark, "2019-05-01 12:00 CEST", Plain, "2019-05-01T03:00:00-07:00"),
            (Commonmark, "Wed May 1 12:00:00 2019 +0900", Plain, "2019-04-30T20:00:00-07:00"),
            (Commonmark, "2019-05-01T12:00:00Z", Plain, "2019-05-01T05:00:00-07:00"),
        ];
        for (dialect, text, style, expected) in cases {
            assert_eq!(resolved(dialect, text, style), expected, "{dialect:?} {text} {style:?}");
        }
    }

    #[test]
    fn ruby_knows_the_abbreviations_of_its_own_zone() {
        let calendar = Calendar { dialect: Dialect::Jekyll, zone: chrono_tz::Europe::Berlin };
        let at = |text| calendar.resolve(calendar.read(text).unwrap(), Style::Plain).unwrap().to_rfc3339();
        assert_eq!(at("2019-01-01 12:00 CEST"), "2019-01-01T11:00:00+01:00");
        assert_eq!(at("2019-01-01 12:00 JST"), "2019-01-01T12:00:00+01:00");
    }

    #[test]
    fn changes_of_the_clock_are_no_error() {
        let at = |text| resolved(Dialect::Commonmark, text, Style::Plain);
        assert_eq!(at("2023-03-12 02:30"), "2023-03-12T03:30:00-07:00");
        assert_eq!(at("2023-11-05 01:30"), "2023-11-05T01:30:00-07:00");
        let samoa = Calendar { dialect: Dialect::Commonmark, zone: chrono_tz::Pacific::Apia };
        let date = samoa.resolve(parse("2011-12-30 10:00").unwrap(), Style::Plain).unwrap();
        assert_eq!(date.to_rfc3339(), "2011-12-31T10:00:00+14:00");
    }

    #[test]
    fn years_have_four_digits() {
        assert_eq!(resolved(Dialect::Commonmark, "0001-01-01T00:00:00+05:00", Style::Plain), "none");
        for zero in
            ["0001-01-01T00:00:00Z", "0001-01-02 10:00", "0001-12-31T23:00:00-05:00", "0002-01-01T01:00:00+05:00"]
        {
            assert_eq!(resolved(Dialect::Hugo, zero, Style::Plain), "none", "{zero}");
        }
        assert_eq!(resolved(Dialect::Hugo, "9999-12-31T23:00:00-05:00", Style::Plain), "none");
        assert_eq!(resolved(Dialect::Hugo, "9999-12-31 20:00", Style::Plain), "none");
    }
}
