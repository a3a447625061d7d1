//! The clock as the service goes by it: looked at before anything is settled or erased.

use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::clock::Clock;
use crate::domain::audit::{AuditEventKind, Metadata, NewAuditEvent};
use crate::domain::clock_trust::{Belief, ClockTrust, TimesInFile};
use crate::domain::error::Error;
use crate::domain::time::Timestamp;
use crate::service::{Core, Sambatan};
use crate::store::{Connection, StoreError, audit, installation};

/// A clock and what is known of it.
#[derive(Debug)]
pub(crate) struct ClockWatch {
    clock: Clock,
    known: Mutex<Known>,
    #[cfg(feature = "broken-variants")]
    believes_all: bool,
}

#[derive(Debug)]
struct Known {
    trust: ClockTrust,
    /// What was found last, so that the log says each change once.
    was_suspect: bool,
}

/// What a file says about the time.
///
/// # Errors
/// What SQLite says.
pub(super) fn times_in_file(connection: &Connection) -> Result<TimesInFile, StoreError> {
    Ok(TimesInFile {
        believed: installation::clock_believed_at(connection)?,
        last_event: audit::log_end(connection)?.map(|end| end.timestamp),
    })
}

impl ClockWatch {
    /// At the start.
    pub(super) fn start(clock: Clock, file: TimesInFile) -> Self {
        let trust = ClockTrust::start(clock.reading(), file);
        Self {
            clock,
            known: Mutex::new(Known {
                trust,
                was_suspect: false,
            }),
            #[cfg(feature = "broken-variants")]
            believes_all: false,
        }
    }

    #[cfg(feature = "broken-variants")]
    pub(super) const fn believing_all(mut self, believes_all: bool) -> Self {
        self.believes_all = believes_all;
        self
    }

    /// Looks at the clock.
    pub(crate) fn look(&self) -> Belief {
        #[cfg(feature = "broken-variants")]
        if self.believes_all {
            return Belief::Believed;
        }
        let mut known = self.lock();
        let belief = known.trust.look(self.clock.reading());
        let was_suspect = std::mem::replace(&mut known.was_suspect, belief.is_suspect());
        drop(known);
        match belief {
            Belief::Suspect { ahead, .. } if !was_suspect => log::warn!(
                "clock_suspect: the clock is {} hours {} what is believable. Until it has gone on evenly for a while, or the organiser confirms it, {}",
                ahead.num_hours().abs(),
                if belief.lets_settle() {
                    "behind"
                } else {
                    "ahead of"
                },
                if belief.lets_settle() {
                    "nothing is erased"
                } else {
                    "no campaign is settled and nothing is erased"
                },
            ),
            Belief::Believed if was_suspect => log::info!("the clock is believed again"),
            _ => {}
        }
        belief
    }

    /// Whether campaigns may be settled as of `now`, a time that was read before.
    pub(super) fn lets_settle_at(&self, now: Timestamp) -> bool {
        // The clock may have been set since: then it is the other time that is looked at.
        self.look().lets_settle() && self.clock.now() >= now
    }

    /// Whether anything may be erased as of `now`, a time that was read before.
    pub(super) fn lets_erase_at(&self, now: Timestamp) -> bool {
        self.look().lets_erase() && self.clock.now() >= now
    }

    fn believe(&self) {
        self.lock().trust.believe(self.clock.reading());
    }

    fn to_note(&self) -> Option<Timestamp> {
        self.lock().trust.to_note(self.clock.reading())
    }

    fn lock(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Core {
    /// Has the file learn until when the clock was believed, so that the next start knows how long nothing ran.
    ///
    /// # Errors
    /// What every write can answer.
    pub(super) fn note_clock(&self) -> Result<(), Error> {
        let Some(at) = self.watch.to_note() else {
            return Ok(());
        };
        self.writer.call(move |transaction| {
            installation::note_clock_believed(transaction.connection, at)?;
            Ok(())
        })?;
        self.watch.lock().trust.noted(at);
        Ok(())
    }
}

impl Sambatan {
    /// Whether the time is believed. While it is not, no campaign is settled and nothing is erased.
    #[must_use]
    pub fn clock_belief(&self) -> Belief {
        self.core.watch.look()
    }

    /// The organiser says that the clock is right: what falls due by it is done. Of a clock that is believed
    /// anyway it changes nothing.
    ///
    /// # Errors
    /// What every write can answer.
    pub fn confirm_clock(&self) -> Result<(), Error> {
        if !self.clock_belief().is_suspect() {
            return Ok(());
        }
        self.core.writer.call(|transaction| {
            let now = transaction.now;
            installation::note_clock_believed(transaction.connection, now)?;
            transaction.append(NewAuditEvent {
                campaign_id: None,
                kind: AuditEventKind::ClockConfirmed,
                metadata: Metadata::new(),
                timestamp: now,
            })?;
            Ok(())
        })?;
        self.core.watch.believe();
        log::info!("the organiser confirmed the clock: {}", self.now());
        self.core.wake_scheduler();
        Ok(())
    }
}
