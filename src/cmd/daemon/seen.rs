//! The service as it is seen from outside: its status, the answers to those who ask, its metrics.

use std::sync::Arc;
use std::sync::mpsc::SyncSender;
use std::time::Instant;

use chrono::{DateTime, SubsecRound, Utc};

use super::trouble::cause_of;
use super::{Daemon, Event, Outlets, Session};
use crate::cmd::metrics;
use crate::control::{Answer, Asked, Control, PassOn, Request, folders};
use crate::status::prometheus::{Life, of_service};
use crate::status::{Concern, Configuration, Due, DueChange, Newer, Status, Watching};

/// How the service is seen.
#[derive(Debug)]
pub struct Seen {
    since: DateTime<Utc>,
    control: Option<Control>,
    /// Something was done since that metrics tell of.
    pub is_outdated: bool,
    /// The metrics as they were written last.
    metrics: Option<metrics::Written>,
}

impl Seen {
    /// A service that starts now.
    pub fn new() -> Self {
        Self { since: now(), control: None, is_outdated: false, metrics: None }
    }
}

impl Daemon<'_> {
    /// Opens the socket where it belongs by the configuration; a service that cannot be asked works all the same.
    pub(super) fn listen(&mut self) {
        let (folders, output) = (folders(self.publisher.state().folder()), self.publisher.output().to_owned());
        if self.seen.control.as_ref().is_some_and(|control| control.is_in_place(&folders, &output)) {
            return;
        }
        self.seen.control = None;
        match Control::open(&folders, &output, &self.pass_on) {
            Ok(control) => {
                self.seen.control = Some(control);
                self.troubles.mended(Concern::Control, now());
            }
            Err(error) => {
                let message = format!("`feedwright status` will not be answered: {error:#}; everything else goes on");
                self.troubles.complain(Concern::Control, cause_of(&error), message, now());
            }
        }
    }

    /// Answers somebody who asks.
    pub(super) fn answer(&mut self, asked: Asked) {
        let answer = match asked.request {
            Request::Status => Answer::Status(Box::new(self.seen())),
            Request::AcceptLoss => {
                self.session.accept_loss();
                self.pending.anything = true;
                self.settle.touch(Instant::now());
                Answer::TakenUp
            }
            Request::ReassignIds => {
                self.reassigns_ids = true;
                self.pending.reload = true;
                Answer::TakenUp
            }
        };
        asked.answer(answer);
    }

    /// Everything about the service.
    pub(super) fn seen(&mut self) -> Status {
        let problems = self.session.problems();
        let newer =
            if self.is_unloaded { Some(Newer::Waiting) } else { (!self.refused.is_empty()).then_some(Newer::Broken) };
        let configuration = Configuration {
            file: self.session.loaded.file.display().to_string(),
            newer,
            problems: self.refused.clone(),
        };
        let pipeline = self.session.blog.pipeline();
        let broken = pipeline.left_out(&problems) + pipeline.last_good(&problems);
        Status {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            pid: std::process::id(),
            since: self.seen.since,
            posts: self.session.blog.site().live(),
            held: self.session.blog.site().held(),
            broken,
            feeds: self.session.blog.feeds(),
            publications: self.session.publications.clone(),
            next: next(&self.session),
            problems,
            troubles: self.troubles.standing().cloned().collect(),
            last_error: self.troubles.last().cloned(),
            announced: self.outlets.as_ref().and_then(Outlets::announced),
            watcher: watching(&self.session),
            configuration,
            hub: self.outlets.as_ref().and_then(Outlets::hosted),
            access: self.outlets.as_ref().and_then(Outlets::access),
            output: self.publisher.output().display().to_string(),
            state: self.publisher.state().folder().display().to_string(),
        }
    }

    /// Writes the metrics when they have changed. That this fails harms nothing else.
    pub(super) fn measure(&mut self, life: Life) {
        let Some(file) = self.session.loaded.config.metrics.clone() else {
            self.troubles.over(Concern::Metrics, now());
            return;
        };
        let text = of_service(&self.seen(), life);
        match metrics::write(&file, text, &mut self.seen.metrics) {
            Ok(()) => self.troubles.mended(Concern::Metrics, now()),
            Err(error) => {
                let message = format!("{error:#}; everything else goes on");
                self.troubles.complain(Concern::Metrics, cause_of(&error), message, now());
            }
        }
    }
}

/// What the loop is told of somebody who asks.
pub fn pass_on(sender: SyncSender<Event>) -> PassOn {
    Arc::new(move |asked| {
        let _ = sender.try_send(Event::Asked(asked)); // who asks a loop that cannot keep up is told that it is busy
    })
}

/// To the millisecond, as it is told.
pub fn now() -> DateTime<Utc> {
    Utc::now().trunc_subsecs(3)
}

fn next(session: &Session) -> Option<Due> {
    let (at, post) = session.blog.next()?;
    let change = if post.published.to_utc() == at { DueChange::ComesOut } else { DueChange::Goes };
    Some(Due { at, post: post.path.to_string(), title: post.title.clone(), change })
}

fn watching(session: &Session) -> Watching {
    let kind = session.watching.kind();
    let folders = session.blog.library().folders().map(|folder| folder.display().to_string()).collect();
    Watching { kind: kind.to_owned(), folders }
}
