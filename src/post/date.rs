//! What people write for a date -> a [`Written`] date: its parts, and no judgement of what a
//! missing offset means (that is `moment`).
//!
//! Read are `2024-01-02`, `2024-1-2 3:04 pm`, `2024/01/02`, `2024-01-02T03:04:05.678Z`, offsets such
//! as `+02:00`, `-0700` and `-4`, abbreviations and names of time zones, RFC 2822, and English
//! words in any order (`June 20, 2020`, `20 Jun 2020 10:00`). Not read are `1/2/2024`, which means
//! two things, and counted seconds.

use chrono::{FixedOffset, NaiveDate, NaiveTime, Offset, Utc};
use chrono_tz::Tz;

/// What a message says that was expected.
pub(super) const EXPECTED: &str = "expected YYYY-MM-DD or YYYY-MM-DD HH:MM:SS +HH:MM";

/// The longest text that is looked at: far longer than any date.
const LONGEST: usize = 100;

/// A date as it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Written {
    pub day: NaiveDate,
    pub time: Option<NaiveTime>,
    pub zone: Option<Zone>,
    /// `YYYY-MM-DD HH:MM:SS`, which YAML takes for a timestamp.
    pub timestamp: bool,
}

/// An offset, or a zone from which it follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Zone {
    Offset(FixedOffset),
    Named(Tz),
    /// An abbreviation that Ruby knows only in its own zone, such as `CEST`.
    Regional(&'static str, FixedOffset),
    /// What Ruby reads in timestamps of YAML only: `+9`, `UTC+2`, one that does not follow a time.
    Loose(FixedOffset),
}

impl Zone {
    fn loosened(self) -> Self {
        match self {
            Self::Offset(offset) | Self::Regional(_, offset) => Self::Loose(offset),
            other => other,
        }
    }
}

impl Written {
    /// Midnight of a day, without a zone.
    pub fn on(day: NaiveDate) -> Self {
        Self { day, time: None, zone: None, timestamp: false }
    }
}

/// Reads a date in any of the forms above.
pub(super) fn parse(text: &str) -> Option<Written> {
    if text.len() > LONGEST {
        return None;
    }
    usual(text).or_else(|| worded(text))
}

/// `2024-01-02`, `2024-01-02T03:04:05` and `2024-01-02 03:04:05Z`: what most are, at a fraction of what the others cost.
fn usual(text: &str) -> Option<Written> {
    let bytes = text.as_bytes();
    let number = |from: usize, to: usize| {
        bytes[from..to].iter().try_fold(0, |number, byte| Some(number * 10 + char::from(*byte).to_digit(10)?))
    };
    let has = |signs: &[(usize, u8)]| signs.iter().all(|(at, sign)| bytes[*at] == *sign);
    if bytes.len() < 10 || !has(&[(4, b'-'), (7, b'-')]) {
        return None;
    }
    let day = day(i32::try_from(number(0, 4)?).ok()?, number(5, 7)?, number(8, 10)?)?;
    let zone = match bytes[10..] {
        [] => return Some(Written::on(day)),
        [b'T' | b' ', .., b'Z'] if bytes.len() == 20 => Some(Zone::Offset(Utc.fix())),
        [b'T' | b' ', ..] if bytes.len() == 19 => None,
        _ => return None,
    };
    let time = has(&[(13, b':'), (16, b':')]).then(|| (number(11, 13), number(14, 16), number(17, 19)))?;
    let time = NaiveTime::from_hms_opt(time.0?, time.1?, time.2?)?;
    Some(Written { day, time: Some(time), zone, timestamp: true })
}

/// The same in any form.
fn worded(text: &str) -> Option<Written> {
    let (words, remark) = text.split_once('(').map_or((text, false), |(words, _)| (words, true));
    let mut parts = Parts::default();
    for word in words.split(|c: char| c.is_whitespace() || c == ',').filter(|word| !word.is_empty()) {
        parts.take(word)?;
    }
    parts.finish().map(|written| Written { timestamp: written.timestamp && !remark, ..written })
}

