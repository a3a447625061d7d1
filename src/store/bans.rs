//! The table `bans`.

use rusqlite::types::Value;
use rusqlite::{Connection, Row, params, params_from_iter};

use crate::domain::ban::{Ban, BanDigest, BanKind};
use crate::domain::id::BanId;
use crate::domain::manage_token::InstallationKey;
use crate::domain::reports::Limit;
use crate::domain::time::Timestamp;
use crate::store::error::StoreError;
use crate::store::row_seals;
use crate::store::rows::{TableRow, change_one, collect, find};

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT id, kind, digest, handle, participation_id, created_at FROM bans ",
            $rest
        )
    };
}

fn map(row: &Row<'_>) -> Result<Ban, StoreError> {
    let row = TableRow { table: "bans", row };
    Ok(Ban {
        id: row.id(0)?,
        kind: row.parse(1, BanKind::from_word)?,
        digest: BanDigest::trusted(row.get(2)?),
        handle: row.get(3)?,
        participation_id: row.optional_id(4)?,
        created_at: row.time(5)?,
    })
}

/// A page of all bans, newest first.
pub(crate) fn page(
    connection: &Connection,
    before: Option<BanId>,
    limit: Limit,
) -> Result<Vec<Ban>, StoreError> {
    let before = before.map_or_else(|| super::AFTER_EVERY_ID.to_owned(), |id| id.to_string());
    collect(
        connection,
        select!("WHERE id < ?1 ORDER BY id DESC LIMIT ?2"),
        params![before, limit.get() + 1],
        map,
    )
}

/// Finds a ban.
pub(crate) fn find_by_id(connection: &Connection, id: BanId) -> Result<Option<Ban>, StoreError> {
    find(connection, select!("WHERE id = ?1"), [id.to_string()], map)
}

/// Finds the ban of what has this digest.
pub(crate) fn find_by_digest(
    connection: &Connection,
    digest: &BanDigest,
) -> Result<Option<Ban>, StoreError> {
    let sql = select!("WHERE digest = ?1");
    find(connection, sql, [digest.as_bytes()], map)
}

/// Whether any of these is banned.
pub(crate) fn is_any_banned(
    connection: &Connection,
    digests: &[BanDigest; 2],
) -> Result<bool, StoreError> {
    let [one, other] = digests;
    Ok(connection
        .prepare_cached("SELECT 1 FROM bans WHERE digest IN (?1, ?2)")?
        .exists([one.as_bytes(), other.as_bytes()])?)
}

/// How many bans there are.
pub(crate) fn count(connection: &Connection) -> Result<u32, StoreError> {
    let map = |row: &Row<'_>| Ok(row.get(0)?);
    let count = find(connection, "SELECT count(*) FROM bans", [], map)?;
    Ok(count.unwrap_or(0))
}

/// Adds a ban.
pub(crate) fn insert(
    connection: &Connection,
    key: &InstallationKey,
    ban: &Ban,
) -> Result<(), StoreError> {
    let sealed: [Value; 6] = [
        ban.id.to_string().into(),
        ban.kind.word().to_owned().into(),
        ban.digest.as_bytes().to_vec().into(),
        ban.handle.clone().into(),
        ban.participation_id.map(|id| id.to_string()).into(),
        Timestamp::to_sql(ban.created_at).into(),
    ];
    let seal = row_seals::BANS.seal(key, &sealed);
    let seal = Value::from(seal.as_bytes().to_vec());
    change_one(
        connection,
        "INSERT INTO bans (id, kind, digest, handle, participation_id, created_at, seal)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        params_from_iter(sealed.into_iter().chain([seal])),
    )
}

/// Removes a ban, which must be there.
pub(crate) fn delete(connection: &Connection, id: BanId) -> Result<(), StoreError> {
    change_one(
        connection,
        "DELETE FROM bans WHERE id = ?1",
        [id.to_string()],
    )
}
