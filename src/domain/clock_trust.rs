//! Whether the time is to be believed, before anything that can't be undone happens because of it.
//!
//! A machine without a clock of its own can start in another year and be right a minute later. Failing a
//! campaign or erasing what people typed is not undone then. So a time far from what is believable holds
//! both, until the clock has gone on evenly for a while or the organiser says that it is right. Decides nothing
//! else: people join and are refused by the time that the clock shows, as ever.
//!
//! | | believable | else held |
//! |---|---|---|
//! | at the start | up to [`LONG_DOWNTIME`] after the latest time in the file | campaigns for [`BEFORE_TRANSITIONS`], erasures for [`BEFORE_ERASURES`] |
//! | while it runs | up to [`SMALL_STEP`] ahead of what the clock that nobody sets makes of the time before | the same |
//! | behind, always | up to [`BEHIND`] | erasures only: nothing falls due too early by it |
//!
//! What tells a long downtime from a wrong clock is only how long it is: clocks that are wrong are mostly wrong by
//! years (the start of an epoch, its overflow, a year mistyped), and nobody leaves running campaigns for that long.

use chrono::{Datelike, TimeDelta};

use crate::domain::time::Timestamp;

/// A step ahead of no more than this is like any other correction of a clock.
pub const SMALL_STEP: TimeDelta = TimeDelta::minutes(15);
/// So long may have passed since the latest time in the file at the start: a laptop was closed, a server moved, a
/// backup restored. Less than a year, so that a wrong year is noticed.
pub const LONG_DOWNTIME: TimeDelta = TimeDelta::days(183);
/// So far behind it may be: the zones of the world and a correction. What it was last set back by is forgotten when
/// it has gone on evenly.
pub const BEHIND: TimeDelta = TimeDelta::days(1);
/// So long a clock that is ahead has to go on evenly before campaigns are settled by it: longer than a machine
/// takes to ask for the time after its start.
pub const BEFORE_TRANSITIONS: TimeDelta = TimeDelta::minutes(10);
/// So long before anything is erased by it. Nobody needs that in a hurry.
pub const BEFORE_ERASURES: TimeDelta = TimeDelta::hours(24);
/// How far a clock that goes on evenly may drift in that time.
const DRIFT: TimeDelta = TimeDelta::minutes(1);
/// No clock is right that shows a year before this program was written.
const FIRST_YEAR: i32 = 2025;
/// How often the file learns until when the clock was believed.
const NOTED_EVERY: TimeDelta = TimeDelta::hours(1);

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

/// What a file says about the time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct TimesInFile {
    /// Until when a clock was believed; none in a file that has not been served for long.
    pub believed: Option<Timestamp>,
    /// When the last event happened by the clock of that moment.
    pub last_event: Option<Timestamp>,
}

impl TimesInFile {
    /// The latest time that counts. An event counts as far as it is believable after what was believed: one that was
    /// written while the clock was wrong makes no wrong time believable at the next start.
    fn latest(self) -> Option<Timestamp> {
        let Some(believed) = self.believed else {
            return self.last_event;
        };
        let is_believable = |event: &Timestamp| event.since(believed) <= LONG_DOWNTIME;
        let event = self.last_event.filter(is_believable);
        Some(event.map_or(believed, |event| event.max(believed)))
    }
}

/// Whether the time is believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Belief {
    /// It is.
    Believed,
    /// It is far from what is believable.
    Suspect {
        /// By how much it is ahead; negative when it is behind.
        ahead: TimeDelta,
        /// How long campaigns are still not settled by it; none when they are.
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
    /// Until when the file says that it was believed.
    noted: Option<Timestamp>,
}

