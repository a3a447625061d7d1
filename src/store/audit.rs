//! The table `sambatan_audit_logs`.

use rusqlite::{Connection, Row, params};

use crate::domain::audit::{AuditEvent, AuditEventKind, Metadata, NewAuditEvent};
use crate::domain::id::CampaignId;
use crate::domain::reports::Limit;
use crate::store::error::StoreError;
use crate::store::rows::{TableRow, collect};

/// A page of a campaign's events, newest first.
pub(crate) const PAGE_OF_CAMPAIGN: &str =
    "SELECT id, campaign_id, event, metadata, created_at FROM sambatan_audit_logs
      WHERE campaign_id = ?1 AND id < ?2 ORDER BY id DESC LIMIT ?3";

fn map(row: &Row<'_>) -> Result<AuditEvent, StoreError> {
    let row = TableRow {
        table: "sambatan_audit_logs",
        row,
    };
    Ok(AuditEvent {
        number: row.get(0)?,
        campaign_id: Some(row.id(1)?),
        kind: row.parse(2, AuditEventKind::from_name)?,
        metadata: Metadata::trusted(row.parse(3, |text| serde_json::from_str(text).ok())?),
        timestamp: row.time(4)?,
    })
}

/// Appends an event and answers it with its number.
pub(crate) fn append(
    connection: &Connection,
    event: NewAuditEvent,
) -> Result<AuditEvent, StoreError> {
    let mut statement = connection.prepare_cached(
        "INSERT INTO sambatan_audit_logs (campaign_id, event, metadata, created_at) VALUES (?1, ?2, ?3, ?4)",
    )?;
    let number = statement.insert(params![
        event.campaign_id.map(|id| id.to_string()),
        event.kind.name(),
        event.metadata.to_json(),
        event.timestamp.to_sql(),
    ])?;
    Ok(AuditEvent {
        number,
        campaign_id: event.campaign_id,
        kind: event.kind,
        metadata: event.metadata,
        timestamp: event.timestamp,
    })
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
