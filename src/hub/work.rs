//! The loop: it owns all state, and waits for forms, news, answers of subscribers and the time.

use std::collections::{HashMap, VecDeque};
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::Result;
use chrono::{DateTime, Utc};
use ring::rand::SystemRandom;
use tokio::sync::mpsc;
use tokio::task::{JoinError, JoinHandle, JoinSet};
use tracing::error;
use url::Url;

use super::saving::Saving;
use super::store::{Changes, Store};
use super::{GRACE, Inbox, Posted};
use crate::client::Client;
use crate::config;
use crate::websub::{Agenda, Answer, Key, Pending, Request, Roll, Room, Rules, Tally, Topic, Version};

/// How many deliveries are under way at once: in all, and to one host.
const DELIVERIES: usize = 128;
const DELIVERIES_PER_HOST: usize = 16;
/// How many subscribers are being asked or told something at once.
const QUESTIONS: usize = 32;
/// How many requests wait for their subscribers.
const PENDING: Room = Room { most: 2048, per_domain: 512, per_host: 128, at_once: 4 };
/// The clock may be set meanwhile: nothing is waited for longer than that without a look at it.
const LONGEST_SLEEP: Duration = Duration::from_mins(1);

/// Everything that the loop owns.
pub struct Work {
    pub(super) rules: Rules,
    pub(super) hub: Arc<str>,
    pub(super) lease: Duration,
    pub(super) client: Client,
    pub(super) random: SystemRandom,
    pub(super) inbox: Arc<Inbox>,
    pub(super) topics: HashMap<Arc<str>, Arc<Topic>>,
    pub(super) roll: Roll,
    pub(super) pending: Pending,
    pub(super) agenda: Agenda,
    pub(super) denials: VecDeque<Url>,
    pub(super) tasks: JoinSet<Done>,
    pub(super) deliveries: usize,
    pub(super) questions: usize,
    pub(super) last_delivery: Option<DateTime<Utc>>,
    /// When there was a look at the clock last.
    looked: DateTime<Utc>,
    pub(super) store: Arc<Store>,
    pub(super) unsaved: Changes,
    pub(super) saving: Saving,
    /// How things are, for everybody else.
    told: Arc<Mutex<Tally>>,
}

/// What ended.
pub(super) enum Done {
    Asked(Request, bool),
    Denied,
    Delivered(Sent, Answer),
    Saved(Arc<Changes>, Result<()>),
}

/// What is on its way to a subscriber.
pub(super) struct Sent {
    pub(super) key: Key,
    pub(super) version: Version,
    /// Tells confirmations of one key apart: no two leases of it end at the same instant.
    pub(super) expires: DateTime<Utc>,
}

/// What comes of a task of its own; where it panics, nothing: that is told, and costs that task alone.
pub(super) async fn outcome<T>(task: JoinHandle<T>) -> Option<T> {
    task.await.inspect_err(|failed| error!("a task of the hub failed: {failed}")).ok()
}

