//! What is known of a subscriber, and what follows from a delivery.

use std::fmt;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::answer::Answer;
use super::{Request, Version};

/// What deliveries are signed with. It is shown to nobody.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Secret(Vec<u8>);

impl Secret {
    /// These bytes.
    #[must_use]
    pub fn new(bytes: &[u8]) -> Self {
        Self(bytes.to_vec())
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Secret")
    }
}

/// A subscription that was confirmed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subscription {
    /// What deliveries are signed with.
    pub secret: Option<Secret>,
    /// When the lease ends.
    pub expires: DateTime<Utc>,
    /// The version that is not sent to it: it has that, or that was given up. `None`: any is sent.
    pub settled: Option<Version>,
    /// That version was given up.
    pub missed: bool,
    /// Why it does not have the one that there is now.
    pub failing: Option<Failing>,
}

/// Deliveries of one version that fail one after the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failing {
    /// Of this version.
    pub version: Version,
    /// When the first one was.
    pub since: DateTime<Utc>,
    /// How many there were.
    pub attempts: u32,
    /// When the next one is to be.
    pub next: DateTime<Utc>,
}

/// Before what failed once is tried again.
const FIRST: Duration = Duration::from_secs(1);
/// Before what failed often is tried again, if nothing longer is asked for.
const LONGEST: Duration = Duration::from_hours(1);
/// After so long, and so many tries, what fails is given up: a clock that leaps ahead makes time pass, but no tries.
const PATIENCE: Duration = Duration::from_hours(24);
const FEWEST: u32 = 12;
/// A lease that is over by a clock that is doubted is looked at again after this time.
const DOUBT: TimeDelta = TimeDelta::minutes(1);

impl Subscription {
    /// One that was confirmed just now, in the place of the one `before` (§5.1). Who is new has what it found: nothing is
    /// sent until there is another version than `current`.
    #[must_use]
    pub fn confirmed(
        before: Option<&Self>,
        request: &Request,
        expires: DateTime<Utc>,
        current: Option<Version>,
    ) -> Self {
        let (settled, missed) = before.map_or((current, false), |before| (before.settled, before.missed));
        Self { secret: request.secret.clone(), expires, settled, missed, failing: None }
    }

    /// Whether its lease is over. `now`: by the time that leases are judged by.
    #[must_use]
    pub fn is_expired(&self, now: DateTime<Utc>) -> bool {
        self.expires <= now
    }

    /// Whether it is to be sent this version, now or some time.
    #[must_use]
    pub fn lacks(&self, current: Version) -> bool {
        self.settled != Some(current)
    }

    /// When there is something to do about it: to send the version that there is, or to strike it off. `leases`: the time
    /// that leases are judged by, which is before `now` while the clock is doubted.
    #[must_use]
    pub fn next(&self, current: Option<Version>, now: DateTime<Utc>, leases: DateTime<Utc>) -> DateTime<Utc> {
        let is_doubtful = self.is_expired(now) && !self.is_expired(leases);
        let end = if is_doubtful { now + DOUBT } else { self.expires };
        if !current.is_some_and(|current| self.lacks(current)) {
            return end;
        }
        let failing = self.failing.filter(|failing| failing.is_of_this_clock(now));
        failing.map_or(now, |failing| failing.next).min(end)
    }

    /// What becomes of it after this version was sent; `None`: it is struck off. `chance`: from 0 to 1, so that those
    /// that fail together do not come together again.
    #[must_use]
    pub fn after(mut self, answer: Answer, version: Version, now: DateTime<Utc>, chance: f64) -> Option<Self> {
        match answer {
            Answer::Gone => return None,
            Answer::Received => self.settle(version, false),
            Answer::NotYet(least) => {
                let same = self.failing.filter(|failing| failing.version == version); // a new version is a new chance
                let failing = same.unwrap_or_else(|| Failing::of(version, now)).again(least, now, chance);
                if failing.is_hopeless() {
                    self.settle(version, true);
                } else {
                    self.failing = Some(failing);
                }
            }
        }
        Some(self)
    }

