//! How slow a client may be: a stream that fails when its other side keeps it waiting for too long.
//!
//! It knows requests by what goes by: bytes that come are of a head (or of a form), bytes that go are of an answer, and
//! behind that it is idle. The alarm is set only where there is something to wait for, and later than needed rather than
//! anew for each request.

use std::future::Future;
use std::io::{self, ErrorKind, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep, sleep_until};

/// From the first byte of a request, or from the connection, to its answer.
const REQUEST_WITHIN: Duration = Duration::from_secs(10);
/// From an answer to the next request.
const IDLE_FOR: Duration = Duration::from_mins(1);
/// While nothing of an answer is taken.
const STALLED_FOR: Duration = Duration::from_secs(30);
/// How long what still comes is passed over behind the last answer.
const LINGER_FOR: Duration = Duration::from_secs(2);

/// A stream that does not wait for ever.
#[derive(Debug)]
pub(super) struct Paced<S> {
    stream: S,
    phase: Phase,
    /// When the patience with this phase ends.
    due: Instant,
    /// Rings at `due` or before.
    alarm: Pin<Box<Sleep>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// Between two requests.
    Idle,
    /// A request is coming, or being worked on.
    Request,
    /// An answer is not taken.
    Stalled,
    /// All is said, but something still comes.
    Closing,
}

impl<S> Paced<S> {
    pub fn new(stream: S) -> Self {
        let due = Instant::now() + REQUEST_WITHIN;
        Self { stream, phase: Phase::Idle, due, alarm: Box::pin(sleep_until(due)) }
    }

    fn enter(&mut self, phase: Phase, patience: Duration) {
        self.phase = phase;
        self.due = Instant::now() + patience;
    }

    /// Waits, until the patience ends.
    fn wait<T>(&mut self, context: &mut Context<'_>) -> Poll<io::Result<T>> {
        loop {
            if self.alarm.deadline() > self.due {
                self.alarm.as_mut().reset(self.due);
            }
            ready!(self.alarm.as_mut().poll(context));
            if Instant::now() >= self.due {
                return Poll::Ready(Err(ErrorKind::TimedOut.into()));
            }
            self.alarm.as_mut().reset(self.due);
        }
    }

    /// What became of a write.
    fn wrote(&mut self, written: Poll<io::Result<usize>>, context: &mut Context<'_>) -> Poll<io::Result<usize>> {
        if written.is_ready() {
            self.enter(Phase::Idle, IDLE_FOR);
            return written;
        }
        if self.phase != Phase::Stalled {
            self.enter(Phase::Stalled, STALLED_FOR);
        }
        self.wait(context)
    }
}

impl<S: AsyncRead + Unpin> Paced<S> {
    /// Passes over what still comes. To close a connection with unread bytes resets it, and the answer may be lost on its
    /// way (RFC 9112 §9.6); where nothing is unread, nobody is waited for.
    fn linger(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let mut passed_over = [0; 512];
        loop {
            let mut buffer = ReadBuf::new(&mut passed_over);
            match Pin::new(&mut self.stream).poll_read(context, &mut buffer) {
                Poll::Ready(Ok(())) if !buffer.filled().is_empty() && self.phase == Phase::Closing => {}
                Poll::Ready(Ok(())) if !buffer.filled().is_empty() => self.enter(Phase::Closing, LINGER_FOR),
                Poll::Pending if self.phase == Phase::Closing => return self.wait(context),
                _ => return Poll::Ready(Ok(())),
            }
        }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Paced<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let read = Pin::new(&mut self.stream).poll_read(context, buffer);
        if read.is_pending() {
            return self.wait(context);
        }
        if self.phase == Phase::Idle {
            self.enter(Phase::Request, REQUEST_WITHIN);
        }
        read
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncWrite for Paced<S> {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.wrote(written, context)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(context, slices);
        self.wrote(written, context)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(Pin::new(&mut self.stream).poll_shutdown(context))?;
        self.linger(context)
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};

    use super::*;

    /// Runs on a clock that leaps ahead whenever all wait.
    fn run<T>(test: impl Future<Output = T>) -> T {
        let mut builder = tokio::runtime::Builder::new_current_thread();
        builder.enable_time().start_paused(true).build().unwrap().block_on(test)
    }

    fn is_late<T: std::fmt::Debug>(result: io::Result<T>) -> bool {
        result.unwrap_err().kind() == ErrorKind::TimedOut
    }

    #[test]
    fn who_never_asks_is_waited_for_as_long_as_a_request_may_take() {
        run(async {
            let (ours, _theirs) = duplex(64);
            let start = Instant::now();
            assert!(is_late(Paced::new(ours).read_u8().await));
            assert!(start.elapsed() >= REQUEST_WITHIN && start.elapsed() < IDLE_FOR);
        });
    }

    #[test]
    fn trickling_bytes_of_a_request_do_not_put_its_end_off() {
        run(async {
            let (ours, mut theirs) = duplex(64);
            tokio::spawn(async move {
                while theirs.write_u8(b'x').await.is_ok() {
                    tokio::time::sleep(Duration::from_secs(3)).await;
                }
            });
            let (start, mut paced) = (Instant::now(), Paced::new(ours));
            while paced.read_u8().await.is_ok() {}
            assert!(start.elapsed() >= REQUEST_WITHIN && start.elapsed() < 2 * REQUEST_WITHIN);
        });
    }

    #[test]
    fn between_two_requests_there_is_more_time() {
        run(async {
            let (ours, mut theirs) = duplex(64);
            let mut paced = Paced::new(ours);
            for _ in 0..5 {
                theirs.write_all(b"ask").await.unwrap();
                paced.read_exact(&mut [0; 3]).await.unwrap();
                paced.write_all(b"answer").await.unwrap();
                theirs.read_exact(&mut [0; 6]).await.unwrap();
                tokio::time::sleep(Duration::from_secs(59)).await;
            }
            let start = Instant::now();
            assert!(is_late(paced.read_u8().await));
            assert!(start.elapsed() <= Duration::from_secs(2));
        });
    }

    #[test]
    fn what_is_unread_in_the_end_is_passed_over_for_a_while() {
        run(async {
            let (ours, mut theirs) = duplex(64);
            let mut paced = Paced::new(ours);
            let start = Instant::now();
            paced.shutdown().await.unwrap();
            assert_eq!(start.elapsed(), Duration::ZERO, "nothing is unread");
            theirs.write_all(b"more").await.unwrap();
            assert!(is_late(paced.shutdown().await));
            assert!(start.elapsed() >= LINGER_FOR && start.elapsed() < REQUEST_WITHIN);
        });
    }

    #[test]
    fn who_takes_an_answer_slowly_but_steadily_gets_it_and_who_stops_does_not() {
        run(async {
            let (ours, mut theirs) = duplex(16);
            let taking = tokio::spawn(async move {
                for _ in 0..20 {
                    tokio::time::sleep(Duration::from_secs(29)).await;
                    theirs.read_exact(&mut [0; 16]).await.unwrap();
                }
                theirs
            });
            let mut paced = Paced::new(ours);
            paced.write_all(&[0; 16 * 20]).await.unwrap();
            let _theirs = taking.await.unwrap();
            let start = Instant::now();
            assert!(is_late(paced.write_all(&[0; 17]).await));
            assert!(start.elapsed() >= STALLED_FOR);
        });
    }
}
