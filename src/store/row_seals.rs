//! Seals of whole rows: of tables whose rows no event tells, and which hold what people typed or who was told
//! what, so that it can't stand in the log.
//!
//! A row carries an HMAC of its values under the installation's key. `sambatan check` makes it again: a value
//! that was changed behind the program's back, and a row that was put in, no longer fit.

use rusqlite::types::{Value, ValueRef};
use rusqlite::{Connection, params_from_iter};

use crate::domain::manage_token::InstallationKey;
use crate::domain::row_seal::{Cell, RowSeal};
use crate::store::error::StoreError;
use crate::store::{installation, rows};

/// A table whose rows are sealed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sealed {
    /// The table.
    pub(crate) table: &'static str,
    /// What is sealed of a row; what identifies it first.
    columns: &'static [&'static str],
    /// How many columns identify a row.
    key: usize,
    /// Which of these columns may be shown of a row that does not fit: none that a person typed.
    shown: &'static str,
}

/// The stored answers of joins; until when they are kept is not sealed, for the end of a campaign moves it.
pub(crate) const ANSWERS: Sealed = Sealed {
    table: "idempotency_keys",
    columns: &[
        "scope",
        "key",
        "caller",
        "fingerprint",
        "status",
        "body",
        "campaign_id",
        "refusal",
    ],
    key: 3,
    shown: "key",
};

/// Who may not join again.
pub(crate) const BANS: Sealed = Sealed {
    table: "bans",
    columns: &[
        "id",
        "kind",
        "digest",
        "handle",
        "participation_id",
        "created_at",
    ],
    key: 1,
    shown: "id",
};

/// Every table whose rows are sealed.
pub(crate) const ALL: [Sealed; 2] = [ANSWERS, BANS];

impl Sealed {
    /// The seal of a row with these values, in the order of the columns.
    pub(crate) fn seal(&self, key: &InstallationKey, values: &[Value]) -> RowSeal {
        debug_assert_eq!(values.len(), self.columns.len(), "{}", self.table);
        let cells = values.iter().map(|value| cell(ValueRef::from(value)));
        key.row_seal(self.table, cells)
    }

    /// Calls `found` with what may be shown of each row, and whether it fits its seal.
    fn walk(
        &self,
        connection: &Connection,
        key: &InstallationKey,
        mut found: impl FnMut(&[Value], RowSeal, bool, String) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let sql = format!(
            "SELECT {}, seal, CAST({} AS TEXT) FROM {}",
            self.columns.join(", "),
            self.shown,
            self.table
        );
        let mut statement = connection.prepare(&sql)?;
        let mut rows = statement.query([])?;
        let sealed = self.columns.len();
        while let Some(row) = rows.next()? {
            let values = (0..sealed)
                .map(|column| row.get(column))
                .collect::<rusqlite::Result<Vec<Value>>>()?;
            let seal = self.seal(key, &values);
            let stands = row.get_ref(sealed)?;
            let fits = matches!(stands, ValueRef::Blob(stands) if seal.is(stands));
            let keys = values.get(..self.key).unwrap_or_default();
            found(keys, seal, fits, row.get(sealed + 1)?)?;
        }
        Ok(())
    }
}

fn cell(value: ValueRef<'_>) -> Cell<'_> {
    match value {
        ValueRef::Null => Cell::Nothing,
        ValueRef::Integer(number) => Cell::Number(number),
        // No table has any: they are STRICT.
        ValueRef::Real(_) => Cell::Bytes(b"real"),
        ValueRef::Text(text) => Cell::Text(text),
        ValueRef::Blob(bytes) => Cell::Bytes(bytes),
    }
}

/// Calls `broken` with the table and what may be shown of each row that does not fit its seal.
///
/// # Errors
/// What SQLite says, also when there is no key.
pub(crate) fn check(
    connection: &Connection,
    mut broken: impl FnMut(&'static str, String),
) -> Result<(), StoreError> {
    let key = installation::get_key(connection)?;
    for sealed in ALL {
        sealed.walk(connection, &key, |_, _, fits, shown| {
            if !fits {
                broken(sealed.table, shown);
            }
            Ok(())
        })?;
    }
    Ok(())
}

/// Seals the rows of a file that had no seals yet, and maybe no key.
///
/// # Errors
/// What SQLite says.
pub(crate) fn seal_all(connection: &Connection) -> Result<(), StoreError> {
    installation::make_key(connection)?;
    let key = installation::get_key(connection)?;
    for sealed in ALL {
        let mut seals = Vec::new();
        sealed.walk(connection, &key, |keys, seal, _, _| {
            seals.push((keys.to_vec(), seal));
            Ok(())
        })?;
        let named = sealed.columns.iter().take(sealed.key);
        let named: Vec<String> = named.map(|column| format!("{column} = ?")).collect();
        let sql = format!(
            "UPDATE {} SET seal = ? WHERE {}",
            sealed.table,
            named.join(" AND ")
        );
        for (keys, seal) in seals {
            let seal = Value::Blob(seal.as_bytes().to_vec());
            let values = std::iter::once(seal).chain(keys);
            rows::change_one(connection, &sql, params_from_iter(values))?;
        }
    }
    Ok(())
}
