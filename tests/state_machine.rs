//! Random sequences of everything that can happen, against a naive model.
//!
//! The model keeps plain maps and counts everything anew at each step; it shares no rule with the
//! service. After every step the whole visible state of the service equals the model's.
//! `PROPTEST_CASES` sets how many sequences are tried.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod model;

use std::fmt;

use chrono::TimeDelta;
use model::Model;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::{Config, TestCaseError};
use sambatan::clock::{Clock, ManualClock};
use sambatan::domain::idempotency::{Fingerprint, IdempotencyKey, StoredAnswer};
use sambatan::domain::participation::JoinCampaign;
use sambatan::domain::product::{NewProduct, ToggleSambatan};
use sambatan::domain::time::Timestamp;
use sambatan::{Durability, Error, NewCampaign, Options, Sambatan};
use tempfile::TempDir;

/// Names one of the things that there are, or one that there is not.
#[derive(Clone, Copy)]
struct Pick(usize);

impl fmt::Debug for Pick {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{}", self.0)
    }
}

/// Times are in milliseconds from the moment of the step.
#[derive(Debug, Clone)]
enum Step {
    CreateProduct,
    Toggle {
        product: Pick,
        enabled: bool,
        deadline_in: Option<i64>,
    },
    CreateCampaign {
        product: Pick,
        slots: i64,
        minimum: Option<i64>,
        price: i64,
        deadline_in: i64,
        opens_in: Option<i64>,
    },
    Join {
        campaign: Pick,
        user: usize,
        quantity: i64,
    },
    JoinOnce {
        campaign: Pick,
        user: usize,
        quantity: i64,
        key: usize,
    },
    /// Sends an earlier [`Step::JoinOnce`] again, as it was.
    Retry(usize),
    Cancel {
        participation: Pick,
    },
    Confirm {
        participation: Pick,
    },
    CancelCampaign {
        campaign: Pick,
    },
    Sweep,
    MoveClock(i64),
    Reopen,
}

/// A sequence that shows itself with a step on each line.
#[derive(Clone)]
struct Steps(Vec<Step>);

impl fmt::Debug for Steps {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0
            .iter()
            .try_for_each(|step| write!(f, "\n    {step:?}"))
    }
}

const USERS: [&str; 3] = ["ani", "budi", "citra"];
const KEYS: [&str; 3] = ["k1", "k2", "k3"];
const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;

fn pick() -> impl Strategy<Value = Pick> {
    (0_usize..12).prop_map(Pick)
}

fn join() -> impl Strategy<Value = (Pick, usize, i64)> {
    let quantity = prop_oneof![12 => 1_i64..5, 2 => 5_i64..9, 1 => Just(0)];
    (pick(), 0..USERS.len(), quantity)
}

fn toggle() -> impl Strategy<Value = Step> {
    let deadline_in = proptest::option::of(select(vec![-1, 0, 1, HOUR]));
    (pick(), prop::bool::weighted(0.8), deadline_in).prop_map(|(product, enabled, deadline_in)| {
        Step::Toggle {
            product,
            enabled,
            deadline_in,
        }
    })
}

fn create_campaign() -> impl Strategy<Value = Step> {
    let slots = prop_oneof![10 => 1_i64..9, 1 => Just(0)];
    let minimum = proptest::option::of(1_i64..6);
    let price = select(vec![1, 210_000, 1_000_000_000_000]);
    let deadline_in = prop_oneof![
        8 => select(vec![1, MINUTE, HOUR, 26 * HOUR]),
        1 => select(vec![-1, 0]),
    ];
    let opens_in = proptest::option::weighted(0.3, select(vec![-1, 0, 1, MINUTE, HOUR]));
    (pick(), slots, minimum, price, deadline_in, opens_in).prop_map(
        |(product, slots, minimum, price, deadline_in, opens_in)| Step::CreateCampaign {
            product,
            slots,
            minimum,
            price,
            deadline_in,
            opens_in,
        },
    )
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        1 => Just(Step::CreateProduct),
        2 => toggle(),
        4 => create_campaign(),
        12 => join().prop_map(|(campaign, user, quantity)| Step::Join {
            campaign, user, quantity,
        }),
        8 => (join(), 0..KEYS.len()).prop_map(|((campaign, user, quantity), key)| Step::JoinOnce {
            campaign, user, quantity, key,
        }),
        4 => (0_usize..6).prop_map(Step::Retry),
        6 => pick().prop_map(|participation| Step::Cancel { participation }),
        3 => pick().prop_map(|participation| Step::Confirm { participation }),
        1 => pick().prop_map(|campaign| Step::CancelCampaign { campaign }),
        4 => Just(Step::Sweep),
        5 => select(vec![-MINUTE, -1, 1, 1, MINUTE, HOUR, 30 * HOUR]).prop_map(Step::MoveClock),
        1 => Just(Step::Reopen),
    ]
}

