//! The organiser has the last word: whatever somebody else sent, nothing settles a campaign for good.

use serde_json::json;

use crate::support::{TestServer, join_body};

#[test]
fn one_request_that_takes_every_slot_and_never_pays_settles_nothing() {
    let server = TestServer::start();
    for sweeps in [false, true] {
        let campaign = server.campaign(20);
        let thief = server.joined(&campaign, "pencuri", 20);
        if sweeps {
            server.service.run_lifecycle().unwrap();
        }
        let status = if sweeps { "completed" } else { "full" };
        assert_eq!(server.get(&campaign).ok()["status"], status);
        let reason = json!({"reason": "slotnya diborong"});
        let cancelled = server.post(&format!("{campaign}/cancel"), &reason).ok();
        assert_eq!(cancelled["status"], "cancelled");
        assert_eq!(cancelled["slots_taken"], 0);
        assert_eq!(server.get(&thief).ok()["status"], "refunded");
        let last = server.get(&format!("{campaign}/logs")).ok()[0].clone();
        assert_eq!(last["event"], "campaign_cancelled");
        let facts = json!({"slots_taken": 20, "refunded": 1});
        assert_eq!(last["metadata"], facts);
    }
    assert_file_is_sound(&server);
}

#[test]
fn what_came_in_for_a_completed_campaign_goes_back_unless_money_was_paid_out() {
    let server = TestServer::start();
    let paid = |users: [&str; 2]| {
        let campaign = server.campaign(2);
        for user in users {
            let path = server.joined(&campaign, user, 1);
            let payment = json!({"amount": 150_000});
            server.post(&format!("{path}/payments"), &payment).created();
        }
        server.service.run_lifecycle().unwrap();
        assert_eq!(server.get(&campaign).ok()["status"], "completed");
        campaign
    };
    let campaign = paid(["ani", "budi"]);
    server.clock.advance(chrono::TimeDelta::days(3));
    let cancelled = server.post_empty(&format!("{campaign}/cancel")).ok();
    assert_eq!(cancelled["ended_at"], "2025-10-04T00:00:00Z");
    let money = server.get(&format!("{campaign}/money")).ok();
    assert_eq!(money["refunds_due"], 300_000);
    let last = server.get(&format!("{campaign}/logs")).ok()[0]["metadata"].clone();
    assert_eq!(
        (&last["refunds"], &last["refund_amount"]),
        (&json!(2), &json!(300_000))
    );

    let supplied = paid(["citra", "dewi"]);
    let payout = json!({"amount": 1});
    server
        .post(&format!("{supplied}/payouts"), &payout)
        .created();
    let cancel = format!("{supplied}/cancel");
    let refused = server.post_empty(&cancel).refused(409, "money_paid_out");
    assert_eq!(refused["requested_amount"], json!(null));
    assert!(
        refused["detail"].as_str().unwrap().contains("Rp1"),
        "{refused}"
    );
    assert_eq!(server.get(&supplied).ok()["status"], "completed");
    assert_file_is_sound(&server);
}

#[test]
fn who_waited_for_a_full_campaign_that_is_called_off_waits_no_longer() {
    let server = TestServer::start();
    let campaign = server.campaign(1);
    server.joined(&campaign, "ani", 1);
    let mut body = join_body("budi", 1);
    body["waitlist"] = json!(true);
    let waiting = server.post(&format!("{campaign}/join"), &body);
    let waiting = waiting.header("Location").unwrap().to_owned();
    let cancelled = server.post_empty(&format!("{campaign}/cancel")).ok();
    assert_eq!(cancelled["waitlist_count"], 0);
    assert_eq!(server.get(&waiting).ok()["status"], "cancelled");
    let summary = server.get("/api/sambatan/dashboard/summary").ok();
    assert_eq!(summary["full_campaigns"], 0);
    assert_eq!(summary["total_slots_taken"], 0);
    assert_file_is_sound(&server);
}

/// The log replays to what the file holds, and nothing else is wrong with it.
fn assert_file_is_sound(server: &TestServer) {
    let file = server.folder.path().join("test.db");
    let inspector = sambatan::inspect::Inspector::open(&file).unwrap();
    inspector.verify().unwrap().unwrap();
    for finding in inspector.check().unwrap() {
        assert!(finding.holds(), "{finding:?}");
    }
}
