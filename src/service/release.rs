//! What follows when slots are taken or become free: those who wait get what fits, the campaign tips,
//! fills or opens again. All of it in the transaction of the change.

use crate::domain::audit::{AuditEvent, NewAuditEvent};
use crate::domain::campaign::{Campaign, CampaignStatus};
use crate::domain::participation::{Participation, ParticipationChange};
use crate::domain::payment_window::PaymentWindow;
use crate::domain::terms::PaymentTiming;
use crate::domain::time::Timestamp;
use crate::domain::waiting_list;
use crate::service::transfer;
use crate::store::{campaigns, participants};
use crate::writer::{Failure, Transaction};

/// What a change is compared with to see what has to be written.
#[derive(Clone, Copy)]
pub(super) struct Before {
    status: CampaignStatus,
    tipped_at: Option<Timestamp>,
    waitlist_count: u32,
    last_queue_number: u32,
}

impl Before {
    /// The campaign before the change.
    pub(super) const fn of(campaign: &Campaign) -> Self {
        Self {
            status: campaign.status,
            tipped_at: campaign.tipped_at,
            waitlist_count: campaign.waitlist_count,
            last_queue_number: campaign.last_queue_number,
        }
    }
}

/// Hands the free slots of a campaign to those who wait, again and again, and says what happened.
pub(super) fn promote(
    transaction: &Transaction<'_>,
    campaign: &mut Campaign,
) -> Result<Vec<NewAuditEvent>, Failure> {
    let mut events = Vec::new();
    while waiting_list::may_promote(campaign, transaction.now) {
        let free = campaign.slots_remaining();
        let first = participants::find_first_waiting(transaction.connection, campaign.id, free)?;
        let Some(mut participation) = first else {
            break;
        };
        let mut event = waiting_list::promote(&mut participation, campaign, transaction.now);
        transfer::assign(transaction, &mut participation, campaign.participant_count)?;
        participants::update(transaction.connection, &participation)?;
        event.metadata = participation.told_in(event.metadata);
        events.push(event);
    }
    Ok(events)
}

/// As [`waiting_list::settle_status`]; nothing for a campaign that does not run.
pub(super) fn settle(
    transaction: &Transaction<'_>,
    campaign: &mut Campaign,
    before: CampaignStatus,
) -> Result<Vec<NewAuditEvent>, Failure> {
    let had_tipped = campaign.tipped_at.is_some();
    if !campaign.status.is_running() {
        return Ok(Vec::new());
    }
    let events = waiting_list::settle_status(campaign, before, transaction.now);
    if !had_tipped && campaign.tipped_at.is_some() {
        start_payment(transaction, campaign)?;
    }
    Ok(events)
}

/// Writes a change that has freed slots, once they have found their takers.
pub(super) fn write_freed(
    transaction: &Transaction<'_>,
    before: Before,
    change: ParticipationChange,
) -> Result<(Participation, Vec<AuditEvent>), Failure> {
    let ParticipationChange {
        mut campaign,
        participation,
        mut events,
    } = change;
    participants::update(transaction.connection, &participation)?;
    events.extend(promote(transaction, &mut campaign)?);
    let settled = waiting_list::settle_status(&mut campaign, before.status, transaction.now);
    events.extend(settled);
    write_campaign(transaction, before, &campaign)?;
    Ok((participation, append_events(transaction, events)?))
}

/// Writes what a campaign has become. One that has tipped starts the time to pay of its reservations.
pub(super) fn write_campaign(
    transaction: &Transaction<'_>,
    before: Before,
    campaign: &Campaign,
) -> Result<(), Failure> {
    let has_tipped = campaign.tipped_at != before.tipped_at;
    if has_tipped {
        start_payment(transaction, campaign)?;
    }
    let only_slots = campaign.status == before.status
        && !has_tipped
        && campaign.waitlist_count == before.waitlist_count
        && campaign.last_queue_number == before.last_queue_number;
    if only_slots {
        campaigns::update_slots(transaction.connection, campaign)?;
    } else {
        campaigns::update(transaction.connection, campaign)?;
    }
    Ok(())
}

/// Starts the time to pay of everybody who has waited for the campaign to tip.
fn start_payment(transaction: &Transaction<'_>, campaign: &Campaign) -> Result<(), Failure> {
    // Who pays upfront has been paying since joining.
    if campaign.terms.payment == PaymentTiming::AfterTipping
        && let Some(window) = PaymentWindow::starting(campaign, transaction.now)
    {
        let (id, deadline) = (campaign.id, campaign.deadline);
        let connection = transaction.connection;
        participants::start_payment(connection, id, window, deadline, transaction.now)?;
    }
    Ok(())
}

/// Writes events in their order.
pub(super) fn append_events(
    transaction: &Transaction<'_>,
    events: Vec<NewAuditEvent>,
) -> Result<Vec<AuditEvent>, Failure> {
    let append = |event| transaction.append(event);
    Ok(events.into_iter().map(append).collect::<Result<_, _>>()?)
}
