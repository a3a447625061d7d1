//! Joins under an idempotency key, as calls into the library: the same key and request again answer
//! the same and take no slot.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::path::PathBuf;
use std::sync::Barrier;
use std::thread;

use chrono::TimeDelta;
use sambatan::clock::{Clock, ManualClock};
use sambatan::domain::id::CampaignId;
use sambatan::domain::idempotency::{Fingerprint, IdempotencyKey, OnceAnswer, StoredAnswer};
use sambatan::domain::participation::{JoinCampaign, Participation};
use sambatan::domain::product::{NewProduct, ToggleSambatan};
use sambatan::domain::reports::Limit;
use sambatan::{Durability, Error, NewCampaign, Options, Sambatan};
use tempfile::TempDir;

struct Shop {
    clock: ManualClock,
    folder: TempDir,
    campaign: CampaignId,
}

impl Shop {
    /// A file with an open campaign of ten slots that ends in an hour.
    fn new() -> (Self, Sambatan) {
        let clock = ManualClock::at("2025-10-01T00:00:00Z".parse().unwrap());
        let mut shop = Self {
            clock,
            folder: tempfile::tempdir().unwrap(),
            campaign: CampaignId::new(),
        };
        let service = shop.open();
        let product = NewProduct {
            name: "Rimba Embun".to_owned(),
            base_price: 420_000,
            ..NewProduct::default()
        };
        let product = service.create_product(product).unwrap().id;
        let toggle = ToggleSambatan {
            enabled: true,
            ..ToggleSambatan::default()
        };
        service.toggle_sambatan(product, toggle).unwrap();
        let deadline = service.now().saturating_add(TimeDelta::hours(1));
        let deadline = deadline.as_datetime();
        let new = NewCampaign::new(product, "Batch Oktober", 10, 210_000, deadline);
        shop.campaign = service.create_campaign(new).unwrap().id;
        (shop, service)
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("shop.db")
    }

    fn open(&self) -> Sambatan {
        let options = Options {
            clock: Clock::Manual(self.clock.clone()),
            durability: Durability::Off,
            ..Options::default()
        };
        Sambatan::open_with(self.path(), options).unwrap()
    }

    fn join(&self, user: &str, quantity: i64) -> JoinCampaign {
        JoinCampaign::new(self.campaign, user, quantity, "Jl. Melati No. 15")
    }

    fn kept_answers(&self) -> i64 {
        let connection = rusqlite::Connection::open(self.path()).unwrap();
        let sql = "SELECT count(*) FROM idempotency_keys";
        connection.query_row(sql, [], |row| row.get(0)).unwrap()
    }
}

fn render(outcome: &Result<Participation, Error>) -> StoredAnswer {
    match outcome {
        Ok(participation) => StoredAnswer {
            status: 201,
            body: participation.id.to_string(),
        },
        Err(error) => StoredAnswer {
            status: 409,
            body: error.to_string(),
        },
    }
}

fn once(service: &Sambatan, join: &JoinCampaign, key: &str) -> Result<OnceAnswer, Error> {
    let request = format!("{} {}", join.quantity, join.shipping_address);
    let path = format!("/{}/join", join.campaign_id);
    service.join_campaign_once(
        join.clone(),
        IdempotencyKey::parse(key).unwrap(),
        Fingerprint::of("POST", &path, &request),
        render,
    )
}

fn taken(service: &Sambatan, shop: &Shop) -> u32 {
    let campaign = service.get_campaign(shop.campaign).unwrap();
    campaign.slots_taken.get()
}

#[test]
fn the_same_request_again_gets_the_same_answer_and_takes_no_slot() {
    let (shop, service) = Shop::new();
    let join = shop.join("budi", 3);
    let first = once(&service, &join, "k").unwrap();
    assert_eq!((first.answer.status, first.replayed), (201, false));
    let again = once(&service, &join, "\"k\"").unwrap();
    assert_eq!((again.answer, again.replayed), (first.answer, true));
    assert_eq!(taken(&service, &shop), 3);
    let log = service.logs(shop.campaign, None, Limit::default()).unwrap();
    assert_eq!(
        log.items.len(),
        2,
        "created, joined, and nothing for the replay"
    );
}

