//! One exchange with a subscriber: the question whether it means it, a delivery, a denial.
//!
//! In: what is to be said. Out: what came of it. None of them follows redirects: a callback that moved is a failure (§7).

use std::sync::Arc;
use std::time::Duration;

use chrono::Utc;
use hyper::body::Bytes;
use hyper::header::LINK;
use tracing::debug;
use url::Url;

use crate::client::{Client, Excess, HeaderName, HeaderValue, Request};
use crate::websub::{Answer, Intent, Key, Secret, Topic, link, signature};

/// A question is answered within this time, or not at all.
const QUESTION: Duration = Duration::from_secs(10);
/// A delivery is received within this time, or sent again.
const DELIVERY: Duration = Duration::from_secs(20);
/// A challenge comes back as it was, and none is so long.
const LONGEST_CHALLENGE: usize = 1024;
/// Of an answer to a delivery, only the status matters.
const LONGEST_ANSWER: usize = 1 << 14;
const SIGNATURE: HeaderName = HeaderName::from_static("x-hub-signature");

/// Whether the subscriber means it.
pub async fn ask(client: Client, intent: Intent) -> bool {
    let question = Request { patience: QUESTION, most: LONGEST_CHALLENGE, ..Request::get(intent.url.clone()) };
    match client.send(question).await {
        Ok(answer) => intent.is_confirmed_by(answer.status.as_u16(), &answer.body),
        Err(failure) => {
            debug!("a subscriber cannot be asked: {failure}");
            false
        }
    }
}

/// Tells a subscriber that there is no subscription. Whether it hears that is its own concern.
pub async fn deny(client: Client, denial: Url) {
    let denial = Request { patience: QUESTION, excess: Excess::IsLetGo, ..Request::get(denial) };
    if let Err(failure) = client.send(denial).await {
        debug!("a subscriber cannot be told that there is no subscription: {failure}");
    }
}

/// A version on its way to a subscriber.
#[derive(Debug)]
pub struct Delivery {
    /// To whom.
    pub key: Key,
    /// What.
    pub topic: Arc<Topic>,
    /// How it is signed.
    pub secret: Option<Secret>,
}

impl Delivery {
    /// Sends it. `hub`: the public address of the hub.
    pub async fn send(self, client: Client, hub: Arc<str>) -> Answer {
        let Some(request) = self.request(&hub) else { return Answer::none() };
        match client.send(request).await {
            Ok(response) => Answer::of(response.status.as_u16(), response.retry_after(Utc::now())),
            Err(failure) => {
                debug!("`{}` cannot be sent: {failure}", self.topic.url);
                Answer::none()
            }
        }
    }

    /// `None`: one of the addresses is none, which they are when they come here.
    fn request(&self, hub: &str) -> Option<Request> {
        let url = Url::parse(&self.key.callback).ok()?;
        let content_type = HeaderValue::from_str(&self.topic.content_type).ok()?;
        let request = Request::post(url, content_type, Bytes::from_owner(self.topic.bytes.clone()));
        let mut request = request.header(LINK, HeaderValue::from_str(&link(hub, &self.topic.url)).ok()?);
        if let Some(secret) = &self.secret {
            request = request.header(SIGNATURE, HeaderValue::from_str(&signature(secret, &self.topic.bytes)).ok()?);
        }
        Some(Request { patience: DELIVERY, most: LONGEST_ANSWER, excess: Excess::IsLetGo, ..request })
    }
}
