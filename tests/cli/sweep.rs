//! `sweep`.

use serde_json::json;

use crate::client::{Call, Client};
use crate::harness::{Place, edit};

#[test]
fn it_does_what_is_due_and_prints_it_also_beside_a_server() {
    let place = Place::new();
    let file = place.demo_file();
    let served = place.serve(&["serve", "--db", "demo.db", "--interval", "24h"]);
    // The server's first sweep has completed the full campaign; one more falls due behind its back.
    assert_eq!(
        place.run(&["sweep", "--db", "demo.db"]).ok().lines().last(),
        Some("Nothing was due.")
    );
    edit(
        &file,
        "UPDATE sambatan_campaigns SET deadline = '2020-01-01 00:00:00.000' WHERE title LIKE 'Kenanga%'",
    );
    let printed = place.run(&["sweep", "--db", "demo.db"]).ok();
    assert!(printed.contains("campaign_failed"), "{printed}");
    assert!(printed.contains("Kenanga Pasar Pagi"), "{printed}");
    assert!(printed.contains("1 transition."), "{printed}");
    assert_eq!(served.stop().code, Some(0));
}

#[test]
fn it_makes_no_file() {
    let place = Place::new();
    place
        .run(&["sweep"])
        .failed(1, "there is no file sambatan.db");
    assert!(place.names().is_empty());
}

#[test]
fn a_clock_far_ahead_of_the_file_settles_nothing_until_somebody_says_that_it_is_right() {
    let place = Place::new();
    let file = place.demo_file();
    // As a file looks to a machine whose clock starts years ahead.
    edit(
        &file,
        "DROP TRIGGER audit_rows_are_never_updated;
         UPDATE sambatan_audit_logs SET created_at = '2020-01-01 00:00:00.000';
         CREATE TRIGGER audit_rows_are_never_updated BEFORE UPDATE ON sambatan_audit_logs
BEGIN
    SELECT RAISE(ABORT, 'the audit log cannot be changed');
END;
         UPDATE sambatan_campaigns SET deadline = '2020-01-02 00:00:00.000' WHERE title LIKE 'Kenanga%'",
    );
    let sweep = ["sweep", "--db", "demo.db"];
    place.run(&sweep).failed(1, "--clock-is-right");
    let served = place.serve(&["serve", "--db", "demo.db"]);
    let mut client = Client::connect(served.address());
    let ready = client.send(&Call::get("/readyz")).ok();
    assert_eq!(
        ready,
        json!({"status": "ready", "warnings": ["clock_suspect"]})
    );
    let run = Call::post("/api/sambatan/lifecycle/run");
    assert_eq!(client.send(&run).ok()["transitions"], json!([]));
    let page = client.send(&Call::get("/organiser").header("Accept-Language", "en"));
    assert!(page.text().contains("is not believable"), "{}", page.text());
    let metrics = client.send(&Call::get("/metrics")).text();
    assert!(metrics.contains("sambatan_clock_suspect 1"), "{metrics}");

    let confirm = Call::post("/api/sambatan/scheduler/confirm-clock");
    client.send(&confirm).ok();
    client
        .send(&Call::post("/api/sambatan/scheduler/trigger"))
        .ok();
    assert_eq!(
        client.send(&Call::get("/readyz")).ok(),
        json!({"status": "ready"})
    );
    assert_eq!(served.stop().code, Some(0));
    // What was settled is in the log, with a time that is believed from now on.
    let printed = place.run(&sweep).ok();
    assert!(printed.contains("Nothing was due."), "{printed}");
}
