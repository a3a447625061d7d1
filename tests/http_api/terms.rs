//! The terms of a campaign over HTTP: a later deadline, the waiting list, a reservation that expired.

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::support::{TestServer, join_body};

/// A campaign that nobody has joined, with these terms besides the usual; its path.
fn campaign(server: &TestServer, terms: &Value) -> String {
    let mut body = json!({
        "product_id": server.product(), "title": "Batch Oktober", "total_slots": 3,
        "price_per_slot": 150_000, "deadline": "2025-10-10T00:00:00Z",
    });
    for (name, value) in terms.as_object().unwrap() {
        body[name] = value.clone();
    }
    let created = server.post("/api/sambatan/campaigns", &body);
    created.created();
    created.header("Location").unwrap().to_owned()
}

fn join(server: &TestServer, campaign: &str, user: &str, quantity: u32) -> (String, Value) {
    let mut body = join_body(user, quantity);
    body["waitlist"] = json!(true);
    let joined = server.post(&format!("{campaign}/join"), &body);
    let path = joined.header("Location").unwrap().to_owned();
    (path, joined.created())
}

#[test]
fn a_deadline_moves_forward_only() {
    let server = TestServer::start();
    let path = campaign(&server, &json!({}));
    let extend = |deadline: &str| {
        let body = json!({"deadline": deadline, "reason": "kurir libur"});
        server.post(&format!("{path}/extend"), &body)
    };
    let extended = extend("2025-10-12T00:00:00Z").ok();
    assert_eq!(extended["deadline"], "2025-10-12T00:00:00Z");
    assert_eq!(extended["extend_reason"], "kurir libur");
    let refused = extend("2025-10-11T00:00:00Z");
    assert_eq!(refused.status, 400);
    assert_eq!(refused.json()["code"], "deadline_not_later");
    assert_eq!(server.get(&path).ok()["deadline"], "2025-10-12T00:00:00Z");
}

#[test]
fn who_waits_sees_their_place_and_gets_what_becomes_free() {
    let server = TestServer::start();
    let path = campaign(&server, &json!({"max_slots_per_user": 3}));
    let (held, _) = join(&server, &path, "ani", 3);
    let (first, waiting) = join(&server, &path, "budi", 2);
    assert_eq!(waiting["status"], "waitlisted");
    assert_eq!(waiting["transfer_amount"], Value::Null);
    let (second, _) = join(&server, &path, "citra", 1);
    assert_eq!(server.get(&second).ok()["waitlist_position"], 2);
    let mut body = join_body("budi", 2);
    body["waitlist"] = json!(true);
    let refused = server.post(&format!("{path}/join"), &body);
    assert_eq!(refused.status, 409);
    assert_eq!(refused.json()["code"], "user_limit_reached");
    let detail = refused.json()["detail"].as_str().unwrap().to_owned();
    assert!(detail.contains("tinggal 1;"), "{detail}");

    server.post_empty(&format!("{held}/cancel")).ok();
    let promoted = server.get(&first).ok();
    assert_eq!(promoted["status"], "reserved");
    assert!(promoted["transfer_amount"].as_i64().unwrap() > 300_000);
    assert_eq!(promoted.get("waitlist_position"), None);
    assert_eq!(server.get(&second).ok()["status"], "reserved");
    assert_eq!(server.get(&path).ok()["status"], "full");
}

#[test]
fn what_is_not_paid_in_time_is_released_and_can_be_revived() {
    let server = TestServer::start();
    let terms = json!({"minimum_slots": 1, "payment": "after_tipping", "pay_within_hours": 24});
    let path = campaign(&server, &terms);
    let (held, joined) = join(&server, &path, "ani", 2);
    assert_eq!(joined["status"], "reserved");
    assert_eq!(joined["pay_by"], "2025-10-02T00:00:00Z", "it tips");
    assert_eq!(server.get(&held).ok()["pay_by"], "2025-10-02T00:00:00Z");
    server.clock.advance(TimeDelta::hours(25));
    server.post_empty("/api/sambatan/lifecycle/run").ok();
    let expired = server.get(&held).ok();
    assert_eq!(expired["status"], "cancelled");
    assert_ne!(expired["expired_at"], Value::Null);
    let revived = server.post_empty(&format!("{held}/revive")).ok();
    assert_eq!(revived["status"], "reserved");
    assert_eq!(revived["expired_at"], Value::Null);
    assert_eq!(server.get(&path).ok()["slots_taken"], 2);
}
