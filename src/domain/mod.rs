//! The words, states and rules of group buying, as plain types and pure functions.
//!
//! Owns every business decision. Never reads a clock, a file or a socket: the time is passed in, and
//! the caller applies what a rule decided inside the transaction that read the state.

pub mod after_completion;
pub mod audit;
pub mod ban;
pub mod campaign;
pub mod chain;
pub mod claim;
pub mod clock_trust;
pub mod edit;
pub mod error;
pub mod field;
pub mod forgetting;
pub mod handle;
pub mod holder;
pub mod id;
pub mod idempotency;
pub mod join_code;
pub mod ledger;
pub mod lifecycle;
pub mod manage_token;
pub mod money;
pub mod participation;
pub mod pay_to;
pub mod payment_code;
pub mod payment_import;
pub mod payment_window;
pub mod payout_account;
pub mod product;
pub mod qris;
pub mod receiver;
pub mod replay;
pub mod reports;
pub mod row_seal;
pub mod seal;
pub mod slots;
pub mod statement;
pub mod terms;
pub mod time;
pub mod transfer;
pub mod verification;
pub mod waiting_list;
pub mod webhook;
pub mod webhook_secret;
