//! From a save to the callbacks of subscribers: how long until one has the new version, half of them, all of them.
//!
//! `cargo bench --bench hub -- [SUBSCRIBERS] [SAVES]` (1000 and 50): subscribers at 250 addresses of loopback, all answered
//! by this process; the service is the real one. Times are from before the save to the last byte of a delivery.

use std::collections::BTreeMap;
use std::fs;
use std::net::TcpListener as Listener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use feedwright::config::{Hub as Config, Most};
use feedwright::hub::{FILE, Hub};
use feedwright::websub::Topic;
use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;

const TOPIC: &str = "https://example.org/rss.xml";
const POSTS: usize = 100;

/// When each version came, by its number.
type Arrivals = Arc<Mutex<BTreeMap<usize, Vec<Instant>>>>;

fn main() {
    let numbers: Vec<usize> = std::env::args().filter_map(|argument| argument.parse().ok()).collect();
    let (subscribers, saves) = (numbers.first().copied().unwrap_or(1000), numbers.get(1).copied().unwrap_or(50));
    let arrivals = Arrivals::default();
    let port = listen(arrivals.clone());
    let folder = tempfile::tempdir().expect("a temporary folder");
    write_blog(folder.path());
    let _service = Service(start(folder.path(), port, subscribers));
    wait_for(&arrivals, 0, subscribers);
    let rounds: Vec<[f64; 3]> =
        (1..=saves).map(|version| round(folder.path(), &arrivals, (version, subscribers))).collect();
    println!("{subscribers} subscribers, {saves} saves, milliseconds from the save:");
    for (column, name) in ["first has it", "half have it", "all have it"].into_iter().enumerate() {
        let mut times: Vec<f64> = rounds.iter().map(|round| round[column]).collect();
        times.sort_by(f64::total_cmp);
        println!("  {name}: median {:.1}, worst {:.1}", times[times.len() / 2], times[times.len() - 1]);
    }
}

/// One save: when the first, half and all of the subscribers have it.
fn round(blog: &Path, arrivals: &Arrivals, (version, subscribers): (usize, usize)) -> [f64; 3] {
    let saved = Instant::now();
    write_post(blog, 0, version);
    let times = wait_for(arrivals, version, subscribers);
    let after = |at: usize| (times[at] - saved).as_secs_f64() * 1e3;
    [after(0), after(subscribers / 2), after(subscribers - 1)]
}

fn wait_for(arrivals: &Arrivals, version: usize, subscribers: usize) -> Vec<Instant> {
    loop {
        let times = arrivals.lock().expect("no panic").get(&version).cloned().unwrap_or_default();
        if times.len() >= subscribers {
            return times;
        }
        thread::sleep(Duration::from_millis(1));
    }
}

fn write_blog(blog: &Path) {
    fs::create_dir(blog.join("posts")).expect("posts");
    (0..POSTS).for_each(|number| write_post(blog, number, 0));
    let text = "site: {title: Bench, url: 'https://example.org/'}\nstate: state\nserve: unix:http\nhub: {allow_private: true}\n\
                feeds: [{path: rss.xml, format: rss, limit: all}]\n";
    fs::write(blog.join("feedwright.yaml"), text).expect("a configuration");
}

fn write_post(blog: &Path, number: usize, version: usize) {
    let (day, body) = (number % 28 + 1, "A sentence of a post. ".repeat(40));
    let text = format!("---\ntitle: Post {number} [v{version}]\ndate: 2024-01-{day:02}\n---\n\n{body}\n");
    fs::write(blog.join(format!("posts/{number}.md")), text).expect("a post");
}

/// Starts the service once for its folders, then with subscribers.
fn start(blog: &Path, port: u16, subscribers: usize) -> Child {
    let mut first = run(blog);
    let file = loop {
        if let Some(file) = file_of_hub(blog) {
            break file;
        }
        thread::sleep(Duration::from_millis(5));
    };
    first.kill().and_then(|()| first.wait()).expect("it ends");
    let made = tempfile::tempdir().expect("a temporary folder");
    subscribe(made.path(), port, subscribers);
    fs::copy(made.path().join(FILE), file).expect("a copy");
    run(blog)
}

fn run(blog: &Path) -> Child {
    let mut command = Command::new(env!("CARGO_BIN_EXE_feedwright"));
    command.current_dir(blog).env("FEEDWRIGHT_LOG", "error").stdout(Stdio::null()).spawn().expect("it runs")
}

fn file_of_hub(blog: &Path) -> Option<PathBuf> {
    let states = fs::read_dir(blog.join("state")).ok()?.flatten();
    states.map(|state| state.path().join(FILE)).find(|file| file.exists())
}

/// Subscribes all of them, by a hub of this process.
fn subscribe(folder: &Path, port: u16, subscribers: usize) {
    let most = Most { subscriptions: subscribers, per_feed: subscribers, per_host: subscribers };
    let url = "https://example.org/hub".parse().expect("an address");
    let config = Config { url, allow_private: true, lease: Duration::from_hours(24), most };
    let hub = Hub::open(&config, folder, feedwright::client::of_system()).expect("a hub");
    hub.publish([Topic::new(TOPIC, "text/xml", b"none yet".as_slice().into())]);
    let (door, runtime) = (hub.door(), tokio::runtime::Builder::new_current_thread().build().expect("a runtime"));
    for number in 0..subscribers {
        let callback = format!("http://127.0.0.{}:{port}/{number}", number % 250 + 1);
        let fields =
            [("hub.mode", "subscribe"), ("hub.topic", TOPIC), ("hub.callback", &callback), ("hub.secret", "s")];
        let fields = fields.map(|(name, value)| (name.to_owned(), value.to_owned()));
        assert_eq!(runtime.block_on(door(fields.to_vec())).0, 202);
        while hub.tally().pending > 100 {
            thread::sleep(Duration::from_millis(1));
        }
    }
    while hub.tally().feeds.values().sum::<usize>() < subscribers {
        thread::sleep(Duration::from_millis(1));
    }
}

/// Answers all subscribers, on a thread of its own; the port.
fn listen(arrivals: Arrivals) -> u16 {
    let listener = Listener::bind("0.0.0.0:0").expect("a port");
    listener.set_nonblocking(true).expect("a socket");
    let port = listener.local_addr().expect("an address").port();
    thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(accept(listener, arrivals));
    });
    port
}

async fn accept(listener: Listener, arrivals: Arrivals) {
    let listener = tokio::net::TcpListener::from_std(listener).expect("a socket");
    while let Ok((stream, _)) = listener.accept().await {
        let arrivals = arrivals.clone();
        tokio::spawn(async move {
            let service = service_fn(move |request| answer(request, arrivals.clone()));
            let _ = hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
        });
    }
}

async fn answer(request: Request<Incoming>, arrivals: Arrivals) -> hyper::Result<Response<Full<Bytes>>> {
    let query = request.uri().query().unwrap_or_default().to_owned();
    let challenge = url::form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "hub.challenge");
    let body = request.into_body().collect().await?.to_bytes();
    if let Some((_, challenge)) = challenge {
        return Ok(Response::new(Full::from(challenge.into_owned())));
    }
    let text = String::from_utf8_lossy(&body);
    let version = text.split("Post 0 [v").nth(1).and_then(|rest| rest.split(']').next()?.parse().ok());
    arrivals.lock().expect("no panic").entry(version.expect("a version")).or_default().push(Instant::now());
    Ok(Response::new(Full::default()))
}

/// Ended with this process.
struct Service(Child);

impl Drop for Service {
    fn drop(&mut self) {
        let _ = self.0.kill().and_then(|()| self.0.wait());
    }
}
