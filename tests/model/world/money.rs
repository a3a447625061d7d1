//! Movements of money, one at a time.

use chrono::TimeDelta;
use proptest::prop_assert_eq;
use sambatan::CampaignStatus;
use sambatan::domain::ledger::{
    NewAdjustment, NewPayment, NewPayout, NewRefund, Receipt, TransactionSource, TransactionStatus,
};
use sambatan::domain::money::Rupiah;
use sambatan::domain::participation::Participation;
use sambatan::domain::reports::Limit;

use super::{World, same};
use crate::Checked;
use crate::model::steps::{OfMoney, Pick, Words};

impl World {
    pub(super) fn take_of_money(&mut self, step: &OfMoney) -> Checked {
        match *step {
            OfMoney::Pay {
                participation,
                amount,
                confirms,
                reference,
            } => {
                let payment = NewPayment {
                    amount,
                    reference: reference.map(str::to_owned),
                    only_if_paid: None,
                };
                self.pay(participation, payment, confirms)
            }
            OfMoney::Adjust {
                participation,
                amount,
            } => self.adjust(participation, amount),
            OfMoney::PayOut {
                campaign,
                amount,
                reference,
            } => self.pay_out(campaign, amount, reference),
            OfMoney::GiveBack(participation, amount, request) => {
                self.give_back(participation, amount, request)
            }
            OfMoney::SetAccount(participation, account) => self.set_account(participation, account),
            OfMoney::ConfirmAccount(participation, late) => {
                self.confirm_account(participation, late)
            }
            OfMoney::RenewLink(participation) => {
                let id = self.model.participations.pick(participation);
                let expected = self.model.renew_link(id);
                same(self.service().renew_link(id), expected)
            }
            OfMoney::SendRefund(refund) => self.move_refund(refund, TransactionStatus::Due),
            OfMoney::AcknowledgeRefund(refund) => self.move_refund(refund, TransactionStatus::Sent),
            OfMoney::Import(ref lines, mode) => {
                let paper = self.write_statement(lines);
                self.statements.push(paper.clone());
                self.import(&paper, mode)
            }
            OfMoney::ImportAgain(number, mode) => {
                let newest_first = self.statements.iter().rev();
                match newest_first.cycle().nth(number).cloned() {
                    Some(paper) => self.import(&paper, mode),
                    None => Ok(()),
                }
            }
            OfMoney::MatchLine {
                statement,
                line,
                ref to,
            } => self.match_line(statement, line, to),
            OfMoney::MatchRefund {
                statement,
                line,
                ref to,
            } => self.match_refund(statement, line, to),
        }
    }

    fn confirm_account(&mut self, participation: Pick, late: bool) -> Checked {
        let changed = |whose: &Participation| whose.account_changed_at.is_some();
        let id = self.model.participations.pick_of(participation, changed);
        let known = self.model.participations.by_id.get(&id);
        let seen = known.and_then(|whose| whose.account_changed_at);
        let seen = seen.unwrap_or(self.model.now);
        let seen = seen.saturating_add(TimeDelta::seconds(if late { -1 } else { 0 }));
        let expected = self.model.confirm_account(id, seen);
        same(self.service().confirm_payout_account(id, seen), expected)
    }

    fn pay(&mut self, participation: Pick, payment: NewPayment, confirms: bool) -> Checked {
        let id = self.model.participations.pick(participation);
        let expected = self.model.may_pay(id, payment.amount, confirms);
        let receipt = Receipt {
            amount: payment.amount.map(Rupiah::new),
            reference: payment.reference.clone(),
            source: TransactionSource::Organiser,
        };
        let service = self.service.as_ref().expect("a reopened service is there");
        let (row, shown) = if confirms {
            let found = service.confirm_with_payment(id, payment);
            prop_assert_eq!(found.as_ref().err(), expected.as_ref().err());
            let rows = service.list_participation_transactions(id, None, Limit::default());
            let row = rows.ok().and_then(|page| page.items.last().cloned());
            (row, found.ok())
        } else {
            let found = service.record_payment(id, payment);
            prop_assert_eq!(found.as_ref().err(), expected.as_ref().err());
            (found.ok(), None)
        };
        if expected.is_ok() {
            let row = row.expect("who has paid has a row in the ledger");
            self.model.paid(id, receipt, row.id, Some(service))?;
            if let Some(shown) = shown {
                prop_assert_eq!(shown, self.model.participation(id));
            }
        }
        Ok(())
    }

    fn adjust(&mut self, participation: Pick, amount: i64) -> Checked {
        let all = &self.model.participations;
        let id = all.pick_of(participation, |one| one.paid_amount > Rupiah::new(0));
        let expected = self.model.may_adjust(id, amount);
        let reference = "koreksi".to_owned();
        let adjustment = NewAdjustment {
            amount,
            reference,
            only_if_paid: None,
        };
        let found = self.service().adjust_payment(id, adjustment);
        prop_assert_eq!(found.as_ref().err(), expected.as_ref().err());
        if let Ok(row) = found {
            let expected = self.model.adjusted(id, amount, row.id);
            prop_assert_eq!(row, expected);
        }
        Ok(())
    }

    fn pay_out(&mut self, campaign: Pick, amount: i64, reference: Option<Words>) -> Checked {
        let all = &self.model.campaigns;
        let id = all.pick_of(campaign, |one| one.status == CampaignStatus::Completed);
        let expected = self.model.may_pay_out(id, amount);
        let payout = NewPayout {
            amount,
            reference: reference.map(str::to_owned),
        };
        let found = self.service().pay_out(id, payout);
        prop_assert_eq!(found.as_ref().err(), expected.as_ref().err());
        if let Ok(row) = found {
            prop_assert_eq!((row.campaign_id, row.amount), (id, Rupiah::new(amount)));
            prop_assert_eq!(row.reference.as_deref(), reference);
            self.model.paid_out(&row);
        }
        Ok(())
    }

    fn give_back(&mut self, participation: Pick, amount: i64, request: Words) -> Checked {
        let all = &self.model.participations;
        let id = all.pick_of(participation, |one| one.paid_amount > Rupiah::new(0));
        let expected = self.model.may_give_back(id, amount, request);
        let asked = NewRefund {
            amount,
            reason: "pecah".to_owned(),
            request_id: request.to_owned(),
        };
        let found = self.service().give_back(id, asked);
        let expected = match (expected, &found) {
            (Ok(known), Ok(rows)) if known.is_empty() => {
                Ok(self.model.gave_back(id, (amount, request), rows))
            }
            (expected, _) => expected,
        };
        prop_assert_eq!(found, expected);
        Ok(())
    }

    fn set_account(&mut self, participation: Pick, account: Words) -> Checked {
        let id = self.model.participations.pick(participation);
        let expected = self.model.set_account(id, account);
        same(self.service().set_payout_account(id, account), expected)
    }

    fn move_refund(&mut self, refund: Pick, from: TransactionStatus) -> Checked {
        let id = self.model.pick_refund(refund, from);
        let expected = self.model.move_refund(id, from, "TRX 1");
        let found = if from == TransactionStatus::Due {
            self.service().send_refund(id, "TRX 1")
        } else {
            self.service().acknowledge_refund(id, None)
        };
        prop_assert_eq!(found, expected);
        Ok(())
    }
}
