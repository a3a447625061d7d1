//! Bank statements: written as a bank would, read, and compared line by line.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::ops::ControlFlow;

use chrono::TimeDelta;
use proptest::{prop_assert, prop_assert_eq};
use sambatan::domain::id::TransactionId;
use sambatan::domain::ledger::TransactionStatus;
use sambatan::domain::payment_code::PaymentCode;
use sambatan::domain::payment_import::{ImportReport, Outcome, StatementLine};
use sambatan::domain::statement::{Columns, Statement, StatementError};
use sambatan::{Error, ImportMode};

use super::World;
use crate::Checked;
use crate::model::statement::{Credit, missing, owes};
use crate::model::steps::{Line, Mode, Pick};

/// A statement, and what stands in it.
#[derive(Clone, Default)]
pub(super) struct Paper {
    table: String,
    /// The lines by which money came in, with their numbers.
    numbers: Vec<u64>,
    credits: Vec<Credit>,
    /// Those by which a refund may have gone out, with their numbers.
    sent: Vec<(u64, Credit)>,
    debits: u64,
    broken: u64,
}

impl World {
    pub(super) fn write_statement(&self, lines: &[Line]) -> Paper {
        let mut paper = Paper {
            table: "Tanggal;Keterangan;Jumlah\n".to_owned(),
            ..Paper::default()
        };
        for (number, line) in (2..).zip(lines) {
            let credit = match line {
                Line::Credit {
                    of,
                    more,
                    codes,
                    days_ago,
                } => Some(self.write_credit(*of, *more, codes, *days_ago)),
                Line::Together { of, more } => self.write_together(of, *more),
                Line::Again => paper.credits.last().cloned(),
                Line::Sent { .. } | Line::Debit | Line::Broken => None,
            };
            let table = &mut paper.table;
            let written = match (line, credit) {
                (_, Some(credit)) => {
                    let Credit { day, text, amount } = &credit;
                    let written = writeln!(table, "{day};{text};{amount}");
                    paper.numbers.push(number);
                    paper.credits.push(credit);
                    written
                }
                (Line::Sent { of, more, has_code }, None) => {
                    let sent = self.write_sent(of, *more, *has_code);
                    let written = writeln!(table, "{};{};{} DB", sent.day, sent.text, sent.amount);
                    paper.sent.push((number, sent));
                    paper.debits += 1;
                    written
                }
                (Line::Broken, None) => {
                    paper.broken += 1;
                    writeln!(table, "besok;TRSF E-BANKING CR;150000")
                }
                _ => {
                    paper.debits += 1;
                    writeln!(table, "2025-10-01;BIAYA ADM;15000 DB")
                }
            };
            written.unwrap();
        }
        paper
    }

    fn write_credit(&self, of: Pick, more: i64, codes: &[Pick], days_ago: i64) -> Credit {
        let all = &self.model.participations;
        let whose = all.pick_of(of, owes);
        let asked = all.by_id.get(&whose).map_or(77_777, |whose| {
            let asked = whose.transfer_amount.unwrap_or(whose.contribution_amount);
            asked.get()
        });
        let mut text = "TRSF E-BANKING CR".to_owned();
        for code in codes {
            let code = if *code == of { whose } else { all.pick(*code) };
            let code = PaymentCode::of(code);
            write!(text, " {code}").unwrap();
        }
        let time = self.clock.now().as_datetime() - TimeDelta::days(days_ago);
        Credit {
            day: time.date_naive(),
            amount: (asked + more).max(1),
            text,
        }
    }

    /// None when there is nobody.
    fn write_together(&self, of: &[Pick], more: i64) -> Option<Credit> {
        let all = &self.model.participations;
        let mut text = "TRSF E-BANKING CR".to_owned();
        let mut amount = more;
        for of in of {
            let whose = all
                .by_id
                .get(&all.pick_of(*of, |one| missing(one).is_some()))?;
            let code = PaymentCode::of(whose.id).to_string();
            if !text.contains(&code) {
                amount += missing(whose).unwrap_or(1);
                write!(text, " DAN {code}").unwrap();
            }
        }
        Some(Credit {
            day: self.clock.now().as_datetime().date_naive(),
            amount: amount.max(1),
            text,
        })
    }

    fn write_sent(&self, of: &[Pick], more: i64, has_code: bool) -> Credit {
        let pick = |of: &Pick| self.model.pick_refund(*of, TransactionStatus::Due);
        let ids: BTreeSet<_> = of.iter().map(pick).collect();
        let rows: Vec<_> = ids
            .iter()
            .filter_map(|id| self.model.find_row(*id))
            .collect();
        let mut amount: i64 = rows.iter().map(|row| row.amount.get()).sum();
        if rows.is_empty() {
            amount = 33_333;
        }
        let mut text = "TRSF E-BANKING DB".to_owned();
        for whose in rows.iter().filter_map(|row| row.participation_id) {
            let code = PaymentCode::of(whose).to_string();
            if has_code && !text.contains(&code) {
                write!(text, " {code}").unwrap();
            }
        }
        Credit {
            day: self.clock.now().as_datetime().date_naive(),
            amount: (amount + more).max(1),
            text,
        }
    }

