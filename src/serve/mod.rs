//! Answers readers: HTTP/1.1 on sockets of TCP, of the file system, or of systemd.
//!
//! In: a [`Publication`], handed over whole and swapped at once, so that what is answered is always of one publication;
//! and a [`Door`], behind which somebody else answers forms. Out: who read what ([`Access`]). What is answered is decided
//! by [`representation`](crate::representation): here are connections, and what they may take of the machine. It works
//! on threads of its own, and nothing that a client does holds up whoever publishes.
//!
//! - `listen`: the sockets; `inherited`: those of systemd
//! - `connection`: from a connection to its requests, within bounds; `pace`: how slow it may be
//! - `respond`: from a request to its response; `door`: forms
//! - `access`: who read what; `reader`: who a reader says that it is
//! - `room`: how many connections this process has room for

mod access;
mod connection;
mod door;
mod inherited;
mod listen;
mod pace;
mod reader;
mod respond;
mod room;

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result};
use tokio::runtime::{self, Runtime};
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinHandle;
use tokio::time::timeout;

use self::access::Counts;
pub use self::door::{Answerer, Answering, Door};
use self::listen::{Listener, Socket};
use crate::config;
use crate::representation::Publication;
use crate::status::Access;

/// More threads than this do not answer feeds any faster.
const MOST_THREADS: usize = 4;
/// How long answers that are under way may take when the end has come.
const GRACE: Duration = Duration::from_secs(1);

/// A server at work; dropped, it accepts nobody any more, ends what is under way, and closes its sockets.
#[derive(Debug)]
pub struct Server {
    shared: Arc<Shared>,
    runtime: Option<Runtime>,
    /// Whether the end has come.
    stop: watch::Sender<bool>,
    sockets: Vec<Socket>,
    /// Until something is published.
    waiting: Mutex<Vec<Listener>>,
    /// Those that accept: what they listen at is free when they have ended.
    accepting: Mutex<Vec<JoinHandle<()>>>,
}

/// What all connections have in common.
#[derive(Debug)]
struct Shared {
    publication: RwLock<Arc<Publication>>,
    counts: Counts,
    /// Where forms are answered.
    door: RwLock<Option<Door>>,
    /// One permit for each connection there may be.
    connections: Arc<Semaphore>,
    most: usize,
}

impl Server {
    /// Listens; who connects waits until something is published.
    ///
    /// # Errors
    /// When one of the sockets cannot be opened.
    pub fn start(config: &config::Serve) -> Result<Self> {
        let most = room::make(config.connections);
        let shared = Arc::new(Shared {
            publication: RwLock::default(),
            counts: Counts::default(),
            door: RwLock::default(),
            connections: Arc::new(Semaphore::new(most)),
            most,
        });
        let threads = thread::available_parallelism().map_or(1, usize::from).min(MOST_THREADS);
        let mut builder = runtime::Builder::new_multi_thread();
        let runtime = builder.worker_threads(threads).thread_name("serve").enable_all().build();
        let runtime = runtime.context("cannot start the threads that answer readers")?;
        let sockets = listen::open(&config.listen)?;
        let inside = runtime.enter();
        let waiting: Result<Vec<Listener>> = sockets.iter().map(Socket::listener).collect();
        drop(inside);
        let (waiting, stop) = (Mutex::new(waiting?), watch::Sender::new(false));
        let accepting = Mutex::default();
        Ok(Self { shared, runtime: Some(runtime), stop, sockets, waiting, accepting })
    }

    /// Serves this from now on.
    pub fn publish(&self, publication: Arc<Publication>) {
        *self.shared.publication.write().unwrap_or_else(PoisonError::into_inner) = publication;
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        for listener in waiting.drain(..) {
            let accept = connection::accept(listener, self.shared.clone(), self.stop.subscribe());
            if let Some(runtime) = &self.runtime {
                self.accepting.lock().unwrap_or_else(PoisonError::into_inner).push(runtime.spawn(accept));
            }
        }
    }

    /// Has forms answered there from now on; `None`: nowhere.
    pub fn answer_forms(&self, door: Option<Door>) {
        *self.shared.door.write().unwrap_or_else(PoisonError::into_inner) = door;
    }

    /// What is served.
    #[must_use]
    pub fn publication(&self) -> Arc<Publication> {
        self.shared.publication()
    }

    /// Who read what since it was started.
    #[must_use]
    pub fn access(&self) -> Access {
        let connections = self.shared.most - self.shared.connections.available_permits();
        Access { connections, feeds: self.shared.counts.told() }
    }

    /// The addresses of TCP that it listens at: with port 0, which one that is.
    #[must_use]
    pub fn addresses(&self) -> Vec<SocketAddr> {
        self.sockets.iter().filter_map(Socket::address).collect()
    }
}

impl Shared {
    fn publication(&self) -> Arc<Publication> {
        self.publication.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Where forms are answered that are posted to this path.
    fn door(&self, path: &str) -> Option<Door> {
        self.door.read().unwrap_or_else(PoisonError::into_inner).clone().filter(|door| door.path == path)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop.send_replace(true);
        let Some(runtime) = self.runtime.take() else { return };
        let all = u32::try_from(self.shared.most).unwrap_or(u32::MAX);
        let accepting = std::mem::take(&mut *self.accepting.lock().unwrap_or_else(PoisonError::into_inner));
        let ended = async {
            for accepting in accepting {
                let _ = accepting.await; // at once, or it is over already
            }
            timeout(GRACE, self.shared.connections.acquire_many(all)).await.is_ok()
        };
        let _ = runtime.block_on(ended); // who is not done by then is cut off
        runtime.shutdown_background();
    }
}
