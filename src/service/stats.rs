//! How the service does, in numbers.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use chrono::TimeDelta;

use crate::service::{Core, Sambatan};
pub(crate) use crate::writer::stats::Distribution;
use crate::writer::stats::Histogram;

/// Microseconds in a second.
const PER_SECOND: u32 = 1_000_000;

/// What the verbs and the sweep count.
#[derive(Debug)]
pub(super) struct Counters {
    joins: AtomicU64,
    deadline_lag: Histogram,
}

impl Default for Counters {
    fn default() -> Self {
        const fn seconds(seconds: u64) -> u64 {
            seconds * PER_SECOND as u64
        }
        const LAGS: &[u64] = &[
            seconds(1) / 10,
            seconds(1),
            seconds(5),
            seconds(30),
            seconds(60),
            seconds(5 * 60),
            seconds(60 * 60),
            seconds(24 * 60 * 60),
        ];
        Self {
            joins: AtomicU64::new(0),
            deadline_lag: Histogram::new(LAGS),
        }
    }
}

impl Counters {
    /// A join was stored.
    pub(super) fn count_join(&self) {
        self.joins.fetch_add(1, Ordering::Relaxed);
    }

    /// A campaign was settled so long after its deadline.
    pub(super) fn count_lag(&self, lag: TimeDelta) {
        let lag = lag.to_std().unwrap_or(Duration::ZERO);
        self.deadline_lag.observe_duration(lag);
    }
}

/// The numbers at one time.
pub(crate) struct Stats {
    /// Joins stored since the start; replays are none.
    pub(crate) joins: u64,
    /// Writes that wait now.
    pub(crate) queue_depth: usize,
    /// Writes for each transaction.
    pub(crate) batch_size: Distribution,
    /// How long commits took.
    pub(crate) commit_seconds: Distribution,
    /// How long after its deadline each campaign was settled.
    pub(crate) deadline_lag_seconds: Distribution,
    /// How long something has been due that has not been done: zero when nothing is. None when the file
    /// can't be read.
    pub(crate) overdue_seconds: Option<f64>,
    /// Whether writes find no room on the storage.
    pub(crate) storage_full: bool,
    /// Batches of writes that were refused for it.
    pub(crate) storage_refusals: u64,
    /// Bytes left on the storage. None when the system does not say.
    pub(crate) storage_left: Option<u64>,
    /// The events that the webhook furthest behind has before it. None when the file can't be read.
    pub(crate) webhook_pending: Option<u64>,
}

impl Sambatan {
    /// How the service does.
    pub(crate) fn stats(&self) -> Stats {
        let core = &self.core;
        let written = core.writer.stats();
        Stats {
            joins: core.counters.joins.load(Ordering::Relaxed),
            queue_depth: core.writer.queue_depth(),
            batch_size: written.batch_size.distribution(1),
            commit_seconds: written.commit.distribution(PER_SECOND),
            deadline_lag_seconds: core.counters.deadline_lag.distribution(PER_SECOND),
            overdue_seconds: core.overdue_seconds(),
            storage_full: core.writer.lacks_room() || written.storage_full.load(Ordering::Relaxed),
            storage_refusals: written.storage_refusals.load(Ordering::Relaxed),
            storage_left: core.writer.room_left(),
            webhook_pending: self.webhook_pending(),
        }
    }

    fn webhook_pending(&self) -> Option<u64> {
        let reports = self.list_webhooks().ok()?;
        Some(
            reports
                .iter()
                .map(|report| report.pending)
                .max()
                .unwrap_or(0),
        )
    }
}

impl Core {
    /// Whether there is too little room on the storage to write.
    pub(crate) fn lacks_room(&self) -> bool {
        self.writer.lacks_room()
    }

    fn overdue_seconds(&self) -> Option<f64> {
        let due = self.next_due(None).ok()?;
        let late = due.map_or(TimeDelta::zero(), |due| self.clock.now().since(due));
        Some(late.to_std().unwrap_or(Duration::ZERO).as_secs_f64())
    }
}
