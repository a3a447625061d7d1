//! The waiting list: who gets the slots that become free.
//!
//! First come, first served among those whose quantity fits, in the transaction that frees the slots. The list of
//! a campaign that goes ahead stays until the organiser closes it: who has not paid may still be released.

use crate::domain::audit::{AuditEventKind, Metadata, NewAuditEvent};
use crate::domain::campaign::{Campaign, CampaignStatus};
use crate::domain::error::Error;
use crate::domain::participation::{Participation, ParticipationStatus};
use crate::domain::payment_window::{self, PaymentWindow};
use crate::domain::slots::Slots;
use crate::domain::terms::PaymentTiming;
use crate::domain::time::Timestamp;

/// So many may wait for one campaign.
pub const MAX_WAITING: u32 = 10_000;

/// Whether slots that are free now may go to those who wait.
#[must_use]
pub fn may_promote(campaign: &Campaign, now: Timestamp) -> bool {
    campaign.waitlist_count > 0
        && campaign.slots_remaining() > Slots::ZERO
        && (campaign.status == CampaignStatus::Completed
            || campaign.status.is_running() && !campaign.deadline_has_passed(now))
}

/// Closes the waiting list of a campaign that goes ahead; none when nobody waits. `automatic` when what its
/// participants typed is about to be erased.
///
/// # Errors
/// [`Error::CampaignStateInvalid`] unless it is completed.
pub fn close(
    mut campaign: Campaign,
    automatic: bool,
    now: Timestamp,
) -> Result<(Campaign, Option<NewAuditEvent>), Error> {
    if campaign.status != CampaignStatus::Completed {
        return Err(Error::CampaignStateInvalid {
            status: campaign.status,
        });
    }
    let waiting = std::mem::take(&mut campaign.waitlist_count);
    if waiting == 0 {
        return Ok((campaign, None));
    }
    campaign.updated_at = now;
    let facts = Metadata::new()
        .count("waitlist_closed", u64::from(waiting))
        .flag("automatic", automatic);
    let event = campaign.event(AuditEventKind::WaitingListClosed, facts, now);
    Ok((campaign, Some(event)))
}

/// Gives one who waits the slots that are free. The caller has chosen the first whose quantity fits.
#[must_use]
pub fn promote(
    participation: &mut Participation,
    campaign: &mut Campaign,
    now: Timestamp,
) -> NewAuditEvent {
    campaign.take_slots(participation.quantity, now);
    campaign.waitlist_count = campaign.waitlist_count.saturating_sub(1);
    participation.status = ParticipationStatus::Reserved;
    participation.promoted_at = Some(now);
    participation.updated_at = now;
    payment_window::start(participation, campaign, now);
    let facts = Metadata::new()
        .participation(participation.id)
        .slots("quantity", participation.quantity)
        .amount("contribution_amount", participation.contribution_amount)
        .slots("slots_taken", campaign.slots_taken);
    campaign.event(AuditEventKind::ParticipantPromoted, facts, now)
}

/// What the campaign is once all slots have found their takers: tipped, full, or open again. Only the
/// difference to `before`, its status when the transaction began, is an event.
#[must_use]
pub fn settle_status(
    campaign: &mut Campaign,
    before: CampaignStatus,
    now: Timestamp,
) -> Vec<NewAuditEvent> {
    let mut events = Vec::new();
    if campaign.tips() {
        campaign.tipped_at = Some(now);
        let mut tipped = campaign.slots_event(AuditEventKind::CampaignTipped, now);
        // Who pays upfront has been paying since joining.
        if campaign.terms.payment == PaymentTiming::AfterTipping
            && let Some(window) = PaymentWindow::starting(campaign, now)
        {
            tipped.metadata = window.told_in(tipped.metadata, campaign.deadline);
        }
        events.push(tipped);
    }
    let is_full = campaign.slots_remaining() == Slots::ZERO;
    match (before, is_full) {
        (CampaignStatus::Active, true) => {
            campaign.status = CampaignStatus::Full;
            events.push(campaign.slots_event(AuditEventKind::CampaignFull, now));
        }
        (CampaignStatus::Full, false) => {
            campaign.status = CampaignStatus::Active;
            events.push(campaign.slots_event(AuditEventKind::CampaignReopened, now));
        }
        _ => {}
    }
    events
}
