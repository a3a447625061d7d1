//! What a file of the third version is given that SQL alone can't say.

use rusqlite::Connection;

use crate::domain::handle::ComparisonKey;
use crate::store::error::StoreError;
use crate::store::rows::collect;

/// So many names are held at once.
const NAMES: u32 = 1_000;

/// Gives every participation the key by which its name is compared.
///
/// # Errors
/// What SQLite says.
pub(super) fn key_names(connection: &Connection) -> Result<(), StoreError> {
    let mut after = String::new();
    loop {
        let names: Vec<String> = collect(
            connection,
            "SELECT DISTINCT user_id FROM sambatan_participants WHERE user_id > ?1 ORDER BY user_id LIMIT ?2",
            (&after, NAMES),
            |row| Ok(row.get(0)?),
        )?;
        for name in &names {
            connection
                .prepare_cached(
                    "UPDATE sambatan_participants SET user_key = ?2 WHERE user_id = ?1",
                )?
                .execute([name.as_str(), ComparisonKey::of(name).as_str()])?;
        }
        match names.into_iter().next_back() {
            Some(last) => after = last,
            None => return Ok(()),
        }
    }
}
