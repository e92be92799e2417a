//! The hub in the service: subscriptions are made by the room, in the folder of the service's state.

use std::fs;
use std::io::{Read, Write};
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::thread;
use std::time::Duration;

use super::scene::{Scene, TOPIC, sent, wait_until, willing};
use crate::http::{Heard, Server};
use crate::means::{Dice, Memory, Root, has, is_long};
use crate::needs;
use crate::support::{Blog, post};

const CONFIGURATION: &str = "serve: unix:http\nhub: {allow_private: true}\n";

/// A blog with a hub, to which so many callbacks of this reader are subscribed.
fn blog(reader: &Server, subscribers: usize) -> Blog {
    let blog = Blog::new().configured(CONFIGURATION).post("a.md", post("Version 0", "2024-01-01", "x"));
    blog.start().kill();
    let mut scene = Scene::new();
    (0..subscribers).for_each(|number| scene.subscribe(&reader.url(&format!("/{number}")), &[("hub.secret", "s")]));
    drop(scene.hub.take()); // and then all is on disk
    fs::copy(scene.file(), file(&blog)).expect("a copy");
    blog
}

fn file(blog: &Blog) -> PathBuf {
    let mut states = fs::read_dir(blog.path("state")).expect("states").flatten().map(|entry| entry.path());
    states.find_map(|state| Some(state.join("hub.redb")).filter(|file| file.exists())).expect("the file of the hub")
}

fn version(blog: &Blog, number: usize) {
    blog.save("posts/a.md", post(&format!("Version {number}"), "2024-01-01", "x"));
}

#[test]
fn what_is_published_is_sent_byte_for_byte() {
    let reader = willing();
    let blog = blog(&reader, 3);
    let _service = blog.start();
    version(&blog, 1);
    wait_until("all have it", || sent(&reader).iter().filter(|body| body.contains("Version 1<")).count() == 3);
    let delivery = &reader.wait_for("POST", 3)[0];
    assert_eq!(delivery.header("content-type"), Some("application/rss+xml; charset=utf-8"));
    let link = format!("<https://example.org/hub>; rel=\"hub\", <{TOPIC}>; rel=\"self\"");
    assert_eq!(delivery.header("link"), Some(link.as_str()));
    assert!(sent(&reader).contains(&blog.published("rss.xml")));
}

/// What the hub answers to a form that is posted at the socket of the service.
fn posted(blog: &Blog, pairs: &[(&str, &str)]) -> String {
    let form = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
    let mut stream = UnixStream::connect(blog.path("http")).expect("it listens");
    let head = "POST /hub HTTP/1.1\r\nHost: example.org\r\nConnection: close\r\n";
    let kind = "Content-Type: application/x-www-form-urlencoded\r\n";
    write!(stream, "{head}{kind}Content-Length: {}\r\n\r\n{form}", form.len()).expect("it reads");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("UTF-8");
    answer
}

#[test]
fn forms_are_answered_where_readers_are_also_after_the_configuration_was_read_again() {
    let reader = willing();
    let blog = Blog::new().configured(CONFIGURATION).post("a.md", post("Version 0", "2024-01-01", "x"));
    let mut service = blog.start();
    let subscribe = |path: &str| {
        let callback = reader.url(path);
        posted(&blog, &[("hub.mode", "subscribe"), ("hub.topic", TOPIC), ("hub.callback", &callback)])
    };
    wait_until("it is served", || subscribe("/1").starts_with("HTTP/1.1 202 "));
    service.wait_until_logged("is subscribed to");
    for lease in ["1h", "2h"] {
        service.take_told();
        let hub = format!("hub: {{allow_private: true, lease: {lease}}}\n");
        let site = "site: {title: T, url: 'https://example.org/'}\nstate: state\nserve: unix:http\n";
        blog.save("feedwright.yaml", site.to_owned() + &hub);
        service.signal("HUP");
        service.wait_until_told("READY=1");
        let before = service.logged("is subscribed to");
        assert!(subscribe("/2").starts_with("HTTP/1.1 202 "));
        service.wait_until("it is subscribed", || service.logged("is subscribed to") > before);
    }
    assert_eq!(reader.heard().last().and_then(|heard| heard.asked("hub.lease_seconds")).as_deref(), Some("7200"));
    assert!(posted(&blog, &[("hub.mode", "subscribe")]).starts_with("HTTP/1.1 400 "));
    assert!(blog.run(["status"]).ended_with(0).stdout.contains("\nhub        2 subscriptions"));
    version(&blog, 1);
    wait_until("both have it", || sent(&reader).iter().filter(|body| body.contains("Version 1<")).count() == 2);
}