#[test]
fn a_refusal_is_replayed_even_when_slots_have_become_free() {
    let (shop, service) = Shop::new();
    let held = service.join_campaign(shop.join("ani", 8)).unwrap();
    let join = shop.join("budi", 3);
    let refused = once(&service, &join, "k").unwrap();
    assert_eq!((refused.answer.status, refused.replayed), (409, false));
    service.cancel_participation(held.id, None).unwrap();
    let again = once(&service, &join, "k").unwrap();
    assert_eq!((again.answer, again.replayed), (refused.answer, true));
    assert_eq!(taken(&service, &shop), 0);
    assert_eq!(once(&service, &join, "k2").unwrap().answer.status, 201);
}

#[test]
fn a_key_belongs_to_one_request_of_one_user() {
    let (shop, service) = Shop::new();
    once(&service, &shop.join("budi", 1), "k").unwrap();
    let other_quantity = once(&service, &shop.join("budi", 2), "k");
    assert_eq!(other_quantity, Err(Error::IdempotencyConflict));
    let other_user = once(&service, &shop.join("ani", 2), "k").unwrap();
    assert!(!other_user.replayed);
    assert_eq!(taken(&service, &shop), 3);
}

#[test]
fn what_no_rule_decided_is_not_kept() {
    let (shop, service) = Shop::new();
    let invalid = shop.join("budi", 0);
    assert!(matches!(
        once(&service, &invalid, "k"),
        Err(Error::ValidationFailed(_))
    ));
    let unknown = JoinCampaign {
        campaign_id: CampaignId::new(),
        ..shop.join("budi", 1)
    };
    assert_eq!(once(&service, &unknown, "k"), Err(Error::CampaignNotFound));
    assert_eq!(shop.kept_answers(), 0);
    assert!(!once(&service, &shop.join("budi", 1), "k").unwrap().replayed);
    assert_eq!(
        once(&service, &shop.join("budi", 2), "k"),
        Err(Error::IdempotencyConflict)
    );
    assert_eq!(shop.kept_answers(), 1);
}

#[test]
fn an_answer_that_cannot_be_made_takes_no_slot() {
    let (shop, service) = Shop::new();
    let key = || IdempotencyKey::parse("k").unwrap();
    let request = Fingerprint::of("POST", "/", "{}");
    let panicked = service.join_campaign_once(shop.join("budi", 1), key(), request, |_| {
        panic!("on purpose")
    });
    assert_eq!(panicked, Err(Error::Internal));
    let no_such_status =
        service.join_campaign_once(shop.join("budi", 1), key(), request, |_| StoredAnswer {
            status: 500,
            body: String::new(),
        });
    assert_eq!(no_such_status, Err(Error::Internal));
    assert_eq!(taken(&service, &shop), 0);
    assert_eq!(shop.kept_answers(), 0);
}

#[test]
fn an_answer_outlives_the_service() {
    let (shop, service) = Shop::new();
    let join = shop.join("budi", 3);
    let first = once(&service, &join, "k").unwrap();
    drop(service);
    let service = shop.open();
    let again = once(&service, &join, "k").unwrap();
    assert_eq!((again.answer, again.replayed), (first.answer, true));
    assert_eq!(taken(&service, &shop), 3);
}

#[test]
fn an_answer_is_kept_for_a_day_after_the_campaigns_end_and_then_swept() {
    let (shop, service) = Shop::new();
    let join = shop.join("budi", 1);
    once(&service, &join, "k").unwrap();
    shop.clock.advance(TimeDelta::hours(25));
    service.run_lifecycle().unwrap();
    assert!(once(&service, &join, "k").unwrap().replayed);
    shop.clock.advance(TimeDelta::milliseconds(1));
    service.run_lifecycle().unwrap();
    assert_eq!(shop.kept_answers(), 0);
    let closed = once(&service, &join, "k").unwrap();
    assert_eq!((closed.answer.status, closed.replayed), (409, false));

    // This answer was given after the end: it is kept for a day from then.
    shop.clock.advance(TimeDelta::hours(24));
    service.run_lifecycle().unwrap();
    assert!(once(&service, &join, "k").unwrap().replayed);
    shop.clock.advance(TimeDelta::milliseconds(1));
    service.run_lifecycle().unwrap();
    assert_eq!(shop.kept_answers(), 0);
}

