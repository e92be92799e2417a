//! The service: build, then watch and keep the feeds up to date.
//!
//! One loop owns all state and reads one channel of [`Event`]s; other threads only send. What they
//! send becomes pending; one [`turn`](Daemon::turn), the first one too, does what is pending. It waits for the
//! earliest of: a settled change, the next due post, a retry, the watchdog, folders without events, the safety rescan.
//!
//! - `pending`: what is to be looked at
//! - `session`: one configuration at work: its posts and what it watches
//! - `watching`: what it watches, and what was told of it
//! - `alarm`: when the loop is to wake
//! - `trouble`: what keeps it from its work, told once
//! - `seen`: how it is seen from outside: status, metrics
//! - `leap`: whether a clock that leaps ahead is believed

mod alarm;
mod leap;
mod pending;
mod seen;
mod session;
mod trouble;
mod watching;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, SyncSender};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use chrono::{DateTime, SecondsFormat, Utc};
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::Signals;
use tracing::{debug, error, info, warn};

use self::alarm::Alarm;
use self::leap::{Leap, Reading};
use self::pending::Pending;
use self::seen::{Seen, now};
use self::session::{Session, Turn};
use self::trouble::{Troubles, cause_of};
use super::blog::Strict;
use super::load::{Bytes, Loaded, load};
use super::memory::Memory;
use super::{Ending, Failure};
use crate::cli::{Common, Consent};
use crate::control::{Asked, PassOn};
use crate::problem::Problem;
use crate::publish::Publisher;
use crate::status::Concern;
use crate::status::prometheus::Life;
use crate::systemd;
use crate::wall_clock::{self, WallClock};
use crate::watch::{self, Noticed, Settle, Tell};

/// Everything that can happen.
#[derive(Debug)]
enum Event {
    /// Files changed, or may have.
    Noticed(Noticed),
    /// The wall clock was set, or it is the time that it was to wake at.
    Clock,
    /// The configuration is to be read again.
    Reload,
    /// Somebody asks something.
    Asked(Asked),
    /// The service is to end.
    Stop,
}

/// Runs the service until it is told to stop.
///
/// # Errors
/// When the first feeds cannot be published.
pub fn run(consent: Consent, options: &Common) -> Result<Ending, Failure> {
    let (sender, events) = mpsc::sync_channel(WAITING);
    listen_for_signals(sender.clone())?;
    let overflowed = Arc::new(AtomicBool::new(false));
    let (tell, pass_on) = (tell(sender.clone(), overflowed.clone()), seen::pass_on(sender.clone()));
    if let Err(error) = watch::listen_for_mounts(tell.clone()) {
        warn!("{error:#}; what is mounted over posts is found at the next rescan");
    }
    let clock = WallClock::start(move || {
        let _ = sender.send(Event::Clock); // fails only when the service ends
    });
    let loaded = load(options)?;
    let mut publisher = Publisher::open(&loaded.config.output, loaded.config.state.as_deref())?;
    let memory = Memory::of(Some(publisher.state()), &loaded)?.with(consent);
    let session = Session::open(loaded, memory, &tell)?;
    let mut daemon = Daemon {
        options,
        tell,
        settle: Settle::new(session.loaded.config.watch.settle),
        attempted: Some(session.loaded.bytes.clone()),
        publisher,
        session,
        pending: Pending::everything(),
        alarm: Alarm::new(Instant::now()),
        clock,
        leap: Leap::new(reading()),
        leapt: None,
        lost: None,
        is_unloaded: false,
        refused: Vec::new(),
        reassigns_ids: false,
        troubles: Troubles::default(),
        seen: Seen::new(),
        said: String::new(),
        pass_on,
        overflowed,
    };
    daemon.listen();
    if daemon.turn()? == Turn::Refused {
        error!("with --strict nothing is published while there are problems");
        return Ok(Ending::Problems);
    }
    daemon.measure(Life::Running);
    systemd::ready(&daemon.status());
    daemon.keep_up(&events)?;
    systemd::stopping();
    daemon.measure(Life::Stopped);
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
    clock: WallClock,
    leap: Leap,
    /// The leap of the clock that was told.
    leapt: Option<Reading>,
    /// When it was told last that events were lost.
    lost: Option<Instant>,
    /// The configuration that was tried last, good or broken.
    attempted: Option<Bytes>,
    /// The new configuration is good, but cannot be used yet.
    is_unloaded: bool,
    /// What is wrong with the new configuration, which is not used for that.
    refused: Vec<Problem>,
    /// With the next configuration, the ids of published posts are made anew.
    reassigns_ids: bool,
    troubles: Troubles,
    seen: Seen,
    /// What systemd was told last.
    said: String,
    pass_on: PassOn,
    /// More happened than can wait to be looked at.
    overflowed: Arc<AtomicBool>,
}

