//! The publisher and subscriber suites of <https://websub.rocks>, by their numbers and names, against the service with its
//! hub. Of what the suite asks of subscribers, this is what the publisher must offer so that they can do it. No case:
//! 101, as no HTML is published, and 201 and 202, as no feed is ever redirected. The hub's own suite is in `hub`.

use std::os::unix::net::UnixStream;

use url::{Url, form_urlencoded};

use crate::http::{Heard, Server, reply};
use crate::hub::scene::{self, is_signed};
use crate::reader::{Answer, Client};
use crate::support::{Blog, Service, post};

const HUB: &str = "https://example.org/hub";

/// A blog whose service answers at a socket in its folder, with a hub and what else its configuration says.
fn blog(more: &str) -> Blog {
    let text =
        format!("serve: \"unix:http\"\nhub: {{allow_private: true}}\nfeeds: [rss.xml, atom.xml, feed.json]\n{more}");
    Blog::new().configured(&text).post("a.md", post("A", "2024-01-02", "First."))
}

fn client(blog: &Blog) -> Client<UnixStream> {
    Client::over(UnixStream::connect(blog.path("http")).expect("a connection"))
}

fn get(blog: &Blog, path: &str) -> Answer {
    client(blog).get(path, &[])
}

fn ask(blog: &Blog, pairs: &[(&str, &str)]) -> u16 {
    let form = form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
    client(blog).post("/hub", "application/x-www-form-urlencoded", &form).status
}

/// A subscriber that means everything, and says to everything that it will look at it.
fn subscriber() -> Server {
    scene::subscriber(|_, stream| reply(stream, 202, "", ""))
}

/// Subscribes, and waits until the hub was told that it is meant.
fn subscribe(blog: &Blog, subscriber: &Server, topic: &str, more: &[(&str, &str)]) {
    let callback = subscriber.url("/callback");
    let pairs = [("hub.mode", "subscribe"), ("hub.topic", topic), ("hub.callback", &callback)];
    assert_eq!(ask(blog, &[&pairs, more].concat()), 202);
    let asked = &subscriber.wait_for("GET", 1)[0];
    assert_eq!(asked.asked("hub.topic").as_deref(), Some(topic));
}

/// Saves, and gives what the subscriber is sent of it.
fn delivery(blog: &Blog, service: &Service, subscriber: &Server) -> Heard {
    let subscribed = || blog.run(["status"]).stdout.contains("1 subscription");
    service.wait_until("it is subscribed", subscribed);
    blog.save("posts/b.md", post("B", "2024-01-03", "Second."));
    subscriber.wait_for("POST", 1).remove(0)
}

/// What the header `Link` says of this relation.
fn linked(answer: &Answer, relation: &str) -> Vec<String> {
    let links = answer.header("link").expect("links").split(", ");
    let of_relation = links.filter_map(|link| link.strip_suffix(&format!("; rel=\"{relation}\"")));
    of_relation.map(|link| link.trim_matches(['<', '>']).to_owned()).collect()
}

/// What the elements `link` of the feed itself say of it.
fn named(xml: &str, relation: &str) -> Vec<String> {
    let document = roxmltree::Document::parse(xml).expect("XML");
    let head =
        document.descendants().find(|node| matches!(node.tag_name().name(), "channel" | "feed")).expect("a head");
    let links = head.children().filter(|node| node.attribute("rel") == Some(relation));
    links.map(|node| node.attribute("href").expect("an address").to_owned()).collect()
}

#[test]
fn websub_rocks_publisher_subscribes_to_what_it_discovers_and_is_told() {
    let (blog, subscriber) = (blog(""), subscriber());
    let service = blog.start();
    for path in ["/rss.xml", "/atom.xml", "/feed.json"] {
        let found = get(&blog, path);
        assert_eq!(
            (linked(&found, "hub"), linked(&found, "self")),
            (vec![HUB.to_owned()], vec![format!("https://example.org{path}")])
        );
    }
    subscribe(&blog, &subscriber, "https://example.org/atom.xml", &[]);
    let told = delivery(&blog, &service, &subscriber);
    assert_eq!(String::from_utf8(told.body).unwrap(), blog.published("atom.xml"));
}

#[test]
fn websub_rocks_publisher_multiple_hubs_found() {
    let blog = blog("websub: {hubs: [http://127.0.0.1:9/a, http://127.0.0.1:9/b], wait: 0s}\n");
    let _service = blog.start();
    let hubs = [HUB, "http://127.0.0.1:9/a", "http://127.0.0.1:9/b"];
    let found = get(&blog, "/rss.xml");
    assert_eq!((linked(&found, "hub"), linked(&found, "self").len()), (hubs.map(str::to_owned).to_vec(), 1));
    assert_eq!(
        (named(&found.text(), "hub"), named(&found.text(), "self").len()),
        (hubs.map(str::to_owned).to_vec(), 1)
    );
}

