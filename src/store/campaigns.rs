//! The table `sambatan_campaigns`.

use rusqlite::{Connection, OptionalExtension, Row, params};

use crate::domain::campaign::{Campaign, CampaignStatus};
use crate::domain::id::{CampaignId, PayToId};
use crate::domain::join_code::JoinCode;
use crate::domain::reports::CampaignFilter;
use crate::domain::slots::Slots;
use crate::domain::terms::{Completes, OnShortfall, PaymentTiming, Terms};
use crate::domain::time::Timestamp;
use crate::store::error::StoreError;
use crate::store::rows::{TableRow, change_one, collect, find};

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT id, product_id, title, total_slots, minimum_slots, slot_price, filled_slots,
                    participant_count, status, opens_at, deadline, cancel_reason, created_at, updated_at,
                    description, confirmed_count, waitlist_count, last_queue_number, on_shortfall,
                    extend_days, completes, max_slots_per_user, payment, pay_within_hours, grace_hours,
                    tipped_at, extended_at, extend_reason, ended_at, erased_at, max_slots_per_join,
                    join_code, pay_to
               FROM sambatan_campaigns ",
            $rest
        )
    };
}

pub(crate) mod running;

/// A page of all campaigns, newest first.
pub(crate) const PAGE: &str = select!("WHERE id < ?1 ORDER BY id DESC LIMIT ?2");
/// A page of the campaigns in one state, newest first.
pub(crate) const PAGE_BY_STATUS: &str =
    select!("WHERE status = ?3 AND id < ?1 ORDER BY id DESC LIMIT ?2");
/// The full campaigns that the next sweep completes, oldest first. Those that wait for payments or for their
/// deadline are left out; the rule itself is asked again for each that is found.
pub(crate) const FULL: &str = "
     SELECT id FROM sambatan_campaigns
      WHERE status = 'locked' AND id > ?1
        AND completes <> 'at_deadline'
        AND (confirmed_count = participant_count OR (completes = 'when_full' AND payment = 'upfront'))
      ORDER BY id LIMIT ?2";
/// The campaigns whose deadline has passed. Names the states exactly as the partial index does, which
/// is what lets SQLite use it; without statistics it would take the index by status all the same, and
/// look at every open campaign, so the index is named too.
pub(crate) const PAST_DEADLINE: &str = "
     SELECT id, deadline FROM sambatan_campaigns INDEXED BY campaigns_by_deadline
      WHERE status IN ('active', 'locked') AND deadline < ?1 AND (deadline, id) > (?2, ?3)
      ORDER BY deadline, id LIMIT ?4";
/// The campaigns whose opening time has come.
pub(crate) const TO_OPEN: &str = "
     SELECT id, opens_at FROM sambatan_campaigns INDEXED BY campaigns_by_opening
      WHERE status = 'draft' AND opens_at <= ?1 AND (opens_at, id) > (?2, ?3)
      ORDER BY opens_at, id LIMIT ?4";
/// The earliest deadline from a time on.
pub(crate) const NEXT_DEADLINE: &str =
    "SELECT min(deadline) FROM sambatan_campaigns INDEXED BY campaigns_by_deadline
      WHERE status IN ('active', 'locked') AND deadline >= ?1";
/// The earliest opening after a time.
pub(crate) const NEXT_OPENING: &str =
    "SELECT min(opens_at) FROM sambatan_campaigns INDEXED BY campaigns_by_opening
      WHERE status = 'draft' AND opens_at > ?1";

fn map(row: &Row<'_>) -> Result<Campaign, StoreError> {
    let row = TableRow {
        table: "sambatan_campaigns",
        row,
    };
    Ok(Campaign {
        id: row.id(0)?,
        product_id: row.id(1)?,
        title: row.get(2)?,
        description: row.get(14)?,
        total_slots: row.slots(3)?,
        minimum_slots: row.slots(4)?,
        price_per_slot: row.rupiah(5)?,
        slots_taken: row.slots(6)?,
        participant_count: row.get(7)?,
        confirmed_count: row.get(15)?,
        waitlist_count: row.get(16)?,
        last_queue_number: row.get(17)?,
        terms: Terms {
            on_shortfall: row.parse(18, OnShortfall::from_word)?,
            extend_days: row.get(19)?,
            completes: row.parse(20, Completes::from_word)?,
            max_slots_per_user: row.get::<Option<u32>>(21)?.map(Slots::new),
            max_slots_per_join: row.get::<Option<u32>>(30)?.map(Slots::new),
            payment: row.parse(22, PaymentTiming::from_word)?,
            pay_within_hours: row.get(23)?,
            grace_hours: row.get(24)?,
        },
        pay_to: pay_to(&row, 32)?,
        status: row.parse(8, CampaignStatus::from_sql_name)?,
        opens_at: row.optional_time(9)?,
        deadline: row.time(10)?,
        tipped_at: row.optional_time(25)?,
        extended_at: row.optional_time(26)?,
        extend_reason: row.get(27)?,
        cancel_reason: row.get(11)?,
        join_code: row.get::<Option<String>>(31)?.map(JoinCode::trusted),
        ended_at: row.optional_time(28)?,
        erased_at: row.optional_time(29)?,
        created_at: row.time(12)?,
        updated_at: row.time(13)?,
    })
}

