//! `Idempotency-Key` on joins.

use std::time::Duration;

use chrono::TimeDelta;
use rusqlite::Connection;
use sambatan::Options;
use sambatan::http::ServerOptions;
use serde_json::Value;

use sambatan::http::door::DoorConfig;
use sambatan::http::{Mode, OrganiserToken};

use crate::support::{Call, NO_LIMITS, ORGANISER, Reply, TestServer, join_body};

fn join_with(campaign: &str, key: &str, body: &Value) -> Call {
    Call::post(&format!("{campaign}/join"))
        .header("Idempotency-Key", key)
        .json(body)
}

fn slots_taken(server: &TestServer, campaign: &str) -> Value {
    server.get(campaign).ok()["slots_taken"].clone()
}

fn is_replay_of(reply: &Reply, first: &Reply) {
    assert_eq!(first.header("Idempotent-Replayed"), None);
    assert_eq!(reply.header("Idempotent-Replayed"), Some("true"));
    assert_eq!(reply.status, first.status);
    assert_eq!(reply.body, first.body);
    assert_eq!(reply.header("Location"), first.header("Location"));
    assert_eq!(reply.header("Content-Type"), first.header("Content-Type"));
}

#[test]
fn a_join_sent_again_gets_the_same_bytes_and_takes_no_slot() {
    let server = TestServer::start();
    let campaign = server.campaign(10);
    let call = join_with(&campaign, "key-1", &join_body("user-1", 2));
    let first = server.send(&call);
    first.created();
    server.clock.advance(TimeDelta::hours(1));
    let participation = first.header("Location").unwrap();
    server.post_empty(&format!("{participation}/confirm")).ok();
    is_replay_of(&server.send(&call), &first);
    assert_eq!(slots_taken(&server, &campaign), 2);

    let server = server.restart();
    is_replay_of(&server.send(&call), &first);
    assert_eq!(slots_taken(&server, &campaign), 2);
}

#[test]
fn the_same_request_in_other_words_is_the_same_request() {
    let server = TestServer::start();
    let campaign = server.campaign(10);
    let first = server.send(&join_with(&campaign, "key-1", &join_body("user-1", 2)));
    let path = campaign.rsplit_once('/').unwrap();
    let shouted = format!("{}/{}/join?x=1", path.0, path.1.to_uppercase());
    let other_words = Call::post(&shouted)
        .header("idempotency-key", "\"key-1\"")
        .header("Accept-Language", "en")
        .json_text(
            "{ \"shipping_address\" : \"Jl. Melati No. 15, Jakarta Selatan\",\n\
             \"quantity\":2, \"user_id\":\"user-\\u0031\" }",
        );
    is_replay_of(&server.send(&other_words), &first);
    assert_eq!(slots_taken(&server, &campaign), 2);
}

#[test]
fn the_same_key_for_another_request_is_refused() {
    let server = TestServer::start();
    let product = server.product();
    let campaign = server.campaign_for(&product, 10);
    let other_campaign = server.campaign_for(&product, 10);
    server
        .send(&join_with(&campaign, "key-1", &join_body("user-1", 2)))
        .created();
    for call in [
        join_with(&campaign, "key-1", &join_body("user-1", 3)),
        join_with(&other_campaign, "key-1", &join_body("user-1", 2)),
    ] {
        server.send(&call).refused(422, "idempotency_conflict");
    }
    let other_user = join_with(&campaign, "key-1", &join_body("user-2", 1));
    server.send(&other_user).created();
    assert_eq!(slots_taken(&server, &campaign), 3);
    assert_eq!(slots_taken(&server, &other_campaign), 0);
}

#[test]
fn a_refusal_is_replayed_in_its_first_language_although_slots_are_free_again() {
    let server = TestServer::start();
    let campaign = server.campaign(3);
    let participation = server.joined(&campaign, "user-1", 2);
    let call = join_with(&campaign, "key-1", &join_body("user-2", 2));
    let first = server.send(&call.clone().header("Accept-Language", "en"));
    let document = first.refused(409, "insufficient_slots");
    assert_eq!(document["requested"], 2);
    assert_eq!(document["available"], 1);
    assert_eq!(document["title"], "Not enough slots");
    assert_eq!(first.header("Content-Language"), Some("en"));

    server.post_empty(&format!("{participation}/cancel")).ok();
    let again = server.send(&call.header("Accept-Language", "id"));
    is_replay_of(&again, &first);
    assert_eq!(again.header("Content-Language"), None);
    assert_eq!(slots_taken(&server, &campaign), 0);
    let new_key = join_with(&campaign, "key-2", &join_body("user-2", 2));
    server.send(&new_key).created();
}

