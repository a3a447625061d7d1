//! The pages, over real connections, as a browser without a script uses them.

#![allow(
    clippy::unwrap_used,
    reason = "a test's helpers may fail as the test may"
)]

mod support;

#[path = "web/audit.rs"]
mod audit;
#[path = "web/bans.rs"]
mod bans;
#[path = "web/campaign.rs"]
mod campaign;
#[path = "web/claims.rs"]
mod claims;
#[path = "web/edits.rs"]
mod edits;
#[path = "web/erased.rs"]
mod erased;
#[path = "web/escaping.rs"]
mod escaping;
#[path = "web/join_code.rs"]
mod join_code;
#[path = "web/joining.rs"]
mod joining;
#[path = "web/languages.rs"]
mod languages;
#[path = "web/money.rs"]
mod money;
#[path = "web/organiser.rs"]
mod organiser;
#[path = "web/own.rs"]
mod own;
#[path = "web/pay_to.rs"]
mod pay_to;
#[path = "web/payments.rs"]
mod payments;
#[path = "web/problems.rs"]
mod problems;
#[path = "web/refunds.rs"]
mod refunds;
#[path = "support/scanner.rs"]
mod scanner;
#[path = "web/session.rs"]
mod session;
#[path = "web/states.rs"]
mod states;
#[path = "web/visitor.rs"]
mod visitor;
#[path = "web/weight.rs"]
mod weight;