impl ClockTrust {
    /// At the start.
    #[must_use]
    pub fn start(now: Reading, file: TimesInFile) -> Self {
        let (wall, slack) = match file.latest() {
            Some(latest) => (latest, LONG_DOWNTIME),
            // A new file on a machine that does not know the time yet: whatever it shows next.
            None if now.wall.as_datetime().year() < FIRST_YEAR => (now.wall, TimeDelta::MAX),
            None => (now.wall, SMALL_STEP),
        };
        Self {
            believed: Reading { wall, ..now },
            slack,
            even_since: now,
            noted: file.believed,
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
        if ahead <= self.slack && ahead >= -BEHIND {
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
        let holds = ahead > self.slack && left > TimeDelta::zero();
        Belief::Suspect {
            ahead,
            transitions_in: holds.then_some(left),
            erasures_in: BEFORE_ERASURES - even_for,
        }
    }

    /// Somebody who knows says that it is right.
    pub const fn believe(&mut self, now: Reading) {
        self.believed = now;
        self.slack = SMALL_STEP;
    }

    /// What the file is to learn: until when the clock was believed, as soon as it has gone on evenly for a while.
    /// A file that has not learnt anything yet is told before the events of a suspect time become its latest.
    #[must_use]
    pub fn to_note(&mut self, now: Reading) -> Option<Timestamp> {
        if self.look(now).is_suspect() {
            return self.noted.is_none().then_some(self.believed.wall);
        }
        let is_even = now.elapsed - self.even_since.elapsed >= BEFORE_TRANSITIONS;
        let is_known = |noted: Timestamp| now.wall.since(noted).abs() < NOTED_EVERY;
        let is_new = !self.noted.is_some_and(is_known);
        (is_new && is_even).then_some(now.wall)
    }

    /// The file says so now.
    pub const fn noted(&mut self, at: Timestamp) {
        self.noted = Some(at);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: i64 = 60;
    const DAY: i64 = 24 * 60 * MINUTE;
    const YEARS: i64 = 3650 * DAY;

    /// A clock that shows `shown` seconds after a moment, `elapsed` seconds after the start.
    fn reading(shown: i64, elapsed: i64) -> Reading {
        let moment: Timestamp = "2026-01-01T00:00:00Z".parse().unwrap();
        Reading {
            wall: moment.saturating_add(TimeDelta::seconds(shown)),
            elapsed: TimeDelta::seconds(elapsed),
        }
    }

    /// A file whose last event was `shown` seconds after the moment.
    fn event_at(shown: i64) -> TimesInFile {
        TimesInFile {
            last_event: Some(reading(shown, 0).wall),
            ..TimesInFile::default()
        }
    }

    /// Whether each reading lets settle and lets erase.
    fn assert_beliefs(file: TimesInFile, readings: &[(i64, i64, bool, bool)]) {
        let first = reading(readings[0].0, readings[0].1);
        let mut trust = ClockTrust::start(first, file);
        for (shown, elapsed, settles, erases) in readings {
            let belief = trust.look(reading(*shown, *elapsed));
            let found = (belief.lets_settle(), belief.lets_erase());
            assert_eq!(
                found,
                (*settles, *erases),
                "{shown} s, {elapsed} s: {belief:?} of {readings:?}"
            );
        }
    }

    #[test]
    fn what_is_believed_at_the_start() {
        let (new, old) = (TimesInFile::default(), event_at(0));
        for (file, readings) in [
            // A new file; a short downtime, one of three months, of half a year; a clock a little behind.
            (new, &[(YEARS, 0, true, true)][..]),
            (old, &[(60, 0, true, true)]),
            (old, &[(92 * DAY, 0, true, true)]),
            (old, &[(183 * DAY, 0, true, true)]),
            (old, &[(-DAY, 0, true, true), (60, 60, true, true)]),
            // A wrong year.
            (old, &[(365 * DAY, 0, false, false)]),
            // The start of the epoch, and right when the network is there: nothing was too early.
            (old, &[(-YEARS, 0, true, false), (60, 60, true, true)]),
            (
                old,
                &[
                    (-YEARS, 0, true, false),
                    (-YEARS + 23 * 60 * MINUTE, 23 * 60 * MINUTE, true, false),
                    (DAY, DAY, true, true),
                ],
            ),
            // The same with a new file: whatever is shown next.
            (new, &[(-YEARS, 0, true, true), (0, 60, true, true)]),
            // Ten years ahead, and right a minute later.
            (old, &[(YEARS, 0, false, false), (DAY, 60, true, true)]),
            // Right all along: after very long.
            (
                old,
                &[
                    (YEARS, 0, false, false),
                    (YEARS + 9 * MINUTE, 9 * MINUTE, false, false),
                    (YEARS + 10 * MINUTE, 10 * MINUTE, true, false),
                    (YEARS + DAY - 1, DAY - 1, true, false),
                    (YEARS + DAY, DAY, true, true),
                    (YEARS + DAY + 1, DAY + 1, true, true),
                ],
            ),
            // Ahead, and set again to something that is ahead: it begins anew.
            (
                old,
                &[
                    (YEARS, 0, false, false),
                    (YEARS / 2, 9 * MINUTE, false, false),
                    (YEARS / 2 + 2 * MINUTE, 11 * MINUTE, false, false),
                    (YEARS / 2 + 10 * MINUTE, 19 * MINUTE, true, false),
                ],
            ),
            // Asked for the time only after the start, within a long downtime.
            (old, &[(0, 0, true, true), (100 * DAY, 60, true, true)]),
        ] {
            assert_beliefs(file, readings);
        }
    }

    #[test]
    fn what_is_believed_while_it_runs() {
        for readings in [
            // Time passes, also in a sleep that the monotonic clock counts.
            &[(0, 0, true, true), (90 * DAY, 90 * DAY, true, true)][..],
            // A small step ahead, and a small one back.
            &[(0, 0, true, true), (15 * MINUTE, 0, true, true)],
            &[(0, 0, true, true), (-DAY + 60, 60, true, true)],
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
            // A large one back, and right again before long: as if nothing had been.
            &[
                (0, 0, true, true),
                (-90 * DAY, 60, true, false),
                (-90 * DAY + 11 * MINUTE, 60 + 11 * MINUTE, true, false),
                (12 * MINUTE, 60 + 11 * MINUTE, true, true),
            ],
            // Back for long enough to be the right time: ahead of that is a step as well.
            &[
                (0, 0, true, true),
                (-90 * DAY, 60, true, false),
                (-89 * DAY, 60 + DAY, true, true),
                (DAY, 120 + DAY, false, false),
            ],
        ] {
            assert_beliefs(TimesInFile::default(), readings);
        }
    }

    #[test]
    fn an_event_of_a_wrong_time_makes_it_no_more_believable() {
        let file = |believed, event| TimesInFile {
            believed: Some(reading(believed, 0).wall),
            ..event_at(event)
        };
        for (file, readings) in [
            // Somebody joined in the wrong year, and the machine starts in it once more.
            (file(0, YEARS), &[(YEARS + 60, 0, false, false)][..]),
            (file(0, YEARS), &[(DAY, 0, true, true)]),
            // Or in 1970: the right time is still right.
            (file(0, -YEARS), &[(DAY, 0, true, true)]),
            // An event after what was noted counts.
            (file(0, 180 * DAY), &[(360 * DAY, 0, true, true)]),
            // A quiet file that was served all the time.
            (file(YEARS, 0), &[(YEARS + 92 * DAY, 0, true, true)]),
        ] {
            assert_beliefs(file, readings);
        }
    }

    #[test]
    fn who_knows_can_say_that_it_is_right() {
        let ahead = reading(YEARS, 0);
        let mut trust = ClockTrust::start(ahead, event_at(0));
        assert!(trust.look(ahead).is_suspect());
        trust.believe(ahead);
        assert_eq!(trust.look(reading(YEARS + 5, 5)), Belief::Believed);
        assert!(trust.look(reading(YEARS + 10 * DAY, 6)).is_suspect());
    }

    #[test]
    fn the_file_learns_what_went_on_evenly_each_hour() {
        let mut trust = ClockTrust::start(reading(0, 0), event_at(0));
        let mut noted = Vec::new();
        for minute in 0..=150 {
            let now = reading(minute * MINUTE, minute * MINUTE);
            if let Some(at) = trust.to_note(now) {
                trust.noted(at);
                noted.push(minute);
            }
        }
        assert_eq!(noted, [10, 70, 130]);
        assert_eq!(trust.to_note(reading(YEARS, 151 * MINUTE)), None);
    }

    #[test]
    fn a_file_without_a_note_keeps_what_was_believed_before_the_clock_went_wrong() {
        let wrong = reading(YEARS, 0);
        let mut trust = ClockTrust::start(wrong, event_at(0));
        assert_eq!(trust.to_note(wrong), Some(reading(0, 0).wall));
        let mut trust = ClockTrust::start(reading(0, 0), TimesInFile::default());
        assert_eq!(trust.to_note(wrong), Some(reading(0, 0).wall));
    }
}
