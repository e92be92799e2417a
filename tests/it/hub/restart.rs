use std::fs;

use super::scene::{Scene, sent, subscriber, wait_until, wait_until_sent, willing};
use crate::http::reply;

#[test]
fn whoever_lacks_the_version_that_there_is_gets_it_and_nobody_else() {
    let (mut scene, reader, late) = (Scene::new(), willing(), subscriber(|_, stream| reply(stream, 500, "", "")));
    scene.subscribe(&reader.url("/cb"), &[]);
    scene.subscribe(&late.url("/cb"), &[]);
    scene.publish("second");
    wait_until_sent(&reader, "second");
    wait_until("one fails", || scene.hub().tally().failing == 1);
    scene.open();
    assert_eq!((scene.count(), scene.hub().tally().failing), (2, 1), "retries are kept, too");
    scene.publish("second");
    wait_until("it is tried again", || sent(&late).len() > 1);
    scene.publish("third");
    wait_until_sent(&reader, "third");
    assert_eq!(sent(&reader), ["second", "third"]);
}

/// What was published while no hub ran, or was on its way when it ended.
#[test]
fn a_version_that_came_while_it_was_down_is_sent() {
    let (mut scene, reader) = (Scene::new(), willing());
    scene.subscribe(&reader.url("/cb"), &[("hub.secret", "x")]);
    drop(scene.hub.take());
    scene.open();
    scene.publish("second");
    wait_until_sent(&reader, "second");
    assert!(reader.wait_for("POST", 1)[0].header("x-hub-signature").is_some());
}

#[test]
fn a_broken_file_is_set_aside() {
    let (mut scene, reader) = (Scene::new(), willing());
    scene.subscribe(&reader.url("/cb"), &[]);
    drop(scene.hub.take());
    fs::write(scene.file(), "garbage").expect("a file");
    scene.open();
    assert_eq!(fs::read(scene.folder().join("hub.redb.broken")).expect("the old one"), b"garbage");
    scene.publish("second");
    scene.subscribe(&reader.url("/cb"), &[]);
    scene.publish("third");
    wait_until_sent(&reader, "third");
}

/// As a power cut would: the file as it is at any moment, while subscribers come and go.
#[test]
fn the_file_is_whole_at_every_moment() {
    let (mut scene, reader) = (Scene::new(), willing());
    let copies = tempfile::tempdir().expect("a temporary folder");
    for number in 0..20 {
        scene.subscribe(&reader.url(&format!("/{number}")), &[]);
        fs::copy(scene.file(), copies.path().join(number.to_string())).expect("a copy");
    }
    let mut counts = Vec::new();
    for number in 0..20 {
        drop(scene.hub.take());
        fs::copy(copies.path().join(number.to_string()), scene.file()).expect("a copy");
        scene.open();
        counts.push(scene.count());
    }
    assert!(!scene.folder().join("hub.redb.broken").exists());
    assert!(counts.is_sorted() && counts.last() > Some(&10), "{counts:?}");
}
