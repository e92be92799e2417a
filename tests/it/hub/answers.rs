use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, mpsc};
use std::time::{Duration, Instant};

use chrono::{TimeDelta, Utc};

use super::scene::{Scene, TOPIC, sent, subscriber, wait_until, wait_until_sent, willing};
use crate::http::{Server, reply};

/// Answers so to the first delivery, and well to the others.
fn at_first(status: u16, headers: &'static str) -> Server {
    let count = AtomicUsize::new(0);
    subscriber(move |_, stream| match count.fetch_add(1, Ordering::Relaxed) {
        0 => reply(stream, status, headers, ""),
        _ => reply(stream, 200, "", ""),
    })
}

#[test]
fn what_fails_is_sent_again_and_then_what_there_is_by_then() {
    let (scene, reader) = (Scene::new(), at_first(500, ""));
    scene.subscribe(&reader.url("/cb"), &[]);
    scene.publish("second");
    wait_until("it fails", || scene.hub().tally().failing == 1);
    scene.publish("third");
    wait_until_sent(&reader, "third");
    wait_until("it is well", || scene.hub().tally().failing == 0);
    assert_eq!(sent(&reader), ["second", "third"]);
    assert!(scene.hub().tally().last_delivery.is_some());
}

#[test]
fn who_asks_to_wait_is_not_sent_anything_before() {
    let (scene, reader) = (Scene::new(), at_first(503, "Retry-After: 3\r\n"));
    scene.subscribe(&reader.url("/cb"), &[]);
    scene.publish("second");
    wait_until("the first came", || sent(&reader).len() == 1);
    let first = Instant::now();
    wait_until("the second came", || sent(&reader).len() == 2);
    assert!(first.elapsed() > Duration::from_millis(2_500), "{:?}", first.elapsed());
}

#[test]
fn who_is_gone_is_sent_nothing_any_more() {
    let (mut scene, gone, other) = (Scene::new(), subscriber(|_, stream| reply(stream, 410, "", "")), willing());
    scene.subscribe(&gone.url("/cb"), &[]);
    scene.subscribe(&other.url("/cb"), &[]);
    scene.publish("second");
    wait_until("it is struck off", || scene.count() == 1);
    scene.open();
    scene.publish("third");
    wait_until_sent(&other, "third");
    assert_eq!((sent(&gone), scene.count()), (vec!["second".to_owned()], 1));
}

#[test]
fn who_hangs_keeps_nobody_waiting() {
    let scene = Scene::new();
    let slow = subscriber(|_, _| {
        loop {
            std::thread::park(); // and never answers
        }
    });
    let quick = willing();
    let slow_url = |number: usize| slow.url(&format!("/{number}")).replace("127.0.0.1", "slow.example");
    (0..100).for_each(|number| scene.subscribe(&slow_url(number), &[]));
    scene.subscribe(&quick.url("/cb").replace("127.0.0.1", "the-last.example"), &[]);
    scene.publish("second");
    wait_until_sent(&quick, "second");
    let under_way = sent(&slow).len();
    assert!(under_way <= 16, "{under_way} of one host at once");
}

/// It answers for the subscription that it was sent for, not for one that was made while it was on its way.
#[test]
fn a_late_answer_ends_no_later_subscription() {
    let (answer, answers) = mpsc::channel::<()>();
    let (answers, count) = (Mutex::new(answers), AtomicUsize::new(0));
    let reader = subscriber(move |_, stream| match count.fetch_add(1, Ordering::Relaxed) {
        0 => {
            answers.lock().expect("one at a time").recv().expect("a word");
            reply(stream, 410, "", "")
        }
        _ => reply(stream, 200, "", ""),
    });
    let (scene, callback) = (Scene::new(), reader.url("/cb"));
    scene.subscribe(&callback, &[]);
    scene.publish("second");
    wait_until("it is on its way", || sent(&reader).len() == 1);
    assert_eq!(scene.ask("unsubscribe", &callback, &[]), 202);
    wait_until("it is struck off", || scene.count() == 0);
    scene.subscribe(&callback, &[]);
    scene.publish("third");
    answer.send(()).expect("it waits");
    wait_until_sent(&reader, "third");
    assert_eq!((scene.count(), sent(&reader)), (1, vec!["second".to_owned(), "third".to_owned()]));
}

