//! Requests whose subscribers are still to be asked whether they mean them: few in all, few of each host, and few of each
//! domain: whoever has one can make up any number of hosts below it.
//!
//! For one subscription one request is asked about at a time; of what is asked for meanwhile, the last one counts (§5.1).

use std::collections::HashMap;

use chrono::{DateTime, Utc};

use super::request::{Refusal, refusal};
use super::roll::less;
use super::{Agenda, Key, Request};

/// Requests that wait for their subscribers.
#[derive(Debug)]
pub struct Pending {
    room: Room,
    requests: HashMap<Key, Waiting>,
    at_host: HashMap<String, usize>,
    at_domain: HashMap<String, usize>,
    agenda: Agenda,
}

/// How many there may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Room {
    /// In all.
    pub most: usize,
    /// Of each domain ([`Key::domain`]).
    pub per_domain: usize,
    /// Of each host.
    pub per_host: usize,
    /// Of each host, being asked at the same time.
    pub at_once: usize,
}

#[derive(Debug)]
enum Waiting {
    ToBeAsked(Request),
    /// With what was asked for meanwhile.
    Asked(Option<Request>),
}

impl Pending {
    /// None, with room for so many.
    #[must_use]
    pub fn new(room: Room) -> Self {
        let (at_host, at_domain) = (HashMap::new(), HashMap::new());
        Self { room, requests: HashMap::new(), at_host, at_domain, agenda: Agenda::new(room.at_once) }
    }

    /// How many there are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.requests.len()
    }

    /// Takes up a request.
    ///
    /// # Errors
    /// When there are enough already, in all, or of its domain or its host.
    pub fn add(&mut self, request: Request, now: DateTime<Utc>) -> Result<(), Refusal> {
        if let Some(waiting) = self.requests.get_mut(&request.key) {
            match waiting {
                Waiting::ToBeAsked(former) => *former = request,
                Waiting::Asked(newer) => *newer = Some(request),
            }
            return Ok(());
        }
        self.room_for(&request.key)?;
        let key = request.key.clone();
        *self.at_host.entry(key.host().to_owned()).or_default() += 1;
        *self.at_domain.entry(key.domain().to_owned()).or_default() += 1;
        self.requests.insert(key.clone(), Waiting::ToBeAsked(request));
        self.agenda.put(key, now);
        Ok(())
    }

    fn room_for(&self, key: &Key) -> Result<(), Refusal> {
        if self.requests.len() >= self.room.most {
            return Err(refusal(503, "too many subscribers are being asked already; ask again in a minute".to_owned()));
        }
        let counts =
            [(key.host(), &self.at_host, self.room.per_host), (key.domain(), &self.at_domain, self.room.per_domain)];
        for (name, counts, most) in counts {
            if counts.get(name).is_some_and(|count| *count >= most) {
                let reason = format!("`{name}` is being asked {most} times already; ask again when it has answered");
                return Err(refusal(429, reason));
            }
        }
        Ok(())
    }

    /// A request whose subscriber is to be asked now. Whoever waits here is due, whatever the clock said when it came.
    pub fn take(&mut self) -> Option<Request> {
        let key = self.agenda.take(DateTime::<Utc>::MAX_UTC)?;
        match self.requests.insert(key, Waiting::Asked(None))? {
            Waiting::ToBeAsked(request) => Some(request),
            Waiting::Asked(_) => None, // the agenda gives out nobody twice
        }
    }

    /// A subscriber was asked.
    pub fn done(&mut self, key: &Key, now: DateTime<Utc>) {
        self.agenda.done(key);
        if let Some(Waiting::Asked(Some(newer))) = self.requests.remove(key) {
            self.requests.insert(key.clone(), Waiting::ToBeAsked(newer));
            self.agenda.put(key.clone(), now);
        } else {
            less(&mut self.at_host, key.host());
            less(&mut self.at_domain, key.domain());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::websub::Mode;

    fn now() -> DateTime<Utc> {
        DateTime::from_timestamp(1_700_000_000, 0).unwrap()
    }

    fn request(mode: Mode, callback: &str) -> Request {
        let key = Key::new("https://example.org/rss.xml", callback);
        Request { mode, topic: "https://example.org/rss.xml".into(), key, lease: None, secret: None }
    }

    fn pending(most: usize, per_domain: usize, per_host: usize, at_once: usize) -> Pending {
        Pending::new(Room { most, per_domain, per_host, at_once })
    }

    fn asked(pending: &mut Pending) -> Vec<Request> {
        std::iter::from_fn(|| pending.take()).collect()
    }

    #[test]
    fn there_is_an_end_to_them() {
        let mut pending = pending(3, 3, 2, 1);
        let mut add =
            |callback| pending.add(request(Mode::Subscribe, callback), now()).map_err(|refusal| refusal.status);
        assert_eq!((add("http://a/1"), add("http://a/2"), add("http://a/2")), (Ok(()), Ok(()), Ok(())));
        assert_eq!((add("http://a/3"), add("http://b/1"), add("http://c/1")), (Err(429), Ok(()), Err(503)));
        let first = asked(&mut pending);
        assert_eq!(first.len(), 2, "one of each host at once");
        first.iter().for_each(|request| pending.done(&request.key, now()));
        assert_eq!((pending.count(), asked(&mut pending).len()), (1, 1));
        pending.done(&Key::new("https://example.org/rss.xml", "http://a/2"), now());
        assert!(pending.count() == 0 && pending.at_host.is_empty() && pending.at_domain.is_empty());
    }

    #[test]
    fn hosts_that_are_made_up_below_one_domain_take_no_place_from_others() {
        let mut pending = pending(9, 2, 2, 1);
        let mut add =
            |callback| pending.add(request(Mode::Subscribe, callback), now()).map_err(|refusal| refusal.status);
        assert_eq!((add("http://a.evil.example/"), add("http://b.evil.example/")), (Ok(()), Ok(())));
        assert_eq!((add("http://c.evil.example/"), add("http://a.good.example/")), (Err(429), Ok(())));
        let first = request(Mode::Subscribe, "http://a.evil.example/");
        assert_eq!(asked(&mut pending).len(), 3);
        pending.done(&first.key, now());
        pending.add(request(Mode::Subscribe, "http://c.evil.example/"), now()).unwrap();
    }

    #[test]
    fn the_last_request_counts() {
        let mut pending = pending(9, 9, 9, 9);
        let add = |pending: &mut Pending, mode| pending.add(request(mode, "http://a/"), now()).unwrap();
        add(&mut pending, Mode::Unsubscribe);
        add(&mut pending, Mode::Subscribe);
        assert_eq!(asked(&mut pending), [request(Mode::Subscribe, "http://a/")]);
        add(&mut pending, Mode::Subscribe);
        add(&mut pending, Mode::Unsubscribe);
        assert_eq!(asked(&mut pending), [], "one at a time");
        pending.done(&request(Mode::Subscribe, "http://a/").key, now());
        assert_eq!(asked(&mut pending), [request(Mode::Unsubscribe, "http://a/")]);
        pending.done(&request(Mode::Subscribe, "http://a/").key, now());
        assert_eq!(pending.count(), 0);
    }
}
