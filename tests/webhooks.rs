//! Webhooks: what a receiver gets, when, in which order, and how it can tell who sent it.

#![allow(
    clippy::unwrap_used,
    reason = "a test's helpers may fail as the test may"
)]

#[path = "webhooks/crash.rs"]
mod crash;
#[path = "support/promises/mod.rs"]
mod promises;
#[path = "webhooks/receiver.rs"]
mod receiver;
#[path = "webhooks/signature.rs"]
mod signature;
mod support;

use std::time::{Duration, Instant};

use chrono::TimeDelta;
use crossbeam_channel::{Sender, bounded};
use sambatan::Options;
use sambatan::domain::receiver::PrivateNetworks;
use sambatan::domain::webhook::{DeliveryFailure, Webhook};
use serde_json::{Value, json};

use receiver::{Answer, Receiver};
use support::{Call, NO_LIMITS, START, TestServer, join_body};

/// A server that delivers.
fn delivering() -> TestServer {
    let server = TestServer::start();
    server.service.deliveries().start().unwrap();
    server
}

/// Adds a webhook over HTTP; its answer.
fn add(server: &TestServer, receiver: &Receiver) -> Value {
    let added = server.post("/api/sambatan/webhooks", &json!({"url": receiver.url()}));
    added.created()
}

/// The only webhook.
fn webhook(server: &TestServer) -> Webhook {
    let mut reports = server.service.list_webhooks().unwrap();
    assert_eq!(reports.len(), 1);
    reports.remove(0).webhook
}

/// Waits until something other threads do has been done.
#[track_caller]
fn eventually(what: &str, mut holds: impl FnMut() -> bool) {
    let started = Instant::now();
    while !holds() {
        assert!(started.elapsed() < Duration::from_secs(30), "{what}");
        std::thread::sleep(Duration::from_millis(1));
    }
}

/// Waits until so many attempts in a row are noted as failed.
fn failed(server: &TestServer, failures: u32) -> Webhook {
    eventually("the failure is noted", || {
        webhook(server).failures == failures
    });
    webhook(server)
}

fn silence() -> (Sender<()>, Answer) {
    let (speak, until) = bounded(0);
    (speak, Answer::Silence(until))
}

#[test]
fn every_event_of_a_campaign_arrives_in_order_and_no_other() {
    let server = delivering();
    let receiver = Receiver::start();
    let before = server.campaign(1);
    let added = add(&server, &receiver);
    let campaign = server.campaign(3);
    let participation = server.joined(&campaign, "zubaidah", 1);
    server.joined(&campaign, "user-2", 2);
    server.post_empty(&format!("{participation}/cancel")).ok();
    let deliveries: Vec<_> = (0..6).map(|_| receiver.next()).collect();
    let events: Vec<_> = deliveries.iter().map(receiver::Delivery::event).collect();
    assert_eq!(
        events,
        [
            "campaign_created",
            "participant_joined",
            "participant_joined",
            "campaign_full",
            "participant_cancelled",
            "campaign_reopened",
        ]
    );
    let (_, campaign_id) = campaign.rsplit_once('/').unwrap();
    let (_, participation_id) = participation.rsplit_once('/').unwrap();
    let joined = &deliveries[1];
    assert_eq!(joined.path, "/hook");
    assert_eq!(joined.json()["campaign_id"], campaign_id);
    assert_eq!(joined.json()["timestamp"], START);
    assert_eq!(
        joined.json()["metadata"]["participation_id"],
        participation_id
    );
    let id = added["id"].as_str().unwrap();
    for delivery in &deliveries {
        assert_eq!(delivery.id(), format!("{id}.{}", delivery.number()));
        assert!(!delivery.body.contains("zubaidah"), "{}", delivery.body);
        assert!(!delivery.body.contains("Melati"), "{}", delivery.body);
    }
    // A product's events are in between, and what was before the webhook is history.
    eventually("the last one is noted", || {
        let list = server.get("/api/sambatan/webhooks").ok();
        list[0]["pending"] == 0 && list[0]["last_delivered_at"] == START
    });
    assert!(receiver.rest().is_empty());
    server.joined(&before, "user-3", 1);
    assert_eq!(receiver.events(), ["participant_joined", "campaign_full"]);
}

#[test]
fn a_webhook_is_shown_with_its_secret_to_who_asks_for_it_and_can_be_removed() {
    let server = delivering();
    let receiver = Receiver::start();
    let added = add(&server, &receiver);
    let secret = added["secret"].as_str().unwrap();
    assert!(secret.starts_with("sw_"), "{secret}");
    let list = server.get("/api/sambatan/webhooks");
    assert_eq!(list.ok()[0]["url"], receiver.url());
    assert!(!list.text().contains("sw_"), "{}", list.text());
    let path = format!("/api/sambatan/webhooks/{}", added["id"].as_str().unwrap());
    let shown = server.get(&path);
    assert_eq!(shown.ok(), added);
    assert_eq!(shown.header("Cache-Control"), Some("no-store"));

    let removed = server.post_empty(&format!("{path}/remove"));
    assert_eq!(removed.status, 204);
    server.get(&path).refused(404, "webhook_not_found");
    let again = server.post_empty(&format!("{path}/remove"));
    again.refused(404, "webhook_not_found");
    server.campaign(1);
    // Another one hears of it, so the first would have.
    let other = Receiver::start();
    add(&server, &other);
    server.campaign(1);
    assert_eq!(other.events(), ["campaign_created"]);
    assert!(receiver.rest().is_empty());
}