/// A day of years that have four digits.
pub(super) fn day(year: i32, month: u32, day: u32) -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(year, month, day).filter(|_| (1..=9999).contains(&year))
}

/// What is known of a date so far.
#[derive(Default)]
struct Parts {
    year: Option<i32>,
    month: Option<u32>,
    day: Option<u32>,
    time: Option<Clock>,
    afternoon: Option<Half>,
    zone: Option<Zone>,
    hyphened: bool,
    /// Whether the word before was a time.
    follows_time: bool,
}

#[derive(Clone, Copy)]
struct Clock {
    hour: u32,
    /// `None`: it is only a time with `am` or `pm` behind it.
    minute: Option<u32>,
    second: Option<u32>,
    nanosecond: u32,
}

#[derive(Clone, Copy, PartialEq)]
enum Half {
    Morning,
    Afternoon,
}

impl Parts {
    /// Takes up a word; `None` when it says nothing that a date may say.
    fn take(&mut self, word: &str) -> Option<()> {
        let times = (self.time.is_some(), self.afternoon.is_some());
        self.part(word)?;
        self.follows_time = times != (self.time.is_some(), self.afternoon.is_some());
        Some(())
    }

    fn part(&mut self, word: &str) -> Option<()> {
        self.numeric_day(word)
            .or_else(|| self.day_and_time(word))
            .or_else(|| self.clock(word))
            .or_else(|| self.half(word))
            .or_else(|| self.number(word))
            .or_else(|| self.month_name(word))
            .or_else(|| self.worded_day(word))
            .or_else(|| self.zone_alone(word))
            .or_else(|| is_filler(word).then_some(()))
    }

    /// `2024-01-02`, `2024/1/2`, `2024.01.02`, `20240102`
    fn numeric_day(&mut self, word: &str) -> Option<()> {
        let compact = word.len() == 8 && word.bytes().all(|byte| byte.is_ascii_digit());
        let (year, month, day) = if compact {
            (&word[..4], &word[4..6], &word[6..])
        } else {
            let separator = word.chars().find(|c| matches!(c, '-' | '/' | '.'))?;
            let mut parts = word.split(separator);
            let three = (parts.next()?, parts.next()?, parts.next()?);
            parts.next().is_none().then_some(three)?
        };
        let year = digits(year, 4..=4)?;
        let (month, day) = (digits(month, 1..=2)?, digits(day, 1..=2)?);
        self.set(i32::try_from(year).ok()?, month, day)?;
        self.hyphened = !compact && word.contains('-');
        Some(())
    }

    /// `2024-01-02T03:04:05Z`
    fn day_and_time(&mut self, word: &str) -> Option<()> {
        let (date, time) = word.split_once(['T', 't', '_'])?;
        self.year.is_none().then_some(())?;
        self.numeric_day(date)?;
        self.clock(time)
    }

    /// `3:04`, `03:04:05.678`, with `am`, `pm` or a zone right behind it
    fn clock(&mut self, word: &str) -> Option<()> {
        self.time.is_none().then_some(())?;
        let end = word.find(|c: char| !c.is_ascii_digit() && !matches!(c, ':' | '.')).unwrap_or(word.len());
        let (time, rest) = word.split_at(end);
        let is_hour_alone = !time.contains(':') && parse_half(rest).is_some();
        let mut parts = time.split(':');
        let hour = digits(parts.next()?, 1..=2)?;
        let minute = if is_hour_alone { None } else { Some(digits(parts.next()?, 2..=2)?) };
        let (second, nanosecond) = match parts.next() {
            None => (None, 0),
            Some(text) => {
                let (second, fraction) = text.split_once('.').unwrap_or((text, ""));
                (Some(digits(second, 2..=2)?), nanoseconds(fraction)?)
            }
        };
        parts.next().is_none().then_some(())?;
        self.time = Some(Clock { hour, minute, second, nanosecond });
        if rest.is_empty() { Some(()) } else { self.half(rest).or_else(|| self.zone(rest)) }
    }

