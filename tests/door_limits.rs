//! Limits on time and on the number of connections, whose address counts, and the end.

#![allow(clippy::unwrap_used, reason = "test code may panic")]
#[path = "door/common/mod.rs"]
mod common;

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use common::{Client, Harness, eventually};
use sambatan::http::door::{DoorConfig, Refusal, Senders};

const SHORT: Duration = Duration::from_millis(150);
const HEALTH: &[u8] = b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n";

/// Sends a byte every 20 ms until the door has answered or closed; returns the time that took.
fn drip(client: &mut Client, bytes: &[u8]) -> Duration {
    let begin = Instant::now();
    client.stream.set_nonblocking(true).unwrap();
    for byte in bytes.iter().cycle() {
        client.send(&[*byte]);
        std::thread::sleep(Duration::from_millis(20));
        let mut peeked = [0; 1];
        let waiting = client.stream.peek(&mut peeked);
        if !matches!(&waiting, Err(error) if error.kind() == std::io::ErrorKind::WouldBlock) {
            break;
        }
        assert!(begin.elapsed() < Duration::from_secs(5), "never closed");
    }
    client.stream.set_nonblocking(false).unwrap();
    begin.elapsed()
}

#[test]
fn a_head_has_one_deadline_however_it_drips() {
    let harness = Harness::start(DoorConfig {
        head_deadline: SHORT,
        ..DoorConfig::default()
    });
    let mut client = harness.connect();
    client.send(b"GET / HTTP/1.1\r\nX: ");
    let took = drip(&mut client, b"y");
    assert!(
        took >= SHORT - Duration::from_millis(20) && took < SHORT * 4,
        "{took:?}"
    );
    let answer = client.answer(false).unwrap();
    assert_eq!(
        (answer.status, answer.code().as_str()),
        (408, "head_timeout")
    );
    harness.assert_alive();
}

#[test]
fn a_body_has_one_deadline_however_it_drips() {
    let harness = Harness::start(DoorConfig {
        body_deadline: SHORT,
        ..DoorConfig::default()
    });
    for head in [
        "Content-Length: 60000\r\n",
        "Transfer-Encoding: chunked\r\n",
    ] {
        let mut client = harness.connect();
        client.send(format!("POST / HTTP/1.1\r\nHost: a\r\n{head}\r\n").as_bytes());
        let took = drip(&mut client, b"1\r\na\r\n");
        assert!(
            took >= SHORT - Duration::from_millis(20) && took < SHORT * 4,
            "{took:?}"
        );
        let answer = client.answer(false).unwrap();
        assert_eq!(
            (answer.status, answer.code().as_str()),
            (408, "body_timeout")
        );
    }
    assert_eq!(harness.seen.requests.load(Ordering::SeqCst), 0);
    harness.assert_alive();
}

const PAGE: &str = "/organiser/payments";
const API: &str = "/api/sambatan/payments/import?apply=true";
const LARGE: usize = 1024 * 1024;

/// Begins a larger request and waits until it is asked for its body, or what is said instead.
fn begin_upload(harness: &Harness, target: &str) -> (Client, common::Answer) {
    let mut client = harness.connect();
    let head = format!(
        "POST {target} HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: {LARGE}\r\n\r\n"
    );
    client.send(head.as_bytes());
    let answer = client.answer(false).unwrap();
    (client, answer)
}

#[test]
fn of_larger_requests_two_at_a_time_are_taken_and_the_next_is_told_when_to_come_back() {
    let harness = Harness::start(DoorConfig::default());
    let (mut first, invited) = begin_upload(&harness, PAGE);
    assert_eq!(invited.status, 100);
    let (second, invited) = begin_upload(&harness, API);
    assert_eq!(invited.status, 100);
    for target in [PAGE, API] {
        let (_, busy) = begin_upload(&harness, target);
        assert_eq!((busy.status, busy.code().as_str()), (503, "uploads_busy"));
        assert_eq!(busy.header("Retry-After"), Some("1"));
        assert_eq!(busy.header("Connection"), Some("close"));
    }
    // What is as small as any other request needs no place.
    let mut small = harness.connect();
    small.send(b"POST /organiser/payments HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nok");
    assert_eq!(small.answer(false).unwrap().status, 200);
    // Answered, or gone: its place is free again.
    first.send(&vec![b'a'; LARGE]);
    assert_eq!(first.answer(false).unwrap().status, 200);
    let (third, invited) = begin_upload(&harness, API);
    assert_eq!(invited.status, 100);
    drop((second, third));
    for _ in 0..2 {
        let mut taken = None;
        eventually("a place is free", || {
            let (client, answer) = begin_upload(&harness, PAGE);
            taken = Some(client);
            answer.status == 100
        });
        let mut client = taken.unwrap();
        client.send(&vec![b'a'; LARGE]);
        assert_eq!(client.answer(false).unwrap().status, 200);
    }
}