#[test]
fn more_answers_than_one_chunk_expire_in_one_sweep_and_no_other() {
    let (shop, service) = Shop::new();
    once(&service, &shop.join("budi", 1), "kept").unwrap();
    let mut connection = rusqlite::Connection::open(shop.path()).unwrap();
    let transaction = connection.transaction().unwrap();
    for number in 0..1_000 {
        let sql = "INSERT INTO idempotency_keys (scope, key, fingerprint, status, body, expires_at) VALUES
                   ('old', ?1, zeroblob(32), 201, '', '2025-09-30 23:59:59.999')";
        transaction.execute(sql, [format!("k{number}")]).unwrap();
    }
    transaction.commit().unwrap();
    drop(connection);
    assert_eq!(shop.kept_answers(), 1_001);
    service.run_lifecycle().unwrap();
    assert_eq!(shop.kept_answers(), 1);
    assert!(
        once(&service, &shop.join("budi", 1), "kept")
            .unwrap()
            .replayed
    );
}

#[test]
fn the_same_key_from_sixteen_threads_at_once_takes_one_slot() {
    let (shop, service) = Shop::new();
    let start = Barrier::new(16);
    for round in 0..5 {
        let key = format!("k{round}");
        let answers: Vec<OnceAnswer> = thread::scope(|scope| {
            let senders: Vec<_> = (0..16)
                .map(|_| {
                    scope.spawn(|| {
                        start.wait();
                        once(&service, &shop.join("budi", 1), &key).unwrap()
                    })
                })
                .collect();
            senders
                .into_iter()
                .map(|sender| sender.join().unwrap())
                .collect()
        });
        let first_times = answers.iter().filter(|answer| !answer.replayed).count();
        assert_eq!(first_times, 1);
        assert!(
            answers
                .iter()
                .all(|other| other.answer == answers[0].answer)
        );
        assert_eq!(taken(&service, &shop), round + 1);
    }
}

/// A file with a campaign that ends in 2099.
fn endless() -> (Shop, Sambatan) {
    let (mut shop, service) = Shop::new();
    let product = service.list_products(None, Limit::default()).unwrap().items[0].id;
    let deadline = "2099-01-01T00:00:00Z".parse().unwrap();
    let new = NewCampaign::new(product, "Batch Panjang", 10, 210_000, deadline);
    shop.campaign = service.create_campaign(new).unwrap().id;
    (shop, service)
}

#[test]
fn a_refusal_of_a_campaign_that_runs_for_decades_is_kept_for_a_week() {
    let (shop, service) = endless();
    once(&service, &shop.join("budi", 8), "joined").unwrap();
    let refused = once(&service, &shop.join("ani", 3), "refused").unwrap();
    assert_eq!(refused.answer.status, 409);
    shop.clock.advance(TimeDelta::days(7));
    service.run_lifecycle().unwrap();
    assert!(
        once(&service, &shop.join("ani", 3), "refused")
            .unwrap()
            .replayed
    );
    shop.clock.advance(TimeDelta::milliseconds(1));
    service.run_lifecycle().unwrap();
    assert_eq!(shop.kept_answers(), 1);
    assert!(
        once(&service, &shop.join("budi", 8), "joined")
            .unwrap()
            .replayed
    );
}

