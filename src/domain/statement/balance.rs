//! The balance as evidence: where it moves by exactly the amount of a line, it tells the direction.
//!
//! A pure decision over all lines. Gaps say nothing.

use chrono::NaiveDate;

use crate::domain::statement::words::Direction;

/// What the balance needs to know of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Step {
    /// None for a line that tells only a balance.
    pub(super) date: Option<NaiveDate>,
    /// In sen; nothing for a line that tells only a balance.
    pub(super) amount: i128,
    pub(super) balance: Option<i128>,
    /// What the line itself says.
    pub(super) told: Option<Direction>,
}

/// In which order the lines stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Order {
    OldestFirst,
    NewestFirst,
}

/// Which way the balance moves by exactly the amount of each line; none where it does not.
pub(super) fn directions(steps: &[Step]) -> Vec<Option<Direction>> {
    let oldest = moves(steps, Order::OldestFirst);
    let newest = moves(steps, Order::NewestFirst);
    match order(steps, &oldest, &newest) {
        Some(Order::OldestFirst) => oldest,
        Some(Order::NewestFirst) => newest,
        None => vec![None; steps.len()],
    }
}

fn moves(steps: &[Step], order: Order) -> Vec<Option<Direction>> {
    let before = |index: usize| match order {
        Order::OldestFirst => index.checked_sub(1).map(|before| steps[before].balance),
        Order::NewestFirst => steps.get(index + 1).map(|before| before.balance),
    };
    let all = steps.iter().enumerate();
    all.map(|(index, step)| {
        let moved = step.balance? - before(index).flatten()?;
        if step.amount == 0 {
            None
        } else if moved == step.amount {
            Some(Direction::In)
        } else if moved == -step.amount {
            Some(Direction::Out)
        } else {
            None
        }
    })
    .collect()
}

/// The order in which more lines fit. Of equals the one of the dates, then the one that agrees with more
/// lines; where that is equal too, nothing is known unless both orders say the same.
fn order(
    steps: &[Step],
    oldest: &[Option<Direction>],
    newest: &[Option<Direction>],
) -> Option<Order> {
    let count = |moves: &[Option<Direction>]| moves.iter().flatten().count();
    let dates = || steps.iter().filter_map(|step| step.date);
    let by_date = match (dates().next(), dates().next_back()) {
        (Some(first), Some(last)) if first < last => Some(Order::OldestFirst),
        (Some(first), Some(last)) if first > last => Some(Order::NewestFirst),
        _ => None,
    };
    let by_count = match count(oldest).cmp(&count(newest)) {
        std::cmp::Ordering::Greater => Some(Order::OldestFirst),
        std::cmp::Ordering::Less => Some(Order::NewestFirst),
        std::cmp::Ordering::Equal => None,
    };
    match (by_count, by_date) {
        (Some(count), Some(date)) => (count == date).then_some(count),
        (Some(one), None) | (None, Some(one)) => Some(one),
        (None, None) => {
            let agreeing = |moves: &[Option<Direction>]| agreement(steps, moves);
            match agreeing(oldest).cmp(&agreeing(newest)) {
                std::cmp::Ordering::Greater => Some(Order::OldestFirst),
                std::cmp::Ordering::Less => Some(Order::NewestFirst),
                std::cmp::Ordering::Equal => (oldest == newest).then_some(Order::OldestFirst),
            }
        }
    }
}

/// How many lines say what the balance says, less those that say the contrary.
pub(super) fn agreement(steps: &[Step], moves: &[Option<Direction>]) -> i64 {
    let pairs = steps.iter().zip(moves);
    pairs
        .map(|(step, moved)| match (step.told, moved) {
            (Some(told), Some(moved)) if told == *moved => 1,
            (Some(_), Some(_)) => -1,
            _ => 0,
        })
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use Direction::{In, Out};

    fn step(day: u32, amount: i128, balance: i128, told: Option<Direction>) -> Step {
        Step {
            date: NaiveDate::from_ymd_opt(2026, 11, day),
            amount,
            balance: Some(balance),
            told,
        }
    }

    #[test]
    fn the_balance_tells_the_direction_in_one_order_or_the_other() {
        let steps = [
            step(1, 100, 1_100, None),
            step(2, 30, 1_070, None),
            step(3, 50, 1_120, None),
        ];
        assert_eq!(directions(&steps), [None, Some(Out), Some(In)]);
        let turned: Vec<_> = steps.iter().rev().copied().collect();
        assert_eq!(directions(&turned), [Some(In), Some(Out), None]);
    }

    #[test]
    fn equal_amounts_of_one_day_tell_nothing_by_themselves() {
        let steps = [step(1, 100, 900, None), step(1, 100, 800, None)];
        assert_eq!(directions(&steps), [None, None]);
        let told = steps.map(|step| Step {
            told: Some(In),
            ..step
        });
        // Newest first, so the first of them came in.
        assert_eq!(directions(&told), [Some(In), None]);
        let dated = [step(1, 100, 900, None), step(2, 100, 800, None)];
        assert_eq!(directions(&dated), [None, Some(Out)]);
    }

    #[test]
    fn gaps_say_nothing() {
        let steps = [step(1, 100, 1_100, Some(In)), step(2, 30, 5_000, Some(In))];
        assert_eq!(directions(&steps), [None, None]);
    }
}
