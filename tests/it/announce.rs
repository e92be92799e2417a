//! Telling hubs: real requests to servers on loopback, by the service and by `--once`.

use std::fs;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU16, Ordering};
use std::time::{Duration, Instant};

use url::form_urlencoded;

use crate::http::{Heard, Server, reply};
use crate::support::{Blog, Service, post};

/// A web server that serves the output of a blog, or what it served when it was held.
struct Web {
    server: Server,
    is_held: Arc<AtomicBool>,
}

impl Web {
    fn of(blog: &Blog) -> Self {
        let (root, kept) = (blog.path("public"), blog.path("held"));
        let is_held = Arc::new(AtomicBool::new(false));
        let held = is_held.clone();
        let server = Server::answering(move |heard, stream| {
            let folder = if held.load(Ordering::Relaxed) { &kept } else { &root };
            let Ok(body) = fs::read(folder.join(&heard.target[1..])) else { return reply(stream, 404, "", "none") };
            let tag = format!("\"{}-{}\"", body.len(), body.iter().map(|byte| u64::from(*byte)).sum::<u64>());
            if heard.header("if-none-match") == Some(&tag) {
                return reply(stream, 304, &format!("ETag: {tag}\r\n"), "");
            }
            reply(stream, 200, &format!("ETag: {tag}\r\n"), body)
        });
        Self { server, is_held }
    }

    /// Serves what is there now, whatever is published.
    fn hold(&self, blog: &Blog) {
        fs::create_dir_all(blog.path("held")).unwrap();
        for (name, bytes) in blog.output() {
            fs::write(blog.path("held").join(name), bytes).unwrap();
        }
        self.is_held.store(true, Ordering::Relaxed);
    }

    fn release(&self) {
        self.is_held.store(false, Ordering::Relaxed);
    }
}

/// A server that answers with a status that can be changed, and wants to be left alone for a second where it is no good one.
fn hub(status: &Arc<AtomicU16>) -> Server {
    let status = status.clone();
    Server::answering(move |_, stream| match status.load(Ordering::Relaxed) {
        good @ 200..300 => reply(stream, good, "", ""),
        bad => reply(stream, bad, "Retry-After: 1\r\n", "no such topic\nhere"),
    })
}

fn well() -> Arc<AtomicU16> {
    Arc::new(AtomicU16::new(204))
}

/// A blog of one post, whose web server is asked, with what else its configuration says.
fn blog(more: impl Fn(&str) -> String) -> (Blog, Web) {
    let blog = Blog::new().post("2024-01-01-a.md", post("A", "2024-01-01", "First."));
    let web = Web::of(&blog);
    let address = web.server.url("/");
    let more = format!("output_url: {address}\n{}", more(&address));
    (blog.configured(&more), web)
}

/// What forms say of one name.
fn said(heard: &[Heard], name: &str) -> Vec<String> {
    let of_one = |heard: &Heard| {
        let mut pairs = form_urlencoded::parse(&heard.body).filter(|(key, _)| key == name);
        pairs.next().map(|(_, value)| value.into_owned()).unwrap_or_default()
    };
    let mut all: Vec<String> = heard.iter().map(of_one).collect();
    all.sort();
    all
}

fn addresses(web: &Web) -> Vec<String> {
    ["/atom.xml", "/feed.json", "/rss.xml"].map(|path| web.server.url(path)).to_vec()
}

fn save(blog: &Blog, body: &str) {
    blog.save("posts/2024-01-01-a.md", post("A", "2024-01-01", body));
}