#[test]
fn a_larger_request_tells_its_length_and_comes_from_who_may_send_it() {
    let mut config = DoorConfig::default();
    config.uploads.senders = Some(Senders::those(|sender| {
        sender.shown.contains(&("Authorization", "Bearer right"))
    }));
    let harness = Harness::start(config);
    let answer = |fields: &str, body: &[u8]| {
        let mut client = harness.connect();
        let head = format!("POST {API} HTTP/1.1\r\nHost: a\r\n{fields}\r\n");
        client.send(&[head.as_bytes(), body].concat());
        let answer = client.answer(false).unwrap();
        (answer.status, answer.code())
    };
    let right = "Authorization: Bearer right\r\n";
    let length = format!("Content-Length: {LARGE}\r\n");
    let body = vec![b'a'; LARGE];
    assert_eq!(answer(&format!("{right}{length}"), &body).0, 200);
    let too_large = (413, "body_too_large".to_owned());
    assert_eq!(answer(&length, b""), too_large);
    let wrong = format!("Authorization: Bearer wrong\r\n{length}");
    assert_eq!(answer(&wrong, b""), too_large);
    let twice = format!("{wrong}Cookie: Bearer right\r\n");
    assert_eq!(answer(&twice, b""), too_large);
    let chunk = format!("{LARGE:x}\r\n");
    let chunked = [chunk.as_bytes(), &body[..70 * 1024]].concat();
    let fields = format!("{right}Transfer-Encoding: chunked\r\n");
    assert_eq!(answer(&fields, &chunked), too_large);
    let beyond = format!("{right}Content-Length: {}\r\n", 4 * 1024 * 1024 + 70_000);
    assert_eq!(answer(&beyond, b""), too_large);
    // None of them kept a place.
    assert_eq!(answer(&format!("{right}{length}"), &body).0, 200);
}

#[test]
fn a_larger_request_has_a_deadline_of_its_own_and_a_small_one_the_usual_one() {
    const NEVER: Duration = Duration::from_secs(3600);
    for (length, usual, larger) in [(60_000, SHORT, NEVER), (LARGE, NEVER, SHORT)] {
        let mut config = DoorConfig {
            body_deadline: usual,
            ..DoorConfig::default()
        };
        config.uploads.at_once = 1;
        config.uploads.body_deadline = larger;
        let harness = Harness::start(config);
        let mut client = harness.connect();
        let head = format!("POST {PAGE} HTTP/1.1\r\nHost: a\r\nContent-Length: {length}\r\n\r\n");
        client.send(head.as_bytes());
        let took = drip(&mut client, b"a");
        assert!(took >= SHORT - Duration::from_millis(20), "{took:?}");
        let answer = client.answer(false).unwrap();
        assert_eq!(
            (answer.status, answer.code().as_str()),
            (408, "body_timeout")
        );
        // It is gone, and its place free.
        let (_, answer) = begin_upload(&harness, PAGE);
        assert_eq!(answer.status, 100);
    }
}

#[test]
fn an_idle_connection_is_closed_without_a_word() {
    let harness = Harness::start(DoorConfig {
        idle_deadline: SHORT,
        ..DoorConfig::default()
    });
    let mut fresh = harness.connect();
    let mut used = harness.connect();
    used.send(HEALTH);
    assert_eq!(used.answer(false).unwrap().status, 200);
    for client in [&mut fresh, &mut used] {
        assert!(client.is_closed_within(SHORT * 6));
    }
    harness.assert_alive();
}

