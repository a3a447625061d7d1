//! The organiser has the last word: whatever somebody else sent, nothing settles a campaign for good.

use serde_json::json;

use crate::support::{Call, DEADLINE, TestServer, join_body};

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
        assert_eq!(last["metadata"]["slots_taken"], 20);
        assert_eq!(last["metadata"]["refunded"], 1);
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

#[test]
fn one_join_takes_no_more_slots_than_was_declared_and_waits_for_no_more() {
    let server = TestServer::start();
    let body = json!({
        "product_id": server.product(), "title": "Batch Oktober", "total_slots": 6,
        "price_per_slot": 150_000, "deadline": DEADLINE, "max_slots_per_join": 2,
    });
    let created = server.post("/api/sambatan/campaigns", &body);
    assert_eq!(created.created()["max_slots_per_join"], 2);
    let campaign = created.header("Location").unwrap().to_owned();
    let refused = server
        .join(&campaign, "pencuri", 6)
        .refused(409, "join_limit_reached");
    assert_eq!(
        (&refused["requested"], &refused["available"]),
        (&json!(6), &json!(2))
    );
    assert!(
        refused["detail"]
            .as_str()
            .unwrap()
            .contains("paling banyak 2 slot"),
        "{refused}"
    );
    for user in ["ani", "budi", "citra"] {
        server.joined(&campaign, user, 2);
    }
    let mut body = join_body("dewi", 3);
    body["waitlist"] = json!(true);
    let join = format!("{campaign}/join");
    server.post(&join, &body).refused(409, "join_limit_reached");
    body["quantity"] = json!(2);
    server.post(&join, &body).created();
    // What a campaign like it has not said anew is as it was.
    let again = json!({"deadline": DEADLINE});
    let cloned = server.post(&format!("{campaign}/clone"), &again).created();
    assert_eq!(cloned["max_slots_per_join"], 2);
}

/// A campaign of six slots and a minimum of three that goes ahead only with who has paid; its path.
fn only_who_pays(server: &TestServer, more: &serde_json::Value) -> String {
    let mut body = json!({
        "product_id": server.product(), "title": "Batch Oktober", "total_slots": 6, "minimum_slots": 3,
        "price_per_slot": 150_000, "deadline": DEADLINE, "completes": "when_paid",
    });
    for (name, value) in more.as_object().unwrap() {
        body[name] = value.clone();
    }
    let created = server.post("/api/sambatan/campaigns", &body);
    assert_eq!(created.created()["completes"], "when_paid");
    created.header("Location").unwrap().to_owned()
}

fn pay(server: &TestServer, participation: &str) {
    server.post_empty(&format!("{participation}/confirm")).ok();
}

#[test]
fn a_campaign_that_goes_ahead_when_paid_waits_for_everybody() {
    let server = TestServer::start();
    let campaign = only_who_pays(&server, &json!({}));
    let (first, second) = (
        server.joined(&campaign, "ani", 3),
        server.joined(&campaign, "budi", 3),
    );
    assert_eq!(server.get(&first).ok()["pay_by"], DEADLINE);
    let status = || {
        server.service.run_lifecycle().unwrap();
        server.get(&campaign).ok()["status"].clone()
    };
    assert_eq!(status(), "full");
    pay(&server, &first);
    assert_eq!(status(), "full");
    pay(&server, &second);
    assert_eq!(status(), "completed");
    assert_file_is_sound(&server);
}

#[test]
fn who_has_not_paid_by_the_deadline_does_not_count() {
    // slots of who pays: what becomes of the campaign, and of its slots.
    for (paid, status, taken) in [(3, "completed", 3), (2, "failed", 0)] {
        let server = TestServer::start();
        let campaign = only_who_pays(&server, &json!({}));
        let payer = server.joined(&campaign, "ani", paid);
        let thief = server.joined(&campaign, "pencuri", 6 - paid);
        pay(&server, &payer);
        server
            .clock
            .set("2025-10-10T00:00:00.001Z".parse().unwrap());
        server.service.run_lifecycle().unwrap();
        let ended = server.get(&campaign).ok();
        assert_eq!(
            (&ended["status"], &ended["slots_taken"]),
            (&json!(status), &json!(taken))
        );
        let thief = server.get(&thief).ok();
        assert_eq!(thief["status"], "cancelled");
        assert_eq!(thief["expired_at"], "2025-10-10T00:00:00.001Z");
        assert_file_is_sound(&server);
    }
}

