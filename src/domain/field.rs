//! Bounds of what people type, checked once at the edge.

use std::ops::RangeInclusive;

use chrono::{DateTime, Utc};

use crate::domain::error::Error;
use crate::domain::handle;
use crate::domain::id::UserId;
use crate::domain::money::Rupiah;
use crate::domain::qris::QrisError;
use crate::domain::slots::Slots;
use crate::domain::time::Timestamp;

/// What is wrong with one field of an input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldError {
    /// The field's name, as the input spells it.
    pub field: &'static str,
    /// What is wrong.
    pub problem: Problem,
}

/// Why a field was refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Problem {
    /// The field must be there.
    Missing,
    /// The field has another type than this one.
    WrongType(Expected),
    /// Fewer characters than this, after trimming.
    TooShort(usize),
    /// More characters than this, after trimming.
    TooLong(usize),
    /// A control character (a line break of any kind, a tab, …) that the field may not have.
    ControlCharacter,
    /// A character that nobody sees, or one that turns the direction of writing, in a handle.
    HiddenCharacter(char),
    /// A number outside these bounds, both included.
    OutOfRange(i64, i64),
    /// Not a time as RFC 3339 writes it, in the years 1970 to 9999.
    NotATime,
    /// Not a day of the last year.
    NotADay,
    /// Not an id.
    NotAnId,
    /// Not the address of a receiver: `http://` or `https://`, a host, perhaps a port, a path, a query.
    NotAUrl,
    /// The address of a receiver where nothing is ever sent: link-local, metadata, no single host's.
    NeverSentTo,
    /// The address of a receiver on this machine or in its own network, where that is not allowed.
    PrivateAddress,
    /// Not a number of an account: other characters than such a number has, or too few of them.
    NotAnAccountNumber,
    /// Not the payload of a QRIS code that can be paid to.
    NotQris(QrisError),
    /// Not an account that is in use.
    NotAnAccountInUse,
    /// Must come before the deadline.
    NotBeforeDeadline,
    /// Not one of these words.
    NotOneOf(&'static [&'static str]),
    /// Has a meaning only together with this.
    OnlyWith(&'static str),
    /// Cannot be changed any more: people have agreed to it by joining.
    Fixed,
    /// Was erased, so that nobody knows it any more.
    Erased,
    /// Has other characters than letters, digits, `-` and `_`.
    NotACode,
    /// Not the secret link of a participation in the campaign.
    NotASecretLink,
}

/// The type that a field should have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expected {
    /// A string.
    Text,
    /// A whole number.
    Integer,
    /// `true` or `false`.
    Boolean,
    /// An array of strings.
    Texts,
}

/// Bounds of the fields of DESIGN's HTTP contract, in characters.
pub mod bounds {
    use std::ops::RangeInclusive;

    /// A product's name.
    pub const NAME: RangeInclusive<usize> = 3..=200;
    /// A product's description.
    pub const DESCRIPTION: RangeInclusive<usize> = 0..=2000;
    /// A campaign's title.
    pub const TITLE: RangeInclusive<usize> = 3..=120;
    /// A shipping address.
    pub const SHIPPING_ADDRESS: RangeInclusive<usize> = 5..=240;
    /// A note to the organiser.
    pub const NOTE: RangeInclusive<usize> = 0..=160;
    /// A reason for cancelling.
    pub const REASON: RangeInclusive<usize> = 0..=160;
    /// A reference of a transfer.
    pub const REFERENCE: RangeInclusive<usize> = 0..=120;
    /// A payout account.
    pub const PAYOUT_ACCOUNT: RangeInclusive<usize> = 5..=120;
    /// A bank or a wallet.
    pub const BANK: RangeInclusive<usize> = 2..=40;
    /// A number of an account.
    pub const ACCOUNT_NUMBER: RangeInclusive<usize> = 4..=40;
    /// In whose name an account is.
    pub const HOLDER: RangeInclusive<usize> = 2..=80;
    /// A user id.
    pub const USER_ID: RangeInclusive<usize> = 1..=64;
}

/// Gathers the errors of several fields, so that a person hears of all at once.
#[derive(Debug, Default)]
pub struct Checker {
    errors: Vec<FieldError>,
}

impl Checker {
    /// Keeps the value, or notes the error.
    pub fn take<T>(&mut self, result: Result<T, FieldError>) -> Option<T> {
        result.map_err(|error| self.errors.push(error)).ok()
    }

    /// Notes an error.
    pub fn refuse(&mut self, field: &'static str, problem: Problem) {
        self.errors.push(FieldError { field, problem });
    }

    /// All errors noted so far, as one refusal.
    #[must_use]
    pub fn into_error(self) -> Error {
        Error::ValidationFailed(self.errors)
    }

    /// Goes on when nothing was noted.
    ///
    /// # Errors
    /// All errors noted so far.
    pub fn finish(self) -> Result<(), Error> {
        if self.errors.is_empty() {
            Ok(())
        } else {
            Err(self.into_error())
        }
    }
}

