//! The file: the only place with SQL.
//!
//! Owns how the file is opened, brought up to date and read and written, one named function for each
//! statement, beside the row it maps. Decides nothing: that is the domain's.

pub(crate) mod audit;
pub(crate) mod bans;
pub(crate) mod campaigns;
pub(crate) mod check;
pub(crate) mod copy;
pub(crate) mod curve;
pub(crate) mod erase;
pub(crate) mod error;
pub(crate) mod exports;
pub(crate) mod files;
pub(crate) mod idempotency;
pub(crate) mod installation;
pub(crate) mod migrate;
pub(crate) mod open;
pub(crate) mod participants;
pub(crate) mod pay_to;
pub(crate) mod place;
#[cfg(test)]
mod plans;
pub(crate) mod products;
pub(crate) mod query;
pub(crate) mod room;
pub(crate) mod row_seals;
pub(crate) mod rows;
pub(crate) mod schema;
pub(crate) mod seals;
pub(crate) mod seize;
pub(crate) mod totals;
pub(crate) mod transactions;
pub(crate) mod verify;
pub(crate) mod webhooks;

pub use error::StoreError;
pub(crate) use rusqlite::Connection;

/// Sorts after the text of every UUID: a "newest first" list without a cursor starts before it.
const AFTER_EVERY_ID: &str = "~";
