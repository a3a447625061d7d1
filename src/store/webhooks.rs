//! The table `webhooks`.

use rusqlite::{Connection, Row, params};

use crate::domain::id::WebhookId;
use crate::domain::seal::Salt;
use crate::domain::time::Timestamp;
use crate::domain::webhook::{DeliveryFailure, Webhook};
use crate::store::error::StoreError;
use crate::store::rows::{TableRow, change_one, collect, find};

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT id, url, last_event, failures, last_attempt_at, last_status, last_failure,
                    last_delivered_at, next_attempt_at, created_at
               FROM webhooks ",
            $rest
        )
    };
}

fn map(row: &Row<'_>) -> Result<Webhook, StoreError> {
    let row = TableRow {
        table: "webhooks",
        row,
    };
    Ok(Webhook {
        id: row.id(0)?,
        url: row.get(1)?,
        last_event: row.get(2)?,
        failures: row.get(3)?,
        last_attempt_at: row.optional_time(4)?,
        last_status: row.get(5)?,
        last_failure: row.optional(6, DeliveryFailure::from_word)?,
        last_delivered_at: row.optional_time(7)?,
        next_attempt_at: row.optional_time(8)?,
        created_at: row.time(9)?,
    })
}

/// All webhooks, in the order in which they were added. There are never more than a few.
pub(crate) fn all(connection: &Connection) -> Result<Vec<Webhook>, StoreError> {
    collect(connection, select!("ORDER BY id"), [], map)
}

/// Finds a webhook.
pub(crate) fn find_by_id(
    connection: &Connection,
    id: WebhookId,
) -> Result<Option<Webhook>, StoreError> {
    find(connection, select!("WHERE id = ?1"), [id.to_string()], map)
}

/// Adds a webhook. `salt` is what its address is sealed with.
pub(crate) fn insert(
    connection: &Connection,
    webhook: &Webhook,
    salt: &Salt,
) -> Result<(), StoreError> {
    change_one(
        connection,
        "INSERT INTO webhooks (id, url, last_event, created_at, salt)
         VALUES (?1, ?2, ?3, ?4, ?5)",
        params![
            webhook.id.to_string(),
            webhook.url,
            webhook.last_event,
            webhook.created_at.to_sql(),
            salt.as_bytes(),
        ],
    )
}

/// Writes how far a webhook has got.
pub(crate) fn update(connection: &Connection, webhook: &Webhook) -> Result<(), StoreError> {
    change_one(
        connection,
        "UPDATE webhooks
            SET last_event = ?2, failures = ?3, last_attempt_at = ?4, last_status = ?5,
                last_failure = ?6, last_delivered_at = ?7, next_attempt_at = ?8
          WHERE id = ?1",
        params![
            webhook.id.to_string(),
            webhook.last_event,
            webhook.failures,
            webhook.last_attempt_at.map(Timestamp::to_sql),
            webhook.last_status,
            webhook.last_failure.map(DeliveryFailure::word),
            webhook.last_delivered_at.map(Timestamp::to_sql),
            webhook.next_attempt_at.map(Timestamp::to_sql),
        ],
    )
}

/// Removes a webhook, which must be there.
pub(crate) fn delete(connection: &Connection, id: WebhookId) -> Result<(), StoreError> {
    change_one(
        connection,
        "DELETE FROM webhooks WHERE id = ?1",
        [id.to_string()],
    )
}
