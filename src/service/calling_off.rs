//! What calling a campaign off would do, before anybody does it.

use crate::domain::error::Error;
use crate::domain::id::{CampaignId, TransactionId};
use crate::domain::ledger::{self, Refunds};
use crate::domain::lifecycle;
use crate::domain::reports::CallingOff;
use crate::service::Sambatan;
use crate::store::{campaigns, transactions};

/// So many refunds are counted: a page that is looked at must not cost what its campaign has grown to.
const COUNTED: u32 = 1000;

impl Sambatan {
    /// What calling a campaign off would do, as things stand; none when it cannot be called off.
    ///
    /// # Errors
    /// [`Error::CampaignNotFound`], or what every read can answer.
    pub fn calling_off(&self, campaign_id: CampaignId) -> Result<Option<CallingOff>, Error> {
        let now = self.now();
        let found = self.core.read(|connection| {
            let Some(campaign) = campaigns::find_by_id(connection, campaign_id)? else {
                return Ok(None);
            };
            let money = transactions::money_of(connection, campaign_id)?;
            if lifecycle::may_call_off(&campaign, &money).is_err() {
                return Ok(Some(None));
            }
            let payments =
                transactions::unrefunded_payments(connection, campaign_id, None, COUNTED)?;
            let owed = ledger::owed(campaign_id, &payments, TransactionId::new, now);
            Ok(Some(Some(CallingOff {
                participants: campaign.participant_count,
                waiting: campaign.waitlist_count,
                refunds: Refunds {
                    // What came in and has not gone back: each rupiah of it goes back.
                    amount: money.balance(),
                    ..Refunds::default().and(&owed)
                },
                are_more: payments.len() >= COUNTED as usize,
            })))
        })?;
        found.ok_or(Error::CampaignNotFound)
    }
}