/// Nothing more comes: what would have been told is, of all that is published.
fn settled(service: &Service, blog: &Blog) {
    service.wait_until("an empty queue", || notices(blog).contains(r#""waiting":[]"#));
    service.wait_until_quiet(Duration::from_millis(300));
}

fn notices(blog: &Blog) -> String {
    let states = fs::read_dir(blog.path("state")).unwrap();
    states.filter_map(|state| fs::read_to_string(state.unwrap().path().join("notices.json")).ok()).collect()
}

#[test]
fn each_hub_is_told_once_of_each_feed_that_differs_and_of_the_first_build_none() {
    let (first, second) = (hub(&well()), hub(&well()));
    let (blog, web) = blog(|_| format!("websub: {{hubs: ['{}', '{}']}}\n", first.url("/a?key=1"), second.url("/")));
    let service = blog.start();
    assert!(blog.shows("atom.xml", &format!("<link href=\"{}\" rel=\"hub\"/>", first.url("/a?key=1"))));
    save(&blog, "Second.");
    for hub in [&first, &second] {
        let told = hub.wait_for("POST", 3);
        assert_eq!(said(&told, "hub.url"), addresses(&web));
        assert_eq!(said(&told, "hub.mode"), ["publish"; 3]);
        assert_eq!(told[0].header("content-type"), Some("application/x-www-form-urlencoded"));
    }
    settled(&service, &blog);
    assert_eq!((first.heard().len(), second.heard().len()), (3, 3));
    assert_eq!(first.heard()[0].target, "/a?key=1");
    assert!(blog.run(["status"]).ended_with(0).stdout.contains("announced  6 notices, last "));
}

#[test]
fn hubs_are_told_once_the_public_address_serves_it() {
    let hub = hub(&well());
    let (blog, web) = blog(|_| format!("feeds: [atom.xml]\nwebsub: {}\n", hub.url("/")));
    let service = blog.start();
    web.hold(&blog);
    for number in 0..5 {
        save(&blog, &format!("Number {number}."));
        service.wait_until("the save", || blog.shows("atom.xml", &format!("Number {number}.")));
    }
    service.wait_until("conditional requests", || {
        web.server.heard().iter().filter(|heard| heard.header("if-none-match").is_some()).count() > 2
    });
    assert!(hub.heard().is_empty());
    web.release();
    assert_eq!(said(&hub.wait_for("POST", 1), "hub.url"), [web.server.url("/atom.xml")]);
    settled(&service, &blog);
    assert_eq!(hub.heard().len(), 1, "five saves are one notice");
}

#[test]
fn the_public_address_need_not_be_asked() {
    let hub = hub(&well());
    let text = format!("feeds: [atom.xml]\nwebsub: {{hubs: ['{}'], wait: 0s}}\n", hub.url("/"));
    let (blog, web) = blog(|_| text.clone());
    let _service = blog.start();
    web.hold(&blog);
    save(&blog, "Second.");
    hub.wait_for("POST", 1);
    assert!(web.server.heard().is_empty());
}

#[test]
fn no_notice_is_lost_by_a_hub_that_is_down_or_a_service_that_is_killed() {
    let status = Arc::new(AtomicU16::new(503));
    let hub = hub(&status);
    let (blog, _web) = blog(|_| format!("feeds: [atom.xml, rss.xml]\nwebsub: {}\n", hub.url("/")));
    let mut service = blog.start();
    save(&blog, "Second.");
    hub.wait_for("POST", 2);
    service.wait_until_logged("cannot tell `http://127.0.0.1:");
    let told = blog.run(["status"]).ended_with(0).stdout; // it is tried again: nobody need do anything
    assert!(told.contains("2 waiting") && told.contains("it answers 503: no such topic here"), "{told}");
    service.kill();
    status.store(202, Ordering::Relaxed);
    let before = hub.heard().len();
    let service = blog.start();
    service.wait_until("what was left", || hub.heard().len() >= before + 2);
    service.wait_until_logged("can be told again");
    settled(&service, &blog);
    assert_eq!(said(&hub.heard()[before..], "hub.mode"), ["publish"; 2]);
}

#[test]
fn what_changed_while_no_service_ran_is_told_too() {
    let hub = hub(&well());
    let (blog, web) = blog(|_| format!("feeds: [atom.xml]\nwebsub: {}\n", hub.url("/")));
    let mut service = blog.start();
    service.kill();
    save(&blog, "Second.");
    let service = blog.start();
    assert_eq!(said(&hub.wait_for("POST", 1), "hub.url"), [web.server.url("/atom.xml")]);
    settled(&service, &blog);
    assert_eq!(hub.heard().len(), 1);
}

#[test]
fn a_hub_that_wants_to_be_left_alone_is() {
    let status = Arc::new(AtomicU16::new(429));
    let hub = hub(&status);
    let (blog, _web) = blog(|_| format!("feeds: [atom.xml]\nwebsub: {}\n", hub.url("/")));
    let _service = blog.start();
    save(&blog, "Second.");
    hub.wait_for("POST", 1);
    let asked = Instant::now();
    status.store(200, Ordering::Relaxed);
    hub.wait_for("POST", 2);
    assert!(asked.elapsed() >= Duration::from_secs(3), "half of 5 s, and the second that it asked for");
}

#[test]
fn a_hub_that_refuses_is_told_in_the_status() {
    let refusing = hub(&Arc::new(AtomicU16::new(404)));
    let (blog, _web) = blog(|_| format!("feeds: [atom.xml]\nwebsub: {}\n", refusing.url("/")));
    let service = blog.start();
    save(&blog, "Second.");
    service.wait_until_logged("was not told of a new version: it answers 404: no such topic here");
    let told = blog.run(["status"]).ended_with(1).stdout;
    assert!(told.contains("/ not told of a version, since "), "{told}");
    assert_eq!(refusing.heard().len(), 1);
    let good = hub(&well());
    let old = fs::read_to_string(blog.path("feedwright.yaml")).unwrap();
    blog.save("feedwright.yaml", old.replace(&refusing.url("/"), &good.url("/")));
    good.wait_for("POST", 1); // of the feed that names it
    save(&blog, "Third.");
    good.wait_for("POST", 2);
    blog.run(["status"]).ended_with(0);
}

#[test]
fn rss_clouds_and_directories_are_told_in_their_own_words() {
    let cloud = hub(&well());
    let directory = Server::answering(|_, stream| {
        let member = |name, value| format!("<member><name>{name}</name><value>{value}</value></member>");
        let members = member("flerror", "<boolean>0</boolean>") + &member("message", "Thanks");
        let answer = format!(
            "<methodResponse><params><param><value><struct>{members}</struct></value></param></params></methodResponse>"
        );
        reply(stream, 200, "Content-Type: text/xml\r\n", answer)
    });
    let more = format!("rsscloud: {}\nping: [{}]\n", cloud.url("/please?x=1"), directory.url("/RPC2"));
    let (blog, web) = blog(|_| more.clone());
    let service = blog.start();
    let port = cloud.address.port();
    let element = format!("<cloud domain=\"127.0.0.1\" port=\"{port}\" path=\"/please?x=1\"");
    assert!(blog.shows("rss.xml", &element), "{}", blog.published("rss.xml"));
    save(&blog, "Second.");
    assert_eq!(said(&cloud.wait_for("POST", 1), "url"), [web.server.url("/rss.xml")]);
    assert_eq!(cloud.heard()[0].target, "/ping");
    let ping = String::from_utf8(directory.wait_for("POST", 1).remove(0).body).unwrap();
    for part in ["weblogUpdates.extendedPing", "<string>https://example.org/</string>", &web.server.url("/rss.xml")] {
        assert!(ping.contains(part), "no {part} in {ping}");
    }
    settled(&service, &blog);
    assert_eq!((cloud.heard().len(), directory.heard().len()), (1, 1));
}

#[test]
fn once_keeps_notices_and_sends_them_when_it_is_asked_to() {
    let hub = hub(&well());
    let (blog, web) = blog(|_| format!("feeds: [atom.xml]\nwebsub: {}\n", hub.url("/")));
    let first = blog.run(["--once", "--announce", "-v"]).ended_with(0);
    assert!(first.stderr.contains("nothing is known of earlier builds, so nobody is told of this one"), "{first:?}");
    save(&blog, "Second.");
    blog.once().ended_with(0);
    assert!(hub.heard().is_empty());
    blog.run(["--once", "--announce"]).ended_with(0);
    assert_eq!(said(&hub.heard(), "hub.url"), [web.server.url("/atom.xml")]);
    blog.run(["--once", "--announce"]).ended_with(0);
    assert_eq!(hub.heard().len(), 1);
}

#[test]
fn once_says_by_its_code_that_somebody_was_not_told() {
    let hub = hub(&Arc::new(AtomicU16::new(410)));
    let (blog, _web) = blog(|_| format!("feeds: [atom.xml]\nwebsub: {}\n", hub.url("/")));
    blog.once().ended_with(0);
    save(&blog, "Second.");
    let run = blog.run(["--once", "--announce"]).ended_with(1);
    assert!(run.stderr.contains("was not told of a new version: it answers 410"), "{run:?}");
    assert!(blog.shows("atom.xml", "Second."));
}

#[test]
fn nobody_to_tell_is_said() {
    let blog = Blog::new().post("2024-01-01-a.md", post("A", "2024-01-01", "First."));
    let run = blog.run(["--once", "--announce"]).ended_with(0);
    assert!(run.stderr.contains("`--announce` tells nobody: `feedwright.yaml` names no hub"), "{run:?}");
    blog.run(["--announce"]).ended_with(64);
}

#[test]
fn a_queue_that_cannot_be_kept_is_told_once_and_kept_as_soon_as_it_can() {
    let hub = hub(&well());
    let (blog, _web) = blog(|_| format!("feeds: [atom.xml]\nwebsub: {}\n", hub.url("/")));
    let service = blog.start();
    let state = fs::read_dir(blog.path("state")).unwrap().next().unwrap().unwrap().path();
    service.wait_until("a first queue", || state.join("notices.json").exists());
    fs::remove_file(state.join("notices.json")).unwrap();
    fs::create_dir(state.join("notices.json")).unwrap();
    for number in 0..3 {
        save(&blog, &format!("Number {number}."));
        hub.wait_for("POST", number + 1);
    }
    service.wait_until_logged("notices.json`: ");
    assert_eq!(service.logged("cannot write `"), 1, "{}", service.log());
    assert!(blog.run(["status"]).ended_with(1).stdout.contains("notices.json"));
    fs::remove_dir(state.join("notices.json")).unwrap();
    service.wait_until_logged("feeds are passed on again");
    assert!(notices(&blog).contains(r#""waiting":[]"#));
}

#[test]
fn a_broken_queue_is_told_and_begun_anew() {
    let hub = hub(&well());
    let (blog, _web) = blog(|_| format!("feeds: [atom.xml]\nwebsub: {}\n", hub.url("/")));
    blog.once().ended_with(0);
    let state = fs::read_dir(blog.path("state")).unwrap().next().unwrap().unwrap().path();
    fs::write(state.join("notices.json"), "{").unwrap();
    let service = blog.start();
    assert_eq!(service.logged("notices.json` is broken ("), 1);
    save(&blog, "Second.");
    hub.wait_for("POST", 1);
}

#[test]
fn the_proxy_of_the_environment_is_asked() {
    let proxy = hub(&well());
    let (blog, _web) =
        blog(|_| "feeds: [atom.xml]\nwebsub: {hubs: ['http://hub.invalid/tell'], wait: 0s}\n".to_owned());
    let mut command = blog.command();
    command.env("http_proxy", proxy.url("/"));
    let _service = blog.start_as(command);
    save(&blog, "Second.");
    assert_eq!(proxy.wait_for("POST", 1)[0].target, "http://hub.invalid/tell");
}

#[test]
fn a_taken_port_keeps_no_hub_from_being_told() {
    let hub = hub(&well());
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port();
    let more =
        format!("feeds: [atom.xml]\nserve: 127.0.0.1:{port}\nwebsub: {{hubs: ['{}'], wait: 0s}}\n", hub.url("/"));
    let (blog, _web) = blog(|_| more.clone());
    let service = blog.start();
    service.wait_until_logged("feeds are not passed on: ");
    save(&blog, "Second.");
    hub.wait_for("POST", 1);
    assert!(blog.run(["status"]).ended_with(1).stdout.contains("feeds are not passed on: "), "and it still stands");
}

#[test]
fn without_certificates_it_is_told_once_and_nothing_spins() {
    let hub = hub(&well());
    let (blog, _web) = blog(|_| format!("feeds: [atom.xml]\nwebsub: {{hubs: ['{}'], wait: 0s}}\n", hub.url("/")));
    let mut command = blog.command();
    command.env("SSL_CERT_FILE", "/dev/null").env_remove("SSL_CERT_DIR");
    let service = blog.start_as(command);
    save(&blog, "Second.");
    service.wait_until_logged("install `ca-certificates`");
    service.wait_until_quiet(Duration::from_secs(2));
    assert_eq!(service.logged("install `ca-certificates`"), 1, "{}", service.log());
    assert!(blog.shows("atom.xml", "Second.") && !notices(&blog).contains(r#""waiting":[]"#), "it is kept");
}

#[test]
fn notices_move_with_the_state() {
    let status = Arc::new(AtomicU16::new(503));
    let hub = hub(&status);
    let (blog, _web) = blog(|_| format!("feeds: [atom.xml]\nwebsub: {{hubs: ['{}'], wait: 0s}}\n", hub.url("/")));
    let service = blog.start();
    save(&blog, "Second.");
    hub.wait_for("POST", 1);
    let text = fs::read_to_string(blog.path("feedwright.yaml")).unwrap();
    blog.save("feedwright.yaml", text.replace("state: state", "state: elsewhere"));
    service.wait_until_logged("read again");
    status.store(204, Ordering::Relaxed);
    service.wait_until("the notice is sent from there", || {
        let told = fs::read_dir(blog.path("elsewhere")).into_iter().flatten().flatten();
        let mut kept = told.filter_map(|state| fs::read_to_string(state.path().join("notices.json")).ok());
        kept.any(|text| text.contains(r#""waiting":[]"#)) && hub.heard().len() > 1
    });
}