    fn half(&mut self, word: &str) -> Option<()> {
        self.time.filter(|_| self.afternoon.is_none())?;
        self.afternoon = Some(parse_half(word)?);
        Some(())
    }

    /// A day of a month, or a year (the same one may be said twice)
    fn number(&mut self, word: &str) -> Option<()> {
        let text = word.trim_end_matches('.');
        let number = digits(text, 1..=4)?;
        match text.len() {
            4 if self.year.is_none() => self.year = Some(i32::try_from(number).ok()?),
            // which is no timestamp of YAML
            4 if self.year == i32::try_from(number).ok() => self.hyphened = false,
            1 | 2 if self.day.is_none() => self.day = Some(number),
            2 if self.year.is_none() && self.month.is_some() => self.year = Some(century(number)),
            1 | 2 if self.time.is_none() && self.year.is_some() => {
                self.time = Some(Clock { hour: number, minute: None, second: None, nanosecond: 0 });
            }
            _ => return None,
        }
        Some(())
    }

    fn month_name(&mut self, word: &str) -> Option<()> {
        let month = month(word)?;
        self.month.is_none().then_some(())?;
        self.month = Some(month);
        Some(())
    }

    /// `20th`, `20-Jun-2020`
    fn worded_day(&mut self, word: &str) -> Option<()> {
        let lower = word.to_ascii_lowercase();
        if let Some(number) = ["st", "nd", "rd", "th"].iter().find_map(|end| lower.strip_suffix(end)) {
            return self.day.is_none().then(|| digits(number, 1..=2)).flatten().map(|day| self.day = Some(day));
        }
        let mut parts = word.split('-');
        let (day, name, year) = (digits(parts.next()?, 1..=2)?, parts.next()?, parts.next()?);
        parts.next().is_none().then_some(())?;
        let number = digits(year, 2..=4)?;
        let year = if year.len() == 2 { century(number) } else { i32::try_from(number).ok()? };
        self.set(year, month(name)?, day)
    }

    fn set(&mut self, year: i32, month: u32, day: u32) -> Option<()> {
        (self.year.is_none() && self.month.is_none() && self.day.is_none()).then_some(())?;
        (self.year, self.month, self.day) = (Some(year), Some(month), Some(day));
        Some(())
    }

    /// A zone that is a word of its own.
    fn zone_alone(&mut self, word: &str) -> Option<()> {
        self.zone(word)?;
        if !self.follows_time {
            self.zone = self.zone.map(Zone::loosened);
        }
        Some(())
    }

    fn zone(&mut self, word: &str) -> Option<()> {
        (self.time.is_some() || self.hyphened).then_some(())?;
        self.zone = match (self.zone, zone(word)?) {
            (None, zone) => Some(zone),
            // `GMT +0100`: what is more exact counts
            (Some(Zone::Offset(utc)), zone) if utc.local_minus_utc() == 0 => Some(zone),
            _ => return None,
        };
        Some(())
    }

    fn finish(self) -> Option<Written> {
        let day = day(self.year?, self.month?, self.day?)?;
        let seconds = self.time.is_some_and(|clock| clock.second.is_some());
        let timestamp = self.hyphened && seconds && self.afternoon.is_none();
        let time = match self.time {
            None => None,
            Some(clock) => Some(clock.finish(self.afternoon)?),
        };
        Some(Written { day, time, zone: self.zone, timestamp })
    }
}

