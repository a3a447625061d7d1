//! The table `idempotency_keys`.

use rusqlite::types::Value;
use rusqlite::{Connection, Row, params, params_from_iter};

use crate::domain::id::{CampaignId, UserId};
use crate::domain::idempotency::{Fingerprint, IdempotencyKey, MOST_REFUSALS, StoredAnswer};
use crate::domain::manage_token::InstallationKey;
use crate::domain::time::Timestamp;
use crate::store::error::StoreError;
use crate::store::row_seals;
use crate::store::rows::{change_one, collect, find};

/// An answer with all that it is kept by.
pub(crate) struct Kept<'a> {
    /// What the row is sealed with.
    pub(crate) installation: &'a InstallationKey,
    pub(crate) scope: &'a UserId,
    pub(crate) key: &'a IdempotencyKey,
    pub(crate) fingerprint: &'a Fingerprint,
    pub(crate) answer: &'a StoredAnswer,
    pub(crate) campaign: CampaignId,
    pub(crate) expires_at: Timestamp,
}

/// Finds the answer to the same request under a key, whoever sent it.
pub(crate) fn find_answer(
    connection: &Connection,
    scope: &UserId,
    key: &IdempotencyKey,
    fingerprint: &Fingerprint,
) -> Result<Option<StoredAnswer>, StoreError> {
    let map = |row: &Row<'_>| {
        Ok(StoredAnswer {
            status: row.get(0)?,
            body: row.get(1)?,
        })
    };
    find(
        connection,
        "SELECT status, body FROM idempotency_keys
          WHERE scope = ?1 AND key = ?2 AND fingerprint = ?3 LIMIT 1",
        params![scope.as_str(), key.as_str(), fingerprint.as_bytes()],
        map,
    )
}

/// Whether this caller has used a key.
pub(crate) fn is_used(
    connection: &Connection,
    scope: &UserId,
    key: &IdempotencyKey,
) -> Result<bool, StoreError> {
    let used = connection
        .prepare_cached(
            "SELECT 1 FROM idempotency_keys WHERE scope = ?1 AND key = ?2 AND caller = ?3",
        )?
        .exists(params![scope.as_str(), key.as_str(), key.caller()])?;
    Ok(used)
}

/// Keeps an answer. Of a campaign's refusals only the latest are kept.
pub(crate) fn insert(connection: &Connection, kept: &Kept<'_>) -> Result<(), StoreError> {
    let campaign = kept.campaign.to_string();
    let refusal = if kept.answer.status == StoredAnswer::JOINED {
        None
    } else {
        Some(last_refusal(connection, &campaign)? + 1)
    };
    let sealed: [Value; 8] = [
        kept.scope.as_str().to_owned().into(),
        kept.key.as_str().to_owned().into(),
        kept.key.caller().to_owned().into(),
        kept.fingerprint.as_bytes().to_vec().into(),
        kept.answer.status.into(),
        kept.answer.body.clone().into(),
        campaign.clone().into(),
        refusal.into(),
    ];
    let seal = row_seals::ANSWERS.seal(kept.installation, &sealed);
    let expires_at = kept.expires_at.to_sql().into();
    let rest: [Value; 2] = [expires_at, seal.as_bytes().to_vec().into()];
    change_one(
        connection,
        "INSERT INTO idempotency_keys
             (scope, key, caller, fingerprint, status, body, campaign_id, refusal, expires_at, seal)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
        params_from_iter(sealed.into_iter().chain(rest)),
    )?;
    match refusal {
        Some(number) if number > MOST_REFUSALS => {
            delete_refusals(connection, &campaign, number - MOST_REFUSALS)
        }
        _ => Ok(()),
    }
}

fn last_refusal(connection: &Connection, campaign: &str) -> Result<i64, StoreError> {
    let last = find(
        connection,
        "SELECT coalesce(max(refusal), 0) FROM idempotency_keys WHERE campaign_id = ?1",
        [campaign],
        |row| Ok(row.get(0)?),
    )?;
    Ok(last.unwrap_or(0))
}

fn delete_refusals(connection: &Connection, campaign: &str, up_to: i64) -> Result<(), StoreError> {
    connection
        .prepare_cached("DELETE FROM idempotency_keys WHERE campaign_id = ?1 AND refusal <= ?2")?
        .execute(params![campaign, up_to])?;
    Ok(())
}

/// A campaign has ended: its answers are kept until a time at the latest.
pub(crate) fn campaign_ended(
    connection: &Connection,
    campaign: CampaignId,
    until: Timestamp,
) -> Result<(), StoreError> {
    let campaign = campaign.to_string();
    connection
        .prepare_cached(
            "UPDATE idempotency_keys INDEXED BY idempotency_keys_by_campaign SET expires_at = ?2
              WHERE campaign_id = ?1 AND expires_at > ?2",
        )?
        .execute(params![campaign, until.to_sql()])?;
    Ok(())
}

/// Deletes up to `limit` answers that expired before `now`, and says how many.
pub(crate) fn delete_expired(
    connection: &Connection,
    now: Timestamp,
    limit: u32,
) -> Result<u32, StoreError> {
    let map = |row: &Row<'_>| -> Result<(String, String, String), StoreError> {
        Ok((row.get(0)?, row.get(1)?, row.get(2)?))
    };
    let expired = collect(
        connection,
        "SELECT scope, key, caller FROM idempotency_keys WHERE expires_at < ?1 LIMIT ?2",
        params![now.to_sql(), limit],
        map,
    )?;
    for key in &expired {
        connection
            .prepare_cached(
                "DELETE FROM idempotency_keys WHERE scope = ?1 AND key = ?2 AND caller = ?3",
            )?
            .execute(params![key.0, key.1, key.2])?;
    }
    Ok(u32::try_from(expired.len()).unwrap_or(limit))
}
