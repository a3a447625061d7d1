//! The service under test beside its model: takes each step with both and compares the answers.

mod bans;
mod campaigns;
mod money;
mod pay_to;
mod slots;
mod statement;

use std::path::PathBuf;
use std::sync::OnceLock;

use chrono::TimeDelta;
use proptest::{prop_assert, prop_assert_eq};
use sambatan::clock::{Clock, ManualClock};
use sambatan::domain::participation::JoinCampaign;
use sambatan::domain::time::Timestamp;
use sambatan::inspect::Inspector;
use sambatan::{Durability, Error, Options, Sambatan};
use tempfile::TempDir;

use super::Model;
use super::compare::without_what_is_told;
use super::steps::{OfTime, Step, Words};
use crate::Checked;
use statement::Paper;

/// The service under test beside its model.
pub(crate) struct World {
    clock: ManualClock,
    options: Options,
    folder: TempDir,
    /// So many times it was killed: each time it goes on with other files.
    crashes: u32,
    service: Option<Sambatan>,
    pub(crate) model: Model,
    /// Every join under a key that was sent, with its key.
    sent: Vec<(JoinCampaign, Words)>,
    /// Every bank statement that was read.
    statements: Vec<Paper>,
}

impl World {
    pub(crate) fn new(options: &Options, forget_after_days: u32) -> Self {
        let now: Timestamp = "2025-10-01T00:00:00Z".parse().unwrap();
        let clock = ManualClock::at(now);
        let options = Options {
            clock: Clock::Manual(clock.clone()),
            durability: Durability::Off,
            readers: 1,
            forget_after_days,
            ..options.clone()
        };
        let mut world = Self {
            clock,
            options,
            folder: tempfile::tempdir().unwrap(),
            crashes: 0,
            service: None,
            model: Model::at(now),
            sent: Vec::new(),
            statements: Vec::new(),
        };
        world.lay_file();
        world.reopen();
        world
    }

    /// The database, or the file beside it whose name ends so.
    fn path(&self, end: &str) -> PathBuf {
        let name = format!("model-{}.db{end}", self.crashes);
        self.folder.path().join(name)
    }

    /// Copies a file that was made once: an empty one takes longer to make than a sequence to run.
    fn lay_file(&self) {
        static EMPTY: OnceLock<Vec<u8>> = OnceLock::new();
        let empty = EMPTY.get_or_init(|| {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("empty.db");
            drop(Sambatan::open_with(&path, self.options.clone()).unwrap());
            std::fs::read(path).unwrap()
        });
        std::fs::write(self.path(""), empty).unwrap();
    }

    fn reopen(&mut self) {
        self.service = None;
        let service = Sambatan::open_with(self.path(""), self.options.clone());
        self.service = Some(service.unwrap());
        self.model.start_clock();
    }

    /// Goes on with the files as they are while the service has them open, and with the start of a commit
    /// of which nobody was told: what a killed process leaves.
    fn crash(&mut self) {
        let mut log = std::fs::read(self.path("-wal")).unwrap();
        log.extend_from_within(log.len().saturating_sub(3_000)..);
        let file = std::fs::read(self.path("")).unwrap();
        self.crashes += 1;
        std::fs::write(self.path("-wal"), log).unwrap();
        std::fs::write(self.path(""), file).unwrap();
        self.reopen();
    }

    pub(crate) const fn service(&self) -> &Sambatan {
        self.service.as_ref().expect("a reopened service is there")
    }

    /// The audit log replays to what the file holds, and everything else holds that must.
    pub(crate) fn verify(&self) -> Checked {
        let inspector = Inspector::open(self.path("")).unwrap();
        let verified = inspector.verify().unwrap();
        prop_assert!(verified.is_ok(), "{verified:?}");
        let events = self.model.events.len() as u64;
        prop_assert_eq!(verified.unwrap().events, events);
        for finding in inspector.check().unwrap() {
            prop_assert!(finding.holds(), "{finding:?}");
        }
        Ok(())
    }

    fn in_ms(&self, ms: i64) -> Timestamp {
        self.clock.now().saturating_add(TimeDelta::milliseconds(ms))
    }

    pub(crate) fn take(&mut self, step: &Step) -> Checked {
        match step {
            Step::Campaign(step) => self.take_of_campaigns(step),
            Step::Slots(step) => self.take_of_slots(step),
            Step::Money(step) => self.take_of_money(step),
            Step::PayTo(step) => self.take_of_pay_to(*step),
            Step::Time(OfTime::Sweep) => self.sweep(),
            Step::Time(OfTime::MoveClock(ms)) => {
                self.clock.set(self.in_ms(*ms));
                self.model.now = self.clock.now();
                self.model.clock.ran += (*ms).max(0);
                Ok(())
            }
            Step::Time(OfTime::SetClock(ms)) => {
                self.clock.step(TimeDelta::milliseconds(*ms));
                self.model.now = self.clock.now();
                Ok(())
            }
            Step::Time(OfTime::ConfirmClock) => {
                self.model.confirm_clock();
                self.service().confirm_clock().unwrap();
                Ok(())
            }
            Step::Time(OfTime::Reopen) => {
                self.reopen();
                Ok(())
            }
            Step::Time(OfTime::Crash) => {
                self.crash();
                Ok(())
            }
        }
    }

    pub(crate) fn learn(&mut self) -> Checked {
        let service = self.service.as_ref().expect("a reopened service is there");
        self.model.learn(service)
    }

    fn sweep(&mut self) -> Checked {
        let known = self.model.events.len();
        let may = self.model.look_at_clock();
        self.model.note_clock(may);
        if may.settle {
            self.model.sweep(may);
        }
        let transitions = &self.model.events[known..];
        let report = self.service().run_lifecycle().unwrap();
        prop_assert_eq!(report.executed_at, self.clock.now());
        prop_assert_eq!(report.transitions.len(), transitions.len());
        for (found, expected) in report.transitions.iter().zip(transitions) {
            let found = without_what_is_told(found.clone(), expected)?;
            prop_assert_eq!(&found, expected);
        }
        prop_assert_eq!(report.transition_count, transitions.len() as u64);
        // As long as a refund is due no event tells of it.
        if may.erase {
            let forgotten = self.model.forget(self.options.forget_after_days);
            self.learn()?;
            for id in forgotten {
                self.model.compare_campaign(self.service(), id)?;
            }
        }
        let belief = self.service().clock_belief();
        prop_assert_eq!(belief.lets_settle(), may.settle, "{:?}", belief);
        prop_assert_eq!(belief.lets_erase(), may.erase, "{:?}", belief);
        Ok(())
    }
}

/// Which fields are refused, and why, is for the tables of the rules.
fn same<T: PartialEq + std::fmt::Debug>(
    found: Result<T, Error>,
    expected: Result<T, Error>,
) -> Checked {
    match (found, expected) {
        (Err(Error::ValidationFailed(_)), Err(Error::ValidationFailed(_))) => {}
        (found, expected) => prop_assert_eq!(found, expected),
    }
    Ok(())
}
