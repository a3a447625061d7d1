//! Every route at its best, as the quick start uses it.

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::support::{Call, DEADLINE, START, TestServer, join_body};

/// The names of an object in the order they are written.
fn names(text: &str) -> Vec<String> {
    let Value::Object(object) = serde_json::from_str(text).unwrap() else {
        panic!("{text}");
    };
    let mut names: Vec<_> = object.keys().cloned().collect();
    names.sort_by_key(|name| text.find(&format!("\"{name}\":")));
    names
}

#[test]
fn a_product_is_created_enabled_and_shown() {
    let server = TestServer::start();
    let created = server.post(
        "/api/products",
        &json!({"name": " Rimba Embun ", "description": "", "base_price": 420_000}),
    );
    let product = created.created();
    let path = format!("/api/products/{}", product["id"].as_str().unwrap());
    assert_eq!(created.header("Location"), Some(path.as_str()));
    assert_eq!(
        names(created.text()),
        [
            "id",
            "name",
            "description",
            "base_price",
            "is_sambatan_enabled",
            "sambatan_total_slots",
            "sambatan_deadline",
            "created_at",
            "updated_at",
        ]
    );
    assert_eq!(product["name"], "Rimba Embun");
    assert_eq!(product["description"], Value::Null);
    assert_eq!(product["is_sambatan_enabled"], false);
    assert_eq!(product["created_at"], START);

    let toggled = server
        .post(
            &format!("{path}/sambatan"),
            &json!({"enabled": true, "total_slots": 10, "deadline": "2025-10-04T07:00:00+07:00"}),
        )
        .ok();
    assert_eq!(toggled["is_sambatan_enabled"], true);
    assert_eq!(toggled["sambatan_total_slots"], 10);
    assert_eq!(toggled["sambatan_deadline"], "2025-10-04T00:00:00Z");
    assert_eq!(server.get(&path).ok(), toggled);
    assert_eq!(server.get("/api/products").ok(), json!([toggled]));
}

/// The fields of a campaign, in their order.
const CAMPAIGN: [&str; 32] = [
    "id",
    "product_id",
    "title",
    "total_slots",
    "price_per_slot",
    "deadline",
    "status",
    "slots_taken",
    "progress_percent",
    "slots_remaining",
    "minimum_slots",
    "opens_at",
    "participant_count",
    "cancel_reason",
    "created_at",
    "updated_at",
    "description",
    "on_shortfall",
    "extend_days",
    "completes",
    "max_slots_per_user",
    "payment",
    "pay_within_hours",
    "grace_hours",
    "confirmed_count",
    "waitlist_count",
    "tipped_at",
    "extended_at",
    "extend_reason",
    "ended_at",
    "max_slots_per_join",
    "join_code_required",
];

#[test]
fn a_campaign_is_created_and_shown() {
    let server = TestServer::start();
    let created = server.post(
        "/api/sambatan/campaigns",
        &json!({
            "product_id": server.product(),
            "title": "Batch Oktober",
            "total_slots": 10,
            "price_per_slot": 210_000,
            "deadline": "2025-10-10T00:00:00",
            "minimum_slots": 4,
            "unknown": {"is": "ignored"},
        }),
    );
    let campaign = created.created();
    assert_eq!(names(created.text()), CAMPAIGN);
    assert_eq!(campaign["status"], "active");
    assert_eq!(campaign["deadline"], DEADLINE);
    assert_eq!(campaign["minimum_slots"], 4);
    assert_eq!(campaign["opens_at"], Value::Null);
    let path = created.header("Location").unwrap();
    assert_eq!(server.get(path).ok(), campaign);
    assert_eq!(
        server.get("/api/sambatan/campaigns").ok(),
        json!([campaign])
    );
}

#[test]
fn a_campaign_shows_its_progress() {
    let server = TestServer::start();
    let path = server.campaign(10);
    server.joined(&path, "user-1", 3);
    let campaign = server.get(&path).ok();
    assert_eq!(campaign["slots_taken"], 3);
    assert_eq!(campaign["slots_remaining"], 7);
    assert_eq!(campaign["progress_percent"], 30.0);
    assert_eq!(campaign["participant_count"], 1);
    assert_eq!(
        server.get(&format!("{path}/progress")).text(),
        format!(
            "{{\"campaign_id\":{},\"total_slots\":10,\"filled_slots\":3,\"available_slots\":7,\
             \"progress\":30.0,\"participant_count\":1,\"total_contribution\":450000,\
             \"status\":\"active\"}}",
            campaign["id"]
        )
    );
}

