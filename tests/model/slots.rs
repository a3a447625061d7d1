//! Who takes slots, who gives them back, and who gets those that become free.

use chrono::TimeDelta;
use proptest::{prop_assert, prop_assert_eq};
use sambatan::domain::audit::{AuditEventKind as Kind, Metadata};
use sambatan::domain::field::{self, FieldError, Problem};
use sambatan::domain::id::{CampaignId, ParticipationId};
use sambatan::domain::ledger::RefundSums;
use sambatan::domain::money::Rupiah;
use sambatan::domain::participation::{JoinCampaign, Participation, ParticipationStatus};
use sambatan::domain::slots::Slots;
use sambatan::domain::terms::{Completes, PaymentTiming};
use sambatan::{CampaignStatus, Error, Sambatan};

use super::{Model, is_live};
use crate::Checked;

fn slots(count: i64) -> Slots {
    Slots::new(u32::try_from(count).unwrap())
}

/// Whether it has slots or waits for some.
fn takes_part(participation: &Participation) -> bool {
    is_live(participation) || participation.status == ParticipationStatus::Waitlisted
}

impl Model {
    /// What the service must answer, except the participation itself.
    pub(crate) fn join(&self, join: &JoinCampaign) -> Result<(), Error> {
        if join.quantity < 1 {
            return Err(Error::ValidationFailed(vec![FieldError {
                field: "quantity",
                problem: Problem::OutOfRange(1, 1_000_000),
            }]));
        }
        let campaign = self.campaigns.by_id.get(&join.campaign_id);
        let campaign = campaign.ok_or(Error::CampaignNotFound)?;
        match (&campaign.join_code, &join.join_code) {
            (Some(_), None) => return Err(Error::JoinCodeRequired),
            (Some(code), Some(brought)) if code.reveal() != brought => {
                return Err(Error::JoinCodeInvalid);
            }
            _ => {}
        }
        let may_wait = join.waitlist && campaign.status == CampaignStatus::Full;
        let is_open = campaign.status == CampaignStatus::Active || may_wait;
        if !is_open || self.now > campaign.deadline {
            return Err(Error::CampaignClosed {
                status: campaign.status,
                deadline: campaign.deadline,
            });
        }
        if self.may_not_join(join) {
            return Err(Error::JoinBanned);
        }
        let most = campaign.terms.max_slots_per_join;
        if let Some(limit) = most.filter(|most| i64::from(most.get()) < join.quantity) {
            return Err(Error::JoinLimitReached {
                requested: slots(join.quantity),
                limit,
            });
        }
        let has = self.counted(campaign.id, &join.user_id, self.first_shown(join));
        self.within_limit(campaign.id, has, join.quantity)?;
        let fits = join.quantity <= self.free(campaign.id);
        let waits = join.waitlist && join.quantity <= i64::from(campaign.total_slots.get());
        if fits || waits {
            return Ok(());
        }
        Err(self.too_few(campaign.id, join.quantity))
    }

    fn free(&self, id: CampaignId) -> i64 {
        i64::from(self.campaigns.by_id[&id].total_slots.get()) - i64::from(self.taken(id))
    }

    fn too_few(&self, id: CampaignId, requested: i64) -> Error {
        Error::InsufficientSlots {
            requested: slots(requested),
            available: slots(self.free(id)),
        }
    }

    /// The first participation of whoever joins, as far as the secret that they show tells.
    fn first_shown(&self, join: &JoinCampaign) -> Option<ParticipationId> {
        let shown = self.participations.by_id.get(&join.shown?)?;
        let counts = shown.campaign_id == join.campaign_id && takes_part(shown);
        counts.then(|| shown.held_with.unwrap_or(shown.id))
    }

    /// The slots that count with those of a name, or with those of a first participation.
    fn counted(&self, id: CampaignId, name: &str, first: Option<ParticipationId>) -> i64 {
        let same = |one: &str, other: &str| one.to_lowercase() == other.to_lowercase();
        self.participations_of(id)
            .filter(|one| takes_part(one))
            .filter(|one| match first {
                Some(first) => one.id == first || one.held_with == Some(first),
                None => same(one.user_id.as_str(), name),
            })
            .map(|one| i64::from(one.quantity.get()))
            .sum()
    }

