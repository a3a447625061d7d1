//! What the organiser types about money, checked once.

use crate::domain::error::Error;
use crate::domain::field::{self, Checker, FieldError, Problem, bounds};
use crate::domain::money::Rupiah;

/// The input of `confirm` and `record_payment`, as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NewPayment {
    /// Whole rupiah, at least 1. Without it what is still owed counts: the amount to transfer, or the rest.
    pub amount: Option<i64>,
    /// The bank's number of the transfer, a note: at most 120 characters.
    pub reference: Option<String>,
    /// Only when so much has come in so far, so that a form that is sent twice counts once.
    pub only_if_paid: Option<Rupiah>,
}

impl NewPayment {
    /// A payment of an amount, without a reference.
    #[must_use]
    pub const fn of(amount: i64) -> Self {
        Self {
            amount: Some(amount),
            reference: None,
            only_if_paid: None,
        }
    }

    /// Checks the input on its own.
    ///
    /// # Errors
    /// [`Error::ValidationFailed`] with every field that is out of bounds.
    pub fn check(self) -> Result<CheckedPayment, Error> {
        let mut check = Checker::default();
        let amount = self.amount.map(|raw| amount("amount", raw)).transpose();
        let amount = check.take(amount);
        let reference = check.take(reference(self.reference.as_deref()));
        let (Some(amount), Some(reference)) = (amount, reference) else {
            return Err(check.into_error());
        };
        Ok(CheckedPayment { amount, reference })
    }
}

/// A payment within its bounds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckedPayment {
    pub(crate) amount: Option<Rupiah>,
    pub(crate) reference: Option<String>,
}

/// The input of `adjust_payment`, as typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewAdjustment {
    /// Whole rupiah, negative: so much of what was recorded did not come in or was given back.
    pub amount: i64,
    /// Why: 1 to 120 characters.
    pub reference: String,
    /// Only when so much has come in so far, so that a form that is sent twice counts once.
    pub only_if_paid: Option<Rupiah>,
}

impl NewAdjustment {
    /// Checks the input on its own.
    ///
    /// # Errors
    /// [`Error::ValidationFailed`] with every field that is out of bounds.
    pub fn check(self) -> Result<(Rupiah, String), Error> {
        let mut check = Checker::default();
        let bounds = -Rupiah::MAX_MOVED..=-1;
        let amount = bounds.contains(&self.amount).then_some(self.amount);
        let amount = check.take(amount.ok_or(FieldError {
            field: "amount",
            problem: Problem::OutOfRange(*bounds.start(), *bounds.end()),
        }));
        let reference = check.take(required_reference(&self.reference));
        let (Some(amount), Some(reference)) = (amount, reference) else {
            return Err(check.into_error());
        };
        Ok((Rupiah::new(amount), reference))
    }
}

/// The input of `pay_out`, as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NewPayout {
    /// Whole rupiah, at least 1.
    pub amount: i64,
    /// At most 120 characters.
    pub reference: Option<String>,
}

impl NewPayout {
    /// Checks the input on its own.
    ///
    /// # Errors
    /// [`Error::ValidationFailed`] with every field that is out of bounds.
    pub fn check(self) -> Result<(Rupiah, Option<String>), Error> {
        let mut check = Checker::default();
        let amount = check.take(amount("amount", self.amount));
        let reference = check.take(reference(self.reference.as_deref()));
        let (Some(amount), Some(reference)) = (amount, reference) else {
            return Err(check.into_error());
        };
        Ok((amount, reference))
    }
}

/// The input of `give_back`, as typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewRefund {
    /// Whole rupiah, at least 1.
    pub amount: i64,
    /// Why: 1 to 160 characters. The participant sees it.
    pub reason: String,
    /// Names the request, 1 to 64 visible ASCII characters: sent again it gives nothing back again.
    pub request_id: String,
}

impl NewRefund {
    /// Checks the input on its own.
    ///
    /// # Errors
    /// [`Error::ValidationFailed`] with every field that is out of bounds.
    pub fn check(self) -> Result<CheckedRefund, Error> {
        let mut check = Checker::default();
        let amount = check.take(amount("amount", self.amount));
        let longest = 1..=*bounds::REASON.end();
        let reason = check.take(field::text("reason", &self.reason, &longest));
        let request_id = check.take(request_id(&self.request_id));
        let (Some(amount), Some(reason), Some(request_id)) = (amount, reason, request_id) else {
            return Err(check.into_error());
        };
        Ok(CheckedRefund {
            amount,
            reason,
            request_id,
        })
    }
}

/// A refund that the organiser asks for, within its bounds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckedRefund {
    pub(crate) amount: Rupiah,
    pub(crate) reason: String,
    pub(crate) request_id: String,
}

fn request_id(raw: &str) -> Result<String, FieldError> {
    let id = field::text("request_id", raw, &(1..=64))?;
    if id.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Ok(id);
    }
    Err(FieldError {
        field: "request_id",
        problem: Problem::ControlCharacter,
    })
}

/// Checks the reference of a movement; an empty one counts as absent.
///
/// # Errors
/// The first thing that is wrong with it.
fn reference(raw: Option<&str>) -> Result<Option<String>, FieldError> {
    field::optional_text("reference", raw, &bounds::REFERENCE)
}

/// Checks where a refund goes.
///
/// # Errors
/// The first thing that is wrong with it.
pub(crate) fn payout_account(raw: &str) -> Result<String, FieldError> {
    field::text("account", raw, &bounds::PAYOUT_ACCOUNT)
}

/// Checks a reference that has to be there.
///
/// # Errors
/// The first thing that is wrong with it.
pub(crate) fn required_reference(raw: &str) -> Result<String, FieldError> {
    field::text("reference", raw, &(1..=*bounds::REFERENCE.end()))
}

fn amount(field: &'static str, raw: i64) -> Result<Rupiah, FieldError> {
    if (1..=Rupiah::MAX_MOVED).contains(&raw) {
        Ok(Rupiah::new(raw))
    } else {
        Err(FieldError {
            field,
            problem: Problem::OutOfRange(1, Rupiah::MAX_MOVED),
        })
    }
}
