//! Idempotency keys: the same request sent again gets the same answer and changes nothing.
//!
//! Source: DESIGN §6 and the IETF draft "The Idempotency-Key HTTP Header Field".

use chrono::TimeDelta;
use sha2::{Digest, Sha256};

use crate::domain::time::Timestamp;

/// A key that a client chose: 1 to 255 visible ASCII characters.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct IdempotencyKey(String);

/// The text is not a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an idempotency key has 1 to 255 visible ASCII characters")]
pub struct InvalidIdempotencyKey;

impl IdempotencyKey {
    /// The longest key.
    pub const MAX_LENGTH: usize = 255;

    /// Reads a key, bare or as an RFC 8941 string: `abc` and `"abc"` are the same key.
    ///
    /// # Errors
    /// [`InvalidIdempotencyKey`] when it is empty, too long, or has other characters.
    pub fn parse(text: &str) -> Result<Self, InvalidIdempotencyKey> {
        let key = match text.strip_prefix('"') {
            Some(quoted) => unquote(quoted)?,
            None => text.to_owned(),
        };
        let fits = (1..=Self::MAX_LENGTH).contains(&key.len());
        if fits && key.bytes().all(|byte| byte.is_ascii_graphic()) {
            Ok(Self(key))
        } else {
            Err(InvalidIdempotencyKey)
        }
    }

    /// The key itself.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Reads the rest of an RFC 8941 string after its opening quote.
fn unquote(quoted: &str) -> Result<String, InvalidIdempotencyKey> {
    let mut key = String::with_capacity(quoted.len());
    let mut characters = quoted.chars();
    loop {
        match characters.next() {
            Some('"') if characters.as_str().is_empty() => return Ok(key),
            Some('\\') => match characters.next() {
                Some(escaped @ ('"' | '\\')) => key.push(escaped),
                _ => return Err(InvalidIdempotencyKey),
            },
            Some('"') | None => return Err(InvalidIdempotencyKey),
            Some(plain) => key.push(plain),
        }
    }
}

/// SHA-256 of a request: tells whether a key is used again for the same one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fingerprint([u8; 32]);

impl Fingerprint {
    /// The fingerprint of a request, from its method, path and canonical JSON.
    #[must_use]
    pub fn of(method: &str, path: &str, canonical_json: &str) -> Self {
        let mut hash = Sha256::new();
        for part in [method, path, canonical_json] {
            // The length keeps ("a", "bc") and ("ab", "c") apart.
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part);
        }
        Self(hash.finalize().into())
    }

    /// The bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

/// An answer that was given and will be given again, byte for byte.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredAnswer {
    /// The HTTP status: 201 or 409.
    pub status: u16,
    /// The body.
    pub body: String,
}

impl StoredAnswer {
    /// The status of a join that took its slots.
    pub const JOINED: u16 = 201;
}

/// The answer of a request with an idempotency key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OnceAnswer {
    /// What was answered the first time.
    pub answer: StoredAnswer,
    /// Whether that was an earlier time.
    pub replayed: bool,
}

/// How long an answer is kept after the campaign's end, and at least.
pub const RETENTION: TimeDelta = TimeDelta::hours(24);

/// Until when an answer given now must be kept.
#[must_use]
pub fn expires_at(deadline: Timestamp, now: Timestamp) -> Timestamp {
    deadline.max(now).saturating_add(RETENTION)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_bare_or_quoted() {
        let long = "k".repeat(255);
        for (text, key) in [
            ("abc", "abc"),
            ("\"abc\"", "abc"),
            (r#""a\"b\\c""#, r#"a"b\c"#),
            (long.as_str(), long.as_str()),
            ("a\"b", "a\"b"),
        ] {
            assert_eq!(IdempotencyKey::parse(text).unwrap().as_str(), key);
        }
        let too_long = "k".repeat(256);
        for text in [
            "", "\"\"", "a b", "\"a b\"", "\"abc", "\"a\"b\"", "\"a\\x\"", "kué", "\u{7f}",
            &too_long,
        ] {
            assert!(IdempotencyKey::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_fingerprint_depends_on_every_part_and_its_borders() {
        let reference = Fingerprint::of("POST", "/a", "{}");
        assert_eq!(reference, Fingerprint::of("POST", "/a", "{}"));
        for other in [
            Fingerprint::of("PUT", "/a", "{}"),
            Fingerprint::of("POST", "/b", "{}"),
            Fingerprint::of("POST", "/a", "[]"),
            Fingerprint::of("POST/", "a", "{}"),
        ] {
            assert_ne!(reference, other);
        }
    }
}
