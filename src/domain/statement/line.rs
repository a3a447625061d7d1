//! The lines of a statement: those that count, and why others do not.

use std::fmt;
use std::sync::Arc;

use chrono::NaiveDate;
use serde_json::{Value, json};

use crate::domain::money::Rupiah;

/// A line by which money moved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Its number in the file, from 1; in a workbook the number of its row.
    pub number: u64,
    /// The day.
    pub date: NaiveDate,
    /// How much.
    pub amount: Rupiah,
    /// What the bank and the sender wrote, blanks joined. Personal data.
    pub description: String,
    /// What the other columns of text say, with ` | ` between them. Personal data.
    pub more: String,
    /// The account of the statement that it belongs to, where the file names one: its digits and letters.
    pub account: Option<Arc<str>>,
    /// SHA-256 of what the line is: the same line in another file has the same.
    pub fingerprint: [u8; 32],
    /// What the same line was stored by when it was imported without knowing the account.
    pub earlier_fingerprint: Option<[u8; 32]>,
}

impl Line {
    /// Everything that is written in it, to be searched for payment codes. Personal data.
    #[must_use]
    pub fn texts(&self) -> String {
        if self.more.is_empty() {
            return self.description.clone();
        }
        format!("{} | {}", self.description, self.more)
    }
}

/// A line that cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LineError {
    /// Its number in the file, from 1.
    pub number: u64,
    /// What is wrong with it.
    pub problem: LineProblem,
}

/// What is wrong with a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineProblem {
    /// A quotation mark is not closed.
    Quote,
    /// It ends before a column that is needed.
    TooShort,
    /// It has more cells than the line that names the columns.
    TooManyCells,
    /// It is longer than any line of a statement.
    TooLong,
    /// The date is none.
    Date,
    /// The date has no year, and no period above the table tells it.
    Year,
    /// The date can be read in two ways.
    AmbiguousDate,
    /// The amount is none in whole rupiah.
    Amount,
    /// Nothing that is understood says whether money came in or went out.
    Direction,
    /// One thing says that money came in and another that it went out.
    Contradiction,
    /// It says one direction, and the balance moves the other way.
    Balance,
    /// The word for its status is none that is known.
    Status,
    /// It is not in rupiah.
    Currency,
}

impl LineProblem {
    /// The problem as a word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Quote => "quote",
            Self::TooShort => "too_short",
            Self::TooManyCells => "too_many_cells",
            Self::TooLong => "too_long",
            Self::Date => "date",
            Self::Year => "year",
            Self::AmbiguousDate => "ambiguous_date",
            Self::Amount => "amount",
            Self::Direction => "direction",
            Self::Contradiction => "contradiction",
            Self::Balance => "balance",
            Self::Status => "status",
            Self::Currency => "currency",
        }
    }
}

impl fmt::Display for LineProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Quote => "a quotation mark is not closed",
            Self::TooShort => "it ends before a column that is needed",
            Self::TooManyCells => {
                "it has more cells than the columns have names: is a cell not quoted?"
            }
            Self::TooLong => "it is too long",
            Self::Date => "its date cannot be read",
            Self::Year => "its date has no year, and no period above the table tells it",
            Self::AmbiguousDate => {
                "its date can be read in two ways: say which part is first with --date-format"
            }
            Self::Amount => "its amount cannot be read as whole rupiah",
            Self::Direction => "it does not say whether money came in or went out",
            Self::Contradiction => "one column says that money came in, another that it went out",
            Self::Balance => "the balance moves the other way than the line says",
            Self::Status => "the word for its status is not known",
            Self::Currency => "it is not in rupiah",
        })
    }
}

/// Why a payment that a line tells of is not settled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unsettled {
    /// It is on its way; the bank has not booked it yet.
    Pending,
    /// It did not go through.
    Failed,
    /// It was not made in time.
    Expired,
    /// It was given back.
    Refunded,
    /// It was called off.
    Cancelled,
    /// It is going to be made.
    Announced,
}

impl Unsettled {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::Pending,
        Self::Failed,
        Self::Expired,
        Self::Refunded,
        Self::Cancelled,
        Self::Announced,
    ];

    /// The kind as a word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Failed => "failed",
            Self::Expired => "expired",
            Self::Refunded => "refunded",
            Self::Cancelled => "cancelled",
            Self::Announced => "announced",
        }
    }
}

/// How many lines are not settled, by kind.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct UnsettledCounts([u64; 6]);

impl UnsettledCounts {
    /// Counts one more.
    pub(super) fn add(&mut self, kind: Unsettled) {
        self.0[kind as usize] += 1;
    }

    /// How many are of a kind.
    #[must_use]
    pub const fn of(&self, kind: Unsettled) -> u64 {
        self.0[kind as usize]
    }

    /// How many there are.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.0.iter().sum()
    }

    /// As programs read it.
    #[must_use]
    pub fn to_json(&self) -> Value {
        let counts = Unsettled::ALL.map(|kind| (kind.word().to_owned(), json!(self.of(kind))));
        Value::Object(counts.into_iter().collect())
    }
}

/// A line whose payment is not settled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnsettledLine {
    /// Its number in the file, from 1.
    pub number: u64,
    /// Why it does not count.
    pub kind: Unsettled,
}
