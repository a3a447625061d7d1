//! What follows when slots are taken or become free: those who wait get what fits, the campaign tips,
//! fills or opens again. All of it in the transaction of the change.

use crate::domain::audit::{AuditEvent, NewAuditEvent};
use crate::domain::campaign::{Campaign, CampaignStatus};
use crate::domain::participation::ParticipationChange;
use crate::domain::payment_window::PaymentWindow;
use crate::domain::terms::PaymentTiming;
use crate::domain::waiting_list;
use crate::service::transfer;
use crate::store::{campaigns, participants};
use crate::writer::{Failure, Transaction};

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
        events.push(waiting_list::promote(
            &mut participation,
            campaign,
            transaction.now,
        ));
        transfer::assign(transaction, &mut participation, campaign.participant_count)?;
        participants::update(transaction.connection, &participation)?;
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
    before: &Campaign,
    change: &mut ParticipationChange,
) -> Result<Vec<AuditEvent>, Failure> {
    participants::update(transaction.connection, &change.participation)?;
    let campaign = &mut change.campaign;
    change.events.extend(promote(transaction, campaign)?);
    let settled = waiting_list::settle_status(campaign, before.status, transaction.now);
    change.events.extend(settled);
    write_campaign(transaction, before, &change.campaign)?;
    append_events(transaction, &change.events)
}

/// Writes what a campaign has become. One that has tipped starts the time to pay of its reservations.
pub(super) fn write_campaign(
    transaction: &Transaction<'_>,
    before: &Campaign,
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
    events: &[NewAuditEvent],
) -> Result<Vec<AuditEvent>, Failure> {
    let append = |event: &NewAuditEvent| transaction.append(event.clone());
    Ok(events.iter().map(append).collect::<Result<_, _>>()?)
}
