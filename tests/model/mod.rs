//! The naive model: maps of what there is, and the rules said once more in the plainest words.
//!
//! Counts everything anew whenever it is asked, and calls no rule of the service.

mod compare;
mod money;
mod once;
mod slots;
pub(crate) mod steps;
mod time;
pub(crate) mod world;

use std::collections::BTreeMap;

use sambatan::domain::audit::{AuditEvent, AuditEventKind as Kind, Metadata};
use sambatan::domain::id::{CampaignId, ParticipationId, ProductId, TransactionId};
use sambatan::domain::idempotency::StoredAnswer;
use sambatan::domain::ledger::Transaction;
use sambatan::domain::money::Rupiah;
use sambatan::domain::participation::{Participation, ParticipationStatus};
use sambatan::domain::product::{Product, ToggleSambatan};
use sambatan::domain::slots::Slots;
use sambatan::domain::time::Timestamp;
use sambatan::{Campaign, CampaignStatus, Error, NewCampaign};

/// Things by id, which is also their order of creation.
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
    pub(crate) fn pick(&self, number: usize) -> Id {
        let newest_first: Vec<Id> = self.by_id.keys().rev().copied().collect();
        if number == 11 || newest_first.is_empty() {
            return self.unknown;
        }
        newest_first[number % newest_first.len()]
    }
}

struct Kept {
    request: (CampaignId, i64, bool),
    answer: StoredAnswer,
    expires_at: Timestamp,
}

/// What there is. A campaign's numbers are not kept: they are counted whenever they are asked for.
pub(crate) struct Model {
    pub(crate) now: Timestamp,
    pub(crate) products: Things<ProductId, Product>,
    pub(crate) campaigns: Things<CampaignId, Campaign>,
    pub(crate) participations: Things<ParticipationId, Participation>,
    /// Every change there ever was, products' included.
    pub(crate) events: Vec<AuditEvent>,
    kept: BTreeMap<(String, String), Kept>,
    /// Every movement of money, in the order in which they happened.
    ledger: Vec<Transaction>,
    /// The refunds whose ids only the service knows yet, by the payment that they send back.
    unnamed: Vec<TransactionId>,
}

impl Model {
    pub(crate) fn at(now: Timestamp) -> Self {
        Self {
            now,
            products: Things::new(ProductId::new()),
            campaigns: Things::new(CampaignId::new()),
            participations: Things::new(ParticipationId::new()),
            events: Vec::new(),
            kept: BTreeMap::new(),
            ledger: Vec::new(),
            unnamed: Vec::new(),
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
        self.participations.by_id[&id].clone()
    }

    fn change(&mut self, id: CampaignId, status: CampaignStatus) {
        let campaign = self.campaigns.by_id.get_mut(&id).unwrap();
        campaign.status = status;
        campaign.updated_at = self.now;
        if status.has_ended() {
            campaign.ended_at = Some(self.now);
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

/// The verbs: what is refused, and what becomes of the rest.
impl Model {
    pub(crate) fn product_created(&mut self, product: Product) {
        let facts = Metadata::new()
            .product(product.id)
            .amount("base_price", product.base_price)
            .flag("enabled", false);
        self.note(None, Kind::ProductCreated, facts);
        self.products.by_id.insert(product.id, product);
    }

    pub(crate) fn toggle(
        &mut self,
        id: ProductId,
        toggle: &ToggleSambatan,
    ) -> Result<Product, Error> {
        let now = self.now;
        let product = self.products.by_id.get_mut(&id);
        let product = product.ok_or(Error::ProductNotFound)?;
        let deadline = toggle.deadline.map(|time| Timestamp::new(time).unwrap());
        if let Some(deadline) = deadline {
            if toggle.enabled && deadline <= now {
                return Err(Error::DeadlineInPast { deadline });
            }
            product.sambatan_deadline = Some(deadline);
        }
        product.is_sambatan_enabled = toggle.enabled;
        product.updated_at = now;
        let product = product.clone();
        let facts = Metadata::new()
            .product(id)
            .amount("base_price", product.base_price)
            .flag("enabled", toggle.enabled);
        self.note(None, Kind::ProductSambatanToggled, facts);
        Ok(product)
    }

    pub(crate) fn create_campaign(&self, new: &NewCampaign) -> Result<(), Error> {
        let minimum = new.minimum_slots.unwrap_or(new.total_slots);
        let opens_late = new.opens_at.is_some_and(|opens| opens >= new.deadline);
        if new.total_slots == 0 || minimum > new.total_slots || opens_late {
            return Err(Error::ValidationFailed(Vec::new()));
        }
        let product = self.products.by_id.get(&new.product_id);
        let deadline = Timestamp::new(new.deadline).unwrap();
        match product {
            None => Err(Error::ProductNotFound),
            Some(product) if !product.is_sambatan_enabled => Err(Error::ProductNotEnabled),
            Some(_) if deadline <= self.now => Err(Error::DeadlineInPast { deadline }),
            Some(_) => Ok(()),
        }
    }

    pub(crate) fn campaign_created(&mut self, new: &NewCampaign, id: CampaignId) {
        let slots = |count: i64| Slots::new(u32::try_from(count).unwrap());
        let opens_at = new.opens_at.map(|time| Timestamp::new(time).unwrap());
        let waits = opens_at.is_some_and(|opens_at| opens_at > self.now);
        let campaign = Campaign {
            id,
            product_id: new.product_id,
            title: new.title.clone(),
            description: new.description.clone(),
            total_slots: slots(new.total_slots),
            minimum_slots: slots(new.minimum_slots.unwrap_or(new.total_slots)),
            price_per_slot: Rupiah::new(new.price_per_slot),
            slots_taken: Slots::ZERO,
            participant_count: 0,
            confirmed_count: 0,
            waitlist_count: 0,
            last_queue_number: 0,
            terms: new.terms.into_terms().unwrap(),
            status: if waits {
                CampaignStatus::Inactive
            } else {
                CampaignStatus::Active
            },
            opens_at,
            deadline: Timestamp::new(new.deadline).unwrap(),
            tipped_at: None,
            extended_at: None,
            extend_reason: None,
            cancel_reason: None,
            ended_at: None,
            erased_at: None,
            created_at: self.now,
            updated_at: self.now,
        };
        let facts = Metadata::new()
            .product(new.product_id)
            .slots("total_slots", campaign.total_slots)
            .slots("minimum_slots", campaign.minimum_slots)
            .amount("price_per_slot", campaign.price_per_slot)
            .flag("open", !waits);
        self.note(Some(id), Kind::CampaignCreated, facts);
        self.campaigns.by_id.insert(id, campaign);
    }
}
