//! Whose a line of a bank statement is, and what it makes of what they owe.
//!
//! Owns the decision. What is looked up for it, and what is written, is the caller's.

mod outcome;
mod refunds;

use chrono::{Days, NaiveDate, TimeDelta};
use serde_json::{Value, json};

use crate::domain::error::Error;
use crate::domain::field::{FieldError, Problem};
use crate::domain::id::ParticipationId;
use crate::domain::ledger::{Receipt, Standing, TransactionSource};
use crate::domain::money::Rupiah;
use crate::domain::participation::{Participation, ParticipationStatus};
use crate::domain::payment_code::PaymentCode;
use crate::domain::statement::{Line, LineError, Reading, UnsettledCounts, UnsettledLine};
use crate::domain::time::Timestamp;
pub use outcome::{Outcome, Payer};
pub use refunds::{Due, DueRefund, RefundLine, StatementLine, check_sent, refunds_meant};

/// An amount that differs by so much from one that is waited for may be meant for it.
pub const NEAR: i64 = 1_000;

/// The most people that a line is suggested for.
pub const MOST_SUGGESTED: usize = PaymentCode::MOST_IN_A_TEXT;

/// What is known of a line when it is decided.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Candidates {
    /// The one that is to transfer exactly this amount, and has paid nothing yet.
    pub by_amount: Option<Participation>,
    /// Those whose payment code stands in the description, in its order.
    pub by_code: Vec<Participation>,
    /// The only one whose amount is within [`NEAR`]; none when there are several.
    pub near: Option<Participation>,
    /// Those who owe nothing and whose payment of this amount may be this line: see `maybe_recorded`. Of the one
    /// whose code stands there, else of all.
    pub noted: Vec<Participation>,
}

/// Whose a line is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// It pays for one participation, whatever is owed, or for each of several what is owed.
    Pays(Vec<Share>),
    /// It may; a person has to decide.
    MayPay(Vec<Participation>),
    /// It may be a payment of one of these that is recorded already; a person has to decide.
    MayBeRecorded(Vec<Participation>),
    /// Nobody's.
    Nobodys,
}

/// A part of a line's amount, and whose it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Share {
    /// Whose it is.
    pub participation: Participation,
    /// The part.
    pub amount: Rupiah,
}

/// Decides whose a line is. The unique amount or the payment code must say so; when both speak of
/// different people nobody is guessed at. The codes of several people pay for all of them when the amount is
/// exactly what they owe together. An amount alone does not pay for what was joined later: the same
/// amount may have been another's before; one that is only near is not even a suggestion then. What may be
/// recorded already is never recorded once more.
#[must_use]
pub fn decide(line: &Line, candidates: Candidates) -> Decision {
    let Candidates {
        by_amount,
        mut by_code,
        near,
        noted,
    } = candidates;
    if by_code.len() > 1 {
        return together(line, by_amount, by_code);
    }
    match (by_amount, by_code.pop()) {
        (Some(amount), Some(code)) if amount.id != code.id => Decision::Nobodys,
        // Who waits has no slots to pay for yet.
        (_, Some(code)) if code.status == ParticipationStatus::Waitlisted => {
            Decision::MayPay(vec![code])
        }
        _ if !noted.is_empty() => Decision::MayBeRecorded(noted),
        (_, Some(code)) => whole(line, code),
        (Some(amount), None) if is_too_early(line, &amount) => Decision::MayPay(vec![amount]),
        (Some(amount), None) => whole(line, amount),
        (None, None) => near
            .filter(|near| !is_too_early(line, near))
            .map_or(Decision::Nobodys, |near| Decision::MayPay(vec![near])),
    }
}

fn whole(line: &Line, participation: Participation) -> Decision {
    Decision::Pays(vec![Share {
        participation,
        amount: line.amount,
    }])
}

/// Decides about a line with the codes of several people.
fn together(
    line: &Line,
    by_amount: Option<Participation>,
    mut by_code: Vec<Participation>,
) -> Decision {
    let is_anothers =
        by_amount.is_some_and(|amount| by_code.iter().all(|code| code.id != amount.id));
    let shares: Option<Vec<Share>> = by_code.iter().map(owed_share).collect();
    let owed = shares.as_deref().and_then(sum);
    match shares {
        Some(shares)
            if owed == Some(line.amount) && !is_anothers && shares.len() <= MOST_SUGGESTED =>
        {
            Decision::Pays(shares)
        }
        _ => {
            by_code.truncate(MOST_SUGGESTED);
            Decision::MayPay(by_code)
        }
    }
}

/// What somebody who has slots still owes.
fn owed_share(participation: &Participation) -> Option<Share> {
    let amount = Standing::owed(participation).filter(|_| participation.status.is_live())?;
    Some(Share {
        participation: participation.clone(),
        amount,
    })
}

fn sum(shares: &[Share]) -> Option<Rupiah> {
    let mut amounts = shares.iter().map(|share| share.amount);
    amounts.try_fold(Rupiah::default(), Rupiah::checked_add)
}

