//! What the writer counts: plain atomics, so that counting costs it next to nothing.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

/// How many values fell below each of a fixed row of bounds.
#[derive(Debug)]
pub(crate) struct Histogram {
    /// Ascending; a value belongs to the first bound that it does not pass.
    bounds: &'static [u64],
    /// One for each bound, and one for what passes them all.
    counts: Box<[AtomicU64]>,
    sum: AtomicU64,
}

/// The counts of a [`Histogram`] at one time.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Distribution {
    /// The sum of all values.
    pub(crate) sum: f64,
    /// How many values there are.
    pub(crate) count: u64,
    /// Each bound with the number of values that belong to it; the last bound is infinite.
    pub(crate) buckets: Vec<(f64, u64)>,
}

/// Milliseconds as [`Histogram::observe_duration`] counts them.
const fn ms(milliseconds: u64) -> u64 {
    milliseconds * 1000
}

impl Histogram {
    /// No values yet.
    pub(crate) fn new(bounds: &'static [u64]) -> Self {
        Self {
            bounds,
            counts: (0..=bounds.len()).map(|_| AtomicU64::new(0)).collect(),
            sum: AtomicU64::new(0),
        }
    }

    /// Counts a value.
    pub(crate) fn observe(&self, value: u64) {
        let bucket = self.bounds.partition_point(|bound| *bound < value);
        self.counts[bucket].fetch_add(1, Ordering::Relaxed);
        self.sum.fetch_add(value, Ordering::Relaxed);
    }

    /// Counts a time, in microseconds.
    pub(crate) fn observe_duration(&self, duration: Duration) {
        self.observe(u64::try_from(duration.as_micros()).unwrap_or(u64::MAX));
    }

    /// The counts by now, where so many of what was counted make one unit.
    pub(crate) fn distribution(&self, per_unit: u32) -> Distribution {
        // Exact up to 2^53, which no count here comes near.
        #[expect(
            clippy::cast_precision_loss,
            reason = "a metric may be off by a billionth"
        )]
        let in_units = |value: u64| value as f64 / f64::from(per_unit);
        let bounds = self.bounds.iter().map(|bound| in_units(*bound));
        let counts = self
            .counts
            .iter()
            .map(|count| count.load(Ordering::Relaxed));
        let buckets: Vec<_> = bounds.chain([f64::INFINITY]).zip(counts).collect();
        Distribution {
            sum: in_units(self.sum.load(Ordering::Relaxed)),
            count: buckets.iter().map(|(_, count)| count).sum(),
            buckets,
        }
    }
}

/// What the writer has done.
#[derive(Debug)]
pub(crate) struct WriterStats {
    /// Operations for each transaction.
    pub(crate) batch_size: Histogram,
    /// How long each COMMIT took.
    pub(crate) commit: Histogram,
    /// Whether the last write that needed room found none.
    pub(crate) storage_full: AtomicBool,
    /// Batches that were refused because there was no room.
    pub(crate) storage_refusals: AtomicU64,
}

impl Default for WriterStats {
    fn default() -> Self {
        const COMMITS: &[u64] = &[
            250,
            500,
            ms(1),
            ms(2),
            ms(5),
            ms(10),
            ms(25),
            ms(50),
            ms(100),
            ms(250),
            ms(1000),
            ms(5000),
        ];
        Self {
            batch_size: Histogram::new(&[1, 2, 4, 8, 16, 32, 64, 128, 256]),
            commit: Histogram::new(COMMITS),
            storage_full: AtomicBool::new(false),
            storage_refusals: AtomicU64::new(0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_belongs_to_the_first_bound_that_it_does_not_pass() {
        let histogram = Histogram::new(&[1, 10]);
        for value in [0, 1, 2, 10, 11, 1000] {
            histogram.observe(value);
        }
        assert_eq!(
            histogram.distribution(1),
            Distribution {
                sum: 1024.0,
                count: 6,
                buckets: vec![(1.0, 2), (10.0, 2), (f64::INFINITY, 2)],
            }
        );
    }

    #[test]
    fn a_time_is_told_in_seconds() {
        let histogram = Histogram::new(&[500_000]);
        histogram.observe_duration(Duration::from_millis(250));
        histogram.observe_duration(Duration::from_secs(2));
        assert_eq!(
            histogram.distribution(1_000_000),
            Distribution {
                sum: 2.25,
                count: 2,
                buckets: vec![(0.5, 1), (f64::INFINITY, 1)],
            }
        );
    }
}
