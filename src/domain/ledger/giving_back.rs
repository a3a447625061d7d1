//! Money that the organiser gives back: for what was missing or broken, or what was too much.
//!
//! Owns how an amount is taken from the payments of a participation. A refund is no debt: what was paid for the
//! slots stays paid.

use crate::domain::audit::{AuditEventKind, NewAuditEvent};
use crate::domain::error::Error;
use crate::domain::id::TransactionId;
use crate::domain::ledger::{
    CampaignMoney, CheckedRefund, Transaction, TransactionKind, TransactionSource,
    TransactionStatus, rules,
};
use crate::domain::money::Rupiah;
use crate::domain::participation::Participation;
use crate::domain::time::Timestamp;

/// A payment of which something can go back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Refundable {
    /// The payment.
    pub payment: TransactionId,
    /// What of it neither goes back nor has gone back: more than nothing.
    pub left: Rupiah,
}

/// What giving back changes: to be written as a whole or not at all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GivingBack {
    /// The participation afterwards.
    pub participation: Participation,
    /// A refund for each payment that it takes from, in this order.
    pub refunds: Vec<Transaction>,
    /// One event for each.
    pub events: Vec<NewAuditEvent>,
}

/// Gives an amount back, taken from the payments in their order. Never more than has come in and does not go
/// back yet, and never what was paid out of the campaign.
///
/// # Errors
/// [`Error::RefundExceedsPayments`], [`Error::InsufficientBalance`].
pub fn give_back(
    mut participation: Participation,
    payments: &[Refundable],
    asked: &CheckedRefund,
    money: &CampaignMoney,
    new_id: impl FnMut() -> TransactionId,
    now: Timestamp,
) -> Result<GivingBack, Error> {
    let requested = asked.amount;
    let available = participation
        .paid_amount
        .less(participation.refunds.total());
    if requested > available {
        return Err(Error::RefundExceedsPayments {
            requested,
            available,
        });
    }
    if requested > money.balance() {
        return Err(Error::InsufficientBalance {
            requested,
            available: money.balance(),
        });
    }
    let refunds = taken_from(payments, &participation, asked, new_id, now)?;
    let due = participation.refunds.due.checked_add(requested);
    participation.refunds.due = due.unwrap_or(participation.refunds.due);
    participation.updated_at = now;
    let events = refunds.iter().map(|refund| NewAuditEvent {
        campaign_id: Some(refund.campaign_id),
        kind: AuditEventKind::RefundDue,
        metadata: match refund.refund_of {
            Some(payment) => rules::facts(refund).payment(payment),
            None => rules::facts(refund),
        },
        timestamp: now,
    });
    Ok(GivingBack {
        events: events.collect(),
        participation,
        refunds,
    })
}

/// Takes what is asked for from the payments, in their order.
fn taken_from(
    payments: &[Refundable],
    participation: &Participation,
    asked: &CheckedRefund,
    mut new_id: impl FnMut() -> TransactionId,
    now: Timestamp,
) -> Result<Vec<Transaction>, Error> {
    let mut left = asked.amount;
    let mut refunds = Vec::new();
    for payment in payments {
        let amount = left.min(payment.left);
        if amount <= Rupiah::default() {
            continue;
        }
        left = left.less(amount);
        refunds.push(Transaction {
            id: new_id(),
            campaign_id: participation.campaign_id,
            participation_id: Some(participation.id),
            kind: TransactionKind::Refund,
            amount,
            status: TransactionStatus::Due,
            source: TransactionSource::Organiser,
            refund_of: Some(payment.payment),
            reason: Some(asked.reason.clone()),
            reference: None,
            created_at: now,
            sent_at: None,
            acknowledged_at: None,
        });
    }
    if left > Rupiah::default() {
        // The payments that were looked at are fewer than there are.
        return Err(Error::RefundExceedsPayments {
            requested: asked.amount,
            available: asked.amount.less(left),
        });
    }
    Ok(refunds)
}
