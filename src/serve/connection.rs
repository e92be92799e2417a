//! Connections: accepted as long as there is room, and served within bounds.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::pin;
use tokio::select;
use tokio::sync::watch;
use tokio::time::{sleep, timeout};
use tracing::debug;

use super::Shared;
use super::listen::Listener;
use super::pace::Paced;
use super::respond::respond;

/// How long the head of a request may be, in bytes.
const HEAD: usize = 16 * 1024;
/// When there are no more file descriptors or the like.
const PAUSE: Duration = Duration::from_millis(100);
/// How long somebody is listened to who is turned away: closed at once, the answer would be lost on the way.
const FAREWELL: Duration = Duration::from_secs(2);
/// To so many at once; others are closed at once.
const MOST_FAREWELLS: usize = 256;

const TURNED_AWAY: &[u8] = b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 10\r\nConnection: close\r\n\
    Content-Type: text/plain; charset=utf-8\r\nContent-Length: 37\r\n\r\nall connections are taken; try again\n";

/// Accepts until the end has come.
pub(super) async fn accept(listener: Listener, shared: Arc<Shared>, mut stopped: watch::Receiver<bool>) {
    let farewells = Arc::new(());
    loop {
        let accepted = select! {
            () = ended(&mut stopped) => return,
            accepted = listener.accept() => accepted,
        };
        match accepted {
            Err(error) => {
                debug!("cannot accept: {error}");
                sleep(PAUSE).await;
            }
            Ok(Stream::Tcp(stream)) => admit(stream, &shared, &stopped, &farewells),
            Ok(Stream::Unix(stream)) => admit(stream, &shared, &stopped, &farewells),
        }
    }
}

/// Until the end has come.
async fn ended(stopped: &mut watch::Receiver<bool>) {
    let _ = stopped.wait_for(|stopped| *stopped).await;
}

/// A connection.
enum Stream {
    Tcp(tokio::net::TcpStream),
    Unix(tokio::net::UnixStream),
}

impl Listener {
    async fn accept(&self) -> io::Result<Stream> {
        match self {
            Self::Unix(listener) => Ok(Stream::Unix(listener.accept().await?.0)),
            Self::Tcp(listener) => {
                let (stream, _) = listener.accept().await?;
                let _ = stream.set_nodelay(true); // an answer is written at once
                Ok(Stream::Tcp(stream))
            }
        }
    }
}

fn admit<S>(stream: S, shared: &Arc<Shared>, stopped: &watch::Receiver<bool>, farewells: &Arc<()>)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    if let Ok(permit) = shared.connections.clone().try_acquire_owned() {
        let (shared, stopped) = (shared.clone(), stopped.clone());
        tokio::spawn(async move {
            serve(stream, shared, stopped).await;
            drop(permit);
        });
    } else if Arc::strong_count(farewells) <= MOST_FAREWELLS {
        let farewell = farewells.clone();
        tokio::spawn(async move {
            let _ = timeout(FAREWELL, turn_away(stream)).await;
            drop(farewell);
        });
    }
}

async fn turn_away<S: AsyncRead + AsyncWrite + Unpin>(mut stream: S) -> io::Result<()> {
    stream.write_all(TURNED_AWAY).await?;
    stream.shutdown().await?;
    while stream.read(&mut [0; 512]).await? > 0 {}
    Ok(())
}

/// Whatever comes of a connection concerns nobody but its client.
async fn serve<S>(stream: S, shared: Arc<Shared>, mut stopped: watch::Receiver<bool>)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let service = service_fn(move |request| respond(shared.clone(), request));
    let mut builder = http1::Builder::new();
    builder.max_buf_size(HEAD).max_header_size(HEAD).header_read_timeout(None);
    let connection = builder.serve_connection(TokioIo::new(Paced::new(stream)), service);
    pin!(connection);
    let done = select! {
        done = connection.as_mut() => done,
        () = ended(&mut stopped) => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = done {
        debug!("a connection ended: {error}");
    }
}
