//! The lines by which money went out: which of the refunds that are due they may be.

use crate::domain::error::Error;
use crate::domain::ledger::Refund;
use crate::domain::payment_code::PaymentCode;
use crate::domain::payment_import::{self as rules, Due, MOST_SUGGESTED, RefundLine};
use crate::domain::reports::Limit;
use crate::domain::statement::Line;
use crate::service::Sambatan;
use crate::store::{Connection, StoreError, participants, transactions};

/// So many refunds are due at most where two are told by their sum.
const MOST_PAIRED: usize = 50;
/// So many are looked at to see whether there are more: a page has one row more than it shows.
const LOOKED_AT: u32 = 50;
/// Lines looked at in one short read.
const LINES_AT_ONCE: usize = 500;

impl Sambatan {
    /// Those of the lines that may be a refund that is due, and are not noted as one yet.
    pub(super) fn find_refunds(&self, outgoing: &[Line]) -> Result<Vec<RefundLine>, Error> {
        let mut found = Vec::new();
        for lines in outgoing.chunks(LINES_AT_ONCE) {
            let of_these = self.core.read(|connection| {
                // Mostly nothing is due, and nobody looks for it in a statement of any length.
                if !transactions::is_refund_due(connection)? {
                    return Ok(Vec::new());
                }
                let limit = Limit::new(LOOKED_AT).unwrap_or_default();
                let mut all = transactions::page_of_due(connection, None, limit)?;
                // Of many some two are any amount.
                if all.len() > MOST_PAIRED {
                    all.clear();
                }
                let looked_at = lines.iter().map(|line| find_refund(connection, line, &all));
                looked_at.filter_map(Result::transpose).collect()
            });
            found.extend(of_these?);
        }
        Ok(found)
    }
}

fn find_refund(
    connection: &Connection,
    line: &Line,
    all: &[Refund],
) -> Result<Option<RefundLine>, StoreError> {
    if transactions::is_line_known(connection, &line.fingerprint)? {
        return Ok(None);
    }
    let limit = u32::try_from(MOST_SUGGESTED).unwrap_or(u32::MAX);
    let mut by_code = Vec::new();
    for code in PaymentCode::find_in(&line.texts()) {
        for whose in participants::find_by_code(connection, code)? {
            by_code.extend(transactions::due_of_participation(
                connection, whose.id, limit,
            )?);
        }
    }
    let by_amount = if by_code.is_empty() {
        transactions::due_of_amount(connection, line.amount, limit)?
    } else {
        Vec::new()
    };
    let due = Due {
        by_code: &by_code,
        by_amount: &by_amount,
        all,
    };
    Ok(rules::refunds_meant(line, due))
}
