//! Whether a subscriber means what it asks for (§5.3), and how it is told that there is no subscription (§5.2).

use std::time::Duration;

use url::Url;

use super::request::{Mode, Request};

/// The question whether a subscriber means it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Intent {
    /// What is asked for with `GET`.
    pub url: Url,
    challenge: String,
}

impl Intent {
    /// The question about this request. `challenge`: nobody can guess it; `lease`: what would be granted.
    ///
    /// `None`: the callback is no address.
    #[must_use]
    pub fn of(request: &Request, challenge: String, lease: Duration) -> Option<Self> {
        let mut url = Url::parse(&request.key.callback).ok()?;
        let seconds = lease.as_secs().to_string();
        let mut pairs = url.query_pairs_mut(); // what the query holds already stays as it is
        pairs.append_pair("hub.mode", request.mode.name());
        pairs.append_pair("hub.topic", &request.topic);
        pairs.append_pair("hub.challenge", &challenge);
        if request.mode == Mode::Subscribe {
            pairs.append_pair("hub.lease_seconds", &seconds);
        }
        drop(pairs);
        Some(Self { url, challenge })
    }

    /// Whether this answer says yes: `2xx`, and nothing but the challenge (§5.3.1).
    #[must_use]
    pub fn is_confirmed_by(&self, status: u16, body: &[u8]) -> bool {
        (200..300).contains(&status) && body == self.challenge.as_bytes()
    }
}

/// What a subscriber is asked for with `GET`, so that it knows that there is no subscription (§5.2).
///
/// `None`: the callback is no address.
#[must_use]
pub fn denial(callback: &str, topic: &str, reason: &str) -> Option<Url> {
    let mut url = Url::parse(callback).ok()?;
    let pairs = [("hub.mode", "denied"), ("hub.topic", topic), ("hub.reason", reason)];
    url.query_pairs_mut().extend_pairs(pairs);
    Some(url)
}

/// For how long a subscription is granted: as long as it is asked for, but no longer than `most`.
#[must_use]
pub fn lease(asked: Option<u64>, most: Duration) -> Duration {
    asked.map_or(most, |seconds| Duration::from_secs(seconds).min(most))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::websub::Key;

    fn request(mode: Mode, callback: &str) -> Request {
        let key = Key::new("https://example.org/rss.xml", callback);
        Request { mode, topic: "https://example.org/rss.xml?".into(), key, lease: None, secret: None }
    }

    fn question(mode: Mode, callback: &str) -> String {
        Intent::of(&request(mode, callback), "c".into(), Duration::from_mins(1)).unwrap().url.into()
    }

    #[test]
    fn the_query_of_a_callback_is_kept() {
        let asks =
            "hub.mode=subscribe&hub.topic=https%3A%2F%2Fexample.org%2Frss.xml%3F&hub.challenge=c&hub.lease_seconds=60";
        assert_eq!(question(Mode::Subscribe, "https://r.example/cb"), format!("https://r.example/cb?{asks}"));
        let kept = "https://r.example/cb?id=%7e1+2&hub.mode=x";
        assert_eq!(question(Mode::Subscribe, kept), format!("{kept}&{asks}"));
        assert!(!question(Mode::Unsubscribe, kept).contains("lease"));
    }

    #[test]
    fn nothing_but_the_challenge_says_yes() {
        let intent = Intent::of(&request(Mode::Subscribe, "https://r.example/"), "abc".into(), Duration::ZERO).unwrap();
        assert!(intent.is_confirmed_by(200, b"abc") && intent.is_confirmed_by(299, b"abc"));
        for (status, body) in
            [(199, "abc"), (300, "abc"), (404, "abc"), (200, ""), (200, "abcd"), (200, "abc\n"), (200, "ABC")]
        {
            assert!(!intent.is_confirmed_by(status, body.as_bytes()), "{status} {body:?}");
        }
    }

    #[test]
    fn a_denial_says_of_what_and_why() {
        let url = denial("https://r.example/cb?id=1", "https://example.org/rss.xml", "it is no more").unwrap();
        let query = "id=1&hub.mode=denied&hub.topic=https%3A%2F%2Fexample.org%2Frss.xml&hub.reason=it+is+no+more";
        assert_eq!(url.query(), Some(query));
    }

    #[test]
    fn a_lease_is_no_longer_than_it_may_be() {
        let day = Duration::from_hours(24);
        assert_eq!(
            (lease(None, day), lease(Some(60), day), lease(Some(u64::MAX), day)),
            (day, Duration::from_mins(1), day)
        );
    }
}
