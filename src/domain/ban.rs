//! Bans: the names and the shipping addresses that may not join again, in any campaign of this installation.
//!
//! Owns what makes two of them the same. Never keeps an address: only a digest under the installation's key,
//! which says whether another one is the same and nothing else. A name is kept as it was typed, for whoever
//! bans must be able to see whom, and let them back in. Network addresses are none of it: behind one of a
//! carrier are thousands of neighbours, and the limits of requests are there for those.

use std::fmt;

use hmac::Mac;

use crate::domain::audit::{AuditEventKind, Metadata, NewAuditEvent};
use crate::domain::error::Error;
use crate::domain::field::{self, FieldError, Problem, bounds};
use crate::domain::forgetting::ERASED_ADDRESS;
use crate::domain::handle::ComparisonKey;
use crate::domain::id::{BanId, ParticipationId};
use crate::domain::manage_token::InstallationKey;
use crate::domain::participation::Participation;
use crate::domain::time::Timestamp;

/// So many there can be: a list that a person keeps.
pub const MAX_BANS: u32 = 10_000;

/// What is digested besides the text, so that the key can serve other purposes too.
const PURPOSE: &[u8] = b"sambatan ban v1";

/// What is banned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum BanKind {
    /// The name that everybody sees.
    #[default]
    Handle,
    /// Where the goods go.
    Address,
}

impl BanKind {
    /// Every word, over HTTP and in the database.
    pub const WORDS: &'static [&'static str] = &["handle", "address"];

    /// The word over HTTP and in the database.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Handle => "handle",
            Self::Address => "address",
        }
    }

    /// Reads what [`Self::word`] writes.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Handle, Self::Address]
            .into_iter()
            .find(|kind| kind.word() == word)
    }
}

/// A text that can be recognised and not be read.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BanDigest([u8; 32]);

impl BanDigest {
    /// Wraps a digest that stands in the file.
    pub(crate) const fn trusted(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Its bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Debug for BanDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("BanDigest(…)")
    }
}

impl InstallationKey {
    /// The digest of a name or an address: the same for every spelling that reads the same. Of an address
    /// only letters and digits count.
    #[must_use]
    pub fn ban_digest(&self, kind: BanKind, text: &str) -> BanDigest {
        let key = ComparisonKey::of(text);
        let counts: String = match kind {
            BanKind::Handle => key.as_str().to_owned(),
            BanKind::Address => key
                .as_str()
                .chars()
                .filter(|c| c.is_alphanumeric())
                .collect(),
        };
        let mut mac = self.text_mac(PURPOSE);
        mac.update(kind.word().as_bytes());
        mac.update(b"\0");
        mac.update(counts.as_bytes());
        BanDigest(mac.finalize().into_bytes().into())
    }

    /// The digests by which a join is recognised: of its name and of its address.
    #[must_use]
    pub fn ban_digests(&self, handle: &str, address: &str) -> [BanDigest; 2] {
        [
            self.ban_digest(BanKind::Handle, handle),
            self.ban_digest(BanKind::Address, address),
        ]
    }
}

/// Somebody, or some place, that may not join again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ban {
    /// Its id.
    pub id: BanId,
    /// What is banned.
    pub kind: BanKind,
    /// How it is recognised.
    pub digest: BanDigest,
    /// The name as it was typed; none for an address.
    pub handle: Option<String>,
    /// The participation that it came of, if any.
    pub participation_id: Option<ParticipationId>,
    /// Since when.
    pub created_at: Timestamp,
}

/// What the organiser bans, as typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewBan {
    /// What is banned.
    pub kind: BanKind,
    /// A name of 1 to 64 characters, or an address of 5 to 240.
    pub value: String,
}

impl NewBan {
    /// Checks the text.
    ///
    /// # Errors
    /// [`Error::ValidationFailed`].
    pub fn check(self) -> Result<Self, Error> {
        let length = match self.kind {
            BanKind::Handle => &bounds::USER_ID,
            BanKind::Address => &bounds::SHIPPING_ADDRESS,
        };
        let value = field::text("value", &self.value, length)?;
        Ok(Self { value, ..self })
    }
}

