//! A small server of HTTP, for those that are told, asked and delivered to.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

const PATIENCE: Duration = Duration::from_mins(1);

/// A request as it came.
#[derive(Debug, Clone)]
pub struct Heard {
    pub method: String,
    pub target: String,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Heard {
    /// All values of a header.
    pub fn all(&self, name: &str) -> Vec<&str> {
        let named = self.headers.iter().filter(|(header, _)| header.eq_ignore_ascii_case(name));
        named.map(|(_, value)| value.as_str()).collect()
    }

    /// The value of a header that is there once, or not at all.
    pub fn header(&self, name: &str) -> Option<&str> {
        let values = self.all(name);
        assert!(values.len() < 2, "`{name}` more than once in {self:?}");
        values.first().copied()
    }

    /// The pairs of the query.
    pub fn query(&self) -> Vec<(String, String)> {
        let (_, query) = self.target.split_once('?').unwrap_or_default();
        url::form_urlencoded::parse(query.as_bytes()).into_owned().collect()
    }

    /// A value of the query that is there once, or not at all.
    pub fn asked(&self, name: &str) -> Option<String> {
        let values: Vec<String> =
            self.query().into_iter().filter(|(key, _)| key == name).map(|(_, value)| value).collect();
        assert!(values.len() < 2, "`{name}` more than once in {self:?}");
        values.into_iter().next()
    }
}

/// A server on loopback, each connection in a thread of its own, each with one request.
pub struct Server {
    pub address: SocketAddr,
    heard: Arc<Mutex<Vec<Heard>>>,
}

impl Server {
    /// One that answers so. What it does is noted before.
    pub fn answering(answer: impl Fn(&Heard, &mut TcpStream) -> io::Result<()> + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("an address");
        let heard = Arc::new(Mutex::new(Vec::new()));
        let (notes, answer) = (heard.clone(), Arc::new(answer));
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (notes, answer) = (notes.clone(), answer.clone());
                thread::spawn(move || {
                    let _ = serve(stream, &notes, &*answer); // whoever asks may go away
                });
            }
        });
        Self { address, heard }
    }

    /// The address of what is at this path.
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// Everything that came so far.
    pub fn heard(&self) -> Vec<Heard> {
        self.heard.lock().expect("no panic").clone()
    }

    /// Waits until so many requests of this method came, and gives them.
    #[track_caller]
    pub fn wait_for(&self, method: &str, count: usize) -> Vec<Heard> {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let heard: Vec<Heard> = self.heard().into_iter().filter(|heard| heard.method == method).collect();
            if heard.len() >= count {
                return heard;
            }
            assert!(Instant::now() < deadline, "{} of {count} {method} within {PATIENCE:?}", heard.len());
            thread::sleep(Duration::from_millis(2));
        }
    }
}

/// Answers with this status, these lines of headers, and this body.
pub fn reply(stream: &mut TcpStream, status: u16, headers: &str, body: impl AsRef<[u8]>) -> io::Result<()> {
    let body = body.as_ref();
    let head = format!("HTTP/1.1 {status} Told\r\nContent-Length: {}\r\n{headers}\r\n", body.len());
    stream.write_all(&[head.as_bytes(), body].concat())
}

fn serve(
    mut stream: TcpStream,
    notes: &Mutex<Vec<Heard>>,
    answer: &(dyn Fn(&Heard, &mut TcpStream) -> io::Result<()> + Send + Sync),
) -> io::Result<()> {
    stream.set_read_timeout(Some(PATIENCE))?;
    let heard = read(&stream)?;
    notes.lock().expect("no panic").push(heard.clone());
    answer(&heard, &mut stream)
}

fn read(stream: &TcpStream) -> io::Result<Heard> {
    let mut reader = BufReader::new(stream);
    let mut first = String::new();
    reader.read_line(&mut first)?;
    let mut words = first.split_whitespace().map(str::to_owned);
    let (Some(method), Some(target)) = (words.next(), words.next()) else {
        return Err(io::ErrorKind::InvalidData.into());
    };
    let mut headers = Vec::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        let Some((name, value)) = line.split_once(':') else { break };
        headers.push((name.to_owned(), value.trim().to_owned()));
    }
    let mut heard = Heard { method, target, headers, body: Vec::new() };
    let length = heard.header("content-length").map_or(0, |length| length.parse().expect("a length"));
    heard.body = vec![0; length];
    reader.read_exact(&mut heard.body)?;
    Ok(heard)
}
