//! Opens the file: the one write connection, and the pool of read connections.

use std::path::Path;
use std::time::{Duration, Instant};

use r2d2_sqlite::SqliteConnectionManager;
use rusqlite::{Connection, ErrorCode, OpenFlags};

use crate::store::error::StoreError;
use crate::store::{files, installation, migrate, schema};

/// A pool of read connections.
pub(crate) type Readers = r2d2::Pool<SqliteConnectionManager>;

/// How long a connection waits for a lock that another process holds, and a reader for a connection.
const PATIENCE: Duration = Duration::from_secs(5);

/// How long the end waits for others to have read the log: it is tidier without, and nothing more.
const BRIEFLY: Duration = Duration::from_millis(250);

/// How long lies between two tries where SQLite itself does not wait.
const BETWEEN_TRIES: Duration = Duration::from_millis(5);

/// Every statement of `store` stays prepared.
const STATEMENTS: usize = 128;

/// Whether a commit waits until the storage has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Durability {
    /// `synchronous=FULL`: what is acknowledged survives a power cut.
    #[default]
    Full,
    /// `synchronous=OFF`: for files that are thrown away.
    Off,
}

/// Opens the write connection and brings the file up to date.
///
/// # Errors
/// As [`migrate::Schema::apply`]; [`StoreError::SchemaChanged`], or what SQLite says.
pub(crate) fn writer(path: &Path, durability: Durability) -> Result<Connection, StoreError> {
    open_writer(path, durability).map_err(|error| error.about(path))
}

fn open_writer(path: &Path, durability: Durability) -> Result<Connection, StoreError> {
    files::make(path);
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
        | OpenFlags::SQLITE_OPEN_CREATE
        | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(PATIENCE)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    connection.pragma_update(None, "foreign_keys", true)?;
    // The schema's view and triggers use nothing that a stranger's file could define.
    connection.pragma_update(None, "trusted_schema", false)?;
    // What a savepoint would have to restore is kept in memory: it is a few pages, and a commit's worth
    // of operations would otherwise write it to a temporary file.
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    let synchronous = match durability {
        Durability::Full => "FULL",
        Durability::Off => "OFF",
    };
    connection.pragma_update(None, "synchronous", synchronous)?;
    // What is erased is overwritten, too.
    connection.pragma_update_and_check(None, "secure_delete", true, |_| Ok(()))?;
    // Only macOS heeds these: there a plain fsync stops at the drive's cache.
    connection.pragma_update(None, "fullfsync", true)?;
    connection.pragma_update(None, "checkpoint_fullfsync", true)?;
    // The schema goes in before WAL is switched on, so that a file of another program is not touched.
    migrate::require_untouched(&connection, path)?;
    migrate::CURRENT.apply(&mut connection, path)?;
    schema::require(&connection, path)?;
    switch_to_wal(&connection)?;
    installation::make_key(&connection)?;
    // A commit that moves the log into the file makes its callers wait for far more than their own
    // pages; four times the default distance keeps that to fewer than one commit in a hundred.
    connection.pragma_update(None, "wal_autocheckpoint", 4000)?;
    let limit = 32 * 1024 * 1024;
    connection.pragma_update_and_check(None, "journal_size_limit", limit, |_| Ok(()))?;
    files::warn_when_exposed(path);
    // From its first read in WAL mode on it holds the lock that tells others that somebody is here.
    connection.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()))?;
    Ok(connection)
}

/// Switches the write-ahead log on. The first switch of a file takes the whole file for a moment, and
/// SQLite does not wait there when another connection is at it too: so this does.
fn switch_to_wal(connection: &Connection) -> Result<(), StoreError> {
    let started = Instant::now();
    loop {
        let switched = connection.pragma_update_and_check(None, "journal_mode", "WAL", |_| Ok(()));
        match switched {
            Err(error)
                if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy)
                    && started.elapsed() < PATIENCE =>
            {
                std::thread::sleep(BETWEEN_TRIES);
            }
            other => return Ok(other?),
        }
    }
}

/// Opens the pool of read connections of a file that [`writer`] has opened.
///
/// # Errors
/// [`StoreError::Pool`] when not even one connection can be made.
pub(crate) fn readers(path: &Path, count: u32) -> Result<Readers, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let manager = SqliteConnectionManager::file(path)
        .with_flags(flags)
        .with_init(|connection| {
            connection.busy_timeout(PATIENCE)?;
            connection.set_prepared_statement_cache_capacity(STATEMENTS);
            connection.pragma_update(None, "trusted_schema", false)?;
            connection.pragma_update(None, "query_only", true)
        });
    // All connections are made here: one that the pool made later, on a thread of its own, could outlive
    // the pool, and the file would be open although the service has been dropped.
    let pool = r2d2::Pool::builder()
        .max_size(count)
        .connection_timeout(PATIENCE)
        .idle_timeout(None)
        .max_lifetime(None)
        .test_on_check_out(false)
        .build(manager)?;
    Ok(pool)
}

/// Moves what the write-ahead log holds into the file and empties the log, unless somebody else goes on
/// reading it: a program that replicates the file does so all the time.
///
/// # Errors
/// What SQLite says; the data is safe in the log all the same.
pub(crate) fn checkpoint(connection: &Connection) -> Result<(), StoreError> {
    connection.busy_timeout(BRIEFLY)?;
    connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bundled_sqlite_is_free_of_the_wal_reset_corruption() {
        // Fixed in 3.51.3: https://www.sqlite.org/wal.html#walreset
        assert!(
            rusqlite::version_number() >= 3_051_003,
            "{}",
            rusqlite::version()
        );
    }

    #[test]
    fn the_writer_waits_for_the_storage_and_readers_cannot_write() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.db");
        let connection = writer(&path, Durability::Full).unwrap();
        let pragma = |name: &str| -> String {
            connection
                .pragma_query_value(None, name, |row| row.get::<_, rusqlite::types::Value>(0))
                .map(|value| format!("{value:?}"))
                .unwrap()
        };
        assert_eq!(pragma("synchronous"), "Integer(2)");
        assert_eq!(pragma("journal_mode"), "Text(\"wal\")");
        assert_eq!(pragma("foreign_keys"), "Integer(1)");

        let pool = readers(&path, 2).unwrap();
        let refused = pool.get().unwrap().execute("DELETE FROM products", []);
        assert!(refused.unwrap_err().to_string().contains("readonly"));
    }
}
