//! The connections to the application, each with one request at a time.
//!
//! Owns: opening them, which are free, and what goes over them. Lockstep on purpose: an answer can
//! only belong to the one request that is out, a slow request holds up nobody behind it, and the
//! threads that `tiny_http` runs are bounded by the number of connections.
//!
//! Connections are opened one after the other, each only when the one before has answered a probe
//! (`OPTIONS *`; any answer will do). `tiny_http` gives a new connection to a thread that it believes
//! to be free, and while such a thread is only just waking up it believes so again: of connections
//! opened at once some are never read. One that has answered is being read, so the next is safe.

use std::fs::File;
use std::io::{self, ErrorKind, Read, Write};
use std::path::PathBuf;
use std::time::{Duration, Instant};

use mio::net::UnixStream;
use mio::{Interest, Registry, Token};

use super::client::Attempt;
use super::reply::ReplyReader;

/// How long to wait before another attempt to open a connection that could not be opened.
const RETRY: Duration = Duration::from_millis(200);

/// Descriptors that one more connection takes in this process. `tiny_http` stops accepting for ever
/// when it can't have its two, so they must be there before it is asked.
const DESCRIPTORS_NEEDED: usize = 4;

/// What a new connection is asked. It is about the server as a whole, so it has no effect.
const PROBE: &[u8] = b"OPTIONS * HTTP/1.1\r\nHost: door\r\nContent-Length: 0\r\n\r\n";

/// Whom an upstream connection works for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Task {
    /// The door itself: the probe is out.
    Probe,
    /// This client's request is out.
    Client(usize),
}

/// One connection to the application.
#[derive(Debug)]
pub(super) struct Upstream {
    pub(super) stream: UnixStream,
    /// `None` while it is free.
    pub(super) task: Option<Task>,
    pub(super) reader: ReplyReader,
    out: Vec<u8>,
    written: usize,
}

impl Upstream {
    /// Starts on a request.
    pub(super) fn send(&mut self, client: usize, request: Vec<u8>) -> Attempt {
        self.task = Some(Task::Client(client));
        self.out = request;
        self.written = 0;
        self.write()
    }

    /// Gives an unsent request back, when the connection turned out to be closed before a byte of
    /// it was taken: it was never begun, so another connection may have it.
    pub(super) fn take_unsent(&mut self) -> Option<Vec<u8>> {
        (self.written == 0 && !self.out.is_empty()).then(|| std::mem::take(&mut self.out))
    }

    /// Writes as much of the request as the socket takes.
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
        Attempt::Done
    }

    /// Reads once. A count below the size of `scratch` has emptied the socket.
    pub(super) fn read(&mut self, scratch: &mut [u8]) -> Result<usize, Attempt> {
        loop {
            match self.stream.read(scratch) {
                Ok(0) => return Err(Attempt::Ended),
                Ok(count) => return Ok(count),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) if error.kind() == ErrorKind::WouldBlock => {
                    return Err(Attempt::Blocked);
                }
                Err(_) => return Err(Attempt::Ended),
            }
        }
    }
}

/// All connections to the application.
#[derive(Debug)]
pub(super) struct Pool {
    path: PathBuf,
    slots: Vec<Option<Upstream>>,
    /// Free connections; the last one used is used next, so that few threads stay warm.
    idle: Vec<usize>,
    /// The token of slot 0.
    first_token: usize,
    /// When the next connection may be opened; `None` while a probe is out or all are open.
    open_at: Option<Instant>,
    /// The connection whose probe is out, and until when it may be.
    probing: Option<(usize, Instant)>,
    /// The last attempt failed; said once, not with every attempt.
    troubled: bool,
}

impl Pool {
    pub(super) fn new(path: PathBuf, size: usize, first_token: usize, now: Instant) -> Pool {
        Pool {
            path,
            slots: (0..size).map(|_| None).collect(),
            idle: Vec::with_capacity(size),
            first_token,
            open_at: Some(now),
            probing: None,
            troubled: false,
        }
    }

    pub(super) fn get(&mut self, slot: usize) -> Option<&mut Upstream> {
        self.slots.get_mut(slot).and_then(Option::as_mut)
    }

    pub(super) fn take_idle(&mut self) -> Option<usize> {
        self.idle.pop()
    }

    /// The answer is complete: the connection is free again.
    pub(super) fn release(&mut self, slot: usize, now: Instant) {
        let Some(upstream) = self.get(slot) else {
            return;
        };
        if upstream.task.take() == Some(Task::Probe) {
            self.probing = None;
            self.open_next(now);
        }
        self.idle.push(slot);
    }

    /// Gives a connection up; returns the client whose request was out.
    pub(super) fn lose(&mut self, slot: usize, now: Instant) -> Option<usize> {
        self.idle.retain(|idle| *idle != slot);
        let lost = self.slots.get_mut(slot).and_then(Option::take)?;
        match lost.task {
            Some(Task::Client(client)) => {
                self.open_next(now);
                Some(client)
            }
            Some(Task::Probe) => {
                self.probing = None;
                self.open_next(now + RETRY);
                None
            }
            None => {
                self.open_next(now);
                None
            }
        }
    }

    /// Has the next missing connection opened at `at`, unless a probe is out: then its end does.
    fn open_next(&mut self, at: Instant) {
        let missing = self.slots.iter().any(Option::is_none);
        if missing && self.probing.is_none() {
            self.open_at = Some(self.open_at.map_or(at, |planned| planned.max(at)));
        }
    }

    /// When `tend` has something to do.
    pub(super) fn due(&self) -> Option<Instant> {
        self.probing.map(|(_, until)| until).or(self.open_at)
    }

    /// Opens the next connection if it is time, or gives up one whose probe is not answered. True
    /// when a connection was opened.
    pub(super) fn tend(&mut self, now: Instant, registry: &Registry, patience: Duration) -> bool {
        if let Some((slot, until)) = self.probing {
            if now >= until {
                log::warn!("the application does not answer a new connection");
                self.lose(slot, now);
            }
            return false;
        }
        if self.open_at.is_none_or(|at| now < at) {
            return false;
        }
        self.open_at = None;
        let Some(slot) = self.slots.iter().position(Option::is_none) else {
            return false;
        };
        match self.connect(slot, registry) {
            Ok(()) => {
                self.troubled = false;
                self.probing = Some((slot, now + patience));
                true
            }
            Err(error) => {
                if !std::mem::replace(&mut self.troubled, true) {
                    log::warn!("no new connection to the application: {error}");
                }
                self.slots[slot] = None;
                self.open_at = Some(now + RETRY);
                false
            }
        }
    }

    fn connect(&mut self, slot: usize, registry: &Registry) -> io::Result<()> {
        let room: io::Result<Vec<File>> = (0..DESCRIPTORS_NEEDED)
            .map(|_| File::open("/dev/null"))
            .collect();
        drop(room?);
        let mut stream = UnixStream::connect(&self.path)?;
        registry.register(
            &mut stream,
            Token(self.first_token + slot),
            Interest::READABLE,
        )?;
        let mut upstream = Upstream {
            stream,
            task: Some(Task::Probe),
            reader: ReplyReader::default(),
            out: PROBE.to_vec(),
            written: 0,
        };
        if upstream.write() != Attempt::Done {
            return Err(io::Error::other("the connection was not taken"));
        }
        self.slots[slot] = Some(upstream);
        Ok(())
    }
}
