//! The hub at work: subscribers are asked, sent what is new, and kept on disk.
//!
//! In: forms of subscribers, and feeds as they are published. Out: statuses and texts for whoever posts a form, and
//! requests to callbacks. All of it is done by one thread with one loop that owns all state; everybody else only hands
//! over, and never waits for a subscriber.
//!
//! What is sent to whom follows from what is published and what each subscriber has, not from what happened: a process
//! that is killed at any moment goes on where it was, and whoever lacks the version that there is gets it.
//!
//! - `work`: the loop
//! - `desk`: forms and their answers
//! - `questions`: whether subscribers mean it
//! - `deliveries`: who is sent what
//! - `exchange`: one exchange with a subscriber
//! - `store`: subscriptions on disk; `saving`: when they are written

mod deliveries;
mod desk;
mod exchange;
mod questions;
mod saving;
mod store;
mod work;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use anyhow::{Context, Result};
use chrono::{DateTime, Utc};
use tokio::sync::{Notify, mpsc, oneshot};

pub use self::store::FILE;
use self::store::Store;
use self::work::Work;
use crate::client::{Client, Names};
use crate::config;
use crate::reach::Reach;
use crate::websub::{Fields, Rules, Tally, Topic};

/// A form -> the status and the text of its answer: a line for people, without its end, or nothing.
pub type Door = Arc<dyn Fn(Fields) -> Answering + Send + Sync>;
/// The answer to a form, once it is known.
pub type Answering = Pin<Box<dyn Future<Output = (u16, String)> + Send>>;

/// So many forms wait for the loop; who comes with more is told to come again.
const WAITING: usize = 256;
/// What is under way when it ends is waited for so long.
const GRACE: Duration = Duration::from_secs(1);

/// A hub. It stops when it is dropped, and then everything that is known is on disk.
#[derive(Debug)]
pub struct Hub {
    posted: mpsc::Sender<Posted>,
    inbox: Arc<Inbox>,
    /// As the loop left it last.
    tally: Arc<Mutex<Tally>>,
    thread: Option<JoinHandle<()>>,
}

/// A form, and who waits for its answer.
type Posted = (Fields, oneshot::Sender<(u16, String)>);

/// What the loop is told.
#[derive(Debug, Default)]
struct Inbox {
    news: Mutex<News>,
    /// Up to when leases end, while the clock is doubted.
    expires_until: Mutex<Option<DateTime<Utc>>>,
    stops: AtomicBool,
    rings: Notify,
}

/// What is published, newest version only.
#[derive(Debug, Default)]
struct News {
    /// What else there was before is no more.
    only: Option<BTreeSet<Arc<str>>>,
    /// `None`: there is no such feed any more.
    topics: BTreeMap<Arc<str>, Option<Topic>>,
}

impl Inbox {
    fn put(&self, news: impl IntoIterator<Item = (Arc<str>, Option<Topic>)>) {
        self.news().topics.extend(news);
        self.rings.notify_one();
    }

    fn keep_only(&self, only: BTreeSet<Arc<str>>) {
        let mut news = self.news();
        news.topics.iter_mut().filter(|(url, _)| !only.contains(*url)).for_each(|(_, topic)| *topic = None);
        news.only = Some(only);
        self.rings.notify_one();
    }

    fn doubt_clock(&self, expires_until: Option<DateTime<Utc>>) {
        *self.expires_until.lock().unwrap_or_else(PoisonError::into_inner) = expires_until;
        self.rings.notify_one();
    }

    fn expires_until(&self) -> Option<DateTime<Utc>> {
        *self.expires_until.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn take(&self) -> News {
        std::mem::take(&mut self.news())
    }

    fn news(&self) -> MutexGuard<'_, News> {
        self.news.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Hub {
    /// Starts it, with the subscriptions that are in this folder. `names`: whom to ask for the addresses of subscribers.
    ///
    /// # Errors
    /// When the folder, the certificates of the system or a thread cannot be used.
    pub fn open(config: &config::Hub, folder: &Path, names: Names) -> Result<Self> {
        let reach = if config.allow_private { Reach::Anywhere } else { Reach::Public };
        let (client, store) = (Client::with_names(reach, names)?, Store::open(folder)?);
        let (posted, forms) = mpsc::channel(WAITING);
        let inbox = Arc::new(Inbox::default());
        let work = Work::new(config, Rules { hub: config.url.clone(), reach }, client, store, inbox.clone())?;
        let tally = work.told();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.context("cannot start the loop of the hub")?;
        let run = move || {
            runtime.block_on(work.run(forms));
            runtime.shutdown_background(); // names that are still being looked up are of no use any more
        };
        let thread = thread::Builder::new().name("hub".into()).spawn(run).context("cannot start a thread")?;
        Ok(Self { posted, inbox, tally, thread: Some(thread) })
    }

    /// Feeds as they are published now: whoever is subscribed to one and has another version of it is sent this one.
    pub fn publish(&self, topics: impl IntoIterator<Item = Topic>) {
        self.inbox.put(topics.into_iter().map(|topic| (topic.url.clone(), Some(topic))));
    }

    /// Feeds that are no more, by their addresses: their subscribers are told so, and struck off (§5.2).
    pub fn withdraw<'a>(&self, topics: impl IntoIterator<Item = &'a str>) {
        self.inbox.put(topics.into_iter().map(|topic| (topic.into(), None)));
    }

    /// These addresses are all feeds that there are. Subscribers of any other, also of one that went while no hub ran, are
    /// told that it is no more, and struck off (§5.2).
    pub fn withdraw_all_but<'a>(&self, topics: impl IntoIterator<Item = &'a str>) {
        self.inbox.keep_only(topics.into_iter().map(Arc::from).collect());
    }

    /// While the clock is doubted, leases are judged by this instant at most: none ends that was not over by then. `None`:
    /// the clock is believed, and what it says that is over ends within a minute. What is said before anything is
    /// published holds for all leases that were kept.
    pub fn doubt_clock(&self, expires_until: Option<DateTime<Utc>>) {
        self.inbox.doubt_clock(expires_until);
    }

    /// Where forms are handed over (§5.1). Whoever does so waits for the loop, but never for a subscriber.
    #[must_use]
    pub fn door(&self) -> Door {
        let posted = self.posted.clone();
        Arc::new(move |form| {
            let (answer, answered) = oneshot::channel();
            let is_taken = posted.try_send((form, answer)).is_ok();
            Box::pin(async move {
                match answered.await {
                    Ok(answer) if is_taken => answer,
                    _ => (503, "this hub has too much to do; ask again in a minute".to_owned()),
                }
            })
        })
    }

    /// How many subscriptions there are, and how they fare. It waits for nobody.
    #[must_use]
    pub fn tally(&self) -> Tally {
        self.tally.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Drop for Hub {
    fn drop(&mut self) {
        self.inbox.stops.store(true, Ordering::Release);
        self.inbox.rings.notify_one();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join(); // a panic of it was told when it happened
        }
    }
}