#[test]
fn a_client_that_does_not_take_its_answer_is_closed_and_holds_no_worker() {
    let config = DoorConfig {
        write_deadline: SHORT,
        ..DoorConfig::default()
    };
    let harness = Harness::with_workers(config, 1);
    // More than the sockets' buffers hold, from clients that never read.
    let mut takers: Vec<Client> = (0..4).map(|_| harness.connect()).collect();
    for taker in &mut takers {
        taker.send(b"GET /large?8000000 HTTP/1.1\r\nHost: a\r\n\r\n");
    }
    eventually("all four were answered by the one worker", || {
        harness.stats.answered() == 4
    });
    harness.assert_alive();
    eventually("they are closed", || harness.stats.timed_out() == 4);
    eventually("nothing is left of them", || harness.stats.open() == 0);
}

#[test]
fn a_slow_taker_that_keeps_its_pace_gets_all_of_a_large_answer() {
    let harness = Harness::start(DoorConfig::default());
    let mut client = harness.connect();
    client.send(b"GET /large?8000000 HTTP/1.1\r\nHost: a\r\n\r\n");
    assert_eq!(client.answer(false).unwrap().body.len(), 8_000_000);
    client.send(HEALTH);
    assert_eq!(client.answer(false).unwrap().status, 200);
}

#[test]
fn answers_that_nobody_takes_are_bounded_in_memory() {
    let config = DoorConfig {
        reply_memory_limit: 10_000_000,
        ..DoorConfig::default()
    };
    let harness = Harness::start(config);
    let mut takers: Vec<Client> = (0..6).map(|_| harness.connect()).collect();
    for taker in &mut takers {
        taker.send(b"GET /large?8000000 HTTP/1.1\r\nHost: a\r\n\r\n");
    }
    eventually("the slowest takers lost", || harness.stats.evicted() >= 4);
    harness.assert_alive();
}

#[test]
fn an_application_that_does_not_answer_in_time_is_given_up() {
    let config = DoorConfig {
        upstream_deadline: SHORT,
        ..DoorConfig::default()
    };
    let harness = Harness::with_workers(config, 2);
    let mut clients: Vec<Client> = (0..3).map(|_| harness.connect()).collect();
    for client in &mut clients {
        client.send(b"GET /slow?700 HTTP/1.1\r\nHost: a\r\n\r\n");
        std::thread::sleep(Duration::from_millis(5));
    }
    let mut codes: Vec<String> = clients
        .iter_mut()
        .map(|c| c.answer(false).unwrap().code())
        .collect();
    codes.sort();
    assert_eq!(
        codes,
        [
            "application_busy",
            "application_timeout",
            "application_timeout"
        ]
    );
    // The workers wake up, and new connections to them are made.
    eventually("it serves again", || {
        let mut client = harness.connect();
        client.send(HEALTH);
        client
            .answer(false)
            .is_some_and(|answer| answer.status == 200)
    });
}

/// `tiny_http` leaves some of the connections that are opened at once unread for ever.
#[test]
fn every_upstream_connection_is_served() {
    let harness = Harness::with_workers(DoorConfig::default(), 48);
    eventually("all are open", || harness.stats.upstream_opened() == 48);
    let mut clients: Vec<Client> = (0..48).map(|_| harness.connect()).collect();
    for client in &mut clients {
        client.send(b"GET /slow?300 HTTP/1.1\r\nHost: a\r\n\r\n");
    }
    let begin = Instant::now();
    for client in &mut clients {
        assert_eq!(client.answer(false).unwrap().status, 200);
    }
    assert!(
        begin.elapsed() < Duration::from_secs(3),
        "one after the other: {:?}",
        begin.elapsed()
    );
}

#[test]
fn requests_wait_for_an_application_that_starts_late() {
    let (socket, listener) = sambatan::http::door::PrivateSocket::bind().unwrap();
    let public = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let door =
        sambatan::http::door::Door::start(public, socket.path(), DoorConfig::default()).unwrap();
    let mut client = Client::connect(door.local_addr());
    client.send(HEALTH);
    assert!(!client.is_closed_within(Duration::from_millis(50)));
    common::app::serve(tiny_http::Server::from_listener(listener, None).unwrap(), 2);
    client
        .stream
        .set_read_timeout(Some(Duration::from_secs(10)))
        .unwrap();
    assert_eq!(client.answer(false).unwrap().status, 200);
}

#[test]
fn half_an_answer_is_not_passed_on_and_the_next_request_is_served() {
    let config = DoorConfig {
        upstream_deadline: SHORT,
        ..DoorConfig::default()
    };
    let harness = Harness::with_workers(config, 1);
    let mut client = harness.connect();
    client.send(b"GET /break HTTP/1.1\r\nHost: a\r\n\r\n");
    assert_eq!(client.answer(false).unwrap().status, 504);
    harness.assert_alive();
}

