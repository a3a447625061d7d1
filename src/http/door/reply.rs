//! Reads the application's answer whole and writes it again for the client; or, when the application asks
//! for it, in parts.
//!
//! Owns: where an answer ends, which of its headers are passed on, and its form on the wire: at
//! most one `Content-Length`, never a transfer coding, nothing after the body. Never: I/O, and never
//! repairing an answer: one that is not exactly right says that a value slipped into its head, and
//! is answered with 502.

use std::mem::MaybeUninit;

use super::chunked::{ChunkDecoder, ChunkFault};
use super::config::HEADER_SLOTS;
use super::refusal::Refusal;
use super::relaying::RELAYED;
use super::scan::{HeadLimits, HeadScanner};
use super::vet::{Field, Traits, Version, values};

/// The head of an answer; cookies and policies make it longer than a typical request's.
const HEAD_LIMITS: HeadLimits = HeadLimits {
    head: 32 * 1024,
    target: 1024,
    headers: HEADER_SLOTS,
};

/// Headers that an answer carries once. A second one means that a value broke out of its line.
const ONCE: [&str; 7] = [
    "Content-Type",
    "Location",
    "ETag",
    "Date",
    "Retry-After",
    "Cache-Control",
    "Last-Modified",
];

#[derive(Debug)]
enum Body {
    None { length: Option<usize> },
    Length { left: usize },
    Chunked(ChunkDecoder),
}

#[derive(Debug)]
struct OpenReply {
    /// Status line and headers for the client, without framing.
    head: Vec<u8>,
    body: Body,
    /// The application wants it passed on in parts.
    in_parts: bool,
    /// No part has been handed out yet.
    is_new: bool,
    content: Vec<u8>,
}

/// A complete answer.
#[derive(Debug)]
pub(super) struct Reply {
    head: Vec<u8>,
    content: Vec<u8>,
    /// What `Content-Length` says; `None` where there must be none or it is not known.
    length: Option<usize>,
    /// How many headers were not on the list.
    pub(super) dropped_headers: usize,
}

/// What has been read of an answer that is passed on in parts.
#[derive(Debug)]
pub(super) struct Part {
    /// With the first part: the status line and headers for the client, without framing.
    pub(super) head: Option<Vec<u8>>,
    /// The next bytes of the body.
    pub(super) content: Vec<u8>,
    /// The answer is complete.
    pub(super) is_last: bool,
    /// How many headers were not on the list; with the first part.
    pub(super) dropped_headers: usize,
}

/// What has become of the bytes of an answer.
#[derive(Debug)]
pub(super) enum Fed {
    /// More is needed.
    Nothing,
    /// The whole answer.
    Whole(Reply),
    /// A part of it.
    Part(Part),
}

/// Reads the answers on one upstream connection.
#[derive(Debug, Default)]
pub(super) struct ReplyReader {
    buffer: Vec<u8>,
    scanner: HeadScanner,
    open: Option<OpenReply>,
    dropped_headers: usize,
}

impl ReplyReader {
    /// Adds `bytes`; returns the answer when it is complete, or a part of one that comes in parts. After an
    /// error the connection is of no
    /// further use.
    pub(super) fn feed(
        &mut self,
        bytes: &[u8],
        head_only: bool,
        passed_on: &[String],
        limit: usize,
    ) -> Result<Fed, Refusal> {
        let mut rest = bytes;
        if self.open.is_none() {
            self.buffer.extend_from_slice(bytes);
            let end = self
                .scanner
                .scan(&self.buffer, HEAD_LIMITS)
                .map_err(|_| Refusal::ReplyMalformed)?;
            let Some(end) = end else {
                return Ok(Fed::Nothing);
            };
            let (open, dropped) = open_reply(&self.buffer[..end], head_only, passed_on, limit)?;
            self.open = Some(open);
            self.dropped_headers = dropped;
            // The head was cut out of what was just added, so its end lies in `bytes`.
            let in_bytes = self.buffer.len() - end;
            rest = &bytes[bytes.len() - in_bytes..];
            self.buffer.clear();
            self.scanner = HeadScanner::default();
        }
        self.read_content(rest)
    }

