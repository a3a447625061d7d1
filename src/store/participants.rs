//! The table `sambatan_participants`.

use rusqlite::{Connection, Row, params};

use crate::domain::handle::ComparisonKey;
use crate::domain::holder::Holder;
use crate::domain::id::{CampaignId, ParticipationId, UserId};
use crate::domain::ledger::RefundSums;
use crate::domain::lifecycle::Settlement;
use crate::domain::money::Rupiah;
use crate::domain::participation::{Participation, ParticipationStatus};
use crate::domain::payment_code::PaymentCode;
use crate::domain::payment_window::PaymentWindow;
use crate::domain::reports::Limit;
use crate::domain::seal::Salt;
use crate::domain::slots::Slots;
use crate::domain::time::Timestamp;
use crate::store::error::StoreError;
use crate::store::rows::{TableRow, change_one, collect, find};

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT id, campaign_id, user_id, quantity, contribution_amount, transfer_amount, paid_amount,
                    status, queue_number, pay_by, expires_at, expired_at, shipping_address, note,
                    payout_account, cancel_reason, erased_at, joined_at, updated_at, claimed_at,
                    claimed_on, refunds_due, refunds_sent, refunds_acknowledged, promoted_at, released_at,
                    account_changed_at, token_generation, held_with
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

/// A page of a campaign's live participations that have not paid their contribution, in order of joining.
/// Named as the partial index is, which is what lets SQLite use it.
pub(crate) const PAGE_OF_UNPAID: &str = select!(
    "INDEXED BY participants_who_owe
      WHERE campaign_id = ?1 AND id > ?2
        AND status IN ('pending_payment', 'confirmed') AND paid_amount < contribution_amount
      ORDER BY id LIMIT ?3"
);

/// A page of the live participations, of all campaigns, who say that they have paid, in order of joining.
/// Named as the partial index is, which is what lets SQLite use it.
const PAGE_OF_CLAIMS: &str = select!(
    "INDEXED BY participants_who_claim
      WHERE id > ?1 AND claimed_at IS NOT NULL AND status IN ('pending_payment', 'confirmed')
      ORDER BY id LIMIT ?2"
);

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
        claimed_at: row.optional_time(19)?,
        claimed_on: row.optional(20, |text| text.parse().ok())?,
        refunds: RefundSums {
            due: row.rupiah(21)?,
            sent: row.rupiah(22)?,
            acknowledged: row.rupiah(23)?,
        },
        promoted_at: row.optional_time(24)?,
        released_at: row.optional_time(25)?,
        account_changed_at: row.optional_time(26)?,
        token_generation: row.get(27)?,
        held_with: row.optional_id(28)?,
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

/// The live participations of a campaign after `after` that have not paid their contribution.
pub(crate) fn page_of_unpaid(
    connection: &Connection,
    campaign: CampaignId,
    after: Option<ParticipationId>,
    limit: Limit,
) -> Result<Vec<Participation>, StoreError> {
    let after = after.map(|id| id.to_string()).unwrap_or_default();
    collect(
        connection,
        PAGE_OF_UNPAID,
        params![campaign.to_string(), after, limit.get() + 1],
        map,
    )
}

/// The live participations after `after`, of all campaigns, who say that they have paid.
pub(crate) fn page_of_claims(
    connection: &Connection,
    after: Option<ParticipationId>,
    limit: Limit,
) -> Result<Vec<Participation>, StoreError> {
    let after = after.map(|id| id.to_string()).unwrap_or_default();
    collect(
        connection,
        PAGE_OF_CLAIMS,
        params![after, limit.get() + 1],
        map,
    )
}

