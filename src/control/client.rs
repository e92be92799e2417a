//! The side of who asks a service.

use std::io::{self, ErrorKind};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use rustix::net::{AddressFamily, SocketAddrUnix, SocketFlags, SocketType, connect, socket_with};
use serde_json::Value;

use super::place::Address;
use super::{Request, line};

/// An answer is no longer than this: that of a blog with a hundred thousand problems is not.
const LONGEST_ANSWER: usize = 1 << 26;
/// Before a service that listens to enough others is asked again.
const PAUSE: Duration = Duration::from_millis(20);

/// Why there is no answer.
#[derive(Debug)]
pub enum Unanswered {
    /// No service runs there; a socket that is there was left by one that was killed.
    Nobody,
    /// This user may not open the socket.
    Forbidden,
    /// It did not answer in time: it hangs, was stopped, or too many others ask.
    Silent,
    /// Anything else.
    Failed(io::Error),
}

impl From<io::Error> for Unanswered {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            ErrorKind::NotFound | ErrorKind::ConnectionRefused => Self::Nobody,
            ErrorKind::PermissionDenied => Self::Forbidden,
            ErrorKind::WouldBlock | ErrorKind::TimedOut => Self::Silent,
            _ => Self::Failed(error),
        }
    }
}

/// Asks the service behind a socket: its whole answer, with keys that this version does not know.
///
/// # Errors
/// When there is no answer within this time.
pub fn ask(socket: &Path, request: Request, patience: Duration) -> Result<Value, Unanswered> {
    let deadline = Instant::now() + patience;
    loop {
        match ask_once(socket, request, deadline) {
            Ok(answer) if !answer.is_empty() => {
                return serde_json::from_slice(&answer).map_err(|error| Unanswered::Failed(error.into()));
            }
            Err(error) if !is_turned_away(&error) => return Err(error.into()),
            _ if Instant::now() + PAUSE >= deadline => return Err(Unanswered::Silent),
            _ => thread::sleep(PAUSE),
        }
    }
}

/// Whether the service runs, but listens to enough others already. (A time-out is told alike, but then it is late.)
fn is_turned_away(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::ConnectionReset | ErrorKind::BrokenPipe | ErrorKind::WouldBlock)
}

fn ask_once(socket: &Path, request: Request, deadline: Instant) -> io::Result<Vec<u8>> {
    let mut stream = connect_to(socket)?;
    line::write(&mut stream, format!("{}\n", request.verb()).as_bytes(), deadline)?;
    line::read_all(&mut stream, LONGEST_ANSWER, deadline)
}

/// Connects without waiting: with a service that does not accept, that could be for ever.
fn connect_to(socket: &Path) -> io::Result<UnixStream> {
    let address = Address::of(socket)?;
    let flags = SocketFlags::CLOEXEC | SocketFlags::NONBLOCK;
    let stream = socket_with(AddressFamily::UNIX, SocketType::STREAM, flags, None)?;
    connect(&stream, &SocketAddrUnix::new(&address.path)?)?;
    let stream = UnixStream::from(stream);
    stream.set_nonblocking(false)?;
    Ok(stream)
}
