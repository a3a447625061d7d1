//! Compares what stands in the tables with what follows from the log.

use std::fmt;

use crate::domain::campaign::CampaignStatus;
use crate::domain::id::{CampaignId, ParticipationId, PayToId, TransactionId};
use crate::domain::ledger::{CampaignMoney, TransactionKind, TransactionStatus};
use crate::domain::participation::ParticipationStatus;
use crate::domain::replay::bans::BANS;
use crate::domain::replay::money::{Back, Entry};
use crate::domain::replay::{Replay, Told};
use crate::domain::time::Timestamp;
use crate::domain::verification::Misfit;

const CAMPAIGNS: &str = "sambatan_campaigns";
const PARTICIPANTS: &str = "sambatan_participants";
const TRANSACTIONS: &str = "sambatan_transactions";
const MONEY: &str = "sambatan_money";

/// A campaign as it stands in the file.
#[derive(Debug)]
pub struct StoredCampaign {
    /// Its id.
    pub id: CampaignId,
    /// Its status.
    pub status: CampaignStatus,
    /// The total, the taken ones, and the counts of participants, confirmed and waiting ones.
    pub numbers: [i64; 5],
    /// The accounts that it uses; none: all that are in use.
    pub pay_to: Vec<PayToId>,
}

/// A participation as it stands in the file.
#[derive(Debug)]
pub struct StoredParticipation {
    /// Its id.
    pub id: ParticipationId,
    /// Its campaign.
    pub campaign: CampaignId,
    /// Its status.
    pub status: ParticipationStatus,
    /// Quantity, contribution, what is paid, and what of it is to be sent back, is on its way and has arrived.
    pub numbers: [i64; 6],
    /// Whether they say that money is on its way.
    pub claims: bool,
    /// Whether the key by which names are compared is that of its name.
    pub is_keyed: bool,
}

/// A movement of money as it stands in the file.
#[derive(Debug)]
pub struct StoredTransaction {
    /// Its id.
    pub id: TransactionId,
    /// Its campaign.
    pub campaign: CampaignId,
    /// Its participation.
    pub participation: Option<ParticipationId>,
    /// Its kind.
    pub kind: TransactionKind,
    /// Its amount.
    pub amount: i64,
    /// Its status.
    pub status: TransactionStatus,
    /// The payment that a refund sends back.
    pub refund_of: Option<TransactionId>,
    /// When it was added.
    pub created_at: Timestamp,
}

/// A campaign's money as it stands in the file.
#[derive(Debug)]
pub struct StoredMoney {
    /// The campaign.
    pub id: CampaignId,
    /// Its sums.
    pub money: CampaignMoney,
}

/// A row of a table, for what is found wrong with it.
pub(super) struct Row<'a> {
    pub(super) table: &'static str,
    pub(super) id: &'a dyn fmt::Display,
}

impl Row<'_> {
    pub(super) fn differs(&self, what: &'static str, logged: &str, stored: &str) -> Misfit {
        Misfit::Differs {
            table: self.table,
            id: self.id.to_string(),
            what,
            logged: logged.to_owned(),
            stored: stored.to_owned(),
        }
    }

    pub(super) fn same<T: PartialEq>(
        &self,
        what: &'static str,
        logged: &T,
        stored: &T,
        tell: impl Fn(&T) -> String,
    ) -> Result<(), Misfit> {
        if logged == stored {
            return Ok(());
        }
        Err(self.differs(what, &tell(logged), &tell(stored)))
    }

    fn same_numbers<const N: usize>(
        &self,
        names: [&'static str; N],
        logged: [i64; N],
        stored: [i64; N],
    ) -> Result<(), Misfit> {
        for ((name, logged), stored) in names.into_iter().zip(logged).zip(stored) {
            self.same(name, &logged, &stored, i64::to_string)?;
        }
        Ok(())
    }

    pub(super) fn unknown(&self) -> Misfit {
        self.differs("the row", "no row", "there")
    }

    pub(super) fn missing(&self) -> Misfit {
        self.differs("the row", "a row", "missing")
    }
}

