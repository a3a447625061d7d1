//! Gives a participation the amount to transfer.

use crate::domain::error::Error;
use crate::domain::participation::Participation;
use crate::domain::seal::{Salt, Seal};
use crate::domain::transfer;
use crate::store::{StoreError, participants};
use crate::writer::{Failure, Transaction};

/// Writes a new participation, and answers the seal of its texts. One that has slots gets an amount, as by [`assign`]: the one that the file
/// takes, so that a join asks nothing beforehand.
pub(super) fn insert(
    transaction: &Transaction<'_>,
    participation: &mut Participation,
    crowd: u32,
) -> Result<Seal, Failure> {
    let salt = Salt::random().map_err(StoreError::from)?;
    let seal = salt.seal(&participation.texts());
    if participation.status.is_live() {
        let (id, contribution) = (participation.id, participation.contribution_amount);
        for amount in transfer::candidates(id, contribution, crowd) {
            participation.transfer_amount = Some(amount);
            if participants::try_insert(transaction.connection, participation, &salt)? {
                return Ok(seal);
            }
        }
    }
    participation.transfer_amount = None;
    if participants::try_insert(transaction.connection, participation, &salt)? {
        Ok(seal)
    } else {
        // Without an amount nothing is in conflict; whatever it is, nobody is told that they have joined.
        Err(Error::Internal.into())
    }
}

/// Gives a participation an amount that no other open one has: to be called inside the transaction that
/// gives it its slots (a promotion, a revival), before it is written as reserved. An amount that it
/// had before stays its own as long as nobody else has it. `crowd` is how many pay about the same, as far
/// as the caller knows. When every amount that is tried is taken it gets none and pays its contribution.
pub(super) fn assign(
    transaction: &Transaction<'_>,
    participation: &mut Participation,
    crowd: u32,
) -> Result<(), Failure> {
    let told = participation.transfer_amount.take();
    let (id, contribution) = (participation.id, participation.contribution_amount);
    for amount in told
        .into_iter()
        .chain(transfer::candidates(id, contribution, crowd))
    {
        if !participants::is_amount_open(transaction.connection, amount)? {
            participation.transfer_amount = Some(amount);
            break;
        }
    }
    Ok(())
}
