use std::io::Write;
use std::net::{SocketAddr, TcpStream};
use std::os::unix::fs::{FileTypeExt, PermissionsExt};
use std::os::unix::net::UnixStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use chrono::{DateTime, Utc};
use feedwright::config::{Coding, Format, Listen, Serve};
use feedwright::feed::Edition;
use feedwright::feed::edition::digest;
use feedwright::representation::Manner;
use feedwright::representation::coding::decode;
use feedwright::serve::{Door, Server};
use url::Url;

use crate::reader::{Answer, Client, wait_until};
use crate::support::{Blog, post};

const ANY_PORT: &str = "127.0.0.1:0";

/// An RSS feed of so many posts, the newest first.
fn rss(title: &str, posts: usize) -> String {
    let item = |number| {
        let words = "Some words that are often the same. ".repeat(20);
        format!(
            "    <item>\n      <title>Post {number}</title>\n      <guid>https://example.org/{number}/</guid>\n      <description>{words}</description>\n    </item>\n"
        )
    };
    let items: String = (1..=posts).rev().map(item).collect();
    format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<rss version=\"2.0\">\n  <channel>\n    <title>{title}</title>\n{items}  </channel>\n</rss>\n"
    )
}

fn since() -> DateTime<Utc> {
    DateTime::from_timestamp(1_704_110_400, 0).expect("a time")
}

fn edition(path: &str, text: &str) -> Edition {
    let url = Url::parse("https://example.org/").unwrap().join(path).unwrap();
    let (format, digest, since) = (Format::Rss, digest(text.as_bytes()), since());
    Edition { path: path.to_owned(), url, format, bytes: Arc::from(text.as_bytes()), digest, since }
}

fn manner() -> Arc<Manner> {
    Arc::new(Manner { cache_control: "max-age=60".to_owned(), hubs: Vec::new() })
}

fn config(listen: Vec<Listen>) -> Serve {
    Serve { listen, cache_control: "max-age=60".to_owned(), connections: 100 }
}

fn tcp(address: &str) -> Listen {
    Listen::Tcp(address.parse().unwrap())
}

/// A server of one feed of three posts.
fn start() -> Server {
    start_as(&config(vec![tcp(ANY_PORT)]))
}

fn start_as(config: &Serve) -> Server {
    let server = Server::start(config).expect("it listens");
    publish(&server, &[("rss.xml", &rss("Example", 3))]);
    server
}

fn publish(server: &Server, feeds: &[(&str, &str)]) {
    let editions = feeds.iter().map(|(path, text)| edition(path, text)).collect();
    server.publish(Arc::new(server.publication().next(editions, &[], &manner())));
}

fn address(server: &Server) -> SocketAddr {
    server.addresses()[0]
}

fn client(server: &Server) -> Client<TcpStream> {
    Client::to(address(server))
}

fn get(server: &Server, path: &str, headers: &[(&str, &str)]) -> Answer {
    client(server).get(path, headers)
}

// -- what is answered -----------------------------------------------------------------------------------------------------

#[test]
fn a_feed_is_served_with_all_that_is_to_be_said_of_it() {
    let server = start();
    let answer = get(&server, "/rss.xml", &[]);
    assert_eq!((answer.status, answer.text()), (200, rss("Example", 3)));
    for (name, value) in [
        ("content-type", "application/rss+xml; charset=utf-8"),
        ("last-modified", "Mon, 01 Jan 2024 12:00:00 GMT"),
        ("cache-control", "max-age=60"),
        ("link", "<https://example.org/rss.xml>; rel=\"self\""),
        ("access-control-allow-origin", "*"),
        ("accept-ranges", "bytes"),
        ("vary", "Accept-Encoding, A-IM"),
    ] {
        assert_eq!(answer.header(name), Some(value), "{name}");
    }
    let date = DateTime::parse_from_rfc2822(answer.header("date").expect("a date")).unwrap();
    assert!((Utc::now() - date.to_utc()).num_hours().abs() < 1);
    assert_eq!(get(&server, "/rss.xml?utm_source=x", &[]).body, answer.body);
}

