//! Forgetting: after its time nothing of what people typed is left in the files, and all else is.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "support/shop.rs"]
mod shop;

use std::path::PathBuf;

use chrono::TimeDelta;
use sambatan::clock::{Clock, ManualClock};
use sambatan::domain::audit::AuditEventKind;
use sambatan::domain::id::{CampaignId, ParticipationId};
use sambatan::domain::idempotency::{Fingerprint, IdempotencyKey, StoredAnswer};
use sambatan::domain::ledger::{NewAdjustment, NewPayment};
use sambatan::domain::participation::{JoinCampaign, Participation};
use sambatan::domain::reports::Limit;
use sambatan::inspect::Inspector;
use sambatan::{Durability, Error, NewCampaign, Options, Sambatan};
use shop::enabled_product;

/// What people typed, each in a field of its own.
const TYPED: [&str; 7] = [
    "budi-santoso",
    "Jalan Melati Nomor Lima Belas",
    "titip di satpam rumah",
    "salah pilih warna",
    "BCA 1234567890",
    "TRF-PENGEMBALIAN-77",
    "kelebihan catat bu ani",
];

struct Scene {
    folder: tempfile::TempDir,
    clock: ManualClock,
    service: Sambatan,
    campaign: CampaignId,
}

impl Scene {
    fn new(days: u32) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = ManualClock::at("2025-10-01T00:00:00Z".parse().unwrap());
        let service = open(&folder, &clock, days);
        let product = enabled_product(&service);
        let deadline = service.now().as_datetime() + TimeDelta::days(7);
        let new = NewCampaign::new(product, "Batch Oktober", 10_000, 150_000, deadline);
        let campaign = service.create_campaign(new).unwrap().id;
        Self {
            folder,
            clock,
            service,
            campaign,
        }
    }

    fn reopened(mut self, days: u32) -> Self {
        self.service.close();
        self.service = open(&self.folder, &self.clock, days);
        self
    }

    fn join(&self, user: &str) -> Participation {
        let join = JoinCampaign {
            note: Some(TYPED[2].to_owned()),
            ..JoinCampaign::new(self.campaign, user, 1, TYPED[1])
        };
        self.service.join_campaign(join).unwrap()
    }

    /// Lets so many days pass and sweeps.
    fn after_days(&self, days: i64) {
        self.clock.advance(TimeDelta::days(days));
        self.service.run_lifecycle().unwrap();
    }

    fn get(&self, id: ParticipationId) -> Participation {
        self.service.get_participation(id).unwrap()
    }

    fn refund(&self) -> sambatan::domain::id::TransactionId {
        let page = self
            .service
            .list_refunds(self.campaign, None, Limit::default());
        page.unwrap().items[0].transaction.id
    }

    fn times_erased(&self) -> usize {
        let logs = self.service.logs(self.campaign, None, Limit::default());
        let kinds = logs.unwrap().items.into_iter().map(|event| event.kind);
        kinds
            .filter(|kind| *kind == AuditEventKind::CampaignErased)
            .count()
    }

    /// Has every change of a participation fail, while the service runs.
    fn stick(&self, id: ParticipationId) {
        self.edit(&format!(
            "CREATE TRIGGER stuck BEFORE UPDATE ON sambatan_participants WHEN OLD.id = '{id}'
             BEGIN SELECT RAISE(ABORT, 'stuck'); END"
        ));
    }

    fn unstick(&self) {
        self.edit("DROP TRIGGER stuck");
    }

    fn edit(&self, sql: &str) {
        let path = self.folder.path().join("forget.db");
        let file = rusqlite::Connection::open(path).unwrap();
        file.execute_batch(sql).unwrap();
    }

    /// Closes the service; which of the texts are left in its files.
    fn left(self) -> Vec<&'static str> {
        self.service.close();
        let path = self.folder.path().join("forget.db");
        let inspector = Inspector::open(&path).unwrap();
        inspector.verify().unwrap().unwrap();
        let findings = inspector.check().unwrap();
        assert!(
            findings.iter().all(|finding| finding.holds()),
            "{findings:?}"
        );
        let files = ["forget.db", "forget.db-wal"].map(|name| self.folder.path().join(name));
        let bytes: Vec<u8> = files.iter().flat_map(read_if_there).collect();
        let is_there = |text: &&str| {
            let text = text.as_bytes();
            bytes.windows(text.len()).any(|window| window == text)
        };
        TYPED.into_iter().filter(is_there).collect()
    }
}

fn read_if_there(path: &PathBuf) -> Vec<u8> {
    std::fs::read(path).unwrap_or_default()
}

fn open(folder: &tempfile::TempDir, clock: &ManualClock, days: u32) -> Sambatan {
    let options = Options {
        clock: Clock::Manual(clock.clone()),
        durability: Durability::Off,
        forget_after_days: days,
        ..Options::default()
    };
    Sambatan::open_with(folder.path().join("forget.db"), options).unwrap()
}

