//! Why the door exists: each fault of bare `tiny_http`, shown, and the same input at the door.
//!
//! When a newer `tiny_http` fixes a fault, its control fails here; then the door can do less.

#![allow(clippy::unwrap_used, reason = "test code may panic")]
#[path = "door/common/mod.rs"]
mod common;

use std::net::{SocketAddr, TcpListener, TcpStream};
use std::os::unix::process::ExitStatusExt;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use common::{Client, Harness, app, child, eventually};
use sambatan::http::door::{Door, DoorConfig, PrivateSocket};

/// The application on bare `tiny_http`.
fn bare() -> (SocketAddr, Arc<app::Seen>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let server = tiny_http::Server::from_listener(listener, None).unwrap();
    (address, app::serve(server, 4))
}

/// Sends to bare `tiny_http` and returns how many requests it understood, and all it said.
fn understood_by_bare(bytes: &[u8]) -> (u64, String) {
    let (address, seen) = bare();
    let mut client = Client::connect(address);
    client.send(bytes);
    client.stream.shutdown(std::net::Shutdown::Write).unwrap();
    let answer = String::from_utf8_lossy(&client.read_to_end()).into_owned();
    (seen.requests.load(Ordering::SeqCst), answer)
}

/// The same at the door; the stream ends in the first refusal.
fn understood_by_door(bytes: &[u8]) -> (u64, String) {
    let harness = Harness::start(DoorConfig::default());
    let answer = String::from_utf8_lossy(&harness.exchange(bytes)).into_owned();
    harness.assert_alive();
    (harness.seen.requests.load(Ordering::SeqCst), answer)
}

const CLAIM: &[u8] =
    b"POST /unread HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000000000000\r\n\r\n";

#[test]
fn a_claimed_length_aborts_bare_tiny_http() {
    if child::is_child() {
        child::announce(bare().0);
    }
    let mut server = child::Server::start("a_claimed_length_aborts_bare_tiny_http", "ulimit -c 0");
    let mut client = Client::connect(server.address);
    client.send(CLAIM);
    let status = server.ended().expect("the whole process ends");
    assert_eq!(status.signal(), Some(6), "{status}");
}

#[test]
fn a_claimed_length_is_refused_at_the_door() {
    let (requests, answer) = understood_by_door(CLAIM);
    assert!(answer.starts_with("HTTP/1.1 413 "), "{answer}");
    assert_eq!(requests, 0);
}

const HIDDEN: &str = "GET /hidden HTTP/1.1\r\nHost: a\r\n\r\n";

/// One request by its length; a server that ignores the list reads the body as a second.
fn length_list() -> Vec<u8> {
    let length = HIDDEN.len();
    format!("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: {length}, {length}\r\n\r\n{HIDDEN}")
        .into_bytes()
}

#[test]
fn a_list_of_lengths_smuggles_a_request() {
    let (requests, answer) = understood_by_bare(&length_list());
    assert_eq!(requests, 2, "{answer}");
    let (requests, answer) = understood_by_door(&length_list());
    assert_eq!(requests, 0);
    assert!(answer.contains("content_length_malformed"), "{answer}");
    assert_eq!(answer.matches("HTTP/1.1 ").count(), 1, "{answer}");
}

/// One request by its length; a server that takes any coding for chunked ends it early.
fn identity() -> Vec<u8> {
    let body = format!("0\r\n\r\n{HIDDEN}");
    let length = body.len();
    format!("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: {length}\r\nTransfer-Encoding: identity\r\n\r\n{body}").into_bytes()
}

#[test]
fn an_identity_coding_smuggles_a_request() {
    let (requests, answer) = understood_by_bare(&identity());
    assert_eq!(requests, 2, "{answer}");
    let (requests, answer) = understood_by_door(&identity());
    assert_eq!(requests, 0);
    assert!(
        answer.contains("content_length_with_transfer_encoding"),
        "{answer}"
    );
    assert_eq!(answer.matches("HTTP/1.1 ").count(), 1, "{answer}");
}

/// Two requests: the folded line continues the value of `X` (RFC 9112 section 5.2). A server that
/// takes it for a header of its own swallows the second request as a body.
fn folded() -> Vec<u8> {
    let length = HIDDEN.len();
    format!("GET / HTTP/1.1\r\nHost: a\r\nX: y\r\n Content-Length: {length}\r\n\r\n{HIDDEN}")
        .into_bytes()
}