/// Compares rows one after the other, takes off what was found, and tells at the end what is left: a row
/// that the log knows and no table has. Money comes before campaigns.
impl Replay {
    /// Compares a movement of money.
    ///
    /// # Errors
    /// [`Misfit::Differs`].
    pub fn compare_transaction(&mut self, stored: &StoredTransaction) -> Result<(), Misfit> {
        let row = Row {
            table: TRANSACTIONS,
            id: &stored.id,
        };
        let named = self.entries.remove(&stored.id);
        if let Some(payment) = stored.refund_of {
            let back = self
                .take_back(payment, stored)
                .ok_or_else(|| row.unknown())?;
            row.same("amount", &back.amount, &stored.amount, i64::to_string)?;
            row.same(
                "created_at",
                &back.at,
                &stored.created_at,
                Timestamp::to_string,
            )?;
            if named.is_none() {
                self.rows.name_refund(stored.id.as_uuid(), back.number);
            }
            row.same(
                "participation",
                &Some(back.participation),
                &stored.participation,
                shown,
            )?;
        }
        let logged = match named {
            Some(entry) => entry,
            // One that came of a campaign's end and was not sent yet.
            None if stored.refund_of.is_some() => Entry {
                campaign: stored.campaign,
                participation: stored.participation,
                kind: TransactionKind::Refund,
                amount: stored.amount,
                status: TransactionStatus::Due,
            },
            None => return Err(row.unknown()),
        };
        row.same(
            "campaign",
            &logged.campaign,
            &stored.campaign,
            CampaignId::to_string,
        )?;
        row.same(
            "participation",
            &logged.participation,
            &stored.participation,
            shown,
        )?;
        row.same("kind", &logged.kind, &stored.kind, |kind| {
            kind.word().to_owned()
        })?;
        row.same("amount", &logged.amount, &stored.amount, i64::to_string)?;
        row.same("status", &logged.status, &stored.status, |status| {
            status.word().to_owned()
        })
    }

    /// Takes off the refund of a payment that a stored one is, or else comes closest to being.
    fn take_back(&mut self, payment: TransactionId, stored: &StoredTransaction) -> Option<Back> {
        let backs = self.refunds.get_mut(&payment)?;
        let is_it = |back: &Back| {
            back.amount == stored.amount && Some(back.participation) == stored.participation
        };
        let is_exactly = |back: &Back| is_it(back) && back.at == stored.created_at;
        let at = backs
            .iter()
            .position(is_exactly)
            .or_else(|| backs.iter().position(is_it))
            .unwrap_or_default();
        let back = (at < backs.len()).then(|| backs.swap_remove(at));
        if backs.is_empty() {
            self.refunds.remove(&payment);
        }
        back
    }

    /// Compares a participation.
    ///
    /// # Errors
    /// [`Misfit::Differs`].
    pub fn compare_participation(&mut self, stored: &StoredParticipation) -> Result<(), Misfit> {
        let row = Row {
            table: PARTICIPANTS,
            id: &stored.id,
        };
        let logged = self.participations.remove(&stored.id);
        let logged = logged.ok_or_else(|| row.unknown())?;
        row.same(
            "campaign",
            &logged.campaign,
            &stored.campaign,
            CampaignId::to_string,
        )?;
        row.same("status", &logged.status, &stored.status, |status| {
            status.sql_name().to_owned()
        })?;
        if !stored.is_keyed {
            return Err(row.differs("user_key", "that of the name", "another"));
        }
        let [due, sent, acknowledged] = logged.refunds;
        row.same("claimed_at", &logged.claims, &stored.claims, |claims| {
            if *claims { "there" } else { "none" }.to_owned()
        })?;
        row.same_numbers(
            [
                "quantity",
                "contribution_amount",
                "paid_amount",
                "refunds_due",
                "refunds_sent",
                "refunds_acknowledged",
            ],
            [
                logged.quantity,
                logged.contribution,
                logged.paid,
                due,
                sent,
                acknowledged,
            ],
            stored.numbers,
        )
    }

