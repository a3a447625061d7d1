//! A real server process, and a small load generator over kept-alive connections.

use std::io::{BufRead, BufReader, ErrorKind, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use mio::{Events, Interest, Poll, Token};

use super::Latencies;

/// A `sambatan serve` of its own, killed when dropped.
pub(crate) struct ServerProcess {
    child: Child,
    pub(crate) address: String,
    /// From its start to the line that says that it listens.
    pub(crate) ready_after: Duration,
}

impl ServerProcess {
    pub(crate) fn start(database: &Path) -> Self {
        let started = Instant::now();
        let mut child = Command::new(env!("CARGO_BIN_EXE_sambatan"))
            .args(["serve", "--listen", "127.0.0.1:0", "--db"])
            .arg(database)
            .env("SAMBATAN_LOG", "warn")
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut output = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        while !line.contains("listening on") {
            line.clear();
            assert!(
                output.read_line(&mut line).unwrap() > 0,
                "the server ended early"
            );
        }
        let ready_after = started.elapsed();
        let address = line.trim().rsplit('/').next().unwrap().to_owned();
        Self {
            child,
            address,
            ready_after,
        }
    }

    /// A line of `/proc/PID/status`, such as `VmRSS`, in KiB.
    pub(crate) fn status_kib(&self, name: &str) -> Option<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).ok()?;
        let line = status
            .lines()
            .find_map(|line| line.strip_prefix(name)?.strip_prefix(':'))?;
        line.split_whitespace().next()?.parse().ok()
    }
}

impl Drop for ServerProcess {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A kept-alive connection.
pub(crate) struct Client {
    connection: BufReader<TcpStream>,
    line: String,
    body: Vec<u8>,
}

impl Client {
    pub(crate) fn connect(address: &str) -> Self {
        let connection = TcpStream::connect(address).unwrap();
        connection.set_nodelay(true).unwrap();
        Self {
            connection: BufReader::new(connection),
            line: String::new(),
            body: Vec::new(),
        }
    }

    /// Sends a request and reads the whole reply; answers the status.
    pub(crate) fn exchange(&mut self, request: &[u8]) -> u16 {
        self.connection.get_mut().write_all(request).unwrap();
        let status = self
            .read_line()
            .split(' ')
            .nth(1)
            .and_then(|code| code.parse().ok())
            .unwrap();
        let mut length = 0;
        loop {
            let line = self.read_line();
            if line.is_empty() {
                break;
            }
            if let Some((name, value)) = line.split_once(':')
                && name.eq_ignore_ascii_case("content-length")
            {
                length = value.trim().parse().unwrap();
            }
        }
        self.body.resize(length, 0);
        self.connection.read_exact(&mut self.body).unwrap();
        status
    }

    /// The body of the last reply.
    pub(crate) fn body(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }

    fn read_line(&mut self) -> &str {
        self.line.clear();
        self.connection.read_line(&mut self.line).unwrap();
        self.line.trim_end()
    }
}

/// The bytes of a GET.
pub(crate) fn get(path: &str) -> Vec<u8> {
    format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n").into_bytes()
}

/// The bytes of a POST with a JSON body.
pub(crate) fn post(path: &str, body: &str) -> Vec<u8> {
    format!(
        "POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

/// What a load brought.
pub(crate) struct Load {
    pub(crate) per_second: f64,
    pub(crate) latencies: Latencies,
    pub(crate) errors: usize,
}

/// Has so many clients send so many requests each, the next one after the reply to the last; another
/// status than `expected` is an error.
///
/// One thread drives them all: on a machine that the server shares, a thread for each client would
/// measure how the system switches between them.
pub(crate) fn load(
    address: &str,
    clients: usize,
    requests_each: usize,
    request: &[u8],
    expected: u16,
) -> Load {
    let mut poll = Poll::new().unwrap();
    let mut connections: Vec<_> = (0..clients)
        .map(|number| {
            let stream = TcpStream::connect(address).unwrap();
            stream.set_nodelay(true).unwrap();
            stream.set_nonblocking(true).unwrap();
            let mut stream = mio::net::TcpStream::from_std(stream);
            let token = Token(number);
            poll.registry()
                .register(&mut stream, token, Interest::READABLE)
                .unwrap();
            Connection {
                stream,
                received: Vec::new(),
                sent_at: Instant::now(),
                left: requests_each,
            }
        })
        .collect();
    let (mut latencies, mut errors, mut busy) = (Latencies::default(), 0, clients);
    let mut events = Events::with_capacity(clients);
    let started = Instant::now();
    for connection in &mut connections {
        connection.send(request);
    }
    while busy > 0 {
        poll.poll(&mut events, Some(PATIENCE)).unwrap();
        assert!(
            !events.is_empty(),
            "{busy} clients wait for a reply that does not come"
        );
        for event in &events {
            let connection = &mut connections[event.token().0];
            let Some(status) = connection.receive() else {
                continue;
            };
            latencies.add(connection.sent_at.elapsed());
            errors += usize::from(status != expected);
            connection.left -= 1;
            if connection.left == 0 {
                busy -= 1;
                // Gone for good: bare `tiny_http` may leave a connection unread until another one ends.
                poll.registry().deregister(&mut connection.stream).unwrap();
                connection.stream.shutdown(Shutdown::Both).unwrap();
            } else {
                connection.send(request);
            }
        }
    }
    let requests = u32::try_from(clients * requests_each).unwrap();
    let per_second = f64::from(requests) / started.elapsed().as_secs_f64();
    Load {
        per_second,
        latencies,
        errors,
    }
}

/// How long the load generator waits for any reply.
const PATIENCE: Duration = Duration::from_secs(60);

/// One client of a load.
struct Connection {
    stream: mio::net::TcpStream,
    /// What has come of the reply.
    received: Vec<u8>,
    sent_at: Instant,
    left: usize,
}

impl Connection {
    fn send(&mut self, request: &[u8]) {
        self.sent_at = Instant::now();
        // A request is far smaller than the buffer of a connection that is otherwise empty.
        self.stream.write_all(request).unwrap();
    }

    /// The status of the reply, once all of it has come.
    fn receive(&mut self) -> Option<u16> {
        let mut buffer = [0; 16 * 1024];
        loop {
            match self.stream.read(&mut buffer) {
                Ok(0) => panic!("the server closed a connection"),
                Ok(read) => self.received.extend_from_slice(&buffer[..read]),
                Err(error) if error.kind() == ErrorKind::WouldBlock => break,
                Err(error) => panic!("{error}"),
            }
        }
        let end = self
            .received
            .windows(4)
            .position(|four| four == b"\r\n\r\n")?
            + 4;
        let head = std::str::from_utf8(&self.received[..end]).unwrap();
        let length = head.lines().find_map(|line| {
            let (name, value) = line.split_once(':')?;
            name.eq_ignore_ascii_case("content-length")
                .then(|| value.trim().parse().ok())?
        });
        if self.received.len() < end + length.unwrap_or(0) {
            return None;
        }
        let status = head
            .split(' ')
            .nth(1)
            .and_then(|code| code.parse().ok())
            .unwrap();
        self.received.clear();
        Some(status)
    }
}
