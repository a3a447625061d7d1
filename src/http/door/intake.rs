//! Turns the bytes of one client into canonical requests, one at a time. No I/O.
//!
//! Owns: the bytes that have arrived and are not used yet, and how far the current request is.
//! Never: more than one request ahead; what follows it stays here, unread, until it is asked for.
//!
//! After a refusal the rest of the stream means nothing: the caller answers and closes.

use std::net::IpAddr;

use super::canonical::{self, Origin};
use super::chunked::{ChunkDecoder, ChunkFault};
use super::config::DoorConfig;
use super::framing::BodyPlan;
use super::refusal::Refusal;
use super::scan::HeadScanner;
use super::uploads::Permit;
use super::vet::{self, Field, Head, Refused, Rules, Traits};

/// A body larger than this gives its buffer back when it is handed on.
const KEPT_CAPACITY: usize = 4 * 1024;

/// How far the request is.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Progress {
    /// No byte of a next request is there.
    Empty,
    /// A head has begun.
    Head,
    /// The head is complete, the body is not. `invite`: the client waits for `100 Continue`; said
    /// at most once for a request.
    Body { invite: bool },
    /// The whole request, ready for the application.
    Complete(Request),
    /// `OPTIONS *`, complete, for the door to answer.
    AboutServer(Traits),
}

/// A complete request.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Request {
    /// Canonical bytes for the application.
    pub(super) wire: Vec<u8>,
    pub(super) traits: Traits,
    /// For a large one, to be kept until it is answered.
    pub(super) permit: Option<Permit>,
}

#[derive(Debug)]
enum BodyReader {
    Length { left: usize },
    Chunked(ChunkDecoder),
}

#[derive(Debug)]
struct OpenBody {
    reader: BodyReader,
    /// The canonical head, without its length.
    request: Vec<u8>,
    traits: Traits,
    about_server: bool,
    invite: bool,
    body: Vec<u8>,
    permit: Option<Permit>,
}

/// The inbound half of one connection.
#[derive(Debug, Default)]
pub(super) struct Intake {
    buffer: Vec<u8>,
    scanner: HeadScanner,
    open: Option<OpenBody>,
}

impl Intake {
    /// Adds bytes from the client. The caller adds no more than one read at a time and only while
    /// `advance` asks for more, which keeps the buffer within the head limit and one read.
    pub(super) fn push(&mut self, bytes: &[u8]) {
        self.buffer.extend_from_slice(bytes);
    }

    /// Whether something of an unfinished request is here.
    pub(super) fn has_begun(&self) -> bool {
        self.open.is_some() || !self.buffer.is_empty()
    }

    /// What is known of the request that is being read.
    pub(super) fn traits(&self) -> Traits {
        self.open
            .as_ref()
            .map(|open| open.traits)
            .unwrap_or_default()
    }

    /// Forgets the request that is being read: nothing of it counts any more.
    pub(super) fn abandon(&mut self) {
        *self = Intake::default();
    }

    /// Goes as far as the bytes allow.
    pub(super) fn advance(
        &mut self,
        config: &DoorConfig,
        peer: IpAddr,
    ) -> Result<Progress, Refused> {
        if self.open.is_none() {
            let Some(end) = self.scanner.scan(&self.buffer, config.head_limits())? else {
                return Ok(if self.buffer.is_empty() {
                    Progress::Empty
                } else {
                    Progress::Head
                });
            };
            let open = open_body(&self.buffer[..end], config, peer)?;
            self.take(end);
            self.scanner = HeadScanner::default();
            self.open = Some(open);
        }
        self.read_body()
    }