#[test]
fn validators_are_heeded_over_one_connection() {
    let server = start();
    let mut client = client(&server);
    let tag = client.get("/rss.xml", &[]).tag().to_owned();
    for (said, status) in [
        (vec![("If-None-Match", tag.as_str())], 304),
        (vec![("If-None-Match", "\"x\""), ("If-Modified-Since", "Mon, 01 Jan 2024 12:00:00 GMT")], 200),
        (vec![("If-Modified-Since", "Mon, 01 Jan 2024 12:00:00 GMT")], 304),
        (vec![("If-Match", "\"x\"")], 412),
        (vec![("If-Unmodified-Since", "Mon, 01 Jan 2024 11:59:59 GMT")], 412),
        (vec![("Range", "bytes=0-4")], 206),
        (vec![("Range", "bytes=0-4"), ("If-Range", "\"x\"")], 200),
        (vec![("Range", "bytes=999999-")], 416),
        (vec![("Accept-Encoding", "identity;q=0")], 406),
        (vec![], 200),
    ] {
        let answer = client.get("/rss.xml", &said);
        assert_eq!(answer.status, status, "{said:?}");
        assert_eq!(answer.body.is_empty(), matches!(status, 304 | 412 | 416), "{said:?}");
    }
}

#[test]
fn head_has_the_length_and_not_the_content() {
    let server = start();
    let mut client = client(&server);
    let (get, head) = (client.get("/rss.xml", &[]), client.ask("HEAD", "/rss.xml", &[]));
    assert_eq!((head.status, head.header("content-length")), (200, Some(&*get.body.len().to_string())));
    assert_eq!(head.tag(), get.tag());
    assert_eq!(client.get("/rss.xml", &[]), get, "nothing of a content came in between");
}

#[test]
fn each_coding_is_what_it_says() {
    let server = start();
    for coding in [Coding::Gzip, Coding::Br, Coding::Zstd] {
        let answer = get(&server, "/rss.xml", &[("Accept-Encoding", coding.name())]);
        assert_eq!(answer.header("content-encoding"), Some(coding.name()));
        assert_eq!(decode(coding, &answer.body).unwrap(), rss("Example", 3).into_bytes());
        let again = get(&server, "/rss.xml", &[("Accept-Encoding", coding.name()), ("If-None-Match", answer.tag())]);
        assert_eq!(again.status, 304);
    }
}

#[test]
fn who_takes_deltas_gets_only_what_is_new() {
    let server = start();
    let mut client = client(&server);
    let first = client.get("/rss.xml", &[("A-IM", "feed")]);
    assert_eq!(first.status, 200);
    publish(&server, &[("rss.xml", &rss("Example", 5))]);
    let delta =
        client.get("/rss.xml", &[("A-IM", "feed"), ("If-None-Match", first.tag()), ("Accept-Encoding", "gzip")]);
    assert_eq!((delta.status, delta.header("im")), (226, Some("feed")));
    let text = String::from_utf8(decode(Coding::Gzip, &delta.body).unwrap()).unwrap();
    let has = |number: usize| text.contains(&format!("<title>Post {number}</title>"));
    assert_eq!((1..=5).map(has).collect::<Vec<_>>(), [false, false, false, true, true], "{text}");
    roxmltree::Document::parse(&text).unwrap();
    let current =
        client.get("/rss.xml", &[("A-IM", "feed"), ("If-None-Match", delta.tag()), ("Accept-Encoding", "gzip")]);
    assert_eq!(current.status, 304);
    let reads = server.access().feeds["rss.xml"]["unknown"];
    assert_eq!((reads.requests, reads.deltas, reads.unchanged), (3, 1, 1));
}

