//! Answers about money.

use serde::Serialize;

use crate::domain::id::{CampaignId, ParticipationId, TransactionId};
use crate::domain::ledger::{CampaignMoney, Refund, Transaction};
use crate::domain::time::Timestamp;
use crate::http::dto::Shown;

/// A movement of money.
#[derive(Serialize)]
pub(crate) struct TransactionAnswer<'a> {
    id: Shown<TransactionId>,
    campaign_id: Shown<CampaignId>,
    participation_id: Option<Shown<ParticipationId>>,
    kind: &'static str,
    amount: i64,
    status: &'static str,
    source: &'static str,
    refund_of: Option<Shown<TransactionId>>,
    reference: Option<&'a str>,
    created_at: Shown<Timestamp>,
    sent_at: Option<Shown<Timestamp>>,
    acknowledged_at: Option<Shown<Timestamp>>,
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
#[derive(Serialize)]
pub(crate) struct RefundAnswer<'a> {
    #[serde(flatten)]
    transaction: TransactionAnswer<'a>,
    user_id: &'a str,
    payout_account: Option<&'a str>,
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
#[derive(Serialize)]
pub(crate) struct MoneyAnswer {
    campaign_id: Shown<CampaignId>,
    payments: i64,
    adjustments: i64,
    payouts: i64,
    refunds_due: i64,
    refunds_sent: i64,
    refunds_acknowledged: i64,
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
