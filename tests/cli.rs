//! The command line, as a person at a terminal meets it.

#![allow(
    clippy::unwrap_used,
    reason = "a test's helpers may fail as the test may"
)]

#[path = "cli/audit.rs"]
mod audit;
#[path = "cli/backup.rs"]
mod backup;
#[path = "cli/check.rs"]
mod check;
#[path = "support/client.rs"]
#[allow(
    dead_code,
    reason = "the client is shared with tests that need more of it"
)]
mod client;
#[path = "cli/clock.rs"]
mod clock;
#[path = "cli/curl.rs"]
mod curl;
#[path = "cli/demo.rs"]
mod demo;
#[path = "cli/deploy.rs"]
mod deploy;
#[path = "cli/docs.rs"]
mod docs;
#[path = "cli/export.rs"]
mod export;
#[path = "cli/harness.rs"]
mod harness;
#[path = "cli/healthcheck.rs"]
mod healthcheck;
#[path = "cli/log.rs"]
mod log;
#[path = "cli/organiser.rs"]
mod organiser;
#[path = "cli/payments.rs"]
mod payments;
#[path = "cli/qris.rs"]
mod qris;
#[path = "cli/readme.rs"]
mod readme;
#[path = "webhooks/receiver.rs"]
#[allow(
    dead_code,
    reason = "the receiver is shared with tests that need more of it"
)]
mod receiver;
#[path = "cli/refunds.rs"]
mod refunds;
#[path = "cli/restore.rs"]
mod restore;
#[path = "support/scanner.rs"]
mod scanner;
#[path = "cli/schema.rs"]
mod schema;
#[path = "cli/serve.rs"]
mod serve;
#[path = "cli/settings.rs"]
mod settings;
#[path = "support/shop.rs"]
mod shop;
#[path = "cli/sql.rs"]
mod sql;
#[path = "cli/sweep.rs"]
mod sweep;
#[path = "cli/webhooks.rs"]
mod webhooks;
