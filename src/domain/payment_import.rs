//! Whose a line of a bank statement is, and what it makes of what they owe.
//!
//! Owns the decision. What is looked up for it, and what is written, is the caller's.

use chrono::Days;
use serde_json::{Value, json};

use crate::domain::id::{CampaignId, ParticipationId};
use crate::domain::ledger::{Receipt, Standing, TransactionSource};
use crate::domain::money::Rupiah;
use crate::domain::participation::{Participation, ParticipationStatus};
use crate::domain::statement::{Line, LineError, Reading, UnsettledCounts, UnsettledLine};

/// An amount that differs by so much from one that is waited for may be meant for it.
pub const NEAR: i64 = 1_000;

/// What is known of a line when it is decided.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Candidates {
    /// The one that is to transfer exactly this amount, and has paid nothing yet.
    pub by_amount: Option<Participation>,
    /// Those whose payment code stands in the description.
    pub by_code: Vec<Participation>,
    /// The only one whose amount is within [`NEAR`]; none when there are several.
    pub near: Option<Participation>,
}

/// Whose a line is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// It pays for this participation.
    Pays(Participation),
    /// It may; a person has to decide.
    MayPay(Participation),
    /// Nobody's.
    Nobodys,
}

/// Decides whose a line is. The unique amount or the payment code must say so; when both speak of
/// different people nobody is guessed at. An amount alone does not pay for what was joined later: the same
/// amount may have been another's before; one that is only near is not even a suggestion then.
#[must_use]
pub fn decide(line: &Line, candidates: Candidates) -> Decision {
    let Candidates {
        by_amount,
        mut by_code,
        near,
    } = candidates;
    match (by_amount, by_code.pop()) {
        _ if !by_code.is_empty() => Decision::Nobodys,
        (Some(amount), Some(code)) if amount.id != code.id => Decision::Nobodys,
        // Who waits has no slots to pay for yet.
        (_, Some(code)) if code.status == ParticipationStatus::Waitlisted => Decision::MayPay(code),
        (_, Some(code)) => Decision::Pays(code),
        (Some(amount), None) if is_too_early(line, &amount) => Decision::MayPay(amount),
        (Some(amount), None) => Decision::Pays(amount),
        (None, None) => near
            .filter(|near| !is_too_early(line, near))
            .map_or(Decision::Nobodys, Decision::MayPay),
    }
}

/// Dates are those of the bank's place, so a day is left for the difference.
fn is_too_early(line: &Line, participation: &Participation) -> bool {
    let latest = line.date.checked_add_days(Days::new(1));
    latest.is_none_or(|latest| latest < participation.joined_at.as_datetime().date_naive())
}

/// What a line is recorded as. Of the statement only the day is kept: names stand in its descriptions.
#[must_use]
pub fn receipt(line: &Line) -> Receipt {
    Receipt {
        amount: Some(line.amount),
        reference: Some(line.date.to_string()),
        source: TransactionSource::Import,
    }
}

/// A participation, as a report names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Payer {
    /// The participation.
    pub participation_id: ParticipationId,
    /// Its campaign.
    pub campaign_id: CampaignId,
    /// Who takes part. Personal data.
    pub user_id: String,
}

impl Payer {
    fn of(participation: &Participation) -> Self {
        Self {
            participation_id: participation.id,
            campaign_id: participation.campaign_id,
            user_id: participation.user_id.as_str().to_owned(),
        }
    }
}

/// What became of a line, or would become of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It pays what was to be paid.
    Matched(Payer),
    /// It pays, and so much is still missing.
    Short(Payer, Rupiah),
    /// It pays, and so much is to be returned.
    Over(Payer, Rupiah),
    /// It came in for slots that were given up: all of it is due to go back.
    GivenUp(Payer),
    /// It may be for this participation; nothing is recorded.
    Suggested(Payer),
    /// Nobody is found for it.
    LeftOver,
    /// It was imported before.
    Known,
    /// The same line stands further up in the file.
    Duplicate,
}

impl Outcome {
    /// What a payment makes of what a participation owed before it.
    #[must_use]
    pub fn of_payment(before: &Participation, amount: Rupiah) -> Self {
        let payer = Payer::of(before);
        if !before.status.is_live() {
            return Self::GivenUp(payer);
        }
        // A sum beyond all bounds is refused when it is recorded.
        match before.paid_amount.checked_add(amount) {
            Some(paid) => match Standing::with(before, paid) {
                Standing::Unpaid | Standing::Paid => Self::Matched(payer),
                Standing::Short(missing) => Self::Short(payer, missing),
                Standing::Over(surplus) => Self::Over(payer, surplus),
            },
            None => Self::Matched(payer),
        }
    }

    /// A suggestion.
    #[must_use]
    pub fn suggested(participation: &Participation) -> Self {
        Self::Suggested(Payer::of(participation))
    }

    /// The outcome as a word.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Matched(_) => "matched",
            Self::Short(..) => "short",
            Self::Over(..) => "over",
            Self::GivenUp(_) => "given_up",
            Self::Suggested(_) => "suggested",
            Self::LeftOver => "left_over",
            Self::Known => "known",
            Self::Duplicate => "duplicate",
        }
    }

    /// Whose it is.
    #[must_use]
    pub const fn payer(&self) -> Option<&Payer> {
        match self {
            Self::Matched(payer)
            | Self::Short(payer, _)
            | Self::Over(payer, _)
            | Self::GivenUp(payer)
            | Self::Suggested(payer) => Some(payer),
            Self::LeftOver | Self::Known | Self::Duplicate => None,
        }
    }

    /// What is missing, or is to be returned.
    #[must_use]
    pub const fn difference(&self) -> Option<Rupiah> {
        match self {
            Self::Short(_, difference) | Self::Over(_, difference) => Some(*difference),
            _ => None,
        }
    }

    /// Whether a payment is recorded for it.
    #[must_use]
    pub const fn is_recorded(&self) -> bool {
        matches!(
            self,
            Self::Matched(_) | Self::Short(..) | Self::Over(..) | Self::GivenUp(_)
        )
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
    pub const WORDS: [&'static str; 8] = [
        "matched",
        "short",
        "over",
        "given_up",
        "suggested",
        "left_over",
        "known",
        "duplicate",
    ];

    /// The report as programs read it: amounts in whole rupiah, dates as `YYYY-MM-DD`.
    #[must_use]
    pub fn to_json(&self) -> Value {
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
            "lines": self.lines.iter().map(ImportedLine::to_json).collect::<Vec<_>>(),
        })
    }
}

impl ImportedLine {
    fn to_json(&self) -> Value {
        let payer = self.outcome.payer();
        json!({
            "line": self.line.number,
            "date": self.line.date.to_string(),
            "amount": self.line.amount.get(),
            "description": self.line.description,
            "more": self.line.more,
            "outcome": self.outcome.word(),
            "participation_id": payer.map(|payer| payer.participation_id.to_string()),
            "campaign_id": payer.map(|payer| payer.campaign_id.to_string()),
            "user_id": payer.map(|payer| &payer.user_id),
            "difference": self.outcome.difference().map(Rupiah::get),
        })
    }
}
