//! The ledger: every movement of money is a row that is added and never changed, and what follows from it
//! for a participation and for a campaign.
//!
//! Owns the rules of payments, adjustments, payouts and refunds. What must hold in a file: the money of a
//! campaign is the sum of its rows; `paid_amount` of a participation is the sum of its payments and
//! adjustments; no participation is sent back more than that, and no payment more than itself; a campaign that failed or was called off
//! owes or has sent back all that came in.

mod giving_back;
mod input;
mod refunds;
mod rules;
mod standing;

pub use giving_back::{GivingBack, Refundable, give_back};
pub(crate) use input::{CheckedRefund, payout_account, required_reference};
pub use input::{NewAdjustment, NewPayment, NewPayout, NewRefund};
pub use refunds::{Refunds, Unrefunded, acknowledge, owed, send};
pub use rules::{MoneyChange, NewIds, Receipt, adjust, confirm, pay_out, receive, unchanged};
pub use standing::{PaymentState, Standing};

use crate::domain::id::{CampaignId, ParticipationId, TransactionId, UserId};
use crate::domain::money::Rupiah;
use crate::domain::time::Timestamp;

/// The kinds of movements of money. Each has one name, over HTTP and in SQL.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TransactionKind {
    /// Money came in for a participation.
    Payment,
    /// Money goes back to a participant.
    Refund,
    /// Money left a campaign that goes ahead: to its supplier, or to the organiser.
    Payout,
    /// A correction of what came in for a participation. Its amount is negative.
    Adjustment,
}

impl TransactionKind {
    /// Every kind.
    pub const ALL: [Self; 4] = [Self::Payment, Self::Refund, Self::Payout, Self::Adjustment];

    /// The kind as a word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Payment => "payment",
            Self::Refund => "refund",
            Self::Payout => "payout",
            Self::Adjustment => "adjustment",
        }
    }

    /// Reads the word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }
}

/// How far a movement is. Everything but a refund is recorded after it happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TransactionStatus {
    /// It has happened.
    Recorded,
    /// A refund that the organiser has to send.
    Due,
    /// A refund that the organiser has sent.
    Sent,
    /// A refund that the participant has got.
    Acknowledged,
}

impl TransactionStatus {
    /// Every state.
    pub const ALL: [Self; 4] = [Self::Recorded, Self::Due, Self::Sent, Self::Acknowledged];

    /// The state as a word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Recorded => "recorded",
            Self::Due => "due",
            Self::Sent => "sent",
            Self::Acknowledged => "acknowledged",
        }
    }

    /// Reads the word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.word() == word)
    }
}

/// Who brought a row into the ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TransactionSource {
    /// The organiser, one at a time.
    Organiser,
    /// A bank statement.
    Import,
    /// The end of a campaign, or a payment for slots that were given up.
    Lifecycle,
}

impl TransactionSource {
    /// Every source.
    pub const ALL: [Self; 3] = [Self::Organiser, Self::Import, Self::Lifecycle];

    /// The source as a word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Organiser => "organiser",
            Self::Import => "import",
            Self::Lifecycle => "lifecycle",
        }
    }

    /// Reads the word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|source| source.word() == word)
    }
}

/// A movement of money: a row of the ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transaction {
    /// Its id.
    pub id: TransactionId,
    /// The campaign.
    pub campaign_id: CampaignId,
    /// The participation; none for a payout.
    pub participation_id: Option<ParticipationId>,
    /// What it is.
    pub kind: TransactionKind,
    /// Positive; negative for an adjustment.
    pub amount: Rupiah,
    /// How far it is.
    pub status: TransactionStatus,
    /// Where it comes from.
    pub source: TransactionSource,
    /// The payment that a refund sends back, or a part of.
    pub refund_of: Option<TransactionId>,
    /// Why the organiser gave money back, at most 160 characters. Personal data may be in it.
    pub reason: Option<String>,
    /// What the organiser noted, at most 160 characters. Personal data may be in it.
    pub reference: Option<String>,
    /// When it was added.
    pub created_at: Timestamp,
    /// When the organiser sent a refund.
    pub sent_at: Option<Timestamp>,
    /// When the participant had got it.
    pub acknowledged_at: Option<Timestamp>,
}

impl Transaction {
    /// What a person typed about it, and what it came of: the fingerprint of the line of a statement, or the
    /// request; by the names of the columns.
    pub(crate) fn texts<'a>(
        &'a self,
        line: Option<&'a str>,
        request_id: Option<&'a str>,
    ) -> [(&'static str, Option<&'a str>); 4] {
        [
            ("reference", self.reference.as_deref()),
            ("reason", self.reason.as_deref()),
            ("statement_line", line),
            ("request_id", request_id),
        ]
    }
}

/// A refund with what is needed to send it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refund {
    /// The row of the ledger.
    pub transaction: Transaction,
    /// Who gets it.
    pub user_id: UserId,
    /// Where it goes, as the participant said.
    pub payout_account: Option<String>,
    /// When that took the place of another account, while the organiser has not confirmed it.
    pub account_changed_at: Option<Timestamp>,
}

/// The money of a participation that goes back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct RefundSums {
    /// To be sent.
    pub due: Rupiah,
    /// On its way.
    pub sent: Rupiah,
    /// Arrived.
    pub acknowledged: Rupiah,
}

impl RefundSums {
    /// All of it.
    #[must_use]
    pub const fn total(&self) -> Rupiah {
        // Never more than has come in, which is far from the bounds of an i64: see `Receipt`.
        let ahead = self.due.get().saturating_add(self.sent.get());
        Rupiah::new(ahead.saturating_add(self.acknowledged.get()))
    }
}

/// The money of a campaign.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct CampaignMoney {
    /// What came in.
    pub payments: Rupiah,
    /// Corrections of it: zero or negative.
    pub adjustments: Rupiah,
    /// What was paid out.
    pub payouts: Rupiah,
    /// Refunds to be sent.
    pub refunds_due: Rupiah,
    /// Refunds on their way.
    pub refunds_sent: Rupiah,
    /// Refunds that have arrived.
    pub refunds_acknowledged: Rupiah,
}

impl CampaignMoney {
    /// The money when these rows have been added to the ledger.
    #[must_use]
    pub fn with(mut self, added: &[Transaction]) -> Self {
        for entry in added {
            let sum = match (entry.kind, entry.status) {
                (TransactionKind::Payment, _) => &mut self.payments,
                (TransactionKind::Adjustment, _) => &mut self.adjustments,
                (TransactionKind::Payout, _) => &mut self.payouts,
                (TransactionKind::Refund, TransactionStatus::Sent) => &mut self.refunds_sent,
                (TransactionKind::Refund, TransactionStatus::Acknowledged) => {
                    &mut self.refunds_acknowledged
                }
                (TransactionKind::Refund, _) => &mut self.refunds_due,
            };
            // Every sum in the file is far from the bounds of an i64: see `Receipt`.
            *sum = sum.checked_add(entry.amount).unwrap_or(*sum);
        }
        self
    }

    /// What is there and promised to nobody: payments and adjustments without payouts and refunds.
    #[must_use]
    pub const fn balance(&self) -> Rupiah {
        // Every sum in the file is far from the bounds of an i64: see `Receipt`.
        let received = self.payments.get().saturating_add(self.adjustments.get());
        let refunds = self
            .refunds_due
            .get()
            .saturating_add(self.refunds_sent.get())
            .saturating_add(self.refunds_acknowledged.get());
        Rupiah::new(
            received
                .saturating_sub(refunds)
                .saturating_sub(self.payouts.get()),
        )
    }
}
