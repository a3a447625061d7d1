//! Random numbers from a seed that is printed, so that a failure can be repeated.

use std::ops::RangeInclusive;
use std::time::{SystemTime, UNIX_EPOCH};

/// `SplitMix64`: small, good enough to mix requests.
#[derive(Debug, Clone)]
pub(crate) struct Random(u64);

impl Random {
    pub(crate) const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// A seed from `SAMBATAN_TEST_SEED`, else from the time. Prints it.
    pub(crate) fn announced(test: &str) -> Self {
        let seed = std::env::var("SAMBATAN_TEST_SEED").map_or_else(
            |_| {
                SystemTime::now()
                    .duration_since(UNIX_EPOCH)
                    .map_or(1, |since| u64::from(since.subsec_nanos()))
            },
            |text| text.parse().expect("SAMBATAN_TEST_SEED is a number"),
        );
        println!("{test}: repeat with SAMBATAN_TEST_SEED={seed}");
        Self::new(seed)
    }

    pub(crate) const fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number of the range.
    pub(crate) fn within(&mut self, range: RangeInclusive<u64>) -> u64 {
        range.start() + self.next() % (range.end() - range.start() + 1)
    }

    /// True in so many of a hundred cases.
    pub(crate) fn percent(&mut self, percent: u64) -> bool {
        self.within(1..=100) <= percent
    }

    /// One of several.
    pub(crate) fn pick<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        let last = u64::try_from(items.len() - 1).expect("a length fits");
        &items[usize::try_from(self.within(0..=last)).expect("an index fits")]
    }

    /// Another generator, for a thread.
    pub(crate) const fn fork(&mut self) -> Self {
        Self(self.next())
    }
}
