//! How the steps of a sequence are drawn.

use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use sambatan::domain::ban::{BanKind, BanWhat};
use sambatan::domain::pay_to::PayToKind;
use sambatan::domain::terms::{Completes, NewTerms, OnShortfall, PaymentTiming};

use super::steps::{
    Join, Line, Mode, OfCampaigns, OfMoney, OfPayTo, OfSlots, OfTime, Pick, Step, Steps, Words,
};

/// The last one is the first, spelt in another way.
pub(crate) const USERS: [Words; 4] = ["ani", "budi", "citra", "ANI"];
const KEYS: [Words; 3] = ["k1", "k2", "k3"];
/// The last one looks as if it were erased.
const ADDRESSES: [Words; 3] = ["Jl. Melati No. 15", "Gg. Kenanga 3", "(erased)"];
/// As somebody else would write them.
const BANNED: [(BanKind, Words); 4] = [
    (BanKind::Handle, "ANI"),
    (BanKind::Handle, " Budi "),
    (BanKind::Address, "jl melati no.15"),
    (BanKind::Address, "Gg."),
];
const CODES: [Words; 2] = ["melati-7", "Melati-7"];
const TITLES: [Words; 3] = ["Batch Oktober", "Batch November", "B"];
const DESCRIPTIONS: [Words; 3] = ["Kirim tiap Senin", "Dari petani", ""];
const REQUESTS: [Words; 4] = ["r1", "r2", "r3", "r4"];
const ACCOUNTS: [Words; 3] = ["BCA 1234567890", "OVO 0812345678", "BCA"];
const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

fn pick() -> impl Strategy<Value = Pick> {
    (0_usize..12).prop_map(Pick)
}

fn sometimes(words: &'static [Words]) -> impl Strategy<Value = Option<Words>> {
    option::of(select(words))
}

fn join() -> impl Strategy<Value = Join> {
    let quantity = prop_oneof![12 => 1_i64..5, 2 => 5_i64..9, 1 => Just(0)];
    let waitlist = prop::bool::weighted(0.6);
    let address = prop_oneof![8 => Just(0), 8 => Just(1), 1 => Just(2)];
    let address = address.prop_map(|index: usize| ADDRESSES[index]);
    let note = sometimes(&["titip di satpam"]);
    let user = select(&USERS[..]);
    let code = option::weighted(0.7, select(&CODES[..]));
    let shown = option::weighted(0.3, pick());
    (pick(), user, shown, quantity, waitlist, address, note, code).prop_map(
        |(campaign, user, shown, quantity, waitlist, address, note, code)| Join {
            campaign,
            user,
            shown,
            quantity,
            waitlist,
            address,
            note,
            code,
        },
    )
}

