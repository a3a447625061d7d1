//! What people wrote about themselves is in no answer that everybody can get.

use sambatan::http::route_table;
use serde_json::json;

use crate::support::{Call, NO_LIMITS, Reply, TestServer};

const USER: &str = "zubaidah-the-user";
const ADDRESS: &str = "Jl. Rahasia Sekali No. 7, Kota Tersembunyi";
const NOTE: &str = "titip kepada tetangga sebelah kiri";
const REASON: &str = "sedang sakit dan tidak sanggup";

/// Of what is told to everybody on a campaign's page there is the name that a participant chose.
fn tells_only_the_handle(reply: &Reply, about: &str) {
    let text = reply.text().replace(USER, "");
    for secret in [ADDRESS, NOTE, REASON, "sp_", "Rahasia", "zubaidah"] {
        assert!(!text.contains(secret), "{about} tells {secret}: {text}");
    }
}

fn tells_nothing(reply: &Reply, about: &str) {
    let mut told = reply.text().to_owned();
    for (name, value) in &reply.headers {
        told.push_str(&format!("\n{name}: {value}"));
    }
    for secret in [USER, ADDRESS, NOTE, REASON, "sp_", "Rahasia", "zubaidah"] {
        assert!(!told.contains(secret), "{about} tells {secret}: {told}");
    }
}

#[test]
fn no_public_answer_tells_who_takes_part() {
    let server = TestServer::start_guarded(NO_LIMITS);
    let campaign = server.campaign(2);
    let body = json!({
        "user_id": USER, "quantity": 1, "shipping_address": ADDRESS, "note": NOTE,
    });
    let join = Call::post(&format!("{campaign}/join"))
        .header("Idempotency-Key", "key-1")
        .json(&body);
    let joined = server.send(&join);
    let token = joined.created()["manage_token"]
        .as_str()
        .unwrap()
        .to_owned();
    let participation = joined.header("Location").unwrap().to_owned();
    let cancel = Call::post(&format!("{participation}/cancel")).json(&json!({"reason": REASON}));
    server.send(&cancel.bearer(&token)).ok();
    server
        .send(&Call::post(&format!("{campaign}/join")).json(&body))
        .created();

    let (_, campaign_id) = campaign.rsplit_once('/').unwrap();
    let (_, participation_id) = participation.rsplit_once('/').unwrap();
    for (_, pattern, name) in route_table() {
        for method in ["GET", "POST", "OPTIONS", "PUT"] {
            let id = if pattern.contains("/participations/") || pattern.starts_with("/p/") {
                participation_id
            } else {
                campaign_id
            };
            let path = pattern
                .replace("{id}", id)
                .replace("{user_id}", USER)
                .replace("{slug}", campaign_id);
            let reply = server.send(&Call::new(method, &path));
            if name == "campaign_page" {
                tells_only_the_handle(&reply, name);
            } else {
                tells_nothing(&reply, name);
            }
        }
    }
    // Another's join, also a refused one, and one that reuses the key.
    let mut other = body.clone();
    other["user_id"] = json!("another");
    other["quantity"] = json!(2);
    other["shipping_address"] = json!("Jl. Melati No. 15");
    other["note"] = json!(null);
    let another = Call::post(&format!("{campaign}/join"));
    let refused = server.send(&another.clone().json(&other));
    refused.refused(409, "insufficient_slots");
    tells_nothing(&refused, "a refused join");
    let same_key = another.header("Idempotency-Key", "key-1").json(&other);
    tells_nothing(&server.send(&same_key), "another's join with the same key");
}

#[test]
fn a_refusal_does_not_repeat_what_was_sent() {
    let server = TestServer::start_guarded(NO_LIMITS);
    let campaign = server.campaign(2);
    let long_note = NOTE.repeat(10);
    for body in [
        json!({"user_id": USER, "quantity": 0, "shipping_address": ADDRESS, "note": long_note}),
        json!({"user_id": USER, "quantity": 5, "shipping_address": ADDRESS, "note": NOTE}),
        json!({"user_id": [USER], "quantity": ADDRESS, "shipping_address": 7, "note": NOTE}),
    ] {
        let reply = server.post(&format!("{campaign}/join"), &body);
        assert!(reply.status >= 400);
        tells_nothing(&reply, "a refusal");
    }
    let reply = server.get(&format!(
        "/api/sambatan/users/{USER}/participations?limit={USER}"
    ));
    reply.refused(401, "token_required");
    tells_nothing(&reply, "a refusal");
}