#[test]
fn scripts_of_other_sites_may_ask() {
    let server = start();
    let asked = [("Origin", "https://reader.example"), ("Access-Control-Request-Method", "GET")];
    let answer = client(&server).ask("OPTIONS", "/rss.xml", &asked);
    assert_eq!((answer.status, answer.header("access-control-allow-origin")), (204, Some("*")));
    let refused = client(&server).ask("DELETE", "/rss.xml", &[]);
    assert_eq!((refused.status, refused.header("allow")), (405, Some("GET, HEAD, OPTIONS")));
}

#[test]
fn nothing_else_can_be_asked_for() {
    let server = start();
    for path in [
        "/",
        "/rss",
        "/rss.xml/",
        "//rss.xml",
        "/./rss.xml",
        "/../feedwright.yaml",
        "/%2e%2e/feedwright.yaml",
        "/RSS.xml",
        "/rss.xml.gz",
        "/rss.xml%00",
        "/rss%2exml",
        "/state/ids.yaml",
        "/..%2f..%2fetc/passwd",
        "/etc/passwd",
        "http://example.org/etc/passwd",
        "/rss.xml;x",
        "/hub",
    ] {
        let answer = get(&server, path, &[]);
        assert_eq!((answer.status, answer.text().as_str()), (404, "not found\n"), "{path}");
    }
    let mut client = client(&server);
    client.send(b"GET /rss.xml\0 HTTP/1.1\r\nHost: x\r\n\r\n");
    assert!(client.answer("GET").is_none_or(|answer| answer.status == 400));
    assert_eq!(get(&server, "http://example.org/rss.xml", &[]).status, 200, "a server must take it: RFC 9112 §3.2.2");
    assert!(server.access().feeds.keys().eq(["rss.xml"]));
}

#[test]
fn readers_are_counted_by_kind() {
    let server = start();
    let feedly = ("User-Agent", "Feedly/1.0 (+http://www.feedly.com/fetcher.html; 42 subscribers)");
    let answer = get(&server, "/rss.xml", &[feedly]);
    get(&server, "/rss.xml", &[feedly, ("If-None-Match", answer.tag())]);
    get(&server, "/rss.xml", &[("User-Agent", "curl/8.5")]);
    let access = server.access();
    let reads = access.feeds["rss.xml"]["Feedly"];
    assert_eq!((reads.requests, reads.unchanged, reads.subscribers), (2, 1, Some(42)));
    assert_eq!(reads.bytes, answer.body.len() as u64);
    assert_eq!(access.feeds["rss.xml"]["curl"].requests, 1);
}

// -- bounds ---------------------------------------------------------------------------------------------------------------

#[test]
fn a_head_that_is_too_long_is_refused() {
    let server = start();
    let long = "x".repeat(20_000);
    assert_eq!(get(&server, "/rss.xml", &[("X-Long", &long)]).status, 431);
    let many: Vec<(String, String)> = (0..70).map(|number| (format!("X-{number}"), "y".to_owned())).collect();
    let many: Vec<(&str, &str)> = many.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    assert_eq!(get(&server, "/rss.xml", &many).status, 431);
    assert_eq!(get(&server, "/rss.xml", &many[..60]).status, 200);
}

#[test]
fn a_content_that_nobody_asked_for_is_not_read() {
    let server = start();
    for (method, status) in [("GET", 413), ("POST", 405)] {
        let mut client = client(&server);
        let head = format!("{method} /rss.xml HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000000\r\n\r\n");
        client.send(head.as_bytes());
        let answer = client.answer(method).expect("an answer, before the content came");
        assert_eq!((answer.status, answer.header("connection")), (status, Some("close")));
        assert!(client.is_ended());
    }
}

