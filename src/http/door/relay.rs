//! Between the door and the application: hands complete requests on, and takes the answers back.
//!
//! Owns: which request goes over which upstream connection, and what a client hears when the
//! application fails. A request is handed on once; when a byte of it may have been read, it is never
//! sent again.

use mio::{Interest, Token};

use super::client::{Attempt, Phase};
use super::event_loop::{EventLoop, FIRST_UPSTREAM};
use super::refusal::Refusal;
use super::reply::{Fed, Reply};
use super::stats::{add, add_one};
use super::upstream::Task;
use super::vet::Refused;

impl EventLoop {
    pub(super) fn enqueue(&mut self, slot: usize) {
        let deadline = self.now + self.config.upstream_deadline;
        if let Some(client) = self.crowd.get(slot) {
            client.phase = Phase::Queued;
        }
        self.crowd.set_deadline(slot, deadline);
        self.queue.push_back(slot);
        self.dispatch();
    }

    /// Hands queued requests to free upstream connections.
    pub(super) fn dispatch(&mut self) {
        while !self.queue.is_empty() {
            let Some(upstream) = self.pool.take_idle() else {
                return;
            };
            let Some(slot) = self.queue.pop_front() else {
                return;
            };
            let Some(client) = self.crowd.get(slot) else {
                self.pool.release(upstream, self.now);
                continue;
            };
            client.phase = Phase::InFlight(upstream);
            let request = std::mem::take(&mut client.request);
            let Some(connection) = self.pool.get(upstream) else {
                continue;
            };
            match connection.send(slot, request) {
                Attempt::Done => add_one(&self.stats.forwarded),
                Attempt::Blocked => {
                    add_one(&self.stats.forwarded);
                    self.arm_upstream(upstream, true);
                }
                Attempt::Ended => self.upstream_ended(upstream),
            }
        }
    }

    /// Gives up an upstream connection. A request of which nothing was taken goes to another; one
    /// that may have been begun must not be sent twice.
    fn upstream_ended(&mut self, upstream: usize) {
        let unsent = self
            .pool
            .get(upstream)
            .and_then(|connection| connection.take_unsent());
        let Some(slot) = self.pool.lose(upstream, self.now) else {
            return;
        };
        if self.is_relaying(slot) {
            return self.crowd.close(slot);
        }
        let Some(client) = self.crowd.get(slot) else {
            return;
        };
        if let Some(request) = unsent {
            client.request = request;
            client.phase = Phase::Queued;
            self.queue.push_front(slot);
            return;
        }
        let traits = client.traits;
        self.refuse(
            slot,
            Refused {
                refusal: Refusal::ApplicationGone,
                traits,
            },
        );
        self.pump(slot);
    }

    pub(super) fn tend_upstreams(&mut self) {
        if self.pool.tend(
            self.now,
            self.poll.registry(),
            self.config.upstream_deadline,
        ) {
            add_one(&self.stats.upstream_opened);
        }
    }

    fn arm_upstream(&mut self, upstream: usize, armed: bool) {
        let interest = if armed {
            Interest::READABLE | Interest::WRITABLE
        } else {
            Interest::READABLE
        };
        let Some(connection) = self.pool.get(upstream) else {
            return;
        };
        let token = Token(FIRST_UPSTREAM + upstream);
        if self
            .poll
            .registry()
            .reregister(&mut connection.stream, token, interest)
            .is_err()
        {
            self.upstream_ended(upstream);
        }
    }

    pub(super) fn write_upstream(&mut self, upstream: usize) {
        match self.pool.get(upstream).map(|connection| connection.write()) {
            Some(Attempt::Done) => self.arm_upstream(upstream, false),
            Some(Attempt::Ended) => self.upstream_ended(upstream),
            Some(Attempt::Blocked) | None => {}
        }
    }

    /// Reads what is there. `closed`: the application has closed its side, so that no further event
    /// will tell of the end behind the last bytes.
    pub(super) fn read_upstream(&mut self, upstream: usize, closed: bool) {
        if self.is_held_back(upstream) {
            return;
        }
        let mut parts = 0;
        loop {
            let Some(connection) = self.pool.get(upstream) else {
                return;
            };
            let count = match connection.read(&mut self.scratch) {
                Ok(count) => count,
                Err(Attempt::Ended) => return self.upstream_ended(upstream),
                Err(_) => return,
            };
            let Some(task) = connection.task else {
                // Nobody asked: the answers have lost their order, so none can be trusted.
                log::error!("the application sent bytes that belong to no request");
                self.pool.lose(upstream, self.now);
                return;
            };
            let Some(traits) = self.crowd.asker(task, upstream) else {
                // The asker is gone and its place may be another's: nobody gets this answer.
                self.pool.lose(upstream, self.now);
                return;
            };
            let reply = connection.reader.feed(
                &self.scratch[..count],
                traits.head_only,
                &self.config.reply_headers,
                self.config.reply_limit,
            );
            match reply {
                Ok(Fed::Part(part)) => {
                    // Nothing more is read before the client has taken this.
                    let is_taken = self.relay(task, upstream, &part);
                    parts += 1;
                    if !is_taken || self.ends_turn(task, parts) {
                        return;
                    }
                }
                Ok(Fed::Whole(reply)) => {
                    self.pool.release(upstream, self.now);
                    if closed {
                        self.pool.lose(upstream, self.now);
                    }
                    if let Task::Client(slot) = task {
                        self.pass_on(slot, reply);
                    }
                    self.dispatch();
                    return;
                }
                Ok(Fed::Nothing) if count < self.scratch.len() && !closed => return,
                Ok(Fed::Nothing) => {}
                Err(refusal) => return self.reject_reply(upstream, refusal),
            }
        }
    }

    fn reject_reply(&mut self, upstream: usize, refusal: Refusal) {
        log::error!(
            "an answer of the application was not passed on: {}",
            refusal.code()
        );
        let Some(slot) = self.pool.lose(upstream, self.now) else {
            return;
        };
        if self.is_relaying(slot) {
            return self.crowd.close(slot);
        }
        let traits = self
            .crowd
            .get(slot)
            .map(|client| client.traits)
            .unwrap_or_default();
        self.refuse(slot, Refused { refusal, traits });
        self.pump(slot);
    }

    fn pass_on(&mut self, slot: usize, reply: Reply) {
        let Some(client) = self.crowd.get(slot) else {
            return;
        };
        if reply.dropped_headers > 0 {
            log::warn!(
                "{} headers of an answer are not on the list",
                reply.dropped_headers
            );
            add(
                &self.stats.dropped_reply_headers,
                reply.dropped_headers as u64,
            );
        }
        let close = !client.traits.keep_alive || self.stopping.is_some();
        client.close_after = close;
        let answer = reply.render(client.traits, close);
        add_one(&self.stats.answered);
        self.begin_answer(slot, answer);
        self.pump(slot);
    }
}
