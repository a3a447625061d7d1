//! Room on the storage: how much there is, and what becomes of a commit that found too little.
//!
//! A commit writes its pages to the end of the write-ahead log, the last of them with the mark that makes all
//! of them count, and syncs. When a write fails on the way SQLite rolls the transaction back and goes on from
//! where the log ended before. What was written beyond that end is still in the file, though, and a log that
//! is used again has old pages there: it cannot be ruled out by looking at the error alone that together they
//! are a whole transaction with its mark, which a start after a crash would take for committed. So what lies
//! beyond the end is cut off, and the storage is asked to have it so, before anybody hears that nothing was
//! changed.

use std::fs::{File, OpenOptions};
use std::io::{self, ErrorKind};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use rusqlite::{Connection, ErrorCode, ffi};
use rustix::fs::statvfs;

use crate::store::error::StoreError;
use crate::store::files;

/// Whether a failed write of SQLite's found no room.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shortage {
    /// It did.
    Certain,
    /// It may have: SQLite has one word for a quota, a limit on the size of files and broken storage.
    Possible,
    /// It failed for something else; of a sync that failed nobody knows what it did.
    None,
}

impl Shortage {
    /// What an error says.
    pub(crate) fn of(error: &rusqlite::Error) -> Self {
        let Some(error) = error.sqlite_error() else {
            return Self::None;
        };
        match (error.code, error.extended_code) {
            (ErrorCode::DiskFull, _) => Self::Certain,
            // The index of the log could not be made longer.
            (_, ffi::SQLITE_IOERR_SHMSIZE) => Self::Certain,
            (_, ffi::SQLITE_IOERR_WRITE) => Self::Possible,
            _ => Self::None,
        }
    }
}

/// With less room than this nothing is written: opening the file again takes half of it, for the index of
/// the log, and so does reading. This is not what makes a full disk harmless, which a commit that finds no
/// room is by itself; a look before each batch needs no file of its own that would have to be given back.
pub(crate) const LEAST_ROOM: u64 = 64 * 1024;

/// A log's header, and what stands before each of its pages, in bytes: <https://sqlite.org/walformat.html>.
const LOG_HEADER: u64 = 32;
const FRAME_HEADER: u64 = 24;

/// How often it is tried to look at the log while nobody else writes.
const TRIES: usize = 8;

/// More than the rest of a block: who writes so much at the end of a file needs room.
const PROBE: [u8; 8192] = [0; 8192];

/// The storage of a file.
#[derive(Debug)]
pub(crate) struct Room {
    /// Without symbolic links, as SQLite names the log.
    path: PathBuf,
}

impl Room {
    /// The storage of a file that is open.
    pub(crate) fn of(path: &Path) -> io::Result<Self> {
        Ok(Self {
            path: std::fs::canonicalize(path)?,
        })
    }

    /// How many bytes are left for this process; none when the system does not say.
    pub(crate) fn left(&self) -> Option<u64> {
        let disk = statvfs(&self.path).ok()?;
        // Some that are not on a disk count nothing at all.
        (disk.f_blocks > 0).then(|| disk.f_bavail.saturating_mul(disk.f_frsize))
    }

    /// Cuts off what a commit that failed has left beyond the end of the log, and makes sure that the storage
    /// has it so. Says whether the log could not have been made longer.
    ///
    /// To be called after the transaction was rolled back. Waits for nobody who writes for long.
    ///
    /// # Errors
    /// When it could not be done: then what was left may count after a crash.
    pub(crate) fn discard_what_failed(&self, connection: &Connection) -> Result<bool, StoreError> {
        for _ in 0..TRIES {
            let before = data_version(connection)?;
            let pages = pages_in_log(connection)?;
            connection.execute_batch("BEGIN IMMEDIATE")?;
            // Nobody else writes until the end of this transaction; what was seen before it holds if
            // nobody has written in between.
            let outcome = data_version(connection).and_then(|now| {
                (now == before)
                    .then(|| self.cut(connection, pages))
                    .transpose()
            });
            connection.execute_batch("ROLLBACK")?;
            if let Some(is_short) = outcome? {
                return Ok(is_short);
            }
        }
        Err(StoreError::Busy)
    }

    fn cut(&self, connection: &Connection, pages: u32) -> Result<bool, StoreError> {
        let page_size: u32 = connection.pragma_query_value(None, "page_size", |row| row.get(0))?;
        let end = match u64::from(pages) {
            0 => 0,
            pages => LOG_HEADER + pages * (u64::from(page_size) + FRAME_HEADER),
        };
        let path = files::with_suffix(&self.path, "-wal");
        // SQLite has no locks on the log itself, so closing this takes none away.
        let log = OpenOptions::new().write(true).open(&path);
        let is_short = log.and_then(|log| cut(&log, end));
        is_short.map_err(|error| StoreError::io(&path, error))
    }
}

fn cut(log: &File, end: u64) -> io::Result<bool> {
    let length = log.metadata()?.len();
    if length < end {
        return Err(ErrorKind::UnexpectedEof.into());
    }
    let is_short = match log.write_all_at(&PROBE, length) {
        Ok(()) => false,
        Err(error) => is_shortage(&error),
    };
    log.set_len(end)?;
    log.sync_all()?;
    Ok(is_short)
}

