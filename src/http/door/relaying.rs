//! Answers that are passed on in parts, as the application makes them.
//!
//! Owns: how a part looks to the client, and how much of an answer is here at one time: nothing more is read
//! of the application while the client has not taken what was read before, so that the application waits
//! for the client and the door holds one read of it. An answer that breaks off ends the client's connection
//! within a chunk, so that nobody takes it for whole.

use super::client::{Attempt, Phase};
use super::event_loop::EventLoop;
use super::reply::Part;
use super::stats::{add, add_one};
use super::upstream::Task;
use super::vet::{Traits, Version};

/// The header with which the application asks for this. It is not passed on.
pub const RELAYED: &str = "X-Sambatan-Relayed";

/// Parts for one client before the others have their turn.
const TURN: usize = 16;

impl Part {
    /// The part as the client gets it. An HTTP/1.0 client knows no chunks: for it the connection's end is
    /// the answer's.
    fn render(&self, traits: Traits, close: bool) -> Vec<u8> {
        let in_chunks = traits.version != Version::Http10;
        let mut bytes = Vec::with_capacity(self.content.len() + 64);
        if let Some(head) = &self.head {
            bytes.extend_from_slice(head);
            if in_chunks {
                bytes.extend_from_slice(b"Transfer-Encoding: chunked\r\n");
            }
            if close {
                bytes.extend_from_slice(b"Connection: close\r\n");
            }
            bytes.extend_from_slice(b"\r\n");
        }
        if !in_chunks {
            bytes.extend_from_slice(&self.content);
            return bytes;
        }
        if !self.content.is_empty() {
            bytes.extend_from_slice(format!("{:x}\r\n", self.content.len()).as_bytes());
            bytes.extend_from_slice(&self.content);
            bytes.extend_from_slice(b"\r\n");
        }
        if self.is_last {
            bytes.extend_from_slice(b"0\r\n\r\n");
        }
        bytes
    }
}

impl EventLoop {
    /// Passes a part on. Answers whether the next may be read: the client has taken this one.
    pub(super) fn relay(&mut self, task: Task, upstream: usize, part: &Part) -> bool {
        let Task::Client(slot) = task else {
            // A probe has no use for a table.
            self.pool.lose(upstream, self.now);
            return false;
        };
        let stopping = self.stopping.is_some();
        let Some(client) = self.crowd.get(slot) else {
            return false;
        };
        if part.head.is_some() {
            let is_old = client.traits.version == Version::Http10;
            client.close_after = !client.traits.keep_alive || stopping || is_old;
            client.phase = Phase::Relaying(upstream);
            client.waiting_since = self.now;
            self.relays.push((slot, upstream));
            add(
                &self.stats.dropped_reply_headers,
                part.dropped_headers as u64,
            );
        }
        let Some(client) = self.crowd.get(slot) else {
            return false;
        };
        let bytes = part.render(client.traits, client.close_after);
        client.add_to_answer(&bytes);
        self.crowd
            .set_deadline(slot, self.now + self.config.relay_deadline);
        if part.is_last {
            self.end_relay(slot, upstream);
            return false;
        }
        self.write_relayed(slot)
    }

    /// The whole answer is here: what is left of it is written as any other.
    fn end_relay(&mut self, slot: usize, upstream: usize) {
        self.relays.retain(|relay| *relay != (slot, upstream));
        self.pool.release(upstream, self.now);
        add_one(&self.stats.answered);
        if let Some(client) = self.crowd.get(slot) {
            client.phase = Phase::Writing;
        }
        self.pump(slot);
        self.dispatch();
    }

    /// Writes what the client takes, which extends its time. Answers whether that was everything.
    fn write_relayed(&mut self, slot: usize) -> bool {
        let Some(client) = self.crowd.get(slot) else {
            return false;
        };
        let before = client.unwritten();
        let attempt = client.write();
        let has_moved = client.unwritten() < before;
        let is_armed = client.writable_armed;
        match attempt {
            Attempt::Ended => {
                self.crowd.close(slot);
                return false;
            }
            Attempt::Done => {
                self.crowd.release_answer(slot);
                if is_armed {
                    self.arm_client(slot, false);
                }
            }
            Attempt::Blocked => {
                self.arm_client(slot, true);
                self.crowd.hold_answer(slot);
            }
        }
        if has_moved {
            self.crowd
                .set_deadline(slot, self.now + self.config.relay_deadline);
        }
        attempt == Attempt::Done
    }

    /// The client may have room again: then the next part may be there already, of which no event tells.
    pub(super) fn step_relaying(&mut self, slot: usize, upstream: usize) -> bool {
        if self.write_relayed(slot) {
            self.read_upstream(upstream, true);
        }
        false
    }

    /// Gives up the upstream connections whose clients have gone in the middle of an answer: the
    /// application is to stop making it.
    pub(super) fn give_up_relays(&mut self) {
        let mut given_up = Vec::new();
        let crowd = &mut self.crowd;
        self.relays.retain(|(slot, upstream)| {
            let phase = crowd.get(*slot).map(|client| client.phase);
            let goes_on = phase == Some(Phase::Relaying(*upstream));
            if !goes_on {
                given_up.push((*slot, *upstream));
            }
            goes_on
        });
        for (slot, upstream) in given_up {
            let task = self
                .pool
                .get(upstream)
                .and_then(|connection| connection.task);
            if task == Some(Task::Client(slot)) {
                self.pool.lose(upstream, self.now);
            }
        }
    }

    /// Lets the others have their turn after so many parts.
    pub(super) fn ends_turn(&mut self, task: Task, parts: usize) -> bool {
        if let Task::Client(slot) = task
            && parts == TURN
        {
            self.again.push(slot);
            return true;
        }
        false
    }

    /// Whether the client of an answer that comes in parts has still to take what is here.
    pub(super) fn is_held_back(&mut self, upstream: usize) -> bool {
        let task = self
            .pool
            .get(upstream)
            .and_then(|connection| connection.task);
        let Some(Task::Client(slot)) = task else {
            return false;
        };
        self.crowd.get(slot).is_some_and(|client| {
            client.phase == Phase::Relaying(upstream) && client.unwritten() > 0
        })
    }

    /// Whether an answer is on its way to a client, so that it is too late to say that it failed.
    pub(super) fn is_relaying(&mut self, slot: usize) -> bool {
        let client = self.crowd.get(slot);
        client.is_some_and(|client| matches!(client.phase, Phase::Relaying(_)))
    }
}
