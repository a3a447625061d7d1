//! One reply from the writer's thread to a caller that sleeps until then.
//!
//! A channel would do, but its receiver first spins and yields for a while. With many callers on few
//! cores, each waiting for the storage, that spinning takes the very time that the others need.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Makes the two ends.
pub(super) fn reply<T>() -> (Replier<T>, Awaited<T>) {
    let shared = Arc::new(Shared {
        state: Mutex::new(State::Open),
        changed: Condvar::new(),
    });
    (Replier(Arc::clone(&shared)), Awaited(shared))
}

/// The end that replies, at most once.
pub(crate) struct Replier<T>(Arc<Shared<T>>);

/// The end that waits.
pub(super) struct Awaited<T>(Arc<Shared<T>>);

struct Shared<T> {
    state: Mutex<State<T>>,
    changed: Condvar,
}

enum State<T> {
    Open,
    Replied(T),
    /// The replier went away without a reply.
    Abandoned,
}

impl<T> Replier<T> {
    /// Replies.
    pub(crate) fn send(self, reply: T) {
        self.0.settle(State::Replied(reply));
    }
}

impl<T> Drop for Replier<T> {
    fn drop(&mut self) {
        self.0.settle(State::Abandoned);
    }
}

impl<T> Awaited<T> {
    /// The reply; `None` when it does not come in time or will never come.
    pub(super) fn wait(self, patience: Duration) -> Option<T> {
        let until = Instant::now() + patience;
        let mut state = self.0.lock();
        loop {
            match std::mem::replace(&mut *state, State::Open) {
                State::Replied(reply) => return Some(reply),
                State::Abandoned => return None,
                State::Open => {}
            }
            let left = until.checked_duration_since(Instant::now())?;
            let waited = self.0.changed.wait_timeout(state, left);
            state = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
    }
}

impl<T> Shared<T> {
    fn lock(&self) -> MutexGuard<'_, State<T>> {
        // Whoever panicked here left a whole value: it is replaced in one step.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The first state that is not open stays.
    fn settle(&self, settled: State<T>) {
        {
            let mut state = self.lock();
            if !matches!(*state, State::Open) {
                return;
            }
            *state = settled;
        }
        self.changed.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reply_arrives_once_and_its_absence_is_noticed() {
        let (replier, awaited) = reply();
        std::thread::scope(|scope| {
            scope.spawn(move || replier.send(7));
            assert_eq!(awaited.wait(Duration::from_secs(10)), Some(7));
        });
        let (replier, awaited) = reply::<i32>();
        drop(replier);
        assert_eq!(awaited.wait(Duration::from_secs(10)), None);
        let (_replier, awaited) = reply::<i32>();
        assert_eq!(awaited.wait(Duration::ZERO), None);
    }
}