impl Clock {
    fn finish(self, half: Option<Half>) -> Option<NaiveTime> {
        let hour = match half {
            None => self.hour,
            Some(_) if !(1..=12).contains(&self.hour) => return None,
            Some(Half::Morning) => self.hour % 12,
            Some(Half::Afternoon) => self.hour % 12 + 12,
        };
        let minute = self.minute.or(half.map(|_| 0))?;
        let second = self.second.unwrap_or(0);
        // a leap second is the last one of its minute
        let second = if second == 60 { 59 } else { second };
        NaiveTime::from_hms_nano_opt(hour, minute, second, self.nanosecond)
    }
}

/// A number of so many digits.
pub(super) fn digits(text: &str, length: std::ops::RangeInclusive<usize>) -> Option<u32> {
    let right = length.contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    if right { text.parse().ok() } else { None }
}

pub(super) fn nanoseconds(fraction: &str) -> Option<u32> {
    if fraction.is_empty() {
        return Some(0);
    }
    let nine: String = fraction.chars().chain("000000000".chars()).take(9).collect();
    digits(&nine, 9..=9).filter(|_| fraction.bytes().all(|byte| byte.is_ascii_digit()))
}

/// A year of two digits, as Ruby and RFC 2822's readers take it.
pub(super) fn century(year: u32) -> i32 {
    let year = i32::try_from(year).unwrap_or(0);
    if year < 69 { year + 2000 } else { year + 1900 }
}

fn parse_half(word: &str) -> Option<Half> {
    (word.len() > 1).then_some(())?;
    match word.to_ascii_lowercase().replace('.', "").as_str() {
        "am" => Some(Half::Morning),
        "pm" => Some(Half::Afternoon),
        _ => None,
    }
}

/// An English month, whole or by at least three letters.
fn month(word: &str) -> Option<u32> {
    const NAMES: [&str; 12] = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    let word = word.trim_end_matches('.').to_ascii_lowercase();
    let at = NAMES.iter().position(|name| word.len() >= 3 && name.starts_with(&word))?;
    u32::try_from(at + 1).ok()
}

/// Days of the week, and words that join.
fn is_filler(word: &str) -> bool {
    const DAYS: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
    let word = word.trim_end_matches('.').to_ascii_lowercase();
    matches!(word.as_str(), "at" | "on" | "of" | "the")
        || word.len() >= 3 && DAYS.iter().any(|day| day.starts_with(&word))
}

/// `Z`, `+02:00`, `-0700`, `-4`, `UTC+2`, `PDT`, `America/New_York`
fn zone(word: &str) -> Option<Zone> {
    if let Some(zone) = zone_of_ruby(word).or_else(|| regional(word)) {
        return Some(zone);
    }
    let signed = ["UTC", "GMT"].iter().find_map(|name| word.strip_prefix(name)).unwrap_or(word);
    if let Some(rest) = signed.strip_prefix(['+', '-']) {
        let (hours, minutes) = match rest.len() {
            3 if !rest.contains(':') => rest.split_at_checked(1)?,
            4 if !rest.contains(':') => rest.split_at_checked(2)?,
            _ => rest.split_once(':').unwrap_or((rest, "00")),
        };
        let offset = offset(signed, digits(hours, 1..=2)?, digits(minutes, 2..=2)?)?;
        return Some(Zone::Loose(offset));
    }
    word.contains('/').then(|| word.parse().ok()).flatten().map(Zone::Named)
}

/// The zones that Ruby reads wherever it runs: `Z`, `+02:00`, `-0700`, `+09`, `PDT` (`Time.zone_offset`).
pub(super) fn zone_of_ruby(word: &str) -> Option<Zone> {
    if let Some(hours) = american(word) {
        return FixedOffset::east_opt(hours * 3600).map(Zone::Offset);
    }
    let rest = word.strip_prefix(['+', '-'])?;
    let (hours, minutes) = rest.split_at_checked(2)?;
    let minutes = minutes.strip_prefix(':').unwrap_or(minutes);
    // seconds, which no zone of today has
    let minutes = minutes.strip_suffix(":00").unwrap_or(minutes);
    let minutes = if minutes.is_empty() { "00" } else { minutes };
    offset(word, digits(hours, 2..=2)?, digits(minutes, 2..=2)?).map(Zone::Offset)
}