#[test]
fn garbage_is_refused() {
    let server = start();
    for garbage in
        [&b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"[..], b"hello\r\n\r\n", b"GET /rss.xml HTTP/9\r\n\r\n"]
    {
        let mut client = client(&server);
        client.send(garbage);
        assert!(client.answer("GET").is_none_or(|answer| answer.status >= 400));
    }
    assert_eq!(get(&server, "/rss.xml", &[]).status, 200);
}

#[test]
fn when_all_connections_are_taken_others_are_told_so() {
    let server = start_as(&Serve { connections: 3, ..config(vec![tcp(ANY_PORT)]) });
    let mut taken: Vec<_> = (0..3).map(|_| client(&server)).collect();
    for client in &mut taken {
        assert_eq!(client.get("/rss.xml", &[]).status, 200);
    }
    assert_eq!(server.access().connections, 3);
    let mut turned_away = client(&server);
    let answer = turned_away.answer("GET").expect("an answer, before anything was asked");
    assert_eq!((answer.status, answer.header("retry-after")), (503, Some("10")));
    assert_eq!(answer.text(), "all connections are taken; try again\n");
    assert!(turned_away.is_ended());
    taken.pop();
    wait_until("there is room again", || get(&server, "/rss.xml", &[]).status == 200);
    assert_eq!(taken[0].get("/rss.xml", &[]).status, 200);
}

#[test]
fn slow_clients_keep_nobody_waiting() {
    let server = start();
    let mut slow: Vec<TcpStream> = (0..50).map(|_| TcpStream::connect(address(&server)).unwrap()).collect();
    for stream in &mut slow {
        stream.write_all(b"GET /rss.xml HTTP/1.1\r\nHost:").unwrap();
    }
    wait_until("they are accepted", || server.access().connections == 50);
    assert_eq!(get(&server, "/rss.xml", &[]).status, 200);
    slow.iter_mut().for_each(|stream| stream.write_all(b" x\r\n\r\n").unwrap());
    for stream in slow {
        assert_eq!(Client::over(stream).answer("GET").expect("an answer").status, 200);
    }
}

#[test]
fn requests_may_come_one_behind_the_other() {
    let server = start();
    let mut client = client(&server);
    client.send("GET /rss.xml HTTP/1.1\r\nHost: x\r\n\r\n".repeat(20).as_bytes());
    for _ in 0..20 {
        assert_eq!(client.answer("GET").expect("an answer").text(), rss("Example", 3));
    }
}

// -- where it listens -----------------------------------------------------------------------------------------------------

#[test]
fn a_socket_of_the_file_system_is_for_the_group_replaces_a_stale_one_and_goes_in_the_end() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("http");
    drop(std::os::unix::net::UnixListener::bind(&path).unwrap()); // as a process that was killed leaves it
    let server = start_as(&config(vec![Listen::Unix(path.clone())]));
    let metadata = std::fs::metadata(&path).unwrap();
    assert!(metadata.file_type().is_socket());
    assert_eq!(metadata.permissions().mode() & 0o777, 0o660);
    let ask = || Client::over(UnixStream::connect(&path).unwrap()).get("/rss.xml", &[]);
    assert_eq!(ask().text(), rss("Example", 3));
    let error = Server::start(&config(vec![Listen::Unix(path.clone())])).unwrap_err();
    assert!(format!("{error:#}").contains("another program listens there"), "{error:#}");
    assert_eq!(ask().status, 200);
    drop(server);
    assert!(!path.exists());
    std::fs::write(&path, "somebody's").unwrap();
    let error = Server::start(&config(vec![Listen::Unix(path.clone())])).unwrap_err();
    assert!(format!("{error:#}").contains("something else than a socket"), "{error:#}");
    assert_eq!(std::fs::read(&path).unwrap(), b"somebody's");
}

