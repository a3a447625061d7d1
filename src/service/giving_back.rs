//! The verb by which the organiser gives money back.

use crate::domain::error::Error;
use crate::domain::id::{ParticipationId, TransactionId};
use crate::domain::ledger::{self, NewRefund, Refunds, Transaction as Entry};
use crate::service::Sambatan;
use crate::service::money::find_with_money;
use crate::store::transactions::Origin;
use crate::store::{erase, participants, transactions};
use crate::writer::Failure;

/// Payments of one participation that are looked at.
const LOOKED_AT: u32 = 100;

impl Sambatan {
    /// Gives a part of what somebody has paid back, or all of it: for what was missing or broken, or was too
    /// much. Several such refunds never come to more than was paid. Answers the refunds that are due now, one
    /// for each payment that it takes from, the oldest first. The same request again answers the same refunds
    /// as they are by then, and gives nothing back again.
    ///
    /// # Errors
    /// [`Error::ValidationFailed`], [`Error::ParticipationNotFound`], [`Error::IdempotencyConflict`] when the
    /// request id was used for something else, [`Error::RefundExceedsPayments`],
    /// [`Error::InsufficientBalance`] when the money was paid out of the campaign, or what every write can
    /// answer.
    pub fn give_back(
        &self,
        participation_id: ParticipationId,
        refund: NewRefund,
    ) -> Result<Vec<Entry>, Error> {
        let checked = refund.check()?;
        #[cfg(feature = "broken-variants")]
        let checked = self.forget_request(checked);
        self.core.writer.call(move |transaction| {
            let connection = transaction.connection;
            let (participation, campaign, money) = find_with_money(transaction, participation_id)?;
            let known = transactions::refunds_of_request(connection, &checked.request_id)?;
            if let Some(first) = known.first() {
                let is_same = first.participation_id == Some(participation_id)
                    && Refunds::default().and(&known).amount == checked.amount;
                let conflict = || Failure::from(Error::IdempotencyConflict);
                return is_same.then_some(known).ok_or_else(conflict);
            }
            let payments =
                transactions::refundable_payments(connection, participation_id, LOOKED_AT)?;
            let now = transaction.now;
            let id = TransactionId::new;
            let change = ledger::give_back(participation, &payments, &checked, &money, id, now)?;
            participants::update(connection, &change.participation)?;
            // An event for each refund, in the same order.
            let mut events = change.events;
            for ((part, refund), event) in (1..).zip(&change.refunds).zip(&mut events) {
                let origin = Origin::Request(&checked.request_id, part);
                let seal = transactions::insert(connection, refund, origin)?;
                let facts = std::mem::take(&mut event.metadata);
                let facts = facts.count("request_part", u64::from(part));
                event.metadata = match seal {
                    Some(seal) => facts.sealed(seal),
                    None => facts,
                };
            }
            erase::note_new_text(connection, campaign.id, None, now)?;
            for event in events {
                transaction.append(event)?;
            }
            Ok(change.refunds)
        })
    }

    /// Each time another request: sent again it gives back again.
    #[cfg(feature = "broken-variants")]
    fn forget_request(&self, mut checked: ledger::CheckedRefund) -> ledger::CheckedRefund {
        if self.core.broken == Some(super::BrokenVariant::ForgetIdempotencyKeys) {
            checked.request_id = format!("{}~{}", checked.request_id, TransactionId::new());
        }
        checked
    }
}
