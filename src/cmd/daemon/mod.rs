//! The service: build, then watch and keep the feeds up to date.
//!
//! One loop owns all state and reads one channel of [`Event`]s; other threads only send. What they
//! send becomes pending; one [`turn`](Daemon::turn), the first one too, does what is pending. It
//! waits for the earliest of: a settled change, the next due post, a retry, the watchdog, the safety rescan.
//!
//! - `pending`: what is to be looked at
//! - `session`: one configuration at work: its posts and its watcher
//! - `alarm`: when the loop is to wake
//! - `trouble`: what keeps it from its work

mod alarm;
mod pending;
mod session;
mod trouble;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, SyncSender};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::Signals;
use tracing::{debug, error, info, warn};

use self::alarm::Alarm;
use self::pending::Pending;
use self::session::{Session, Turn};
use self::trouble::{Cause, Trouble};
use super::blog::Strict;
use super::load::{Bytes, load};
use super::{Ending, Failure};
use crate::cli::Common;
use crate::publish::Publisher;
use crate::systemd;
use crate::watch::{Noticed, Settle, Tell};

/// Everything that can happen.
#[derive(Debug)]
enum Event {
    /// Files changed, or may have.
    Noticed(Noticed),
    /// The configuration is to be read again.
    Reload,
    /// The service is to end.
    Stop,
}

/// Runs the service until it is told to stop.
///
/// # Errors
/// When the first feeds cannot be published.
pub fn run(options: &Common) -> Result<Ending, Failure> {
    let (sender, events) = mpsc::sync_channel(WAITING);
    listen_for_signals(sender.clone())?;
    let overflowed = Arc::new(AtomicBool::new(false));
    let tell = tell(sender, overflowed.clone());
    let loaded = load(options)?;
    let publisher = Publisher::open(&loaded.config.output, loaded.config.state.as_deref())?;
    let session = Session::open(loaded, publisher.state().folder(), &tell)?;
    let mut daemon = Daemon {
        options,
        tell,
        settle: Settle::new(session.loaded.config.watch.settle),
        attempted: Some(session.loaded.bytes.clone()),
        publisher,
        session,
        pending: Pending::everything(),
        alarm: Alarm::new(Instant::now()),
        is_unloaded: false,
        trouble: Trouble::default(),
        overflowed,
    };
    if daemon.turn()? == Turn::Refused {
        error!("with --strict nothing is published while there are problems");
        return Ok(Ending::Problems);
    }
    systemd::ready(&daemon.status());
    daemon.keep_up(&events)?;
    systemd::stopping();
    info!("stopped");
    Ok(Ending::Well)
}

/// The service at work.
struct Daemon<'a> {
    options: &'a Common,
    tell: Tell,
    publisher: Publisher,
    session: Session,
    settle: Settle,
    pending: Pending,
    alarm: Alarm,
    /// The configuration that was tried last, good or broken.
    attempted: Option<Bytes>,
    /// The new configuration is good, but cannot be used yet.
    is_unloaded: bool,
    /// What keeps it from its work.
    trouble: Trouble,
    /// More happened than can wait to be looked at.
    overflowed: Arc<AtomicBool>,
}

/// How many events may wait while the loop is at work: as many as the kernel itself keeps for a watcher.
const WAITING: usize = 16_384;

