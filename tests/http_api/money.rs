//! Money over HTTP: what comes in and who still owes, what goes back, and what is paid out.

use sambatan::inspect::Inspector;
use serde_json::{Value, json};

use crate::support::{Call, NO_LIMITS, Reply, TestServer, join_body};

/// A guarded server with a campaign of three slots at Rp150.000; people act with their own tokens.
struct Scene {
    server: TestServer,
    campaign: String,
}

/// Somebody who has joined.
struct Person {
    path: String,
    token: String,
    transfer_amount: i64,
}

impl Scene {
    fn new() -> Self {
        let server = TestServer::start_guarded(NO_LIMITS);
        let campaign = server.campaign(3);
        Self { server, campaign }
    }

    fn get(&self, path: &str) -> Value {
        self.server.send_as_organiser(Call::get(path)).ok()
    }

    fn post(&self, path: &str, body: &Value) -> Reply {
        self.server.send_as_organiser(Call::post(path).json(body))
    }

    fn of_campaign(&self, what: &str) -> Value {
        self.get(&format!("{}/{what}", self.campaign))
    }

    fn join(&self, user: &str, quantity: u32) -> Person {
        let path = format!("{}/join", self.campaign);
        let joined = self.server.post(&path, &join_body(user, quantity));
        let answer = joined.created();
        Person {
            path: joined.header("Location").unwrap().to_owned(),
            token: answer["manage_token"].as_str().unwrap().to_owned(),
            transfer_amount: answer["transfer_amount"].as_i64().unwrap(),
        }
    }

    /// The names of those who still owe.
    fn owing(&self) -> Vec<String> {
        let unpaid = self.of_campaign("unpaid");
        let names = unpaid.as_array().unwrap().iter();
        names
            .map(|owes| owes["user_id"].as_str().unwrap().to_owned())
            .collect()
    }

    /// Asks what the log and the tables say of each other at the end.
    fn verify(&self) {
        let file = self.server.folder.path().join("test.db");
        let inspector = Inspector::open(&file).unwrap();
        inspector.verify().unwrap().unwrap();
        let findings = inspector.check().unwrap();
        let broken = findings.iter().find(|finding| !finding.holds());
        assert_eq!(broken, None);
    }

    fn call_off(&self) {
        let cancel = format!("{}/cancel", self.campaign);
        self.post(&cancel, &json!({"reason": "pabrik tutup"})).ok();
    }
}

impl Person {
    fn get(&self, scene: &Scene, path: &str) -> Reply {
        scene.server.send(&Call::get(path).bearer(&self.token))
    }

    fn post(&self, scene: &Scene, path: &str, body: &Value) -> Reply {
        let call = Call::post(path).bearer(&self.token).json(body);
        scene.server.send(&call)
    }

    fn at(&self, what: &str) -> String {
        format!("{}/{what}", self.path)
    }
}

#[test]
fn a_confirmation_takes_the_amount_that_came_in_or_the_one_that_was_told() {
    let scene = Scene::new();
    let (exact, short) = (scene.join("ani", 1), scene.join("budi", 1));
    assert_eq!(scene.owing(), ["ani", "budi"]);
    let confirmed = scene.post(&exact.at("confirm"), &json!({})).ok();
    assert_eq!(confirmed["status"], "confirmed");
    assert_eq!(confirmed["paid_amount"], exact.transfer_amount);
    let body = json!({"amount": 140_000, "reference": "TRF 17"});
    let confirmed = scene.post(&short.at("confirm"), &body).ok();
    assert_eq!(confirmed["status"], "confirmed");
    assert_eq!(confirmed["paid_amount"], 140_000);
    assert_eq!(scene.owing(), ["budi"], "it is short");
    scene
        .post(&short.at("confirm"), &body)
        .refused(409, "participation_state_invalid");
    for (body, wrong) in [
        (json!({"amount": 0}), "amount"),
        (json!({"amount": -1}), "amount"),
        (json!({"amount": 1.5}), "amount"),
        (json!({"reference": "x".repeat(121)}), "reference"),
    ] {
        let refused = scene.post(&short.at("confirm"), &body);
        assert_eq!(refused.wrong_fields(), [wrong], "{body}");
    }
    scene.verify();
}

#[test]
fn payments_and_adjustments_add_up_to_what_somebody_has_paid() {
    let scene = Scene::new();
    let ani = scene.join("ani", 2);
    let payments = ani.at("payments");
    let first = scene
        .post(&payments, &json!({"amount": 250_000, "reference": "TRF 1"}))
        .created();
    assert_eq!(first["kind"], "payment");
    assert_eq!(first["source"], "organiser");
    assert_eq!(scene.owing(), ["ani"]);
    scene.post(&payments, &json!({"amount": 80_000})).created();
    assert_eq!(scene.owing(), [""; 0]);
    let own = ani.get(&scene, &ani.path).ok();
    assert_eq!(
        (&own["status"], &own["paid_amount"]),
        (&json!("confirmed"), &json!(330_000))
    );

    let adjustments = ani.at("adjustments");
    let body = json!({"amount": -30_000, "reference": "dikembalikan tunai"});
    let adjusted = scene.post(&adjustments, &body).created();
    assert_eq!(
        (&adjusted["kind"], &adjusted["amount"]),
        (&json!("adjustment"), &json!(-30_000))
    );
    let body = json!({"amount": -300_001, "reference": "salah catat"});
    scene
        .post(&adjustments, &body)
        .refused(409, "adjustment_exceeds_payments");
    let wrong = scene.post(&adjustments, &json!({"amount": 5}));
    assert_eq!(wrong.wrong_fields(), ["reference", "amount"]);
    let endless = scene.post(&payments, &json!({"amount": i64::MAX}));
    assert_eq!(endless.wrong_fields(), ["amount"]);

    let own = ani.get(&scene, &ani.at("transactions")).ok();
    let amounts: Vec<_> = own
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["amount"].clone())
        .collect();
    assert_eq!(amounts, [json!(250_000), json!(80_000), json!(-30_000)]);
    assert_eq!(own, scene.of_campaign("transactions"));
    let money = scene.of_campaign("money");
    assert_eq!(
        (&money["payments"], &money["adjustments"]),
        (&json!(330_000), &json!(-30_000))
    );
    assert_eq!(money["balance"], 300_000);
    scene.verify();
}

