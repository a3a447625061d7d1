//! Money: what comes in, who still owes, and what goes back when a campaign ends without success.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "support/shop.rs"]
mod shop;

use chrono::TimeDelta;
use sambatan::clock::{Clock, ManualClock};
use sambatan::domain::id::{CampaignId, ParticipationId};
use sambatan::domain::ledger::{
    NewAdjustment, NewPayment, NewPayout, Refund, TransactionKind, TransactionStatus,
};
use sambatan::domain::money::Rupiah;
use sambatan::domain::participation::{JoinCampaign, Participation, ParticipationStatus};
use sambatan::domain::reports::Limit;
use sambatan::{CampaignStatus, Durability, Error, NewCampaign, Options, Sambatan};
use shop::enabled_product;

const PRICE: i64 = 150_000;

struct Scene {
    folder: tempfile::TempDir,
    clock: ManualClock,
    service: Sambatan,
    campaign: CampaignId,
}

impl Scene {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = ManualClock::at("2025-10-01T00:00:00Z".parse().unwrap());
        let service = open(&folder, &clock);
        let product = enabled_product(&service);
        let deadline = service.now().as_datetime() + TimeDelta::days(7);
        let new = NewCampaign::new(product, "Batch Oktober", 10, PRICE, deadline);
        let campaign = service.create_campaign(new).unwrap().id;
        Self {
            folder,
            clock,
            service,
            campaign,
        }
    }

    fn reopened(self) -> Self {
        self.service.close();
        drop(self.service);
        let service = open(&self.folder, &self.clock);
        Self { service, ..self }
    }

    fn join(&self, user: &str, quantity: i64) -> Participation {
        let join = JoinCampaign::new(self.campaign, user, quantity, "Jl. Melati No. 15");
        self.service.join_campaign(join).unwrap()
    }

    fn pay(&self, id: ParticipationId, amount: i64) {
        let payment = NewPayment::of(amount);
        self.service.record_payment(id, payment).unwrap();
    }

    fn adjust(&self, id: ParticipationId, amount: i64) -> Option<Error> {
        let adjustment = NewAdjustment {
            amount,
            reference: "salah catat".to_owned(),
            only_if_paid: None,
        };
        self.service.adjust_payment(id, adjustment).err()
    }

    fn fail(&self) {
        self.clock.advance(TimeDelta::days(8));
        self.service.run_lifecycle().unwrap();
        let campaign = self.service.get_campaign(self.campaign).unwrap();
        assert_eq!(campaign.status, CampaignStatus::Failed);
    }

    fn refunds(&self) -> Vec<Refund> {
        let limit = Limit::default();
        let page = self.service.list_refunds(self.campaign, None, limit);
        page.unwrap().items
    }

    /// Of whom, and how much.
    fn refunded(&self) -> Vec<(String, i64)> {
        let told = |refund: Refund| {
            let user = refund.user_id.as_str().to_owned();
            (user, refund.transaction.amount.get())
        };
        let mut refunded: Vec<_> = self.refunds().into_iter().map(told).collect();
        refunded.sort();
        refunded
    }

    fn balance(&self) -> i64 {
        let money = self.service.campaign_money(self.campaign).unwrap();
        money.balance().get()
    }

    fn owing(&self) -> Vec<String> {
        let limit = Limit::default();
        let page = self.service.list_unpaid(self.campaign, None, limit);
        let owing = page.unwrap().items.into_iter();
        owing.map(|owes| owes.user_id.to_string()).collect()
    }
}

fn open(folder: &tempfile::TempDir, clock: &ManualClock) -> Sambatan {
    let options = Options {
        clock: Clock::Manual(clock.clone()),
        durability: Durability::Off,
        ..Options::default()
    };
    Sambatan::open_with(folder.path().join("money.db"), options).unwrap()
}

#[test]
fn a_confirmation_records_the_transfer_and_a_completion_records_nothing() {
    let scene = Scene::new();
    let (ani, budi) = (scene.join("ani", 4), scene.join("budi", 6));
    assert_ne!(ani.transfer_amount, None);
    let confirmed = scene.service.confirm_participation(ani.id).unwrap();
    assert_eq!(Some(confirmed.paid_amount), ani.transfer_amount);
    assert_eq!(scene.owing(), ["budi"]);
    scene.service.run_lifecycle().unwrap();
    let budi = scene.service.get_participation(budi.id).unwrap();
    assert_eq!(budi.status, ParticipationStatus::Confirmed);
    assert_eq!(budi.paid_amount, 0);
    assert_eq!(scene.owing(), ["budi"], "confirmed and paid are two things");
    scene.pay(budi.id, 6 * PRICE - 1);
    assert_eq!(scene.owing(), ["budi"], "it is short");
    scene.pay(budi.id, 1);
    assert_eq!(scene.owing(), [""; 0]);
}