#[test]
fn who_says_that_they_transferred_is_waited_for_a_day_beyond_the_deadline() {
    // Whether the money comes: what becomes of the campaign.
    for (comes, status, taken) in [(true, "completed", 6), (false, "completed", 3)] {
        let server = TestServer::start();
        let campaign = only_who_pays(
            &server,
            &json!({"pay_within_hours": 24, "grace_hours": 500}),
        );
        let (paid, claims) = (
            server.joined(&campaign, "ani", 3),
            server.joined(&campaign, "budi", 3),
        );
        pay(&server, &paid);
        let claimed = server.post_empty(&format!("{claims}/claim-payment")).ok();
        assert_eq!(claimed["expires_at"], "2025-10-11T00:00:00Z");
        server.clock.set("2025-10-10T12:00:00Z".parse().unwrap());
        server.service.run_lifecycle().unwrap();
        assert_eq!(server.get(&campaign).ok()["status"], "full");
        if comes {
            pay(&server, &claims);
        } else {
            server.clock.set("2025-10-11T00:00:00Z".parse().unwrap());
        }
        server.service.run_lifecycle().unwrap();
        let ended = server.get(&campaign).ok();
        assert_eq!(
            (&ended["status"], &ended["slots_taken"]),
            (&json!(status), &json!(taken))
        );
        assert_file_is_sound(&server);
    }
}

#[test]
fn slots_that_nobody_paid_in_time_go_to_who_waits_and_a_later_deadline_gives_time() {
    let server = TestServer::start();
    let campaign = only_who_pays(&server, &json!({"pay_within_hours": 24}));
    let thief = server.joined(&campaign, "pencuri", 6);
    let mut body = join_body("ani", 6);
    body["waitlist"] = json!(true);
    let waiting = server.post(&format!("{campaign}/join"), &body);
    let waiting = waiting.header("Location").unwrap().to_owned();
    server.clock.set("2025-10-09T12:00:00Z".parse().unwrap());
    server.service.run_lifecycle().unwrap();
    assert_eq!(server.get(&thief).ok()["status"], "cancelled");
    let promoted = server.get(&waiting).ok();
    assert_eq!(
        (&promoted["status"], &promoted["pay_by"]),
        (&json!("reserved"), &json!(DEADLINE))
    );
    let later = json!({"deadline": "2025-10-20T00:00:00Z"});
    server.post(&format!("{campaign}/extend"), &later).ok();
    assert_eq!(
        server.get(&waiting).ok()["expires_at"],
        "2025-10-10T12:00:00Z"
    );
    server.clock.set("2025-10-10T06:00:00Z".parse().unwrap());
    server.service.run_lifecycle().unwrap();
    pay(&server, &waiting);
    server.service.run_lifecycle().unwrap();
    assert_eq!(server.get(&campaign).ok()["status"], "completed");
    assert_file_is_sound(&server);
}

