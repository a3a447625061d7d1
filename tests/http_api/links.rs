//! Where a refund goes and the secret link by which a participant says so: another account is confirmed by the
//! organiser first, and a link that is made anew ends the one before.

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::support::{Call, NO_LIMITS, Reply, TestServer, join_body};

struct Scene {
    server: TestServer,
    own: String,
    token: String,
}

impl Scene {
    /// Somebody has paid, has said where a refund goes, and the campaign is called off.
    fn with_refund_due() -> Self {
        let scene = Self::joined();
        scene
            .organise("payments", &json!({"amount": 150_000}))
            .created();
        scene.set_account("BCA 123");
        let campaign = scene.server.send_as_organiser(Call::get(&scene.own)).ok();
        let campaign = campaign["campaign_id"].as_str().unwrap().to_owned();
        let cancel = Call::post(&format!("/api/sambatan/campaigns/{campaign}/cancel"));
        scene.server.send_as_organiser(cancel).ok();
        scene
    }

    fn joined() -> Self {
        let server = TestServer::start_guarded(NO_LIMITS);
        let campaign = server.campaign(3);
        let joined = server.join(&campaign, "budi", 1).created();
        Self {
            own: format!("/api/sambatan/participations/{}", text(&joined["id"])),
            token: text(&joined["manage_token"]),
            server,
        }
    }

    fn with(&self, token: &str, call: Call) -> Reply {
        let bearer = format!("Bearer {token}");
        self.server.send(&call.header("Authorization", &bearer))
    }

    fn organise(&self, what: &str, body: &Value) -> Reply {
        let call = Call::post(&format!("{}/{what}", self.own)).json(body);
        self.server.send_as_organiser(call)
    }

    fn set_account(&self, account: &str) {
        let call = Call::post(&format!("{}/payout-account", self.own));
        let call = call.json(&json!({"account": account}));
        self.with(&self.token, call).ok();
    }

    fn due(&self) -> Value {
        let due = Call::get("/api/sambatan/refunds?status=due");
        self.server.send_as_organiser(due).ok()[0].clone()
    }

    fn send(&self) -> Reply {
        let send = format!("/api/sambatan/refunds/{}/send", text(&self.due()["id"]));
        let call = Call::post(&send).json(&json!({"reference": "TRF 1"}));
        self.server.send_as_organiser(call)
    }

