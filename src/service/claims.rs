//! Verbs on what participants say of their payments.

use chrono::NaiveDate;

use crate::domain::claim;
use crate::domain::error::Error;
use crate::domain::id::ParticipationId;
use crate::domain::participation::Participation;
use crate::domain::reports::{Limit, Page};
use crate::service::participations::find_with_campaign;
use crate::service::{Sambatan, page};
use crate::store::participants;

impl Sambatan {
    /// A participant says that the money is on its way, sent on a day if they name it. Confirms nothing: a
    /// running time to pay is held back once, by the grace of the campaign and 24 hours at least, and the
    /// organiser sees whom to look for. Said again it changes nothing.
    ///
    /// # Errors
    /// [`Error::ValidationFailed`], [`Error::ParticipationNotFound`], [`Error::ParticipationStateInvalid`]
    /// unless something is still to be paid, or what every write can answer.
    pub fn claim_payment(
        &self,
        participation_id: ParticipationId,
        day: Option<NaiveDate>,
    ) -> Result<Participation, Error> {
        let claimed = self.core.writer.call(move |transaction| {
            let (participation, campaign) = find_with_campaign(transaction, participation_id)?;
            let (participation, event) =
                claim::claim(participation, &campaign, day, transaction.now)?;
            if let Some(event) = event {
                participants::update(transaction.connection, &participation)?;
                transaction.append(event)?;
            }
            Ok(participation)
        })?;
        self.core.wake_scheduler();
        Ok(claimed)
    }

    /// Lists the live participations, of all campaigns, who say that they have paid and of whom nothing has
    /// come since, in order of joining; `after` is where the page before ended.
    ///
    /// # Errors
    /// What every read can answer.
    pub fn list_claims(
        &self,
        after: Option<ParticipationId>,
        limit: Limit,
    ) -> Result<Page<Participation, ParticipationId>, Error> {
        let items = self
            .core
            .read(|connection| participants::page_of_claims(connection, after, limit))?;
        Ok(page(items, limit, |participation| participation.id))
    }
}
