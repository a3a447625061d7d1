//! The clock as the service goes by it: looked at before anything is settled or erased.

use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::clock::Clock;
use crate::domain::clock_trust::{Belief, ClockTrust};
use crate::domain::time::Timestamp;
use crate::service::Sambatan;

/// A clock and what is known of it.
#[derive(Debug)]
pub(crate) struct ClockWatch {
    clock: Clock,
    /// What is known, and what was found last, so that the log says each change once.
    known: Mutex<(ClockTrust, bool)>,
}

impl ClockWatch {
    /// At the start; `latest` is the latest time in the file, if there is one. A clock that is moved by hand
    /// is believed where it stands.
    pub(super) fn start(clock: Clock, latest: Option<Timestamp>) -> Self {
        let latest = latest.filter(|_| matches!(clock, Clock::System));
        let trust = ClockTrust::start(clock.reading(), latest);
        Self {
            clock,
            known: Mutex::new((trust, false)),
        }
    }

    /// Looks at the clock.
    pub(crate) fn look(&self) -> Belief {
        let mut known = self.lock();
        let belief = known.0.look(self.clock.reading());
        let was_suspect = std::mem::replace(&mut known.1, belief.is_suspect());
        drop(known);
        match belief {
            Belief::Suspect { ahead, .. } if !was_suspect => log::warn!(
                "clock_suspect: the clock is {} hours ahead of what is believable. Until it has gone on evenly for a while, or the organiser confirms it, no campaign is settled and nothing is erased",
                ahead.num_hours()
            ),
            Belief::Believed if was_suspect => log::info!("the clock is believed again"),
            _ => {}
        }
        belief
    }

    fn believe(&self) {
        self.lock().0.believe(self.clock.reading());
    }

    fn lock(&self) -> MutexGuard<'_, (ClockTrust, bool)> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Sambatan {
    /// Whether the time is believed. While it is not, no campaign is settled and nothing is erased.
    #[must_use]
    pub fn clock_belief(&self) -> Belief {
        self.core.watch.look()
    }

    /// Says that the clock is right, and has the scheduler do what falls due by it.
    pub fn confirm_clock(&self) {
        self.core.watch.believe();
        log::info!("the organiser confirmed the clock: {}", self.now());
        self.core.wake_scheduler();
    }
}
