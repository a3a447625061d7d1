//! An account that people pay to.

use crate::domain::audit::{AuditEventKind, Metadata, NewAuditEvent};
use crate::domain::error::Error;
use crate::domain::field::{self, Checker, FieldError, Problem, bounds};
use crate::domain::handle;
use crate::domain::id::PayToId;
use crate::domain::money::Rupiah;
use crate::domain::pay_to::MAX_IN_USE;
use crate::domain::qris::{self, Qris, QrisError};
use crate::domain::seal::{Salt, Seal};
use crate::domain::time::Timestamp;

/// What kind of account it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum PayToKind {
    /// At a bank.
    #[default]
    Bank,
    /// An electronic wallet.
    EWallet,
    /// A merchant's QRIS code.
    Qris,
}

impl PayToKind {
    /// Every kind.
    pub const ALL: [Self; 3] = [Self::Bank, Self::EWallet, Self::Qris];

    /// The words of [`Self::ALL`].
    pub const WORDS: &'static [&'static str] = &["bank", "ewallet", "qris"];

    /// The word, the same over HTTP and in SQL.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Bank => "bank",
            Self::EWallet => "ewallet",
            Self::Qris => "qris",
        }
    }

    /// Reads what [`Self::word`] writes.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }
}

/// An account that people pay to. Nothing of it changes but that it is retired: who was told to pay there
/// can be told so again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PayTo {
    /// Its id.
    pub id: PayToId,
    /// Its kind.
    pub kind: PayToKind,
    /// The bank or the wallet, 2 to 40 characters; of a QRIS code perhaps none.
    pub bank: Option<String>,
    /// The number, 4 to 40 characters; of a QRIS code perhaps none.
    pub number: Option<String>,
    /// In whose name it is, 2 to 80 characters; of a QRIS code perhaps none.
    pub holder: Option<String>,
    /// The merchant's static code; of a QRIS code alone.
    pub code: Option<Qris>,
    /// The organiser's own note, at most 160 characters. Nobody else sees it.
    pub note: Option<String>,
    /// When it was added.
    pub created_at: Timestamp,
    /// Since when it is not used any more.
    pub retired_at: Option<Timestamp>,
}

impl PayTo {
    /// Whether people are told to pay there.
    #[must_use]
    pub const fn is_in_use(&self) -> bool {
        self.retired_at.is_none()
    }

    /// The seal of what a person typed about it: whoever changes a number by hand has people pay somebody else.
    #[must_use]
    pub fn seal(&self, salt: Salt) -> Seal {
        let payload = self.code.as_ref().map(ToString::to_string);
        salt.seal(&[
            ("bank", self.bank.as_deref()),
            ("number", self.number.as_deref()),
            ("holder", self.holder.as_deref()),
            ("payload", payload.as_deref()),
            ("note", self.note.as_deref()),
        ])
    }

    /// Its code with an amount in it; none when it has no code or the amount is beyond what a code can have.
    #[must_use]
    pub fn code_for(&self, amount: Rupiah) -> Option<Qris> {
        self.code.as_ref()?.with_amount(amount).ok()
    }

    /// Retires it.
    ///
    /// # Errors
    /// [`Error::PayToRetired`].
    pub fn retire(mut self, now: Timestamp) -> Result<(Self, NewAuditEvent), Error> {
        if self.retired_at.is_some() {
            return Err(Error::PayToRetired);
        }
        self.retired_at = Some(now);
        let event = self.event(AuditEventKind::PayToRetired, now);
        Ok((self, event))
    }

    fn event(&self, kind: AuditEventKind, now: Timestamp) -> NewAuditEvent {
        NewAuditEvent {
            campaign_id: None,
            kind,
            metadata: Metadata::new()
                .pay_to(self.id)
                .word("kind", self.kind.word()),
            timestamp: now,
        }
    }
}

/// The input of `add_pay_to`, as typed.
#[derive(Debug, Clone, Default)]
pub struct NewPayTo {
    /// Its kind.
    pub kind: PayToKind,
    /// The bank or the wallet, 2 to 40 characters; may be absent for a QRIS code.
    pub bank: Option<String>,
    /// 4 to 40 characters of ASCII, with at least 4 letters or digits; may be absent for a QRIS code.
    pub number: Option<String>,
    /// In whose name it is, 2 to 80 characters; may be absent for a QRIS code.
    pub holder: Option<String>,
    /// The payload of a merchant's static QRIS code; must be there for one and for nothing else.
    pub payload: Option<String>,
    /// At most 160 characters.
    pub note: Option<String>,
}

