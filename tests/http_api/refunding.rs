//! Giving some of what came in back: several times, never more than it, and each request once.

use sambatan::inspect::Inspector;
use serde_json::{Value, json};

use crate::support::{Call, NO_LIMITS, Reply, TestServer};

struct Scene {
    server: TestServer,
    campaign: String,
    path: String,
}

impl Scene {
    /// Somebody who has paid in two parts, of Rp100.000 and Rp50.000.
    fn new() -> Self {
        let server = TestServer::start_guarded(NO_LIMITS);
        let campaign = server.campaign(3);
        let path = server.joined(&campaign, "dewi", 1);
        let scene = Self {
            server,
            campaign,
            path,
        };
        for amount in [100_000, 50_000] {
            scene.post("payments", &json!({"amount": amount})).created();
        }
        scene
    }

    fn post(&self, what: &str, body: &Value) -> Reply {
        let call = Call::post(&format!("{}/{what}", self.path)).json(body);
        self.server.send_as_organiser(call)
    }

    fn give_back(&self, amount: i64, request: &str) -> Reply {
        let body = json!({"amount": amount, "reason": "satu botol pecah", "request_id": request});
        self.post("refunds", &body)
    }

    fn shown(&self) -> Value {
        self.server.send_as_organiser(Call::get(&self.path)).ok()
    }

    fn money(&self) -> Value {
        let path = format!("{}/money", self.campaign);
        self.server.send_as_organiser(Call::get(&path)).ok()
    }

    fn move_on(&self, refund: &Value, what: &str) {
        let path = format!(
            "/api/sambatan/refunds/{}/{what}",
            refund["id"].as_str().unwrap()
        );
        let call = Call::post(&path).json(&json!({"reference": "TRF 1"}));
        self.server.send_as_organiser(call).ok();
    }

    fn file(&self) -> rusqlite::Connection {
        rusqlite::Connection::open(self.server.folder.path().join("test.db")).unwrap()
    }

    fn verify(&self) {
        let inspector = Inspector::open(self.server.folder.path().join("test.db")).unwrap();
        inspector.verify().unwrap().unwrap();
        let findings = inspector.check().unwrap();
        assert_eq!(findings.iter().find(|finding| !finding.holds()), None);
    }
}

fn amounts(reply: &Value) -> Vec<i64> {
    let rows = reply.as_array().unwrap().iter();
    rows.map(|row| row["amount"].as_i64().unwrap()).collect()
}

#[test]
fn several_refunds_come_to_what_was_paid_and_never_to_more() {
    let scene = Scene::new();
    assert_eq!(scene.shown()["payment_state"], "paid");
    let first = scene.give_back(30_000, "r1").created();
    assert_eq!(amounts(&first), [30_000]);
    assert_eq!(first[0]["status"], "due");
    assert_eq!(first[0]["source"], "organiser");
    assert_eq!(first[0]["reason"], "satu botol pecah");
    let shown = scene.shown();
    assert_eq!(shown["status"], "confirmed");
    assert_eq!(shown["payment_state"], "refund_due");
    assert_eq!(shown["refunds_due"], 30_000);
    // From what is left of the first payment, and the rest from the second.
    let second = scene.give_back(80_000, "r2").created();
    assert_eq!(amounts(&second), [70_000, 10_000]);
    let refused = scene.give_back(40_001, "r3");
    let refused = refused.refused(409, "refund_exceeds_payments");
    assert_eq!(refused["available_amount"], 40_000);
    assert_eq!(amounts(&scene.give_back(40_000, "r3").created()), [40_000]);
    scene
        .give_back(1, "r4")
        .refused(409, "refund_exceeds_payments");
    assert_eq!(scene.money()["refunds_due"], 150_000);
    // Nothing is left that calling off could send back.
    let call_off = Call::post(&format!("{}/cancel", scene.campaign));
    scene.server.send_as_organiser(call_off).ok();
    assert_eq!(scene.money()["refunds_due"], 150_000);
    scene.verify();
}