#[test]
fn a_campaign_that_opens_later_is_inactive_until_the_sweep() {
    let server = TestServer::start();
    let created = server.post(
        "/api/sambatan/campaigns",
        &json!({
            "product_id": server.product(),
            "title": "Batch November",
            "total_slots": 2,
            "price_per_slot": 1,
            "deadline": DEADLINE,
            "opens_at": "2025-10-02T00:00:00Z",
        }),
    );
    assert_eq!(created.created()["status"], "inactive");
    let path = created.header("Location").unwrap();
    let refused = server
        .join(path, "user-1", 1)
        .refused(409, "campaign_closed");
    assert_eq!(refused["campaign_status"], "inactive");
    server.clock.advance(TimeDelta::days(1));
    let report = server.post_empty("/api/sambatan/lifecycle/run").ok();
    assert_eq!(report["executed_at"], "2025-10-02T00:00:00Z");
    assert_eq!(report["transition_count"], 1);
    assert_eq!(report["transitions"][0]["event"], "campaign_opened");
    assert_eq!(server.get(path).ok()["status"], "active");
}

#[test]
fn a_participation_is_joined_and_shown() {
    let server = TestServer::start();
    let campaign = server.campaign(3);
    let mut body = join_body("user-1", 3);
    body["note"] = json!("Titip di satpam");
    let joined = server.post(&format!("{campaign}/join"), &body);
    let participation = joined.created();
    assert_eq!(
        names(joined.text()),
        [
            "id",
            "campaign_id",
            "user_id",
            "quantity",
            "status",
            "shipping_address",
            "note",
            "joined_at",
            "updated_at",
            "contribution_amount",
            "cancel_reason",
            "transfer_amount",
            "paid_amount",
            "pay_by",
            "expires_at",
            "expired_at",
            "payout_account",
            "erased_at",
            "payment_code",
            "claimed_at",
            "claimed_on",
            "payment_state",
            "refunds_due",
            "refunds_sent",
            "refunds_acknowledged",
            "promoted_at",
            "released_at",
            "pay_to",
            "manage_token",
        ]
    );
    let mut participation = participation;
    let token = participation
        .as_object_mut()
        .unwrap()
        .remove("manage_token");
    assert!(token.unwrap().as_str().unwrap().starts_with("sp_"));
    assert_eq!(participation["status"], "reserved");
    assert_eq!(participation["note"], "Titip di satpam");
    assert_eq!(participation["contribution_amount"], 450_000);
    let path = joined.header("Location").unwrap();
    assert_eq!(server.get(path).ok(), participation);
    participation.as_object_mut().unwrap().remove("pay_to");
    let listed = json!([participation]);
    assert_eq!(server.get(&format!("{campaign}/participants")).ok(), listed);
    let of_user = server.get("/api/sambatan/users/user-1/participations");
    assert_eq!(of_user.ok(), listed);
    assert_eq!(server.get(&campaign).ok()["status"], "full");
}

