//! Seals: what the log says of texts that must not stand in it.
//!
//! A seal is a digest of all texts of a row, made with a random salt that stands beside them. The event that
//! set them carries the seal, so that a text which was changed behind the program's back no longer fits. The
//! salt is erased with the texts: what is left in the log can then be tried against no guess.
//!
//! A new text of a row: name it in the row's `texts()`, and have the event that sets it carry the row's new
//! seal. A number, a time or a word needs none: the event tells it as it is.

use std::cell::RefCell;
use std::fmt;

use sha2::{Digest, Sha256};

const SALT_BYTES: usize = 16;
/// Nobody finds other texts to a seal of 128 bits.
const SEAL_BYTES: usize = 16;
/// So much randomness is asked for at once: asking the system costs more than a seal.
const BUFFER_BYTES: usize = 64 * SALT_BYTES;

/// The texts of a row by their names; those that are not there are left out, so that a column that is new
/// leaves older seals as they are.
pub type Texts<'a> = &'a [(&'static str, Option<&'a str>)];

/// 128 random bits that stand beside the texts of one row.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Salt([u8; SALT_BYTES]);

/// The digest of a row's texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Seal([u8; SEAL_BYTES]);

/// The system gave no random bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no random bytes: {0}")]
pub struct NoRandomness(pub(crate) getrandom::Error);

struct Buffer {
    bytes: [u8; BUFFER_BYTES],
    used: usize,
}

thread_local! {
    static RANDOM: RefCell<Buffer> = const {
        RefCell::new(Buffer { bytes: [0; BUFFER_BYTES], used: BUFFER_BYTES })
    };
}

impl Salt {
    /// The length in bytes.
    pub const BYTES: usize = SALT_BYTES;

    /// A new salt.
    ///
    /// # Errors
    /// [`NoRandomness`].
    pub fn random() -> Result<Self, NoRandomness> {
        RANDOM.with_borrow_mut(|buffer| {
            if buffer.used == BUFFER_BYTES {
                getrandom::fill(&mut buffer.bytes).map_err(NoRandomness)?;
                buffer.used = 0;
            }
            let mut salt = [0; SALT_BYTES];
            let from = buffer.used..buffer.used + SALT_BYTES;
            buffer.used = from.end;
            let bytes = &mut buffer.bytes[from];
            salt.copy_from_slice(bytes);
            // What was given out is given out once.
            bytes.fill(0);
            Ok(Self(salt))
        })
    }

    /// The salt with these bytes.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; SALT_BYTES]) -> Self {
        Self(bytes)
    }

    /// The bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; SALT_BYTES] {
        &self.0
    }

    /// The seal of texts.
    #[must_use]
    pub fn seal(&self, texts: Texts<'_>) -> Seal {
        let mut hash = Sha256::new();
        hash.update(self.0);
        for (name, text) in texts {
            let Some(text) = text else { continue };
            for part in [*name, *text] {
                // The length keeps ("a", "bc") and ("ab", "c") apart.
                hash.update((part.len() as u64).to_be_bytes());
                hash.update(part);
            }
        }
        let digest: [u8; 32] = hash.finalize().into();
        let mut seal = [0; SEAL_BYTES];
        seal.copy_from_slice(&digest[..SEAL_BYTES]);
        Seal(seal)
    }
}

impl fmt::Debug for Salt {
    /// Shows nothing of the salt.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Salt(…)")
    }
}

impl Seal {
    /// Reads what [`fmt::Display`] writes.
    #[must_use]
    pub fn from_text(text: &str) -> Option<Self> {
        let mut seal = [0; SEAL_BYTES];
        if text.len() != 2 * SEAL_BYTES || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return None;
        }
        for (index, byte) in seal.iter_mut().enumerate() {
            *byte = u8::from_str_radix(text.get(2 * index..2 * index + 2)?, 16).ok()?;
        }
        Some(Self(seal))
    }
}

impl fmt::Display for Seal {
    /// 32 lower-case hexadecimal digits.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        let mut text = [0; 2 * SEAL_BYTES];
        for (pair, byte) in text.chunks_exact_mut(2).zip(self.0) {
            pair[0] = DIGITS[usize::from(byte >> 4)];
            pair[1] = DIGITS[usize::from(byte & 15)];
        }
        f.write_str(std::str::from_utf8(&text).unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seal_depends_on_the_salt_and_on_every_text_its_name_and_its_borders() {
        let salt = Salt::from_bytes([7; 16]);
        let texts = [
            ("user_id", Some("arum")),
            ("note", Some("ab")),
            ("more", None),
        ];
        let seal = salt.seal(&texts);
        assert_eq!(seal, salt.seal(&texts));
        assert_eq!(
            seal,
            salt.seal(&texts[..2]),
            "what is not there says nothing"
        );
        assert_ne!(seal, Salt::from_bytes([8; 16]).seal(&texts));
        for other in [
            [("user_id", Some("arum ")), ("note", Some("ab"))],
            [("user_id", Some("arum")), ("note", None)],
            [("user_id", Some("arum")), ("note", Some(""))],
            [("user_id", Some("arum")), ("shipping_address", Some("ab"))],
            [("user_id", Some("aruma")), ("note", Some("b"))],
        ] {
            assert_ne!(seal, salt.seal(&other), "{other:?}");
        }
        assert_eq!(Seal::from_text(&seal.to_string()), Some(seal));
        assert_eq!(Seal::from_text(&seal.to_string()[1..]), None);
        assert!(!format!("{salt:?}").contains('7'));
    }

    #[test]
    fn no_two_salts_are_the_same() {
        let salts: std::collections::HashSet<_> = (0..500)
            .map(|_| *Salt::random().unwrap().as_bytes())
            .collect();
        assert_eq!(salts.len(), 500);
    }
}
