//! The lifecycle: what time does to a campaign, and calling one off.

use crate::domain::audit::{AuditEventKind, Metadata, NewAuditEvent};
use crate::domain::campaign::{Campaign, CampaignStatus};
use crate::domain::error::Error;
use crate::domain::slots::Slots;
use crate::domain::time::Timestamp;

/// What happens to a campaign's live participations when it ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Settlement {
    /// Every reserved one is confirmed.
    ConfirmReserved,
    /// Every reserved and every confirmed one is refunded.
    RefundLive,
}

/// A step in a campaign's life: to be written as a whole or not at all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transition {
    /// The campaign afterwards.
    pub campaign: Campaign,
    /// What happens to its participations.
    pub settlement: Option<Settlement>,
    kind: AuditEventKind,
    slots_before: Slots,
    now: Timestamp,
}

impl Transition {
    /// The event of the step, given how many participations it settled.
    #[must_use]
    pub fn event(&self, settled: u64) -> NewAuditEvent {
        let facts = Metadata::new().slots("slots_taken", self.slots_before);
        let facts = match self.settlement {
            Some(Settlement::ConfirmReserved) => facts.count("confirmed", settled),
            Some(Settlement::RefundLive) => facts.count("refunded", settled),
            None => facts,
        };
        self.campaign.event(self.kind, facts, self.now)
    }

    fn new(mut campaign: Campaign, status: CampaignStatus, now: Timestamp) -> Self {
        let slots_before = campaign.slots_taken;
        let (kind, settlement) = match status {
            CampaignStatus::Completed => (
                AuditEventKind::CampaignCompleted,
                Some(Settlement::ConfirmReserved),
            ),
            CampaignStatus::Failed => {
                (AuditEventKind::CampaignFailed, Some(Settlement::RefundLive))
            }
            CampaignStatus::Cancelled => (
                AuditEventKind::CampaignCancelled,
                Some(Settlement::RefundLive),
            ),
            CampaignStatus::Inactive | CampaignStatus::Active | CampaignStatus::Full => {
                (AuditEventKind::CampaignOpened, None)
            }
        };
        match settlement {
            Some(Settlement::ConfirmReserved) => {
                campaign.confirmed_count = campaign.participant_count;
            }
            Some(Settlement::RefundLive) => {
                campaign.slots_taken = Slots::ZERO;
                campaign.participant_count = 0;
                campaign.confirmed_count = 0;
            }
            None => {}
        }
        if status.has_ended() {
            campaign.ended_at = Some(now);
        }
        campaign.status = status;
        campaign.updated_at = now;
        Self {
            campaign,
            settlement,
            kind,
            slots_before,
            now,
        }
    }
}

/// The next step that time has brought, if any. A campaign can owe several (it opened and its deadline
/// passed while nobody swept): call again with the campaign of the step before.
#[must_use]
pub fn next_transition(campaign: &Campaign, now: Timestamp) -> Option<Transition> {
    let status = match campaign.status {
        CampaignStatus::Inactive if campaign.opens_at.is_none_or(|opens_at| now >= opens_at) => {
            CampaignStatus::Active
        }
        CampaignStatus::Full => CampaignStatus::Completed,
        CampaignStatus::Active if campaign.deadline_has_passed(now) => {
            if campaign.slots_taken >= campaign.minimum_slots {
                CampaignStatus::Completed
            } else {
                CampaignStatus::Failed
            }
        }
        _ => return None,
    };
    Some(Transition::new(campaign.clone(), status, now))
}

/// The organiser calls a campaign off: everybody is refunded.
///
/// # Errors
/// [`Error::CampaignStateInvalid`] unless it is inactive or active: a full campaign goes ahead.
pub fn call_off(
    mut campaign: Campaign,
    reason: Option<String>,
    now: Timestamp,
) -> Result<Transition, Error> {
    if !matches!(
        campaign.status,
        CampaignStatus::Inactive | CampaignStatus::Active
    ) {
        return Err(Error::CampaignStateInvalid {
            status: campaign.status,
        });
    }
    campaign.cancel_reason = reason;
    Ok(Transition::new(campaign, CampaignStatus::Cancelled, now))
}
