//! The naive model: maps of what there is, and the rules said once more in the plainest words.

use std::collections::BTreeMap;

use chrono::TimeDelta;
use proptest::test_runner::TestCaseError;
use proptest::{prop_assert, prop_assert_eq};
use sambatan::domain::audit::{AuditEvent, AuditEventKind as Kind, Metadata};
use sambatan::domain::field::{self, FieldError, Problem};
use sambatan::domain::id::{CampaignId, ParticipationId, ProductId};
use sambatan::domain::idempotency::{OnceAnswer, StoredAnswer};
use sambatan::domain::money::Rupiah;
use sambatan::domain::participation::{JoinCampaign, Participation, ParticipationStatus};
use sambatan::domain::product::{Product, ToggleSambatan};
use sambatan::domain::reports::{CampaignFilter, DashboardSummary, Limit, Page};
use sambatan::domain::slots::Slots;
use sambatan::domain::time::Timestamp;
use sambatan::{Campaign, CampaignStatus, Error, NewCampaign, Sambatan};

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
    request: (CampaignId, i64),
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

    fn taken(&self, id: CampaignId) -> u32 {
        self.live(id).map(|live| live.quantity.get()).sum()
    }

    /// A campaign as the service should show it, its numbers counted anew.
    pub(crate) fn campaign(&self, id: CampaignId) -> Campaign {
        Campaign {
            slots_taken: Slots::new(self.taken(id)),
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

    pub(crate) fn join(&self, join: &JoinCampaign) -> Result<(), Error> {
        if join.quantity < 1 {
            return Err(Error::ValidationFailed(vec![FieldError {
                field: "quantity",
                problem: Problem::OutOfRange(1, 1_000_000),
            }]));
        }
        let campaign = self.campaigns.by_id.get(&join.campaign_id);
        let campaign = campaign.ok_or(Error::CampaignNotFound)?;
        if campaign.status != CampaignStatus::Active || self.now > campaign.deadline {
            return Err(Error::CampaignClosed {
                status: campaign.status,
                deadline: campaign.deadline,
            });
        }
        let left = campaign.total_slots.get() - self.taken(campaign.id);
        if join.quantity > i64::from(left) {
            return Err(Error::InsufficientSlots {
                requested: Slots::new(u32::try_from(join.quantity).unwrap()),
                available: Slots::new(left),
            });
        }
        Ok(())
    }

    /// `amount` is what the service asks to transfer: no other open participation has it.
    pub(crate) fn joined(
        &mut self,
        join: &JoinCampaign,
        id: ParticipationId,
        amount: Option<Rupiah>,
    ) -> Result<(), TestCaseError> {
        let campaign = self.campaigns.by_id[&join.campaign_id].clone();
        let contribution = Rupiah::new(campaign.price_per_slot.get() * join.quantity);
        prop_assert!(amount > Some(contribution));
        for other in self.participations.by_id.values() {
            let open = is_live(other) && other.paid_amount == Rupiah::new(0);
            prop_assert!(!open || other.transfer_amount != amount);
        }
        let participation = Participation {
            id,
            campaign_id: campaign.id,
            user_id: field::user_id(&join.user_id).unwrap(),
            quantity: Slots::new(u32::try_from(join.quantity).unwrap()),
            contribution_amount: contribution,
            transfer_amount: amount,
            paid_amount: Rupiah::new(0),
            status: ParticipationStatus::Reserved,
            queue_number: None,
            pay_by: None,
            expires_at: None,
            expired_at: None,
            shipping_address: join.shipping_address.clone(),
            note: join.note.clone(),
            payout_account: None,
            cancel_reason: None,
            erased_at: None,
            joined_at: self.now,
            updated_at: self.now,
        };
        let quantity = participation.quantity;
        self.participations.by_id.insert(id, participation);
        let taken = Slots::new(self.taken(campaign.id));
        let facts = Metadata::new()
            .participation(id)
            .slots("quantity", quantity)
            .amount("contribution_amount", contribution)
            .slots("slots_taken", taken);
        self.note(Some(campaign.id), Kind::ParticipantJoined, facts);
        self.change(campaign.id, campaign.status);
        if taken == campaign.total_slots {
            self.change(campaign.id, CampaignStatus::Full);
            let facts = Metadata::new().slots("slots_taken", taken);
            self.note(Some(campaign.id), Kind::CampaignFull, facts);
        }
        Ok(())
    }

    /// What a join under a key answers; `Ok(None)` stands for a new participation.
    pub(crate) fn join_once(
        &mut self,
        join: &JoinCampaign,
        key: &str,
    ) -> Result<Option<OnceAnswer>, Error> {
        let expected = self.join(join);
        if let Err(Error::ValidationFailed(_)) = expected {
            return Err(expected.unwrap_err());
        }
        if let Some(kept) = self.kept.get(&(join.user_id.clone(), key.to_owned())) {
            if kept.request != (join.campaign_id, join.quantity) {
                return Err(Error::IdempotencyConflict);
            }
            return Ok(Some(OnceAnswer {
                answer: kept.answer.clone(),
                replayed: true,
            }));
        }
        match expected {
            Ok(()) => Ok(None),
            Err(Error::CampaignNotFound) => Err(Error::CampaignNotFound),
            Err(refusal) => {
                let answer = StoredAnswer {
                    status: 409,
                    body: refusal.to_string(),
                };
                self.keep_answer(join, key, &answer);
                Ok(Some(OnceAnswer {
                    answer,
                    replayed: false,
                }))
            }
        }
    }

    pub(crate) fn keep_answer(&mut self, join: &JoinCampaign, key: &str, answer: &StoredAnswer) {
        let deadline = self.campaigns.by_id[&join.campaign_id].deadline;
        let end = if deadline > self.now {
            deadline
        } else {
            self.now
        };
        let kept = Kept {
            request: (join.campaign_id, join.quantity),
            answer: answer.clone(),
            expires_at: end.saturating_add(TimeDelta::hours(24)),
        };
        let replaced = self
            .kept
            .insert((join.user_id.clone(), key.to_owned()), kept);
        assert!(replaced.is_none(), "an answer is kept once");
    }

    fn reservation(
        &self,
        id: ParticipationId,
        may: impl FnOnce(&Campaign) -> bool,
    ) -> Result<(Participation, Campaign), Error> {
        let participation = self.participations.by_id.get(&id);
        let participation = participation.ok_or(Error::ParticipationNotFound)?.clone();
        let campaign = self.campaigns.by_id[&participation.campaign_id].clone();
        if participation.status == ParticipationStatus::Reserved && may(&campaign) {
            return Ok((participation, campaign));
        }
        Err(Error::ParticipationStateInvalid {
            status: participation.status,
            campaign_status: campaign.status,
        })
    }

    pub(crate) fn cancel(&mut self, id: ParticipationId) -> Result<Participation, Error> {
        let (mut participation, campaign) = self.reservation(id, |campaign| {
            !campaign.status.has_ended() && self.now <= campaign.deadline
        })?;
        participation.status = ParticipationStatus::Cancelled;
        participation.cancel_reason = Some("salah".to_owned());
        participation.updated_at = self.now;
        self.participations.by_id.insert(id, participation.clone());
        let taken = Slots::new(self.taken(campaign.id));
        let facts = Metadata::new()
            .participation(id)
            .slots("quantity", participation.quantity)
            .slots("slots_taken", taken);
        self.note(Some(campaign.id), Kind::ParticipantCancelled, facts);
        if campaign.status == CampaignStatus::Full {
            let facts = Metadata::new().slots("slots_taken", taken);
            self.note(Some(campaign.id), Kind::CampaignReopened, facts);
        }
        self.change(campaign.id, CampaignStatus::Active);
        Ok(participation)
    }

    pub(crate) fn confirm(&mut self, id: ParticipationId) -> Result<Participation, Error> {
        let (mut participation, campaign) =
            self.reservation(id, |campaign| !campaign.status.has_ended())?;
        participation.status = ParticipationStatus::Confirmed;
        participation.updated_at = self.now;
        self.participations.by_id.insert(id, participation.clone());
        let facts = Metadata::new()
            .participation(id)
            .slots("quantity", participation.quantity)
            .amount("contribution_amount", participation.contribution_amount);
        self.note(Some(campaign.id), Kind::ParticipantConfirmed, facts);
        Ok(participation)
    }

    pub(crate) fn cancel_campaign(&mut self, id: CampaignId) -> Result<Campaign, Error> {
        let campaign = self.campaigns.by_id.get_mut(&id);
        let campaign = campaign.ok_or(Error::CampaignNotFound)?;
        let status = campaign.status;
        if status != CampaignStatus::Inactive && status != CampaignStatus::Active {
            return Err(Error::CampaignStateInvalid { status });
        }
        campaign.cancel_reason = Some("batal".to_owned());
        self.refund(id, CampaignStatus::Cancelled, Kind::CampaignCancelled);
        Ok(self.campaign(id))
    }

    fn refund(&mut self, id: CampaignId, status: CampaignStatus, kind: Kind) {
        use ParticipationStatus::{Confirmed, Refunded, Reserved};
        let facts = Metadata::new().slots("slots_taken", Slots::new(self.taken(id)));
        let refunded = self.settle(id, &[Reserved, Confirmed], Refunded);
        self.change(id, status);
        self.note(Some(id), kind, facts.count("refunded", refunded));
    }

    fn complete(&mut self, id: CampaignId) {
        use ParticipationStatus::{Confirmed, Reserved};
        let facts = Metadata::new().slots("slots_taken", Slots::new(self.taken(id)));
        let confirmed = self.settle(id, &[Reserved], Confirmed);
        self.change(id, CampaignStatus::Completed);
        self.note(
            Some(id),
            Kind::CampaignCompleted,
            facts.count("confirmed", confirmed),
        );
    }

    fn end_if_over(&mut self, id: CampaignId) {
        let campaign = &self.campaigns.by_id[&id];
        if self.now <= campaign.deadline {
            return;
        }
        if self.taken(id) >= campaign.minimum_slots.get() {
            self.complete(id);
        } else {
            self.refund(id, CampaignStatus::Failed, Kind::CampaignFailed);
        }
    }

    /// The campaigns in a state, in the order of a time and then of their creation.
    fn in_order<T: Ord>(
        &self,
        status: CampaignStatus,
        order: impl Fn(&Campaign) -> T,
    ) -> Vec<CampaignId> {
        let all = self.campaigns.by_id.values();
        let mut found: Vec<_> = all
            .filter(|campaign| campaign.status == status)
            .map(|campaign| (order(campaign), campaign.id))
            .collect();
        found.sort();
        found.into_iter().map(|(_, id)| id).collect()
    }

    pub(crate) fn sweep(&mut self) {
        for id in self.in_order(CampaignStatus::Inactive, |campaign| campaign.opens_at) {
            if self.campaigns.by_id[&id].opens_at.unwrap() <= self.now {
                let facts = Metadata::new().slots("slots_taken", Slots::ZERO);
                self.change(id, CampaignStatus::Active);
                self.note(Some(id), Kind::CampaignOpened, facts);
                self.end_if_over(id);
            }
        }
        for id in self.in_order(CampaignStatus::Full, |_| ()) {
            self.complete(id);
        }
        for id in self.in_order(CampaignStatus::Active, |campaign| campaign.deadline) {
            self.end_if_over(id);
        }
        let now = self.now;
        self.kept.retain(|_, kept| kept.expires_at >= now);
    }
}

/// Walks a list page by page.
fn all_pages<Item, Key: Copy>(
    read: impl Fn(Option<Key>, Limit) -> Result<Page<Item, Key>, Error>,
) -> Vec<Item> {
    let limit = Limit::new(7).unwrap();
    let mut all = Vec::new();
    let mut after = None;
    loop {
        let page = read(after, limit).unwrap();
        all.extend(page.items);
        after = page.next;
        if after.is_none() {
            return all;
        }
    }
}

/// The invariants: everything that the service shows is what the model counts.
impl Model {
    pub(crate) fn compare(&self, service: &Sambatan, users: &[&str]) -> Result<(), TestCaseError> {
        for product in self.products.by_id.values() {
            prop_assert_eq!(&service.get_product(product.id).unwrap(), product);
        }
        for id in self.campaigns.by_id.keys() {
            self.compare_campaign(service, *id)?;
        }
        self.compare_lists(service, users)?;
        self.compare_totals(service)
    }

    fn compare_campaign(&self, service: &Sambatan, id: CampaignId) -> Result<(), TestCaseError> {
        let campaign = service.get_campaign(id).unwrap();
        prop_assert_eq!(&campaign, &self.campaign(id));
        let (taken, total) = (campaign.slots_taken.get(), campaign.total_slots.get());
        prop_assert!(taken <= total, "oversold");
        let fits = match campaign.status {
            CampaignStatus::Inactive | CampaignStatus::Failed | CampaignStatus::Cancelled => {
                taken == 0
            }
            CampaignStatus::Active => taken < total,
            CampaignStatus::Full => taken == total,
            CampaignStatus::Completed => taken >= campaign.minimum_slots.get(),
        };
        prop_assert!(
            fits,
            "the status does not follow from the numbers: {campaign:?}"
        );

        let participations = all_pages(|after, limit| service.list_participants(id, after, limit));
        let expected: Vec<_> = self.participations_of(id).cloned().collect();
        prop_assert_eq!(&participations, &expected);
        for participation in &participations {
            let amount = campaign.price_per_slot.get() * i64::from(participation.quantity.get());
            prop_assert_eq!(participation.contribution_amount.get(), amount);
        }

        let money: i64 = self
            .live(id)
            .map(|live| live.contribution_amount.get())
            .sum();
        let progress = service.progress(id).unwrap();
        prop_assert_eq!(progress.total_contribution.get(), money);
        prop_assert_eq!(progress.filled_slots.get(), taken);
        prop_assert_eq!(progress.available_slots.get(), total - taken);
        prop_assert_eq!(progress.progress >= 100.0, taken == total);

        let mut events = all_pages(|before, limit| service.logs(id, before, limit));
        events.reverse();
        let expected = self.events.iter();
        let expected: Vec<_> = expected
            .filter(|event| event.campaign_id == Some(id))
            .cloned()
            .collect();
        prop_assert_eq!(events, expected);
        Ok(())
    }

    fn compare_lists(&self, service: &Sambatan, users: &[&str]) -> Result<(), TestCaseError> {
        for user in users {
            let found =
                all_pages(|after, limit| service.list_user_participations(user, after, limit));
            let newest_first = self.participations.by_id.values().rev();
            let expected: Vec<_> = newest_first
                .filter(|participation| participation.user_id.as_str() == *user)
                .cloned()
                .collect();
            prop_assert_eq!(found, expected);
        }
        for status in CampaignStatus::ALL.into_iter().map(Some).chain([None]) {
            let found = all_pages(|after, limit| {
                service.list_campaigns(CampaignFilter {
                    status,
                    after,
                    limit,
                })
            });
            let found: Vec<_> = found.iter().map(|campaign| campaign.id).collect();
            let newest_first = self.campaigns.by_id.values().rev();
            let expected: Vec<_> = newest_first
                .filter(|campaign| status.is_none_or(|status| campaign.status == status))
                .map(|campaign| campaign.id)
                .collect();
            prop_assert_eq!(found, expected);
        }
        Ok(())
    }

    fn compare_totals(&self, service: &Sambatan) -> Result<(), TestCaseError> {
        let count = |status| self.in_order(status, |_| ()).len() as u64;
        let ids = self.campaigns.by_id.keys();
        let expected = DashboardSummary {
            total_campaigns: self.campaigns.by_id.len() as u64,
            inactive_campaigns: count(CampaignStatus::Inactive),
            active_campaigns: count(CampaignStatus::Active),
            full_campaigns: count(CampaignStatus::Full),
            completed_campaigns: count(CampaignStatus::Completed),
            failed_campaigns: count(CampaignStatus::Failed),
            cancelled_campaigns: count(CampaignStatus::Cancelled),
            total_slots_taken: ids.map(|id| u64::from(self.taken(*id))).sum(),
        };
        prop_assert_eq!(service.dashboard_summary().unwrap(), expected);
        Ok(())
    }
}