#[test]
fn what_a_campaign_that_is_called_off_has_answered_goes_a_day_later() {
    let (shop, service) = endless();
    let joined = shop.join("budi", 8);
    once(&service, &joined, "joined").unwrap();
    for number in 0..5 {
        once(&service, &shop.join("ani", 3), &format!("refused-{number}")).unwrap();
    }
    assert_eq!(shop.kept_answers(), 6);
    service.cancel_campaign(shop.campaign, None).unwrap();
    shop.clock.advance(TimeDelta::hours(24));
    service.run_lifecycle().unwrap();
    assert_eq!(shop.kept_answers(), 6);
    assert!(once(&service, &joined, "joined").unwrap().replayed);
    // Whoever asks again hears the same, to the letter.
    let again = once(&service, &shop.join("ani", 3), "refused-0").unwrap();
    assert_eq!((again.answer.status, again.replayed), (409, true));
    shop.clock.advance(TimeDelta::milliseconds(1));
    service.run_lifecycle().unwrap();
    assert_eq!(shop.kept_answers(), 0);
}

#[test]
fn of_a_campaigns_refusals_only_the_latest_are_kept() {
    let (shop, service) = endless();
    once(&service, &shop.join("budi", 8), "joined").unwrap();
    once(&service, &shop.join("ani", 3), "first").unwrap();
    once(&service, &shop.join("ani", 3), "second").unwrap();
    // As if there had been so many since.
    let connection = rusqlite::Connection::open(shop.path()).unwrap();
    let sql = "UPDATE idempotency_keys SET refusal = 10000 WHERE key = 'second'";
    connection.execute(sql, []).unwrap();
    drop(connection);
    once(&service, &shop.join("ani", 3), "third").unwrap();
    assert_eq!(shop.kept_answers(), 3, "the first has made room");
    let is_replayed = |key| once(&service, &shop.join("ani", 3), key).unwrap().replayed;
    assert!(is_replayed("second") && is_replayed("third"));
    assert!(!is_replayed("first"));
    assert!(
        once(&service, &shop.join("budi", 8), "joined")
            .unwrap()
            .replayed
    );
}

#[test]
fn slots_are_given_back_twenty_times_by_one_participant_and_then_by_the_organiser() {
    let (shop, service) = endless();
    let joined = |user: &str| service.join_campaign(shop.join(user, 1)).unwrap().id;
    let before = joined("budi");
    for _ in 0..20 {
        service
            .cancel_own_participation(joined("budi"), None)
            .unwrap();
    }
    // Whoever took slots before can give them back, whatever others do under their name since.
    service.cancel_own_participation(before, None).unwrap();
    let last = joined("budi");
    let refused = service.cancel_own_participation(last, None);
    assert_eq!(refused, Err(Error::GivenBackTooOften));
    assert_eq!(taken(&service, &shop), 1, "the slot stays theirs");
    service
        .cancel_own_participation(joined("ani"), None)
        .unwrap();
    service.cancel_participation(last, None).unwrap();
    assert_eq!(taken(&service, &shop), 0);
}

#[test]
fn under_ever_other_names_slots_are_given_back_so_often_and_no_more() {
    let (shop, service) = endless();
    let joined = |user: &str| service.join_campaign(shop.join(user, 1)).unwrap().id;
    let one = joined("user-1");
    service.cancel_own_participation(one, None).unwrap();
    let connection = rusqlite::Connection::open(shop.path()).unwrap();
    let sql = "WITH RECURSIVE n(n) AS (SELECT 2 UNION ALL SELECT n + 1 FROM n WHERE n < 9999)
               INSERT INTO sambatan_participants
                   (id, campaign_id, user_id, quantity, contribution_amount, status, shipping_address,
                    joined_at, updated_at)
               SELECT printf('00000000-0000-7000-8000-%012x', n), campaign_id, 'user-' || n, quantity,
                      contribution_amount, status, shipping_address, joined_at, updated_at
                 FROM sambatan_participants, n WHERE id = ?1";
    connection.execute(sql, [one.to_string()]).unwrap();
    drop(connection);
    service
        .cancel_own_participation(joined("next"), None)
        .unwrap();
    let refused = service.cancel_own_participation(joined("last"), None);
    assert_eq!(refused, Err(Error::GivenBackTooOften));
}
