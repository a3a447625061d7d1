//! Tables of the rules: every state, before, at and after the deadline, and the numbers at their edges.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use chrono::{DateTime, TimeDelta, Utc};
use sambatan::domain::audit::{AuditEventKind, NewAuditEvent};
use sambatan::domain::campaign::CheckedCampaign;
use sambatan::domain::field::{self, FieldError, Problem};
use sambatan::domain::id::{CampaignId, ParticipationId, ProductId};
use sambatan::domain::lifecycle::{Settlement, Transition, call_off, next_transition};
use sambatan::domain::money::Rupiah;
use sambatan::domain::participation::{
    JoinCampaign, Participation, ParticipationChange, ParticipationStatus, confirm, release,
};
use sambatan::domain::product::{NewProduct, Product, ToggleSambatan};
use sambatan::domain::slots::Slots;
use sambatan::domain::terms::Terms;
use sambatan::domain::time::Timestamp;
use sambatan::domain::waiting_list;
use sambatan::{Campaign, CampaignStatus, Error, NewCampaign};
use serde_json::{Value, json};

const PRICE: i64 = 210_000;
/// What people typed in these tests: nothing of it may reach an event.
const TYPED: [&str; 5] = [
    "Batch Oktober",
    "budi",
    "Jl. Melati",
    "titip satpam",
    "salah pilih",
];

