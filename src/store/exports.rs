//! What tables for spreadsheets read beyond what other lists read.

use rusqlite::{Connection, Row, params};

use crate::domain::id::{CampaignId, ParticipationId, TransactionId};
use crate::domain::time::Timestamp;
use crate::store::error::StoreError;
use crate::store::rows::{TableRow, collect};

/// Where a participation stands in a pick list.
#[derive(Debug, Clone)]
pub(crate) struct PickPosition {
    user_id: String,
    /// The participation.
    pub(crate) id: ParticipationId,
}

/// A refund and where it goes.
#[derive(Debug)]
pub(crate) struct RefundRow {
    pub(crate) id: TransactionId,
    pub(crate) participation_id: ParticipationId,
    pub(crate) user_id: String,
    pub(crate) amount: i64,
    pub(crate) status: String,
    pub(crate) payout_account: Option<String>,
    pub(crate) account_changed_at: Option<Timestamp>,
    pub(crate) reference: Option<String>,
    pub(crate) created_at: Timestamp,
    pub(crate) sent_at: Option<Timestamp>,
    pub(crate) acknowledged_at: Option<Timestamp>,
    pub(crate) reason: Option<String>,
}

/// The next live participations of a campaign by name. No index has this order, as every join would have to
/// keep it: all of the campaign's rows are looked at, and the first ones behind the position are kept.
pub(crate) fn picklist(
    connection: &Connection,
    campaign: CampaignId,
    after: Option<&PickPosition>,
    at_most: u32,
) -> Result<Vec<PickPosition>, StoreError> {
    let (user_id, id) = after.map_or_else(Default::default, |position| {
        (position.user_id.clone(), position.id.to_string())
    });
    // The signs keep SQLite from reading everybody by name.
    collect(
        connection,
        "SELECT user_id, id FROM sambatan_participants
          WHERE campaign_id = ?1 AND status IN ('pending_payment', 'confirmed')
            AND (+user_id, id) > (?2, ?3)
          ORDER BY +user_id, id LIMIT ?4",
        params![campaign.to_string(), user_id, id, at_most],
        map_position,
    )
}

fn map_position(row: &Row<'_>) -> Result<PickPosition, StoreError> {
    let row = TableRow {
        table: "sambatan_participants",
        row,
    };
    Ok(PickPosition {
        user_id: row.get(0)?,
        id: row.id(1)?,
    })
}

/// The next refunds of a campaign, in the order in which they fell due.
pub(crate) fn refunds(
    connection: &Connection,
    campaign: CampaignId,
    after: Option<TransactionId>,
    at_most: u32,
) -> Result<Vec<RefundRow>, StoreError> {
    let after = after.map(|id| id.to_string()).unwrap_or_default();
    collect(
        connection,
        "SELECT t.id, t.participation_id, p.user_id, t.amount, t.status, p.payout_account, t.reference,
                t.created_at, t.sent_at, t.acknowledged_at, t.reason, p.account_changed_at
           FROM sambatan_transactions t
           JOIN sambatan_participants p ON p.id = t.participation_id
          WHERE t.campaign_id = ?1 AND t.kind = 'refund' AND t.id > ?2
          ORDER BY t.id LIMIT ?3",
        params![campaign.to_string(), after, at_most],
        map_refund,
    )
}

fn map_refund(row: &Row<'_>) -> Result<RefundRow, StoreError> {
    let row = TableRow {
        table: "sambatan_transactions",
        row,
    };
    Ok(RefundRow {
        id: row.id(0)?,
        participation_id: row.id(1)?,
        user_id: row.get(2)?,
        amount: row.get(3)?,
        status: row.get(4)?,
        payout_account: row.get(5)?,
        account_changed_at: row.optional_time(11)?,
        reference: row.get(6)?,
        created_at: row.time(7)?,
        sent_at: row.optional_time(8)?,
        acknowledged_at: row.optional_time(9)?,
        reason: row.get(10)?,
    })
}
