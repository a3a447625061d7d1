//! The table `pay_to`.

use rusqlite::{Connection, Row, params};

use crate::domain::id::PayToId;
use crate::domain::pay_to::{PayTo, PayToKind};
use crate::domain::qris::Qris;
use crate::domain::reports::Limit;
use crate::domain::seal::Salt;
use crate::domain::time::Timestamp;
use crate::store::error::StoreError;
use crate::store::rows::{TableRow, change_one, collect, find};

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT id, kind, bank, number, holder, payload, note, created_at, retired_at FROM pay_to ",
            $rest
        )
    };
}

const TABLE: &str = "pay_to";

fn map(row: &Row<'_>) -> Result<PayTo, StoreError> {
    let row = TableRow { table: TABLE, row };
    let payload: Option<String> = row.get(5)?;
    let code = payload.map(|payload| Qris::parse(&payload)).transpose();
    Ok(PayTo {
        id: row.id(0)?,
        kind: row.parse(1, PayToKind::from_word)?,
        bank: row.get(2)?,
        number: row.get(3)?,
        holder: row.get(4)?,
        // What is wrong goes to the log, and a payload is none of its business.
        code: code.map_err(|error| StoreError::UnexpectedValue {
            table: TABLE,
            column: "payload".to_owned(),
            value: error.to_string(),
        })?,
        note: row.get(6)?,
        created_at: row.time(7)?,
        retired_at: row.optional_time(8)?,
    })
}

/// The accounts in use, in the order in which they were added. There are never more than a few.
pub(crate) fn in_use(connection: &Connection) -> Result<Vec<PayTo>, StoreError> {
    let sql = select!("INDEXED BY pay_to_in_use WHERE retired_at IS NULL ORDER BY id");
    collect(connection, sql, [], map)
}

/// A page of all accounts, newest first.
pub(crate) fn page(
    connection: &Connection,
    after: Option<PayToId>,
    limit: Limit,
) -> Result<Vec<PayTo>, StoreError> {
    let before = after.map_or_else(|| super::AFTER_EVERY_ID.to_owned(), |id| id.to_string());
    let sql = select!("WHERE id < ?1 ORDER BY id DESC LIMIT ?2");
    collect(connection, sql, params![before, limit.get() + 1], map)
}

/// Finds an account.
pub(crate) fn find_by_id(
    connection: &Connection,
    id: PayToId,
) -> Result<Option<PayTo>, StoreError> {
    find(connection, select!("WHERE id = ?1"), [id.to_string()], map)
}

/// Adds an account. What is typed about it is sealed with `salt`.
pub(crate) fn insert(
    connection: &Connection,
    account: &PayTo,
    salt: Salt,
) -> Result<(), StoreError> {
    change_one(
        connection,
        "INSERT INTO pay_to (id, kind, bank, number, holder, payload, note, created_at,
                             salt)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        params![
            account.id.to_string(),
            account.kind.word(),
            account.bank,
            account.number,
            account.holder,
            account.code.as_ref().map(ToString::to_string),
            account.note,
            account.created_at.to_sql(),
            salt.as_bytes(),
        ],
    )
}

/// Writes since when an account is not used any more.
pub(crate) fn update(connection: &Connection, account: &PayTo) -> Result<(), StoreError> {
    change_one(
        connection,
        "UPDATE pay_to SET retired_at = ?2 WHERE id = ?1",
        params![
            account.id.to_string(),
            account.retired_at.map(Timestamp::to_sql)
        ],
    )
}

/// A number that is another one whenever somebody else than this connection has changed the file.
pub(crate) fn version(connection: &Connection) -> Result<i64, StoreError> {
    let mut statement = connection.prepare_cached("PRAGMA data_version")?;
    Ok(statement.query_row([], |row| row.get(0))?)
}
