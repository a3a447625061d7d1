//! Bank statements: whose a line is, and what it makes of what they owe.

use std::collections::BTreeSet;

use chrono::{NaiveDate, TimeDelta};
use proptest::test_runner::TestCaseError;
use proptest::{prop_assert, prop_assert_eq};
use sambatan::domain::id::{ParticipationId, TransactionId};
use sambatan::domain::ledger::{
    Receipt, Refund, Transaction, TransactionKind, TransactionSource, TransactionStatus,
};
use sambatan::domain::money::Rupiah;
use sambatan::domain::participation::{Participation, ParticipationStatus};
use sambatan::domain::payment_code::PaymentCode;
use sambatan::domain::payment_import::{Outcome, Payer};
use sambatan::domain::reports::Limit;
use sambatan::{Error, Sambatan};

use super::{Model, is_live};

/// A line by which money came in, as the bank wrote it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Credit {
    pub(crate) day: NaiveDate,
    pub(crate) amount: i64,
    pub(crate) text: String,
}

/// Whether nothing has come in yet for slots that are held.
pub(crate) fn owes(one: &Participation) -> bool {
    is_live(one) && one.paid_amount == Rupiah::new(0)
}

fn payer(whose: &Participation) -> Payer {
    Payer {
        participation_id: whose.id,
        campaign_id: whose.campaign_id,
        user_id: whose.user_id.as_str().to_owned(),
        part: None,
    }
}

fn payers(whose: &[&Participation]) -> Vec<Payer> {
    whose.iter().map(|whose| payer(whose)).collect()
}

/// What is still to be transferred for slots that are held.
pub(crate) fn missing(one: &Participation) -> Option<i64> {
    let (price, paid) = (one.contribution_amount.get(), one.paid_amount.get());
    let whole = one.transfer_amount.map_or(price, Rupiah::get);
    let missing = if paid == 0 { whole } else { price - paid };
    (is_live(one) && paid < price).then_some(missing)
}

impl Model {
    /// What becomes of each line of a statement. Without a service the ids are made up: on a copy of
    /// the model that says what the statement would do.
    pub(crate) fn import(
        &mut self,
        lines: &[Credit],
        service: Option<&Sambatan>,
    ) -> Result<Vec<Outcome>, TestCaseError> {
        let mut outcomes = Vec::new();
        for (index, line) in lines.iter().enumerate() {
            let outcome = if lines[..index].contains(line) {
                Outcome::Duplicate
            } else if self.counted.contains(line) {
                Outcome::Known
            } else {
                match self.whose(line, lines) {
                    Ok(whose) => {
                        let outcome = self.outcome(line, &whose);
                        for (whose, part) in &whose {
                            self.count(line, whose.id, *part, service)?;
                        }
                        outcome
                    }
                    Err(outcome) => outcome,
                }
            };
            outcomes.push(outcome);
        }
        Ok(outcomes)
    }

    /// Those whose codes stand in a line, in its order.
    fn told(&self, line: &Credit) -> Vec<&Participation> {
        let all = self.participations.by_id.values();
        let place = |one: &Participation| line.text.find(&PaymentCode::of(one.id).to_string());
        let mut told: Vec<_> = all.filter_map(|one| Some((place(one)?, one))).collect();
        told.sort_by_key(|(place, _)| *place);
        told.into_iter().map(|(_, one)| one).collect()
    }

    /// Who pays by a line of a file, and how much each; or why it does not count.
    fn whose(&self, line: &Credit, file: &[Credit]) -> Result<Vec<(Participation, i64)>, Outcome> {
        let told = self.told(line);
        // By how much the line differs from what each is to transfer.
        let all = self.participations.by_id.values();
        let differences: Vec<_> = all
            .filter(|one| owes(one))
            .filter_map(|one| Some((one, (one.transfer_amount?.get() - line.amount).abs())))
            .collect();
        let exact = differences.iter().find(|(_, difference)| *difference == 0);
        let exact = exact.map(|(one, _)| *one);
        let near = differences
            .iter()
            .filter(|(_, difference)| *difference <= 1_000);
        let near: Vec<_> = near.map(|(one, _)| *one).collect();
        let is_too_early = |one: &Participation| {
            let joined = one.joined_at.as_datetime().date_naive();
            // The bank's clock may be behind by a day, and no more.
            line.day < joined.pred_opt().unwrap()
        };
        let noted = self.noted(line, file, &told);
        let pays = |one: &Participation| Ok(vec![(one.clone(), line.amount)]);
        match (told.as_slice(), exact, near.as_slice()) {
            ([_, _, ..], _, _) => {
                let missing: Option<Vec<i64>> = told.iter().map(|one| missing(one)).collect();
                let is_anothers =
                    exact.is_some_and(|exact| told.iter().all(|one| one.id != exact.id));
                match missing {
                    Some(parts) if parts.iter().sum::<i64>() == line.amount && !is_anothers => {
                        Ok(told.into_iter().cloned().zip(parts).collect())
                    }
                    _ => Err(Outcome::Suggested(payers(&told))),
                }
            }
            ([told], Some(exact), _) if exact.id != told.id => Err(Outcome::LeftOver),
            ([told], _, _) if told.status == ParticipationStatus::Waitlisted => {
                Err(Outcome::Suggested(vec![payer(told)]))
            }
            _ if !noted.is_empty() => Err(Outcome::MaybeRecorded(payers(&noted))),
            ([told], _, _) => pays(told),
            ([], Some(exact), _) if is_too_early(exact) => {
                Err(Outcome::Suggested(vec![payer(exact)]))
            }
            ([], Some(exact), _) => pays(exact),
            ([], None, [only]) if !is_too_early(only) => Err(Outcome::Suggested(vec![payer(only)])),
            _ => Err(Outcome::LeftOver),
        }
    }

