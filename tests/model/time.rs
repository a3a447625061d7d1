//! What time and the organiser do to a campaign.

use chrono::TimeDelta;
use sambatan::domain::audit::{AuditEventKind as Kind, Metadata};
use sambatan::domain::id::{CampaignId, ParticipationId};
use sambatan::domain::money::Rupiah;
use sambatan::domain::participation::ParticipationStatus;
use sambatan::domain::slots::Slots;
use sambatan::domain::terms::{Completes, OnShortfall, PaymentTiming};
use sambatan::domain::time::Timestamp;
use sambatan::{Campaign, CampaignStatus, Error};

use super::Model;
use super::clock::May;

impl Model {
    pub(crate) fn cancel_campaign(&mut self, id: CampaignId) -> Result<Campaign, Error> {
        let campaign = self.campaigns.by_id.get_mut(&id);
        let campaign = campaign.ok_or(Error::CampaignNotFound)?;
        let status = campaign.status;
        let forgotten = campaign.erased_at.is_some();
        if status == CampaignStatus::Failed || status == CampaignStatus::Cancelled || forgotten {
            return Err(Error::CampaignStateInvalid { status });
        }
        let amount = self.money(id).payouts;
        if amount > Rupiah::new(0) {
            return Err(Error::MoneyPaidOut { amount });
        }
        let campaign = self.campaigns.by_id.get_mut(&id).unwrap();
        campaign.cancel_reason = Some("batal".to_owned());
        self.fall_through(id, CampaignStatus::Cancelled, Kind::CampaignCancelled);
        Ok(self.campaign(id))
    }

    pub(crate) fn extend(&mut self, id: CampaignId, to: Timestamp) -> Result<Campaign, Error> {
        let campaign = self.campaigns.by_id.get_mut(&id);
        let campaign = campaign.ok_or(Error::CampaignNotFound)?;
        let (status, deadline) = (campaign.status, campaign.deadline);
        if status.has_ended() {
            return Err(Error::CampaignStateInvalid { status });
        }
        if self.now > deadline {
            return Err(Error::CampaignClosed { status, deadline });
        }
        if to <= deadline {
            return Err(Error::DeadlineNotLater { deadline });
        }
        campaign.extend_reason = Some("lama".to_owned());
        let only_who_pays = campaign.terms.completes == Completes::WhenPaid;
        self.move_deadline(id, to, false);
        // Whose time to pay the deadline had cut short has a new one.
        for reserved in self.reserved(id) {
            let before = self.participation(reserved);
            if before.expires_at >= Some(deadline) && only_who_pays {
                self.start_paying(reserved);
                let after = self.participations.by_id.get_mut(&reserved).unwrap();
                after.pay_by = after.pay_by.max(before.pay_by);
                after.expires_at = after.expires_at.max(before.expires_at);
            }
        }
        Ok(self.campaign(id))
    }

    fn move_deadline(&mut self, id: CampaignId, to: Timestamp, automatic: bool) {
        let campaign = self.campaigns.by_id.get_mut(&id).unwrap();
        let facts = Metadata::new()
            .flag("automatic", automatic)
            .time("deadline", to)
            .time("previous_deadline", campaign.deadline);
        campaign.deadline = to;
        campaign.updated_at = self.now;
        self.note(Some(id), Kind::CampaignExtended, facts);
    }

    pub(super) fn close_waiting(&mut self, id: CampaignId, facts: Metadata) -> Metadata {
        use ParticipationStatus::{Cancelled, Waitlisted};
        match self.settle(id, &[Waitlisted], Cancelled) {
            0 => facts,
            waiting => facts.count("waitlist_closed", waiting),
        }
    }

    fn fall_through(&mut self, id: CampaignId, status: CampaignStatus, kind: Kind) {
        use ParticipationStatus::{Confirmed, Refunded, Reserved};
        let facts = Metadata::new().slots("slots_taken", Slots::new(self.taken(id)));
        let facts = self.close_waiting(id, facts);
        let refunded = self.settle(id, &[Reserved, Confirmed], Refunded);
        self.change(id, status);
        let facts = self.refund_all(id, facts.count("refunded", refunded));
        self.note(Some(id), kind, facts);
    }

    fn complete(&mut self, id: CampaignId) {
        use ParticipationStatus::{Confirmed, Reserved};
        let facts = Metadata::new().slots("slots_taken", Slots::new(self.taken(id)));
        let confirmed = self.settle(id, &[Reserved], Confirmed);
        self.change(id, CampaignStatus::Completed);
        let facts = facts.count("confirmed", confirmed);
        self.note(Some(id), Kind::CampaignCompleted, facts);
        self.promote(id);
    }

