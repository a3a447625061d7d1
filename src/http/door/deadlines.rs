//! What happens to a connection whose time is up.
//!
//! Each deadline says something else: a client in the middle of a request is told, one that idles
//! or does not take its answer is closed, and one that waits for the application hears that the
//! application is late.

use super::client::{Phase, Stage};
use super::event_loop::EventLoop;
use super::refusal::Refusal;
use super::stats::add_one;
use super::vet::Refused;

impl EventLoop {
    /// Ends the phase of every connection whose deadline has passed.
    pub(super) fn expire(&mut self) {
        for slot in self.crowd.take_due(self.now) {
            let Some(client) = self.crowd.get(slot) else {
                continue;
            };
            match client.phase {
                Phase::Reading(Stage::Idle) | Phase::Writing => {
                    add_one(&self.stats.timed_out);
                    self.crowd.close(slot);
                }
                Phase::Lingering => self.crowd.close(slot),
                Phase::Relaying(_) => {
                    add_one(&self.stats.timed_out);
                    // Its upstream connection is given up with those of all that have gone.
                    self.crowd.close(slot);
                }
                Phase::Reading(stage) => {
                    let refusal = match stage {
                        Stage::Body => Refusal::BodyTimeout,
                        _ => Refusal::HeadTimeout,
                    };
                    let traits = client.intake.traits();
                    self.refuse(slot, Refused { refusal, traits });
                    self.pump(slot);
                }
                Phase::Queued => {
                    let traits = client.traits;
                    self.queue.retain(|queued| *queued != slot);
                    self.refuse(
                        slot,
                        Refused {
                            refusal: Refusal::ApplicationBusy,
                            traits,
                        },
                    );
                    self.pump(slot);
                }
                Phase::InFlight(upstream) => {
                    let traits = client.traits;
                    // The answer may still come; on a closed connection it can reach nobody else.
                    self.pool.lose(upstream, self.now);
                    self.refuse(
                        slot,
                        Refused {
                            refusal: Refusal::ApplicationTimeout,
                            traits,
                        },
                    );
                    self.pump(slot);
                }
            }
        }
    }
}
