//! Why a file is no statement at all.

use crate::domain::statement::line::LineError;
use crate::domain::statement::options::Column;
use crate::domain::statement::{MAX_BYTES, MAX_RECORDS};

/// Why a file is no statement at all.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StatementError {
    /// It is larger than [`MAX_BYTES`].
    #[error("the statement has {bytes} bytes; at most {MAX_BYTES} are read: split it")]
    TooLarge {
        /// Its size.
        bytes: usize,
    },
    /// It has more lines than [`MAX_RECORDS`].
    #[error("the statement has more than {MAX_RECORDS} lines: split it")]
    TooManyLines,
    /// No line near the start names the columns.
    #[error("none of the first lines names the columns: {} was not found", .column.word())]
    NoColumn {
        /// What is missing.
        column: Column,
        /// The cells of the line that names most.
        seen: Vec<String>,
    },
    /// A column that was named is not there.
    #[error("none of the first lines has a column that is called `{name}`")]
    NoSuchColumn {
        /// The name that was given.
        name: String,
    },
    /// The columns of date, amount and description are not three.
    #[error("date, amount and description have to be three columns")]
    SameColumn,
    /// Several columns may be the amount.
    #[error("several columns may be the amount: {}", .0.join(", "))]
    Ambiguous(Vec<String>),
    /// Nothing tells whether money came in or went out.
    #[error("nothing that is understood tells whether money came in or went out; the columns are {}", .seen.join(", "))]
    NoDirection {
        /// The names of the columns.
        seen: Vec<String>,
    },
    /// Most lines say one direction while the balance moves the other way.
    #[error(
        "the balance moves the other way than most lines say, as of line {line}: the columns of credit and debit, or the signs, may be turned round"
    )]
    AgainstBalance {
        /// The first of them.
        line: u64,
    },
    /// The account is kept in another currency.
    #[error("the statement is not in rupiah but in {0}")]
    Currency(String),
    /// It is a workbook that cannot be opened, or that is too large inside.
    #[error("the workbook cannot be read: {0}")]
    Workbook(&'static str),
    /// It is a web page, or a spreadsheet as XML, whatever its name says.
    #[error("it is a web page or XML under another name, neither a table of text nor a workbook")]
    WebPage,
    /// Not one line was understood.
    #[error("not one line of it was understood{}", first(.errors))]
    NothingRead {
        /// The first lines that cannot be read.
        errors: Vec<LineError>,
    },
}

/// The first lines that cannot be read, as the end of a sentence.
fn first(errors: &[LineError]) -> String {
    let told = errors.iter().take(3);
    told.map(|error| format!("; line {}: {}", error.number, error.problem))
        .collect()
}
