//! The wall clock: wakes at a time of day, however the clock got there.
//!
//! A wait of so many seconds is not enough: the machine sleeps, the clock is set. A timer of the kernel's on the
//! wall clock itself (`timerfd_create(2)`) goes off at its time after a suspend too, and tells when the clock is set.

use std::sync::Arc;
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result};
use chrono::{DateTime, Utc};
use rustix::fd::OwnedFd;
use rustix::io::{Errno, read};
use rustix::time::{
    ClockId, Itimerspec, TimerfdClockId, TimerfdFlags, TimerfdTimerFlags, Timespec, clock_gettime, timerfd_create,
    timerfd_settime,
};
use tracing::{debug, warn};

/// A timer on the wall clock.
#[derive(Debug)]
pub struct WallClock {
    /// `None`: the system has none for us.
    timer: Option<Arc<OwnedFd>>,
    armed: Option<DateTime<Utc>>,
}

/// Without a timer, the clock is looked at this often while something is due.
const LOOK: Duration = Duration::from_secs(30);

impl WallClock {
    /// Calls `tell`, on a thread of its own, each time that the timer goes off or the clock is set.
    #[must_use]
    pub fn start(tell: impl Fn() + Send + 'static) -> Self {
        let timer = listen(tell)
            .inspect_err(|error| warn!("{error:#}; looking at the clock every {LOOK:?} while a post is due"))
            .ok();
        Self { timer, armed: None }
    }

    /// Sets the timer; `None`: there is nothing to wait for.
    pub fn wake_at(&mut self, due: Option<DateTime<Utc>>) {
        let Some(timer) = self.timer.as_ref().filter(|_| self.armed != due) else { return };
        let flags = TimerfdTimerFlags::ABSTIME | TimerfdTimerFlags::CANCEL_ON_SET;
        match timerfd_settime(timer, flags, &once(due)) {
            // The clock was set meanwhile: the timer is set all the same.
            Ok(_) | Err(Errno::CANCELED) => self.armed = due,
            Err(error) => {
                warn!("the timer cannot be set: {error}; looking at the clock every {LOOK:?} while a post is due");
                self.timer = None;
            }
        }
    }

    /// How long to wait for `due` at most: until then, or until the clock is to be looked at again.
    #[must_use]
    pub fn wait(&self, due: DateTime<Utc>) -> Duration {
        let wait = (due - Utc::now()).to_std().unwrap_or_default();
        if self.timer.is_some() { wait } else { wait.min(LOOK) }
    }
}

/// The time since the machine started, asleep or not: nobody sets it.
#[must_use]
pub fn uptime() -> Duration {
    let time = clock_gettime(ClockId::Boottime);
    let (seconds, nanoseconds) = (u64::try_from(time.tv_sec), u32::try_from(time.tv_nsec));
    Duration::new(seconds.unwrap_or_default(), nanoseconds.unwrap_or_default())
}

fn listen(tell: impl Fn() + Send + 'static) -> Result<Arc<OwnedFd>> {
    let timer = timerfd_create(TimerfdClockId::Realtime, TimerfdFlags::CLOEXEC).context("there is no timer")?;
    let timer = Arc::new(timer);
    let heard = timer.clone();
    let listen = move || {
        loop {
            match read(&heard, &mut [0; 8]) {
                Ok(_) | Err(Errno::CANCELED) => tell(),
                Err(Errno::INTR) => {}
                Err(error) => return debug!("the timer cannot be read any more: {error}"),
            }
        }
    };
    thread::Builder::new().name("clock".into()).spawn(listen).context("cannot start a thread")?;
    Ok(timer)
}

/// Once at that time; at zero: never.
fn once(due: Option<DateTime<Utc>>) -> Itimerspec {
    let zero = Timespec { tv_sec: 0, tv_nsec: 0 };
    let time =
        |due: DateTime<Utc>| Timespec { tv_sec: due.timestamp().max(1), tv_nsec: due.timestamp_subsec_nanos().into() };
    Itimerspec { it_interval: zero, it_value: due.map_or(zero, time) }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use chrono::TimeDelta;

    use super::*;

    #[test]
    fn goes_off_at_its_time_and_not_before() {
        let (sender, heard) = mpsc::channel();
        let mut clock = WallClock::start(move || sender.send(()).unwrap_or_default());
        let due = Utc::now() + TimeDelta::milliseconds(50);
        clock.wake_at(Some(Utc::now() + TimeDelta::days(1)));
        clock.wake_at(Some(due));
        heard.recv_timeout(Duration::from_secs(10)).unwrap();
        assert!(Utc::now() >= due);
        clock.wake_at(Some(Utc::now() + TimeDelta::milliseconds(20)));
        clock.wake_at(None);
        assert!(heard.recv_timeout(Duration::from_millis(100)).is_err(), "nothing to wait for");
    }

    #[test]
    fn without_a_timer_it_is_looked_at_now_and_then() {
        let (far, soon) = (Utc::now() + TimeDelta::days(9), Utc::now() - TimeDelta::days(1));
        let deaf = WallClock { timer: None, armed: None };
        assert_eq!((deaf.wait(far), deaf.wait(soon)), (LOOK, Duration::ZERO));
        assert!(WallClock::start(|| ()).wait(far) > LOOK);
    }

    #[test]
    fn uptime_goes_on() {
        let before = uptime();
        assert!(before > Duration::ZERO && uptime() >= before);
    }
}