fn time(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn deadline() -> Timestamp {
    time("2025-10-10T00:00:00Z")
}

/// The last moment before the deadline, the deadline itself, and the first moment after it.
fn moments() -> [Timestamp; 3] {
    [-1, 0, 1].map(|ms| deadline().saturating_add(TimeDelta::milliseconds(ms)))
}

fn created() -> Timestamp {
    time("2025-10-01T00:00:00Z")
}

fn campaign(status: CampaignStatus, taken: u32, minimum: u32, total: u32) -> Campaign {
    Campaign {
        id: CampaignId::new(),
        product_id: ProductId::new(),
        title: TYPED[0].to_owned(),
        description: None,
        total_slots: Slots::new(total),
        minimum_slots: Slots::new(minimum),
        price_per_slot: Rupiah::new(PRICE),
        slots_taken: Slots::new(taken),
        participant_count: u32::from(taken > 0),
        confirmed_count: 0,
        waitlist_count: 0,
        last_queue_number: 0,
        terms: Terms::default(),
        status,
        opens_at: None,
        deadline: deadline(),
        tipped_at: None,
        extended_at: None,
        extend_reason: None,
        cancel_reason: None,
        ended_at: None,
        erased_at: None,
        created_at: created(),
        updated_at: created(),
    }
}

/// A campaign of ten slots, with as many of them taken as its state asks for.
fn usual_campaign(status: CampaignStatus) -> Campaign {
    let taken = match status {
        CampaignStatus::Inactive | CampaignStatus::Failed | CampaignStatus::Cancelled => 0,
        CampaignStatus::Active => 4,
        CampaignStatus::Full | CampaignStatus::Completed => 10,
    };
    campaign(status, taken, 10, 10)
}

fn participation(campaign: &Campaign, status: ParticipationStatus, quantity: u32) -> Participation {
    Participation {
        id: ParticipationId::new(),
        campaign_id: campaign.id,
        user_id: field::user_id(TYPED[1]).unwrap(),
        quantity: Slots::new(quantity),
        contribution_amount: Rupiah::new(PRICE * i64::from(quantity)),
        transfer_amount: None,
        paid_amount: Rupiah::new(0),
        status,
        queue_number: None,
        pay_by: None,
        expires_at: None,
        expired_at: None,
        shipping_address: TYPED[2].to_owned(),
        note: Some(TYPED[3].to_owned()),
        payout_account: None,
        cancel_reason: None,
        erased_at: None,
        joined_at: created(),
        updated_at: created(),
    }
}

fn join(campaign: &Campaign, quantity: i64, now: Timestamp) -> Result<ParticipationChange, Error> {
    let join = JoinCampaign {
        note: Some(TYPED[3].to_owned()),
        ..JoinCampaign::new(campaign.id, TYPED[1], quantity, TYPED[2])
    };
    join.check()
        .unwrap()
        .join(campaign.clone(), ParticipationId::new(), now)
}

/// Gives a reservation of a campaign for which nobody waits back.
fn cancel(
    held: Participation,
    campaign: Campaign,
    reason: Option<String>,
    now: Timestamp,
) -> Result<ParticipationChange, Error> {
    let before = campaign.status;
    let mut change = release(held, campaign, reason, now)?;
    let settled = waiting_list::settle_status(&mut change.campaign, before, now);
    change.events.extend(settled);
    Ok(change)
}

/// The events are exactly these, of this campaign, at this time, with ids and numbers only.
#[track_caller]
fn assert_events(
    events: &[NewAuditEvent],
    campaign: &Campaign,
    now: Timestamp,
    expected: &[(AuditEventKind, Value)],
) {
    assert_eq!(events.len(), expected.len(), "{events:?}");
    for (event, (kind, facts)) in events.iter().zip(expected) {
        assert_eq!(event.kind, *kind);
        assert_eq!(event.campaign_id, Some(campaign.id));
        assert_eq!(event.timestamp, now);
        assert_eq!(&Value::Object(event.metadata.facts().clone()), facts);
        assert_no_text(event);
    }
}

#[track_caller]
fn assert_no_text(event: &NewAuditEvent) {
    for (name, value) in event.metadata.facts() {
        let is_plain = match value {
            Value::Number(_) | Value::Bool(_) => true,
            Value::String(text) => text.parse::<CampaignId>().is_ok(),
            _ => false,
        };
        assert!(is_plain, "{name} is {value}");
    }
    let json = event.metadata.to_json();
    for typed in TYPED {
        assert!(!json.contains(typed), "{json}");
    }
}

#[test]
fn a_join_is_closed_unless_the_campaign_is_active_and_the_deadline_has_not_passed() {
    for status in CampaignStatus::ALL {
        for now in moments() {
            for quantity in [1, 6, 7, 1_000_000] {
                let campaign = usual_campaign(status);
                let is_open = status == CampaignStatus::Active && now <= deadline();
                let outcome = join(&campaign, quantity, now);
                let closed = Error::CampaignClosed {
                    status,
                    deadline: deadline(),
                };
                assert_eq!(
                    outcome == Err(closed),
                    !is_open,
                    "{status:?} {now} {quantity}: {outcome:?}"
                );
            }
        }
    }
}

#[test]
fn an_open_campaign_sells_exactly_the_slots_it_has() {
    use CampaignStatus::{Active, Full};
    // taken, total, quantity: taken and status afterwards, or the slots that are left.
    let table = [
        ((0, 10, 1), Ok((1, Active))),
        ((0, 10, 9), Ok((9, Active))),
        ((0, 10, 10), Ok((10, Full))),
        ((0, 10, 11), Err(10)),
        ((9, 10, 1), Ok((10, Full))),
        ((9, 10, 2), Err(1)),
        ((4, 10, 6), Ok((10, Full))),
        ((4, 10, 7), Err(6)),
        ((0, 1, 1), Ok((1, Full))),
        ((0, 1, 2), Err(1)),
        ((0, 1_000_000, 1_000_000), Ok((1_000_000, Full))),
        ((1, 1_000_000, 1_000_000), Err(999_999)),
    ];
    for ((taken, total, quantity), expected) in table {
        for now in [created(), deadline()] {
            let before = campaign(Active, taken, 1, total);
            let outcome = join(&before, quantity, now)
                .map(|change| (change.campaign.slots_taken.get(), change.campaign.status));
            let expected = expected.map_err(|available| Error::InsufficientSlots {
                requested: Slots::new(u32::try_from(quantity).unwrap()),
                available: Slots::new(available),
            });
            assert_eq!(
                outcome, expected,
                "{quantity} of {total} with {taken} taken"
            );
        }
    }
}

#[test]
fn a_join_changes_the_numbers_and_nothing_else_of_the_campaign() {
    let before = campaign(CampaignStatus::Active, 4, 10, 10);
    let change = join(&before, 2, deadline()).unwrap();
    assert_eq!(
        change.campaign,
        Campaign {
            slots_taken: Slots::new(6),
            participant_count: 2,
            updated_at: deadline(),
            ..before.clone()
        }
    );
    let id = change.participation.id;
    assert_eq!(
        change.participation,
        Participation {
            id,
            joined_at: deadline(),
            updated_at: deadline(),
            ..participation(&before, ParticipationStatus::Reserved, 2)
        }
    );
    let joined = json!({
        "participation_id": id.to_string(),
        "quantity": 2,
        "contribution_amount": 420_000,
        "slots_taken": 6,
    });
    assert_events(
        &change.events,
        &before,
        deadline(),
        &[(AuditEventKind::ParticipantJoined, joined)],
    );
}

#[test]
fn taking_the_last_slot_says_that_the_campaign_is_full() {
    let before = campaign(CampaignStatus::Active, 4, 10, 10);
    let change = join(&before, 6, created()).unwrap();
    let joined = json!({
        "participation_id": change.participation.id.to_string(),
        "quantity": 6,
        "contribution_amount": 1_260_000,
        "slots_taken": 10,
    });
    assert_events(
        &change.events,
        &before,
        created(),
        &[
            (AuditEventKind::ParticipantJoined, joined),
            (AuditEventKind::CampaignFull, json!({ "slots_taken": 10 })),
        ],
    );
}

#[test]
fn only_reserved_slots_and_waiting_places_of_a_running_campaign_can_be_given_back() {
    for campaign_status in CampaignStatus::ALL {
        for status in ParticipationStatus::ALL {
            for now in moments() {
                let campaign = usual_campaign(campaign_status);
                let participation = participation(&campaign, status, 3);
                let given_back = [
                    ParticipationStatus::Reserved,
                    ParticipationStatus::Waitlisted,
                ];
                let allowed = given_back.contains(&status)
                    && [CampaignStatus::Active, CampaignStatus::Full].contains(&campaign_status)
                    && now <= deadline();
                let outcome = cancel(participation, campaign, None, now);
                let invalid = Error::ParticipationStateInvalid {
                    status,
                    campaign_status,
                };
                assert_eq!(
                    outcome.as_ref().err(),
                    (!allowed).then_some(&invalid),
                    "{campaign_status:?} {status:?} {now}"
                );
            }
        }
    }
}

#[test]
fn giving_slots_back_reopens_a_full_campaign_and_only_that() {
    let reason = Some(TYPED[4].to_owned());
    for (status, taken, left, reopens) in [
        (CampaignStatus::Active, 4, 1, false),
        (CampaignStatus::Active, 3, 0, false),
        (CampaignStatus::Full, 10, 7, true),
    ] {
        let before = campaign(status, taken, 10, 10);
        let held = participation(&before, ParticipationStatus::Reserved, 3);
        let change = cancel(held.clone(), before.clone(), reason.clone(), deadline()).unwrap();
        assert_eq!(
            change.campaign,
            Campaign {
                status: CampaignStatus::Active,
                slots_taken: Slots::new(left),
                participant_count: 0,
                updated_at: deadline(),
                ..before.clone()
            }
        );
        assert_eq!(
            change.participation,
            Participation {
                status: ParticipationStatus::Cancelled,
                cancel_reason: reason.clone(),
                updated_at: deadline(),
                ..held.clone()
            }
        );
        let cancelled = json!({
            "participation_id": held.id.to_string(),
            "quantity": 3,
            "slots_taken": left,
        });
        let mut expected = vec![(AuditEventKind::ParticipantCancelled, cancelled)];
        if reopens {
            let reopened = json!({ "slots_taken": left });
            expected.push((AuditEventKind::CampaignReopened, reopened));
        }
        assert_events(&change.events, &before, deadline(), &expected);
    }
}

#[test]
fn only_a_reservation_of_a_campaign_that_has_not_ended_can_be_confirmed() {
    for campaign_status in CampaignStatus::ALL {
        for status in ParticipationStatus::ALL {
            for now in moments() {
                let campaign = usual_campaign(campaign_status);
                let held = participation(&campaign, status, 3);
                let allowed =
                    status == ParticipationStatus::Reserved && !campaign_status.has_ended();
                let outcome = confirm(held.clone(), campaign.clone(), now);
                if !allowed {
                    let invalid = Error::ParticipationStateInvalid {
                        status,
                        campaign_status,
                    };
                    assert_eq!(
                        outcome,
                        Err(invalid),
                        "{campaign_status:?} {status:?} {now}"
                    );
                    continue;
                }
                let change = outcome.unwrap();
                let counted = Campaign {
                    confirmed_count: 1,
                    ..campaign.clone()
                };
                assert_eq!(change.campaign, counted, "confirming takes no slot");
                let confirmed = Participation {
                    status: ParticipationStatus::Confirmed,
                    updated_at: now,
                    ..held.clone()
                };
                assert_eq!(change.participation, confirmed);
                let facts = json!({
                    "participation_id": held.id.to_string(),
                    "quantity": 3,
                    "contribution_amount": 630_000,
                });
                let expected = [(AuditEventKind::ParticipantConfirmed, facts)];
                assert_events(&change.events, &campaign, now, &expected);
            }
        }
    }
}

/// What a transition does, in short.
fn outline(transition: &Transition) -> (CampaignStatus, Option<Settlement>, AuditEventKind) {
    (
        transition.campaign.status,
        transition.settlement,
        transition.event(0).kind,
    )
}

const COMPLETES: (CampaignStatus, Option<Settlement>, AuditEventKind) = (
    CampaignStatus::Completed,
    Some(Settlement::ConfirmReserved),
    AuditEventKind::CampaignCompleted,
);
const FAILS: (CampaignStatus, Option<Settlement>, AuditEventKind) = (
    CampaignStatus::Failed,
    Some(Settlement::RefundLive),
    AuditEventKind::CampaignFailed,
);
const OPENS: (CampaignStatus, Option<Settlement>, AuditEventKind) =
    (CampaignStatus::Active, None, AuditEventKind::CampaignOpened);

#[test]
fn an_active_campaign_is_settled_by_its_numbers_once_its_deadline_has_passed() {
    let [before, at, after] = moments();
    // taken, minimum, total: the step that is owed after the deadline.
    for (taken, minimum, total, owed) in [
        (0, 1, 10, FAILS),
        (0, 10, 10, FAILS),
        (9, 10, 10, FAILS),
        (4, 5, 10, FAILS),
        (5, 5, 10, COMPLETES),
        (6, 5, 10, COMPLETES),
        (1, 1, 10, COMPLETES),
        (999_999, 1_000_000, 1_000_000, FAILS),
    ] {
        let campaign = campaign(CampaignStatus::Active, taken, minimum, total);
        assert_eq!(next_transition(&campaign, before), None);
        assert_eq!(
            next_transition(&campaign, at),
            None,
            "the deadline is the last moment"
        );
        let step = next_transition(&campaign, after).unwrap();
        assert_eq!(outline(&step), owed, "{taken} of {minimum} to {total}");
    }
}

#[test]
fn a_full_campaign_completes_at_any_time_and_an_ended_one_changes_no_more() {
    for now in moments() {
        let step = next_transition(&usual_campaign(CampaignStatus::Full), now).unwrap();
        assert_eq!(outline(&step), COMPLETES);
        for ended in [
            CampaignStatus::Completed,
            CampaignStatus::Failed,
            CampaignStatus::Cancelled,
        ] {
            assert!(ended.has_ended());
            assert_eq!(next_transition(&usual_campaign(ended), now), None);
        }
    }
}

#[test]
fn a_campaign_opens_when_its_time_has_come_and_may_owe_its_end_too() {
    let [before, at, after] = moments();
    let opening_at = |opens_at| Campaign {
        opens_at: Some(opens_at),
        ..campaign(CampaignStatus::Inactive, 0, 5, 10)
    };
    assert_eq!(next_transition(&opening_at(at), before), None);
    for now in [at, after] {
        let step = next_transition(&opening_at(at), now).unwrap();
        assert_eq!(outline(&step), OPENS);
    }
    let opened = next_transition(&opening_at(created()), after).unwrap();
    assert_eq!(outline(&opened), OPENS);
    let ended = next_transition(&opened.campaign, after).unwrap();
    assert_eq!(outline(&ended), FAILS);
    assert_eq!(next_transition(&ended.campaign, after), None);
}

#[test]
fn a_step_of_the_lifecycle_says_how_many_slots_and_participations_it_settled() {
    let [.., after] = moments();
    let opening = Campaign {
        opens_at: Some(created()),
        ..campaign(CampaignStatus::Inactive, 0, 5, 10)
    };
    for (before, counted) in [
        (
            campaign(CampaignStatus::Full, 10, 10, 10),
            Some("confirmed"),
        ),
        (
            campaign(CampaignStatus::Active, 4, 4, 10),
            Some("confirmed"),
        ),
        (campaign(CampaignStatus::Active, 4, 5, 10), Some("refunded")),
        (opening, None),
    ] {
        let step = next_transition(&before, after).unwrap();
        let refunds = step.settlement == Some(Settlement::RefundLive);
        let expected = Campaign {
            status: step.campaign.status,
            updated_at: after,
            slots_taken: if refunds {
                Slots::ZERO
            } else {
                before.slots_taken
            },
            participant_count: if refunds { 0 } else { before.participant_count },
            confirmed_count: match step.settlement {
                Some(Settlement::ConfirmReserved) => before.participant_count,
                _ => 0,
            },
            ended_at: step.settlement.map(|_| after),
            ..before.clone()
        };
        assert_eq!(step.campaign, expected);
        let mut facts = json!({ "slots_taken": before.slots_taken.get() });
        if let Some(counted) = counted {
            facts[counted] = json!(3);
        }
        let kind = outline(&step).2;
        assert_events(&[step.event(3)], &before, after, &[(kind, facts)]);
    }
}

#[test]
fn only_a_campaign_that_is_not_full_and_has_not_ended_can_be_called_off() {
    for status in CampaignStatus::ALL {
        for now in moments() {
            let before = usual_campaign(status);
            let allowed = [CampaignStatus::Inactive, CampaignStatus::Active].contains(&status);
            let outcome = call_off(before.clone(), Some(TYPED[4].to_owned()), now);
            if !allowed {
                let invalid = Error::CampaignStateInvalid { status };
                assert_eq!(outcome, Err(invalid), "{status:?} {now}");
                continue;
            }
            let step = outcome.unwrap();
            assert_eq!(step.settlement, Some(Settlement::RefundLive));
            assert_eq!(
                step.campaign,
                Campaign {
                    status: CampaignStatus::Cancelled,
                    slots_taken: Slots::ZERO,
                    participant_count: 0,
                    cancel_reason: Some(TYPED[4].to_owned()),
                    ended_at: Some(now),
                    updated_at: now,
                    ..before.clone()
                }
            );
            let facts = json!({ "slots_taken": before.slots_taken.get(), "refunded": 2 });
            let expected = [(AuditEventKind::CampaignCancelled, facts)];
            assert_events(&[step.event(2)], &before, now, &expected);
        }
    }
}

fn product(is_sambatan_enabled: bool) -> Product {
    let new = NewProduct {
        name: "Rimba Embun".to_owned(),
        description: None,
        base_price: 420_000,
    };
    Product {
        is_sambatan_enabled,
        ..new.into_product(ProductId::new(), created()).unwrap()
    }
}

fn new_campaign() -> NewCampaign {
    let deadline = deadline().as_datetime();
    NewCampaign::new(ProductId::new(), TYPED[0], 10, PRICE, deadline)
}

fn checked(campaign: NewCampaign) -> CheckedCampaign {
    campaign.check().unwrap()
}

fn refusal<T>(outcome: Result<T, Error>) -> Vec<(&'static str, Problem)> {
    match outcome {
        Err(Error::ValidationFailed(errors)) => errors
            .into_iter()
            .map(|FieldError { field, problem }| (field, problem))
            .collect(),
        Err(other) => panic!("another refusal: {other:?}"),
        Ok(_) => Vec::new(),
    }
}

/// What is said of a good campaign after one change for the worse.
fn refused(change: impl FnOnce(&mut NewCampaign)) -> Vec<(&'static str, Problem)> {
    let mut campaign = new_campaign();
    change(&mut campaign);
    refusal(campaign.check())
}

const SLOTS: Problem = Problem::OutOfRange(1, 1_000_000);
const PRICES: Problem = Problem::OutOfRange(1, 1_000_000_000_000);

#[test]
fn a_title_is_three_to_a_hundred_and_twenty_plain_characters() {
    for (title, problem) in [
        ("abc".to_owned(), None),
        (" ab ".to_owned(), Some(Problem::TooShort(3))),
        ("é".repeat(120), None),
        ("é".repeat(121), Some(Problem::TooLong(120))),
        ("a\tbc".to_owned(), Some(Problem::ControlCharacter)),
    ] {
        let expected: Vec<_> = problem
            .map(|problem| ("title", problem))
            .into_iter()
            .collect();
        assert_eq!(refused(|campaign| campaign.title = title), expected);
    }
}

#[test]
fn the_numbers_of_a_new_campaign_are_held_to_their_bounds() {
    for (slots, fits) in [
        (i64::MIN, false),
        (0, false),
        (10, true),
        (1_000_000, true),
        (1_000_001, false),
    ] {
        let found = refused(|campaign| campaign.total_slots = slots);
        assert_eq!(found == [("total_slots", SLOTS)], !fits, "{slots}");
    }
    for (price, fits) in [
        (0, false),
        (1, true),
        (1_000_000_000_000, true),
        (1_000_000_000_001, false),
    ] {
        let found = refused(|campaign| campaign.price_per_slot = price);
        assert_eq!(found == [("price_per_slot", PRICES)], !fits, "{price}");
    }
    for (minimum, problem) in [
        (0, Some(SLOTS)),
        (1, None),
        (10, None),
        (11, Some(Problem::OutOfRange(1, 10))),
    ] {
        let found = refused(|campaign| campaign.minimum_slots = Some(minimum));
        let expected: Vec<_> = problem
            .map(|problem| ("minimum_slots", problem))
            .into_iter()
            .collect();
        assert_eq!(found, expected, "{minimum}");
    }
}

#[test]
fn the_times_of_a_new_campaign_are_times_and_in_order() {
    let far = DateTime::<Utc>::MAX_UTC;
    let [before, at, after] = moments().map(Timestamp::as_datetime);
    assert_eq!(
        refused(|campaign| campaign.deadline = far),
        [("deadline", Problem::NotATime)]
    );
    for (opens_at, problem) in [
        (before, None),
        (at, Some(Problem::NotBeforeDeadline)),
        (after, Some(Problem::NotBeforeDeadline)),
        (far, Some(Problem::NotATime)),
    ] {
        let found = refused(|campaign| campaign.opens_at = Some(opens_at));
        let expected: Vec<_> = problem
            .map(|problem| ("opens_at", problem))
            .into_iter()
            .collect();
        assert_eq!(found, expected, "{opens_at}");
    }
}

#[test]
fn everything_that_is_wrong_with_a_new_campaign_is_said_at_once() {
    let found = refused(|campaign| {
        campaign.title = "a".to_owned();
        campaign.total_slots = 0;
        campaign.minimum_slots = Some(-1);
    });
    assert_eq!(
        found,
        [
            ("title", Problem::TooShort(3)),
            ("total_slots", SLOTS),
            ("minimum_slots", SLOTS)
        ]
    );
}

#[test]
fn a_campaign_needs_an_enabled_product_and_a_deadline_in_the_future() {
    for (enabled, now, refused) in [
        (false, created(), Some(Error::ProductNotEnabled)),
        (false, deadline(), Some(Error::ProductNotEnabled)),
        (true, moments()[0], None),
        (
            true,
            moments()[1],
            Some(Error::DeadlineInPast {
                deadline: deadline(),
            }),
        ),
        (
            true,
            moments()[2],
            Some(Error::DeadlineInPast {
                deadline: deadline(),
            }),
        ),
    ] {
        let outcome = checked(new_campaign()).open(&product(enabled), CampaignId::new(), now);
        assert_eq!(outcome.err(), refused, "{enabled} {now}");
    }
}

#[test]
fn a_new_campaign_is_open_unless_its_opening_lies_ahead() {
    let opening = time("2025-10-05T00:00:00Z");
    let second = TimeDelta::seconds(1);
    for (opens_at, now, is_open) in [
        (None, created(), true),
        (Some(opening), opening.saturating_add(-second), false),
        (Some(opening), opening, true),
        (Some(opening), opening.saturating_add(second), true),
    ] {
        for minimum_slots in [None, Some(4)] {
            let new = NewCampaign {
                minimum_slots,
                opens_at: opens_at.map(Timestamp::as_datetime),
                ..new_campaign()
            };
            let (product, id) = (product(true), CampaignId::new());
            let (opened, event) = checked(new).open(&product, id, now).unwrap();
            let (status, minimum) = (
                if is_open {
                    CampaignStatus::Active
                } else {
                    CampaignStatus::Inactive
                },
                if minimum_slots.is_some() { 4 } else { 10 },
            );
            let expected = Campaign {
                id,
                product_id: product.id,
                opens_at,
                created_at: now,
                updated_at: now,
                ..campaign(status, 0, minimum, 10)
            };
            assert_eq!(opened, expected);
            let facts = json!({
                "product_id": product.id.to_string(),
                "total_slots": 10,
                "minimum_slots": minimum,
                "price_per_slot": PRICE,
                "open": is_open,
            });
            let expected = [(AuditEventKind::CampaignCreated, facts)];
            assert_events(&[event], &opened, now, &expected);
        }
    }
}

#[test]
fn switching_group_buying_keeps_what_it_is_not_told() {
    let before = Product {
        sambatan_total_slots: Some(Slots::new(8)),
        sambatan_deadline: Some(deadline()),
        ..product(false)
    };
    let later = time("2025-11-01T00:00:00Z");
    for enabled in [true, false] {
        for (total_slots, slots) in [(None, 8), (Some(1), 1), (Some(1_000_000), 1_000_000)] {
            for (asked, kept) in [(None, deadline()), (Some(later), later)] {
                let toggle = ToggleSambatan {
                    enabled,
                    total_slots,
                    deadline: asked.map(Timestamp::as_datetime),
                };
                let expected = Product {
                    is_sambatan_enabled: enabled,
                    sambatan_total_slots: Some(Slots::new(slots)),
                    sambatan_deadline: Some(kept),
                    updated_at: created(),
                    ..before.clone()
                };
                assert_eq!(toggle.apply(before.clone(), created()), Ok(expected));
            }
        }
    }
}

#[test]
fn group_buying_is_not_enabled_until_a_moment_that_has_passed() {
    for enabled in [true, false] {
        for now in moments() {
            let toggle = ToggleSambatan {
                enabled,
                total_slots: None,
                deadline: Some(deadline().as_datetime()),
            };
            let refused = (enabled && now >= deadline()).then_some(Error::DeadlineInPast {
                deadline: deadline(),
            });
            assert_eq!(toggle.apply(product(!enabled), now).err(), refused);
        }
    }
    for total_slots in [i64::MIN, 0, 1_000_001] {
        let toggle = ToggleSambatan {
            enabled: true,
            total_slots: Some(total_slots),
            deadline: Some(DateTime::<Utc>::MIN_UTC),
        };
        assert_eq!(
            refusal(toggle.apply(product(false), created())),
            [
                ("total_slots", Problem::OutOfRange(1, 1_000_000)),
                ("deadline", Problem::NotATime),
            ]
        );
    }
}

#[test]
fn each_field_of_a_join_is_held_to_its_bounds() {
    let (user, address, note) = ("u".repeat(64), "a".repeat(240), "n".repeat(160));
    let fits = JoinCampaign {
        note: Some(note.clone()),
        ..JoinCampaign::new(CampaignId::new(), &user, 1_000_000, &address)
    };
    assert!(fits.clone().check().is_ok());
    let blank = JoinCampaign {
        user_id: " ".to_owned(),
        quantity: 0,
        shipping_address: " abcd ".to_owned(),
        note: Some("satu\ndua".to_owned()),
        ..fits.clone()
    };
    assert_eq!(
        refusal(blank.check()),
        [
            ("user_id", Problem::TooShort(1)),
            ("quantity", Problem::OutOfRange(1, 1_000_000)),
            ("shipping_address", Problem::TooShort(5)),
            ("note", Problem::ControlCharacter),
        ]
    );
    let beyond = JoinCampaign {
        user_id: user + "u",
        quantity: 1_000_001,
        shipping_address: address + "a",
        note: Some(note + "n"),
        ..fits
    };
    assert_eq!(
        refusal(beyond.check()),
        [
            ("user_id", Problem::TooLong(64)),
            ("quantity", Problem::OutOfRange(1, 1_000_000)),
            ("shipping_address", Problem::TooLong(240)),
            ("note", Problem::TooLong(160)),
        ]
    );
}