#[test]
fn ipv6_and_several_sockets_at_once() {
    if TcpStream::connect("[::1]:1").is_err_and(|error| error.kind() != std::io::ErrorKind::ConnectionRefused) {
        return eprintln!("skipped: there is no IPv6 here");
    }
    let server = start_as(&config(vec![tcp(ANY_PORT), tcp("[::]:0")]));
    let [v4, v6] = server.addresses()[..] else { panic!("two addresses") };
    assert_eq!(Client::to(v4).get("/rss.xml", &[]).status, 200);
    let loopback = SocketAddr::new("::1".parse().unwrap(), v6.port());
    assert_eq!(Client::to(loopback).get("/rss.xml", &[]).status, 200);
    let mapped = SocketAddr::new("127.0.0.1".parse().unwrap(), v6.port());
    assert_eq!(Client::to(mapped).get("/rss.xml", &[]).status, 200, "it takes both");
}

#[test]
fn an_address_that_is_taken_is_told_with_the_mend() {
    let server = start();
    let taken = Server::start(&config(vec![Listen::Tcp(address(&server))])).unwrap_err();
    let told = format!("{taken:#}");
    assert!(
        told.starts_with(&format!("cannot listen at `{}`: another program listens there; stop it", address(&server))),
        "{told}"
    );
    let strange = Server::start(&config(vec![tcp("192.0.2.1:8080")])).unwrap_err();
    assert!(format!("{strange:#}").contains("this machine has no such address"), "{strange:#}");
    let none = Server::start(&config(vec![Listen::Systemd])).unwrap_err();
    assert!(format!("{none:#}").contains("systemctl enable --now"), "{none:#}");
}

#[test]
fn the_end_closes_what_is_idle_and_lets_the_port_go() {
    let server = start();
    let place = address(&server);
    let mut idle = client(&server);
    assert_eq!(idle.get("/rss.xml", &[]).status, 200);
    drop(server);
    assert!(idle.is_ended());
    let again = start_as(&config(vec![Listen::Tcp(place)]));
    assert_eq!(get(&again, "/rss.xml", &[]).status, 200);
}

#[test]
fn who_comes_before_the_first_publication_waits_for_it() {
    let server = Server::start(&config(vec![tcp(ANY_PORT)])).unwrap();
    let place = address(&server);
    let early = thread::spawn(move || Client::to(place).get("/rss.xml", &[]));
    let _connected = TcpStream::connect(place).unwrap();
    assert_eq!(server.access().connections, 0);
    publish(&server, &[("rss.xml", &rss("Example", 3))]);
    assert_eq!(early.join().unwrap().status, 200);
}

// -- forms ----------------------------------------------------------------------------------------------------------------

#[test]
fn forms_are_handed_over_within_bounds() {
    let answer = |form: Vec<(String, String)>| -> feedwright::serve::Answering {
        let mode = form.into_iter().find(|(name, _)| name == "hub.mode");
        let text = mode.map_or("nothing".to_owned(), |(_, mode)| mode);
        Box::pin(async move { (202, text) })
    };
    let door = Door { path: "/hub".to_owned(), answer: Arc::new(answer) };
    let server = Server::start(&config(vec![tcp(ANY_PORT)])).unwrap();
    server.answer_forms(Some(door));
    server.publish(Arc::default());
    let post = |kind: &str, form: &str| {
        let mut client = client(&server);
        let length = form.len();
        client.send(
            format!("POST /hub HTTP/1.1\r\nHost: x\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\n\r\n{form}")
                .as_bytes(),
        );
        let answer = client.answer("POST").expect("an answer");
        (answer.status, answer.text())
    };
    let form = "application/x-www-form-urlencoded";
    assert_eq!(post(form, "a=b&hub.mode=sub%20scribe"), (202, "sub scribe\n".to_owned()));
    assert_eq!(post(&format!("{form}; charset=UTF-8"), ""), (202, "nothing\n".to_owned()));
    assert_eq!(post("text/plain", "hub.mode=x").0, 415);
    assert_eq!(post(form, &"x".repeat(20_000)).0, 413);
    let get = get(&server, "/hub", &[]);
    assert_eq!((get.status, get.header("allow")), (405, Some("POST")));
}

// -- never a mix ----------------------------------------------------------------------------------------------------------

