//! The harness of the browser tests: one Chromium for all tests that run at a time, and in it a visitor
//! of a page, with cookies, a window and wishes of their own.
//!
//! A test begins with `let Some(browser) = browser() else { return };`: without Chromium it is skipped,
//! except where the tests are the gate. What a visitor's pages may never do is checked when the visitor
//! leaves: report an error to the console, or ask another host for anything.

#![allow(dead_code, reason = "what later pages need is here, too")]

mod axe;
mod input;
mod measure;
mod observed;
mod process;
mod protocol;
mod reading;
mod screenshot;
mod static_site;
mod visitor;

use std::sync::{Arc, Mutex, Weak};

pub(crate) use input::Key;
pub(crate) use measure::median_answer_time;
pub(crate) use process::Browser;
pub(crate) use static_site::StaticSite;
pub(crate) use visitor::{Looks, Visitor};

/// The browser that the tests share, if there is one on this machine. It ends with the last test that
/// holds it.
pub(crate) fn browser() -> Option<Arc<Browser>> {
    static RUNNING: Mutex<Weak<Browser>> = Mutex::new(Weak::new());
    if !process::is_there() || !axe::is_there() {
        return None;
    }
    // A browser that did not start fails each test that wants it, not only the first.
    let mut running = RUNNING
        .lock()
        .unwrap_or_else(|poisoned| poisoned.into_inner());
    Some(running.upgrade().unwrap_or_else(|| {
        let browser = Arc::new(Browser::start());
        *running = Arc::downgrade(&browser);
        browser
    }))
}

/// Says that a test is skipped for want of something, which is a failure where the tests are the gate.
#[allow(
    clippy::print_stdout,
    reason = "whoever runs the tests wants to know what was skipped"
)]
fn skip_without(what: &str) {
    assert_ne!(
        std::env::var("CI").as_deref(),
        Ok("true"),
        "{what} is missing: .ci/run installs it"
    );
    println!("skipped: there is no {what}; .ci/run installs it");
}
