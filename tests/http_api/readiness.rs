//! Alive, and ready: each reason why it is not.

use std::fs;

use chrono::TimeDelta;
use rusqlite::Connection;
use serde_json::json;

use crate::support::{Call, TestServer, join_body};

fn is_ready(server: &TestServer) {
    assert_eq!(server.get("/readyz").ok(), json!({"status": "ready"}));
}

fn is_not_ready(server: &TestServer, reasons: &[&str]) {
    let refused = server.get("/readyz").refused(503, "not_ready");
    assert_eq!(refused["reasons"], json!(reasons));
    assert_eq!(server.get("/healthz").ok(), json!({"status": "ok"}));
}

fn started() -> TestServer {
    let server = TestServer::start();
    server.service.scheduler().start().unwrap();
    is_ready(&server);
    server
}

#[test]
fn it_is_ready_when_the_scheduler_runs_and_not_when_it_has_stopped() {
    let server = TestServer::start();
    is_not_ready(&server, &["scheduler"]);
    server.service.scheduler().start().unwrap();
    is_ready(&server);
    server.service.scheduler().stop();
    is_not_ready(&server, &["scheduler"]);
}

#[test]
fn a_writer_that_has_ended_is_noticed() {
    let server = started();
    server.service.close();
    is_not_ready(&server, &["writer", "scheduler"]);
}

#[test]
fn a_file_that_another_program_keeps_for_itself_is_noticed() {
    let server = started();
    let other = Connection::open(server.folder.path().join("test.db")).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    is_not_ready(&server, &["writer"]);
    other.execute_batch("ROLLBACK").unwrap();
    is_ready(&server);
}

#[test]
fn a_file_that_was_moved_away_or_replaced_is_noticed() {
    let server = started();
    let path = server.folder.path().join("test.db");
    let aside = server.folder.path().join("aside.db");
    fs::rename(&path, &aside).unwrap();
    is_not_ready(&server, &["storage"]);
    fs::write(&path, "another file").unwrap();
    is_not_ready(&server, &["storage"]);
    fs::rename(&aside, &path).unwrap();
    is_ready(&server);
}

#[test]
fn a_clock_that_jumps_ahead_holds_everything_and_is_no_reason_to_turn_people_away() {
    let server = TestServer::start();
    let path = server.campaign(4);
    server.service.scheduler().start().unwrap();
    is_ready(&server);
    server.clock.step(TimeDelta::days(3650));
    let is_suspect = || {
        let ready = server.get("/readyz").ok();
        let suspect = json!({"status": "ready", "warnings": ["clock_suspect"]});
        assert!(
            ready == suspect || ready == json!({"status": "ready"}),
            "{ready}"
        );
        ready == suspect
    };
    let status = || server.get(&path).ok()["status"].clone();
    let trigger = || {
        let call = Call::post("/api/sambatan/scheduler/trigger").header("Accept-Language", "en");
        server.send(&call).ok()["message"].to_string()
    };
    assert!(is_suspect());
    assert!(trigger().contains("clock_suspect"));
    assert_eq!(status(), "active");
    // It was a mistake: all is as before, and people join.
    server.clock.step(TimeDelta::days(-3650));
    assert!(!is_suspect());
    assert!(!trigger().contains("clock_suspect"));
    let join = server.post(&format!("{path}/join"), &join_body("arum", 1));
    assert_eq!(join.status, 201);

    // It was right: after a while.
    server.clock.step(TimeDelta::days(3650));
    assert!(is_suspect());
    server.clock.advance(TimeDelta::minutes(9));
    assert!(trigger().contains("clock_suspect"));
    assert_eq!(status(), "active");
    server.clock.advance(TimeDelta::minutes(1));
    trigger();
    assert_eq!(status(), "failed");
    assert!(is_suspect(), "nothing is erased yet");
    server.clock.advance(TimeDelta::hours(24));
    assert!(!is_suspect());
}
