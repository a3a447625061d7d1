//! The writer's promises, with a real file and a batch that is forced: an operation holds the writer
//! until the test has queued what shall share its transaction.

use std::path::PathBuf;
use std::sync::atomic::AtomicUsize;
use std::thread;

use crossbeam_channel::{Sender, unbounded};
use rusqlite::OpenFlags;

use super::sequence::Sequence;
use super::*;
use crate::store::open::{self, Durability};

/// No test waits longer: whatever takes so long hangs.
const PATIENCE: Duration = Duration::from_secs(20);

type Outcome = Result<i64, Error>;

struct File {
    path: PathBuf,
    _folder: tempfile::TempDir,
}

impl File {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.db");
        let connection = open::writer(&path, Durability::Off).unwrap();
        connection
            .execute_batch(
                "CREATE TABLE notes (number INTEGER PRIMARY KEY) STRICT;
                 CREATE TABLE replies (
                     number INTEGER PRIMARY KEY,
                     note   INTEGER REFERENCES notes (number) DEFERRABLE INITIALLY DEFERRED
                 ) STRICT;",
            )
            .unwrap();
        Self {
            path,
            _folder: folder,
        }
    }

    fn writer(&self, limits: Limits) -> Writer {
        self.writer_with(limits, |_| ())
    }

    fn writer_with(&self, limits: Limits, prepare: impl FnOnce(&Connection)) -> Writer {
        let connection = open::writer(&self.path, Durability::Off).unwrap();
        prepare(&connection);
        Writer::start(&self.path, connection, Clock::System, limits).unwrap()
    }

    /// What another process would see.
    fn notes(&self) -> Vec<i64> {
        notes(&self.path)
    }
}

fn notes(path: &std::path::Path) -> Vec<i64> {
    let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap();
    let mut statement = connection
        .prepare("SELECT number FROM notes ORDER BY number")
        .unwrap();
    let rows = statement.query_map([], |row| row.get(0)).unwrap();
    rows.collect::<Result<_, _>>().unwrap()
}

fn limits(queue: usize, batch: usize) -> Limits {
    Limits {
        queue,
        batch,
        #[cfg(feature = "broken-variants")]
        reply_before_commit: false,
    }
}