/// Each sequence starts with something to join, so that few steps are wasted.
fn steps() -> impl Strategy<Value = Steps> {
    let opening = |slots| {
        vec![
            Step::CreateProduct,
            Step::Toggle {
                product: Pick(0),
                enabled: true,
                deadline_in: None,
            },
            Step::CreateCampaign {
                product: Pick(0),
                slots,
                minimum: Some(2.min(slots)),
                price: 210_000,
                deadline_in: HOUR,
                opens_in: None,
            },
        ]
    };
    (1_i64..9, prop::collection::vec(step(), 1..60)).prop_map(move |(slots, steps)| {
        let mut all = opening(slots);
        all.extend(steps);
        Steps(all)
    })
}

/// The service under test beside its model.
struct World {
    clock: ManualClock,
    options: Options,
    folder: TempDir,
    service: Option<Sambatan>,
    model: Model,
    /// Every join under a key that was sent, with its key.
    sent: Vec<(JoinCampaign, &'static str)>,
}

type Checked = Result<(), TestCaseError>;

impl World {
    fn new(options: &Options) -> Self {
        let now: Timestamp = "2025-10-01T00:00:00Z".parse().unwrap();
        let clock = ManualClock::at(now);
        let options = Options {
            clock: Clock::Manual(clock.clone()),
            durability: Durability::Off,
            readers: 1,
            ..options.clone()
        };
        let mut world = Self {
            clock,
            options,
            folder: tempfile::tempdir().unwrap(),
            service: None,
            model: Model::at(now),
            sent: Vec::new(),
        };
        world.reopen();
        world
    }

    fn reopen(&mut self) {
        self.service = None;
        let path = self.folder.path().join("model.db");
        self.service = Some(Sambatan::open_with(path, self.options.clone()).unwrap());
    }

    const fn service(&self) -> &Sambatan {
        self.service.as_ref().expect("a reopened service is there")
    }

    fn in_ms(&self, ms: i64) -> Timestamp {
        self.clock.now().saturating_add(TimeDelta::milliseconds(ms))
    }

    fn take(&mut self, step: &Step) -> Checked {
        match *step {
            Step::CreateProduct => self.create_product(),
            Step::Toggle {
                product,
                enabled,
                deadline_in,
            } => self.toggle(product, enabled, deadline_in),
            Step::CreateCampaign { .. } => self.create_campaign(&self.campaign_input(step)),
            Step::Join {
                campaign,
                user,
                quantity,
            } => self.join(&self.join_input(campaign, user, quantity)),
            Step::JoinOnce {
                campaign,
                user,
                quantity,
                key,
            } => {
                let join = self.join_input(campaign, user, quantity);
                self.sent.push((join.clone(), KEYS[key]));
                self.join_once(&join, KEYS[key])
            }
            Step::Retry(number) => {
                let newest_first = self.sent.iter().rev();
                match newest_first.cycle().nth(number).cloned() {
                    Some((join, key)) => self.join_once(&join, key),
                    None => Ok(()),
                }
            }
            Step::Cancel { participation } => self.cancel(participation),
            Step::Confirm { participation } => self.confirm(participation),
            Step::CancelCampaign { campaign } => self.cancel_campaign(campaign),
            Step::Sweep => self.sweep(),
            Step::MoveClock(ms) => {
                self.clock.set(self.in_ms(ms));
                self.model.now = self.clock.now();
                Ok(())
            }
            Step::Reopen => {
                self.reopen();
                Ok(())
            }
        }
    }

    fn cancel(&mut self, participation: Pick) -> Checked {
        let id = self.model.participations.pick(participation.0);
        let expected = self.model.cancel(id);
        let found = self.service().cancel_participation(id, Some("salah"));
        prop_assert_eq!(found, expected);
        Ok(())
    }

    fn confirm(&mut self, participation: Pick) -> Checked {
        let id = self.model.participations.pick(participation.0);
        let expected = self.model.confirm(id);
        prop_assert_eq!(self.service().confirm_participation(id), expected);
        Ok(())
    }

    fn cancel_campaign(&mut self, campaign: Pick) -> Checked {
        let id = self.model.campaigns.pick(campaign.0);
        let expected = self.model.cancel_campaign(id);
        let found = self.service().cancel_campaign(id, Some("batal"));
        prop_assert_eq!(found, expected);
        Ok(())
    }

    fn join(&mut self, join: &JoinCampaign) -> Checked {
        let expected = self.model.join(join);
        let found = self.service().join_campaign(join.clone());
        prop_assert_eq!(found.as_ref().err(), expected.as_ref().err());
        if let Ok(participation) = found {
            let amount = participation.transfer_amount;
            self.model.joined(join, participation.id, amount)?;
            prop_assert_eq!(&participation, &self.model.participation(participation.id));
        }
        Ok(())
    }

    fn campaign_input(&self, step: &Step) -> NewCampaign {
        let Step::CreateCampaign {
            product,
            slots,
            minimum,
            price,
            deadline_in,
            opens_in,
        } = *step
        else {
            unreachable!("only such a step has a campaign");
        };
        let id = self.model.products.pick(product.0);
        let deadline = self.in_ms(deadline_in).as_datetime();
        NewCampaign {
            minimum_slots: minimum,
            opens_at: opens_in.map(|ms| self.in_ms(ms).as_datetime()),
            ..NewCampaign::new(id, "Batch Oktober", slots, price, deadline)
        }
    }

