//! Carries out errands: tells hubs of new versions of feeds, and finds out whether these are served yet.
//!
//! In: an [`Errand`]. Out: what became of it, by a call from the thread that all of them share. What is due when, and
//! what follows from an answer, is decided elsewhere ([`notice`](crate::notice)); nothing is tried twice here.

use std::sync::Arc;
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result};
use chrono::{TimeDelta, Utc};
use tokio::runtime;
use tokio::sync::mpsc::{self, UnboundedReceiver, UnboundedSender};
use tokio::task::JoinError;
use url::Url;

use crate::client::{Client, HeaderMap, HeaderName, HeaderValue, Request, Response};
use crate::feed::edition::digest;
use crate::notice::{Answer, Blog, Errand, Outcome, Target, read_answer, words};
use crate::reach::Reach;

/// What is told when an errand is done.
pub type OnDone = Arc<dyn Fn(Errand, Outcome) + Send + Sync>;

/// A thread that carries out errands, many at a time. It ends with this; what is under way then is dropped.
#[derive(Debug)]
pub struct Announcer {
    errands: UnboundedSender<Errand>,
}

/// So long a feed may be that an address serves, in bytes.
const LONGEST_FEED: usize = 1 << 26;
/// Redirects that are followed.
const REDIRECTS: u8 = 5;
/// A whole feed, however slow the server.
const PATIENCE: Duration = Duration::from_mins(1);

impl Announcer {
    /// Starts the thread. `blog`: what directories are told of it.
    ///
    /// # Errors
    /// When there can be no thread, or no certificate is trusted.
    pub fn start(blog: Blog, on_done: OnDone) -> Result<Self> {
        let client = Client::new(Reach::Anywhere)?;
        let (sender, errands) = mpsc::unbounded_channel();
        let runtime = runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.context("cannot start what tells hubs")?;
        let run = move || runtime.block_on(carry_out(errands, Arc::new(Messenger { client, blog }), on_done));
        thread::Builder::new().name("announce".into()).spawn(run).context("cannot start a thread")?;
        Ok(Self { errands: sender })
    }

    /// Has an errand carried out.
    pub fn send(&self, errand: Errand) {
        let _ = self.errands.send(errand); // the thread lives as long as this
    }
}

async fn carry_out(mut errands: UnboundedReceiver<Errand>, messenger: Arc<Messenger>, on_done: OnDone) {
    while let Some(errand) = errands.recv().await {
        let (messenger, on_done) = (messenger.clone(), on_done.clone());
        tokio::spawn(async move {
            let asked = errand.clone();
            let carried_out = tokio::spawn(async move { messenger.carry_out(&asked).await });
            let broken = |error: JoinError| later(format!("it could not be asked: {error}"));
            on_done(errand, carried_out.await.unwrap_or_else(broken));
        });
    }
}

struct Messenger {
    client: Client,
    blog: Blog,
}

impl Messenger {
    async fn carry_out(&self, errand: &Errand) -> Outcome {
        match errand {
            Errand::Look { topic, digest, etag } => self.look(topic, *digest, etag.as_deref()).await,
            Errand::Tell { target, topic, .. } => self.tell(target, topic).await,
        }
    }

    /// Whether the address serves this version, by a conditional GET (RFC 9110 §13.1.2).
    async fn look(&self, topic: &Url, wanted: u128, etag: Option<&str>) -> Outcome {
        let mut request = Request { most: LONGEST_FEED, redirects: REDIRECTS, ..Request::get(topic.clone()) };
        request.patience = PATIENCE;
        if let Some(etag) = etag.and_then(|etag| HeaderValue::from_str(etag).ok()) {
            request = request.header(HeaderName::from_static("if-none-match"), etag);
        }
        let response = match self.client.send(request).await {
            Ok(response) => response,
            Err(failure) => return later(failure.to_string()),
        };
        match response.status.as_u16() {
            200 if digest(&response.body) == wanted => Outcome::Done,
            200 => served_still(text_of(&response.headers, "etag")),
            304 => served_still(etag.map(str::to_owned)),
            status => put_off(format!("`{topic}` answers {status}"), &response),
        }
    }

    async fn tell(&self, target: &Target, topic: &Url) -> Outcome {
        let words = words(target, topic, &self.blog);
        let content_type = HeaderValue::from_static(words.content_type);
        let request = Request::post(target.url().clone(), content_type, words.body);
        let response = match self.client.send(Request { redirects: REDIRECTS, ..request }).await {
            Ok(response) => response,
            Err(failure) => return later(failure.to_string()),
        };
        let status = response.status.as_u16();
        match read_answer(target, Answer { status, body: &response.body }) {
            Ok(()) => Outcome::Done,
            // To ask the same once more makes no sense (RFC 9110 §15.5), but for a few that are about time.
            Err(reason) if (400..500).contains(&status) && ![408, 425, 429].contains(&status) => {
                Outcome::Never { reason }
            }
            Err(reason) => put_off(reason, &response),
        }
    }
}

fn served_still(etag: Option<String>) -> Outcome {
    Outcome::Later { reason: "it serves another version".to_owned(), after: None, etag }
}

fn later(reason: String) -> Outcome {
    Outcome::Later { reason, after: None, etag: None }
}

fn put_off(reason: String, response: &Response) -> Outcome {
    let after = response.retry_after(Utc::now()).and_then(|after| TimeDelta::from_std(after).ok());
    Outcome::Later { reason, after, etag: None }
}

fn text_of(headers: &HeaderMap, name: &str) -> Option<String> {
    headers.get(name)?.to_str().ok().map(str::to_owned)
}
