//! From version 1 to 2: the audit log gets its hashes.

use rusqlite::{Connection, Row, params};

use crate::domain::chain::{RowContent, RowHash};
use crate::store::error::StoreError;

/// Copies the audit log row by row, each with the hash that chains it to the one before.
///
/// # Errors
/// What SQLite says.
pub(super) fn chain_audit_log(connection: &Connection) -> Result<(), StoreError> {
    let mut rows = connection.prepare(
        "SELECT id, campaign_id, event, metadata, created_at FROM unchained_audit_logs ORDER BY id",
    )?;
    let mut insert = connection.prepare(
        "INSERT INTO sambatan_audit_logs (id, campaign_id, event, metadata, created_at, hash)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    )?;
    let mut previous = RowHash::START;
    let mut rows = rows.query([])?;
    while let Some(row) = rows.next()? {
        let row = text_of(row)?;
        previous = previous.next(RowContent {
            number: row.0,
            campaign_id: row.1.as_deref(),
            event: &row.2,
            metadata: &row.3,
            created_at: &row.4,
        });
        insert.execute(params![
            row.0,
            row.1,
            row.2,
            row.3,
            row.4,
            previous.as_bytes()
        ])?;
    }
    Ok(())
}

type Texts = (i64, Option<String>, String, String, String);

fn text_of(row: &Row<'_>) -> rusqlite::Result<Texts> {
    Ok((
        row.get(0)?,
        row.get(1)?,
        row.get(2)?,
        row.get(3)?,
        row.get(4)?,
    ))
}
