//! How long a reservation is kept without being confirmed.
//!
//! Owns when the time to pay starts and when it is over. Whose it is, and what becomes of the slots, is
//! for [`crate::domain::participation`].

use chrono::TimeDelta;

use crate::domain::audit::Metadata;
use crate::domain::campaign::Campaign;
use crate::domain::participation::{Participation, ParticipationStatus};
use crate::domain::terms::{Completes, PaymentTiming};
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
    let window = PaymentWindow::starting(campaign, now).map(|window| {
        if participation.queue_number.is_some() {
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
        && campaign.status.is_running()
        && expires_at <= now
        && (expires_at <= campaign.deadline
            || !campaign.deadline_has_passed(now)
            || campaign.terms.completes == Completes::WhenPaid)
}