#[test]
fn a_folded_header_swallows_a_request() {
    let (requests, answer) = understood_by_bare(&folded());
    assert_eq!(requests, 1, "{answer}");
    assert!(
        answer.contains("GET /hidden"),
        "the second request is the body of the first: {answer}"
    );
    let (requests, answer) = understood_by_door(&folded());
    assert_eq!(requests, 0);
    assert!(answer.contains("folded_header"), "{answer}");
}

const INJECTION: &[u8] =
    b"GET /inject?a%0d%0aX-Injected:%20yes HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";

#[test]
fn a_line_break_in_a_value_injects_a_header() {
    let (_, answer) = understood_by_bare(INJECTION);
    assert!(answer.contains("\r\nX-Injected: yes\r\n"), "{answer}");
    let (requests, answer) = understood_by_door(INJECTION);
    assert_eq!(requests, 1);
    assert!(
        answer.starts_with("HTTP/1.1 200 ") && !answer.contains("X-Injected"),
        "{answer}"
    );
}

const SPLIT: &[u8] = b"GET /inject?a%0d%0aContent-Length:%200%0d%0a%0d%0aHTTP/1.1%20200%20OK%0d%0aContent-Length:%204%0d%0a%0d%0aevil HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";

#[test]
fn line_breaks_in_a_value_split_an_answer() {
    let (_, answer) = understood_by_bare(SPLIT);
    assert!(answer.contains("\r\n\r\nevil"), "{answer}");
    let (_, answer) = understood_by_door(SPLIT);
    assert!(
        answer.starts_with("HTTP/1.1 502 ") && !answer.contains("evil"),
        "{answer}"
    );
}

/// Opens connections until no more are taken or `count` are open.
fn flood(address: SocketAddr, count: usize) -> Vec<TcpStream> {
    (0..count)
        .map_while(|_| TcpStream::connect_timeout(&address, Duration::from_secs(1)).ok())
        .collect()
}

/// Whether a new connection is answered within two seconds.
fn answers(address: SocketAddr) -> bool {
    let Ok(mut stream) = TcpStream::connect_timeout(&address, Duration::from_secs(1)) else {
        return false;
    };
    stream
        .set_read_timeout(Some(Duration::from_secs(2)))
        .unwrap();
    let request = b"GET /healthz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
    let mut answer = Vec::new();
    let _ = std::io::Write::write_all(&mut stream, request);
    let _ = std::io::Read::read_to_end(&mut stream, &mut answer);
    answer.starts_with(b"HTTP/1.1 200 ")
}

#[test]
fn a_lack_of_descriptors_ends_bare_tiny_http() {
    if child::is_child() {
        child::announce(bare().0);
    }
    let mut server =
        child::Server::start("a_lack_of_descriptors_ends_bare_tiny_http", "ulimit -n 32");
    assert!(answers(server.address));
    let connections = flood(server.address, 60);
    std::thread::sleep(Duration::from_millis(200));
    drop(connections);
    std::thread::sleep(Duration::from_millis(200));
    assert!(server.is_running());
    assert!(!answers(server.address), "it accepts again");
}

#[test]
fn a_lack_of_descriptors_passes_at_the_door() {
    if child::is_child() {
        let (socket, listener) = PrivateSocket::bind().unwrap();
        app::serve(tiny_http::Server::from_listener(listener, None).unwrap(), 4);
        // As if the limits had been set without thinking: descriptors run out before connections do.
        let config = DoorConfig {
            max_connections_per_address: 1000,
            upstream_connections: 4,
            reserved_descriptors: 0,
            ..DoorConfig::default()
        };
        let door = Door::start(
            TcpListener::bind("127.0.0.1:0").unwrap(),
            socket.path(),
            config,
        )
        .unwrap();
        let stats = door.stats();
        eventually("all upstream connections are open", || {
            stats.upstream_opened() == 4
        });
        child::announce(door.local_addr());
    }
    let mut server =
        child::Server::start("a_lack_of_descriptors_passes_at_the_door", "ulimit -n 64");
    assert!(answers(server.address));
    let connections = flood(server.address, 200);
    assert_eq!(connections.len(), 200);
    for _ in 0..20 {
        assert!(
            answers(server.address),
            "idle connections make room while descriptors are scarce"
        );
    }
    drop(connections);
    assert!(answers(server.address) && server.is_running());
}