#[test]
fn what_was_paid_goes_back_once_and_the_participant_says_that_it_came() {
    let scene = Scene::new();
    let (ani, budi) = (scene.join("ani", 1), scene.join("budi", 1));
    for person in [&ani, &budi] {
        scene.post(&person.at("confirm"), &json!({})).ok();
    }
    let account = json!({"account": "BCA 1234567890"});
    let own = ani.post(&scene, &ani.at("payout-account"), &account).ok();
    assert_eq!(own["payout_account"], "BCA 1234567890");
    let others = budi.post(&scene, &ani.at("payout-account"), &account);
    others.refused(404, "participation_not_found");
    scene.call_off();

    let due = scene.get("/api/sambatan/refunds?status=due");
    let due = due.as_array().unwrap();
    assert_eq!(due.len(), 2);
    assert_eq!(json!(due), scene.of_campaign("refunds"));
    let of_ani = due.iter().find(|row| row["user_id"] == "ani").unwrap();
    assert_eq!(of_ani["amount"], ani.transfer_amount);
    assert_eq!(of_ani["payout_account"], "BCA 1234567890");
    let refund = format!("/api/sambatan/refunds/{}", of_ani["id"].as_str().unwrap());
    let (send, acknowledge) = (format!("{refund}/send"), format!("{refund}/acknowledge"));

    let early = ani.post(&scene, &acknowledge, &json!({}));
    early.refused(409, "refund_state_invalid");
    assert_eq!(scene.post(&send, &json!({})).wrong_fields(), ["reference"]);
    let sent = scene.post(&send, &json!({"reference": "TRF 99"})).ok();
    assert_eq!(
        (&sent["status"], &sent["reference"]),
        (&json!("sent"), &json!("TRF 99"))
    );
    let again = scene.post(&send, &json!({"reference": "TRF 100"}));
    again.refused(409, "refund_state_invalid");
    assert_eq!(
        scene.get("/api/sambatan/refunds").as_array().unwrap().len(),
        1
    );

    let others = budi.post(&scene, &acknowledge, &json!({}));
    others.refused(404, "refund_not_found");
    let got = ani.post(&scene, &acknowledge, &json!({})).ok();
    assert_eq!(got["status"], "acknowledged");
    let again = ani.post(&scene, &acknowledge, &json!({}));
    again.refused(409, "refund_state_invalid");

    let money = scene.of_campaign("money");
    assert_eq!(money["refunds_due"], budi.transfer_amount);
    assert_eq!(money["refunds_sent"], 0);
    assert_eq!(money["refunds_acknowledged"], ani.transfer_amount);
    assert_eq!(money["balance"], 0);
    scene.verify();
}

#[test]
fn money_for_slots_that_are_gone_is_due_to_go_back_at_once() {
    let scene = Scene::new();
    let ani = scene.join("ani", 1);
    ani.post(&scene, &ani.at("cancel"), &json!({})).ok();
    scene
        .post(&ani.at("payments"), &json!({"amount": 150_000}))
        .created();
    let own = ani.get(&scene, &ani.path).ok();
    assert_eq!(own["status"], "cancelled");
    let due = scene.get("/api/sambatan/refunds");
    assert_eq!(due[0]["amount"], 150_000);
    assert_eq!(
        due[0]["refund_of"],
        scene.of_campaign("transactions")[0]["id"]
    );
    scene.verify();
}

#[test]
fn money_is_paid_out_of_a_campaign_that_goes_ahead_and_no_more_than_is_there() {
    let scene = Scene::new();
    let payouts = format!("{}/payouts", scene.campaign);
    let (paid, owes) = (scene.join("ani", 2), scene.join("budi", 1));
    let body = json!({"amount": 300_000});
    scene.post(&paid.at("confirm"), &body).ok();
    scene
        .post(&payouts, &json!({"amount": 1}))
        .refused(409, "campaign_not_completed");
    scene.post("/api/sambatan/lifecycle/run", &json!({})).ok();
    let own = owes.get(&scene, &owes.path).ok();
    assert_eq!(
        (&own["status"], &own["paid_amount"]),
        (&json!("confirmed"), &json!(0))
    );
    assert_eq!(scene.owing(), ["budi"], "confirmed and paid are two things");
    let paid_out = scene
        .post(&payouts, &json!({"amount": 200_000, "reference": "pabrik"}))
        .created();
    assert_eq!(paid_out["kind"], "payout");
    scene
        .post(&payouts, &json!({"amount": 100_001}))
        .refused(409, "insufficient_balance");
    scene.post(&payouts, &json!({"amount": 100_000})).created();
    let money = scene.of_campaign("money");
    assert_eq!(
        (&money["payouts"], &money["balance"]),
        (&json!(300_000), &json!(0))
    );
    scene.verify();
}
