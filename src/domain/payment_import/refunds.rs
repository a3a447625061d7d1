//! Lines by which money went out: which refund that is due each may be.

use chrono::NaiveDate;
use serde_json::{Value, json};

use crate::domain::error::Error;
use crate::domain::field::{FieldError, Problem};
use crate::domain::id::{CampaignId, ParticipationId, TransactionId};
use crate::domain::ledger::Refund;
use crate::domain::money::Rupiah;
use crate::domain::payment_import::{MOST_SUGGESTED, hexadecimal};
use crate::domain::statement::Line;

/// A line of a statement, as far as it is recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StatementLine {
    /// What the line is known by.
    pub fingerprint: [u8; 32],
    /// The day.
    pub date: NaiveDate,
    /// How much came in or went out.
    pub amount: Rupiah,
}

impl From<&Line> for StatementLine {
    fn from(line: &Line) -> Self {
        Self {
            fingerprint: line.fingerprint,
            date: line.date,
            amount: line.amount,
        }
    }
}

/// A refund that is due, as a report names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DueRefund {
    /// The refund.
    pub refund_id: TransactionId,
    /// Its participation.
    pub participation_id: Option<ParticipationId>,
    /// Its campaign.
    pub campaign_id: CampaignId,
    /// Who gets it. Personal data.
    pub user_id: String,
    /// How much is due.
    pub amount: Rupiah,
}

impl From<&Refund> for DueRefund {
    fn from(refund: &Refund) -> Self {
        Self {
            refund_id: refund.transaction.id,
            participation_id: refund.transaction.participation_id,
            campaign_id: refund.transaction.campaign_id,
            user_id: refund.user_id.as_str().to_owned(),
            amount: refund.transaction.amount,
        }
    }
}

/// A line by which money went out, and the refunds that it may be. Nothing is recorded of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefundLine {
    /// The line.
    pub line: Line,
    /// The refunds.
    pub may_be: Vec<DueRefund>,
    /// Whether it may be all of these, since it is exactly as much as they are together; else it may be one of
    /// them.
    pub together: bool,
}

impl RefundLine {
    /// As programs read it.
    pub(super) fn to_json(&self) -> Value {
        let may_be = self.may_be.iter().map(|refund| {
            json!({
                "refund_id": refund.refund_id.to_string(),
                "participation_id": refund.participation_id.map(|id| id.to_string()),
                "campaign_id": refund.campaign_id.to_string(),
                "user_id": refund.user_id,
                "amount": refund.amount.get(),
            })
        });
        json!({
            "line": self.line.number,
            "fingerprint": hexadecimal(&self.line.fingerprint),
            "date": self.line.date.to_string(),
            "amount": self.line.amount.get(),
            "description": self.line.description,
            "outcome": "refund_suggested",
            "may_be": may_be.collect::<Vec<_>>(),
            "together": self.together,
        })
    }
}

/// What is due, as far as it may be meant by a line.
#[derive(Debug, Clone, Copy, Default)]
pub struct Due<'a> {
    /// What is due to those whose payment codes stand in the line.
    pub by_code: &'a [Refund],
    /// What is exactly the line's amount.
    pub by_amount: &'a [Refund],
    /// Everything that is due, where it is little enough for two of it to be told by their sum.
    pub all: &'a [Refund],
}

/// The refunds that a line may be, and whether all of them together; none when nothing is meant for sure enough to
/// be suggested.
///
/// Of the people whose codes stand there: those of the exact amount, else all when the line is exactly their sum,
/// else each that is not more than what went out, for a fee may have been added. Without codes: those of the exact
/// amount, else the only two whose sum it is. Nothing is sent in part.
#[must_use]
pub fn refunds_meant(line: &Line, due: Due<'_>) -> Option<RefundLine> {
    let is_exact = |refund: &&Refund| refund.transaction.amount == line.amount;
    let told = if due.by_code.is_empty() {
        due.by_amount
    } else {
        due.by_code
    };
    let exact: Vec<_> = told.iter().filter(is_exact).collect();
    let (meant, together) = if !exact.is_empty() {
        (exact, false)
    } else if due.by_code.is_empty() {
        (the_only_two(line.amount, due.all), true)
    } else if is_sum(line.amount, due.by_code) {
        (due.by_code.iter().collect(), true)
    } else {
        let within = due.by_code.iter();
        let within = within.filter(|refund| refund.transaction.amount <= line.amount);
        (within.collect(), false)
    };
    let meant = meant.into_iter().take(MOST_SUGGESTED);
    let may_be: Vec<_> = meant.map(DueRefund::from).collect();
    (!may_be.is_empty()).then(|| RefundLine {
        line: line.clone(),
        may_be,
        together,
    })
}

fn is_sum(amount: Rupiah, refunds: &[Refund]) -> bool {
    (2..=MOST_SUGGESTED).contains(&refunds.len()) && sum(refunds) == Some(amount)
}

fn sum(refunds: &[Refund]) -> Option<Rupiah> {
    let mut amounts = refunds.iter().map(|refund| refund.transaction.amount);
    amounts.try_fold(Rupiah::default(), Rupiah::checked_add)
}

/// The two refunds that are an amount together; nobody's when there are several such pairs.
fn the_only_two(amount: Rupiah, all: &[Refund]) -> Vec<&Refund> {
    let pairs = all.iter().enumerate().flat_map(|(index, one)| {
        let others = all[index + 1..].iter();
        others.map(move |other| (one, other))
    });
    let mut fitting = pairs.filter(|(one, other)| {
        one.transaction.amount.checked_add(other.transaction.amount) == Some(amount)
    });
    match (fitting.next(), fitting.next()) {
        (Some((one, other)), None) => vec![one, other],
        _ => Vec::new(),
    }
}

/// Whether a line can have sent these refunds: 1 to 4, none of them twice, and not more than what went out.
///
/// # Errors
/// [`Error::ValidationFailed`], [`Error::LineAmountDoesNotFit`].
pub fn check_sent(amount: Rupiah, refunds: &[Refund]) -> Result<(), Error> {
    let mut ids: Vec<_> = refunds.iter().map(|refund| refund.transaction.id).collect();
    ids.sort_unstable();
    ids.dedup();
    if refunds.is_empty() || ids.len() < refunds.len() || refunds.len() > MOST_SUGGESTED {
        let most = i64::try_from(MOST_SUGGESTED).unwrap_or(i64::MAX);
        return Err(Error::from(FieldError {
            field: "refund_ids",
            problem: Problem::OutOfRange(1, most),
        }));
    }
    match sum(refunds) {
        Some(sum) if sum <= amount => Ok(()),
        _ => Err(Error::LineAmountDoesNotFit { amount }),
    }
}
