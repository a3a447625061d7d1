//! The naive model: maps of what there is, and the rules said once more in the plainest words.
//!
//! Counts everything anew whenever it is asked, and calls no rule of the service.

mod after_completion;
mod bans;
pub(crate) mod campaigns;
mod claims;
mod clock;
mod compare;
pub(crate) mod draw;
mod forgetting;
mod giving_back;
mod money;
mod once;
mod pay_to;
mod slots;
mod statement;
pub(crate) mod steps;
mod time;
pub(crate) mod world;

use std::collections::{BTreeMap, BTreeSet};

use clock::ModelClock;
use sambatan::domain::audit::{AuditEvent, AuditEventKind as Kind, Metadata};
use sambatan::domain::ban::Ban;
use sambatan::domain::id::{BanId, CampaignId, ParticipationId, PayToId, ProductId, TransactionId};
use sambatan::domain::idempotency::StoredAnswer;
use sambatan::domain::ledger::{RefundSums, Transaction, TransactionKind, TransactionStatus};
use sambatan::domain::money::Rupiah;
use sambatan::domain::participation::{Participation, ParticipationStatus};
use sambatan::domain::pay_to::PayTo;
use sambatan::domain::product::Product;
use sambatan::domain::slots::Slots;
use sambatan::domain::time::Timestamp;
use sambatan::{Campaign, CampaignStatus};
use statement::Credit;
use steps::Pick;

/// Things by id, which is also their order of creation.
#[derive(Clone)]
pub(crate) struct Things<Id, Thing> {
    by_id: BTreeMap<Id, Thing>,
    unknown: Id,
}

impl<Id: Ord + Copy, Thing> Things<Id, Thing> {
    const fn new(unknown: Id) -> Self {
        Self {
            by_id: BTreeMap::new(),
            unknown,
        }
    }

    /// Counts from the newest thing backwards; 11 is an id that nothing has.
    pub(crate) fn pick(&self, pick: Pick) -> Id {
        self.pick_of(pick, |_| true)
    }

    /// As [`Self::pick`], but mostly one of those that a step is about, so that it does not fail each time.
    pub(crate) fn pick_of(&self, pick: Pick, is_meant: impl Fn(&Thing) -> bool) -> Id {
        let all = self.by_id.iter().rev();
        let all: Vec<_> = all.map(|(id, thing)| (*id, is_meant(thing))).collect();
        pick.among(&all).unwrap_or(self.unknown)
    }
}

#[derive(Clone)]
struct Kept {
    request: String,
    answer: StoredAnswer,
    /// Whom the answer is about.
    joined: Option<ParticipationId>,
    /// With whose end it goes.
    campaign: CampaignId,
    expires_at: Timestamp,
}

/// What there is. A campaign's numbers are not kept: they are counted whenever they are asked for. A copy
/// of it is for trying out what would be.
#[derive(Clone)]
pub(crate) struct Model {
    pub(crate) now: Timestamp,
    pub(crate) clock: ModelClock,
    pub(crate) products: Things<ProductId, Product>,
    pub(crate) campaigns: Things<CampaignId, Campaign>,
    pub(crate) participations: Things<ParticipationId, Participation>,
    /// Who may not join, with what of it counts.
    pub(crate) bans: Things<BanId, (Ban, String)>,
    pub(crate) accounts: Things<PayToId, PayTo>,
    /// Every change there ever was, products' included.
    pub(crate) events: Vec<AuditEvent>,
    kept: BTreeMap<(String, String), Kept>,
    /// Every movement of money, in the order in which they happened.
    ledger: Vec<Transaction>,
    /// The refunds whose ids only the service knows yet, by the payment that they send back.
    unnamed: Vec<TransactionId>,
    /// What the organiser gave back by each request: to whom, how much, and its rows.
    requests: BTreeMap<String, (ParticipationId, i64, Vec<TransactionId>)>,
    /// The lines of bank statements that have counted.
    counted: BTreeSet<Credit>,
    /// Those of them that payments were read from.
    of_line: BTreeMap<TransactionId, Credit>,
}

