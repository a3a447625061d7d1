//! A bank statement as a table of text: its lines of money that came in, each with a fingerprint, and the
//! lines that cannot be read, by their number.
//!
//! Owns how banks write columns, dates and amounts. Never decides whose a line is.

mod amount;
mod columns;
mod date;
mod records;

use std::fmt;

use chrono::NaiveDate;
use sha2::{Digest, Sha256};

use crate::domain::money::Rupiah;
use amount::Direction;
use columns::Found;
pub use columns::{Column, Columns};
use records::Records;

/// The largest statement, in bytes.
pub const MAX_BYTES: usize = 64 * 1024 * 1024;

/// The most unreadable lines that are listed; all are counted.
pub const MAX_ERRORS: usize = 200;

/// A line by which money came in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Its number in the file, from 1.
    pub number: u64,
    /// The day.
    pub date: NaiveDate,
    /// How much came in.
    pub amount: Rupiah,
    /// What the bank and the sender wrote, blanks joined. Personal data.
    pub description: String,
    /// SHA-256 of date, amount and description: the same line in another file has the same.
    pub fingerprint: [u8; 32],
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
    /// The date is none.
    Date,
    /// The amount is none in whole rupiah.
    Amount,
    /// The word that says whether money came in or went out is none.
    Direction,
    /// The bank has not booked it yet.
    Pending,
}

impl LineProblem {
    /// The problem as a word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Quote => "quote",
            Self::TooShort => "too_short",
            Self::Date => "date",
            Self::Amount => "amount",
            Self::Direction => "direction",
            Self::Pending => "pending",
        }
    }
}

impl fmt::Display for LineProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Quote => "a quotation mark is not closed",
            Self::TooShort => "it ends before a column that is needed",
            Self::Date => "its date cannot be read",
            Self::Amount => "its amount cannot be read as whole rupiah",
            Self::Direction => "it does not say whether money came in or went out",
            Self::Pending => "the bank has not booked it yet: import it again when it has",
        })
    }
}

/// Why a file is no statement at all.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StatementError {
    /// It is larger than [`MAX_BYTES`].
    #[error("the statement has {bytes} bytes; at most {MAX_BYTES} are read: split it")]
    TooLarge {
        /// Its size.
        bytes: usize,
    },
    /// No line near the start names the columns.
    #[error("none of the first lines names the columns: {} was not found", .0.word())]
    NoColumn(Column),
    /// The columns of date, amount and description are not three.
    #[error("date, amount and description have to be three columns")]
    SameColumn,
}

/// What a statement says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Statement {
    /// The money that came in, in the order of the file.
    pub lines: Vec<Line>,
    /// So many lines tell of money that went out, or of none.
    pub debits: u64,
    /// So many lines cannot be read.
    pub error_count: u64,
    /// The first [`MAX_ERRORS`] of them.
    pub errors: Vec<LineError>,
}

impl Statement {
    /// Reads a statement. A line that cannot be read is noted, and the rest is read all the same.
    ///
    /// # Errors
    /// [`StatementError`] when nothing of it can be read.
    pub fn read(bytes: &[u8], columns: &Columns) -> Result<Self, StatementError> {
        if bytes.len() > MAX_BYTES {
            return Err(StatementError::TooLarge { bytes: bytes.len() });
        }
        let bytes = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes);
        let delimiter = columns.delimiter_of(bytes);
        let records = Records::split(bytes, delimiter);
        let found = columns.find(&records)?;
        let mut statement = Self::default();
        records.each(found.header, |number, read| match read {
            Ok(record) => statement.take(number, record, &found),
            Err(problem) => statement.note(number, problem),
        });
        Ok(statement)
    }

    fn take(&mut self, number: u64, record: &csv::ByteRecord, found: &Found) {
        match line(number, record, found) {
            Ok(Some(line)) => self.lines.push(line),
            Ok(None) => self.debits += 1,
            Err(problem) => self.note(number, problem),
        }
    }

    fn note(&mut self, number: u64, problem: LineProblem) {
        self.error_count += 1;
        if self.errors.len() < MAX_ERRORS {
            self.errors.push(LineError { number, problem });
        }
    }
}

/// Reads one line; none when no money came in by it.
fn line(number: u64, record: &csv::ByteRecord, found: &Found) -> Result<Option<Line>, LineProblem> {
    let cell = |index: usize| {
        let cell = record.get(index).ok_or(LineProblem::TooShort)?;
        // What an old encoding wrote is still a description.
        Ok(String::from_utf8_lossy(cell))
    };
    let (date, amount) = (cell(found.date)?, cell(found.amount)?);
    let description = cell(found.description)?;
    if date
        .trim()
        .trim_start_matches('\'')
        .eq_ignore_ascii_case("pend")
    {
        return Err(LineProblem::Pending);
    }
    let date = date::parse(&date).ok_or(LineProblem::Date)?;
    if found.only_credits && amount.trim().is_empty() {
        return Ok(None);
    }
    let (direction, amount) = amount::parse(&amount).ok_or(LineProblem::Amount)?;
    let mut is_debit = direction == Direction::Debit;
    for column in &found.directions {
        let Ok(word) = cell(column.index) else {
            continue;
        };
        match amount::direction(&word) {
            Some(stated) => is_debit |= stated == Direction::Debit,
            None if column.is_sure && !word.trim().is_empty() => {
                return Err(LineProblem::Direction);
            }
            None => {}
        }
    }
    if is_debit || amount.get() == 0 {
        return Ok(None);
    }
    let words: Vec<&str> = description.split_whitespace().collect();
    let description = words.join(" ");
    let fingerprint = fingerprint(date, amount, &description);
    Ok(Some(Line {
        number,
        date,
        amount,
        description,
        fingerprint,
    }))
}

fn fingerprint(date: NaiveDate, amount: Rupiah, description: &str) -> [u8; 32] {
    let canonical = format!("{date}|{}|{description}", amount.get());
    Sha256::digest(canonical.as_bytes()).into()
}

#[cfg(test)]
mod tests;
