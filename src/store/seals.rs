//! Seals the texts of a row: a new salt is written beside them, and the seal goes into the event that set them.
//!
//! Owns when a salt is made: each time a text of the row is set, so that no earlier seal can be tried any more.

use rusqlite::{Connection, Row, params};

use crate::domain::campaign::Campaign;
use crate::domain::id::TransactionId;
use crate::domain::ledger::Transaction;
use crate::domain::participation::Participation;
use crate::domain::product::Product;
use crate::domain::seal::{Salt, Seal, Texts};
use crate::store::error::StoreError;
use crate::store::rows::{change_one, find};

/// The salt and the seal of texts; none when there are none.
///
/// # Errors
/// [`StoreError::Randomness`].
pub(crate) fn of(texts: Texts<'_>) -> Result<Option<(Salt, Seal)>, StoreError> {
    if texts.iter().all(|(_, text)| text.is_none()) {
        return Ok(None);
    }
    let salt = Salt::random()?;
    Ok(Some((salt, salt.seal(texts))))
}

/// Bytes as the seals have them: lower-case hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Seals what is typed about a product.
pub(crate) fn product(connection: &Connection, product: &Product) -> Result<Seal, StoreError> {
    let salt = Salt::random()?;
    change_one(
        connection,
        "UPDATE products SET salt = ?2 WHERE id = ?1",
        params![product.id.to_string(), salt.as_bytes()],
    )?;
    Ok(salt.seal(&product.texts()))
}

/// Seals what is typed about a campaign.
pub(crate) fn campaign(connection: &Connection, campaign: &Campaign) -> Result<Seal, StoreError> {
    let salt = Salt::random()?;
    change_one(
        connection,
        "UPDATE sambatan_campaigns SET salt = ?2 WHERE id = ?1",
        params![campaign.id.to_string(), salt.as_bytes()],
    )?;
    Ok(salt.seal(&campaign.texts()))
}

/// Seals what is typed in a participation.
pub(crate) fn participation(
    connection: &Connection,
    participation: &Participation,
) -> Result<Seal, StoreError> {
    let salt = Salt::random()?;
    change_one(
        connection,
        "UPDATE sambatan_participants SET salt = ?2 WHERE id = ?1",
        params![participation.id.to_string(), salt.as_bytes()],
    )?;
    Ok(salt.seal(&participation.texts()))
}

/// What a movement of money came of, as it is sealed: the line of a statement, and the request.
pub(crate) fn origin(
    connection: &Connection,
    id: TransactionId,
) -> Result<(Option<String>, Option<String>), StoreError> {
    let sql = "SELECT statement_line, request_id FROM sambatan_transactions WHERE id = ?1";
    let map = |row: &Row<'_>| {
        let line: Option<Vec<u8>> = row.get(0)?;
        Ok((line.map(|line| hex(&line)), row.get(1)?))
    };
    Ok(find(connection, sql, [id.to_string()], map)?.unwrap_or_default())
}

/// Seals what is typed about a movement of money, and what it came of; none when there is nothing to seal.
pub(crate) fn transaction(
    connection: &Connection,
    transaction: &Transaction,
) -> Result<Option<Seal>, StoreError> {
    let (line, request) = origin(connection, transaction.id)?;
    let sealed = of(&transaction.texts(line.as_deref(), request.as_deref()))?;
    change_one(
        connection,
        "UPDATE sambatan_transactions SET salt = ?2 WHERE id = ?1",
        params![
            transaction.id.to_string(),
            sealed.map(|(salt, _)| *salt.as_bytes())
        ],
    )?;
    Ok(sealed.map(|(_, seal)| seal))
}