impl Work {
    /// With what the store holds.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn new(config: &config::Hub, rules: Rules, client: Client, store: Store, inbox: Arc<Inbox>) -> Result<Self> {
        let mut work = Self {
            hub: config.url.as_str().into(),
            rules,
            lease: config.lease,
            client,
            random: SystemRandom::new(),
            inbox,
            topics: HashMap::new(),
            roll: Roll::new(config.most),
            pending: Pending::new(PENDING),
            agenda: Agenda::new(DELIVERIES_PER_HOST),
            denials: VecDeque::new(),
            tasks: JoinSet::new(),
            deliveries: 0,
            questions: 0,
            last_delivery: None,
            looked: DateTime::<Utc>::MIN_UTC,
            unsaved: Changes::new(),
            saving: Saving::default(),
            told: Arc::default(),
            store: Arc::new(store),
        };
        for (key, subscription) in work.store.read()? {
            work.agenda.put(key.clone(), subscription.expires);
            work.roll.put(key, subscription);
        }
        work.tell();
        Ok(work)
    }

    /// Where the loop leaves how things are, whenever that may have changed.
    pub fn told(&self) -> Arc<Mutex<Tally>> {
        self.told.clone()
    }

    /// Works until it is told to stop; then it waits a little for what is under way, and keeps what is known.
    pub async fn run(mut self, mut forms: mpsc::Receiver<Posted>) {
        while !self.inbox.stops.load(Ordering::Acquire) {
            self.take_news();
            self.begin();
            self.tell();
            let wait = self.wait();
            let inbox = self.inbox.clone();
            tokio::select! {
                Some(posted) = forms.recv() => self.reply(posted),
                () = inbox.rings.notified() => {}
                Some(done) = self.tasks.join_next() => self.finish(done),
                () = tokio::time::sleep(wait) => {}
            }
        }
        let _ = tokio::time::timeout(GRACE, self.wind_up()).await;
        if !self.unsaved.is_empty()
            && let Err(error) = self.store.write(&self.unsaved)
        {
            error!("{error:#}; some subscribers may be sent again what they have");
        }
    }

    async fn wind_up(&mut self) {
        while let Some(done) = self.tasks.join_next().await {
            self.finish(done);
        }
    }

    /// What was published before somebody asked is known to who answers, and what was asked is told when it is answered.
    fn reply(&mut self, (form, reply): Posted) {
        self.take_news();
        let answer = self.answer(&form);
        self.tell();
        let _ = reply.send(answer); // who asked may be gone
    }

    fn tell(&self) {
        let tally = Tally { pending: self.pending.count(), last_delivery: self.last_delivery, ..self.roll.tally() };
        *self.told.lock().unwrap_or_else(PoisonError::into_inner) = tally;
    }

    /// Begins what there is to do and room for.
    fn begin(&mut self) {
        let now = Utc::now();
        if now < self.looked {
            self.schedule_all(); // the clock was set back: what it put off is not put off any more
        }
        self.looked = now;
        while self.may_deliver()
            && let Some(key) = self.agenda.take(now)
        {
            self.attend_to(key, now);
        }
        while self.questions < QUESTIONS
            && let Some(request) = self.pending.take()
        {
            self.ask(request);
        }
        while self.questions < QUESTIONS && self.tell_denied() {}
        self.save(now);
    }

    /// Whether there is room for one more. Before anything is published, nobody is judged: the hub may just have been
    /// started, and not yet been told that the clock is doubted.
    fn may_deliver(&self) -> bool {
        !self.topics.is_empty() && self.deliveries < DELIVERIES
    }

    /// Until when nothing happens by itself.
    fn wait(&self) -> Duration {
        let turn = self.agenda.next().filter(|_| self.may_deliver());
        let next = self.saving.again().into_iter().chain(turn).min();
        next.map_or(LONGEST_SLEEP, |next| (next - Utc::now()).to_std().unwrap_or_default().min(LONGEST_SLEEP))
    }

    fn finish(&mut self, done: Result<Done, JoinError>) {
        match done {
            Ok(Done::Asked(request, is_meant)) => {
                self.questions -= 1;
                self.pending.done(&request.key, Utc::now());
                if is_meant {
                    self.confirm(&request);
                }
            }
            Ok(Done::Denied) => self.questions -= 1,
            Ok(Done::Delivered(sent, answer)) => {
                self.deliveries -= 1;
                self.delivered(sent, answer);
            }
            Ok(Done::Saved(changes, saved)) => self.saved(changes, saved),
            Err(failed) => error!("the loop of the hub lost a task: {failed}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_task_that_panics_comes_to_nothing() {
        assert_eq!(outcome(tokio::spawn(async { 7 })).await, Some(7));
        assert_eq!(outcome(tokio::task::spawn_blocking(|| -> u8 { panic!("for a test") })).await, None);
    }
}