/// Everything that can be typed about a participation is, and its campaign fails.
fn typed_everywhere(scene: &Scene) -> Participation {
    let cancelled = scene.join("budi-santoso");
    let reason = Some(TYPED[3]);
    scene
        .service
        .cancel_participation(cancelled.id, reason)
        .unwrap();
    let joined = scene.join("budi-santoso");
    let payment = NewPayment {
        amount: None,
        reference: Some("setoran budi-santoso".to_owned()),
        only_if_paid: None,
    };
    scene.service.record_payment(joined.id, payment).unwrap();
    let adjustment = NewAdjustment {
        amount: -1,
        reference: TYPED[6].to_owned(),
        only_if_paid: None,
    };
    scene.service.adjust_payment(joined.id, adjustment).unwrap();
    scene.after_days(8);
    scene
        .service
        .set_payout_account(joined.id, TYPED[4])
        .unwrap();
    joined
}

#[test]
fn nothing_of_what_people_typed_is_left_after_its_time() {
    let scene = Scene::new(30);
    let joined = typed_everywhere(&scene);
    scene.service.send_refund(scene.refund(), TYPED[5]).unwrap();
    let money = scene.service.campaign_money(scene.campaign).unwrap();
    scene.after_days(29);
    assert_eq!(
        scene.get(joined.id).shipping_address,
        TYPED[1],
        "a day is left"
    );
    scene.after_days(1);
    let erased = scene.get(joined.id);
    let tail = joined.id.to_string()[24..].to_owned();
    assert_eq!(erased.user_id.as_str(), format!("erased-{tail}"));
    assert_eq!(erased.shipping_address, "(erased)");
    assert_eq!((erased.note, erased.payout_account), (None, None));
    assert!(erased.erased_at.is_some());
    let campaign = scene.service.get_campaign(scene.campaign).unwrap();
    assert_eq!(campaign.erased_at, Some(scene.service.now()));
    assert_eq!(scene.service.campaign_money(scene.campaign), Ok(money));
    scene.after_days(1);
    assert_eq!(scene.times_erased(), 1, "once");
    assert_eq!(scene.left(), [""; 0]);
}

#[test]
fn with_no_days_everything_is_kept() {
    let scene = Scene::new(0);
    typed_everywhere(&scene);
    scene.service.send_refund(scene.refund(), TYPED[5]).unwrap();
    scene.after_days(10_000);
    assert_eq!(scene.times_erased(), 0);
    assert_eq!(scene.left(), TYPED);
}

#[test]
fn who_is_still_to_get_a_refund_can_get_it() {
    let scene = Scene::new(30);
    let joined = typed_everywhere(&scene);
    scene.after_days(60);
    let kept = scene.get(joined.id);
    assert_eq!(kept.user_id.as_str(), TYPED[0]);
    assert_eq!(kept.payout_account.as_deref(), Some(TYPED[4]));
    assert_eq!(kept.shipping_address, "(erased)", "no refund needs it");
    assert_eq!(scene.times_erased(), 0);
    scene.service.send_refund(scene.refund(), TYPED[5]).unwrap();
    scene.after_days(0);
    assert_eq!(scene.times_erased(), 1);
    assert_eq!(scene.left(), [""; 0]);
}

#[test]
fn what_is_typed_after_the_forgetting_is_forgotten_with_the_next_sweep() {
    let scene = Scene::new(30);
    let joined = typed_everywhere(&scene);
    scene.service.send_refund(scene.refund(), "TRF-1").unwrap();
    scene.after_days(30);
    scene
        .service
        .set_payout_account(joined.id, TYPED[4])
        .unwrap();
    assert_eq!(
        scene.get(joined.id).payout_account.as_deref(),
        Some(TYPED[4])
    );
    scene.after_days(0);
    assert_eq!(scene.get(joined.id).payout_account, None);
    assert_eq!(scene.times_erased(), 2);
    assert_eq!(scene.left(), [""; 0]);
}

#[test]
fn who_gives_an_account_after_the_forgetting_is_shown_as_not_forgotten_again() {
    let scene = Scene::new(30);
    let joined = typed_everywhere(&scene);
    scene.service.send_refund(scene.refund(), "TRF-1").unwrap();
    scene.after_days(30);
    let shown = scene.service.set_payout_account(joined.id, TYPED[4]);
    assert_eq!(shown, Ok(scene.get(joined.id)));
}

