//! How long a reservation is kept without being confirmed.
//!
//! Owns when the time to pay starts and when it is over. Whose it is, and what becomes of the slots, is
//! for [`crate::domain::participation`].

use chrono::TimeDelta;

use crate::domain::audit::Metadata;
use crate::domain::campaign::{Campaign, CampaignStatus};
use crate::domain::participation::{Participation, ParticipationStatus};
use crate::domain::terms::{Completes, PaymentTiming, USUAL_HOURS};
use crate::domain::time::Timestamp;

/// The time to pay of one reservation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PaymentWindow {
    /// Until when it should be paid.
    pub pay_by: Timestamp,
    /// When it is released: the grace is over.
    pub expires_at: Timestamp,
}

impl PaymentWindow {
    /// The window that starts now; none when the campaign sets no time to pay, or people pay after
    /// tipping and it has not tipped yet. Where only those count who have paid it lasts until the deadline
    /// at most, and as long when no time to pay is set.
    #[must_use]
    pub fn starting(campaign: &Campaign, now: Timestamp) -> Option<Self> {
        let terms = &campaign.terms;
        if !is_asked(campaign) {
            return None;
        }
        let hours = |hours: u32| TimeDelta::hours(i64::from(hours));
        let within = |within: u32| {
            let pay_by = now.saturating_add(hours(within));
            Self {
                pay_by,
                expires_at: pay_by.saturating_add(hours(terms.grace_hours)),
            }
        };
        let window = terms.pay_within_hours.map(within);
        if terms.completes != Completes::WhenPaid {
            return window;
        }
        let latest = campaign.deadline;
        let whole = Self {
            pay_by: latest,
            expires_at: latest,
        };
        Some(window.unwrap_or(whole).capped(latest))
    }

    /// The window of a reservation that the deadline had cut short, now that it has moved; none where it
    /// cuts nothing short.
    #[must_use]
    pub fn after_moving(campaign: &Campaign, now: Timestamp) -> Option<Self> {
        let cuts = campaign.terms.completes == Completes::WhenPaid;
        Self::starting(campaign, now).filter(|_| cuts)
    }

    /// Adds the window to the facts of the event that starts it for everybody: those from the waiting list
    /// have until the deadline at most.
    #[must_use]
    pub fn told_in(self, facts: Metadata, deadline: Timestamp) -> Metadata {
        facts
            .time("pay_by", self.pay_by)
            .time("expires_at", self.expires_at)
            .time("deadline", deadline)
    }

    /// The window of who gets slots of a campaign that goes ahead already: no deadline ends it. As long as the
    /// campaign sets, 48 hours when it sets nothing.
    #[must_use]
    pub fn after_completion(campaign: &Campaign, now: Timestamp) -> Self {
        let terms = &campaign.terms;
        let hours = |hours: u32| TimeDelta::hours(i64::from(hours));
        let within = terms.pay_within_hours.unwrap_or(USUAL_HOURS);
        let pay_by = now.saturating_add(hours(within));
        Self {
            pay_by,
            expires_at: pay_by.saturating_add(hours(terms.grace_hours)),
        }
    }

    /// Never later than a moment: what the waiting list gets does not outlive the deadline.
    #[must_use]
    pub fn capped(self, latest: Timestamp) -> Self {
        Self {
            pay_by: self.pay_by.min(latest),
            expires_at: self.expires_at.min(latest),
        }
    }
}

/// Whether people are to pay by now. Who pays after tipping is not asked before.
#[must_use]
pub fn is_asked(campaign: &Campaign) -> bool {
    campaign.terms.payment == PaymentTiming::Upfront || campaign.tipped_at.is_some()
}

/// Starts the time to pay of a reservation. One from the waiting list has until the deadline at most.
pub(crate) fn start(participation: &mut Participation, campaign: &Campaign, now: Timestamp) {
    let goes_ahead = campaign.status == CampaignStatus::Completed;
    let window = if goes_ahead {
        Some(PaymentWindow::after_completion(campaign, now))
    } else {
        PaymentWindow::starting(campaign, now)
    };
    let window = window.map(|window| {
        if !goes_ahead && participation.queue_number.is_some() {
            window.capped(campaign.deadline)
        } else {
            window
        }
    });
    participation.pay_by = window.map(|window| window.pay_by);
    participation.expires_at = window.map(|window| window.expires_at);
}

/// Whether a reservation has not been confirmed in time. What would have lasted beyond the deadline is
/// settled with the campaign, by the numbers of the deadline; where only those count who have paid the
/// campaign waits for it.
#[must_use]
pub fn has_expired(participation: &Participation, campaign: &Campaign, now: Timestamp) -> bool {
    let Some(expires_at) = participation.expires_at else {
        return false;
    };
    participation.status == ParticipationStatus::Reserved
        && expires_at <= now
        && (campaign.status == CampaignStatus::Completed
            || settles_before(campaign, expires_at, now))
}

/// Whether a time to pay that is over is not settled with its campaign.
fn settles_before(campaign: &Campaign, expires_at: Timestamp, now: Timestamp) -> bool {
    campaign.status.is_running()
        && (expires_at <= campaign.deadline
            || !campaign.deadline_has_passed(now)
            || campaign.terms.completes == Completes::WhenPaid)
}
