//! Changing what the organiser wrote, and opening a campaign once more.

use chrono::TimeDelta;
use sambatan::inspect::Inspector;
use serde_json::{Value, json};

use crate::support::{Call, Reply, TestServer};

const NOBODY: &str = "019a2b3c-0000-7000-8000-000000000000";

/// The events of a campaign given by its path, oldest first.
fn events(server: &TestServer, campaign: &str) -> Vec<Value> {
    let logs = server.get(&format!("{campaign}/logs"));
    let mut events = logs.ok().as_array().unwrap().clone();
    events.reverse();
    events
}

fn last_event(server: &TestServer, campaign: &str) -> Value {
    events(server, campaign).pop().unwrap()
}

fn edit(server: &TestServer, campaign: &str, body: &Value) -> Reply {
    server.post(&format!("{campaign}/edit"), body)
}

fn verify(server: &TestServer) {
    let file = server.folder.path().join("test.db");
    let verified = Inspector::open(&file).unwrap().verify().unwrap();
    verified.unwrap();
}

#[test]
fn an_edit_changes_the_texts_that_it_names_and_is_logged_without_them() {
    let server = TestServer::start();
    let path = server.campaign(10);
    let before = server.get(&path);
    let tag = before.header("ETag").unwrap();
    server.clock.advance(TimeDelta::minutes(1));
    let body = json!({"title": " Batch November ", "description": "Dikirim dari Solo"});
    let edited = edit(&server, &path, &body).ok();
    assert_eq!(edited["title"], "Batch November");
    assert_eq!(edited["description"], "Dikirim dari Solo");
    assert_ne!(edited["updated_at"], before.ok()["updated_at"]);
    let fresh = server.send(&Call::get(&path).header("If-None-Match", tag));
    assert_eq!(fresh.ok(), edited);
    let event = last_event(&server, &path);
    assert_eq!(event["event"], "campaign_edited");
    assert_eq!(event["metadata"]["title_changed"], true);
    assert_eq!(event["metadata"]["description_changed"], true);
    let seal = event["metadata"]["sealed"].as_str().unwrap();
    assert_eq!(seal.len(), 32, "{event}");
    assert!(!event.to_string().contains("November"), "{event}");

    let without = edit(&server, &path, &json!({"description": ""})).ok();
    assert_eq!(without["title"], "Batch November");
    assert_eq!(without["description"], Value::Null);
    verify(&server);
}

#[test]
fn an_edit_that_changes_nothing_writes_nothing() {
    let server = TestServer::start();
    let campaign = server.campaign(10);
    let product = server.product();
    let before = server.get(&campaign).ok();
    let count = events(&server, &campaign).len();
    server.clock.advance(TimeDelta::minutes(1));
    for body in [
        json!({}),
        json!({"title": before["title"], "description": ""}),
        json!({"title": null}),
    ] {
        assert_eq!(edit(&server, &campaign, &body).ok(), before, "{body}");
    }
    assert_eq!(events(&server, &campaign).len(), count);
    let path = format!("/api/products/{product}");
    let before = server.get(&path).ok();
    let body = json!({"name": before["name"], "base_price": before["base_price"]});
    let edited = server.post(&format!("{path}/edit"), &body).ok();
    assert_eq!(edited, before);
}

#[test]
fn a_wrong_edit_names_every_field_and_changes_nothing() {
    let server = TestServer::start();
    let path = server.campaign(10);
    let before = server.get(&path).ok();
    for (body, wrong) in [
        (
            json!({"title": "ab", "description": "x".repeat(2001)}),
            &["title", "description"][..],
        ),
        (json!({"title": 7, "description": "ok"}), &["title"]),
        (json!({"title": ""}), &["title"]),
    ] {
        assert_eq!(edit(&server, &path, &body).wrong_fields(), wrong, "{body}");
    }
    assert_eq!(server.get(&path).ok(), before);
    let product = server.product();
    let body = json!({"name": "ab", "base_price": 0});
    let refused = server.post(&format!("/api/products/{product}/edit"), &body);
    assert_eq!(refused.wrong_fields(), ["name", "base_price"]);
    let nobody = format!("/api/sambatan/campaigns/{NOBODY}");
    edit(&server, &nobody, &json!({"title": "Batch"})).refused(404, "campaign_not_found");
    let nowhere = format!("/api/products/{NOBODY}/edit");
    let refused = server.post(&nowhere, &json!({"name": "Embun"}));
    refused.refused(404, "product_not_found");
}

#[test]
fn what_people_agreed_to_by_joining_is_refused_by_name() {
    let server = TestServer::start();
    let path = server.campaign(5);
    let body = json!({"title": "Batch Mawar", "price_per_slot": 1, "deadline": null});
    let refused = edit(&server, &path, &body);
    assert_eq!(refused.wrong_fields(), ["price_per_slot"]);
    assert_eq!(server.get(&path).ok()["title"], "Batch Oktober");
}

#[test]
fn a_campaign_that_has_ended_can_be_edited_until_it_is_erased() {
    let server = TestServer::start();
    let path = server.campaign(10);
    server.post_empty(&format!("{path}/cancel")).ok();
    let edited = edit(
        &server,
        &path,
        &json!({"description": "Batal: pabrik tutup"}),
    )
    .ok();
    assert_eq!(edited["status"], "cancelled");
    assert_eq!(edited["description"], "Batal: pabrik tutup");
    verify(&server);
    let file = server.folder.path().join("test.db");
    let sql = "UPDATE sambatan_campaigns SET erased_at = '2026-01-01 00:00:00.000'";
    rusqlite::Connection::open(&file)
        .unwrap()
        .execute(sql, [])
        .unwrap();
    let refused = edit(&server, &path, &json!({"title": "Batch November"}));
    refused.refused(409, "campaign_state_invalid");
}