/// Adds a participation, unless it is open and its amount is to be transferred for another one: says
/// whether it did. `salt` is what its texts are sealed with.
pub(crate) fn try_insert(
    connection: &Connection,
    participation: &Participation,
    salt: &Salt,
) -> Result<bool, StoreError> {
    // Names the states exactly as the partial index does: nothing else may be in conflict.
    let rows = connection
        .prepare_cached(
            "INSERT INTO sambatan_participants (id, campaign_id, user_id, quantity, contribution_amount,
                                                transfer_amount, status, queue_number, pay_by, expires_at,
                                                shipping_address, note, joined_at, updated_at, salt,
                                                user_key, held_with)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17)
             ON CONFLICT (transfer_amount)
                WHERE status IN ('pending_payment', 'confirmed') AND paid_amount = 0 DO NOTHING",
        )?
        .execute(params![
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
            salt.as_bytes(),
            participation.user_id.key().as_str(),
            participation.held_with.map(|id| id.to_string()),
        ])?;
    Ok(rows == 1)
}

/// Whether an amount is to be transferred for a participation that is open.
pub(crate) fn is_amount_open(connection: &Connection, amount: Rupiah) -> Result<bool, StoreError> {
    // Names the states exactly as the partial index does, which is what lets SQLite use it.
    let sql = "SELECT 1 FROM sambatan_participants
                WHERE transfer_amount = ?1 AND status IN ('pending_payment', 'confirmed') AND paid_amount = 0";
    Ok(connection.prepare_cached(sql)?.exists([amount.get()])?)
}

/// The open participation for which exactly this amount is to be transferred.
pub(crate) fn find_open_by_amount(
    connection: &Connection,
    amount: Rupiah,
) -> Result<Option<Participation>, StoreError> {
    let sql = select!(
        "WHERE transfer_amount = ?1 AND status IN ('pending_payment', 'confirmed') AND paid_amount = 0"
    );
    find(connection, sql, [amount.get()], map)
}

/// Up to `limit` open participations, by the amount that is to be transferred.
pub(crate) fn open_by_amount(
    connection: &Connection,
    limit: u32,
) -> Result<Vec<Participation>, StoreError> {
    let sql = select!(
        "WHERE transfer_amount > 0 AND status IN ('pending_payment', 'confirmed') AND paid_amount = 0
         ORDER BY transfer_amount LIMIT ?1"
    );
    collect(connection, sql, [limit], map)
}

/// Up to two open participations whose amounts are at most `distance` from this one, of those that
/// `is_meant` says yes to.
pub(crate) fn find_open_near(
    connection: &Connection,
    amount: Rupiah,
    distance: i64,
    is_meant: impl Fn(&Participation) -> bool,
) -> Result<Vec<Participation>, StoreError> {
    let sql = select!(
        "WHERE transfer_amount BETWEEN ?1 AND ?2
           AND status IN ('pending_payment', 'confirmed') AND paid_amount = 0"
    );
    let bounds = [amount.get() - distance, amount.get() + distance];
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query(bounds)?;
    let mut found = Vec::new();
    // No two share an amount, so there are few rows to say no to.
    while let (Some(row), true) = (rows.next()?, found.len() < 2) {
        found.extend(Some(map(row)?).filter(&is_meant));
    }
    Ok(found)
}

/// The participations that have a payment code, as a rule one.
pub(crate) fn find_by_code(
    connection: &Connection,
    code: PaymentCode,
) -> Result<Vec<Participation>, StoreError> {
    let mut found = Vec::new();
    for (from, to) in code.ranges() {
        let rows = collect(
            connection,
            select!("WHERE id >= ?1 AND id < ?2"),
            [from, to],
            map,
        )?;
        found.extend(
            rows.into_iter()
                .filter(|row| PaymentCode::of(row.id) == code),
        );
    }
    Ok(found)
}

/// How often a participation's secret link was made anew; none when there is no such participation.
pub(crate) fn token_generation(
    connection: &Connection,
    id: ParticipationId,
) -> Result<Option<u32>, StoreError> {
    let sql = "SELECT token_generation FROM sambatan_participants WHERE id = ?1";
    find(connection, sql, [id.to_string()], |row| Ok(row.get(0)?))
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
                expired_at = ?7, payout_account = ?8, cancel_reason = ?9, updated_at = ?10,
                claimed_at = ?11, claimed_on = ?12, promoted_at = ?13, released_at = ?14,
                account_changed_at = ?15, token_generation = ?16
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
            participation.claimed_at.map(Timestamp::to_sql),
            participation.claimed_on.map(|day| day.to_string()),
            participation.promoted_at.map(Timestamp::to_sql),
            participation.released_at.map(Timestamp::to_sql),
            participation.account_changed_at.map(Timestamp::to_sql),
            participation.token_generation,
        ],
    )
}