/// What of a participant is banned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct BanWhat {
    /// The name.
    pub handle: bool,
    /// The shipping address.
    pub address: bool,
}

impl BanWhat {
    /// Whether nothing is.
    #[must_use]
    pub const fn is_nothing(self) -> bool {
        !self.handle && !self.address
    }

    /// What is to be banned of a participation.
    ///
    /// # Errors
    /// [`Error::ValidationFailed`] for what is erased: it says nothing of whom it was any more.
    pub fn of(self, participation: &Participation) -> Result<Vec<NewBan>, Error> {
        let is_address_gone = participation.shipping_address == ERASED_ADDRESS;
        let gone = [
            (
                "ban_handle",
                self.handle && participation.erased_at.is_some(),
            ),
            ("ban_address", self.address && is_address_gone),
        ];
        let gone: Vec<_> = gone
            .into_iter()
            .filter(|(_, is_gone)| *is_gone)
            .map(|(field, _)| FieldError {
                field,
                problem: Problem::Erased,
            })
            .collect();
        if !gone.is_empty() {
            return Err(Error::ValidationFailed(gone));
        }
        let handle = self.handle.then(|| NewBan {
            kind: BanKind::Handle,
            value: participation.user_id.as_str().to_owned(),
        });
        let address = self.address.then(|| NewBan {
            kind: BanKind::Address,
            value: participation.shipping_address.clone(),
        });
        Ok(handle.into_iter().chain(address).collect())
    }
}

impl Ban {
    /// A new ban, and its event: with ids and a word, never with what is banned.
    #[must_use]
    pub fn new(
        new: NewBan,
        digest: BanDigest,
        participation_id: Option<ParticipationId>,
        id: BanId,
        now: Timestamp,
    ) -> (Self, NewAuditEvent) {
        let ban = Self {
            id,
            kind: new.kind,
            digest,
            handle: Some(new.value).filter(|_| new.kind == BanKind::Handle),
            participation_id,
            created_at: now,
        };
        let facts = Metadata::new().ban(id).word("kind", new.kind.word());
        let facts = match participation_id {
            Some(id) => facts.participation(id),
            None => facts,
        };
        (ban, event(AuditEventKind::BanAdded, facts, now))
    }

    /// The event of letting somebody join again.
    #[must_use]
    pub fn lift(id: BanId, now: Timestamp) -> NewAuditEvent {
        event(AuditEventKind::BanLifted, Metadata::new().ban(id), now)
    }
}

const fn event(kind: AuditEventKind, metadata: Metadata, now: Timestamp) -> NewAuditEvent {
    NewAuditEvent {
        campaign_id: None,
        kind,
        metadata,
        timestamp: now,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_that_reads_the_same_is_the_same() {
        let key = InstallationKey::new([7; 32]);
        let same =
            |kind, one: &str, other: &str| key.ban_digest(kind, one) == key.ban_digest(kind, other);
        for (kind, one, other, expected) in [
            (BanKind::Handle, "budi", "BUDI", true),
            (BanKind::Handle, "budi", "  bu\u{200b}di ", true),
            (BanKind::Handle, "budi", "ｂｕｄｉ", true),
            (BanKind::Handle, "budi", "budi2", false),
            (BanKind::Handle, "bu.di", "budi", false),
            (
                BanKind::Address,
                "Jl. Melati No. 15, Jakarta",
                "jl melati no.15 JAKARTA",
                true,
            ),
            (
                BanKind::Address,
                "Jl. Melati No. 15",
                "Jl. Melati No. 16",
                false,
            ),
        ] {
            assert_eq!(same(kind, one, other), expected, "{one} {other}");
        }
        let address = key.ban_digest(BanKind::Address, "budi1");
        assert_ne!(address, key.ban_digest(BanKind::Handle, "budi1"));
        let elsewhere = InstallationKey::new([8; 32]);
        assert_ne!(address, elsewhere.ban_digest(BanKind::Address, "budi1"));
    }
}
