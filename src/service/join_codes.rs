//! Verbs on the code that a campaign's joins have to bring.

use crate::domain::error::Error;
use crate::domain::id::CampaignId;
use crate::domain::join_code::{self, JoinCode};
use crate::service::{Sambatan, participations};
use crate::store::{StoreError, campaigns, join_codes};
use crate::writer::Transaction;

impl Sambatan {
    /// The code that a campaign asks for, if it does: for the organiser, who shares it.
    ///
    /// # Errors
    /// [`Error::CampaignNotFound`], or what every read can answer.
    pub fn join_code(&self, campaign_id: CampaignId) -> Result<Option<JoinCode>, Error> {
        self.core
            .read(|connection| {
                let known = campaigns::exists(connection, campaign_id)?;
                known
                    .then(|| join_codes::find_by_campaign(connection, campaign_id))
                    .transpose()
            })?
            .ok_or(Error::CampaignNotFound)
    }

    /// Has a campaign ask for a code, or for none any more. Who has joined stays; links with the code of
    /// before let nobody in. Nothing is written when nothing changes.
    ///
    /// # Errors
    /// [`Error::ValidationFailed`], [`Error::CampaignNotFound`], [`Error::CampaignStateInvalid`] when it has
    /// ended, or what every write can answer.
    pub fn set_join_code(
        &self,
        campaign_id: CampaignId,
        code: Option<&str>,
    ) -> Result<Option<JoinCode>, Error> {
        let code = code.map(|text| JoinCode::parse("join_code", text));
        let code = code.transpose()?;
        self.core.writer.call(move |transaction| {
            let status = participations::find_campaign(transaction, campaign_id)?.status;
            if status.has_ended() {
                return Err(Error::CampaignStateInvalid { status }.into());
            }
            let before = join_codes::find_by_campaign(transaction.connection, campaign_id)?;
            if before != code {
                write(transaction, campaign_id, code.as_ref())?;
            }
            Ok(code)
        })
    }
}

/// Writes a campaign's code with its event.
pub(super) fn write(
    transaction: &Transaction<'_>,
    campaign: CampaignId,
    code: Option<&JoinCode>,
) -> Result<(), StoreError> {
    join_codes::write(transaction.connection, campaign, code)?;
    let event = join_code::changed(campaign, code.is_some(), transaction.now);
    transaction.append(event).map(drop)
}