/// The slots of a campaign that count with somebody's: what they hold or wait for.
pub(crate) fn held_by(
    connection: &Connection,
    campaign: CampaignId,
    holder: &Holder,
) -> Result<Slots, StoreError> {
    let map = |row: &Row<'_>| Ok(Slots::new(row.get(0)?));
    let campaign = campaign.to_string();
    let sum = |sql: &str, whose: &str| find(connection, sql, params![campaign, whose], map);
    // Named as the partial indexes are, which is what lets SQLite use them.
    let held = match holder {
        Holder::Named(name) => [
            sum(
                "SELECT coalesce(sum(quantity), 0)
                   FROM sambatan_participants INDEXED BY participants_who_take_part
                  WHERE campaign_id = ?1 AND user_key = ?2
                    AND status IN ('pending_payment', 'confirmed', 'waitlisted')",
                name.as_str(),
            )?,
            None,
        ],
        Holder::Of(first) => [
            sum(
                "SELECT quantity FROM sambatan_participants
                  WHERE id = ?2 AND +campaign_id = ?1
                    AND status IN ('pending_payment', 'confirmed', 'waitlisted')",
                &first.to_string(),
            )?,
            sum(
                "SELECT coalesce(sum(quantity), 0)
                   FROM sambatan_participants INDEXED BY participants_held_with
                  WHERE held_with = ?2 AND campaign_id = ?1
                    AND status IN ('pending_payment', 'confirmed', 'waitlisted')",
                &first.to_string(),
            )?,
        ],
    };
    let slots = held.into_iter().flatten().map(Slots::get);
    Ok(Slots::new(slots.sum()))
}

/// Whether slots of the campaign that were taken earlier than these have been given back at least so often, by
/// anybody or under one name.
pub(crate) fn were_given_back(
    connection: &Connection,
    participation: &Participation,
    name: Option<&ComparisonKey>,
    times: u32,
) -> Result<bool, StoreError> {
    let (campaign, id) = (
        participation.campaign_id.to_string(),
        participation.id.to_string(),
    );
    let skipped = times.saturating_sub(1);
    let found = match name {
        Some(name) => connection
            .prepare_cached(
                "SELECT 1 FROM sambatan_participants INDEXED BY participants_who_gave_back
                  WHERE campaign_id = ?1 AND user_key = ?2 AND status = 'cancelled' AND id < ?3
                  LIMIT 1 OFFSET ?4",
            )?
            .exists(params![campaign, name.as_str(), id, skipped])?,
        None => connection
            .prepare_cached(
                "SELECT 1 FROM sambatan_participants INDEXED BY participants_who_gave_back
                  WHERE campaign_id = ?1 AND status = 'cancelled' AND id < ?2 LIMIT 1 OFFSET ?3",
            )?
            .exists(params![campaign, id, skipped])?,
    };
    Ok(found)
}

/// The first on a campaign's waiting list that so many slots are enough for.
pub(crate) fn find_first_waiting(
    connection: &Connection,
    campaign: CampaignId,
    slots: Slots,
) -> Result<Option<Participation>, StoreError> {
    find(
        connection,
        select!(
            "INDEXED BY waiting_list
              WHERE status = 'waitlisted' AND campaign_id = ?1 AND quantity <= ?2
              ORDER BY queue_number LIMIT 1"
        ),
        params![campaign.to_string(), slots.get()],
        map,
    )
}

/// How many of a campaign's waiting list come before a number.
pub(crate) fn count_waiting_before(
    connection: &Connection,
    campaign: CampaignId,
    queue_number: u32,
) -> Result<u32, StoreError> {
    let count = find(
        connection,
        "SELECT count(*) FROM sambatan_participants INDEXED BY waiting_list
          WHERE status = 'waitlisted' AND campaign_id = ?1 AND queue_number < ?2",
        params![campaign.to_string(), queue_number],
        |row| Ok(row.get(0)?),
    )?;
    Ok(count.unwrap_or(0))
}

