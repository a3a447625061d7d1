//! Money: what came in, what was taken off, what goes back and what was paid out.

use proptest::prop_assert;
use sambatan::domain::audit::{AuditEventKind as Kind, Metadata};
use sambatan::domain::field::{FieldError, Problem};
use sambatan::domain::id::{CampaignId, ParticipationId, TransactionId};
use sambatan::domain::ledger::{
    CampaignMoney, Receipt, Refund, Transaction, TransactionKind, TransactionSource,
    TransactionStatus,
};
use sambatan::domain::money::Rupiah;
use sambatan::domain::participation::{Participation, ParticipationStatus};
use sambatan::domain::reports::Limit;
use sambatan::{CampaignStatus, Error, Sambatan};

use super::steps::Pick;
use super::{Model, is_live};
use crate::Checked;

impl Model {
    pub(super) fn ledger_of(&self, id: CampaignId) -> impl Iterator<Item = &Transaction> {
        let rows = self.ledger.iter();
        rows.filter(move |row| row.campaign_id == id)
    }

    pub(super) fn sum<'a>(rows: impl Iterator<Item = &'a Transaction>) -> Rupiah {
        Rupiah::new(rows.map(|row| row.amount.get()).sum())
    }

    pub(super) fn money(&self, id: CampaignId) -> CampaignMoney {
        let of = |kind| Self::sum(self.ledger_of(id).filter(|row| row.kind == kind));
        let refunds = |status| Self::sum(self.ledger_of(id).filter(|row| row.status == status));
        CampaignMoney {
            payments: of(TransactionKind::Payment),
            adjustments: of(TransactionKind::Adjustment),
            payouts: of(TransactionKind::Payout),
            refunds_due: refunds(TransactionStatus::Due),
            refunds_sent: refunds(TransactionStatus::Sent),
            refunds_acknowledged: refunds(TransactionStatus::Acknowledged),
        }
    }

    pub(super) fn refunded(&self, id: ParticipationId) -> i64 {
        let rows = self.ledger.iter();
        Self::sum(
            rows.filter(|row| {
                row.participation_id == Some(id) && row.kind == TransactionKind::Refund
            }),
        )
        .get()
    }

    pub(super) fn row(
        &self,
        id: TransactionId,
        kind: TransactionKind,
        whose: &Participation,
        amount: Rupiah,
    ) -> Transaction {
        Transaction {
            id,
            campaign_id: whose.campaign_id,
            participation_id: Some(whose.id),
            kind,
            amount,
            status: TransactionStatus::Recorded,
            source: TransactionSource::Organiser,
            refund_of: None,
            reason: None,
            reference: None,
            created_at: self.now,
            sent_at: None,
            acknowledged_at: None,
        }
    }

    /// A refund whose id is not known yet.
    fn owe(&mut self, payment: &Transaction, amount: Rupiah) {
        self.unnamed.push(payment.id);
        self.ledger.push(Transaction {
            id: TransactionId::new(),
            kind: TransactionKind::Refund,
            amount,
            status: TransactionStatus::Due,
            source: TransactionSource::Lifecycle,
            refund_of: Some(payment.id),
            reason: None,
            reference: None,
            created_at: self.now,
            ..payment.clone()
        });
    }

    fn tell(&mut self, kind: Kind, row: &Transaction) {
        let facts = Self::facts(row);
        self.note(Some(row.campaign_id), kind, facts);
    }

    pub(super) fn facts(row: &Transaction) -> Metadata {
        let facts = match row.participation_id {
            Some(id) => Metadata::new().participation(id),
            None => Metadata::new(),
        };
        facts.transaction(row.id).amount("amount", row.amount)
    }

    /// Whether a payment is taken; `confirms` when it is to confirm a reservation and nothing else.
    pub(crate) fn may_pay(
        &self,
        id: ParticipationId,
        amount: Option<i64>,
        confirms: bool,
    ) -> Result<(), Error> {
        let participation = self.participations.by_id.get(&id);
        let participation = participation.ok_or(Error::ParticipationNotFound)?;
        let is_reserved = participation.status == ParticipationStatus::Reserved;
        let waits = participation.status == ParticipationStatus::Waitlisted;
        if waits || (confirms && !is_reserved) {
            return Err(self.wrong_state(id));
        }
        let owes = participation.paid_amount < participation.contribution_amount;
        if amount.is_none() && is_live(participation) && !owes {
            return Err(Error::ValidationFailed(vec![FieldError {
                field: "amount",
                problem: Problem::Missing,
            }]));
        }
        Ok(())
    }

    /// `payment` is the id of the row that the service added to its ledger.
    pub(crate) fn paid(
        &mut self,
        id: ParticipationId,
        receipt: Receipt,
        payment: TransactionId,
        service: Option<&Sambatan>,
    ) -> Checked {
        let mut participation = self.participation(id);
        let (price, before) = (participation.contribution_amount, participation.paid_amount);
        let asked = if is_live(&participation) && before.get() > 0 {
            Rupiah::new(price.get() - before.get())
        } else {
            participation.transfer_amount.unwrap_or(price)
        };
        let amount = receipt.amount.unwrap_or(asked);
        let mut row = self.row(payment, TransactionKind::Payment, &participation, amount);
        row.source = receipt.source;
        row.reference = receipt.reference;
        self.ledger.push(row.clone());
        if row.source == TransactionSource::Organiser && row.reference.is_some() {
            self.typed_about(row.campaign_id);
        }
        let paid = participation.paid_amount.get() + amount.get();
        participation.paid_amount = Rupiah::new(paid);
        participation.claimed_at = None;
        participation.claimed_on = None;
        participation.updated_at = self.now;
        if participation.status == ParticipationStatus::Reserved {
            participation.status = ParticipationStatus::Confirmed;
            let facts = Metadata::new()
                .participation(id)
                .slots("quantity", participation.quantity)
                .amount("contribution_amount", participation.contribution_amount);
            self.note(Some(row.campaign_id), Kind::ParticipantConfirmed, facts);
        }
        let source = match row.source {
            TransactionSource::Import => "import",
            _ => "organiser",
        };
        let facts = Self::facts(&row).word("source", source);
        self.note(Some(row.campaign_id), Kind::PaymentRecorded, facts);
        let goes_back = !is_live(&participation);
        self.participations.by_id.insert(id, participation);
        if goes_back {
            self.owe(&row, amount);
            if let Some(service) = service {
                self.learn_refunds(service)?;
            }
            let refund = self.ledger.last().unwrap().clone();
            self.tell(Kind::RefundDue, &refund);
        }
        Ok(())
    }

    /// As much of each payment as the participation has paid after all and does not get back yet.
    pub(super) fn refund_all(&mut self, id: CampaignId, facts: Metadata) -> Metadata {
        let (mut count, mut sum) = (0, 0);
        let payments: Vec<_> = self
            .ledger_of(id)
            .filter(|row| row.kind == TransactionKind::Payment)
            .cloned()
            .collect();
        for payment in payments {
            let went_back = |row: &&Transaction| row.refund_of == Some(payment.id);
            let whose = payment.participation_id.unwrap();
            let paid = self.participations.by_id[&whose].paid_amount.get();
            let left = payment.amount.get() - Self::sum(self.ledger.iter().filter(went_back)).get();
            let amount = left.min(paid - self.refunded(whose));
            if amount > 0 {
                self.owe(&payment, Rupiah::new(amount));
                count += 1;
                sum += amount;
            }
        }
        if count == 0 {
            return facts;
        }
        facts
            .count("refunds", count)
            .amount("refund_amount", Rupiah::new(sum))
    }

    /// The service names the refunds that the end of a campaign has caused.
    pub(super) fn learn_refunds(&mut self, service: &Sambatan) -> Checked {
        let limit = Limit::new(100).unwrap();
        for payment in std::mem::take(&mut self.unnamed) {
            let row = self.ledger.iter_mut();
            let row = row.rev().find(|row| is_automatic(row, payment)).unwrap();
            let whose = row.participation_id.unwrap();
            let found = service.list_participation_transactions(whose, None, limit);
            let found = found.unwrap().items;
            let refund = found.iter().find(|found| is_automatic(found, payment));
            prop_assert!(refund.is_some(), "a payment does not go back");
            row.id = refund.unwrap().id;
        }
        Ok(())
    }

    /// Takes over what only the service can know.
    pub(crate) fn learn(&mut self, service: &Sambatan) -> Checked {
        self.learn_amounts(service)?;
        self.learn_refunds(service)
    }

    pub(crate) fn may_adjust(&self, id: ParticipationId, amount: i64) -> Result<(), Error> {
        let participation = self.participations.by_id.get(&id);
        let participation = participation.ok_or(Error::ParticipationNotFound)?;
        let left = participation.paid_amount.get() - self.refunded(id);
        let requested = Rupiah::new(-amount);
        let there = self.money(participation.campaign_id).balance();
        if -amount > left {
            return Err(Error::AdjustmentExceedsPayments {
                requested,
                available: Rupiah::new(left),
            });
        }
        if requested > there {
            return Err(Error::InsufficientBalance {
                requested,
                available: there,
            });
        }
        Ok(())
    }

    pub(crate) fn adjusted(
        &mut self,
        id: ParticipationId,
        amount: i64,
        row: TransactionId,
    ) -> Transaction {
        let mut participation = self.participation(id);
        let left = participation.paid_amount.get() + amount;
        participation.paid_amount = Rupiah::new(left);
        participation.updated_at = self.now;
        if left == 0 && is_live(&participation) {
            participation.transfer_amount = None;
        }
        let kind = TransactionKind::Adjustment;
        let mut row = self.row(row, kind, &participation, Rupiah::new(amount));
        row.reference = Some("koreksi".to_owned());
        self.participations.by_id.insert(id, participation);
        self.ledger.push(row.clone());
        self.tell(Kind::AdjustmentRecorded, &row);
        self.typed_about(row.campaign_id);
        row
    }

    pub(crate) fn may_pay_out(&self, id: CampaignId, amount: i64) -> Result<(), Error> {
        let campaign = self.campaigns.by_id.get(&id);
        let status = campaign.ok_or(Error::CampaignNotFound)?.status;
        if status != CampaignStatus::Completed {
            return Err(Error::CampaignNotCompleted { status });
        }
        let signed = |row: &Transaction| match row.kind {
            TransactionKind::Payment | TransactionKind::Adjustment => row.amount.get(),
            TransactionKind::Refund | TransactionKind::Payout => -row.amount.get(),
        };
        let left: i64 = self.ledger_of(id).map(signed).sum();
        if amount <= left {
            return Ok(());
        }
        Err(Error::InsufficientBalance {
            requested: Rupiah::new(amount),
            available: Rupiah::new(left),
        })
    }

    pub(crate) fn paid_out(&mut self, row: &Transaction) {
        self.ledger.push(row.clone());
        self.tell(Kind::PayoutRecorded, row);
        if row.reference.is_some() {
            self.typed_about(row.campaign_id);
        }
    }

    pub(crate) fn find_row(&self, id: TransactionId) -> Option<&Transaction> {
        self.ledger.iter().find(|row| row.id == id)
    }

    /// Counts from the newest refund backwards, and mostly those in a state.
    pub(crate) fn pick_refund(&self, pick: Pick, status: TransactionStatus) -> TransactionId {
        let rows = self.ledger.iter().rev();
        let refunds: Vec<_> = rows
            .filter(|row| row.refund_of.is_some())
            .map(|row| (row.id, row.status == status))
            .collect();
        pick.among(&refunds).unwrap_or_else(TransactionId::new)
    }

    /// Takes a refund a step further: from due to sent, or from sent to acknowledged. It is not sent to another
    /// account that the organiser has not confirmed.
    pub(crate) fn move_refund(
        &mut self,
        id: TransactionId,
        from: TransactionStatus,
        reference: &str,
    ) -> Result<Refund, Error> {
        let row = self.find_row(id).filter(|row| row.status == from);
        let whose = row.map(|row| &self.participations.by_id[&row.participation_id.unwrap()]);
        if let Some(changed_at) = whose.and_then(|whose| whose.account_changed_at)
            && from == TransactionStatus::Due
        {
            return Err(Error::PayoutAccountUnconfirmed { changed_at });
        }
        self.note_refund(id, from, reference)
    }

    /// Notes that a refund is a step further, wherever it went: a bank's statement says what was done.
    pub(crate) fn note_refund(
        &mut self,
        id: TransactionId,
        from: TransactionStatus,
        reference: &str,
    ) -> Result<Refund, Error> {
        let now = self.now;
        let row = self.ledger.iter_mut().find(|row| row.id == id);
        let row = row.ok_or(Error::RefundNotFound)?;
        if row.status != from {
            return Err(Error::RefundStateInvalid { status: row.status });
        }
        let kind = if from == TransactionStatus::Due {
            row.status = TransactionStatus::Sent;
            row.reference = Some(reference.to_owned());
            row.sent_at = Some(now);
            Kind::RefundSent
        } else {
            row.status = TransactionStatus::Acknowledged;
            row.acknowledged_at = Some(now);
            Kind::RefundAcknowledged
        };
        let row = row.clone();
        self.tell(kind, &row);
        if from == TransactionStatus::Due {
            self.typed_about(row.campaign_id);
        }
        Ok(self.refund(row))
    }

    /// With whom it is for and where it goes.
    pub(super) fn refund(&self, row: Transaction) -> Refund {
        let whose = &self.participations.by_id[&row.participation_id.unwrap()];
        Refund {
            transaction: row,
            user_id: whose.user_id.clone(),
            payout_account: whose.payout_account.clone(),
            account_changed_at: whose.account_changed_at,
        }
    }
}

/// Whether a row is the refund that came of itself for a payment: one at most.
fn is_automatic(row: &Transaction, payment: TransactionId) -> bool {
    row.refund_of == Some(payment) && row.source == TransactionSource::Lifecycle
}