#[test]
fn websub_rocks_100_http_header_discovery() {
    let blog = blog("");
    let _service = blog.start();
    for method in ["GET", "HEAD"] {
        let found = client(&blog).ask(method, "/feed.json", &[]);
        assert_eq!((linked(&found, "hub"), linked(&found, "self").len()), (vec![HUB.to_owned()], 1), "{method}");
    }
}

#[test]
fn websub_rocks_102_103_atom_and_rss_feed_discovery() {
    let blog = blog("");
    blog.once().ended_with(0);
    for path in ["atom.xml", "rss.xml"] {
        let feed = blog.published(path);
        assert_eq!(
            (named(&feed, "hub"), named(&feed, "self")),
            (vec![HUB.to_owned()], vec![format!("https://example.org/{path}")])
        );
    }
}

#[test]
fn websub_rocks_104_discovery_priority() {
    let blog = blog("websub: {hubs: [http://127.0.0.1:9/a], wait: 0s}\n");
    let _service = blog.start();
    for path in ["/atom.xml", "/rss.xml"] {
        let found = get(&blog, path);
        for relation in ["hub", "self"] {
            assert_eq!(linked(&found, relation), named(&found.text(), relation), "whichever comes first says the same");
        }
    }
}

#[test]
fn websub_rocks_200_subscribing_to_a_url_that_reports_a_different_self() {
    let (blog, subscriber) = (blog("output_url: https://feeds.example.net/blog/\n"), subscriber());
    let service = blog.start();
    let own = linked(&get(&blog, "/blog/rss.xml"), "self").remove(0);
    assert_eq!(own, "https://feeds.example.net/blog/rss.xml");
    let callback = subscriber.url("/callback");
    let form = |topic| [("hub.mode", "subscribe"), ("hub.topic", topic), ("hub.callback", callback.as_str())];
    let encoded = |topic| form_urlencoded::Serializer::new(String::new()).extend_pairs(form(topic)).finish();
    let post = |topic| client(&blog).post("/blog/hub", "application/x-www-form-urlencoded", &encoded(topic)).status;
    assert_eq!(post("http://localhost/blog/rss.xml"), 404);
    assert_eq!(post(&own), 202);
    subscriber.wait_for("GET", 1);
    let told = delivery(&blog, &service, &subscriber);
    assert!(told.header("link").is_some_and(|link| link.contains(&format!("<{own}>; rel=\"self\""))), "{told:?}");
}

/// A publisher tells hubs by requests of its own, and follows them where they have gone.
#[test]
fn websub_rocks_203_204_a_hub_that_sends_a_307_or_308_redirect() {
    let hub = Server::answering(|_, stream| reply(stream, 204, "", ""));
    for (count, status) in (1..).zip([307, 308]) {
        let there = hub.url(&format!("/{status}"));
        let gone = Server::answering(move |_, stream| reply(stream, status, &format!("Location: {there}\r\n"), ""));
        let text = format!("feeds: [rss.xml]\nwebsub: {{hubs: ['{}'], wait: 0s}}\n", gone.url("/"));
        let blog = Blog::new().configured(&text).post("a.md", post("A", "2024-01-02", "First."));
        let _service = blog.start();
        blog.save("posts/b.md", post("B", "2024-01-03", "Second."));
        hub.wait_for("POST", count);
    }
    let told = hub.heard();
    let mode =
        |heard: &Heard| form_urlencoded::parse(&heard.body).any(|pair| pair == ("hub.mode".into(), "publish".into()));
    assert!(told.iter().all(mode), "{told:?}");
}

#[test]
fn websub_rocks_205_rejects_an_invalid_topic_url() {
    let blog = blog("");
    let _service = blog.start();
    for topic in
        ["https://example.org/other.xml", "https://example.net/rss.xml", "https://example.org/rss.xml#a", "rss.xml", ""]
    {
        let status =
            ask(&blog, &[("hub.mode", "subscribe"), ("hub.topic", topic), ("hub.callback", "http://127.0.0.1:9/")]);
        assert!((400..500).contains(&status), "{topic}: {status}");
    }
}

#[test]
fn websub_rocks_300_301_302_what_is_delivered_is_signed_by_the_secret() {
    let (blog, subscriber) = (blog(""), subscriber());
    let service = blog.start();
    subscribe(&blog, &subscriber, "https://example.org/feed.json", &[("hub.secret", "rain")]);
    let told = delivery(&blog, &service, &subscriber);
    assert!(told.header("x-hub-signature").is_some_and(|signature| signature.starts_with("sha256=")), "{told:?}");
    assert!(is_signed(&told, "rain"));
    let topic = Url::parse("https://example.org/feed.json").unwrap();
    assert_eq!(serde_json::from_slice::<serde_json::Value>(&told.body).unwrap()["feed_url"], topic.as_str());
    service.wait_until("an answer of 202 is enough", || {
        let status: serde_json::Value = serde_json::from_str(&blog.run(["status", "--format", "json"]).stdout).unwrap();
        status["hub"]["pending"] == 0 && status["hub"]["failing"] == 0
    });
    assert_eq!(subscriber.wait_for("POST", 1).len(), 1);
}
