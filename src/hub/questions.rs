//! Whether subscribers mean what they ask for (§5.3), and what follows when they do.

use std::fmt::Write;

use chrono::Utc;
use ring::rand::SecureRandom;
use tracing::info;

use super::exchange::{ask, deny};
use super::work::{Done, Work, outcome};
use crate::websub::{Intent, Mode, Request, Subscription, denial, lease};

impl Work {
    pub(super) fn ask(&mut self, request: Request) {
        let lease = lease(request.lease, self.lease);
        let intent = self.challenge().and_then(|challenge| Intent::of(&request, challenge, lease));
        let client = self.client.clone();
        self.questions += 1;
        let asking =
            tokio::spawn(async move { if let Some(intent) = intent { ask(client, intent).await } else { false } });
        self.tasks.spawn(async move { Done::Asked(request, outcome(asking).await.unwrap_or(false)) });
    }

    /// Tells the next one that there is no subscription; whether there is one to be told.
    pub(super) fn tell_denied(&mut self) -> bool {
        let Some(url) = self.denials.pop_front() else { return false };
        let telling = tokio::spawn(deny(self.client.clone(), url));
        self.questions += 1;
        self.tasks.spawn(async {
            outcome(telling).await;
            Done::Denied
        });
        true
    }

    /// What nobody can guess; `None`: the system has no random numbers.
    fn challenge(&self) -> Option<String> {
        let mut bytes = [0; 24];
        self.random.fill(&mut bytes).ok()?;
        let mut text = String::new();
        for byte in bytes {
            let _ = write!(text, "{byte:02x}"); // a string takes all
        }
        Some(text)
    }

    /// A subscriber means it.
    pub(super) fn confirm(&mut self, request: &Request) {
        let key = &request.key;
        if request.mode == Mode::Unsubscribe {
            info!("a subscriber at `{}` wants no more of `{}`", key.host(), key.topic);
            return self.strike(key);
        }
        let Some(current) = self.topics.get(&key.topic).map(|topic| topic.version) else {
            return self.deny(request, "this feed is no more");
        };
        if let Err(refusal) = self.roll.room_for(key) {
            return self.deny(request, &refusal.reason);
        }
        let expires = Utc::now() + lease(request.lease, self.lease);
        info!("a subscriber at `{}` is subscribed to `{}` until {expires}", key.host(), key.topic);
        let subscription = Subscription::confirmed(self.roll.find(key), request, expires, Some(current));
        self.put(key, subscription);
    }

    fn deny(&mut self, request: &Request, reason: &str) {
        self.denials.extend(denial(&request.key.callback, &request.topic, reason));
    }
}
