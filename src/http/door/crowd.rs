//! All client connections together: their slots, counts, deadlines, and who has to make room.
//!
//! Owns: the limits that concern more than one connection. Deadlines need no timer structure of
//! their own: each connection has one, the earliest is remembered, and only when that has come are
//! all connections, whose number is bounded, looked at.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use super::address::counting_key;
use super::client::{Client, Phase};
use super::stats::{DoorStats, add_one};
use super::upstream::Task;
use super::vet::Traits;

/// Deadlines are looked at no more often than this, however many fall due one after the other.
const GRANULARITY: Duration = Duration::from_millis(5);

/// A client that takes its answer for less than this loses its place only when nobody else can.
const WRITE_GRACE: Duration = Duration::from_millis(250);

/// The client connections.
#[derive(Debug)]
pub(super) struct Crowd {
    slots: Vec<Option<Client>>,
    free: Vec<usize>,
    first_token: usize,
    counted: usize,
    per_address: HashMap<IpAddr, usize>,
    uncounted: usize,
    held: usize,
    next_due: Option<Instant>,
    stats: Arc<DoorStats>,
}

impl Crowd {
    pub(super) fn new(first_token: usize, stats: Arc<DoorStats>) -> Crowd {
        Crowd {
            slots: Vec::new(),
            free: Vec::new(),
            first_token,
            counted: 0,
            per_address: HashMap::new(),
            uncounted: 0,
            held: 0,
            next_due: None,
            stats,
        }
    }

    /// The token of slot 0.
    pub(super) fn first_token(&self) -> usize {
        self.first_token
    }

    pub(super) fn get(&mut self, slot: usize) -> Option<&mut Client> {
        self.slots.get_mut(slot).and_then(Option::as_mut)
    }

    /// What is known of the request that an upstream connection answers; none when its client has gone.
    pub(super) fn asker(&self, task: Task, upstream: usize) -> Option<Traits> {
        let Task::Client(slot) = task else {
            return Some(Traits::default());
        };
        let client = self.slots.get(slot)?.as_ref()?;
        let is_waiting = [Phase::InFlight(upstream), Phase::Relaying(upstream)];
        is_waiting.contains(&client.phase).then_some(client.traits)
    }

    /// All occupied slots.
    pub(super) fn iter(&self) -> impl Iterator<Item = (usize, &Client)> {
        self.slots
            .iter()
            .enumerate()
            .filter_map(|(slot, client)| Some((slot, client.as_ref()?)))
    }

    pub(super) fn is_empty(&self) -> bool {
        self.counted + self.uncounted == 0
    }

    /// Connections that count against the limit.
    pub(super) fn counted(&self) -> usize {
        self.counted
    }

    /// Connections from one address that count against its limit.
    pub(super) fn counted_from(&self, peer: IpAddr) -> usize {
        self.per_address
            .get(&counting_key(peer))
            .copied()
            .unwrap_or(0)
    }

    pub(super) fn add(&mut self, client: Client) -> usize {
        self.counted += 1;
        if !client.exempt {
            *self
                .per_address
                .entry(counting_key(client.peer))
                .or_insert(0) += 1;
        }
        self.stats.open.fetch_add(1, Ordering::Relaxed);
        if let Some(slot) = self.free.pop() {
            self.slots[slot] = Some(client);
            return slot;
        }
        self.slots.push(Some(client));
        self.slots.len() - 1
    }

    /// Closes a connection. Its socket goes with it.
    pub(super) fn close(&mut self, slot: usize) {
        self.release_answer(slot);
        let Some(client) = self.slots.get_mut(slot).and_then(Option::take) else {
            return;
        };
        if client.counted {
            self.subtract(&client);
        } else {
            self.uncounted -= 1;
        }
        self.stats.open.fetch_sub(1, Ordering::Relaxed);
        self.free.push(slot);
    }

