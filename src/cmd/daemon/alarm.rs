//! When the loop is to wake though nobody sent anything: retries, the watchdog, the safety
//! rescan, and the next post that comes out.

use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};

use crate::systemd;

/// When to wake.
#[derive(Debug)]
pub struct Alarm {
    watchdog: Option<(Duration, Instant)>,
    rescan: Option<Instant>,
    retry: Option<Instant>,
    failures: u32,
}

/// The wall clock may be set while the loop waits for a post to come out: it is looked at this often.
const CLOCK_CHECK: Duration = Duration::from_secs(30);
/// When the cause of a failure is gone, feeds are published again within this time.
const LONGEST_RETRY: Duration = Duration::from_secs(15);
/// Nothing to wait for.
const LONG: Duration = Duration::from_hours(24);

impl Alarm {
    /// An alarm that wakes for the watchdog alone, if there is one.
    pub fn new(now: Instant) -> Self {
        let watchdog = systemd::watchdog_interval().map(|interval| (interval, now));
        Self { watchdog, rescan: None, retry: None, failures: 0 }
    }

    /// How long until the next alarm. `due`: when a post comes out or goes.
    pub fn next(&self, now: Instant, due: Option<DateTime<Utc>>) -> Duration {
        let timers = [self.watchdog.map(|(_, at)| at), self.rescan, self.retry];
        let timers = timers.into_iter().flatten().map(|at| at.saturating_duration_since(now));
        // What failed is tried again when it is time for that, not each time that a post is due.
        let due = due
            .filter(|_| self.retry.is_none())
            .map(|due| (due - Utc::now()).to_std().unwrap_or_default().min(CLOCK_CHECK));
        timers.chain(due).min().unwrap_or(LONG)
    }

    /// Whether systemd is to be told now.
    pub fn take_watchdog(&mut self, now: Instant) -> bool {
        match &mut self.watchdog {
            Some((interval, at)) if *at <= now => {
                *at = now + *interval;
                true
            }
            _ => false,
        }
    }

    /// Whether everything is to be looked at again.
    pub fn take_rescan(&mut self, now: Instant) -> bool {
        self.rescan.take_if(|at| *at <= now).is_some()
    }

    /// Whether something failed and is to be tried again later.
    pub fn is_waiting(&self) -> bool {
        self.retry.is_some()
    }

    /// Whether what failed is to be tried again.
    pub fn take_retry(&mut self, now: Instant) -> bool {
        self.retry.take_if(|at| *at <= now).is_some()
    }

    /// A publication failed: how long to wait, longer each time.
    pub fn failed(&mut self, now: Instant) -> Duration {
        let wait = Duration::from_secs(1 << self.failures.min(4)).min(LONGEST_RETRY);
        self.failures += 1;
        self.retry = Some(now + wait);
        wait
    }

    /// A turn went well.
    pub fn worked(&mut self) {
        self.failures = 0;
        self.retry = None;
    }

    /// Everything was looked at; the next time is after `rescan` (zero: never).
    pub fn scanned(&mut self, now: Instant, rescan: Duration) {
        self.rescan = (!rescan.is_zero()).then(|| now + rescan);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn quiet() -> Alarm {
        Alarm { watchdog: None, rescan: None, retry: None, failures: 0 }
    }

    #[test]
    fn failures_are_tried_again_ever_more_slowly() {
        let (mut alarm, now) = (quiet(), Instant::now());
        let waits: Vec<u64> = (0..8).map(|_| alarm.failed(now).as_secs()).collect();
        assert_eq!(waits, [1, 2, 4, 8, 15, 15, 15, 15]);
        assert_eq!(alarm.next(now, Some(Utc::now())), LONGEST_RETRY, "a due post is no reason to try sooner");
        assert!(!alarm.take_retry(now) && alarm.take_retry(now + LONGEST_RETRY));
        alarm.worked();
        assert_eq!(alarm.failed(now).as_secs(), 1);
    }

    #[test]
    fn waits_long_for_nothing_and_short_for_a_due_post() {
        let now = Instant::now();
        assert_eq!(quiet().next(now, None), LONG);
        assert_eq!(quiet().next(now, Some(Utc::now() - chrono::TimeDelta::seconds(1))), Duration::ZERO);
        assert_eq!(quiet().next(now, Some(Utc::now() + chrono::TimeDelta::days(9))), CLOCK_CHECK);
    }

    #[test]
    fn the_watchdog_is_fed_in_time_and_no_oftener() {
        let (now, second) = (Instant::now(), Duration::from_secs(1));
        let mut alarm = Alarm { watchdog: Some((second, now)), ..quiet() };
        assert!(alarm.take_watchdog(now) && !alarm.take_watchdog(now));
        assert_eq!(alarm.next(now, None), second);
        assert!(alarm.take_watchdog(now + second));
    }
}
