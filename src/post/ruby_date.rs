//! Dates that Ruby finds in a text where others see none -> a [`Written`] date: `2015-03-04 16:39.000000000 +09:00`,
//! `2015-03-04-16:39`, `14.03.2015 16:39 Uhr`, `2015. 3. 4`, `20150304163905`.
//!
//! As Ruby's `Date._parse` does it, the first time of day is taken, then the first day before it; the rest means nothing.
//! Where the year is last the day is first: `04/03/2015` is the fourth of March.

use chrono::NaiveTime;

use super::date::{Written, Zone, day, digits, nanoseconds, zone_of_ruby};

/// The longest text that is looked at.
const LONGEST: usize = 100;

/// The date that Ruby reads in `text`.
pub(super) fn parse(text: &str) -> Option<Written> {
    if text.len() > LONGEST {
        return None;
    }
    if let Some(written) = solid(text) {
        return Some(written);
    }
    let Some(colon) = text.match_indices(':').map(|(at, _)| at).find(|at| is_in_time(text, *at)) else {
        // `16h39` is a time, too
        return first_day(text).filter(|_| !says_hours(text)).map(Written::on);
    };
    let start = text[..colon].len() - digits_behind(&text[..colon]);
    let (time, zone) = time(&text[start..])?;
    Some(Written { day: first_day(&text[..start])?, time: Some(time), zone, timestamp: false })
}

fn is_in_time(text: &str, colon: usize) -> bool {
    digits_behind(&text[..colon]) > 0 && text[colon + 1..].starts_with(|c: char| c.is_ascii_digit())
}

/// Whether an `h` is behind a number.
fn says_hours(text: &str) -> bool {
    text.bytes().zip(text.bytes().skip(1)).any(|(digit, letter)| digit.is_ascii_digit() && letter == b'h')
}

/// How many digits a text ends with.
fn digits_behind(text: &str) -> usize {
    text.bytes().rev().take_while(u8::is_ascii_digit).count()
}

/// The digits that a text begins with, and what is behind them.
fn number(text: &str) -> (&str, &str) {
    text.split_at(text.bytes().take_while(u8::is_ascii_digit).count())
}

/// `201503041639`, `20150304163905`
fn solid(text: &str) -> Option<Written> {
    let right = matches!(text.len(), 12 | 14) && text.bytes().all(|byte| byte.is_ascii_digit());
    right.then_some(())?;
    let two = |at: usize| text.get(at..at + 2).map_or(Some(0), |two| digits(two, 2..=2));
    let time = NaiveTime::from_hms_opt(two(8)?, two(10)?, two(12)?)?;
    let day = day(text[..4].parse().ok()?, two(4)?, two(6)?)?;
    Some(Written { day, time: Some(time), zone: None, timestamp: false })
}

/// `16:39`, `4:39:05.25 pm +09:00` at the start of a text.
fn time(text: &str) -> Option<(NaiveTime, Option<Zone>)> {
    let (hour, rest) = number(text);
    let (minute, rest) = number(rest.strip_prefix(':')?);
    let (second, rest) = rest.strip_prefix(':').map_or(("", rest), number);
    let (fraction, rest) = match rest.strip_prefix(['.', ',']) {
        Some(rest) if !second.is_empty() => number(rest),
        _ => ("", rest),
    };
    let (afternoon, rest) = half(rest);
    let hour = digits(hour, 1..=2)?;
    let hour = afternoon.map_or(hour, |later| hour % 12 + later);
    let second = if second.is_empty() { 0 } else { digits(second, 1..=2)? };
    let time = NaiveTime::from_hms_nano_opt(hour, digits(minute, 1..=2)?, second, nanoseconds(fraction)?)?;
    Some((time, zone(rest.trim_start())))
}

/// How many hours `am` and `pm` add, and what is behind them.
fn half(text: &str) -> (Option<u32>, &str) {
    let word = text.trim_start();
    let begins = |half: &str| word.get(..half.len()).is_some_and(|start| start.eq_ignore_ascii_case(half));
    let known = [("am", 0), ("pm", 12), ("a.m.", 0), ("p.m.", 12)];
    known
        .into_iter()
        .find(|(half, _)| begins(half))
        .map_or((None, text), |(half, hours)| (Some(hours), &word[half.len()..]))
}