fn terms() -> impl Strategy<Value = NewTerms> {
    let extend_days = option::weighted(0.4, 1_i64..3);
    use Completes::{AtDeadline, WhenFull, WhenPaid};
    let completes = select(vec![WhenFull, WhenFull, WhenPaid, WhenPaid, AtDeadline]);
    let most = (
        option::weighted(0.3, 2_i64..8),
        option::weighted(0.3, 1_i64..5),
    );
    let upfront = prop::bool::weighted(0.5);
    let hours = option::weighted(0.7, 1_i64..4);
    let grace = option::of(0_i64..3);
    (extend_days, completes, most, upfront, hours, grace).prop_map(
        |(extend_days, completes, most, upfront, hours, grace)| NewTerms {
            on_shortfall: match extend_days {
                Some(_) => OnShortfall::ExtendOnce,
                None => OnShortfall::Fail,
            },
            extend_days,
            completes,
            max_slots_per_user: most.0,
            max_slots_per_join: most.1,
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

fn toggle() -> impl Strategy<Value = OfCampaigns> {
    let deadline_in = option::of(select(vec![-1, 0, 1, HOUR]));
    (pick(), prop::bool::weighted(0.8), deadline_in).prop_map(|(product, enabled, deadline_in)| {
        OfCampaigns::Toggle {
            product,
            enabled,
            deadline_in,
        }
    })
}

fn deadline_in() -> impl Strategy<Value = i64> {
    prop_oneof![
        8 => select(vec![1, MINUTE, HOUR, 5 * HOUR, 26 * HOUR]),
        1 => select(vec![-1, 0]),
    ]
}

fn opens_in() -> impl Strategy<Value = Option<i64>> {
    option::weighted(0.3, select(vec![-1, 0, 1, MINUTE, HOUR]))
}

fn create() -> impl Strategy<Value = OfCampaigns> {
    let slots = prop_oneof![10 => 1_i64..9, 1 => Just(0)];
    let minimum = option::of(1_i64..6);
    let price = select(vec![1, 210_000, 1_000_000_000_000]);
    let terms = prop_oneof![1 => Just(NewTerms::default()), 3 => terms()];
    let texts = (
        pick(),
        slots,
        minimum,
        price,
        deadline_in(),
        opens_in(),
        terms,
        option::weighted(0.2, select(&CODES[..])),
        accounts(),
    );
    texts.prop_map(
        |(product, slots, minimum, price, deadline_in, opens_in, terms, code, pay_to)| {
            OfCampaigns::Create {
                product,
                slots,
                minimum,
                price,
                deadline_in,
                opens_in,
                terms,
                code,
                pay_to,
            }
        },
    )
}

/// Mostly none, which is all of them.
fn accounts() -> impl Strategy<Value = Vec<Pick>> {
    prop_oneof![2 => Just(Vec::new()), 1 => prop::collection::vec(pick(), 1..3)]
}

fn of_pay_to() -> impl Strategy<Value = OfPayTo> {
    prop_oneof![
        2 => select(&PayToKind::ALL[..]).prop_map(OfPayTo::Add),
        1 => pick().prop_map(OfPayTo::Retire),
    ]
}

fn clone() -> impl Strategy<Value = OfCampaigns> {
    let slots = option::weighted(0.3, 0_i64..9);
    let minimum = option::weighted(0.3, 1_i64..6);
    let price = option::weighted(0.3, select(vec![1, 50_000]));
    let title = sometimes(&TITLES);
    let said = (
        pick(),
        title,
        slots,
        minimum,
        price,
        deadline_in(),
        opens_in(),
    );
    said.prop_map(
        |(campaign, title, slots, minimum, price, deadline_in, opens_in)| OfCampaigns::Clone {
            campaign,
            title,
            slots,
            minimum,
            price,
            deadline_in,
            opens_in,
        },
    )
}

fn edit_product() -> impl Strategy<Value = OfCampaigns> {
    let name = sometimes(&["Rimba Embun", "Kopi Gayo", "Ko"]);
    let price = option::of(select(vec![0, 420_000, 380_000, 400_000]));
    (pick(), name, sometimes(&DESCRIPTIONS), price).prop_map(
        |(product, name, description, price)| OfCampaigns::EditProduct {
            product,
            name,
            description,
            price,
        },
    )
}

fn edit() -> impl Strategy<Value = OfCampaigns> {
    let texts = (pick(), sometimes(&TITLES), sometimes(&DESCRIPTIONS));
    let edit = (texts, option::weighted(0.4, accounts()));
    edit.prop_map(
        |((campaign, title, description), pay_to)| OfCampaigns::Edit {
            campaign,
            title,
            description,
            pay_to,
        },
    )
}

fn of_campaigns() -> impl Strategy<Value = OfCampaigns> {
    let later = select(vec![-1, MINUTE, 2 * HOUR, 30 * HOUR]);
    let extend = (pick(), later);
    let set_code = (pick(), option::weighted(0.4, select(&CODES[..])));
    prop_oneof![
        2 => Just(OfCampaigns::CreateProduct),
        2 => toggle().boxed(),
        1 => edit_product().boxed(),
        6 => create().boxed(),
        2 => clone().boxed(),
        2 => edit().boxed(),
        2 => pick().prop_map(OfCampaigns::Cancel),
        1 => pick().prop_map(OfCampaigns::CloseList),
        1 => set_code.prop_map(|(campaign, code)| OfCampaigns::SetCode(campaign, code)),
        2 => extend.prop_map(|(campaign, deadline_in)| OfCampaigns::Extend { campaign, deadline_in }),
    ]
}

fn line() -> impl Strategy<Value = Line> {
    let of = pick();
    let more = prop_oneof![
        6 => Just(0),
        4 => select(vec![-1_001, -1_000, -1, 1, 1_000, 1_001, 200_000, -200_000]),
    ];
    // Mostly nobody's code, or that of the one who is to transfer the amount.
    let codes = (0..10, pick());
    let days_ago = select(vec![0, 0, 0, 0, -1, 1, 2]);
    let credit = (of, more, codes, days_ago).prop_map(|(of, more, (codes, other), days_ago)| {
        let codes = match codes {
            0..5 => vec![],
            5..8 => vec![of],
            8 => vec![other],
            _ => vec![of, other],
        };
        Line::Credit {
            of,
            more,
            codes,
            days_ago,
        }
    });
    let more = || select(vec![0, 0, 0, 0, 1, -1]);
    let together = (prop::collection::vec(pick(), 2..4), more());
    let sent = prop::collection::vec(pick(), 1..3);
    let sent = (sent, select(vec![0, 0, 0, 2_500, -1]), any::<bool>());
    prop_oneof![
        12 => credit,
        3 => together.prop_map(|(of, more)| Line::Together { of, more }),
        2 => sent.prop_map(|(of, more, has_code)| Line::Sent { of, more, has_code }),
        2 => Just(Line::Again),
        1 => Just(Line::Debit),
        1 => Just(Line::Broken),
    ]
}

fn import() -> impl Strategy<Value = OfMoney> {
    let mode = || select(vec![Mode::Look, Mode::Record, Mode::Record, Mode::Both]);
    let lines = prop::collection::vec(line(), 1..5);
    prop_oneof![
        3 => (lines, mode()).prop_map(|(lines, mode)| OfMoney::Import(lines, mode)),
        1 => (0_usize..4, mode()).prop_map(|(number, mode)| OfMoney::ImportAgain(number, mode)),
        1 => (0_usize..4, 0_usize..4, prop::collection::vec(pick(), 0..4))
            .prop_map(|(statement, line, to)| OfMoney::MatchLine { statement, line, to }),
        1 => (0_usize..4, 0_usize..4, prop::collection::vec(pick(), 0..3))
            .prop_map(|(statement, line, to)| OfMoney::MatchRefund { statement, line, to }),
    ]
}

fn of_money() -> impl Strategy<Value = OfMoney> {
    let reference = || option::weighted(0.3, Just("TRX 7"));
    let amount = option::of(select(vec![1, 210_000, 420_000, 1_000_000]));
    let pay = (pick(), amount, any::<bool>(), reference());
    let less = select(vec![-1, -210_000, -420_000]);
    let back = select(vec![1, 1_000, 100_000, 210_000, 420_000]);
    let out = (pick(), select(vec![1, 210_000, 1_000_000]), reference());
    prop_oneof![
        8 => pay.prop_map(|(participation, amount, confirms, reference)| OfMoney::Pay {
            participation, amount, confirms, reference,
        }),
        4 => (pick(), less).prop_map(|(participation, amount)| OfMoney::Adjust {
            participation, amount,
        }),
        2 => out.prop_map(|(campaign, amount, reference)| OfMoney::PayOut {
            campaign, amount, reference,
        }),
        4 => (pick(), back, select(&REQUESTS[..])).prop_map(|(whose, amount, request)| {
            OfMoney::GiveBack(whose, amount, request)
        }),
        3 => (pick(), select(&ACCOUNTS[..])).prop_map(|(whose, text)| OfMoney::SetAccount(whose, text)),
        2 => (pick(), proptest::bool::weighted(0.2)).prop_map(|(whose, late)| OfMoney::ConfirmAccount(whose, late)),
        1 => pick().prop_map(OfMoney::RenewLink),
        4 => pick().prop_map(OfMoney::SendRefund),
        4 => pick().prop_map(OfMoney::AcknowledgeRefund),
        6 => import(),
    ]
}

fn ban_what() -> impl Strategy<Value = BanWhat> {
    (prop::bool::weighted(0.6), prop::bool::weighted(0.2))
        .prop_map(|(handle, address)| BanWhat { handle, address })
}

fn of_slots() -> impl Strategy<Value = OfSlots> {
    let days_ago = option::of(select(vec![-2, -1, 0, 0, 1, 366, 367]));
    prop_oneof![
        12 => join().prop_map(OfSlots::Join),
        5 => (join(), select(&KEYS[..])).prop_map(|(join, key)| OfSlots::JoinOnce(join, key)),
        2 => (0_usize..6).prop_map(OfSlots::Retry),
        6 => pick().prop_map(OfSlots::Cancel),
        2 => (pick(), ban_what()).prop_map(|(who, what)| OfSlots::ThrowOut(who, what)),
        1 => (pick(), ban_what()).prop_map(|(who, what)| OfSlots::BanThem(who, what)),
        1 => select(&BANNED[..]).prop_map(|(kind, text)| OfSlots::Ban(kind, text)),
        4 => pick().prop_map(OfSlots::LiftBan),
        3 => pick().prop_map(OfSlots::Revive),
        3 => (pick(), sometimes(&["belum bayar"])).prop_map(|(who, why)| OfSlots::LetGo(who, why)),
        3 => (pick(), days_ago).prop_map(|(who, days_ago)| OfSlots::Claim(who, days_ago)),
    ]
}

/// By how much a clock is set wrong: as nobody minds, and worse.
fn wrong_by() -> impl Strategy<Value = i64> {
    select(vec![
        14 * MINUTE,
        16 * MINUTE,
        30 * HOUR,
        184 * DAY,
        3650 * DAY,
        -HOUR,
        -30 * HOUR,
        -3650 * DAY,
    ])
}

fn of_time() -> impl Strategy<Value = OfTime> {
    let jumps = vec![-MINUTE, -1, 1, 1, MINUTE, HOUR, HOUR, 3 * HOUR, 30 * HOUR];
    let jumps = prop_oneof![12 => select(jumps), 1 => Just(91 * DAY)];
    prop_oneof![
        12 => Just(OfTime::Sweep),
        12 => jumps.prop_map(OfTime::MoveClock),
        1 => wrong_by().prop_map(OfTime::SetClock),
        1 => Just(OfTime::ConfirmClock),
        1 => Just(OfTime::Reopen),
        2 => Just(OfTime::Crash),
    ]
}

/// Each kind is on the heap: together they are more than a thread's stack holds.
fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        9 => of_campaigns().prop_map(Step::Campaign).boxed(),
        26 => of_slots().prop_map(Step::Slots).boxed(),
        13 => of_money().prop_map(Step::Money).boxed(),
        3 => of_pay_to().prop_map(Step::PayTo).boxed(),
        12 => of_time().prop_map(Step::Time).boxed(),
    ]
}

fn pass(time: i64) -> [Step; 2] {
    [OfTime::MoveClock(time), OfTime::Sweep].map(Step::Time)
}

/// Somebody pays all that is asked.
fn pay(participation: Pick) -> Step {
    Step::Money(OfMoney::Pay {
        participation,
        amount: None,
        confirms: false,
        reference: None,
    })
}

/// A campaign goes ahead, somebody is released, and the waiting list lives on until it is closed.
fn outlives() -> impl Strategy<Value = Vec<Step>> {
    (join(), join(), pick(), pick()).prop_map(|(join, wait, who, other)| {
        let wait = Join {
            campaign: join.campaign,
            waitlist: true,
            ..wait
        };
        let mut story = vec![
            Step::Slots(OfSlots::Join(join)),
            Step::Slots(OfSlots::Join(wait)),
        ];
        story.extend(pass(0));
        story.extend(pass(20 * HOUR));
        story.push(Step::Slots(OfSlots::LetGo(who, Some("belum bayar"))));
        story.extend([pay(other), Step::Slots(OfSlots::Claim(other, None))]);
        // A day after the end, and less than one after somebody got slots.
        story.extend(pass(5 * HOUR));
        story.extend(pass(30 * HOUR));
        story.push(Step::Slots(OfSlots::Cancel(other)));
        story.push(Step::Campaign(OfCampaigns::CloseList(wait.campaign)));
        story
    })
}

/// Money is given back twice by one request, and once more by another.
fn is_given_back() -> impl Strategy<Value = Vec<Step>> {
    (join(), pick(), pick(), select(&REQUESTS[..])).prop_map(|(join, who, campaign, request)| {
        let give = |amount, request| Step::Money(OfMoney::GiveBack(who, amount, request));
        vec![
            Step::Slots(OfSlots::Join(join)),
            pay(who),
            pay(who),
            give(100_000, request),
            give(100_000, request),
            give(210_000, REQUESTS[3]),
            Step::Money(OfMoney::SendRefund(Pick(0))),
            Step::Campaign(OfCampaigns::Cancel(campaign)),
        ]
    })
}

/// Money goes back to the account that the participant names, or to another one once it is confirmed.
fn goes_back() -> impl Strategy<Value = Vec<Step>> {
    (pick(), pick(), pick()).prop_map(|(who, campaign, refund)| {
        let mut story = vec![
            Step::Money(OfMoney::SetAccount(who, ACCOUNTS[0])),
            pay(who),
            Step::Campaign(OfCampaigns::Cancel(campaign)),
        ];
        // Another account has to be confirmed first.
        let another = [
            OfMoney::SetAccount(who, ACCOUNTS[usize::from(refund.0 % 2 == 0)]),
            OfMoney::SendRefund(refund),
            OfMoney::ConfirmAccount(who, refund.0 % 3 == 0),
            OfMoney::SendRefund(refund),
            OfMoney::AcknowledgeRefund(refund),
        ];
        story.extend(another.map(Step::Money));
        story
    })
}

/// What follows from each other, and would hardly ever by chance: a reservation that expires and is
/// revived, money that goes back, money that is paid out.
fn story() -> impl Strategy<Value = Vec<Step>> {
    let expires = (join(), pick()).prop_map(|(join, who)| {
        let extend = OfCampaigns::Extend {
            campaign: join.campaign,
            deadline_in: 30 * HOUR,
        };
        let mut story = vec![Step::Campaign(extend), Step::Slots(OfSlots::Join(join))];
        if who.0 % 3 == 0 {
            story.push(Step::Slots(OfSlots::Claim(Pick(0), None)));
        }
        story.extend(pass(5 * HOUR));
        story.push(Step::Slots(OfSlots::Revive(who)));
        story
    });
    let is_paid_out = (join(), pick(), pick()).prop_map(move |(join, who, campaign)| {
        let pay_out = OfMoney::PayOut {
            campaign,
            amount: 210_000,
            reference: Some("TRX 8"),
        };
        let mut story = vec![Step::Slots(OfSlots::Join(join)), pay(who)];
        story.extend(pass(30 * HOUR));
        story.push(Step::Money(pay_out));
        story
    });
    let again = select(vec![OfTime::Reopen, OfTime::Crash, OfTime::Sweep]);
    let passes = select(vec![1, 9 * MINUTE, 11 * MINUTE, 25 * HOUR]);
    let is_right = select(vec![OfTime::ConfirmClock, OfTime::Sweep]);
    let clock_is_wrong = (join(), wrong_by(), again, passes, is_right).prop_map(
        move |(join, wrong_by, again, passes, is_right)| {
            let mut story = vec![
                Step::Time(OfTime::SetClock(wrong_by)),
                Step::Slots(OfSlots::Join(join)),
                Step::Time(again),
                Step::Time(OfTime::Sweep),
            ];
            story.extend(pass(passes));
            if is_right == OfTime::ConfirmClock {
                story.extend([is_right, OfTime::Sweep].map(Step::Time));
            } else {
                story.extend([OfTime::SetClock(-wrong_by), is_right].map(Step::Time));
            }
            story
        },
    );
    // Boxed: all of them in one type are more than the stack of a thread holds.
    prop_oneof![
        expires.boxed(),
        goes_back().boxed(),
        is_paid_out.boxed(),
        is_given_back().boxed(),
        outlives().boxed(),
        clock_is_wrong.boxed(),
    ]
}

/// Everything ends and is forgotten, and life goes on: what was typed then is forgotten in its turn.
fn afterwards() -> impl Strategy<Value = Vec<Step>> {
    // Less than a stored answer is kept, and as long as all is remembered.
    let jump = || select(vec![25 * HOUR, 91 * DAY]);
    let sweep = || Step::Time(OfTime::Sweep);
    let step = prop_oneof![
        1 => of_campaigns().prop_map(Step::Campaign).boxed(),
        2 => of_slots().prop_map(Step::Slots).boxed(),
        6 => of_money().prop_map(Step::Money).boxed(),
        1 => of_pay_to().prop_map(Step::PayTo).boxed(),
        3 => Just(sweep()),
    ];
    let steps = prop::collection::vec(step, 3..10);
    (jump(), jump(), steps).prop_map(move |(first, second, steps)| {
        let jump = |jump| Step::Time(OfTime::MoveClock(jump));
        let mut all = vec![sweep(), jump(first), sweep(), jump(second), sweep()];
        all.extend(steps);
        all
    })
}

/// Each sequence starts with something to join, so that few steps are wasted.
pub(crate) fn steps() -> impl Strategy<Value = Steps> {
    let opening = |slots: i64, terms| {
        [
            OfCampaigns::CreateProduct,
            OfCampaigns::Toggle {
                product: Pick(0),
                enabled: true,
                deadline_in: None,
            },
            OfCampaigns::Create {
                product: Pick(0),
                slots,
                minimum: Some(2.min(slots)),
                price: 210_000,
                deadline_in: 5 * HOUR,
                opens_in: None,
                terms,
                code: None,
                pay_to: Vec::new(),
            },
        ]
    };
    let some = prop_oneof![24 => step().prop_map(|step| vec![step]).boxed(), 1 => story().boxed()];
    let steps = prop::collection::vec(some, 16..40);
    let afterwards = prop_oneof![Just(Vec::new()).boxed(), afterwards().boxed()];
    let days = prop_oneof![1 => Just(0), 4 => Just(1), 4 => Just(90)];
    (1_i64..9, terms(), steps, afterwards, days).prop_map(
        move |(slots, terms, steps, afterwards, forget_after_days)| {
            let opening = opening(slots, terms).into_iter().map(Step::Campaign);
            let all = opening.chain(steps.concat()).chain(afterwards);
            Steps {
                forget_after_days,
                all: all.collect(),
            }
        },
    )
}
