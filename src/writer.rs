//! The writer: one thread, one write connection, many operations for each commit.
//!
//! Operations arrive over a bounded queue. The thread opens one `BEGIN IMMEDIATE`, runs each waiting
//! operation in a savepoint of its own, commits once, and only then replies: so many joins share one
//! wait for the storage, and nothing is acknowledged that is not stored.
//!
//! What it promises each operation:
//! * it is decided and written as a whole or not at all, and one that is refused or panics takes
//!   nothing of the others with it;
//! * success is answered only after COMMIT has returned;
//! * when there is no room for it, it is refused with [`Error::StorageFull`] and can't be found in the file
//!   afterwards, not even after a crash; the writer goes on, and so do writes when there is room again;
//! * when COMMIT fails otherwise, the outcome is unknown: SQLite can report an error although the
//!   transaction is found in the file afterwards. Then every operation of the batch is answered with
//!   [`Error::OutcomeUnknown`], the writer stops for good and says so ([`Writer::failed`]): only opening
//!   the file again tells the truth.

mod batch;
mod checkpoint;
pub(crate) mod commits;
mod reply;
pub(crate) mod sequence;
pub(crate) mod stats;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use crossbeam_channel::{Receiver, SendTimeoutError, Sender, bounded};
use rusqlite::Connection;

use crate::clock::Clock;
use crate::domain::audit::{AuditEvent, NewAuditEvent};
use crate::domain::error::Error;
use crate::domain::time::Timestamp;
use crate::store::StoreError;
use crate::store::audit::ChainEnd;
use crate::store::room::{Room, Shortage};
use batch::{Batcher, reply};
use checkpoint::Checkpointer;
use commits::Commits;
use reply::Replier;
use stats::WriterStats;

/// How long a caller waits for its reply before it is told that the outcome is unknown. Far beyond a
/// healthy commit: only storage that hangs gets there.
const REPLY_PATIENCE: Duration = Duration::from_secs(30);

/// Bounds of the writer.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    /// Operations that may wait; one more is answered with [`Error::Overloaded`].
    pub(crate) queue: usize,
    /// Operations that may share a commit.
    pub(crate) batch: usize,
    /// Broken on purpose: success is answered before COMMIT.
    #[cfg(feature = "broken-variants")]
    pub(crate) reply_before_commit: bool,
}

/// What an operation sees: the connection inside its transaction, and the time it goes by.
pub(crate) struct Transaction<'a> {
    pub(crate) connection: &'a Connection,
    /// Fixed for the whole operation.
    pub(crate) now: Timestamp,
    chain_end: &'a ChainEnd,
}

impl Transaction<'_> {
    /// Appends an event to the audit log, and answers it with its number.
    ///
    /// # Errors
    /// What the file says.
    pub(crate) fn append(&self, event: NewAuditEvent) -> Result<AuditEvent, StoreError> {
        self.chain_end.append(self.connection, event)
    }
}

