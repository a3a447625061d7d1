//! What events say of money.

use crate::domain::audit::{AuditEvent, AuditEventKind as Kind};
use crate::domain::id::{CampaignId, ParticipationId, TransactionId};
use crate::domain::ledger::{TransactionKind, TransactionStatus};
use crate::domain::money::Rupiah;
use crate::domain::replay::{
    NO_CAMPAIGN, Replay, WRONG_STATE, WRONG_SUM, Why, id_in, number_in, number_or_zero,
};
use crate::domain::time::Timestamp;

/// A movement of money that an event names.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) campaign: CampaignId,
    pub(super) participation: Option<ParticipationId>,
    pub(super) kind: TransactionKind,
    pub(super) amount: i64,
    pub(super) status: TransactionStatus,
}

/// What sends a payment back.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Back {
    pub(super) participation: ParticipationId,
    pub(super) amount: i64,
    /// When it became due, and the number of the event that says so.
    pub(super) at: Timestamp,
    pub(super) number: i64,
}

const NAMED_ALREADY: Why = "the movement of money is there already";

impl Replay {
    pub(super) fn move_money(&mut self, event: &AuditEvent) -> Result<(), Why> {
        match event.kind {
            Kind::PaymentRecorded => self.record(event, TransactionKind::Payment),
            Kind::AdjustmentRecorded => self.record(event, TransactionKind::Adjustment),
            Kind::PayoutRecorded => self.pay_out(event),
            Kind::RefundDue => self.owe(event),
            _ => self.move_on(event),
        }
    }

    fn name(
        &mut self,
        event: &AuditEvent,
        kind: TransactionKind,
        status: TransactionStatus,
    ) -> Result<(TransactionId, i64), Why> {
        let id = id_in(event, "transaction_id")?;
        let amount = number_in(event, "amount")?;
        let entry = Entry {
            campaign: event.campaign_id.ok_or(NO_CAMPAIGN)?,
            participation: id_in(event, "participation_id").ok(),
            kind,
            amount,
            status,
        };
        match self.entries.insert(id, entry) {
            None => Ok((id, amount)),
            Some(_) => Err(NAMED_ALREADY),
        }
    }

    fn record(&mut self, event: &AuditEvent, kind: TransactionKind) -> Result<(), Why> {
        let (id, amount) = self.name(event, kind, TransactionStatus::Recorded)?;
        let (campaign, participation) = self.participation(event)?;
        participation.paid += amount;
        if participation.paid < participation.refunded() {
            return Err(WRONG_SUM);
        }
        if kind == TransactionKind::Payment {
            participation.claims = false;
            participation.payments.push((id, amount));
            add(&mut campaign.money.payments, amount);
        } else {
            add(&mut campaign.money.adjustments, amount);
        }
        Ok(())
    }

    fn pay_out(&mut self, event: &AuditEvent) -> Result<(), Why> {
        let (_, amount) = self.name(event, TransactionKind::Payout, TransactionStatus::Recorded)?;
        let (_, campaign) = self.campaign(event)?;
        if campaign.money.balance().get() < amount {
            return Err(WRONG_SUM);
        }
        add(&mut campaign.money.payouts, amount);
        Ok(())
    }

    /// Money goes back: the payment of the event before, which came too late, or what the organiser takes from
    /// the payment that the event names.
    fn owe(&mut self, event: &AuditEvent) -> Result<(), Why> {
        let (_, amount) = self.name(event, TransactionKind::Refund, TransactionStatus::Due)?;
        let id = id_in(event, "participation_id")?;
        let named: Option<TransactionId> = id_in(event, "payment_id").ok();
        let (campaign, participation) = self.participation(event)?;
        let payments = &mut participation.payments;
        let (payment, left) = match named {
            None => payments.pop(),
            Some(named) => {
                let at = payments.iter().position(|(payment, _)| *payment == named);
                at.map(|at| payments.remove(at))
            }
        }
        .ok_or(WRONG_STATE)?;
        let is_whole = named.is_some() || left == amount;
        if left > amount {
            participation.payments.push((payment, left - amount));
        }
        participation.refunds[0] += amount;
        add(&mut campaign.money.refunds_due, amount);
        if !is_whole
            || !(1..=left).contains(&amount)
            || participation.refunded() > participation.paid
            || campaign.money.balance() < Rupiah::new(0)
        {
            return Err(WRONG_SUM);
        }
        self.send_back(event, payment, id, amount);
        Ok(())
    }

    fn send_back(
        &mut self,
        event: &AuditEvent,
        payment: TransactionId,
        participation: ParticipationId,
        amount: i64,
    ) {
        self.refunds.entry(payment).or_default().push(Back {
            participation,
            amount,
            at: event.timestamp,
            number: event.number,
        });
    }

    /// A refund is sent, or has arrived. One that came of a campaign's end is named here for the first time.
    fn move_on(&mut self, event: &AuditEvent) -> Result<(), Why> {
        let id = id_in(event, "transaction_id")?;
        let amount = number_in(event, "amount")?;
        let (campaign, participation) = self.participation(event)?;
        let money = &mut campaign.money;
        let (from, to, left, reached) = if event.kind == Kind::RefundSent {
            let (left, reached) = (&mut money.refunds_due, &mut money.refunds_sent);
            (
                TransactionStatus::Due,
                TransactionStatus::Sent,
                left,
                reached,
            )
        } else {
            let (left, reached) = (&mut money.refunds_sent, &mut money.refunds_acknowledged);
            (
                TransactionStatus::Sent,
                TransactionStatus::Acknowledged,
                left,
                reached,
            )
        };
        add(left, -amount);
        add(reached, amount);
        let step = usize::from(from == TransactionStatus::Sent);
        participation.refunds[step] -= amount;
        participation.refunds[step + 1] += amount;
        if *left < Rupiah::new(0) || participation.refunds[step] < 0 {
            return Err(WRONG_SUM);
        }
        let is_known = match self.entries.remove(&id) {
            Some(entry) => entry.status == from && entry.amount == amount,
            None => from == TransactionStatus::Due,
        };
        if !is_known {
            return Err(WRONG_STATE);
        }
        self.name(event, TransactionKind::Refund, to).map(|_| ())
    }

    /// Every payment of a campaign that does not go ahead goes back, as far as it is not taken off.
    pub(super) fn send_all_back(
        &mut self,
        event: &AuditEvent,
        campaign: CampaignId,
        everybody: &[ParticipationId],
    ) -> Result<(), Why> {
        let (mut count, mut sum) = (0_i64, 0_i64);
        for id in everybody {
            let Some(participation) = self.participations.get_mut(id) else {
                continue;
            };
            let mut payments = std::mem::take(&mut participation.payments);
            payments.sort_unstable();
            let mut backs = Vec::new();
            for (payment, left) in payments {
                let amount = left.min(participation.paid - participation.refunded());
                if amount <= 0 {
                    continue;
                }
                participation.refunds[0] += amount;
                (count, sum) = (count + 1, sum + amount);
                backs.push((payment, amount));
            }
            for (payment, amount) in backs {
                self.send_back(event, payment, *id, amount);
            }
        }
        if number_or_zero(event, "refunds") != count
            || number_or_zero(event, "refund_amount") != sum
        {
            return Err(WRONG_SUM);
        }
        let campaign = self.campaigns.get_mut(&campaign).ok_or(NO_CAMPAIGN)?;
        add(&mut campaign.money.refunds_due, sum);
        Ok(())
    }
}

const fn add(sum: &mut Rupiah, amount: i64) {
    *sum = Rupiah::new(sum.get().saturating_add(amount));
}
