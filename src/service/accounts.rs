//! Verbs that guard where a refund goes: confirming another account, and making a secret link anew.

use crate::domain::error::Error;
use crate::domain::id::ParticipationId;
use crate::domain::participation::Participation;
use crate::domain::payout_account;
use crate::domain::time::Timestamp;
use crate::service::Sambatan;
use crate::store::participants;

impl Sambatan {
    /// The organiser has asked the participant, and confirms the account that took another one's place at the time
    /// that the organiser saw. Nothing is written when there is nothing to confirm.
    ///
    /// # Errors
    /// [`Error::PayoutAccountUnconfirmed`] when it was changed again since, [`Error::ParticipationNotFound`], or what
    /// every write can answer.
    pub fn confirm_payout_account(
        &self,
        id: ParticipationId,
        changed_at: Timestamp,
    ) -> Result<Participation, Error> {
        self.core.writer.call(move |transaction| {
            let participation = participants::find_by_id(transaction.connection, id)?
                .ok_or(Error::ParticipationNotFound)?;
            let (participation, event) =
                payout_account::confirm(participation, changed_at, transaction.now)?;
            if let Some(event) = event {
                participants::update(transaction.connection, &participation)?;
                transaction.append(event)?;
            }
            Ok(participation)
        })
    }

    /// Makes a participation's secret link anew, for the participant or for the organiser: the one before opens
    /// nothing any more. [`Self::manage_token_now`] has the new one.
    ///
    /// # Errors
    /// [`Error::ParticipationNotFound`], or what every write can answer.
    pub fn renew_link(&self, id: ParticipationId) -> Result<Participation, Error> {
        self.core.writer.call(move |transaction| {
            let participation = participants::find_by_id(transaction.connection, id)?
                .ok_or(Error::ParticipationNotFound)?;
            let (participation, event) = payout_account::renew_link(participation, transaction.now);
            participants::update(transaction.connection, &participation)?;
            transaction.append(event)?;
            Ok(participation)
        })
    }
}
