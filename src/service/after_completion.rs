//! Verbs on a campaign that goes ahead: who has not paid is released, and others wait for their slots.

use crate::domain::after_completion;
use crate::domain::campaign::Campaign;
use crate::domain::error::Error;
use crate::domain::field::{self, bounds};
use crate::domain::id::{CampaignId, ParticipationId};
use crate::domain::participation::{Participation, ParticipationChange};
use crate::domain::waiting_list;
use crate::service::participations::{find_campaign, find_with_campaign};
use crate::service::release::Before;
use crate::service::{Sambatan, release};
use crate::store::{campaigns, erase, participants, seals};
use crate::writer::{Failure, Transaction};

impl Sambatan {
    /// The organiser releases somebody who has paid nothing in a campaign that goes ahead. The slots go to
    /// those who wait, in the same transaction; they get an amount and a time to pay of their own.
    ///
    /// # Errors
    /// [`Error::ValidationFailed`], [`Error::ParticipationNotFound`], [`Error::ParticipationStateInvalid`],
    /// or what every write can answer.
    pub fn release_participation(
        &self,
        participation_id: ParticipationId,
        reason: Option<&str>,
    ) -> Result<Participation, Error> {
        let reason = field::optional_text("reason", reason, &bounds::REASON)?;
        let released = self.core.writer.call(move |transaction| {
            let (participation, campaign) = find_with_campaign(transaction, participation_id)?;
            let before = Before::of(&campaign);
            let mut change =
                after_completion::let_go(participation, campaign, reason, transaction.now)?;
            seal_reason(transaction, &mut change)?;
            let (mut participation, _) = release::write_freed(transaction, before, change)?;
            note_reason(transaction, &mut participation)?;
            Ok(participation)
        })?;
        self.core.wake_scheduler();
        Ok(released)
    }

    /// The organiser closes the waiting list of a campaign that goes ahead: who still waits gets no slots any
    /// more. One that nobody waits on is closed already.
    ///
    /// # Errors
    /// [`Error::CampaignNotFound`], [`Error::CampaignStateInvalid`] unless it is completed, or what every
    /// write can answer.
    pub fn close_waiting_list(&self, campaign_id: CampaignId) -> Result<Campaign, Error> {
        let write = move |transaction: &Transaction<'_>| {
            close_waiting_list(transaction, campaign_id, false)
        };
        self.core.writer.call(write)
    }
}

/// Closes a waiting list, inside a transaction.
pub(super) fn close_waiting_list(
    transaction: &Transaction<'_>,
    id: CampaignId,
    automatic: bool,
) -> Result<Campaign, Failure> {
    let campaign = find_campaign(transaction, id)?;
    let (campaign, event) = waiting_list::close(campaign, automatic, transaction.now)?;
    if let Some(event) = event {
        participants::close_waiting_list(transaction.connection, id, transaction.now)?;
        campaigns::update(transaction.connection, &campaign)?;
        transaction.append(event)?;
    }
    Ok(campaign)
}

/// Seals the reason that somebody's slots were given up for, and has the event carry the seal.
pub(super) fn seal_reason(
    transaction: &Transaction<'_>,
    change: &mut ParticipationChange,
) -> Result<(), Failure> {
    if change.participation.cancel_reason.is_some() {
        let seal = seals::participation(transaction.connection, &change.participation)?;
        change.tell(|_, facts| facts.sealed(seal));
    }
    Ok(())
}

/// A reason that was typed about a campaign that has ended is to be forgotten in its turn.
pub(super) fn note_reason(
    transaction: &Transaction<'_>,
    participation: &mut Participation,
) -> Result<(), Failure> {
    if participation.cancel_reason.is_none() {
        return Ok(());
    }
    let (campaign, id) = (participation.campaign_id, participation.id);
    let (connection, now) = (transaction.connection, transaction.now);
    if erase::note_new_text(connection, campaign, Some(id), now)? {
        participation.erased_at = None;
    }
    Ok(())
}
