//! Forgetting: what people typed is erased some days after their campaign has ended. Numbers, money and the
//! log stay.

use chrono::TimeDelta;

use crate::domain::audit::{AuditEventKind, Metadata, NewAuditEvent};
use crate::domain::campaign::Campaign;
use crate::domain::id::{CampaignId, ParticipationId, TransactionId};
use crate::domain::seal::Seal;
use crate::domain::time::Timestamp;

/// The usual number of days.
pub const USUAL_DAYS: u32 = 90;

/// What stands in the place of an address.
pub const ERASED_ADDRESS: &str = "(erased)";

/// Campaigns that ended at this time or before are to be forgotten; none are with 0 days.
#[must_use]
pub fn ended_before(now: Timestamp, days: u32) -> Option<Timestamp> {
    (days > 0).then(|| now.saturating_add(-TimeDelta::days(i64::from(days))))
}

/// What stands in the place of a user id: the same for nobody else, and it tells nothing.
#[must_use]
pub fn pseudonym(id: ParticipationId) -> String {
    let id = id.to_string();
    let tail = id.rsplit('-').next().unwrap_or_default();
    format!("erased-{tail}")
}

/// Notes that a campaign's participants are forgotten; so many were, in the last go.
#[must_use]
pub fn forgotten(mut campaign: Campaign, erased: u64, now: Timestamp) -> (Campaign, NewAuditEvent) {
    campaign.erased_at = Some(now);
    campaign.updated_at = now;
    let facts = Metadata::new().count("participations", erased);
    let event = campaign.event(AuditEventKind::CampaignErased, facts, now);
    (campaign, event)
}

/// What a participant typed was erased: all of it, or all but what a refund needs, which has a new seal then.
#[must_use]
pub fn participant_erased(
    campaign: CampaignId,
    id: ParticipationId,
    left: Option<Seal>,
    now: Timestamp,
) -> NewAuditEvent {
    let facts = Metadata::new()
        .participation(id)
        .flag("whole", left.is_none());
    erased(
        AuditEventKind::ParticipantErased,
        campaign,
        facts,
        left,
        now,
    )
}

/// What was noted about a movement of money was erased. `left` is the seal of the rest, if there is any.
#[must_use]
pub fn reference_erased(
    campaign: CampaignId,
    id: TransactionId,
    left: Option<Seal>,
    now: Timestamp,
) -> NewAuditEvent {
    let facts = Metadata::new().transaction(id);
    erased(AuditEventKind::ReferenceErased, campaign, facts, left, now)
}

fn erased(
    kind: AuditEventKind,
    campaign: CampaignId,
    facts: Metadata,
    left: Option<Seal>,
    now: Timestamp,
) -> NewAuditEvent {
    NewAuditEvent {
        campaign_id: Some(campaign),
        kind,
        metadata: match left {
            Some(seal) => facts.sealed(seal),
            None => facts,
        },
        timestamp: now,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_forgotten_before_its_time_and_never_with_no_days() {
        let now: Timestamp = "2025-10-31T12:00:00Z".parse().unwrap();
        assert_eq!(ended_before(now, 0), None);
        let before = ended_before(now, 30);
        assert_eq!(before, Some("2025-10-01T12:00:00Z".parse().unwrap()));
    }

    #[test]
    fn a_pseudonym_is_a_user_id_of_its_own() {
        let id: ParticipationId = "0199a0b2-c3d4-7e5f-8a1b-2c3d4e5f6001".parse().unwrap();
        assert_eq!(pseudonym(id), "erased-2c3d4e5f6001");
        assert!(crate::domain::field::user_id(&pseudonym(id)).is_ok());
    }
}
