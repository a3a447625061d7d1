//! Bank statements: written as a bank would, read, and compared line by line.

use std::fmt::Write;
use std::ops::ControlFlow;

use chrono::TimeDelta;
use proptest::{prop_assert, prop_assert_eq};
use sambatan::ImportMode;
use sambatan::domain::payment_code::PaymentCode;
use sambatan::domain::payment_import::{ImportReport, Outcome};
use sambatan::domain::statement::{Columns, Statement};

use super::World;
use crate::Checked;
use crate::model::statement::{Credit, owes};
use crate::model::steps::{Line, Mode, Pick};

/// A statement, and what stands in it.
#[derive(Clone, Default)]
pub(super) struct Paper {
    table: String,
    /// The lines by which money came in, with their numbers.
    numbers: Vec<u64>,
    credits: Vec<Credit>,
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
                Line::Again => paper.credits.last().cloned(),
                Line::Debit | Line::Broken => None,
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

    pub(super) fn import(&mut self, paper: &Paper, mode: Mode) -> Checked {
        if mode != Mode::Record {
            let found = self.read_statement(paper, ImportMode::DryRun);
            let expected = self.model.clone().import(&paper.credits, None)?;
            compare(&found, paper, &expected)?;
            prop_assert!(!found.applied);
        }
        if mode != Mode::Look {
            let found = self.read_statement(paper, ImportMode::Apply);
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
