//! The sockets that readers connect to.

use std::fs;
use std::io::{self, ErrorKind};
use std::net::{SocketAddr, TcpListener};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use rustix::net::{AddressFamily, SocketFlags, SocketType, sockopt};

use super::inherited;
use crate::config::Listen;
use crate::control::{Address, listen_at};

/// How many connections may wait to be accepted; the system makes it fewer (`net.core.somaxconn`).
const BACKLOG: i32 = 4096;

/// A socket that listens.
#[derive(Debug)]
pub(super) enum Socket {
    Tcp(TcpListener),
    /// Its file is removed in the end, where it is ours.
    Unix(UnixListener, Option<PathBuf>),
}

/// The same, for the threads that answer.
#[derive(Debug)]
pub(super) enum Listener {
    Tcp(tokio::net::TcpListener),
    Unix(tokio::net::UnixListener),
}

/// Opens all of them.
///
/// # Errors
/// When one cannot be opened: which, why, and what to do.
pub(super) fn open(listen: &[Listen]) -> Result<Vec<Socket>> {
    let mut sockets = Vec::new();
    for place in listen {
        match place {
            Listen::Tcp(address) => sockets.push(Socket::Tcp(tcp(*address, listen)?)),
            Listen::Unix(path) => sockets.push(Socket::Unix(unix(path)?, Some(path.clone()))),
            Listen::Systemd => sockets.extend(inherited::sockets()?),
        }
    }
    Ok(sockets)
}

impl Socket {
    /// To be called within the runtime that accepts.
    ///
    /// # Errors
    /// When there are no more file descriptors or the like.
    pub fn listener(&self) -> Result<Listener> {
        let listener = match self {
            Self::Tcp(socket) => socket.set_nonblocking(true).and_then(|()| {
                let socket = tokio::net::TcpListener::from_std(socket.try_clone()?)?;
                Ok(Listener::Tcp(socket))
            }),
            Self::Unix(socket, _) => socket.set_nonblocking(true).and_then(|()| {
                let socket = tokio::net::UnixListener::from_std(socket.try_clone()?)?;
                Ok(Listener::Unix(socket))
            }),
        };
        listener.context("cannot listen for readers")
    }

    pub fn address(&self) -> Option<SocketAddr> {
        match self {
            Self::Tcp(socket) => socket.local_addr().ok(),
            Self::Unix(..) => None,
        }
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        if let Self::Unix(_, Some(path)) = self {
            let _ = fs::remove_file(path);
        }
    }
}

/// `[::]` takes IPv4, too, unless that has a socket of its own for the same port.
fn tcp(address: SocketAddr, all: &[Listen]) -> Result<TcpListener> {
    let has_own = |other: &Listen| matches!(other, Listen::Tcp(SocketAddr::V4(v4)) if v4.port() == address.port());
    let is_v6_only = address.is_ipv6() && address.port() != 0 && all.iter().any(has_own);
    bind(address, is_v6_only).map_err(|error| {
        let mend = match error.kind() {
            ErrorKind::AddrInUse => "another program listens there; stop it, or write another port in `serve.listen`",
            ErrorKind::AddrNotAvailable => "this machine has no such address; write one of its own in `serve.listen`",
            ErrorKind::PermissionDenied => {
                "ports below 1024 are not for everyone; let systemd open it (`systemd` in `serve.listen`), or write a \
                 higher one"
            }
            _ => "see `serve.listen`",
        };
        anyhow::Error::new(error).context(format!("cannot listen at `{address}`: {mend}"))
    })
}

fn bind(address: SocketAddr, is_v6_only: bool) -> io::Result<TcpListener> {
    let family = if address.is_ipv6() { AddressFamily::INET6 } else { AddressFamily::INET };
    let socket = rustix::net::socket_with(family, SocketType::STREAM, SocketFlags::CLOEXEC, None)?;
    sockopt::set_socket_reuseaddr(&socket, true)?; // connections of a process before this one linger for a minute
    if address.is_ipv6() {
        sockopt::set_ipv6_v6only(&socket, is_v6_only)?;
    }
    rustix::net::bind(&socket, &address)?;
    rustix::net::listen(&socket, BACKLOG)?;
    Ok(TcpListener::from(socket))
}

/// One that nobody listens to any more is replaced. A web server can be a member of its group.
fn unix(path: &Path) -> Result<UnixListener> {
    let cannot = || format!("cannot listen at `{}`", path.display());
    if UnixStream::connect(Address::of(path).with_context(cannot)?.path).is_ok() {
        bail!("{}: another program listens there; stop it, or write another path in `serve.listen`", cannot());
    }
    if fs::symlink_metadata(path).is_ok_and(|there| !is_socket(&there)) {
        bail!("{}: there is something else than a socket; write another path in `serve.listen`", cannot());
    }
    listen_at(path).with_context(cannot)
}

fn is_socket(there: &fs::Metadata) -> bool {
    std::os::unix::fs::FileTypeExt::is_socket(&there.file_type())
}
