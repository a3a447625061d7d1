//! Seeded streams over real sockets: what the application counts is what the clients were answered.
//! (A hundred thousand more go through the pure part, in the module's own tests.)

#![allow(clippy::unwrap_used, reason = "test code may panic")]
#[path = "door/common/mod.rs"]
mod common;

#[path = "door/common/generator.rs"]
mod generator;

use std::io::{Read, Write};
use std::net::{Shutdown, TcpStream};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use common::{Harness, find, resident_kib};
use generator::{Random, cuts, stream};
use sambatan::http::door::DoorConfig;

const STREAMS: u64 = 12_000;
const CLIENTS: u64 = 6;

/// Answers in `bytes`: status and, of an echo, the target. Panics on anything that is no answer.
fn answers(mut bytes: &[u8]) -> Vec<(u16, Option<String>)> {
    let mut all = Vec::new();
    while !bytes.is_empty() {
        let end = find(bytes, b"\r\n\r\n").expect("a whole head") + 4;
        let head = std::str::from_utf8(&bytes[..end]).expect("ASCII");
        let status = head[9..12].parse().expect("a status");
        let length: usize = head
            .lines()
            .filter_map(|line| line.strip_prefix("Content-Length: "))
            .map(|value| value.parse::<usize>().expect("a length"))
            .sum();
        let body = &bytes[end..end + length];
        let json: serde_json::Value = serde_json::from_slice(body).unwrap_or_default();
        all.push((status, json["target"].as_str().map(str::to_owned)));
        bytes = &bytes[end + length..];
    }
    all
}

/// Sends one stream and returns everything that came back.
fn exchange(harness: &Harness, random: &mut Random, bytes: &[u8]) -> Vec<u8> {
    let mut socket = TcpStream::connect(harness.address).unwrap();
    socket.set_nodelay(true).unwrap();
    socket
        .set_read_timeout(Some(Duration::from_secs(10)))
        .unwrap();
    let mut cuts = cuts(random, bytes.len());
    cuts.truncate(20);
    let mut from = 0;
    for to in cuts.into_iter().chain([bytes.len()]) {
        if socket.write_all(&bytes[from..to]).is_err() {
            break;
        }
        from = to;
    }
    let _ = socket.shutdown(Shutdown::Write);
    let mut all = Vec::new();
    socket.read_to_end(&mut all).expect("an end, not a reset");
    all
}

#[test]
fn the_application_sees_exactly_the_requests_that_are_answered() {
    let harness = Harness::start(DoorConfig::default());
    let mut warm = Random(1);
    for number in 0..200 {
        let stream = stream(&mut warm, &mut { number });
        exchange(&harness, &mut warm, &stream.bytes);
    }
    let before = (harness.seen.requests.load(Ordering::SeqCst), resident_kib());
    let answered = AtomicU64::new(0);
    std::thread::scope(|scope| {
        for client in 0..CLIENTS {
            let (harness, answered) = (&harness, &answered);
            scope.spawn(move || {
                let mut random = Random(0xf00d + client);
                let mut unique = client << 40;
                for _ in 0..STREAMS / CLIENTS {
                    let stream = stream(&mut random, &mut unique);
                    let all = answers(&exchange(harness, &mut random, &stream.bytes));
                    let echoed: Vec<String> = all.iter().filter_map(|a| a.1.clone()).collect();
                    answered.fetch_add(echoed.len() as u64, Ordering::SeqCst);
                    let shown = stream.bytes.escape_ascii().to_string();
                    if let Some(targets) = stream.targets {
                        assert_eq!(echoed, targets, "{shown}");
                    }
                    for (position, (status, _)) in all.iter().enumerate() {
                        let last = position + 1 == all.len();
                        assert!(
                            *status == 200 || *status < 300 || last,
                            "after a refusal: {shown}"
                        );
                        assert!(!matches!(status, 502..=504), "{status} for {shown}");
                    }
                }
            });
        }
    });
    harness.assert_alive();
    let seen = harness.seen.requests.load(Ordering::SeqCst) - before.0;
    assert_eq!(
        seen,
        answered.load(Ordering::SeqCst),
        "requests seen and answers received"
    );
    assert!(seen > STREAMS / 2, "most streams hold a request: {seen}");
    let grown = resident_kib().saturating_sub(before.1);
    assert!(grown < 32 * 1024, "{grown} KiB more memory");
    common::eventually("all connections are gone", || harness.stats.open() == 0);
}
