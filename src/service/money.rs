//! Verbs on money: payments, adjustments, payouts, refunds, and who still owes.

use crate::domain::audit::NewAuditEvent;
use crate::domain::campaign::Campaign;
use crate::domain::error::Error;
use crate::domain::id::{CampaignId, ParticipationId, TransactionId};
use crate::domain::ledger::{
    self, CampaignMoney, MoneyChange, NewAdjustment, NewIds, NewPayment, NewPayout, Receipt,
    Refund, Refunds, Transaction as Entry, TransactionSource,
};
use crate::domain::money::Rupiah;
use crate::domain::participation::Participation;
use crate::domain::payout_account;
use crate::domain::reports::{Limit, Page};
use crate::service::participations::find_with_campaign;
use crate::service::{Sambatan, page, transfer};
use crate::store::transactions::{OfLine, Origin};
use crate::store::{campaigns, erase, participants, seals, transactions};
use crate::writer::{Failure, Transaction};

/// Payments looked at together when a campaign's money goes back.
const REFUNDED_AT_ONCE: u32 = 256;

impl Sambatan {
    /// Confirms reserved slots and records the payment that they were paid with; without an amount that
    /// of the transfer the participant was told. The amount may be short or over: that stays visible.
    ///
    /// # Errors
    /// [`Error::ValidationFailed`], [`Error::ParticipationNotFound`],
    /// [`Error::ParticipationStateInvalid`], [`Error::PaymentExceedsLimit`], or what every write can
    /// answer.
    pub fn confirm_with_payment(
        &self,
        participation_id: ParticipationId,
        payment: NewPayment,
    ) -> Result<Participation, Error> {
        let receipt = receipt(payment)?;
        self.core.writer.call(move |transaction| {
            let (participation, campaign, money) = find_with_money(transaction, participation_id)?;
            let (ids, now) = (NewIds::new(), transaction.now);
            let change = ledger::confirm(participation, campaign, receipt, &money, ids, now)?;
            apply(transaction, &change, None)?;
            Ok(change.participation)
        })
    }

    /// Records money that came in for a participation in any state but waiting. A reserved one is
    /// confirmed by it; what comes in for slots that were given up is due to go back at once. Answers the
    /// payment.
    ///
    /// # Errors
    /// As [`Self::confirm_with_payment`], and [`Error::PaymentsChanged`].
    pub fn record_payment(
        &self,
        participation_id: ParticipationId,
        payment: NewPayment,
    ) -> Result<Entry, Error> {
        let seen = payment.only_if_paid;
        let receipt = receipt(payment)?;
        self.core.writer.call(move |transaction| {
            let (participation, campaign, money) = find_with_money(transaction, participation_id)?;
            ledger::unchanged(&participation, seen)?;
            let (ids, now) = (NewIds::new(), transaction.now);
            let change = ledger::receive(participation, campaign, receipt, &money, ids, now)?;
            apply(transaction, &change, None)?;
            first(change)
        })
    }

    /// Takes off what was recorded too much for a participation, or was given back by hand. Answers the
    /// adjustment.
    ///
    /// # Errors
    /// [`Error::ValidationFailed`], [`Error::ParticipationNotFound`],
    /// [`Error::PaymentsChanged`], [`Error::AdjustmentExceedsPayments`], [`Error::InsufficientBalance`] when the money was paid out of the
    /// campaign, or what every write can answer.
    pub fn adjust_payment(
        &self,
        participation_id: ParticipationId,
        adjustment: NewAdjustment,
    ) -> Result<Entry, Error> {
        let seen = adjustment.only_if_paid;
        let checked = adjustment.check()?;
        self.core.writer.call(move |transaction| {
            let connection = transaction.connection;
            let participation = participants::find_by_id(connection, participation_id)?
                .ok_or(Error::ParticipationNotFound)?;
            ledger::unchanged(&participation, seen)?;
            let (id, now) = (TransactionId::new(), transaction.now);
            let money = transactions::money_of(connection, participation.campaign_id)?;
            let mut change = ledger::adjust(participation, checked, &money, id, now)?;
            let participation = &mut change.participation;
            if participation.status.is_live() && participation.paid_amount == Rupiah::default() {
                // It is to be paid again, and its amount may be another's by now.
                transfer::assign(transaction, participation, 0)?;
                let amount = participation.transfer_amount;
                change.tell(|facts| facts.amount_or_none("transfer_amount", amount));
            }
            apply(transaction, &change, None)?;
            first(change)
        })
    }

