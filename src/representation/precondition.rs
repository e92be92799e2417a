//! Whether a request is to be done, and whether the reader has it all: RFC 9110 §13.2.2, in its order.

use chrono::{DateTime, TimeDelta, Utc};
use hyper::HeaderMap;
use hyper::header::{HeaderName, IF_MATCH, IF_MODIFIED_SINCE, IF_NONE_MATCH, IF_RANGE, IF_UNMODIFIED_SINCE};

use super::tag::{Tags, tag};

/// What is asked about, as it is now.
#[derive(Debug, Clone, Copy)]
pub(super) struct Current<'a> {
    /// What is between the quotes of the entity tag of the variant that is chosen.
    pub opaque: &'a str,
    /// When it was changed last, in whole seconds.
    pub modified: DateTime<Utc>,
    /// The time of the answer.
    pub now: DateTime<Utc>,
}

/// What the preconditions come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// 412
    Failed,
    /// 304
    NotModified,
    /// The request is done.
    Passed,
}

impl Current<'_> {
    /// Judges a `GET` or `HEAD`.
    pub fn judge(self, headers: &HeaderMap) -> Verdict {
        let matches = Tags::of(headers, &IF_MATCH).map(|tags| tags.name_strongly(self.opaque));
        let is_good = matches.or_else(|| date(headers, &IF_UNMODIFIED_SINCE).map(|date| self.modified <= date));
        if is_good == Some(false) {
            return Verdict::Failed;
        }
        let known = Tags::of(headers, &IF_NONE_MATCH).map(|tags| tags.name_weakly(self.opaque));
        let known = known.or_else(|| date(headers, &IF_MODIFIED_SINCE).map(|date| self.modified <= date));
        if known == Some(true) { Verdict::NotModified } else { Verdict::Passed }
    }

    /// Whether a range of it belongs to what the reader has (`If-Range`, RFC 9110 §13.1.5); so when nothing is said.
    pub fn is_in_range(self, headers: &HeaderMap) -> bool {
        let Some(said) = headers.get(IF_RANGE) else { return true };
        if let Some((tag, _)) = tag(said.as_bytes()) {
            return !tag.is_weak && tag.opaque == self.opaque.as_bytes();
        }
        // A date is a strong validator once a second has gone by in which it could have changed again: §8.8.2.2.
        let is_strong = self.modified + TimeDelta::seconds(1) <= self.now;
        is_strong && date(headers, &IF_RANGE) == Some(self.modified)
    }
}

/// A date in any of the three forms of HTTP; one in no form is none (RFC 9110 §13.1.3).
fn date(headers: &HeaderMap, name: &HeaderName) -> Option<DateTime<Utc>> {
    let text = headers.get(name)?.to_str().ok()?;
    httpdate::parse_http_date(text).ok().map(DateTime::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    const THEN: &str = "Sun, 06 Nov 1994 08:49:37 GMT";
    const BEFORE: &str = "Sun, 06 Nov 1994 08:49:36 GMT";
    const AFTER: &str = "Sunday, 06-Nov-94 08:49:38 GMT";

    fn current() -> Current<'static> {
        let modified = DateTime::from_timestamp(784_111_777, 0).unwrap();
        Current { opaque: "now", modified, now: modified + TimeDelta::minutes(1) }
    }

    fn headers(said: &[(HeaderName, &str)]) -> HeaderMap {
        said.iter().map(|(name, value)| (name.clone(), value.parse().unwrap())).collect()
    }

    #[test]
    fn each_alone() {
        use Verdict::{Failed, NotModified, Passed};
        for (name, value, verdict) in [
            (IF_MATCH, "\"now\"", Passed),
            (IF_MATCH, "*", Passed),
            (IF_MATCH, "\"old\", \"now\"", Passed),
            (IF_MATCH, "W/\"now\"", Failed),
            (IF_MATCH, "\"old\"", Failed),
            (IF_UNMODIFIED_SINCE, THEN, Passed),
            (IF_UNMODIFIED_SINCE, AFTER, Passed),
            (IF_UNMODIFIED_SINCE, BEFORE, Failed),
            (IF_UNMODIFIED_SINCE, "yesterday", Passed),
            (IF_NONE_MATCH, "\"now\"", NotModified),
            (IF_NONE_MATCH, "W/\"now\"", NotModified),
            (IF_NONE_MATCH, "*", NotModified),
            (IF_NONE_MATCH, "\"now-gzip\"", Passed),
            (IF_MODIFIED_SINCE, THEN, NotModified),
            (IF_MODIFIED_SINCE, AFTER, NotModified),
            (IF_MODIFIED_SINCE, BEFORE, Passed),
            (IF_MODIFIED_SINCE, "Sun Nov  6 08:49:37 1994", NotModified),
            (IF_MODIFIED_SINCE, "now", Passed),
        ] {
            assert_eq!(current().judge(&headers(&[(name.clone(), value)])), verdict, "{name}: {value}");
        }
        assert_eq!(current().judge(&HeaderMap::new()), Passed);
    }

    #[test]
    fn the_first_that_decides_is_heeded() {
        use Verdict::{Failed, NotModified, Passed};
        for (said, verdict) in [
            ([(IF_MATCH, "\"old\""), (IF_NONE_MATCH, "\"now\"")], Failed),
            ([(IF_MATCH, "\"now\""), (IF_NONE_MATCH, "\"now\"")], NotModified),
            ([(IF_MATCH, "\"now\""), (IF_UNMODIFIED_SINCE, BEFORE)], Passed),
            ([(IF_UNMODIFIED_SINCE, BEFORE), (IF_MODIFIED_SINCE, THEN)], Failed),
            ([(IF_NONE_MATCH, "\"old\""), (IF_MODIFIED_SINCE, THEN)], Passed),
            ([(IF_NONE_MATCH, "\"now\""), (IF_MODIFIED_SINCE, BEFORE)], NotModified),
        ] {
            assert_eq!(current().judge(&headers(&said)), verdict, "{said:?}");
        }
    }

    #[test]
    fn a_range_belongs_to_what_is_the_same_for_sure() {
        for (value, is_in_range) in [
            ("\"now\"", true),
            ("W/\"now\"", false),
            ("\"old\"", false),
            (THEN, true),
            (BEFORE, false),
            (AFTER, false),
            ("x", false),
        ] {
            assert_eq!(current().is_in_range(&headers(&[(IF_RANGE, value)])), is_in_range, "{value}");
        }
        let young = Current { now: current().modified, ..current() };
        assert!(!young.is_in_range(&headers(&[(IF_RANGE, THEN)])) && young.is_in_range(&HeaderMap::new()));
    }
}
