//! The service: build, then watch and keep the feeds up to date.
//!
//! One loop owns all state and reads one channel of [`Event`]s; other threads only send. What they
//! send becomes pending; one [`turn`](Daemon::turn), the first one too, does what is pending. It waits for the
//! earliest of: a settled change, the next due post, a retry, the watchdog, folders without events, the safety rescan.
//!
//! - `event`: everything that can happen, and who sends it
//! - `pending`: what is to be looked at
//! - `session`: one configuration at work: its posts and what it watches
//! - `watching`: what it watches, and what was told of it
//! - `alarm`: when the loop is to wake
//! - `reload`: another configuration in the place of the one before
//! - `trouble`: what keeps it from its work, told once
//! - `outlets`: those that pass on what is published
//! - `seen`: how it is seen from outside: status, metrics
//! - `leap`: whether a clock that leaps ahead is believed

mod alarm;
mod event;
mod leap;
mod outlets;
mod pending;
mod reload;
mod seen;
mod session;
mod trouble;
mod watching;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use anyhow::Result;
use chrono::{DateTime, SecondsFormat, Utc};
use tracing::{debug, error, info, warn};

use self::alarm::Alarm;
use self::event::{Event, WAITING, errands, listen_for_signals, tell};
use self::leap::{Leap, Reading};
use self::outlets::Outlets;
use self::pending::Pending;
use self::seen::{Seen, now};
use self::session::Session;
use self::trouble::{Troubles, cause_of};
use super::blog::Strict;
use super::load::{Bytes, load};
use super::memory::Memory;
use super::{Ending, Failure};
use crate::announce::OnDone;
use crate::cli::{Common, Consent};
use crate::control::PassOn;
use crate::problem::Problem;
use crate::publish::Publisher;
use crate::status::Concern;
use crate::status::prometheus::Life;
use crate::systemd;
use crate::wall_clock::{self, WallClock};
use crate::watch::{self, Noticed, Settle, Tell};

/// How a turn ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Turn {
    /// What there is is published.
    Published,
    /// There are problems, and with `--strict` nothing is published.
    Refused,
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
    let on_done = errands(sender.clone());
    if let Err(error) = watch::listen_for_mounts(tell.clone()) {
        warn!("{error:#}; what is mounted over posts is found at the next rescan");
    }
    let clock = WallClock::start(move || {
        let _ = sender.send(Event::Clock); // fails only when the service ends
    });
    let loaded = load(options)?;
    let mut publisher = Publisher::open(&loaded.config.output, loaded.config.state.as_deref())?;
    let memory = Memory::of(Some(publisher.state()), &loaded)?.cached(options).with(consent);
    let session = Session::open(loaded, memory, &tell)?;
    let mut daemon = Daemon {
        options,
        tell,
        settle: Settle::new(session.loaded.config.watch.settle),
        attempted: Some(session.loaded.bytes.clone()),
        outlets: None,
        on_done,
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
    daemon.open_outlets();
    if daemon.turn()? == Turn::Refused {
        error!("with --strict nothing is published while there are problems");
        return Ok(Ending::Problems);
    }
    daemon.measure(Life::Running);
    systemd::ready(&daemon.status());
    daemon.run_errands();
    daemon.remember();
    daemon.keep_up(&events)?;
    daemon.remember();
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
    /// `None`: nobody passes feeds on.
    outlets: Option<Outlets>,
    /// For those who carry out errands.
    on_done: OnDone,
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

/// How old counts of readers may be in the metrics.
const MEASURE_AFTER: Duration = Duration::from_secs(15);

impl Daemon<'_> {
    /// The loop.
    fn keep_up(&mut self, events: &Receiver<Event>) -> Result<()> {
        loop {
            self.clock.wake_at(self.session.next_due());
            self.alarm.poll_every(Instant::now(), self.session.interval());
            let counts = self.session.loaded.config.metrics.is_some() && self.session.loaded.config.serve.is_some();
            self.alarm.measure_every(Instant::now(), counts.then_some(MEASURE_AFTER));
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
                    Event::Errand(done) => self.note_errand(&done.0, done.1),
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
            self.run_errands();
        }
    }

    /// How long there is nothing to do.
    fn wait(&self, now: Instant) -> Duration {
        let settled = self.settle.due().into_iter().chain(self.pending.due());
        let settled = settled.map(|due| due.saturating_duration_since(now));
        let due = self.session.next_due().map(|due| self.clock.wait(due));
        let errand = self.outlets.as_ref().and_then(Outlets::next_due);
        let errand = errand.map(|due| (due - Utc::now()).to_std().unwrap_or_default());
        settled.chain(errand).chain([self.alarm.next(now, due)]).min().unwrap_or_default()
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
        let opened = self.alarm.take_outlets(now) && self.outlets.as_ref().is_some_and(Outlets::is_incomplete);
        if opened {
            self.open_outlets();
            self.session.touch_everything(); // all feeds are handed on
        }
        let by_time = rescan || retry || doubted || opened || (!self.alarm.is_waiting() && self.session.is_due());
        let reload = std::mem::take(&mut self.pending.reload);
        if reload {
            systemd::reloading();
            self.reload();
        }
        if reload || settled || polled || by_time {
            self.turn_and_tell();
        } else if self.alarm.take_measure(now) {
            self.measure(Life::Running);
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

    /// Looks at the clock, once for all of a turn: a leap between two looks would not be judged. Where it leapt ahead,
    /// nothing expires for that until it is believed.
    fn judge_clock(&mut self) {
        let now = reading();
        let doubt = self.leap.judge(now);
        let expires_until = doubt.map(|doubt| doubt.expected);
        self.session.advance(now.wall, expires_until);
        self.outlets.iter().for_each(|outlets| outlets.doubt_clock(expires_until));
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
        let published = self.publish().inspect_err(|_| self.pending.anything = true)?;
        if self.pending.anything {
            self.remember();
            self.alarm.scanned(Instant::now(), self.session.loaded.config.watch.rescan);
            self.listen();
            self.look_at_configuration();
        }
        self.pending.done();
        if !self.is_unloaded {
            self.alarm.worked();
        }
        Ok(if published { Turn::Published } else { Turn::Refused })
    }

    /// Publishes, and hands it on; whether that was not refused.
    fn publish(&mut self) -> Result<bool> {
        let published = self.session.turn(&self.pending, &mut self.publisher, Strict::of(self.options))?;
        published.iter().try_for_each(|published| self.hand_on(published))?;
        Ok(published.is_some())
    }

    /// Keeps what is known of the posts, so that the next start need not read them.
    fn remember(&mut self) {
        self.session.blog.remember(&self.publisher);
    }

    /// What the posts are read by may have changed before it was watched.
    fn look_at_configuration(&mut self) {
        self.pending.configuration = true;
        self.pending.generator |= !self.session.is_current();
        self.settle.touch(Instant::now());
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