/// The input of `add_pay_to`, within its bounds.
#[derive(Debug, Clone)]
pub struct CheckedPayTo {
    kind: PayToKind,
    bank: Option<String>,
    number: Option<String>,
    holder: Option<String>,
    code: Option<Qris>,
    note: Option<String>,
}

impl NewPayTo {
    /// Checks the input on its own, before any transaction.
    ///
    /// # Errors
    /// [`Error::ValidationFailed`] with every field that is out of bounds.
    pub fn check(self) -> Result<CheckedPayTo, Error> {
        let mut check = Checker::default();
        let is_code = self.kind == PayToKind::Qris;
        let mut take = |field, raw: Option<&str>, length| {
            let raw = raw.filter(|raw| !raw.trim().is_empty());
            let text = field::optional_text(field, raw, length).and_then(|text| match text {
                None if !is_code => Err(wrong(field, Problem::Missing)),
                text => seen(field, text),
            });
            check.take(text).flatten()
        };
        let bank = take("bank", self.bank.as_deref(), &bounds::BANK);
        let number = take("number", self.number.as_deref(), &bounds::ACCOUNT_NUMBER);
        let holder = take("holder", self.holder.as_deref(), &bounds::HOLDER);
        if number.as_deref().is_some_and(|number| !is_number(number)) {
            check.refuse("number", Problem::NotAnAccountNumber);
        }
        let code = check.take(code(self.kind, self.payload.as_deref()));
        let note = field::optional_text("note", self.note.as_deref(), &bounds::NOTE);
        let note = check.take(note).flatten();
        let (kind, code) = (self.kind, code.flatten());
        check.finish()?;
        Ok(CheckedPayTo {
            kind,
            bank,
            number,
            holder,
            code,
            note,
        })
    }
}

impl CheckedPayTo {
    /// Adds the account to so many that are in use.
    ///
    /// # Errors
    /// [`Error::TooManyPayTo`].
    pub fn add(
        self,
        id: PayToId,
        in_use: usize,
        now: Timestamp,
    ) -> Result<(PayTo, NewAuditEvent), Error> {
        if in_use >= MAX_IN_USE {
            return Err(Error::TooManyPayTo { limit: MAX_IN_USE });
        }
        let added = PayTo {
            id,
            kind: self.kind,
            bank: self.bank,
            number: self.number,
            holder: self.holder,
            code: self.code,
            note: self.note,
            created_at: now,
            retired_at: None,
        };
        let event = added.event(AuditEventKind::PayToAdded, now);
        Ok((added, event))
    }
}

const fn wrong(field: &'static str, problem: Problem) -> FieldError {
    FieldError { field, problem }
}

/// What is copied into a bank's form must be all that is seen.
fn seen(field: &'static str, text: Option<String>) -> Result<Option<String>, FieldError> {
    match text.as_deref().and_then(handle::find_hidden) {
        Some(hidden) => Err(wrong(field, Problem::HiddenCharacter(hidden))),
        None => Ok(text),
    }
}

/// Digits and letters with the marks that people group them by; also a telephone's number or a name at a
/// wallet.
fn is_number(text: &str) -> bool {
    let may_be = |c: char| c.is_ascii_alphanumeric() || " .-+@_/".contains(c);
    let counted = text.chars().filter(char::is_ascii_alphanumeric).count();
    text.chars().all(may_be) && counted >= 4
}

/// The code of an account: only a QRIS code has one, and a static one, with room for every amount.
fn code(kind: PayToKind, payload: Option<&str>) -> Result<Option<Qris>, FieldError> {
    let payload = payload.map(str::trim).filter(|payload| !payload.is_empty());
    let refuse = |problem| Err(wrong("payload", problem));
    match (kind, payload) {
        (PayToKind::Qris, None) => refuse(Problem::Missing),
        (PayToKind::Qris, Some(payload)) => {
            let is_usable = |code: Qris| {
                if !code.is_static() {
                    return Err(QrisError::NotStatic);
                }
                code.with_amount(Rupiah::new(qris::MAX_AMOUNT))?;
                Ok(code)
            };
            match Qris::parse(payload).and_then(is_usable) {
                Ok(code) => Ok(Some(code)),
                Err(error) => refuse(Problem::NotQris(error)),
            }
        }
        (_, None) => Ok(None),
        (_, Some(_)) => refuse(Problem::OnlyWith("kind: qris")),
    }
}

#[cfg(test)]
mod tests;
