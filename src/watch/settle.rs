//! When a burst of changes is over: pure, `now` is an argument.

use std::time::{Duration, Instant};

/// Waits until it has been quiet, but not for ever.
#[derive(Debug, Clone)]
pub struct Settle {
    quiet: Duration,
    burst: Option<Burst>,
}

#[derive(Debug, Clone, Copy)]
struct Burst {
    first: Instant,
    last: Instant,
}

/// A burst that does not end is cut into pieces of this many quiet times.
const LONGEST: u32 = 25;

impl Settle {
    /// `quiet`: how long nothing must happen before a burst is over.
    #[must_use]
    pub fn new(quiet: Duration) -> Self {
        Self { quiet, burst: None }
    }

    /// Something changed.
    pub fn touch(&mut self, now: Instant) {
        let first = self.burst.map_or(now, |burst| burst.first);
        self.burst = Some(Burst { first, last: now });
    }

    /// When the burst is over, if nothing else changes.
    #[must_use]
    pub fn due(&self) -> Option<Instant> {
        self.burst.map(|burst| (burst.last + self.quiet).min(burst.first + self.quiet * LONGEST))
    }

    /// Whether a burst is over; then it is forgotten.
    pub fn take(&mut self, now: Instant) -> bool {
        let over = self.due().is_some_and(|due| due <= now);
        if over {
            self.burst = None;
        }
        over
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const QUIET: Duration = Duration::from_millis(20);

    #[test]
    fn waits_for_quiet_after_the_last_change() {
        let start = Instant::now();
        let mut settle = Settle::new(QUIET);
        assert_eq!(settle.due(), None);
        settle.touch(start);
        settle.touch(start + QUIET / 2);
        assert!(!settle.take(start + QUIET));
        assert!(settle.take(start + QUIET / 2 + QUIET));
        assert_eq!(settle.due(), None);
    }

    #[test]
    fn an_endless_burst_is_cut() {
        let start = Instant::now();
        let mut settle = Settle::new(QUIET);
        for step in 0..200 {
            settle.touch(start + QUIET / 4 * step);
        }
        assert_eq!(settle.due(), Some(start + QUIET * LONGEST));
    }
}