    fn within_limit(&self, id: CampaignId, has: i64, quantity: i64) -> Result<(), Error> {
        let Some(limit) = self.campaigns.by_id[&id].terms.max_slots_per_user else {
            return Ok(());
        };
        let left = (i64::from(limit.get()) - has).max(0);
        if quantity <= left {
            return Ok(());
        }
        Err(Error::UserLimitReached {
            requested: slots(quantity),
            limit,
            left: slots(left),
        })
    }

    /// Only the id and the amount to transfer cannot be foretold.
    pub(crate) fn joined(&mut self, join: &JoinCampaign, id: ParticipationId) {
        let campaign = self.campaigns.by_id[&join.campaign_id].clone();
        let contribution = Rupiah::new(campaign.price_per_slot.get() * join.quantity);
        let fits = join.quantity <= self.free(campaign.id);
        let number = self.last_queue_number(campaign.id) + 1;
        let participation = Participation {
            id,
            campaign_id: campaign.id,
            user_id: field::user_id(&join.user_id).unwrap(),
            quantity: slots(join.quantity),
            contribution_amount: contribution,
            transfer_amount: None,
            paid_amount: Rupiah::new(0),
            refunds: RefundSums::default(),
            status: if fits {
                ParticipationStatus::Reserved
            } else {
                ParticipationStatus::Waitlisted
            },
            queue_number: (!fits).then_some(number),
            pay_by: None,
            expires_at: None,
            expired_at: None,
            promoted_at: None,
            released_at: None,
            account_changed_at: None,
            token_generation: 0,
            claimed_at: None,
            claimed_on: None,
            held_with: self.first_shown(join),
            shipping_address: join.shipping_address.clone(),
            note: join.note.clone(),
            payout_account: None,
            cancel_reason: None,
            erased_at: None,
            joined_at: self.now,
            updated_at: self.now,
        };
        self.participations.by_id.insert(id, participation);
        let facts = Metadata::new()
            .participation(id)
            .slots("quantity", slots(join.quantity))
            .amount("contribution_amount", contribution);
        self.change(campaign.id, campaign.status);
        if fits {
            let facts = facts.slots("slots_taken", Slots::new(self.taken(campaign.id)));
            self.note(Some(campaign.id), Kind::ParticipantJoined, facts);
            self.start_paying(id);
            self.settle_slots(campaign.id);
        } else {
            let facts = facts.count("queue_number", u64::from(number));
            self.note(Some(campaign.id), Kind::ParticipantWaitlisted, facts);
        }
    }

    /// A reservation has so many hours from now, unless it waits for the campaign to tip. Where only those
    /// count who have paid the deadline ends it, also without hours.
    pub(super) fn start_paying(&mut self, id: ParticipationId) {
        let participation = self.participations.by_id.get_mut(&id).unwrap();
        let campaign = &self.campaigns.by_id[&participation.campaign_id];
        let terms = &campaign.terms;
        participation.updated_at = self.now;
        if campaign.status == CampaignStatus::Completed {
            // Nothing but hours ends it, two days when none are set.
            let hours = terms.pay_within_hours.unwrap_or(48);
            let after = |hours: u32| self.now.saturating_add(TimeDelta::hours(hours.into()));
            participation.pay_by = Some(after(hours));
            participation.expires_at = Some(after(hours + terms.grace_hours));
            return;
        }
        let has_begun = terms.payment == PaymentTiming::Upfront || campaign.tipped_at.is_some();
        let hours = terms.pay_within_hours.filter(|_| has_begun);
        let only_who_pays = terms.completes == Completes::WhenPaid;
        let is_late = participation.queue_number.is_some() || only_who_pays;
        let after = |hours: u32| {
            let end = self.now.saturating_add(TimeDelta::hours(hours.into()));
            if is_late && end > campaign.deadline {
                campaign.deadline
            } else {
                end
            }
        };
        participation.pay_by = hours.map(after);
        participation.expires_at = hours.map(|hours| after(hours + terms.grace_hours));
        if only_who_pays && has_begun && hours.is_none() {
            participation.pay_by = Some(campaign.deadline);
            participation.expires_at = Some(campaign.deadline);
        }
        participation.updated_at = self.now;
    }

