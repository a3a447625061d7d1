//! The fields of a payload: a tag of two digits, a length of two digits, a value of so many characters.
//!
//! Lengths count characters, as EMVCo's own example in two scripts shows; the checksum is over the bytes of
//! UTF-8.

use std::fmt::Write as _;

use crc::{CRC_16_IBM_3740, Crc};

use crate::domain::qris::{QrisError, tag};

/// ISO/IEC 13239 with the polynomial 1021 and the initial value FFFF (EMVCo, 4.7.3).
const CHECKSUM: Crc<u16> = Crc::<u16>::new(&CRC_16_IBM_3740);

/// The longest value.
const MAX_LENGTH: usize = 99;

/// Fields in the order of their payload, each tag once.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Fields(Vec<(u8, String)>);

impl Fields {
    /// Reads a payload whose first field is 00 and whose last is the checksum, and leaves that out.
    ///
    /// # Errors
    /// The first thing that is wrong.
    pub(super) fn read_checked(payload: &str) -> Result<Self, QrisError> {
        if payload.chars().any(is_control) {
            return Err(QrisError::ControlCharacter);
        }
        if !payload.starts_with("00") {
            return Err(QrisError::OtherVersion);
        }
        let mut fields = Self::read(payload)?;
        let Some((tag::CHECKSUM, stored)) = fields.0.pop() else {
            return Err(QrisError::NoChecksum);
        };
        let covered = payload.strip_suffix(stored.as_str()).unwrap_or_default();
        let expected = CHECKSUM.checksum(covered.as_bytes());
        if stored.len() != 4 || !stored.eq_ignore_ascii_case(&format!("{expected:04X}")) {
            return Err(QrisError::WrongChecksum { expected });
        }
        Ok(fields)
    }

    /// Reads fields to the end of the text.
    fn read(text: &str) -> Result<Self, QrisError> {
        let mut fields = Self::default();
        let (mut rest, mut at) = (text, 1);
        while !rest.is_empty() {
            let Some((tag, length)) = head(rest) else {
                return Err(QrisError::NotAField { at });
            };
            let body = &rest[4..];
            if length == 0 {
                return Err(QrisError::EmptyField { tag });
            }
            if body.chars().take(length).count() < length {
                return Err(QrisError::CutShort { tag });
            }
            let end = body
                .char_indices()
                .nth(length)
                .map_or(body.len(), |(end, _)| end);
            if fields.get(tag).is_some() {
                return Err(QrisError::Repeated { tag });
            }
            fields.push(tag, &body[..end]);
            rest = &body[end..];
            at += 4 + length;
        }
        Ok(fields)
    }

    /// The value of a field.
    pub(super) fn get(&self, tag: u8) -> Option<&str> {
        let found = self.0.iter().find(|(known, _)| *known == tag);
        found.map(|(_, value)| value.as_str())
    }

    /// The fields in their order.
    pub(super) fn iter(&self) -> impl Iterator<Item = (u8, &str)> {
        self.0.iter().map(|(tag, value)| (*tag, value.as_str()))
    }

    /// Adds a field at the end.
    pub(super) fn push(&mut self, tag: u8, value: &str) {
        debug_assert!((1..=MAX_LENGTH).contains(&value.chars().count()));
        self.0.push((tag, value.to_owned()));
    }

    /// Writes a payload: the fields, and the checksum over them and its own tag and length.
    pub(super) fn write_checked(&self) -> String {
        let mut payload = String::new();
        for (tag, value) in self.iter() {
            let length = value.chars().count();
            // Writing to a String does not fail.
            let _ = write!(payload, "{tag:02}{length:02}{value}");
        }
        let _ = write!(payload, "{:02}04", tag::CHECKSUM);
        let checksum = CHECKSUM.checksum(payload.as_bytes());
        let _ = write!(payload, "{checksum:04X}");
        payload
    }
}

/// The value of a field inside a template that begins with this globally unique identifier. A template
/// belongs to its network: one that is written in another way has no such field, and is no mistake.
pub(super) fn inner(template: &str, identifier: &str, tag: u8) -> Option<String> {
    let fields = Fields::read(template).ok()?;
    let is_theirs = fields.get(0)?.eq_ignore_ascii_case(identifier);
    let value = fields.get(tag).filter(|_| is_theirs);
    value.map(str::to_owned)
}

/// The tag and the length at the beginning of a field.
fn head(text: &str) -> Option<(u8, usize)> {
    let digits: &[u8; 4] = text.as_bytes().first_chunk()?;
    if !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let [a, b, c, d] = digits.map(|digit| digit - b'0');
    Some((10 * a + b, usize::from(10 * c + d)))
}

fn is_control(character: char) -> bool {
    character.is_control() || matches!(character, '\u{2028}' | '\u{2029}')
}
