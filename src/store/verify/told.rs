//! Reads the columns that events tell by their names, and the texts with their salts.

use rusqlite::Connection;
use rusqlite::types::ValueRef;
use serde_json::Value;

use crate::domain::replay::{Covered, Extent, Replay, StoredRow, Told};
use crate::domain::seal::Salt;
use crate::domain::time::Timestamp;
use crate::domain::verification::Verified;
use crate::store::error::StoreError;
use crate::store::rows::TableRow;
use crate::store::seals;
use crate::store::verify::Fits;

/// Compares every row of every table that is told of.
pub(super) fn compare(
    connection: &Connection,
    replay: &mut Replay,
    verified: &mut Verified,
) -> Result<Fits, StoreError> {
    for told in [
        Told::Product,
        Told::Campaign,
        Told::Participation,
        Told::Transaction,
        Told::Webhook,
        Told::PayTo,
    ] {
        let fits = compare_table(connection, told, replay, verified)?;
        if fits.is_err() {
            return Ok(fits);
        }
    }
    Ok(Ok(()))
}

fn compare_table(
    connection: &Connection,
    told: Told,
    replay: &mut Replay,
    verified: &mut Verified,
) -> Result<Fits, StoreError> {
    let covered = told.covered();
    let Covered {
        table,
        columns,
        texts,
    } = covered;
    let sql = format!(
        "SELECT id, {}, {}, salt FROM {table} ORDER BY id",
        columns.join(", "),
        texts.join(", ")
    );
    let mut statement = connection.prepare(&sql)?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let stored = read(&TableRow { table, row }, &covered)?;
        match replay.compare_row(told, &stored) {
            Ok(Extent::InPart) if told == Told::Campaign => verified.campaigns_in_part += 1,
            Ok(Extent::InPart) if told == Told::Participation => {
                verified.participations_in_part += 1;
            }
            Ok(_) => {}
            Err(misfit) => return Ok(Err(misfit)),
        }
    }
    Ok(Ok(()))
}

fn read(row: &TableRow<'_>, covered: &Covered) -> Result<StoredRow, StoreError> {
    let first_text = 1 + covered.columns.len();
    let salt = first_text + covered.texts.len();
    let columns = (1..first_text).map(|column| Ok(plain(row.row.get_ref(column)?)));
    let texts = (first_text..salt).map(|column| Ok(text(row.row.get_ref(column)?)));
    Ok(StoredRow {
        id: row.id(0)?,
        columns: columns.collect::<Result<_, StoreError>>()?,
        texts: texts.collect::<Result<_, StoreError>>()?,
        salt: row.get::<Option<_>>(salt)?.map(Salt::from_bytes),
    })
}

/// A column as events write it.
fn plain(value: ValueRef<'_>) -> Value {
    match value {
        ValueRef::Integer(number) => number.into(),
        ValueRef::Real(number) => number.into(),
        ValueRef::Null => Value::Null,
        ValueRef::Text(_) | ValueRef::Blob(_) => {
            let text = text(value).unwrap_or_default();
            match Timestamp::from_sql(&text) {
                Ok(time) => time.to_string().into(),
                Err(_) => text.into(),
            }
        }
    }
}

/// A text as it was sealed.
fn text(value: ValueRef<'_>) -> Option<String> {
    match value {
        ValueRef::Null => None,
        ValueRef::Text(text) => Some(String::from_utf8_lossy(text).into_owned()),
        ValueRef::Blob(bytes) => Some(seals::hex(bytes)),
        ValueRef::Integer(number) => Some(number.to_string()),
        ValueRef::Real(number) => Some(number.to_string()),
    }
}