/// Why an operation did not succeed; it then has changed nothing.
pub(crate) enum Failure {
    /// A rule refused it.
    Refused(Error),
    /// The file did.
    Store(StoreError),
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Refused(error)
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

/// One operation on its way through the writer.
trait Operation: Send {
    /// Runs it once, inside its savepoint. `false`: undo what it wrote.
    fn run(&mut self, transaction: &Transaction<'_>) -> bool;
    /// Whether what it ran into was that there is no room.
    fn found_no_room(&self) -> bool;
    /// Replies what `run` found, or `instead` where that does not hold.
    fn reply(self: Box<Self>, instead: Option<Error>);
}

struct Call<Work, T, Done> {
    work: Option<Work>,
    /// What `work` answered; none until it has run.
    found: Option<Result<T, Error>>,
    done: Done,
}

impl<Work, T, Done> Call<Work, T, Done>
where
    Self: Operation + 'static,
{
    fn of(work: Work, done: Done) -> Box<dyn Operation> {
        Box::new(Self {
            work: Some(work),
            found: None,
            done,
        })
    }
}

impl<Work, T, Done> Operation for Call<Work, T, Done>
where
    Work: FnOnce(&Transaction<'_>) -> Result<T, Failure> + Send,
    T: Send,
    Done: FnOnce(Result<T, Error>) + Send,
{
    fn run(&mut self, transaction: &Transaction<'_>) -> bool {
        let Some(work) = self.work.take() else {
            return false;
        };
        let found = catch_unwind(AssertUnwindSafe(|| work(transaction)));
        let found = match found {
            Ok(Ok(value)) => Ok(value),
            Ok(Err(Failure::Refused(error))) => Err(error),
            Ok(Err(Failure::Store(error))) => {
                log::error!("a write failed and was undone: {error}");
                Err(match error {
                    StoreError::Sqlite(error) if Shortage::of(&error) == Shortage::Certain => {
                        Error::StorageFull
                    }
                    _ => Error::Internal,
                })
            }
            Err(_panic) => {
                log::error!("a write panicked and was undone");
                Err(Error::Internal)
            }
        };
        let kept = found.is_ok();
        self.found = Some(found);
        kept
    }

    fn found_no_room(&self) -> bool {
        matches!(self.found, Some(Err(Error::StorageFull)))
    }

    fn reply(self: Box<Self>, instead: Option<Error>) {
        let outcome = match (self.found, instead) {
            (Some(Ok(_)), Some(error)) => Err(error),
            // Why something failed is known better afterwards.
            (Some(Err(Error::Internal)), Some(Error::StorageFull)) => Err(Error::StorageFull),
            // A refusal stands whatever became of the others: it has changed nothing.
            (Some(found), _) => found,
            (None, instead) => Err(instead.unwrap_or(Error::Internal)),
        };
        (self.done)(outcome);
    }
}

enum Message {
    Run(Box<dyn Operation>),
    /// Finish what was queued before this, then end.
    Stop,
}

/// The writer's handle. Dropping it finishes what is queued and closes the file.
pub(crate) struct Writer {
    queue: Sender<Message>,
    stats: Arc<WriterStats>,
    commits: Arc<Commits>,
    room: Arc<Room>,
    thread: Mutex<Option<JoinHandle<()>>>,
    failed: Arc<AtomicBool>,
    /// Never gets a message: it is disconnected when the thread ends.
    ended: Receiver<()>,
}

impl Writer {
    /// Starts the thread, which takes over the connection to the file at `path`.
    ///
    /// # Errors
    /// What the system says when there can be no thread, and SQLite when there can be no second
    /// connection.
    pub(crate) fn start(
        path: &Path,
        connection: Connection,
        clock: Clock,
        limits: Limits,
    ) -> std::io::Result<Self> {
        let checkpointer = Checkpointer::start(path, &connection, checkpoint::PAGES)?;
        let (queue, messages) = bounded(limits.queue);
        let (ending, ended) = bounded(0);
        let failed = Arc::new(AtomicBool::new(false));
        let stats = Arc::new(WriterStats::default());
        let commits = Arc::new(Commits::default());
        let room = Arc::new(Room::of(path)?);
        let mut batcher = Batcher {
            connection,
            checkpointer,
            clock,
            messages,
            limits,
            failed: Arc::clone(&failed),
            stats: Arc::clone(&stats),
            commits: Arc::clone(&commits),
            room: Arc::clone(&room),
            chain_end: ChainEnd::default(),
            refused_with: None,
        };
        let thread = std::thread::Builder::new()
            .name("writer".to_owned())
            .spawn(move || {
                batcher.run();
                batcher.close();
                drop(ending);
            })?;
        Ok(Self {
            queue,
            stats,
            commits,
            room,
            thread: Mutex::new(Some(thread)),
            failed,
            ended,
        })
    }

    /// Queues an operation. `done` gets its outcome, once: on the writer's thread, where it must not
    /// block, or at once on the caller's, with [`Error::Overloaded`] when the queue is full and
    /// [`Error::Stopping`] when the writer has ended; nothing was changed then.
    pub(crate) fn submit<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, Failure> + Send + 'static,
        done: impl FnOnce(Result<T, Error>) + Send + 'static,
    ) {
        if let Err((operation, error)) = self.enqueue(Duration::ZERO, Call::of(work, done)) {
            reply(operation, Some(error));
        }
    }

    /// As [`Self::submit`], but waits so long for room in the queue: for work that is not a client's
    /// and must not give way to clients.
    ///
    /// # Errors
    /// [`Error::Overloaded`] and [`Error::Stopping`]; `done` is not called then.
    pub(crate) fn submit_within<T: Send + 'static>(
        &self,
        patience: Duration,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, Failure> + Send + 'static,
        done: impl FnOnce(Result<T, Error>) + Send + 'static,
    ) -> Result<(), Error> {
        self.enqueue(patience, Call::of(work, done))
            .map_err(|(_, error)| error)
    }

