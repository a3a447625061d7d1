//! Whether the time is to be believed, before anything that can't be undone happens because of it.
//!
//! A machine without a clock of its own can start in another year and be right a minute later. Failing a
//! campaign or erasing what people typed is not undone then. So a time far beyond what is believable holds
//! both, until the clock has gone on evenly for a while or the organiser says that it is right. Believable is
//! what the monotonic clock makes of the last time that was believed, and at the start what a while of
//! downtime makes of the latest time in the file. Decides nothing else: people join and are refused by the
//! time that the clock shows, as ever.

use chrono::TimeDelta;

use crate::domain::time::Timestamp;

/// A step ahead of no more than this is like any other correction of a clock.
pub const SMALL_STEP: TimeDelta = TimeDelta::minutes(15);
/// So long may have passed since the latest time in the file at the start: a laptop was closed, a server moved.
pub const USUAL_DOWNTIME: TimeDelta = TimeDelta::days(31);
/// So long a clock that is ahead has to go on evenly before campaigns are settled by it: longer than a machine
/// takes to ask for the time after its start.
pub const BEFORE_TRANSITIONS: TimeDelta = TimeDelta::minutes(10);
/// So long before anything is erased by it. Nobody needs that in a hurry.
pub const BEFORE_ERASURES: TimeDelta = TimeDelta::hours(24);
/// How far a clock that goes on evenly may drift in that time.
const DRIFT: TimeDelta = TimeDelta::minutes(1);

/// The time that a clock shows, and how long the machine has run by the clock that nobody sets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reading {
    /// What the clock shows.
    pub wall: Timestamp,
    /// Since some moment before; never less than before. Goes on while the machine sleeps.
    pub elapsed: TimeDelta,
}

impl Reading {
    /// What the clock would show later if nobody set it.
    fn expected(self, elapsed: TimeDelta) -> Timestamp {
        self.wall.saturating_add(elapsed - self.elapsed)
    }
}

/// Whether the time is believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Belief {
    /// It is.
    Believed,
    /// It is far ahead of what is believable.
    Suspect {
        /// By how much.
        ahead: TimeDelta,
        /// How long campaigns are still not settled by it; none when they are again.
        transitions_in: Option<TimeDelta>,
        /// How long nothing is erased by it.
        erasures_in: TimeDelta,
    },
}

impl Belief {
    /// Whether something is held because of the time.
    #[must_use]
    pub const fn is_suspect(self) -> bool {
        matches!(self, Self::Suspect { .. })
    }

    /// Whether campaigns may be settled and what expired may be released.
    #[must_use]
    pub const fn lets_settle(self) -> bool {
        !matches!(
            self,
            Self::Suspect {
                transitions_in: Some(_),
                ..
            }
        )
    }

    /// Whether anything may be erased.
    #[must_use]
    pub const fn lets_erase(self) -> bool {
        !self.is_suspect()
    }
}

/// What is known of a clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClockTrust {
    /// What was believed last.
    believed: Reading,
    /// How far ahead of that it may be.
    slack: TimeDelta,
    /// Since when it has gone on evenly.
    even_since: Reading,
}

impl ClockTrust {
    /// At the start; `latest` is the latest time in the file, if there is one.
    #[must_use]
    pub fn start(now: Reading, latest: Option<Timestamp>) -> Self {
        let (wall, slack) = match latest {
            Some(latest) => (latest, USUAL_DOWNTIME),
            None => (now.wall, SMALL_STEP),
        };
        Self {
            believed: Reading { wall, ..now },
            slack,
            even_since: now,
        }
    }

    /// Looks at the clock.
    pub fn look(&mut self, now: Reading) -> Belief {
        let strayed = now.wall.since(self.even_since.expected(now.elapsed)).abs();
        if strayed > DRIFT {
            self.even_since = now;
        }
        let even_for = now.elapsed - self.even_since.elapsed;
        let ahead = now.wall.since(self.believed.expected(now.elapsed));
        if ahead <= self.slack {
            // Also of a clock that was set back: nothing falls due too early by it.
            if even_for >= BEFORE_TRANSITIONS {
                self.believe(now);
            }
            return Belief::Believed;
        }
        if even_for >= BEFORE_ERASURES {
            self.believe(now);
            return Belief::Believed;
        }
        let left = BEFORE_TRANSITIONS - even_for;
        Belief::Suspect {
            ahead,
            transitions_in: (left > TimeDelta::zero()).then_some(left),
            erasures_in: BEFORE_ERASURES - even_for,
        }
    }

