//! The service: build, then watch and keep the feeds up to date.
//!
//! One loop owns all state and reads one channel of [`Event`]s; other threads only send. It starts
//! itself with the same event that a change sends. It waits for the earliest of: a settled change,
//! the next due post, a retry, the watchdog, the safety rescan.
//!
//! - `session`: one configuration at work: its posts, its watcher, its output
//! - `alarm`: when the loop is to wake

mod alarm;
mod session;

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::Signals;
use tracing::{error, info};

use self::alarm::Alarm;
use self::session::{Session, Strict};
use super::load::load;
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

/// What is to be looked at when it has settled.
#[derive(Debug, Default)]
struct Pending {
    paths: BTreeSet<PathBuf>,
    anything: bool,
    configuration: bool,
}

/// Runs the service until it is told to stop.
///
/// # Errors
/// When the first feeds cannot be published.
pub fn run(options: &Common) -> Result<Ending, Failure> {
    let (sender, events) = mpsc::channel();
    listen_for_signals(sender.clone())?;
    let loaded = load(options)?;
    let publisher = Publisher::open(&loaded.config.output, loaded.config.state.as_deref())?;
    let session = Session::open(loaded, publisher.state().folder(), tell(&sender))?;
    let settle = Settle::new(session.loaded.config.watch.settle);
    let mut daemon = Daemon {
        options,
        sender,
        publisher,
        session,
        settle,
        pending: Pending { anything: true, ..Pending::default() },
        alarm: Alarm::new(Instant::now()),
    };
    daemon.turn()?;
    systemd::ready(&daemon.session.status());
    daemon.keep_up(&events)?;
    systemd::stopping();
    info!("stopped");
    Ok(Ending::Well)
}

/// The service at work.
struct Daemon<'a> {
    options: &'a Common,
    sender: Sender<Event>,
    publisher: Publisher,
    session: Session,
    settle: Settle,
    pending: Pending,
    alarm: Alarm,
}

impl Daemon<'_> {
    /// The loop.
    fn keep_up(&mut self, events: &Receiver<Event>) -> Result<()> {
        loop {
            let wait = self.wait(Instant::now());
            let mut event = match events.recv_timeout(wait) {
                Ok(event) => Some(event),
                Err(RecvTimeoutError::Timeout) => None,
                Err(RecvTimeoutError::Disconnected) => anyhow::bail!("nobody sends events any more"),
            };
            while let Some(next) = event {
                match next {
                    Event::Stop => return Ok(()),
                    Event::Reload => self.reload(),
                    Event::Noticed(noticed) => self.note(noticed),
                }
                event = events.try_recv().ok();
            }
            if self.alarm.take_watchdog(Instant::now()) {
                systemd::watchdog();
            }
            self.wake(Instant::now());
        }
    }

    /// How long there is nothing to do.
    fn wait(&self, now: Instant) -> Duration {
        let next = self.alarm.next(now, self.session.next_due());
        let settled = self.settle.due().map(|due| due.saturating_duration_since(now));
        settled.map_or(next, |settled| settled.min(next))
    }

    fn note(&mut self, noticed: Noticed) {
        match noticed {
            Noticed::Anything => self.pending.anything = true,
            Noticed::Paths(paths) => {
                let loaded = &self.session.loaded;
                self.pending.configuration |= paths.iter().any(|path| loaded.is_at(path));
                self.pending.paths.extend(paths);
            }
        }
        self.settle.touch(Instant::now());
    }

    /// Does what has become due.
    fn wake(&mut self, now: Instant) {
        let settled = self.settle.take(now);
        if settled && std::mem::take(&mut self.pending.configuration) && self.session.configuration_differs() {
            return self.reload();
        }
        if self.alarm.take_rescan(now) || self.alarm.take_retry(now) {
            self.pending.anything = true;
        } else if !settled && !self.session.is_due() {
            return;
        }
        if let Err(error) = self.turn() {
            let wait = self.alarm.failed(Instant::now());
            error!("{error:#}; the old feeds stand, trying again in {} s", wait.as_secs());
            systemd::status(&format!("cannot publish: {error:#}"));
        } else {
            systemd::status(&self.session.status());
        }
    }

    /// Reads what changed, builds, publishes.
    fn turn(&mut self) -> Result<()> {
        let pending = std::mem::take(&mut self.pending);
        let changed = if pending.anything { None } else { Some(&pending.paths) };
        let strict = if self.options.strict { Strict::Yes } else { Strict::No };
        self.session.turn(changed, &mut self.publisher, strict)?;
        self.alarm.worked(Instant::now(), self.session.loaded.config.watch.rescan);
        Ok(())
    }

    /// Reads the configuration again. A broken one is told, and the old one stays.
    fn reload(&mut self) {
        systemd::reloading();
        match self.replaced() {
            Ok(()) => {
                info!("configuration `{}` read again", self.session.loaded.name);
                self.settle = Settle::new(self.session.loaded.config.watch.settle);
                self.pending = Pending { anything: true, ..Pending::default() };
                if let Err(error) = self.turn() {
                    let wait = self.alarm.failed(Instant::now());
                    error!("{error:#}; the old feeds stand, trying again in {} s", wait.as_secs());
                }
            }
            Err(failure) => {
                match failure {
                    Failure::Configuration(problems) => problems.iter().for_each(|problem| error!("{problem}")),
                    Failure::World(error) => error!("{error:#}"),
                }
                error!("the new configuration cannot be used; the old one stays");
            }
        }
        systemd::ready(&self.session.status());
    }

    fn replaced(&mut self) -> Result<(), Failure> {
        let loaded = load(self.options);
        self.session.remember_configuration();
        let loaded = loaded?;
        let (output, state) = (&loaded.config.output, loaded.config.state.clone());
        let fresh =
            if output == self.publisher.output() { None } else { Some(Publisher::open(output, state.as_deref())?) };
        let publisher = fresh.as_ref().unwrap_or(&self.publisher);
        self.session = Session::open(loaded, publisher.state().folder(), tell(&self.sender))?;
        match fresh {
            Some(fresh) => self.publisher = fresh,
            None => self.publisher.move_state(state.as_deref())?,
        }
        Ok(())
    }
}

fn tell(sender: &Sender<Event>) -> Tell {
    let sender = sender.clone();
    Arc::new(move |noticed| {
        let _ = sender.send(Event::Noticed(noticed)); // fails only when the service ends
    })
}

fn listen_for_signals(sender: Sender<Event>) -> Result<()> {
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
