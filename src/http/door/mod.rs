//! The front door: a hardening HTTP/1.1 acceptor before `tiny_http`.
//!
//! Owns: the public listener and every socket of a client. It reads each request whole, within
//! limits on size and time, refuses what is malformed, hands a canonical copy to `tiny_http` over a
//! private Unix socket, reads the whole answer, and writes it to the client (one of any size is relayed in parts). `tiny_http` never sees
//! a byte that a client chose the place of, never waits for a client, and runs as many threads as
//! there are upstream connections, whatever the number of clients.
//!
//! Never: routing, authorisation, or anything else about the meaning of a request.
//!
//! In reading order:
//!
//! - [`DoorConfig`]: the limits.
//! - `scan`, `vet`, `framing`, `host`, `chunked`: pure checks of a request, each refusing with a row
//!   of the table in `refusal`; `intake` strings them together; `canonical` writes what passed.
//! - `reply`: the same for answers.
//! - `event_loop` with `accepting`, `serving`, `relay`, `relaying`, `deadlines`, `stopping`: the one thread;
//!   `client`, `upstream` and `crowd` are what it works on.
//!
//! Invariants: one thread; every buffer, queue and wait is bounded; one request per client and per
//! upstream connection at a time, so that an answer can't reach anybody but the asker; a request is
//! handed on once and whole, or not at all; a refusal ends its connection.

mod accepting;
mod address;
mod canonical;
mod chunked;
mod client;
mod config;
mod crowd;
mod deadlines;
mod event_loop;
mod framing;
#[cfg(test)]
mod fuzz_tests;
mod host;
mod intake;
mod private_socket;
mod refusal;
mod relay;
mod relaying;
mod reply;
mod scan;
mod serving;
mod stats;
mod stopping;
mod uploads;
mod upstream;
mod vet;

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use rustix::process::{Resource, getrlimit};

pub use address::{IpNetwork, ParseNetworkError, tells_of_a_proxy};
pub use canonical::{CLIENT_HEADER, PROXIED_HEADER, SCHEME_HEADER};
pub use config::DoorConfig;
pub use private_socket::PrivateSocket;
pub use refusal::Refusal;
pub use relaying::RELAYED;
pub use stats::DoorStats;
pub use uploads::{Sender, Senders, Uploads};

use event_loop::EventLoop;
use stopping::StopSignal;

/// A running door.
#[derive(Debug)]
pub struct Door {
    address: SocketAddr,
    stats: Arc<DoorStats>,
    stop: Arc<StopSignal>,
    thread: Option<JoinHandle<usize>>,
}

/// What became of the requests at the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ShutdownReport {
    /// Requests answered in full after the stop was asked for.
    pub answered: u64,
    /// Requests that were begun and had no full answer when time was up.
    pub given_up: usize,
}

impl Door {
    /// Starts to serve `listener`, which is already bound. `upstream` is the path of the private
    /// Unix socket where `tiny_http` listens.
    ///
    /// # Errors
    ///
    /// When the connections to `upstream` or the thread can't be opened.
    pub fn start(listener: TcpListener, upstream: &Path, config: DoorConfig) -> io::Result<Door> {
        let address = listener.local_addr()?;
        let wanted = config.max_connections;
        let config = config.fitted(getrlimit(Resource::Nofile).current);
        if config.max_connections < wanted {
            log::warn!(
                "{wanted} connections are wanted, but the limit on open files leaves room for {}",
                config.max_connections
            );
        }
        let stats = Arc::new(DoorStats::default());
        let event_loop = EventLoop::new(listener, upstream, config, stats.clone())?;
        let stop = event_loop.stop.clone();
        let thread = std::thread::Builder::new()
            .name("door".into())
            .spawn(move || event_loop.run())?;
        Ok(Door {
            address,
            stats,
            stop,
            thread: Some(thread),
        })
    }

    /// The public address.
    pub fn local_addr(&self) -> SocketAddr {
        self.address
    }

    /// The counters, which outlive the door.
    pub fn stats(&self) -> Arc<DoorStats> {
        self.stats.clone()
    }

    /// Stops accepting, closes idle connections, lets requests that have been begun get their full
    /// answer, and ends after `within` at the latest. Every request either gets its full answer or
    /// was never begun, unless the report says that time was up.
    pub fn shutdown(mut self, within: Duration) -> ShutdownReport {
        let before = self.stats.answered();
        let given_up = self.finish(within);
        ShutdownReport {
            answered: self.stats.answered() - before,
            given_up,
        }
    }

    fn finish(&mut self, within: Duration) -> usize {
        let Some(thread) = self.thread.take() else {
            return 0;
        };
        self.stop.ask(Instant::now() + within);
        thread.join().unwrap_or_else(|_| {
            log::error!("the door ended in a panic");
            0
        })
    }
}

impl Drop for Door {
    /// Closes everything at once; `shutdown` is the polite way.
    fn drop(&mut self) {
        self.finish(Duration::ZERO);
    }
}
