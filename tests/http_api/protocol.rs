//! What happens below the application: bodies, connections, common headers, the end.

use std::collections::BTreeSet;
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::time::Duration;

use sambatan::Sambatan;
use sambatan::http::{Server, ServerOptions};
use serde_json::json;

use crate::support::{Call, Client, Reply, TestServer, join_body};

#[test]
fn every_answer_has_a_request_id_and_the_common_headers() {
    let server = TestServer::start();
    let mut ids = BTreeSet::new();
    let mut client = server.client();
    for path in ["/healthz", "/api/products", "/nowhere", "/metrics"] {
        let reply = client.send(&Call::get(path).header("X-Request-Id", "mine"));
        assert!(ids.insert(reply.header("X-Request-Id").unwrap().to_owned()));
        has_the_common_headers(&reply);
        assert!(reply.header("Date").unwrap().ends_with(" GMT"));
        assert_eq!(reply.header("Connection"), None);
        assert_eq!(reply.header("Server"), None);
    }
    assert!(!ids.contains("mine"));
}

fn has_the_common_headers(reply: &Reply) {
    for (name, value) in [
        ("X-Content-Type-Options", "nosniff"),
        ("Referrer-Policy", "no-referrer"),
        (
            "Content-Security-Policy",
            "default-src 'none'; frame-ancestors 'none'",
        ),
        ("Cross-Origin-Resource-Policy", "same-origin"),
        ("Cache-Control", "no-store"),
    ] {
        assert_eq!(reply.header(name), Some(value));
    }
}

#[test]
fn what_the_door_refuses_has_the_common_headers_too() {
    let server = TestServer::start();
    let reply = server.get(&format!("/{}", "a".repeat(9000)));
    reply.refused(414, "target_too_long");
    has_the_common_headers(&reply);
}

#[test]
fn many_requests_go_over_one_connection_whatever_their_answers() {
    let server = TestServer::start();
    let campaign = server.campaign(100);
    let mut client = server.client();
    for _ in 0..3 {
        let join = Call::post(&format!("{campaign}/join")).json(&join_body("user-1", 1));
        client.send(&join).created();
        client.send(&Call::post("/nowhere").json(&join_body("user-1", 1)));
        client.send(&Call::post("/api/products").json_text("{"));
        client.send(&Call::post("/api/products").body(vec![b'x'; 5000]));
        client.send(&Call::get(&campaign).header("If-None-Match", "*"));
        client.send(&Call::new("OPTIONS", &campaign));
        let head = client.send(&Call::new("HEAD", &campaign));
        let get = client.send(&Call::get(&campaign));
        assert_eq!(head.status, 200);
        assert_eq!(head.header("Content-Length"), get.header("Content-Length"));
        assert_eq!(head.header("ETag"), get.header("ETag"));
    }
}

#[test]
fn pipelined_requests_are_answered_in_order() {
    let server = TestServer::start();
    let mut client = server.client();
    let request = |path: &str| format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n");
    let paths = ["/healthz", "/nowhere", "/api/products", "/healthz"];
    let all: String = paths.iter().map(|path| request(path)).collect();
    client.write(all.as_bytes());
    let statuses: Vec<_> = paths.iter().map(|_| client.read(false).status).collect();
    assert_eq!(statuses, [200, 404, 200, 200]);
}

#[test]
fn a_long_answer_has_an_exact_length_although_the_client_would_take_chunks() {
    let server = TestServer::start();
    let description = "x".repeat(2000);
    for _ in 0..40 {
        let body = json!({"name": "Rimba", "base_price": 1, "description": description});
        server.post("/api/products", &body).created();
    }
    let reply = server.send(&Call::get("/api/products").header("TE", "chunked"));
    reply.ok();
    assert!(reply.body.len() > 80_000);
}