#[test]
fn a_product_is_edited_and_campaigns_keep_their_price() {
    let server = TestServer::start();
    let product = server.product();
    let campaign = server.campaign_for(&product, 10);
    let before = server.get(&campaign).ok();
    let path = format!("/api/products/{product}");
    let body = json!({"name": "Rimba Senja", "description": "30 ml", "base_price": 500_000});
    let edited = server.post(&format!("{path}/edit"), &body).ok();
    assert_eq!(edited["name"], "Rimba Senja");
    assert_eq!(edited["description"], "30 ml");
    assert_eq!(edited["base_price"], 500_000);
    assert_eq!(edited["is_sambatan_enabled"], true);
    assert_eq!(server.get(&path).ok(), edited);
    assert_eq!(server.get(&campaign).ok(), before);
    verify(&server);
}

/// A campaign with terms of its own, in which somebody has slots; its path.
fn source(server: &TestServer) -> String {
    let body = json!({
        "product_id": server.product(), "title": "Batch Oktober", "total_slots": 10,
        "minimum_slots": 6, "price_per_slot": 150_000, "deadline": "2025-10-10T00:00:00Z",
        "description": "Dekan 30 ml", "on_shortfall": "extend_once", "extend_days": 3,
        "completes": "at_deadline", "max_slots_per_user": 4, "max_slots_per_join": 2,
        "payment": "after_tipping",
        "pay_within_hours": 24, "grace_hours": 6,
    });
    let created = server.post("/api/sambatan/campaigns", &body);
    let path = created.header("Location").unwrap().to_owned();
    created.created();
    server.joined(&path, "ani", 2);
    path
}

#[test]
fn a_clone_has_the_terms_of_its_source_and_nobody_in_it() {
    let server = TestServer::start();
    let path = source(&server);
    let original = server.get(&path).ok();
    let body = json!({"deadline": "2025-11-10T00:00:00Z"});
    let reply = server.post(&format!("{path}/clone"), &body);
    let clone = reply.created();
    let id = clone["id"].as_str().unwrap();
    let location = format!("/api/sambatan/campaigns/{id}");
    assert_eq!(reply.header("Location"), Some(&*location));
    for same in [
        "product_id",
        "title",
        "description",
        "total_slots",
        "minimum_slots",
        "price_per_slot",
        "on_shortfall",
        "extend_days",
        "completes",
        "max_slots_per_user",
        "max_slots_per_join",
        "payment",
        "pay_within_hours",
        "grace_hours",
    ] {
        assert_ne!(clone[same], Value::Null, "{same}");
        assert_eq!(clone[same], original[same], "{same}");
    }
    assert_eq!(clone["deadline"], "2025-11-10T00:00:00Z");
    assert_eq!(clone["status"], "active");
    assert_eq!(clone["slots_taken"], 0);
    assert_eq!(clone["tipped_at"], Value::Null);
    assert_eq!(server.get(&path).ok(), original);
    let told = events(&server, &location);
    assert_eq!(told.len(), 1, "{told:?}");
    assert_eq!(told[0]["event"], "campaign_created");
    assert_eq!(told[0]["metadata"]["cloned_from"], original["id"]);
    verify(&server);
}

#[test]
fn a_clone_says_what_is_different_and_is_checked_as_a_new_campaign_is() {
    let server = TestServer::start();
    let path = source(&server);
    let clone = |body: &Value| server.post(&format!("{path}/clone"), body);
    let different = clone(&json!({
        "deadline": "2025-11-10T00:00:00Z", "opens_at": "2025-11-01T00:00:00Z",
        "title": "Batch November", "total_slots": 20, "minimum_slots": 12, "price_per_slot": 140_000,
    }))
    .created();
    assert_eq!(different["status"], "inactive");
    assert_eq!(different["title"], "Batch November");
    assert_eq!(different["total_slots"], 20);
    assert_eq!(different["minimum_slots"], 12);
    assert_eq!(different["price_per_slot"], 140_000);
    assert_eq!(clone(&json!({})).wrong_fields(), ["deadline"]);
    let later = "2025-11-10T00:00:00Z";
    let few = clone(&json!({"deadline": later, "total_slots": 5}));
    assert_eq!(few.wrong_fields(), ["minimum_slots"]);
    let none = clone(&json!({"deadline": later, "total_slots": 0, "title": "ab"}));
    assert_eq!(none.wrong_fields(), ["title", "total_slots"]);
    let past = clone(&json!({"deadline": "2025-09-01T00:00:00Z"}));
    past.refused(400, "deadline_in_past");
    let nowhere = format!("/api/sambatan/campaigns/{NOBODY}/clone");
    let refused = server.post(&nowhere, &json!({"deadline": later}));
    refused.refused(404, "campaign_not_found");

    let product = server.get(&path).ok()["product_id"].clone();
    let toggle = format!("/api/products/{}/sambatan", product.as_str().unwrap());
    server.post(&toggle, &json!({"enabled": false})).ok();
    clone(&json!({"deadline": later})).refused(400, "product_not_enabled");
}

#[test]
fn a_clone_of_one_that_had_to_fill_up_has_to_fill_up_and_an_ended_one_can_be_cloned() {
    let server = TestServer::start();
    let path = server.campaign(10);
    server.post_empty(&format!("{path}/cancel")).ok();
    let body = json!({"deadline": "2025-11-10T00:00:00Z", "total_slots": 4});
    let clone = server.post(&format!("{path}/clone"), &body).created();
    assert_eq!(
        (&clone["total_slots"], &clone["minimum_slots"]),
        (&json!(4), &json!(4))
    );
    assert_eq!(clone["status"], "active");
}
