//! What to transfer: the contribution and a small tail, so that the amount alone says whose transfer it is.
//!
//! Owns the order in which tails are tried. Whether one is free only the file knows: the caller asks it
//! inside the transaction that takes the slots, and a unique index repeats the rule.

use crate::domain::id::ParticipationId;
use crate::domain::money::Rupiah;

/// The largest tails, from the shortest on, and how many of each are tried. Three digits serve as long as
/// few people are to pay the same price; with a million of them a free one is still among these.
const WIDTHS: [(u64, usize); 6] = [
    (999, 4),
    (9_999, 4),
    (99_999, 3),
    (999_999, 3),
    (9_999_999, 3),
    (99_999_999, 3),
];

/// The amounts to try for a participation, the smallest tails first: at most 20. Tails that are too few
/// for the `crowd` that pays this price are not tried, so that the first is free more often than not.
/// Spread by the participation's id, so that neighbours in a list are none in their amounts: a slip of a
/// digit hits nobody.
pub fn candidates(
    id: ParticipationId,
    contribution: Rupiah,
    crowd: u32,
) -> impl Iterator<Item = Rupiah> {
    let mut state = id.as_uuid().as_u64_pair().1;
    WIDTHS
        .iter()
        .filter(move |(width, _)| *width >= 2 * u64::from(crowd))
        .flat_map(|&(width, tries)| std::iter::repeat_n(width, tries))
        .map(move |width| {
            state = spread(state);
            let tail = 1 + i64::try_from(state % width).unwrap_or(0);
            Rupiah::new(contribution.get().saturating_add(tail))
        })
}

/// The next of a sequence of well-mixed numbers (Steele, Lea and Flood's `SplitMix64`).
const fn spread(state: u64) -> u64 {
    let mut mixed = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    const PRICE: Rupiah = Rupiah::new(150_000);

    #[test]
    fn tails_are_small_first_and_never_nothing() {
        let id = ParticipationId::new();
        let amounts: Vec<_> = candidates(id, PRICE, 0).collect();
        assert_eq!(amounts.len(), 20);
        assert!(amounts.iter().copied().eq(candidates(id, PRICE, 0)));
        for amount in &amounts[..4] {
            assert!((150_001..=150_999).contains(&amount.get()), "{amount}");
        }
        assert!(amounts.iter().all(|amount| *amount > PRICE));
    }

    #[test]
    fn a_million_at_one_price_find_an_amount_within_a_few_tries() {
        let mut taken = HashSet::new();
        let (mut most, mut all) = (0, 0);
        for crowd in 0..1_000_000 {
            let mut amounts = candidates(ParticipationId::new(), PRICE, crowd);
            let tried = amounts.position(|amount| taken.insert(amount)).unwrap();
            most = most.max(tried);
            all += tried + 1;
        }
        assert!(most < 12, "{most}");
        assert!(all < 1_500_000, "{all}");
    }

    #[test]
    fn a_crowd_that_nobody_counted_finds_an_amount_too() {
        let mut taken = HashSet::new();
        for _ in 0..200_000 {
            let mut amounts = candidates(ParticipationId::new(), PRICE, 0);
            assert!(amounts.any(|amount| taken.insert(amount)));
        }
    }

    #[test]
    fn the_first_few_hundred_keep_to_three_digits() {
        let mut taken = HashSet::new();
        for crowd in 0..300 {
            let mut amounts = candidates(ParticipationId::new(), PRICE, crowd);
            let amount = amounts.find(|amount| taken.insert(*amount));
            assert!(amount.unwrap() < Rupiah::new(160_000));
        }
        let short = taken.iter().filter(|amount| amount.get() < 151_000);
        assert!(short.count() > 290);
    }
}
