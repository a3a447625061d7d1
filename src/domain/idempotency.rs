//! Idempotency keys: the same request sent again gets the same answer and changes nothing.
//!
//! Source: DESIGN §6 and the IETF draft "The Idempotency-Key HTTP Header Field".

use chrono::TimeDelta;
use sha2::{Digest, Sha256};

use crate::domain::time::Timestamp;

/// A key that a client chose: 1 to 255 visible ASCII characters.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct IdempotencyKey {
    text: String,
    /// Who used it; empty when that does not matter.
    caller: String,
}

/// A key with so much room can't be guessed: whoever has it is who chose it, or was given it by them.
const ENOUGH_BITS: f64 = 128.0;
/// A key with fewer different characters was not chosen at random, however long it is.
const FEWEST_CHARACTERS: usize = 8;

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
            Ok(Self {
                text: key,
                caller: String::new(),
            })
        } else {
            Err(InvalidIdempotencyKey)
        }
    }

    /// The key itself.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The same key as this caller uses it. `caller` is a pseudonym of 32 characters. With a key that could be
    /// guessed, somebody else may have used it before, and that must not be in this caller's way; one that could
    /// not be guessed is its own proof.
    #[must_use]
    pub fn used_by(mut self, caller: String) -> Self {
        if !self.proves_its_caller() {
            self.caller = caller;
        }
        self
    }

    /// Who uses it; empty when that does not matter.
    #[must_use]
    pub(crate) fn caller(&self) -> &str {
        &self.caller
    }

    /// Whether the key has at least 128 bits of room, so that nobody guesses it: its length times the bits of a
    /// character of its alphabet. Of hexadecimal digits each has 4 bits and what separates them none, so that a
    /// UUID has 128: of these a random one has chosen 122, which nobody guesses either. How a key was made does
    /// not show, so this is the most that it can have; a key of fewer than eight different characters has none.
    #[must_use]
    pub fn proves_its_caller(&self) -> bool {
        let bytes = self.text.bytes();
        let different: std::collections::HashSet<u8> = bytes.clone().collect();
        if different.len() < FEWEST_CHARACTERS {
            return false;
        }
        let is_separator = |byte: &u8| b"-_:.{}".contains(byte);
        let digits = bytes.clone().filter(|byte| !is_separator(byte));
        let (length, alphabet) = if digits.clone().all(|byte| byte.is_ascii_hexdigit()) {
            (digits.count(), 16.0)
        } else {
            let has = |kind: fn(&u8) -> bool, size: f64| {
                if different.iter().any(kind) {
                    size
                } else {
                    0.0
                }
            };
            let alphabet = has(u8::is_ascii_lowercase, 26.0)
                + has(u8::is_ascii_uppercase, 26.0)
                + has(u8::is_ascii_digit, 10.0)
                + has(|byte| b"-_".contains(byte), 2.0)
                + has(
                    |byte| byte.is_ascii_punctuation() && !b"-_".contains(byte),
                    30.0,
                );
            (self.text.len(), alphabet)
        };
        // At most 255.
        u8::try_from(length)
            .is_ok_and(|length| f64::from(length) * f64::log2(alphabet) >= ENOUGH_BITS)
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

/// How long a refusal is kept at the most: a campaign may run for years, and anybody can be refused by it any
/// number of times.
pub const LONGEST_REFUSAL: TimeDelta = TimeDelta::days(7);

/// The most refusals of one campaign that are kept; one more ends the oldest.
pub const MOST_REFUSALS: i64 = 10_000;

/// Until when an answer given now must be kept; `end` is when its campaign has ended or its deadline. When it ends
/// earlier, an answer is kept for [`RETENTION`] from then at the most.
#[must_use]
pub fn expires_at(answer: &StoredAnswer, end: Timestamp, now: Timestamp) -> Timestamp {
    let whole = end.max(now).saturating_add(RETENTION);
    if answer.status == StoredAnswer::JOINED {
        whole
    } else {
        whole.min(now.saturating_add(LONGEST_REFUSAL))
    }
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
    fn a_key_proves_its_caller_when_it_could_not_be_guessed() {
        for (text, proves) in [
            ("8e03978e-40d5-43e8-bc93-6894a57f9324", true),
            ("8E03978E40D543E8BC936894A57F9324", true),
            ("0199a2b0-1c2d-7e3f-8a4b-5c6d7e8f9a0b", true),
            ("urn:uuid:8e03978e-40d5-43e8-bc93-6894a57f9324", true),
            // 16 and 20 random bytes as base64url, and a word of many.
            ("q5Zb1K-7mZ_0aVd3Xr9TnQ", true),
            ("mF_9.B5f-4.1JqMkdlslkdhgUIOI1", true),
            ("correct-horse-battery-staple-and-more", true),
            ("k", false),
            ("key-1", false),
            ("order-20251001-000001", false),
            ("8e03978e-40d5-43e8", false),
            ("8e03978e-40d5-43e8-bc93-6894a57f932", false),
            ("00000000-0000-0000-0000-000000000000", false),
            ("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", false),
            ("1234567890123456789012345678901", false),
        ] {
            let key = IdempotencyKey::parse(text).unwrap();
            assert_eq!(key.proves_its_caller(), proves, "{text}");
            let caller = key.used_by("c".repeat(32));
            assert_eq!(caller.caller().is_empty(), proves, "{text}");
        }
    }

    #[test]
    fn a_refusal_is_kept_for_a_week_at_the_most() {
        let at = |text: &str| -> Timestamp { text.parse().unwrap() };
        let answer = |status| StoredAnswer {
            status,
            body: String::new(),
        };
        let now = at("2025-10-01T00:00:00Z");
        for (status, end, expires) in [
            (201, "2099-01-01T00:00:00Z", "2099-01-02T00:00:00Z"),
            (409, "2099-01-01T00:00:00Z", "2025-10-08T00:00:00Z"),
            (409, "2025-10-03T00:00:00Z", "2025-10-04T00:00:00Z"),
            (409, "2025-09-01T00:00:00Z", "2025-10-02T00:00:00Z"),
            (201, "2025-09-01T00:00:00Z", "2025-10-02T00:00:00Z"),
        ] {
            let found = expires_at(&answer(status), at(end), now);
            assert_eq!(found, at(expires), "{status} {end}");
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