    fn subtract(&mut self, client: &Client) {
        self.counted -= 1;
        if client.exempt {
            return;
        }
        let key = counting_key(client.peer);
        if let Some(count) = self.per_address.get_mut(&key) {
            *count -= 1;
            if *count == 0 {
                self.per_address.remove(&key);
            }
        }
    }

    /// A connection that only has to be closed frees its place at once. At most `limit` of those;
    /// the one whose time is up first goes.
    pub(super) fn leave_count(&mut self, slot: usize, limit: usize) {
        let Some(mut client) = self.slots.get_mut(slot).and_then(Option::take) else {
            return;
        };
        if client.counted {
            self.subtract(&client);
            client.counted = false;
            self.uncounted += 1;
        }
        self.slots[slot] = Some(client);
        if self.uncounted > limit {
            let first = self
                .iter()
                .filter(|(other, client)| !client.counted && *other != slot)
                .min_by_key(|(_, client)| client.deadline)
                .map(|(other, _)| other);
            if let Some(first) = first {
                self.close(first);
            }
        }
    }

    /// Sets when the present phase of a connection must be over.
    pub(super) fn set_deadline(&mut self, slot: usize, deadline: Instant) {
        if let Some(client) = self.get(slot) {
            client.deadline = deadline;
            self.next_due = Some(self.next_due.map_or(deadline, |due| due.min(deadline)));
        }
    }

    /// When `take_due` has something to do next.
    pub(super) fn next_due(&self) -> Option<Instant> {
        self.next_due
    }

    /// The connections whose deadline has passed.
    pub(super) fn take_due(&mut self, now: Instant) -> Vec<usize> {
        if self.next_due.is_none_or(|due| now < due) {
            return Vec::new();
        }
        let due = self.iter().filter(|(_, client)| client.deadline <= now);
        let due: Vec<usize> = due.map(|(slot, _)| slot).collect();
        let later = self
            .iter()
            .map(|(_, client)| client.deadline)
            .filter(|at| *at > now)
            .min();
        self.next_due = later.map(|at| at.max(now + GRANULARITY));
        due
    }

    /// The connection that has waited longest without a complete request, or without taking its
    /// answer; from `peer`'s address when given. `None` when all are busy.
    pub(super) fn slowest(&self, peer: Option<IpAddr>, now: Instant) -> Option<usize> {
        let key = peer.map(counting_key);
        self.iter()
            .filter(|(_, client)| client.counted)
            .filter(|(_, client)| {
                key.is_none_or(|key| !client.exempt && counting_key(client.peer) == key)
            })
            .filter_map(|(slot, client)| {
                let since = client.waiting_since;
                let young = match client.phase {
                    Phase::Reading(_) => false,
                    Phase::Writing => now.saturating_duration_since(since) < WRITE_GRACE,
                    Phase::Queued | Phase::InFlight(_) | Phase::Relaying(_) | Phase::Lingering => {
                        return None;
                    }
                };
                Some((young, since, slot))
            })
            .min()
            .map(|(_, _, slot)| slot)
    }

    /// Counts an answer that the client does not take.
    pub(super) fn hold_answer(&mut self, slot: usize) {
        let Some(client) = self.get(slot) else {
            return;
        };
        let after = client.unwritten();
        let before = std::mem::replace(&mut client.held, after);
        self.held = self.held - before + after;
    }

    /// The answer is taken, or will never be.
    pub(super) fn release_answer(&mut self, slot: usize) {
        if let Some(client) = self.get(slot) {
            let held = std::mem::take(&mut client.held);
            self.held -= held;
        }
    }

    /// Bytes of answers that clients have not taken.
    pub(super) fn held(&self) -> usize {
        self.held
    }

    /// Closes the connection that has been taking its answer for longest.
    pub(super) fn close_slowest_taker(&mut self) {
        let slowest = self
            .iter()
            .filter(|(_, client)| client.held > 0)
            .min_by_key(|(_, client)| client.waiting_since)
            .map(|(slot, _)| slot);
        if let Some(slot) = slowest {
            add_one(&self.stats.evicted);
            self.close(slot);
        }
    }
}
