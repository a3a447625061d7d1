//! What the tests of the promises share: a client that knows what it was told, a ledger of that, the
//! real process, and a check of the file that trusts nothing but its rows.
//!
//! The promises: no slot is sold twice; no acknowledged join or cancel is lost, by no crash and no
//! power cut. Every test of one has a twin that runs a deliberately broken variant through the same
//! check and expects it to object.

#![allow(
    dead_code,
    unused_imports,
    reason = "each test binary uses a part of this"
)]
#![allow(
    clippy::print_stdout,
    reason = "what a test prints is shown when it fails"
)]

pub(crate) mod client;
pub(crate) mod file;
pub(crate) mod ledger;
pub(crate) mod power;
pub(crate) mod process;
pub(crate) mod random;
pub(crate) mod trace;

pub(crate) use client::{Client, Reply};
pub(crate) use file::FileState;
pub(crate) use ledger::{Actor, Campaign, check_ledgers};
pub(crate) use process::{Served, serve};
pub(crate) use random::Random;