/// Cuts the amount of a line up among those whom the organiser says it is of: each gets what is owed, the last
/// one the rest, whatever it is.
///
/// # Errors
/// [`Error::ValidationFailed`] when nobody is named, somebody twice or too many;
/// [`Error::LineAmountDoesNotFit`] when one of several owes nothing, or nothing is left for one of them.
pub fn cut_up(amount: Rupiah, among: Vec<Participation>) -> Result<Vec<Share>, Error> {
    let most = i64::try_from(MOST_SUGGESTED).unwrap_or(i64::MAX);
    let refuse = || {
        Err(Error::from(FieldError {
            field: "participation_ids",
            problem: Problem::OutOfRange(1, most),
        }))
    };
    if among.is_empty() || among.len() > MOST_SUGGESTED {
        return refuse();
    }
    let mut rest = amount;
    let last = among.len().saturating_sub(1);
    let mut shares: Vec<Share> = Vec::with_capacity(among.len());
    for (index, participation) in among.into_iter().enumerate() {
        if shares
            .iter()
            .any(|share| share.participation.id == participation.id)
        {
            return refuse();
        }
        let owed = owed_share(&participation).map(|share| share.amount);
        let part = if index == last { Some(rest) } else { owed };
        let Some(part) = part.filter(|part| part.get() > 0 && *part <= rest) else {
            return Err(Error::LineAmountDoesNotFit { amount });
        };
        rest = rest.less(part);
        shares.push(Share {
            participation,
            amount: part,
        });
    }
    Ok(shares)
}

/// Dates are those of the bank's place, so a day is left for the difference.
fn is_too_early(line: &Line, participation: &Participation) -> bool {
    let latest = line.date.checked_add_days(Days::new(1));
    latest.is_none_or(|latest| latest < participation.joined_at.as_datetime().date_naive())
}

/// A payment that is recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordedPayment {
    /// Whose it is.
    pub participation_id: ParticipationId,
    /// Who recorded it.
    pub source: TransactionSource,
    /// What was noted with it; of an import the day of its line.
    pub reference: Option<String>,
    /// The line that it was read from.
    pub line: Option<[u8; 32]>,
    /// When it was recorded.
    pub created_at: Timestamp,
}

impl RecordedPayment {
    /// Whether a line of the same amount may tell of this payment, which `is_of_this_file` says of its own line.
    ///
    /// Two lines of one file are two payments. What was read from another one is the same when a day at most
    /// lies between them. What was noted by hand was noted when the money had come, or later: so on the day of
    /// the line or after it, with a day for what was noted before the bank booked it.
    #[must_use]
    pub fn may_be(&self, line: &Line, is_of_this_file: impl Fn(&[u8; 32]) -> bool) -> bool {
        if self.line.as_ref().is_some_and(is_of_this_file) {
            return false;
        }
        let day = self
            .reference
            .as_deref()
            .and_then(|day| day.parse::<NaiveDate>().ok());
        match (self.source, day) {
            (TransactionSource::Import, Some(day)) => {
                day.signed_duration_since(line.date).num_days().abs() <= 1
            }
            _ => {
                let noted = self.created_at.as_datetime() + EASTERNMOST;
                let latest = noted.date_naive().checked_add_days(Days::new(1));
                latest.is_none_or(|latest| latest >= line.date)
            }
        }
    }
}

/// The zone in which a day begins first, of those in which a bank of ours may be.
const EASTERNMOST: TimeDelta = TimeDelta::hours(9);

/// Whether nothing is owed: everything is paid, or there are no slots to pay for.
#[must_use]
pub fn owes_nothing(participation: &Participation) -> bool {
    !participation.status.is_live() || Standing::owed(participation).is_none()
}

/// What a line is recorded as. Of the statement only the day is kept: names stand in its descriptions.
#[must_use]
pub fn receipt(day: NaiveDate, amount: Rupiah) -> Receipt {
    Receipt {
        amount: Some(amount),
        reference: Some(day.to_string()),
        source: TransactionSource::Import,
    }
}

/// A line and what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportedLine {
    /// The line.
    pub line: Line,
    /// What became of it.
    pub outcome: Outcome,
}

/// What an import did, or would do.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ImportReport {
    /// Whether it was done.
    pub applied: bool,
    /// The lines by which money came in, in the order of the file.
    pub lines: Vec<ImportedLine>,
    /// The lines by which money went out that may be refunds which are due.
    pub refunds: Vec<RefundLine>,
    /// So many lines tell of money that went out, or of none.
    pub debits: u64,
    /// So many lines tell of payments that are not settled, by kind.
    pub unsettled: UnsettledCounts,
    /// The first of them, by number.
    pub unsettled_lines: Vec<UnsettledLine>,
    /// So many lines are totals of the bank, or name the columns again.
    pub totals: u64,
    /// How the statement was read.
    pub reading: Reading,
    /// So many lines cannot be read.
    pub error_count: u64,
    /// The first of them, by number.
    pub errors: Vec<LineError>,
}