/// The ids in a column that is NULL when there are none.
pub(crate) fn pay_to(row: &TableRow<'_>, column: usize) -> Result<Vec<PayToId>, StoreError> {
    let read = |text: &str| {
        let ids: Vec<&str> = serde_json::from_str(text).ok()?;
        ids.into_iter().map(|id| id.parse().ok()).collect()
    };
    Ok(row.optional(column, read)?.unwrap_or_default())
}

/// What [`pay_to`] reads.
fn pay_to_as_json(ids: &[PayToId]) -> Option<String> {
    let ids: Vec<String> = ids.iter().map(ToString::to_string).collect();
    (!ids.is_empty()).then(|| serde_json::Value::from(ids).to_string())
}

/// Finds a campaign.
pub(crate) fn find_by_id(
    connection: &Connection,
    id: CampaignId,
) -> Result<Option<Campaign>, StoreError> {
    find(connection, select!("WHERE id = ?1"), [id.to_string()], map)
}

/// A page of campaigns, newest first.
pub(crate) fn page(
    connection: &Connection,
    filter: CampaignFilter,
) -> Result<Vec<Campaign>, StoreError> {
    let before = filter
        .after
        .map_or_else(|| super::AFTER_EVERY_ID.to_owned(), |id| id.to_string());
    let rows = filter.limit.get() + 1;
    match filter.status {
        None => collect(connection, PAGE, params![before, rows], map),
        Some(status) => collect(
            connection,
            PAGE_BY_STATUS,
            params![before, rows, status.sql_name()],
            map,
        ),
    }
}

/// Adds a campaign as it is when it is created: nobody has joined it.
pub(crate) fn insert(connection: &Connection, campaign: &Campaign) -> Result<(), StoreError> {
    change_one(
        connection,
        "INSERT INTO sambatan_campaigns (id, product_id, title, description, total_slots, minimum_slots,
                                         slot_price, status, opens_at, deadline, on_shortfall,
                                         extend_days, completes, max_slots_per_user, payment,
                                         pay_within_hours, grace_hours, created_at, updated_at,
                                         max_slots_per_join, join_code, pay_to)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19,
                 ?20, ?21, ?22)",
        params![
            campaign.id.to_string(),
            campaign.product_id.to_string(),
            campaign.title,
            campaign.description,
            campaign.total_slots.get(),
            campaign.minimum_slots.get(),
            campaign.price_per_slot.get(),
            campaign.status.sql_name(),
            campaign.opens_at.map(Timestamp::to_sql),
            campaign.deadline.to_sql(),
            campaign.terms.on_shortfall.word(),
            campaign.terms.extend_days,
            campaign.terms.completes.word(),
            campaign.terms.max_slots_per_user.map(Slots::get),
            campaign.terms.payment.word(),
            campaign.terms.pay_within_hours,
            campaign.terms.grace_hours,
            campaign.created_at.to_sql(),
            campaign.updated_at.to_sql(),
            campaign.terms.max_slots_per_join.map(Slots::get),
            campaign.join_code.as_ref().map(JoinCode::reveal),
            pay_to_as_json(&campaign.pay_to),
        ],
    )
}

/// Writes the slots taken, for a change that leaves the status as it is. Most joins are one, and a
/// statement that does not name the status touches no index.
pub(crate) fn update_slots(connection: &Connection, campaign: &Campaign) -> Result<(), StoreError> {
    change_one(
        connection,
        "UPDATE sambatan_campaigns
            SET filled_slots = ?2, participant_count = ?3, updated_at = ?4, confirmed_count = ?5
          WHERE id = ?1",
        params![
            campaign.id.to_string(),
            campaign.slots_taken.get(),
            campaign.participant_count,
            campaign.updated_at.to_sql(),
            campaign.confirmed_count,
        ],
    )
}

