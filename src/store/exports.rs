//! What tables for spreadsheets read beyond what other lists read.

use rusqlite::{Connection, Row, params};

use crate::domain::id::{CampaignId, ParticipationId, TransactionId};
use crate::domain::participation::Participation;
use crate::domain::time::Timestamp;
use crate::store::error::StoreError;
use crate::store::participants;
use crate::store::rows::{TableRow, collect};

/// A row of a pick list, to go on behind.
#[derive(Debug, Clone)]
pub(crate) struct PickPosition {
    user_id: String,
    id: ParticipationId,
}

impl From<&Participation> for PickPosition {
    /// Where a participation stands in the list.
    fn from(row: &Participation) -> Self {
        Self {
            user_id: row.user_id.as_str().to_owned(),
            id: row.id,
        }
    }
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
    pub(crate) reference: Option<String>,
    pub(crate) created_at: Timestamp,
    pub(crate) sent_at: Option<Timestamp>,
    pub(crate) acknowledged_at: Option<Timestamp>,
}

/// The next live participations of a campaign by name. No index has this order, as every join would have to
/// keep it: of the campaign's rows the first ones behind the position are kept, and no more than those.
pub(crate) fn picklist(
    connection: &Connection,
    campaign: CampaignId,
    after: Option<&PickPosition>,
    at_most: u32,
) -> Result<Vec<Participation>, StoreError> {
    let (user_id, id) = after.map_or_else(Default::default, |position| {
        (position.user_id.clone(), position.id.to_string())
    });
    // The signs keep SQLite from reading everybody by name.
    collect(
        connection,
        participants::select!(
            "WHERE campaign_id = ?1 AND status IN ('pending_payment', 'confirmed')
                AND (+user_id, id) > (?2, ?3)
              ORDER BY +user_id, id LIMIT ?4"
        ),
        params![campaign.to_string(), user_id, id, at_most],
        participants::map,
    )
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
                t.created_at, t.sent_at, t.acknowledged_at
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
        reference: row.get(6)?,
        created_at: row.time(7)?,
        sent_at: row.optional_time(8)?,
        acknowledged_at: row.optional_time(9)?,
    })
}
