//! `check`: each kind of damage, done behind the program's back, is found by the invariant that is
//! there for it.

use std::path::Path;

use crate::harness::{Place, damage, edit};

/// What is done to the file, and what must be found broken, perhaps among others.
const DAMAGES: &[(&str, &str)] = &[
    (
        "UPDATE sambatan_campaigns SET filled_slots = total_slots + 1 WHERE title LIKE 'Kopi%'",
        "no_negative_slots",
    ),
    (
        "UPDATE sambatan_campaigns SET status = 'paused' WHERE title LIKE 'Kopi%'",
        "file_is_intact",
    ),
    ("DROP TRIGGER audit_rows_are_never_deleted", "schema_is_as_made"),
    ("DROP INDEX campaigns_by_deadline", "schema_is_as_made"),
    ("DELETE FROM installation", "installation_has_its_key"),
    ("DELETE FROM products WHERE name = 'Rimba Embun'", "references_hold"),
    (
        "UPDATE sambatan_participants SET campaign_id = replace(campaign_id, '-', 'x')",
        "references_hold",
    ),
    (
        "UPDATE sambatan_campaigns SET filled_slots = filled_slots - 1 WHERE title LIKE 'Kopi%'",
        "slots_are_the_sum_of_participations",
    ),
    (
        "UPDATE sambatan_campaigns SET participant_count = participant_count + 1 WHERE title LIKE 'Kopi%'",
        "slots_are_the_sum_of_participations",
    ),
    (
        "UPDATE sambatan_participants SET quantity = quantity + 1",
        "slots_are_the_sum_of_participations",
    ),
    (
        "UPDATE sambatan_participants SET contribution_amount = contribution_amount - 1",
        "contribution_is_price_times_quantity",
    ),
    (
        "UPDATE sambatan_campaigns SET slot_price = slot_price + 1 WHERE title LIKE 'Kopi%'",
        "contribution_is_price_times_quantity",
    ),
    (
        "UPDATE sambatan_campaigns SET status = 'locked' WHERE title LIKE 'Kopi%'",
        "status_follows_from_numbers",
    ),
    (
        "UPDATE sambatan_campaigns SET minimum_slots = 30 WHERE title LIKE 'Senja%'",
        "status_follows_from_numbers",
    ),
    (
        "UPDATE sambatan_participants SET claimed_at = joined_at",
        "claims_are_logged",
    ),
    ("UPDATE sambatan_totals SET campaigns = campaigns + 1", "totals_are_sums"),
    (
        "UPDATE sambatan_totals SET filled_slots = filled_slots + 1 WHERE status = 'active'",
        "totals_are_sums",
    ),
    ("DELETE FROM sambatan_totals WHERE status = 'active'", "totals_are_sums"),
    (
        "UPDATE sambatan_participants SET status = 'pending_payment' WHERE status = 'refunded'",
        "ended_campaigns_are_settled",
    ),
    (
        "UPDATE sambatan_participants SET status = 'refunded' WHERE status = 'confirmed'",
        "refunds_have_a_reason",
    ),
    (
        "UPDATE sambatan_participants SET status = 'waitlisted' WHERE status = 'cancelled'",
        "waiting_lists_are_counted",
    ),
    (
        "UPDATE sambatan_participants SET joined_at = '2999-01-01 00:00:00.000'",
        "nobody_joined_late",
    ),
    (
        "DROP TRIGGER audit_rows_are_never_deleted; DELETE FROM sambatan_audit_logs WHERE id = 40",
        "audit_numbers_have_no_gap",
    ),
    (
        "DROP TRIGGER audit_rows_are_never_deleted;
         DELETE FROM sambatan_audit_logs WHERE id = (SELECT max(id) FROM sambatan_audit_logs)",
        "audit_numbers_have_no_gap",
    ),
    (
        "INSERT INTO sambatan_audit_logs (campaign_id, event, metadata, created_at, hash)
         SELECT NULL, event, metadata, created_at, zeroblob(32) FROM sambatan_audit_logs WHERE event = 'product_created' LIMIT 1",
        "products_are_logged_once",
    ),
    ("UPDATE sambatan_participants SET claimed_at = joined_at", "claims_are_logged"),
    ("UPDATE pay_to SET retired_at = created_at", "accounts_are_logged_once"),
    (
        "UPDATE sambatan_campaigns SET pay_to = json_array(replace(id, '-', 'x'))",
        "campaigns_use_known_accounts",
    ),
    (
        "INSERT INTO sambatan_audit_logs (campaign_id, event, metadata, created_at, hash)
         SELECT campaign_id, event, metadata, created_at, zeroblob(32) FROM sambatan_audit_logs WHERE event = 'campaign_created' LIMIT 1",
        "campaigns_are_logged_once",
    ),
    (
        "INSERT INTO sambatan_audit_logs (campaign_id, event, metadata, created_at, hash)
         SELECT id, 'campaign_opened', '{}', created_at, zeroblob(32) FROM sambatan_campaigns WHERE status = 'draft'",
        "openings_are_logged_once",
    ),
    (
        "INSERT INTO sambatan_audit_logs (campaign_id, event, metadata, created_at, hash)
         SELECT id, 'campaign_full', '{}', created_at, zeroblob(32) FROM sambatan_campaigns WHERE status = 'locked'",
        "fillings_are_logged_once",
    ),
    (
        "INSERT INTO sambatan_audit_logs (campaign_id, event, metadata, created_at, hash)
         SELECT id, 'campaign_failed', '{}', created_at, zeroblob(32) FROM sambatan_campaigns WHERE status = 'active'",
        "endings_are_logged_once",
    ),
    (
        "UPDATE sambatan_campaigns SET status = 'cancelled' WHERE status = 'expired'",
        "endings_are_logged_once",
    ),
    (
        "INSERT INTO sambatan_audit_logs (campaign_id, event, metadata, created_at, hash)
         SELECT campaign_id, event, metadata, created_at, zeroblob(32) FROM sambatan_audit_logs WHERE event = 'participant_joined' LIMIT 1",
        "joins_are_logged_once",
    ),
    ("DELETE FROM sambatan_participants WHERE status = 'refunded'", "joins_are_logged_once"),
    (
        // Without an amount to transfer, which another one could have by now.
        "UPDATE sambatan_participants SET status = 'confirmed', transfer_amount = NULL WHERE status = 'cancelled'",
        "cancellations_are_logged_once",
    ),
    (
        "UPDATE sambatan_participants SET queue_number = 1
          WHERE status = 'cancelled' AND queue_number IS NULL AND expired_at IS NULL;
         DROP TRIGGER audit_rows_are_never_deleted;
         DELETE FROM sambatan_audit_logs WHERE event = 'participant_cancelled'",
        "closed_waiting_lists_are_logged",
    ),
    (
        "UPDATE sambatan_participants SET status = 'confirmed' WHERE status = 'pending_payment'",
        "confirmations_are_logged_once",
    ),
    (
        "UPDATE sambatan_participants SET claimed_at = joined_at WHERE status = 'pending_payment'",
        "claims_are_logged",
    ),
    (
        "UPDATE sambatan_money SET payments = payments + 1",
        "money_is_summed",
    ),
    (
        "DROP TRIGGER money_follows_new_transactions;
         INSERT INTO sambatan_transactions (id, campaign_id, participation_id, kind, amount, status, source, created_at)
         SELECT id, campaign_id, id, 'payment', 1000, 'recorded', 'organiser', joined_at
           FROM sambatan_participants LIMIT 1",
        "money_is_summed",
    ),
    (
        "UPDATE sambatan_participants SET paid_amount = paid_amount + 1 WHERE status = 'confirmed'",
        "payments_are_in_the_ledger",
    ),
    (
        "UPDATE sambatan_participants SET released_at = joined_at WHERE status = 'cancelled'",
        "releases_are_logged_once",
    ),
    (
        "UPDATE sambatan_participants SET claimed_at = joined_at WHERE status = 'confirmed'",
        "claims_are_logged",
    ),
    (
        "DROP TRIGGER refunds_are_followed;
         UPDATE sambatan_transactions SET status = 'acknowledged' WHERE status = 'due'",
        "refunds_are_counted",
    ),
    (
        "UPDATE sambatan_transactions SET refunded = refunded - 1 WHERE refunded > 0",
        "no_payment_goes_back_twice",
    ),
    (
        "DROP TRIGGER refunds_are_counted;
         INSERT INTO sambatan_transactions
             (id, campaign_id, participation_id, kind, amount, status, source, refund_of, created_at)
         SELECT 'f' || substr(id, 2), campaign_id, participation_id, 'refund', amount + 1, 'due', 'lifecycle', id, created_at
           FROM sambatan_transactions t
          WHERE kind = 'payment'
            AND NOT EXISTS (SELECT 1 FROM sambatan_transactions r WHERE r.refund_of = t.id) LIMIT 1",
        "payments_are_in_the_ledger",
    ),
    (
        "DROP INDEX open_transfer_amounts;
         UPDATE sambatan_participants SET transfer_amount = 900000000000 WHERE status = 'pending_payment'",
        "transfers_are_told_apart",
    ),
    (
        "INSERT INTO idempotency_keys (scope, key, fingerprint, status, body, expires_at)
         VALUES ('u', 'k', zeroblob(32), 201, '{\"id\": \"00000000-0000-7000-8000-000000000000\"}', '2999-01-01 00:00:00.000')",
        "stored_answers_are_true",
    ),
    (
        "INSERT INTO idempotency_keys (scope, key, fingerprint, status, body, expires_at)
         VALUES ('u', 'k', zeroblob(32), 409, '{}', '2999-01-01 00:00:00.000')",
        "rows_fit_their_seals",
    ),
];

