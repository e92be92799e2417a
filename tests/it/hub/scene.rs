use std::collections::BTreeSet;
use std::io;
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use feedwright::client::Names;
use feedwright::config::{Hub as Config, Most};
use feedwright::hub::Hub;
use feedwright::websub::Topic;
use ring::hmac;
use tempfile::TempDir;
use tokio::runtime::{Builder, Runtime};

use crate::http::{Heard, Server, reply};

pub const HUB: &str = "https://example.org/hub";
pub const TOPIC: &str = "https://example.org/rss.xml";
const PATIENCE: Duration = Duration::from_mins(1);

/// A hub with a folder of its own, which it finds again.
pub struct Scene {
    folder: TempDir,
    pub config: Config,
    pub hub: Option<Hub>,
    runtime: Runtime,
}

impl Scene {
    /// One whose subscribers are on loopback, with a first version of its feed.
    pub fn new() -> Self {
        Self::with(|_| {})
    }

    pub fn with(change: impl FnOnce(&mut Config)) -> Self {
        let most = Most { subscriptions: 10_000, per_feed: 10_000, per_host: 1_000 };
        let (url, lease) = (HUB.parse().expect("an address"), Duration::from_hours(1));
        let mut config = Config { url, allow_private: true, lease, most };
        change(&mut config);
        let runtime = Builder::new_current_thread().build().expect("a runtime");
        let mut scene = Self { folder: tempfile::tempdir().expect("a temporary folder"), config, hub: None, runtime };
        scene.open();
        scene.publish("first");
        scene
    }

    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub fn file(&self) -> PathBuf {
        self.folder().join("hub.redb")
    }

    /// Starts it, again.
    pub fn open(&mut self) {
        drop(self.hub.take());
        self.hub = Some(Hub::open(&self.config, self.folder.path(), names()).expect("a hub"));
    }

    pub fn hub(&self) -> &Hub {
        self.hub.as_ref().expect("it is open")
    }

    /// Publishes this version of the feed.
    pub fn publish(&self, text: &str) {
        self.publish_as(TOPIC, "application/rss+xml; charset=utf-8", text);
    }

    pub fn publish_as(&self, topic: &str, content_type: &str, text: &str) {
        self.hub().publish([Topic::new(topic, content_type, text.as_bytes().into())]);
    }

    /// Posts a form, and gives what is answered.
    pub fn post(&self, pairs: &[(&str, &str)]) -> (u16, String) {
        let form = pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        self.runtime.block_on((self.hub().door())(form))
    }

    pub fn ask(&self, mode: &str, callback: &str, more: &[(&str, &str)]) -> u16 {
        let pairs = [("hub.mode", mode), ("hub.topic", TOPIC), ("hub.callback", callback)];
        self.post(&[&pairs, more].concat()).0
    }

    /// How many subscriptions there are.
    pub fn count(&self) -> usize {
        self.hub().tally().feeds.values().sum()
    }

    /// Subscribes, and waits until that is so.
    #[track_caller]
    pub fn subscribe(&self, callback: &str, more: &[(&str, &str)]) {
        let before = self.count();
        assert_eq!(self.ask("subscribe", callback, more), 202);
        wait_until("it is subscribed", || self.count() > before);
    }

    /// Waits until everybody was asked who is to be asked.
    #[track_caller]
    pub fn wait_until_asked(&self) {
        wait_until("all are asked", || self.hub().tally().pending == 0);
    }
}

/// Every host of `.example` is on loopback. Who asks for one of `.panics.example` panics, for one of
/// `.panics-later.example` when it is asked for again.
fn names() -> Names {
    let asked = Mutex::new(BTreeSet::new());
    Arc::new(move |host| {
        let is_first = asked.lock().is_ok_and(|mut asked| asked.insert(host.clone()));
        assert!(!host.ends_with(".panics.example"), "for a test");
        assert!(is_first || !host.ends_with(".panics-later.example"), "for a test");
        let found = if host.ends_with(".example") {
            Ok(vec![[127, 0, 0, 1].into()])
        } else {
            Err(io::ErrorKind::NotFound.into())
        };
        Box::pin(async move { found })
    })
}

/// A subscriber that means everything, and answers deliveries so.
pub fn subscriber(answer: impl Fn(&Heard, &mut TcpStream) -> io::Result<()> + Send + Sync + 'static) -> Server {
    Server::answering(move |heard, stream| match heard.asked("hub.challenge") {
        Some(challenge) => reply(stream, 200, "", challenge),
        None => answer(heard, stream),
    })
}

/// Whether a signature is the one of this secret, however the hub made it.
pub fn is_signed(heard: &Heard, secret: &str) -> bool {
    let signature = heard.header("x-hub-signature").expect("a signature");
    let (method, digits) = signature.split_once('=').expect("a method and a signature");
    let algorithm = match method {
        "sha256" => hmac::HMAC_SHA256,
        "sha384" => hmac::HMAC_SHA384,
        "sha512" => hmac::HMAC_SHA512,
        other => panic!("`{other}` is not good enough"),
    };
    let byte = |at: usize| u8::from_str_radix(&digits[at..at + 2], 16).expect("hexadecimal digits");
    let bytes: Vec<u8> = (0..digits.len()).step_by(2).map(byte).collect();
    hmac::verify(&hmac::Key::new(algorithm, secret.as_bytes()), &heard.body, &bytes).is_ok()
}

/// A subscriber that means everything and receives everything.
pub fn willing() -> Server {
    subscriber(|_, stream| reply(stream, 204, "", ""))
}

/// The bodies that a subscriber was sent.
pub fn sent(server: &Server) -> Vec<String> {
    let posts = server.heard().into_iter().filter(|heard| heard.method == "POST");
    posts.map(|heard| String::from_utf8(heard.body).expect("UTF-8")).collect()
}

#[track_caller]
pub fn wait_until(what: &str, mut is_so: impl FnMut() -> bool) {
    let deadline = Instant::now() + PATIENCE;
    while !is_so() {
        assert!(Instant::now() < deadline, "not within {PATIENCE:?}: {what}");
        thread::sleep(Duration::from_millis(2));
    }
}

/// Waits until a version came to this subscriber that is published now: whatever was to come before did.
#[track_caller]
pub fn wait_until_sent(server: &Server, text: &str) {
    wait_until(&format!("`{text}` is sent"), || sent(server).last().is_some_and(|last| last == text));
}