    /// Compares the sums of a campaign's money.
    ///
    /// # Errors
    /// [`Misfit::Differs`].
    pub fn compare_money(&mut self, stored: &StoredMoney) -> Result<(), Misfit> {
        let row = Row {
            table: MONEY,
            id: &stored.id,
        };
        let campaign = self.campaigns.get_mut(&stored.id);
        let campaign = campaign.ok_or_else(|| row.unknown())?;
        let logged = std::mem::take(&mut campaign.money);
        row.same_numbers(
            [
                "payments",
                "adjustments",
                "payouts",
                "refunds_due",
                "refunds_sent",
                "refunds_acknowledged",
            ],
            sums(&logged),
            sums(&stored.money),
        )
    }

    /// Compares a campaign.
    ///
    /// # Errors
    /// [`Misfit::Differs`].
    pub fn compare_campaign(&mut self, stored: &StoredCampaign) -> Result<(), Misfit> {
        let row = Row {
            table: CAMPAIGNS,
            id: &stored.id,
        };
        let logged = self.campaigns.remove(&stored.id);
        let logged = logged.ok_or_else(|| row.unknown())?;
        row.same("status", &logged.status, &stored.status, |status| {
            status.sql_name().to_owned()
        })?;
        let names = [
            "total_slots",
            "filled_slots",
            "participant_count",
            "confirmed_count",
            "waitlist_count",
        ];
        let numbers = [
            logged.total_slots,
            logged.slots_taken,
            logged.participants,
            logged.confirmed,
            logged.waiting,
        ];
        row.same_numbers(names, numbers, stored.numbers)?;
        row.same("pay_to", &logged.pay_to, &stored.pay_to, |ids| {
            let ids: Vec<String> = ids.iter().map(PayToId::to_string).collect();
            ids.join(", ")
        })?;
        if logged.money == CampaignMoney::default() {
            return Ok(());
        }
        let id = &stored.id;
        Err(Row { table: MONEY, id }.missing())
    }

    /// Tells what the log knows and no table has.
    ///
    /// # Errors
    /// [`Misfit::Differs`].
    pub fn end_comparison(&self) -> Result<(), Misfit> {
        if let Some(id) = self.campaigns.keys().min() {
            return Err(Row {
                table: CAMPAIGNS,
                id,
            }
            .missing());
        }
        if let Some(id) = self.participations.keys().min() {
            return Err(Row {
                table: PARTICIPANTS,
                id,
            }
            .missing());
        }
        if let Some(id) = self.entries.keys().min() {
            return Err(Row {
                table: TRANSACTIONS,
                id,
            }
            .missing());
        }
        if let Some(id) = self.bans.keys().min() {
            return Err(Row { table: BANS, id }.missing());
        }
        for table in [Told::Product, Told::Webhook, Told::PayTo] {
            if let Some(id) = self.left_over(table) {
                let (table, id) = (table.covered().table, &id);
                return Err(Row { table, id }.missing());
            }
        }
        match self.refunds.keys().min() {
            Some(id) => Err(Row {
                table: TRANSACTIONS,
                id,
            }
            .differs("what sends it back", "a refund", "missing")),
            None => Ok(()),
        }
    }
}

const fn sums(money: &CampaignMoney) -> [i64; 6] {
    [
        money.payments.get(),
        money.adjustments.get(),
        money.payouts.get(),
        money.refunds_due.get(),
        money.refunds_sent.get(),
        money.refunds_acknowledged.get(),
    ]
}

fn shown(id: &Option<ParticipationId>) -> String {
    id.map_or_else(|| "none".to_owned(), |id| id.to_string())
}
