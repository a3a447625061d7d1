//! Bank statements: each line finds its participation and is recorded as a payment, or is only looked at.

mod books;
mod matching;
mod refunds;

use std::collections::HashSet;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::Duration;

use crate::domain::error::Error;
use crate::domain::ledger::MoneyChange;
use crate::domain::participation::Participation;
use crate::domain::payment_code::PaymentCode;
use crate::domain::payment_import::{
    self as rules, Candidates, Decision, ImportReport, ImportedLine, Outcome, RecordedPayment,
    Share,
};
use crate::domain::statement::{Line, Statement};
use crate::service::Sambatan;
use crate::service::money::apply;
use crate::store::transactions::OfLine;
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

/// What the lines of a statement are known by.
type Fingerprints = HashSet<[u8; 32]>;

/// Is told how many lines of how many are done, often, and answers whether to go on.
pub type ImportWatch<'a> = &'a mut dyn FnMut(usize, usize) -> ControlFlow<()>;

impl Sambatan {
    /// Finds whose the lines of a bank statement are, by the amounts and the payment codes that people were
    /// told, and with [`ImportMode::Apply`] records them as payments: reserved slots are confirmed by it. A
    /// line counts once, however often it is imported, and so does a transfer that was noted otherwise before.
    /// What cannot be told surely is left over. Of the money that went out it says which refunds that are due it
    /// may be; that is never recorded here.
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
            refunds: self.find_refunds(&statement.outgoing)?,
            debits: statement.debits,
            unsettled: statement.unsettled,
            unsettled_lines: statement.unsettled_lines,
            totals: statement.totals,
            reading: statement.reading,
            error_count: statement.error_count,
            errors: statement.errors,
        };
        let all = statement.lines.iter();
        let all = all.flat_map(|line| [Some(line.fingerprint), line.earlier_fingerprint]);
        let file: Arc<Fingerprints> = Arc::new(all.flatten().collect());
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
                ImportMode::DryRun => Some(self.look_at(chunk, &mut paper, &file)?),
                ImportMode::Apply => {
                    let file = Arc::clone(&file);
                    records.push(move |transaction| record(transaction, chunk, &file))?
                }
            };
            report.lines.extend(done.into_iter().flatten());
        }
        while let Some(done) = records.finish_first()? {
            report.lines.extend(done);
        }
        Ok(report)
    }

    fn look_at(
        &self,
        chunk: Chunk,
        paper: &mut Paper,
        file: &Fingerprints,
    ) -> Result<Vec<ImportedLine>, Error> {
        let now = self.now();
        self.core.read(|connection| {
            chunk.settle(|line| {
                let shares = match find_payers(connection, line, paper, file)? {
                    Ok(shares) => shares,
                    Err(outcome) => return Ok(outcome),
                };
                let outcome = outcome(&shares, line);
                let is_taken = paper.receive(connection, line.date, shares, now)?;
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
fn record(
    transaction: &Transaction<'_>,
    chunk: Chunk,
    file: &Fingerprints,
) -> Result<Vec<ImportedLine>, Failure> {
    let connection = transaction.connection;
    let (mut books, nothing) = (Books::default(), Paper::default());
    let settled = chunk.settle(|line| -> Result<_, Failure> {
        let shares = match find_payers(connection, line, &nothing, file)? {
            Ok(shares) => shares,
            Err(outcome) => return Ok(outcome),
        };
        let outcome = outcome(&shares, line);
        let received = books.receive(connection, line.date, shares, transaction.now)?;
        // What a rule refuses is left over, and the other lines count all the same.
        let Some(changes) = received else {
            return Ok(Outcome::LeftOver);
        };
        apply_all(transaction, &changes, line.fingerprint)?;
        Ok(outcome)
    })?;
    books.write(connection)?;
    Ok(settled)
}

/// Writes the payments of one line.
fn apply_all(
    transaction: &Transaction<'_>,
    changes: &[MoneyChange],
    fingerprint: [u8; 32],
) -> Result<(), Failure> {
    for (share, change) in (0..).zip(changes) {
        apply(transaction, change, Some(OfLine { fingerprint, share }))?;
    }
    Ok(())
}

/// What a line makes of what those owe whose it is.
fn outcome(shares: &[Share], line: &Line) -> Outcome {
    match shares {
        [one] => Outcome::of_payment(&one.participation, line.amount),
        several => Outcome::of_shares(several),
    }
}

/// Whose a line is, or what becomes of it when it is nobody's for sure.
fn find_payers(
    connection: &Connection,
    line: &Line,
    paper: &Paper,
    file: &Fingerprints,
) -> Result<Result<Vec<Share>, Outcome>, StoreError> {
    let fingerprints = [Some(line.fingerprint), line.earlier_fingerprint];
    for fingerprint in fingerprints.iter().flatten() {
        if transactions::is_line_known(connection, fingerprint)? {
            return Ok(Err(Outcome::Known));
        }
    }
    Ok(match decide(connection, line, paper, file)? {
        Decision::Pays(shares) => Ok(shares),
        Decision::MayPay(people) => Err(Outcome::suggested(&people)),
        Decision::MayBeRecorded(people) => Err(Outcome::maybe_recorded(&people)),
        Decision::Nobodys => Err(Outcome::LeftOver),
    })
}

fn decide(
    connection: &Connection,
    line: &Line,
    paper: &Paper,
    file: &Fingerprints,
) -> Result<Decision, StoreError> {
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
    let noted = match by_code.as_slice() {
        [] => {
            let recorded = transactions::payments_of_amount(connection, line.amount)?;
            may_be(connection, line, recorded, paper, file)?
        }
        [one] if rules::owes_nothing(one) => {
            let of = transactions::payments_of_amount_for;
            may_be(
                connection,
                line,
                of(connection, line.amount, one.id)?,
                paper,
                file,
            )?
        }
        _ => Vec::new(),
    };
    let candidates = Candidates {
        by_amount,
        by_code,
        near,
        noted,
    };
    Ok(rules::decide(line, candidates))
}

/// Those who owe nothing and whose payment may be a line.
fn may_be(
    connection: &Connection,
    line: &Line,
    recorded: Vec<RecordedPayment>,
    paper: &Paper,
    file: &Fingerprints,
) -> Result<Vec<Participation>, StoreError> {
    let mut found: Vec<Participation> = Vec::new();
    for payment in recorded {
        let id = payment.participation_id;
        let is_listed = found.iter().any(|found| found.id == id);
        if is_listed || !payment.may_be(line, |line| file.contains(line)) {
            continue;
        }
        let whose = participants::find_by_id(connection, id)?.map(|whose| paper.now(whose));
        found.extend(whose.filter(rules::owes_nothing));
        if found.len() == rules::MOST_SUGGESTED {
            break;
        }
    }
    Ok(found)
}
