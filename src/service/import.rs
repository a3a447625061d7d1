//! Bank statements: each line finds its participation and is recorded as a payment, or is only looked at.

use std::collections::{HashMap, HashSet};
use std::ops::ControlFlow;
use std::time::Duration;

use crate::domain::campaign::Campaign;
use crate::domain::error::Error;
use crate::domain::id::{CampaignId, ParticipationId};
use crate::domain::ledger::{self, CampaignMoney, NewIds};
use crate::domain::participation::Participation;
use crate::domain::payment_code::PaymentCode;
use crate::domain::payment_import::{
    self as rules, Candidates, Decision, ImportReport, ImportedLine, Outcome,
};
use crate::domain::statement::{Line, Statement};
use crate::domain::time::Timestamp;
use crate::service::Sambatan;
use crate::service::money::apply;
use crate::service::participations::find_campaign;
use crate::store::{Connection, StoreError, campaigns, participants, transactions};
use crate::writer::{Failure, Transaction};

/// Lines recorded by one operation: how far a join can be held up.
const LINES_AT_ONCE: usize = 100;
/// How long an import waits for room in the writer's queue.
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
    /// Records line by line in chunks, each in one transaction. When it is stopped between two of them, by an
    /// error or by `watch`, what was recorded stands, and importing the same file again does the rest.
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
            error_count: statement.error_count,
            errors: statement.errors,
        };
        let mut seen = HashSet::with_capacity(of);
        let mut paper = Paper::default();
        let mut rest = statement.lines.into_iter();
        loop {
            let chunk: Vec<Line> = rest.by_ref().take(LINES_AT_ONCE).collect();
            if chunk.is_empty() || watch(report.lines.len(), of).is_break() {
                return Ok(report);
            }
            let (lines, again) = once_each(chunk, &mut seen);
            let outcomes = match mode {
                ImportMode::DryRun => self.look_at(&lines, &mut paper)?,
                ImportMode::Apply => self.record(lines.clone())?,
            };
            let found = lines.into_iter().zip(outcomes);
            let found = found.map(|(line, outcome)| ImportedLine { line, outcome });
            let start = report.lines.len();
            report.lines.extend(found.chain(again));
            report.lines[start..].sort_by_key(|line| line.line.number);
        }
    }

    fn look_at(&self, lines: &[Line], paper: &mut Paper) -> Result<Vec<Outcome>, Error> {
        let now = self.now();
        self.core.read(|connection| {
            let outcomes = lines.iter().map(|line| {
                if transactions::is_line_known(connection, &line.fingerprint)? {
                    return Ok(Outcome::Known);
                }
                match decide(connection, line, paper)? {
                    Decision::Pays(payer) => paper.receive(connection, line, payer, now),
                    Decision::MayPay(payer) => Ok(Outcome::suggested(&payer)),
                    Decision::Nobodys => Ok(Outcome::LeftOver),
                }
            });
            outcomes.collect()
        })
    }

    fn record(&self, lines: Vec<Line>) -> Result<Vec<Outcome>, Error> {
        self.core.writer.call_within(PATIENCE, move |transaction| {
            lines.iter().map(|line| record(transaction, line)).collect()
        })
    }
}

/// Sets apart the lines that stood further up in the file.
fn once_each(chunk: Vec<Line>, seen: &mut HashSet<[u8; 32]>) -> (Vec<Line>, Vec<ImportedLine>) {
    let (first, again): (Vec<_>, Vec<_>) = chunk
        .into_iter()
        .partition(|line| seen.insert(line.fingerprint));
    let again = again.into_iter().map(|line| ImportedLine {
        line,
        outcome: Outcome::Duplicate,
    });
    (first, again.collect())
}

/// Records a line, in the transaction that decides whose it is.
fn record(transaction: &Transaction<'_>, line: &Line) -> Result<Outcome, Failure> {
    let connection = transaction.connection;
    if transactions::is_line_known(connection, &line.fingerprint)? {
        return Ok(Outcome::Known);
    }
    let payer = match decide(connection, line, &Paper::default())? {
        Decision::Pays(payer) => payer,
        Decision::MayPay(payer) => return Ok(Outcome::suggested(&payer)),
        Decision::Nobodys => return Ok(Outcome::LeftOver),
    };
    let outcome = Outcome::of_payment(&payer, line.amount);
    let campaign = find_campaign(transaction, payer.campaign_id)?;
    let money = transactions::money_of(connection, campaign.id)?;
    let (ids, now) = (NewIds::new(), transaction.now);
    let receipt = rules::receipt(line);
    // What a rule refuses is left over, and the other lines count all the same.
    match ledger::receive(payer, campaign, receipt, &money, ids, now) {
        Ok(change) => {
            apply(transaction, &change, Some(&line.fingerprint))?;
            Ok(outcome)
        }
        Err(_) => Ok(Outcome::LeftOver),
    }
}

fn decide(connection: &Connection, line: &Line, paper: &Paper) -> Result<Decision, StoreError> {
    let is_open = |participation: &Participation| !paper.has_paid(participation.id);
    let by_amount = participants::find_open_by_amount(connection, line.amount)?.filter(is_open);
    let mut by_code: Vec<Participation> = Vec::new();
    for code in PaymentCode::find_in(&line.description) {
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

/// What the lines so far would have changed, so that a dry run says what recording them would do.
#[derive(Default)]
struct Paper {
    participations: HashMap<ParticipationId, Participation>,
    campaigns: HashMap<CampaignId, (Campaign, CampaignMoney)>,
}

impl Paper {
    fn has_paid(&self, id: ParticipationId) -> bool {
        self.participations.contains_key(&id)
    }

    /// A participation as it would be now.
    fn now(&self, found: Participation) -> Participation {
        self.participations.get(&found.id).cloned().unwrap_or(found)
    }

    fn receive(
        &mut self,
        connection: &Connection,
        line: &Line,
        payer: Participation,
        now: Timestamp,
    ) -> Result<Outcome, StoreError> {
        let id = payer.campaign_id;
        let known = self.campaigns.get(&id).cloned();
        let known = known.map_or_else(|| read_campaign(connection, id), |known| Ok(Some(known)))?;
        let Some((campaign, mut money)) = known else {
            return Ok(Outcome::LeftOver);
        };
        let outcome = Outcome::of_payment(&payer, line.amount);
        let receipt = rules::receipt(line);
        let ids = NewIds::new();
        let received = ledger::receive(payer, campaign.clone(), receipt, &money, ids, now);
        let Ok(change) = received else {
            return Ok(Outcome::LeftOver);
        };
        money.payments = money
            .payments
            .checked_add(line.amount)
            .unwrap_or(money.payments);
        let campaign = change.campaign.unwrap_or(campaign);
        self.campaigns.insert(id, (campaign, money));
        let participation = change.participation;
        self.participations.insert(participation.id, participation);
        Ok(outcome)
    }
}

fn read_campaign(
    connection: &Connection,
    id: CampaignId,
) -> Result<Option<(Campaign, CampaignMoney)>, StoreError> {
    let Some(campaign) = campaigns::find_by_id(connection, id)? else {
        return Ok(None);
    };
    let money = transactions::money_of(connection, id)?;
    Ok(Some((campaign, money)))
}
