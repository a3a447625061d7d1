//! The log tells all that stands in the tables: replayed, it comes to the same; what was changed behind
//! the program's back does not.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "support/shop.rs"]
mod shop;

use std::path::{Path, PathBuf};

use chrono::TimeDelta;
use rusqlite::Connection;
use sambatan::clock::{Clock, ManualClock};
use sambatan::domain::chain::{RowContent, RowHash};
use sambatan::domain::edit::EditCampaign;
use sambatan::domain::id::{CampaignId, PayToId};
use sambatan::domain::ledger::{NewAdjustment, NewPayment, NewPayout};
use sambatan::domain::participation::{JoinCampaign, Participation};
use sambatan::domain::pay_to::NewPayTo;
use sambatan::domain::reports::Limit;
use sambatan::domain::terms::{NewTerms, PaymentTiming};
use sambatan::domain::verification::{Misfit, Verified};
use sambatan::inspect::Inspector;
use sambatan::{Durability, NewCampaign, Options, Sambatan};
use shop::enabled_product;

struct Shop {
    clock: ManualClock,
    service: Sambatan,
    new: NewCampaign,
}

impl Shop {
    fn open(path: &Path) -> Self {
        let clock = ManualClock::at("2025-10-01T00:00:00Z".parse().unwrap());
        let options = Options {
            clock: Clock::Manual(clock.clone()),
            durability: Durability::Off,
            ..Options::default()
        };
        let service = Sambatan::open_with(path, options).unwrap();
        let product = enabled_product(&service);
        let deadline = service.now().as_datetime() + TimeDelta::days(7);
        let new = NewCampaign::new(product, "Batch Oktober", 10, 150_000, deadline);
        Self {
            clock,
            service,
            new,
        }
    }

    fn campaign(&self, minimum: i64, terms: NewTerms) -> CampaignId {
        let new = NewCampaign {
            minimum_slots: Some(minimum),
            terms,
            ..self.new.clone()
        };
        self.service.create_campaign(new).unwrap().id
    }

    fn join(&self, campaign: CampaignId, user: &str, quantity: i64) -> Participation {
        let join = JoinCampaign {
            waitlist: true,
            ..JoinCampaign::new(campaign, user, quantity, "Jl. Melati No. 15")
        };
        self.service.join_campaign(join).unwrap()
    }

    fn account(&self, number: &str) -> PayToId {
        let new = NewPayTo {
            bank: Some("BCA".to_owned()),
            number: Some(number.to_owned()),
            holder: Some("Siti Contoh".to_owned()),
            ..NewPayTo::default()
        };
        self.service.add_pay_to(new).unwrap().id
    }

    fn pay(&self, participation: &Participation, amount: i64) {
        let payment = NewPayment::of(amount);
        self.service
            .record_payment(participation.id, payment)
            .unwrap();
    }

    fn adjust(&self, participation: &Participation, amount: i64) {
        let reference = "salah catat".to_owned();
        let adjustment = NewAdjustment {
            amount,
            reference,
            only_if_paid: None,
        };
        self.service
            .adjust_payment(participation.id, adjustment)
            .unwrap();
    }
}

/// A campaign that goes ahead after reservations were not paid, one that fails, and one called off.
fn everything(path: &Path) {
    let shop = Shop::open(path);
    let service = &shop.service;
    let terms = NewTerms {
        payment: PaymentTiming::AfterTipping,
        pay_within_hours: Some(24),
        ..NewTerms::default()
    };
    let tips = shop.campaign(6, terms);
    let fails = shop.campaign(10, NewTerms::default());
    let off = shop.campaign(10, NewTerms::default());
    let named = shop.campaign(10, NewTerms::default());
    let [kept, retired] = ["0123456789", "9876543210"].map(|number| shop.account(number));
    service.retire_pay_to(retired).unwrap();
    let edit = EditCampaign {
        pay_to: Some(vec![kept]),
        ..EditCampaign::default()
    };
    service.edit_campaign(named, edit).unwrap();

    let late = shop.join(tips, "ani", 4);
    let paying = shop.join(tips, "budi", 6);
    let next = shop.join(tips, "citra", 3);
    let gives_up = shop.join(tips, "dewi", 2);
    shop.join(tips, "eko", 7);
    service.cancel_participation(gives_up.id, None).unwrap();
    shop.pay(&paying, 900_000);
    shop.pay(&paying, 10_000);
    shop.adjust(&paying, -5_000);
    shop.clock.advance(TimeDelta::hours(25));
    service.run_lifecycle().unwrap();
    shop.pay(&late, 600_000);
    service.confirm_participation(next.id).unwrap();

    let first = shop.join(fails, "fitri", 2);
    shop.pay(&first, 200_000);
    shop.pay(&first, 100_000);
    shop.adjust(&first, -50_000);
    shop.join(fails, "gita", 3);
    let second = shop.join(off, "hana", 2);
    shop.pay(&second, 300_000);
    service.cancel_campaign(off, Some("habis")).unwrap();
    shop.clock.advance(TimeDelta::days(8));
    service.run_lifecycle().unwrap();
    let payout = NewPayout {
        amount: 500_000,
        reference: None,
    };
    service.pay_out(tips, payout).unwrap();
    let refunds = service
        .list_due_refunds(None, Limit::default())
        .unwrap()
        .items;
    assert!(refunds.len() >= 4, "{refunds:?}");
    for refund in &refunds[..2] {
        service.send_refund(refund.transaction.id, "TRX 1").unwrap();
    }
    service
        .acknowledge_refund(refunds[0].transaction.id, None)
        .unwrap();
    service.close();
}

fn verify(path: &Path) -> Result<Verified, Misfit> {
    Inspector::open(path).unwrap().verify().unwrap()
}

