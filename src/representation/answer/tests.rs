//! What is answered to whom.

use std::sync::Arc;

use hyper::body::Bytes;
use hyper::header::{self, HeaderName};
use hyper::{HeaderMap, Method, StatusCode};
use proptest::prelude::*;

use super::{Answer, Request};
use crate::config::{Coding, Format};
use crate::feed::{Edition, verify};
use crate::representation::coding::decode;
use crate::representation::sample::{edition, minute, of_bytes};
use crate::representation::{Manner, Publication, Representation};
use crate::subscription;

const FEEDS: [&str; 3] = ["rss.xml", "atom.xml", "feed.json"];
const ALL_POSTS: [u32; 6] = [6, 5, 4, 3, 2, 1];

fn served(edition: Edition) -> Representation {
    let hubs = vec!["https://hub.example/".parse().unwrap()];
    Representation::new(edition, Arc::new(Manner { cache_control: "max-age=60".to_owned(), hubs }))
}

fn ask(feed: &Representation, method: &Method, said: &[(&str, &str)]) -> Answer {
    let headers: HeaderMap =
        said.iter().map(|(name, value)| (name.parse::<HeaderName>().unwrap(), value.parse().unwrap())).collect();
    let request = Request { method, headers: &headers, now: minute(5) };
    let answer = feed.answer(&request);
    assert!(feed.is_ready(&request) || *method == Method::OPTIONS, "all of it is made now");
    answer
}

fn get(feed: &Representation, said: &[(&str, &str)]) -> Answer {
    ask(feed, &Method::GET, said)
}