    /// Notes that the minimum is reached, the first time, where that means something; and whether the
    /// campaign has become full, or is full no more.
    pub(super) fn settle_slots(&mut self, id: CampaignId) {
        let taken = Slots::new(self.taken(id));
        let facts = Metadata::new().slots("slots_taken", taken);
        let now = self.now;
        let campaign = self.campaigns.by_id.get_mut(&id).unwrap();
        let pays_late = campaign.terms.payment == PaymentTiming::AfterTipping;
        let declared = campaign.minimum_slots < campaign.total_slots || pays_late;
        let status = campaign.status;
        let is_full = taken == campaign.total_slots;
        if declared && campaign.tipped_at.is_none() && taken >= campaign.minimum_slots {
            campaign.tipped_at = Some(now);
            self.note(Some(id), Kind::CampaignTipped, facts.clone());
            let reserved = self.reserved(id);
            for participation in reserved.into_iter().filter(|_| pays_late) {
                self.start_paying(participation);
            }
        }
        if status == CampaignStatus::Active && is_full {
            self.change(id, CampaignStatus::Full);
            self.note(Some(id), Kind::CampaignFull, facts);
        } else if status == CampaignStatus::Full && !is_full {
            self.change(id, CampaignStatus::Active);
            self.note(Some(id), Kind::CampaignReopened, facts);
        }
    }

    pub(super) fn reserved(&self, id: CampaignId) -> Vec<ParticipationId> {
        self.live(id)
            .filter(|live| live.status == ParticipationStatus::Reserved)
            .map(|live| live.id)
            .collect()
    }

    /// Who waits gets what is free: the first that fits, then again the first that fits.
    pub(super) fn promote(&mut self, id: CampaignId) {
        let campaign = &self.campaigns.by_id[&id];
        let goes_ahead = campaign.status == CampaignStatus::Completed;
        if !goes_ahead && (self.now > campaign.deadline || campaign.status.has_ended()) {
            return;
        }
        loop {
            let free = self.free(id);
            let mut waiting = self.waiting(id);
            let first = waiting.find(|waiting| i64::from(waiting.quantity.get()) <= free);
            let Some(mut first) = first.cloned() else {
                return;
            };
            drop(waiting);
            first.status = ParticipationStatus::Reserved;
            first.promoted_at = Some(self.now);
            self.participations.by_id.insert(first.id, first.clone());
            self.start_paying(first.id);
            let facts = Metadata::new()
                .participation(first.id)
                .slots("quantity", first.quantity)
                .amount("contribution_amount", first.contribution_amount)
                .slots("slots_taken", Slots::new(self.taken(id)));
            self.note(Some(id), Kind::ParticipantPromoted, facts);
        }
    }

    pub(crate) fn cancel(&mut self, id: ParticipationId) -> Result<Participation, Error> {
        let participation = self.participations.by_id.get(&id);
        let mut participation = participation.ok_or(Error::ParticipationNotFound)?.clone();
        let campaign = &self.campaigns.by_id[&participation.campaign_id];
        let held = participation.status == ParticipationStatus::Reserved
            || participation.status == ParticipationStatus::Waitlisted;
        let goes_ahead = campaign.status == CampaignStatus::Completed;
        let is_settled = campaign.status.has_ended() || self.now > campaign.deadline;
        if !held || (is_settled && !goes_ahead) {
            return Err(self.wrong_state(id));
        }
        participation.cancel_reason = Some("salah warna".to_owned());
        let campaign = participation.campaign_id;
        self.give_back(participation, Kind::ParticipantCancelled);
        self.reason_typed(campaign, id);
        Ok(self.participation(id))
    }

