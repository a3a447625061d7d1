//! How many requests an address may make.

use sambatan::Options;
use sambatan::http::door::DoorConfig;
use sambatan::http::{Mode, OrganiserToken, RateLimits, ServerOptions};
use serde_json::Value;

use crate::support::{Call, ORGANISER, Reply, TestServer, join_body};

const FEW: RateLimits = RateLimits {
    joins_per_minute: 2,
    writes_per_minute: 6,
    reads_per_minute: 4,
};

fn is_limited(reply: &Reply, at_most: u64) {
    let document = reply.refused(429, "rate_limited");
    let seconds: u64 = reply.header("Retry-After").unwrap().parse().unwrap();
    assert!((1..=at_most).contains(&seconds), "{seconds}");
    let detail = document["detail"].as_str().unwrap();
    assert!(detail.contains(&seconds.to_string()), "{detail}");
}

fn slots_taken(server: &TestServer, campaign: &str) -> Value {
    server.send_as_organiser(Call::get(campaign)).ok()["slots_taken"].clone()
}

#[test]
fn joins_writes_and_reads_are_limited_each_for_themselves() {
    let server = TestServer::start_guarded(FEW);
    let campaign = server.campaign(10);
    for number in 1..=2 {
        server
            .join(&campaign, &format!("user-{number}"), 1)
            .created();
    }
    is_limited(&server.join(&campaign, "user-3", 1), 30);
    // Two writes and a creation came before.
    for _ in 0..3 {
        server
            .send_as_organiser(Call::post("/api/sambatan/lifecycle/run"))
            .ok();
    }
    let write = server.send_as_organiser(Call::post("/api/sambatan/lifecycle/run"));
    is_limited(&write, 10);
    for _ in 0..4 {
        server.get(&campaign).ok();
    }
    is_limited(&server.get(&campaign), 15);
    is_limited(&server.get("/nowhere"), 15);
}

#[test]
fn what_supervisors_ask_is_not_limited() {
    let server = TestServer::start_guarded(FEW);
    server.service.scheduler().start().unwrap();
    for _ in 0..20 {
        server.get("/healthz").ok();
        server.get("/readyz").ok();
        let metrics = server.send_as_organiser(Call::get("/metrics"));
        assert_eq!(metrics.status, 200);
    }
}

#[test]
fn a_limited_join_is_not_kept_under_its_key() {
    let server = TestServer::start_guarded(FEW);
    let campaign = server.campaign(10);
    let join = |key: &str| {
        Call::post(&format!("{campaign}/join"))
            .header("Idempotency-Key", key)
            .json(&join_body("user-1", 1))
    };
    server.send(&join("key-1")).created();
    server.send(&join("key-2")).created();
    is_limited(&server.send(&join("key-3")), 30);
    // Not even a replay is looked up.
    is_limited(&server.send(&join("key-1")), 30);
    assert_eq!(slots_taken(&server, &campaign), 2);

    // The same file, and buckets that are full again.
    let server = server.restart();
    let late = server.send(&join("key-3"));
    late.created();
    assert_eq!(late.header("Idempotent-Replayed"), None);
    assert_eq!(slots_taken(&server, &campaign), 3);
}

#[test]
fn each_address_has_its_own_limits() {
    let server = TestServer::serving(
        tempfile::tempdir().unwrap(),
        &Options::default(),
        ServerOptions {
            mode: Mode::Guarded(OrganiserToken::new(ORGANISER).unwrap()),
            rate_limits: FEW,
            door: Some(DoorConfig {
                trusted_proxies: vec!["127.0.0.1".parse().unwrap()],
                ..DoorConfig::default()
            }),
            ..ServerOptions::default()
        },
    );
    let read = |address: &str| {
        server.send(&Call::get("/api/sambatan/campaigns").header("X-Forwarded-For", address))
    };
    for address in ["192.0.2.1", "192.0.2.2", "2001:db8::1", "2001:db8:0:1::1"] {
        for _ in 0..4 {
            read(address).ok();
        }
        is_limited(&read(address), 15);
    }
    is_limited(&read("2001:db8::2"), 15);
}

#[test]
fn who_guesses_too_often_is_not_told_when_a_guess_is_right() {
    let server = TestServer::start_guarded(RateLimits {
        reads_per_minute: 0,
        ..FEW
    });
    let with = |token: &str| server.send(&Call::get("/api/products").bearer(token));
    with(ORGANISER).ok();
    for guess in 0..6 {
        with(&format!("so_guess-number-{guess}-of-a-token")).refused(401, "invalid_token");
    }
    is_limited(&with("so_another-guess-of-the-token"), 10);
    is_limited(&with(ORGANISER), 10);
    server.get("/api/sambatan/campaigns").ok();
}

#[test]
fn in_open_mode_nothing_is_limited() {
    let server = TestServer::serving(
        tempfile::tempdir().unwrap(),
        &Options::default(),
        ServerOptions {
            rate_limits: FEW,
            ..ServerOptions::default()
        },
    );
    let campaign = server.campaign(50);
    for number in 0..20 {
        server.joined(&campaign, &format!("user-{number}"), 1);
        server.get(&campaign).ok();
    }
}