#[test]
fn each_answer_is_one_whole_version_under_constant_publication() {
    const PUBLICATIONS: usize = 200;
    let server = Server::start(&config(vec![tcp(ANY_PORT)])).unwrap();
    let paths = ["rss.xml", "tags/a.xml", "tags/b.xml"];
    let version = |path: &str, number: usize| rss(&format!("{path} version {number}"), 1 + number % 4);
    let publish_version = |number: usize| {
        let feeds: Vec<(&str, String)> = paths.iter().map(|path| (*path, version(path, number))).collect();
        publish(&server, &feeds.iter().map(|(path, text)| (*path, text.as_str())).collect::<Vec<_>>());
    };
    publish_version(0);
    let is_over = AtomicBool::new(false);
    let read = |path: &str, coding: Option<Coding>| {
        let (mut client, mut last, mut seen) = (client(&server), 0, 0);
        while !is_over.load(Ordering::Relaxed) || seen == 0 {
            let said = coding.map_or("identity", Coding::name);
            let answer = client.get(&format!("/{path}"), &[("Accept-Encoding", said)]);
            let plain = coding.map_or_else(|| answer.body.clone(), |coding| decode(coding, &answer.body).unwrap());
            let suffix = coding.map(|coding| format!("-{}", coding.name())).unwrap_or_default();
            assert_eq!(answer.tag(), format!("\"{:032x}{suffix}\"", digest(&plain)), "the tag is that of these bytes");
            let text = String::from_utf8(plain).unwrap();
            let (_, number) = text.split_once(" version ").unwrap();
            let number: usize = number.split('<').next().unwrap().parse().unwrap();
            assert_eq!(text, version(path, number), "whole");
            assert!(number >= last, "never an older one again");
            (last, seen) = (number, seen + 1);
        }
        seen
    };
    thread::scope(|scope| {
        let readers: Vec<_> = paths
            .iter()
            .flat_map(|path| [None, Some(Coding::Gzip)].map(|coding| scope.spawn(move || read(path, coding))))
            .collect();
        for number in 1..=PUBLICATIONS {
            publish_version(number);
            thread::yield_now();
        }
        is_over.store(true, Ordering::Relaxed);
        let seen: Vec<usize> = readers.into_iter().map(|reader| reader.join().expect("a reader")).collect();
        assert!(seen.iter().all(|seen| *seen > 0), "{seen:?}");
    });
}

// -- the service ----------------------------------------------------------------------------------------------------------

/// A blog of one post whose service answers at a socket in its folder.
fn blog() -> Blog {
    Blog::new().configured("serve: \"unix:http\"\n").post("a.md", post("A", "2024-01-02", "First."))
}

fn ask_service(blog: &Blog, path: &str, headers: &[(&str, &str)]) -> Answer {
    Client::over(UnixStream::connect(blog.path("http")).expect("a connection")).get(path, headers)
}

#[test]
fn the_service_serves_what_it_publishes() {
    let blog = blog();
    let service = blog.start();
    for (path, kind) in [
        ("rss.xml", "application/rss+xml; charset=utf-8"),
        ("atom.xml", "application/atom+xml; charset=utf-8"),
        ("feed.json", "application/feed+json; charset=utf-8"),
    ] {
        let answer = ask_service(&blog, &format!("/{path}"), &[("User-Agent", "Miniflux/2 (7 subscribers)")]);
        assert_eq!((answer.text(), answer.header("content-type")), (blog.published(path), Some(kind)));
    }
    for path in ["/", "/feedwright.yaml", "/state", "/public/rss.xml", "/posts/a.md"] {
        assert_eq!(ask_service(&blog, path, &[]).status, 404, "{path}");
    }
    let tag = ask_service(&blog, "/rss.xml", &[("A-IM", "feed")]).tag().to_owned();
    blog.save("posts/b.md", post("B", "2024-01-03", "Second."));
    service.wait_until("the new post is served", || ask_service(&blog, "/rss.xml", &[]).text().contains("Second."));
    let delta = ask_service(&blog, "/rss.xml", &[("A-IM", "feed"), ("If-None-Match", &tag)]);
    assert_eq!(delta.status, 226);
    assert!(delta.text().contains("Second.") && !delta.text().contains("First."), "{}", delta.text());
    let told = blog.run(["status", "--format", "json"]).ended_with(0).stdout;
    let told: serde_json::Value = serde_json::from_str(&told).unwrap();
    let reads = &told["access"]["feeds"]["rss.xml"];
    assert_eq!((&reads["Miniflux"]["requests"], &reads["Miniflux"]["subscribers"]), (&1.into(), &7.into()), "{told:#}");
    assert_eq!(reads["unknown"]["deltas"], 1, "{told:#}");
    blog.run(["status"]).ended_with(0).told("readers    ").told("; aggregators read for 7");
}

