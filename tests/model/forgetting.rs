//! What people typed, and that it is forgotten some days after their campaign has ended.

use chrono::TimeDelta;
use sambatan::CampaignStatus::{Cancelled, Completed, Failed};
use sambatan::Error;
use sambatan::domain::audit::{AuditEventKind as Kind, Metadata};
use sambatan::domain::field;
use sambatan::domain::id::{CampaignId, ParticipationId};
use sambatan::domain::ledger::{Transaction, TransactionKind, TransactionStatus};
use sambatan::domain::participation::{Participation, ParticipationStatus};
use sambatan::domain::time::Timestamp;

use super::Model;
use super::campaigns::refused;

impl Model {
    pub(crate) fn set_account(
        &mut self,
        id: ParticipationId,
        account: &str,
    ) -> Result<Participation, Error> {
        if account.len() < 5 {
            return Err(refused());
        }
        let is_refund = |row: &Transaction| {
            row.participation_id == Some(id) && row.kind == TransactionKind::Refund
        };
        let has_refund = self.ledger.iter().any(is_refund);
        let participation = self.participations.by_id.get_mut(&id);
        let participation = participation.ok_or(Error::ParticipationNotFound)?;
        let before = participation.payout_account.replace(account.to_owned());
        let changed = has_refund && before.is_some_and(|before| before != account);
        if changed {
            participation.account_changed_at = Some(self.now);
        }
        participation.erased_at = None;
        participation.updated_at = self.now;
        let campaign = participation.campaign_id;
        let facts = Metadata::new().participation(id);
        let facts = if changed {
            facts.flag("changed", true)
        } else {
            facts
        };
        self.note(Some(campaign), Kind::PayoutAccountSet, facts);
        self.typed_about(campaign);
        Ok(self.participation(id))
    }

    /// Confirms the account that stands there since then, as far as the organiser has seen.
    pub(crate) fn confirm_account(
        &mut self,
        id: ParticipationId,
        seen: Timestamp,
    ) -> Result<Participation, Error> {
        let participation = self.participations.by_id.get_mut(&id);
        let participation = participation.ok_or(Error::ParticipationNotFound)?;
        if let Some(changed_at) = participation.account_changed_at {
            if seen != changed_at {
                return Err(Error::PayoutAccountUnconfirmed { changed_at });
            }
            participation.account_changed_at = None;
            participation.updated_at = self.now;
            let campaign = participation.campaign_id;
            let facts = Metadata::new().participation(id);
            self.note(Some(campaign), Kind::PayoutAccountConfirmed, facts);
        }
        Ok(self.participation(id))
    }

    pub(crate) fn renew_link(&mut self, id: ParticipationId) -> Result<Participation, Error> {
        let participation = self.participations.by_id.get_mut(&id);
        let participation = participation.ok_or(Error::ParticipationNotFound)?;
        participation.token_generation += 1;
        participation.updated_at = self.now;
        let (campaign, generation) = (participation.campaign_id, participation.token_generation);
        let facts = Metadata::new()
            .participation(id)
            .count("token_generation", generation.into());
        self.note(Some(campaign), Kind::LinkRenewed, facts);
        Ok(self.participation(id))
    }

    /// A text that was typed about a campaign that has ended is a change of the campaign, for it is to
    /// be forgotten in its turn.
    pub(super) fn typed_about(&mut self, id: CampaignId) {
        let campaign = self.campaigns.by_id.get_mut(&id).unwrap();
        if campaign.status.has_ended() {
            campaign.updated_at = self.now;
            campaign.erased_at = None;
        }
    }

    /// Forgets the campaigns that ended so many days ago, the first to end first, and says which; none
    /// with no days.
    pub(crate) fn forget(&mut self, days: u32) -> Vec<CampaignId> {
        let ended = self.in_order(&[Completed, Failed, Cancelled], |campaign| {
            campaign.ended_at
        });
        let is_due = |id: &CampaignId| {
            let campaign = &self.campaigns.by_id[id];
            let since = self.now.since(campaign.ended_at.unwrap());
            days > 0 && campaign.erased_at.is_none() && since >= TimeDelta::days(days.into())
        };
        let due: Vec<_> = ended.into_iter().filter(is_due).collect();
        for id in &due {
            self.forget_campaign(*id, days);
        }
        due
    }

    /// Who has time to pay, or got slots not so many days ago, is still needed.
    fn forget_campaign(&mut self, id: CampaignId, days: u32) {
        if self.campaigns.by_id[&id].status == Completed {
            self.close_list(id, true).unwrap();
        }
        let (now, days) = (self.now, TimeDelta::days(days.into()));
        let is_needed = |person: &Participation| {
            person.status == ParticipationStatus::Reserved
                || person.promoted_at.is_some_and(|at| now.since(at) < days)
        };
        let (needed, people): (Vec<_>, Vec<_>) =
            self.participations_of(id).cloned().partition(is_needed);
        let mut forgotten = 0;
        for person in people.iter().filter(|person| person.erased_at.is_none()) {
            forgotten += u64::from(self.forget_person(person.clone()));
        }
        let mut noted: Vec<_> = self.ledger.iter_mut().collect();
        noted.retain(|row| {
            row.campaign_id == id && (row.reference.is_some() || row.reason.is_some())
        });
        let mut noted: Vec<_> = noted
            .into_iter()
            .map(|row| {
                row.reference = None;
                row.reason = None;
                row.id
            })
            .collect();
        noted.sort();
        for row in noted {
            let facts = Metadata::new().transaction(row);
            self.note(Some(id), Kind::ReferenceErased, facts);
        }
        let is_due = |row: &Transaction| row.status == TransactionStatus::Due;
        if needed.is_empty() && !self.ledger_of(id).any(is_due) {
            let campaign = self.campaigns.by_id.get_mut(&id).unwrap();
            campaign.erased_at = Some(self.now);
            campaign.updated_at = self.now;
            let facts = Metadata::new().count("participations", forgotten);
            self.note(Some(id), Kind::CampaignErased, facts);
        }
    }

    /// Whether all is forgotten: who still gets money keeps the name, and where it goes.
    fn forget_person(&mut self, mut person: Participation) -> bool {
        let (id, campaign) = (person.id, person.campaign_id);
        let has_texts = person.shipping_address != "(erased)"
            || person.note.is_some()
            || person.cancel_reason.is_some();
        person.shipping_address = "(erased)".to_owned();
        person.note = None;
        person.cancel_reason = None;
        self.kept.retain(|_, kept| kept.joined != Some(id));
        let mut rows = self.ledger.iter();
        let gets_money = rows
            .any(|row| row.participation_id == Some(id) && row.status == TransactionStatus::Due);
        if !gets_money {
            let name = format!("erased-{}", &id.to_string()[24..]);
            person.user_id = field::user_id(&name).unwrap();
            person.payout_account = None;
            person.account_changed_at = None;
            person.erased_at = Some(self.now);
        }
        self.participations.by_id.insert(id, person);
        if has_texts || !gets_money {
            let facts = Metadata::new().participation(id).flag("whole", !gets_money);
            self.note(Some(campaign), Kind::ParticipantErased, facts);
        }
        !gets_money
    }
}
