//! What becomes of a line by which money came in.

use serde_json::{Value, json};

use crate::domain::id::{CampaignId, ParticipationId};
use crate::domain::ledger::Standing;
use crate::domain::money::Rupiah;
use crate::domain::participation::Participation;
use crate::domain::payment_import::Share;

/// A participation, as a report names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Payer {
    /// The participation.
    pub participation_id: ParticipationId,
    /// Its campaign.
    pub campaign_id: CampaignId,
    /// Who takes part. Personal data.
    pub user_id: String,
    /// Their part of an amount that is of several.
    pub part: Option<Rupiah>,
}

impl Payer {
    /// A participation, to be named.
    #[must_use]
    pub fn of(participation: &Participation) -> Self {
        Self {
            participation_id: participation.id,
            campaign_id: participation.campaign_id,
            user_id: participation.user_id.as_str().to_owned(),
            part: None,
        }
    }

    /// As programs read it.
    pub(super) fn to_json(&self) -> Value {
        json!({
            "participation_id": self.participation_id.to_string(),
            "campaign_id": self.campaign_id.to_string(),
            "user_id": self.user_id,
            "amount": self.part.map(Rupiah::get),
        })
    }
}

/// What became of a line, or would become of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It pays what was to be paid.
    Matched(Payer),
    /// It pays, and so much is still missing.
    Short(Payer, Rupiah),
    /// It pays, and so much is to be returned.
    Over(Payer, Rupiah),
    /// It came in for slots that were given up: all of it is due to go back.
    GivenUp(Payer),
    /// It pays exactly what all of these owed; each with their part.
    Together(Vec<Payer>),
    /// It may be for these participations; nothing is recorded.
    Suggested(Vec<Payer>),
    /// It may be a payment of one of these that is recorded already; nothing is recorded.
    MaybeRecorded(Vec<Payer>),
    /// Nobody is found for it.
    LeftOver,
    /// It was imported before.
    Known,
    /// The same line stands further up in the file.
    Duplicate,
}

impl Outcome {
    /// What a payment makes of what a participation owed before it.
    #[must_use]
    pub fn of_payment(before: &Participation, amount: Rupiah) -> Self {
        let payer = Payer::of(before);
        if !before.status.is_live() {
            return Self::GivenUp(payer);
        }
        // A sum beyond all bounds is refused when it is recorded.
        match before.paid_amount.checked_add(amount) {
            Some(paid) => match Standing::with(before, paid) {
                Standing::Unpaid | Standing::Paid => Self::Matched(payer),
                Standing::Short(missing) => Self::Short(payer, missing),
                Standing::Over(surplus) => Self::Over(payer, surplus),
            },
            None => Self::Matched(payer),
        }
    }

    /// What a line of several makes of what they owed.
    #[must_use]
    pub fn of_shares(shares: &[Share]) -> Self {
        let payer = |share: &Share| Payer {
            part: Some(share.amount),
            ..Payer::of(&share.participation)
        };
        Self::Together(shares.iter().map(payer).collect())
    }

    /// A suggestion.
    #[must_use]
    pub fn suggested(participations: &[Participation]) -> Self {
        Self::Suggested(participations.iter().map(Payer::of).collect())
    }

    /// What may be recorded already.
    #[must_use]
    pub fn maybe_recorded(participations: &[Participation]) -> Self {
        Self::MaybeRecorded(participations.iter().map(Payer::of).collect())
    }

    /// The outcome as a word.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Matched(_) | Self::Together(_) => "matched",
            Self::Short(..) => "short",
            Self::Over(..) => "over",
            Self::GivenUp(_) => "given_up",
            Self::Suggested(_) => "suggested",
            Self::MaybeRecorded(_) => "maybe_recorded",
            Self::LeftOver => "left_over",
            Self::Known => "known",
            Self::Duplicate => "duplicate",
        }
    }

    /// Whose it is, when it is of one.
    #[must_use]
    pub const fn payer(&self) -> Option<&Payer> {
        match self.payers() {
            [payer] => Some(payer),
            _ => None,
        }
    }

    /// Everybody whose it is, or may be.
    #[must_use]
    pub const fn payers(&self) -> &[Payer] {
        match self {
            Self::Matched(payer)
            | Self::Short(payer, _)
            | Self::Over(payer, _)
            | Self::GivenUp(payer) => std::slice::from_ref(payer),
            Self::Together(payers) | Self::Suggested(payers) | Self::MaybeRecorded(payers) => {
                payers.as_slice()
            }
            Self::LeftOver | Self::Known | Self::Duplicate => &[],
        }
    }

    /// What is missing, or is to be returned.
    #[must_use]
    pub const fn difference(&self) -> Option<Rupiah> {
        match self {
            Self::Short(_, difference) | Self::Over(_, difference) => Some(*difference),
            _ => None,
        }
    }

    /// Whether a payment is recorded for it.
    #[must_use]
    pub const fn is_recorded(&self) -> bool {
        matches!(
            self,
            Self::Matched(_)
                | Self::Together(_)
                | Self::Short(..)
                | Self::Over(..)
                | Self::GivenUp(_)
        )
    }

    /// Whether the organiser has to say whose it is, or that it is nobody's.
    #[must_use]
    pub const fn is_open(&self) -> bool {
        matches!(
            self,
            Self::Suggested(_) | Self::MaybeRecorded(_) | Self::LeftOver
        )
    }
}
