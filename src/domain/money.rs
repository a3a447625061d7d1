//! Money: whole rupiah, checked arithmetic, never a float.

use std::fmt;

use crate::domain::slots::Slots;

/// An amount of whole rupiah.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Rupiah(i64);

impl Rupiah {
    /// The highest price of a slot or a product, so that price × slots stays far inside an `i64`.
    pub const MAX_PRICE: i64 = 1_000_000_000_000;

    /// The largest single movement of money: the dearest participation with its tail, and a slip.
    pub const MAX_MOVED: i64 = 2_000_000_000_000_000_000;

    /// The most that one campaign can take in, so that every sum of it stays inside an `i64`.
    pub const MAX_RECEIVED: i64 = 4_000_000_000_000_000_000;

    /// An amount in rupiah.
    #[must_use]
    pub const fn new(amount: i64) -> Self {
        Self(amount)
    }

    /// The amount in rupiah.
    #[must_use]
    pub const fn get(self) -> i64 {
        self.0
    }

    /// The sum; `None` when it does not fit.
    #[must_use]
    pub fn checked_add(self, other: Self) -> Option<Self> {
        self.0.checked_add(other.0).map(Self)
    }

    /// What is left; never less than nothing.
    #[must_use]
    pub const fn less(self, other: Self) -> Self {
        let left = self.0.saturating_sub(other.0);
        Self(if left < 0 { 0 } else { left })
    }

    /// The price of so many slots; `None` when it does not fit.
    #[must_use]
    pub fn checked_times(self, slots: Slots) -> Option<Self> {
        self.0.checked_mul(i64::from(slots.get())).map(Self)
    }
}

impl fmt::Display for Rupiah {
    /// As Indonesians write it: `Rp150.000`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = self.0.unsigned_abs().to_string();
        let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
        for (index, digit) in digits.chars().enumerate() {
            if index > 0 && (digits.len() - index).is_multiple_of(3) {
                grouped.push('.');
            }
            grouped.push(digit);
        }
        let sign = if self.0 < 0 { "-" } else { "" };
        write!(f, "{sign}Rp{grouped}")
    }
}

impl PartialEq<i64> for Rupiah {
    fn eq(&self, other: &i64) -> bool {
        self.0 == *other
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rupiah_are_grouped_by_points() {
        for (amount, text) in [
            (0, "Rp0"),
            (999, "Rp999"),
            (1_000, "Rp1.000"),
            (150_231, "Rp150.231"),
            (1_000_000_000_000, "Rp1.000.000.000.000"),
            (-4_200, "-Rp4.200"),
        ] {
            assert_eq!(Rupiah::new(amount).to_string(), text);
        }
    }

    #[test]
    fn the_dearest_campaign_still_fits() {
        assert_eq!(
            Rupiah::new(Rupiah::MAX_PRICE).checked_times(Slots::MAX),
            Some(Rupiah::new(1_000_000_000_000_000_000))
        );
        assert_eq!(Rupiah::new(i64::MAX).checked_times(Slots::new(2)), None);
    }
}