/// Lost events are told again when they were not for so long.
const TELL_AGAIN: Duration = Duration::from_hours(1);

/// How many events may wait while the loop is at work: as many as the kernel itself keeps for a watcher.
const WAITING: usize = 16_384;

impl Daemon<'_> {
    /// The loop.
    fn keep_up(&mut self, events: &Receiver<Event>) -> Result<()> {
        loop {
            self.clock.wake_at(self.session.next_due());
            self.alarm.poll_every(Instant::now(), self.session.interval());
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
                    Event::Asked(asked) => self.answer(asked),
                    Event::Clock => {} // what is due by now is done below
                }
            }
            if self.overflowed.swap(false, Ordering::Relaxed) {
                self.note(Noticed::Lost("more happened at once than can be kept".to_owned()));
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
        let due = self.session.next_due().map(|due| self.clock.wait(due));
        settled.chain([self.alarm.next(now, due)]).min().unwrap_or_default()
    }

    fn note(&mut self, noticed: Noticed) {
        let now = Instant::now();
        match noticed {
            Noticed::Writing(paths) => return self.pending.writing(paths, now),
            Noticed::Folders(paths) if paths.iter().any(|path| self.session.is_unreadable(path)) => {
                self.pending.roots = true; // it may be readable now
            }
            Noticed::Folders(_) => return,
            Noticed::Ways => {
                self.pending.roots = true;
                self.pending.configuration = true;
            }
            Noticed::Mounts => {
                self.pending.roots |= self.session.is_mounted_otherwise();
                self.pending.configuration = true;
            }
            Noticed::Lost(reason) => {
                self.tell_loss(&reason, now);
                self.pending.roots = true;
                self.pending.anything = true;
            }
            Noticed::Changed(mut paths) => {
                paths.retain(|path| self.session.concerns(path));
                if paths.is_empty() {
                    return;
                }
                self.pending.configuration |= paths.iter().any(|path| self.session.loaded.is_at(path));
                self.pending.generator |= paths.iter().any(|path| self.session.is_around_generator(path));
                self.pending.changed(paths);
            }
        }
        self.settle.touch(now);
    }

    fn tell_loss(&mut self, reason: &str, now: Instant) {
        if self.lost.is_none_or(|told| now - told >= TELL_AGAIN) {
            warn!("events of the file system were lost: {reason}; looking at everything");
        }
        self.lost = Some(now);
    }

    /// Does what has become due.
    fn wake(&mut self, now: Instant) {
        let overdue = self.pending.take_overdue(now);
        self.pending.configuration |= overdue.iter().any(|path| self.session.loaded.is_at(path));
        let settled = self.settle.take(now) || !overdue.is_empty();
        let polled = self.take_poll(now);
        if (settled || polled) && std::mem::take(&mut self.pending.configuration) {
            let bytes = Bytes::at(&self.session.loaded.file);
            self.pending.reload |= bytes.is_some() && bytes != self.attempted;
        }
        self.pending.reload |= (settled || polled) && std::mem::take(&mut self.pending.generator);
        let rescan = self.alarm.take_rescan(now);
        self.pending.anything |= rescan;
        let retry = self.alarm.take_retry(now);
        self.pending.reload |= retry && self.is_unloaded;
        let doubted = self.alarm.take_doubt(now);
        let by_time = rescan || retry || doubted || (!self.alarm.is_waiting() && self.session.is_due());
        let reload = std::mem::take(&mut self.pending.reload);
        if reload {
            systemd::reloading();
            self.reload();
        }
        if reload || settled || polled || by_time {
            self.turn_and_tell();
        }
        if reload {
            systemd::ready(&self.status());
        }
    }

    /// Whether folders without events are to be looked at. What failed is tried again when it is time for that.
    fn take_poll(&mut self, now: Instant) -> bool {
        let is_due = self.alarm.take_poll(now);
        let polled = is_due && (!self.alarm.is_waiting() || self.session.is_back());
        self.pending.polled |= polled;
        self.pending.configuration |= polled;
        self.pending.generator |= polled && !self.session.is_current();
        polled
    }

    /// Where the clock leapt ahead, nothing expires for that until it is believed.
    fn judge_clock(&mut self) {
        let now = reading();
        let doubt = self.leap.judge(now);
        self.session.doubt_clock(doubt.map(|doubt| doubt.expected));
        self.alarm.doubt(Instant::now(), doubt.map(|doubt| doubt.left(now)));
        let leapt = doubt.map(|doubt| doubt.leapt);
        if let Some(doubt) = doubt.filter(|_| leapt != self.leapt) {
            let (from, to) = (told(doubt.expected), told(now.wall));
            warn!(
                "the clock leapt from {from} to {to}; until it has stood for an hour, no post expires because of that"
            );
        }
        self.leapt = leapt;
    }

    /// Takes a turn; one that fails is told once, and tried again later.
    fn turn_and_tell(&mut self) {
        match self.turn() {
            Ok(Turn::Published) => self.troubles.mended(Concern::Publication, now()),
            Ok(Turn::Refused) => {
                let message = "with --strict nothing is published while there are problems".to_owned();
                self.troubles.complain(Concern::Publication, message.clone(), message, now());
            }
            Err(error) => {
                let wait = self.alarm.failed(Instant::now());
                debug!("trying again in {} s", wait.as_secs());
                let message = format!("{error:#}; the old feeds stand until this is mended");
                self.troubles.complain(Concern::Publication, cause_of(&error), message, now());
            }
        }
        self.measure(Life::Running);
        let status = self.status();
        if status != self.said {
            systemd::status(&status);
            self.said = status;
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
        self.judge_clock();
        let turn = self.session.turn(&self.pending, &mut self.publisher, Strict::of(self.options));
        if turn.is_err() {
            self.pending.anything = true;
            return turn;
        }
        if self.pending.anything {
            self.alarm.scanned(Instant::now(), self.session.loaded.config.watch.rescan);
            self.listen();
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
        let refused = std::mem::take(&mut self.refused);
        match self.replace_session() {
            Ok(()) => {
                self.troubles.mended(Concern::Configuration, now());
                info!("configuration `{}` read again", self.session.loaded.name);
                self.settle = Settle::new(self.session.loaded.config.watch.settle);
                self.pending.anything = true;
                self.alarm.worked();
            }
            Err(Failure::Configuration(problems)) => {
                self.troubles.over(Concern::Configuration, now());
                if problems != refused {
                    problems
                        .iter()
                        .filter(|problem| !refused.contains(problem))
                        .for_each(|problem| error!("{problem}"));
                    error!("the new configuration cannot be used; the old one stays");
                }
                self.refused = problems;
            }
            Err(Failure::World(error)) => {
                self.is_unloaded = true;
                self.alarm.failed(Instant::now());
                let message = format!("the new configuration cannot be used yet, the old one stays: {error:#}");
                self.troubles.complain(Concern::Configuration, cause_of(&error), message, now());
            }
        }
    }

    /// Everything that can fail comes first.
    fn replace_session(&mut self) -> Result<(), Failure> {
        let loaded = self.session.loaded.reload(self.options)?;
        let (output, state) = (&loaded.config.output, loaded.config.state.as_deref());
        let former = self.publisher.output().to_owned();
        if *output == former {
            let state = self.publisher.state_for(state)?;
            let memory = self.session.memory(state.folder());
            self.begin_session(loaded, memory)?;
            self.publisher.use_state(state);
        } else {
            let mut fresh = Publisher::open(output, state)?;
            let kept = Memory::of(Some(fresh.state()), &loaded)?;
            let memory = if kept.is_nothing() { self.session.memory(fresh.state().folder()) } else { kept };
            self.begin_session(loaded, memory)?;
            info!("the feeds in `{}` stay there as they are", former.display());
            self.publisher = fresh;
        }
        Ok(())
    }

    fn begin_session(&mut self, loaded: Loaded, memory: Memory) -> Result<()> {
        let consent = Consent { reassign_ids: self.reassigns_ids, ..Consent::default() };
        let mut session = Session::open(loaded, memory.with(consent), &self.tell)?;
        self.reassigns_ids = false;
        session.inherit(&self.session);
        self.session = session;
        Ok(())
    }

    /// A line for `systemctl status`.
    fn status(&self) -> String {
        let mut status = self.session.status();
        if !self.refused.is_empty() {
            status += "; the configuration is broken, the one before is used";
        }
        self.troubles.standing().for_each(|trouble| status += &format!("; {}", trouble.message));
        status
    }
}

/// What the clocks show now.
fn reading() -> Reading {
    Reading { wall: Utc::now(), up: wall_clock::uptime() }
}

fn told(instant: DateTime<Utc>) -> String {
    instant.to_rfc3339_opts(SecondsFormat::Secs, true)
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
        tell(Noticed::Ways);
        tell(Noticed::Ways);
        assert!(!overflowed.load(Ordering::Relaxed));
        tell(Noticed::Ways);
        assert!(overflowed.load(Ordering::Relaxed));
        assert_eq!(events.try_iter().count(), 2);
    }
}