    fn read_body(&mut self) -> Result<Progress, Refused> {
        let Some(open) = self.open.as_mut() else {
            return Ok(Progress::Empty);
        };
        let untouched = self.buffer.is_empty();
        let (used, done) = open.feed(&self.buffer)?;
        // A client that already sends its body needs no invitation.
        let invite = std::mem::take(&mut open.invite) && untouched;
        self.take(used);
        if !done {
            return Ok(Progress::Body { invite });
        }
        let Some(mut open) = self.open.take() else {
            return Ok(Progress::Empty);
        };
        if open.about_server {
            return Ok(Progress::AboutServer(open.traits));
        }
        canonical::close_head(&mut open.request, &open.body);
        Ok(Progress::Complete(Request {
            wire: open.request,
            traits: open.traits,
            permit: open.permit,
        }))
    }

    /// Forgets the first `count` bytes, and the memory of a large request with them.
    fn take(&mut self, count: usize) {
        if count == self.buffer.len() {
            self.buffer.clear();
            self.buffer.shrink_to(KEPT_CAPACITY);
        } else {
            self.buffer.drain(..count);
        }
    }
}

impl OpenBody {
    /// Takes what belongs to the body; returns how much that was and whether the body is complete.
    fn feed(&mut self, bytes: &[u8]) -> Result<(usize, bool), Refused> {
        match &mut self.reader {
            BodyReader::Length { left } => {
                let used = bytes.len().min(*left);
                self.body.extend_from_slice(&bytes[..used]);
                *left -= used;
                Ok((used, *left == 0))
            }
            BodyReader::Chunked(decoder) => match decoder.feed(bytes, &mut self.body) {
                Ok(used) => Ok((used, decoder.done())),
                Err(fault) => Err(Refused {
                    refusal: fault.into(),
                    traits: self.traits,
                }),
            },
        }
    }
}

/// Vets a head and gets ready for its body.
fn open_body(bytes: &[u8], config: &DoorConfig, peer: IpAddr) -> Result<OpenBody, Refused> {
    let rules = Rules {
        target_limit: config.target_limit,
        header_count_limit: config.header_count_limit,
        body_limit: config.body_limit,
        uploads: &config.uploads,
        peer,
        trusted_proxies: &config.trusted_proxies,
        forwarded: &config.forwarded_headers,
    };
    vet::with_head(bytes, rules, |head, fields| {
        let origin = Origin::of(fields, peer, &config.trusted_proxies);
        let permit = permit(head, fields, rules)?;
        let (reader, empty) = match head.body {
            BodyPlan::Length(left) => (BodyReader::Length { left }, left == 0),
            BodyPlan::Chunked => (
                BodyReader::Chunked(ChunkDecoder::new(config.body_limit)),
                false,
            ),
        };
        Ok(OpenBody {
            reader,
            request: canonical::open_head(head, fields, &config.forwarded_headers, origin),
            traits: Traits {
                is_upload: permit.is_some(),
                ..head.traits
            },
            about_server: head.about_server,
            invite: head.expects_continue && !empty,
            body: Vec::new(),
            permit,
        })
    })?
}

/// The permit of a body that is larger than others may be. A stranger hears what every other request hears.
fn permit(
    head: &Head<'_>,
    fields: &[Field<'_>],
    rules: Rules<'_>,
) -> Result<Option<Permit>, Refused> {
    let is_large = matches!(head.body, BodyPlan::Length(length) if length > rules.body_limit);
    if !is_large {
        return Ok(None);
    }
    if !vet::may_send(head.target, fields, rules) {
        return Err(Refused {
            refusal: Refusal::BodyTooLarge,
            traits: head.traits,
        });
    }
    let permit = rules.uploads.enter();
    permit.map(Some).ok_or(Refused {
        refusal: Refusal::UploadsBusy,
        traits: Traits {
            is_upload: true,
            ..head.traits
        },
    })
}

impl From<ChunkFault> for Refusal {
    fn from(fault: ChunkFault) -> Refusal {
        match fault {
            ChunkFault::Malformed => Refusal::ChunkMalformed,
            ChunkFault::SizeTooLong => Refusal::ChunkSizeTooLong,
            ChunkFault::Extension => Refusal::ChunkExtension,
            ChunkFault::Trailer => Refusal::TrailerRefused,
            ChunkFault::TooLarge => Refusal::BodyTooLarge,
        }
    }
}
