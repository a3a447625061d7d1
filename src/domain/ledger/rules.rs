//! Money that comes in, corrections of it, and money that leaves a campaign.

use crate::domain::audit::{AuditEventKind, Metadata, NewAuditEvent};
use crate::domain::campaign::{Campaign, CampaignStatus};
use crate::domain::error::Error;
use crate::domain::field::{FieldError, Problem};
use crate::domain::id::TransactionId;
use crate::domain::ledger::{
    CampaignMoney, Standing, Transaction, TransactionKind, TransactionSource, TransactionStatus,
};
use crate::domain::money::Rupiah;
use crate::domain::participation::{self, Participation, ParticipationStatus};
use crate::domain::time::Timestamp;

/// Money that came in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// How much. None: what is still owed.
    pub amount: Option<Rupiah>,
    /// What the organiser noted.
    pub reference: Option<String>,
    /// Who says so.
    pub source: TransactionSource,
}

/// The ids of the rows that a receipt may add.
#[derive(Debug, Clone, Copy)]
pub struct NewIds {
    /// Of the payment.
    pub payment: TransactionId,
    /// Of the refund that it may cause.
    pub refund: TransactionId,
}

impl NewIds {
    /// New ids, the payment's before the refund's.
    #[must_use]
    #[expect(
        clippy::new_without_default,
        reason = "a default id would not be a constant"
    )]
    pub fn new() -> Self {
        Self {
            payment: TransactionId::new(),
            refund: TransactionId::new(),
        }
    }
}

/// What a movement of money changes: to be written as a whole or not at all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MoneyChange {
    /// The campaign afterwards, when it changed.
    pub campaign: Option<Campaign>,
    /// The participation afterwards.
    pub participation: Participation,
    /// The rows to add, in this order.
    pub transactions: Vec<Transaction>,
    /// One event for each change.
    pub events: Vec<NewAuditEvent>,
}

impl MoneyChange {
    /// Adds facts to the last event.
    pub(crate) fn tell(&mut self, tell: impl FnOnce(Metadata) -> Metadata) {
        if let Some(event) = self.events.last_mut() {
            event.metadata = tell(std::mem::take(&mut event.metadata));
        }
    }
}

/// Confirms a reservation by a payment. The amount may be short or over: that stays visible.
///
/// # Errors
/// [`Error::ParticipationStateInvalid`] unless it is reserved; those of [`receive`].
pub fn confirm(
    participation: Participation,
    campaign: Campaign,
    receipt: Receipt,
    money: &CampaignMoney,
    ids: NewIds,
    now: Timestamp,
) -> Result<MoneyChange, Error> {
    if participation.status != ParticipationStatus::Reserved {
        return Err(Error::ParticipationStateInvalid {
            status: participation.status,
            campaign_status: campaign.status,
        });
    }
    receive(participation, campaign, receipt, money, ids, now)
}

/// What a payment of no named amount is of: what is still owed, or for slots that were given up what was to
/// be transferred for them.
fn asked_for(participation: &Participation) -> Result<Rupiah, Error> {
    if !participation.status.is_live() {
        let told = participation.transfer_amount;
        return Ok(told.unwrap_or(participation.contribution_amount));
    }
    Standing::owed(participation).ok_or_else(|| {
        Error::ValidationFailed(vec![FieldError {
            field: "amount",
            problem: Problem::Missing,
        }])
    })
}

/// Asks that nothing was recorded since somebody saw so much; none saw nothing.
///
/// # Errors
/// [`Error::PaymentsChanged`].
pub fn unchanged(participation: &Participation, seen: Option<Rupiah>) -> Result<(), Error> {
    let recorded = participation.paid_amount;
    match seen {
        Some(seen) if seen != recorded => Err(Error::PaymentsChanged { recorded }),
        _ => Ok(()),
    }
}

/// Takes money in for a participation. A reserved one is confirmed by it, whatever the amount; for one
/// whose slots were given up the same amount is due to go back at once.
///
/// # Errors
/// [`Error::ParticipationStateInvalid`] while it waits for slots, [`Error::PaymentExceedsLimit`],
/// [`Error::ValidationFailed`] without an amount when nothing is owed.
pub fn receive(
    participation: Participation,
    campaign: Campaign,
    receipt: Receipt,
    money: &CampaignMoney,
    ids: NewIds,
    now: Timestamp,
) -> Result<MoneyChange, Error> {
    let amount = match receipt.amount {
        Some(amount) => amount,
        None => asked_for(&participation)?,
    };
    let payment = payment(&participation, receipt, amount, ids.payment, now);
    let recorded = NewAuditEvent {
        campaign_id: Some(campaign.id),
        kind: AuditEventKind::PaymentRecorded,
        metadata: facts(&payment).word("source", payment.source.word()),
        timestamp: now,
    };
    let mut change = match participation.status {
        ParticipationStatus::Reserved => {
            let confirmed = participation::confirm(participation, campaign, now)?;
            MoneyChange {
                campaign: Some(confirmed.campaign),
                participation: confirmed.participation,
                transactions: vec![payment],
                events: confirmed.events,
            }
        }
        ParticipationStatus::Confirmed => unconfirming(participation, vec![payment]),
        ParticipationStatus::Cancelled | ParticipationStatus::Refunded => {
            let refund = refund(&payment, amount, ids.refund, now);
            unconfirming(participation, vec![payment, refund])
        }
        ParticipationStatus::Waitlisted => {
            return Err(Error::ParticipationStateInvalid {
                status: participation.status,
                campaign_status: campaign.status,
            });
        }
    };
    let exceeds = Error::PaymentExceedsLimit { amount };
    let campaign_has = money.payments.checked_add(amount);
    if campaign_has.is_none_or(|sum| sum.get() > Rupiah::MAX_RECEIVED) {
        return Err(exceeds);
    }
    let paid = &mut change.participation.paid_amount;
    *paid = paid.checked_add(amount).ok_or(exceeds)?;
    // What was announced has come, or is to be announced anew.
    change.participation.claimed_at = None;
    change.participation.claimed_on = None;
    change.participation.updated_at = now;
    change.events.push(recorded);
    if let [_, refund] = change.transactions.as_slice() {
        let due = &mut change.participation.refunds.due;
        *due = due.checked_add(refund.amount).unwrap_or(*due);
        change.events.push(NewAuditEvent {
            campaign_id: Some(refund.campaign_id),
            kind: AuditEventKind::RefundDue,
            metadata: facts(refund),
            timestamp: now,
        });
    }
    Ok(change)
}

