//! The table `sambatan_participants`.

use rusqlite::{Connection, Row, params};

use crate::domain::id::{CampaignId, ParticipationId, UserId};
use crate::domain::lifecycle::Settlement;
use crate::domain::money::Rupiah;
use crate::domain::participation::{Participation, ParticipationStatus};
use crate::domain::reports::Limit;
use crate::domain::time::Timestamp;
use crate::domain::transfer::CANDIDATES;
use crate::store::error::StoreError;
use crate::store::rows::{TableRow, change_one, collect, find};

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT id, campaign_id, user_id, quantity, contribution_amount, transfer_amount, paid_amount,
                    status, queue_number, pay_by, expires_at, expired_at, shipping_address, note,
                    payout_account, cancel_reason, erased_at, joined_at, updated_at
               FROM sambatan_participants ",
            $rest
        )
    };
}

/// A page of a campaign's participations, in order of joining.
pub(crate) const PAGE_OF_CAMPAIGN: &str =
    select!("WHERE campaign_id = ?1 AND id > ?2 ORDER BY id LIMIT ?3");
/// A page of a user's participations, newest first.
pub(crate) const PAGE_OF_USER: &str =
    select!("WHERE user_id = ?1 AND id < ?2 ORDER BY id DESC LIMIT ?3");

fn map(row: &Row<'_>) -> Result<Participation, StoreError> {
    let row = TableRow {
        table: "sambatan_participants",
        row,
    };
    Ok(Participation {
        id: row.id(0)?,
        campaign_id: row.id(1)?,
        user_id: UserId::trusted(row.get(2)?),
        quantity: row.slots(3)?,
        contribution_amount: row.rupiah(4)?,
        transfer_amount: row.get::<Option<i64>>(5)?.map(Rupiah::new),
        paid_amount: row.rupiah(6)?,
        status: row.parse(7, ParticipationStatus::from_sql_name)?,
        queue_number: row.get(8)?,
        pay_by: row.optional_time(9)?,
        expires_at: row.optional_time(10)?,
        expired_at: row.optional_time(11)?,
        shipping_address: row.get(12)?,
        note: row.get(13)?,
        payout_account: row.get(14)?,
        cancel_reason: row.get(15)?,
        erased_at: row.optional_time(16)?,
        joined_at: row.time(17)?,
        updated_at: row.time(18)?,
    })
}

/// Finds a participation.
pub(crate) fn find_by_id(
    connection: &Connection,
    id: ParticipationId,
) -> Result<Option<Participation>, StoreError> {
    find(connection, select!("WHERE id = ?1"), [id.to_string()], map)
}

/// The participations of a campaign after `after`, in order of joining.
pub(crate) fn page_of_campaign(
    connection: &Connection,
    campaign: CampaignId,
    after: Option<ParticipationId>,
    limit: Limit,
) -> Result<Vec<Participation>, StoreError> {
    let after = after.map(|id| id.to_string()).unwrap_or_default();
    collect(
        connection,
        PAGE_OF_CAMPAIGN,
        params![campaign.to_string(), after, limit.get() + 1],
        map,
    )
}

/// The participations of a user before `after`, newest first.
pub(crate) fn page_of_user(
    connection: &Connection,
    user: &UserId,
    after: Option<ParticipationId>,
    limit: Limit,
) -> Result<Vec<Participation>, StoreError> {
    let before = after.map_or_else(|| super::AFTER_EVERY_ID.to_owned(), |id| id.to_string());
    collect(
        connection,
        PAGE_OF_USER,
        params![user.as_str(), before, limit.get() + 1],
        map,
    )
}

/// Adds a participation.
pub(crate) fn insert(
    connection: &Connection,
    participation: &Participation,
) -> Result<(), StoreError> {
    change_one(
        connection,
        "INSERT INTO sambatan_participants (id, campaign_id, user_id, quantity, contribution_amount,
                                            transfer_amount, status, queue_number, pay_by, expires_at,
                                            shipping_address, note, joined_at, updated_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)",
        params![
            participation.id.to_string(),
            participation.campaign_id.to_string(),
            participation.user_id.as_str(),
            participation.quantity.get(),
            participation.contribution_amount.get(),
            participation.transfer_amount.map(Rupiah::get),
            participation.status.sql_name(),
            participation.queue_number,
            participation.pay_by.map(Timestamp::to_sql),
            participation.expires_at.map(Timestamp::to_sql),
            participation.shipping_address,
            participation.note,
            participation.joined_at.to_sql(),
            participation.updated_at.to_sql(),
        ],
    )
}

/// The first of these amounts that is to be transferred for no open participation.
pub(crate) fn find_free_amount(
    connection: &Connection,
    amounts: &[Rupiah; CANDIDATES],
) -> Result<Option<Rupiah>, StoreError> {
    // Names the states exactly as the partial index does, which is what lets SQLite use it.
    let sql = "SELECT tried.column1
                 FROM (VALUES (?1), (?2), (?3), (?4), (?5), (?6), (?7), (?8), (?9), (?10), (?11), (?12),
                              (?13), (?14), (?15), (?16), (?17), (?18), (?19), (?20)) AS tried
                WHERE NOT EXISTS (SELECT 1 FROM sambatan_participants
                                   WHERE transfer_amount = tried.column1
                                     AND status IN ('pending_payment', 'confirmed') AND paid_amount = 0)
                LIMIT 1";
    let map = |row: &Row<'_>| Ok(Rupiah::new(row.get(0)?));
    find(connection, sql, amounts.map(Rupiah::get), map)
}

/// Writes a participation's state.
pub(crate) fn update(
    connection: &Connection,
    participation: &Participation,
) -> Result<(), StoreError> {
    change_one(
        connection,
        "UPDATE sambatan_participants
            SET status = ?2, transfer_amount = ?3, paid_amount = ?4, pay_by = ?5, expires_at = ?6,
                expired_at = ?7, payout_account = ?8, cancel_reason = ?9, updated_at = ?10
          WHERE id = ?1",
        params![
            participation.id.to_string(),
            participation.status.sql_name(),
            participation.transfer_amount.map(Rupiah::get),
            participation.paid_amount.get(),
            participation.pay_by.map(Timestamp::to_sql),
            participation.expires_at.map(Timestamp::to_sql),
            participation.expired_at.map(Timestamp::to_sql),
            participation.payout_account,
            participation.cancel_reason,
            participation.updated_at.to_sql(),
        ],
    )
}

/// Settles all participations of a campaign that has ended, and says how many.
pub(crate) fn settle(
    connection: &Connection,
    campaign: CampaignId,
    settlement: Settlement,
    now: Timestamp,
) -> Result<u64, StoreError> {
    let sql = match settlement {
        Settlement::ConfirmReserved => {
            "UPDATE sambatan_participants SET status = 'confirmed', updated_at = ?2
              WHERE campaign_id = ?1 AND status = 'pending_payment'"
        }
        Settlement::RefundLive => {
            "UPDATE sambatan_participants SET status = 'refunded', updated_at = ?2
              WHERE campaign_id = ?1 AND status IN ('pending_payment', 'confirmed')"
        }
    };
    let rows = connection
        .prepare_cached(sql)?
        .execute(params![campaign.to_string(), now.to_sql()])?;
    Ok(rows as u64)
}
