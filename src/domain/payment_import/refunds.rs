//! Lines by which money went out: which refund that is due each may be.

use chrono::NaiveDate;
use serde_json::{Value, json};

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

/// A line by which money went out, and the refunds of which it may be one. Nothing is recorded of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefundLine {
    /// The line.
    pub line: Line,
    /// The refunds.
    pub may_be: Vec<DueRefund>,
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
        })
    }
}

/// The refunds of which a line may be one: those of the people whose codes stand there, of the exact amount if
/// there are such; without codes those of the exact amount. None that is more than what went out: a fee may have
/// been added to it, and nothing is sent in part.
#[must_use]
pub fn refunds_meant(line: &Line, by_code: &[Refund], by_amount: &[Refund]) -> Vec<DueRefund> {
    let is_exact = |refund: &&Refund| refund.transaction.amount == line.amount;
    let of_exact: Vec<_> = by_code.iter().filter(is_exact).collect();
    let meant: Vec<_> = if !of_exact.is_empty() {
        of_exact
    } else if by_code.is_empty() {
        by_amount.iter().filter(is_exact).collect()
    } else {
        let within = by_code.iter();
        within
            .filter(|refund| refund.transaction.amount <= line.amount)
            .collect()
    };
    let meant = meant.into_iter().take(MOST_SUGGESTED);
    meant.map(DueRefund::from).collect()
}
