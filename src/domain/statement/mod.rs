//! A bank statement as a table of text: its lines of money that came in, each with a fingerprint, and the
//! lines that cannot be read, by their number.
//!
//! Owns how banks write columns, dates and amounts. Never decides whose a line is.

mod amount;
mod columns;
mod date;
mod error;
mod line;
mod options;
mod reading;
mod records;

use std::sync::Arc;

use chrono::NaiveDate;
use sha2::{Digest, Sha256};

use crate::domain::money::Rupiah;
use amount::Direction;
use columns::Found;
pub use error::StatementError;
pub use line::{Line, LineError, LineProblem, Unsettled, UnsettledCounts, UnsettledLine};
pub use options::{Column, Columns, DateFormat};
pub use reading::{Basis, Reading, UsedColumn};
use records::Records;

/// The largest statement, in bytes.
pub const MAX_BYTES: usize = 64 * 1024 * 1024;

/// The most lines of a statement.
pub const MAX_RECORDS: usize = 1_000_000;

/// The most unreadable lines that are listed, and the most that are not settled; all are counted.
pub const MAX_ERRORS: usize = 200;

/// What a statement says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Statement {
    /// The money that came in, in the order of the file.
    pub lines: Vec<Line>,
    /// The money that surely went out, in the order of the file.
    pub outgoing: Vec<Line>,
    /// So many lines tell of money that went out, or of none.
    pub debits: u64,
    /// So many lines tell of payments that are not settled.
    pub unsettled: UnsettledCounts,
    /// The first [`MAX_ERRORS`] of them.
    pub unsettled_lines: Vec<UnsettledLine>,
    /// So many lines are totals of the bank, or name the columns again.
    pub totals: u64,
    /// So many lines cannot be read.
    pub error_count: u64,
    /// The first [`MAX_ERRORS`] of them.
    pub errors: Vec<LineError>,
    /// How it was read.
    pub reading: Reading,
    /// The account that the file names, where it names exactly one: its digits and letters.
    pub account: Option<Arc<str>>,
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
            Ok(Some((Direction::Debit, line))) => {
                self.debits += 1;
                self.outgoing.push(line);
            }
            Ok(Some((_, line))) => self.lines.push(line),
            Ok(None) => self.debits += 1,
            Err(LineProblem::Status) => {
                self.unsettled.add(Unsettled::Pending);
                if self.unsettled_lines.len() < MAX_ERRORS {
                    let kind = Unsettled::Pending;
                    self.unsettled_lines.push(UnsettledLine { number, kind });
                }
            }
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
fn line(
    number: u64,
    record: &csv::ByteRecord,
    found: &Found,
) -> Result<Option<(Direction, Line)>, LineProblem> {
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
        return Err(LineProblem::Status);
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
    if amount.get() == 0 {
        return Ok(None);
    }
    let words: Vec<&str> = description.split_whitespace().collect();
    let description = words.join(" ");
    let fingerprint = fingerprint(date, amount, &description);
    let direction = if is_debit {
        Direction::Debit
    } else {
        direction
    };
    let line = Line {
        number,
        date,
        amount,
        description,
        more: String::new(),
        account: None,
        fingerprint,
        earlier_fingerprint: None,
    };
    Ok(Some((direction, line)))
}

fn fingerprint(date: NaiveDate, amount: Rupiah, description: &str) -> [u8; 32] {
    let canonical = format!("{date}|{}|{description}", amount.get());
    Sha256::digest(canonical.as_bytes()).into()
}

#[cfg(test)]
mod tests;
