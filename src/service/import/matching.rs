//! Lines of a statement that the organiser says the meaning of.

use chrono::NaiveDate;

use crate::domain::error::Error;
use crate::domain::field;
use crate::domain::id::{ParticipationId, TransactionId};
use crate::domain::ledger::{self, NewIds, NewPayment, Refund, Transaction as Entry};
use crate::domain::participation::{Participation, ParticipationStatus};
use crate::domain::payment_code::PaymentCode;
use crate::domain::payment_import::{self as rules, Share, StatementLine};
use crate::domain::reports::Limit;
use crate::service::Sambatan;
use crate::service::money::{apply, find_refund, find_with_money, first};
use crate::store::transactions::OfLine;
use crate::store::{erase, participants, seals, transactions};
use crate::writer::{Failure, Transaction};

/// The most people that are found by one handle.
const MOST_FOUND: u32 = 20;

impl Sambatan {
    /// Records a line of a statement as the payment of those whom the organiser names, 1 to 4 of them: of
    /// several each gets what is owed, and the last one the rest. It is known by its fingerprint from then on, so
    /// that no import counts it again. Answers the payments.
    ///
    /// # Errors
    /// [`Error::StatementLineKnown`], [`Error::LineAmountDoesNotFit`], [`Error::ParticipationNotFound`],
    /// [`Error::ParticipationStateInvalid`] of one who waits for slots, [`Error::PaymentExceedsLimit`],
    /// [`Error::ValidationFailed`], or what every write can answer.
    pub fn match_statement_line(
        &self,
        line: StatementLine,
        participations: Vec<ParticipationId>,
    ) -> Result<Vec<Entry>, Error> {
        check(&line)?;
        self.core.writer.call(move |transaction| {
            refuse_known(transaction, &line)?;
            let connection = transaction.connection;
            let mut among = Vec::with_capacity(participations.len().min(rules::MOST_SUGGESTED + 1));
            for id in participations.into_iter().take(rules::MOST_SUGGESTED + 1) {
                let found = participants::find_by_id(connection, id)?;
                among.push(found.ok_or(Error::ParticipationNotFound)?);
            }
            let shares = rules::cut_up(line.amount, among)?;
            let mut payments = Vec::with_capacity(shares.len());
            for (number, share) in (0..).zip(shares) {
                let of_line = OfLine {
                    fingerprint: line.fingerprint,
                    share: number,
                };
                payments.push(receive(transaction, line.date, &share, of_line)?);
            }
            Ok(payments)
        })
    }

    /// Up to `limit` of those who hold slots and have paid nothing, by the amount that they are to transfer.
    ///
    /// # Errors
    /// What every read can answer.
    pub fn list_open_participations(&self, limit: u32) -> Result<Vec<Participation>, Error> {
        self.core
            .read(|connection| participants::open_by_amount(connection, limit))
    }

    /// Those whom a line can be matched to whose payment code stands in a text, else whose handle it is: up to 20,
    /// without those who wait for slots.
    ///
    /// # Errors
    /// What every read can answer.
    pub fn find_payers(&self, text: &str) -> Result<Vec<Participation>, Error> {
        let mut found = self.core.read(|connection| {
            let mut found = Vec::new();
            for code in PaymentCode::find_in(text) {
                found.extend(participants::find_by_code(connection, code)?);
            }
            Ok(found)
        })?;
        if found.is_empty() && field::user_id(text).is_ok() {
            let limit = Limit::new(MOST_FOUND).unwrap_or_default();
            found = self.list_user_participations(text, None, limit)?.items;
        }
        found.retain(|one| one.status != ParticipationStatus::Waitlisted);
        Ok(found)
    }

    /// Notes refunds as sent by one line of a statement, 1 to 4 of them, which is known by its fingerprint from then
    /// on. The day of the line is their reference. A line of more than the refunds may have a fee in it; one of less
    /// is none.
    ///
    /// # Errors
    /// [`Error::StatementLineKnown`], [`Error::LineAmountDoesNotFit`], [`Error::RefundNotFound`],
    /// [`Error::RefundStateInvalid`], [`Error::ValidationFailed`], or what every write can answer.
    pub fn match_refund_line(
        &self,
        line: StatementLine,
        refunds: Vec<TransactionId>,
    ) -> Result<Vec<Refund>, Error> {
        check(&line)?;
        self.core.writer.call(move |transaction| {
            refuse_known(transaction, &line)?;
            let mut found = Vec::with_capacity(refunds.len().min(rules::MOST_SUGGESTED + 1));
            for id in refunds.into_iter().take(rules::MOST_SUGGESTED + 1) {
                found.push(find_refund(transaction, id)?);
            }
            for refund in &found {
                let reference = line.date.to_string();
                ledger::send(refund.transaction.clone(), reference, transaction.now)?;
            }
            rules::check_sent(line.amount, &found)?;
            let sent = (0..).zip(found);
            sent.map(|(share, refund)| note_sent(transaction, &line, share, refund))
                .collect()
        })
    }
}

/// Notes a refund as sent by a line, of which it is a share.
fn note_sent(
    transaction: &Transaction<'_>,
    line: &StatementLine,
    share: u32,
    mut refund: Refund,
) -> Result<Refund, Failure> {
    let connection = transaction.connection;
    let reference = line.date.to_string();
    let (sent, mut event) = ledger::send(refund.transaction, reference, transaction.now)?;
    transactions::update_refund(connection, &sent)?;
    let of_line = OfLine {
        fingerprint: line.fingerprint,
        share,
    };
    transactions::note_line(connection, sent.id, of_line)?;
    if let Some(seal) = seals::transaction(connection, &sent)? {
        event.metadata = event.metadata.sealed(seal);
    }
    if share > 0 {
        event.metadata = event.metadata.count("statement_share", u64::from(share));
    }
    erase::note_new_text(connection, sent.campaign_id, None, transaction.now)?;
    transaction.append(event)?;
    refund.transaction = sent;
    Ok(refund)
}

fn receive(
    transaction: &Transaction<'_>,
    day: NaiveDate,
    share: &Share,
    of_line: OfLine,
) -> Result<Entry, Failure> {
    // Read anew: one of several may be of the same campaign as the one before.
    let (participation, campaign, money) = find_with_money(transaction, share.participation.id)?;
    let receipt = rules::receipt(day, share.amount);
    let (ids, now) = (NewIds::new(), transaction.now);
    let change = ledger::receive(participation, campaign, receipt, &money, ids, now)?;
    apply(transaction, &change, Some(of_line))?;
    first(change)
}

fn check(line: &StatementLine) -> Result<(), Error> {
    let payment = NewPayment {
        amount: Some(line.amount.get()),
        reference: None,
        only_if_paid: None,
    };
    payment.check().map(drop)
}

fn refuse_known(transaction: &Transaction<'_>, line: &StatementLine) -> Result<(), Failure> {
    if transactions::is_line_known(transaction.connection, &line.fingerprint)? {
        return Err(Error::StatementLineKnown.into());
    }
    Ok(())
}
