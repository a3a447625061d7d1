//! The table `sambatan_audit_logs`.

use std::cell::Cell;

use rusqlite::{Connection, Row, params};

use crate::domain::audit::{AuditEvent, AuditEventKind, Metadata, NewAuditEvent};
use crate::domain::chain::{LogEnd, RowContent, RowHash};
use crate::domain::id::CampaignId;
use crate::domain::reports::Limit;
use crate::store::error::StoreError;
use crate::store::rows::{TableRow, change_one, collect, find};

/// A page of a campaign's events, newest first.
pub(crate) const PAGE_OF_CAMPAIGN: &str =
    "SELECT id, campaign_id, event, metadata, created_at FROM sambatan_audit_logs
      WHERE campaign_id = ?1 AND id < ?2 ORDER BY id DESC LIMIT ?3";

/// The events after one, in the order of the log.
const AFTER: &str = "SELECT id, campaign_id, event, metadata, created_at FROM sambatan_audit_logs
      WHERE id > ?1 ORDER BY id LIMIT ?2";

/// The end of the chain, with its time.
const LOG_END: &str =
    "SELECT id, hash, created_at FROM sambatan_audit_logs WHERE id > 0 ORDER BY id DESC LIMIT 1";

/// The end of the chain.
const LAST_LINK: &str =
    "SELECT id, hash FROM sambatan_audit_logs WHERE id > 0 ORDER BY id DESC LIMIT 1";

fn map(row: &Row<'_>) -> Result<AuditEvent, StoreError> {
    let row = TableRow {
        table: "sambatan_audit_logs",
        row,
    };
    Ok(AuditEvent {
        number: row.get(0)?,
        campaign_id: row.optional(1, |text| text.parse().ok())?,
        kind: row.parse(2, AuditEventKind::from_name)?,
        metadata: Metadata::trusted(row.parse(3, |text| serde_json::from_str(text).ok())?),
        timestamp: row.time(4)?,
    })
}

/// The end of the chain while one transaction goes on, so that it is read from the file once and not for
/// each event. Nobody else writes meanwhile; what is undone must be [forgotten](Self::forget).
#[derive(Default)]
pub(crate) struct ChainEnd(Cell<Option<(i64, RowHash)>>);

impl ChainEnd {
    /// Has the next event read the end from the file again.
    pub(crate) fn forget(&self) {
        self.0.set(None);
    }

    /// Appends an event, chained to the row before it, and answers it with its number.
    pub(crate) fn append(
        &self,
        connection: &Connection,
        event: NewAuditEvent,
    ) -> Result<AuditEvent, StoreError> {
        // Taken out, so that after an error it is read again.
        let (last, previous) = match self.0.take() {
            Some(end) => end,
            None => last_link(connection)?,
        };
        let number = last + 1;
        let hash = insert(connection, number, previous, &event)?;
        self.0.set(Some((number, hash)));
        Ok(AuditEvent {
            number,
            campaign_id: event.campaign_id,
            kind: event.kind,
            metadata: event.metadata,
            timestamp: event.timestamp,
        })
    }
}

fn insert(
    connection: &Connection,
    number: i64,
    previous: RowHash,
    event: &NewAuditEvent,
) -> Result<RowHash, StoreError> {
    let campaign_id = event.campaign_id.map(|id| id.to_string());
    let metadata = event.metadata.to_json();
    let created_at = event.timestamp.to_sql();
    let hash = previous.next(RowContent {
        number,
        campaign_id: campaign_id.as_deref(),
        event: event.kind.name(),
        metadata: &metadata,
        created_at: &created_at,
    });
    change_one(
        connection,
        "INSERT INTO sambatan_audit_logs (id, campaign_id, event, metadata, created_at, hash)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        params![
            number,
            campaign_id,
            event.kind.name(),
            metadata,
            created_at,
            hash.as_bytes()
        ],
    )?;
    Ok(hash)
}

/// The number and the hash of the last row.
fn last_link(connection: &Connection) -> Result<(i64, RowHash), StoreError> {
    let map = |row: &Row<'_>| Ok((row.get(0)?, RowHash::from_bytes(row.get(1)?)));
    let last = find(connection, LAST_LINK, [], map)?;
    Ok(last.unwrap_or((0, RowHash::START)))
}

/// The events of a campaign before `before`, newest first.
pub(crate) fn page_of_campaign(
    connection: &Connection,
    campaign: CampaignId,
    before: Option<i64>,
    limit: Limit,
) -> Result<Vec<AuditEvent>, StoreError> {
    let before = before.unwrap_or(i64::MAX);
    collect(
        connection,
        PAGE_OF_CAMPAIGN,
        params![campaign.to_string(), before, limit.get() + 1],
        map,
    )
}

/// The events after a number, at most so many, in the order in which they were committed.
pub(crate) fn after(
    connection: &Connection,
    number: i64,
    at_most: u32,
) -> Result<Vec<AuditEvent>, StoreError> {
    collect(connection, AFTER, params![number, at_most], map)
}

/// The last event's place in the chain; none when nothing has happened yet.
pub(crate) fn log_end(connection: &Connection) -> Result<Option<LogEnd>, StoreError> {
    let map = |row: &Row<'_>| {
        let row = TableRow {
            table: "sambatan_audit_logs",
            row,
        };
        Ok(LogEnd {
            number: row.get(0)?,
            hash: RowHash::from_bytes(row.get(1)?),
            timestamp: row.time(2)?,
        })
    };
    find(connection, LOG_END, [], map)
}

/// The number of the last event; 0 when there is none.
pub(crate) fn last_number(connection: &Connection) -> Result<i64, StoreError> {
    Ok(last_link(connection)?.0)
}
