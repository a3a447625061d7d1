//! A small application on `tiny_http`, as the door's tests, bench and example need one.
//!
//! `/healthz` answers 200. Every other path echoes what the application was given, as JSON, except
//! for a few that misbehave on purpose.

use std::io::Read;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tiny_http::{Header, Request, Response, Server};

/// What the application saw.
#[derive(Default)]
pub struct Seen {
    /// Requests other than `/healthz`.
    pub requests: AtomicU64,
    /// Requests begun and finished by a handler.
    pub begun: AtomicU64,
    pub finished: AtomicU64,
}

/// Serves `server` with `workers` threads until the process ends.
pub fn serve(server: Server, workers: usize) -> Arc<Seen> {
    let seen = Arc::new(Seen::default());
    let server = Arc::new(server);
    for _ in 0..workers {
        let (server, seen) = (server.clone(), seen.clone());
        std::thread::spawn(move || {
            while let Ok(request) = server.recv() {
                seen.begun.fetch_add(1, Ordering::SeqCst);
                handle(request, &seen);
                seen.finished.fetch_add(1, Ordering::SeqCst);
            }
        });
    }
    seen
}

fn header(name: &str, value: &str) -> Header {
    Header::from_bytes(name.as_bytes(), value.as_bytes()).expect("the tests use valid headers")
}

fn handle(mut request: Request, seen: &Seen) {
    let url = request.url().to_owned();
    let (path, query) = url.split_once('?').unwrap_or((&url, ""));
    if path != "/healthz" && path != "*" {
        seen.requests.fetch_add(1, Ordering::SeqCst);
    }
    let outcome = match path {
        "/healthz" => request.respond(Response::from_string("ok")),
        // Leaves the body unread, as a handler does that refuses early.
        "/unread" => request.respond(Response::from_string("unread")),
        // Puts text of the client into a header without looking at it.
        "/inject" => {
            let value = percent_decode(query);
            request.respond(Response::from_string("x").with_header(header("ETag", &value)))
        }
        "/large" => {
            let size = query.parse().unwrap_or(1 << 20);
            request.respond(Response::from_data(vec![b'x'; size]))
        }
        "/stream" => {
            let body = std::io::repeat(b'y').take(100_000);
            let response = Response::new(200.into(), Vec::new(), body, None, None);
            request.respond(response)
        }
        "/nothing" => request.respond(Response::empty(204)),
        "/unchanged" => request.respond(Response::empty(304).with_header(header("ETag", "\"v1\""))),
        "/slow" => {
            std::thread::sleep(Duration::from_millis(query.parse().unwrap_or(100)));
            request.respond(Response::from_string("slow"))
        }
        "/break" => {
            // Half an answer, then nothing: what a handler that dies while writing leaves behind.
            let mut writer = request.into_writer();
            writer
                .write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf")
                .and_then(|()| writer.flush())
        }
        "/split" => {
            let mut writer = request.into_writer();
            let twice = b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\naHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nb";
            writer.write_all(twice).and_then(|()| writer.flush())
        }
        _ => {
            let mut body = Vec::new();
            let _ = request.as_reader().read_to_end(&mut body);
            let echo = echo(&request, &body);
            request.respond(
                Response::from_string(echo.to_string())
                    .with_header(header("Content-Type", "application/json")),
            )
        }
    };
    let _ = outcome;
}

fn echo(request: &Request, body: &[u8]) -> serde_json::Value {
    let headers: Vec<[String; 2]> = request
        .headers()
        .iter()
        .map(|h| {
            [
                h.field.to_string().to_ascii_lowercase(),
                h.value.to_string(),
            ]
        })
        .collect();
    serde_json::json!({
        "method": request.method().to_string(),
        "target": request.url(),
        "headers": headers,
        "body": String::from_utf8_lossy(body),
    })
}

fn percent_decode(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        match (first, tail) {
            (b'%', [high, low, after @ ..]) => {
                let hex = [*high, *low];
                let hex = std::str::from_utf8(&hex).unwrap_or("3F");
                bytes.push(u8::from_str_radix(hex, 16).unwrap_or(b'?'));
                rest = after;
            }
            _ => {
                bytes.push(*first);
                rest = tail;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
