//! The line that names the columns, and what delimits its cells.

use crate::domain::statement::StatementError;
use crate::domain::statement::amount;
use crate::domain::statement::date::{self, Order};
use crate::domain::statement::names::Name;
use crate::domain::statement::options::{Column, Columns};
use crate::domain::statement::records::{Record, Records};
use crate::domain::statement::words::Side;

/// The names of the columns stand in one of the first lines; above them stand account and period.
const LINES_BEFORE: usize = 60;

/// What may stand between two cells, the surest first.
const DELIMITERS: [u8; 4] = [b';', b'\t', b'|', b','];

/// The line that names the columns.
#[derive(Debug)]
pub(super) struct Header {
    /// As they stand there.
    pub(super) cells: Vec<String>,
    pub(super) names: Vec<Name>,
    /// The index of the record after it.
    pub(super) end: usize,
    pub(super) delimiter: u8,
}

/// What the lines of one delimiter have, the best first: a header with the most names, else the most that is
/// known of one.
struct Found {
    header: Option<Header>,
    /// How many lines after it have as many cells.
    alike: usize,
    /// How much of a header the best line has.
    best: usize,
    missing: StatementError,
}

impl Header {
    /// Finds the line that names the columns: by the usual names, or by those that are given. The delimiter is
    /// the one by which it has the most names.
    ///
    /// # Errors
    /// [`StatementError`] with what is missing in the line that names most.
    pub(super) fn find(text: &str, columns: &Columns) -> Result<Self, StatementError> {
        let given = columns.delimiter.map(|given| [given]);
        let delimiters = given.as_ref().map_or(&DELIMITERS[..], |given| &given[..]);
        let mut best: Option<Found> = None;
        for delimiter in delimiters {
            let found = in_first_lines(text, *delimiter, columns)?;
            let rank = |found: &Found| {
                let names = found.header.as_ref().map_or(0, |header| header.cells.len());
                (names, found.alike, found.best)
            };
            if best.as_ref().is_none_or(|best| rank(&found) > rank(best)) {
                best = Some(found);
            }
        }
        let nothing = StatementError::NoColumn {
            column: Column::Date,
            seen: Vec::new(),
        };
        let Some(best) = best else {
            return Err(nothing);
        };
        best.header.ok_or(best.missing)
    }

    /// The index of a column that is called by its name; none when no name is given.
    ///
    /// # Errors
    /// [`StatementError::NoSuchColumn`].
    pub(super) fn given(&self, name: Option<&String>) -> Result<Option<usize>, StatementError> {
        let Some(name) = name else { return Ok(None) };
        let wanted = Name::of(name).text;
        let place = self.names.iter().position(|name| name.text == wanted);
        place
            .map(Some)
            .ok_or_else(|| StatementError::NoSuchColumn { name: name.clone() })
    }

    /// The name of a column as it stands in the file, or its number.
    pub(super) fn shown(&self, index: usize) -> String {
        let cell = self.cells.get(index).filter(|cell| !cell.is_empty());
        cell.cloned().unwrap_or_else(|| (index + 1).to_string())
    }

    /// The names of the columns that have one.
    pub(super) fn seen(&self) -> Vec<String> {
        seen(&self.cells)
    }

    /// Whether a record is this line once more, at the top of another page.
    pub(super) fn is_again(&self, record: &Record) -> bool {
        record.len() >= 2
            && record.len() <= self.cells.len()
            && self
                .cells
                .iter()
                .enumerate()
                .all(|(index, cell)| record.cell(index) == cell)
    }
}

fn seen(cells: &[String]) -> Vec<String> {
    // Of a line that is no header only so much is worth showing.
    let cells = cells.iter().filter(|cell| !cell.is_empty()).take(30);
    cells.map(|cell| cell.chars().take(60).collect()).collect()
}

fn in_first_lines(text: &str, delimiter: u8, columns: &Columns) -> Result<Found, StatementError> {
    let records = Records::split(text, delimiter, Some(LINES_BEFORE))?;
    let mut found = Found {
        header: None,
        alike: 0,
        best: 0,
        missing: StatementError::NoColumn {
            column: Column::Date,
            seen: Vec::new(),
        },
    };
    let mut end = 0;
    records.each(0, |_, read| {
        end += 1;
        let Ok(record) = read else { return true };
        if let Some(header) = &found.header {
            found.alike += usize::from(record.len() == header.cells.len());
            return true;
        }
        let cells: Vec<String> = record.iter().map(str::to_owned).collect();
        if cells.len() < 2 || cells.iter().any(|cell| is_data(cell)) {
            return true;
        }
        let names: Vec<Name> = cells.iter().map(|cell| Name::of(cell)).collect();
        match lacks(&names, columns) {
            Ok(()) => {
                found.header = Some(Header {
                    cells,
                    names,
                    end,
                    delimiter,
                });
            }
            Err((known, column)) if known > found.best => {
                found.best = known;
                let given = [
                    (Column::Date, &columns.date),
                    (Column::Amount, &columns.amount),
                    (Column::Description, &columns.description),
                ];
                let name = given.into_iter().find(|(named, _)| *named == column);
                found.missing = match name {
                    Some((_, Some(name))) => StatementError::NoSuchColumn { name: name.clone() },
                    _ => StatementError::NoColumn {
                        column,
                        seen: seen(&cells),
                    },
                };
            }
            Err(_) => {}
        }
        true
    });
    Ok(found)
}

/// Whether a cell is of the table and not the name of a column.
fn is_data(cell: &str) -> bool {
    let is_amount = amount::parse(cell).is_ok();
    is_amount || date::parse(cell, Order::Unclear).is_some()
}

/// What a line lacks to name the columns, and how much of it is known.
fn lacks(names: &[Name], columns: &Columns) -> Result<(), (usize, Column)> {
    let has = |given: &Option<String>, is: &dyn Fn(&Name) -> bool| match given {
        Some(given) => {
            let wanted = Name::of(given).text;
            names.iter().any(|name| name.text == wanted)
        }
        None => names.iter().any(is),
    };
    let is_date = has(&columns.date, &Name::is_date);
    let is_named = columns.credit.is_some() || columns.debit.is_some();
    let is_money = if is_named {
        has(&columns.credit, &|_| true) && has(&columns.debit, &|_| true)
    } else {
        has(&columns.amount, &|name| {
            name.amount_rank().is_some()
                || name.may_be_money() && matches!(name.side(), Side::One(_))
        })
    };
    let is_text = has(&columns.description, &|_| true);
    let known = usize::from(is_date) * 2 + usize::from(is_money) * 2 + usize::from(is_text);
    if !is_date {
        Err((known, Column::Date))
    } else if !is_money {
        Err((known, Column::Amount))
    } else if !is_text {
        Err((known, Column::Description))
    } else {
        Ok(())
    }
}