    /// Somebody who knows says that it is right.
    pub const fn believe(&mut self, now: Reading) {
        self.believed = now;
        self.slack = SMALL_STEP;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: i64 = 60;
    const DAY: i64 = 24 * 60 * MINUTE;

    /// A clock that shows `shown` seconds after a moment, `elapsed` seconds after the start.
    fn reading(shown: i64, elapsed: i64) -> Reading {
        let moment: Timestamp = "2026-01-01T00:00:00Z".parse().unwrap();
        Reading {
            wall: moment.saturating_add(TimeDelta::seconds(shown)),
            elapsed: TimeDelta::seconds(elapsed),
        }
    }

    fn latest() -> Option<Timestamp> {
        Some(reading(0, 0).wall)
    }

    /// Whether each reading lets settle and lets erase.
    fn assert_beliefs(latest: Option<Timestamp>, readings: &[(i64, i64, bool, bool)]) {
        let first = reading(readings[0].0, readings[0].1);
        let mut trust = ClockTrust::start(first, latest);
        for (shown, elapsed, settles, erases) in readings {
            let belief = trust.look(reading(*shown, *elapsed));
            let found = (belief.lets_settle(), belief.lets_erase());
            assert_eq!(
                found,
                (*settles, *erases),
                "{shown} s, {elapsed} s: {belief:?}"
            );
        }
    }

    #[test]
    fn what_is_believed_at_the_start() {
        let ten_years = 3650 * DAY;
        for (latest, readings) in [
            // A new file, a short and a long downtime, a clock that is behind.
            (None, &[(ten_years, 0, true, true)][..]),
            (latest(), &[(60, 0, true, true)]),
            (latest(), &[(31 * DAY, 0, true, true)]),
            (
                latest(),
                &[(-ten_years, 0, true, true), (60, 60, true, true)],
            ),
            // Ten years ahead, and right a minute later.
            (
                latest(),
                &[(ten_years, 0, false, false), (DAY, 60, true, true)],
            ),
            // Right all along: after very long.
            (
                latest(),
                &[
                    (ten_years, 0, false, false),
                    (ten_years + 9 * MINUTE, 9 * MINUTE, false, false),
                    (ten_years + 10 * MINUTE, 10 * MINUTE, true, false),
                    (ten_years + DAY - 1, DAY - 1, true, false),
                    (ten_years + DAY, DAY, true, true),
                    (ten_years + DAY + 1, DAY + 1, true, true),
                ],
            ),
            // Ahead, and set again to something that is ahead: it begins anew.
            (
                latest(),
                &[
                    (ten_years, 0, false, false),
                    (ten_years / 2, 9 * MINUTE, false, false),
                    (ten_years / 2 + 2 * MINUTE, 11 * MINUTE, false, false),
                    (ten_years / 2 + 10 * MINUTE, 19 * MINUTE, true, false),
                ],
            ),
            // Asked for the time only after the start, within a usual downtime.
            (latest(), &[(0, 0, true, true), (20 * DAY, 60, true, true)]),
        ] {
            assert_beliefs(latest, readings);
        }
    }

    #[test]
    fn what_is_believed_while_it_runs() {
        for readings in [
            // Time passes, also in a sleep that the monotonic clock counts.
            &[(0, 0, true, true), (90 * DAY, 90 * DAY, true, true)][..],
            // A small step ahead, and one back of any size.
            &[(0, 0, true, true), (15 * MINUTE, 0, true, true)],
            &[(0, 0, true, true), (-90 * DAY, 60, true, true)],
            // A large one ahead, that was a mistake.
            &[
                (0, 0, true, true),
                (16 * MINUTE, 0, false, false),
                (MINUTE, MINUTE, true, true),
            ],
            // A large one ahead, to stay; and a further one.
            &[
                (0, 0, true, true),
                (91 * DAY, 60, false, false),
                (91 * DAY + 10 * MINUTE, 60 + 10 * MINUTE, true, false),
                (92 * DAY, DAY + 60, true, true),
                (192 * DAY, DAY + 60, false, false),
            ],
            // Back for long enough to be the right time: ahead of that is a step as well.
            &[
                (0, 0, true, true),
                (-90 * DAY, 60, true, true),
                (-90 * DAY + 10 * MINUTE, 60 + 10 * MINUTE, true, true),
                (0, 61 + 10 * MINUTE, false, false),
            ],
        ] {
            assert_beliefs(None, readings);
        }
    }

    #[test]
    fn who_knows_can_say_that_it_is_right() {
        let ahead = reading(3650 * DAY, 0);
        let mut trust = ClockTrust::start(ahead, latest());
        assert!(trust.look(ahead).is_suspect());
        trust.believe(ahead);
        assert_eq!(trust.look(reading(3650 * DAY + 5, 5)), Belief::Believed);
        assert!(trust.look(reading(3660 * DAY, 6)).is_suspect());
    }
}
