//! Bank statements: each line finds its participation and is recorded as a payment, or is only looked at.

mod books;

use std::collections::HashSet;
use std::ops::ControlFlow;
use std::time::Duration;

use crate::domain::error::Error;
use crate::domain::participation::Participation;
use crate::domain::payment_code::PaymentCode;
use crate::domain::payment_import::{
    self as rules, Candidates, Decision, ImportReport, ImportedLine, Outcome,
};
use crate::domain::statement::{Line, Statement};
use crate::service::Sambatan;
use crate::service::money::apply;
use crate::store::{Connection, StoreError, participants, transactions};
use crate::writer::sequence::Sequence;
use crate::writer::{Failure, Transaction};
use books::{Books, Paper};

/// Lines recorded by one operation: a savepoint costs each statement in it more the more has changed before.
const LINES_AT_ONCE: usize = 25;
/// Operations on their way at once, which share a commit: with the lines of each, how far a join can be held
/// up.
const OPERATIONS_AT_ONCE: usize = 4;
/// How long an import waits for room in the writer's queue, and for an operation.
const PATIENCE: Duration = Duration::from_secs(30);

/// Whether an import records anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ImportMode {
    /// It only says what it would do.
    DryRun,
    /// It records what it finds.
    Apply,
}

/// Is told how many lines of how many are done, often, and answers whether to go on.
pub type ImportWatch<'a> = &'a mut dyn FnMut(usize, usize) -> ControlFlow<()>;

impl Sambatan {
    /// Finds whose the lines of a bank statement are, by the amounts and the payment codes that people were
    /// told, and with [`ImportMode::Apply`] records them as payments: reserved slots are confirmed by it. A
    /// line counts once, however often it is imported. What cannot be told surely is left over.
    ///
    /// Records line by line in chunks, each as a whole or not at all. When it is stopped between two of them, by
    /// an error or by `watch`, what was recorded up to there stands, and importing the same file again does the
    /// rest.
    ///
    /// # Errors
    /// What every read or write can answer.
    pub fn import_payments(
        &self,
        statement: Statement,
        mode: ImportMode,
        watch: ImportWatch<'_>,
    ) -> Result<ImportReport, Error> {
        let of = statement.lines.len();
        let mut report = ImportReport {
            applied: mode == ImportMode::Apply,
            lines: Vec::with_capacity(of),
            debits: statement.debits,
            unsettled: statement.unsettled,
            unsettled_lines: statement.unsettled_lines,
            totals: statement.totals,
            reading: statement.reading,
            error_count: statement.error_count,
            errors: statement.errors,
        };
        let mut seen = HashSet::with_capacity(of);
        let mut paper = Paper::default();
        let mut records = Sequence::new(&self.core.writer, OPERATIONS_AT_ONCE, PATIENCE);
        let mut rest = statement.lines.into_iter();
        loop {
            let lines: Vec<Line> = rest.by_ref().take(LINES_AT_ONCE).collect();
            if lines.is_empty() || watch(report.lines.len(), of).is_break() {
                break;
            }
            let chunk = Chunk::of(lines, &mut seen);
            let done = match mode {
                ImportMode::DryRun => Some(self.look_at(chunk, &mut paper)?),
                ImportMode::Apply => records.push(move |transaction| record(transaction, chunk))?,
            };
            report.lines.extend(done.into_iter().flatten());
        }
        while let Some(done) = records.finish_first()? {
            report.lines.extend(done);
        }
        Ok(report)
    }

    fn look_at(&self, chunk: Chunk, paper: &mut Paper) -> Result<Vec<ImportedLine>, Error> {
        let now = self.now();
        self.core.read(|connection| {
            chunk.settle(|line| {
                let payer = match find_payer(connection, line, paper)? {
                    Ok(payer) => payer,
                    Err(outcome) => return Ok(outcome),
                };
                let outcome = Outcome::of_payment(&payer, line.amount);
                let is_taken = paper.receive(connection, line, payer, now)?;
                Ok(if is_taken { outcome } else { Outcome::LeftOver })
            })
        })
    }
}

