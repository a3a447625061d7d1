//! "I have transferred": a participant says that the money is on its way.
//!
//! Owns what that changes: a running time to pay is held back once, and the organiser knows whom to look for.
//! It confirms nothing and moves no money.

use chrono::{Days, NaiveDate, TimeDelta};

use crate::domain::audit::{AuditEventKind, Metadata, NewAuditEvent};
use crate::domain::campaign::{Campaign, CampaignStatus};
use crate::domain::error::Error;
use crate::domain::field::{FieldError, Problem};
use crate::domain::ledger::Standing;
use crate::domain::participation::{self, Participation, ParticipationStatus};
use crate::domain::payment_window;
use crate::domain::terms::Completes;
use crate::domain::time::Timestamp;

/// A reservation is held back by the grace of its campaign, and by so many hours at least: a transfer may
/// take a banking day.
pub const LEAST_HOURS: u32 = 24;
/// The earliest day that is believed, before today.
const MOST_DAYS: u64 = 366;

/// Whether a participant can say that they have paid.
#[must_use]
pub fn can_be_claimed(participation: &Participation, campaign: &Campaign) -> bool {
    participation.status.is_live()
        && participation.claimed_at.is_none()
        && payment_window::is_asked(campaign)
        && Standing::owed(participation).is_some()
}

/// Notes that a participant says that they have paid. Said twice is said: the participation stays as it is,
/// and there is no event.
///
/// # Errors
/// [`Error::ParticipationStateInvalid`] unless it holds slots, something is still to be paid for them and
/// people are asked to pay by now; [`Error::ValidationFailed`] for a day to come or more than a year ago.
pub fn claim(
    mut participation: Participation,
    campaign: &Campaign,
    day: Option<NaiveDate>,
    now: Timestamp,
) -> Result<(Participation, Option<NewAuditEvent>), Error> {
    if participation.status.is_live() && participation.claimed_at.is_some() {
        return Ok((participation, None));
    }
    if !can_be_claimed(&participation, campaign) {
        return Err(participation::state_invalid(&participation, campaign));
    }
    if day.is_some_and(|day| !is_believable(day, now)) {
        return Err(FieldError {
            field: "date",
            problem: Problem::NotADay,
        }
        .into());
    }
    participation.claimed_at = Some(now);
    participation.claimed_on = day;
    participation.updated_at = now;
    let facts = Metadata::new().participation(participation.id);
    let facts = match day {
        Some(day) => facts.day("claimed_on", day),
        None => facts,
    };
    let facts = match participation.expires_at {
        Some(expires_at) if participation.status == ParticipationStatus::Reserved => {
            let hours = campaign.terms.grace_hours.max(LEAST_HOURS);
            let later = expires_at.saturating_add(TimeDelta::hours(i64::from(hours)));
            let later = latest(campaign).map_or(later, |latest| later.min(latest));
            let later = later.max(expires_at);
            participation.expires_at = Some(later);
            facts.time("expires_at", later)
        }
        _ => facts,
    };
    let event = campaign.event(AuditEventKind::PaymentClaimed, facts, now);
    Ok((participation, Some(event)))
}

/// How long a reservation is held back at most, where there is such a limit. A campaign that goes ahead only with who has paid waits for
/// those who say so, but no longer than a transfer takes.
fn latest(campaign: &Campaign) -> Option<Timestamp> {
    let hours = TimeDelta::hours(i64::from(LEAST_HOURS));
    // One that goes ahead already waits for nobody.
    let waits = campaign.terms.completes == Completes::WhenPaid
        && campaign.status != CampaignStatus::Completed;
    waits.then(|| campaign.deadline.saturating_add(hours))
}

/// Whether a day lies in the year before now. East of here it may be tomorrow already.
fn is_believable(day: NaiveDate, now: Timestamp) -> bool {
    let today = now.as_datetime().date_naive();
    let latest = today.checked_add_days(Days::new(1));
    let earliest = today.checked_sub_days(Days::new(MOST_DAYS));
    latest.is_none_or(|latest| day <= latest) && earliest.is_none_or(|earliest| day >= earliest)
}
