//! The socket by which a running service is asked.
//!
//! A request is one line, its answer one JSON object, and then the connection is closed. The service's side only passes
//! requests on ([`Asked`]) and waits for what the one loop replies: it knows nothing of the service, and nothing that
//! somebody does to the socket can hold up the loop. Whoever may open the socket (mode 0660) may ask.
//!
//! - `place`: where sockets are, found by both sides alike
//! - `server`: the service's side
//! - `client`: the side of who asks
//! - `line`: reading and writing within bounds and until a deadline

mod client;
mod line;
mod place;
mod server;

use std::sync::Arc;
use std::sync::mpsc::SyncSender;

use serde::{Deserialize, Serialize};

use crate::status::Status;

pub use client::{Unanswered, ask};
pub use place::{Address, Found, folders, listen_at, search};
pub use server::Control;

/// What a service can be asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Request {
    /// What it is doing.
    Status,
    /// To take posts that vanished for deleted.
    AcceptLoss,
    /// To make the ids of published posts anew.
    ReassignIds,
}

impl Request {
    const ALL: [Self; 3] = [Self::Status, Self::AcceptLoss, Self::ReassignIds];

    /// The request as its line says it.
    #[must_use]
    pub fn verb(self) -> &'static str {
        match self {
            Self::Status => "status",
            Self::AcceptLoss => "accept-loss",
            Self::ReassignIds => "reassign-ids",
        }
    }

    fn parse(line: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|request| request.verb() == line)
    }
}

/// What a service answers: `{"status": {...}}`, `"taken_up"`, `{"refused": "..."}`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// What it is doing.
    Status(Box<Status>),
    /// It does what it was asked to do.
    TakenUp,
    /// It does not answer that, for this reason.
    Refused(String),
}

/// A request on its way to the loop.
#[derive(Debug)]
pub struct Asked {
    /// What is asked.
    pub request: Request,
    reply: SyncSender<Answer>,
}

impl Asked {
    /// Answers. Somebody who did not wait for it is no reason to fail, and never makes this wait.
    pub fn answer(self, answer: Answer) {
        let _ = self.reply.try_send(answer);
    }
}

/// Whom to pass requests on to.
pub type PassOn = Arc<dyn Fn(Asked) + Send + Sync>;
