//! The bytes of an answer.
//!
//! An answer is written by us, whole and at once (a table in parts), and not by the HTTP library: that way it always has an
//! exact `Content-Length` (the library would send it in chunks when a `TE` header or its size suggests
//! it), leaves in one write, and a value can't break out of its header.

use std::fmt::Write;

use chrono::{DateTime, Utc};

use crate::http::date::http_date;
use crate::http::door::RELAYED;
use crate::http::response::Response;

/// What becomes of the connection after an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Connection {
    /// It stays open, as HTTP/1.1 has it.
    Stays,
    /// It stays open, and an HTTP/1.0 client must be told.
    KeepAlive,
    /// It ends.
    Closes,
}

/// Writes an answer. An answer to `HEAD` has all its headers and no body.
pub(crate) fn encode(
    response: &Response,
    is_head: bool,
    connection: Connection,
    now: DateTime<Utc>,
) -> Vec<u8> {
    let length = Framing::Length(response.body.len());
    let mut bytes = head(response, length, connection, now);
    if !is_head && has_body(response.status) {
        bytes.extend_from_slice(&response.body);
    }
    bytes
}

/// Writes the head of an answer whose body comes in parts, each made by [`encode_part`].
pub(crate) fn encode_head(
    response: &Response,
    connection: Connection,
    now: DateTime<Utc>,
) -> Vec<u8> {
    head(response, Framing::Parts, connection, now)
}

/// Writes a part of a body; an empty one is its end.
pub(crate) fn encode_part(part: &[u8]) -> Vec<u8> {
    let mut bytes = format!("{:x}\r\n", part.len()).into_bytes();
    bytes.extend_from_slice(part);
    bytes.extend_from_slice(b"\r\n");
    bytes
}

/// How the end of the body is told.
#[derive(Clone, Copy)]
enum Framing {
    Length(usize),
    /// In chunks, and the door is to pass them on as they come.
    Parts,
}

fn head(
    response: &Response,
    framing: Framing,
    connection: Connection,
    now: DateTime<Utc>,
) -> Vec<u8> {
    let mut head = String::with_capacity(512);
    write_head(&mut head, response, framing, connection, now)
        .expect("writing to a String does not fail");
    head.into_bytes()
}

fn write_head(
    head: &mut String,
    response: &Response,
    framing: Framing,
    connection: Connection,
    now: DateTime<Utc>,
) -> std::fmt::Result {
    let (status, reason) = (response.status, reason(response.status));
    write!(head, "HTTP/1.1 {status} {reason}\r\n")?;
    write!(head, "Date: {}\r\n", http_date(now))?;
    for (name, value) in &response.headers {
        write!(head, "{name}: ")?;
        // No value has control characters; if one ever had, they must not end the header.
        head.extend(value.chars().filter(|c| (' '..='~').contains(c)));
        head.push_str("\r\n");
    }
    match framing {
        Framing::Length(length) if has_body(status) => {
            write!(head, "Content-Length: {length}\r\n")?;
        }
        Framing::Length(_) => {}
        Framing::Parts => write!(head, "Transfer-Encoding: chunked\r\n{RELAYED}: 1\r\n")?,
    }
    head.push_str(match connection {
        Connection::Stays => "\r\n",
        Connection::KeepAlive => "Connection: keep-alive\r\n\r\n",
        Connection::Closes => "Connection: close\r\n\r\n",
    });
    Ok(())
}

/// 204 and 304 have no body and, as 304's would be that of the answer it stands for, no length.
const fn has_body(status: u16) -> bool {
    !matches!(status, 204 | 304)
}

const fn reason(status: u16) -> &'static str {
    match status {
        200 => "OK",
        201 => "Created",
        204 => "No Content",
        303 => "See Other",
        304 => "Not Modified",
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        409 => "Conflict",
        413 => "Content Too Large",
        415 => "Unsupported Media Type",
        422 => "Unprocessable Content",
        429 => "Too Many Requests",
        500 => "Internal Server Error",
        503 => "Service Unavailable",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(response: &Response, is_head: bool, connection: Connection) -> String {
        let now = DateTime::from_timestamp(784_111_777, 0).unwrap();
        String::from_utf8(encode(response, is_head, connection, now)).unwrap()
    }

    #[test]
    fn an_answer_has_its_exact_length() {
        let response = Response::new(200, "text/plain", "höh".into());
        assert_eq!(
            text(&response, false, Connection::Stays),
            "HTTP/1.1 200 OK\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\n\
             Content-Type: text/plain\r\nContent-Length: 4\r\n\r\nhöh"
        );
        let head = text(&response, true, Connection::KeepAlive);
        assert!(head.ends_with("Content-Length: 4\r\nConnection: keep-alive\r\n\r\n"));
    }

    #[test]
    fn an_answer_without_a_body_has_no_length() {
        for status in [204, 304] {
            let text = text(&Response::empty(status), false, Connection::Closes);
            assert!(!text.contains("Content-Length"), "{text}");
            assert!(text.ends_with("\r\nConnection: close\r\n\r\n"), "{text}");
        }
        let empty = text(&Response::empty(200), false, Connection::Stays);
        assert!(empty.contains("Content-Length: 0\r\n"));
    }

    #[test]
    fn a_value_can_not_break_out_of_its_header() {
        let response = Response::empty(200).with_header("Link", "a\r\nX-Evil: 1\0é".to_owned());
        let text = text(&response, false, Connection::Stays);
        assert!(text.contains("Link: aX-Evil: 1\r\n"), "{text}");
    }
}
