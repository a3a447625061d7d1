//! Reads columns into the domain's types, and says which one did not fit.

use std::str::FromStr;

use rusqlite::Row;

use crate::domain::money::Rupiah;
use crate::domain::slots::Slots;
use crate::domain::time::Timestamp;
use crate::store::error::StoreError;

/// A row of a table, read by column number.
pub(crate) struct TableRow<'a> {
    pub(crate) table: &'static str,
    pub(crate) row: &'a Row<'a>,
}

impl TableRow<'_> {
    /// A column in its plain type.
    pub(crate) fn get<T: rusqlite::types::FromSql>(&self, column: usize) -> Result<T, StoreError> {
        Ok(self.row.get(column)?)
    }

    /// An id.
    pub(crate) fn id<T: FromStr>(&self, column: usize) -> Result<T, StoreError> {
        self.parse(column, |text| text.parse().ok())
    }

    /// An id that may be absent.
    pub(crate) fn optional_id<T: FromStr>(&self, column: usize) -> Result<Option<T>, StoreError> {
        match self.row.get_ref(column)? {
            rusqlite::types::ValueRef::Null => Ok(None),
            _ => self.id(column).map(Some),
        }
    }

    /// A word of an enum.
    pub(crate) fn parse<T>(
        &self,
        column: usize,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Result<T, StoreError> {
        let text = self
            .row
            .get_ref(column)?
            .as_str()
            .map_err(rusqlite::Error::from)?;
        parse(text).ok_or_else(|| self.unexpected(column, text))
    }

    /// A time.
    pub(crate) fn time(&self, column: usize) -> Result<Timestamp, StoreError> {
        self.parse(column, |text| Timestamp::from_sql(text).ok())
    }

    /// A time that may be absent.
    pub(crate) fn optional_time(&self, column: usize) -> Result<Option<Timestamp>, StoreError> {
        self.optional(column, |text| Timestamp::from_sql(text).ok())
    }

    /// A word of an enum, or an id, that may be absent.
    pub(crate) fn optional<T>(
        &self,
        column: usize,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Result<Option<T>, StoreError> {
        match self.row.get_ref(column)? {
            rusqlite::types::ValueRef::Null => Ok(None),
            _ => self.parse(column, parse).map(Some),
        }
    }

    /// An amount.
    pub(crate) fn rupiah(&self, column: usize) -> Result<Rupiah, StoreError> {
        self.get(column).map(Rupiah::new)
    }

    /// A number of slots.
    pub(crate) fn slots(&self, column: usize) -> Result<Slots, StoreError> {
        self.get(column).map(Slots::new)
    }

    fn unexpected(&self, column: usize, value: &str) -> StoreError {
        StoreError::UnexpectedValue {
            table: self.table,
            column: self
                .row
                .as_ref()
                .column_name(column)
                .unwrap_or("?")
                .to_owned(),
            // Only words, ids and times are parsed, never what a person typed.
            value: value.to_owned(),
        }
    }
}

/// Runs a prepared query and maps its rows.
///
/// # Errors
/// What SQLite or the mapping says.
pub(crate) fn collect<T>(
    connection: &rusqlite::Connection,
    sql: &str,
    parameters: impl rusqlite::Params,
    mut map: impl FnMut(&Row<'_>) -> Result<T, StoreError>,
) -> Result<Vec<T>, StoreError> {
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query(parameters)?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(map(row)?);
    }
    Ok(found)
}

/// As [`collect`], for at most one row.
///
/// # Errors
/// What SQLite or the mapping says.
pub(crate) fn find<T>(
    connection: &rusqlite::Connection,
    sql: &str,
    parameters: impl rusqlite::Params,
    map: impl FnOnce(&Row<'_>) -> Result<T, StoreError>,
) -> Result<Option<T>, StoreError> {
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query(parameters)?;
    rows.next()?.map(map).transpose()
}

/// Runs a prepared statement that changes exactly one row.
///
/// # Errors
/// What SQLite says; [`rusqlite::Error::StatementChangedRows`] when it was not one row.
pub(crate) fn change_one(
    connection: &rusqlite::Connection,
    sql: &str,
    parameters: impl rusqlite::Params,
) -> Result<(), StoreError> {
    match connection.prepare_cached(sql)?.execute(parameters)? {
        1 => Ok(()),
        rows => Err(rusqlite::Error::StatementChangedRows(rows).into()),
    }
}
