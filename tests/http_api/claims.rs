//! "I have transferred" over HTTP: it confirms nothing, and holds a running time to pay back once.

use sambatan::inspect::Inspector;
use serde_json::{Value, json};

use crate::support::{Call, DEADLINE, NO_LIMITS, TestServer, join_body};

/// A campaign whose reservations are kept for two hours.
fn campaign(server: &TestServer) -> String {
    let create = Call::post("/api/sambatan/campaigns").json(&json!({
        "product_id": server.product(), "title": "Batch Oktober", "total_slots": 4,
        "minimum_slots": 2, "price_per_slot": 150_000, "deadline": DEADLINE, "pay_within_hours": 2,
    }));
    let created = server.send_as_organiser(create);
    created.header("Location").unwrap().to_owned()
}

fn sweep_at(server: &TestServer, time: &str) {
    server.clock.set(time.parse().unwrap());
    server.service.run_lifecycle().unwrap();
}

fn verify(server: &TestServer) {
    let inspector = Inspector::open(server.folder.path().join("test.db")).unwrap();
    inspector.verify().unwrap().unwrap();
    let findings = inspector.check().unwrap();
    assert_eq!(findings.iter().find(|finding| !finding.holds()), None);
}

#[test]
fn a_claim_confirms_nothing_and_holds_the_slots_back_once_by_a_day() {
    let server = TestServer::start_guarded(NO_LIMITS);
    let campaign = campaign(&server);
    let joined = server.join(&campaign, "dewi", 1).created();
    let token = joined["manage_token"].as_str().unwrap();
    let path = format!(
        "/api/sambatan/participations/{}",
        joined["id"].as_str().unwrap()
    );
    let claim = |body: &Value| {
        let call = Call::post(&format!("{path}/claim-payment")).bearer(token);
        server.send(&call.json(body))
    };
    for wrong in ["besok", "2025-10-03", "2024-09-01", "2025-1-1"] {
        let refused = claim(&json!({"date": wrong}));
        let refused = refused.refused(422, "validation_failed");
        assert_eq!(refused["errors"][0]["field"], "date", "{wrong}");
    }
    let claimed = claim(&json!({"date": "2025-09-30"})).ok();
    assert_eq!(claimed["status"], "reserved");
    assert_eq!(claimed["paid_amount"], 0);
    assert_eq!(claimed["claimed_on"], "2025-09-30");
    assert_eq!(claimed["claimed_at"], "2025-10-01T00:00:00Z");
    assert_eq!(claimed["expires_at"], "2025-10-02T02:00:00Z");
    // Said twice is said, whatever day is named then.
    server.clock.set("2025-10-01T01:00:00Z".parse().unwrap());
    assert_eq!(claim(&json!({})).ok(), claimed);

    sweep_at(&server, "2025-10-02T01:59:59Z");
    let shown = server.send(&Call::get(&path).bearer(token)).ok();
    assert_eq!(shown["status"], "reserved", "it is held back");
    sweep_at(&server, "2025-10-02T02:00:00Z");
    let shown = server.send(&Call::get(&path).bearer(token)).ok();
    assert_eq!(shown["status"], "cancelled", "once and no longer");
    claim(&json!({})).refused(409, "participation_state_invalid");
    let logs = server
        .send_as_organiser(Call::get(&format!("{campaign}/logs")))
        .ok();
    let claims = logs.as_array().unwrap().iter();
    let claims: Vec<_> = claims
        .filter(|log| log["event"] == "payment_claimed")
        .collect();
    let [claim] = claims.as_slice() else {
        panic!("{claims:?}");
    };
    assert_eq!(claim["metadata"]["expires_at"], "2025-10-02T02:00:00Z");
    verify(&server);
}

#[test]
fn money_that_comes_ends_a_claim_and_the_rest_can_be_claimed_anew() {
    let server = TestServer::start();
    let campaign = campaign(&server);
    let path = server.joined(&campaign, "dewi", 1);
    let claim = || server.post_empty(&format!("{path}/claim-payment"));
    claim().ok();
    let pay = |amount: i64| {
        let body = json!({"amount": amount});
        server.post(&format!("{path}/payments"), &body).created();
        server.get(&path).ok()
    };
    let paid = pay(100_000);
    assert_eq!(
        (&paid["status"], &paid["claimed_at"]),
        (&json!("confirmed"), &Value::Null)
    );
    assert_ne!(claim().ok()["claimed_at"], Value::Null);
    pay(50_000);
    claim().refused(409, "participation_state_invalid");
    verify(&server);
}

#[test]
fn nobody_claims_before_they_are_asked_to_pay_or_while_they_wait() {
    let server = TestServer::start();
    let create = Call::post("/api/sambatan/campaigns").json(&json!({
        "product_id": server.product(), "title": "Batch Oktober", "total_slots": 2,
        "price_per_slot": 150_000, "deadline": DEADLINE, "payment": "after_tipping",
    }));
    let created = server.send_as_organiser(create);
    let campaign = created.header("Location").unwrap();
    let path = server.joined(campaign, "dewi", 1);
    let claim = |path: &str| server.post_empty(&format!("{path}/claim-payment"));
    claim(&path).refused(409, "participation_state_invalid");
    server.joined(campaign, "budi", 1);
    claim(&path).ok();
    let mut waits = join_body("tono", 1);
    waits["waitlist"] = true.into();
    let waits = server.post(&format!("{campaign}/join"), &waits);
    claim(waits.header("Location").unwrap()).refused(409, "participation_state_invalid");
    verify(&server);
}

#[test]
fn the_organiser_reads_page_by_page_who_says_they_have_paid() {
    let server = TestServer::start_guarded(NO_LIMITS);
    let campaigns = [campaign(&server), campaign(&server)];
    let everybody: Vec<String> = ["dewi", "budi", "tono"]
        .iter()
        .zip(campaigns.iter().cycle())
        .map(|(user, campaign)| server.joined(campaign, user, 1))
        .collect();
    let list = |query: &str| {
        let call = Call::get(&format!("/api/sambatan/claims{query}"));
        server.send_as_organiser(call)
    };
    let names = |listed: &Value| -> Vec<String> {
        let all = listed.as_array().unwrap().iter();
        all.map(|one| one["user_id"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(list("").ok(), json!([]));
    for (path, body) in [
        (&everybody[2], json!({"date": "2025-09-30"})),
        (&everybody[0], json!({})),
    ] {
        let claim = Call::post(&format!("{path}/claim-payment")).json(&body);
        server.send_as_organiser(claim).ok();
    }
    let listed = list("").ok();
    assert_eq!(names(&listed), ["dewi", "tono"], "of every campaign");
    assert_eq!(listed[1]["claimed_on"], "2025-09-30");
    assert_eq!(listed[1]["claimed_at"], "2025-10-01T00:00:00Z");
    let first = list("?limit=1");
    let next = first.header("Link").unwrap().to_owned();
    assert_eq!(names(&first.ok()), ["dewi"]);
    let next = next.split(['<', '>']).nth(1).unwrap();
    let second = server.send_as_organiser(Call::get(next)).ok();
    assert_eq!(names(&second), ["tono"]);
    list("?limit=0").refused(422, "validation_failed");

    let paid = Call::post(&format!("{}/payments", everybody[2])).json(&json!({"amount": 150_000}));
    server.send_as_organiser(paid).created();
    assert_eq!(names(&list("").ok()), ["dewi"], "found is found");
}
