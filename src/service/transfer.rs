//! Gives a participation the amount to transfer.

use crate::domain::participation::Participation;
use crate::domain::transfer;
use crate::store::participants;
use crate::writer::{Failure, Transaction};

/// Gives a participation an amount that no other open one has: to be called inside the transaction that
/// gives it its slots (a join, a promotion, a revival), before it is written as reserved. When every
/// amount that is tried is taken it gets none and pays its contribution.
pub(super) fn assign(
    transaction: &Transaction<'_>,
    participation: &mut Participation,
) -> Result<(), Failure> {
    let amounts = transfer::candidates(participation.id, participation.contribution_amount);
    participation.transfer_amount =
        participants::find_free_amount(transaction.connection, &amounts)?;
    Ok(())
}
