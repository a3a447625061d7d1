//! The harness of the door's tests: an application, a door before it, and raw clients.

#![allow(clippy::unwrap_used, reason = "test code may panic")]
#![allow(dead_code, reason = "each test binary uses another part")]
#![allow(missing_docs, reason = "test code")]
#![allow(unreachable_pub, reason = "shared by several test binaries")]

pub mod app;
pub mod child;

use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::time::{Duration, Instant};

use sambatan::http::door::{Door, DoorConfig, DoorStats, PrivateSocket};

/// A door with an application behind it.
pub struct Harness {
    pub door: Option<Door>,
    pub address: SocketAddr,
    pub seen: Arc<app::Seen>,
    pub stats: Arc<DoorStats>,
    _socket: PrivateSocket,
}

impl Harness {
    pub fn start(config: DoorConfig) -> Harness {
        Harness::with_workers(config, 8)
    }

    pub fn with_workers(mut config: DoorConfig, workers: usize) -> Harness {
        let (socket, listener) = PrivateSocket::bind().unwrap();
        let server = tiny_http::Server::from_listener(listener, None).unwrap();
        let seen = app::serve(server, workers);
        config.upstream_connections = workers;
        let public = TcpListener::bind("127.0.0.1:0").unwrap();
        let door = Door::start(public, socket.path(), config).unwrap();
        let (address, stats) = (door.local_addr(), door.stats());
        Harness {
            door: Some(door),
            address,
            seen,
            stats,
            _socket: socket,
        }
    }

    pub fn connect(&self) -> Client {
        Client::connect(self.address)
    }

    /// The whole answer to bytes sent at once, read to the end of the connection.
    pub fn exchange(&self, bytes: &[u8]) -> Vec<u8> {
        let mut client = self.connect();
        client.send(bytes);
        client.read_to_end()
    }

    /// Asserts that the service still serves others.
    pub fn assert_alive(&self) {
        let mut client = self.connect();
        client.send(b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n");
        let answer = client.answer(false).expect("an answer to /healthz");
        assert_eq!((answer.status, answer.body.as_slice()), (200, &b"ok"[..]));
    }
}

/// One answer, as a strict client reads it.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub head: String,
    pub body: Vec<u8>,
}

impl Answer {
    /// All values of a header.
    pub fn headers(&self, name: &str) -> Vec<&str> {
        self.head
            .split("\r\n")
            .skip(1)
            .filter_map(|line| line.split_once(':'))
            .filter(|(n, _)| n.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.trim())
            .collect()
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers(name).first().copied()
    }

    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    pub fn code(&self) -> String {
        self.json()["code"].as_str().unwrap_or_default().to_owned()
    }

    /// Values of a header as the application got it.
    pub fn echoed(&self, name: &str) -> Vec<String> {
        let json = self.json();
        let headers = json["headers"].as_array().cloned().unwrap_or_default();
        let named = headers.iter().filter(|pair| pair[0] == name);
        named
            .map(|pair| pair[1].as_str().unwrap_or_default().to_owned())
            .collect()
    }
}

/// A client on a raw socket.
pub struct Client {
    pub stream: TcpStream,
    buffer: Vec<u8>,
}

/// No test waits longer than this for anything.
const PATIENCE: Duration = Duration::from_secs(10);

impl Client {
    pub fn connect(address: SocketAddr) -> Client {
        Client::over(TcpStream::connect(address).unwrap())
    }

    pub fn over(stream: TcpStream) -> Client {
        stream.set_nodelay(true).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream.set_write_timeout(Some(PATIENCE)).unwrap();
        Client {
            stream,
            buffer: Vec::new(),
        }
    }

    /// Sends; a door that has closed already is no failure, its answer tells.
    pub fn send(&mut self, bytes: &[u8]) {
        let _ = self.stream.write_all(bytes);
    }

    fn fill(&mut self) -> bool {
        let mut scratch = [0; 16 * 1024];
        match self.stream.read(&mut scratch) {
            Ok(0) => false,
            Ok(count) => {
                self.buffer.extend_from_slice(&scratch[..count]);
                true
            }
            Err(error) if error.kind() == ErrorKind::ConnectionReset => false,
            Err(error) => panic!("reading an answer: {error}"),
        }
    }

    /// The next answer; `None` when the connection ends before it begins.
    pub fn answer(&mut self, head_only: bool) -> Option<Answer> {
        let end = loop {
            if let Some(at) = find(&self.buffer, b"\r\n\r\n") {
                break at + 4;
            }
            if !self.fill() {
                assert!(
                    self.buffer.is_empty(),
                    "half a head: {:?}",
                    self.buffer.escape_ascii().to_string()
                );
                return None;
            }
        };
        let head = String::from_utf8(self.buffer[..end].to_vec()).unwrap();
        self.buffer.drain(..end);
        let status = head
            .split(' ')
            .nth(1)
            .and_then(|s| s.parse().ok())
            .expect("a status line");
        let mut answer = Answer {
            status,
            head,
            body: Vec::new(),
        };
        let lengths = answer.headers("content-length");
        assert!(lengths.len() <= 1, "{}", answer.head);
        assert!(
            answer.headers("transfer-encoding").is_empty(),
            "{}",
            answer.head
        );
        let bodiless = head_only || matches!(status, 100..=199 | 204 | 304);
        let length = if bodiless {
            0
        } else {
            lengths[0].parse().unwrap()
        };
        while self.buffer.len() < length {
            assert!(self.fill(), "half a body after {}", answer.head);
        }
        answer.body = self.buffer.drain(..length).collect();
        Some(answer)
    }

    /// Everything up to the end of the connection.
    pub fn read_to_end(&mut self) -> Vec<u8> {
        while self.fill() {}
        std::mem::take(&mut self.buffer)
    }

    /// Whether the door closes the connection within `within`, with nothing more to read.
    pub fn is_closed_within(&mut self, within: Duration) -> bool {
        let until = Instant::now() + within;
        self.stream
            .set_read_timeout(Some(within.max(Duration::from_millis(1))))
            .unwrap();
        let mut byte = [0; 1];
        loop {
            match self.stream.read(&mut byte) {
                Ok(0) => return true,
                Ok(_) => return false,
                Err(error)
                    if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) =>
                {
                    if Instant::now() >= until {
                        return false;
                    }
                }
                Err(_) => return true,
            }
        }
    }
}

pub fn find(bytes: &[u8], needle: &[u8]) -> Option<usize> {
    bytes
        .windows(needle.len())
        .position(|window| window == needle)
}

/// Repeats a check until it holds; what another thread does shows with a delay.
pub fn eventually(what: &str, mut holds: impl FnMut() -> bool) {
    let until = Instant::now() + PATIENCE;
    while !holds() {
        assert!(Instant::now() < until, "never: {what}");
        std::thread::sleep(Duration::from_millis(2));
    }
}

/// Resident memory of this process in KiB.
pub fn resident_kib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|rest| rest.trim().trim_end_matches(" kB").trim().parse().ok())
        .unwrap_or(0)
}