    /// The line of an earlier statement as the organiser sees it, and as the service knows it.
    fn line_of(
        &self,
        statement: usize,
        pick: impl FnOnce(&Paper, &Statement) -> Option<(Credit, StatementLine)>,
    ) -> Option<(Credit, StatementLine)> {
        let newest_first = self.statements.iter().rev();
        let paper = newest_first.cycle().nth(statement)?;
        let read = Statement::read(paper.table.as_bytes(), &Columns::default()).ok()?;
        pick(paper, &read)
    }

    pub(super) fn match_line(&mut self, statement: usize, line: usize, to: &[Pick]) -> Checked {
        let found = self.line_of(statement, |paper, read| {
            let credit = paper.credits.iter().cycle().nth(line)?;
            let line = read.lines.iter().cycle().nth(line)?;
            Some((credit.clone(), line.into()))
        });
        let Some((credit, line)) = found else {
            return Ok(());
        };
        let all = &self.model.participations;
        let to: Vec<_> = to.iter().map(|to| all.pick_of(*to, owes)).collect();
        let service = self.service.as_ref().expect("a reopened service is there");
        let found = service.match_statement_line(line, to.clone());
        self.model.match_line(&credit, &to, found, service)
    }

    pub(super) fn match_refund(&mut self, statement: usize, line: usize, to: &[Pick]) -> Checked {
        let found = self.line_of(statement, |paper, read| {
            let (number, sent) = paper.sent.iter().cycle().nth(line)?;
            let line = read.outgoing.iter().find(|line| line.number == *number)?;
            Some((sent.clone(), line.into()))
        });
        let Some((sent, line)) = found else {
            return Ok(());
        };
        let pick = |refund: &Pick| self.model.pick_refund(*refund, TransactionStatus::Due);
        let ids: Vec<_> = to.iter().map(pick).collect();
        let found = self.service().match_refund_line(line, ids.clone());
        match (found, self.model.match_refund(&sent, &ids)) {
            (Err(Error::ValidationFailed(_)), Err(Error::ValidationFailed(_))) => {}
            (found, expected) => prop_assert_eq!(found, expected),
        }
        Ok(())
    }

    /// The lines that may be refunds, and which.
    fn expected_refunds(&self, paper: &Paper) -> Vec<(u64, (Vec<TransactionId>, bool))> {
        let unknown = paper
            .sent
            .iter()
            .filter(|(_, sent)| !self.model.has_counted(sent));
        let meant = unknown.map(|(number, sent)| (*number, self.model.meant_by(sent)));
        meant.filter(|(_, (meant, _))| !meant.is_empty()).collect()
    }

    pub(super) fn import(&mut self, paper: &Paper, mode: Mode) -> Checked {
        if paper.credits.is_empty() && paper.debits == 0 {
            let read = Statement::read(paper.table.as_bytes(), &Columns::default());
            let is_refused = matches!(read, Err(StatementError::NothingRead { .. }));
            prop_assert!(is_refused, "{read:?}");
            return Ok(());
        }
        if mode != Mode::Record {
            let found = self.read_statement(paper, ImportMode::DryRun);
            let expected = self.model.clone().import(&paper.credits, None)?;
            compare(&found, paper, &expected)?;
            prop_assert_eq!(refunds(&found), self.expected_refunds(paper));
            prop_assert!(!found.applied);
        }
        if mode != Mode::Look {
            let expected_refunds = self.expected_refunds(paper);
            let found = self.read_statement(paper, ImportMode::Apply);
            prop_assert_eq!(refunds(&found), expected_refunds);
            let service = self.service.as_ref();
            let expected = self.model.import(&paper.credits, service)?;
            compare(&found, paper, &expected)?;
            prop_assert!(found.applied);
        }
        Ok(())
    }

    fn read_statement(&self, paper: &Paper, mode: ImportMode) -> ImportReport {
        let statement = Statement::read(paper.table.as_bytes(), &Columns::default()).unwrap();
        let mut go_on = |_, _| ControlFlow::Continue(());
        let service = self.service();
        service
            .import_payments(statement, mode, &mut go_on)
            .unwrap()
    }
}

fn refunds(found: &ImportReport) -> Vec<(u64, (Vec<TransactionId>, bool))> {
    let lines = found.refunds.iter();
    lines
        .map(|found| {
            let may_be = found.may_be.iter().map(|refund| refund.refund_id);
            (found.line.number, (may_be.collect(), found.together))
        })
        .collect()
}

fn compare(found: &ImportReport, paper: &Paper, outcomes: &[Outcome]) -> Checked {
    let lines = found.lines.iter().map(|found| {
        let amount = found.line.amount.get();
        (found.line.number, found.line.date, amount, &found.outcome)
    });
    let credits = paper.numbers.iter().zip(&paper.credits).zip(outcomes);
    let expected =
        credits.map(|((number, credit), outcome)| (*number, credit.day, credit.amount, outcome));
    prop_assert_eq!(lines.collect::<Vec<_>>(), expected.collect::<Vec<_>>());
    prop_assert_eq!(found.debits, paper.debits);
    prop_assert_eq!(found.error_count, paper.broken);
    Ok(())
}
