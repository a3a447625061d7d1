//! A campaign that asks for a code: joins bring it, and it stands where only the organiser looks.

use serde_json::{Value, json};

use crate::last_word::{assert_file_is_sound, inspector};
use crate::support::{Call, DEADLINE, NO_LIMITS, Reply, TestServer, join_body};

const CODE: &str = "melati-77";

struct Scene {
    server: TestServer,
    campaign: String,
}

fn create(server: &TestServer, code: &str) -> Reply {
    let body = json!({
        "product_id": server.product(), "title": "Batch Oktober", "total_slots": 20,
        "price_per_slot": 150_000, "deadline": DEADLINE, "join_code": code,
    });
    server.send_as_organiser(Call::post("/api/sambatan/campaigns").json(&body))
}

impl Scene {
    fn new() -> Self {
        let server = TestServer::start_guarded(NO_LIMITS);
        let created = create(&server, CODE);
        let campaign = created.header("Location").unwrap().to_owned();
        Self { server, campaign }
    }

    fn join(&self, user: &str, code: Value) -> Reply {
        let mut body = join_body(user, 1);
        body["join_code"] = code;
        let call = Call::post(&format!("{}/join", self.campaign)).json(&body);
        self.server
            .send(&call.header("Idempotency-Key", "once-7f3a"))
    }

    fn edit(&self, code: &str) -> Reply {
        let call = Call::post(&format!("{}/edit", self.campaign));
        self.server
            .send_as_organiser(call.json(&json!({"join_code": code})))
    }
}

#[test]
fn joins_bring_the_code_that_holds_now() {
    let scene = Scene::new();
    for wrong in ["", "kode", "kode rahasia"] {
        let refused = create(&scene.server, wrong).refused(422, "validation_failed");
        assert_eq!(refused["errors"][0]["field"], "join_code", "{wrong}");
    }
    let join = |user, code| scene.join(user, code);
    join("ani", json!(null)).refused(403, "join_code_required");
    join("ani", json!("melati-78")).refused(403, "join_code_invalid");
    // A refusal is not kept: the same key with the right code is let in.
    join("ani", json!(CODE)).created();
    scene.edit("kode rahasia").refused(422, "validation_failed");
    scene.edit("kenanga-5").ok();
    join("budi", json!(CODE)).refused(403, "join_code_invalid");
    // The next batch is for the same people.
    let again = Call::post(&format!("{}/clone", scene.campaign));
    let cloned = again.json(&json!({"deadline": DEADLINE}));
    let cloned = scene.server.send_as_organiser(cloned);
    let cloned = cloned.header("Location").unwrap();
    let without = || scene.server.join(cloned, "budi", 1);
    without().refused(403, "join_code_required");
    scene.edit("").ok();
    join("budi", json!(null)).created();
    // Who has no code is told nothing else.
    let called_off = Call::post(&format!("{cloned}/cancel"));
    scene.server.send_as_organiser(called_off).ok();
    without().refused(403, "join_code_required");
    assert_file_is_sound(&scene.server);
}

#[test]
fn the_code_is_shown_to_the_organiser_and_stands_in_no_log() {
    let scene = Scene::new();
    let (server, campaign) = (&scene.server, &scene.campaign);
    let path = format!("{campaign}/join-code");
    let shown = server.send_as_organiser(Call::get(&path));
    assert_eq!(shown.ok(), json!({"join_code": CODE}));
    assert_eq!(shown.header("Cache-Control"), Some("no-store"));
    server.get(&path).refused(401, "token_required");
    assert_eq!(server.get(campaign).ok()["join_code_required"], true);
    let slug = campaign.rsplit_once('/').unwrap().1;
    for public in [
        campaign.clone(),
        "/api/sambatan/campaigns".to_owned(),
        format!("/c/{slug}"),
        "/".to_owned(),
    ] {
        assert!(!server.get(&public).text().contains(CODE), "{public}");
    }
    let edited = scene.edit("kenanga-5");
    edited.ok();
    assert!(!edited.text().contains("kenanga"));
    let told = |line: &str| {
        let tells = line.contains("melati") || line.contains("kenanga");
        assert!(!tells, "{line}");
        Ok::<(), ()>(())
    };
    inspector(server).export_log(told).unwrap().unwrap();
}