/// Trims a text and checks its length (in characters) and that it has no control characters.
///
/// Unicode's line and paragraph separators count as such: they could fake a line of a summary. What only
/// turns the direction of writing is let through, as right-to-left scripts need it: whoever shows a text
/// isolates it.
///
/// # Errors
/// The first thing that is wrong with it.
pub fn text(
    field: &'static str,
    raw: &str,
    length: &RangeInclusive<usize>,
) -> Result<String, FieldError> {
    let refuse = |problem| Err(FieldError { field, problem });
    let trimmed = raw.trim();
    // Counting stops at the bound, whatever the size of the input.
    let count = trimmed.chars().take(length.end() + 1).count();
    if count > *length.end() {
        return refuse(Problem::TooLong(*length.end()));
    }
    if count < *length.start() {
        return refuse(Problem::TooShort(*length.start()));
    }
    if trimmed.chars().any(is_control) {
        return refuse(Problem::ControlCharacter);
    }
    Ok(trimmed.to_owned())
}

fn is_control(character: char) -> bool {
    character.is_control() || matches!(character, '\u{2028}' | '\u{2029}')
}

/// As [`text`], for a field that may be absent; an empty one counts as absent.
///
/// # Errors
/// The first thing that is wrong with it.
pub fn optional_text(
    field: &'static str,
    raw: Option<&str>,
    length: &RangeInclusive<usize>,
) -> Result<Option<String>, FieldError> {
    let text = raw.map(|raw| text(field, raw, length)).transpose()?;
    Ok(text.filter(|text| !text.is_empty()))
}

/// Checks a user id that somebody asks about. It may be one of before that [`new_user_id`] would refuse.
///
/// # Errors
/// The first thing that is wrong with it.
pub fn user_id(raw: &str) -> Result<UserId, FieldError> {
    text("user_id", raw, &bounds::USER_ID).map(UserId::trusted)
}

/// Checks the user id of somebody who joins: it shows all that it has.
///
/// # Errors
/// The first thing that is wrong with it.
pub fn new_user_id(raw: &str) -> Result<UserId, FieldError> {
    let user = user_id(raw)?;
    match handle::find_hidden(user.as_str()) {
        None => Ok(user),
        Some(hidden) => Err(FieldError {
            field: "user_id",
            problem: Problem::HiddenCharacter(hidden),
        }),
    }
}

/// Checks a number of slots, 1 to a million.
///
/// # Errors
/// [`Problem::OutOfRange`].
pub fn slots(field: &'static str, raw: i64) -> Result<Slots, FieldError> {
    u32::try_from(raw)
        .ok()
        .map(Slots::new)
        .filter(|slots| (Slots::new(1)..=Slots::MAX).contains(slots))
        .ok_or(FieldError {
            field,
            problem: Problem::OutOfRange(1, i64::from(Slots::MAX.get())),
        })
}

/// Checks a price in rupiah, 1 to 10^12.
///
/// # Errors
/// [`Problem::OutOfRange`].
pub fn price(field: &'static str, raw: i64) -> Result<Rupiah, FieldError> {
    if (1..=Rupiah::MAX_PRICE).contains(&raw) {
        Ok(Rupiah::new(raw))
    } else {
        Err(FieldError {
            field,
            problem: Problem::OutOfRange(1, Rupiah::MAX_PRICE),
        })
    }
}

/// Checks a time.
///
/// # Errors
/// [`Problem::NotATime`] outside the years 1970 to 9999.
pub fn time(field: &'static str, raw: DateTime<Utc>) -> Result<Timestamp, FieldError> {
    Timestamp::new(raw).map_err(|_| FieldError {
        field,
        problem: Problem::NotATime,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_counted_in_characters_after_trimming() {
        let title = |raw: &str| text("title", raw, &bounds::TITLE).map_err(|error| error.problem);
        assert_eq!(title("  Rimba Embun  ").as_deref(), Ok("Rimba Embun"));
        assert_eq!(title(" ab "), Err(Problem::TooShort(3)));
        assert_eq!(
            title("é".repeat(120).as_str()).map(|text| text.len()),
            Ok(240)
        );
        assert_eq!(title(&"é".repeat(121)), Err(Problem::TooLong(120)));
    }

    #[test]
    fn no_text_can_break_its_line() {
        for (raw, fits) in [
            ("a\nbc", false),
            ("a\rbc", false),
            ("a\tbc", false),
            ("a\u{0}bc", false),
            ("a\u{b}bc", false),
            ("a\u{c}bc", false),
            ("a\u{7f}bc", false),
            ("a\u{85}bc", false),
            ("a\u{2028}bc", false),
            ("a\u{2029}bc", false),
            ("a\u{200f}bc", true),
            ("a\u{202e}bc", true),
            ("a\u{2067}bc", true),
            ("عطر الورد", true),
        ] {
            let title = text("title", raw, &bounds::TITLE).map_err(|error| error.problem);
            let expected = if fits {
                Ok(raw.to_owned())
            } else {
                Err(Problem::ControlCharacter)
            };
            assert_eq!(title, expected, "{}", raw.escape_unicode());
        }
    }

    #[test]
    fn numbers_outside_their_bounds_are_refused() {
        for raw in [i64::MIN, -1, 0, 1_000_001, i64::MAX] {
            assert!(slots("quantity", raw).is_err(), "{raw}");
        }
        assert_eq!(slots("quantity", 1_000_000), Ok(Slots::MAX));
        for raw in [i64::MIN, 0, 1_000_000_000_001] {
            assert!(price("price_per_slot", raw).is_err(), "{raw}");
        }
        assert_eq!(price("price_per_slot", 1), Ok(Rupiah::new(1)));
    }
}