#[test]
fn who_waited_longest_without_a_complete_request_makes_room() {
    let config = DoorConfig {
        max_connections: 8,
        ..DoorConfig::default()
    };
    let harness = Harness::start(config);
    let mut slow: Vec<Client> = Vec::new();
    for index in 0..8_u64 {
        let mut client = harness.connect();
        if index % 2 == 0 {
            client.send(b"GET / HTTP/1.1\r\nHo");
        }
        eventually("it is in", || harness.stats.accepted() == index + 1);
        std::thread::sleep(Duration::from_millis(5));
        slow.push(client);
    }
    for index in 0..4 {
        let mut newcomer = harness.connect();
        newcomer.send(HEALTH);
        assert_eq!(newcomer.answer(false).unwrap().status, 200);
        let evicted = slow[index].answer(false).map(|answer| answer.code());
        let expected = (index % 2 == 0).then(|| "made_room".to_owned());
        assert_eq!(evicted, expected, "connection {index}");
        // Newcomers wait from now on; those who waited before them go first.
        slow.push(newcomer);
    }
    assert_eq!(harness.stats.evicted(), 4);
}

#[test]
fn when_all_are_busy_a_newcomer_is_turned_away_politely() {
    let harness = Harness::start(DoorConfig {
        max_connections: 8,
        ..DoorConfig::default()
    });
    let mut busy: Vec<Client> = (0..8).map(|_| harness.connect()).collect();
    for client in &mut busy {
        client.send(b"GET /slow?600 HTTP/1.1\r\nHost: a\r\n\r\n");
    }
    eventually("all are busy", || harness.stats.forwarded() == 8);
    let mut newcomer = harness.connect();
    newcomer.send(HEALTH);
    let answer = newcomer.answer(false).unwrap();
    assert_eq!(
        (answer.status, answer.code().as_str()),
        (503, "connection_limit")
    );
    assert_eq!(answer.header("retry-after"), Some("1"));
    assert!(newcomer.is_closed_within(SHORT));
    for client in &mut busy {
        assert_eq!(
            client.answer(false).unwrap().status,
            200,
            "who was busy is not disturbed"
        );
    }
    harness.assert_alive();
}

/// A connection from another loopback address.
fn connect_from(address: SocketAddr, source: [u8; 4]) -> Client {
    let socket = socket2::Socket::new(socket2::Domain::IPV4, socket2::Type::STREAM, None).unwrap();
    socket
        .bind(&SocketAddr::from((Ipv4Addr::from(source), 0)).into())
        .unwrap();
    socket.connect(&address.into()).unwrap();
    Client::over(socket.into())
}

#[test]
fn one_address_has_its_own_limit_and_trusted_proxies_have_none() {
    let config = DoorConfig {
        max_connections_per_address: 3,
        trusted_proxies: vec!["127.0.0.9".parse().unwrap()],
        ..DoorConfig::default()
    };
    let harness = Harness::start(config);
    let slow = b"GET /slow?700 HTTP/1.1\r\nHost: a\r\n\r\n";
    let mut busy: Vec<Client> = (0..3).map(|_| harness.connect()).collect();
    let mut proxied: Vec<Client> = (0..4)
        .map(|_| connect_from(harness.address, [127, 0, 0, 9]))
        .collect();
    for client in busy.iter_mut().chain(&mut proxied) {
        client.send(slow);
    }
    eventually("all are busy", || harness.stats.forwarded() == 7);
    let mut same = harness.connect();
    same.send(HEALTH);
    assert_eq!(
        same.answer(false).unwrap().code(),
        "address_connection_limit"
    );
    let mut other = connect_from(harness.address, [127, 0, 0, 2]);
    other.send(HEALTH);
    assert_eq!(other.answer(false).unwrap().status, 200);
    for client in busy.iter_mut().chain(&mut proxied) {
        assert_eq!(client.answer(false).unwrap().status, 200);
    }
    // Now the three idle: one of them makes room.
    let mut again = harness.connect();
    again.send(HEALTH);
    assert_eq!(again.answer(false).unwrap().status, 200);
    assert_eq!(harness.stats.evicted(), 1);
}

