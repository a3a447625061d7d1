//! The pages as people meet them, in a real Chromium.

#![allow(
    clippy::unwrap_used,
    reason = "a test's helpers may fail as the test may"
)]

#[path = "browser/campaign_page.rs"]
mod campaign_page;
#[path = "browser/every_page.rs"]
mod every_page;
#[path = "browser/group_buy.rs"]
mod group_buy;
#[path = "browser/harness/mod.rs"]
mod harness;
#[path = "browser/hostile_money.rs"]
mod hostile_money;
#[path = "browser/hostile_texts.rs"]
mod hostile_texts;
#[path = "browser/money.rs"]
mod money;
#[path = "browser/organisers_work.rs"]
mod organisers_work;
#[path = "browser/paying.rs"]
mod paying;
#[path = "browser/refunds.rs"]
mod refunds;
#[path = "support/scanner.rs"]
mod scanner;
#[path = "browser/screenshots.rs"]
mod screenshots;
#[path = "browser/self_test.rs"]
mod self_test;
#[path = "browser/statement.rs"]
mod statement;
#[path = "browser/steps.rs"]
mod steps;
mod support;
