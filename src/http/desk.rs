//! The desk where an exchange waits for the writer, so that no worker has to.
//!
//! A worker leaves what must be answered and gets a [`Ticket`], which travels with the operation. When the
//! operation has been committed the ticket is settled, on the writer's thread and in a few instructions,
//! and the [`Clerk`], one thread, takes up what was left there and answers it. Knows nothing of HTTP.
//!
//! What is left is taken up exactly once: with what its ticket was settled with; without, when the ticket
//! was dropped; or without, when it has waited for too long, and what becomes of the ticket later is
//! ignored then. So much can wait at one time and no more.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Opens a desk where so much can wait, each for so long.
pub(crate) fn open<Left, Outcome>(
    capacity: usize,
    patience: Duration,
) -> (Desk<Left, Outcome>, Clerk<Left, Outcome>) {
    let shared = Arc::new(Shared {
        capacity,
        state: Mutex::new(State {
            waiting: BTreeMap::new(),
            settled: VecDeque::new(),
            next_ticket: 0,
            clerk_sleeps: false,
            closed: false,
        }),
        changed: Condvar::new(),
    });
    let clerk = Clerk {
        shared: Arc::clone(&shared),
        patience,
        at_hand: VecDeque::new(),
    };
    (Desk(shared), clerk)
}

/// The workers' side.
pub(crate) struct Desk<Left, Outcome>(Arc<Shared<Left, Outcome>>);

/// Stands for what was left.
pub(crate) struct Ticket<Left, Outcome> {
    number: u64,
    /// None once it is settled.
    desk: Option<Arc<Shared<Left, Outcome>>>,
}

/// The answering thread's side.
pub(crate) struct Clerk<Left, Outcome> {
    shared: Arc<Shared<Left, Outcome>>,
    patience: Duration,
    /// Taken from the desk, not yet handed out.
    at_hand: VecDeque<(Left, Option<Outcome>)>,
}

struct Shared<Left, Outcome> {
    capacity: usize,
    state: Mutex<State<Left, Outcome>>,
    changed: Condvar,
}

struct State<Left, Outcome> {
    /// By ticket, so the first has waited longest.
    waiting: BTreeMap<u64, (Instant, Left)>,
    settled: VecDeque<(Left, Option<Outcome>)>,
    next_ticket: u64,
    clerk_sleeps: bool,
    closed: bool,
}

impl<Left, Outcome> Desk<Left, Outcome> {
    /// Leaves something.
    ///
    /// # Errors
    /// Gives it back when too much waits already, or the desk is closed.
    pub(crate) fn leave(&self, left: Left) -> Result<Ticket<Left, Outcome>, Left> {
        let mut state = self.0.lock();
        if state.closed || state.waiting.len() + state.settled.len() >= self.0.capacity {
            return Err(left);
        }
        let number = state.next_ticket;
        state.next_ticket += 1;
        state.waiting.insert(number, (Instant::now(), left));
        Ok(Ticket {
            number,
            desk: Some(Arc::clone(&self.0)),
        })
    }

    /// Takes nothing more; the clerk's work ends with what waits now.
    pub(crate) fn close(&self) {
        self.0.lock().closed = true;
        self.0.changed.notify_one();
    }
}

impl<Left, Outcome> Ticket<Left, Outcome> {
    /// Has what was left taken up, with this. Waits for nobody.
    pub(crate) fn settle(mut self, outcome: Outcome) {
        if let Some(desk) = self.desk.take() {
            desk.settle(self.number, Some(outcome));
        }
    }
}

impl<Left, Outcome> Drop for Ticket<Left, Outcome> {
    fn drop(&mut self) {
        if let Some(desk) = self.desk.take() {
            desk.settle(self.number, None);
        }
    }
}

impl<Left, Outcome> Clerk<Left, Outcome> {
    /// What is to be answered next, and with what. Sleeps until there is something; `None` when the desk is
    /// closed and nothing waits.
    pub(crate) fn next(&mut self) -> Option<(Left, Option<Outcome>)> {
        if self.at_hand.is_empty() {
            self.fetch();
        }
        self.at_hand.pop_front()
    }