impl Daemon<'_> {
    /// The loop.
    fn keep_up(&mut self, events: &Receiver<Event>) -> Result<()> {
        loop {
            let wait = self.wait(Instant::now());
            let first = match events.recv_timeout(wait) {
                Ok(event) => Some(event),
                Err(RecvTimeoutError::Timeout) => None,
                Err(RecvTimeoutError::Disconnected) => anyhow::bail!("nobody sends events any more"),
            };
            // However fast more of them come, there is an end to it.
            for event in first.into_iter().chain(events.try_iter()).take(WAITING) {
                match event {
                    Event::Stop => return Ok(()),
                    Event::Reload => self.pending.reload = true,
                    Event::Noticed(noticed) => self.note(noticed),
                }
            }
            if self.overflowed.swap(false, Ordering::Relaxed) {
                warn!("more changed at once than can be kept; looking at everything");
                self.note(Noticed::Anything);
            }
            if self.alarm.take_watchdog(Instant::now()) {
                systemd::watchdog();
            }
            self.wake(Instant::now());
        }
    }

    /// How long there is nothing to do.
    fn wait(&self, now: Instant) -> Duration {
        let settled = self.settle.due().into_iter().chain(self.pending.due());
        let settled = settled.map(|due| due.saturating_duration_since(now));
        settled.chain([self.alarm.next(now, self.session.next_due())]).min().unwrap_or_default()
    }

    fn note(&mut self, noticed: Noticed) {
        let now = Instant::now();
        match noticed {
            Noticed::Writing(paths) => return self.pending.writing(paths, now),
            Noticed::Folders(paths) if paths.iter().any(|path| self.session.is_unreadable(path)) => {
                self.pending.roots = true; // it may be readable now
            }
            Noticed::Folders(_) => return,
            Noticed::Anything => self.pending.anything = true,
            Noticed::Changed(mut paths) => {
                paths.retain(|path| self.session.concerns(path));
                if paths.is_empty() {
                    return;
                }
                self.pending.configuration |= paths.iter().any(|path| self.session.loaded.is_at(path));
                self.pending.generator |= paths.iter().any(|path| self.session.is_around_generator(path));
                self.pending.roots |= paths.iter().any(|path| self.session.is_around(path));
                self.pending.changed(paths);
            }
        }
        self.settle.touch(now);
    }

    /// Does what has become due.
    fn wake(&mut self, now: Instant) {
        let overdue = self.pending.take_overdue(now);
        self.pending.configuration |= overdue.iter().any(|path| self.session.loaded.is_at(path));
        let settled = self.settle.take(now) || !overdue.is_empty();
        if settled && std::mem::take(&mut self.pending.configuration) {
            let bytes = Bytes::at(&self.session.loaded.file);
            self.pending.reload |= bytes.is_some() && bytes != self.attempted;
        }
        self.pending.reload |= settled && std::mem::take(&mut self.pending.generator);
        let rescan = self.alarm.take_rescan(now);
        self.pending.anything |= rescan;
        let retry = self.alarm.take_retry(now);
        self.pending.reload |= retry && self.is_unloaded;
        let due = settled || rescan || retry || (!self.alarm.is_waiting() && self.session.is_due());
        let reload = std::mem::take(&mut self.pending.reload);
        if reload {
            systemd::reloading();
            self.reload();
        }
        if reload || due {
            self.turn_and_tell();
        }
        if reload {
            systemd::ready(&self.status());
        }
    }

    /// Takes a turn; one that fails is told once, and tried again later.
    fn turn_and_tell(&mut self) {
        match self.turn() {
            Ok(Turn::Published) => {
                if !self.is_unloaded && self.trouble.is_over() {
                    info!("it works again");
                }
            }
            Ok(Turn::Refused) => {
                let refused = "with --strict nothing is published while there are problems";
                self.complain(Cause::plain(refused), refused);
            }
            Err(error) => {
                let wait = self.alarm.failed(Instant::now());
                debug!("trying again in {} s", wait.as_secs());
                self.complain(Cause::of(&error), &format!("{error:#}; the old feeds stand until this is mended"));
            }
        }
        systemd::status(&self.status());
    }

    fn complain(&mut self, cause: Cause, trouble: &str) {
        if self.trouble.is_news(cause, trouble) {
            error!("{trouble}");
        } else {
            debug!("{trouble}");
        }
    }

    /// Looks at what is pending, builds, publishes. What it failed to do stays pending.
    fn turn(&mut self) -> Result<Turn> {
        if !self.publisher.is_in_place() {
            let config = &self.session.loaded.config;
            self.publisher = Publisher::open(&config.output, config.state.as_deref())?;
            warn!("the output `{}` was removed or replaced; all feeds are made again", config.output.display());
            self.session.touch_everything();
        }
        let turn = self.session.turn(&self.pending, &mut self.publisher, Strict::of(self.options));
        if turn.is_err() {
            self.pending.anything = true;
            return turn;
        }
        if self.pending.anything {
            self.alarm.scanned(Instant::now(), self.session.loaded.config.watch.rescan);
            self.look_at_configuration();
        }
        self.pending.done();
        if !self.is_unloaded {
            self.alarm.worked();
        }
        turn
    }

    /// What the posts are read by may have changed before it was watched.
    fn look_at_configuration(&mut self) {
        self.pending.configuration = true;
        self.pending.generator |= !self.session.is_current();
        self.settle.touch(Instant::now());
    }

    /// Reads the configuration again. A broken one is told, and the old one stays.
    fn reload(&mut self) {
        self.attempted = Bytes::at(&self.session.loaded.file);
        self.is_unloaded = false;
        match self.replace_session() {
            Ok(()) => {
                info!("configuration `{}` read again", self.session.loaded.name);
                self.settle = Settle::new(self.session.loaded.config.watch.settle);
                self.pending.anything = true;
                self.alarm.worked();
            }
            Err(Failure::Configuration(problems)) => {
                problems.iter().for_each(|problem| error!("{problem}"));
                error!("the new configuration cannot be used; the old one stays");
            }
            Err(Failure::World(error)) => {
                self.is_unloaded = true;
                self.alarm.failed(Instant::now());
                let trouble = format!("the new configuration cannot be used yet, the old one stays: {error:#}");
                self.complain(Cause::of(&error), &trouble);
            }
        }
    }

    /// Everything that can fail comes first.
    fn replace_session(&mut self) -> Result<(), Failure> {
        let loaded = self.session.loaded.reload(self.options)?;
        let (output, state) = (&loaded.config.output, loaded.config.state.as_deref());
        let former = self.publisher.output().to_owned();
        let (fresh, state) = if *output == former {
            (None, self.publisher.state_for(state)?)
        } else {
            let fresh = Publisher::open(output, state)?;
            let state = fresh.state().clone();
            (Some(fresh), state)
        };
        let mut session = Session::open(loaded, state.folder(), &self.tell)?;
        session.inherit(&self.session);
        self.session = session;
        if let Some(fresh) = fresh {
            info!("the feeds in `{}` stay there as they are", former.display());
            self.publisher = fresh;
        } else {
            self.publisher.use_state(state);
        }
        Ok(())
    }

    /// A line for `systemctl status`.
    fn status(&self) -> String {
        let mut status = self.session.status();
        if self.attempted.as_ref() != Some(&self.session.loaded.bytes) && !self.is_unloaded {
            status += "; the configuration is broken, the one before is used";
        }
        if let Some(trouble) = self.trouble.now() {
            status += &format!("; {trouble}");
        }
        status
    }
}

/// Never waits: the loop waits for watchers when it has new places for them. What cannot be kept is lost, and told so.
fn tell(sender: SyncSender<Event>, overflowed: Arc<AtomicBool>) -> Tell {
    Arc::new(move |noticed| {
        if sender.try_send(Event::Noticed(noticed)).is_err() {
            overflowed.store(true, Ordering::Relaxed); // or the service ends, and nobody asks
        }
    })
}

fn listen_for_signals(sender: SyncSender<Event>) -> Result<()> {
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
    use super::*;

    #[test]
    fn what_cannot_be_kept_is_told_and_keeps_no_watcher_waiting() {
        let (sender, events) = mpsc::sync_channel(2);
        let overflowed = Arc::new(AtomicBool::new(false));
        let tell = tell(sender, overflowed.clone());
        tell(Noticed::Anything);
        tell(Noticed::Anything);
        assert!(!overflowed.load(Ordering::Relaxed));
        tell(Noticed::Anything);
        assert!(overflowed.load(Ordering::Relaxed));
        assert_eq!(events.try_iter().count(), 2);
    }
}
