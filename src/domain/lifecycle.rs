//! The lifecycle: what time does to a campaign, and calling one off.

use chrono::TimeDelta;

use crate::domain::audit::{AuditEventKind, Metadata, NewAuditEvent};
use crate::domain::campaign::{Campaign, CampaignStatus};
use crate::domain::error::Error;
use crate::domain::ledger::CampaignMoney;
use crate::domain::money::Rupiah;
use crate::domain::slots::Slots;
use crate::domain::terms::{Completes, OnShortfall, PaymentTiming};
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
    waiting_before: u32,
    /// The deadline before it moved.
    moved_from: Option<Timestamp>,
    now: Timestamp,
}

impl Transition {
    /// The event of the step, given how many participations it settled.
    #[must_use]
    pub fn event(&self, settled: u64) -> NewAuditEvent {
        if let Some(previous) = self.moved_from {
            return extended_event(&self.campaign, previous, true, self.now);
        }
        let facts = Metadata::new().slots("slots_taken", self.slots_before);
        let facts = match self.waiting_closed() {
            0 => facts,
            waiting => facts.count("waitlist_closed", u64::from(waiting)),
        };
        let facts = match self.settlement {
            Some(Settlement::ConfirmReserved) => facts.count("confirmed", settled),
            Some(Settlement::RefundLive) => facts.count("refunded", settled),
            None => facts,
        };
        self.campaign.event(self.kind, facts, self.now)
    }

    /// How many waited for a campaign that does not go ahead, and so wait no longer. Those of one that does
    /// wait on, for slots of who does not pay.
    #[must_use]
    pub const fn waiting_closed(&self) -> u32 {
        if matches!(self.settlement, Some(Settlement::RefundLive)) {
            self.waiting_before
        } else {
            0
        }
    }

    fn extend(mut campaign: Campaign, days: u32, now: Timestamp) -> Self {
        let previous = campaign.deadline;
        campaign.deadline = previous.saturating_add(TimeDelta::days(i64::from(days)));
        campaign.extended_at = Some(now);
        campaign.updated_at = now;
        Self {
            slots_before: campaign.slots_taken,
            waiting_before: campaign.waitlist_count,
            settlement: None,
            kind: AuditEventKind::CampaignExtended,
            moved_from: Some(previous),
            campaign,
            now,
        }
    }

    fn new(mut campaign: Campaign, status: CampaignStatus, now: Timestamp) -> Self {
        let waiting_before = campaign.waitlist_count;
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
                campaign.waitlist_count = 0;
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
            waiting_before,
            moved_from: None,
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
        CampaignStatus::Full if goes_ahead(campaign, now) => CampaignStatus::Completed,
        CampaignStatus::Active if campaign.deadline_has_passed(now) => {
            if campaign.slots_taken >= campaign.minimum_slots {
                if waits_for_payments(campaign) {
                    return None;
                }
                CampaignStatus::Completed
            } else if let Some(days) = extension(campaign) {
                return Some(Transition::extend(campaign.clone(), days, now));
            } else {
                CampaignStatus::Failed
            }
        }
        _ => return None,
    };
    Some(Transition::new(campaign.clone(), status, now))
}

/// Whether a full campaign goes ahead now: at its deadline at the latest, and before when it was
/// declared so and nobody is left to pay.
fn goes_ahead(campaign: &Campaign, now: Timestamp) -> bool {
    if waits_for_payments(campaign) {
        return false;
    }
    let is_paid = campaign.terms.payment == PaymentTiming::Upfront || everybody_paid(campaign);
    let may = campaign.terms.completes != Completes::AtDeadline && is_paid;
    may || campaign.deadline_has_passed(now)
}

/// Whether it goes ahead only with who has paid, and somebody has not: also after the deadline, when those
/// are about to be released.
fn waits_for_payments(campaign: &Campaign) -> bool {
    campaign.terms.completes == Completes::WhenPaid && !everybody_paid(campaign)
}

const fn everybody_paid(campaign: &Campaign) -> bool {
    campaign.confirmed_count == campaign.participant_count
}

/// By how many days the deadline moves when too few slots are taken, unless it has moved so before.
const fn extension(campaign: &Campaign) -> Option<u32> {
    match (campaign.terms.on_shortfall, campaign.extended_at) {
        (OnShortfall::ExtendOnce, None) => campaign.terms.extend_days,
        _ => None,
    }
}

fn extended_event(
    campaign: &Campaign,
    previous: Timestamp,
    automatic: bool,
    now: Timestamp,
) -> NewAuditEvent {
    let facts = Metadata::new()
        .flag("automatic", automatic)
        .time("deadline", campaign.deadline)
        .time("previous_deadline", previous);
    campaign.event(AuditEventKind::CampaignExtended, facts, now)
}

/// The organiser moves the deadline forward.
///
/// # Errors
/// [`Error::CampaignStateInvalid`] when it has ended; [`Error::CampaignClosed`] when its deadline has
/// passed, for then its outcome is settled; [`Error::DeadlineNotLater`].
pub fn extend(
    mut campaign: Campaign,
    deadline: Timestamp,
    reason: Option<String>,
    now: Timestamp,
) -> Result<(Campaign, NewAuditEvent), Error> {
    let (status, previous) = (campaign.status, campaign.deadline);
    if status.has_ended() {
        return Err(Error::CampaignStateInvalid { status });
    }
    if campaign.deadline_has_passed(now) {
        return Err(Error::CampaignClosed {
            status,
            deadline: previous,
        });
    }
    if deadline <= previous {
        return Err(Error::DeadlineNotLater { deadline: previous });
    }
    campaign.deadline = deadline;
    campaign.extend_reason = reason;
    campaign.updated_at = now;
    let event = extended_event(&campaign, previous, false, now);
    Ok((campaign, event))
}

/// Whether the organiser may call a campaign off. That is possible as long as nothing has left it: also when
/// every slot is taken, for whoever took them may never pay, and also when it is completed, until money of it
/// went to a supplier or what its participants typed is erased, for then nobody knows whose money it is.
///
/// # Errors
/// [`Error::MoneyPaidOut`]; [`Error::CampaignStateInvalid`] when it has failed, was called off or is erased.
pub fn may_call_off(campaign: &Campaign, money: &CampaignMoney) -> Result<(), Error> {
    let status = campaign.status;
    let is_over = matches!(status, CampaignStatus::Failed | CampaignStatus::Cancelled);
    if is_over || campaign.erased_at.is_some() {
        return Err(Error::CampaignStateInvalid { status });
    }
    if money.payouts > Rupiah::default() {
        return Err(Error::MoneyPaidOut {
            amount: money.payouts,
        });
    }
    Ok(())
}

/// The organiser calls a campaign off: everybody is refunded.
///
/// # Errors
/// Those of [`may_call_off`].
pub fn call_off(
    mut campaign: Campaign,
    reason: Option<String>,
    money: &CampaignMoney,
    now: Timestamp,
) -> Result<Transition, Error> {
    may_call_off(&campaign, money)?;
    campaign.cancel_reason = reason;
    Ok(Transition::new(campaign, CampaignStatus::Cancelled, now))
}
