//! The steps of a sequence, and how they are drawn.

use std::fmt;

use proptest::prelude::*;
use proptest::sample::select;
use sambatan::domain::terms::{Completes, NewTerms, OnShortfall, PaymentTiming};

/// Names one of the things that there are, or one that there is not.
#[derive(Clone, Copy)]
pub(crate) struct Pick(pub(crate) usize);

impl fmt::Debug for Pick {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{}", self.0)
    }
}

/// Times are in milliseconds from the moment of the step.
#[derive(Debug, Clone)]
pub(crate) enum Step {
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
        terms: NewTerms,
    },
    Join {
        campaign: Pick,
        user: usize,
        quantity: i64,
        waitlist: bool,
    },
    JoinOnce {
        campaign: Pick,
        user: usize,
        quantity: i64,
        waitlist: bool,
        key: usize,
    },
    /// Sends an earlier [`Step::JoinOnce`] again, as it was.
    Retry(usize),
    Cancel {
        participation: Pick,
    },
    Revive {
        participation: Pick,
    },
    /// With `confirms`, only a reservation takes the money.
    Pay {
        participation: Pick,
        amount: Option<i64>,
        confirms: bool,
    },
    Adjust {
        participation: Pick,
        amount: i64,
    },
    PayOut {
        campaign: Pick,
        amount: i64,
    },
    SendRefund(Pick),
    AcknowledgeRefund(Pick),
    Extend {
        campaign: Pick,
        deadline_in: i64,
    },
    CancelCampaign {
        campaign: Pick,
    },
    Sweep,
    MoveClock(i64),
    /// The service goes away, as by a crash between two sweeps, and comes back over the same file.
    Reopen,
}

/// A sequence that shows itself with a step on each line.
#[derive(Clone)]
pub(crate) struct Steps(pub(crate) Vec<Step>);

impl fmt::Debug for Steps {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0
            .iter()
            .try_for_each(|step| write!(f, "\n    {step:?}"))
    }
}

pub(crate) const USERS: [&str; 3] = ["ani", "budi", "citra"];
pub(crate) const KEYS: [&str; 3] = ["k1", "k2", "k3"];
const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;

fn pick() -> impl Strategy<Value = Pick> {
    (0_usize..12).prop_map(Pick)
}

fn join() -> impl Strategy<Value = (Pick, usize, i64, bool)> {
    let quantity = prop_oneof![12 => 1_i64..5, 2 => 5_i64..9, 1 => Just(0)];
    (pick(), 0..USERS.len(), quantity, prop::bool::weighted(0.6))
}

fn terms() -> impl Strategy<Value = NewTerms> {
    let extend_days = proptest::option::weighted(0.4, 1_i64..3);
    let when_full = prop::bool::weighted(0.6);
    let most = proptest::option::weighted(0.3, 2_i64..8);
    let upfront = prop::bool::weighted(0.5);
    let hours = proptest::option::weighted(0.7, 1_i64..4);
    let grace = proptest::option::of(0_i64..3);
    (extend_days, when_full, most, upfront, hours, grace).prop_map(
        |(extend_days, when_full, max_slots_per_user, upfront, hours, grace)| NewTerms {
            on_shortfall: match extend_days {
                Some(_) => OnShortfall::ExtendOnce,
                None => OnShortfall::Fail,
            },
            extend_days,
            completes: if when_full {
                Completes::WhenFull
            } else {
                Completes::AtDeadline
            },
            max_slots_per_user,
            payment: if upfront {
                PaymentTiming::Upfront
            } else {
                PaymentTiming::AfterTipping
            },
            pay_within_hours: hours,
            grace_hours: grace.filter(|_| hours.is_some()),
        },
    )
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
        8 => select(vec![1, MINUTE, HOUR, 5 * HOUR, 26 * HOUR]),
        1 => select(vec![-1, 0]),
    ];
    let opens_in = proptest::option::weighted(0.3, select(vec![-1, 0, 1, MINUTE, HOUR]));
    let terms = prop_oneof![1 => Just(NewTerms::default()), 3 => terms()];
    (pick(), slots, minimum, price, deadline_in, opens_in, terms).prop_map(
        |(product, slots, minimum, price, deadline_in, opens_in, terms)| Step::CreateCampaign {
            product,
            slots,
            minimum,
            price,
            deadline_in,
            opens_in,
            terms,
        },
    )
}

fn of_money() -> impl Strategy<Value = Step> {
    let amount = proptest::option::of(select(vec![1, 210_000, 420_000, 1_000_000]));
    let pay = (pick(), amount, any::<bool>());
    let less = select(vec![-1, -210_000, -420_000]);
    prop_oneof![
        4 => pay.prop_map(|(participation, amount, confirms)| Step::Pay {
            participation, amount, confirms,
        }),
        2 => (pick(), less).prop_map(|(participation, amount)| Step::Adjust {
            participation, amount,
        }),
        1 => (pick(), select(vec![1, 210_000, 1_000_000]))
            .prop_map(|(campaign, amount)| Step::PayOut { campaign, amount }),
        2 => pick().prop_map(Step::SendRefund),
        2 => pick().prop_map(Step::AcknowledgeRefund),
    ]
}

fn of_slots() -> impl Strategy<Value = Step> {
    prop_oneof![
        12 => join().prop_map(|(campaign, user, quantity, waitlist)| Step::Join {
            campaign, user, quantity, waitlist,
        }),
        5 => (join(), 0..KEYS.len()).prop_map(|((campaign, user, quantity, waitlist), key)| {
            Step::JoinOnce { campaign, user, quantity, waitlist, key }
        }),
        2 => (0_usize..6).prop_map(Step::Retry),
        6 => pick().prop_map(|participation| Step::Cancel { participation }),
        3 => pick().prop_map(|participation| Step::Revive { participation }),
    ]
}

fn of_time() -> impl Strategy<Value = Step> {
    let jumps = vec![-MINUTE, -1, 1, 1, MINUTE, HOUR, HOUR, 3 * HOUR, 30 * HOUR];
    prop_oneof![
        6 => Just(Step::Sweep),
        6 => select(jumps).prop_map(Step::MoveClock),
        1 => Just(Step::Reopen),
    ]
}

fn step() -> impl Strategy<Value = Step> {
    let later = select(vec![-1, MINUTE, 2 * HOUR, 30 * HOUR]);
    prop_oneof![
        1 => Just(Step::CreateProduct),
        1 => toggle(),
        3 => create_campaign(),
        1 => pick().prop_map(|campaign| Step::CancelCampaign { campaign }),
        1 => (pick(), later).prop_map(|(campaign, deadline_in)| Step::Extend {
            campaign, deadline_in,
        }),
        26 => of_slots(),
        9 => of_money(),
        12 => of_time(),
    ]
}

/// Each sequence starts with something to join, so that few steps are wasted.
pub(crate) fn steps() -> impl Strategy<Value = Steps> {
    let opening = |slots, terms| {
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
                deadline_in: 5 * HOUR,
                opens_in: None,
                terms,
            },
        ]
    };
    let steps = prop::collection::vec(step(), 16..40);
    (1_i64..9, terms(), steps).prop_map(move |(slots, terms, steps)| {
        let mut all = opening(slots, terms);
        all.extend(steps);
        Steps(all)
    })
}