#[test]
fn what_is_wrong_with_a_request_is_not_kept() {
    let server = TestServer::start();
    let campaign = server.campaign(3);
    let mut body = join_body("user-1", 1);
    body["shipping_address"] = "Jl.".into();
    let wrong = server.send(&join_with(&campaign, "key-1", &body));
    assert_eq!(wrong.wrong_fields(), ["shipping_address"]);
    let right = server.send(&join_with(&campaign, "key-1", &join_body("user-1", 1)));
    right.created();
    assert_eq!(right.header("Idempotent-Replayed"), None);
}

#[test]
fn a_key_that_is_none_or_two_is_refused() {
    let server = TestServer::start();
    let campaign = server.campaign(3);
    let too_long = "k".repeat(256);
    for key in ["", "a b", "\"open", "\"\"", &too_long] {
        let call = join_with(&campaign, key, &join_body("user-1", 1));
        server.send(&call).refused(400, "idempotency_key_invalid");
    }
    let two =
        join_with(&campaign, "key-1", &join_body("user-1", 1)).header("Idempotency-Key", "key-1");
    server.send(&two).refused(400, "idempotency_key_invalid");
    assert_eq!(slots_taken(&server, &campaign), 0);
}

#[test]
fn the_same_key_sent_by_many_at_once_joins_once() {
    let server = TestServer::start();
    let campaign = server.campaign(100);
    let call = join_with(&campaign, "key-1", &join_body("user-1", 2));
    let replies: Vec<_> = std::thread::scope(|scope| {
        let senders: Vec<_> = (0..16)
            .map(|_| scope.spawn(|| server.send(&call)))
            .collect();
        senders
            .into_iter()
            .map(|sender| sender.join().unwrap())
            .collect()
    });
    let first = |reply: &&Reply| reply.header("Idempotent-Replayed").is_none();
    assert_eq!(replies.iter().filter(first).count(), 1);
    assert!(replies.iter().all(|reply| reply.status == 201));
    assert!(replies.iter().all(|reply| reply.body == replies[0].body));
    assert_eq!(slots_taken(&server, &campaign), 2);
}

#[test]
fn a_join_that_is_not_stored_in_time_has_an_unknown_outcome_that_its_key_tells_later() {
    let server = TestServer::serving(
        tempfile::tempdir().unwrap(),
        &Options::default(),
        ServerOptions {
            patience: Duration::from_millis(50),
            ..ServerOptions::default()
        },
    );
    let campaign = server.campaign(10);
    // The writer waits some seconds for another program that has the file.
    let other = Connection::open(server.folder.path().join("test.db")).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let call = join_with(&campaign, "key-1", &join_body("user-1", 2));
    server.send(&call).refused(503, "outcome_unknown");
    other.execute_batch("ROLLBACK").unwrap();
    // What was queued first is stored first, so the answer to a retry is that of the first.
    let told = (0..200)
        .map(|_| server.send(&call))
        .find(|reply| reply.status != 503)
        .unwrap();
    told.created();
    assert_eq!(told.header("Idempotent-Replayed"), Some("true"));
    assert_eq!(slots_taken(&server, &campaign), 2);
}

/// A guarded server behind a proxy that says who the client is.
fn behind_proxy() -> TestServer {
    TestServer::serving(
        tempfile::tempdir().unwrap(),
        &Options::default(),
        ServerOptions {
            mode: Mode::Guarded(OrganiserToken::new(ORGANISER).unwrap()),
            rate_limits: NO_LIMITS,
            door: Some(DoorConfig {
                trusted_proxies: vec!["127.0.0.1".parse().unwrap()],
                ..DoorConfig::default()
            }),
            ..ServerOptions::default()
        },
    )
}

