//! Operations that follow each other: a few are on their way at once, so that they share a commit, and yet
//! none of them counts when one before it does not.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use crate::domain::error::Error;
use crate::writer::reply::{self, Awaited};
use crate::writer::{Failure, Transaction, Writer};

/// The operations of one caller, in their order.
pub(crate) struct Sequence<'a, T> {
    writer: &'a Writer,
    at_once: usize,
    patience: Duration,
    under_way: VecDeque<Awaited<Result<T, Error>>>,
    /// Set where the writer runs the operations and replies, so by one thread alone.
    is_broken: Arc<AtomicBool>,
}

impl<'a, T: Send + 'static> Sequence<'a, T> {
    /// Operations of which fewer than `at_once` are left under way, and none is waited for longer than
    /// `patience`, nor is room in the queue: for work that must not give way to clients.
    pub(crate) fn new(writer: &'a Writer, at_once: usize, patience: Duration) -> Self {
        Self {
            writer,
            at_once,
            patience,
            under_way: VecDeque::with_capacity(at_once),
            is_broken: Arc::default(),
        }
    }

    /// Queues an operation behind the others. With as many as may be under way it waits for the first of
    /// them and answers what that found.
    ///
    /// # Errors
    /// As [`Writer::call_within`], of this operation or of the first. Those behind one that failed change
    /// nothing.
    pub(crate) fn push(
        &mut self,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, Failure> + Send + 'static,
    ) -> Result<Option<T>, Error> {
        let (replier, outcome) = reply::reply();
        let (before, after) = (Arc::clone(&self.is_broken), Arc::clone(&self.is_broken));
        self.writer.submit_within(
            self.patience,
            move |transaction| {
                // It stays broken when the work fails or panics.
                if before.swap(true, Ordering::AcqRel) {
                    return Err(Error::Internal.into());
                }
                let found = work(transaction)?;
                before.store(false, Ordering::Release);
                Ok(found)
            },
            move |found| {
                // What succeeded may be lost with its transaction.
                if found.is_err() {
                    after.store(true, Ordering::Release);
                }
                replier.send(found);
            },
        )?;
        self.under_way.push_back(outcome);
        if self.under_way.len() < self.at_once {
            return Ok(None);
        }
        self.finish_first()
    }

    /// Waits for the first operation under way; none when nothing is.
    ///
    /// # Errors
    /// As [`Writer::call_within`].
    pub(crate) fn finish_first(&mut self) -> Result<Option<T>, Error> {
        let Some(first) = self.under_way.pop_front() else {
            return Ok(None);
        };
        let found = first.wait(self.patience);
        found.unwrap_or(Err(Error::OutcomeUnknown)).map(Some)
    }
}
