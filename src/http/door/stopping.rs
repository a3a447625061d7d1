//! The orderly end: nobody new, nothing half done.
//!
//! A request is begun when all of it is here. What is begun gets its full answer, with
//! `Connection: close`; what is not is told so, or its connection is closed without a word if it
//! has not sent a byte.

use std::sync::Mutex;
use std::time::{Duration, Instant};

use mio::Waker;

use super::client::Phase;
use super::event_loop::EventLoop;
use super::refusal::Refusal;
use super::vet::Refused;

/// How another thread asks the door to stop.
#[derive(Debug)]
pub(super) struct StopSignal {
    by: Mutex<Option<Instant>>,
    waker: Waker,
}

impl StopSignal {
    pub(super) fn new(waker: Waker) -> StopSignal {
        StopSignal {
            by: Mutex::new(None),
            waker,
        }
    }

    /// Asks for the stop, complete at `by` at the latest.
    pub(super) fn ask(&self, by: Instant) {
        *self
            .by
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner) = Some(by);
        if let Err(error) = self.waker.wake() {
            log::error!("the door could not be woken to stop: {error}");
        }
    }

    fn asked(&self) -> Option<Instant> {
        *self
            .by
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

/// A stop under way.
#[derive(Debug)]
pub(super) struct Stopping {
    /// When it must be over.
    pub(super) by: Instant,
}

impl Stopping {
    /// Clients have this long to close after their last answer; the process wants to end.
    pub(super) const LINGER: Duration = Duration::from_millis(250);
}

impl EventLoop {
    /// Stops accepting, closes who idles, and tells who is in the middle of a request.
    pub(super) fn begin_stop(&mut self) {
        let Some(by) = self.stop.asked() else {
            return;
        };
        if self.stopping.is_some() {
            return;
        }
        self.stopping = Some(Stopping { by });
        self.accepting.stop();
        let slots: Vec<usize> = self.crowd.iter().map(|(slot, _)| slot).collect();
        for slot in slots {
            let Some(client) = self.crowd.get(slot) else {
                continue;
            };
            match client.phase {
                Phase::Reading(_) if client.intake.has_begun() => {
                    let traits = client.intake.traits();
                    self.refuse(
                        slot,
                        Refused {
                            refusal: Refusal::ShuttingDown,
                            traits,
                        },
                    );
                    self.pump(slot);
                }
                Phase::Reading(_) => self.crowd.close(slot),
                Phase::Lingering => {
                    let deadline = client.deadline.min(self.now + Stopping::LINGER);
                    self.crowd.set_deadline(slot, deadline);
                }
                Phase::Queued | Phase::InFlight(_) | Phase::Relaying(_) | Phase::Writing => {}
            }
        }
    }

    /// When the stop is complete: how many requests had to be given up.
    pub(super) fn progress_of_stop(&self) -> Option<usize> {
        let stopping = self.stopping.as_ref()?;
        if !self.crowd.is_empty() && self.now < stopping.by {
            return None;
        }
        let unanswered = |phase| !matches!(phase, Phase::Reading(_) | Phase::Lingering);
        Some(
            self.crowd
                .iter()
                .filter(|(_, client)| unanswered(client.phase))
                .count(),
        )
    }
}