    /// Records money that was paid out of a completed campaign: never more than is there.
    ///
    /// # Errors
    /// [`Error::ValidationFailed`], [`Error::CampaignNotFound`], [`Error::CampaignNotCompleted`],
    /// [`Error::InsufficientBalance`], or what every write can answer.
    pub fn pay_out(&self, campaign_id: CampaignId, payout: NewPayout) -> Result<Entry, Error> {
        let checked = payout.check()?;
        self.core.writer.call(move |transaction| {
            let connection = transaction.connection;
            let campaign =
                campaigns::find_by_id(connection, campaign_id)?.ok_or(Error::CampaignNotFound)?;
            let money = transactions::money_of(connection, campaign_id)?;
            let (id, now) = (TransactionId::new(), transaction.now);
            let (payout, mut event) = ledger::pay_out(&campaign, checked, &money, id, now)?;
            if let Some(seal) = transactions::insert(connection, &payout, Origin::Nothing)? {
                event.metadata = event.metadata.sealed(seal);
            }
            if payout.reference.is_some() {
                erase::note_new_text(connection, campaign_id, None, now)?;
            }
            transaction.append(event)?;
            Ok(payout)
        })
    }

    /// The participant says where a refund goes: a bank and an account number, or a wallet. 5 to 120
    /// characters; the last one counts. While a refund is due another account than before is noted as changed:
    /// the organiser [confirms](Self::confirm_payout_account) it before the refund can be noted as sent.
    ///
    /// # Errors
    /// [`Error::ValidationFailed`], [`Error::ParticipationNotFound`], or what every write can answer.
    pub fn set_payout_account(
        &self,
        participation_id: ParticipationId,
        account: &str,
    ) -> Result<Participation, Error> {
        let account = ledger::payout_account(account)?;
        self.core.writer.call(move |transaction| {
            let connection = transaction.connection;
            let participation = participants::find_by_id(connection, participation_id)?
                .ok_or(Error::ParticipationNotFound)?;
            let now = transaction.now;
            let (participation, mut event) = payout_account::set(participation, account, now);
            participants::update(connection, &participation)?;
            let campaign_id = participation.campaign_id;
            erase::note_new_text(connection, campaign_id, Some(participation_id), now)?;
            let seal = seals::participation(connection, &participation)?;
            event.metadata = event.metadata.sealed(seal);
            transaction.append(event)?;
            Ok(participation)
        })
    }

    /// The organiser has sent a refund; `reference` is the bank's number of the transfer, 1 to 120
    /// characters.
    ///
    /// # Errors
    /// [`Error::ValidationFailed`], [`Error::RefundNotFound`], [`Error::RefundStateInvalid`],
    /// [`Error::PayoutAccountUnconfirmed`], or what every write can answer.
    pub fn send_refund(&self, refund_id: TransactionId, reference: &str) -> Result<Refund, Error> {
        let reference = ledger::required_reference(reference)?;
        #[cfg(feature = "broken-variants")]
        let outside = self.read_refund_outside(refund_id)?;
        self.core.writer.call(move |transaction| {
            let mut refund = find_refund(transaction, refund_id)?;
            #[cfg(feature = "broken-variants")]
            if let Some(outside) = outside {
                refund = outside;
            }
            payout_account::may_send(&refund)?;
            let (sent, mut event) = ledger::send(refund.transaction, reference, transaction.now)?;
            transactions::update_refund(transaction.connection, &sent)?;
            if let Some(seal) = seals::transaction(transaction.connection, &sent)? {
                event.metadata = event.metadata.sealed(seal);
            }
            let (campaign, now) = (sent.campaign_id, transaction.now);
            erase::note_new_text(transaction.connection, campaign, None, now)?;
            transaction.append(event)?;
            refund.transaction = sent;
            Ok(refund)
        })
    }

