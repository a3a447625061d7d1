//! Every refusal of the door, and the accepted neighbour of each, over a raw socket.
//!
//! Each row is sent whole, cut in two, and (when short) byte by byte; the outcome must be the same.
//! After each row the same process must still serve others.

#![allow(clippy::unwrap_used, reason = "test code may panic")]
#![allow(clippy::print_stdout, reason = "the number of rows is worth seeing")]

#[path = "door/common/mod.rs"]
mod common;
#[path = "door/rows/mod.rs"]
mod rows;

use common::{Client, Harness};
use rows::Expect::{Closed, Echo, Refused, Status, TwoThenRefused, Unchanged};
use rows::{Row, post};
use sambatan::http::door::DoorConfig;

/// How a row's bytes are handed to the socket.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Delivery {
    Whole,
    InTwo,
    ByteByByte,
}

fn deliver(client: &mut Client, bytes: &[u8], delivery: Delivery) {
    match delivery {
        Delivery::Whole => client.send(bytes),
        Delivery::InTwo => {
            let (first, second) = bytes.split_at(bytes.len() / 2);
            client.send(first);
            std::thread::yield_now();
            client.send(second);
        }
        Delivery::ByteByByte => bytes.chunks(1).for_each(|byte| client.send(byte)),
    }
}

