//! The sockets that systemd opened for this process (`sd_listen_fds(3)`): its own for as long as it lives, since a new
//! configuration may close a server and start another one.

use std::io;
use std::net::TcpListener;
use std::os::unix::net::UnixListener;
use std::sync::OnceLock;

use anyhow::{Context, Result, bail};
use listenfd::ListenFd;

use super::listen::Socket;

static INHERITED: OnceLock<Vec<Inherited>> = OnceLock::new();

/// One of them.
#[derive(Debug)]
enum Inherited {
    Tcp(TcpListener),
    Unix(UnixListener),
    /// Of no kind that readers connect to.
    Other,
}

/// All of them.
///
/// # Errors
/// When there is none, or one of them is of no use.
pub(super) fn sockets() -> Result<Vec<Socket>> {
    let inherited = INHERITED.get_or_init(take);
    if inherited.is_empty() {
        bail!(
            "`serve` listens to sockets of systemd, and there is none; enable its unit (`systemctl enable --now \
             feedwright.socket`), or write an address in `serve.listen`"
        );
    }
    let sockets: Option<io::Result<Vec<Socket>>> = inherited.iter().map(Inherited::socket).collect();
    let Some(sockets) = sockets else {
        bail!("systemd passed on a socket that is no stream; write `ListenStream=` in its unit");
    };
    sockets.context("cannot use the sockets of systemd")
}

fn take() -> Vec<Inherited> {
    let mut given = ListenFd::from_env();
    (0..given.len()).map(|number| one(&mut given, number)).collect()
}

fn one(given: &mut ListenFd, number: usize) -> Inherited {
    if let Ok(Some(socket)) = given.take_tcp_listener(number) {
        return Inherited::Tcp(socket);
    }
    match given.take_unix_listener(number) {
        Ok(Some(socket)) => Inherited::Unix(socket),
        _ => Inherited::Other,
    }
}

impl Inherited {
    /// `None`: it is of no use.
    fn socket(&self) -> Option<io::Result<Socket>> {
        match self {
            Self::Tcp(socket) => Some(socket.try_clone().map(Socket::Tcp)),
            Self::Unix(socket) => Some(socket.try_clone().map(|socket| Socket::Unix(socket, None))),
            Self::Other => None,
        }
    }
}
