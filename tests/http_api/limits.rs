//! How many requests an address may make.

use std::time::Instant;

use sambatan::Options;
use sambatan::http::door::DoorConfig;
use sambatan::http::{Mode, OrganiserToken, RateLimits, ServerOptions};
use serde_json::{Value, json};

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

/// A guarded server behind a proxy that says who the client is.
fn behind_proxy(rate_limits: RateLimits) -> TestServer {
    TestServer::serving(
        tempfile::tempdir().unwrap(),
        &Options::default(),
        ServerOptions {
            mode: Mode::Guarded(OrganiserToken::new(ORGANISER).unwrap()),
            rate_limits,
            door: Some(DoorConfig {
                trusted_proxies: vec!["127.0.0.1".parse().unwrap()],
                ..DoorConfig::default()
            }),
            ..ServerOptions::default()
        },
    )
}

/// How many of so many joins from each address take their slot.
fn joined_from(server: &TestServer, campaign: &str, addresses: &[String], each: u32) -> usize {
    let mut client = server.client();
    let mut taken = 0;
    for address in addresses {
        for number in 0..each {
            let join = Call::post(&format!("{campaign}/join"))
                .header("X-Forwarded-For", address)
                .json(&join_body(&format!("user-{number}"), 1));
            let reply = client.send(&join);
            match reply.status {
                201 => taken += 1,
                _ => drop(reply.refused(429, "rate_limited")),
            }
        }
    }
    taken
}

/// So many that is allowed in a minute can have been let in since: buckets fill again while a slow machine sends.
fn let_in_since(started: Instant, per_minute: u32) -> usize {
    let filled = started.elapsed().as_millis() * u128::from(per_minute) / 60_000;
    usize::try_from(filled + u128::from(per_minute) + 1).unwrap()
}

#[test]
fn forty_networks_of_one_site_take_what_four_may() {
    let server = behind_proxy(RateLimits::default());
    let campaign = server.campaign(2_000);
    let site: Vec<_> = (0..40)
        .map(|number| format!("2001:db8:1:{number:x}::1"))
        .collect();
    let started = Instant::now();
    let taken = joined_from(&server, &campaign, &site, 30);
    let most = let_in_since(started, 120);
    assert!((120..=most).contains(&taken), "{taken}");
    // Another site has limits of its own, and so has each address of IPv4.
    let others = ["2001:db8:2::1".to_owned(), "192.0.2.1".to_owned()];
    assert_eq!(joined_from(&server, &campaign, &others, 30), 60);
}

#[test]
fn a_campaign_is_not_emptied_within_a_minute_by_many_addresses() {
    let server = behind_proxy(RateLimits::default());
    let product = server.product();
    let campaign = server.campaign_for(&product, 2_000);
    let addresses: Vec<_> = (0..14).map(|it| format!("192.0.2.{it}")).collect();
    // What takes no slot does not use it up for others.
    let mut client = server.client();
    for number in 0..400 {
        let mut body = join_body("user-1", if number % 2 == 0 { 5_000 } else { 1 });
        if number % 2 == 1 {
            body["shipping_address"] = "?".into();
        }
        let join = Call::post(&format!("{campaign}/join"))
            .header("X-Forwarded-For", &format!("198.51.100.{}", number / 25))
            .json(&body);
        assert!([409, 422].contains(&client.send(&join).status));
    }
    let started = Instant::now();
    let taken = joined_from(&server, &campaign, &addresses, 30);
    let most = let_in_since(started, 300);
    assert!((300..=most).contains(&taken), "{taken}");
    let other = server.campaign_for(&product, 2_000);
    let elsewhere = vec!["203.0.113.1".to_owned()];
    assert_eq!(joined_from(&server, &other, &elsewhere, 30), 30);
    // The organiser adds people all the same.
    let join = Call::post(&format!("{campaign}/join")).json(&join_body("user-1", 1));
    server.send_as_organiser(join).created();
}

