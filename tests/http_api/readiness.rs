//! Alive, and ready: each reason why it is not.

use std::fs;

use rusqlite::Connection;
use serde_json::json;

use crate::support::TestServer;

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