/// Starts the time to pay of every reservation of a campaign; those from the waiting list have until
/// the deadline at most.
pub(crate) fn start_payment(
    connection: &Connection,
    campaign: CampaignId,
    window: PaymentWindow,
    deadline: Timestamp,
    now: Timestamp,
) -> Result<(), StoreError> {
    connection
        .prepare_cached(
            "UPDATE sambatan_participants
                SET pay_by = iif(queue_number IS NULL, ?2, min(?2, ?4)),
                    expires_at = iif(queue_number IS NULL, ?3, min(?3, ?4)), updated_at = ?5
              WHERE campaign_id = ?1 AND status = 'pending_payment'",
        )?
        .execute(params![
            campaign.to_string(),
            window.pay_by.to_sql(),
            window.expires_at.to_sql(),
            deadline.to_sql(),
            now.to_sql(),
        ])?;
    Ok(())
}

/// Gives the reservations of a campaign that its deadline had cut short a new time to pay, and takes none
/// away. Without the index's name SQLite would look at what is open in every other campaign.
pub(crate) fn move_payment(
    connection: &Connection,
    campaign: CampaignId,
    before: Timestamp,
    window: PaymentWindow,
    now: Timestamp,
) -> Result<(), StoreError> {
    connection
        .prepare_cached(
            "UPDATE sambatan_participants INDEXED BY participants_by_campaign
                SET pay_by = max(pay_by, ?2), expires_at = max(expires_at, ?3), updated_at = ?5
              WHERE campaign_id = ?1 AND status = 'pending_payment' AND expires_at >= ?4",
        )?
        .execute(params![
            campaign.to_string(),
            window.pay_by.to_sql(),
            window.expires_at.to_sql(),
            before.to_sql(),
            now.to_sql(),
        ])?;
    Ok(())
}

/// The reservations whose time is over, after a time and an id.
pub(crate) fn expired(
    connection: &Connection,
    now: Timestamp,
    after: &(String, String),
    limit: u32,
) -> Result<Vec<(String, ParticipationId)>, StoreError> {
    let map = |row: &Row<'_>| {
        let row = TableRow {
            table: "sambatan_participants",
            row,
        };
        Ok((row.get(0)?, row.id(1)?))
    };
    collect(
        connection,
        "SELECT expires_at, id FROM sambatan_participants INDEXED BY participants_by_expiry
          WHERE status = 'pending_payment' AND expires_at IS NOT NULL AND expires_at <= ?1
            AND (expires_at, id) > (?2, ?3)
          ORDER BY expires_at, id LIMIT ?4",
        params![now.to_sql(), after.0, after.1, limit],
        map,
    )
}

/// When the next reservation's time is over, leaving out what a sweep at `swept` has come to.
pub(crate) fn next_expiry(
    connection: &Connection,
    swept: Option<Timestamp>,
) -> Result<Option<Timestamp>, StoreError> {
    let swept = swept.map(Timestamp::to_sql).unwrap_or_default();
    let map = |row: &Row<'_>| {
        TableRow {
            table: "sambatan_participants",
            row,
        }
        .optional_time(0)
    };
    let next = find(
        connection,
        "SELECT min(expires_at) FROM sambatan_participants INDEXED BY participants_by_expiry
          WHERE status = 'pending_payment' AND expires_at IS NOT NULL AND expires_at > ?1",
        [swept],
        map,
    )?;
    Ok(next.flatten())
}

/// Takes everybody off the waiting list of a campaign that has ended.
pub(crate) fn close_waiting_list(
    connection: &Connection,
    campaign: CampaignId,
    now: Timestamp,
) -> Result<(), StoreError> {
    connection
        .prepare_cached(
            "UPDATE sambatan_participants SET status = 'cancelled', updated_at = ?2
              WHERE campaign_id = ?1 AND status = 'waitlisted'",
        )?
        .execute(params![campaign.to_string(), now.to_sql()])?;
    Ok(())
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
