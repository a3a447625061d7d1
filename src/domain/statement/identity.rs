//! What makes a line the same line in another file.
//!
//! A line is its day, its amount, its description and its account. Balance, time and reference number are not
//! part of it: another export, with other columns or of another period, has them otherwise or not at all, and
//! the same payment would count twice. Within one file they tell lines apart that are alike: these are numbered
//! in their order, so that two alike stay two in each file that has both, and one of them that is imported
//! later, in a file with only one, is known. As alike lines pay for the same, it does not matter which of them
//! is which. Lines that nothing tells apart are one line that stands there twice.
//!
//! What was imported without an account, by an earlier version or from a file that names none, is known by the
//! fingerprint without one.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use chrono::NaiveDate;
use sha2::{Digest, Sha256};

use crate::domain::money::Rupiah;
use crate::domain::statement::words::Direction;

/// What of a line is its identity.
pub(super) struct Traits<'a> {
    pub(super) date: NaiveDate,
    pub(super) amount: Rupiah,
    pub(super) description: &'a str,
    pub(super) direction: Direction,
    pub(super) account: Option<&'a str>,
    /// What tells it apart from lines that are alike.
    pub(super) apart: u64,
}

/// The fingerprints of a file's lines.
#[derive(Debug, Default)]
pub(super) struct Identities {
    /// How many are alike.
    alike: HashMap<[u8; 32], u32>,
    /// Which of them each is.
    numbers: HashMap<([u8; 32], u64), u32>,
}

impl Identities {
    /// The fingerprint of the next line, and the one that the line was stored by without an account.
    pub(super) fn of(&mut self, traits: &Traits<'_>) -> ([u8; 32], Option<[u8; 32]>) {
        let Traits {
            date,
            amount,
            description,
            direction,
            account,
            apart,
        } = traits;
        let mut plain = format!("{date}|{}|{description}", amount.get());
        if *direction == Direction::Out {
            plain.push_str("|out");
        }
        let with_account = account.map(|account| format!("{plain}|account {account}"));
        let whole = with_account.as_ref().unwrap_or(&plain);
        let first = hash(whole);
        let number = *self.numbers.entry((first, *apart)).or_insert_with(|| {
            let alike = self.alike.entry(first).or_insert(0);
            *alike += 1;
            *alike
        });
        if number > 1 {
            return (hash(&format!("{whole}|{number}")), None);
        }
        (first, with_account.map(|_| hash(&plain)))
    }
}

fn hash(text: &str) -> [u8; 32] {
    Sha256::digest(text.as_bytes()).into()
}

/// One number for what tells a line apart.
pub(super) fn apart<'a>(
    balance: Option<i128>,
    seconds: Option<u32>,
    cells: impl Iterator<Item = &'a str>,
) -> u64 {
    let mut hasher = DefaultHasher::new();
    (balance, seconds).hash(&mut hasher);
    for cell in cells {
        cell.hash(&mut hasher);
    }
    hasher.finish()
}
