//! Who says that they have paid: it moves no money, and holds a running time to pay back once.

use chrono::{NaiveDate, TimeDelta};
use sambatan::domain::audit::{AuditEventKind as Kind, Metadata};
use sambatan::domain::id::ParticipationId;
use sambatan::domain::participation::{Participation, ParticipationStatus};
use sambatan::domain::terms::{Completes, PaymentTiming};
use sambatan::{CampaignStatus, Error};

use super::campaigns::refused;
use super::{Model, is_live};

impl Model {
    pub(crate) fn claim(
        &mut self,
        id: ParticipationId,
        day: Option<NaiveDate>,
    ) -> Result<Participation, Error> {
        let participation = self.participations.by_id.get(&id);
        let mut participation = self.shown(participation.ok_or(Error::ParticipationNotFound)?);
        if is_live(&participation) && participation.claimed_at.is_some() {
            return Ok(participation);
        }
        let campaign = &self.campaigns.by_id[&participation.campaign_id];
        let waits = campaign.terms.payment == PaymentTiming::AfterTipping;
        let is_asked = !waits || campaign.tipped_at.is_some();
        let owes = participation.paid_amount < participation.contribution_amount;
        if !is_live(&participation) || !owes || !is_asked {
            return Err(self.wrong_state(id));
        }
        let today = self.now.as_datetime().date_naive();
        if day.is_some_and(|day| (day - today).num_days() > 1 || (today - day).num_days() > 366) {
            return Err(refused());
        }
        participation.claimed_at = Some(self.now);
        participation.claimed_on = day;
        participation.updated_at = self.now;
        let mut facts = Metadata::new().participation(id);
        if let (ParticipationStatus::Reserved, Some(end)) =
            (participation.status, participation.expires_at)
        {
            let grace = i64::from(campaign.terms.grace_hours);
            let mut held =
                end.saturating_add(TimeDelta::hours(if grace > 24 { grace } else { 24 }));
            let day_after = campaign.deadline.saturating_add(TimeDelta::hours(24));
            if campaign.terms.completes == Completes::WhenPaid
                && campaign.status != CampaignStatus::Completed
                && held > day_after
            {
                held = day_after;
            }
            participation.expires_at = Some(held);
            facts = facts.time("expires_at", held);
        }
        let campaign = campaign.id;
        self.participations.by_id.insert(id, participation.clone());
        self.note(Some(campaign), Kind::PaymentClaimed, facts);
        Ok(participation)
    }
}