    /// The classic mistake: two who send the same refund both find it due.
    #[cfg(feature = "broken-variants")]
    fn read_refund_outside(&self, id: TransactionId) -> Result<Option<Refund>, Error> {
        if self.core.broken != Some(super::BrokenVariant::CheckOutsideTransaction) {
            return Ok(None);
        }
        self.core
            .read(|connection| transactions::find_refund(connection, id))
    }

    /// The participant has got a refund. With `owner`, only one of that participation.
    ///
    /// # Errors
    /// [`Error::RefundNotFound`], also for somebody else's; [`Error::RefundStateInvalid`], or what every
    /// write can answer.
    pub fn acknowledge_refund(
        &self,
        refund_id: TransactionId,
        owner: Option<ParticipationId>,
    ) -> Result<Refund, Error> {
        self.core.writer.call(move |transaction| {
            let mut refund = find_refund(transaction, refund_id)?;
            if owner.is_some() && owner != refund.transaction.participation_id {
                return Err(Error::RefundNotFound.into());
            }
            let (got, event) = ledger::acknowledge(refund.transaction, transaction.now)?;
            transactions::update_refund(transaction.connection, &got)?;
            transaction.append(event)?;
            refund.transaction = got;
            Ok(refund)
        })
    }

    /// The money of a campaign.
    ///
    /// # Errors
    /// [`Error::CampaignNotFound`], or what every read can answer.
    pub fn campaign_money(&self, campaign_id: CampaignId) -> Result<CampaignMoney, Error> {
        self.core
            .read(|connection| {
                let known = campaigns::exists(connection, campaign_id)?;
                known
                    .then(|| transactions::money_of(connection, campaign_id))
                    .transpose()
            })?
            .ok_or(Error::CampaignNotFound)
    }

    /// Lists a campaign's movements of money, oldest first; `after` is where the page before ended.
    ///
    /// # Errors
    /// [`Error::CampaignNotFound`], or what every read can answer.
    pub fn list_transactions(
        &self,
        campaign_id: CampaignId,
        after: Option<TransactionId>,
        limit: Limit,
    ) -> Result<Page<Entry, TransactionId>, Error> {
        let items = self.core.read(|connection| {
            let known = campaigns::exists(connection, campaign_id)?;
            known
                .then(|| transactions::page_of_campaign(connection, campaign_id, after, limit))
                .transpose()
        })?;
        let items = items.ok_or(Error::CampaignNotFound)?;
        Ok(page(items, limit, |entry| entry.id))
    }

    /// Lists a participation's movements of money, oldest first.
    ///
    /// # Errors
    /// [`Error::ParticipationNotFound`], or what every read can answer.
    pub fn list_participation_transactions(
        &self,
        participation_id: ParticipationId,
        after: Option<TransactionId>,
        limit: Limit,
    ) -> Result<Page<Entry, TransactionId>, Error> {
        let items = self.core.read(|connection| {
            let known = participants::find_by_id(connection, participation_id)?;
            known
                .map(|_| {
                    transactions::page_of_participation(connection, participation_id, after, limit)
                })
                .transpose()
        })?;
        let items = items.ok_or(Error::ParticipationNotFound)?;
        Ok(page(items, limit, |entry| entry.id))
    }

    /// Lists a campaign's refunds, oldest first.
    ///
    /// # Errors
    /// [`Error::CampaignNotFound`], or what every read can answer.
    pub fn list_refunds(
        &self,
        campaign_id: CampaignId,
        after: Option<TransactionId>,
        limit: Limit,
    ) -> Result<Page<Refund, TransactionId>, Error> {
        let items = self.core.read(|connection| {
            let known = campaigns::exists(connection, campaign_id)?;
            known
                .then(|| transactions::page_of_refunds(connection, campaign_id, after, limit))
                .transpose()
        })?;
        let items = items.ok_or(Error::CampaignNotFound)?;
        Ok(page(items, limit, |refund| refund.transaction.id))
    }

    /// Lists the refunds that are to be sent, of all campaigns, oldest first.
    ///
    /// # Errors
    /// What every read can answer.
    pub fn list_due_refunds(
        &self,
        after: Option<TransactionId>,
        limit: Limit,
    ) -> Result<Page<Refund, TransactionId>, Error> {
        let items = self
            .core
            .read(|connection| transactions::page_of_due(connection, after, limit))?;
        Ok(page(items, limit, |refund| refund.transaction.id))
    }

