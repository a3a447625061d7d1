//! Terms, the time to pay and the waiting list, through the service.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "support/shop.rs"]
mod shop;

use chrono::TimeDelta;
use sambatan::clock::{Clock, ManualClock};
use sambatan::domain::ledger::NewPayment;
use sambatan::domain::participation::{JoinCampaign, Participation, ParticipationStatus};
use sambatan::domain::terms::{NewTerms, PaymentTiming};
use sambatan::inspect::Inspector;
use sambatan::{CampaignStatus, Durability, Error, NewCampaign, Options, Sambatan};
use shop::enabled_product;

fn shop(terms: NewTerms, minimum: i64) -> (ManualClock, Sambatan, NewCampaign) {
    let clock = ManualClock::at("2025-10-01T00:00:00Z".parse().unwrap());
    let options = Options {
        clock: Clock::Manual(clock.clone()),
        durability: Durability::Off,
        ..Options::default()
    };
    let (service, campaign) = shop_with(options, terms, minimum);
    (clock, service, campaign)
}

fn shop_with(options: Options, terms: NewTerms, minimum: i64) -> (Sambatan, NewCampaign) {
    let service = Sambatan::ephemeral_with(options).unwrap();
    let product = enabled_product(&service);
    let deadline = service.now().as_datetime() + TimeDelta::days(7);
    let campaign = NewCampaign {
        minimum_slots: Some(minimum),
        terms,
        ..NewCampaign::new(product, "Batch Oktober", 10, 1_000, deadline)
    };
    (service, campaign)
}

fn join(
    service: &Sambatan,
    id: sambatan::domain::id::CampaignId,
    user: &str,
    quantity: i64,
) -> Result<Participation, Error> {
    service.join_campaign(JoinCampaign {
        waitlist: true,
        ..JoinCampaign::new(id, user, quantity, "Jl. Melati No. 15")
    })
}

#[test]
fn freed_slots_go_to_the_first_who_waits_and_whom_they_are_enough_for() {
    let (_clock, service, new) = shop(NewTerms::default(), 10);
    let id = service.create_campaign(new).unwrap().id;
    let held = join(&service, id, "ani", 4).unwrap();
    join(&service, id, "budi", 6).unwrap();
    let many = join(&service, id, "citra", 5).unwrap();
    let first = join(&service, id, "dewi", 3).unwrap();
    let second = join(&service, id, "eko", 2).unwrap();
    assert_eq!(service.waitlist_position(&second), Ok(Some(3)));
    service.cancel_participation(held.id, None).unwrap();
    let status = |id| service.get_participation(id).unwrap().status;
    assert_eq!(status(many.id), ParticipationStatus::Waitlisted);
    assert_eq!(status(first.id), ParticipationStatus::Reserved);
    assert_eq!(status(second.id), ParticipationStatus::Waitlisted);
    let campaign = service.get_campaign(id).unwrap();
    assert_eq!(
        (campaign.slots_taken.get(), campaign.waitlist_count),
        (9, 2)
    );
    assert_eq!(campaign.status, CampaignStatus::Active);
}

#[test]
fn a_long_interval_keeps_nobody_beyond_their_time_to_pay() {
    let clock = ManualClock::at("2025-10-01T00:00:00Z".parse().unwrap());
    let terms = NewTerms {
        pay_within_hours: Some(1),
        ..NewTerms::default()
    };
    let (service, new) = shop_with(
        Options {
            clock: Clock::Manual(clock.clone()),
            durability: Durability::Off,
            interval: std::time::Duration::from_secs(24 * 60 * 60),
            ..Options::default()
        },
        terms,
        10,
    );
    let id = service.create_campaign(new).unwrap().id;
    service.scheduler().start().unwrap();
    let next = || service.scheduler().status().next_run_time;
    let a_day = Some(service.now().saturating_add(TimeDelta::days(1)));
    eventually(|| next() == a_day);
    let held = join(&service, id, "ani", 4).unwrap();
    assert_eq!(next(), a_day, "a join tells the timer nothing");
    clock.advance(TimeDelta::minutes(30));
    eventually(|| next() == held.expires_at);
    clock.advance(TimeDelta::minutes(30));
    let status = || service.get_participation(held.id).unwrap().status;
    eventually(|| status() == ParticipationStatus::Cancelled);
}

/// Looks until the scheduler's thread has caught up.
#[track_caller]
fn eventually(mut holds: impl FnMut() -> bool) {
    let started = std::time::Instant::now();
    while !holds() {
        assert!(started.elapsed().as_secs() < 30, "it never does");
        std::thread::park_timeout(std::time::Duration::from_millis(1));
    }
}

#[test]
fn what_is_not_paid_after_tipping_expires_and_can_be_revived() {
    let terms = NewTerms {
        payment: PaymentTiming::AfterTipping,
        pay_within_hours: Some(24),
        ..NewTerms::default()
    };
    let (clock, service, new) = shop(terms, 5);
    let id = service.create_campaign(new).unwrap().id;
    let early = join(&service, id, "ani", 4).unwrap();
    assert_eq!(early.expires_at, None);
    join(&service, id, "budi", 6).unwrap();
    let waits = join(&service, id, "citra", 3).unwrap();
    let expires_at = service.get_participation(early.id).unwrap().expires_at;
    assert!(expires_at.is_some());
    clock.set(expires_at.unwrap());
    service.run_lifecycle().unwrap();
    let expired = service.get_participation(early.id).unwrap();
    assert_eq!(expired.status, ParticipationStatus::Cancelled);
    assert_eq!(expired.expired_at, expires_at);
    let promoted = service.get_participation(waits.id).unwrap();
    assert_eq!(promoted.status, ParticipationStatus::Reserved);
    assert!(promoted.pay_by.is_some() && promoted.transfer_amount.is_some());
    let revived = service.revive_participation(early.id).unwrap();
    assert_eq!(revived.status, ParticipationStatus::Reserved);
    assert_eq!(revived.expired_at, None);
}

#[test]
fn a_check_finds_nothing_wrong_whatever_time_people_give_up_waiting_or_are_paid_for() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("waiting.db");
    let clock = ManualClock::at("2025-10-01T00:00:00Z".parse().unwrap());
    let options = Options {
        clock: Clock::Manual(clock.clone()),
        ..Options::default()
    };
    let service = Sambatan::open_with(&path, options).unwrap();
    let product = enabled_product(&service);
    let deadline = service.now().as_datetime() + TimeDelta::days(7);
    let new = NewCampaign::new(product, "Batch Oktober", 10, 1_000, deadline);
    let id = service.create_campaign(new).unwrap().id;
    join(&service, id, "ani", 10).unwrap();
    let [gives_up, waits, is_paid_for] =
        ["budi", "citra", "dewi"].map(|user| join(&service, id, user, 1).unwrap());
    service.cancel_participation(gives_up.id, None).unwrap();
    // In the same millisecond: the list is closed at the time at which one gave up, and the rest later wait no more.
    service.run_lifecycle().unwrap();
    service.close_waiting_list(id).unwrap();
    clock.advance(TimeDelta::hours(1));
    service.set_payout_account(waits.id, "BCA 12345").unwrap();
    service
        .record_payment(is_paid_for.id, NewPayment::default())
        .unwrap();
    let findings = Inspector::open(&path).unwrap().check().unwrap();
    let broken: Vec<_> = findings.iter().filter(|one| !one.holds()).collect();
    assert!(broken.is_empty(), "{broken:?}");
}
