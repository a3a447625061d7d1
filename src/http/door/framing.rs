//! Where the body of a request ends (RFC 9112 section 6).
//!
//! Owns: `Content-Length` and `Transfer-Encoding`, each in exactly one form. This is where requests
//! are smuggled, so nothing is repaired here.

use super::refusal::Refusal;
use super::vet::{Field, Version, values};

/// How the body of a request is delimited.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum BodyPlan {
    /// This many bytes, none when 0. Within the body limit.
    Length(usize),
    /// Chunks up to the empty one.
    Chunked,
}

/// Reads the framing headers; a length over `body_limit` is refused before a byte of the body.
pub(super) fn body_plan(
    fields: &[Field<'_>],
    version: Version,
    body_limit: usize,
) -> Result<BodyPlan, Refusal> {
    let mut encodings = values(fields, "Transfer-Encoding");
    let mut lengths = values(fields, "Content-Length");
    match (encodings.next(), lengths.next()) {
        (None, None) => Ok(BodyPlan::Length(0)),
        (None, Some(_)) if lengths.next().is_some() => Err(Refusal::LengthRepeated),
        (None, Some(value)) => length(value, body_limit),
        (Some(_), _) if version == Version::Http10 => Err(Refusal::EncodingOnOldVersion),
        (Some(_), Some(_)) => Err(Refusal::LengthWithEncoding),
        (Some(value), None) => chunked(value, encodings),
    }
}

fn length(value: &[u8], body_limit: usize) -> Result<BodyPlan, Refusal> {
    if value.is_empty() || !value.iter().all(u8::is_ascii_digit) {
        return Err(Refusal::LengthMalformed);
    }
    // Saturates: what does not fit is over any limit.
    let length = value.iter().fold(0_usize, |sum, digit| {
        sum.saturating_mul(10)
            .saturating_add(usize::from(digit - b'0'))
    });
    if length > body_limit {
        return Err(Refusal::BodyTooLarge);
    }
    Ok(BodyPlan::Length(length))
}

/// Exactly one field with exactly the word `chunked`. Other codings are not implemented (501); a
/// list that only repeats or loses the word is malformed (400).
fn chunked<'f>(first: &'f [u8], rest: impl Iterator<Item = &'f [u8]>) -> Result<BodyPlan, Refusal> {
    let known = |value: &[u8]| value.eq_ignore_ascii_case(b"chunked");
    let mut rest = rest.peekable();
    if known(first) && rest.peek().is_none() {
        return Ok(BodyPlan::Chunked);
    }
    let foreign = std::iter::once(first)
        .chain(rest)
        .flat_map(|value| value.split(|byte| *byte == b','))
        .map(<[u8]>::trim_ascii)
        .any(|coding| !coding.is_empty() && !known(coding));
    Err(if foreign {
        Refusal::EncodingUnsupported
    } else {
        Refusal::EncodingMalformed
    })
}