/// Writes a row and answers its number.
fn note(number: i64) -> impl FnOnce(&Transaction<'_>) -> Result<i64, Failure> + Send + 'static {
    move |transaction| {
        insert(transaction, number)?;
        Ok(number)
    }
}

fn insert(transaction: &Transaction<'_>, number: i64) -> Result<(), StoreError> {
    transaction
        .connection
        .execute("INSERT INTO notes VALUES (?1)", [number])?;
    Ok(())
}

fn queue(
    writer: &Writer,
    work: impl FnOnce(&Transaction<'_>) -> Result<i64, Failure> + Send + 'static,
) -> Receiver<Outcome> {
    let (reply, outcome) = bounded(1);
    writer.submit(work, move |found| reply.send(found).unwrap());
    outcome
}

fn answer(outcome: &Receiver<Outcome>) -> Outcome {
    outcome.recv_timeout(PATIENCE).unwrap()
}

/// The writer stands inside a transaction until this is released or dropped.
struct Held {
    release: Sender<()>,
    outcome: Receiver<Outcome>,
}

fn hold(writer: &Writer) -> Held {
    let (started, has_started) = bounded(1);
    let (release, released) = bounded(1);
    let outcome = queue(writer, move |_| {
        started.send(()).unwrap();
        let _ = released.recv_timeout(PATIENCE);
        Ok(0)
    });
    has_started.recv_timeout(PATIENCE).unwrap();
    Held { release, outcome }
}

impl Held {
    fn release(self) -> Outcome {
        self.release.send(()).unwrap();
        answer(&self.outcome)
    }
}

/// Fails instead of hanging when `work` does not come back.
fn in_time(work: impl FnOnce() + Send + 'static) {
    let (done, finished) = bounded(1);
    thread::spawn(move || {
        work();
        let _ = done.send(());
    });
    finished
        .recv_timeout(PATIENCE)
        .expect("this should have ended long ago");
}

#[test]
fn a_refused_operation_harms_no_other_of_its_batch() {
    let file = File::new();
    let writer = file.writer(limits(16, 16));
    let held = hold(&writer);
    let before = queue(&writer, note(1));
    let refused = queue(&writer, |transaction| {
        insert(transaction, 2)?;
        Err(Error::CampaignNotFound.into())
    });
    let broken = queue(&writer, |transaction| {
        insert(transaction, 3)?;
        // The row is there already, so SQLite refuses.
        insert(transaction, 1)?;
        Ok(3)
    });
    let after = queue(&writer, note(4));
    assert_eq!(held.release(), Ok(0));
    assert_eq!(answer(&before), Ok(1));
    assert_eq!(answer(&refused), Err(Error::CampaignNotFound));
    assert_eq!(answer(&broken), Err(Error::Internal));
    assert_eq!(answer(&after), Ok(4));
    assert_eq!(file.notes(), [1, 4]);
}

#[test]
fn a_panicking_operation_harms_no_other_of_its_batch_and_none_after_it() {
    let file = File::new();
    let writer = file.writer(limits(16, 16));
    let held = hold(&writer);
    let before = queue(&writer, note(1));
    let panicked = queue(&writer, |transaction| {
        insert(transaction, 2)?;
        panic!("on purpose");
    });
    let after = queue(&writer, note(3));
    assert_eq!(held.release(), Ok(0));
    assert_eq!(answer(&before), Ok(1));
    assert_eq!(answer(&panicked), Err(Error::Internal));
    assert_eq!(answer(&after), Ok(3));
    assert_eq!(writer.call(note(4)), Ok(4));
    assert_eq!(file.notes(), [1, 3, 4]);
    assert!(!writer.failed());
}

#[test]
fn a_reply_that_panics_keeps_no_other_from_its_reply() {
    let file = File::new();
    let writer = file.writer(limits(16, 16));
    let held = hold(&writer);
    writer.submit(note(1), |_| panic!("on purpose"));
    let after = queue(&writer, note(2));
    assert_eq!(held.release(), Ok(0));
    assert_eq!(answer(&after), Ok(2));
    assert_eq!(file.notes(), [1, 2]);
}

/// What another process sees of an operation at the moment of its reply.
fn seen_at_reply(limits: Limits) -> Vec<i64> {
    let file = File::new();
    let writer = file.writer(limits);
    let (seen, sight) = bounded(1);
    let path = file.path.clone();
    writer.submit(note(1), move |outcome| {
        assert_eq!(outcome, Ok(1));
        seen.send(notes(&path)).unwrap();
    });
    sight.recv_timeout(PATIENCE).unwrap()
}

#[test]
fn success_is_answered_when_the_change_is_committed() {
    assert_eq!(seen_at_reply(limits(16, 16)), [1]);
}

#[cfg(feature = "broken-variants")]
#[test]
fn a_writer_that_replies_before_commit_would_be_noticed() {
    let broken = Limits {
        reply_before_commit: true,
        ..limits(16, 16)
    };
    assert_eq!(seen_at_reply(broken), [0; 0]);
}

#[test]
fn a_full_queue_refuses_at_once_and_recovers() {
    let file = File::new();
    let writer = file.writer(limits(2, 16));
    let held = hold(&writer);
    let first = queue(&writer, note(1));
    let second = queue(&writer, note(2));
    // The writer still stands, so this answer waited for nobody.
    assert_eq!(writer.call(note(3)), Err(Error::Overloaded));
    assert_eq!(held.release(), Ok(0));
    assert_eq!((answer(&first), answer(&second)), (Ok(1), Ok(2)));
    assert_eq!(writer.call(note(4)), Ok(4));
    assert_eq!(file.notes(), [1, 2, 4]);
}

#[test]
fn stopping_finishes_what_is_queued_and_refuses_what_comes_later() {
    let file = File::new();
    let writer = Arc::new(file.writer(limits(16, 2)));
    let held = hold(&writer);
    let queued: Vec<_> = (1..=5).map(|number| queue(&writer, note(number))).collect();
    assert_eq!(held.release(), Ok(0));
    let stopped = Arc::clone(&writer);
    in_time(move || stopped.stop());
    let outcomes: Vec<_> = queued.iter().map(answer).collect();
    assert_eq!(outcomes, [Ok(1), Ok(2), Ok(3), Ok(4), Ok(5)]);
    assert_eq!(file.notes(), [1, 2, 3, 4, 5]);
    assert_eq!(writer.call(note(6)), Err(Error::Stopping));
    assert!(writer.ended().recv().is_err());
    assert!(!writer.failed());
    let again = Arc::clone(&writer);
    in_time(move || again.stop());
}

#[test]
fn a_stop_that_arrives_while_a_batch_gathers_ends_the_writer() {
    let file = File::new();
    let writer = Arc::new(file.writer(limits(16, 16)));
    let held = hold(&writer);
    let queued = queue(&writer, note(1));
    // Where `stop` puts it: behind what is queued, while the batch still has room.
    writer.queue.send(Message::Stop).unwrap();
    let late = queue(&writer, note(2));
    assert_eq!(held.release(), Ok(0));
    assert_eq!(answer(&queued), Ok(1));
    assert_eq!(answer(&late), Err(Error::Stopping));
    assert_eq!(
        writer.ended().recv_timeout(PATIENCE),
        Err(crossbeam_channel::RecvTimeoutError::Disconnected)
    );
    in_time(move || writer.stop());
    assert_eq!(file.notes(), [1]);
}

#[test]
fn dropping_the_writer_finishes_what_is_queued() {
    let file = File::new();
    let writer = file.writer(limits(16, 16));
    let held = hold(&writer);
    let queued = queue(&writer, note(1));
    assert_eq!(held.release(), Ok(0));
    in_time(move || drop(writer));
    assert_eq!(answer(&queued), Ok(1));
    assert_eq!(file.notes(), [1]);
}

/// One batch of a success, a refusal and `last`, whose COMMIT shall fail.
fn assert_doubt(
    file: &File,
    writer: &Arc<Writer>,
    last: impl FnOnce(&Transaction<'_>) -> Result<i64, Failure> + Send + 'static,
) {
    let held = hold(writer);
    let written = queue(writer, note(1));
    let refused = queue(writer, |_| Err(Error::CampaignNotFound.into()));
    let last = queue(writer, last);
    assert_eq!(held.release(), Err(Error::OutcomeUnknown));
    assert_eq!(answer(&written), Err(Error::OutcomeUnknown));
    assert_eq!(
        answer(&refused),
        Err(Error::CampaignNotFound),
        "a refusal stands"
    );
    assert_eq!(answer(&last), Err(Error::OutcomeUnknown));
    assert_eq!(
        writer.ended().recv_timeout(PATIENCE),
        Err(crossbeam_channel::RecvTimeoutError::Disconnected)
    );
    assert!(writer.failed());
    assert_eq!(writer.call(note(9)), Err(Error::Stopping));
    let stopped = Arc::clone(writer);
    in_time(move || stopped.stop());
    assert_eq!(file.notes(), [0; 0]);
}

#[test]
fn a_failed_commit_leaves_the_outcome_unknown_and_ends_the_writer() {
    let file = File::new();
    let writer = file.writer_with(limits(16, 16), |connection| {
        connection.commit_hook(Some(|| true)).unwrap();
    });
    assert_doubt(&file, &Arc::new(writer), note(2));
}

#[test]
fn a_commit_that_a_constraint_refuses_leaves_the_outcome_unknown_too() {
    let file = File::new();
    let writer = Arc::new(file.writer(limits(16, 16)));
    // Nothing looks at this reference before COMMIT, and then the transaction stays open.
    assert_doubt(&file, &writer, |transaction| {
        let sql = "INSERT INTO replies VALUES (1, 77)";
        transaction
            .connection
            .execute(sql, [])
            .map_err(StoreError::from)?;
        Ok(2)
    });
}

#[test]
fn what_waits_behind_a_failed_commit_is_refused_not_left_waiting() {
    let file = File::new();
    let writer = file.writer_with(limits(16, 2), |connection| {
        connection.commit_hook(Some(|| true)).unwrap();
    });
    let held = hold(&writer);
    let in_batch = queue(&writer, note(1));
    let behind = queue(&writer, note(2));
    assert_eq!(held.release(), Err(Error::OutcomeUnknown));
    assert_eq!(answer(&in_batch), Err(Error::OutcomeUnknown));
    assert_eq!(answer(&behind), Err(Error::Stopping));
    assert_eq!(file.notes(), [0; 0]);
}

#[test]
fn a_transaction_that_is_lost_is_answered_to_all_its_companions_and_stored_for_none() {
    let file = File::new();
    let writer = file.writer(limits(16, 16));
    let held = hold(&writer);
    let before = queue(&writer, note(1));
    let refused = queue(&writer, |_| Err(Error::CampaignNotFound.into()));
    // SQLite does the same of its own accord when the disk or the memory is full.
    let lost = queue(&writer, |transaction| {
        transaction
            .connection
            .execute_batch("ROLLBACK")
            .map_err(StoreError::from)?;
        Ok(2)
    });
    let after = queue(&writer, note(3));
    assert_eq!(held.release(), Err(Error::Internal));
    assert_eq!(answer(&before), Err(Error::Internal));
    assert_eq!(answer(&refused), Err(Error::CampaignNotFound));
    assert_eq!(answer(&lost), Err(Error::Internal));
    assert_eq!(answer(&after), Ok(3), "the next batch has its own");
    assert_eq!(file.notes(), [3]);
    assert!(!writer.failed());
}

#[test]
fn operations_in_a_sequence_share_a_commit_and_none_behind_one_that_fails_counts() {
    type Work = Box<dyn FnOnce(&Transaction<'_>) -> Result<i64, Failure> + Send>;
    let failing: [fn() -> Work; 3] = [
        || Box::new(|_| Err(Error::CampaignNotFound.into())),
        || Box::new(|_| panic!("on purpose")),
        // What came before it in its transaction is lost with it.
        || {
            Box::new(|transaction| {
                let rollback = transaction.connection.execute_batch("ROLLBACK");
                rollback.map_err(StoreError::from)?;
                Ok(3)
            })
        },
    ];
    for (failing, stored) in failing.into_iter().zip([vec![1, 2], vec![1, 2], vec![]]) {
        let file = File::new();
        let writer = file.writer(limits(16, 16));
        let mut sequence = Sequence::new(&writer, 8, PATIENCE);
        let held = hold(&writer);
        let works: [Work; 5] = [
            Box::new(note(1)),
            Box::new(note(2)),
            failing(),
            Box::new(note(4)),
            Box::new(note(5)),
        ];
        for work in works {
            assert_eq!(sequence.push(work), Ok(None), "nothing is waited for yet");
        }
        let is_lost = held.release().is_err();
        assert_eq!(is_lost, stored.is_empty());
        for number in [1, 2] {
            let expected = if is_lost {
                Err(Error::Internal)
            } else {
                Ok(Some(number))
            };
            assert_eq!(sequence.finish_first(), expected);
        }
        assert!(sequence.finish_first().is_err(), "the one that fails");
        for _behind in [4, 5] {
            assert_eq!(sequence.finish_first(), Err(Error::Internal));
        }
        assert_eq!(sequence.finish_first(), Ok(None));
        assert_eq!(file.notes(), stored);
    }
}

/// The commits that the held operation and `operations` more cost.
fn commits_of(operations: i64, batch: usize) -> usize {
    let file = File::new();
    let commits = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&commits);
    let writer = file.writer_with(limits(64, batch), |connection| {
        connection
            .commit_hook(Some(move || {
                counter.fetch_add(1, Ordering::SeqCst);
                false
            }))
            .unwrap();
    });
    let held = hold(&writer);
    let queued: Vec<_> = (1..=operations)
        .map(|number| queue(&writer, note(number)))
        .collect();
    assert_eq!(held.release(), Ok(0));
    for (outcome, number) in queued.iter().zip(1..) {
        assert_eq!(answer(outcome), Ok(number));
    }
    commits.load(Ordering::SeqCst)
}

#[test]
fn what_is_queued_shares_one_commit_up_to_the_bound_of_a_batch() {
    assert_eq!(commits_of(31, 64), 1);
    assert_eq!(commits_of(31, 32), 1);
    assert_eq!(commits_of(31, 8), 4);
    assert_eq!(commits_of(3, 1), 4);
}

#[test]
fn a_batch_in_which_everything_is_refused_commits_nothing() {
    let file = File::new();
    let writer = file.writer_with(limits(16, 16), |connection| {
        connection
            .commit_hook(Some(|| panic!("there is nothing to commit")))
            .unwrap();
    });
    let refused = queue(&writer, |transaction| {
        insert(transaction, 1)?;
        Err(Error::CampaignNotFound.into())
    });
    assert_eq!(answer(&refused), Err(Error::CampaignNotFound));
    in_time(move || writer.stop());
    assert_eq!(file.notes(), [0; 0]);
}

#[test]
fn operations_of_a_batch_are_run_in_the_order_of_the_queue_and_see_each_other() {
    let file = File::new();
    let writer = file.writer(limits(64, 64));
    let held = hold(&writer);
    let (order, ran) = unbounded();
    let queued: Vec<_> = (1..=20_i64)
        .map(|number| {
            let order = order.clone();
            queue(&writer, move |transaction| {
                order.send(number).unwrap();
                insert(transaction, number)?;
                let sql = "SELECT count(*) FROM notes";
                let count = transaction.connection.query_row(sql, [], |row| row.get(0));
                Ok(count.map_err(StoreError::from)?)
            })
        })
        .collect();
    assert_eq!(held.release(), Ok(0));
    for (outcome, count) in queued.iter().zip(1..) {
        assert_eq!(answer(outcome), Ok(count));
    }
    assert_eq!(
        ran.try_iter().collect::<Vec<_>>(),
        (1..=20).collect::<Vec<_>>()
    );
}

#[test]
fn a_file_that_another_process_holds_is_answered_as_overloaded_and_recovers() {
    let file = File::new();
    let writer = file.writer_with(limits(16, 16), |connection| {
        connection.busy_timeout(Duration::ZERO).unwrap();
    });
    let other = Connection::open(&file.path).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    assert_eq!(writer.call(note(1)), Err(Error::Overloaded));
    other.execute_batch("ROLLBACK").unwrap();
    assert_eq!(writer.call(note(2)), Ok(2));
    assert_eq!(file.notes(), [2]);
    assert!(!writer.failed());
}
