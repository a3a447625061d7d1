//! The document that says what the API is.

use std::fs;
use std::path::Path;

use crate::support::{Call, NO_LIMITS, TestServer, described};

/// The document as it is kept in the repository.
fn kept() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/openapi.json");
    fs::read_to_string(path).unwrap_or_default()
}

#[test]
fn the_document_that_is_kept_is_the_one_that_is_served() {
    let current = sambatan::http::openapi_document();
    assert!(
        kept() == current,
        "docs/openapi.json is stale: run `cargo run -- openapi > docs/openapi.json`"
    );
}

#[test]
fn everybody_may_read_what_the_service_is_and_keep_it() {
    let server = TestServer::start_guarded(NO_LIMITS);
    let reply = server.get("/openapi.json");
    assert_eq!(reply.header("Content-Type"), Some("application/json"));
    assert_eq!(reply.ok()["openapi"], "3.1.0");
    assert_eq!(reply.text(), sambatan::http::openapi_document());
    let tag = reply.header("ETag").unwrap();
    let again = server.send(&Call::get("/openapi.json").header("If-None-Match", tag));
    assert_eq!(again.status, 304);
}

#[test]
fn a_refusal_that_is_not_said_of_a_route_is_noticed() {
    let server = TestServer::start();
    let call = Call::get("/api/sambatan/campaigns/none");
    let reply = server.send(&call);
    reply.refused(404, "campaign_not_found");
    described::hold(&call, &reply);
    let another = Call::post("/api/products");
    let held = std::panic::catch_unwind(|| described::hold(&another, &reply));
    assert!(held.is_err());
}
