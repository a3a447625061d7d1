//! Erasing what people typed, in the tables of participations, of money and of stored answers.

use rusqlite::{Connection, Row, params};

use crate::domain::forgetting::{self, ERASED_ADDRESS};
use crate::domain::handle::ComparisonKey;
use crate::domain::id::{CampaignId, ParticipationId, TransactionId};
use crate::domain::seal::Seal;
use crate::domain::time::Timestamp;
use crate::store::error::StoreError;
use crate::store::rows::{TableRow, collect, find};
use crate::store::{participants, seals};

/// A campaign that is to be forgotten: when it ended, as text, and its id.
pub(crate) type Ended = (String, CampaignId);

/// Up to `limit` campaigns after `after` that ended at `before` or earlier and are not forgotten yet.
pub(crate) fn campaigns(
    connection: &Connection,
    before: Timestamp,
    after: Option<&Ended>,
    limit: u32,
) -> Result<Vec<Ended>, StoreError> {
    let (ended_at, id) = after.map_or_else(Default::default, |(ended_at, id)| {
        (ended_at.clone(), id.to_string())
    });
    // Names the condition exactly as the partial index does, which is what lets SQLite use it.
    let sql = "SELECT ended_at, id FROM sambatan_campaigns INDEXED BY campaigns_to_erase
                WHERE ended_at IS NOT NULL AND erased_at IS NULL AND ended_at <= ?1
                  AND (ended_at, id) > (?2, ?3)
                ORDER BY ended_at, id LIMIT ?4";
    let map = |row: &Row<'_>| {
        let row = TableRow {
            table: "sambatan_campaigns",
            row,
        };
        Ok((row.get(0)?, row.id(1)?))
    };
    collect(
        connection,
        sql,
        params![before.to_sql(), ended_at, id, limit],
        map,
    )
}

/// Up to `limit` participations of a campaign after `after` of which something is still to be erased. Those of
/// which only the rest has to wait for a refund are left out, and so is who has time to pay, or got slots from
/// the waiting list since `before`. No single text is a mark of that: somebody may
/// have typed what stands in the place of an address.
pub(crate) fn participations(
    connection: &Connection,
    campaign: CampaignId,
    before: Timestamp,
    after: Option<ParticipationId>,
    limit: u32,
) -> Result<Vec<ParticipationId>, StoreError> {
    let sql = "SELECT id FROM sambatan_participants p
                WHERE campaign_id = ?1 AND id > ?2 AND erased_at IS NULL
                  AND status <> 'pending_payment' AND (promoted_at IS NULL OR promoted_at <= ?5)
                  AND (shipping_address <> ?4 OR note IS NOT NULL OR cancel_reason IS NOT NULL
                       OR EXISTS (SELECT 1 FROM idempotency_keys
                                   WHERE scope = p.user_id AND instr(body, p.id) > 0)
                       OR NOT EXISTS (SELECT 1 FROM sambatan_transactions r
                                       WHERE r.participation_id = p.id AND r.kind = 'refund'
                                         AND r.status = 'due'))
                ORDER BY id LIMIT ?3";
    let after = after.map(|id| id.to_string()).unwrap_or_default();
    let map = |row: &Row<'_>| {
        let row = TableRow {
            table: "sambatan_participants",
            row,
        };
        row.id(0)
    };
    collect(
        connection,
        sql,
        params![
            campaign.to_string(),
            after,
            limit,
            ERASED_ADDRESS,
            before.to_sql()
        ],
        map,
    )
}

/// Whether somebody of a campaign is not to be forgotten yet: who has time to pay, or got slots from the waiting
/// list since `before`.
pub(crate) fn is_anybody_needed(
    connection: &Connection,
    campaign: CampaignId,
    before: Timestamp,
) -> Result<bool, StoreError> {
    let sql = "SELECT 1 FROM sambatan_participants
                WHERE campaign_id = ?1 AND (status = 'pending_payment' OR promoted_at > ?2) LIMIT 1";
    let of = params![campaign.to_string(), before.to_sql()];
    Ok(connection.prepare_cached(sql)?.exists(of)?)
}

/// What was erased of a participation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Erased {
    /// Nothing that stands in it: there was nothing but what has to wait.
    Nothing,
    /// All but who gets a refund that is to be sent, and where it goes. What is left has this seal.
    InPart(Seal),
    /// All of it.
    Wholly,
}