fn broken(place: &Place, file: &Path) -> Vec<String> {
    let ended = place.run(&["check", "--json", "--db", file.to_str().unwrap()]);
    let report: serde_json::Value = serde_json::from_str(&ended.stdout).unwrap();
    let broken: Vec<String> = report["invariants"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|invariant| invariant["ok"] == false)
        .map(|invariant| invariant["name"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(report["ok"], broken.is_empty());
    assert_eq!(
        ended.code,
        Some(i32::from(!broken.is_empty())),
        "{}",
        ended.stderr
    );
    broken
}

#[test]
fn every_kind_of_damage_is_found() {
    let place = Place::new();
    let sound = place.demo_file();
    assert_eq!(broken(&place, &sound), [""; 0]);
    let damaged = place.path("damaged.db");
    for (damage, invariant) in DAMAGES {
        std::fs::copy(&sound, &damaged).unwrap();
        edit(&damaged, damage);
        let found = broken(&place, &damaged);
        assert!(
            found.iter().any(|name| name == invariant),
            "{damage}: {found:?}"
        );
    }
}

#[test]
fn every_invariant_is_tried() {
    let place = Place::new();
    let sound = place.demo_file();
    let report = place
        .run(&["check", "--json", "--db", sound.to_str().unwrap()])
        .ok();
    let report: serde_json::Value = serde_json::from_str(&report).unwrap();
    for invariant in report["invariants"].as_array().unwrap() {
        let name = invariant["name"].as_str().unwrap();
        assert!(DAMAGES.iter().any(|(_, tried)| *tried == name), "{name}");
    }
}

#[test]
fn damaged_pages_are_found_and_everything_else_is_still_tried() {
    let place = Place::new();
    let file = place.demo_file();
    damage(&file);
    assert!(broken(&place, &file).contains(&"file_is_intact".to_owned()));
}

#[test]
fn offending_rows_are_shown_without_personal_data() {
    let place = Place::new();
    let file = place.demo_file();
    edit(
        &file,
        "UPDATE sambatan_participants SET contribution_amount = 1",
    );
    let ended = place.run(&["check", "--db", "demo.db"]);
    assert_eq!(ended.code, Some(1));
    assert!(
        ended
            .stdout
            .contains("BROKEN  contribution_is_price_times_quantity"),
        "{}",
        ended.stdout
    );
    assert!(ended.stdout.contains("… and "), "{}", ended.stdout);
    assert!(ended.stdout.contains("1 of "), "{}", ended.stdout);
    for personal in ["Kota Rekaan", "arum_dalu"] {
        assert!(!ended.stdout.contains(personal), "{personal}");
    }
}
