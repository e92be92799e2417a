//! What systemd is told: readiness, status, reloading, stopping, and that the loop still turns.
//!
//! Outside of systemd every call does nothing. See `sd_notify(3)`.

use std::time::Duration;

use sd_notify::NotifyState;
use tracing::debug;

/// The first feeds are published, or a reload is over.
pub fn ready(status: &str) {
    tell(&[NotifyState::Ready, NotifyState::Status(status)]);
}

/// A line for `systemctl status`.
pub fn status(status: &str) {
    tell(&[NotifyState::Status(status)]);
}

/// The configuration is being read again; [`ready`] ends it.
pub fn reloading() {
    match NotifyState::monotonic_usec_now() {
        Ok(now) => tell(&[NotifyState::Reloading, now]),
        Err(error) => debug!("no monotonic clock: {error}"),
    }
}

/// The end has begun.
pub fn stopping() {
    tell(&[NotifyState::Stopping]);
}

/// The loop still turns.
pub fn watchdog() {
    tell(&[NotifyState::Watchdog]);
}

/// How often [`watchdog`] is to be called: half of what the unit allows; `None`: not at all.
#[must_use]
pub fn watchdog_interval() -> Option<Duration> {
    sd_notify::watchdog_enabled().map(|limit| limit / 2)
}

fn tell(states: &[NotifyState]) {
    if let Err(error) = sd_notify::notify(states) {
        debug!("systemd does not listen: {error}");
    }
}
