//! The terms of a campaign over HTTP: a later deadline, the waiting list, a reservation that expired.

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::support::{Call, NO_LIMITS, Reply, TestServer, join_body};

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

/// Joins with the secret of a participation, in both modes alike.
fn join_showing(server: &TestServer, campaign: &str, user: &str, slots: u32, token: &str) -> Reply {
    let join = Call::post(&format!("{campaign}/join")).bearer(token);
    server.send(&join.json(&join_body(user, slots)))
}

#[test]
fn a_limit_for_each_person_holds_however_they_spell_their_name() {
    let server = TestServer::start();
    let path = campaign(
        &server,
        &json!({"max_slots_per_user": 2, "total_slots": 30}),
    );
    let joined = |user: &str, slots| server.post(&format!("{path}/join"), &join_body(user, slots));
    joined("Budi Santoso", 1).created();
    for spelt in ["budi santoso", "BUDI  SANTOSO", "Ｂｕｄｉ Santoso"] {
        let refused = joined(spelt, 2);
        refused.refused(409, "user_limit_reached");
        let detail = refused.json()["detail"].as_str().unwrap().to_owned();
        assert!(detail.contains("tinggal 1;"), "{spelt}: {detail}");
    }
    joined("budi santoso", 1).created();
    let refused = joined("BUDI SANTOSO", 1);
    refused.refused(409, "user_limit_reached");
    let detail = refused.json()["detail"].as_str().unwrap().to_owned();
    assert!(detail.contains("tautan rahasia"), "{detail}");
    joined("budi s", 2).created();
}

#[test]
fn a_stranger_who_takes_somebodys_name_uses_up_nothing_of_theirs() {
    for server in [TestServer::start(), TestServer::start_guarded(NO_LIMITS)] {
        let open = json!({
            "product_id": server.product(), "title": "Batch Oktober", "total_slots": 30,
            "price_per_slot": 150_000, "deadline": "2025-10-10T00:00:00Z", "max_slots_per_user": 3,
        });
        let created = server.send_as_organiser(Call::post("/api/sambatan/campaigns").json(&open));
        let path = created.header("Location").unwrap();
        let joined = |user: &str, slots| server.join(path, user, slots);
        let token = |reply: &Reply| reply.created()["manage_token"].as_str().unwrap().to_owned();
        let own = token(&joined("budi", 1));
        let strange = token(&joined("Budi", 2));
        joined("budi", 1).refused(409, "user_limit_reached");
        // With their secret each has a limit of their own, and under any name it is the same.
        let more = token(&join_showing(&server, path, "budi", 1, &own));
        join_showing(&server, path, "budi di rumah", 2, &more).refused(409, "user_limit_reached");
        token(&join_showing(&server, path, "budi di rumah", 1, &more));
        for secret in [&own, &more] {
            join_showing(&server, path, "lain", 1, secret).refused(409, "user_limit_reached");
        }
        token(&join_showing(&server, path, "Budi", 1, &strange));
        join_showing(&server, path, "Budi", 1, &strange).refused(409, "user_limit_reached");
    }
}

#[test]
fn the_secret_of_slots_that_were_given_back_or_of_another_campaign_counts_for_nothing() {
    let server = TestServer::start();
    let limit = json!({"max_slots_per_user": 2, "total_slots": 30});
    let (path, elsewhere) = (campaign(&server, &limit), campaign(&server, &limit));
    let (given_back, answer) = join(&server, &path, "budi", 2);
    let secret = answer["manage_token"].as_str().unwrap();
    server.post_empty(&format!("{given_back}/cancel")).ok();
    join(&server, &path, "budi", 2);
    let (_, other) = join(&server, &elsewhere, "budi", 1);
    for secret in [secret, other["manage_token"].as_str().unwrap(), "sp_none"] {
        join_showing(&server, &path, "Budi", 1, secret).refused(409, "user_limit_reached");
    }
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
