//! What is known of the installation, one row: its secret, and until when its clock was believed.

use rusqlite::{Connection, OptionalExtension};

use crate::domain::manage_token::InstallationKey;
use crate::domain::time::Timestamp;
use crate::store::error::StoreError;

/// Makes the key of a file that has none yet.
///
/// # Errors
/// [`StoreError::Randomness`], or what SQLite says.
pub(crate) fn make_key(connection: &Connection) -> Result<(), StoreError> {
    if find_key(connection)?.is_some() {
        return Ok(());
    }
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(StoreError::Randomness)?;
    // Of two programs that open a new file at once one makes the key, and both use it.
    connection.execute(
        "INSERT INTO installation (only_row, key)
         VALUES (1, ?1)
             ON CONFLICT DO NOTHING",
        [bytes],
    )?;
    Ok(())
}

/// Reads the key.
///
/// # Errors
/// What SQLite says, also when there is none.
pub(crate) fn get_key(connection: &Connection) -> Result<InstallationKey, StoreError> {
    find_key(connection)?.ok_or(StoreError::Sqlite(rusqlite::Error::QueryReturnedNoRows))
}

fn find_key(connection: &Connection) -> Result<Option<InstallationKey>, StoreError> {
    let key = connection
        .query_row(
            "SELECT key
               FROM installation
              WHERE only_row = 1",
            [],
            |row| row.get(0),
        )
        .optional()?;
    Ok(key.map(InstallationKey::new))
}

/// Until when the clock was believed, if that was ever noted.
///
/// # Errors
/// What SQLite says.
pub(crate) fn clock_believed_at(connection: &Connection) -> Result<Option<Timestamp>, StoreError> {
    let at: Option<String> = connection.query_row(
        "SELECT clock_believed_at
           FROM installation
          WHERE only_row = 1",
        [],
        |row| row.get(0),
    )?;
    // What is no time says nothing about the time, and is no reason not to start.
    Ok(at.and_then(|at| Timestamp::from_sql(&at).ok()))
}

/// Notes until when the clock was believed.
///
/// # Errors
/// What SQLite says.
pub(crate) fn note_clock_believed(
    connection: &Connection,
    at: Timestamp,
) -> Result<(), StoreError> {
    connection
        .prepare_cached(
            "UPDATE installation
                SET clock_believed_at = ?1
              WHERE only_row = 1",
        )?
        .execute([at.to_sql()])?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::id::ParticipationId;
    use crate::store::open::{self, Durability};

    #[test]
    fn a_file_keeps_its_key_and_every_file_has_its_own() {
        let folder = tempfile::tempdir().unwrap();
        let id = ParticipationId::new();
        let token_of = |name: &str| {
            let connection = open::writer(&folder.path().join(name), Durability::Off).unwrap();
            get_key(&connection).unwrap().manage_token(id, 0)
        };
        let first = token_of("a.db");
        assert_eq!(token_of("a.db"), first);
        assert_ne!(token_of("b.db"), first);
    }
}