/// Takes off what was recorded too much, or was given back by hand. What goes back or has gone back as a
/// refund, and what has been paid out of the campaign, is not there to be taken off.
///
/// # Errors
/// [`Error::AdjustmentExceedsPayments`], [`Error::InsufficientBalance`].
pub fn adjust(
    mut participation: Participation,
    (amount, reference): (Rupiah, String),
    money: &CampaignMoney,
    id: TransactionId,
    now: Timestamp,
) -> Result<MoneyChange, Error> {
    let requested = Rupiah::new(amount.get().saturating_neg());
    let available = participation
        .paid_amount
        .less(participation.refunds.total());
    if requested > available {
        return Err(Error::AdjustmentExceedsPayments {
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
    let adjustment = Transaction {
        id,
        campaign_id: participation.campaign_id,
        participation_id: Some(participation.id),
        kind: TransactionKind::Adjustment,
        amount,
        status: TransactionStatus::Recorded,
        source: TransactionSource::Organiser,
        refund_of: None,
        reason: None,
        reference: Some(reference),
        created_at: now,
        sent_at: None,
        acknowledged_at: None,
    };
    participation.paid_amount = participation.paid_amount.less(requested);
    participation.updated_at = now;
    let event = NewAuditEvent {
        campaign_id: Some(participation.campaign_id),
        kind: AuditEventKind::AdjustmentRecorded,
        metadata: facts(&adjustment),
        timestamp: now,
    };
    let mut change = unconfirming(participation, vec![adjustment]);
    change.events.push(event);
    Ok(change)
}

/// Pays money out of a campaign that goes ahead.
///
/// # Errors
/// [`Error::CampaignNotCompleted`]: until then the money may have to go back;
/// [`Error::InsufficientBalance`].
pub fn pay_out(
    campaign: &Campaign,
    (amount, reference): (Rupiah, Option<String>),
    money: &CampaignMoney,
    id: TransactionId,
    now: Timestamp,
) -> Result<(Transaction, NewAuditEvent), Error> {
    if campaign.status != CampaignStatus::Completed {
        return Err(Error::CampaignNotCompleted {
            status: campaign.status,
        });
    }
    let available = money.balance();
    if amount > available {
        return Err(Error::InsufficientBalance {
            requested: amount,
            available,
        });
    }
    let payout = Transaction {
        id,
        campaign_id: campaign.id,
        participation_id: None,
        kind: TransactionKind::Payout,
        amount,
        status: TransactionStatus::Recorded,
        source: TransactionSource::Organiser,
        refund_of: None,
        reason: None,
        reference,
        created_at: now,
        sent_at: None,
        acknowledged_at: None,
    };
    let event = campaign.event(AuditEventKind::PayoutRecorded, facts(&payout), now);
    Ok((payout, event))
}

/// The row of a payment.
fn payment(
    participation: &Participation,
    receipt: Receipt,
    amount: Rupiah,
    id: TransactionId,
    now: Timestamp,
) -> Transaction {
    Transaction {
        id,
        campaign_id: participation.campaign_id,
        participation_id: Some(participation.id),
        kind: TransactionKind::Payment,
        amount,
        status: TransactionStatus::Recorded,
        source: receipt.source,
        refund_of: None,
        reason: None,
        reference: receipt.reference,
        created_at: now,
        sent_at: None,
        acknowledged_at: None,
    }
}

/// A refund of a payment, or of a part of it.
pub(super) fn refund(
    payment: &Transaction,
    amount: Rupiah,
    id: TransactionId,
    now: Timestamp,
) -> Transaction {
    Transaction {
        id,
        kind: TransactionKind::Refund,
        amount,
        status: TransactionStatus::Due,
        source: TransactionSource::Lifecycle,
        refund_of: Some(payment.id),
        reason: None,
        reference: None,
        created_at: now,
        ..payment.clone()
    }
}

/// What every event about a row says. Never its reference: people type that.
pub(super) fn facts(transaction: &Transaction) -> Metadata {
    let facts = Metadata::new();
    let facts = match transaction.participation_id {
        Some(id) => facts.participation(id),
        None => facts,
    };
    facts
        .transaction(transaction.id)
        .amount("amount", transaction.amount)
}

/// A change that leaves the campaign and the state of the participation as they are.
const fn unconfirming(participation: Participation, transactions: Vec<Transaction>) -> MoneyChange {
    MoneyChange {
        campaign: None,
        participation,
        transactions,
        events: Vec::new(),
    }
}