#[test]
fn addresses_are_checked_and_there_are_at_most_ten() {
    let server = TestServer::start();
    for url in [
        json!("ftp://x"),
        json!("http://u:p@x/"),
        json!(7),
        json!(null),
    ] {
        let reply = server.post("/api/sambatan/webhooks", &json!({"url": url}));
        let document = reply.refused(422, "validation_failed");
        assert_eq!(document["errors"][0]["field"], "url");
    }
    let url = json!({"url": "https://example.com/"});
    for _ in 0..10 {
        server.post("/api/sambatan/webhooks", &url).created();
    }
    let reply = server.post("/api/sambatan/webhooks", &url);
    reply.refused(409, "webhook_limit_reached");
}

#[test]
fn what_is_not_taken_is_sent_again_after_growing_pauses_and_nothing_overtakes_it() {
    let server = delivering();
    let receiver = Receiver::start();
    add(&server, &receiver);
    receiver.will_answer([500, 302, 410, 404].map(Answer::Status));
    let campaign = server.campaign(5);
    let first = receiver.next();
    server.joined(&campaign, "user-1", 1);
    for (failures, status, pause) in [(1, 500, 1), (2, 302, 2), (3, 410, 4), (4, 404, 8)] {
        let after = failed(&server, failures);
        assert_eq!(after.last_status, Some(status));
        let next = server.clock.now().saturating_add(TimeDelta::seconds(pause));
        assert_eq!(after.next_attempt_at, Some(next));
        server
            .clock
            .advance(TimeDelta::milliseconds(pause * 1000 - 1));
        assert!(receiver.rest().is_empty(), "it waits for its time");
        server.clock.advance(TimeDelta::milliseconds(1));
        let again = receiver.next();
        assert_eq!((again.id(), &again.body), (first.id(), &first.body));
    }
    assert_eq!(receiver.events(), ["participant_joined"]);
    eventually("all is well again", || webhook(&server).failures == 0);
    assert_eq!(server.service.deliveries().counts().failed, 4);
}

#[test]
fn a_pause_outlives_a_restart_and_so_does_what_was_not_delivered() {
    let server = delivering();
    let receiver = Receiver::start();
    add(&server, &receiver);
    receiver.will_answer([Answer::Status(503)]);
    server.campaign(5);
    let first = receiver.next();
    let before = failed(&server, 1);
    // The clock of the harness begins anew: at the time of the failure.
    let server = server.restart();
    server.service.deliveries().start().unwrap();
    assert_eq!(webhook(&server), before);
    assert!(receiver.rest().is_empty(), "it waits for its time");
    server.clock.advance(TimeDelta::seconds(1));
    assert_eq!(receiver.next().id(), first.id());
    eventually("it is noted", || webhook(&server).failures == 0);
}

#[test]
fn what_happened_while_nothing_was_delivered_is_delivered_at_the_start() {
    let server = TestServer::start();
    let receiver = Receiver::start();
    add(&server, &receiver);
    let campaign = server.campaign(200);
    for user in 0..150 {
        server.joined(&campaign, &format!("user-{user}"), 1);
    }
    server.service.deliveries().start().unwrap();
    let numbers: Vec<_> = (0..151).map(|_| receiver.next().number()).collect();
    assert!(numbers.is_sorted(), "{numbers:?}");
    // The product's two events and the webhook's own are none to deliver.
    eventually("all is done", || {
        webhook(&server).last_event == numbers[150]
    });
    assert_eq!(server.service.deliveries().counts().delivered, 151);
}

#[test]
fn a_receiver_that_does_not_answer_holds_up_no_other_and_not_the_end() {
    let mut server = delivering();
    let (silent, prompt) = (Receiver::start(), Receiver::start());
    add(&server, &silent);
    add(&server, &prompt);
    let (_speak, silence) = silence();
    silent.will_answer([silence]);
    let campaign = server.campaign(5);
    server.joined(&campaign, "user-1", 1);
    silent.next();
    assert_eq!(prompt.events(), ["campaign_created", "participant_joined"]);
    eventually("it is noted", || {
        server.service.list_webhooks().unwrap()[1].pending == 0
    });
    let asked = Instant::now();
    server.stop();
    assert!(
        asked.elapsed() < Duration::from_secs(5),
        "{:?}",
        asked.elapsed()
    );
    let server = server.restart();
    let reports = server.service.list_webhooks().unwrap();
    // That it was broken off says nothing against the receiver.
    assert!(reports[0].pending >= 2, "{reports:?}");
    assert_eq!(reports[0].webhook.failures, 0);
}

