//! When the loop is to wake though nobody sent anything: retries, the watchdog, the safety
//! rescan, folders without events, a clock that is doubted, and the next post that comes out.

use std::time::{Duration, Instant};

use crate::systemd;

/// When to wake.
#[derive(Debug)]
pub struct Alarm {
    watchdog: Option<(Duration, Instant)>,
    rescan: Option<Instant>,
    poll: Option<Instant>,
    doubt: Option<Instant>,
    retry: Option<Instant>,
    outlets: Option<Instant>,
    measure: Option<Instant>,
    failures: u32,
}

/// When the cause of a failure is gone, feeds are published again within this time.
const LONGEST_RETRY: Duration = Duration::from_secs(15);
/// Nothing to wait for.
const LONG: Duration = Duration::from_hours(24);

impl Alarm {
    /// An alarm that wakes for the watchdog alone, if there is one.
    pub fn new(now: Instant) -> Self {
        let watchdog = systemd::watchdog_interval().map(|interval| (interval, now));
        Self { watchdog, rescan: None, poll: None, doubt: None, retry: None, outlets: None, measure: None, failures: 0 }
    }

    /// How long until the next alarm. `due`: until a post comes out or goes.
    pub fn next(&self, now: Instant, due: Option<Duration>) -> Duration {
        let watchdog = self.watchdog.map(|(_, at)| at);
        let timers = [watchdog, self.rescan, self.poll, self.doubt, self.retry, self.outlets, self.measure];
        let timers = timers.into_iter().flatten().map(|at| at.saturating_duration_since(now));
        // What failed is tried again when it is time for that, not each time that a post is due.
        let due = due.filter(|_| self.retry.is_none());
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

    /// When to try again what those that pass feeds on could not do.
    pub fn outlets(&mut self, at: Option<Instant>) {
        self.outlets = at;
    }

    /// Whether to try that now.
    pub fn take_outlets(&mut self, now: Instant) -> bool {
        self.outlets.take_if(|at| *at <= now).is_some()
    }

    /// Readers are counted, and `interval` later that is to be measured; `None`: they are not.
    pub fn measure_every(&mut self, now: Instant, interval: Option<Duration>) {
        self.measure = interval.map(|interval| self.measure.unwrap_or(now + interval));
    }

    /// Whether that is to be measured.
    pub fn take_measure(&mut self, now: Instant) -> bool {
        self.measure.take_if(|at| *at <= now).is_some()
    }

    /// Whether everything is to be looked at again.
    pub fn take_rescan(&mut self, now: Instant) -> bool {
        self.rescan.take_if(|at| *at <= now).is_some()
    }

    /// Folders without events are to be looked at each `interval`; `None`: there are none.
    pub fn poll_every(&mut self, now: Instant, interval: Option<Duration>) {
        self.poll = interval.map(|interval| self.poll.unwrap_or(now + interval));
    }

    /// Whether folders without events are to be looked at.
    pub fn take_poll(&mut self, now: Instant) -> bool {
        self.poll.take_if(|at| *at <= now).is_some()
    }

    /// Whether a clock that was doubted is to be judged again.
    pub fn take_doubt(&mut self, now: Instant) -> bool {
        self.doubt.take_if(|at| *at <= now).is_some()
    }

    /// The clock is doubted for so long; `None`: not at all.
    pub fn doubt(&mut self, now: Instant, left: Option<Duration>) {
        self.doubt = left.map(|left| now + left);
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
        Alarm {
            watchdog: None,
            rescan: None,
            poll: None,
            doubt: None,
            retry: None,
            outlets: None,
            measure: None,
            failures: 0,
        }
    }

    #[test]
    fn failures_are_tried_again_ever_more_slowly() {
        let (mut alarm, now) = (quiet(), Instant::now());
        let waits: Vec<u64> = (0..8).map(|_| alarm.failed(now).as_secs()).collect();
        assert_eq!(waits, [1, 2, 4, 8, 15, 15, 15, 15]);
        assert_eq!(alarm.next(now, Some(Duration::ZERO)), LONGEST_RETRY, "a due post is no reason to try sooner");
        assert!(!alarm.take_retry(now) && alarm.take_retry(now + LONGEST_RETRY));
        alarm.worked();
        assert_eq!(alarm.failed(now).as_secs(), 1);
    }

    #[test]
    fn waits_long_for_nothing_and_short_for_a_due_post() {
        let now = Instant::now();
        assert_eq!(quiet().next(now, None), LONG);
        assert_eq!(quiet().next(now, Some(Duration::from_secs(9))), Duration::from_secs(9));
    }

    #[test]
    fn looks_at_folders_without_events_as_often_as_is_said_and_at_none_where_there_are_none() {
        let (mut alarm, now, interval) = (quiet(), Instant::now(), Duration::from_secs(2));
        alarm.poll_every(now, Some(interval));
        alarm.poll_every(now + interval / 2, Some(interval));
        assert_eq!(alarm.next(now, None), interval, "other wakings do not put it off");
        assert!(!alarm.take_poll(now) && alarm.take_poll(now + interval) && !alarm.take_poll(now + interval));
        alarm.poll_every(now, Some(interval));
        alarm.poll_every(now, None);
        assert_eq!(alarm.next(now, None), LONG);
    }

    #[test]
    fn a_doubted_clock_is_judged_again_in_time() {
        let (mut alarm, now, hour) = (quiet(), Instant::now(), Duration::from_hours(1));
        alarm.doubt(now, Some(hour));
        assert_eq!(alarm.next(now, None), hour);
        assert!(!alarm.take_doubt(now) && alarm.take_doubt(now + hour) && !alarm.take_doubt(now + hour));
        alarm.doubt(now, Some(hour));
        alarm.doubt(now, None);
        assert_eq!(alarm.next(now, None), LONG);
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
