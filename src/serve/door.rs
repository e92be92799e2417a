//! A door to somebody who answers forms: a path, and whom to hand over what is posted there.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use http_body_util::{BodyExt, Limited};
use hyper::body::Incoming;
use hyper::header::{ALLOW, CONTENT_TYPE, HeaderValue};
use hyper::{Method, Request, StatusCode};

use super::respond::closing;
use crate::representation::Answer;

/// How long a form may be, in bytes.
const LONGEST: usize = 16 * 1024;
const MEDIA_TYPE: &str = "application/x-www-form-urlencoded";

/// What was posted (names and values, decoded, in their order) -> the status and the text of the reply: a line for people,
/// without its end, or nothing.
pub type Answerer = Arc<dyn Fn(Vec<(String, String)>) -> Answering + Send + Sync>;
/// A reply that may take a while.
pub type Answering = Pin<Box<dyn Future<Output = (u16, String)> + Send>>;

/// Where forms are answered.
#[derive(Clone)]
pub struct Door {
    /// The path of its address, percent-encoded as it is there.
    pub path: String,
    /// Whom forms are handed to.
    pub answer: Answerer,
}

impl fmt::Debug for Door {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Door").field("path", &self.path).finish_non_exhaustive()
    }
}

/// Hands over a form, or says why not.
pub(super) async fn knock(door: &Door, request: Request<Incoming>) -> Answer {
    if request.method() != Method::POST {
        let mut answer = closing(Answer::line(StatusCode::METHOD_NOT_ALLOWED, "forms are posted here"));
        answer.headers.insert(ALLOW, HeaderValue::from_static("POST"));
        return answer;
    }
    let kind = request.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    if !kind.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case(MEDIA_TYPE) {
        return closing(Answer::line(StatusCode::UNSUPPORTED_MEDIA_TYPE, &format!("post it as {MEDIA_TYPE}")));
    }
    let Ok(body) = Limited::new(request.into_body(), LONGEST).collect().await else {
        return closing(Answer::line(StatusCode::PAYLOAD_TOO_LARGE, &format!("a form is at most {LONGEST} bytes")));
    };
    let fields = url::form_urlencoded::parse(&body.to_bytes()).into_owned().collect();
    let (status, text) = (door.answer)(fields).await;
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    if text.is_empty() { Answer::empty(status, hyper::HeaderMap::new()) } else { Answer::line(status, &text) }
}
