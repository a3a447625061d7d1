//! A campaign that went ahead: who has not paid is released, and the waiting list gets the slots.

use chrono::TimeDelta;
use sambatan::inspect::Inspector;
use serde_json::{Value, json};

use crate::support::{Call, DEADLINE, NO_LIMITS, Reply, TestServer, join_body};

struct Scene {
    server: TestServer,
    campaign: String,
    /// Has paid for one slot.
    budi: String,
    /// Has not paid for two.
    dewi: String,
    /// Waits for two.
    tono: String,
    /// Waits for one, after tono.
    sari: String,
}

impl Scene {
    /// Full, and gone ahead with the next sweep.
    fn new() -> Self {
        let server = TestServer::start_guarded(NO_LIMITS);
        let create = Call::post("/api/sambatan/campaigns").json(&json!({
            "product_id": server.product(), "title": "Batch Oktober", "total_slots": 3,
            "price_per_slot": 150_000, "deadline": DEADLINE, "max_slots_per_user": 2,
            "max_slots_per_join": 2,
        }));
        let created = server.send_as_organiser(create);
        created.created();
        let campaign = created.header("Location").unwrap().to_owned();
        let budi = server.joined(&campaign, "budi", 1);
        let dewi = server.joined(&campaign, "dewi", 2);
        let wait = |user, quantity| {
            let mut body = join_body(user, quantity);
            body["waitlist"] = true.into();
            let joined = server.post(&format!("{campaign}/join"), &body);
            joined.created();
            joined.header("Location").unwrap().to_owned()
        };
        let (tono, sari) = (wait("tono", 2), wait("sari", 1));
        let confirm = Call::post(&format!("{budi}/confirm"));
        server.send_as_organiser(confirm).ok();
        server.service.run_lifecycle().unwrap();
        Self {
            server,
            campaign,
            budi,
            dewi,
            tono,
            sari,
        }
    }

    fn get(&self, path: &str) -> Value {
        self.server.send_as_organiser(Call::get(path)).ok()
    }

    fn post(&self, path: &str, body: &Value) -> Reply {
        self.server.send_as_organiser(Call::post(path).json(body))
    }

    fn release(&self, path: &str) -> Reply {
        let reason = json!({"reason": "tidak membayar"});
        self.post(&format!("{path}/release"), &reason)
    }

    fn status(&self, path: &str) -> String {
        self.get(path)["status"].as_str().unwrap().to_owned()
    }

    fn verify(&self) {
        let inspector = Inspector::open(self.server.folder.path().join("test.db")).unwrap();
        inspector.verify().unwrap().unwrap();
        let findings = inspector.check().unwrap();
        assert_eq!(findings.iter().find(|finding| !finding.holds()), None);
    }

    fn sweep_after(&self, hours: i64) {
        self.server.clock.advance(TimeDelta::hours(hours));
        self.server.service.run_lifecycle().unwrap();
    }
}

#[test]
fn slots_of_who_has_not_paid_go_to_the_waiting_list_with_an_amount_and_a_time_of_their_own() {
    let scene = Scene::new();
    let campaign = scene.get(&scene.campaign);
    assert_eq!(campaign["status"], "completed");
    assert_eq!(campaign["waitlist_count"], 2, "it outlives completion");
    assert_eq!(scene.status(&scene.tono), "waitlisted");

    scene
        .release(&scene.budi)
        .refused(409, "participation_state_invalid");
    let released = scene.release(&scene.dewi).ok();
    assert_eq!(released["status"], "cancelled");
    assert_eq!(released["payment_state"], "none");
    assert_eq!(released["cancel_reason"], "tidak membayar");
    assert_eq!(released["released_at"], "2025-10-01T00:00:00Z");
    scene
        .release(&scene.dewi)
        .refused(409, "participation_state_invalid");
    let tono = scene.get(&scene.tono);
    assert_eq!(tono["status"], "reserved");
    assert!(tono["transfer_amount"].as_i64().unwrap() > 300_000);
    // Two days, where the campaign sets no time.
    assert_eq!(tono["pay_by"], "2025-10-03T00:00:00Z");
    let campaign = scene.get(&scene.campaign);
    assert_eq!(
        (&campaign["slots_taken"], &campaign["waitlist_count"]),
        (&json!(3), &json!(1))
    );
    assert_eq!(campaign["confirmed_count"], 1);
    scene.verify();

    // Who does not pay in time makes room for the next, also long after the deadline.
    scene.sweep_after(48);
    assert_eq!(scene.status(&scene.tono), "cancelled");
    assert_eq!(scene.status(&scene.sari), "reserved");
    scene
        .post(&format!("{}/confirm", scene.sari), &json!({}))
        .ok();
    let campaign = scene.get(&scene.campaign);
    assert_eq!(
        (&campaign["slots_taken"], &campaign["confirmed_count"]),
        (&json!(2), &json!(2))
    );
    let progress = scene.get(&format!("{}/progress", scene.campaign));
    assert_eq!(progress["total_contribution"], 300_000);
    // Money of who was released goes back.
    let late = json!({"amount": 300_000});
    scene
        .post(&format!("{}/payments", scene.dewi), &late)
        .created();
    assert_eq!(scene.get(&scene.dewi)["payment_state"], "refund_due");
    scene.verify();
}

#[test]
fn the_organiser_closes_the_waiting_list_of_a_campaign_that_goes_ahead_and_of_no_other() {
    let scene = Scene::new();
    let close = |campaign: &str| scene.post(&format!("{campaign}/close-waiting-list"), &json!({}));
    assert_eq!(close(&scene.campaign).ok()["waitlist_count"], 0);
    assert_eq!(scene.status(&scene.tono), "cancelled");
    close(&scene.campaign).ok();
    let logs = scene.get(&format!("{}/logs", scene.campaign));
    let logs = logs.as_array().unwrap().iter();
    let closed: Vec<_> = logs
        .filter(|log| log["event"] == "waiting_list_closed")
        .collect();
    assert_eq!(closed.len(), 1, "what is closed is closed");
    assert_eq!(
        closed[0]["metadata"],
        json!({"waitlist_closed": 2, "automatic": false})
    );
    let freed = scene.release(&scene.dewi).ok();
    assert_eq!(freed["status"], "cancelled");
    assert_eq!(scene.get(&scene.campaign)["slots_taken"], 1);
    let open = scene.server.campaign(3);
    close(&open).refused(409, "campaign_state_invalid");
    scene.verify();
}

#[test]
fn whoever_waits_is_forgotten_with_the_rest_and_new_people_as_long_after_they_got_their_slots() {
    let scene = Scene::new();
    scene.sweep_after(89 * 24);
    scene.release(&scene.dewi).ok();
    scene
        .post(&format!("{}/confirm", scene.tono), &json!({}))
        .ok();
    scene.sweep_after(24);
    let name = |path: &str| scene.get(path)["user_id"].as_str().unwrap().to_owned();
    assert!(name(&scene.budi).starts_with("erased-"));
    assert!(
        name(&scene.sari).starts_with("erased-"),
        "nobody waits for ever"
    );
    assert_eq!(scene.status(&scene.sari), "cancelled");
    let tono = scene.get(&scene.tono);
    assert_eq!(tono["user_id"], "tono", "the parcel is still to be sent");
    scene.verify();
    scene.sweep_after(89 * 24);
    assert!(name(&scene.tono).starts_with("erased-"));
    scene.verify();
}
