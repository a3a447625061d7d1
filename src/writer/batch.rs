//! The writer's thread: takes what is queued, and commits it together.
//!
//! Owns what becomes of a batch whose transaction or commit fails, and when a batch is not even begun because
//! there is no room for it.

use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
#[cfg(feature = "broken-variants")]
use std::time::Duration;
use std::time::Instant;

use crossbeam_channel::Receiver;
use rusqlite::Connection;

use crate::clock::Clock;
use crate::domain::error::Error;
use crate::store::audit::ChainEnd;
use crate::store::open;
use crate::store::room::{LEAST_ROOM, Room, Shortage};
use crate::writer::checkpoint::Checkpointer;
use crate::writer::commits::Commits;
use crate::writer::stats::WriterStats;
use crate::writer::{Limits, Message, Operation, Transaction};

/// Whether so much room is too little to write.
pub(super) fn is_too_little(left: Option<u64>) -> bool {
    left.is_some_and(|left| left < LEAST_ROOM)
}

/// The transaction of a batch ended by itself: SQLite rolled it back.
struct BatchLost;

/// The thread's side.
pub(super) struct Batcher {
    pub(super) connection: Connection,
    pub(super) checkpointer: Checkpointer,
    pub(super) clock: Clock,
    pub(super) messages: Receiver<Message>,
    pub(super) limits: Limits,
    pub(super) failed: Arc<AtomicBool>,
    pub(super) stats: Arc<WriterStats>,
    pub(super) commits: Arc<Commits>,
    pub(super) room: Arc<Room>,
    pub(super) chain_end: ChainEnd,
    /// How much room there was when a commit last found too little, as with a quota: that much more has to
    /// come before anybody is told that there is room again without having tried.
    pub(super) refused_with: Option<Option<u64>>,
}

impl Batcher {
    pub(super) fn run(&mut self) {
        while let Ok(Message::Run(first)) = self.messages.recv() {
            if self.run_batch(first).is_break() {
                return;
            }
        }
    }

    /// Runs `first` and what else is queued in one transaction.
    fn run_batch(&mut self, first: Box<dyn Operation>) -> ControlFlow<()> {
        if self.finds_too_little_room() {
            reply(first, Some(self.refuse()));
            return ControlFlow::Continue(());
        }
        if let Err(error) = self.execute("BEGIN IMMEDIATE") {
            log::error!("cannot begin a transaction: {error}");
            let refusal = match Shortage::of(&error) {
                Shortage::Certain => self.refuse(),
                Shortage::Possible | Shortage::None => Error::Overloaded,
            };
            reply(first, Some(refusal));
            return ControlFlow::Continue(());
        }
        let changes = self.connection.total_changes();
        // Another process may have written since the last one.
        self.chain_end.forget();
        let mut batch = Vec::with_capacity(self.limits.batch.min(self.messages.len() + 1));
        let mut next = Some(Message::Run(first));
        let mut written = false;
        let mut stopping = false;
        while let Some(message) = next.take() {
            let Message::Run(mut operation) = message else {
                stopping = true;
                break;
            };
            let ran = self.run_in_savepoint(operation.as_mut());
            batch.push(operation);
            match ran {
                Ok(kept) => written |= kept,
                Err(BatchLost) => {
                    let found_no_room = batch.last().is_some_and(|last| last.found_no_room());
                    let why = self.why_lost(found_no_room);
                    reply_all(batch, Some(&why));
                    return ControlFlow::Continue(());
                }
            }
            if batch.len() < self.limits.batch {
                next = self.messages.try_recv().ok();
            }
        }
        #[cfg(feature = "broken-variants")]
        if self.limits.reply_before_commit {
            reply_all(std::mem::take(&mut batch), None);
            // As long as the storage may take on a bad day: what the mistake costs must not depend on luck.
            std::thread::sleep(Duration::from_millis(5));
        }
        self.stats.batch_size.observe(batch.len() as u64);
        let ended = self.end_transaction(written);
        let is_committed = written && ended.is_ok();
        reply_all(batch, ended.err().as_ref());
        if is_committed && self.connection.total_changes() > changes {
            self.note_room();
        }
        if is_committed {
            self.commits.tell();
            self.checkpointer.look_after(&self.connection);
        }
        if stopping || self.failed.load(Ordering::Acquire) {
            return ControlFlow::Break(());
        }
        ControlFlow::Continue(())
    }