    fn read_content(&mut self, bytes: &[u8]) -> Result<Fed, Refusal> {
        let Some(open) = self.open.as_mut() else {
            return Ok(Fed::Nothing);
        };
        let (used, done) = match &mut open.body {
            Body::None { .. } => (0, true),
            Body::Length { left } => {
                let used = bytes.len().min(*left);
                open.content.extend_from_slice(&bytes[..used]);
                *left -= used;
                (used, *left == 0)
            }
            Body::Chunked(decoder) => {
                let used = decoder
                    .feed(bytes, &mut open.content)
                    .map_err(|fault| match fault {
                        ChunkFault::TooLarge => Refusal::ReplyTooLarge,
                        _ => Refusal::ReplyMalformed,
                    })?;
                (used, decoder.done())
            }
        };
        if used < bytes.len() {
            // One request is out at a time: whatever follows its answer nobody asked for.
            return Err(Refusal::ReplyMalformed);
        }
        if open.in_parts {
            let part = open.take_part(done, self.dropped_headers);
            if done {
                self.open = None;
            }
            return Ok(Fed::Part(part));
        }
        if !done {
            return Ok(Fed::Nothing);
        }
        let whole = self.open.take();
        Ok(whole.map_or(Fed::Nothing, |open| {
            Fed::Whole(open.finish(self.dropped_headers))
        }))
    }
}

impl OpenReply {
    /// What has come since the last part.
    fn take_part(&mut self, is_last: bool, dropped_headers: usize) -> Part {
        let is_first = std::mem::replace(&mut self.is_new, false);
        Part {
            head: is_first.then(|| std::mem::take(&mut self.head)),
            content: std::mem::take(&mut self.content),
            is_last,
            dropped_headers: if is_first { dropped_headers } else { 0 },
        }
    }

    fn finish(self, dropped_headers: usize) -> Reply {
        let length = match self.body {
            Body::None { length } => length,
            _ => Some(self.content.len()),
        };
        Reply {
            head: self.head,
            content: self.content,
            length,
            dropped_headers,
        }
    }
}

impl Reply {
    /// The answer as the client gets it.
    pub(super) fn render(mut self, traits: Traits, close: bool) -> Vec<u8> {
        let mut tail = String::with_capacity(64);
        if let Some(length) = self.length {
            tail.push_str(&format!("Content-Length: {length}\r\n"));
        }
        if close {
            tail.push_str("Connection: close\r\n");
        } else if traits.version == Version::Http10 {
            tail.push_str("Connection: keep-alive\r\n");
        }
        tail.push_str("\r\n");
        self.head.extend_from_slice(tail.as_bytes());
        self.head.extend_from_slice(&self.content);
        self.head
    }
}