    fn renew(&self, token: &str) -> Reply {
        let call = Call::post(&format!("{}/renew-link", self.own));
        self.with(token, call.json(&json!({})))
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

#[test]
fn another_account_while_a_refund_is_due_is_confirmed_before_the_refund_is_noted() {
    let scene = Scene::with_refund_due();
    assert_eq!(scene.due()["payout_account_changed_at"], Value::Null);
    scene.set_account("BCA 123");
    assert_eq!(
        scene.due()["payout_account_changed_at"],
        Value::Null,
        "the same one"
    );
    scene.set_account("Mandiri 666");
    assert!(scene.due()["payout_account_changed_at"].is_string());
    scene.send().refused(409, "payout_account_unconfirmed");
    let campaign = text(&scene.due()["campaign_id"]);
    let csv = format!("/api/sambatan/campaigns/{campaign}/refunds.csv");
    let csv = scene.server.send_as_organiser(Call::get(&csv));
    let csv = csv.text();
    let header: Vec<_> = csv.lines().next().unwrap().split(',').collect();
    assert_eq!(header.last(), Some(&"account_changed_at"), "{header:?}");
    assert!(csv.lines().nth(1).unwrap().ends_with('Z'), "{csv}");

    let confirm = Call::post(&format!("{}/payout-account/confirm", scene.own));
    let seen = json!({"changed_at": scene.due()["payout_account_changed_at"]});
    scene
        .with(&scene.token, confirm.json(&seen))
        .refused(403, "forbidden");
    scene
        .organise("payout-account/confirm", &json!({}))
        .refused(422, "validation_failed");
    scene.organise("payout-account/confirm", &seen).ok();
    scene.organise("payout-account/confirm", &seen).ok();
    let sent = scene.send().ok();
    assert_eq!(sent["payout_account"], "Mandiri 666");
    let logs = Call::get(&format!("/api/sambatan/campaigns/{campaign}/logs"));
    let logs = scene.server.send_as_organiser(logs).ok();
    let confirmed = logs.as_array().unwrap().iter();
    let confirmed = confirmed.filter(|event| event["event"] == "payout_account_confirmed");
    assert_eq!(confirmed.count(), 1, "said twice is said");
    assert!(!logs.to_string().contains("666"), "{logs}");
}

#[test]
fn another_account_after_a_refund_was_sent_is_confirmed_before_the_next_one_is() {
    let scene = Scene::joined();
    scene
        .organise("payments", &json!({"amount": 150_000}))
        .created();
    scene.set_account("BCA 123");
    let give_back = |request: &str| {
        let part = json!({"amount": 1000, "reason": "kurang satu", "request_id": request});
        scene.organise("refunds", &part).created();
    };
    give_back("r1");
    scene.send().ok();
    // None is due, and yet the next one would go there.
    scene.set_account("Mandiri 666");
    give_back("r2");
    assert!(scene.due()["payout_account_changed_at"].is_string());
    scene.send().refused(409, "payout_account_unconfirmed");
}

#[test]
fn an_account_that_was_changed_again_since_the_organiser_looked_is_not_confirmed() {
    let scene = Scene::with_refund_due();
    scene.set_account("Mandiri 666");
    let seen = json!({"changed_at": scene.due()["payout_account_changed_at"]});
    scene.server.clock.advance(TimeDelta::milliseconds(1));
    scene.set_account("Mandiri 667");
    scene
        .organise("payout-account/confirm", &seen)
        .refused(409, "payout_account_unconfirmed");
    scene.send().refused(409, "payout_account_unconfirmed");
    let seen = json!({"changed_at": scene.due()["payout_account_changed_at"]});
    scene.organise("payout-account/confirm", &seen).ok();
    scene.send().ok();
}

#[test]
fn a_line_that_says_that_the_money_has_gone_is_noted_whatever_became_of_the_account() {
    let scene = Scene::with_refund_due();
    scene.set_account("Mandiri 666");
    let path = format!("/api/sambatan/refunds/{}/match", text(&scene.due()["id"]));
    let line = json!({"fingerprint": "ab".repeat(32), "date": "2025-11-29", "amount": 150_000});
    let sent = scene
        .server
        .send_as_organiser(Call::post(&path).json(&line));
    assert_eq!(sent.ok()["status"], "sent");
}

#[test]
fn a_link_that_is_made_anew_ends_the_one_before_for_good() {
    let scene = Scene::joined();
    scene.with(&scene.token, Call::get(&scene.own)).ok();
    let renewed = text(&scene.renew(&scene.token).ok()["manage_token"]);
    assert_ne!(renewed, scene.token);
    scene.renew(&scene.token).refused(401, "invalid_token");
    scene
        .with(&scene.token, Call::get(&scene.own))
        .refused(401, "invalid_token");
    scene.with(&renewed, Call::get(&scene.own)).ok();
    let by_organiser = text(&scene.organise("renew-link", &json!({})).ok()["manage_token"]);
    scene
        .with(&renewed, Call::get(&scene.own))
        .refused(401, "invalid_token");
    scene.with(&by_organiser, Call::get(&scene.own)).ok();
}

#[test]
fn a_join_that_is_replayed_answers_the_link_of_then_which_is_dead() {
    let server = TestServer::start_guarded(NO_LIMITS);
    let campaign = server.campaign(3);
    let join = || {
        let key = "01a2250c-7501-73c3-b4da-76b674866470";
        let call = Call::post(&format!("{campaign}/join"));
        server.send(
            &call
                .header("Idempotency-Key", key)
                .json(&join_body("budi", 1)),
        )
    };
    let first = join().created();
    let token = text(&first["manage_token"]);
    let own = format!("/api/sambatan/participations/{}", text(&first["id"]));
    let renew = Call::post(&format!("{own}/renew-link")).json(&json!({}));
    let renewed = text(&server.send_as_organiser(renew).ok()["manage_token"]);
    let again = join().created();
    assert_ne!(text(&again["manage_token"]), renewed);
    let with = |token: &str| {
        let bearer = format!("Bearer {token}");
        server.send(&Call::get(&own).header("Authorization", &bearer))
    };
    with(&token).refused(401, "invalid_token");
    with(&text(&again["manage_token"])).refused(401, "invalid_token");
    with(&renewed).ok();
}
