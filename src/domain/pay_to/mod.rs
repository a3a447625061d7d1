//! Where to pay: the organiser's accounts, and which of them a participant is shown.
//!
//! Owns the bounds of an account, how it comes and goes, and who is asked for money. What the organiser typed
//! is for those who are asked for money and for the organiser: the log gets ids and kinds.

mod account;

pub use account::{CheckedPayTo, NewPayTo, PayTo, PayToKind};

use crate::domain::campaign::Campaign;
use crate::domain::error::Error;
use crate::domain::field::{FieldError, Problem};
use crate::domain::id::PayToId;
use crate::domain::ledger::Standing;
use crate::domain::money::Rupiah;
use crate::domain::participation::Participation;
use crate::domain::payment_window;
use crate::domain::qris::Qris;

/// The most accounts in use: all of them may be shown to a participant.
pub const MAX_IN_USE: usize = 20;

/// What a participation is asked to pay now, exactly: the amount to transfer, or what is missing of it. None
/// of who holds no slots, has paid, or pays after tipping and that has not come.
#[must_use]
pub fn asked(participation: &Participation, campaign: &Campaign) -> Option<Rupiah> {
    let is_asked = participation.status.is_live() && payment_window::is_asked(campaign);
    Standing::owed(participation).filter(|_| is_asked)
}

/// The accounts that a campaign uses, of those that are in use: the ones it names, or all when it names none.
pub fn used_by<'a>(campaign: &'a Campaign, in_use: &'a [PayTo]) -> impl Iterator<Item = &'a PayTo> {
    let named = &campaign.pay_to;
    in_use
        .iter()
        .filter(|account| account.is_in_use())
        .filter(|account| named.is_empty() || named.contains(&account.id))
}

/// An account that a participant can pay to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WayToPay<'a> {
    /// The account.
    pub account: &'a PayTo,
    /// Its code with the exact amount in it; none when it has no code, or the amount is beyond what a code
    /// can have.
    pub code: Option<Qris>,
}

/// How a participation can be paid; nothing when it is asked for no money.
#[must_use]
pub fn ways_to_pay<'a>(
    participation: &Participation,
    campaign: &'a Campaign,
    in_use: &'a [PayTo],
) -> Vec<WayToPay<'a>> {
    let Some(amount) = asked(participation, campaign) else {
        return Vec::new();
    };
    let with_code = |account: &'a PayTo| WayToPay {
        account,
        code: account.code_for(amount),
    };
    used_by(campaign, in_use).map(with_code).collect()
}

/// Puts the accounts that a campaign is to use in order, each once.
#[must_use]
pub fn in_order(mut named: Vec<PayToId>) -> Vec<PayToId> {
    named.sort_unstable();
    named.dedup();
    named
}

/// Asks that every account that a campaign is to use is in use.
///
/// # Errors
/// [`Error::ValidationFailed`].
pub fn check_named(named: &[PayToId], in_use: &[PayTo]) -> Result<(), Error> {
    let is_known = |id: &PayToId| {
        let mut accounts = in_use.iter();
        accounts.any(|account| account.id == *id && account.is_in_use())
    };
    if named.iter().all(is_known) {
        return Ok(());
    }
    Err(Error::from(FieldError {
        field: "pay_to",
        problem: Problem::NotAnAccountInUse,
    }))
}
