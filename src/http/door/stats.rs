//! Counters of the door, for the metrics page and for tests.

use std::sync::atomic::{AtomicU64, Ordering};

use super::refusal::Refusal;

/// What the door has done since its start. Written by the door, read by anybody; the values are
/// each right, not taken at one instant.
#[derive(Debug)]
pub struct DoorStats {
    pub(super) accepted: AtomicU64,
    pub(super) open: AtomicU64,
    pub(super) forwarded: AtomicU64,
    pub(super) answered: AtomicU64,
    pub(super) evicted: AtomicU64,
    pub(super) timed_out: AtomicU64,
    pub(super) accept_errors: AtomicU64,
    pub(super) upstream_opened: AtomicU64,
    pub(super) dropped_reply_headers: AtomicU64,
    refusals: [AtomicU64; Refusal::ALL.len()],
}

impl Default for DoorStats {
    fn default() -> DoorStats {
        DoorStats {
            accepted: AtomicU64::new(0),
            open: AtomicU64::new(0),
            forwarded: AtomicU64::new(0),
            answered: AtomicU64::new(0),
            evicted: AtomicU64::new(0),
            timed_out: AtomicU64::new(0),
            accept_errors: AtomicU64::new(0),
            upstream_opened: AtomicU64::new(0),
            dropped_reply_headers: AtomicU64::new(0),
            refusals: [const { AtomicU64::new(0) }; Refusal::ALL.len()],
        }
    }
}

impl DoorStats {
    /// Connections accepted.
    pub fn accepted(&self) -> u64 {
        self.accepted.load(Ordering::Relaxed)
    }

    /// Connections open now, those that linger after their last answer included.
    pub fn open(&self) -> u64 {
        self.open.load(Ordering::Relaxed)
    }

    /// Requests handed to the application.
    pub fn forwarded(&self) -> u64 {
        self.forwarded.load(Ordering::Relaxed)
    }

    /// Answers of the application that were passed on to a client.
    pub fn answered(&self) -> u64 {
        self.answered.load(Ordering::Relaxed)
    }

    /// Connections closed to make room for others.
    pub fn evicted(&self) -> u64 {
        self.evicted.load(Ordering::Relaxed)
    }

    /// Connections closed without an answer because they idled, or took an answer too slowly.
    pub fn timed_out(&self) -> u64 {
        self.timed_out.load(Ordering::Relaxed)
    }

    /// Failed attempts to accept a connection.
    pub fn accept_errors(&self) -> u64 {
        self.accept_errors.load(Ordering::Relaxed)
    }

    /// Connections opened to the application, the first ones included.
    pub fn upstream_opened(&self) -> u64 {
        self.upstream_opened.load(Ordering::Relaxed)
    }

    /// Headers in answers that are not on the list and were left out.
    pub fn dropped_reply_headers(&self) -> u64 {
        self.dropped_reply_headers.load(Ordering::Relaxed)
    }

    /// How often one refusal was answered.
    pub fn refused(&self, refusal: Refusal) -> u64 {
        self.refusals[refusal as usize].load(Ordering::Relaxed)
    }

    /// Every refusal with its count, for a metric with one label.
    pub fn refusals(&self) -> impl Iterator<Item = (Refusal, u64)> + '_ {
        Refusal::ALL
            .iter()
            .map(|refusal| (*refusal, self.refused(*refusal)))
    }

    pub(super) fn count_refusal(&self, refusal: Refusal) {
        add_one(&self.refusals[refusal as usize]);
    }
}

/// Counters need no order among each other.
pub(super) fn add_one(counter: &AtomicU64) {
    add(counter, 1);
}

pub(super) fn add(counter: &AtomicU64, count: u64) {
    counter.fetch_add(count, Ordering::Relaxed);
}
