//! Bank statements: whose a line is, and what it makes of what they owe.

use chrono::NaiveDate;
use proptest::prop_assert;
use proptest::test_runner::TestCaseError;
use sambatan::Sambatan;
use sambatan::domain::id::{ParticipationId, TransactionId};
use sambatan::domain::ledger::{Receipt, TransactionKind, TransactionSource};
use sambatan::domain::money::Rupiah;
use sambatan::domain::participation::{Participation, ParticipationStatus};
use sambatan::domain::payment_code::PaymentCode;
use sambatan::domain::payment_import::{Outcome, Payer};
use sambatan::domain::reports::Limit;

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
    }
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
                match self.whose(line) {
                    Ok(whose) => self.count(line, &whose, service)?,
                    Err(outcome) => outcome,
                }
            };
            outcomes.push(outcome);
        }
        Ok(outcomes)
    }

    /// Who pays by a line; or why it does not count.
    fn whose(&self, line: &Credit) -> Result<Participation, Outcome> {
        let all = self.participations.by_id.values();
        let told: Vec<_> = all
            .clone()
            .filter(|one| line.text.contains(&PaymentCode::of(one.id).to_string()))
            .collect();
        // By how much the line differs from what each is to transfer.
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
        match (told.as_slice(), exact, near.as_slice()) {
            ([told], Some(exact), _) if exact.id != told.id => Err(Outcome::LeftOver),
            ([told], _, _) if told.status == ParticipationStatus::Waitlisted => {
                Err(Outcome::Suggested(payer(told)))
            }
            ([told], _, _) => Ok((*told).clone()),
            ([], Some(exact), _) if is_too_early(exact) => Err(Outcome::Suggested(payer(exact))),
            ([], Some(exact), _) => Ok(exact.clone()),
            ([], None, [only]) if !is_too_early(only) => Err(Outcome::Suggested(payer(only))),
            _ => Err(Outcome::LeftOver),
        }
    }

    fn count(
        &mut self,
        line: &Credit,
        whose: &Participation,
        service: Option<&Sambatan>,
    ) -> Result<Outcome, TestCaseError> {
        let payer = payer(whose);
        let owed = whose.contribution_amount.get();
        let asked = whose.transfer_amount.map_or(owed, Rupiah::get);
        let paid = whose.paid_amount.get() + line.amount;
        let outcome = if !is_live(whose) {
            Outcome::GivenUp(payer)
        } else if paid < owed {
            Outcome::Short(payer, Rupiah::new(owed - paid))
        } else if paid > asked {
            Outcome::Over(payer, Rupiah::new(paid - asked))
        } else {
            Outcome::Matched(payer)
        };
        let receipt = Receipt {
            amount: Some(Rupiah::new(line.amount)),
            reference: Some(line.day.to_string()),
            source: TransactionSource::Import,
        };
        self.counted.insert(line.clone());
        let row = match service {
            Some(service) => self.learn_payment(whose.id, service)?,
            None => TransactionId::new(),
        };
        self.paid(whose.id, receipt, row, service)?;
        Ok(outcome)
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
