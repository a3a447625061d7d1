//! An answer as the application makes it: a status, headers and a complete body.
//!
//! Owns how a JSON answer, a created resource, an empty answer and an entity tag look. What every
//! answer has in common (its length, its date, the request's id) is added where it is written.

use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::http::request::Request;

/// An answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Response {
    /// The HTTP status.
    pub(crate) status: u16,
    /// Headers, in the order they are sent.
    pub(crate) headers: Vec<(&'static str, String)>,
    /// The body; empty for none.
    pub(crate) body: Vec<u8>,
    /// The code of the refusal that it is, for counting.
    pub(crate) code: Option<&'static str>,
}

impl Response {
    /// An answer without a body.
    pub(crate) const fn empty(status: u16) -> Self {
        Self {
            status,
            headers: Vec::new(),
            body: Vec::new(),
            code: None,
        }
    }

    /// An answer with a body of a media type.
    pub(crate) fn new(status: u16, media_type: &str, body: Vec<u8>) -> Self {
        let mut response = Self::empty(status);
        response.body = body;
        response.with_header("Content-Type", media_type.to_owned())
    }

    /// A JSON answer with status 200.
    pub(crate) fn json<T: Serialize>(answer: &T) -> Self {
        Self::new(200, "application/json", to_json(answer).into_bytes())
    }

    /// A JSON answer with status 201 that says where the new resource is.
    pub(crate) fn created<T: Serialize>(answer: &T, location: String) -> Self {
        let mut response = Self::json(answer);
        response.status = 201;
        response.with_header("Location", location)
    }

    /// The same with one more header.
    pub(crate) fn with_header(mut self, name: &'static str, value: String) -> Self {
        self.headers.push((name, value));
        self
    }

    /// Whether it has a header, its name spelled as here.
    pub(crate) fn has_header(&self, name: &str) -> bool {
        self.headers.iter().any(|(known, _)| *known == name)
    }

    /// The same with an entity tag made of its body, or 304 when the client has that body already
    /// (RFC 9110, 13.1.2).
    pub(crate) fn with_entity_tag(self, request: &Request, cache: &str) -> Self {
        let tag = entity_tag(&self.body);
        let known = request
            .headers
            .all("if-none-match")
            .any(|condition| matches(condition, &tag));
        let response = if known { Self::empty(304) } else { self };
        response
            .with_header("ETag", tag)
            .with_header("Cache-Control", cache.to_owned())
    }
}

/// Writes an answer as JSON.
pub(crate) fn to_json<T: Serialize>(answer: &T) -> String {
    serde_json::to_string(answer).expect("answers are structs with text keys")
}

/// A strong entity tag: 128 bits of the body's SHA-256.
fn entity_tag(body: &[u8]) -> String {
    let hash: [u8; 32] = Sha256::digest(body).into();
    let digits: String = hash[..16]
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    format!("\"{digits}\"")
}

/// Whether an `If-None-Match` names the tag: `*`, or a list in which weak tags count too. Our tags have
/// no comma and no quote inside, so that a list can be cut at its commas.
fn matches(condition: &str, tag: &str) -> bool {
    condition
        .split(',')
        .map(str::trim)
        .any(|known| known == "*" || known.strip_prefix("W/").unwrap_or(known) == tag)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_condition_names_a_tag_in_every_way_it_may() {
        let tag = entity_tag(b"{}");
        assert_eq!(tag, "\"44136fa355b3678a1146ad16f7e8649e\"");
        for (condition, expected) in [
            (tag.clone(), true),
            (format!("W/{tag}"), true),
            (format!("\"other\", W/{tag} ,\"more\""), true),
            ("*".to_owned(), true),
            ("\"other\"".to_owned(), false),
            (tag.replace('"', ""), false),
            (String::new(), false),
        ] {
            assert_eq!(matches(&condition, &tag), expected, "{condition}");
        }
    }
}
