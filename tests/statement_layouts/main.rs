//! Bank statements in whatever layout: a ledger is written as a bank might, and is read back exactly or refused;
//! never is money that went out, or that is not settled, taken for money that came in.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod bank;
mod columns;
mod ledger;
mod names;
mod property;
mod table;
mod traps;
mod workbook;
mod xls;
