//! A day and time by a format of Moment (`YYYY/MM/DD`) or Luxon (`yyyy/LL/dd`), which filters of Eleventy's blogs take.

use chrono::{DateTime, FixedOffset};

/// The text, in UTC; `None` where the format holds a letter that is no token of theirs, or none that is one.
pub(super) fn formatted(format: &str, date: DateTime<FixedOffset>) -> Option<String> {
    let date = date.naive_utc();
    let is_moments = format.contains(['Y', 'D']);
    let (mut out, mut rest, mut has_token) = (String::new(), format, false);
    while let Some(c) = rest.chars().next() {
        let end = rest.find(|other| other != c).unwrap_or(rest.len());
        let (run, behind) = rest.split_at(end);
        rest = behind;
        if c.is_alphanumeric() || matches!(c, '[' | ']' | '\'' | '"' | '{' | '}') {
            let pattern = if is_moments { moment(run) } else { luxon(run) };
            out += &date.format(pattern.or_else(|| of_both(run))?).to_string();
            has_token = true;
        } else {
            out += run;
        }
    }
    has_token.then_some(out)
}

fn moment(token: &str) -> Option<&'static str> {
    Some(match token {
        "YYYY" => "%Y",
        "YY" => "%y",
        "DDDD" => "%j",
        "DD" => "%d",
        "D" => "%-d",
        "dddd" => "%A",
        "ddd" => "%a",
        _ => return None,
    })
}

fn luxon(token: &str) -> Option<&'static str> {
    Some(match token {
        "yyyy" => "%Y",
        "yy" => "%y",
        "LLLL" => "%B",
        "LLL" => "%b",
        "LL" => "%m",
        "L" => "%-m",
        "dd" => "%d",
        "d" => "%-d",
        _ => return None,
    })
}

fn of_both(token: &str) -> Option<&'static str> {
    Some(match token {
        "MMMM" => "%B",
        "MMM" => "%b",
        "MM" => "%m",
        "M" => "%-m",
        "HH" => "%H",
        "H" => "%-H",
        "mm" => "%M",
        "ss" => "%S",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_of_both_are_read() {
        let date = DateTime::parse_from_rfc3339("2024-03-04T01:02:03+02:00").unwrap();
        let cases = [
            ("YYYY/MM/DD", Some("2024/03/03")),
            ("YY-M-D", Some("24-3-3")),
            ("MMM/MMMM", Some("Mar/March")),
            ("yyyy/LL/dd", Some("2024/03/03")),
            ("yy.L.d", Some("24.3.3")),
            ("HH-mm-ss", Some("23-02-03")),
            ("YYYY [w]", None),
            ("YYYYY", None),
            ("do", None),
            ("/-/", None),
            ("", None),
        ];
        for (format, expected) in cases {
            assert_eq!(formatted(format, date).as_deref(), expected, "{format}");
        }
    }
}
