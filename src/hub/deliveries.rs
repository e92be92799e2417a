//! Who is sent what, and what becomes of it.

use std::collections::BTreeSet;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use ring::rand::SecureRandom;
use tracing::{info, warn};

use super::exchange::Delivery;
use super::work::{Done, Sent, Work, outcome};
use crate::websub::{Answer, Key, Subscription, denial};

impl Work {
    pub(super) fn take_news(&mut self) {
        let news = self.inbox.take();
        if let Some(only) = news.only {
            self.others(&only).iter().for_each(|url| self.withdraw(url));
        }
        for (url, topic) in news.topics {
            let Some(topic) = topic else {
                self.withdraw(&url);
                continue;
            };
            self.topics.insert(url.clone(), Arc::new(topic));
            self.roll.of_feed(&url).into_iter().for_each(|key| self.schedule(key));
        }
    }

    /// All that are known but these, be it by subscriptions alone.
    fn others(&self, only: &BTreeSet<Arc<str>>) -> Vec<Arc<str>> {
        self.topics.keys().chain(self.roll.feeds()).filter(|url| !only.contains(*url)).cloned().collect()
    }

    fn withdraw(&mut self, url: &str) {
        self.topics.remove(url);
        for key in self.roll.of_feed(url) {
            self.denials.extend(denial(&key.callback, url, "this feed is no more"));
            self.strike(&key);
        }
    }

    /// Puts on the agenda when there is something to do for a subscriber.
    fn schedule(&mut self, key: Key) {
        let (current, now) = (self.topics.get(&key.topic).map(|topic| topic.version), Utc::now());
        if let Some(subscription) = self.roll.find(&key) {
            let at = subscription.next(current, now, self.leases(now));
            self.agenda.put(key, at);
        }
    }

    pub(super) fn schedule_all(&mut self) {
        let keys: Vec<Key> = self.roll.all().map(|(key, _)| key.clone()).collect();
        keys.into_iter().for_each(|key| self.schedule(key));
    }

    /// The time that leases are judged by.
    fn leases(&self, now: DateTime<Utc>) -> DateTime<Utc> {
        self.inbox.expires_until().map_or(now, |most| most.min(now))
    }

    pub(super) fn put(&mut self, key: &Key, subscription: Subscription) {
        self.unsaved.insert(key.clone(), Some(subscription.clone()));
        self.roll.put(key.clone(), subscription);
        self.schedule(key.clone());
    }

    pub(super) fn strike(&mut self, key: &Key) {
        self.agenda.strike(key);
        if self.roll.strike(key) {
            self.unsaved.insert(key.clone(), None);
        }
    }

    /// Somebody whose time has come: the lease is over, or there is something to be sent.
    pub(super) fn attend_to(&mut self, key: Key, now: DateTime<Utc>) {
        let (subscription, topic) = (self.roll.find(&key), self.topics.get(&key.topic));
        let is_over = subscription.is_some_and(|subscription| subscription.is_expired(self.leases(now)));
        if let (Some(subscription), Some(topic)) = (subscription, topic)
            && !is_over
            && subscription.lacks(topic.version)
        {
            let delivery = Delivery { key: key.clone(), topic: topic.clone(), secret: subscription.secret.clone() };
            let sent = Sent { key, version: topic.version, expires: subscription.expires };
            let sending = tokio::spawn(delivery.send(self.client.clone(), self.hub.clone()));
            self.deliveries += 1;
            self.tasks.spawn(async move { Done::Delivered(sent, outcome(sending).await.unwrap_or_else(Answer::none)) });
            return;
        }
        self.agenda.done(&key);
        if is_over {
            info!("the lease of a subscriber at `{}` to `{}` is over", key.host(), key.topic);
            self.strike(&key);
        } else {
            self.schedule(key);
        }
    }

    /// A version was sent, or could not be. Who was struck off meanwhile is not put on again, and who subscribed again
    /// did not answer for that: what was sent may have been signed with another secret.
    pub(super) fn delivered(&mut self, Sent { key, version, expires }: Sent, answer: Answer) {
        let now = Utc::now();
        self.agenda.done(&key);
        if answer == Answer::Received {
            self.last_delivery = Some(now);
        }
        let Some(subscription) = self.roll.find(&key).filter(|one| one.expires == expires).cloned() else {
            return self.schedule(key);
        };
        let was_missed = subscription.missed;
        let Some(subscription) = subscription.after(answer, version, now, self.chance()) else {
            info!("a subscriber at `{}` to `{}` is gone", key.host(), key.topic);
            return self.strike(&key);
        };
        if subscription.missed && !was_missed {
            warn!(
                "a subscriber at `{}` could not be sent `{}` for a day: that version is given up",
                key.host(),
                key.topic
            );
        }
        self.put(&key, subscription);
    }

    /// From 0 to 1.
    fn chance(&self) -> f64 {
        let mut bytes = [0; 2];
        let filled = self.random.fill(&mut bytes);
        filled.map_or(0.0, |()| f64::from(u16::from_ne_bytes(bytes)) / f64::from(u16::MAX))
    }
}