/// A full disk, which a database remembers until it is opened anew.
#[test]
fn what_a_full_disk_did_not_take_is_kept_when_there_is_room_again() {
    if !has(&["mount", "umount"], Root::Needed) || !needs::mounts() {
        return;
    }
    let reader = willing();
    let blog = Blog::new().configured(CONFIGURATION).post("a.md", post("Version 0", "2024-01-01", "x"));
    let state = blog.path("state");
    let disk = Memory::mount(&state, "size=3m");
    let mut service = blog.start();
    let subscribe = |number: usize| {
        let callback = reader.url(&format!("/{number}"));
        posted(&blog, &[("hub.mode", "subscribe"), ("hub.topic", TOPIC), ("hub.callback", &callback)])
    };
    wait_until("it is served", || subscribe(0).starts_with("HTTP/1.1 202 "));
    service.wait_until_logged("is subscribed to");
    disk.fill();
    let mut subscribers = 1;
    service.wait_until("a subscription cannot be kept", || {
        assert!(subscribe(subscribers).starts_with("HTTP/1.1 202 "));
        subscribers += 1;
        service.logged("until this is mended, subscriptions of now are lost") > 0
    });
    service.wait_until("all are subscribed", || service.logged("is subscribed to") >= subscribers);
    disk.empty();
    service.wait_until_logged("subscriptions are kept again");
    service.kill();
    let _service = blog.start();
    let told = format!("\nhub        {subscribers} subscriptions");
    wait_until("all of them are there", || blog.run(["status"]).stdout.contains(&told));
}

fn without_rss(blog: &Blog) {
    let site = "site: {title: T, url: 'https://example.org/'}\nstate: state\nfeeds: [{path: atom.xml, format: atom}]\n";
    blog.save("feedwright.yaml", site.to_owned() + CONFIGURATION);
}

#[track_caller]
fn wait_until_denied(reader: &Server) {
    let is_denied = |heard: &Heard| heard.asked("hub.mode").as_deref() == Some("denied");
    wait_until("it is denied", || reader.heard().iter().any(is_denied));
}

#[test]
fn a_feed_that_the_configuration_names_no_more_is_denied_to_its_subscribers() {
    let reader = willing();
    let blog = blog(&reader, 1);
    let service = blog.start();
    without_rss(&blog);
    service.signal("HUP");
    wait_until_denied(&reader);
}

#[test]
fn a_feed_that_went_while_no_service_ran_is_denied_to_its_subscribers() {
    let reader = willing();
    let blog = blog(&reader, 1);
    without_rss(&blog);
    let _service = blog.start();
    wait_until_denied(&reader);
}

/// `kill -9` at random moments under publications: in the end everybody has the last version.
#[test]
fn nobody_is_left_out_however_often_the_service_is_killed() {
    let publications = if is_long() { 200 } else { 40 };
    let (reader, subscribers) = (willing(), 25);
    let blog = blog(&reader, subscribers);
    let mut dice = Dice(7);
    for number in 1..=publications {
        let mut service = blog.spawn(blog.command(), "log");
        thread::sleep(Duration::from_millis(dice.below(300)));
        version(&blog, number);
        thread::sleep(Duration::from_millis(dice.below(150)));
        service.kill();
    }
    let before = sent(&reader).len();
    let _service = blog.start();
    let last = blog.published("rss.xml");
    assert!(last.contains(&format!("Version {publications}<")), "{last}");
    let has = |number: usize| {
        let target = format!("/{number}");
        reader
            .heard()
            .iter()
            .any(|heard| heard.method == "POST" && heard.target == target && heard.body == last.as_bytes())
    };
    wait_until("everybody has the last version", || (0..subscribers).all(has));
    println!("{publications} publications and kills, {before} deliveries before the last start");
    assert!(before > publications, "too little was sent in between");
    assert!(!file(&blog).with_extension("redb.broken").exists());
}
