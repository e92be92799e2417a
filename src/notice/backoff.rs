//! When what failed is tried again: each time later, with jitter, so that many who wait do not come at once.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

/// The tries at one thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Pace {
    since: DateTime<Utc>,
    tries: u32,
    next: DateTime<Utc>,
}

/// Before a second try at somebody who is to be told.
const FIRST: TimeDelta = TimeDelta::seconds(5);
const LONGEST: TimeDelta = TimeDelta::hours(1);
/// Before an address is looked at a second time.
const SOON: TimeDelta = TimeDelta::milliseconds(250);
const LONGEST_SOON: TimeDelta = TimeDelta::seconds(30);
/// However long the other side wants to be left alone: that may be a mistake.
const LONGEST_ASKED_FOR: TimeDelta = TimeDelta::hours(12);

impl Pace {
    /// To be tried at once.
    pub fn from(now: DateTime<Utc>) -> Self {
        Self { since: now, tries: 0, next: now }
    }

    /// Whether it is time. A time that no try could have set is of a clock that was wrong.
    pub fn is_due(&self, now: DateTime<Utc>) -> bool {
        self.next <= now || self.next - now > LONGEST_ASKED_FOR + LONGEST
    }

    /// The tries at the next thing with the same somebody: it begins anew, behind the pause that there is.
    pub fn anew(self, now: DateTime<Utc>) -> Self {
        Self { since: now, ..self }
    }

    /// How often it was tried.
    pub fn tries(&self) -> u32 {
        self.tries
    }

    /// Puts off nothing for longer than it is to be tried at all.
    pub fn end_by(&mut self, longest: TimeDelta) {
        self.next = self.next.min(self.since + longest);
    }

    pub fn next(&self) -> DateTime<Utc> {
        self.next
    }

    /// How long it is tried by now.
    pub fn age(&self, now: DateTime<Utc>) -> TimeDelta {
        now - self.since
    }

    /// Tries again; `after`: how long the other side wants to be left alone; `chance`: from 0 up to 1.
    pub fn again(&mut self, now: DateTime<Utc>, after: Option<TimeDelta>, chance: f64) {
        self.put_off(now, after, doubled(FIRST, LONGEST, self.tries), chance);
    }

    /// Tries again, sooner.
    pub fn again_soon(&mut self, now: DateTime<Utc>, after: Option<TimeDelta>, chance: f64) {
        self.put_off(now, after, doubled(SOON, LONGEST_SOON, self.tries), chance);
    }

    fn put_off(&mut self, now: DateTime<Utc>, after: Option<TimeDelta>, pause: TimeDelta, chance: f64) {
        let asked_for = after.unwrap_or_default().clamp(TimeDelta::zero(), LONGEST_ASKED_FOR);
        self.next = now + asked_for + jittered(pause, chance);
        self.tries = self.tries.saturating_add(1);
    }
}

/// `first`, doubled with each try.
fn doubled(first: TimeDelta, longest: TimeDelta, tries: u32) -> TimeDelta {
    first.checked_mul(1 << tries.min(20)).map_or(longest, |pause| pause.min(longest))
}

/// From half of it to all of it.
#[allow(clippy::cast_possible_truncation, clippy::cast_precision_loss)] // milliseconds of an hour
fn jittered(pause: TimeDelta, chance: f64) -> TimeDelta {
    let share = 0.5 + chance.clamp(0.0, 1.0) / 2.0;
    TimeDelta::milliseconds((pause.num_milliseconds() as f64 * share) as i64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn start() -> DateTime<Utc> {
        DateTime::from_timestamp(1_700_000_000, 0).unwrap()
    }

    #[test]
    fn each_pause_is_twice_the_one_before_up_to_an_hour() {
        let (mut pace, mut now) = (Pace::from(start()), start());
        let mut pauses = Vec::new();
        for _ in 0..14 {
            pace.again(now, None, 1.0);
            pauses.push((pace.next() - now).num_seconds());
            now = pace.next();
        }
        assert_eq!(pauses, [5, 10, 20, 40, 80, 160, 320, 640, 1280, 2560, 3600, 3600, 3600, 3600]);
    }

    #[test]
    fn jitter_takes_up_to_half_of_it() {
        for (chance, seconds) in [(0.0, 2_500), (0.5, 3_750), (1.0, 5_000), (f64::NAN, 0), (7.0, 5_000)] {
            let mut pace = Pace::from(start());
            pace.again(start(), None, chance);
            assert_eq!((pace.next() - start()).num_milliseconds(), seconds, "{chance}");
        }
    }

    #[test]
    fn whoever_asks_to_be_left_alone_is_but_not_for_ever() {
        let after = |asked: i64| {
            let mut pace = Pace::from(start());
            pace.again(start(), Some(TimeDelta::seconds(asked)), 1.0);
            (pace.next() - start()).num_seconds()
        };
        assert_eq!([after(120), after(-5), after(i64::from(u32::MAX))], [125, 5, 12 * 3600 + 5]);
    }

    #[test]
    fn a_clock_that_was_years_ahead_stops_nothing() {
        let mut pace = Pace::from(start() + TimeDelta::days(3_000));
        pace.again(start() + TimeDelta::days(3_000), None, 1.0);
        assert!(pace.is_due(start()));
        let mut pace = Pace::from(start());
        pace.again(start(), None, 1.0);
        assert!(!pace.is_due(start()) && pace.is_due(start() + TimeDelta::seconds(5)));
    }
}