#[test]
fn a_body_may_have_64_kib_and_not_a_byte_more() {
    let server = TestServer::start();
    let body = |length: usize| {
        let text = json!({"name": "Rimba Embun", "base_price": 1, "padding": ""}).to_string();
        let padding = "x".repeat(length - text.len());
        text.replace("\"padding\":\"\"", &format!("\"padding\":\"{padding}\""))
    };
    let mut client = server.client();
    let call = |length| Call::post("/api/products").json_text(body(length));
    client.send(&call(64 * 1024)).created();
    for length in [64 * 1024 + 1, 1_000_000] {
        // The refusal comes before the body is read, so the connection cannot go on.
        let mut client = server.client();
        client.write_head(&call(length));
        client.read(false).refused(413, "body_too_large");
        assert!(client.is_closed());
    }
}

#[test]
fn a_body_in_chunks_is_read_as_well() {
    let server = TestServer::start();
    let mut client = server.client();
    let head = "POST /api/products HTTP/1.1\r\nHost: localhost\r\n\
                Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n";
    let body = json!({"name": "Rimba Embun", "base_price": 1}).to_string();
    let (first, second) = body.split_at(10);
    let chunk = |text: &str| format!("{:x}\r\n{text}\r\n", text.len());
    client.write(format!("{head}{}{}0\r\n\r\n", chunk(first), chunk(second)).as_bytes());
    client.read(false).created();
    let large = chunk(&"x".repeat(70_000));
    client.write(format!("{head}{large}0\r\n\r\n").as_bytes());
    client.read(false).refused(413, "body_too_large");
    assert!(client.is_closed());
}

#[test]
fn a_client_that_asks_before_it_sends_is_told_to_go_on() {
    let server = TestServer::start();
    let mut client = server.client();
    let body = json!({"name": "Rimba Embun", "base_price": 1}).to_string();
    let length = body.len();
    client.write(
        format!(
            "POST /api/products HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\n\
             Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}"
        )
        .as_bytes(),
    );
    client.read(false).created();
    client.send(&Call::get("/healthz")).ok();
}

#[test]
fn a_connection_ends_when_its_client_wants_it_to() {
    let server = TestServer::start();
    for (request, connection, closed) in [
        (
            "GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
            Some("close"),
            true,
        ),
        ("GET /healthz HTTP/1.0\r\n\r\n", Some("close"), true),
        (
            "GET /healthz HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
            Some("keep-alive"),
            false,
        ),
    ] {
        let mut client = server.client();
        client.write(request.as_bytes());
        let reply = client.read(false);
        reply.ok();
        assert_eq!(reply.header("Connection"), connection, "{request}");
        if closed {
            assert!(client.is_closed(), "{request}");
        } else {
            client.send(&Call::get("/healthz")).ok();
        }
    }
}

/// A server of its own, to be stopped in the test.
fn server_to_stop() -> (Server, Arc<Sambatan>) {
    let service = Arc::new(Sambatan::ephemeral().unwrap());
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let options = ServerOptions {
        workers: 2,
        ..ServerOptions::default()
    };
    let server = Server::start(listener, Arc::clone(&service), &options).unwrap();
    (server, service)
}

#[test]
fn a_server_that_stops_tells_who_is_in_the_middle_of_a_request_and_takes_no_more() {
    let (server, service) = server_to_stop();
    assert!(server.is_accepting());
    let address = server.address();
    let mut idle = Client::connect(address);
    idle.send(&Call::get("/healthz")).ok();
    let mut half = Client::connect(address);
    half.write(
        b"POST /api/products HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\n\
          Content-Type: application/json\r\nContent-Length: 40\r\n\r\n",
    );
    half.read_continue();
    let stopping = std::thread::spawn(move || server.stop(Duration::from_secs(10)));
    half.read(false).refused(503, "stopping");
    assert!(half.is_closed());
    drop(half);
    assert_eq!(stopping.join().unwrap(), Ok(()));
    assert_eq!(
        Arc::strong_count(&service),
        1,
        "nothing of the server is left"
    );
    assert!(
        TcpStream::connect(address).is_err(),
        "nobody listens any more"
    );
}