/// So many hours and minutes, to the side that the first sign of `signed` says.
fn offset(signed: &str, hours: u32, minutes: u32) -> Option<FixedOffset> {
    let seconds = i32::try_from(hours * 3600 + minutes * 60).ok().filter(|seconds| *seconds <= 18 * 3600)?;
    let seconds = if signed.starts_with('-') { -seconds } else { seconds };
    FixedOffset::east_opt(seconds).filter(|_| minutes < 60)
}

/// The hours of the abbreviations of RFC 2822.
fn american(word: &str) -> Option<i32> {
    let hours = match word.to_ascii_uppercase().as_str() {
        "Z" | "UTC" | "UT" | "GMT" => 0,
        "EDT" => -4,
        "EST" | "CDT" => -5,
        "CST" | "MDT" => -6,
        "MST" | "PDT" => -7,
        "PST" => -8,
        _ => return None,
    };
    Some(hours)
}

/// Other abbreviations that mean one thing to most people, with their quarters of an hour.
fn regional(word: &str) -> Option<Zone> {
    const KNOWN: [(&str, i32); 22] = [
        ("WET", 0),
        ("BST", 4),
        ("CET", 4),
        ("WEST", 4),
        ("MEZ", 4),
        ("CEST", 8),
        ("EET", 8),
        ("MESZ", 8),
        ("EEST", 12),
        ("MSK", 12),
        ("IST", 22),
        ("SGT", 32),
        ("HKT", 32),
        ("AWST", 32),
        ("JST", 36),
        ("KST", 36),
        ("ACST", 38),
        ("AEST", 40),
        ("ACDT", 42),
        ("AEDT", 44),
        ("NZST", 48),
        ("NZDT", 52),
    ];
    const WESTERN: [(&str, i32); 4] = [("AST", -16), ("AKDT", -32), ("AKST", -36), ("HST", -40)];
    let (name, quarters) = KNOWN.into_iter().chain(WESTERN).find(|(name, _)| word.eq_ignore_ascii_case(name))?;
    FixedOffset::east_opt(quarters * 900).map(|offset| Zone::Regional(name, offset))
}

#[cfg(test)]
mod tests {
    use super::super::testing::date_told;
    use super::*;
    use proptest::prelude::*;

    fn shown(text: &str) -> Option<String> {
        parse(text).as_ref().map(date_told)
    }

