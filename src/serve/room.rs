//! How many connections this process has room for: each takes a file descriptor (`getrlimit(2)`).

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use tracing::warn;

/// File descriptors for all else: posts, feeds, events, the journal.
const RESERVED: usize = 256;

/// Makes room for so many connections, and says how many there may be.
pub(super) fn make(connections: usize) -> usize {
    let wanted = u64::try_from(connections.saturating_add(RESERVED)).unwrap_or(u64::MAX);
    let limit = getrlimit(Resource::Nofile);
    if limit.current.is_some_and(|current| current < wanted) {
        let most = limit.maximum.map_or(wanted, |maximum| maximum.min(wanted));
        let _ = setrlimit(Resource::Nofile, Rlimit { current: Some(most), ..limit }); // told below where it fails
    }
    let files =
        getrlimit(Resource::Nofile).current.map_or(usize::MAX, |files| usize::try_from(files).unwrap_or(usize::MAX));
    let room = files.saturating_sub(RESERVED).max(files / 2).max(1);
    if room < connections {
        warn!(
            "there may be {room} connections and not {connections}, as this process may open {files} files; raise \
             `LimitNOFILE` of its unit, or write `connections: {room}` in `serve`"
        );
    }
    room.min(connections)
}
