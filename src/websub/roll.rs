//! All subscriptions, and how many there may be.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::request::{Refusal, refusal};
use super::{Key, Subscription};
use crate::config::Most;

/// All subscriptions that were confirmed.
#[derive(Debug)]
pub struct Roll {
    most: Most,
    subscriptions: BTreeMap<Key, Subscription>,
    of_feed: HashMap<Arc<str>, usize>,
    at_host: HashMap<String, usize>,
    failing: usize,
    missed: usize,
}

/// How many subscriptions there are, and how they fare.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Tally {
    /// Of each feed, by its address.
    pub feeds: BTreeMap<String, usize>,
    /// Of those whose subscribers could not be sent the version that there is, so far.
    pub failing: usize,
    /// Of those with whom that was given up.
    pub missed: usize,
    /// Requests whose subscribers were not yet asked whether they mean them.
    pub pending: usize,
    /// When a subscriber was sent a version last, since the start.
    pub last_delivery: Option<DateTime<Utc>>,
}

impl Roll {
    /// An empty one.
    #[must_use]
    pub fn new(most: Most) -> Self {
        let (of_feed, at_host) = (HashMap::new(), HashMap::new());
        Self { most, subscriptions: BTreeMap::new(), of_feed, at_host, failing: 0, missed: 0 }
    }

    /// The subscription of this key.
    #[must_use]
    pub fn find(&self, key: &Key) -> Option<&Subscription> {
        self.subscriptions.get(key)
    }

    /// Puts one on it, in the place of the one before.
    pub fn put(&mut self, key: Key, subscription: Subscription) {
        self.failing += usize::from(subscription.failing.is_some());
        self.missed += usize::from(subscription.missed);
        if let Some(former) = self.subscriptions.insert(key.clone(), subscription) {
            return self.no_more(&former);
        }
        *self.at_host.entry(key.host().to_owned()).or_default() += 1;
        *self.of_feed.entry(key.topic).or_default() += 1;
    }

    /// Strikes one off; whether it was there.
    pub fn strike(&mut self, key: &Key) -> bool {
        let Some(former) = self.subscriptions.remove(key) else { return false };
        self.no_more(&former);
        less(&mut self.of_feed, &*key.topic);
        less(&mut self.at_host, key.host());
        true
    }

    fn no_more(&mut self, former: &Subscription) {
        self.failing -= usize::from(former.failing.is_some());
        self.missed -= usize::from(former.missed);
    }

    /// All of one feed.
    #[must_use]
    pub fn of_feed(&self, topic: &str) -> Vec<Key> {
        let from = self.subscriptions.range(Key::new(topic, "")..);
        from.map(|(key, _)| key).take_while(|key| &*key.topic == topic).cloned().collect()
    }

    /// The addresses of all feeds that have any.
    pub fn feeds(&self) -> impl Iterator<Item = &Arc<str>> {
        self.of_feed.keys()
    }

    /// All of them.
    pub fn all(&self) -> impl Iterator<Item = (&Key, &Subscription)> {
        self.subscriptions.iter()
    }

    /// Whether this one may be put on it. One that is there already always may.
    ///
    /// # Errors
    /// Of what there are enough.
    pub fn room_for(&self, key: &Key) -> Result<(), Refusal> {
        if self.subscriptions.contains_key(key) {
            return Ok(());
        }
        let most = self.most;
        let full = |reason: String| Err(refusal(503, format!("{reason}; ask again later")));
        if self.subscriptions.len() >= most.subscriptions {
            return full(format!("this hub has {} subscriptions, and takes no more", most.subscriptions));
        }
        if self.of_feed.get(&key.topic).is_some_and(|count| *count >= most.per_feed) {
            return full(format!("this feed has {} subscriptions, and takes no more", most.per_feed));
        }
        if self.at_host.get(key.host()).is_some_and(|count| *count >= most.per_host) {
            return Err(refusal(
                429,
                format!("`{}` has {} subscriptions, and gets no more", key.host(), most.per_host),
            ));
        }
        Ok(())
    }