#[test]
fn a_cancelled_participation_gives_its_slots_back_and_all_of_it_is_logged() {
    let server = TestServer::start();
    let campaign = server.campaign(3);
    let path = server.joined(&campaign, "user-1", 3);
    let cancelled = server
        .post(
            &format!("{path}/cancel"),
            &json!({"reason": "Changed my mind"}),
        )
        .ok();
    assert_eq!(cancelled["status"], "cancelled");
    assert_eq!(cancelled["cancel_reason"], "Changed my mind");
    assert_eq!(server.get(&campaign).ok()["status"], "active");
    let events: Vec<_> = server
        .get(&format!("{campaign}/logs"))
        .ok()
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| entry["event"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(
        events,
        [
            "campaign_reopened",
            "participant_cancelled",
            "campaign_full",
            "participant_joined",
            "campaign_created",
        ]
    );
}

#[test]
fn the_reason_of_a_cancel_may_be_in_the_body_or_in_the_query() {
    let server = TestServer::start();
    let campaign = server.campaign(10);
    for (query, body, reason) in [
        ("", None, Value::Null),
        ("?reason=berubah+pikiran", None, json!("berubah pikiran")),
        (
            "?reason=query",
            Some(json!({"reason": "body"})),
            json!("body"),
        ),
        (
            "?reason=query",
            Some(json!({"reason": null})),
            json!("query"),
        ),
        ("", Some(json!({})), Value::Null),
    ] {
        let participation = server.joined(&campaign, "user-1", 1);
        let path = format!("{participation}/cancel{query}");
        let reply = body.map_or_else(
            || server.post_empty(&path),
            |body| server.post(&path, &body),
        );
        assert_eq!(reply.ok()["cancel_reason"], reason);
    }
    // The one that is not used has to be right, too.
    let participation = server.joined(&campaign, "user-1", 1);
    let path = format!("{participation}/cancel?reason=a%07b");
    let reply = server.post(&path, &json!({"reason": "body"}));
    assert_eq!(reply.wrong_fields(), ["reason"]);
}

#[test]
fn a_participation_is_confirmed() {
    let server = TestServer::start();
    let campaign = server.campaign(2);
    let participation = server.joined(&campaign, "user-1", 1);
    let path = format!("{participation}/confirm");
    assert_eq!(server.post_empty(&path).ok()["status"], "confirmed");
    let refused = server
        .post(&path, &json!({}))
        .refused(409, "participation_state_invalid");
    assert_eq!(refused["participation_status"], "confirmed");
    assert_eq!(refused["campaign_status"], "active");
}

#[test]
fn a_campaign_is_called_off_and_everybody_is_refunded() {
    let server = TestServer::start();
    let campaign = server.campaign(2);
    let participation = server.joined(&campaign, "user-1", 1);
    let path = format!("{campaign}/cancel");
    let cancelled = server.post(&path, &json!({"reason": "Stok habis"})).ok();
    assert_eq!(cancelled["status"], "cancelled");
    assert_eq!(cancelled["cancel_reason"], "Stok habis");
    assert_eq!(server.get(&participation).ok()["status"], "refunded");
    let refused = server
        .post_empty(&path)
        .refused(409, "campaign_state_invalid");
    assert_eq!(refused["campaign_status"], "cancelled");
}

#[test]
fn the_end_of_the_log_is_shown_as_it_is_exported() {
    let server = TestServer::start();
    let none = server.get("/api/sambatan/audit/status").ok();
    let nothing = json!({"last_number": 0, "last_hash": null, "last_event_at": null});
    assert_eq!(none, nothing);
    let campaign = server.campaign(3);
    server.joined(&campaign, "user-1", 1);
    let status = server.get("/api/sambatan/audit/status").ok();
    let mut last = String::new();
    let file = server.folder.path().join("test.db");
    let inspector = sambatan::inspect::Inspector::open(&file).unwrap();
    let exported = inspector.export_log(|line| {
        last = line.to_owned();
        Ok::<(), ()>(())
    });
    exported.unwrap().unwrap();
    let last: serde_json::Value = serde_json::from_str(&last).unwrap();
    assert_eq!(status["last_number"], last["number"]);
    assert_eq!(status["last_hash"], last["hash"]);
    assert_eq!(status["last_event_at"], crate::support::START);
}

#[test]
fn the_sweep_completes_what_is_full_and_fails_what_is_late() {
    let server = TestServer::start();
    let product = server.product();
    let full = server.campaign_for(&product, 1);
    let late = server.campaign_for(&product, 2);
    server.joined(&full, "user-1", 1);
    let refunded = server.joined(&late, "user-2", 1);
    server
        .clock
        .set("2025-10-10T00:00:00.001Z".parse().unwrap());
    let report = server.post_empty("/api/sambatan/lifecycle/run").ok();
    assert_eq!(report["transition_count"], 2);
    let transition = &report["transitions"][0];
    for name in ["campaign_id", "event", "timestamp", "metadata"] {
        assert!(!transition[name].is_null(), "{name}");
    }
    assert_eq!(server.get(&full).ok()["status"], "completed");
    assert_eq!(server.get(&late).ok()["status"], "failed");
    assert_eq!(server.get(&refunded).ok()["status"], "refunded");
    let summary = server.get("/api/sambatan/dashboard/summary");
    assert_eq!(
        summary.text(),
        "{\"total_campaigns\":2,\"active_campaigns\":0,\"full_campaigns\":0,\
         \"completed_campaigns\":1,\"failed_campaigns\":1,\"total_slots_taken\":1,\
         \"inactive_campaigns\":0,\"cancelled_campaigns\":0}"
    );
}

#[test]
fn the_scheduler_tells_how_it_does_and_sweeps_when_asked() {
    let server = TestServer::start();
    let stopped = server.get("/api/sambatan/scheduler/status");
    assert_eq!(
        stopped.text(),
        "{\"is_running\":false,\"next_run_time\":null,\"interval_minutes\":5.0,\
         \"last_run\":null,\"run_count\":0,\"failure_count\":0,\"last_error\":null}"
    );
    let trigger = Call::post("/api/sambatan/scheduler/trigger");
    server.send(&trigger).refused(503, "scheduler_stopped");

    server.service.scheduler().start().unwrap();
    let triggered = server.send(&trigger);
    let answer = triggered.ok();
    assert_eq!(answer["status"], "triggered");
    assert_eq!(answer["triggered_at"], START);
    assert_eq!(answer["transition_count"], 0);
    assert_eq!(answer["message"], "Siklus kampanye sudah dijalankan.");
    assert_eq!(triggered.header("Content-Language"), Some("id"));
    let english = server.send(&trigger.clone().header("Accept-Language", "en"));
    assert_eq!(english.ok()["message"], "The lifecycle sweep has been run.");
    let status = server.get("/api/sambatan/scheduler/status").ok();
    assert_eq!(status["is_running"], true);
    assert_eq!(status["last_run"], START);
    assert!(status["run_count"].as_u64().unwrap() >= 2);
}
