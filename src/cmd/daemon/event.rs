//! Everything that can happen to the service, and the threads that only send it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::SyncSender;
use std::thread;

use anyhow::{Context, Result};
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::Signals;

use crate::announce::OnDone;
use crate::control::Asked;
use crate::notice::{Errand, Outcome};
use crate::watch::{Noticed, Tell};

/// Everything that can happen.
#[derive(Debug)]
pub enum Event {
    /// Files changed, or may have.
    Noticed(Noticed),
    /// The wall clock was set, or it is the time that it was to wake at.
    Clock,
    /// The configuration is to be read again.
    Reload,
    /// Somebody asks something.
    Asked(Asked),
    /// An errand was carried out.
    Errand(Box<(Errand, Outcome)>),
    /// The service is to end.
    Stop,
}

/// How many events may wait while the loop is at work: as many as the kernel itself keeps for a watcher.
pub const WAITING: usize = 16_384;

/// Never waits: the loop waits for watchers when it has new places for them. What cannot be kept is lost, and told so.
pub fn tell(sender: SyncSender<Event>, overflowed: Arc<AtomicBool>) -> Tell {
    Arc::new(move |noticed| {
        if sender.try_send(Event::Noticed(noticed)).is_err() {
            overflowed.store(true, Ordering::Relaxed); // or the service ends, and nobody asks
        }
    })
}

/// Waits where the loop cannot keep up: what became of an errand is not lost.
pub fn errands(sender: SyncSender<Event>) -> OnDone {
    Arc::new(move |errand, outcome| {
        let _ = sender.send(Event::Errand((errand, outcome).into())); // fails only when the service ends
    })
}

pub fn listen_for_signals(sender: SyncSender<Event>) -> Result<()> {
    let mut signals = Signals::new([SIGTERM, SIGINT, SIGHUP]).context("cannot listen for signals")?;
    let listen = move || {
        for signal in &mut signals {
            let event = if signal == SIGHUP { Event::Reload } else { Event::Stop };
            if sender.send(event).is_err() {
                return;
            }
        }
    };
    thread::Builder::new().name("signals".into()).spawn(listen).context("cannot start a thread")?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    #[test]
    fn what_cannot_be_kept_is_told_and_keeps_no_watcher_waiting() {
        let (sender, events) = mpsc::sync_channel(2);
        let overflowed = Arc::new(AtomicBool::new(false));
        let tell = tell(sender, overflowed.clone());
        tell(Noticed::Ways);
        tell(Noticed::Ways);
        assert!(!overflowed.load(Ordering::Relaxed));
        tell(Noticed::Ways);
        assert!(overflowed.load(Ordering::Relaxed));
        assert_eq!(events.try_iter().count(), 2);
    }
}
