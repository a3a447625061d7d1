//! Random ledgers: what really happened on an account.

use chrono::{Days, NaiveDate};
use proptest::prelude::*;

/// How far a payment is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum State {
    Settled,
    Pending,
    Failed,
    Expired,
    Refunded,
    Cancelled,
}

/// One movement, or one that was tried.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    pub(crate) is_income: bool,
    pub(crate) state: State,
    pub(crate) amount: i64,
    /// Days after the entry before.
    pub(crate) days: u64,
    pub(crate) minute: u32,
    pub(crate) text: usize,
}

/// What is written into a transfer. None of it says a direction.
pub(crate) const TEXTS: [&str; 8] = [
    "PATUNGAN SB-M8JABGP4QD",
    "Wati Rekaan, iuran \"beras\"",
    "BI-FAST 0812 SITI",
    "Iuran; minyak | kopi",
    "TRF 7711 / ANEKA",
    "réka né 12",
    "INV/2026/11/0007",
    "Toko Kaca 88",
];

pub(crate) fn entry() -> impl Strategy<Value = Entry> {
    let state = prop_oneof![
        4 => Just(State::Settled),
        1 => Just(State::Pending),
        1 => Just(State::Failed),
        1 => Just(State::Expired),
        1 => Just(State::Refunded),
        1 => Just(State::Cancelled),
    ];
    let amount = prop_oneof![1_i64..2_000, 100_000_i64..200_000, 1_i64..90_000_000];
    (
        any::<bool>(),
        state,
        amount,
        0_u64..4,
        0_u32..1440,
        0..TEXTS.len(),
    )
        .prop_map(|(is_income, state, amount, days, minute, text)| Entry {
            is_income,
            state,
            amount,
            days,
            minute,
            text,
        })
}

/// The day of each entry.
pub(crate) fn days(entries: &[Entry]) -> Vec<NaiveDate> {
    let mut day = NaiveDate::from_ymd_opt(2026, 11, 20).unwrap();
    let next = |entry: &Entry| {
        day = day + Days::new(entry.days);
        day
    };
    entries.iter().map(next).collect()
}