    /// Gives the operation back when it can't be queued.
    fn enqueue(
        &self,
        patience: Duration,
        operation: Box<dyn Operation>,
    ) -> Result<(), (Box<dyn Operation>, Error)> {
        let sent = self.queue.send_timeout(Message::Run(operation), patience);
        let (message, error) = match sent {
            Ok(()) => return Ok(()),
            Err(SendTimeoutError::Timeout(message)) => (message, Error::Overloaded),
            Err(SendTimeoutError::Disconnected(message)) => (message, Error::Stopping),
        };
        match message {
            Message::Run(operation) => Err((operation, error)),
            Message::Stop => Ok(()),
        }
    }

    /// Runs an operation and waits for its outcome.
    ///
    /// # Errors
    /// What the operation answers; as [`Self::submit`]; [`Error::OutcomeUnknown`].
    pub(crate) fn call<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, Failure> + Send + 'static,
    ) -> Result<T, Error> {
        wait(|replier| self.submit(work, move |found| replier.send(found)))
    }

    /// As [`Self::call`], but waits so long for room in the queue, and so long again for the outcome: for work
    /// that must not give way to clients.
    ///
    /// # Errors
    /// As [`Self::call`].
    pub(crate) fn call_within<T: Send + 'static>(
        &self,
        patience: Duration,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, Failure> + Send + 'static,
    ) -> Result<T, Error> {
        let (replier, outcome) = reply::reply();
        self.submit_within(patience, work, move |found| replier.send(found))?;
        outcome.wait(patience).unwrap_or(Err(Error::OutcomeUnknown))
    }

    /// What it has done.
    pub(crate) fn stats(&self) -> &WriterStats {
        &self.stats
    }

    /// Whether there is too little room on the storage to write.
    pub(crate) fn lacks_room(&self) -> bool {
        batch::is_too_little(self.room.left())
    }

    /// How many bytes are left on the storage; none when the system does not say.
    pub(crate) fn room_left(&self) -> Option<u64> {
        self.room.left()
    }

    /// Tells of its commits.
    pub(crate) fn commits(&self) -> &Commits {
        &self.commits
    }

    /// How many operations wait.
    pub(crate) fn queue_depth(&self) -> usize {
        self.queue.len()
    }

    /// Whether a commit failed, so that only opening the file again tells what it holds.
    pub(crate) fn failed(&self) -> bool {
        self.failed.load(Ordering::Acquire)
    }

    /// A channel that is disconnected when the writer ends.
    pub(crate) fn ended(&self) -> Receiver<()> {
        self.ended.clone()
    }

    /// Finishes what is queued and closes the file. Later operations are answered with
    /// [`Error::Stopping`].
    pub(crate) fn stop(&self) {
        let thread = self
            .thread
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        if let Some(thread) = thread {
            // An error says that the thread has ended already.
            let _ = self.queue.send(Message::Stop);
            if thread.join().is_err() {
                log::error!("the writer's thread panicked");
            }
        }
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.stop();
    }
}

/// Has `submit` queue something that replies, and sleeps until it does.
///
/// # Errors
/// What the reply says; [`Error::OutcomeUnknown`] when it does not come within [`REPLY_PATIENCE`].
pub(crate) fn wait<T>(submit: impl FnOnce(Replier<Result<T, Error>>)) -> Result<T, Error> {
    let (replier, outcome) = reply::reply();
    submit(replier);
    outcome
        .wait(REPLY_PATIENCE)
        .unwrap_or(Err(Error::OutcomeUnknown))
}

#[cfg(test)]
mod tests;
