//! Whether the clock is believed, in plain numbers: milliseconds since it was made.

use sambatan::domain::audit::{AuditEventKind as Kind, Metadata};
use sambatan::domain::time::Timestamp;

use super::Model;

const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// What is known of the clock.
#[derive(Clone)]
pub(crate) struct ModelClock {
    /// How long it has run.
    pub(crate) ran: i64,
    /// What it showed and how long it had run when it was believed last.
    believed: (Timestamp, i64),
    may_be_ahead: i64,
    /// The same of when it was last set.
    set: (Timestamp, i64),
    /// Until when it was believed, as the file says.
    in_file: Option<Timestamp>,
}

/// What may be done.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct May {
    pub(crate) settle: bool,
    pub(crate) erase: bool,
}

impl ModelClock {
    pub(crate) const fn at(now: Timestamp) -> Self {
        Self {
            ran: 0,
            believed: (now, 0),
            may_be_ahead: 15 * MINUTE,
            set: (now, 0),
            in_file: None,
        }
    }

    fn beyond(&self, (shown, ran): (Timestamp, i64), now: Timestamp) -> i64 {
        now.since(shown).num_milliseconds() - (self.ran - ran)
    }
}

impl Model {
    /// A service comes back over the file.
    pub(crate) fn start_clock(&mut self) {
        let known = self.clock.in_file;
        let event = self.events.last().map(|event| event.timestamp);
        let latest = match (known, event) {
            (Some(known), Some(event)) => {
                let days = event.since(known).num_milliseconds();
                Some(if (0..=183 * DAY).contains(&days) {
                    event
                } else {
                    known
                })
            }
            (one, other) => one.or(other),
        };
        let may_be_ahead = if latest.is_some() {
            183 * DAY
        } else {
            15 * MINUTE
        };
        self.clock = ModelClock {
            believed: (latest.unwrap_or(self.now), self.clock.ran),
            may_be_ahead,
            set: (self.now, self.clock.ran),
            ..self.clock
        };
    }

    /// What may be done now that somebody looks at the clock.
    pub(crate) fn look_at_clock(&mut self) -> May {
        let now = self.now;
        let clock = &mut self.clock;
        if clock.beyond(clock.set, now).abs() > MINUTE {
            clock.set = (now, clock.ran);
        }
        let since_set = clock.ran - clock.set.1;
        let ahead = clock.beyond(clock.believed, now);
        let is_near = ahead <= clock.may_be_ahead && ahead >= -DAY;
        if is_near && since_set >= 10 * MINUTE || since_set >= DAY {
            clock.believed = (now, clock.ran);
            clock.may_be_ahead = 15 * MINUTE;
        }
        let erase = is_near || since_set >= DAY;
        May {
            settle: erase || ahead < 0 || since_set >= 10 * MINUTE,
            erase,
        }
    }

    /// A sweep tells the file.
    pub(crate) fn note_clock(&mut self, may: May) {
        let clock = &mut self.clock;
        let known = clock.in_file;
        if !may.erase {
            clock.in_file = known.or(Some(clock.believed.0));
            return;
        }
        let is_old = |known: Timestamp| self.now.since(known).num_milliseconds().abs() >= HOUR;
        if known.is_none_or(is_old) && clock.ran - clock.set.1 >= 10 * MINUTE {
            clock.in_file = Some(self.now);
        }
    }

    pub(crate) fn confirm_clock(&mut self) {
        if self.look_at_clock().erase {
            return;
        }
        self.note(None, Kind::ClockConfirmed, Metadata::new());
        self.clock.in_file = Some(self.now);
        self.clock.believed = (self.now, self.clock.ran);
        self.clock.may_be_ahead = 15 * MINUTE;
    }
}