#[test]
fn who_is_thrown_out_does_not_come_back() {
    let server = TestServer::start();
    let campaign = server.campaign(20);
    let thief = server.joined(&campaign, "Pencuri", 20);
    let body = json!({"reason": "borong", "ban_handle": true, "ban_address": true});
    let out = server.post(&format!("{thief}/throw-out"), &body).ok();
    assert_eq!(
        (&out["status"], &out["cancel_reason"]),
        (&json!("cancelled"), &json!("borong"))
    );
    assert_eq!(server.get(&campaign).ok()["status"], "active");

    let join = |user: &str, address: &str, campaign: &str| {
        let mut body = join_body(user, 1);
        body["shipping_address"] = json!(address);
        let call = Call::post(&format!("{campaign}/join"));
        server.send(&call.json(&body).header("Idempotency-Key", "once-7f3a"))
    };
    let elsewhere = server.campaign(20);
    let same_place = "jl melati no 15 JAKARTA-SELATAN";
    for campaign in [&campaign, &elsewhere] {
        join(" PENCURI ", "Jl. Kenanga 3", campaign).refused(403, "join_banned");
        join("nama-lain", same_place, campaign).refused(403, "join_banned");
    }
    join("ani", "Jl. Kenanga 3", &campaign).created();

    // The list tells the name and nothing of the address; lifted, the same request is let in.
    let bans = server.get("/api/sambatan/bans").ok();
    assert_eq!(
        (&bans[1]["kind"], &bans[1]["handle"]),
        (&json!("handle"), &json!("Pencuri"))
    );
    assert_eq!(
        (&bans[0]["kind"], &bans[0]["handle"]),
        (&json!("address"), &json!(null))
    );
    assert!(!bans.to_string().contains("Melati"), "{bans}");
    let lift = |ban: &serde_json::Value| {
        let path = format!("/api/sambatan/bans/{}/lift", ban["id"].as_str().unwrap());
        server.post_empty(&path)
    };
    assert_eq!(lift(&bans[1]).status, 204);
    lift(&bans[1]).refused(404, "ban_not_found");
    join("Pencuri", "Jl. Kenanga 3", &campaign).created();
    assert_file_is_sound(&server);

    let inspector = inspector(&server);
    inspector
        .export_log(|line| {
            assert!(
                !line.contains("Pencuri") && !line.contains("Melati"),
                "{line}"
            );
            Ok::<(), ()>(())
        })
        .unwrap()
        .unwrap();
}

#[test]
fn a_ban_is_typed_or_comes_of_who_is_out_already() {
    let server = TestServer::start();
    let campaign = server.campaign(20);
    for (kind, value, field) in [
        ("handle", "", "value"),
        ("address", "Jl.", "value"),
        ("ip", "10.0.0.1", "kind"),
    ] {
        let body = json!({"kind": kind, "value": value});
        let refused = server.post("/api/sambatan/bans", &body);
        let refused = refused.refused(422, "validation_failed");
        assert_eq!(refused["errors"][0]["field"], field);
    }
    let body = json!({"kind": "handle", "value": " Budi "});
    let ban = server.post("/api/sambatan/bans", &body).created();
    assert_eq!(server.post("/api/sambatan/bans", &body).created(), ban);
    server
        .join(&campaign, "budi", 1)
        .refused(403, "join_banned");

    // Nothing is done in part: who can't be thrown out is not banned either.
    let paid = server.joined(&campaign, "citra", 1);
    pay(&server, &paid);
    let both = json!({"ban_handle": true, "ban_address": true});
    server
        .post(&format!("{paid}/throw-out"), &both)
        .refused(409, "participation_state_invalid");
    assert_eq!(
        server
            .get("/api/sambatan/bans")
            .ok()
            .as_array()
            .unwrap()
            .len(),
        1
    );
    server
        .post(&format!("{paid}/ban"), &json!({}))
        .refused(422, "validation_failed");
    let bans = server.post(&format!("{paid}/ban"), &both).ok();
    assert_eq!(bans.as_array().unwrap().len(), 2);
    assert_eq!(server.get(&paid).ok()["status"], "confirmed");
    assert_file_is_sound(&server);
}

/// The log replays to what the file holds, and nothing else is wrong with it.
pub(crate) fn assert_file_is_sound(server: &TestServer) {
    let inspector = inspector(server);
    inspector.verify().unwrap().unwrap();
    for finding in inspector.check().unwrap() {
        assert!(finding.holds(), "{finding:?}");
    }
}

pub(crate) fn inspector(server: &TestServer) -> sambatan::inspect::Inspector {
    let file = server.folder.path().join("test.db");
    sambatan::inspect::Inspector::open(&file).unwrap()
}
