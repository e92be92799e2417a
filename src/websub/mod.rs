//! A hub as W3C `WebSub` (<https://www.w3.org/TR/websub/>) has it, without any exchange: what is asked of it, and what
//! follows from that.
//!
//! In: forms, answers of subscribers, the time. Out: whom to ask what, what to send, whom to strike off. It sends nothing
//! itself.
//!
//! - `request`: a form -> what a subscriber asks for
//! - `intent`: the question whether the subscriber means it, and its answer (§5.3); that there is no subscription (§5.2)
//! - `subscription`: what is known of a subscriber, and what follows from a delivery
//! - `answer`: what an answer to a delivery means (§7)
//! - `delivery`: what a version of a feed is sent with (§7)
//! - `roll`: all subscriptions, and how many there may be
//! - `pending`: requests whose subscribers are still to be asked
//! - `agenda`: whose turn it is

mod agenda;
mod answer;
mod delivery;
mod intent;
mod pending;
mod request;
mod roll;
mod subscription;

use std::sync::Arc;

pub use agenda::Agenda;
pub use answer::Answer;
pub use delivery::{Topic, link, signature};
pub use intent::{Intent, denial, lease};
pub use pending::{Pending, Room};
pub use request::{Fields, Form, Mode, Refusal, Request, Rules, read};
pub use roll::{Roll, Tally};
pub use subscription::{Failing, Secret, Subscription};

/// Tells versions of a feed apart: the digest of its bytes.
pub type Version = u128;

/// By what a subscription is known (§5.1): there is one at most for both together.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key {
    /// The address of the feed, as we write it.
    pub topic: Arc<str>,
    /// Where its versions are sent.
    pub callback: Arc<str>,
}

impl Key {
    /// The key of both addresses.
    #[must_use]
    pub fn new(topic: &str, callback: &str) -> Self {
        Self { topic: topic.into(), callback: callback.into() }
    }

    /// The host of the callback, as its address says it.
    #[must_use]
    pub fn host(&self) -> &str {
        let rest = self.callback.split_once("://").map_or(&*self.callback, |(_, rest)| rest);
        let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
        let end = authority.rfind(':').filter(|at| !authority[*at..].contains(']')).unwrap_or(authority.len());
        &authority[..end]
    }

    /// The last two labels of the host, or all of an address: a guess at who owns it. Under suffixes like `co.uk` that is
    /// wrong, and many share one.
    #[must_use]
    pub fn domain(&self) -> &str {
        let host = self.host();
        let is_number = |label: &str| !label.is_empty() && label.bytes().all(|byte| byte.is_ascii_digit());
        let is_address = host.ends_with(']') || host.rsplit('.').next().is_some_and(is_number);
        let dots = host.trim_end_matches('.').rmatch_indices('.');
        dots.map(|(at, _)| &host[at + 1..]).nth(1).filter(|_| !is_address).unwrap_or(host)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_host_of_a_callback_is_known_without_its_port() {
        let host = |callback: &str| Key::new("t", callback).host().to_owned();
        assert_eq!(host("http://reader.example/cb?x=http://other/"), "reader.example");
        assert_eq!(host("https://reader.example:8080/cb"), "reader.example");
        assert_eq!(
            (host("http://[2001:db8::1]:80/"), host("http://[2001:db8::1]/")),
            ("[2001:db8::1]".into(), "[2001:db8::1]".into())
        );
    }
    #[test]
    fn hosts_of_one_domain_are_known_by_two_labels() {
        let domain = |host: &str| Key::new("t", &format!("http://{host}:80/cb")).domain().to_owned();
        for (host, known) in [
            ("a.b.evil.example", "evil.example"),
            ("a.evil.example.", "evil.example."),
            ("evil.example", "evil.example"),
            ("localhost", "localhost"),
            ("192.0.2.7", "192.0.2.7"),
            ("[2001:db8::1]", "[2001:db8::1]"),
        ] {
            assert_eq!(domain(host), known);
        }
    }
}
