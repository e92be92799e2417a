//! Whether the wall clock is believed that leaps ahead: pure, what the clocks show is an argument.
//!
//! A clock that is wrong for a while must not take posts out of the feeds that are to expire some day. So what
//! expires only because of a leap stays until the new time has stood for an hour.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

/// What the clocks show at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reading {
    /// The wall clock.
    pub wall: DateTime<Utc>,
    /// The time since the machine started, which nobody sets.
    pub up: Duration,
}

/// The wall clock leapt, and is not believed yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Doubt {
    /// What it would show without the leap: posts expire up to here.
    pub expected: DateTime<Utc>,
    /// What was seen of the new time first.
    pub leapt: Reading,
}

impl Doubt {
    /// How long it will last if the clock is left alone.
    #[must_use]
    pub fn left(&self, now: Reading) -> Duration {
        (self.leapt.up + LONG_ENOUGH).saturating_sub(now.up)
    }
}

/// What is known of the clock.
#[derive(Debug)]
pub struct Leap {
    /// When it was believed last.
    good: Reading,
    leapt: Option<Reading>,
}

/// The longest leap ahead that is believed at once.
const DAY: TimeDelta = TimeDelta::days(1);
/// How long a new time must stand.
const LONG_ENOUGH: Duration = Duration::from_hours(1);
/// A new time that is corrected by more than this is another new time.
const SAME: TimeDelta = TimeDelta::minutes(1);

impl Leap {
    /// The clock is right now.
    #[must_use]
    pub fn new(now: Reading) -> Self {
        Self { good: now, leapt: None }
    }

    /// What is to be doubted now, if anything.
    pub fn judge(&mut self, now: Reading) -> Option<Doubt> {
        let expected = expected(self.good, now);
        let leapt = self.leapt.filter(|leapt| (now.wall - self::expected(*leapt, now)).abs() <= SAME).unwrap_or(now);
        let stood = now.up.saturating_sub(leapt.up) >= LONG_ENOUGH;
        if now.wall - expected <= DAY || stood {
            *self = Self::new(now);
            return None;
        }
        self.leapt = Some(leapt);
        Some(Doubt { expected, leapt })
    }
}

/// What the wall clock shows by now if it was not set since `then`.
fn expected(then: Reading, now: Reading) -> DateTime<Utc> {
    let passed = TimeDelta::from_std(now.up.saturating_sub(then.up)).unwrap_or_default();
    then.wall.checked_add_signed(passed).unwrap_or(then.wall)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// So many hours on the clock, so many minutes after the start.
    fn at(hours: i64, minutes: u64) -> Reading {
        let wall = DateTime::from_timestamp(1_700_000_000, 0).unwrap() + TimeDelta::hours(hours);
        let passed = TimeDelta::minutes(i64::try_from(minutes).unwrap());
        Reading { wall: wall + passed, up: Duration::from_mins(1_000 + minutes) }
    }

    #[test]
    fn an_hour_more_or_years_less_are_believed_at_once() {
        let mut leap = Leap::new(at(0, 0));
        assert_eq!(leap.judge(at(0, 5)), None);
        assert_eq!(leap.judge(at(23, 6)), None);
        assert_eq!(leap.judge(at(-90_000, 7)), None);
        assert_eq!(leap.judge(at(-90_000, 90_000)), None, "asleep for weeks: the uptime went on");
    }

    #[test]
    fn a_leap_is_doubted_for_an_hour() {
        let mut leap = Leap::new(at(0, 0));
        let doubt = leap.judge(at(48, 5)).unwrap();
        assert_eq!((doubt.expected, doubt.leapt, doubt.left(at(48, 5))), (at(0, 5).wall, at(48, 5), LONG_ENOUGH));
        let doubt = leap.judge(at(48, 64)).unwrap();
        assert_eq!(
            (doubt.expected, doubt.leapt, doubt.left(at(48, 64))),
            (at(0, 64).wall, at(48, 5), Duration::from_mins(1))
        );
        assert_eq!(leap.judge(at(48, 65)), None);
        assert_eq!(leap.judge(at(48, 66)), None);
    }

    #[test]
    fn a_clock_that_is_set_right_again_was_never_believed() {
        let mut leap = Leap::new(at(0, 0));
        assert!(leap.judge(at(48, 5)).is_some());
        assert_eq!(leap.judge(at(0, 10)), None);
        assert_eq!(leap.judge(at(48, 70)).unwrap().leapt, at(48, 70), "a new leap, a new hour");
    }

    #[test]
    fn another_time_has_an_hour_of_its_own() {
        let mut leap = Leap::new(at(0, 0));
        assert!(leap.judge(at(48, 5)).is_some());
        let doubt = leap.judge(at(96, 50)).unwrap();
        assert_eq!((doubt.leapt, doubt.expected), (at(96, 50), at(0, 50).wall));
        assert!(leap.judge(at(96, 109)).is_some());
        assert_eq!(leap.judge(at(96, 110)), None);
    }
}