#[test]
fn a_request_that_is_sent_again_gives_nothing_back_again() {
    let scene = Scene::new();
    let first = scene.give_back(120_000, "r1").created();
    assert_eq!(scene.give_back(120_000, "r1").created(), first);
    scene
        .give_back(120_001, "r1")
        .refused(422, "idempotency_conflict");
    let other = scene.server.joined(&scene.campaign, "budi", 1);
    let body = json!({"amount": 120_000, "reason": "x", "request_id": "r1"});
    let call = Call::post(&format!("{other}/refunds")).json(&body);
    let refused = scene.server.send_as_organiser(call);
    refused.refused(422, "idempotency_conflict");
    // As they are by then.
    scene.move_on(&first[0], "send");
    let again = scene.give_back(120_000, "r1").created();
    assert_eq!(
        (&again[0]["status"], &again[1]["status"]),
        (&json!("sent"), &json!("due"))
    );
    assert_eq!(scene.shown()["payment_state"], "refund_due");
    scene.move_on(&first[1], "send");
    assert_eq!(scene.shown()["payment_state"], "refund_sent");
    for refund in first.as_array().unwrap() {
        scene.move_on(refund, "acknowledge");
    }
    let shown = scene.shown();
    assert_eq!(shown["payment_state"], "paid", "a refund is no debt");
    assert_eq!(shown["refunds_acknowledged"], 120_000);
    for (body, field) in [
        (
            json!({"amount": 0, "reason": "x", "request_id": "r9"}),
            "amount",
        ),
        (
            json!({"amount": 1, "reason": "", "request_id": "r9"}),
            "reason",
        ),
        (
            json!({"amount": 1, "reason": "x", "request_id": "a b"}),
            "request_id",
        ),
        (json!({"amount": 1, "reason": "x"}), "request_id"),
    ] {
        let refused = scene.post("refunds", &body);
        let refused = refused.refused(422, "validation_failed");
        assert_eq!(refused["errors"][0]["field"], field);
    }
    scene.verify();
}

#[test]
fn the_file_itself_refuses_to_send_more_back_than_came_in_or_to_do_a_request_twice() {
    let scene = Scene::new();
    scene.give_back(30_000, "r1").created();
    let file = scene.file();
    let insert = |amount: i64, source: &str, request: &str| {
        let sql = format!(
            "INSERT INTO sambatan_transactions (id, campaign_id, participation_id, kind, amount, status,
                                                source, refund_of, request_id, request_part, created_at)
             SELECT 'f' || substr(id, 2), campaign_id, participation_id, 'refund', {amount}, 'due',
                    '{source}', id, {request}, created_at
               FROM sambatan_transactions WHERE kind = 'payment' ORDER BY id LIMIT 1"
        );
        file.execute_batch(&format!("BEGIN; {sql}; ROLLBACK;"))
            .map_err(|error| {
                let _ = file.execute_batch("ROLLBACK");
                error.to_string()
            })
    };
    assert_eq!(insert(70_000, "organiser", "'r2', 1"), Ok(()));
    assert_eq!(insert(70_000, "lifecycle", "NULL, NULL"), Ok(()));
    for (amount, source, request, says) in [
        (70_001, "organiser", "'r2', 1", "refunded BETWEEN"),
        (70_001, "lifecycle", "NULL, NULL", "refunded BETWEEN"),
        (1, "organiser", "'r1', 1", "UNIQUE"),
        (1, "organiser", "NULL, NULL", "CHECK"),
        (1, "lifecycle", "'r2', 1", "CHECK"),
    ] {
        let refused = insert(amount, source, request).unwrap_err();
        assert!(
            refused.contains(says),
            "{amount} {source} {request}: {refused}"
        );
    }
    // More than somebody has paid after all, though less than a payment.
    let corrected = json!({"amount": -100_000, "reference": "salah catat"});
    scene.post("adjustments", &corrected).created();
    let refused = insert(30_001, "organiser", "'r2', 1").unwrap_err();
    assert!(
        refused.contains("refunds_acknowledged <= paid_amount"),
        "{refused}"
    );
}