#[test]
fn an_address_that_looks_erased_keeps_nothing_from_being_forgotten() {
    let scene = Scene::new(30);
    let join = JoinCampaign {
        note: Some(TYPED[2].to_owned()),
        ..JoinCampaign::new(scene.campaign, TYPED[0], 1, "(erased)")
    };
    let joined = scene.service.join_campaign(join).unwrap();
    scene
        .service
        .record_payment(joined.id, NewPayment::default())
        .unwrap();
    scene.after_days(8);
    scene.after_days(30);
    assert_eq!(scene.get(joined.id).note, None, "a refund is due");
    scene.service.send_refund(scene.refund(), "TRF-1").unwrap();
    scene.after_days(0);
    assert_eq!(scene.left(), [""; 0]);
}

#[test]
fn many_are_forgotten_and_an_end_in_between_harms_nothing() {
    let scene = Scene::new(0);
    let people: Vec<_> = (0..300)
        .map(|n| scene.join(&format!("budi-santoso-{n}")))
        .collect();
    scene.after_days(8);
    // As much as a killed process may have done.
    let scene = scene.reopened(30);
    scene.stick(people[200].id);
    scene.clock.advance(TimeDelta::days(31));
    assert_eq!(scene.service.run_lifecycle(), Err(Error::Internal));
    let are_erased = people
        .iter()
        .filter(|person| scene.get(person.id).erased_at.is_some())
        .count();
    assert!((64..200).contains(&are_erased), "{are_erased}");
    scene.unstick();
    let scene = scene.reopened(30);
    scene.after_days(0);
    assert!(
        people
            .iter()
            .all(|person| scene.get(person.id).erased_at.is_some())
    );
    assert_eq!(scene.times_erased(), 1);
    // Parts of pages that are in no use may still hold what a page had before it was split.
    scene.left();
}

#[test]
fn the_stored_answer_of_a_join_goes_too_also_while_a_refund_is_due() {
    let scene = Scene::new(30);
    let product = scene
        .service
        .get_campaign(scene.campaign)
        .unwrap()
        .product_id;
    // Called off long before its deadline, so that the answer would be kept for long.
    let deadline = scene.service.now().as_datetime() + TimeDelta::days(300);
    let new = NewCampaign::new(product, "Batch Panjang", 10, 150_000, deadline);
    let campaign = scene.service.create_campaign(new).unwrap().id;
    let join = JoinCampaign::new(campaign, TYPED[0], 1, TYPED[1]);
    let key = IdempotencyKey::parse("kunci").unwrap();
    let fingerprint = Fingerprint::of("POST", "/", "{}");
    let answer = |outcome: &Result<Participation, Error>| {
        let joined = outcome.as_ref().unwrap();
        StoredAnswer {
            status: StoredAnswer::JOINED,
            body: format!("{} {}", joined.id, joined.shipping_address),
        }
    };
    let stored = scene
        .service
        .join_campaign_once(join, key, fingerprint, answer);
    let body = stored.unwrap().answer.body;
    let id: ParticipationId = body.split(' ').next().unwrap().parse().unwrap();
    scene
        .service
        .record_payment(id, NewPayment::of(150_000))
        .unwrap();
    scene.service.cancel_campaign(campaign, None).unwrap();
    scene.after_days(31);
    assert_eq!(scene.get(id).user_id.as_str(), TYPED[0], "a refund is due");
    assert_eq!(scene.left(), [TYPED[0]]);
}

#[test]
fn a_campaign_that_cannot_be_forgotten_holds_up_no_other() {
    let scene = Scene::new(0);
    let product = scene
        .service
        .get_campaign(scene.campaign)
        .unwrap()
        .product_id;
    let deadline = scene.service.now().as_datetime() + TimeDelta::days(8);
    let new = NewCampaign::new(product, "Batch November", 10, 150_000, deadline);
    let later = scene.service.create_campaign(new).unwrap().id;
    let stuck = scene.join("ani");
    let join = JoinCampaign::new(later, "budi", 1, TYPED[1]);
    let free = scene.service.join_campaign(join).unwrap();
    scene.after_days(9);
    let scene = scene.reopened(30);
    scene.stick(stuck.id);
    scene.clock.advance(TimeDelta::days(31));
    assert_eq!(scene.service.run_lifecycle(), Err(Error::Internal));
    assert_eq!(scene.get(stuck.id).shipping_address, TYPED[1]);
    assert!(scene.get(free.id).erased_at.is_some());
}

#[test]
fn a_sweep_forgets_so_many_and_the_next_one_goes_on() {
    let scene = Scene::new(30);
    // One operation erases 64 participations, and a sweep has 128 of them.
    let clients = 64;
    std::thread::scope(|scope| {
        for client in 0..clients {
            let scene = &scene;
            scope.spawn(move || (0..130).for_each(|n| drop(scene.join(&format!("u{client}-{n}")))));
        }
    });
    scene.after_days(8);
    scene.after_days(30);
    assert_eq!(
        scene.times_erased(),
        0,
        "8,320 are more than one sweep forgets"
    );
    scene.after_days(0);
    assert_eq!(scene.times_erased(), 1);
}