fn file() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.db");
    everything(&path);
    (folder, path)
}

#[test]
fn the_log_of_everything_that_can_happen_comes_to_what_stands_in_the_tables() {
    let (_folder, path) = file();
    let verified = verify(&path).unwrap();
    assert_eq!(verified.campaigns, 4);
    assert_eq!(verified.participations, 8);
    assert!(verified.transactions >= 12, "{verified:?}");
    for finding in Inspector::open(&path).unwrap().check().unwrap() {
        assert!(finding.holds(), "{finding:?}");
    }
}

/// What is done to the file, and the table and what of it must be found.
const DAMAGES: &[(&str, &str, &str)] = &[
    (
        "UPDATE sambatan_participants SET status = 'confirmed' WHERE expired_at IS NOT NULL",
        "sambatan_participants",
        "status",
    ),
    (
        "UPDATE sambatan_participants SET quantity = quantity + 1 WHERE user_id = 'budi'",
        "sambatan_participants",
        "quantity",
    ),
    (
        "UPDATE sambatan_participants SET paid_amount = paid_amount + 1 WHERE user_id = 'budi'",
        "sambatan_participants",
        "paid_amount",
    ),
    (
        "UPDATE sambatan_campaigns SET filled_slots = filled_slots - 1 WHERE status = 'fulfilled'",
        "sambatan_campaigns",
        "filled_slots",
    ),
    (
        "UPDATE sambatan_campaigns SET confirmed_count = 0 WHERE status = 'fulfilled'",
        "sambatan_campaigns",
        "confirmed_count",
    ),
    (
        "UPDATE sambatan_campaigns SET status = 'expired' WHERE status = 'cancelled'",
        "sambatan_campaigns",
        "status",
    ),
    (
        "UPDATE sambatan_transactions SET status = 'acknowledged' WHERE status = 'sent'",
        "sambatan_transactions",
        "status",
    ),
    (
        "UPDATE sambatan_transactions SET status = 'sent' WHERE status = 'due'",
        "sambatan_transactions",
        "status",
    ),
    (
        "DROP TRIGGER transactions_keep_their_amount; UPDATE sambatan_transactions SET amount = amount + 1 WHERE kind = 'payment'",
        "sambatan_transactions",
        "amount",
    ),
    (
        "DROP TRIGGER transactions_are_never_deleted; DELETE FROM sambatan_transactions WHERE kind = 'refund' AND status = 'due'",
        "sambatan_transactions",
        "what sends it back",
    ),
    (
        "DROP TRIGGER transactions_are_never_deleted; DELETE FROM sambatan_transactions WHERE kind = 'payout'",
        "sambatan_transactions",
        "the row",
    ),
    (
        "UPDATE sambatan_money SET payouts = 0",
        "sambatan_money",
        "payouts",
    ),
    ("DELETE FROM sambatan_money", "sambatan_money", "the row"),
    (
        "UPDATE pay_to SET retired_at = NULL",
        "pay_to",
        "retired_at",
    ),
    (
        "DROP TRIGGER pay_to_keeps_what_it_says; UPDATE pay_to SET number = '6666666666'",
        "pay_to",
        "the seal of its texts",
    ),
    (
        "DROP TRIGGER pay_to_is_never_deleted; DELETE FROM pay_to WHERE retired_at IS NULL",
        "pay_to",
        "the row",
    ),
    (
        "UPDATE sambatan_campaigns SET pay_to = NULL",
        "sambatan_campaigns",
        "pay_to",
    ),
    (
        "DELETE FROM sambatan_participants WHERE user_id = 'gita'",
        "sambatan_participants",
        "the row",
    ),
];

#[test]
fn what_was_changed_in_a_table_is_found() {
    let (folder, path) = file();
    let damaged = folder.path().join("damaged.db");
    for (damage, table, what) in DAMAGES {
        std::fs::copy(&path, &damaged).unwrap();
        let connection = Connection::open(&damaged).unwrap();
        connection
            .execute_batch("PRAGMA foreign_keys = OFF; PRAGMA ignore_check_constraints = ON")
            .unwrap();
        connection.execute_batch(damage).unwrap();
        drop(connection);
        match verify(&damaged) {
            Err(Misfit::Differs {
                table: in_table,
                what: found,
                ..
            }) => {
                assert_eq!((in_table, found), (*table, *what), "{damage}");
            }
            other => panic!("{damage}: {other:?}"),
        }
    }
}

#[test]
fn an_event_that_cannot_have_happened_is_found_though_its_hash_follows() {
    let (_folder, path) = file();
    let connection = Connection::open(&path).unwrap();
    let last = "SELECT id, hash, created_at FROM sambatan_audit_logs ORDER BY id DESC LIMIT 1";
    let (number, hash, created_at): (i64, [u8; 32], String) = connection
        .query_row(last, [], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
        .unwrap();
    let ended = "SELECT id FROM sambatan_campaigns WHERE status = 'fulfilled'";
    let campaign: String = connection.query_row(ended, [], |row| row.get(0)).unwrap();
    let row = RowContent {
        number: number + 1,
        campaign_id: Some(&campaign),
        event: "campaign_reopened",
        metadata: r#"{"slots_taken":3}"#,
        created_at: &created_at,
    };
    let hash = RowHash::from_bytes(hash).next(row);
    connection
        .execute(
            "INSERT INTO sambatan_audit_logs VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            rusqlite::params![
                row.number,
                row.campaign_id,
                row.event,
                row.metadata,
                row.created_at,
                hash.as_bytes()
            ],
        )
        .unwrap();
    drop(connection);
    let misfit = verify(&path).unwrap_err();
    assert_eq!(misfit.word(), "impossible", "{misfit}");
    assert_eq!(misfit.number(), Some(number + 1), "{misfit}");
}
