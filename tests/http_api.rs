//! The HTTP contract, over real connections.

#![allow(
    clippy::unwrap_used,
    reason = "a test's helpers may fail as the test may"
)]

#[path = "http_api/access/mod.rs"]
mod access;
#[path = "http_api/after_completion.rs"]
mod after_completion;
#[path = "http_api/claims.rs"]
mod claims;
#[path = "http_api/edits.rs"]
mod edits;
#[path = "http_api/errors.rs"]
mod errors;
#[path = "http_api/exports.rs"]
mod exports;
#[path = "http_api/flows.rs"]
mod flows;
#[path = "http_api/idempotency.rs"]
mod idempotency;
#[path = "http_api/imports.rs"]
mod imports;
#[path = "http_api/join_code.rs"]
mod join_code;
#[path = "http_api/last_word.rs"]
mod last_word;
#[path = "http_api/limits.rs"]
mod limits;
#[path = "http_api/links.rs"]
mod links;
#[path = "http_api/lists.rs"]
mod lists;
#[path = "http_api/metrics.rs"]
mod metrics;
#[path = "http_api/money.rs"]
mod money;
#[path = "http_api/openapi.rs"]
mod openapi;
#[path = "http_api/pay_to.rs"]
mod pay_to;
#[path = "http_api/privacy.rs"]
mod privacy;
#[path = "http_api/protocol.rs"]
mod protocol;
#[path = "http_api/proxied.rs"]
mod proxied;
#[path = "http_api/readiness.rs"]
mod readiness;
#[path = "http_api/refunding.rs"]
mod refunding;
#[path = "http_api/sessions.rs"]
mod sessions;
mod support;
#[path = "http_api/terms.rs"]
mod terms;