    /// Everything that is due for a campaign that is open, at once.
    fn catch_up(&mut self, id: CampaignId) {
        loop {
            let campaign = self.campaigns.by_id[&id].clone();
            let is_over = self.now > campaign.deadline;
            match campaign.status {
                // Who has not paid is released first, and the rest counted.
                _ if self.waits_for_money(&campaign) => return,
                CampaignStatus::Full if is_over || self.goes_ahead(&campaign) => self.complete(id),
                CampaignStatus::Active if is_over => self.end(&campaign),
                _ => return,
            }
        }
    }

    fn all_confirmed(&self, campaign: &Campaign) -> bool {
        self.live(campaign.id).count() == self.confirmed(campaign.id)
    }

    fn goes_ahead(&self, campaign: &Campaign) -> bool {
        let all = self.all_confirmed(campaign);
        match campaign.terms.completes {
            Completes::WhenFull => campaign.terms.payment == PaymentTiming::Upfront || all,
            Completes::WhenPaid => all,
            Completes::AtDeadline => false,
        }
    }

    fn waits_for_money(&self, campaign: &Campaign) -> bool {
        campaign.terms.completes == Completes::WhenPaid
            && self.taken(campaign.id) >= campaign.minimum_slots.get()
            && !self.all_confirmed(campaign)
    }

    fn end(&mut self, campaign: &Campaign) {
        let id = campaign.id;
        let terms = &campaign.terms;
        if self.taken(id) >= campaign.minimum_slots.get() {
            self.complete(id);
        } else if terms.on_shortfall == OnShortfall::ExtendOnce && campaign.extended_at.is_none() {
            let days = TimeDelta::days(terms.extend_days.unwrap().into());
            self.move_deadline(id, campaign.deadline.saturating_add(days), true);
            self.campaigns.by_id.get_mut(&id).unwrap().extended_at = Some(self.now);
            self.promote(id);
            self.settle_slots(id);
        } else {
            self.fall_through(id, CampaignStatus::Failed, Kind::CampaignFailed);
        }
    }

    /// The campaigns in these states, in the order of a time and then of their creation.
    pub(super) fn in_order<T: Ord>(
        &self,
        states: &[CampaignStatus],
        order: impl Fn(&Campaign) -> T,
    ) -> Vec<CampaignId> {
        let all = self.campaigns.by_id.values();
        let mut found: Vec<_> = all
            .filter(|campaign| states.contains(&campaign.status))
            .map(|campaign| (order(campaign), campaign.id))
            .collect();
        found.sort();
        found.into_iter().map(|(_, id)| id).collect()
    }

    fn out_of_time(&self) -> Vec<ParticipationId> {
        let all = self.participations.by_id.values();
        let mut found: Vec<_> = all
            .filter(|one| one.status == ParticipationStatus::Reserved)
            .filter_map(|one| Some((one.expires_at?, one.id)))
            .filter(|(expires_at, _)| *expires_at <= self.now)
            .collect();
        found.sort();
        found.into_iter().map(|(_, id)| id).collect()
    }

    /// What was to last beyond a deadline that has passed is counted with the campaign, unless it waits.
    fn expire(&mut self, id: ParticipationId) {
        let mut participation = self.participation(id);
        let campaign = &self.campaigns.by_id[&participation.campaign_id];
        let is_waited_for = campaign.terms.completes == Completes::WhenPaid;
        let outlasts = participation.expires_at > Some(campaign.deadline);
        let goes_ahead = campaign.status == CampaignStatus::Completed;
        if self.now > campaign.deadline && outlasts && !is_waited_for && !goes_ahead {
            return;
        }
        participation.expired_at = Some(self.now);
        self.give_back(participation, Kind::ParticipantExpired);
    }

    pub(crate) fn sweep(&mut self, may: May) {
        for id in self.in_order(&[CampaignStatus::Inactive], |campaign| campaign.opens_at) {
            if self.campaigns.by_id[&id].opens_at.unwrap() <= self.now {
                let facts = Metadata::new().slots("slots_taken", Slots::ZERO);
                self.change(id, CampaignStatus::Active);
                self.note(Some(id), Kind::CampaignOpened, facts);
                self.catch_up(id);
            }
        }
        for id in self.out_of_time() {
            self.expire(id);
        }
        for id in self.in_order(&[CampaignStatus::Full], |_| ()) {
            if self.goes_ahead(&self.campaigns.by_id[&id]) {
                self.catch_up(id);
            }
        }
        let running = [CampaignStatus::Active, CampaignStatus::Full];
        for id in self.in_order(&running, |campaign| campaign.deadline) {
            self.catch_up(id);
        }
        let now = self.now;
        if may.erase {
            self.kept.retain(|_, kept| kept.expires_at >= now);
        }
    }
}
