//! `slowhttptest` in its four modes, a thousand connections each, and a client that must not notice.
//!
//! Runs when the tool is installed (Debian: `slowhttptest`); with `DOOR_REQUIRE_SLOWHTTPTEST` set
//! its absence is a failure. The server is a process of its own, so that its threads can be counted.

#![allow(clippy::unwrap_used, reason = "test code may panic")]
#![allow(
    clippy::print_stdout,
    reason = "the figures are worth seeing in the test's output"
)]

#[path = "door/common/mod.rs"]
mod common;

use std::net::{SocketAddr, TcpListener};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use common::{app, child};
use sambatan::http::door::{Door, DoorConfig, PrivateSocket};

const WORKERS: usize = 8;

/// Workers, a thread of `tiny_http` for each upstream connection, and a few that are always there.
const MOST_THREADS: usize = 2 * WORKERS + 10;

/// The modes, with what each needs: slow heads, slow bodies, slow reading, ranges.
const MODES: [(&str, &str, &[&str]); 4] = [
    ("slow heads", "/", &["-H", "-i", "3", "-x", "20"]),
    (
        "slow bodies",
        "/",
        &["-B", "-i", "3", "-s", "60000", "-x", "20"],
    ),
    (
        "slow reading",
        "/large?200000",
        &["-X", "-w", "8", "-y", "64", "-n", "3", "-z", "8", "-k", "3"],
    ),
    ("ranges", "/", &["-R", "-a", "10", "-b", "3000"]),
];

/// A listener with a backlog that holds a thousand newcomers.
fn listen() -> TcpListener {
    let socket = socket2::Socket::new(socket2::Domain::IPV4, socket2::Type::STREAM, None).unwrap();
    socket
        .bind(&SocketAddr::from(([127, 0, 0, 1], 0)).into())
        .unwrap();
    socket.listen(1024).unwrap();
    socket.into()
}

fn server() -> ! {
    let (socket, listener) = PrivateSocket::bind().unwrap();
    app::serve(
        tiny_http::Server::from_listener(listener, None).unwrap(),
        WORKERS,
    );
    let public = listen();
    let config = DoorConfig {
        upstream_connections: WORKERS,
        ..DoorConfig::default()
    };
    let door = Door::start(public, socket.path(), config).unwrap();
    child::announce(door.local_addr());
}

/// Whether the tool is there; says so when it is not.
fn installed() -> bool {
    let found = Command::new("slowhttptest")
        .arg("-h")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok();
    assert!(
        found || std::env::var_os("DOOR_REQUIRE_SLOWHTTPTEST").is_none(),
        "slowhttptest is missing"
    );
    if !found {
        println!("slowhttptest is not installed: nothing is tested here");
    }
    found
}

