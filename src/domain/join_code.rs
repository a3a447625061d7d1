//! Join codes: the word that a join of a campaign has to bring, so that only those can join who were given the
//! link.
//!
//! Owns what a code is and how one is compared. Never shows one by accident: it has no text but for whoever asks
//! for it by name.

use std::fmt;

use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::domain::error::Error;
use crate::domain::field::{FieldError, Problem};

/// Letters, digits, `-` and `_`, 6 to 64 of them: nothing that a link would have to encode.
#[derive(Clone)]
pub struct JoinCode(String);

impl JoinCode {
    /// The shortest and the longest.
    pub const LENGTH: std::ops::RangeInclusive<usize> = 6..=64;

    /// Reads a code.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(field: &'static str, text: &str) -> Result<Self, FieldError> {
        let text = text.trim();
        let problem = if text.len() < *Self::LENGTH.start() {
            Problem::TooShort(*Self::LENGTH.start())
        } else if text.len() > *Self::LENGTH.end() {
            Problem::TooLong(*Self::LENGTH.end())
        } else if text.bytes().all(is_plain) {
            return Ok(Self(text.to_owned()));
        } else {
            Problem::NotACode
        };
        Err(FieldError { field, problem })
    }

    /// Wraps a code that stands in the file.
    pub(crate) const fn trusted(text: String) -> Self {
        Self(text)
    }

    /// The code, for the organiser.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// Whether a text is this code. Takes the same time whatever the difference.
    #[must_use]
    pub fn is(&self, text: &str) -> bool {
        let digest = |text: &str| Sha256::digest(text.as_bytes());
        digest(&self.0).ct_eq(&digest(text.trim())).into()
    }

    /// Asks that a join brings the code of its campaign, where there is one.
    ///
    /// # Errors
    /// [`Error::JoinCodeRequired`] without any, [`Error::JoinCodeInvalid`] for another.
    pub fn check(code: Option<&Self>, brought: Option<&str>) -> Result<(), Error> {
        match (code, brought.filter(|text| !text.trim().is_empty())) {
            (None, _) => Ok(()),
            (Some(_), None) => Err(Error::JoinCodeRequired),
            (Some(code), Some(text)) if code.is(text) => Ok(()),
            (Some(_), Some(_)) => Err(Error::JoinCodeInvalid),
        }
    }
}

const fn is_plain(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')
}

impl PartialEq for JoinCode {
    fn eq(&self, other: &Self) -> bool {
        self.is(&other.0)
    }
}

impl Eq for JoinCode {}

impl fmt::Debug for JoinCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JoinCode(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_what_a_link_can_carry_and_tells_itself_to_nobody() {
        for (text, fits) in [
            ("melati-2025", true),
            ("  Kode_7 ", true),
            ("abcdef", true),
            ("abcde", false),
            ("kode rahasia", false),
            ("rahasiaé", false),
            ("kode&x=1", false),
        ] {
            assert_eq!(JoinCode::parse("join_code", text).is_ok(), fits, "{text}");
        }
        assert!(JoinCode::parse("join_code", &"x".repeat(64)).is_ok());
        assert!(JoinCode::parse("join_code", &"x".repeat(65)).is_err());
        let code = JoinCode::parse("join_code", "melati-2025").unwrap();
        assert_eq!(format!("{code:?}"), "JoinCode(…)");
        let check = |brought| JoinCode::check(Some(&code), brought);
        assert_eq!(check(Some(" melati-2025 ")), Ok(()));
        for wrong in ["melati-2026", "Melati-2025", "melati-202", "x"] {
            assert_eq!(check(Some(wrong)), Err(Error::JoinCodeInvalid), "{wrong}");
        }
        for none in [None, Some(""), Some("  ")] {
            assert_eq!(check(none), Err(Error::JoinCodeRequired));
        }
        assert_eq!(JoinCode::check(None, Some("x")), Ok(()));
    }
}