    /// Those who owe nothing and may have been noted to have paid by this line, up to four, the one noted last
    /// first.
    fn noted(
        &self,
        line: &Credit,
        file: &[Credit],
        told: &[&Participation],
    ) -> Vec<&Participation> {
        let mut rows: Vec<_> = self
            .ledger
            .iter()
            .filter(|row| row.kind == TransactionKind::Payment && row.amount.get() == line.amount)
            .filter(|row| {
                let of_line = self.of_line.get(&row.id);
                of_line.is_none_or(|of_line| !file.contains(of_line))
            })
            .filter(|row| {
                let day = row
                    .reference
                    .as_deref()
                    .and_then(|day| day.parse::<NaiveDate>().ok());
                match day.filter(|_| row.source == TransactionSource::Import) {
                    Some(day) => (day - line.day).num_days().abs() <= 1,
                    // It is noted when the money has come, as far in the east as there are banks.
                    None => {
                        let noted = row.created_at.as_datetime() + TimeDelta::hours(9);
                        noted.date_naive().succ_opt().unwrap() >= line.day
                    }
                }
            })
            .collect();
        rows.sort_by_key(|row| std::cmp::Reverse(row.id));
        let mut found: Vec<&Participation> = Vec::new();
        for row in rows {
            let whose = &self.participations.by_id[&row.participation_id.unwrap()];
            let is_meant = told.is_empty() || told.iter().any(|told| told.id == whose.id);
            let is_known = found.iter().any(|found| found.id == whose.id);
            if is_meant && !is_known && missing(whose).is_none() && found.len() < 4 {
                found.push(whose);
            }
        }
        found
    }

    fn outcome(&self, line: &Credit, whose: &[(Participation, i64)]) -> Outcome {
        let [(whose, _)] = whose else {
            let of_part = |(whose, part): &(Participation, i64)| Payer {
                part: Some(Rupiah::new(*part)),
                ..payer(whose)
            };
            return Outcome::Together(whose.iter().map(of_part).collect());
        };
        let payer = payer(whose);
        let owed = whose.contribution_amount.get();
        let asked = whose.transfer_amount.map_or(owed, Rupiah::get);
        let paid = whose.paid_amount.get() + line.amount;
        if !is_live(whose) {
            Outcome::GivenUp(payer)
        } else if paid < owed {
            Outcome::Short(payer, Rupiah::new(owed - paid))
        } else if paid - self.refunded(whose.id) > asked {
            Outcome::Over(payer, Rupiah::new(paid - self.refunded(whose.id) - asked))
        } else {
            Outcome::Matched(payer)
        }
    }

    fn count(
        &mut self,
        line: &Credit,
        whose: ParticipationId,
        part: i64,
        service: Option<&Sambatan>,
    ) -> Result<(), TestCaseError> {
        let receipt = Receipt {
            amount: Some(Rupiah::new(part)),
            reference: Some(line.day.to_string()),
            source: TransactionSource::Import,
        };
        self.counted.insert(line.clone());
        let row = match service {
            Some(service) => self.learn_payment(whose, service)?,
            None => TransactionId::new(),
        };
        self.of_line.insert(row, line.clone());
        self.paid(whose, receipt, row, service)
    }

    /// Who gets how much of a line, when the organiser says that it is of these.
    fn may_match(
        &self,
        line: &Credit,
        to: &[ParticipationId],
    ) -> Result<Vec<(ParticipationId, i64)>, Error> {
        if self.counted.contains(line) {
            return Err(Error::StatementLineKnown);
        }
        let find = |id| {
            self.participations
                .by_id
                .get(id)
                .ok_or(Error::ParticipationNotFound)
        };
        let to = to.iter().map(find).collect::<Result<Vec<_>, _>>()?;
        if to.is_empty() {
            return Err(Error::ValidationFailed(Vec::new()));
        }
        let mut left = line.amount;
        let mut parts: Vec<(ParticipationId, i64)> = Vec::new();
        for (number, one) in to.iter().enumerate() {
            if parts.iter().any(|(id, _)| *id == one.id) {
                return Err(Error::ValidationFailed(Vec::new()));
            }
            let is_last = number + 1 == to.len();
            let part = if is_last {
                left
            } else {
                missing(one).unwrap_or(0)
            };
            if part <= 0 || part > left {
                let amount = Rupiah::new(line.amount);
                return Err(Error::LineAmountDoesNotFit { amount });
            }
            left -= part;
            parts.push((one.id, part));
        }
        match to
            .iter()
            .find(|one| one.status == ParticipationStatus::Waitlisted)
        {
            Some(waits) => Err(self.wrong_state(waits.id)),
            None => Ok(parts),
        }
    }