    fn fetch(&mut self) {
        let mut state = self.shared.lock();
        loop {
            let nap = state.give_up(self.patience);
            if !state.settled.is_empty() {
                std::mem::swap(&mut self.at_hand, &mut state.settled);
                return;
            }
            if state.closed && state.waiting.is_empty() {
                return;
            }
            state.clerk_sleeps = true;
            let waited = self.shared.changed.wait_timeout(state, nap);
            state = waited.unwrap_or_else(PoisonError::into_inner).0;
            state.clerk_sleeps = false;
        }
    }
}

impl<Left, Outcome> Shared<Left, Outcome> {
    fn lock(&self) -> MutexGuard<'_, State<Left, Outcome>> {
        // Nothing that is done under the lock can panic half way.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn settle(&self, ticket: u64, outcome: Option<Outcome>) {
        let mut state = self.lock();
        let Some((_, left)) = state.waiting.remove(&ticket) else {
            return;
        };
        state.settled.push_back((left, outcome));
        // Waking is a system call; a clerk at work looks by itself.
        if std::mem::take(&mut state.clerk_sleeps) {
            drop(state);
            self.changed.notify_one();
        }
    }
}

impl<Left, Outcome> State<Left, Outcome> {
    /// Settles what has waited for too long without an outcome, and says for how long nothing else will
    /// have.
    fn give_up(&mut self, patience: Duration) -> Duration {
        while let Some(first) = self.waiting.first_entry() {
            let left = patience.saturating_sub(first.get().0.elapsed());
            if left > Duration::ZERO {
                return left;
            }
            let (_, left) = first.remove();
            self.settled.push_back((left, None));
        }
        patience
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// No test waits for so long.
    const LONG: Duration = Duration::from_secs(60);

    #[test]
    fn what_was_left_is_taken_up_once_with_what_its_ticket_was_settled_with() {
        let (desk, mut clerk) = open(8, LONG);
        let first = desk.leave("first").unwrap();
        let second = desk.leave("second").unwrap();
        let third = desk.leave("third").unwrap();
        second.settle(2);
        drop(third);
        first.settle(1);
        desk.close();
        assert_eq!(clerk.next(), Some(("second", Some(2))));
        assert_eq!(clerk.next(), Some(("third", None)), "its ticket was lost");
        assert_eq!(clerk.next(), Some(("first", Some(1))));
        assert_eq!(clerk.next(), None);
    }

    #[test]
    fn what_waits_for_too_long_is_taken_up_without_an_outcome_and_never_again() {
        let (desk, mut clerk) = open(8, Duration::from_millis(1));
        let ticket = desk.leave("slow").unwrap();
        assert_eq!(clerk.next(), Some(("slow", None)));
        ticket.settle(1);
        desk.close();
        assert_eq!(clerk.next(), None);
    }

    #[test]
    fn a_full_desk_gives_back_what_it_can_not_hold_until_something_is_taken_up() {
        let (desk, mut clerk) = open(2, LONG);
        let first = desk.leave(1).unwrap();
        let _second = desk.leave(2).unwrap();
        assert_eq!(desk.leave(3).err(), Some(3));
        first.settle(());
        assert_eq!(desk.leave(3).err(), Some(3), "nobody has taken it up yet");
        assert_eq!(clerk.next(), Some((1, Some(()))));
        assert!(desk.leave(3).is_ok());
    }

    #[test]
    fn a_closed_desk_takes_nothing_and_its_clerk_goes_when_nothing_waits() {
        let (desk, mut clerk) = open(8, LONG);
        let ticket = desk.leave("last").unwrap();
        std::thread::scope(|scope| {
            let answered = scope.spawn(move || std::iter::from_fn(|| clerk.next()).count());
            desk.close();
            assert_eq!(desk.leave("late").err(), Some("late"));
            ticket.settle(());
            assert_eq!(answered.join().unwrap(), 1);
        });
        let (desk, mut clerk) = open::<(), ()>(8, LONG);
        std::thread::scope(|scope| {
            let answered = scope.spawn(move || clerk.next());
            desk.close();
            assert_eq!(answered.join().unwrap(), None);
        });
    }
}
