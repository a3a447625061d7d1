//! `healthcheck`.

use std::io::{Read, Write};
use std::net::TcpListener;

use crate::harness::{Ended, Place, run};

fn healthcheck(place: &Place, url: &str) -> Ended {
    place.run(&["healthcheck", "--url", url])
}

/// Somebody who answers one request with these bytes.
fn answering(bytes: &'static [u8]) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let _ = stream.read(&mut [0; 1024]);
        let _ = stream.write_all(bytes);
    });
    url
}

#[test]
fn a_service_that_is_ready_ends_it_with_0_and_one_line() {
    let place = Place::new();
    let served = place.serve(&["serve"]);
    let address = served.address();
    let ended = healthcheck(&place, &format!("http://{address}"));
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert_eq!(ended.stdout, format!("http://{address} is ready\n"));
    let by_listen = run(place
        .command(&["healthcheck"])
        .env("SAMBATAN_LISTEN", address.to_string()));
    assert_eq!(by_listen.code, Some(0), "{by_listen:?}");
    let guarded = place.serve(&[
        "serve",
        "--db",
        "guarded.db",
        "--organiser-token",
        "so_a-token-that-nobody-else-knows",
    ]);
    let ended = healthcheck(&place, &format!("http://{}", guarded.address()));
    assert_eq!(ended.code, Some(0), "it needs no token: {ended:?}");
}

#[test]
fn what_is_not_ready_is_named() {
    let place = Place::new();
    let url = answering(
        b"HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\n\r\n\
          {\"detail\": \"x\", \"reasons\": [\"scheduler\", \"storage\"]}",
    );
    healthcheck(&place, &url).failed(1, "answered 503 (scheduler, storage)");
    let url = answering(b"HTTP/1.1 404 Not Found\r\nConnection: close\r\n\r\n");
    healthcheck(&place, &url).failed(1, "answered 404");
}

#[test]
fn nobody_and_another_program_are_not_ready() {
    let place = Place::new();
    let gone = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", gone.local_addr().unwrap());
    drop(gone);
    healthcheck(&place, &url).failed(1, "does not answer");
    healthcheck(&place, &answering(b"220 mail.example ESMTP\r\n")).failed(1, "another program");
}

#[test]
fn it_does_not_wait_for_ever() {
    let place = Place::new();
    // Accepts by the system's hand and says nothing.
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", silent.local_addr().unwrap());
    healthcheck(&place, &url).failed(1, "no answer within 3 seconds");
}
