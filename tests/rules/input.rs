//! What may be typed, and what becomes of it.

use chrono::{DateTime, TimeDelta, Utc};
use sambatan::domain::audit::AuditEventKind;
use sambatan::domain::campaign::CheckedCampaign;
use sambatan::domain::field::{FieldError, Problem};
use sambatan::domain::id::{CampaignId, ProductId};
use sambatan::domain::participation::JoinCampaign;
use sambatan::domain::product::{NewProduct, Product, ToggleSambatan};
use sambatan::domain::slots::Slots;
use sambatan::domain::time::Timestamp;
use sambatan::{Campaign, CampaignStatus, Error, NewCampaign};
use serde_json::json;

use crate::support::{PRICE, TYPED, assert_events, campaign, created, deadline, moments, time};

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
                "opens_at": opens_at.map(|time| time.to_string()),
                "deadline": deadline().to_string(),
                "on_shortfall": "fail",
                "extend_days": null,
                "completes": "when_full",
                "max_slots_per_user": null,
                "max_slots_per_join": null,
                "payment": "upfront",
                "pay_within_hours": null,
                "grace_hours": 0,
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

#[test]
fn a_handle_shows_all_that_it_has() {
    let join =
        |user: &str| JoinCampaign::new(CampaignId::new(), user, 1, "Jl. Melati No. 15").check();
    for user in ["budi.w", "وردة", "Siti 👩\u{200d}🌾", "Ika ❤\u{fe0f}"] {
        assert_eq!(refusal(join(user)), [], "{user}");
    }
    for (user, hidden) in [
        ("ar\u{200b}um", '\u{200b}'),
        ("arum\u{202e}", '\u{202e}'),
        ("\u{3164}", '\u{3164}'),
        ("bu\u{200d}di", '\u{200d}'),
    ] {
        let problem = Problem::HiddenCharacter(hidden);
        assert_eq!(refusal(join(user)), [("user_id", problem)]);
    }
}