    /// How many there are; what else is to be told is not known here.
    #[must_use]
    pub fn tally(&self) -> Tally {
        Tally {
            feeds: self.of_feed.iter().map(|(topic, count)| (topic.to_string(), *count)).collect(),
            failing: self.failing,
            missed: self.missed,
            ..Tally::default()
        }
    }
}

/// One less; none is kept as zero, so that what was once there takes no memory.
pub(super) fn less<K, Q>(counts: &mut HashMap<K, usize>, key: &Q)
where
    K: std::borrow::Borrow<Q> + std::hash::Hash + Eq,
    Q: std::hash::Hash + Eq + ?Sized,
{
    if let Some(count) = counts.get_mut(key) {
        *count -= 1;
        if *count == 0 {
            counts.remove(key);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::websub::Failing;

    fn subscription() -> Subscription {
        let expires = DateTime::from_timestamp(2_000_000_000, 0).unwrap();
        Subscription { secret: None, expires, settled: None, missed: false, failing: None }
    }

    fn roll(keys: &[(&str, &str)]) -> Roll {
        let mut roll = Roll::new(Most { subscriptions: 4, per_feed: 3, per_host: 2 });
        keys.iter().for_each(|(topic, callback)| roll.put(Key::new(topic, callback), subscription()));
        roll
    }

    #[track_caller]
    fn refused(roll: &Roll, key: (&str, &str), status: u16, reason: &str) {
        let refusal = roll.room_for(&Key::new(key.0, key.1)).unwrap_err();
        assert!(refusal.status == status && refusal.reason.contains(reason), "{refusal:?}");
    }

    #[test]
    fn there_is_an_end_to_each_feed_each_host_and_all() {
        let mut roll = roll(&[("a", "http://1/x"), ("a", "http://1/y"), ("a", "http://2/")]);
        refused(&roll, ("a", "http://3/"), 503, "this feed has 3");
        refused(&roll, ("b", "http://1/"), 429, "`1` has 2");
        roll.put(Key::new("b", "http://3/"), subscription());
        refused(&roll, ("b", "http://4/"), 503, "this hub has 4");
        assert_eq!(roll.room_for(&Key::new("a", "http://1/x")), Ok(()), "it is there already");
        assert!(roll.strike(&Key::new("a", "http://1/x")) && !roll.strike(&Key::new("a", "http://1/x")));
        assert_eq!(roll.room_for(&Key::new("b", "http://1/")), Ok(()));
    }

    #[test]
    fn one_that_is_put_again_counts_once() {
        let mut roll = roll(&[("a", "http://1/"), ("a", "http://1/"), ("b", "http://1/")]);
        assert_eq!(roll.tally().feeds, BTreeMap::from([("a".into(), 1), ("b".into(), 1)]));
        roll.strike(&Key::new("a", "http://1/"));
        assert_eq!(roll.tally().feeds, BTreeMap::from([("b".into(), 1)]));
        assert_eq!((roll.of_feed.len(), roll.at_host.len()), (1, 1));
    }

    #[test]
    fn how_they_fare_is_counted_as_it_is_now() {
        let mut roll = roll(&[("a", "http://1/"), ("a", "http://2/")]);
        let since = subscription().expires;
        let failing = Some(Failing { version: 1, since, attempts: 1, next: since });
        let mut fares = |callback, missed, failing| {
            roll.put(Key::new("a", callback), Subscription { missed, failing, ..subscription() });
            (roll.tally().failing, roll.tally().missed)
        };
        assert_eq!((fares("http://1/", false, failing), fares("http://2/", true, failing)), ((1, 0), (2, 1)));
        assert_eq!((fares("http://1/", true, None), fares("http://1/", false, None)), ((1, 2), (1, 1)));
        roll.strike(&Key::new("a", "http://2/"));
        assert_eq!((roll.tally().failing, roll.tally().missed), (0, 0));
    }

    #[test]
    fn a_feed_has_its_own_alone() {
        let roll = roll(&[("a", "http://1/"), ("a", "http://2/"), ("aa", "http://1/"), ("b", "http://2/")]);
        assert_eq!(roll.of_feed("a"), [Key::new("a", "http://1/"), Key::new("a", "http://2/")]);
        assert_eq!(roll.of_feed("c"), []);
    }
}
