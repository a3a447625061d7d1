//! Random sequences of everything that can happen, against a naive model.
//!
//! The model keeps plain maps and counts everything anew at each step; it shares no rule with the
//! service. After every step what it changed equals the model's, after
//! every eighth and the last the whole visible state does, and at the end
//! the audit log replays to what the file holds and `check` finds nothing. `PROPTEST_CASES` sets how many sequences are tried.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod model;

use model::draw::{USERS, steps};
use model::steps::Steps;
use model::world::World;
use proptest::test_runner::{Config, TestCaseError, TestRunner};
use sambatan::Options;

pub(crate) type Checked = Result<(), TestCaseError>;

/// So many sequences; the sum of all threads.
fn cases() -> u32 {
    let cases = std::env::var("PROPTEST_CASES").ok();
    let asked = cases.and_then(|cases| cases.parse().ok());
    let in_ci = std::env::var_os("CI").is_some();
    asked.unwrap_or(if in_ci { 10_000 } else { 256 })
}

fn config(cases: u32) -> Config {
    Config {
        cases,
        failure_persistence: None,
        ..Config::default()
    }
}

fn run(options: &Options, steps: &Steps) -> Checked {
    let mut world = World::new(options, steps.forget_after_days);
    for (index, step) in steps.all.iter().enumerate() {
        let known = world.model.events.len();
        world.take(step)?;
        world.learn()?;
        world.model.compare_changed(world.service(), known)?;
        // What a step must have left alone takes the longest to look at.
        if index % 8 == 7 {
            world.model.compare(world.service(), &USERS)?;
        }
    }
    world.model.compare(world.service(), &USERS)?;
    world.verify()
}

/// A thread whose stack holds the strategies of every kind of step, which are large when nothing is optimised.
fn with_room() -> std::thread::Builder {
    std::thread::Builder::new().stack_size(32 << 20)
}

#[test]
fn after_every_step_the_service_is_what_the_naive_model_is() {
    let threads = std::thread::available_parallelism().map_or(2, |cores| cores.get().max(2));
    let share = cases().div_ceil(u32::try_from(threads).unwrap());
    let options = Options::default();
    std::thread::scope(|scope| {
        let search = || {
            let outcome =
                TestRunner::new(config(share)).run(&steps(), |steps| run(&options, &steps));
            assert!(outcome.is_ok(), "{}", outcome.unwrap_err());
        };
        for _ in 0..threads {
            with_room().spawn_scoped(scope, search).unwrap();
        }
    });
}

#[cfg(feature = "broken-variants")]
#[test]
fn a_service_that_forgets_idempotency_keys_would_be_noticed() {
    is_noticed(sambatan::BrokenVariant::ForgetIdempotencyKeys);
}

#[cfg(feature = "broken-variants")]
#[test]
fn a_service_that_believes_every_clock_would_be_noticed() {
    is_noticed(sambatan::BrokenVariant::BelieveEveryClock);
}

#[cfg(feature = "broken-variants")]
fn is_noticed(variant: sambatan::BrokenVariant) {
    let options = Options {
        broken: Some(variant),
        ..Options::default()
    };
    std::thread::scope(|scope| {
        let search = || {
            let outcome = TestRunner::new(config(512)).run(&steps(), |steps| run(&options, &steps));
            assert!(outcome.is_err());
        };
        with_room().spawn_scoped(scope, search).unwrap();
    });
}