/// Whether the system refused something because there is no room, a quota is used up, or a file may not get
/// longer.
pub(crate) fn is_shortage(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge
    )
}

/// Changes when another connection has changed the file.
fn data_version(connection: &Connection) -> Result<i64, StoreError> {
    Ok(connection.pragma_query_value(None, "data_version", |row| row.get(0))?)
}

/// How many pages of the log count.
fn pages_in_log(connection: &Connection) -> Result<u32, StoreError> {
    let mut statement = connection.prepare_cached("PRAGMA wal_checkpoint(NOOP)")?;
    Ok(statement.query_row([], |row| row.get(1))?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::open::{Durability, writer};

    const TABLE: &str = "CREATE TABLE notes (number INTEGER PRIMARY KEY, text TEXT)";

    fn add(connection: &Connection, number: i64) {
        let sql = "INSERT INTO notes VALUES (?1, hex(randomblob(6000)))";
        connection.execute(sql, [number]).unwrap();
    }

    fn notes(path: &Path) -> Vec<i64> {
        let connection = Connection::open(path).unwrap();
        let mut statement = connection.prepare("SELECT number FROM notes").unwrap();
        let rows = statement.query_map([], |row| row.get(0)).unwrap();
        rows.map(Result::unwrap).collect()
    }

    /// What a power cut leaves of a file and its log, while both are in use.
    fn crash(path: &Path, to: &Path) {
        for suffix in ["", "-wal"] {
            let (from, to) = (
                files::with_suffix(path, suffix),
                files::with_suffix(to, suffix),
            );
            std::fs::copy(from, to).unwrap();
        }
    }

    /// The worst that a failed commit can leave: all of it, with its mark, and nothing that says so but the
    /// error. A second connection makes it, whose index of the log is then put back.
    #[test]
    fn a_whole_transaction_beyond_the_end_of_the_log_does_not_come_to_life() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.db");
        let connection = writer(&path, Durability::Full).unwrap();
        connection.execute_batch(TABLE).unwrap();
        add(&connection, 1);
        // The bytes of the next transaction, as another file has them that was the same until then.
        let twin = folder.path().join("twin.db");
        crash(&path, &twin);
        let log = files::with_suffix(&path, "-wal");
        let end = std::fs::metadata(&log).unwrap().len();
        let other = Connection::open(&twin).unwrap();
        add(&other, 2);
        let whole = std::fs::read(files::with_suffix(&twin, "-wal")).unwrap();
        let beyond = &whole[usize::try_from(end).unwrap()..];
        assert!(!beyond.is_empty());
        let file = OpenOptions::new().write(true).open(&log).unwrap();
        file.write_all_at(beyond, end).unwrap();

        let crashed = folder.path().join("crashed.db");
        crash(&path, &crashed);
        assert_eq!(notes(&crashed), [1, 2], "this is what it is about");

        let room = Room::of(&path).unwrap();
        assert!(!room.discard_what_failed(&connection).unwrap());
        let crashed = folder.path().join("crashed-later.db");
        crash(&path, &crashed);
        assert_eq!(notes(&crashed), [1]);
        add(&connection, 3);
        assert_eq!(notes(&path), [1, 3], "and the log goes on where it ended");
    }

    #[test]
    fn a_log_that_starts_over_is_emptied() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.db");
        let connection = writer(&path, Durability::Full).unwrap();
        connection.execute_batch(TABLE).unwrap();
        add(&connection, 1);
        let sql = "PRAGMA wal_checkpoint(RESTART)";
        connection.query_row(sql, [], |_| Ok(())).unwrap();
        let room = Room::of(&path).unwrap();
        assert!(!room.discard_what_failed(&connection).unwrap());
        add(&connection, 2);
        let crashed = folder.path().join("crashed.db");
        crash(&path, &crashed);
        assert_eq!(notes(&crashed), [1, 2]);
    }

    #[test]
    fn a_shortage_is_told_from_what_is_broken() {
        let error = |code| rusqlite::Error::SqliteFailure(ffi::Error::new(code), None);
        for (code, expected) in [
            (ffi::SQLITE_FULL, Shortage::Certain),
            (ffi::SQLITE_IOERR_SHMSIZE, Shortage::Certain),
            (ffi::SQLITE_IOERR_WRITE, Shortage::Possible),
            (ffi::SQLITE_IOERR_FSYNC, Shortage::None),
            (ffi::SQLITE_IOERR_DIR_FSYNC, Shortage::None),
            (ffi::SQLITE_IOERR_READ, Shortage::None),
            (ffi::SQLITE_BUSY, Shortage::None),
        ] {
            assert_eq!(Shortage::of(&error(code)), expected, "{code}");
        }
        assert_eq!(
            Shortage::of(&rusqlite::Error::QueryReturnedNoRows),
            Shortage::None
        );
        for (number, expected) in [(28, true), (122, true), (27, true), (5, false)] {
            let error = io::Error::from_raw_os_error(number);
            assert_eq!(
                is_shortage(&error),
                expected || cfg!(not(target_os = "linux")),
                "{number}"
            );
        }
    }
}
