//! The lines by which money went out: which of the refunds that are due they may be.

use crate::domain::error::Error;
use crate::domain::payment_code::PaymentCode;
use crate::domain::payment_import::{self as rules, MOST_SUGGESTED, RefundLine};
use crate::domain::statement::Line;
use crate::service::Sambatan;
use crate::store::{Connection, StoreError, participants, transactions};

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
                let looked_at = lines.iter().map(|line| find_refund(connection, line));
                looked_at.filter_map(Result::transpose).collect()
            });
            found.extend(of_these?);
        }
        Ok(found)
    }
}

fn find_refund(connection: &Connection, line: &Line) -> Result<Option<RefundLine>, StoreError> {
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
    let may_be = rules::refunds_meant(line, &by_code, &by_amount);
    Ok((!may_be.is_empty()).then(|| RefundLine {
        line: line.clone(),
        may_be,
    }))
}
