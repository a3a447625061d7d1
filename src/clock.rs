//! Where the time comes from: the system, or a clock that a test moves by hand.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use chrono::{TimeDelta, Utc};
use crossbeam_channel::{Receiver, Sender, after, bounded, never};

use crate::domain::clock_trust::Reading;
use crate::domain::time::Timestamp;

/// Tells the time.
#[derive(Debug, Clone, Default)]
pub enum Clock {
    /// The system's clock.
    #[default]
    System,
    /// A clock that stands still until it is moved.
    Manual(ManualClock),
}

/// The system's time can jump (a laptop sleeps, NTP corrects) and a wait on a monotonic timer does not
/// notice: no wait is longer than this, and then the time is read again.
const LONGEST_WAIT: Duration = Duration::from_secs(1);

impl Clock {
    /// The time now.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        match self {
            Self::System => Timestamp::new(Utc::now()).expect("the system's year has four digits"),
            Self::Manual(clock) => clock.now(),
        }
    }

    /// The time now, and how long the machine has run.
    pub(crate) fn reading(&self) -> Reading {
        match self {
            Self::System => Reading {
                elapsed: running_for(),
                wall: self.now(),
            },
            Self::Manual(clock) => clock.with(|manual| Reading {
                wall: manual.now,
                elapsed: manual.elapsed,
            }),
        }
    }

    /// A channel that gets a message when it may be `at`: read the time again then, it can be early.
    /// Without a time it never gets one.
    pub(crate) fn wake_at(&self, at: Option<Timestamp>) -> Receiver<Instant> {
        let Some(at) = at else { return never() };
        match self {
            Self::System => {
                let wait = at.since(self.now()).to_std().unwrap_or(Duration::ZERO);
                after(wait.min(LONGEST_WAIT))
            }
            Self::Manual(clock) => clock.wake_at(at),
        }
    }
}

/// By a clock that nobody sets and that goes on while the machine sleeps.
fn running_for() -> TimeDelta {
    use rustix::time::{ClockId, clock_gettime};
    #[cfg(target_os = "linux")]
    let clock = ClockId::Boottime;
    #[cfg(not(target_os = "linux"))]
    let clock = ClockId::Monotonic;
    let time = clock_gettime(clock);
    TimeDelta::seconds(time.tv_sec)
}

/// A clock that a test moves by hand. Clones are the same clock.
#[derive(Debug, Clone)]
pub struct ManualClock {
    shared: Arc<Mutex<Manual>>,
}

#[derive(Debug)]
struct Manual {
    now: Timestamp,
    /// How long it has run, as a clock that nobody sets would have it.
    elapsed: TimeDelta,
    sleepers: Vec<(Timestamp, Sender<Instant>)>,
}

impl ManualClock {
    /// Who sleeps asks again after each wake, so the oldest of so many has long stopped listening.
    const MAX_SLEEPERS: usize = 64;

    /// A clock that stands at `now`.
    #[must_use]
    pub fn at(now: Timestamp) -> Self {
        Self {
            shared: Arc::new(Mutex::new(Manual {
                now,
                elapsed: TimeDelta::zero(),
                sleepers: Vec::new(),
            })),
        }
    }

    /// The time it shows.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.with(|manual| manual.now)
    }

    /// Lets so much time pass, and wakes whoever slept until then. Backwards it is set back: no time passes.
    pub fn advance(&self, delta: TimeDelta) {
        self.set(self.now().saturating_add(delta));
    }

    /// Lets time pass until `now`, as [`Self::advance`].
    pub fn set(&self, now: Timestamp) {
        let passed = now.since(self.now()).max(TimeDelta::zero());
        self.show(now, passed);
    }

    /// Sets it ahead or back by `delta` without any time passing, as somebody does who sets a clock wrong.
    pub fn step(&self, delta: TimeDelta) {
        self.show(self.now().saturating_add(delta), TimeDelta::zero());
    }

    fn show(&self, now: Timestamp, passed: TimeDelta) {
        self.with(|manual| {
            manual.now = now;
            manual.elapsed += passed;
            manual.sleepers.retain(|(at, sleeper)| {
                let due = *at <= now;
                if due {
                    // One that no longer listens needs no message.
                    let _ = sleeper.try_send(Instant::now());
                }
                !due
            });
        });
    }

    fn wake_at(&self, at: Timestamp) -> Receiver<Instant> {
        let (sleeper, receiver) = bounded(1);
        self.with(|manual| {
            if at <= manual.now {
                let _ = sleeper.try_send(Instant::now());
                return;
            }
            if manual.sleepers.len() == Self::MAX_SLEEPERS {
                manual.sleepers.remove(0);
            }
            manual.sleepers.push((at, sleeper));
        });
        receiver
    }

    fn with<T>(&self, action: impl FnOnce(&mut Manual) -> T) -> T {
        // A panic elsewhere leaves the time as it was: still a time.
        action(&mut self.shared.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_manual_clock_wakes_sleepers_when_their_time_has_come() {
        let start: Timestamp = "2025-10-01T00:00:00Z".parse().unwrap();
        let manual = ManualClock::at(start);
        let clock = Clock::Manual(manual.clone());
        let wake = clock.wake_at(Some(start.saturating_add(TimeDelta::minutes(5))));
        manual.advance(TimeDelta::minutes(4));
        assert!(wake.try_recv().is_err());
        manual.advance(TimeDelta::minutes(1));
        assert!(wake.try_recv().is_ok());
        assert!(
            clock.wake_at(Some(start)).try_recv().is_ok(),
            "a time that has passed wakes at once"
        );
    }
}