#[test]
fn a_guessed_key_gives_no_secret_away() {
    let server = behind_proxy();
    let campaign = server.campaign(10);
    let call = join_with(&campaign, "key-1", &join_body("user-1", 2));
    let first = server.send(&call.clone().header("X-Forwarded-For", "192.0.2.1"));
    let token = first.created()["manage_token"].clone();
    let token = token.as_str().unwrap();
    // Neither from elsewhere nor from behind the same address.
    for address in ["198.51.100.1", "192.0.2.1"] {
        let guessed = server.send(&call.clone().header("X-Forwarded-For", address));
        let told = guessed.created();
        assert_eq!(guessed.header("Idempotent-Replayed"), Some("true"));
        assert_eq!(guessed.header("Location"), first.header("Location"));
        assert_eq!(told["id"], first.json()["id"]);
        assert_eq!(told.get("manage_token"), None, "{told}");
        assert!(!guessed.text().contains("sp_"), "{}", guessed.text());
    }
    // Who proves that it is theirs gets the same bytes as the first time.
    for shown in [token, ORGANISER] {
        is_replay_of(&server.send(&call.clone().bearer(shown)), &first);
    }
    let other = server.join(&campaign, "user-2", 1).created();
    let other = other["manage_token"].as_str().unwrap();
    let guessed = server.send(&call.bearer(other));
    assert_eq!(guessed.created().get("manage_token"), None);
    let taken = server.send_as_organiser(Call::get(&campaign)).ok()["slots_taken"].clone();
    assert_eq!(taken, 3);
}

#[test]
fn a_key_that_nobody_guesses_is_its_own_proof() {
    let server = behind_proxy();
    let campaign = server.campaign(10);
    let key = "8e03978e-40d5-43e8-bc93-6894a57f9324";
    let call = join_with(&campaign, key, &join_body("user-1", 2));
    let first = server.send(&call.clone().header("X-Forwarded-For", "192.0.2.1"));
    assert!(first.created()["manage_token"].is_string());
    // The telephone has left the house meanwhile.
    is_replay_of(
        &server.send(&call.header("X-Forwarded-For", "198.51.100.1")),
        &first,
    );
    let other = join_with(&campaign, key, &join_body("user-1", 3));
    let reply = server.send(&other.header("X-Forwarded-For", "198.51.100.1"));
    reply.refused(422, "idempotency_conflict");
}

#[test]
fn a_key_that_somebody_else_used_first_is_a_conflict_only_for_them() {
    let server = behind_proxy();
    let campaign = server.campaign(10);
    let from = |address: &str, quantity| {
        let call = join_with(&campaign, "key-1", &join_body("user-1", quantity));
        server.send(&call.header("X-Forwarded-For", address))
    };
    from("198.51.100.1", 1).created();
    from("198.51.100.1", 2).refused(422, "idempotency_conflict");
    let own = from("192.0.2.1", 2);
    assert_eq!(own.header("Idempotent-Replayed"), None);
    assert!(own.created()["manage_token"].is_string());
    from("192.0.2.1", 3).refused(422, "idempotency_conflict");
    // Sent again it takes no slot, from wherever.
    let again = from("203.0.113.1", 2);
    assert_eq!(again.header("Idempotent-Replayed"), Some("true"));
    let call = join_with(&campaign, "key-1", &join_body("user-1", 4));
    server.send_as_organiser(call).created();
    let taken = server.send_as_organiser(Call::get(&campaign)).ok()["slots_taken"].clone();
    assert_eq!(taken, 7);
}

#[test]
fn joining_and_cancelling_does_not_go_on_for_ever() {
    let server = behind_proxy();
    let campaign = server.campaign(10);
    for round in 0..=20 {
        let joined = server.join(&campaign, "user-1", 1);
        let token = joined.created()["manage_token"].clone();
        let path = format!("{}/cancel", joined.header("Location").unwrap());
        let cancelled = server.send(&Call::post(&path).bearer(token.as_str().unwrap()));
        if round < 20 {
            cancelled.ok();
        } else {
            cancelled.refused(409, "cancellation_limit_reached");
            server.send_as_organiser(Call::post(&path)).ok();
        }
    }
}
