//! A bank statement as a table of text or a workbook: its lines of money that came in, each with a
//! fingerprint, those of money that went out, and the lines that do not count or cannot be read, by number.
//!
//! One principle: what is not understood is never income. A direction is evidence (a sign, a word, one of two
//! columns, the balance) and never a default; a line or a file in which nothing tells it is refused by name.
//! Owns how banks write columns, dates, amounts and words. Never decides whose a line is.
//!
//! The way of a file: `encoding` or `sheet` make it text, `header` finds the names of the columns,
//! `profile` looks at all cells, `layout` decides what each column is, `evidence` reads each line by
//! itself, `balance` weighs the lines together, `identity` gives each its fingerprint.

mod amount;
mod balance;
mod date;
mod drafts;
mod encoding;
mod error;
mod evidence;
mod header;
mod identity;
mod layout;
mod line;
mod money;
mod names;
mod options;
mod period;
mod profile;
mod reading;
mod records;
mod sheet;
mod signals;
mod status;
mod table;
mod totals;
mod words;
mod xls;

use std::sync::Arc;

pub use error::StatementError;
pub use line::{Line, LineError, LineProblem, Unsettled, UnsettledCounts, UnsettledLine};
pub use options::{Column, Columns, DateFormat};
pub use reading::{Basis, Reading, UsedColumn};

/// The largest statement, in bytes.
pub const MAX_BYTES: usize = 64 * 1024 * 1024;

/// The most lines of a statement.
pub const MAX_RECORDS: usize = 1_000_000;

/// The most unreadable lines that are listed, and the most that are not settled; all are counted.
pub const MAX_ERRORS: usize = 200;

/// A fault of a reader that tests have to notice.
#[cfg(feature = "broken-variants")]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// What tells no direction came in.
    IncomeByDefault,
    /// Every payment is settled.
    StatusPassedOver,
    /// What went out came in.
    SidesTurnedRound,
    /// No word tells a direction.
    WordsPassedOver,
}

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
    /// Reads a statement: a table of text in any of the usual encodings, or a workbook (XLSX, XLS). A line that
    /// cannot be read is noted, and the rest is read all the same.
    ///
    /// # Errors
    /// [`StatementError`] when nothing of it can be read, or when it is not understood as a whole.
    pub fn read(bytes: &[u8], columns: &Columns) -> Result<Self, StatementError> {
        if bytes.len() > MAX_BYTES {
            return Err(StatementError::TooLarge { bytes: bytes.len() });
        }
        let statement = if sheet::is_workbook(bytes) {
            Self::read_workbook(bytes, columns)?
        } else {
            let text = encoding::decode(bytes);
            if sheet::is_web_page(&text) {
                return Err(StatementError::WebPage);
            }
            table::read(&text, columns)?
        };
        if statement.is_nothing_read() {
            return Err(StatementError::NothingRead {
                errors: statement.errors,
            });
        }
        Ok(statement)
    }

    /// Reads a table of text with a fault, for the test that has to notice it.
    ///
    /// # Errors
    /// As [`Self::read`].
    #[cfg(feature = "broken-variants")]
    pub fn read_with_fault(
        bytes: &[u8],
        columns: &Columns,
        fault: Fault,
    ) -> Result<Self, StatementError> {
        table::read_with_fault(&encoding::decode(bytes), columns, fault)
    }

    /// Reads the first sheet that names its columns.
    fn read_workbook(bytes: &[u8], columns: &Columns) -> Result<Self, StatementError> {
        let columns = Columns {
            delimiter: Some(sheet::DELIMITER),
            ..columns.clone()
        };
        let mut first = None;
        for text in sheet::texts(bytes)? {
            match table::read(&text, &columns) {
                Err(
                    error @ (StatementError::NoColumn { .. } | StatementError::NoSuchColumn { .. }),
                ) => first = first.or(Some(error)),
                read => return read,
            }
        }
        Err(first.unwrap_or(StatementError::Workbook("it has no sheet")))
    }

    /// Whether not one line of a payment was understood.
    fn is_nothing_read(&self) -> bool {
        self.lines.is_empty() && self.debits == 0 && self.unsettled.total() == 0
    }

    fn note(&mut self, number: u64, problem: LineProblem) {
        self.error_count += 1;
        if self.errors.len() < MAX_ERRORS {
            self.errors.push(LineError { number, problem });
        }
    }

    fn set_aside(&mut self, number: u64, kind: Unsettled) {
        self.unsettled.add(kind);
        if self.unsettled_lines.len() < MAX_ERRORS {
            self.unsettled_lines.push(UnsettledLine { number, kind });
        }
    }
}

#[cfg(test)]
mod tests;
