use std::fs;
use std::io::{self, Write};
use std::net::TcpStream;

use super::scene::{HUB, Scene, TOPIC, sent, subscriber, wait_until, wait_until_sent, willing};
use crate::http::{Heard, Server, reply};

/// A subscriber that answers questions so does not become one.
#[track_caller]
fn is_not_subscribed(answer: impl Fn(&Heard, &mut TcpStream) -> io::Result<()> + Send + Sync + 'static) -> Server {
    let (scene, reader) = (Scene::new(), Server::answering(answer));
    assert_eq!(scene.ask("subscribe", &reader.url("/cb"), &[]), 202);
    reader.wait_for("GET", 1);
    scene.wait_until_asked();
    assert_eq!(scene.count(), 0);
    reader
}

fn challenge(heard: &Heard) -> String {
    heard.asked("hub.challenge").expect("a challenge")
}

/// Bytes without an end, until nobody reads them.
fn flood(stream: &mut TcpStream) -> io::Result<()> {
    loop {
        stream.write_all(&[b'x'; 1 << 12])?;
    }
}

#[test]
fn a_hub_is_no_subscriber_of_a_hub() {
    let scene = Scene::new();
    assert_eq!(scene.ask("subscribe", HUB, &[]), 400);
    assert_eq!(scene.ask("subscribe", &format!("{HUB}?again"), &[]), 400);
    assert_eq!(scene.ask("subscribe", TOPIC, &[]), 400);
    is_not_subscribed(|_, stream| reply(stream, 202, "", "your callback will be asked whether it means that"));
    is_not_subscribed(|_, stream| reply(stream, 405, "Allow: POST\r\n", ""));
}

#[test]
fn redirects_are_not_followed() {
    let target = willing();
    let away = format!("Location: {}\r\n", target.url("/cb"));
    let header = away.clone();
    is_not_subscribed(move |heard, stream| reply(stream, 302, &header, challenge(heard)));
    let (scene, moved) = (Scene::new(), subscriber(move |_, stream| reply(stream, 307, &away, "")));
    scene.subscribe(&moved.url("/cb"), &[]);
    scene.publish("second");
    wait_until("it fails", || scene.hub().tally().failing == 1);
    assert!(target.heard().is_empty(), "{:?}", target.heard());
}

#[test]
fn addresses_that_are_not_public_are_refused_unless_they_are_allowed() {
    let (scene, reader) = (Scene::with(|config| config.allow_private = false), willing());
    for host in ["127.0.0.1", "0x7f.1", "2130706433", "[::1]", "[::ffff:7f00:1]", "10.1.2.3", "169.254.169.254"] {
        let callback = reader.url("/cb").replace("127.0.0.1", host);
        assert_eq!(scene.ask("subscribe", &callback, &[]), 403, "{callback}");
    }
    let named = reader.url("/cb").replace("127.0.0.1", "reader.example");
    assert_eq!(scene.ask("subscribe", &named, &[]), 202, "where a name leads is seen later");
    scene.wait_until_asked();
    assert_eq!((scene.count(), reader.heard().len()), (0, 0));
}

/// A name that led to a subscriber leads to a private address by the time of a delivery.
#[test]
fn a_name_that_leads_elsewhere_later_is_not_followed_there() {
    let (mut scene, reader) = (Scene::new(), willing());
    scene.subscribe(&reader.url("/cb").replace("127.0.0.1", "rebinding.example"), &[]);
    scene.config.allow_private = false;
    scene.open();
    scene.publish("second");
    wait_until("it fails", || scene.hub().tally().failing == 1);
    assert!(sent(&reader).is_empty());
}

#[test]
fn nothing_but_the_challenge_is_a_yes() {
    is_not_subscribed(|heard, stream| reply(stream, 404, "", challenge(heard)));
    is_not_subscribed(|heard, stream| reply(stream, 200, "", challenge(heard) + "\n"));
    is_not_subscribed(|_, stream| reply(stream, 200, "", ""));
    is_not_subscribed(|heard, stream| reply(stream, 200, "", challenge(heard) + &"x".repeat(10_000_000)));
    is_not_subscribed(|heard, stream| {
        stream.write_all(format!("HTTP/1.1 200 OK\r\n\r\n{}", challenge(heard)).as_bytes())?;
        flood(stream)
    });
    is_not_subscribed(|_, stream| flood(stream));
}

