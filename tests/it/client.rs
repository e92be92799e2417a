use std::io::{Read, Write};
use std::net::{IpAddr, SocketAddr, TcpListener};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use feedwright::client::{Cause, Client, Excess, Failure, HeaderValue, Names, Request, Response};
use feedwright::reach::Reach;
use url::Url;

use crate::http::{Server, reply};

fn send(client: &Client, request: Request) -> Result<Response, Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(client.send(request))
}

fn anywhere() -> Client {
    Client::new(Reach::Anywhere).expect("a client")
}

fn url(text: &str) -> Url {
    text.parse().expect("an address")
}

fn get(text: &str) -> Request {
    Request::get(url(text))
}

/// Every host has the addresses that the next one of these names.
fn names(answers: &'static [&'static [&'static str]]) -> (Names, Arc<AtomicUsize>) {
    let asked = Arc::new(AtomicUsize::new(0));
    let count = asked.clone();
    let names: Names = Arc::new(move |_| {
        let answer = answers[count.fetch_add(1, Ordering::Relaxed).min(answers.len() - 1)];
        let addresses: Vec<IpAddr> = answer.iter().map(|text| text.parse().expect("an address")).collect();
        Box::pin(async move { Ok(addresses) })
    });
    (names, asked)
}

#[test]
fn sends_what_it_is_given_and_says_who_it_is() {
    let server = Server::answering(|_, stream| reply(stream, 202, "Retry-After: 7\r\n", "taken"));
    let form = HeaderValue::from_static("application/x-www-form-urlencoded");
    let answer = send(&anywhere(), Request::post(url(&server.url("/hub?a=b")), form, "x=y")).expect("an answer");
    assert_eq!((answer.status.as_u16(), answer.body.as_slice()), (202, &b"taken"[..]));
    assert_eq!(answer.headers["retry-after"], "7");
    let heard = &server.wait_for("POST", 1)[0];
    assert_eq!(
        (heard.method.as_str(), heard.target.as_str(), heard.body.as_slice()),
        ("POST", "/hub?a=b", &b"x=y"[..])
    );
    assert_eq!(heard.header("content-type"), Some("application/x-www-form-urlencoded"));
    assert_eq!(heard.header("user-agent"), Some(concat!("Feedwright/", env!("CARGO_PKG_VERSION"))));
    assert_eq!(heard.header("accept-encoding"), None, "nothing is unpacked");
}

#[test]
fn a_long_answer_is_not_kept() {
    let server = Server::answering(|heard, stream| match heard.target.as_str() {
        "/exactly" => reply(stream, 200, "", "0123456789"),
        "/more" => reply(stream, 200, "", "0123456789x"),
        _ => {
            stream.write_all(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")?;
            loop {
                stream.write_all(b"3\r\nabc\r\n")?;
            }
        }
    });
    let client = anywhere();
    let ask = |path| send(&client, Request { most: 10, ..get(&server.url(path)) });
    assert_eq!(ask("/exactly").expect("an answer").body, b"0123456789");
    assert_eq!(ask("/more").unwrap_err().cause, Cause::TooLong);
    assert_eq!(ask("/endless").unwrap_err().cause, Cause::TooLong);
    let cut =
        send(&client, Request { most: 4, excess: Excess::IsLetGo, ..get(&server.url("/endless")) }).expect("a status");
    assert_eq!((cut.status.as_u16(), cut.body.as_slice()), (200, &b"abca"[..]));
}

#[test]
fn who_does_not_answer_or_trickles_is_not_waited_for() {
    let server = Server::answering(|heard, stream| {
        if heard.target == "/trickles" {
            stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n")?;
        }
        loop {
            std::thread::sleep(Duration::from_millis(10));
            stream.write_all(if heard.target == "/trickles" { b"x" } else { b"" })?;
        }
    });
    for path in ["/silent", "/trickles"] {
        let failure =
            send(&anywhere(), Request { patience: Duration::from_millis(200), ..get(&server.url(path)) }).unwrap_err();
        assert_eq!(failure.cause, Cause::TimedOut, "{failure}");
        assert!(!failure.to_string().contains(path), "{failure}: what is behind the host may be a secret");
    }
}

/// A server that answers whoever greets it, and never as TLS would.
fn without_tls() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let greeted = stream.read(&mut [0; 1024]);
            let _ = greeted.and_then(|_| stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n"));
        }
    });
    address
}