/// Vets a complete head of an answer.
fn open_reply(
    bytes: &[u8],
    head_only: bool,
    passed_on: &[String],
    limit: usize,
) -> Result<(OpenReply, usize), Refusal> {
    let mut slots = [const { MaybeUninit::uninit() }; HEADER_SLOTS];
    let mut parsed = httparse::Response::new(&mut []);
    let parser = httparse::ParserConfig::default();
    match parser.parse_response_with_uninit_headers(&mut parsed, bytes, &mut slots) {
        Ok(httparse::Status::Complete(length)) if length == bytes.len() => {}
        _ => return Err(Refusal::ReplyMalformed),
    }
    // Interim answers are not asked for: the door keeps `Expect` to itself.
    let status = parsed.code.filter(|code| (200..600).contains(code));
    let status = status.ok_or(Refusal::ReplyMalformed)?;
    let fields: &[Field<'_>] = parsed.headers;
    if ONCE
        .iter()
        .any(|name| values(fields, name).nth(1).is_some())
    {
        return Err(Refusal::ReplyMalformed);
    }
    let bodiless = head_only || matches!(status, 204 | 304);
    let is_asked = values(fields, RELAYED).next().is_some();
    // One that comes in parts is never here as a whole, so its size is no matter.
    let limit = if is_asked { usize::MAX } else { limit };
    let body = reply_body(fields, bodiless, matches!(status, 204 | 304), limit)?;
    let in_parts = is_asked && matches!(body, Body::Chunked(_));
    let reason = parsed.reason.unwrap_or_default();
    let mut head = format!("HTTP/1.1 {status} {reason}\r\n").into_bytes();
    let mut dropped = 0;
    for field in fields {
        if !passed_on
            .iter()
            .any(|name| name.eq_ignore_ascii_case(field.name))
        {
            dropped += usize::from(!is_hop_or_server(field.name));
            continue;
        }
        if !field
            .value
            .iter()
            .all(|b| *b == b'\t' || (b' '..=b'~').contains(b))
        {
            return Err(Refusal::ReplyMalformed);
        }
        for part in [field.name.as_bytes(), b": ", field.value, b"\r\n"] {
            head.extend_from_slice(part);
        }
    }
    Ok((
        OpenReply {
            head,
            body,
            in_parts,
            is_new: true,
            content: Vec::new(),
        },
        dropped,
    ))
}

/// Headers that `tiny_http` always sends and that end here: framing is ours, and the name of the
/// server behind the door is nobody's business.
fn is_hop_or_server(name: &str) -> bool {
    [
        "Content-Length",
        "Transfer-Encoding",
        "Connection",
        "Server",
        RELAYED,
    ]
    .iter()
    .any(|known| known.eq_ignore_ascii_case(name))
}

fn reply_body(
    fields: &[Field<'_>],
    bodiless: bool,
    lengthless: bool,
    limit: usize,
) -> Result<Body, Refusal> {
    let mut lengths = values(fields, "Content-Length");
    let mut encodings = values(fields, "Transfer-Encoding");
    let first = (lengths.next(), encodings.next());
    if lengths.next().is_some() || encodings.next().is_some() {
        return Err(Refusal::ReplyMalformed);
    }
    let length = match first {
        (Some(value), None) => Some(decimal(value)?),
        (None, Some(value)) if value.eq_ignore_ascii_case(b"chunked") => None,
        // RFC 9110 lets 204 and 304 go without either.
        (None, None) if lengthless => None,
        _ => return Err(Refusal::ReplyMalformed),
    };
    match length {
        // A 204 must not carry a length, and `tiny_http` gives a 304 the wrong one.
        _ if lengthless => Ok(Body::None { length: None }),
        length if bodiless => Ok(Body::None { length }),
        Some(length) if length > limit => Err(Refusal::ReplyTooLarge),
        Some(left) => Ok(Body::Length { left }),
        None => Ok(Body::Chunked(ChunkDecoder::new(limit))),
    }
}

fn decimal(value: &[u8]) -> Result<usize, Refusal> {
    let digits = !value.is_empty() && value.iter().all(u8::is_ascii_digit);
    let text = std::str::from_utf8(value).ok().filter(|_| digits);
    text.and_then(|text| text.parse().ok())
        .ok_or(Refusal::ReplyMalformed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(wire: &[u8], head_only: bool, step: usize) -> Result<Option<String>, Refusal> {
        let mut reader = ReplyReader::default();
        let listed = ["Content-Type".to_owned(), "ETag".to_owned()];
        let mut reply = None;
        for piece in wire.chunks(step) {
            if reply.is_some() {
                return Err(Refusal::ReplyMalformed);
            }
            reply = match reader.feed(piece, head_only, &listed, 1000)? {
                Fed::Whole(reply) => Some(reply),
                Fed::Nothing => None,
                Fed::Part(part) => panic!("nobody asked for parts: {part:?}"),
            };
        }
        let traits = Traits {
            keep_alive: true,
            head_only,
            ..Traits::default()
        };
        Ok(reply.map(|reply| String::from_utf8(reply.render(traits, false)).unwrap()))
    }

    #[test]
    fn answers_come_out_with_one_length_however_they_arrive() {
        for (wire, head_only, expected) in [
            (
                "HTTP/1.1 200 OK\r\nServer: t\r\nETag: \"a\"\r\nContent-Length: 2\r\n\r\nhi",
                false,
                "HTTP/1.1 200 OK\r\nETag: \"a\"\r\nContent-Length: 2\r\n\r\nhi",
            ),
            (
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n1\r\n!\r\n0\r\n\r\n",
                false,
                "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nhi!",
            ),
            (
                "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n",
                true,
                "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n",
            ),
            (
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
                true,
                "HTTP/1.1 200 OK\r\n\r\n",
            ),
            (
                "HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n",
                false,
                "HTTP/1.1 204 No Content\r\n\r\n",
            ),
            (
                "HTTP/1.1 304 Not Modified\r\nETag: \"a\"\r\nContent-Length: 0\r\n\r\n",
                false,
                "HTTP/1.1 304 Not Modified\r\nETag: \"a\"\r\n\r\n",
            ),
        ] {
            for step in 1..=wire.len() {
                let reply = read(wire.as_bytes(), head_only, step).unwrap();
                assert_eq!(reply.as_deref(), Some(expected), "step {step}");
            }
        }
    }

    #[test]
    fn answers_that_are_not_exactly_right_are_not_passed_on() {
        for wire in [
            "HTTP/1.1 200 OK\r\n\r\n",
            "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\nhi",
            "HTTP/1.1 200 OK\r\nContent-Length: +2\r\n\r\nhi",
            "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\nhi",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: identity\r\n\r\nhi",
            "HTTP/1.1 200 OK\r\nETag: a\nX: b\r\nContent-Length: 2\r\n\r\nhi",
            "HTTP/1.1 200 OK\r\nETag: a\rX: b\r\nContent-Length: 2\r\n\r\nhi",
            "HTTP/1.1 200 OK\r\nETag: a\0b\r\nContent-Length: 2\r\n\r\nhi",
            "HTTP/1.1 200 OK\r\nETag: a\u{e9}\r\nContent-Length: 2\r\n\r\nhi",
            "HTTP/1.1 200 OK\r\nContent-Type: a\r\nContent-Type: b\r\nContent-Length: 2\r\n\r\nhi",
            "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi!",
            "HTTP/1.1 100 Continue\r\n\r\n",
            "HTTP/1.1 600 Odd\r\nContent-Length: 0\r\n\r\n",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxx\r\n",
            "rubbish\r\n\r\n",
        ] {
            assert_eq!(
                read(wire.as_bytes(), false, wire.len()),
                Err(Refusal::ReplyMalformed),
                "{wire}"
            );
        }
        let large = "HTTP/1.1 200 OK\r\nContent-Length: 1001\r\n\r\n";
        assert_eq!(
            read(large.as_bytes(), false, 9),
            Err(Refusal::ReplyTooLarge)
        );
    }

    #[test]
    fn an_answer_that_asks_for_it_comes_in_parts_of_any_size_together() {
        let head = format!("HTTP/1.1 200 OK\r\nETag: a\r\n{RELAYED}: 1\r\n");
        let wire =
            format!("{head}Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n");
        for step in 1..=wire.len() {
            let mut reader = ReplyReader::default();
            let (mut heads, mut content, mut last) = (Vec::new(), Vec::new(), 0);
            for piece in wire.as_bytes().chunks(step) {
                // The limit is that of whole answers.
                match reader.feed(piece, false, &["ETag".to_owned()], 1).unwrap() {
                    Fed::Nothing => {}
                    Fed::Whole(reply) => panic!("{reply:?}"),
                    Fed::Part(part) => {
                        heads.extend(part.head);
                        content.extend(part.content);
                        last += usize::from(part.is_last);
                    }
                }
            }
            assert_eq!(heads, [b"HTTP/1.1 200 OK\r\nETag: a\r\n"], "step {step}");
            assert_eq!(
                (content.as_slice(), last),
                (&b"abcde"[..], 1),
                "step {step}"
            );
        }
        let broken = format!("{head}Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nbroken off\r\n");
        let mut reader = ReplyReader::default();
        let fed = reader.feed(broken.as_bytes(), false, &[], 1);
        assert_eq!(fed.err(), Some(Refusal::ReplyMalformed));
    }
}