#[test]
fn the_answer_to_one_challenge_is_none_to_another() {
    let first = std::sync::OnceLock::new();
    let (scene, reader) = (
        Scene::new(),
        Server::answering(move |heard, stream| {
            let replayed: &String = first.get_or_init(|| challenge(heard));
            reply(stream, 200, "", replayed)
        }),
    );
    scene.subscribe(&reader.url("/cb"), &[]);
    assert_eq!(scene.ask("unsubscribe", &reader.url("/cb"), &[]), 202);
    reader.wait_for("GET", 2);
    scene.wait_until_asked();
    assert_eq!(scene.count(), 1);
}

/// Whoever sends a form, or sends it again: the subscriber decides (§5.1).
#[test]
fn a_forged_or_replayed_form_changes_nothing() {
    let scene = Scene::new();
    let reader = Server::answering(|heard, stream| match heard.asked("hub.mode").as_deref() {
        Some("subscribe") if heard.asked("hub.lease_seconds").as_deref() == Some("3600") => {
            reply(stream, 200, "", challenge(heard))
        }
        Some(_) => reply(stream, 404, "", ""),
        None => reply(stream, 200, "", ""),
    });
    scene.subscribe(&reader.url("/cb"), &[("hub.secret", "mine")]);
    assert_eq!(scene.ask("unsubscribe", &reader.url("/cb"), &[]), 202);
    assert_eq!(
        scene.ask("subscribe", &reader.url("/cb"), &[("hub.secret", "theirs"), ("hub.lease_seconds", "1")]),
        202
    );
    wait_until("both are asked about", || scene.hub().tally().pending == 0 && reader.wait_for("GET", 2).len() >= 2);
    scene.publish("second");
    let delivery = &reader.wait_for("POST", 1)[0];
    let signed = feedwright::websub::signature(&feedwright::websub::Secret::new(b"mine"), b"second");
    assert_eq!(delivery.header("x-hub-signature"), Some(signed.as_str()));
}

#[test]
fn an_answer_without_end_is_let_go() {
    let scene = Scene::new();
    let chatty = subscriber(|_, stream| {
        stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n")?;
        flood(stream)
    });
    scene.subscribe(&chatty.url("/cb"), &[]);
    for version in ["second", "third"] {
        scene.publish(version);
        wait_until_sent(&chatty, version);
    }
    wait_until("it was received", || scene.hub().tally().last_delivery.is_some());
    assert_eq!((sent(&chatty), scene.hub().tally().failing), (vec!["second".to_owned(), "third".to_owned()], 0));
}

#[test]
fn a_hundred_thousand_bogus_subscriptions_are_bounded() {
    let (scene, reader) = (Scene::new(), willing());
    scene.subscribe(&reader.url("/cb"), &[]);
    let silent = Server::answering(|_, _| {
        loop {
            std::thread::park(); // and never answers
        }
    });
    let before = memory();
    let (mut taken, mut most) = (0, 0);
    for number in 0..100_000 {
        let host = format!("bogus{}.example", number % 5_000);
        let callback = silent.url(&format!("/{number}/{}", "x".repeat(300))).replace("127.0.0.1", &host);
        match scene.ask("subscribe", &callback, &[("hub.secret", &"s".repeat(199))]) {
            202 => taken += 1,
            status => assert!(matches!(status, 429 | 503), "{status}"),
        }
        if number % 1_000 == 0 {
            most = most.max(scene.hub().tally().pending);
        }
    }
    let grown = memory().saturating_sub(before);
    assert!((1..5_000).contains(&taken) && most <= 2_048, "{taken} taken, {most} pending");
    assert!(grown < 100_000_000, "{grown} bytes more");
    scene.publish("second");
    wait_until_sent(&reader, "second");
    assert_eq!(scene.count(), 1);
}

/// What this process holds in memory, in bytes.
fn memory() -> usize {
    let statm = fs::read_to_string("/proc/self/statm").expect("Linux");
    let pages: usize = statm.split(' ').nth(1).expect("resident").parse().expect("a number");
    pages * 4096
}