#[test]
fn what_is_served_outlives_a_restart_with_its_validators() {
    let blog = blog();
    let mut service = blog.start();
    let first = ask_service(&blog, "/rss.xml", &[]);
    service.kill();
    let _service = blog.start();
    let again = ask_service(&blog, "/rss.xml", &[("If-None-Match", first.tag())]);
    assert_eq!(again.status, 304);
    let modified = first.header("last-modified").expect("a date");
    assert_eq!(ask_service(&blog, "/rss.xml", &[("If-Modified-Since", modified)]).status, 304);
}

#[test]
fn a_new_configuration_is_served_without_a_gap() {
    let blog = blog();
    let service = blog.start();
    let stream = UnixStream::connect(blog.path("http")).unwrap();
    let mut client = Client::over(stream);
    assert_eq!(client.get("/atom.xml", &[]).header("cache-control"), Some("max-age=60"));
    let serve = "serve: {listen: \"unix:http\", cache_control: no-cache}\nfeeds: [rss.xml]\n";
    let blog = blog.configured(serve);
    service.wait_until("one feed is left", || client.get("/atom.xml", &[]).status == 404);
    let answer = client.get("/rss.xml", &[]);
    assert_eq!((answer.status, answer.header("cache-control")), (200, Some("no-cache")), "over the same connection");
    let blog = blog.configured("serve: \"unix:other\"\nfeeds: [rss.xml]\n");
    service.wait_until("it listens elsewhere", || blog.path("other").exists() && !blog.path("http").exists());
    let answer = Client::over(UnixStream::connect(blog.path("other")).unwrap()).get("/rss.xml", &[]);
    assert_eq!(answer.status, 200);
    let blog = blog.configured("");
    service.wait_until("it listens no more", || !blog.path("other").exists());
    blog.run(["status"]).ended_with(0);
}

#[test]
fn a_taken_address_is_told_and_tried_again() {
    let blog = blog();
    let other = std::os::unix::net::UnixListener::bind(blog.path("http")).unwrap();
    let service = blog.start();
    service.wait_until_logged("another program listens there");
    assert!(blog.shows("rss.xml", "First."), "everything else goes on");
    blog.run(["status"]).ended_with(1).told("feeds are not passed on");
    drop(other);
    service.wait_until("it is served at last", || {
        UnixStream::connect(blog.path("http"))
            .is_ok_and(|stream| Client::over(stream).get("/rss.xml", &[]).status == 200)
    });
    blog.run(["status"]).ended_with(0);
}

#[test]
fn readers_show_in_the_metrics() {
    let blog = blog().configured("serve: \"unix:http\"\nmetrics: feedwright.prom\n");
    let service = blog.start();
    ask_service(&blog, "/rss.xml", &[("User-Agent", "curl/8")]);
    let line = ",feed=\"rss.xml\",reader=\"curl\"} 1\n";
    service.wait_until("the request is measured", || {
        let text = std::fs::read_to_string(blog.path("feedwright.prom")).unwrap_or_default();
        text.contains("feedwright_http_requests_total{output=") && text.contains(line)
    });
}
