//! The fields of a form -> what a subscriber asks for (§5.1), or why it is refused.

use std::fmt;

use url::{Host, Url};

use super::Key;
use super::subscription::Secret;
use crate::reach::Reach;

/// What may be asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// To be sent every version.
    Subscribe,
    /// To be sent no more of them.
    Unsubscribe,
}

impl Mode {
    /// As a form says it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Subscribe => "subscribe",
            Self::Unsubscribe => "unsubscribe",
        }
    }
}

/// What a form asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Form {
    /// A subscription, or the end of one.
    Request(Request),
    /// That versions of these feeds be looked for. That is no part of the specification, but what publishers do.
    Publish(Vec<Url>),
}

/// What a subscriber asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// What is to happen.
    pub mode: Mode,
    /// Of which feed, as the subscriber writes its address.
    pub topic: String,
    /// Of which subscription.
    pub key: Key,
    /// For how many seconds.
    pub lease: Option<u64>,
    /// What deliveries are to be signed with.
    pub secret: Option<Secret>,
}

impl Request {
    /// Whether it asks for a subscription, not for the end of one.
    #[must_use]
    pub fn is_subscription(&self) -> bool {
        self.mode == Mode::Subscribe
    }
}

/// Why a form is refused: a status of HTTP, and why, for people (§5.1.2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// 400 to 503.
    pub status: u16,
    /// One line.
    pub reason: String,
}

impl fmt::Display for Refusal {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.reason)
    }
}

/// What callbacks must comply with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rules {
    /// The address of the hub, which is no subscriber of itself.
    pub hub: Url,
    /// Where callbacks may be.
    pub reach: Reach,
}

/// A form has no more bytes than this, and a callback no more than a quarter of it.
const LONGEST_FORM: usize = 8192;
const LONGEST_CALLBACK: usize = 2048;
/// Shorter than this: §5.1.
const LONGEST_SECRET: usize = 200;

/// What was posted: names and values, decoded, in their order.
pub type Fields = Vec<(String, String)>;

/// Reads a form. Parameters that are not known are passed over (§5.1).
///
/// # Errors
/// What is wrong with it.
pub fn read(fields: &Fields, rules: &Rules) -> Result<Form, Refusal> {
    let pairs = Pairs(fields);
    if pairs.length() > LONGEST_FORM {
        return Err(refusal(413, format!("the form has more than {LONGEST_FORM} bytes")));
    }
    let mode = match pairs.needed("hub.mode")? {
        "subscribe" => Mode::Subscribe,
        "unsubscribe" => Mode::Unsubscribe,
        "publish" => return pairs.published().map(Form::Publish),
        _ => return Err(bad("`hub.mode` is not known; send `subscribe` or `unsubscribe`".to_owned())),
    };
    let topic = pairs.needed("hub.topic")?;
    let callback = rules.callback(pairs.needed("hub.callback")?)?;
    let address = address("hub.topic", topic)?;
    if same_place(&callback, &address) {
        return Err(bad("`hub.callback` is the feed itself; send the address of the subscriber".to_owned()));
    }
    Ok(Form::Request(Request {
        mode,
        topic: topic.to_owned(),
        key: Key::new(address.as_str(), callback.as_str()),
        lease: pairs.lease()?,
        secret: pairs.secret()?,
    }))
}

/// The pairs of a form.
struct Pairs<'a>(&'a Fields);

impl Pairs<'_> {
    fn length(&self) -> usize {
        self.0.iter().map(|(name, value)| name.len() + value.len()).sum()
    }

    /// A value that is there once, or not at all: of two, nobody knows which one is meant.
    fn one(&self, name: &str) -> Result<Option<&str>, Refusal> {
        let mut values = self.0.iter().filter(|(key, _)| key == name).map(|(_, value)| value.as_str());
        match (values.next(), values.next()) {
            (_, Some(_)) => Err(bad(format!("`{name}` is there more than once; send it once"))),
            (value, None) => Ok(value.filter(|value| !value.is_empty())),
        }
    }

    fn needed(&self, name: &str) -> Result<&str, Refusal> {
        self.one(name)?.ok_or_else(|| bad(format!("there is no `{name}`; send it")))
    }

    /// Zero was said for a lease without end before there was a specification: it asks for none.
    fn lease(&self) -> Result<Option<u64>, Refusal> {
        let Some(text) = self.one("hub.lease_seconds")? else { return Ok(None) };
        if !text.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(bad("`hub.lease_seconds` is no number of seconds; send one, or leave it out".to_owned()));
        }
        Ok(Some(text.parse().unwrap_or(u64::MAX)).filter(|seconds| *seconds > 0))
    }

    fn secret(&self) -> Result<Option<Secret>, Refusal> {
        let secret = self.one("hub.secret")?;
        if secret.is_some_and(|secret| secret.len() >= LONGEST_SECRET) {
            return Err(bad(format!("`hub.secret` has {LONGEST_SECRET} bytes or more; send a shorter one")));
        }
        Ok(secret.map(|secret| Secret::new(secret.as_bytes())))
    }

    /// The feeds that a publisher names: as `hub.url` before there was a specification.
    fn published(&self) -> Result<Vec<Url>, Refusal> {
        let named = self.0.iter().filter(|(key, _)| key == "hub.topic" || key == "hub.url");
        let topics = named.map(|(key, value)| address(key, value)).collect::<Result<Vec<Url>, Refusal>>()?;
        if topics.is_empty() { Err(bad("there is no `hub.topic`; send it".to_owned())) } else { Ok(topics) }
    }
}

