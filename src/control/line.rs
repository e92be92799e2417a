//! Reading and writing of a stream within bounds, and until a deadline however the bytes trickle.

use std::io::{self, ErrorKind, Read, Write};
use std::os::unix::net::UnixStream;
use std::time::{Duration, Instant};

/// The bytes before the first line feed; `None`: nothing came before the stream ended.
///
/// # Errors
/// When the deadline passes, when there are more than `most` bytes, or when the stream fails.
pub fn read(stream: &mut UnixStream, most: usize, deadline: Instant) -> io::Result<Option<Vec<u8>>> {
    let mut line = Vec::new();
    let mut buffer = [0; 256];
    loop {
        let length = read_some(stream, &mut buffer, deadline)?;
        line.extend_from_slice(&buffer[..length]);
        if let Some(end) = line.iter().position(|byte| *byte == b'\n') {
            line.truncate(end);
            return Ok(Some(line));
        }
        if line.len() > most {
            return Err(ErrorKind::InvalidData.into());
        }
        if length == 0 {
            return Ok(None);
        }
    }
}

/// All bytes until the stream ends.
///
/// # Errors
/// When the deadline passes, when there are more than `most` bytes, or when the stream fails.
pub fn read_all(stream: &mut UnixStream, most: usize, deadline: Instant) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut buffer = vec![0; 1 << 16];
    loop {
        let length = read_some(stream, &mut buffer, deadline)?;
        if length == 0 {
            return Ok(bytes);
        }
        bytes.extend_from_slice(&buffer[..length]);
        if bytes.len() > most {
            return Err(ErrorKind::InvalidData.into());
        }
    }
}

/// Writes all bytes.
///
/// # Errors
/// When the deadline passes, or when the stream fails.
pub fn write(stream: &mut UnixStream, mut bytes: &[u8], deadline: Instant) -> io::Result<()> {
    while !bytes.is_empty() {
        stream.set_write_timeout(Some(left(deadline)?))?;
        match stream.write(bytes) {
            Ok(0) => return Err(ErrorKind::WriteZero.into()),
            Ok(length) => bytes = &bytes[length..],
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

fn read_some(stream: &mut UnixStream, buffer: &mut [u8], deadline: Instant) -> io::Result<usize> {
    loop {
        stream.set_read_timeout(Some(left(deadline)?))?;
        match stream.read(buffer) {
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            other => return other,
        }
    }
}

/// The time until the deadline; a time-out of nothing would be none at all.
fn left(deadline: Instant) -> io::Result<Duration> {
    let left = deadline.saturating_duration_since(Instant::now());
    if left.is_zero() { Err(ErrorKind::TimedOut.into()) } else { Ok(left.max(Duration::from_millis(1))) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn soon() -> Instant {
        Instant::now() + Duration::from_millis(50)
    }

    #[test]
    fn a_line_ends_at_its_end() {
        let (mut ours, mut theirs) = UnixStream::pair().unwrap();
        theirs.write_all(b"status\nmore").unwrap();
        assert_eq!(read(&mut ours, 64, soon()).unwrap(), Some(b"status".to_vec()));
        let (mut ours, theirs) = UnixStream::pair().unwrap();
        drop(theirs);
        assert_eq!(read(&mut ours, 64, soon()).unwrap(), None);
    }

    #[test]
    fn who_says_nothing_or_never_ends_is_not_waited_for() {
        let (mut ours, mut theirs) = UnixStream::pair().unwrap();
        let silent = read(&mut ours, 64, soon()).unwrap_err().kind();
        assert!(matches!(silent, ErrorKind::WouldBlock | ErrorKind::TimedOut), "{silent:?}");
        theirs.write_all(&[b'x'; 1000]).unwrap();
        assert_eq!(read(&mut ours, 64, soon()).unwrap_err().kind(), ErrorKind::InvalidData);
    }

    #[test]
    fn trickling_bytes_do_not_put_the_deadline_off() {
        let (mut ours, mut theirs) = UnixStream::pair().unwrap();
        let trickle = std::thread::spawn(move || while theirs.write_all(b"x").is_ok() {});
        let started = Instant::now();
        assert!(read_all(&mut ours, usize::MAX, soon()).is_err());
        assert!(started.elapsed() < Duration::from_secs(20));
        drop(ours);
        trickle.join().unwrap();
    }

    #[test]
    fn who_does_not_read_is_not_waited_for() {
        let (mut ours, _theirs) = UnixStream::pair().unwrap();
        assert!(write(&mut ours, &vec![0; 10_000_000], soon()).is_err());
    }
}
