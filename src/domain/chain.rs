//! The chain of the audit log: each row carries a hash of its content and of the row before it, so that
//! a row that was changed, put in or taken out behind the program's back can be found.

use std::fmt;

use sha2::{Digest, Sha256};

use crate::domain::time::Timestamp;

/// SHA-256 of a row's content and the hash of the row before.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct RowHash([u8; 32]);

/// The last row of the log: who keeps it elsewhere can tell later that nothing before it was rewritten.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LogEnd {
    /// Its number.
    pub number: i64,
    /// Its hash.
    pub hash: RowHash,
    /// Its time.
    pub timestamp: Timestamp,
}

/// What a row's hash is made of, in the words of the database.
#[derive(Debug, Clone, Copy)]
pub struct RowContent<'a> {
    /// Its number.
    pub number: i64,
    /// The campaign's id as text; none for changes that belong to no campaign.
    pub campaign_id: Option<&'a str>,
    /// The event's name.
    pub event: &'a str,
    /// The metadata as JSON, byte for byte.
    pub metadata: &'a str,
    /// The time as the database writes it.
    pub created_at: &'a str,
}

impl RowHash {
    /// What stands before the first row.
    pub const START: Self = Self([0; 32]);

    /// The hash of the row that follows.
    #[must_use]
    pub fn next(self, row: RowContent<'_>) -> Self {
        let mut hash = Sha256::new();
        hash.update(self.0);
        hash.update(row.number.to_be_bytes());
        for part in [
            row.campaign_id.unwrap_or(""),
            row.event,
            row.metadata,
            row.created_at,
        ] {
            // The length keeps ("a", "bc") and ("ab", "c") apart. No campaign has an empty id.
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part);
        }
        Self(hash.finalize().into())
    }

    /// The hash with these bytes.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Display for RowHash {
    /// Lower-case hexadecimal.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for RowHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RowHash({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_depends_on_every_part_of_the_row_its_borders_and_the_row_before() {
        let row = RowContent {
            number: 7,
            campaign_id: Some("c"),
            event: "campaign_full",
            metadata: "{}",
            created_at: "2025-10-01 00:00:00.000",
        };
        let reference = RowHash::START.next(row);
        assert_eq!(reference, RowHash::START.next(row));
        for other in [
            RowContent { number: 8, ..row },
            RowContent {
                campaign_id: None,
                ..row
            },
            RowContent {
                event: "campaign_fall",
                ..row
            },
            RowContent {
                metadata: "[]",
                ..row
            },
            RowContent {
                created_at: "2025-10-01 00:00:00.001",
                ..row
            },
            RowContent {
                campaign_id: Some("cc"),
                event: "ampaign_full",
                ..row
            },
        ] {
            assert_ne!(reference, RowHash::START.next(other), "{other:?}");
        }
        assert_ne!(reference, reference.next(row));
        assert_eq!(RowHash::START.to_string(), "0".repeat(64));
    }
}
