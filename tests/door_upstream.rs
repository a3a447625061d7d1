//! An application that breaks off, says too much, or goes away: what the clients get.

#![allow(clippy::unwrap_used, reason = "test code may panic")]

#[path = "door/common/mod.rs"]
mod common;

use std::io::{Read, Write};
use std::net::TcpListener;
use std::os::unix::net::{UnixListener, UnixStream};
use std::time::Duration;

use common::{Client, eventually, find};
use sambatan::http::door::{Door, DoorConfig, PrivateSocket};

/// Speaks HTTP by hand, as wrongly as the target says. Returns to drop the connection.
fn converse(mut stream: UnixStream) {
    let mut buffer = Vec::new();
    loop {
        while find(&buffer, b"\r\n\r\n").is_none() {
            let mut scratch = [0; 4096];
            match stream.read(&mut scratch) {
                Ok(count) if count > 0 => buffer.extend_from_slice(&scratch[..count]),
                _ => return,
            }
        }
        let request = String::from_utf8(std::mem::take(&mut buffer)).unwrap();
        let target = request.split(' ').nth(1).unwrap();
        let good = format!(
            "HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{target}",
            target.len()
        );
        let stop = match target {
            "/gone" => return,
            "/half" => {
                let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf");
                return;
            }
            "/twice" => {
                let _ = stream.write_all(good.as_bytes());
                std::thread::sleep(Duration::from_millis(20));
                stream
                    .write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil")
                    .is_err()
            }
            "/once" => {
                let _ = stream.write_all(good.as_bytes());
                return;
            }
            "/interim" => stream.write_all(b"HTTP/1.1 100 Continue\r\n\r\n").is_err(),
            "/endless" => {
                let head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
                let _ = stream.write_all(head);
                let chunk = format!("10000\r\n{}\r\n", "x".repeat(0x10000));
                while stream.write_all(chunk.as_bytes()).is_ok() {}
                return;
            }
            _ => stream.write_all(good.as_bytes()).is_err(),
        };
        if stop {
            return;
        }
    }
}

fn start() -> (Door, PrivateSocket) {
    let (socket, listener) = PrivateSocket::bind().unwrap();
    let accept = move |listener: UnixListener| {
        for stream in listener.incoming().map_while(Result::ok) {
            std::thread::spawn(move || converse(stream));
        }
    };
    std::thread::spawn(move || accept(listener));
    let config = DoorConfig {
        upstream_connections: 1,
        reply_limit: 1024 * 1024,
        ..DoorConfig::default()
    };
    let public = TcpListener::bind("127.0.0.1:0").unwrap();
    (Door::start(public, socket.path(), config).unwrap(), socket)
}

fn ask(door: &Door, target: &str) -> (u16, String) {
    let mut client = Client::connect(door.local_addr());
    client.send(format!("GET {target} HTTP/1.1\r\nHost: a\r\n\r\n").as_bytes());
    let answer = client.answer(false).unwrap();
    let said = match answer.code() {
        code if code.is_empty() => String::from_utf8_lossy(&answer.body).into_owned(),
        code => code,
    };
    (answer.status, said)
}

#[test]
fn a_failing_application_costs_only_the_request_that_it_failed() {
    let (door, _socket) = start();
    for (target, status, said) in [
        ("/gone", 502, "application_gone"),
        ("/half", 502, "application_gone"),
        ("/interim", 502, "reply_malformed"),
        ("/endless", 502, "reply_too_large"),
        ("/once", 200, "/once"),
    ] {
        assert_eq!(ask(&door, target), (status, said.to_owned()));
        assert_eq!(
            ask(&door, "/next"),
            (200, "/next".to_owned()),
            "after {target}"
        );
    }
}

#[test]
fn bytes_that_nobody_asked_for_reach_nobody() {
    let (door, _socket) = start();
    let opened = || door.stats().upstream_opened();
    for round in 1..=5 {
        assert_eq!(ask(&door, "/twice"), (200, "/twice".to_owned()));
        // The stray answer comes while nobody waits: that connection is given up.
        eventually("another connection is opened", || opened() == round + 1);
        assert_eq!(ask(&door, "/mine"), (200, "/mine".to_owned()));
    }
}