/// Erases what a participant typed, and says how much of it: as long as a refund is to be sent, who it is for
/// and where it goes stay.
pub(crate) fn participation(
    connection: &Connection,
    id: ParticipationId,
    now: Timestamp,
) -> Result<Erased, StoreError> {
    let id_text = id.to_string();
    let changed = connection
        .prepare_cached(
            "UPDATE sambatan_participants SET shipping_address = ?2, note = NULL, cancel_reason = NULL
              WHERE id = ?1 AND (shipping_address <> ?2 OR note IS NOT NULL OR cancel_reason IS NOT NULL)",
        )?
        .execute(params![id_text, ERASED_ADDRESS])?;
    // The answer of the join has the address too.
    connection
        .prepare_cached(
            "DELETE FROM idempotency_keys
              WHERE scope = (SELECT user_id FROM sambatan_participants WHERE id = ?1)
                AND instr(body, ?1) > 0",
        )?
        .execute([&id_text])?;
    let is_due = "SELECT 1 FROM sambatan_transactions
                   WHERE participation_id = ?1 AND kind = 'refund' AND status = 'due'";
    if connection.prepare_cached(is_due)?.exists([&id_text])? {
        let left = participants::find_by_id(connection, id)?.filter(|_| changed > 0);
        return Ok(match left {
            Some(left) => Erased::InPart(seals::participation(connection, &left)?),
            None => Erased::Nothing,
        });
    }
    let nobody = forgetting::pseudonym(id);
    connection
        .prepare_cached(
            "UPDATE sambatan_participants SET user_id = ?2, user_key = ?4, payout_account = NULL,
                    account_changed_at = NULL, salt = NULL, erased_at = ?3
              WHERE id = ?1",
        )?
        .execute(params![
            id_text,
            nobody,
            now.to_sql(),
            ComparisonKey::of(&nobody).as_str()
        ])?;
    Ok(Erased::Wholly)
}

/// Up to `limit` of a campaign's movements of money after `after` at which a reference or a reason stands.
pub(crate) fn movements(
    connection: &Connection,
    campaign: CampaignId,
    after: Option<TransactionId>,
    limit: u32,
) -> Result<Vec<TransactionId>, StoreError> {
    let sql = "SELECT id FROM sambatan_transactions
                WHERE campaign_id = ?1 AND id > ?2 AND (reference IS NOT NULL OR reason IS NOT NULL) ORDER BY id LIMIT ?3";
    let after = after.map(|id| id.to_string()).unwrap_or_default();
    let map = |row: &Row<'_>| {
        let row = TableRow {
            table: "sambatan_transactions",
            row,
        };
        row.id(0)
    };
    collect(
        connection,
        sql,
        params![campaign.to_string(), after, limit],
        map,
    )
}

/// Erases the reference and the reason of a movement of money, and answers the seal of what is left: what it
/// came of, if anything.
pub(crate) fn reference(
    connection: &Connection,
    id: TransactionId,
) -> Result<Option<Seal>, StoreError> {
    let (line, request) = seals::origin(connection, id)?;
    let left = [
        ("statement_line", line.as_deref()),
        ("request_id", request.as_deref()),
    ];
    let sealed = seals::of(&left)?;
    connection
        .prepare_cached(
            "UPDATE sambatan_transactions SET reference = NULL, reason = NULL, salt = ?2 WHERE id = ?1",
        )?
        .execute(params![
            id.to_string(),
            sealed.map(|(salt, _)| *salt.as_bytes())
        ])?;
    Ok(sealed.map(|(_, seal)| seal))
}

/// Notes that somebody typed something about a campaign that has ended, so that it is forgotten in its turn,
/// also when the campaign was forgotten already. Says whether it has ended.
pub(crate) fn note_new_text(
    connection: &Connection,
    campaign: CampaignId,
    participation: Option<ParticipationId>,
    now: Timestamp,
) -> Result<bool, StoreError> {
    // A new time of change tells a forgetting that is under way that it has not seen this.
    let ended = connection
        .prepare_cached(
            "UPDATE sambatan_campaigns SET erased_at = NULL, updated_at = ?2
              WHERE id = ?1 AND ended_at IS NOT NULL",
        )?
        .execute(params![campaign.to_string(), now.to_sql()])?;
    if let Some(participation) = participation.filter(|_| ended > 0) {
        connection
            .prepare_cached(
                "UPDATE sambatan_participants SET erased_at = NULL WHERE id = ?1 AND erased_at IS NOT NULL",
            )?
            .execute([participation.to_string()])?;
    }
    Ok(ended > 0)
}

/// When a campaign last changed, as text.
pub(crate) fn last_change(
    connection: &Connection,
    campaign: CampaignId,
) -> Result<Option<String>, StoreError> {
    let sql = "SELECT updated_at FROM sambatan_campaigns WHERE id = ?1";
    find(connection, sql, [campaign.to_string()], |row| {
        Ok(row.get(0)?)
    })
}