#[test]
fn an_exchange_that_panics_takes_no_place_from_others() {
    let (scene, reader) = (Scene::new(), willing());
    let at = |number: usize, domain: &str| reader.url("/cb").replace("127.0.0.1", &format!("{number}.{domain}"));
    for number in 0..40 {
        assert_eq!(scene.ask("subscribe", &at(number, "panics.example"), &[]), 202);
    }
    scene.wait_until_asked();
    assert_eq!(scene.count(), 0);
    for number in 0..130 {
        scene.subscribe(&at(number, "panics-later.example"), &[]);
    }
    scene.subscribe(&at(0, "well.example"), &[]);
    scene.publish("second");
    wait_until("all of them fail", || scene.hub().tally().failing == 130);
    wait_until_sent(&reader, "second");
}

#[test]
fn a_lease_that_is_over_is_over() {
    let (scene, brief, other) = (Scene::new(), willing(), willing());
    scene.subscribe(&other.url("/cb"), &[]);
    scene.subscribe(&brief.url("/cb"), &[("hub.lease_seconds", "1")]);
    wait_until("the lease is over", || scene.count() == 1);
    scene.publish("second");
    wait_until_sent(&other, "second");
    assert!(sent(&brief).is_empty());
}

/// The end of the lease is behind the clock, and ahead of what is believed of it.
#[test]
fn a_lease_does_not_end_by_a_doubted_clock() {
    let (mut scene, brief, other) = (Scene::new(), willing(), willing());
    let expires_until = Utc::now();
    scene.hub().doubt_clock(Some(expires_until));
    scene.subscribe(&brief.url("/cb"), &[("hub.lease_seconds", "1")]);
    scene.subscribe(&other.url("/cb"), &[("hub.lease_seconds", "1")]);
    let subscribed = Utc::now();
    wait_until("both leases are over by the clock", || Utc::now() - subscribed > TimeDelta::milliseconds(1_500));
    scene.publish("second");
    wait_until_sent(&brief, "second");
    wait_until_sent(&other, "second");
    scene.open();
    scene.hub().doubt_clock(Some(expires_until));
    scene.publish("third");
    wait_until_sent(&brief, "third");
    scene.hub().doubt_clock(None);
    scene.publish("fourth");
    wait_until("the clock is believed", || scene.count() == 0);
}

#[test]
fn a_lease_is_no_longer_than_the_longest() {
    let (scene, reader) = (Scene::new(), willing());
    scene.subscribe(&reader.url("/cb"), &[("hub.lease_seconds", "99999999999999999999")]);
    assert_eq!(reader.wait_for("GET", 1)[0].asked("hub.lease_seconds").as_deref(), Some("3600"));
}

#[test]
fn subscribers_of_a_feed_that_is_no_more_are_told() {
    let (scene, reader) = (Scene::new(), willing());
    scene.subscribe(&reader.url("/cb?id=7"), &[]);
    scene.publish_as("https://example.org/other.xml", "text/xml", "other");
    scene.hub().withdraw([TOPIC]);
    let denied = &reader.wait_for("GET", 2)[1];
    assert_eq!(denied.asked("hub.mode").as_deref(), Some("denied"));
    assert_eq!((denied.asked("hub.topic").as_deref(), denied.asked("id").as_deref()), (Some(TOPIC), Some("7")));
    assert_eq!(denied.asked("hub.reason").as_deref(), Some("this feed is no more"));
    assert_eq!((scene.count(), scene.ask("subscribe", &reader.url("/cb"), &[])), (0, 404));
}

