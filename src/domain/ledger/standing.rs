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
    /// It is paid, and so much more than was asked for that does not go back yet.
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
        } else if paid.less(participation.refunds.total()) > most {
            Self::Over(paid.less(participation.refunds.total()).less(most))
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

/// Where the money of a participation stands, in one word: what people and programs are told.
///
/// Nothing is called refunded before it was sent. While slots are held and nothing is on its way back it is
/// what their [`Standing`] is; a refund for a part of them is no debt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PaymentState {
    /// Nothing is to be paid, and nothing was.
    None,
    /// Slots are held, and nothing has come in.
    Owed,
    /// Less than they cost has come in.
    Short,
    /// They are paid.
    Paid,
    /// They are paid, and more than that has come in.
    Over,
    /// The organiser has money to send back.
    RefundDue,
    /// It was sent.
    RefundSent,
    /// It has arrived.
    RefundAcknowledged,
}

impl PaymentState {
    /// Every state.
    pub const ALL: [Self; 8] = [
        Self::None,
        Self::Owed,
        Self::Short,
        Self::Paid,
        Self::Over,
        Self::RefundDue,
        Self::RefundSent,
        Self::RefundAcknowledged,
    ];

    /// How a participation stands.
    #[must_use]
    pub fn of(participation: &Participation) -> Self {
        let nothing = Rupiah::default();
        let refunds = participation.refunds;
        let is_live = participation.status.is_live();
        if refunds.due > nothing {
            return Self::RefundDue;
        }
        if refunds.sent > nothing {
            return Self::RefundSent;
        }
        let all_went_back = refunds.acknowledged == participation.paid_amount;
        if refunds.acknowledged > nothing && (all_went_back || !is_live) {
            return Self::RefundAcknowledged;
        }
        if !is_live {
            return Self::None;
        }
        match Standing::of(participation) {
            Standing::Unpaid => Self::Owed,
            Standing::Short(_) => Self::Short,
            Standing::Paid => Self::Paid,
            Standing::Over(_) => Self::Over,
        }
    }

    /// The state as a word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Owed => "owed",
            Self::Short => "short",
            Self::Paid => "paid",
            Self::Over => "over",
            Self::RefundDue => "refund_due",
            Self::RefundSent => "refund_sent",
            Self::RefundAcknowledged => "refund_acknowledged",
        }
    }
}