    fn settle(&mut self, version: Version, missed: bool) {
        (self.settled, self.missed, self.failing) = (Some(version), missed, None);
    }
}

impl Failing {
    fn of(version: Version, now: DateTime<Utc>) -> Self {
        Self { version, since: now, attempts: 0, next: now }
    }

    /// One more failure. The wait doubles each time, and then is up to half as long again.
    fn again(self, least: Duration, now: DateTime<Utc>, chance: f64) -> Self {
        let doubled = FIRST.saturating_mul(1 << self.attempts.min(20)).min(LONGEST);
        let wait = doubled.mul_f64(1.0 + chance.clamp(0.0, 1.0) / 2.0).max(least.min(PATIENCE));
        let (since, attempts) = (self.since.min(now), self.attempts.saturating_add(1));
        Self { since, attempts, next: now + delta(wait), ..self }
    }

    fn is_hopeless(self) -> bool {
        self.attempts >= FEWEST && self.next - self.since > delta(PATIENCE)
    }

    /// A time that no failure of now could have set is of a clock that was ahead.
    fn is_of_this_clock(self, now: DateTime<Utc>) -> bool {
        self.next - now <= delta(PATIENCE)
    }
}

/// None is longer than a day and a half here.
fn delta(duration: Duration) -> TimeDelta {
    TimeDelta::from_std(duration).unwrap_or(TimeDelta::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::websub::{Key, Mode};

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_700_000_000 + seconds, 0).unwrap()
    }

    fn subscription() -> Subscription {
        Subscription { secret: None, expires: at(1_000_000), settled: Some(1), missed: false, failing: None }
    }

    fn failed(subscription: Subscription, now: DateTime<Utc>) -> Subscription {
        subscription.after(Answer::none(), 2, now, 0.0).unwrap()
    }

    #[test]
    fn who_has_the_version_is_left_alone_until_the_lease_ends() {
        let subscription = subscription();
        assert_eq!(subscription.next(Some(1), at(0), at(0)), at(1_000_000));
        assert_eq!(subscription.next(None, at(0), at(0)), at(1_000_000), "what is not known is not sent");
        assert_eq!(subscription.next(Some(2), at(0), at(0)), at(0));
        assert!(!subscription.is_expired(at(999_999)) && subscription.is_expired(at(1_000_000)));
        let sent = subscription.after(Answer::Received, 2, at(0), 0.5).unwrap();
        assert_eq!((sent.settled, sent.next(Some(2), at(1), at(1))), (Some(2), at(1_000_000)));
    }

    #[test]
    fn who_is_gone_is_struck_off() {
        assert_eq!(subscription().after(Answer::Gone, 2, at(0), 0.0), None);
    }

    #[test]
    fn what_fails_is_tried_again_ever_more_slowly_and_then_given_up() {
        let (mut now, mut subscription, mut waits) = (at(0), subscription(), Vec::new());
        while !subscription.missed {
            subscription = failed(subscription, now);
            let next = subscription.next(Some(2), now, now);
            waits.push((next - now).num_seconds());
            now = next;
        }
        let gave_up = waits.pop().unwrap();
        assert_eq!(waits[..13], [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 3600]);
        assert!(waits.iter().sum::<i64>() <= 86_400 && waits.iter().sum::<i64>() > 80_000);
        assert!(gave_up > 900_000, "the subscription stands until its lease ends");
        assert_eq!(subscription.next(Some(3), at(90_000), at(90_000)), at(90_000), "the next version is a new chance");
        let received = subscription.after(Answer::Received, 3, at(90_000), 0.0).unwrap();
        assert_eq!((received.missed, received.failing), (false, None));
    }

    #[test]
    fn a_newer_version_is_tried_as_long_as_any() {
        let (mut now, mut subscription) = (at(0), subscription());
        while now < at(80_000) {
            subscription = failed(subscription, now);
            now = subscription.next(Some(2), now, now);
        }
        assert_eq!(
            subscription.next(Some(3), at(80_000), at(80_000)),
            now,
            "who is sent nothing before is sent nothing before"
        );
        let first = now;
        let mut subscription = subscription.after(Answer::none(), 3, now, 0.0).unwrap();
        assert_eq!(subscription.next(Some(3), now, now), first + TimeDelta::seconds(1));
        while !subscription.missed {
            now = subscription.next(Some(3), now, now);
            subscription = subscription.after(Answer::none(), 3, now, 0.0).unwrap();
        }
        assert!(now - first > TimeDelta::seconds(80_000), "{}", now - first);
    }

    #[test]
    fn who_says_when_is_waited_for_but_not_for_ever() {
        let wait = |answer: Duration, chance: f64| {
            let after = subscription().after(Answer::NotYet(answer), 2, at(0), chance).unwrap();
            (after.next(Some(2), at(0), at(0)) - at(0)).num_milliseconds()
        };
        assert_eq!((wait(Duration::from_mins(2), 0.0), wait(Duration::from_millis(1), 0.0)), (120_000, 1_000));
        assert_eq!((wait(Duration::ZERO, 1.0), wait(Duration::ZERO, 0.5)), (1_500, 1_250));
        assert_eq!(wait(Duration::from_secs(u64::MAX), 0.0), 86_400_000);
    }

    #[test]
    fn a_lease_ends_also_for_who_fails() {
        let mut failing = failed(subscription(), at(0));
        failing.expires = at(0) + TimeDelta::milliseconds(10);
        assert_eq!(failing.next(Some(2), at(0), at(0)), failing.expires);
    }

    #[test]
    fn a_clock_that_was_ahead_stops_nothing() {
        let ahead = at(0) + TimeDelta::days(3_000);
        let failing = failed(subscription(), ahead);
        assert_eq!(failing.next(Some(2), at(0), at(0)), at(0));
        let again = failed(failing, at(0));
        assert_eq!(again.failing.map(|failing| (failing.since, failing.next)), Some((at(0), at(2))));
        assert_eq!(again.next(Some(2), at(1), at(1)), at(2));
    }

    #[test]
    fn a_clock_that_leaps_ahead_gives_nothing_up() {
        let mut subscription = Subscription { expires: at(i64::from(u32::MAX)), ..failed(subscription(), at(0)) };
        let mut now = at(1_000_000_000);
        for _ in 2..FEWEST {
            subscription = failed(subscription, now);
            assert!(!subscription.missed);
            now = subscription.next(Some(2), now, now);
        }
        assert!(failed(subscription, now).missed);
    }

    #[test]
    fn a_lease_that_is_over_by_a_doubted_clock_alone_is_not_over() {
        let subscription = subscription();
        let (end, ahead) = (subscription.expires, at(0) + TimeDelta::days(3_000));
        assert_eq!(subscription.next(Some(1), ahead, at(0)), ahead + DOUBT);
        assert_eq!(subscription.next(Some(1), ahead, end), end, "it is over in any case");
        assert_eq!(subscription.next(Some(2), ahead, at(0)), ahead, "versions are sent meanwhile");
        let failing = failed(subscription, ahead);
        assert_eq!(failing.next(Some(2), ahead, at(0)), ahead + TimeDelta::seconds(1));
    }

    #[test]
    fn who_subscribes_again_misses_nothing_and_gets_nothing_twice() {
        let secret = Some(Secret::new(b"x"));
        let key = Key::new("t", "c");
        let request = Request { mode: Mode::Subscribe, topic: "t".into(), key, lease: None, secret: secret.clone() };
        let fresh = Subscription::confirmed(None, &request, at(9), Some(7));
        assert_eq!((fresh.lacks(7), fresh.lacks(8), fresh.expires), (false, true, at(9)));
        let before = failed(subscription(), at(0));
        let again = Subscription::confirmed(Some(&before), &request, at(9), Some(2));
        assert_eq!((again.settled, again.failing, again.secret), (Some(1), None, secret));
    }
}