#[test]
fn a_campaign_that_fails_sends_back_all_that_came_in_and_that_once() {
    let scene = Scene::new();
    let ani = scene.join("ani", 1);
    let budi = scene.join("budi", 2);
    scene.join("citra", 3);
    scene.pay(ani.id, 100_000);
    scene.pay(ani.id, 50_000);
    assert_eq!(scene.adjust(ani.id, -70_000), None);
    scene.pay(budi.id, 2 * PRICE);
    scene.fail();
    let expected = [("ani", 80_000), ("budi", 2 * PRICE)];
    let expected = expected.map(|(user, amount)| (user.to_owned(), amount));
    assert_eq!(scene.refunded(), expected);
    assert_eq!(scene.balance(), 0);
    let mut scene = scene;
    for _ in 0..3 {
        scene = scene.reopened();
        scene.clock.advance(TimeDelta::hours(1));
        scene.service.run_lifecycle().unwrap();
        let again = scene.service.cancel_campaign(scene.campaign, None);
        assert!(matches!(again, Err(Error::CampaignStateInvalid { .. })));
        assert_eq!(scene.refunded(), expected);
    }
}

#[test]
fn money_for_slots_that_were_given_up_is_due_to_go_back_at_once() {
    let scene = Scene::new();
    let ani = scene.join("ani", 1);
    scene.service.cancel_participation(ani.id, None).unwrap();
    scene.pay(ani.id, PRICE);
    assert_eq!(scene.refunded(), [("ani".to_owned(), PRICE)]);
    let refused = scene.adjust(ani.id, -1);
    assert!(matches!(
        refused,
        Some(Error::AdjustmentExceedsPayments { .. })
    ));
    scene.fail();
    assert_eq!(scene.refunded(), [("ani".to_owned(), PRICE)]);
    assert_eq!(scene.balance(), 0);
}

#[test]
fn a_refund_is_sent_once_and_acknowledged_once() {
    let scene = Scene::new();
    let (ani, budi) = (scene.join("ani", 1), scene.join("budi", 1));
    scene.service.confirm_participation(ani.id).unwrap();
    scene
        .service
        .set_payout_account(ani.id, "BCA 1234567890")
        .unwrap();
    scene.fail();
    let refund = scene.refunds().remove(0);
    assert_eq!(refund.payout_account.as_deref(), Some("BCA 1234567890"));
    let id = refund.transaction.id;
    let service = &scene.service;
    let invalid = |status| Err(Error::RefundStateInvalid { status });
    let status = |refund: Refund| refund.transaction.status;
    assert_eq!(
        service.acknowledge_refund(id, None).map(status),
        invalid(TransactionStatus::Due)
    );
    assert_eq!(
        service.send_refund(id, "TRF-1").map(status),
        Ok(TransactionStatus::Sent)
    );
    assert_eq!(
        service.send_refund(id, "TRF-2").map(status),
        invalid(TransactionStatus::Sent)
    );
    let another = service.acknowledge_refund(id, Some(budi.id));
    assert_eq!(another, Err(Error::RefundNotFound));
    let own = service.acknowledge_refund(id, Some(ani.id));
    assert_eq!(own.map(status), Ok(TransactionStatus::Acknowledged));
    assert_eq!(
        service.acknowledge_refund(id, Some(ani.id)).map(status),
        invalid(TransactionStatus::Acknowledged)
    );
    let due = service.list_due_refunds(None, Limit::default()).unwrap();
    assert_eq!(due.items, []);
}

#[test]
fn no_more_is_paid_out_than_is_there_and_nothing_before_the_campaign_is_completed() {
    let scene = Scene::new();
    let ani = scene.join("ani", 10);
    scene.pay(ani.id, 1_000_000);
    let pay_out = |amount| {
        let payout = NewPayout {
            amount,
            reference: None,
        };
        scene.service.pay_out(scene.campaign, payout)
    };
    assert!(matches!(
        pay_out(1),
        Err(Error::CampaignNotCompleted { .. })
    ));
    scene.service.run_lifecycle().unwrap();
    assert_eq!(pay_out(600_000).unwrap().kind, TransactionKind::Payout);
    assert!(matches!(
        pay_out(400_001),
        Err(Error::InsufficientBalance { .. })
    ));
    assert!(pay_out(400_000).is_ok());
    assert_eq!(scene.balance(), 0);
}

#[test]
fn what_is_adjusted_to_nothing_is_to_be_paid_again_by_the_amount_that_was_told() {
    let scene = Scene::new();
    let mut told = Vec::new();
    for user in ["ani", "budi", "citra"] {
        let joined = scene.join(user, 1);
        scene.service.confirm_participation(joined.id).unwrap();
        let paid = scene.service.get_participation(joined.id).unwrap();
        assert_eq!(scene.adjust(joined.id, -paid.paid_amount.get()), None);
        let again = scene.service.get_participation(joined.id).unwrap();
        assert_eq!(again.transfer_amount, joined.transfer_amount);
        told.push(again.transfer_amount);
    }
    told.sort();
    told.dedup();
    assert_eq!(told.len(), 3);
    assert_eq!(scene.owing(), ["ani", "budi", "citra"]);
}

#[test]
fn what_was_paid_out_cannot_be_taken_off_any_more() {
    let scene = Scene::new();
    let ani = scene.join("ani", 10);
    scene.pay(ani.id, 10 * PRICE);
    scene.service.run_lifecycle().unwrap();
    let payout = NewPayout {
        amount: 10 * PRICE - 5,
        reference: None,
    };
    scene.service.pay_out(scene.campaign, payout).unwrap();
    let refused = Error::InsufficientBalance {
        requested: Rupiah::new(6),
        available: Rupiah::new(5),
    };
    assert_eq!(scene.adjust(ani.id, -6), Some(refused));
    assert_eq!(scene.adjust(ani.id, -5), None);
    assert_eq!(scene.balance(), 0);
}