/// The zone right behind a time.
fn zone(text: &str) -> Option<Zone> {
    let end = text.find(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '+' | '-' | ':')).unwrap_or(text.len());
    zone_of_ruby(&text[..end])
}

/// The first day: its year comes first or last.
fn first_day(text: &str) -> Option<chrono::NaiveDate> {
    let text = text.replace(". ", ".");
    let starts = text.char_indices().filter(|(at, c)| c.is_ascii_digit() && digits_behind(&text[..*at]) == 0);
    starts.filter_map(|(at, _)| three_numbers(&text[at..])).find_map(|numbers| match numbers {
        [year, month, of_month] | [of_month, month, year] if year.len() == 4 => {
            day(year.parse().ok()?, digits(month, 1..=2)?, digits(of_month, 1..=2)?)
        }
        _ => None,
    })
}

/// Three numbers with the same sign between them.
fn three_numbers(text: &str) -> Option<[&str; 3]> {
    let (first, rest) = number(text);
    let sign = rest.chars().next().filter(|sign| matches!(sign, '-' | '/' | '.'))?;
    let (second, rest) = number(&rest[1..]);
    Some([first, second, number(rest.strip_prefix(sign)?).0])
}

#[cfg(test)]
mod tests {
    use super::super::testing::date_told;
    use super::*;

    fn shown(text: &str) -> Option<String> {
        parse(text).as_ref().map(date_told)
    }

    /// What Ruby's `Time.parse` makes of each.
    #[test]
    fn reads_what_ruby_reads() {
        for (text, expected) in [
            ("2015-03-04 16:39.000000000 +09:00", "2015-03-04 16:39:00"),
            ("2015-03-04 16:39:05 +09:00:00", "2015-03-04 16:39:05 +09:00"),
            ("2015-03-04 16:39:05.123 -0800 PST", "2015-03-04 16:39:05.123 -08:00"),
            ("2015-03-04 16:39:05,123Z", "2015-03-04 16:39:05.123 +00:00"),
            ("2015-03-04 4:39 p.m. EST", "2015-03-04 16:39:00 -05:00"),
            ("2015-03-04 16:39PM", "2015-03-04 16:39:00"),
            ("2015-03-04 16:39 Uhr", "2015-03-04 16:39:00"),
            ("2015-03-04 16:39:05 Pacific Standard Time", "2015-03-04 16:39:05"),
            ("2015-03-04 16:39:05 [x] +02:00", "2015-03-04 16:39:05"),
            ("2015-03-04-16:39", "2015-03-04 16:39:00"),
            ("2015-03-04 9:5:3", "2015-03-04 09:05:03"),
            ("2015-03-04 16.39", "2015-03-04"),
            ("2015-03-04-16-39", "2015-03-04"),
            ("14/03/2015", "2015-03-14"),
            ("14.03.2015 16:39", "2015-03-14 16:39:00"),
            ("2015. 3. 4", "2015-03-04"),
            ("201503041639", "2015-03-04 16:39:00"),
            ("20150304163905", "2015-03-04 16:39:05"),
        ] {
            assert_eq!(shown(text).as_deref(), Some(expected), "{text}");
        }
    }

    #[test]
    fn refuses_the_rest() {
        for text in [
            "",
            "tomorrow",
            "2015",
            "2015-03",
            "3/14/2015",
            "2015-13-02",
            "2015-03-04 99:00",
            "2015-03-04 16h39",
            "16:39",
            "2015–03–04",
        ] {
            assert_eq!(shown(text), None, "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in "[0-9:/.,+ a-zéT-]{0,40}|[0-9]{0,15}|\\PC*") {
            if let Some(written) = parse(&text) {
                proptest::prop_assert!((1..=9999).contains(&chrono::Datelike::year(&written.day)));
            }
        }
    }
}
