//! The table `idempotency_keys`.

use rusqlite::{Connection, Row, params};

use crate::domain::id::UserId;
use crate::domain::idempotency::{Fingerprint, IdempotencyKey, StoredAnswer};
use crate::domain::time::Timestamp;
use crate::store::error::StoreError;
use crate::store::rows::{change_one, find};

/// The answer that stands under a key, and whether the request was the same.
pub(crate) struct Stored {
    pub(crate) same_request: bool,
    pub(crate) answer: StoredAnswer,
}

/// Finds the answer under a caller's key.
pub(crate) fn find_answer(
    connection: &Connection,
    scope: &UserId,
    key: &IdempotencyKey,
    fingerprint: &Fingerprint,
) -> Result<Option<Stored>, StoreError> {
    let map = |row: &Row<'_>| {
        let stored: [u8; 32] = row.get(0)?;
        Ok(Stored {
            same_request: stored == *fingerprint.as_bytes(),
            answer: StoredAnswer {
                status: row.get(1)?,
                body: row.get(2)?,
            },
        })
    };
    find(
        connection,
        "SELECT fingerprint, status, body FROM idempotency_keys WHERE scope = ?1 AND key = ?2",
        params![scope.as_str(), key.as_str()],
        map,
    )
}

/// Keeps an answer.
pub(crate) fn insert(
    connection: &Connection,
    scope: &UserId,
    key: &IdempotencyKey,
    fingerprint: &Fingerprint,
    answer: &StoredAnswer,
    expires_at: Timestamp,
) -> Result<(), StoreError> {
    change_one(
        connection,
        "INSERT INTO idempotency_keys (scope, key, fingerprint, status, body, expires_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        params![
            scope.as_str(),
            key.as_str(),
            fingerprint.as_bytes(),
            answer.status,
            answer.body,
            expires_at.to_sql(),
        ],
    )
}

/// Deletes up to `limit` answers that expired before `now`, and says how many.
pub(crate) fn delete_expired(
    connection: &Connection,
    now: Timestamp,
    limit: u32,
) -> Result<u32, StoreError> {
    let rows = connection
        .prepare_cached(
            "DELETE FROM idempotency_keys WHERE (scope, key) IN
                 (SELECT scope, key FROM idempotency_keys WHERE expires_at < ?1 LIMIT ?2)",
        )?
        .execute(params![now.to_sql(), limit])?;
    Ok(u32::try_from(rows).unwrap_or(limit))
}
