//! Takes a file for oneself: nobody else may have it open, not even to read.
//!
//! Owns how that is found out, and how the write-ahead log gets into the file before somebody moves it.

use std::io::ErrorKind;
use std::path::Path;
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, OpenFlags};

use crate::store::error::StoreError;
use crate::store::files;

/// How long others may take to let go: long enough for a look into the file, too short for a server.
const PATIENCE: Duration = Duration::from_secs(1);

/// A file that nobody else can read or write while this lives.
pub(crate) struct Seized {
    _connection: Connection,
}

/// Takes a file for oneself and moves what its write-ahead log holds into it, so that it is one file.
///
/// Every connection to a file with a write-ahead log holds a shared lock on it from its first read until
/// it is closed. The exclusive lock that is asked for here can therefore only be had when there is none.
///
/// # Errors
/// [`StoreError::Busy`] when another program has it open. Anything else means that the file cannot be
/// read as a database, and that nothing of it has been changed.
pub(crate) fn seize(path: &Path) -> Result<Seized, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    let take = || -> rusqlite::Result<()> {
        connection.busy_timeout(PATIENCE)?;
        // When this fails, what is there must stay as it is.
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
        // Before anything is read: only then does SQLite keep the log's index to itself.
        connection.pragma_update_and_check(None, "locking_mode", "EXCLUSIVE", |_| Ok(()))?;
        connection.execute_batch("BEGIN EXCLUSIVE; COMMIT")?;
        // Leaves the log, and takes the lock along. In the other mode the log would be removed at the
        // end by its name, which may then belong to a new file.
        connection.pragma_update_and_check(None, "journal_mode", "DELETE", |_| Ok(()))
    };
    match take() {
        Ok(()) => {
            remove_what_says_nothing(path)?;
            Ok(Seized {
                _connection: connection,
            })
        }
        Err(error) if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy) => {
            Err(StoreError::Busy)
        }
        Err(error) => Err(StoreError::from(error).about(path)),
    }
}

/// Removes what lies beside a file that has been taken: the index of the log that is gone, and the
/// journal of leaving it, which SQLite has emptied and leaves behind in this locking mode.
fn remove_what_says_nothing(path: &Path) -> Result<(), StoreError> {
    for suffix in ["-shm", "-journal"] {
        let beside = files::with_suffix(path, suffix);
        match std::fs::remove_file(&beside) {
            Err(error) if error.kind() != ErrorKind::NotFound => {
                return Err(StoreError::io(&beside, error));
            }
            _ => {}
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::open::{Durability, readers, writer};

    #[test]
    fn a_file_that_anybody_has_open_cannot_be_taken() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.db");
        let connection = writer(&path, Durability::Off).unwrap();
        assert!(matches!(seize(&path), Err(StoreError::Busy)));
        let pool = readers(&path, 1).unwrap();
        drop(connection);
        // The pool's connection reads nothing until it is used.
        let reader = pool.get().unwrap();
        let _: i64 = reader
            .query_row("SELECT count(*) FROM products", [], |row| row.get(0))
            .unwrap();
        assert!(matches!(seize(&path), Err(StoreError::Busy)));
        drop((reader, pool));
        assert!(seize(&path).is_ok());
    }

    #[test]
    fn a_log_that_a_crash_left_gets_into_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.db");
        let connection = writer(&path, Durability::Off).unwrap();
        connection
            .execute("UPDATE sambatan_totals SET campaigns = 7", [])
            .unwrap();
        // What a killed process leaves.
        let left = folder.path().join("b.db");
        for suffix in ["", "-wal"] {
            let of = |path: &Path| format!("{}{suffix}", path.display());
            std::fs::copy(of(&path), of(&left)).unwrap();
        }
        let seized = seize(&left).unwrap();
        assert!(!folder.path().join("b.db-wal").exists());
        drop(seized);
        let campaigns: i64 = Connection::open(&left)
            .unwrap()
            .query_row("SELECT max(campaigns) FROM sambatan_totals", [], |row| {
                row.get(0)
            })
            .unwrap();
        assert_eq!(campaigns, 7);
    }
}