    pub(super) fn wrong_state(&self, id: ParticipationId) -> Error {
        let participation = &self.participations.by_id[&id];
        Error::ParticipationStateInvalid {
            status: participation.status,
            campaign_status: self.campaigns.by_id[&participation.campaign_id].status,
        }
    }

    pub(super) fn give_back(&mut self, mut participation: Participation, kind: Kind) {
        participation.status = ParticipationStatus::Cancelled;
        participation.updated_at = self.now;
        let (id, campaign) = (participation.id, participation.campaign_id);
        let quantity = participation.quantity;
        self.participations.by_id.insert(id, participation);
        let facts = Metadata::new()
            .participation(id)
            .slots("quantity", quantity)
            .slots("slots_taken", Slots::new(self.taken(campaign)));
        self.note(Some(campaign), kind, facts);
        self.campaigns.by_id.get_mut(&campaign).unwrap().updated_at = self.now;
        self.promote(campaign);
        if !self.campaigns.by_id[&campaign].status.has_ended() {
            self.settle_slots(campaign);
        }
    }

    pub(crate) fn revive(&mut self, id: ParticipationId) -> Result<(), Error> {
        let participation = self.participations.by_id.get(&id);
        let mut participation = participation.ok_or(Error::ParticipationNotFound)?.clone();
        let campaign = self.campaigns.by_id[&participation.campaign_id].clone();
        let runs =
            campaign.status == CampaignStatus::Active || campaign.status == CampaignStatus::Full;
        let unpaid = participation.paid_amount == Rupiah::new(0);
        let expired = participation.expired_at.is_some();
        if !expired || !unpaid || !runs || self.now > campaign.deadline {
            return Err(self.wrong_state(id));
        }
        let quantity = i64::from(participation.quantity.get());
        let name = participation.user_id.as_str();
        let mut has = self.counted(campaign.id, name, participation.held_with.or(Some(id)));
        if participation.held_with.is_none() {
            has = has.max(self.counted(campaign.id, name, None));
        }
        self.within_limit(campaign.id, has, quantity)?;
        if quantity > self.free(campaign.id) {
            return Err(self.too_few(campaign.id, quantity));
        }
        participation.status = ParticipationStatus::Reserved;
        participation.expired_at = None;
        participation.claimed_at = None;
        participation.claimed_on = None;
        participation.transfer_amount = None;
        self.participations.by_id.insert(id, participation);
        let facts = Metadata::new()
            .participation(id)
            .slots("quantity", slots(quantity))
            .slots("slots_taken", Slots::new(self.taken(campaign.id)));
        self.note(Some(campaign.id), Kind::ParticipantRevived, facts);
        self.change(campaign.id, campaign.status);
        self.start_paying(id);
        self.settle_slots(campaign.id);
        Ok(())
    }

    /// Takes over what the service asks people to transfer where that is new: more than the
    /// contribution, and what no other open participation is to transfer.
    pub(super) fn learn_amounts(&mut self, service: &Sambatan) -> Checked {
        let all = self.participations.by_id.values();
        let new: Vec<_> = all
            .filter(|one| is_live(one) && one.transfer_amount.is_none())
            .map(|one| one.id)
            .collect();
        for id in new {
            let amount = service.get_participation(id).unwrap().transfer_amount;
            let participation = self.participations.by_id.get_mut(&id).unwrap();
            prop_assert!(amount > Some(participation.contribution_amount));
            participation.transfer_amount = amount;
        }
        let open = self.participations.by_id.values();
        let mut amounts: Vec<_> = open
            .filter(|one| is_live(one) && one.paid_amount == Rupiah::new(0))
            .map(|one| one.transfer_amount)
            .collect();
        let count = amounts.len();
        amounts.sort();
        amounts.dedup();
        prop_assert_eq!(amounts.len(), count, "two are to transfer the same amount");
        Ok(())
    }
}
