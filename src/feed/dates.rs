//! Dates as feeds print them, in the offset that the post has them in.
//!
//! In: an instant with an offset. Out: RFC 3339 (Atom, JSON Feed) or RFC 822 with a year of four digits (RSS).
//! Old offsets of local mean time have seconds, which neither format can say: they are told in UTC.

use chrono::{DateTime, FixedOffset, SubsecRound, Timelike, Utc};

/// `2024-02-29T12:00:00+01:00` (RFC 3339): an instant that prints so, whole seconds in whole minutes of offset.
pub(super) fn exact(date: DateTime<FixedOffset>) -> DateTime<FixedOffset> {
    told_in_steps_of(60, date)
}

/// `2024-02-29T12:00:00+01:00` (RFC 3339).
pub(super) fn rfc3339(date: DateTime<FixedOffset>) -> String {
    exact(date).to_rfc3339()
}

/// `Thu, 29 Feb 2024 12:00:00 +0100`. Readers that follow RFC 822 closely know no offsets but of whole and half hours.
pub(super) fn rfc822(date: DateTime<FixedOffset>) -> String {
    told_in_steps_of(1800, date).format("%a, %d %b %Y %H:%M:%S %z").to_string()
}

fn told_in_steps_of(seconds: i32, date: DateTime<FixedOffset>) -> DateTime<FixedOffset> {
    // A leap second is a fraction beyond one to chrono, and :60 is news to many readers.
    let date =
        if date.nanosecond() < 1_000_000_000 { date.trunc_subsecs(0) } else { date.with_nanosecond(0).unwrap_or(date) };
    if date.offset().local_minus_utc() % seconds == 0 { date } else { date.with_timezone(&Utc).fixed_offset() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::NaiveDate;
    use proptest::prelude::*;

    fn at(text: &str) -> DateTime<FixedOffset> {
        DateTime::parse_from_rfc3339(text).unwrap()
    }

    #[test]
    fn in_both_formats() {
        for (date, rfc3339_wanted, rfc822_wanted) in [
            ("2024-02-29T12:00:00+01:00", "2024-02-29T12:00:00+01:00", "Thu, 29 Feb 2024 12:00:00 +0100"),
            ("2024-01-01T00:00:00.5Z", "2024-01-01T00:00:00+00:00", "Mon, 01 Jan 2024 00:00:00 +0000"),
            ("2024-01-01T00:00:00+05:45", "2024-01-01T00:00:00+05:45", "Sun, 31 Dec 2023 18:15:00 +0000"),
            ("2016-12-31T23:59:60Z", "2016-12-31T23:59:59+00:00", "Sat, 31 Dec 2016 23:59:59 +0000"),
            ("0099-03-02T01:02:03-07:00", "0099-03-02T01:02:03-07:00", "Mon, 02 Mar 0099 01:02:03 -0700"),
        ] {
            assert_eq!((rfc3339(at(date)).as_str(), rfc822(at(date)).as_str()), (rfc3339_wanted, rfc822_wanted));
        }
    }

    #[test]
    fn local_mean_time_is_told_in_utc() {
        let zone = FixedOffset::east_opt(1172).unwrap();
        let date = NaiveDate::from_ymd_opt(1930, 1, 1).unwrap().and_hms_opt(0, 0, 0).unwrap();
        assert_eq!(rfc3339(date.and_local_timezone(zone).unwrap()), "1929-12-31T23:40:28+00:00");
    }

    proptest! {
        #[test]
        fn both_say_the_same_instant(seconds in -60_000_000_000_i64..250_000_000_000, offset in -86_399..86_399) {
            let date = DateTime::from_timestamp(seconds, 0).unwrap().with_timezone(&FixedOffset::east_opt(offset).unwrap());
            prop_assert_eq!(DateTime::parse_from_rfc3339(&rfc3339(date)).unwrap(), date);
            prop_assert_eq!(DateTime::parse_from_rfc2822(&rfc822(date)).unwrap(), date);
        }
    }
}
