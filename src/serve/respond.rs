//! From a request to its response: which feed is meant, and who reads it.

use std::convert::Infallible;
use std::sync::Arc;

use chrono::Utc;
use http_body_util::Full;
use hyper::body::{Body, Bytes, Incoming};
use hyper::header::{CONNECTION, HOST, HeaderValue, USER_AGENT};
use hyper::http::request::Parts;
use hyper::{Request, Response, StatusCode, Version};

use super::{Shared, door};
use crate::representation::{self, Answer, Representation};

/// How many headers a request may have.
const HEADERS: usize = 64;

pub(super) async fn respond(
    shared: Arc<Shared>,
    request: Request<Incoming>,
) -> Result<Response<Full<Bytes>>, Infallible> {
    let path = request.uri().path();
    let answer = if is_of_no_host(&request) {
        closing(Answer::line(StatusCode::BAD_REQUEST, "say the host, once"))
    } else if request.headers().len() > HEADERS {
        closing(Answer::line(StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE, "too many headers"))
    } else if let Some(feed) = shared.publication().feed(path).cloned() {
        let (head, body) = request.into_parts();
        let answer = feed_answer(feed.clone(), &head, &body).await;
        count(&shared, &feed, &head, &answer);
        answer
    } else if let Some(door) = shared.door(path) {
        door::knock(&door, request).await
    } else {
        Answer::not_found()
    };
    Ok(response(answer))
}

/// RFC 9112 §3.2.
fn is_of_no_host(request: &Request<Incoming>) -> bool {
    let hosts = request.headers().get_all(HOST).iter().count();
    hosts > 1 || (hosts == 0 && request.version() == Version::HTTP_11)
}

/// What has a content is refused: there is nothing to do with it, and it is not read.
async fn feed_answer(feed: Arc<Representation>, head: &Parts, body: &Incoming) -> Answer {
    let request = representation::Request { method: &head.method, headers: &head.headers, now: Utc::now() };
    if !body.is_end_stream() {
        let answer = feed.answer(&request);
        let is_wrong = answer.status == StatusCode::METHOD_NOT_ALLOWED;
        let refused = || Answer::line(StatusCode::PAYLOAD_TOO_LARGE, "a feed is asked for without a content");
        return closing(if is_wrong { answer } else { refused() });
    }
    if feed.is_ready(&request) {
        return feed.answer(&request);
    }
    // To compress, and to find what is new, takes a while that others are not kept waiting for.
    let (method, headers, now) = (head.method.clone(), head.headers.clone(), request.now);
    let answer = move || feed.answer(&representation::Request { method: &method, headers: &headers, now });
    let answer = tokio::task::spawn_blocking(answer).await;
    answer.unwrap_or_else(|_| closing(Answer::line(StatusCode::INTERNAL_SERVER_ERROR, "cannot be answered")))
}

/// The same, and the connection ends.
pub(super) fn closing(mut answer: Answer) -> Answer {
    answer.headers.insert(CONNECTION, HeaderValue::from_static("close"));
    answer
}

fn count(shared: &Shared, feed: &Representation, head: &Parts, answer: &Answer) {
    let agent = head.headers.get(USER_AGENT).and_then(|agent| agent.to_str().ok()).unwrap_or_default();
    shared.counts.add(&feed.edition().path, agent, answer);
}

fn response(answer: Answer) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(answer.body));
    *response.status_mut() = answer.status;
    *response.headers_mut() = answer.headers;
    response
}
