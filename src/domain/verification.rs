//! What `sambatan audit verify` finds: the first thing that does not fit, or how much does.

use std::fmt;

use crate::domain::chain::{RowContent, RowHash};

/// The first thing that does not fit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Misfit {
    /// Events are missing before this number.
    Gap {
        /// The first that is missing.
        missing: i64,
        /// The number that stands there instead; none at the end of the log.
        found: Option<i64>,
    },
    /// The hash of this event does not follow from its content and the event before.
    Hash {
        /// Its number.
        number: i64,
    },
    /// This event cannot have happened after the ones before.
    Impossible {
        /// Its number.
        number: i64,
        /// Why.
        why: &'static str,
    },
    /// What the file defines is not what this program makes, so what its tables say may be somebody else's.
    Schema {
        /// What differs, by kind and name.
        changes: String,
    },
    /// A table says something else than the log.
    Differs {
        /// The table.
        table: &'static str,
        /// The row's id.
        id: String,
        /// What of it.
        what: &'static str,
        /// What follows from the log.
        logged: String,
        /// What stands in the table.
        stored: String,
    },
}

impl Misfit {
    /// The kind as a word.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Gap { .. } => "gap",
            Self::Hash { .. } => "hash",
            Self::Impossible { .. } => "impossible",
            Self::Schema { .. } => "schema",
            Self::Differs { .. } => "differs",
        }
    }

    /// The event's number, where it is one that does not fit.
    #[must_use]
    pub const fn number(&self) -> Option<i64> {
        match *self {
            Self::Gap { missing, .. } => Some(missing),
            Self::Hash { number } | Self::Impossible { number, .. } => Some(number),
            Self::Schema { .. } | Self::Differs { .. } => None,
        }
    }
}

impl fmt::Display for Misfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Gap { missing, found } => match found {
                Some(found) => write!(f, "event {missing} is missing: {found} stands there"),
                None => write!(f, "event {missing} is missing at the end of the log"),
            },
            Self::Hash { number } => write!(
                f,
                "event {number} does not follow from the one before: it was changed, moved or put in"
            ),
            Self::Impossible { number, why } => {
                write!(f, "event {number} cannot have happened: {why}")
            }
            Self::Schema { changes } => write!(f, "the file's definitions were changed: {changes}"),
            Self::Differs {
                table,
                id,
                what,
                logged,
                stored,
            } => write!(
                f,
                "{table} {id}: {what} is {stored}, but {logged} follows from the log"
            ),
        }
    }
}

/// How much was looked at and fits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Verified {
    /// Events of the log.
    pub events: u64,
    /// Campaigns.
    pub campaigns: u64,
    /// Participations.
    pub participations: u64,
    /// Movements of money.
    pub transactions: u64,
    /// Campaigns of before the file was brought up to a version whose events tell everything: these were
    /// compared as far as their events go.
    pub campaigns_in_part: u64,
    /// Participations of before, as the campaigns.
    pub participations_in_part: u64,
}

/// What verifying while the service runs comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LogCheck {
    /// The log and the tables fit.
    Fits(Verified),
    /// Something does not.
    Broken(Misfit),
    /// The log has so many events that the command does it better.
    TooLong(i64),
}

/// Where a walk along the chain stands.
#[derive(Debug, Clone, Copy)]
pub struct Walk {
    last: i64,
    hash: RowHash,
}

impl Walk {
    /// Before the first event.
    pub const START: Self = Self {
        last: 0,
        hash: RowHash::START,
    };

    /// Goes on to the next event, whose stored hash this is.
    ///
    /// # Errors
    /// [`Misfit::Gap`], [`Misfit::Hash`].
    pub fn step(&mut self, row: RowContent<'_>, stored: &[u8]) -> Result<(), Misfit> {
        let expected = self.last.saturating_add(1);
        let number = row.number;
        if number > expected {
            let found = Some(number);
            return Err(Misfit::Gap {
                missing: expected,
                found,
            });
        }
        self.hash = self.hash.next(row);
        if number < expected || stored != self.hash.as_bytes() {
            return Err(Misfit::Hash { number });
        }
        self.last = number;
        Ok(())
    }

    /// Ends the walk; `assigned` is the last number that the file has given to an event.
    ///
    /// # Errors
    /// [`Misfit::Gap`].
    pub const fn end(self, assigned: i64) -> Result<(), Misfit> {
        if self.last == assigned {
            return Ok(());
        }
        Err(Misfit::Gap {
            missing: self.last.saturating_add(1),
            found: None,
        })
    }
}
