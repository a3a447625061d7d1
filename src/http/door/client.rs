//! One client connection: its socket, its buffers, and which part of the exchange it is in.
//!
//! Owns: reading and writing the socket without ever waiting. Never: a decision about other
//! connections; the event loop calls, this answers.

use std::io::{ErrorKind, Read, Write};
use std::net::{IpAddr, Shutdown};
use std::time::Instant;

use mio::net::TcpStream;

use super::intake::Intake;
use super::uploads::Permit;
use super::vet::Traits;

/// Bytes that are thrown away after the last answer. A client that had more to say than this is
/// cut off, even if it loses the answer by it.
const DISCARD_LIMIT: usize = 256 * 1024;

/// How much of a request is here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    Idle,
    Head,
    Body,
}

/// Whose turn it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Phase {
    /// The client's, to send a request.
    Reading(Stage),
    /// The application's: complete, waiting for a free upstream connection.
    Queued,
    /// The application's: handed on over this upstream connection.
    InFlight(usize),
    /// Both: the application's answer comes over this upstream connection in parts, and the client takes
    /// them.
    Relaying(usize),
    /// The client's, to take the answer.
    Writing,
    /// The client's, to close; the answer is out and our side is closed.
    Lingering,
}

/// What came of an attempt on the socket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Attempt {
    /// Something was moved; for a write, all of it.
    Done,
    /// Nothing more until the socket is ready again.
    Blocked,
    /// The other side has closed, or the connection broke.
    Ended,
}

/// One client connection.
#[derive(Debug)]
pub(super) struct Client {
    pub(super) stream: TcpStream,
    /// The address at the other end of the socket, which may be a proxy's.
    pub(super) peer: IpAddr,
    /// Exempt from the limit per address.
    pub(super) exempt: bool,
    /// Counts against the limits. False once nothing but the closing is left to do.
    pub(super) counted: bool,
    pub(super) phase: Phase,
    /// When the present phase or stage must be over.
    pub(super) deadline: Instant,
    /// Since when the client has been the one who is waited for.
    pub(super) waiting_since: Instant,
    pub(super) intake: Intake,
    /// Of the request that is being answered.
    pub(super) traits: Traits,
    /// The canonical request while it is queued.
    pub(super) request: Vec<u8>,
    /// Of a large request, until it is answered.
    pub(super) permit: Option<Permit>,
    /// How much is thrown away after the last answer.
    pub(super) discard_limit: usize,
    out: Vec<u8>,
    written: usize,
    pub(super) close_after: bool,
    /// The socket may have bytes for us.
    pub(super) readable: bool,
    /// The other side has closed its half, so a short read is not yet the last.
    pub(super) hung_up: bool,
    /// Readiness to write is asked for.
    pub(super) writable_armed: bool,
    /// Bytes of `out` that count against the memory of waiting answers.
    pub(super) held: usize,
    discarded: usize,
}

impl Client {
    pub(super) fn new(stream: TcpStream, peer: IpAddr, exempt: bool, now: Instant) -> Client {
        Client {
            stream,
            peer,
            exempt,
            counted: true,
            phase: Phase::Reading(Stage::Idle),
            deadline: now,
            waiting_since: now,
            intake: Intake::default(),
            traits: Traits::default(),
            request: Vec::new(),
            permit: None,
            discard_limit: DISCARD_LIMIT,
            out: Vec::new(),
            written: 0,
            close_after: false,
            readable: false,
            hung_up: false,
            writable_armed: false,
            held: 0,
            discarded: 0,
        }
    }

    /// Reads once into the intake.
    pub(super) fn read(&mut self, scratch: &mut [u8]) -> Attempt {
        let attempt = self.read_once(scratch);
        if let Ok(count) = attempt {
            self.intake.push(&scratch[..count]);
            return Attempt::Done;
        }
        attempt.map_or_else(|failure| failure, |_| Attempt::Done)
    }

    /// Reads and forgets what the client still sends.
    pub(super) fn discard(&mut self, scratch: &mut [u8]) -> Attempt {
        match self.read_once(scratch) {
            Ok(count) => {
                self.discarded += count;
                if self.discarded > self.discard_limit {
                    Attempt::Ended
                } else {
                    Attempt::Done
                }
            }
            Err(attempt) => attempt,
        }
    }

    fn read_once(&mut self, scratch: &mut [u8]) -> Result<usize, Attempt> {
        if !self.readable {
            return Err(Attempt::Blocked);
        }
        loop {
            match self.stream.read(scratch) {
                Ok(0) => return Err(Attempt::Ended),
                Ok(count) => {
                    // A short read has emptied the socket; the next bytes come with an event.
                    if count < scratch.len() && !self.hung_up {
                        self.readable = false;
                    }
                    return Ok(count);
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) if error.kind() == ErrorKind::WouldBlock => {
                    self.readable = false;
                    return Err(Attempt::Blocked);
                }
                Err(_) => return Err(Attempt::Ended),
            }
        }
    }

    /// Takes the bytes to write; the caller then calls `write`.
    pub(super) fn set_answer(&mut self, answer: Vec<u8>) {
        self.out = answer;
        self.written = 0;
        self.phase = Phase::Writing;
    }

    /// Takes more bytes to write, behind those that are left.
    pub(super) fn add_to_answer(&mut self, part: &[u8]) {
        self.out.drain(..self.written);
        self.written = 0;
        self.out.extend_from_slice(part);
    }

    /// Bytes of the answer that the client has not taken.
    pub(super) fn unwritten(&self) -> usize {
        self.out.len() - self.written
    }

    /// Writes as much as the socket takes.
    pub(super) fn write(&mut self) -> Attempt {
        while self.written < self.out.len() {
            match self.stream.write(&self.out[self.written..]) {
                Ok(0) => return Attempt::Ended,
                Ok(count) => self.written += count,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Attempt::Blocked,
                Err(_) => return Attempt::Ended,
            }
        }
        self.out = Vec::new();
        self.written = 0;
        Attempt::Done
    }

    /// Says `100 Continue`. The socket's buffer is empty at this point unless the client has taken
    /// nothing of earlier answers; false then.
    pub(super) fn invite_body(&mut self) -> bool {
        const INVITATION: &[u8] = b"HTTP/1.1 100 Continue\r\n\r\n";
        matches!(self.stream.write(INVITATION), Ok(count) if count == INVITATION.len())
    }

    /// Closes our half, so that the client sees the end of the answer.
    pub(super) fn close_half(&mut self) -> bool {
        self.stream.shutdown(Shutdown::Write).is_ok()
    }
}