fn check(harness: &Harness, row: &Row, delivery: Delivery, close_half: bool) {
    let context = format!("{} ({delivery:?})", row.name);
    let mut client = harness.connect();
    deliver(&mut client, &row.bytes, delivery);
    if close_half {
        client.stream.shutdown(std::net::Shutdown::Write).unwrap();
    }
    let head_only = row.bytes.starts_with(b"HEAD ");
    let mut next = || client.answer(head_only);
    let open = match &row.expect {
        Refused(status, code) => {
            let answer = next().unwrap_or_else(|| panic!("{context}: no answer"));
            assert_refusal(&context, &answer, *status, code);
            false
        }
        Echo { body, open } => {
            let answer = next().unwrap_or_else(|| panic!("{context}: no answer"));
            assert_echo(&context, &answer, body);
            *open
        }
        Unchanged(target) => {
            let answer = next().unwrap_or_else(|| panic!("{context}: no answer"));
            assert_unchanged(&context, &answer, &row.bytes, target);
            true
        }
        Status(status, open) => {
            let answer = next().unwrap_or_else(|| panic!("{context}: no answer"));
            assert_eq!(answer.status, *status, "{context}");
            *open
        }
        TwoThenRefused(status, code) => {
            for _ in 0..2 {
                assert_eq!(next().map(|answer| answer.status), Some(200), "{context}");
            }
            let answer = next().unwrap_or_else(|| panic!("{context}: no refusal"));
            assert_refusal(&context, &answer, *status, code);
            false
        }
        Closed => false,
    };
    if open {
        client.send(b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n");
        assert_eq!(
            client.answer(false).map(|a| a.status),
            Some(200),
            "{context}: not kept alive"
        );
    } else {
        assert!(client.answer(false).is_none(), "{context}: not closed");
    }
}

/// What was handed on: the body, its one length, and nothing that concerns the connection.
fn assert_echo(context: &str, answer: &common::Answer, body: &str) {
    let text = String::from_utf8_lossy(&answer.body);
    assert_eq!(answer.status, 200, "{context}: {text}");
    assert_eq!(answer.json()["body"], *body, "{context}");
    let length = body.len().to_string();
    assert_eq!(answer.echoed("content-length"), [length], "{context}");
    for hop in [
        "transfer-encoding",
        "expect",
        "connection",
        "upgrade",
        "te",
        "keep-alive",
    ] {
        let handed_on = answer.echoed(hop);
        assert!(handed_on.is_empty(), "{context}: {hop} was handed on");
    }
}

/// The application sees the request line that was sent, and no header that others read a second one from.
fn assert_unchanged(context: &str, answer: &common::Answer, sent: &[u8], target: &str) {
    assert_echo(context, answer, "");
    let json = answer.json();
    assert_eq!(json["target"], *target, "{context}");
    let method = json["method"].as_str().unwrap();
    assert!(sent.starts_with(method.as_bytes()), "{context}: {method}");
    // The last is the door's own word, when there is a sign of a proxy.
    let known = [
        "x-sambatan-client",
        "host",
        "content-length",
        "x-sambatan-proxied",
    ];
    for header in json["headers"].as_array().unwrap() {
        let name = header[0].as_str().unwrap();
        assert!(known.contains(&name), "{context}: {name} was handed on");
    }
}

fn assert_refusal(context: &str, answer: &common::Answer, status: u16, code: &str) {
    assert_eq!(
        (answer.status, answer.code().as_str()),
        (status, code),
        "{context}"
    );
    for (name, value) in [
        ("content-type", "application/problem+json"),
        ("connection", "close"),
        ("cache-control", "no-store"),
        ("x-content-type-options", "nosniff"),
    ] {
        assert_eq!(answer.headers(name), [value], "{context}");
    }
    assert_eq!(answer.headers("date").len(), 1, "{context}");
    let json = answer.json();
    assert_eq!(json["status"], status, "{context}");
    assert!(
        json["title"].is_string() && json["detail"].is_string(),
        "{context}"
    );
    assert_eq!(
        answer.header("allow").is_some(),
        matches!(code, "method_not_implemented" | "method_not_allowed"),
        "{context}"
    );
}

#[test]
fn every_refusal_and_its_accepted_neighbours() {
    let harness = Harness::start(DoorConfig::default());
    let mut count = 0;
    for row in &rows::all() {
        check(&harness, row, Delivery::Whole, false);
        harness.assert_alive();
        check(&harness, row, Delivery::InTwo, false);
        // A body that is there before the head is read needs no `100 Continue`; bytes one by one do.
        if row.bytes.len() < 400 && !row.name.starts_with("Expect with") {
            check(&harness, row, Delivery::ByteByByte, false);
        }
        harness.assert_alive();
        count += 1;
    }
    for row in rows::cut_short() {
        check(&harness, &row, Delivery::Whole, true);
        harness.assert_alive();
        count += 1;
    }
    println!("{count} rows");
    assert!(count >= 150, "{count} rows");
}

#[test]
fn refusals_speak_the_language_of_the_reader() {
    let harness = Harness::start(DoorConfig::default());
    for (headers, language, word) in [
        ("", "id", "Kirim"),
        ("Accept-Language: en\r\n", "en", "Send"),
        ("Accept-Language: id, en;q=0.5\r\n", "id", "Kirim"),
    ] {
        let mut client = harness.connect();
        client.send(post(&format!("{headers}Content-Length: 99999999\r\n"), "").as_bytes());
        let answer = client.answer(false).unwrap();
        assert_eq!(answer.header("content-language"), Some(language));
        assert!(answer.json()["detail"].as_str().unwrap().contains(word));
    }
}

#[test]
fn a_browser_gets_a_page_and_a_program_a_problem() {
    let harness = Harness::start(DoorConfig::default());
    let browser = "Accept: text/html,application/xhtml+xml;q=0.9,*/*;q=0.8\r\n";
    for (target, headers, media_type) in [
        ("/organiser/products", browser, "text/html; charset=utf-8"),
        ("/organiser/products", "", "application/problem+json"),
        ("/api/products", browser, "application/problem+json"),
        ("/api?x=1", browser, "application/problem+json"),
        (
            "/organiser",
            "Accept: application/json, text/html;q=0\r\n",
            "application/problem+json",
        ),
    ] {
        let mut client = harness.connect();
        let head =
            format!("POST {target} HTTP/1.1\r\nHost: a\r\n{headers}Content-Length: 70000\r\n\r\n");
        client.send(head.as_bytes());
        let answer = client.answer(false).unwrap();
        assert_eq!(
            (answer.status, answer.header("content-type")),
            (413, Some(media_type))
        );
        let text = String::from_utf8_lossy(&answer.body);
        assert!(text.contains("sambatan payments import"), "{text}");
    }
}

#[test]
fn a_refused_head_request_gets_no_body() {
    let harness = Harness::start(DoorConfig::default());
    let answer = harness.exchange(b"HEAD / HTTP/1.1\r\nHost: a\r\nExpect: x\r\n\r\n");
    assert!(answer.starts_with(b"HTTP/1.1 417 ") && answer.ends_with(b"\r\n\r\n"));
}

#[test]
fn a_waiting_body_is_invited_once_and_a_refused_one_never() {
    let harness = Harness::start(DoorConfig::default());
    let mut client = harness.connect();
    client.send(b"POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n");
    assert_eq!(client.answer(false).unwrap().status, 100);
    client.send(b"a");
    client.send(b"bc");
    let answer = client.answer(false).unwrap();
    assert_eq!(
        (answer.status, answer.json()["body"].as_str()),
        (200, Some("abc"))
    );
    client.send(
        b"POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 70000\r\n\r\n",
    );
    assert_eq!(client.answer(false).unwrap().status, 413);
}

#[test]
fn only_headers_on_the_list_reach_the_application() {
    let harness = Harness::start(DoorConfig::default());
    let mut client = harness.connect();
    client.send(b"GET /x HTTP/1.1\r\nHost: a\r\nX-Sambatan-Client: 6.6.6.6\r\nX-Forwarded-For: 6.6.6.6\r\nX-Request-Id: r\r\nacCept: b\r\nIdempotency-Key: 1\r\nIdempotency-Key: 2\r\n\r\n");
    let answer = client.answer(false).unwrap();
    assert_eq!(answer.echoed("x-sambatan-client"), ["127.0.0.1"]);
    assert_eq!(answer.echoed("idempotency-key"), ["1", "2"]);
    assert_eq!(answer.echoed("accept"), ["b"]);
    let json = answer.json();
    let names: Vec<_> = json["headers"]
        .as_array()
        .unwrap()
        .iter()
        .map(|h| h[0].as_str().unwrap())
        .collect();
    assert_eq!(
        names,
        [
            "x-sambatan-client",
            "x-sambatan-proxied",
            "host",
            "accept",
            "idempotency-key",
            "idempotency-key",
            "content-length"
        ]
    );
}
