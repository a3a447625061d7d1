//! Copies a file while others write it: SQLite's online backup, inside one snapshot.
//!
//! An online backup begins again whenever another connection has written, so beside a busy server it
//! might never end. This one reads inside a transaction of its own, which in WAL mode is a snapshot that
//! no writer waits for or disturbs: the copy is the file as it was when the copying began, after a number
//! of steps that is known then. While it takes, the write-ahead log cannot shrink.
//!
//! Owns how the pages get across. What becomes of the copy is decided by whoever asked for it.

use std::fs::OpenOptions;
use std::ops::ControlFlow;
use std::path::Path;
use std::time::{Duration, Instant};

use rusqlite::backup::{Backup, StepResult};
use rusqlite::{Connection, OpenFlags};

use crate::store::error::StoreError;

/// Pages of one step: a megabyte.
const PAGES: i32 = 256;

/// Between two steps: the drive has to serve the commits of others too.
const PAUSE: Duration = Duration::from_millis(2);

/// So many steps are written out to the drive together. Left until the end, the whole copy would stand
/// in the way of the next commit of others.
const STEPS_PER_SYNC: u32 = 16;

/// How long a lock that another process holds is waited for.
const PATIENCE: Duration = Duration::from_secs(5);

/// How far the copying is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Copied {
    /// Bytes that are copied.
    pub bytes: u64,
    /// Bytes of the whole file; the same from the first step to the last.
    pub of: u64,
}

/// Whether a copy is complete.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Completion {
    /// All of it is there and stored.
    Complete,
    /// It was stopped: what is there is of no use.
    Stopped,
}

/// What a file holds, in numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Contents {
    /// Campaigns in every state.
    pub campaigns: u64,
    /// Participations in every state.
    pub participants: u64,
}

/// Copies the file behind `source`, as it is now, into the empty file `target`, and makes sure that the
/// storage has it. The copy is one file without a write-ahead log. `watch` is asked after every step.
///
/// # Errors
/// What SQLite or the system says; `target` is of no use then.
pub(crate) fn copy(
    source: &Connection,
    target: &Path,
    watch: &mut dyn FnMut(Copied) -> ControlFlow<()>,
) -> Result<Completion, StoreError> {
    let io = |error| StoreError::io(target, error);
    // Closed only after SQLite has closed the file: closing any handle of a file drops the locks that
    // this process holds on it.
    let handle = OpenOptions::new().write(true).open(target).map_err(io)?;
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut copy = Connection::open_with_flags(target, flags)?;
    // Nobody needs a half-made copy back, and the storage is waited for below.
    copy.pragma_update_and_check(None, "journal_mode", "OFF", |_| Ok(()))?;
    copy.pragma_update(None, "synchronous", "OFF")?;

    // Dropped and so rolled back at the end. The query makes it a snapshot.
    let _snapshot = source.unchecked_transaction()?;
    let page_size = one_number(source, "SELECT page_size FROM pragma_page_size")?;
    let mut sync = || handle.sync_data().map_err(io);
    if step_by_step(source, &mut copy, page_size, watch, &mut sync)? == Completion::Stopped {
        return Ok(Completion::Stopped);
    }
    // The copy says of itself that it has a write-ahead log, as its source does. With one it could not
    // be read from a place where nothing can be written.
    copy.pragma_update_and_check(None, "journal_mode", "DELETE", |_| Ok(()))?;
    copy.close().map_err(|(_, error)| error)?;
    handle.sync_all().map_err(io)?;
    Ok(Completion::Complete)
}

fn step_by_step(
    source: &Connection,
    copy: &mut Connection,
    page_size: u64,
    watch: &mut dyn FnMut(Copied) -> ControlFlow<()>,
    sync: &mut dyn FnMut() -> Result<(), StoreError>,
) -> Result<Completion, StoreError> {
    let backup = Backup::new(source, copy)?;
    let mut steps: u32 = 0;
    let mut waits_since = None;
    loop {
        let step = backup.step(PAGES)?;
        let progress = backup.progress();
        let pages = |count: i32| u64::try_from(count).unwrap_or(0);
        let of = pages(progress.pagecount);
        let copied = Copied {
            bytes: (of - pages(progress.remaining).min(of)) * page_size,
            of: of * page_size,
        };
        if watch(copied).is_break() {
            return Ok(Completion::Stopped);
        }
        match step {
            StepResult::Done => return Ok(Completion::Complete),
            StepResult::More => {
                waits_since = None;
                steps += 1;
                if steps.is_multiple_of(STEPS_PER_SYNC) {
                    sync()?;
                }
            }
            // Only a file without a write-ahead log, in the middle of somebody's write.
            _ if waits_since.get_or_insert_with(Instant::now).elapsed() < PATIENCE => {}
            _ => return Err(StoreError::Busy),
        }
        std::thread::sleep(PAUSE);
    }
}

/// Counts what a file holds.
///
/// # Errors
/// What SQLite says.
pub(crate) fn contents(connection: &Connection) -> Result<Contents, StoreError> {
    Ok(Contents {
        campaigns: one_number(connection, "SELECT count(*) FROM sambatan_campaigns")?,
        participants: one_number(connection, "SELECT count(*) FROM sambatan_participants")?,
    })
}

fn one_number(connection: &Connection, sql: &str) -> Result<u64, StoreError> {
    let number: i64 = connection.query_row(sql, [], |row| row.get(0))?;
    Ok(u64::try_from(number).unwrap_or(0))
}