#[test]
fn subscribers_of_a_feed_that_went_while_no_hub_ran_are_told() {
    let (mut scene, reader) = (Scene::new(), willing());
    let other = "https://example.org/other.xml";
    scene.publish_as(other, "text/xml", "other");
    scene.subscribe(&reader.url("/cb"), &[]);
    let callback = reader.url("/other");
    assert_eq!(scene.post(&[("hub.mode", "subscribe"), ("hub.topic", other), ("hub.callback", &callback)]).0, 202);
    wait_until("both are subscribed", || scene.count() == 2);
    scene.open();
    scene.publish_as(other, "text/xml", "other");
    scene.hub().withdraw_all_but([other]);
    let denied = &reader.wait_for("GET", 3)[2];
    assert_eq!(denied.asked("hub.mode").as_deref(), Some("denied"));
    assert_eq!(denied.asked("hub.topic").as_deref(), Some(TOPIC));
    assert_eq!(scene.hub().tally().feeds, [(other.to_owned(), 1)].into());
    scene.publish("second");
    scene.hub().withdraw_all_but([other]);
    assert_eq!(scene.ask("subscribe", &reader.url("/cb"), &[]), 404, "what was published just before counts no more");
}

#[test]
fn who_is_subscribed_may_end_that_before_anything_is_published() {
    let (mut scene, reader) = (Scene::new(), willing());
    scene.subscribe(&reader.url("/cb"), &[]);
    scene.open();
    assert_eq!(scene.ask("unsubscribe", &reader.url("/never"), &[]), 503);
    assert_eq!(scene.ask("unsubscribe", &reader.url("/cb"), &[]), 202);
    wait_until("it is struck off", || scene.count() == 0);
}

#[test]
fn only_feeds_that_there_are_can_be_subscribed_to() {
    let scene = Scene::new();
    let post =
        |mode, topic| scene.post(&[("hub.mode", mode), ("hub.topic", topic), ("hub.callback", "http://r.example/")]);
    let (status, text) = post("subscribe", "https://example.org/nothing.xml");
    assert_eq!(status, 404);
    assert_eq!(text, "`hub.topic` is no feed of this site; send the address that `rel=\"self\"` names in the feed");
    assert_eq!(post("unsubscribe", "https://elsewhere.example/rss.xml").0, 404);
    assert_eq!(post("publish", TOPIC), (204, String::new()), "every version is sent anyway");
    assert_eq!(post("publish", "https://elsewhere.example/rss.xml").0, 404);
}

#[test]
fn limits_are_told_and_free_places_are_given_again() {
    let scene =
        Scene::with(|config| (config.most.per_host, config.most.per_feed, config.most.subscriptions) = (1, 2, 3));
    let reader = willing();
    let at = |host: &str| reader.url("/cb").replace("127.0.0.1", host);
    scene.subscribe(&at("a.example"), &[]);
    assert_eq!(scene.ask("subscribe", &reader.url("/x").replace("127.0.0.1", "a.example"), &[]), 429);
    scene.subscribe(&at("b.example"), &[]);
    assert_eq!(scene.ask("subscribe", &at("c.example"), &[]), 503);
    assert_eq!(scene.ask("subscribe", &at("b.example"), &[]), 202, "a renewal is always taken");
    scene.wait_until_asked();
    assert_eq!(scene.ask("unsubscribe", &at("a.example"), &[]), 202);
    wait_until("a place is free", || scene.count() == 1);
    scene.subscribe(&at("c.example"), &[]);
}

/// Both were taken up while there was one place.
#[test]
fn who_comes_too_late_is_denied() {
    let scene = Scene::with(|config| config.most.subscriptions = 1);
    let gate = std::sync::Arc::new(std::sync::Barrier::new(2));
    let waits = gate.clone();
    let reader = Server::answering(move |heard, stream| match heard.asked("hub.challenge") {
        Some(challenge) => {
            waits.wait();
            reply(stream, 200, "", challenge)
        }
        None => reply(stream, 200, "", ""),
    });
    assert_eq!(
        (scene.ask("subscribe", &reader.url("/1"), &[]), scene.ask("subscribe", &reader.url("/2"), &[])),
        (202, 202)
    );
    let asked = reader.wait_for("GET", 3);
    assert_eq!(asked[2].asked("hub.mode").as_deref(), Some("denied"));
    assert_eq!(scene.count(), 1);
}
