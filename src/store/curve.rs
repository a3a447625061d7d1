//! How a campaign filled up, read from its log a few points at a time.

use rusqlite::{Connection, params};

use crate::domain::id::CampaignId;
use crate::domain::slots::Slots;
use crate::domain::time::Timestamp;
use crate::store::error::StoreError;
use crate::store::rows::{TableRow, find};

/// An event that tells how many slots were taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Point {
    /// The event's number.
    pub(crate) number: i64,
    /// When it happened.
    pub(crate) time: Timestamp,
    /// The slots that were taken then; none when the event does not say.
    pub(crate) taken: Option<Slots>,
}

/// The first event of a campaign from a number on.
pub(crate) const FROM: &str =
    "SELECT id, created_at, metadata ->> 'slots_taken' FROM sambatan_audit_logs
      WHERE campaign_id = ?1 AND id >= ?2 ORDER BY id LIMIT 1";
/// The last event of a campaign.
pub(crate) const LAST: &str =
    "SELECT id, created_at, metadata ->> 'slots_taken' FROM sambatan_audit_logs
      WHERE campaign_id = ?1 ORDER BY id DESC LIMIT 1";

fn map(row: &rusqlite::Row<'_>) -> Result<Point, StoreError> {
    let row = TableRow {
        table: "sambatan_audit_logs",
        row,
    };
    Ok(Point {
        number: row.get(0)?,
        time: row.time(1)?,
        taken: row.get::<Option<u32>>(2)?.map(Slots::new),
    })
}

/// The first event from a number on.
pub(crate) fn point_from(
    connection: &Connection,
    campaign: CampaignId,
    number: i64,
) -> Result<Option<Point>, StoreError> {
    find(connection, FROM, params![campaign.to_string(), number], map)
}

/// The last event.
pub(crate) fn last_point(
    connection: &Connection,
    campaign: CampaignId,
) -> Result<Option<Point>, StoreError> {
    find(connection, LAST, params![campaign.to_string()], map)
}
