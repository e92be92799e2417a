//! The service's side of the socket: a thread that accepts, and a few at once that listen to one connection each.

use std::fs::{self, DirBuilder};
use std::io::{self, ErrorKind};
use std::os::unix::fs::DirBuilderExt;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use tracing::debug;

use super::place;
use super::{Answer, Asked, PassOn, Request, line};

/// So many connections are listened to at once; others are closed at once.
const MOST: usize = 8;
/// A request is no longer than this.
const LONGEST_REQUEST: usize = 256;
/// Who has not said what it wants by then is not listened to any more.
const REQUEST_WITHIN: Duration = Duration::from_secs(1);
/// The loop may be busy this long before that is the answer.
const ANSWER_WITHIN: Duration = Duration::from_secs(4);
/// Who has not read its answer by then does not get it.
const READ_WITHIN: Duration = Duration::from_secs(5);
/// When there are no more file descriptors or the like.
const PAUSE: Duration = Duration::from_millis(200);

/// An open socket; dropped, it is closed and removed.
#[derive(Debug)]
pub struct Control {
    socket: PathBuf,
    listener: Arc<UnixListener>,
}

impl Control {
    /// Opens the socket of the service that publishes to `output`, in the first of these folders where that can be done.
    /// One that a killed service left there is replaced.
    ///
    /// # Errors
    /// When it can be done in none.
    pub fn open(folders: &[PathBuf], output: &Path, pass_on: &PassOn) -> Result<Self> {
        for folder in folders {
            let socket = folder.join(place::name(output));
            match bind(folder, &socket) {
                Ok(listener) => return Self::listen(listener, socket, pass_on.clone()),
                Err(error) => debug!("cannot open `{}`: {error}", socket.display()),
            }
        }
        let folders: Vec<String> = folders.iter().map(|folder| format!("`{}`", folder.display())).collect();
        bail!("cannot open a socket in {}", folders.join(" or "))
    }

    /// Whether this is the socket for `output` in the first of these folders, and still there.
    #[must_use]
    pub fn is_in_place(&self, folders: &[PathBuf], output: &Path) -> bool {
        let name = place::name(output);
        folders.iter().any(|folder| folder.join(&name) == self.socket) && self.socket.exists()
    }

    fn listen(listener: UnixListener, socket: PathBuf, pass_on: PassOn) -> Result<Self> {
        let listener = Arc::new(listener);
        let control = Self { socket, listener: listener.clone() };
        let accept = move || accept(&listener, &pass_on);
        thread::Builder::new().name("control".into()).spawn(accept).context("cannot start a thread")?;
        Ok(control)
    }
}

impl Drop for Control {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.socket);
        let _ = rustix::net::shutdown(&self.listener, rustix::net::Shutdown::Both);
    }
}

fn bind(folder: &Path, socket: &Path) -> io::Result<UnixListener> {
    match DirBuilder::new().mode(0o700).create(folder) {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => return Err(error),
        _ => {}
    }
    place::listen_at(socket)
}

/// Until the socket is shut down.
fn accept(listener: &UnixListener, pass_on: &PassOn) {
    let slots = Arc::new(());
    loop {
        match listener.accept() {
            Ok((stream, _)) if Arc::strong_count(&slots) <= MOST => {
                let (slot, pass_on) = (slots.clone(), pass_on.clone());
                let listen = move || {
                    listen(stream, &pass_on);
                    drop(slot);
                };
                if let Err(error) = thread::Builder::new().name("asked".into()).spawn(listen) {
                    debug!("cannot start a thread: {error}");
                }
            }
            Ok(_) => {} // who asks tries again
            Err(error) if error.kind() == ErrorKind::InvalidInput => return,
            Err(error) => {
                debug!("cannot accept: {error}");
                thread::sleep(PAUSE);
            }
        }
    }
}

/// One connection. Whatever comes of it concerns nobody but who asks.
fn listen(mut stream: UnixStream, pass_on: &PassOn) {
    let answer = match line::read(&mut stream, LONGEST_REQUEST, Instant::now() + REQUEST_WITHIN) {
        Ok(Some(line)) => answer(&String::from_utf8_lossy(&line), pass_on),
        Err(error) if error.kind() == ErrorKind::InvalidData => {
            Answer::Refused(format!("a request is a line of at most {LONGEST_REQUEST} bytes"))
        }
        Ok(None) | Err(_) => return,
    };
    let Ok(mut text) = serde_json::to_vec(&answer) else { return };
    text.push(b'\n');
    if let Err(error) = line::write(&mut stream, &text, Instant::now() + READ_WITHIN) {
        debug!("an answer was not read: {error}");
    }
}

fn answer(line: &str, pass_on: &PassOn) -> Answer {
    let Some(request) = Request::parse(line) else {
        let known: Vec<&str> = Request::ALL.iter().map(|request| request.verb()).collect();
        return Answer::Refused(format!("unknown request; known here: {}", known.join(", ")));
    };
    let (reply, answered) = mpsc::sync_channel(1);
    pass_on(Asked { request, reply });
    match answered.recv_timeout(ANSWER_WITHIN) {
        Ok(answer) => answer,
        Err(RecvTimeoutError::Timeout) => {
            let seconds = ANSWER_WITHIN.as_secs();
            Answer::Refused(format!("busy for more than {seconds} s, as with a build of a large blog; ask again"))
        }
        Err(RecvTimeoutError::Disconnected) => Answer::Refused("about to end".to_owned()),
    }
}
