//! A campaign that goes ahead: who has not paid is released, and others wait for their slots.

use sambatan::domain::audit::{AuditEventKind as Kind, Metadata};
use sambatan::domain::id::{CampaignId, ParticipationId};
use sambatan::domain::participation::Participation;
use sambatan::{Campaign, CampaignStatus, Error};

use super::{Model, is_live};

impl Model {
    pub(crate) fn let_go(
        &mut self,
        id: ParticipationId,
        reason: Option<&str>,
    ) -> Result<Participation, Error> {
        let participation = self.participations.by_id.get(&id);
        let mut participation = participation.ok_or(Error::ParticipationNotFound)?.clone();
        let campaign = participation.campaign_id;
        let goes_ahead = self.campaigns.by_id[&campaign].status == CampaignStatus::Completed;
        if !goes_ahead || !is_live(&participation) || participation.paid_amount.get() > 0 {
            return Err(self.wrong_state(id));
        }
        participation.released_at = Some(self.now);
        participation.cancel_reason = reason.map(str::to_owned);
        self.give_back(participation, Kind::ParticipantReleased);
        if reason.is_some() {
            self.reason_typed(campaign, id);
        }
        Ok(self.participation(id))
    }

    /// What is typed about a campaign that has ended is forgotten in its turn.
    pub(super) fn reason_typed(&mut self, campaign: CampaignId, id: ParticipationId) {
        self.typed_about(campaign);
        if self.campaigns.by_id[&campaign].status.has_ended() {
            self.participations.by_id.get_mut(&id).unwrap().erased_at = None;
        }
    }

    pub(crate) fn close_list(
        &mut self,
        id: CampaignId,
        automatic: bool,
    ) -> Result<Campaign, Error> {
        let campaign = self.campaigns.by_id.get(&id);
        let status = campaign.ok_or(Error::CampaignNotFound)?.status;
        if status != CampaignStatus::Completed {
            return Err(Error::CampaignStateInvalid { status });
        }
        if self.waiting(id).next().is_some() {
            self.campaigns.by_id.get_mut(&id).unwrap().updated_at = self.now;
            let facts = self.close_waiting(id, Metadata::new());
            let facts = facts.flag("automatic", automatic);
            self.note(Some(id), Kind::WaitingListClosed, facts);
        }
        Ok(self.campaign(id))
    }
}