#[test]
fn guesses_of_a_join_code_run_out_for_who_guesses_and_for_nobody_else() {
    let server = behind_proxy(RateLimits::default());
    let campaign = server.campaign(2_000);
    let code = Call::post(&format!("{campaign}/edit")).json(&json!({"join_code": "melati-77"}));
    server.send_as_organiser(code).ok();
    let mut client = server.client();
    let mut join = |address: &str, code: &str| {
        let mut body = join_body("user-1", 1);
        body["join_code"] = code.into();
        let call = Call::post(&format!("{campaign}/join")).json(&body);
        client.send(&call.header("X-Forwarded-For", address))
    };
    // Buckets fill again while a slow machine sends, so it sends until there is nothing left.
    let mut guess = || join("192.0.2.1", "tebak-an");
    assert!((0..20_000).any(|_| guess().status == 429));
    // More guesses than a campaign takes joins keep out nobody who has the code.
    for number in 0..400 {
        let address = format!("198.51.100.{}", number / 25);
        let guessed = join(&address, "tebak-an");
        guessed.refused(403, "join_code_invalid");
    }
    join("203.0.113.1", "melati-77").created();
}

#[test]
fn a_neighbour_behind_the_same_address_locks_out_neither_the_token_nor_the_session() {
    for neighbours in [
        Call::get("/api/products").bearer("so_a-guess-that-is-wrong"),
        Call::get("/api/sambatan/campaigns"),
        Call::post("/api/sambatan/lifecycle/run"),
        Call::post("/organiser/sign-in").form(&[("token", "so_a-guess-that-is-wrong")]),
    ] {
        let server = TestServer::start_guarded(RateLimits::default());
        let sign_in = || {
            let form = Call::post("/organiser/sign-in").form(&[("token", ORGANISER)]);
            let reply = server.send(&form);
            assert_eq!(reply.status, 303, "{}", reply.text());
            let cookie = reply.header("Set-Cookie").unwrap();
            cookie.split(';').next().unwrap().to_owned()
        };
        let session = sign_in();
        let mut client = server.client();
        // Buckets fill again while a slow machine sends, so it sends until there is nothing left.
        let mut runs_out = || (0..20_000).any(|_| client.send(&neighbours).status == 429);
        assert!(runs_out(), "{neighbours:?}");
        let path = neighbours.path();
        for _ in 0..3 {
            server.send_as_organiser(Call::get("/api/products")).ok();
            server
                .send_as_organiser(Call::post("/api/sambatan/lifecycle/run"))
                .ok();
            let page = server.send(&Call::get("/organiser").header("Cookie", &session));
            assert_eq!(page.status, 200, "{path}");
        }
        sign_in();
        assert!(runs_out(), "{path}");
    }
}

#[test]
fn a_right_token_has_limits_of_its_own_and_a_wrong_one_those_of_its_address() {
    let server = TestServer::start_guarded(RateLimits {
        reads_per_minute: 9,
        ..FEW
    });
    let with = |token: &str| server.send(&Call::get("/api/products").bearer(token));
    for guess in 0..6 {
        with(&format!("so_guess-number-{guess}-of-a-token")).refused(401, "invalid_token");
    }
    is_limited(&with("so_another-guess-of-the-token"), 10);
    for _ in 0..9 {
        with(ORGANISER).ok();
    }
    is_limited(&with(ORGANISER), 7);
    server.get("/api/sambatan/campaigns").ok();
}

#[test]
fn who_holds_many_participations_joins_no_more_often() {
    let server = TestServer::start_guarded(FEW);
    let campaign = server.campaign(50);
    let tokens: Vec<_> = (0..2)
        .map(|_| server.join(&campaign, "user-1", 1).created()["manage_token"].clone())
        .collect();
    for token in &tokens {
        let join = Call::post(&format!("{campaign}/join"))
            .bearer(token.as_str().unwrap())
            .json(&join_body("user-1", 1));
        is_limited(&server.send(&join), 30);
    }
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