impl ImportReport {
    /// How many lines came out as a word says, and their sum.
    #[must_use]
    pub fn total(&self, word: &str) -> (u64, Rupiah) {
        let of_word = self.lines.iter().filter(|line| line.outcome.word() == word);
        of_word.fold((0, Rupiah::default()), |(count, sum), line| {
            let sum = sum.checked_add(line.line.amount).unwrap_or(sum);
            (count + 1, sum)
        })
    }

    /// Every word that an outcome can have, those that record something first.
    pub const WORDS: [&'static str; 9] = [
        "matched",
        "short",
        "over",
        "given_up",
        "suggested",
        "maybe_recorded",
        "left_over",
        "known",
        "duplicate",
    ];

    /// The report as programs read it: amounts in whole rupiah, dates as `YYYY-MM-DD`. Counts are of all lines.
    #[must_use]
    pub fn to_json(&self) -> Value {
        self.to_json_within(usize::MAX)
    }

    /// The same with as many lines as fit into `most` bytes of JSON: before the others those that may be refunds,
    /// then those that wait for the organiser's word, then those that record something. It says how many it
    /// leaves out.
    #[must_use]
    pub fn to_json_within(&self, most: usize) -> Value {
        let mut room = most;
        let mut fit = |line: &Value| {
            let length = line.to_string().len() + 1;
            let fits = length <= room;
            // After the first that does not fit there is no other.
            room = if fits { room - length } else { 0 };
            fits
        };
        let refunds = self.refunds.iter().map(RefundLine::to_json);
        let refunds: Vec<Value> = refunds.take_while(&mut fit).collect();
        let rank = |line: &&ImportedLine| match &line.outcome {
            outcome if outcome.is_open() => 0,
            outcome if outcome.is_recorded() => 1,
            _ => 2,
        };
        let mut by_need: Vec<&ImportedLine> = self.lines.iter().collect();
        by_need.sort_by_key(rank);
        let lines = by_need
            .iter()
            .map(|line| (line.line.number, line.to_json()));
        let mut lines: Vec<_> = lines.take_while(|(_, line)| fit(line)).collect();
        lines.sort_by_key(|(number, _)| *number);
        let lines: Vec<Value> = lines.into_iter().map(|(_, line)| line).collect();
        let left_out = self.lines.len() - lines.len() + self.refunds.len() - refunds.len();
        let counts = Self::WORDS.map(|word| {
            let (lines, amount) = self.total(word);
            (
                word.to_owned(),
                json!({ "lines": lines, "amount": amount.get() }),
            )
        });
        let errors = self
            .errors
            .iter()
            .map(|error| json!({ "line": error.number, "problem": error.problem.word() }));
        let unsettled = self
            .unsettled_lines
            .iter()
            .map(|line| json!({ "line": line.number, "status": line.kind.word() }));
        json!({
            "applied": self.applied,
            "counts": Value::Object(counts.into_iter().collect()),
            "debits": self.debits,
            "unsettled": self.unsettled.to_json(),
            "unsettled_lines": unsettled.collect::<Vec<_>>(),
            "totals": self.totals,
            "reading": self.reading.to_json(),
            "error_count": self.error_count,
            "errors": errors.collect::<Vec<_>>(),
            "lines": lines,
            "refunds": refunds,
            "lines_left_out": left_out,
        })
    }
}

impl ImportedLine {
    fn to_json(&self) -> Value {
        let payer = self.outcome.payer();
        let participations = self.outcome.payers().iter().map(Payer::to_json);
        json!({
            "line": self.line.number,
            "fingerprint": hexadecimal(&self.line.fingerprint),
            "date": self.line.date.to_string(),
            "amount": self.line.amount.get(),
            "description": self.line.description,
            "more": self.line.more,
            "outcome": self.outcome.word(),
            "participation_id": payer.map(|payer| payer.participation_id.to_string()),
            "campaign_id": payer.map(|payer| payer.campaign_id.to_string()),
            "user_id": payer.map(|payer| &payer.user_id),
            "participations": participations.collect::<Vec<_>>(),
            "difference": self.outcome.difference().map(Rupiah::get),
        })
    }
}

/// A fingerprint as programs read it.
#[must_use]
pub fn hexadecimal(fingerprint: &[u8; 32]) -> String {
    fingerprint
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// Reads what [`hexadecimal`] wrote.
#[must_use]
pub fn from_hexadecimal(text: &str) -> Option<[u8; 32]> {
    let digits: Option<Vec<u8>> = text
        .chars()
        .map(|c| c.to_digit(16).and_then(|d| u8::try_from(d).ok()))
        .collect();
    let bytes: Vec<u8> = digits?
        .chunks(2)
        .map(|pair| pair.iter().fold(0, |byte, digit| byte << 4 | digit))
        .collect();
    (text.len() == 64).then(|| bytes.try_into().ok()).flatten()
}