/// Writes everything that can change in a campaign.
pub(crate) fn update(connection: &Connection, campaign: &Campaign) -> Result<(), StoreError> {
    change_one(
        connection,
        "UPDATE sambatan_campaigns
            SET filled_slots = ?2, participant_count = ?3, updated_at = ?4, status = ?5, cancel_reason = ?6,
                title = ?7, description = ?8, confirmed_count = ?9, waitlist_count = ?10,
                last_queue_number = ?11, deadline = ?12, tipped_at = ?13, extended_at = ?14,
                extend_reason = ?15, ended_at = ?16, erased_at = ?17, join_code = ?18, pay_to = ?19
          WHERE id = ?1",
        params![
            campaign.id.to_string(),
            campaign.slots_taken.get(),
            campaign.participant_count,
            campaign.updated_at.to_sql(),
            campaign.status.sql_name(),
            campaign.cancel_reason,
            campaign.title,
            campaign.description,
            campaign.confirmed_count,
            campaign.waitlist_count,
            campaign.last_queue_number,
            campaign.deadline.to_sql(),
            campaign.tipped_at.map(Timestamp::to_sql),
            campaign.extended_at.map(Timestamp::to_sql),
            campaign.extend_reason,
            campaign.ended_at.map(Timestamp::to_sql),
            campaign.erased_at.map(Timestamp::to_sql),
            campaign.join_code.as_ref().map(JoinCode::reveal),
            pay_to_as_json(&campaign.pay_to),
        ],
    )
}

/// The kinds of campaigns that a sweep looks for, in this order: what opened may be past its deadline.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Due {
    /// Their opening time has come.
    ToOpen,
    /// Every slot is taken.
    Full,
    /// Their deadline has passed.
    PastDeadline,
}

/// Where a look-up of due campaigns goes on.
#[derive(Debug, Clone, Default)]
pub(crate) struct DueCursor {
    time: String,
    id: String,
}

/// Up to `limit` due campaigns after `cursor`, which moves on.
pub(crate) fn due(
    connection: &Connection,
    kind: Due,
    now: Timestamp,
    cursor: &mut DueCursor,
    limit: u32,
) -> Result<Vec<CampaignId>, StoreError> {
    let map = |row: &Row<'_>| {
        let row = TableRow {
            table: "sambatan_campaigns",
            row,
        };
        let time = if kind == Due::Full {
            String::new()
        } else {
            row.get(1)?
        };
        Ok((row.id::<CampaignId>(0)?, time))
    };
    let found = match kind {
        Due::Full => collect(connection, FULL, params![cursor.id, limit], map),
        Due::PastDeadline | Due::ToOpen => {
            let sql = if kind == Due::ToOpen {
                TO_OPEN
            } else {
                PAST_DEADLINE
            };
            collect(
                connection,
                sql,
                params![now.to_sql(), cursor.time, cursor.id, limit],
                map,
            )
        }
    }?;
    if let Some((id, time)) = found.last() {
        *cursor = DueCursor {
            time: time.clone(),
            id: id.to_string(),
        };
    }
    Ok(found.into_iter().map(|(id, _)| id).collect())
}

/// When the next deadline was or will be, and the next opening, leaving out what a sweep at `swept`
/// has come to.
pub(crate) fn next_times(
    connection: &Connection,
    swept: Option<Timestamp>,
) -> Result<(Option<Timestamp>, Option<Timestamp>), StoreError> {
    // Sorts before the text of every time.
    let swept = swept.map(Timestamp::to_sql).unwrap_or_default();
    let time = |sql| -> Result<Option<Timestamp>, StoreError> {
        let map = |row: &Row<'_>| {
            TableRow {
                table: "sambatan_campaigns",
                row,
            }
            .optional_time(0)
        };
        Ok(find(connection, sql, [&swept], map)?.flatten())
    };
    Ok((time(NEXT_DEADLINE)?, time(NEXT_OPENING)?))
}

/// Whether there is such a campaign.
pub(crate) fn exists(connection: &Connection, id: CampaignId) -> Result<bool, StoreError> {
    let found = connection
        .prepare_cached("SELECT 1 FROM sambatan_campaigns WHERE id = ?1")?
        .query_row([id.to_string()], |_| Ok(()))
        .optional()?;
    Ok(found.is_some())
}