impl Rules {
    /// The callback, if it may be one. A name may still turn out to lead nowhere that is within reach.
    fn callback(&self, text: &str) -> Result<Url, Refusal> {
        let callback = address("hub.callback", text)?;
        let wrong = |what: &str| Err(bad(format!("`hub.callback` {what}")));
        if callback.as_str().len() > LONGEST_CALLBACK {
            return wrong(&format!("has more than {LONGEST_CALLBACK} bytes"));
        }
        if callback.fragment().is_some() {
            return wrong("has a fragment; leave out what stands behind the `#`");
        }
        if !callback.username().is_empty() || callback.password().is_some() {
            return wrong("has a user or a password; leave them out");
        }
        if same_place(&callback, &self.hub) {
            return wrong("is this hub itself; send the address of the subscriber");
        }
        if !self.reaches(&callback) {
            return Err(refusal(403, "`hub.callback` is not at a public address; send one that is".to_owned()));
        }
        Ok(callback)
    }

    fn reaches(&self, url: &Url) -> bool {
        match url.host() {
            Some(Host::Ipv4(address)) => self.reach.includes(address.into()),
            Some(Host::Ipv6(address)) => self.reach.includes(address.into()),
            Some(Host::Domain(_)) | None => true,
        }
    }
}

/// Whether both lead to one resource, whatever their queries are.
fn same_place(one: &Url, other: &Url) -> bool {
    one.origin() == other.origin() && one.path() == other.path()
}

fn address(name: &str, text: &str) -> Result<Url, Refusal> {
    let url = Url::parse(text).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
    url.ok_or_else(|| bad(format!("`{name}` is no whole address of HTTP; send one, with `https://`")))
}

fn bad(reason: String) -> Refusal {
    refusal(400, reason)
}

