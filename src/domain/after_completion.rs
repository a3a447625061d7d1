//! A campaign that goes ahead, and who has not paid for slots of it.
//!
//! Owns when the organiser may take such slots back. Who gets them then is for
//! [`crate::domain::waiting_list`].

use crate::domain::audit::AuditEventKind;
use crate::domain::campaign::{Campaign, CampaignStatus};
use crate::domain::error::Error;
use crate::domain::money::Rupiah;
use crate::domain::participation::{
    Participation, ParticipationChange, ParticipationStatus, ended, state_invalid,
};
use crate::domain::time::Timestamp;

/// Whether the organiser can take somebody's slots of a campaign that goes ahead: nothing was paid for them.
#[must_use]
pub fn can_be_let_go(participation: &Participation, campaign: &Campaign) -> bool {
    participation.status.is_live()
        && participation.paid_amount == Rupiah::default()
        && campaign.status == CampaignStatus::Completed
}

/// The organiser releases somebody who has paid nothing in a campaign that goes ahead. The slots
/// are for those who wait.
///
/// # Errors
/// [`Error::ParticipationStateInvalid`] unless it [`can_be_let_go`].
pub fn let_go(
    mut participation: Participation,
    mut campaign: Campaign,
    reason: Option<String>,
    now: Timestamp,
) -> Result<ParticipationChange, Error> {
    if !can_be_let_go(&participation, &campaign) {
        return Err(state_invalid(&participation, &campaign));
    }
    if participation.status == ParticipationStatus::Confirmed {
        campaign.confirmed_count = campaign.confirmed_count.saturating_sub(1);
    }
    campaign.release_slots(participation.quantity, now);
    participation.released_at = Some(now);
    participation.cancel_reason = reason;
    let kind = AuditEventKind::ParticipantReleased;
    Ok(ended(participation, campaign, kind, now))
}
