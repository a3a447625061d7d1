//! The one thread of the door: waits for readiness, and moves each connection as far as it goes.
//!
//! Owns: all sockets and the order of things. Never waits for one connection, never holds more than
//! its bounds: connections, bytes of a head, of a body, of answers, and time, each have a limit.
//!
//! Sockets are registered once and edge-triggered; readiness to write is asked for only while an
//! answer is stuck. A request thus costs four system calls beside its share of the waiting: one
//! read and one write on either side.

use std::collections::VecDeque;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use mio::net::TcpListener;
use mio::{Events, Interest, Poll, Token, Waker};

use super::accepting::Accepting;
use super::config::DoorConfig;
use super::crowd::Crowd;
use super::stats::DoorStats;
use super::stopping::{StopSignal, Stopping};
use super::upstream::Pool;

const LISTENER: Token = Token(0);
const WAKER: Token = Token(1);
pub(super) const FIRST_UPSTREAM: usize = 2;

/// Read buffer shared by all connections.
const SCRATCH: usize = 64 * 1024;
/// What the system buffers of an answer; inherited from the listener. Left to itself it buffers
/// megabytes for a client that takes nothing, and the write deadline would not see it.
const SEND_BUFFER: usize = 64 * 1024;

/// Connections that the system holds until they are accepted.
const BACKLOG: i32 = 1024;

/// Everything that the thread works on.
pub(super) struct EventLoop {
    pub(super) poll: Poll,
    pub(super) config: DoorConfig,
    pub(super) stats: Arc<DoorStats>,
    pub(super) crowd: Crowd,
    pub(super) accepting: Accepting,
    pub(super) pool: Pool,
    /// Clients with a complete request that wait for a free upstream connection, oldest first.
    pub(super) queue: VecDeque<usize>,
    /// The clients and upstream connections of answers that are relayed in parts.
    pub(super) relays: Vec<(usize, usize)>,
    /// Clients that could go on without an event.
    pub(super) again: Vec<usize>,
    pub(super) scratch: Box<[u8]>,
    pub(super) stop: Arc<StopSignal>,
    pub(super) stopping: Option<Stopping>,
    /// The time of this round.
    pub(super) now: Instant,
}

impl EventLoop {
    /// Registers the listener and opens the connections to the application.
    pub(super) fn new(
        listener: std::net::TcpListener,
        upstream: &Path,
        config: DoorConfig,
        stats: Arc<DoorStats>,
    ) -> io::Result<EventLoop> {
        let poll = Poll::new()?;
        listener.set_nonblocking(true)?;
        rustix::net::sockopt::set_socket_send_buffer_size(&listener, SEND_BUFFER)?;
        // The standard library asks for 128; a burst of more would wait a second for its next try.
        rustix::net::listen(&listener, BACKLOG)?;
        let mut listener = TcpListener::from_std(listener);
        poll.registry()
            .register(&mut listener, LISTENER, Interest::READABLE)?;
        let waker = Waker::new(poll.registry(), WAKER)?;
        let connections = config.upstream_connections;
        let now = Instant::now();
        let pool = Pool::new(upstream.to_owned(), connections, FIRST_UPSTREAM, now);
        Ok(EventLoop {
            accepting: Accepting::new(listener)?,
            crowd: Crowd::new(FIRST_UPSTREAM + connections, stats.clone()),
            poll,
            config,
            stats,
            pool,
            queue: VecDeque::new(),
            relays: Vec::new(),
            again: Vec::new(),
            scratch: vec![0; SCRATCH].into_boxed_slice(),
            stop: Arc::new(StopSignal::new(waker)),
            stopping: None,
            now,
        })
    }

    /// Runs until the stop is complete; returns how many requests were given up.
    pub(super) fn run(mut self) -> usize {
        let mut events = Events::with_capacity(1024);
        loop {
            match self.poll.poll(&mut events, self.patience()) {
                Ok(()) => {}
                Err(error) if error.kind() == io::ErrorKind::Interrupted => events.clear(),
                Err(error) => {
                    // Nothing that is known to happen; not spinning is all that can be done.
                    log::error!("waiting for readiness failed: {error}");
                    std::thread::sleep(Duration::from_millis(10));
                    events.clear();
                }
            }
            self.now = Instant::now();
            for slot in std::mem::take(&mut self.again) {
                self.pump(slot);
            }
            for event in &events {
                self.handle_guarded(event);
            }
            self.accept_waiting();
            self.expire();
            self.give_up_relays();
            self.tend_upstreams();
            if let Some(given_up) = self.progress_of_stop() {
                return given_up;
            }
        }
    }

    /// How long nothing needs to be done without an event.
    fn patience(&self) -> Option<Duration> {
        if !self.again.is_empty() {
            return Some(Duration::ZERO);
        }
        let stop = self.stopping.as_ref().map(|stopping| stopping.by);
        let times = [
            self.crowd.next_due(),
            self.accepting.due(),
            self.pool.due(),
            stop,
        ];
        let first = times.into_iter().flatten().min()?;
        Some(first.saturating_duration_since(self.now))
    }

    /// A panic is a defect of the door; it costs the one connection that it happened on.
    fn handle_guarded(&mut self, event: &mio::event::Event) {
        if catch_unwind(AssertUnwindSafe(|| self.handle(event))).is_ok() {
            return;
        }
        log::error!("the door panicked over one connection, which is closed");
        let Token(token) = event.token();
        if token >= self.crowd.first_token() {
            let slot = token - self.crowd.first_token();
            self.queue.retain(|queued| *queued != slot);
            self.crowd.close(slot);
        } else if token >= FIRST_UPSTREAM
            && let Some(slot) = self.pool.lose(token - FIRST_UPSTREAM, self.now)
        {
            self.crowd.close(slot);
        }
    }

    fn handle(&mut self, event: &mio::event::Event) {
        match event.token() {
            LISTENER => self.accepting.ready = true,
            WAKER => self.begin_stop(),
            Token(token) if token < self.crowd.first_token() => {
                let slot = token - FIRST_UPSTREAM;
                if event.is_writable() {
                    self.write_upstream(slot);
                }
                if event.is_readable() || event.is_read_closed() {
                    self.read_upstream(slot, event.is_read_closed());
                }
            }
            Token(token) => {
                let slot = token - self.crowd.first_token();
                if let Some(client) = self.crowd.get(slot) {
                    client.readable |= event.is_readable() || event.is_read_closed();
                    client.hung_up |= event.is_read_closed();
                    self.pump(slot);
                }
            }
        }
    }
}
