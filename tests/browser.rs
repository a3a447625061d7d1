//! The pages as people meet them, in a real Chromium.

#![allow(
    clippy::unwrap_used,
    reason = "a test's helpers may fail as the test may"
)]

#[path = "browser/harness/mod.rs"]
mod harness;
#[path = "browser/self_test.rs"]
mod self_test;
mod support;
