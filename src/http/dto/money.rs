//! Answers about money.

use schemars::JsonSchema;
use serde::Serialize;

use crate::domain::id::{CampaignId, ParticipationId, TransactionId};
use crate::domain::ledger::{CampaignMoney, Refund, Transaction};
use crate::domain::time::Timestamp;
use crate::http::dto::Shown;
use crate::http::dto::shown::{KindWord, SourceWord, StatusWord};

/// A movement of money.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Transaction")]
pub(crate) struct TransactionAnswer<'a> {
    /// Its id.
    id: Shown<TransactionId>,
    /// The campaign.
    campaign_id: Shown<CampaignId>,
    /// The participation; none for a payout.
    participation_id: Option<Shown<ParticipationId>>,
    /// What it is.
    #[schemars(with = "KindWord")]
    kind: &'static str,
    /// Whole rupiah; negative for an adjustment.
    amount: i64,
    /// How far it is.
    #[schemars(with = "StatusWord")]
    status: &'static str,
    /// Who brought it in.
    #[schemars(with = "SourceWord")]
    source: &'static str,
    /// The payment that a refund gives back.
    refund_of: Option<Shown<TransactionId>>,
    /// The bank's number of the transfer, or a note.
    reference: Option<&'a str>,
    /// When it was recorded.
    created_at: Shown<Timestamp>,
    /// When a refund was sent.
    sent_at: Option<Shown<Timestamp>>,
    /// When a refund came, as the participant said.
    acknowledged_at: Option<Shown<Timestamp>>,
    /// Why it is given back.
    reason: Option<&'a str>,
}

impl<'a> From<&'a Transaction> for TransactionAnswer<'a> {
    fn from(transaction: &'a Transaction) -> Self {
        Self {
            id: Shown(transaction.id),
            campaign_id: Shown(transaction.campaign_id),
            participation_id: transaction.participation_id.map(Shown),
            kind: transaction.kind.word(),
            amount: transaction.amount.get(),
            status: transaction.status.word(),
            source: transaction.source.word(),
            refund_of: transaction.refund_of.map(Shown),
            reference: transaction.reference.as_deref(),
            created_at: Shown(transaction.created_at),
            sent_at: transaction.sent_at.map(Shown),
            acknowledged_at: transaction.acknowledged_at.map(Shown),
            reason: transaction.reason.as_deref(),
        }
    }
}

/// A refund, and where it goes.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Refund")]
pub(crate) struct RefundAnswer<'a> {
    #[serde(flatten)]
    transaction: TransactionAnswer<'a>,
    /// The handle of whom it is for.
    user_id: &'a str,
    /// Where it goes.
    payout_account: Option<&'a str>,
    /// When the account took another one's place, unless that has been confirmed.
    payout_account_changed_at: Option<Shown<Timestamp>>,
}

impl<'a> From<&'a Refund> for RefundAnswer<'a> {
    fn from(refund: &'a Refund) -> Self {
        Self {
            transaction: TransactionAnswer::from(&refund.transaction),
            user_id: refund.user_id.as_str(),
            payout_account: refund.payout_account.as_deref(),
            payout_account_changed_at: refund.account_changed_at.map(Shown),
        }
    }
}

/// A campaign's money in sums.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Money")]
pub(crate) struct MoneyAnswer {
    /// The campaign.
    campaign_id: Shown<CampaignId>,
    /// What came in, in whole rupiah.
    payments: i64,
    /// What was taken off again.
    adjustments: i64,
    /// What was paid out.
    payouts: i64,
    /// What is to be sent back.
    refunds_due: i64,
    /// What was sent back.
    refunds_sent: i64,
    /// What came back, as participants said.
    refunds_acknowledged: i64,
    /// What is there.
    balance: i64,
}

impl MoneyAnswer {
    /// The answer for a campaign.
    pub(crate) const fn new(campaign_id: CampaignId, money: &CampaignMoney) -> Self {
        Self {
            campaign_id: Shown(campaign_id),
            payments: money.payments.get(),
            adjustments: money.adjustments.get(),
            payouts: money.payouts.get(),
            refunds_due: money.refunds_due.get(),
            refunds_sent: money.refunds_sent.get(),
            refunds_acknowledged: money.refunds_acknowledged.get(),
            balance: money.balance().get(),
        }
    }
}