    #[test]
    fn reads_what_people_write() {
        let cases = [
            ("2024-01-02", "2024-01-02"),
            (" 2024-1-2 ", "2024-01-02"),
            ("2024/01/02", "2024-01-02"),
            ("2024.1.2", "2024-01-02"),
            ("20240102", "2024-01-02"),
            ("2024-01-02 3:04", "2024-01-02 03:04:00"),
            ("2024-01-02T03:04:05", "2024-01-02 03:04:05 timestamp"),
            ("2024-01-02 3:04:05", "2024-01-02 03:04:05 timestamp"),
            ("2024-01-02T03:04:05.25Z", "2024-01-02 03:04:05.250 +00:00 timestamp"),
            ("2024-01-02t03:04:05+02:00", "2024-01-02 03:04:05 +02:00 timestamp"),
            ("2024-01-02T03:04Z", "2024-01-02 03:04:00 +00:00"),
            ("2024-01-02 03:04:05 -0700", "2024-01-02 03:04:05 -07:00 timestamp"),
            ("2024-01-02 03:04:05 -4", "2024-01-02 03:04:05 -04:00 loose timestamp"),
            ("2024-01-02 03:04:05 +530", "2024-01-02 03:04:05 +05:30 loose timestamp"),
            ("2024-01-02 03:04 PDT", "2024-01-02 03:04:00 -07:00"),
            ("2024-01-02 03:04:05 America/New_York", "2024-01-02 03:04:05 America/New_York timestamp"),
            ("2024-01-02 3:04 pm", "2024-01-02 15:04:00"),
            ("2024-01-02 12:04am", "2024-01-02 00:04:00"),
            ("2024-01-02 3 p.m.", "2024-01-02 15:00:00"),
            ("2024/01/02 03:04:05", "2024-01-02 03:04:05"),
            ("2023-01-29 18:30:22 2023 -0800", "2023-01-29 18:30:22 -08:00 loose"),
            ("June 20, 2020", "2020-06-20"),
            ("20 Jun 2020 10:00", "2020-06-20 10:00:00"),
            ("Jun. 20th 2020 at 3:04 pm", "2020-06-20 15:04:00"),
            ("20-Jun-2020", "2020-06-20"),
            ("Sat, 20 Jun 2020 10:00:01 +0200", "2020-06-20 10:00:01 +02:00"),
            ("Sat, 20 Jun 20 10:00:01 EST", "2020-06-20 10:00:01 -05:00"),
            ("Sat Jun 20 10:00:01 UTC 2020", "2020-06-20 10:00:01 +00:00"),
            ("Sat Jun 20 2020 10:00:01 GMT+0100 (Central European Time)", "2020-06-20 10:00:01 +01:00 loose"),
            ("Saturday the 20th of June 2020", "2020-06-20"),
            ("2016-12-31 23:59:60Z", "2016-12-31 23:59:59 +00:00 timestamp"),
            ("2024-02-29", "2024-02-29"),
        ];
        for (text, expected) in cases {
            assert_eq!(shown(text).as_deref(), Some(expected), "{text}");
        }
    }

    #[test]
    fn refuses_the_rest() {
        let cases = [
            "",
            "tomorrow",
            "2024-13-02",
            "2023-02-29",
            "2024-01",
            "1/2/2024",
            "13/01/2024",
            "1704164645",
            "0000-01-01",
            "2024-01-02 25:00",
            "2024-01-02 10:00:61",
            "2024-01-02 13 pm",
            "2024-01-02 10:00 +99:00",
            "June 2020",
            "2024-01-02 2023",
            "2024-01-02 2024-01-03",
            "2024-01-02 10:00 EST EST",
            "10:00",
            "June 31, 2020",
            "2024-01-02 10:00 Mars/Base",
            "2024-01-02 10:00 +02:99",
            "12024-01-02",
            "-2024-01-02",
        ];
        for text in cases {
            assert_eq!(shown(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_is_usual_is_read_as_anything_is(text in "[0-2][0-9]{3}-[01][0-9]-[0-3][0-9]([T t_][0-2][0-9]:[0-6][0-9]:[0-6][0-9]Z?.?)?") {
            if let Some(written) = usual(&text) {
                prop_assert_eq!(Some(written), worded(&text));
            }
        }

        #[test]
        fn any_text_is_read_or_refused(text in "[0-9:/.,+ a-zA-ZéT-]{0,40}|\\PC*") {
            if let Some(written) = parse(&text) {
                prop_assert!((1..=9999).contains(&chrono::Datelike::year(&written.day)));
            }
        }

        #[test]
        fn what_chrono_writes_is_read(seconds in -30_600_000_000_i64..250_000_000_000, hours in -12..=14_i32) {
            let offset = FixedOffset::east_opt(hours * 3600).unwrap();
            let date = chrono::DateTime::from_timestamp(seconds, 0).unwrap().with_timezone(&offset);
            for text in [date.to_rfc3339(), date.to_rfc2822()] {
                let written = parse(&text).unwrap();
                prop_assert_eq!(written.day.and_time(written.time.unwrap()), date.naive_local());
                prop_assert_eq!(written.zone, Some(Zone::Offset(offset)));
            }
        }
    }
}