    /// What the organiser says of a line; the service has said its part.
    pub(crate) fn match_line(
        &mut self,
        line: &Credit,
        to: &[ParticipationId],
        found: Result<Vec<Transaction>, Error>,
        service: &Sambatan,
    ) -> Result<(), TestCaseError> {
        let parts = match (self.may_match(line, to), found) {
            (Ok(parts), Ok(rows)) => {
                let rows = rows
                    .iter()
                    .map(|row| (row.participation_id.unwrap(), row.amount.get()));
                prop_assert_eq!(rows.collect::<Vec<_>>(), parts.clone());
                parts
            }
            (Err(Error::ValidationFailed(_)), Err(Error::ValidationFailed(_))) => return Ok(()),
            (expected, found) => {
                prop_assert_eq!(found.err(), expected.err());
                return Ok(());
            }
        };
        for (id, part) in parts {
            self.count(line, id, part, Some(service))?;
        }
        Ok(())
    }

    /// The refunds that a line by which money went out may be, and whether all of them together.
    pub(crate) fn meant_by(&self, line: &Credit) -> (Vec<TransactionId>, bool) {
        let due = |row: &&Transaction| row.status == TransactionStatus::Due;
        let mut due: Vec<_> = self.ledger.iter().filter(due).collect();
        due.sort_by_key(|row| row.id);
        let told = self.told(line);
        let of_told: Vec<_> = told
            .iter()
            .flat_map(|one| {
                let of_one = due
                    .iter()
                    .filter(|row| row.participation_id == Some(one.id));
                of_one.take(4).copied()
            })
            .collect();
        let ids = |rows: &[&Transaction]| rows.iter().take(4).map(|row| row.id).collect();
        let known = if of_told.is_empty() { &due } else { &of_told };
        let mut exact = known.clone();
        exact.retain(|row| row.amount.get() == line.amount);
        if !exact.is_empty() {
            return (ids(&exact), false);
        }
        if of_told.is_empty() {
            let mut pairs = Vec::new();
            for one in &due {
                for other in due.iter().filter(|other| other.id > one.id) {
                    if one.amount.get() + other.amount.get() == line.amount {
                        pairs.push([*one, *other]);
                    }
                }
            }
            return match pairs.as_slice() {
                [pair] if due.len() <= 50 => (ids(pair), true),
                _ => (Vec::new(), true),
            };
        }
        let sum: i64 = of_told.iter().map(|row| row.amount.get()).sum();
        if of_told.len() <= 4 && sum == line.amount {
            return (ids(&of_told), true);
        }
        let mut within = of_told;
        within.retain(|row| row.amount.get() <= line.amount);
        (ids(&within), false)
    }

    /// Whether a line has counted.
    pub(crate) fn has_counted(&self, line: &Credit) -> bool {
        self.counted.contains(line)
    }

    /// The organiser says which refunds a line has sent.
    pub(crate) fn match_refund(
        &mut self,
        line: &Credit,
        ids: &[TransactionId],
    ) -> Result<Vec<Refund>, Error> {
        if self.counted.contains(line) {
            return Err(Error::StatementLineKnown);
        }
        let reference = line.day.to_string();
        let mut tried = self.clone();
        for id in ids {
            // Each of them is due, also where one is named twice.
            tried
                .clone()
                .note_refund(*id, TransactionStatus::Due, &reference)?;
        }
        if ids.is_empty() || ids.iter().collect::<BTreeSet<_>>().len() < ids.len() {
            return Err(Error::ValidationFailed(Vec::new()));
        }
        let rows = ids.iter().filter_map(|id| self.find_row(*id));
        if rows.map(|row| row.amount.get()).sum::<i64>() > line.amount {
            let amount = Rupiah::new(line.amount);
            return Err(Error::LineAmountDoesNotFit { amount });
        }
        let sent = ids.iter();
        let sent = sent.map(|id| tried.note_refund(*id, TransactionStatus::Due, &reference));
        let sent = sent.collect::<Result<Vec<_>, _>>()?;
        *self = tried;
        self.counted.insert(line.clone());
        Ok(sent)
    }

    /// The id of the next payment that only the service knows yet.
    fn learn_payment(
        &self,
        id: ParticipationId,
        service: &Sambatan,
    ) -> Result<TransactionId, TestCaseError> {
        let limit = Limit::new(100).unwrap();
        let rows = service.list_participation_transactions(id, None, limit);
        let new = rows.unwrap().items.into_iter().find(|row| {
            row.kind == TransactionKind::Payment
                && self.ledger.iter().all(|known| known.id != row.id)
        });
        prop_assert!(new.is_some(), "a line that pays is not in the ledger");
        Ok(new.unwrap().id)
    }
}