/// Lines that are settled together.
struct Chunk {
    lines: Vec<Line>,
    /// Those that stood further up in the file.
    again: Vec<Line>,
}

impl Chunk {
    fn of(lines: Vec<Line>, seen: &mut HashSet<[u8; 32]>) -> Self {
        let (lines, again) = lines
            .into_iter()
            .partition(|line| seen.insert(line.fingerprint));
        Self { lines, again }
    }

    /// Says what became of each line, in the order of the file.
    fn settle<E>(
        self,
        mut settle: impl FnMut(&Line) -> Result<Outcome, E>,
    ) -> Result<Vec<ImportedLine>, E> {
        let mut settled = Vec::with_capacity(self.lines.len() + self.again.len());
        for line in self.lines {
            let outcome = settle(&line)?;
            settled.push(ImportedLine { line, outcome });
        }
        settled.extend(self.again.into_iter().map(|line| ImportedLine {
            line,
            outcome: Outcome::Duplicate,
        }));
        settled.sort_by_key(|settled| settled.line.number);
        Ok(settled)
    }
}

/// Records lines, in the transaction that decides whose they are. What the lines of one campaign make of its
/// counts is written once, after the last.
fn record(transaction: &Transaction<'_>, chunk: Chunk) -> Result<Vec<ImportedLine>, Failure> {
    let connection = transaction.connection;
    let (mut books, nothing) = (Books::default(), Paper::default());
    let settled = chunk.settle(|line| -> Result<_, Failure> {
        let payer = match find_payer(connection, line, &nothing)? {
            Ok(payer) => payer,
            Err(outcome) => return Ok(outcome),
        };
        let outcome = Outcome::of_payment(&payer, line.amount);
        let received = books.receive(connection, line, payer, transaction.now)?;
        // What a rule refuses is left over, and the other lines count all the same.
        let Some(change) = received else {
            return Ok(Outcome::LeftOver);
        };
        apply(transaction, &change, Some(&line.fingerprint))?;
        Ok(outcome)
    })?;
    books.write(connection)?;
    Ok(settled)
}

/// Whose a line is, or what becomes of it when it is nobody's for sure.
fn find_payer(
    connection: &Connection,
    line: &Line,
    paper: &Paper,
) -> Result<Result<Participation, Outcome>, StoreError> {
    let fingerprints = [Some(line.fingerprint), line.earlier_fingerprint];
    for fingerprint in fingerprints.iter().flatten() {
        if transactions::is_line_known(connection, fingerprint)? {
            return Ok(Err(Outcome::Known));
        }
    }
    Ok(match decide(connection, line, paper)? {
        Decision::Pays(payer) => Ok(payer),
        Decision::MayPay(payer) => Err(Outcome::suggested(&payer)),
        Decision::Nobodys => Err(Outcome::LeftOver),
    })
}

fn decide(connection: &Connection, line: &Line, paper: &Paper) -> Result<Decision, StoreError> {
    let is_open = |participation: &Participation| !paper.has_paid(participation.id);
    let by_amount = participants::find_open_by_amount(connection, line.amount)?.filter(is_open);
    let mut by_code: Vec<Participation> = Vec::new();
    for code in PaymentCode::find_in(&line.texts()) {
        by_code.extend(participants::find_by_code(connection, code)?);
    }
    let by_code: Vec<_> = by_code.into_iter().map(|found| paper.now(found)).collect();
    let near = if by_amount.is_none() && by_code.is_empty() {
        let near = participants::find_open_near(connection, line.amount, rules::NEAR, is_open)?;
        <[Participation; 1]>::try_from(near).ok().map(|[only]| only)
    } else {
        None
    };
    let candidates = Candidates {
        by_amount,
        by_code,
        near,
    };
    Ok(rules::decide(line, candidates))
}
