//! Walks the audit log from its first row to its last, and holds the tables against it.

use rusqlite::{Connection, Row};

use crate::domain::chain::RowContent;
use crate::domain::verification::{Misfit, Verified, Walk};
use crate::store::error::StoreError;

/// A row of the log as it stands.
struct LogRow {
    number: i64,
    campaign_id: Option<String>,
    event: String,
    metadata: String,
    created_at: String,
    hash: Vec<u8>,
}

impl LogRow {
    fn content(&self) -> RowContent<'_> {
        RowContent {
            number: self.number,
            campaign_id: self.campaign_id.as_deref(),
            event: &self.event,
            metadata: &self.metadata,
            created_at: &self.created_at,
        }
    }
}

/// What verification ended with.
pub(crate) type Verification = Result<Verified, Misfit>;

/// Verifies the log and the tables, all on one state of the file, also while others write it.
///
/// # Errors
/// What SQLite says. What does not fit is the answer.
pub(crate) fn run(connection: &Connection) -> Result<Verification, StoreError> {
    // Dropped and so rolled back at the end: there is nothing to commit.
    let _one_state = connection.unchecked_transaction()?;
    let mut verified = Verified::default();
    if let Err(misfit) = walk(connection, &mut verified)? {
        return Ok(Err(misfit));
    }
    Ok(Ok(verified))
}

/// Walks the chain.
fn walk(
    connection: &Connection,
    verified: &mut Verified,
) -> Result<Result<(), Misfit>, StoreError> {
    let mut walk = Walk::START;
    let fits = each_row(connection, |row| {
        verified.events += 1;
        walk.step(row.content(), &row.hash)
    })?;
    if fits.is_err() {
        return Ok(fits);
    }
    let assigned = connection.query_row(
        "SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'sambatan_audit_logs'",
        [],
        |row| row.get(0),
    )?;
    Ok(walk.end(assigned))
}

/// Hands over every row of the log in the order of its numbers, until one is refused.
fn each_row<E>(
    connection: &Connection,
    mut take: impl FnMut(&LogRow) -> Result<(), E>,
) -> Result<Result<(), E>, StoreError> {
    let mut statement = connection.prepare(
        "SELECT id, campaign_id, event, metadata, created_at, hash FROM sambatan_audit_logs ORDER BY id",
    )?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        if let Err(refused) = take(&log_row(row)?) {
            return Ok(Err(refused));
        }
    }
    Ok(Ok(()))
}

fn log_row(row: &Row<'_>) -> rusqlite::Result<LogRow> {
    Ok(LogRow {
        number: row.get(0)?,
        campaign_id: row.get(1)?,
        event: row.get(2)?,
        metadata: row.get(3)?,
        created_at: row.get(4)?,
        hash: row.get(5)?,
    })
}

/// Hands over every row of the log as a line of JSON, on one state of the file, until one is refused.
///
/// # Errors
/// What SQLite says; what refused a line is the answer.
pub(crate) fn export<E>(
    connection: &Connection,
    mut take: impl FnMut(&str) -> Result<(), E>,
) -> Result<Result<(), E>, StoreError> {
    let _one_state = connection.unchecked_transaction()?;
    each_row(connection, |row| take(&json_line(row)))
}

/// The metadata goes in byte for byte, so that its hash can be computed again from the line.
fn json_line(row: &LogRow) -> String {
    let text = |text: &str| serde_json::Value::from(text).to_string();
    let campaign = row.campaign_id.as_deref().map_or("null".to_owned(), text);
    let hash: String = row.hash.iter().map(|byte| format!("{byte:02x}")).collect();
    format!(
        "{{\"number\":{},\"campaign_id\":{campaign},\"event\":{},\"metadata\":{},\"created_at\":{},\"hash\":\"{hash}\"}}",
        row.number,
        text(&row.event),
        row.metadata,
        text(&row.created_at),
    )
}
