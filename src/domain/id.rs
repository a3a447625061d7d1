//! Identifiers: UUIDv7, so that they sort by creation, each with a type of its own.

use std::fmt;
use std::str::FromStr;

use uuid::Uuid;

use crate::domain::handle::ComparisonKey;

/// The text was not a UUID.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a UUID")]
pub struct InvalidId;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Uuid);

        impl $name {
            /// A new id that sorts after every id made before it by this process.
            #[must_use]
            #[expect(clippy::new_without_default, reason = "a default id would not be a constant")]
            pub fn new() -> Self {
                Self(Uuid::now_v7())
            }

            /// The id as a UUID.
            #[must_use]
            pub const fn as_uuid(self) -> Uuid {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.as_hyphenated().fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = InvalidId;

            fn from_str(text: &str) -> Result<Self, InvalidId> {
                Uuid::try_parse(text).map(Self).map_err(|_| InvalidId)
            }
        }
    };
}

id! {
    /// Names a product.
    ProductId
}
id! {
    /// Names a campaign.
    CampaignId
}
id! {
    /// Names a participation: one join of one user.
    ParticipationId
}
id! {
    /// Names a movement of money.
    TransactionId
}
id! {
    /// Names an account that people pay to.
    PayToId
}
id! {
    /// Names a webhook.
    WebhookId
}
id! {
    /// Names a ban: a name or an address that may not join again.
    BanId
}

/// Names a participant: 1 to 64 characters, chosen by whoever calls, trimmed, no control characters.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UserId(String);

impl UserId {
    /// Wraps a name that [`crate::domain::field::user_id`] has checked or that comes from the file.
    pub(crate) const fn trusted(text: String) -> Self {
        Self(text)
    }

    /// The name as it was given.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What all spellings of the name have in common.
    #[must_use]
    pub fn key(&self) -> ComparisonKey {
        ComparisonKey::of(&self.0)
    }
}

impl fmt::Display for UserId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_sort_by_creation() {
        let ids: Vec<_> = (0..1000).map(|_| CampaignId::new()).collect();
        assert!(ids.windows(2).all(|pair| pair[0] < pair[1]));
    }

    #[test]
    fn an_id_reads_what_it_writes_and_nothing_else() {
        let id = ProductId::new();
        assert_eq!(id.to_string().parse(), Ok(id));
        assert_eq!("batch-oktober".parse::<ProductId>(), Err(InvalidId));
    }
}
