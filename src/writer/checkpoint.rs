//! Moves the write-ahead log into the file on a thread of its own, so that no commit waits for it.
//!
//! SQLite would do it in the commit that makes the log too long, and all who share that commit would wait
//! for hundreds of pages and one more sync. A thread with a connection of its own can do it while commits
//! go on. But the log starts over only when nothing is left to move, which is never so while it grows: so
//! the thread moves the bulk, and the writer, between two commits, the little that has come since.

use std::path::Path;
use std::thread::JoinHandle;

use crossbeam_channel::{Receiver, Sender, bounded};
use rusqlite::{Connection, OpenFlags};

/// So many pages wait in the log before the thread moves them: 16 MiB. Many of them are one page again and
/// again, which is moved once.
pub(super) const PAGES: u32 = 4000;

/// When the log is so many times as long, SQLite moves it in a commit after all: the thread has failed, or
/// somebody reads an old state of the file for very long.
const TOO_LONG: u32 = 4;

/// The thread, as the writer sees it.
pub(super) struct Checkpointer {
    pages: u32,
    /// One message starts the thread on its work.
    orders: Sender<()>,
    done: Receiver<()>,
    at_work: bool,
    thread: JoinHandle<()>,
}

impl Checkpointer {
    /// Starts the thread for the file of the writer's connection.
    pub(super) fn start(path: &Path, writer: &Connection, pages: u32) -> std::io::Result<Self> {
        let connection = open(path, writer, pages).map_err(std::io::Error::other)?;
        let (orders, ordered) = bounded(1);
        let (report, done) = bounded(1);
        let thread = std::thread::Builder::new()
            .name("checkpoint".to_owned())
            .spawn(move || {
                for () in ordered {
                    move_log(&connection);
                    // There is room: one order is out at a time.
                    let _ = report.try_send(());
                }
            })?;
        Ok(Self {
            pages,
            orders,
            done,
            at_work: false,
            thread,
        })
    }

    /// Has the log moved when there is enough of it. To be called between two transactions.
    pub(super) fn look_after(&mut self, writer: &Connection) {
        // Should the thread have ended, this stays so, and SQLite itself sees to the log.
        if self.at_work {
            if self.done.try_recv().is_err() {
                return;
            }
            self.at_work = false;
            move_log(writer);
        } else if Log::of(writer).is_ok_and(|log| log.unmoved() >= self.pages) {
            self.at_work = self.orders.try_send(()).is_ok();
        }
    }

    /// Waits until the thread has ended and closed the file.
    pub(super) fn stop(self) {
        drop(self.orders);
        if self.thread.join().is_err() {
            log::error!("the thread that moves the write-ahead log panicked");
        }
    }
}

fn open(path: &Path, writer: &Connection, pages: u32) -> rusqlite::Result<Connection> {
    writer.pragma_update(None, "wal_autocheckpoint", pages * TOO_LONG)?;
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    // How thoroughly it syncs is a setting of the connection.
    for name in ["synchronous", "fullfsync", "checkpoint_fullfsync"] {
        let setting: i64 = writer.pragma_query_value(None, name, |row| row.get(0))?;
        connection.pragma_update(None, name, setting)?;
    }
    Ok(connection)
}

/// Moves what can be moved without waiting for anybody.
fn move_log(connection: &Connection) {
    let moved = connection
        .prepare_cached("PRAGMA wal_checkpoint(PASSIVE)")
        .and_then(|mut statement| statement.query_row([], |_| Ok(())));
    if let Err(error) = moved {
        // What the log holds is as safe there.
        log::warn!("the write-ahead log could not be moved into the file: {error}");
    }
}

/// How long the write-ahead log is, in pages.
struct Log {
    written: u32,
    moved: u32,
}

impl Log {
    fn of(connection: &Connection) -> rusqlite::Result<Self> {
        let mut statement = connection.prepare_cached("PRAGMA wal_checkpoint(NOOP)")?;
        statement.query_row([], |row| {
            Ok(Self {
                written: row.get(1)?,
                moved: row.get(2)?,
            })
        })
    }

    const fn unmoved(&self) -> u32 {
        self.written.saturating_sub(self.moved)
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::*;
    use crate::store::open::{self, Durability};

    /// No test waits longer.
    const PATIENCE: Duration = Duration::from_secs(20);

    fn log_length(connection: &Connection) -> u32 {
        Log::of(connection).unwrap().written
    }

    #[test]
    fn the_log_starts_over_while_commits_go_on() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.db");
        let writer = open::writer(&path, Durability::Off).unwrap();
        let mut checkpointer = Checkpointer::start(&path, &writer, 100).unwrap();
        writer
            .execute_batch("CREATE TABLE notes (number INTEGER PRIMARY KEY)")
            .unwrap();
        let until = Instant::now() + PATIENCE;
        let (mut longest, mut number, mut last) = (0, 0, 0);
        let mut restarts = 0;
        while restarts < 3 {
            assert!(Instant::now() < until, "the log is {longest} pages long");
            number += 1;
            writer
                .execute("INSERT INTO notes VALUES (?1)", [number])
                .unwrap();
            let length = log_length(&writer);
            longest = longest.max(length);
            restarts += u32::from(length < last);
            last = length;
            checkpointer.look_after(&writer);
        }
        assert!(longest >= 100, "it was moved at {longest} pages");
        checkpointer.stop();
        let rows: i64 = Connection::open(&path)
            .unwrap()
            .query_row("SELECT count(*) FROM notes", [], |row| row.get(0))
            .unwrap();
        assert_eq!(rows, number);
    }

    #[test]
    fn a_reader_of_an_old_state_holds_up_the_log_and_nobody_else() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.db");
        let writer = open::writer(&path, Durability::Off).unwrap();
        let mut checkpointer = Checkpointer::start(&path, &writer, 10).unwrap();
        writer
            .execute_batch("CREATE TABLE notes (number INTEGER PRIMARY KEY)")
            .unwrap();
        let reader = Connection::open(&path).unwrap();
        reader.execute_batch("BEGIN").unwrap();
        let count = |connection: &Connection| -> i64 {
            connection
                .query_row("SELECT count(*) FROM notes", [], |row| row.get(0))
                .unwrap()
        };
        assert_eq!(count(&reader), 0);
        for number in 0..500 {
            writer
                .execute("INSERT INTO notes VALUES (?1)", [number])
                .unwrap();
            checkpointer.look_after(&writer);
        }
        assert_eq!(count(&reader), 0, "its state has not been taken from it");
        assert_eq!(count(&writer), 500);
        checkpointer.stop();
    }
}