impl Model {
    pub(crate) fn at(now: Timestamp) -> Self {
        Self {
            now,
            clock: ModelClock::at(now),
            products: Things::new(ProductId::new()),
            campaigns: Things::new(CampaignId::new()),
            participations: Things::new(ParticipationId::new()),
            bans: Things::new(BanId::new()),
            accounts: Things::new(PayToId::new()),
            events: Vec::new(),
            kept: BTreeMap::new(),
            ledger: Vec::new(),
            unnamed: Vec::new(),
            requests: BTreeMap::new(),
            counted: BTreeSet::new(),
            of_line: BTreeMap::new(),
        }
    }

    fn note(&mut self, campaign_id: Option<CampaignId>, kind: Kind, metadata: Metadata) {
        self.events.push(AuditEvent {
            number: i64::try_from(self.events.len()).unwrap() + 1,
            campaign_id,
            kind,
            metadata,
            timestamp: self.now,
        });
    }

    fn participations_of(&self, id: CampaignId) -> impl Iterator<Item = &Participation> {
        let all = self.participations.by_id.values();
        all.filter(move |participation| participation.campaign_id == id)
    }

    fn live(&self, id: CampaignId) -> impl Iterator<Item = &Participation> {
        self.participations_of(id)
            .filter(|participation| is_live(participation))
    }

    fn confirmed(&self, id: CampaignId) -> usize {
        let confirmed = ParticipationStatus::Confirmed;
        self.live(id)
            .filter(|live| live.status == confirmed)
            .count()
    }

    /// Who waits, the first one first.
    fn waiting(&self, id: CampaignId) -> impl Iterator<Item = &Participation> {
        let waitlisted = ParticipationStatus::Waitlisted;
        let mut waiting: Vec<_> = self
            .participations_of(id)
            .filter(|participation| participation.status == waitlisted)
            .collect();
        waiting.sort_by_key(|participation| participation.queue_number);
        waiting.into_iter()
    }

    fn last_queue_number(&self, id: CampaignId) -> u32 {
        let all = self.participations_of(id);
        all.filter_map(|participation| participation.queue_number)
            .max()
            .unwrap_or(0)
    }

    fn taken(&self, id: CampaignId) -> u32 {
        self.live(id).map(|live| live.quantity.get()).sum()
    }

    /// A campaign as the service should show it, its numbers counted anew.
    pub(crate) fn campaign(&self, id: CampaignId) -> Campaign {
        Campaign {
            slots_taken: Slots::new(self.taken(id)),
            waitlist_count: u32::try_from(self.waiting(id).count()).unwrap(),
            last_queue_number: self.last_queue_number(id),
            participant_count: u32::try_from(self.live(id).count()).unwrap(),
            confirmed_count: u32::try_from(self.confirmed(id)).unwrap(),
            ..self.campaigns.by_id[&id].clone()
        }
    }

    pub(crate) fn participation(&self, id: ParticipationId) -> Participation {
        self.shown(&self.participations.by_id[&id])
    }

    /// A participation as the service should show it, what goes back counted anew.
    fn shown(&self, one: &Participation) -> Participation {
        let sum = |status| {
            let rows = self.ledger.iter();
            let rows = rows.filter(|row| {
                row.participation_id == Some(one.id)
                    && row.kind == TransactionKind::Refund
                    && row.status == status
            });
            Rupiah::new(rows.map(|row| row.amount.get()).sum())
        };
        Participation {
            refunds: RefundSums {
                due: sum(TransactionStatus::Due),
                sent: sum(TransactionStatus::Sent),
                acknowledged: sum(TransactionStatus::Acknowledged),
            },
            ..one.clone()
        }
    }

    fn change(&mut self, id: CampaignId, status: CampaignStatus) {
        let campaign = self.campaigns.by_id.get_mut(&id).unwrap();
        campaign.status = status;
        campaign.updated_at = self.now;
        if status.has_ended() {
            campaign.ended_at = Some(self.now);
            self.campaign_ended_for_answers(id);
        }
    }

    fn settle(
        &mut self,
        id: CampaignId,
        from: &[ParticipationStatus],
        to: ParticipationStatus,
    ) -> u64 {
        let mut settled = 0;
        for participation in self.participations.by_id.values_mut() {
            if participation.campaign_id == id && from.contains(&participation.status) {
                participation.status = to;
                participation.updated_at = self.now;
                settled += 1;
            }
        }
        settled
    }
}

fn is_live(participation: &Participation) -> bool {
    participation.status == ParticipationStatus::Reserved
        || participation.status == ParticipationStatus::Confirmed
}