    /// Lists a campaign's live participations that have not paid their contribution, in order of joining.
    ///
    /// # Errors
    /// [`Error::CampaignNotFound`], or what every read can answer.
    pub fn list_unpaid(
        &self,
        campaign_id: CampaignId,
        after: Option<ParticipationId>,
        limit: Limit,
    ) -> Result<Page<Participation, ParticipationId>, Error> {
        let items = self.core.read(|connection| {
            let known = campaigns::exists(connection, campaign_id)?;
            known
                .then(|| participants::page_of_unpaid(connection, campaign_id, after, limit))
                .transpose()
        })?;
        let items = items.ok_or(Error::CampaignNotFound)?;
        Ok(page(items, limit, |participation| participation.id))
    }
}

/// Makes every payment of a campaign due to go back: to be called inside the transaction that ends it
/// without success. What is refunded already stays as it is.
pub(super) fn refund_all(
    transaction: &Transaction<'_>,
    campaign_id: CampaignId,
) -> Result<Refunds, Failure> {
    let connection = transaction.connection;
    let mut refunds = Refunds::default();
    let mut after = None;
    loop {
        let payments =
            transactions::unrefunded_payments(connection, campaign_id, after, REFUNDED_AT_ONCE)?;
        let Some(last) = payments.last() else {
            return Ok(refunds);
        };
        after = Some(last.payment);
        let owed = ledger::owed(campaign_id, &payments, TransactionId::new, transaction.now);
        for refund in &owed {
            transactions::insert(connection, refund, Origin::Nothing)?;
        }
        refunds = refunds.and(&owed);
    }
}

/// Writes a movement with all that belongs to it.
pub(super) fn apply(
    transaction: &Transaction<'_>,
    change: &MoneyChange,
    line: Option<OfLine>,
) -> Result<(), Failure> {
    let connection = transaction.connection;
    participants::update(connection, &change.participation)?;
    if let Some(campaign) = &change.campaign {
        campaigns::update_slots(connection, campaign)?;
    }
    let mut events = change.events.clone();
    for (index, entry) in change.transactions.iter().enumerate() {
        // The first is the payment; a refund comes of no line.
        let line = line.filter(|_| index == 0);
        let origin = line.map_or(Origin::Nothing, Origin::Line);
        let seal = transactions::insert(connection, entry, origin)?;
        let names_it = |event: &&mut NewAuditEvent| event.metadata.names(entry.id);
        if let (Some(seal), Some(event)) = (seal, events.iter_mut().find(names_it)) {
            let facts = std::mem::take(&mut event.metadata).sealed(seal);
            event.metadata = match line.map_or(0, |line| line.share) {
                0 => facts,
                share => facts.count("statement_share", u64::from(share)),
            };
        }
    }
    let is_typed =
        |entry: &Entry| entry.reference.is_some() && entry.source == TransactionSource::Organiser;
    if change.transactions.iter().any(is_typed) {
        let id = change.participation.campaign_id;
        erase::note_new_text(connection, id, None, transaction.now)?;
    }
    for event in events {
        transaction.append(event)?;
    }
    Ok(())
}

/// A participation, its campaign and that campaign's money.
pub(super) fn find_with_money(
    transaction: &Transaction<'_>,
    id: ParticipationId,
) -> Result<(Participation, Campaign, CampaignMoney), Failure> {
    let (participation, campaign) = find_with_campaign(transaction, id)?;
    let money = transactions::money_of(transaction.connection, campaign.id)?;
    Ok((participation, campaign, money))
}

pub(super) fn find_refund(
    transaction: &Transaction<'_>,
    id: TransactionId,
) -> Result<Refund, Failure> {
    let refund = transactions::find_refund(transaction.connection, id)?;
    Ok(refund.ok_or(Error::RefundNotFound)?)
}

fn receipt(payment: NewPayment) -> Result<Receipt, Error> {
    let checked = payment.check()?;
    Ok(Receipt {
        amount: checked.amount,
        reference: checked.reference,
        source: TransactionSource::Organiser,
    })
}

pub(super) fn first(change: MoneyChange) -> Result<Entry, Failure> {
    let first = change.transactions.into_iter().next();
    Ok(first.ok_or(Error::Internal)?)
}
