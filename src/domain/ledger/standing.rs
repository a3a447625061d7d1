//! What somebody has paid, held against what their slots cost.

use crate::domain::money::Rupiah;
use crate::domain::participation::Participation;

/// How a participation that holds slots stands with what it costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Nothing has come in.
    Unpaid,
    /// So much is missing.
    Short(Rupiah),
    /// It is paid. The tail that told whose it was is no surplus.
    Paid,
    /// It is paid, and so much more than was asked for.
    Over(Rupiah),
}

impl Standing {
    /// How a participation stands.
    #[must_use]
    pub fn of(participation: &Participation) -> Self {
        Self::with(participation, participation.paid_amount)
    }

    /// How it would stand if so much in all had come in for it.
    #[must_use]
    pub fn with(participation: &Participation, paid: Rupiah) -> Self {
        let least = participation.contribution_amount;
        let most = participation.transfer_amount.unwrap_or(least).max(least);
        if paid == Rupiah::default() {
            Self::Unpaid
        } else if paid < least {
            Self::Short(least.less(paid))
        } else if paid > most {
            Self::Over(paid.less(most))
        } else {
            Self::Paid
        }
    }

    /// What is to be asked for: the amount to transfer, or what is missing of it.
    #[must_use]
    pub fn owed(participation: &Participation) -> Option<Rupiah> {
        match Self::of(participation) {
            Self::Unpaid => {
                let told = participation.transfer_amount;
                Some(told.unwrap_or(participation.contribution_amount))
            }
            Self::Short(missing) => Some(missing),
            Self::Paid | Self::Over(_) => None,
        }
    }
}
