//! Durations: a number and a unit, within bounds.

use std::time::Duration;

/// What a key may say.
pub(super) struct Range {
    default: Duration,
    least: Duration,
    most: Duration,
    /// The bounds, for people.
    told: &'static str,
    /// Whether zero stands for never.
    zero: Zero,
}

#[derive(PartialEq, Eq)]
enum Zero {
    IsNever,
    IsADuration,
}

const MINUTE: Duration = Duration::from_mins(1);
const HOUR: Duration = Duration::from_hours(1);
const DAY: Duration = Duration::from_hours(24);
const WEEK: Duration = Duration::from_hours(7 * 24);

/// `watch.settle`
pub(super) const SETTLE: Range = Range {
    default: Duration::from_millis(20),
    least: Duration::ZERO,
    most: MINUTE,
    told: "at most `1m`",
    zero: Zero::IsADuration,
};

/// `watch.interval`
pub(super) const INTERVAL: Range = Range {
    default: Duration::from_secs(2),
    least: Duration::from_millis(100),
    most: HOUR,
    told: "from `100ms` to `1h`",
    zero: Zero::IsADuration,
};

/// `watch.rescan`
pub(super) const RESCAN: Range = Range {
    default: HOUR,
    least: Duration::from_secs(1),
    most: WEEK,
    told: "from `1s` to `7d`, or `0s` for never",
    zero: Zero::IsNever,
};

/// `accept_loss_after`
pub(super) const ACCEPT_LOSS: Range = Range {
    default: DAY,
    least: Duration::ZERO,
    most: Duration::from_hours(30 * 24),
    told: "at most `30d`",
    zero: Zero::IsADuration,
};

/// `websub.wait`
pub(super) const WAIT: Range = Range {
    default: Duration::from_mins(10),
    least: Duration::ZERO,
    most: DAY,
    told: "at most `1d`, or `0s` for not to ask",
    zero: Zero::IsNever,
};

/// `hub.lease`
pub(super) const LEASE: Range = Range {
    default: Duration::from_hours(10 * 24),
    least: MINUTE,
    most: Duration::from_hours(90 * 24),
    told: "from `1m` to `90d`",
    zero: Zero::IsADuration,
};

impl Range {
    /// The duration that was typed, or the default.
    ///
    /// # Errors
    /// What is wrong, and the mend.
    pub(super) fn read(&self, text: Option<&str>) -> Result<Duration, (String, String)> {
        let Some(text) = text else { return Ok(self.default) };
        let Some(duration) = parse(text) else {
            let mend = format!("write a number and a unit: `20ms`, `2s`, `5m`, `1h`, `1d`; {}", self.told);
            return Err((format!("`{text}` is no duration"), mend));
        };
        let fits = (self.least..=self.most).contains(&duration);
        if fits || (duration.is_zero() && self.zero == Zero::IsNever) {
            return Ok(duration);
        }
        let message = format!("`{text}` is too {}", if duration > self.most { "long" } else { "short" });
        Err((message, format!("write a duration {}", self.told)))
    }
}

/// A number and a unit; one too large for any bound is as good as the largest.
fn parse(text: &str) -> Option<Duration> {
    let text = text.trim();
    let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    if digits == 0 {
        return None;
    }
    let number: u64 = text[..digits].parse().unwrap_or(u64::MAX);
    match text[digits..].trim() {
        "ms" => Some(Duration::from_millis(number)),
        "s" => Some(Duration::from_secs(number)),
        "m" | "min" => Some(Duration::from_secs(number.saturating_mul(60))),
        "h" => Some(Duration::from_secs(number.saturating_mul(60 * 60))),
        "d" => Some(Duration::from_secs(number.saturating_mul(24 * 60 * 60))),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_stay_within_their_bounds() {
        let read = |range: &Range, text| range.read(Some(text)).map_err(|(message, mend)| format!("{message}; {mend}"));
        assert_eq!(read(&SETTLE, "0ms"), Ok(Duration::ZERO));
        assert_eq!(read(&SETTLE, " 1 min "), Ok(MINUTE));
        assert_eq!(read(&SETTLE, "61s").unwrap_err(), "`61s` is too long; write a duration at most `1m`");
        assert_eq!(read(&INTERVAL, "99ms").unwrap_err(), "`99ms` is too short; write a duration from `100ms` to `1h`");
        assert_eq!(read(&INTERVAL, "1h"), Ok(HOUR));
        assert_eq!(read(&RESCAN, "0s"), Ok(Duration::ZERO));
        assert_eq!(read(&RESCAN, "7d"), Ok(WEEK));
        for wrong in ["8d", "999ms", "99999999999999999999999h", "18446744073709551615s", "-1s", "s", "1", "1y", ""] {
            assert!(read(&RESCAN, wrong).is_err(), "{wrong}");
        }
    }
}