pub(super) fn refusal(status: u16, reason: String) -> Refusal {
    Refusal { status, reason }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const TOPIC: &str = "https://example.org/rss.xml";

    fn rules() -> Rules {
        Rules { hub: Url::parse("https://example.org/hub").unwrap(), reach: Reach::Public }
    }

    fn fields(pairs: &[(&str, &str)]) -> Fields {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    fn with(more: &[(&str, &str)]) -> Result<Form, Refusal> {
        let given = |name: &str| more.iter().any(|(key, _)| *key == name);
        let defaults = [("hub.mode", "subscribe"), ("hub.topic", TOPIC), ("hub.callback", "https://reader.example/cb")];
        let pairs: Vec<_> = defaults.into_iter().filter(|(key, _)| !given(key)).chain(more.iter().copied()).collect();
        read(&fields(&pairs), &rules())
    }

    fn asked(more: &[(&str, &str)]) -> Request {
        match with(more).unwrap() {
            Form::Request(request) => request,
            Form::Publish(topics) => panic!("{topics:?}"),
        }
    }

    #[track_caller]
    fn refused(more: &[(&str, &str)], status: u16, reason: &str) {
        let refusal = with(more).unwrap_err();
        assert!(refusal.status == status && refusal.reason.contains(reason), "{refusal:?}");
    }

    #[test]
    fn a_request_says_what_where_and_for_how_long() {
        let request =
            asked(&[("hub.lease_seconds", "86400"), ("hub.secret", "s3cret"), ("foo", "bar"), ("hub.foo", "x")]);
        assert_eq!(request.key, Key::new(TOPIC, "https://reader.example/cb"));
        assert_eq!((request.mode, request.lease), (Mode::Subscribe, Some(86400)));
        assert_eq!(request.secret, Some(Secret::new(b"s3cret")));
        let request = asked(&[("hub.mode", "unsubscribe"), ("hub.lease_seconds", ""), ("hub.secret", "")]);
        assert_eq!((request.mode, request.lease, request.secret), (Mode::Unsubscribe, None, None));
    }

    #[test]
    fn addresses_are_known_however_they_are_written() {
        let request =
            asked(&[("hub.topic", "HTTPS://EXAMPLE.org:443/./rss.xml"), ("hub.callback", "http://READER.example")]);
        assert_eq!(request.key, Key::new(TOPIC, "http://reader.example/"));
        assert_eq!(request.topic, "HTTPS://EXAMPLE.org:443/./rss.xml", "it is asked about as it asks");
    }

    #[test]
    fn a_lease_is_a_number_of_seconds() {
        assert_eq!(asked(&[("hub.lease_seconds", "0")]).lease, None);
        assert_eq!(asked(&[("hub.lease_seconds", &"9".repeat(50))]).lease, Some(u64::MAX));
        for wrong in ["-1", "1.5", "ten", "+5", " 5"] {
            refused(&[("hub.lease_seconds", wrong)], 400, "no number of seconds");
        }
    }

    #[test]
    fn what_is_missing_wrong_or_said_twice_is_told() {
        assert_eq!(read(&Fields::new(), &rules()).unwrap_err().reason, "there is no `hub.mode`; send it");
        refused(&[("hub.mode", "retrieve")], 400, "`hub.mode` is not known");
        refused(&[("hub.topic", "/rss.xml")], 400, "`hub.topic` is no whole address");
        refused(&[("hub.topic", "")], 400, "there is no `hub.topic`");
        refused(
            &[("hub.callback", "https://a.example/"), ("hub.callback", "https://b.example/")],
            400,
            "more than once",
        );
        refused(&[("hub.secret", &"x".repeat(200))], 400, "200 bytes or more");
        assert!(with(&[("hub.secret", &"x".repeat(199))]).is_ok());
        assert_eq!(with(&[("x", &"x".repeat(8192))]).unwrap_err().status, 413);
    }

    #[test]
    fn callbacks_that_cannot_or_must_not_be_sent_to_are_refused() {
        refused(&[("hub.callback", "ftp://reader.example/")], 400, "no whole address of HTTP");
        refused(&[("hub.callback", "https://reader.example/#x")], 400, "fragment");
        refused(&[("hub.callback", "https://me:pw@reader.example/")], 400, "password");
        refused(&[("hub.callback", &format!("https://reader.example/{}", "x".repeat(2048)))], 400, "more than 2048");
        refused(&[("hub.callback", "https://example.org/hub?x=y")], 400, "this hub itself");
        refused(&[("hub.callback", TOPIC)], 400, "the feed itself");
        for private in ["127.0.0.1", "0x7f.1", "[::1]", "10.0.0.1", "[::ffff:192.168.0.1]", "169.254.169.254", "0"] {
            refused(&[("hub.callback", &format!("http://{private}/cb"))], 403, "not at a public address");
        }
    }

    #[test]
    fn a_publisher_names_feeds() {
        let Form::Publish(topics) = with(&[("hub.mode", "publish"), ("hub.url", TOPIC)]).unwrap() else { panic!() };
        assert_eq!(topics.len(), 2);
        assert_eq!(read(&fields(&[("hub.mode", "publish")]), &rules()).unwrap_err().status, 400);
    }

    proptest! {
        #[test]
        fn any_fields_are_a_form_or_refused(
            fields in proptest::collection::vec(("(hub\\.(mode|topic|callback|secret|lease_seconds))|\\PC{0,9}", "\\PC{0,40}|publish"), 0..8)
        ) {
            if let Err(refusal) = read(&fields, &rules()) {
                prop_assert!((400..=413).contains(&refusal.status) && !refusal.reason.contains('\n'), "{refusal:?}");
            }
        }

        #[test]
        fn what_is_taken_complies_with_the_rules(
            callback in "(https?|ftp)://[a-z0-9.@:\\[\\]]{1,16}(/[a-z?&=#%]{0,9})?", secret in "\\PC{0,120}", lease in "[0-9a-]{0,22}"
        ) {
            let pairs = [("hub.callback", callback.as_str()), ("hub.secret", &secret), ("hub.lease_seconds", &lease)];
            if let Ok(Form::Request(request)) = with(&pairs) {
                let callback = Url::parse(&request.key.callback).unwrap();
                prop_assert!(matches!(callback.scheme(), "http" | "https") && callback.fragment().is_none());
                prop_assert!(callback.username().is_empty() && rules().reaches(&callback));
                prop_assert_eq!(callback.host_str().unwrap(), request.key.host());
                prop_assert!(secret.len() < 200 && request.secret.is_some() != secret.is_empty());
            }
        }
    }
}