    fn create_product(&mut self) -> Checked {
        let new = NewProduct {
            name: "Rimba Embun".to_owned(),
            description: None,
            base_price: 420_000,
        };
        let product = self.service().create_product(new).unwrap();
        self.model.product_created(product);
        Ok(())
    }

    fn toggle(&mut self, product: Pick, enabled: bool, deadline_in: Option<i64>) -> Checked {
        let id = self.model.products.pick(product.0);
        let toggle = ToggleSambatan {
            enabled,
            total_slots: None,
            deadline: deadline_in.map(|ms| self.in_ms(ms).as_datetime()),
        };
        let expected = self.model.toggle(id, &toggle);
        let found = self.service().toggle_sambatan(id, toggle);
        prop_assert_eq!(found, expected);
        Ok(())
    }

    fn create_campaign(&mut self, new: &NewCampaign) -> Checked {
        let expected = self.model.create_campaign(new);
        let found = self.service().create_campaign(new.clone());
        match (found, expected) {
            (Ok(campaign), Ok(())) => {
                self.model.campaign_created(new, campaign.id);
                prop_assert_eq!(&campaign, &self.model.campaign(campaign.id));
            }
            // Which fields are refused, and why, is for the tables of the rules.
            (Err(Error::ValidationFailed(_)), Err(Error::ValidationFailed(_))) => {}
            (found, expected) => prop_assert_eq!(found.map(|_| ()), expected),
        }
        Ok(())
    }

    fn join_input(&self, campaign: Pick, user: usize, quantity: i64) -> JoinCampaign {
        let id = self.model.campaigns.pick(campaign.0);
        JoinCampaign::new(id, USERS[user], quantity, "Jl. Melati No. 15")
    }

    fn join_once(&mut self, join: &JoinCampaign, key: &str) -> Checked {
        let path = format!("/api/sambatan/campaigns/{}/join", join.campaign_id);
        let fingerprint = Fingerprint::of("POST", &path, &join.quantity.to_string());
        let expected = self.model.join_once(join, key);
        let found = self.service().join_campaign_once(
            join.clone(),
            IdempotencyKey::parse(key).unwrap(),
            fingerprint,
            |outcome| match outcome {
                Ok(participation) => StoredAnswer {
                    status: 201,
                    body: participation.id.to_string(),
                },
                Err(error) => StoredAnswer {
                    status: 409,
                    body: error.to_string(),
                },
            },
        );
        match (found, expected) {
            // A new participation: only its id and what to transfer cannot be foretold.
            (Ok(once), Ok(None)) => {
                prop_assert!(!once.replayed);
                prop_assert_eq!(once.answer.status, 201);
                let id = once.answer.body.parse().unwrap();
                let amount = self
                    .service()
                    .get_participation(id)
                    .unwrap()
                    .transfer_amount;
                self.model.joined(join, id, amount)?;
                self.model.keep_answer(join, key, &once.answer);
            }
            (found, Ok(Some(expected))) => prop_assert_eq!(found, Ok(expected)),
            (found, Err(expected)) => prop_assert_eq!(found, Err(expected)),
            (Err(found), Ok(None)) => prop_assert!(false, "refused: {found}"),
        }
        Ok(())
    }

    fn sweep(&mut self) -> Checked {
        let known = self.model.events.len();
        self.model.sweep();
        let report = self.service().run_lifecycle().unwrap();
        prop_assert_eq!(report.executed_at, self.clock.now());
        prop_assert_eq!(&report.transitions, &self.model.events[known..]);
        prop_assert_eq!(
            report.transition_count,
            (self.model.events.len() - known) as u64
        );
        Ok(())
    }
}

fn config() -> Config {
    let cases = std::env::var("PROPTEST_CASES").ok();
    Config {
        cases: cases.and_then(|cases| cases.parse().ok()).unwrap_or(64),
        failure_persistence: None,
        ..Config::default()
    }
}

fn run(options: &Options, steps: &Steps) -> Checked {
    let mut world = World::new(options);
    for step in &steps.0 {
        world.take(step)?;
        world.model.compare(world.service(), &USERS)?;
    }
    Ok(())
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn after_every_step_the_service_is_what_the_naive_model_is(steps in steps()) {
        run(&Options::default(), &steps)?;
    }
}

#[cfg(feature = "broken-variants")]
#[test]
fn a_service_that_forgets_idempotency_keys_would_be_noticed() {
    let options = Options {
        broken: Some(sambatan::BrokenVariant::ForgetIdempotencyKeys),
        ..Options::default()
    };
    let mut runner = proptest::test_runner::TestRunner::new(config());
    let outcome = runner.run(&steps(), |steps| run(&options, &steps));
    assert!(outcome.is_err());
}