#[test]
fn a_receiver_that_is_not_there_is_named_as_such() {
    let server = delivering();
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/", closed.local_addr().unwrap());
    drop(closed);
    server.service.add_webhook(&url).unwrap();
    server.campaign(1);
    let after = failed(&server, 1);
    assert_eq!(after.last_failure, Some(DeliveryFailure::Unreachable));
    assert_eq!(after.last_status, None);
    let list = server.get("/api/sambatan/webhooks").ok();
    assert_eq!(list[0]["last_failure"], "unreachable");
    assert_eq!(list[0]["failures"], 1);
    let metrics = server.get("/metrics");
    let pending = &list[0]["pending"];
    assert!(pending.as_u64().unwrap() >= 1);
    for series in [
        "webhook_deliveries_total{outcome=\"failed\"} 1".to_owned(),
        "webhook_deliveries_total{outcome=\"delivered\"} 0".to_owned(),
        format!("webhook_pending {pending}"),
    ] {
        assert!(
            metrics.text().contains(&format!("sambatan_{series}\n")),
            "{series}"
        );
    }
}

#[test]
fn an_address_is_told_to_the_organiser_and_stands_in_no_log() {
    let server = TestServer::start_guarded(NO_LIMITS);
    let url = json!({"url": "https://example.com/rahasia-sekali"});
    let created = server.send_as_organiser(Call::post("/api/sambatan/webhooks").json(&url));
    let path = created.header("Location").unwrap();
    for call in [
        Call::get("/api/sambatan/webhooks"),
        Call::get(path),
        Call::post(&format!("{path}/remove")),
        Call::post("/api/sambatan/webhooks").json(&url),
    ] {
        let reply = server.send(&call);
        reply.refused(401, "token_required");
        assert!(!reply.text().contains("rahasia"), "{}", reply.text());
    }
    server.send_as_organiser(Call::get(path)).ok();
    let file = server.folder.path().join("test.db");
    let logged: i64 = rusqlite::Connection::open(file)
        .unwrap()
        .query_row(
            "SELECT count(*) FROM sambatan_audit_logs WHERE metadata LIKE '%rahasia%'",
            [],
            |row| row.get(0),
        )
        .unwrap();
    assert_eq!(logged, 0);
}

#[test]
fn a_refused_join_is_not_told() {
    let server = delivering();
    let receiver = Receiver::start();
    let campaign = server.campaign(2);
    add(&server, &receiver);
    let refused = server.post(&format!("{campaign}/join"), &join_body("user-1", 3));
    refused.refused(409, "insufficient_slots");
    server.joined(&campaign, "user-2", 1);
    let told = receiver.next();
    assert_eq!(told.event(), "participant_joined");
    assert_eq!(told.json()["metadata"]["quantity"], 1);
}

#[test]
fn a_receiver_is_not_where_nothing_is_sent() {
    let server = TestServer::start();
    for host in [
        "169.254.169.254",
        "2852039166",
        "[::ffff:a9fe:a9fe]",
        "0xA9FEA9FE",
    ] {
        let url = json!({"url": format!("http://{host}/latest/meta-data")});
        let reply = server.post("/api/sambatan/webhooks", &url);
        assert_eq!(reply.wrong_fields(), ["url"], "{host}");
        assert!(reply.text().contains("link-local"), "{}", reply.text());
    }
    // On this machine, as the README has it.
    let url = json!({"url": "http://127.0.0.1:9000/sambatan"});
    server.post("/api/sambatan/webhooks", &url).created();
}

#[test]
fn where_private_networks_are_refused_nothing_is_sent_there() {
    let receiver = Receiver::start();
    let refusing = Options {
        private_networks: PrivateNetworks::Refused,
        ..Options::default()
    };
    let server = TestServer::start_with(&refusing);
    for url in [
        receiver.url(),
        "http://localhost.:9000/".to_owned(),
        "http://[::1]/".to_owned(),
    ] {
        let reply = server.post("/api/sambatan/webhooks", &json!({"url": url}));
        assert_eq!(reply.wrong_fields(), ["url"], "{url}");
        assert!(reply.text().contains("--webhooks-to-private-networks"));
    }
    // One that was added when they were allowed.
    let mut server = server;
    server.stop();
    let folder = std::mem::replace(&mut server.folder, tempfile::tempdir().unwrap());
    drop(server);
    let server = TestServer::over(folder, &Options::default());
    add(&server, &receiver);
    let mut server = server;
    server.stop();
    let folder = std::mem::replace(&mut server.folder, tempfile::tempdir().unwrap());
    drop(server);
    let server = TestServer::over(folder, &refusing);
    server.service.deliveries().start().unwrap();
    server.campaign(1);
    let after = failed(&server, 1);
    assert_eq!(after.last_failure, Some(DeliveryFailure::AddressRefused));
    assert!(receiver.rest().is_empty(), "nobody came");
    let list = server.get("/api/sambatan/webhooks").ok();
    assert_eq!(list[0]["last_failure"], "address_refused");
}
