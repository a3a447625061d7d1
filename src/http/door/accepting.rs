//! Takes new connections in, and makes room for them when there is none.
//!
//! Owns: the public listener and what happens when it can't accept. No failure of `accept` ends the
//! door, and none makes it spin.

use std::fs::File;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::time::{Duration, Instant};

use mio::net::{TcpListener, TcpStream};
use rustix::io::Errno;

use super::address;
use super::client::Phase;
use super::event_loop::EventLoop;
use super::refusal::Refusal;
use super::stats::add_one;
use super::vet::{Refused, Traits};

/// Connections accepted before those that are there have their turn again.
const BATCH: usize = 64;

/// Pause after a failure that will not have gone away at once.
const PAUSE: Duration = Duration::from_millis(20);

/// The listener and its troubles.
#[derive(Debug)]
pub(super) struct Accepting {
    /// `None` once the door is stopping.
    listener: Option<TcpListener>,
    /// Connections may be waiting.
    pub(super) ready: bool,
    paused_until: Option<Instant>,
    /// A descriptor in reserve: when there are no others it is given up for a moment, to accept a
    /// connection, say why it can't be served, and close it.
    spare: Option<File>,
}

impl Accepting {
    pub(super) fn new(listener: TcpListener) -> io::Result<Accepting> {
        let spare = Some(File::open("/dev/null")?);
        Ok(Accepting {
            listener: Some(listener),
            ready: false,
            paused_until: None,
            spare,
        })
    }

    /// When accepting should go on without an event.
    pub(super) fn due(&self) -> Option<Instant> {
        self.paused_until
    }

    /// Closes the listener; who is not yet accepted is refused by the system.
    pub(super) fn stop(&mut self) {
        self.listener = None;
        self.ready = false;
        self.paused_until = None;
    }
}

/// What a failure of `accept` asks for.
enum Trouble {
    /// Nobody is waiting.
    Nobody,
    /// This one connection failed, or the call was interrupted.
    Once,
    /// No descriptors, or no memory.
    Exhausted,
    Unknown,
}

fn trouble(error: &io::Error) -> Trouble {
    if error.kind() == io::ErrorKind::WouldBlock {
        return Trouble::Nobody;
    }
    match Errno::from_io_error(error) {
        Some(Errno::MFILE | Errno::NFILE | Errno::NOBUFS | Errno::NOMEM) => Trouble::Exhausted,
        Some(
            Errno::CONNABORTED
            | Errno::INTR
            | Errno::PROTO
            | Errno::NETDOWN
            | Errno::NETUNREACH
            | Errno::HOSTDOWN
            | Errno::HOSTUNREACH
            | Errno::PERM
            | Errno::TIMEDOUT,
        ) => Trouble::Once,
        _ => Trouble::Unknown,
    }
}

impl EventLoop {
    /// Accepts those who wait, up to a batch.
    pub(super) fn accept_waiting(&mut self) {
        if self
            .accepting
            .paused_until
            .is_some_and(|until| self.now >= until)
        {
            self.accepting.paused_until = None;
            self.accepting.ready = true;
        }
        if !self.accepting.ready || self.accepting.paused_until.is_some() {
            return;
        }
        for _ in 0..BATCH {
            let Some(listener) = self.accepting.listener.as_ref() else {
                return;
            };
            match listener.accept() {
                Ok((stream, address)) => self.welcome(stream, address),
                Err(error) => match trouble(&error) {
                    Trouble::Nobody => {
                        self.accepting.ready = false;
                        return;
                    }
                    Trouble::Once => add_one(&self.stats.accept_errors),
                    Trouble::Exhausted => {
                        add_one(&self.stats.accept_errors);
                        self.accept_without_descriptors();
                    }
                    Trouble::Unknown => {
                        add_one(&self.stats.accept_errors);
                        log::warn!("accepting a connection failed: {error}");
                        self.pause();
                    }
                },
            }
            if self.accepting.paused_until.is_some() {
                return;
            }
        }
        // More may wait, and no new event will tell.
        self.accepting.paused_until = Some(self.now);
    }

    fn pause(&mut self) {
        self.accepting.paused_until = Some(self.now + PAUSE);
    }

    /// Finds a place for a new connection, or turns it away.
    fn welcome(&mut self, stream: TcpStream, from: SocketAddr) {
        add_one(&self.stats.accepted);
        let peer = address::canonical(from.ip());
        let exempt = address::is_trusted(&self.config.trusted_proxies, peer);
        let mut refusal = None;
        if !exempt && self.crowd.counted_from(peer) >= self.config.max_connections_per_address {
            if !self.make_room(Some(peer)) {
                refusal = Some(Refusal::AddressLimit);
            }
        } else if self.crowd.counted() >= self.config.max_connections && !self.make_room(None) {
            refusal = Some(Refusal::ConnectionLimit);
        }
        let Some(slot) = self.admit(stream, peer, exempt) else {
            return;
        };
        if let Some(refusal) = refusal {
            self.turn_away(slot, refusal);
        }
    }

    /// Closes the connection that has waited longest without a complete request.
    fn make_room(&mut self, peer: Option<IpAddr>) -> bool {
        let Some(slot) = self.crowd.slowest(peer, self.now) else {
            return false;
        };
        add_one(&self.stats.evicted);
        let Some(client) = self.crowd.get(slot) else {
            return false;
        };
        let told = matches!(client.phase, Phase::Reading(_)) && client.intake.has_begun();
        if told {
            self.turn_away(slot, Refusal::MadeRoom);
        } else {
            self.crowd.close(slot);
        }
        true
    }

    /// Says why, closes, and gives the place free at once.
    fn turn_away(&mut self, slot: usize, refusal: Refusal) {
        let traits = self
            .crowd
            .get(slot)
            .map(|client| client.intake.traits())
            .unwrap_or_default();
        self.refuse(slot, Refused { refusal, traits });
        self.crowd.leave_count(slot, self.config.linger_limit());
        self.pump(slot);
    }

    /// No descriptor is left. Somebody slow makes room if there is one; else the spare descriptor
    /// lets one newcomer in to be told.
    fn accept_without_descriptors(&mut self) {
        if let Some(slot) = self.crowd.slowest(None, self.now) {
            add_one(&self.stats.evicted);
            self.crowd.close(slot);
            return;
        }
        self.accepting.spare = None;
        let accepted = self.accepting.listener.as_ref().map(TcpListener::accept);
        if let Some(Ok((mut stream, _))) = accepted {
            let refusal = Refusal::ConnectionLimit;
            self.stats.count_refusal(refusal);
            // No place to linger in: one write, and the client's own bytes decide what it sees.
            let answer = refusal.render(Traits::default());
            let _ = io::Write::write(&mut stream, &answer);
            let _ = stream.shutdown(std::net::Shutdown::Write);
            let mut scratch = [0; 4096];
            let _ = io::Read::read(&mut stream, &mut scratch);
        }
        self.accepting.spare = File::open("/dev/null").ok();
        self.pause();
    }
}
