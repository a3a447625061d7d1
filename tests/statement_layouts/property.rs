//! A random ledger in a random layout is read back exactly, or refused.

use proptest::prelude::*;
use proptest::test_runner::{Config, TestCaseError, TestRunner};
use sambatan::domain::statement::{Columns, Statement, StatementError};

use crate::bank::{Layout, Paper, layout};
use crate::ledger::{Entry, State, days, entry};

/// Layouts that are tried; ten thousand where the tests run for a release.
fn config() -> Config {
    let in_ci = std::env::var_os("CI").is_some();
    Config {
        cases: if in_ci { 10_000 } else { 512 },
        failure_persistence: None,
        ..Config::default()
    }
}

fn case() -> impl Strategy<Value = (Vec<Entry>, Layout)> {
    (proptest::collection::vec(entry(), 1..14), layout())
}

type Reading = Result<Statement, StatementError>;

/// Every line that counts is one that came in and is settled, with its day and amount; every other line is
/// counted apart or refused by its number.
fn check(
    entries: &[Entry],
    layout: &Layout,
    read: &dyn Fn(&[u8]) -> Reading,
) -> Result<(), TestCaseError> {
    let paper = layout.write(entries);
    let shown = String::from_utf8_lossy(&paper.bytes).into_owned();
    let statement = match read(&paper.bytes) {
        Ok(statement) => statement,
        Err(error) => {
            prop_assert!(may_be_refused(entries, layout, &error), "{error}\n{shown}");
            return Ok(());
        }
    };
    let days = days(entries);
    let of_number = |number: u64| {
        paper
            .numbers
            .iter()
            .position(|place| *place == Some(number))
    };
    for line in &statement.lines {
        let index = of_number(line.number);
        prop_assert!(index.is_some(), "line {} is none\n{shown}", line.number);
        let index = index.unwrap();
        let entry = &entries[index];
        prop_assert!(entry.is_income, "line {} went out\n{shown}", line.number);
        prop_assert!(
            entry.state == State::Settled,
            "line {} is not settled\n{shown}",
            line.number
        );
        prop_assert_eq!(line.amount.get(), entry.amount, "{}", &shown);
        prop_assert_eq!(line.date, days[index], "{}", &shown);
    }
    check_others(entries, layout, &paper, &statement)
}

/// What did not come in, and that no line is lost.
fn check_others(
    entries: &[Entry],
    layout: &Layout,
    paper: &Paper,
    statement: &Statement,
) -> Result<(), TestCaseError> {
    let shown = String::from_utf8_lossy(&paper.bytes).into_owned();
    let of_number = |number: u64| {
        paper
            .numbers
            .iter()
            .position(|place| *place == Some(number))
    };
    for line in &statement.outgoing {
        let entry = &entries[of_number(line.number).unwrap()];
        prop_assert!(
            !entry.is_income && entry.state == State::Settled,
            "line {} did not go out
{shown}",
            line.number
        );
    }
    let written = paper
        .numbers
        .iter()
        .zip(entries)
        .filter_map(|(place, entry)| Some(((*place)?, entry)));
    for (number, entry) in written {
        let is_read = statement.lines.iter().any(|line| line.number == number);
        let is_named = statement.errors.iter().any(|error| error.number == number);
        let is_apart = statement
            .unsettled_lines
            .iter()
            .any(|line| line.number == number);
        let is_out = statement.outgoing.iter().any(|line| line.number == number);
        prop_assert!(
            is_read || is_named || is_apart || is_out,
            "line {number} is lost\n{shown}"
        );
        if entry.state != State::Settled {
            prop_assert!(
                is_apart || is_named,
                "line {number} is not settled\n{shown}"
            );
        }
        let is_refused = is_named && !layout.tells_little(entries);
        prop_assert!(
            !is_refused,
            "line {number}: {:?}\n{shown}",
            statement.errors
        );
    }
    Ok(())
}

/// Which files may be refused as a whole: those in which nothing stands, and those in which little tells.
fn may_be_refused(entries: &[Entry], layout: &Layout, error: &StatementError) -> bool {
    match error {
        StatementError::NothingRead { .. } | StatementError::NoColumn { .. } => {
            layout.write(entries).numbers.iter().flatten().count() == 0
                || layout.tells_little(entries)
        }
        StatementError::NoDirection { .. } => layout.tells_little(entries),
        _ => false,
    }
}

fn read(bytes: &[u8]) -> Reading {
    Statement::read(bytes, &Columns::default())
}

#[test]
fn a_ledger_in_any_layout_is_read_back_exactly_or_refused() {
    let mut runner = TestRunner::new(config());
    runner
        .run(&case(), |(entries, layout)| check(&entries, &layout, &read))
        .unwrap();
}

/// The property has to notice readers that do what it forbids.
#[cfg(feature = "broken-variants")]
#[test]
fn readers_with_a_fault_are_noticed() {
    use sambatan::domain::statement::Fault;
    for fault in [
        Fault::IncomeByDefault,
        Fault::StatusPassedOver,
        Fault::SidesTurnedRound,
        Fault::WordsPassedOver,
    ] {
        let config = Config {
            cases: 512,
            max_shrink_iters: 0,
            failure_persistence: None,
            ..Config::default()
        };
        let read = |bytes: &[u8]| Statement::read_with_fault(bytes, &Columns::default(), fault);
        let found = TestRunner::new(config)
            .run(&case(), |(entries, layout)| check(&entries, &layout, &read));
        let text = format!("{found:?}");
        assert!(found.is_err(), "{fault:?}");
        let is_the_fault = [
            "went out",
            "not settled",
            "did not go out",
            "the balance moves",
        ]
        .iter()
        .any(|told| text.contains(told));
        assert!(is_the_fault, "{fault:?}: {text}");
    }
}