/// A thousand connections within two seconds.
fn attack(address: SocketAddr, path: &str, mode: &[&str]) -> Child {
    Command::new("slowhttptest")
        .args(mode)
        .args([
            "-c",
            "1000",
            "-r",
            "500",
            "-l",
            "25",
            "-p",
            "5",
            "-u",
            &format!("http://{address}{path}"),
        ])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// How long a new client takes to its answer from `/healthz`; `None` when that is not 200.
fn probe(address: SocketAddr) -> Option<Duration> {
    let begin = Instant::now();
    let mut client = common::Client::over(std::net::TcpStream::connect(address).ok()?);
    client
        .stream
        .set_read_timeout(Some(Duration::from_secs(5)))
        .ok()?;
    client.send(b"GET /healthz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    let answer = client.answer(false);
    if answer.as_ref().is_none_or(|answer| answer.status != 200) {
        println!(
            "a probe failed after {:?}: {:?}",
            begin.elapsed(),
            answer.map(|answer| answer.code())
        );
        return None;
    }
    Some(begin.elapsed())
}

/// Connections that the server holds open, from the kernel's table: established, or closed by the
/// client alone. (The tool itself does not see the end of a connection that it hardly reads.)
fn held_by_server(address: SocketAddr) -> usize {
    let local = format!(":{:04X}", address.port());
    let table = std::fs::read_to_string("/proc/net/tcp").unwrap_or_default();
    let held = table.lines().filter(|line| {
        let mut columns = line.split_whitespace().skip(1);
        let here = columns
            .next()
            .is_some_and(|column| column.ends_with(&local));
        here && columns
            .nth(1)
            .is_some_and(|state| matches!(state, "01" | "08"))
    });
    held.count()
}

struct Outcome {
    latencies: Vec<Duration>,
    failures: usize,
    most_threads: usize,
    most_held: usize,
    /// From the start to the last moment at which an attacker was connected.
    took: Duration,
}

/// Probes until the attackers have come and all of them have been closed for a second.
fn observe(server: &child::Server, mut attack: Child) -> Outcome {
    let begin = Instant::now();
    let mut outcome = Outcome {
        latencies: Vec::new(),
        failures: 0,
        most_threads: 0,
        most_held: 0,
        took: Duration::ZERO,
    };
    let mut looked = Duration::ZERO;
    let over = |took| {
        begin.elapsed() > took + Duration::from_secs(1) && begin.elapsed() > Duration::from_secs(4)
    };
    while !over(outcome.took) && begin.elapsed() < Duration::from_secs(30) {
        match probe(server.address) {
            Some(latency) => outcome.latencies.push(latency),
            None => outcome.failures += 1,
        }
        // Reading the kernel's table is slow.
        if begin.elapsed() > looked + Duration::from_millis(200) {
            looked = begin.elapsed();
            let held = held_by_server(server.address);
            outcome.most_held = outcome.most_held.max(held);
            // One may be the probe's own, on its way out.
            if held > 1 {
                outcome.took = looked;
            }
        }
        outcome.most_threads = outcome.most_threads.max(server.threads());
        std::thread::sleep(Duration::from_millis(2));
    }
    let _ = attack.kill();
    let _ = attack.wait();
    outcome.latencies.sort_unstable();
    outcome
}

fn judge(name: &str, server: &mut child::Server, outcome: &Outcome) {
    let count = outcome.latencies.len();
    let p99 = outcome.latencies[(count - 1) * 99 / 100];
    println!(
        "{name}: {count} probes, {} failed, p50 {:?}, p99 {p99:?}, at most {} threads and {} connections, the last attacker closed after {:?}",
        outcome.failures,
        outcome.latencies[count / 2],
        outcome.most_threads,
        outcome.most_held,
        outcome.took
    );
    assert_eq!(
        outcome.failures, 0,
        "{name}: every probe is answered with 200"
    );
    assert!(p99 < Duration::from_millis(50), "{name}: {p99:?}");
    assert!(
        outcome.most_threads <= MOST_THREADS,
        "{name}: {} threads",
        outcome.most_threads
    );
    // Those that ask for ranges are answered at once and do not stay.
    assert!(
        outcome.most_held > 50 || name == "ranges",
        "{name}: the attack took place"
    );
    // Two seconds to open a thousand, fifteen for the last of them to be closed.
    assert!(
        outcome.took < Duration::from_secs(17),
        "{name}: {:?}",
        outcome.took
    );
    assert!(server.is_running());
}

#[test]
fn slow_clients_lose_and_others_do_not_notice() {
    if child::is_child() {
        server();
    }
    if !installed() {
        return;
    }
    let test = "slow_clients_lose_and_others_do_not_notice";
    let mut plenty = child::Server::start(test, "true");
    for (name, path, mode) in MODES {
        let outcome = observe(&plenty, attack(plenty.address, path, mode));
        judge(name, &mut plenty, &outcome);
    }
    let mut scarce = child::Server::start(test, "ulimit -n 256");
    let outcome = observe(&scarce, attack(scarce.address, "/", MODES[0].2));
    judge("slow heads with 256 descriptors", &mut scarce, &outcome);
    assert!(probe(scarce.address).is_some());
}