#[test]
fn forwarded_addresses_count_only_from_trusted_proxies() {
    let config = DoorConfig {
        trusted_proxies: vec!["127.0.0.9".parse().unwrap(), "10.0.0.0/8".parse().unwrap()],
        ..DoorConfig::default()
    };
    let harness = Harness::start(config);
    for (source, forwarded, expected) in [
        ([127, 0, 0, 1], "9.9.9.9", "127.0.0.1"),
        ([127, 0, 0, 9], "9.9.9.9", "9.9.9.9"),
        ([127, 0, 0, 9], "6.6.6.6, 9.9.9.9, 10.1.1.1", "9.9.9.9"),
        ([127, 0, 0, 9], "rubbish", "127.0.0.9"),
    ] {
        let mut client = connect_from(harness.address, source);
        client.send(
            format!("GET / HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: {forwarded}\r\n\r\n").as_bytes(),
        );
        let answer = client.answer(false).unwrap();
        assert_eq!(answer.echoed("x-sambatan-client"), [expected]);
        assert!(answer.echoed("x-forwarded-for").is_empty());
    }
}

#[test]
fn at_the_end_what_was_begun_is_answered_and_the_rest_is_told() {
    let mut harness = Harness::start(DoorConfig::default());
    let mut begun = harness.connect();
    begun.send(b"GET /slow?200 HTTP/1.1\r\nHost: a\r\n\r\n");
    let mut half = harness.connect();
    half.send(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nabc");
    let mut idle = harness.connect();
    idle.send(HEALTH);
    assert_eq!(idle.answer(false).unwrap().status, 200);
    eventually("the slow one is begun", || harness.stats.forwarded() == 2);
    std::thread::sleep(Duration::from_millis(20));
    let door = harness.door.take().unwrap();
    let stopper = std::thread::spawn(move || door.shutdown(Duration::from_secs(5)));
    assert!(idle.answer(false).is_none());
    assert_eq!(half.answer(false).unwrap().code(), "stopping");
    let answer = begun.answer(false).unwrap();
    assert_eq!(
        (answer.status, answer.header("connection")),
        (200, Some("close"))
    );
    drop((begun, half, idle));
    let report = stopper.join().unwrap();
    assert_eq!((report.answered, report.given_up), (1, 0));
    assert!(std::net::TcpStream::connect(harness.address).is_err());
    assert_eq!(harness.stats.refused(Refusal::ShuttingDown), 1);
}

#[test]
fn the_end_comes_in_time_even_when_the_application_hangs() {
    let mut harness = Harness::start(DoorConfig::default());
    let mut client = harness.connect();
    client.send(b"GET /slow?3000 HTTP/1.1\r\nHost: a\r\n\r\n");
    eventually("it is begun", || harness.stats.forwarded() == 1);
    let begin = Instant::now();
    let report = harness.door.take().unwrap().shutdown(SHORT);
    assert!(begin.elapsed() < SHORT * 4);
    assert_eq!((report.answered, report.given_up), (0, 1));
}

#[test]
fn under_load_every_request_is_answered_in_full_or_was_never_begun() {
    for _ in 0..5 {
        let mut harness = Harness::start(DoorConfig::default());
        let (stop, full) = (AtomicBool::new(false), AtomicU64::new(0));
        std::thread::scope(|scope| {
            for _ in 0..16 {
                scope.spawn(|| {
                    while !stop.load(Ordering::SeqCst) {
                        let Ok(stream) = std::net::TcpStream::connect(harness.address) else {
                            return;
                        };
                        let mut client = Client::over(stream);
                        for _ in 0..50 {
                            client.send(
                                b"POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc",
                            );
                            // Panics on half an answer.
                            match client.answer(false) {
                                Some(answer) if answer.status == 200 => {
                                    full.fetch_add(1, Ordering::SeqCst)
                                }
                                Some(answer) => {
                                    assert_eq!(answer.code(), "stopping");
                                    return;
                                }
                                None => return,
                            };
                        }
                    }
                });
            }
            eventually("the load runs", || full.load(Ordering::SeqCst) > 300);
            let report = harness
                .door
                .take()
                .unwrap()
                .shutdown(Duration::from_secs(5));
            stop.store(true, Ordering::SeqCst);
            assert_eq!(report.given_up, 0);
        });
        let begun = harness.seen.requests.load(Ordering::SeqCst);
        assert_eq!(
            full.load(Ordering::SeqCst),
            begun,
            "answers received and requests begun"
        );
    }
}
