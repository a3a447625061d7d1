//! What the files of older versions define, to tell what somebody else has put into one.

use std::path::Path;

use rusqlite::Connection;

use crate::store::error::StoreError;
use crate::store::migrate::{CURRENT, require_ours, version};
use crate::store::schema::{self, Object};

const FIRST: &str = include_str!("version_1.sql");
const SECOND: &str = include_str!("version_2_whole.sql");
/// The whole schema of the third version.
pub(super) const THIRD: &str = include_str!("version_3_whole.sql");

/// Asks that nothing in a file of an older version would do something of its own while it is brought up to
/// date. Says nothing of a new file and of one of this version.
///
/// # Errors
/// [`StoreError::SchemaChanged`], or what SQLite says.
pub(crate) fn require_untouched(connection: &Connection, path: &Path) -> Result<(), StoreError> {
    let found = version(connection)?;
    if found < 1 || found >= CURRENT.version() {
        return Ok(());
    }
    require_ours(connection, path)?;
    let makes = match found {
        1 => vec![made(FIRST, 0)?],
        // Made as one, or brought up from the first version.
        2 => vec![second()?, made(FIRST, 1)?],
        // Every table was made anew: both ways end alike.
        _ => vec![third()?],
    };
    schema::require_older(connection, path, &makes)
}

/// What a file of the second version has.
///
/// # Errors
/// What SQLite says.
pub(super) fn second() -> Result<Vec<Object>, StoreError> {
    made(SECOND, 0)
}

/// What a file of the third version has.
///
/// # Errors
/// What SQLite says.
pub(super) fn third() -> Result<Vec<Object>, StoreError> {
    made(THIRD, 0)
}

/// What a file has that was made by these statements and brought up by so many versions.
fn made(whole: &str, steps: usize) -> Result<Vec<Object>, StoreError> {
    let connection = Connection::open_in_memory()?;
    connection.execute_batch(whole)?;
    for part in CURRENT.steps.iter().take(steps).copied().flatten() {
        part.run(&connection)?;
    }
    schema::objects(&connection)
}
