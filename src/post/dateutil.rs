//! Dates that end with their year (`24-05-2015 15:00`, `8/2/21`), as Pelican reads them: the month is first, unless there
//! is no such month.

use super::date::{self, Written, digits};

/// Reads one; `None` where the text is none.
pub(super) fn parse(text: &str) -> Option<Written> {
    let (day, rest) = text.trim().split_once(' ').unwrap_or((text.trim(), ""));
    let separator = day.chars().find(|c| matches!(c, '-' | '/' | '.'))?;
    let mut parts = day.split(separator).map(|part| digits(part, 1..=4));
    let (first, second, year) = (parts.next()??, parts.next()??, parts.next()??);
    if parts.next().is_some() || first > 31 {
        return None;
    }
    let (month, day) = if first > 12 { (second, first) } else { (first, second) };
    let year = if year < 100 { date::century(year) } else { i32::try_from(year).ok()? };
    date::parse(format!("{year:04}-{month:02}-{day:02} {rest}").trim_end())
}

#[cfg(test)]
mod tests {
    use super::super::testing::post;
    use super::*;
    use crate::config::Dialect::Pelican;

    #[test]
    fn the_month_is_first_where_it_can_be() {
        let published = |date: &str| {
            post(Pelican, "a.md", &format!("Title: x\nDate: {date}\n\nText\n")).0.published.format("%F %R").to_string()
        };
        assert_eq!(published("24-05-2015"), "2015-05-24 00:00");
        assert_eq!(published("08-02-21 15:00"), "2021-08-02 15:00");
        assert_eq!(published("1/2/1999 3:04"), "1999-01-02 03:04");
        assert_eq!(published("2015-05-24"), "2015-05-24 00:00");
        assert!(parse("1-2-3-4").is_none() && parse("32-1-2020").is_none() && parse("13-13-2020").is_none());
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_read(text in "[-0-9/. :a-z]{0,20}") {
            let _ = parse(&text);
        }
    }
}
