//! Whose turn it is: by time, with a few at once for each host, so that a slow one keeps no other waiting.
//!
//! In: when there is something to do for whom. Out: who is next. Each is in one of three places: it waits for its time,
//! or for its host, or is under way.

use std::collections::{BTreeSet, HashMap};

use chrono::{DateTime, Utc};

use super::Key;

/// Who is due when.
#[derive(Debug)]
pub struct Agenda {
    /// How many of one host may be under way.
    per_host: usize,
    places: HashMap<Key, Place>,
    due: BTreeSet<(DateTime<Utc>, Key)>,
    hosts: HashMap<String, Host>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Due(DateTime<Utc>),
    AtHost(DateTime<Utc>),
    UnderWay,
}

#[derive(Debug, Default)]
struct Host {
    under_way: usize,
    waiting: BTreeSet<(DateTime<Utc>, Key)>,
}

impl Agenda {
    /// An empty one.
    #[must_use]
    pub fn new(per_host: usize) -> Self {
        Self { per_host, places: HashMap::new(), due: BTreeSet::new(), hosts: HashMap::new() }
    }

    /// Says when there is something to do for somebody; for who is under way, that is to be said again when it is done.
    pub fn put(&mut self, key: Key, at: DateTime<Utc>) {
        if self.places.get(&key) == Some(&Place::UnderWay) {
            return;
        }
        self.strike(&key);
        self.places.insert(key.clone(), Place::Due(at));
        self.due.insert((at, key));
    }

    /// Says that there is nothing to do for somebody. What is under way stays so.
    pub fn strike(&mut self, key: &Key) {
        match self.places.get(key).copied() {
            Some(Place::Due(at)) => {
                self.due.remove(&(at, key.clone()));
                self.promote(key.host()); // it may have been let through in the place of another one
            }
            Some(Place::AtHost(at)) => {
                if let Some(host) = self.hosts.get_mut(key.host()) {
                    host.waiting.remove(&(at, key.clone()));
                }
            }
            Some(Place::UnderWay) | None => return,
        }
        self.places.remove(key);
    }

    /// When the next one is due that does not wait for its host.
    #[must_use]
    pub fn next(&self) -> Option<DateTime<Utc>> {
        self.due.first().map(|(at, _)| *at)
    }

    /// Somebody whose time has come, who is under way from now on.
    pub fn take(&mut self, now: DateTime<Utc>) -> Option<Key> {
        while self.next().is_some_and(|at| at <= now) {
            let (at, key) = self.due.pop_first()?;
            let host = self.hosts.entry(key.host().to_owned()).or_default();
            if host.under_way < self.per_host {
                host.under_way += 1;
                self.places.insert(key.clone(), Place::UnderWay);
                return Some(key);
            }
            self.places.insert(key.clone(), Place::AtHost(at));
            host.waiting.insert((at, key));
        }
        None
    }

    /// Somebody is under way no more: another one of that host may be.
    pub fn done(&mut self, key: &Key) {
        if self.places.get(key) != Some(&Place::UnderWay) {
            return;
        }
        self.places.remove(key);
        if let Some(host) = self.hosts.get_mut(key.host()) {
            host.under_way -= 1;
        }
        self.promote(key.host());
    }

    /// Lets the next one of a host through: if that is too many, it will wait again.
    fn promote(&mut self, name: &str) {
        let Some(host) = self.hosts.get_mut(name) else { return };
        if let Some((at, next)) = host.waiting.pop_first() {
            self.places.insert(next.clone(), Place::Due(at));
            self.due.insert((at, next));
        } else if host.under_way == 0 {
            self.hosts.remove(name);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(second: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(second, 0).unwrap()
    }

    fn key(callback: &str) -> Key {
        Key::new("t", &format!("http://{callback}"))
    }

    fn agenda(entries: &[(&str, i64)]) -> Agenda {
        let mut agenda = Agenda::new(2);
        entries.iter().for_each(|(callback, second)| agenda.put(key(callback), at(*second)));
        agenda
    }

    fn taken(agenda: &mut Agenda, now: i64) -> Vec<Key> {
        std::iter::from_fn(|| agenda.take(at(now))).collect()
    }

    #[test]
    fn whose_time_comes_first_is_first() {
        let mut agenda = agenda(&[("a", 3), ("b", 1), ("c", 2)]);
        assert_eq!(agenda.next(), Some(at(1)));
        assert_eq!(taken(&mut agenda, 2), [key("b"), key("c")]);
        agenda.put(key("a"), at(9));
        assert_eq!((agenda.next(), agenda.take(at(8))), (Some(at(9)), None));
        agenda.strike(&key("a"));
        assert_eq!(agenda.next(), None);
    }

    #[test]
    fn a_busy_host_keeps_its_own_waiting_and_nobody_else() {
        let mut agenda = agenda(&[("slow/1", 1), ("slow/2", 1), ("slow/3", 2), ("slow/4", 3), ("quick/1", 9)]);
        assert_eq!(taken(&mut agenda, 9), [key("slow/1"), key("slow/2"), key("quick/1")]);
        assert_eq!(agenda.next(), None, "nothing to wake for");
        agenda.done(&key("slow/2"));
        assert_eq!(taken(&mut agenda, 9), [key("slow/3")]);
        agenda.strike(&key("slow/4"));
        agenda.done(&key("slow/1"));
        agenda.done(&key("slow/3"));
        agenda.done(&key("quick/1"));
        assert_eq!(taken(&mut agenda, 9), []);
        assert!(agenda.places.is_empty() && agenda.hosts.is_empty(), "{agenda:?}");
    }

    #[test]
    fn nobody_is_under_way_twice() {
        let mut agenda = agenda(&[("a", 1)]);
        assert_eq!(agenda.take(at(1)), Some(key("a")));
        agenda.put(key("a"), at(1));
        agenda.strike(&key("a"));
        assert_eq!(agenda.take(at(1)), None);
        agenda.done(&key("a"));
        agenda.put(key("a"), at(1));
        assert_eq!(agenda.take(at(1)), Some(key("a")));
    }

    proptest! {
        #[test]
        fn whatever_happens_each_is_in_one_place(steps in proptest::collection::vec((0..4_u8, 0..12_u8, 0..5_i64), 0..200)) {
            let mut agenda = Agenda::new(2);
            for (step, who, second) in steps {
                let key = key(&format!("{}/{}", who % 3, who / 3));
                match step {
                    0 => agenda.put(key, at(second)),
                    1 => agenda.strike(&key),
                    2 => agenda.done(&key),
                    _ => drop(agenda.take(at(second))),
                }
                let waiting: usize = agenda.hosts.values().map(|host| host.waiting.len()).sum();
                let under_way: usize = agenda.hosts.values().map(|host| host.under_way).sum();
                prop_assert_eq!(agenda.due.len() + waiting + under_way, agenda.places.len());
                prop_assert!(agenda.hosts.values().all(|host| host.under_way <= 2));
            }
            while agenda.take(at(9)).is_some() {}
            prop_assert!(agenda.hosts.values().all(|host| host.under_way == 2 || host.waiting.is_empty()), "{:?}", agenda);
        }
    }
}