#[test]
fn says_what_keeps_an_answer_away() {
    let closed = TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("an address");
    let garbage = Server::answering(|_, stream| stream.write_all(b"not HTTP at all\r\n\r\n"));
    let cut = Server::answering(|_, stream| stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nshort"));
    let plain = without_tls();
    let cause = |url: &str| send(&anywhere(), get(url)).unwrap_err().cause;
    assert_eq!(cause(&format!("http://{closed}/")), Cause::Unreachable);
    assert_eq!(cause(&garbage.url("/")), Cause::Broken);
    assert_eq!(cause(&cut.url("/")), Cause::Broken);
    assert_eq!(cause(&format!("https://{plain}/")), Cause::Tls);
    assert_eq!(cause("http://no-such-host.invalid/"), Cause::Unknown);
    assert_eq!(cause("data:,x"), Cause::Unknown);
}

#[test]
fn follows_as_many_redirects_as_it_may_and_keeps_what_it_sends() {
    let server = Server::answering(|heard, stream| match heard.target.as_str() {
        "/1" => reply(stream, 308, "Location: 2\r\n", ""),
        "/2" => reply(stream, 307, "Location: /3\r\n", ""),
        "/file" => reply(stream, 302, "Location: file:///etc/passwd\r\n", ""),
        "/seen" => reply(stream, 303, "Location: /3\r\n", ""),
        _ => reply(stream, 200, "", "there"),
    });
    let client = anywhere();
    let post = |path, redirects| {
        let request = Request::post(url(&server.url(path)), HeaderValue::from_static("text/plain"), "body");
        send(&client, Request { redirects, ..request }).expect("an answer").status.as_u16()
    };
    assert_eq!((post("/1", 0), post("/1", 1), post("/1", 2), post("/file", 5)), (308, 307, 200, 302));
    let last = server.heard().into_iter().rfind(|heard| heard.target == "/3").expect("the end of it");
    assert_eq!((last.method.as_str(), last.body.as_slice()), ("POST", &b"body"[..]));
    assert_eq!(post("/seen", 1), 200);
    let last = server.heard().pop().expect("the end of it");
    assert_eq!((last.method.as_str(), last.body.as_slice(), last.header("content-type")), ("GET", &b""[..], None));
}

#[test]
fn no_address_that_is_not_public_is_connected_to() {
    let server = Server::answering(|_, stream| reply(stream, 200, "", ""));
    let (port, client) = (server.address.port(), Client::new(Reach::Public).expect("a client"));
    let hosts = ["127.0.0.1", "0x7f.1", "2130706433", "0", "localhost", "[::1]", "[::ffff:127.0.0.1]"];
    for host in hosts.into_iter().chain(["[64:ff9b::7f00:1]", "[2002:7f00:1::]", "169.254.169.254", "10.0.0.1"]) {
        let failure = send(&client, get(&format!("http://{host}:{port}/"))).unwrap_err();
        assert_eq!(failure.cause, Cause::NotPublic, "{failure}");
        assert!(failure.to_string().contains("is not public"), "{failure}");
    }
    assert!(server.heard().is_empty(), "{:?}", server.heard());
}

/// DNS is asked for every connection, and what it says is looked at each time.
#[test]
fn a_name_that_leads_elsewhere_is_not_followed_there() {
    let server = Server::answering(|_, stream| reply(stream, 200, "", ""));
    let (rebinding, asked) = names(&[&["127.0.0.1"], &["10.0.0.1", "::1"], &[]]);
    let client = Client::with_names(Reach::Public, rebinding).expect("a client");
    let ask = || send(&client, get(&server.url("/").replace("127.0.0.1", "rebinding.example"))).unwrap_err().cause;
    assert_eq!([ask(), ask(), ask()], [Cause::NotPublic, Cause::NotPublic, Cause::Unknown]);
    assert_eq!(asked.load(Ordering::Relaxed), 3, "one question for each connection");
    assert!(server.heard().is_empty(), "{:?}", server.heard());
}

#[test]
fn names_are_those_that_it_is_given() {
    let server = Server::answering(|_, stream| reply(stream, 200, "", ""));
    let (local, _) = names(&[&["127.0.0.1"]]);
    let client = Client::with_names(Reach::Anywhere, local).expect("a client");
    send(&client, get(&server.url("/x").replace("127.0.0.1", "reader.example"))).expect("an answer");
    assert_eq!(server.heard()[0].header("host"), Some(&*format!("reader.example:{}", server.address.port())));
}