    /// Whether what the operation wrote stays.
    fn run_in_savepoint(&self, operation: &mut dyn Operation) -> Result<bool, BatchLost> {
        let transaction = Transaction {
            connection: &self.connection,
            now: self.clock.now(),
            chain_end: &self.chain_end,
        };
        let kept = self.execute("SAVEPOINT operation").is_ok() && operation.run(&transaction);
        if !kept {
            self.chain_end.forget();
        }
        let undone = kept || self.execute("ROLLBACK TO operation").is_ok();
        let released = undone && self.execute("RELEASE operation").is_ok();
        // Some errors (a full disk, memory) make SQLite roll the whole transaction back.
        if released && !self.connection.is_autocommit() {
            return Ok(kept);
        }
        log::error!("a transaction was lost; its operations are answered with an error");
        if !self.connection.is_autocommit() {
            let _ = self.execute("ROLLBACK");
        }
        Err(BatchLost)
    }

    fn end_transaction(&mut self, written: bool) -> Result<(), Error> {
        let sql = if written { "COMMIT" } else { "ROLLBACK" };
        let started = Instant::now();
        match self.execute(sql) {
            Ok(()) => {
                if written {
                    self.stats.commit.observe_duration(started.elapsed());
                }
                Ok(())
            }
            Err(error) if written && self.is_refused_for_room(&error) => Err(self.refuse()),
            Err(error) => {
                log::error!("{sql} failed, so it is not known what the file holds: {error}");
                self.failed.store(true, Ordering::Release);
                Err(Error::OutcomeUnknown)
            }
        }
    }

    /// Whether a commit failed because there is no room, and nothing of it can be found in the file any more.
    fn is_refused_for_room(&self, error: &rusqlite::Error) -> bool {
        let shortage = Shortage::of(error);
        if shortage == Shortage::None || !self.connection.is_autocommit() {
            return false;
        }
        match self.room.discard_what_failed(&self.connection) {
            Ok(is_short) => is_short || shortage == Shortage::Certain,
            Err(error) => {
                log::error!("what a failed commit has left could not be removed: {error}");
                false
            }
        }
    }

    /// Why a transaction was lost. Nothing of it has been committed; only the reason is not known where
    /// SQLite has no word for it.
    fn why_lost(&mut self, found_no_room: bool) -> Error {
        let is_short = found_no_room
            || self
                .room
                .discard_what_failed(&self.connection)
                .unwrap_or(false);
        if is_short {
            self.refuse()
        } else {
            Error::Internal
        }
    }

    /// Looks whether there is enough room to try.
    fn finds_too_little_room(&mut self) -> bool {
        let left = self.room.left();
        if is_too_little(left) {
            return true;
        }
        let has_come = match (self.refused_with, left) {
            (Some(then), Some(left)) => left >= then.unwrap_or(0).saturating_add(LEAST_ROOM),
            (Some(_), None) => false,
            (None, _) => true,
        };
        if has_come {
            self.note_room();
        }
        false
    }

    fn note_room(&mut self) {
        self.refused_with = None;
        if self.stats.storage_full.swap(false, Ordering::Relaxed) {
            log::info!("there is room on the disk of the database again; writes go on");
        }
    }

    /// Notes that something is refused because there is no room.
    fn refuse(&mut self) -> Error {
        let left = self.room.left();
        self.refused_with = Some(left);
        self.stats.storage_refusals.fetch_add(1, Ordering::Relaxed);
        if !self.stats.storage_full.swap(true, Ordering::Relaxed) {
            let left = left.map_or("unknown".to_owned(), |left| left.to_string());
            log::error!(
                "the disk of the database is full (bytes left: {left}): writes are refused and nothing is changed; reads go on, and so do writes as soon as there is room"
            );
        }
        Error::StorageFull
    }

    fn execute(&self, sql: &str) -> rusqlite::Result<()> {
        self.connection.prepare_cached(sql)?.execute([]).map(|_| ())
    }

    /// Answers what is still queued, and leaves the file tidy.
    pub(super) fn close(self) {
        for message in self.messages.try_iter() {
            if let Message::Run(operation) = message {
                reply(operation, Some(Error::Stopping));
            }
        }
        self.checkpointer.stop();
        if !self.failed.load(Ordering::Acquire)
            && let Err(error) = open::checkpoint(&self.connection)
        {
            log::warn!("the write-ahead log stays beside the file: {error}");
        }
    }
}

fn reply_all(batch: Vec<Box<dyn Operation>>, instead: Option<&Error>) {
    for operation in batch {
        reply(operation, instead.cloned());
    }
}

pub(super) fn reply(operation: Box<dyn Operation>, instead: Option<Error>) {
    if catch_unwind(AssertUnwindSafe(|| operation.reply(instead))).is_err() {
        log::error!("a reply panicked");
    }
}
