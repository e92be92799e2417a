//! The cases of the hub suite of <https://websub.rocks/hub>, by their numbers and names.

use super::scene::{HUB, Scene, TOPIC, is_signed, sent, wait_until, wait_until_sent, willing};
use crate::http::Heard;

/// What every delivery must be: all of the feed, its type, whence it comes.
#[track_caller]
fn is_distribution_of(heard: &Heard, content_type: &str, body: &str) {
    assert_eq!((heard.method.as_str(), heard.body.as_slice()), ("POST", body.as_bytes()));
    assert_eq!(heard.header("content-type"), Some(content_type));
    let link = heard.header("link").expect("a link");
    assert!(link.contains(&format!("<{HUB}>; rel=\"hub\"")), "{link}");
    assert!(link.contains("; rel=\"self\"") && link.contains("<https://example.org/"), "{link}");
}

const RSS: &str = "application/rss+xml; charset=utf-8";

#[test]
fn websub_rocks_100_typical_subscriber_request() {
    let (scene, reader) = (Scene::new(), willing());
    assert_eq!(scene.ask("subscribe", &reader.url("/cb?id=7"), &[]), 202);
    let asked = &reader.wait_for("GET", 1)[0];
    assert_eq!(asked.asked("hub.mode").as_deref(), Some("subscribe"));
    assert_eq!(asked.asked("hub.topic").as_deref(), Some(TOPIC));
    assert_eq!(asked.asked("hub.lease_seconds").as_deref(), Some("3600"));
    assert_eq!(asked.asked("id").as_deref(), Some("7"), "what the callback says itself stays");
    assert!(asked.asked("hub.challenge").is_some_and(|challenge| challenge.len() >= 32), "{asked:?}");
    wait_until("it is subscribed", || scene.count() == 1);
    assert!(sent(&reader).is_empty(), "it has what there is");
    scene.publish("second");
    let delivery = &reader.wait_for("POST", 1)[0];
    is_distribution_of(delivery, RSS, "second");
    assert_eq!(delivery.target, "/cb?id=7");
    assert!(delivery.header("link").is_some_and(|link| link.contains(&format!("<{TOPIC}>; rel=\"self\""))));
    assert_eq!(delivery.header("x-hub-signature"), None, "nobody asked for one");
}

#[test]
fn websub_rocks_101_subscription_with_secret() {
    let (scene, reader) = (Scene::new(), willing());
    scene.subscribe(&reader.url("/cb"), &[("hub.secret", "a s3cret &=")]);
    scene.publish("second");
    let delivery = &reader.wait_for("POST", 1)[0];
    is_distribution_of(delivery, RSS, "second");
    assert!(is_signed(delivery, "a s3cret &="), "{delivery:?}");
    assert!(!is_signed(delivery, "another"));
    assert!(!is_signed(&Heard { body: b"forged".to_vec(), ..delivery.clone() }, "a s3cret &="));
}

#[test]
fn websub_rocks_102_subscriber_sends_additional_parameters() {
    let (scene, reader) = (Scene::new(), willing());
    scene.subscribe(&reader.url("/cb"), &[("foo", "bar"), ("hub.foo", "hub.bar")]);
    scene.publish("second");
    is_distribution_of(&reader.wait_for("POST", 1)[0], RSS, "second");
}

#[test]
fn websub_rocks_103_re_subscribes_before_expiration() {
    let (scene, reader) = (Scene::new(), willing());
    scene.subscribe(&reader.url("/cb"), &[("hub.secret", "old")]);
    assert_eq!(scene.ask("subscribe", &reader.url("/cb"), &[("hub.secret", "new"), ("hub.lease_seconds", "60")]), 202);
    let asked = &reader.wait_for("GET", 2)[1];
    assert_eq!(asked.asked("hub.lease_seconds").as_deref(), Some("60"));
    scene.wait_until_asked();
    assert_eq!(scene.count(), 1, "the same subscription");
    scene.publish("second");
    wait_until_sent(&reader, "second");
    scene.publish("third");
    wait_until_sent(&reader, "third");
    assert_eq!(sent(&reader), ["second", "third"], "one delivery each");
    assert!(reader.wait_for("POST", 2).iter().all(|delivery| is_signed(delivery, "new")));
}

#[test]
fn websub_rocks_104_unsubscription() {
    let (scene, reader, other) = (Scene::new(), willing(), willing());
    scene.subscribe(&reader.url("/cb"), &[]);
    scene.subscribe(&other.url("/cb"), &[]);
    assert_eq!(scene.ask("unsubscribe", &reader.url("/cb"), &[]), 202);
    let asked = &reader.wait_for("GET", 2)[1];
    assert_eq!(asked.asked("hub.mode").as_deref(), Some("unsubscribe"));
    assert_eq!(asked.asked("hub.topic").as_deref(), Some(TOPIC));
    wait_until("it is not subscribed", || scene.count() == 1);
    scene.publish("second");
    wait_until_sent(&other, "second");
    assert!(sent(&reader).is_empty());
}

#[test]
fn websub_rocks_105_plaintext_topic() {
    let (scene, reader) = (Scene::new(), willing());
    let topic = "https://example.org/notes.txt";
    scene.publish_as(topic, "text/plain", "first");
    let callback = reader.url("/cb");
    let (status, _) = scene.post(&[("hub.mode", "subscribe"), ("hub.topic", topic), ("hub.callback", &callback)]);
    assert_eq!(status, 202);
    wait_until("it is subscribed", || scene.count() == 1);
    scene.publish_as(topic, "text/plain", "second\nnot <html>");
    is_distribution_of(&reader.wait_for("POST", 1)[0], "text/plain", "second\nnot <html>");
}

#[test]
fn websub_rocks_106_json_topic() {
    let (scene, reader) = (Scene::new(), willing());
    let topic = "https://example.org/feed.json";
    scene.publish_as(topic, "application/feed+json", "{}");
    let callback = reader.url("/cb");
    let (status, _) = scene.post(&[("hub.mode", "subscribe"), ("hub.topic", topic), ("hub.callback", &callback)]);
    assert_eq!(status, 202);
    wait_until("it is subscribed", || scene.count() == 1);
    scene.publish_as(topic, "application/feed+json", "{\"items\": []}");
    is_distribution_of(&reader.wait_for("POST", 1)[0], "application/feed+json", "{\"items\": []}");
}