impl Answer {
    fn said(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    fn tag(&self) -> String {
        self.said("etag").expect("an entity tag").to_owned()
    }

    fn ids(&self) -> Vec<String> {
        let feed = subscription::read(&self.body, "answer").expect("a feed");
        feed.entries.into_iter().map(|entry| entry.id.replace("https://example.org/", "")).collect()
    }
}

#[test]
fn a_whole_feed_says_what_it_is() {
    for (path, kind) in FEEDS.iter().zip([
        "application/rss+xml; charset=utf-8",
        "application/atom+xml; charset=utf-8",
        "application/feed+json; charset=utf-8",
    ]) {
        let edition = edition(path, &ALL_POSTS);
        let answer = get(&served(edition.clone()), &[]);
        assert_eq!((answer.status, &*answer.body), (StatusCode::OK, &*edition.bytes));
        let own = format!("<https://example.org/{path}>; rel=\"self\", <https://hub.example/>; rel=\"hub\"");
        for (name, value) in [
            ("content-type", kind),
            ("etag", &format!("\"{:032x}\"", edition.digest)),
            ("last-modified", "Mon, 01 Jan 2024 12:00:00 GMT"),
            ("cache-control", "max-age=60"),
            ("vary", "Accept-Encoding, A-IM"),
            ("link", &own),
            ("accept-ranges", "bytes"),
            ("access-control-allow-origin", "*"),
            ("content-length", &edition.bytes.len().to_string()),
        ] {
            assert_eq!(answer.said(name), Some(value), "{name}");
        }
        assert_eq!(answer.said("content-encoding"), None);
    }
}

#[test]
fn head_says_what_get_would_and_has_no_content() {
    let feed = served(edition("rss.xml", &ALL_POSTS));
    for said in [&[][..], &[("accept-encoding", "br")], &[("if-match", "\"x\"")]] {
        let (head, get) = (ask(&feed, &Method::HEAD, said), get(&feed, said));
        assert_eq!((head.status, &head.headers, head.body), (get.status, &get.headers, Bytes::new()));
    }
    let head = ask(&feed, &Method::HEAD, &[("range", "bytes=0-1")]);
    assert_eq!(head.status, StatusCode::OK);
}

#[test]
fn each_coding_has_a_tag_of_its_own_and_that_is_known_again() {
    let edition = edition("atom.xml", &ALL_POSTS);
    let feed = served(edition.clone());
    let plain = get(&feed, &[]).tag();
    for coding in Coding::ALL {
        let said = ("accept-encoding", coding.name());
        let answer = get(&feed, &[said]);
        assert_eq!(answer.said("content-encoding"), Some(coding.name()));
        assert_eq!(decode(coding, &answer.body).unwrap(), *edition.bytes);
        assert!(answer.body.len() < edition.bytes.len());
        assert_eq!(answer.tag(), format!("{}-{}\"", plain.trim_end_matches('"'), coding.name()));
        let unchanged = get(&feed, &[said, ("if-none-match", &answer.tag())]);
        assert_eq!((unchanged.status, unchanged.tag()), (StatusCode::NOT_MODIFIED, answer.tag()));
        assert_eq!(unchanged.said("content-length").or(unchanged.said("content-type")), None);
        let other = get(&feed, &[("if-none-match", &answer.tag())]);
        assert_eq!(other.status, StatusCode::OK, "it has another variant");
    }
}

#[test]
fn what_a_coding_does_not_shorten_stays_as_it_is() {
    let feed = served(of_bytes("tiny.json", b"{}".to_vec()));
    assert_eq!(get(&feed, &[("accept-encoding", "gzip, br")]).said("content-encoding"), None);
    let forced = get(&feed, &[("accept-encoding", "gzip, identity;q=0")]);
    assert_eq!(decode(Coding::Gzip, &forced.body).unwrap(), b"{}");
    let none = get(&feed, &[("accept-encoding", "identity;q=0")]);
    assert_eq!(none.status, StatusCode::NOT_ACCEPTABLE);
}

#[test]
fn preconditions_are_those_of_the_variant() {
    let feed = served(edition("rss.xml", &ALL_POSTS));
    let tag = get(&feed, &[]).tag();
    for (said, status) in [
        (("if-none-match", "*"), StatusCode::NOT_MODIFIED),
        (("if-modified-since", "Mon, 01 Jan 2024 12:00:00 GMT"), StatusCode::NOT_MODIFIED),
        (("if-modified-since", "Mon, 01 Jan 2024 11:59:59 GMT"), StatusCode::OK),
        (("if-unmodified-since", "Mon, 01 Jan 2024 11:59:59 GMT"), StatusCode::PRECONDITION_FAILED),
        (("if-match", "\"other\""), StatusCode::PRECONDITION_FAILED),
        (("if-match", &tag), StatusCode::OK),
    ] {
        let answer = get(&feed, &[said]);
        assert_eq!(answer.status, status, "{said:?}");
        assert_eq!(answer.body.is_empty(), status != StatusCode::OK);
    }
}

#[test]
fn parts_are_of_the_bytes_in_their_coding() {
    let edition = edition("rss.xml", &ALL_POSTS);
    let (feed, length) = (served(edition.clone()), edition.bytes.len());
    let part = get(&feed, &[("range", "bytes=10-19")]);
    assert_eq!((part.status, &*part.body), (StatusCode::PARTIAL_CONTENT, &edition.bytes[10..20]));
    assert_eq!(part.said("content-range"), Some(&*format!("bytes 10-19/{length}")));
    assert_eq!(part.said("content-length"), Some("10"));
    let whole = get(&feed, &[("accept-encoding", "gzip")]);
    let coded = get(&feed, &[("accept-encoding", "gzip"), ("range", "bytes=-5")]);
    assert_eq!((&*coded.body, coded.tag()), (&whole.body[whole.body.len() - 5..], whole.tag()));
    let none = get(&feed, &[("range", &format!("bytes={length}-"))]);
    assert_eq!(none.status, StatusCode::RANGE_NOT_SATISFIABLE);
    assert_eq!(none.said("content-range"), Some(&*format!("bytes */{length}")));
    let stale = get(&feed, &[("range", "bytes=0-1"), ("if-range", "\"other\"")]);
    assert_eq!((stale.status, stale.body.len()), (StatusCode::OK, length));
    let several = get(&feed, &[("range", "bytes=0-1,10-11")]);
    assert!(several.said("content-type").unwrap().starts_with("multipart/byteranges; boundary="));
    assert_eq!(several.said("content-length"), Some(&*several.body.len().to_string()));
}

#[test]
fn other_methods() {
    let feed = served(edition("rss.xml", &[1]));
    let refused = ask(&feed, &Method::DELETE, &[]);
    assert_eq!((refused.status, refused.said("allow")), (StatusCode::METHOD_NOT_ALLOWED, Some("GET, HEAD, OPTIONS")));
    let preflight =
        ask(&feed, &Method::OPTIONS, &[("origin", "https://reader.example"), ("access-control-request-method", "GET")]);
    assert_eq!(preflight.status, StatusCode::NO_CONTENT);
    assert_eq!(preflight.said("access-control-allow-origin"), Some("*"));
    assert!(preflight.said("access-control-allow-headers").unwrap().contains("If-None-Match"));
}

/// A feed after each of these publications, each asked for once by somebody who takes deltas.
fn published(path: &str, publications: &[&[u32]]) -> (Arc<Representation>, Vec<String>) {
    let (mut publication, mut tags) = (Publication::default(), Vec::new());
    for posts in publications {
        publication = publication.next(vec![edition(path, posts)], &[], &Arc::default());
        tags.push(get(publication.feed(&format!("/{path}")).unwrap(), &[("a-im", "feed")]).tag());
    }
    (publication.feed(&format!("/{path}")).unwrap().clone(), tags)
}

#[test]
fn a_delta_has_what_is_new_since_the_tag_that_is_known() {
    for path in FEEDS {
        let (feed, tags) = published(path, &[&[4, 3, 2, 1], &[5, 4, 3, 2, 1], &[6, 5, 4, 3, 2, 1]]);
        let format = feed.edition().format;
        for (tag, ids) in tags.iter().zip([&["6/", "5/"][..], &["6/"]]) {
            let delta = get(&feed, &[("a-im", "feed"), ("if-none-match", tag)]);
            assert_eq!(
                (delta.status, delta.ids()),
                (StatusCode::IM_USED, ids.iter().map(ToString::to_string).collect()),
                "{path}"
            );
            assert_eq!(verify(&delta.body, format), Ok(()));
            assert_eq!((delta.said("im"), delta.said("delta-base")), (Some("feed"), Some(&**tag)));
            assert_eq!(delta.tag(), tags[2], "it brings the reader to this version");
            assert_eq!(delta.said("cache-control"), Some("no-store, im"));
            assert_eq!(delta.said("vary"), Some("Accept-Encoding, A-IM, If-None-Match"));
        }
        let both = [&*tags[0], &*tags[1]].join(", ");
        let delta = get(&feed, &[("a-im", "feed"), ("if-none-match", &both)]);
        assert_eq!(delta.said("delta-base"), Some(&*tags[1]), "the newest that it has");
        let current = get(&feed, &[("a-im", "feed"), ("if-none-match", &tags[2])]);
        assert_eq!(current.status, StatusCode::NOT_MODIFIED);
    }
}

#[test]
fn who_cannot_have_a_delta_gets_the_whole() {
    let (feed, tags) = published("atom.xml", &[&[1], &[3, 2, 1]]);
    for said in [
        &[("a-im", "feed"), ("if-none-match", "\"unknown\"")][..],
        &[("a-im", "feed"), ("if-modified-since", "Mon, 01 Jan 2024 11:00:00 GMT")],
        &[("a-im", "vcdiff"), ("if-none-match", &tags[0])],
        &[("if-none-match", &tags[0])],
        &[("a-im", "feed")],
    ] {
        let whole = get(&feed, said);
        assert_eq!((whole.status, whole.ids().len(), whole.said("im")), (StatusCode::OK, 3, None), "{said:?}");
    }
    assert_eq!(
        ask(&feed, &Method::HEAD, &[("a-im", "feed"), ("if-none-match", &tags[0])]).status,
        StatusCode::OK,
        "RFC 3229 §10.5.3 knows it of GET alone"
    );
}

#[test]
fn a_delta_is_coded_as_a_whole_is_and_a_tag_of_any_coding_is_its_base() {
    let (feed, tags) = published("rss.xml", &[&[2, 1], &[5, 4, 3, 2, 1]]);
    let base = format!("W/{}-gzip\"", tags[0].trim_end_matches('"'));
    let delta = get(&feed, &[("a-im", "feed"), ("if-none-match", &base), ("accept-encoding", "gzip")]);
    assert_eq!((delta.status, delta.said("content-encoding")), (StatusCode::IM_USED, Some("gzip")));
    let plain = Answer { body: decode(Coding::Gzip, &delta.body).unwrap().into(), ..delta.clone() };
    assert_eq!(plain.ids(), ["5/", "4/", "3/"]);
    assert_eq!(delta.tag(), format!("{}-gzip\"", tags[1].trim_end_matches('"')));
}

#[test]
fn who_lacks_no_entry_is_sent_the_whole_as_it_is_another_one() {
    let (feed, tags) = published("feed.json", &[&[3, 2, 1], &[3, 2]]);
    let answer = get(&feed, &[("a-im", "feed"), ("if-none-match", &tags[0])]);
    assert_eq!((answer.status, answer.tag()), (StatusCode::OK, tags[1].clone()));
}

#[test]
fn so_many_versions_are_kept_and_no_more() {
    let all: Vec<Vec<u32>> = (1..=40).map(|newest| (1..=newest).rev().collect()).collect();
    let all: Vec<&[u32]> = all.iter().map(Vec::as_slice).collect();
    let (feed, tags) = published("atom.xml", &all);
    let status = |tag: &String| get(&feed, &[("a-im", "feed"), ("if-none-match", tag)]).status;
    let statuses: Vec<StatusCode> = tags.iter().map(status).collect();
    assert!(statuses[..7].iter().all(|status| *status == StatusCode::OK), "{statuses:?}");
    assert!(statuses[7..39].iter().all(|status| *status == StatusCode::IM_USED), "{statuses:?}");
    assert_eq!(statuses[39], StatusCode::NOT_MODIFIED);
}

#[test]
fn nothing_is_kept_of_versions_that_nobody_was_given_who_takes_deltas() {
    let mut publication = Publication::default().next(vec![edition("rss.xml", &[1])], &[], &Arc::default());
    let tag = get(publication.feed("/rss.xml").unwrap(), &[]).tag();
    publication = publication.next(vec![edition("rss.xml", &[2, 1])], &[], &Arc::default());
    let answer = get(publication.feed("/rss.xml").unwrap(), &[("a-im", "feed"), ("if-none-match", &tag)]);
    assert_eq!(answer.status, StatusCode::OK);
}

proptest! {
    #[test]
    fn whatever_is_said_is_answered_as_it_must_be(
        said in proptest::collection::vec((
            prop_oneof![
                Just("if-none-match"), Just("if-match"), Just("if-range"), Just("range"), Just("accept-encoding"),
                Just("a-im"), Just("if-modified-since"), Just("if-unmodified-since"),
            ],
            prop_oneof![Just("*".to_owned()), Just("feed".to_owned()), Just("bytes=0-5,9-12".to_owned()),
                Just("gzip".to_owned()), Just("Mon, 01 Jan 2024 12:00:00 GMT".to_owned()), "[ -~]{0,30}"],
        ), 0..5),
    ) {
        let feed = served(edition("rss.xml", &[2, 1]));
        let said: Vec<(&str, &str)> = said.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let (got, head) = (get(&feed, &said), ask(&feed, &Method::HEAD, &said));
        prop_assert!(head.body.is_empty());
        if let Some(length) = got.said("content-length") {
            prop_assert_eq!(length, got.body.len().to_string());
        }
        match got.status.as_u16() {
            200 => prop_assert!(got.headers.contains_key(header::ETAG)),
            206 => prop_assert!(got.headers.contains_key(header::CONTENT_RANGE) || got.body.starts_with(b"\r\n--")),
            304 | 412 | 416 => prop_assert!(got.body.is_empty()),
            406 => prop_assert_eq!(got.headers.get(header::ETAG), None),
            other => prop_assert!(false, "{}", other),
        }
        prop_assert_eq!(feed.edition().format, Format::Rss);
    }
}
