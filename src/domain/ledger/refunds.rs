//! Money that goes back: who gets how much when a campaign ends without success, and a refund's life.

use std::collections::HashMap;

use crate::domain::audit::{AuditEventKind, Metadata, NewAuditEvent};
use crate::domain::error::Error;
use crate::domain::id::{CampaignId, ParticipationId, TransactionId};
use crate::domain::ledger::{
    Transaction, TransactionKind, TransactionSource, TransactionStatus, rules,
};
use crate::domain::money::Rupiah;
use crate::domain::time::Timestamp;

/// A payment that has not gone back as a whole, and how its participation stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unrefunded {
    /// The payment.
    pub payment: TransactionId,
    /// The participation that it was for.
    pub participation_id: ParticipationId,
    /// What of it neither goes back nor has gone back: more than nothing.
    pub left: Rupiah,
    /// Payments and adjustments of the participation.
    pub paid: Rupiah,
    /// What of it is due to go back already or has gone back.
    pub refunded: Rupiah,
}

/// How many refunds came of something, and their sum.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Refunds {
    /// How many.
    pub count: u64,
    /// Their sum.
    pub amount: Rupiah,
}

impl Refunds {
    /// With so many more.
    #[must_use]
    pub fn and(self, transactions: &[Transaction]) -> Self {
        transactions.iter().fold(self, |sum, refund| Self {
            count: sum.count + 1,
            amount: Rupiah::new(sum.amount.get().saturating_add(refund.amount.get())),
        })
    }

    /// Adds them to the facts of the event that caused them; nothing when there are none.
    #[must_use]
    pub fn told_in(self, facts: Metadata) -> Metadata {
        if self.count == 0 {
            return facts;
        }
        facts
            .count("refunds", self.count)
            .amount("refund_amount", self.amount)
    }
}

/// The refunds of a campaign that failed or was called off: for each payment one, of as much of what is left
/// of it as the participation has paid after all adjustments and is not sent back otherwise.
#[must_use]
pub fn owed(
    campaign_id: CampaignId,
    payments: &[Unrefunded],
    mut new_id: impl FnMut() -> TransactionId,
    now: Timestamp,
) -> Vec<Transaction> {
    let mut refunded: HashMap<ParticipationId, Rupiah> = HashMap::new();
    let mut refunds = Vec::with_capacity(payments.len());
    for payment in payments {
        let refunded = refunded
            .entry(payment.participation_id)
            .or_insert(payment.refunded);
        let amount = payment.left.min(payment.paid.less(*refunded));
        if amount <= Rupiah::new(0) {
            continue;
        }
        *refunded = Rupiah::new(refunded.get().saturating_add(amount.get()));
        refunds.push(Transaction {
            id: new_id(),
            campaign_id,
            participation_id: Some(payment.participation_id),
            kind: TransactionKind::Refund,
            amount,
            status: TransactionStatus::Due,
            source: TransactionSource::Lifecycle,
            refund_of: Some(payment.payment),
            reason: None,
            reference: None,
            created_at: now,
            sent_at: None,
            acknowledged_at: None,
        });
    }
    refunds
}

/// The organiser has sent a refund.
///
/// # Errors
/// [`Error::RefundStateInvalid`] unless it is due.
pub fn send(
    mut refund: Transaction,
    reference: String,
    now: Timestamp,
) -> Result<(Transaction, NewAuditEvent), Error> {
    require(&refund, TransactionStatus::Due)?;
    refund.status = TransactionStatus::Sent;
    refund.reference = Some(reference);
    refund.sent_at = Some(now);
    Ok(with_event(refund, AuditEventKind::RefundSent, now))
}

/// The participant has got a refund.
///
/// # Errors
/// [`Error::RefundStateInvalid`] unless it was sent and not acknowledged yet.
pub fn acknowledge(
    mut refund: Transaction,
    now: Timestamp,
) -> Result<(Transaction, NewAuditEvent), Error> {
    require(&refund, TransactionStatus::Sent)?;
    refund.status = TransactionStatus::Acknowledged;
    refund.acknowledged_at = Some(now);
    Ok(with_event(refund, AuditEventKind::RefundAcknowledged, now))
}

fn require(refund: &Transaction, status: TransactionStatus) -> Result<(), Error> {
    if refund.status == status {
        Ok(())
    } else {
        Err(Error::RefundStateInvalid {
            status: refund.status,
        })
    }
}

fn with_event(
    refund: Transaction,
    kind: AuditEventKind,
    now: Timestamp,
) -> (Transaction, NewAuditEvent) {
    let event = NewAuditEvent {
        campaign_id: Some(refund.campaign_id),
        kind,
        metadata: rules::facts(&refund),
        timestamp: now,
    };
    (refund, event)
}
