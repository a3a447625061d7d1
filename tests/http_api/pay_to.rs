//! Where to pay: the organiser's accounts, and who sees which of them.

use chrono::TimeDelta;
use sambatan::inspect::Inspector;
use serde_json::{Value, json};

use crate::support::{Call, NO_LIMITS, ORGANISER, TestServer, join_body};

const PATH: &str = "/api/sambatan/pay-to";
const STATIC: &str = "00020101021126680016ID.CO.CONTOH.WWW011893600000000000000102150000000000000010303UMI51440014ID.CO.QRIS.WWW0215ID00000000000010303UMI5204599953033605802ID5915PATUNGAN CONTOH6015JAKARTA SELATAN61051234562070703A01630456FE";

fn bank() -> Value {
    json!({"kind": "bank", "bank": "BCA", "number": "0123456789", "holder": "Siti Contoh"})
}

fn code() -> Value {
    json!({"kind": "qris", "payload": STATIC, "note": "kode di kasir"})
}

/// Adds an account; its id.
fn added(server: &TestServer, body: &Value) -> String {
    let reply = server.send_as_organiser(Call::post(PATH).json(body));
    reply.created()["id"].as_str().unwrap().to_owned()
}

fn retired(server: &TestServer, id: &str) {
    let path = format!("{PATH}/{id}/retire");
    server.send_as_organiser(Call::post(&path)).ok();
}

/// What a payload says in its field 54.
fn amount_in(payload: &Value) -> i64 {
    let code = sambatan::domain::qris::Qris::parse(payload.as_str().unwrap()).unwrap();
    code.amount().unwrap().parse().unwrap()
}

fn ids(accounts: &Value) -> Vec<&str> {
    let accounts = accounts.as_array().unwrap().iter();
    accounts
        .map(|account| account["id"].as_str().unwrap())
        .collect()
}

fn verify(server: &TestServer) {
    let file = server.folder.path().join("test.db");
    let inspector = Inspector::open(&file).unwrap();
    inspector.verify().unwrap().unwrap();
    for finding in inspector.check().unwrap() {
        assert!(finding.holds(), "{finding:?}");
    }
}

#[test]
fn accounts_are_added_listed_and_retired() {
    let server = TestServer::start();
    let (bank, code) = (added(&server, &bank()), added(&server, &code()));
    let listed = server.get(PATH).ok();
    assert_eq!(ids(&listed), [&code, &bank], "newest first");
    assert_eq!(
        listed[1],
        json!({
            "id": bank, "kind": "bank", "bank": "BCA", "number": "0123456789",
            "holder": "Siti Contoh", "merchant": null, "nmid": null, "payload": null,
            "note": null, "created_at": "2025-10-01T00:00:00Z", "retired_at": null,
        })
    );
    assert_eq!(listed[0]["merchant"], "PATUNGAN CONTOH");
    assert_eq!(listed[0]["nmid"], "ID0000000000001");
    assert_eq!(listed[0]["payload"], STATIC, "the static one");
    server.clock.advance(TimeDelta::minutes(1));
    let path = format!("{PATH}/{bank}");
    let answer = server.post_empty(&format!("{path}/retire")).ok();
    assert_eq!(answer["retired_at"], "2025-10-01T00:01:00Z");
    assert_eq!(server.get(&path).ok(), answer);
    let again = server.post_empty(&format!("{path}/retire"));
    again.refused(409, "pay_to_retired");
    let unknown = format!("{PATH}/{}/retire", uuid::Uuid::nil());
    server.post_empty(&unknown).refused(404, "pay_to_not_found");
    verify(&server);
}

#[test]
fn what_cannot_be_paid_to_is_refused_with_what_is_wrong() {
    let server = TestServer::start();
    for (body, field, word) in [
        (json!({}), "kind", "Required"),
        (json!({"kind": "cash"}), "kind", "bank, ewallet, qris"),
        (
            json!({"kind": "bank", "bank": "BCA", "number": "0123456789"}),
            "holder",
            "Required",
        ),
        (json!({"kind": "qris"}), "payload", "Required"),
        (
            json!({"kind": "qris", "payload": STATIC.replace("56FE", "0000")}),
            "payload",
            "its checksum should be 56FE",
        ),
        (
            json!({"kind": "qris", "payload": "halo"}),
            "payload",
            "begin with 000201",
        ),
    ] {
        let call = Call::post(PATH).json(&body).header("Accept-Language", "en");
        let problem = server.send(&call).refused(422, "validation_failed");
        let error = &problem["errors"][0];
        assert_eq!(error["field"], field, "{problem}");
        assert!(
            error["message"].as_str().unwrap().contains(word),
            "{problem}"
        );
    }
    for number in 0..20 {
        let mut body = bank();
        body["number"] = json!(format!("01234567{number:02}"));
        added(&server, &body);
    }
    let reply = server.post(PATH, &bank());
    reply.refused(409, "pay_to_limit_reached");
}

#[test]
fn who_joins_is_told_where_to_pay_and_exactly_how_much() {
    let server = TestServer::start_guarded(NO_LIMITS);
    let campaign = server.campaign(10);
    let before = server.join(&campaign, "ani", 1).created();
    assert_eq!(before["pay_to"], json!([]), "there is no account yet");
    let (bank, code) = (added(&server, &bank()), added(&server, &code()));

    let joined = server.join(&campaign, "budi", 1).created();
    let (to_bank, to_code) = (&joined["pay_to"][0], &joined["pay_to"][1]);
    assert_eq!(
        *to_bank,
        json!({
            "id": bank, "kind": "bank", "bank": "BCA", "number": "0123456789",
            "holder": "Siti Contoh", "merchant": null, "nmid": null, "payload": null,
        })
    );
    assert_eq!(to_code["id"], json!(code));
    assert_eq!(to_code["merchant"], "PATUNGAN CONTOH");
    assert_eq!(to_code["nmid"], "ID0000000000001");
    let amount = joined["transfer_amount"].as_i64().unwrap();
    assert_eq!(amount_in(&to_code["payload"]), amount);
    assert!(
        !joined.to_string().contains("kode di kasir"),
        "the organiser's own note"
    );

    let path = format!(
        "/api/sambatan/participations/{}",
        joined["id"].as_str().unwrap()
    );
    let token = joined["manage_token"].as_str().unwrap();
    let own = || server.send(&Call::get(&path).bearer(token)).ok();
    assert_eq!(own()["pay_to"], joined["pay_to"]);
    assert_eq!(server.send_as_organiser(Call::get(&path)).ok(), own());

    // Short: the rest. Paid: nothing more.
    let pay = |amount: i64| {
        let call = Call::post(&format!("{path}/payments")).json(&json!({"amount": amount}));
        server.send_as_organiser(call).created();
    };
    pay(100_000);
    assert_eq!(amount_in(&own()["pay_to"][1]["payload"]), 50_000);
    pay(50_000);
    assert_eq!(own()["pay_to"], json!([]));
    retired(&server, &bank);
    let later = server.join(&campaign, "citra", 1).created();
    assert_eq!(ids(&later["pay_to"]), [&code]);
    verify(&server);
}

#[test]
fn no_code_has_more_than_a_code_can_have() {
    let server = TestServer::start();
    added(&server, &code());
    let campaign = server.campaign(100);
    let dear = server.join(&campaign, "budi", 70).created();
    assert!(dear["transfer_amount"].as_i64().unwrap() > 10_000_000);
    assert_eq!(dear["pay_to"][0]["merchant"], "PATUNGAN CONTOH");
    assert_eq!(dear["pay_to"][0]["payload"], Value::Null);
}

#[test]
fn who_is_asked_for_no_money_is_shown_no_account() {
    let server = TestServer::start();
    added(&server, &bank());
    let product = server.product();
    let create = json!({
        "product_id": product, "title": "Batch Oktober", "total_slots": 4, "minimum_slots": 3,
        "price_per_slot": 150_000, "deadline": crate::support::DEADLINE, "payment": "after_tipping",
    });
    let created = server.post("/api/sambatan/campaigns", &create);
    created.created();
    let campaign = created.header("Location").unwrap();
    let early = server.join(campaign, "ani", 2).created();
    assert_eq!(early["pay_to"], json!([]), "nobody pays before it tips");
    let tips = server.join(campaign, "budi", 2).created();
    assert_eq!(tips["pay_to"].as_array().unwrap().len(), 1);
    let mut waits = join_body("citra", 1);
    waits["waitlist"] = json!(true);
    let waits = server.post(&format!("{campaign}/join"), &waits).created();
    assert_eq!(waits["status"], "waitlisted");
    assert_eq!(waits["pay_to"], json!([]));
    let path = format!(
        "/api/sambatan/participations/{}",
        early["id"].as_str().unwrap()
    );
    assert_eq!(
        server.get(&path).ok()["pay_to"].as_array().unwrap().len(),
        1
    );
    let released = server.post_empty(&format!("{path}/cancel")).ok();
    assert_eq!(released["pay_to"], json!([]), "the slots are given back");
}

#[test]
fn a_campaign_uses_the_accounts_that_it_names() {
    let server = TestServer::start();
    let (first, second) = (added(&server, &bank()), added(&server, &code()));
    let path = server.campaign(20);
    let used = || {
        let used = server.get(&format!("{path}/pay-to")).ok();
        (ids(&used["used"]).join(" "), used["named"].clone())
    };
    assert_eq!(used(), (format!("{first} {second}"), json!([])));
    let edit = |body: &Value| server.post(&format!("{path}/edit"), body);
    edit(&json!({"pay_to": [second, second]})).ok();
    assert_eq!(used(), (second.clone(), json!([second])));
    assert_eq!(
        ids(&server.join(&path, "budi", 1).created()["pay_to"]),
        [&second]
    );
    let logs = server.get(&format!("{path}/logs")).ok();
    assert_eq!(logs[1]["event"], "campaign_edited");
    let mut told = logs[1]["metadata"].clone();
    assert!(told.as_object_mut().unwrap().remove("sealed").is_some());
    assert_eq!(
        told,
        json!({
            "title_changed": false, "description_changed": false, "join_code_changed": false,
            "pay_to": [second],
        })
    );
    // The title alone leaves them; what is retired is used no more, and cannot be named.
    edit(&json!({"title": "Batch November"})).ok();
    retired(&server, &second);
    assert_eq!(used(), (String::new(), json!([second])));
    for unknown in [
        json!([second]),
        json!([uuid::Uuid::nil().to_string()]),
        json!(["x"]),
        json!("x"),
    ] {
        let problem = edit(&json!({"pay_to": unknown})).refused(422, "validation_failed");
        assert_eq!(problem["errors"][0]["field"], "pay_to");
    }
    let cloned = server.post(
        &format!("{path}/clone"),
        &json!({"deadline": "2030-01-01T00:00:00Z"}),
    );
    let clone = cloned.created();
    let clone = format!(
        "/api/sambatan/campaigns/{}/pay-to",
        clone["id"].as_str().unwrap()
    );
    assert_eq!(
        server.get(&clone).ok()["named"],
        json!([]),
        "what was retired is not taken over"
    );
    edit(&json!({"pay_to": []})).ok();
    assert_eq!(used(), (first.clone(), json!([])));
    verify(&server);
}

#[test]
fn a_new_campaign_uses_the_accounts_that_it_names() {
    let server = TestServer::start();
    let (first, _) = (added(&server, &bank()), added(&server, &code()));
    let create = json!({
        "product_id": server.product(), "title": "Batch Desember", "total_slots": 4,
        "price_per_slot": 150_000, "deadline": "2030-01-01T00:00:00Z", "pay_to": [first],
    });
    let created = server.post("/api/sambatan/campaigns", &create).created();
    let id = created["id"].as_str().unwrap();
    let named = server
        .get(&format!("/api/sambatan/campaigns/{id}/pay-to"))
        .ok();
    assert_eq!(named["named"], json!([first]));
    verify(&server);
}

#[test]
fn a_join_sent_again_is_told_the_same_place_byte_for_byte() {
    let server = TestServer::start();
    let campaign = server.campaign(10);
    let bank = added(&server, &bank());
    let call = Call::post(&format!("{campaign}/join"))
        .header("Idempotency-Key", "key-1")
        .json(&join_body("budi", 1));
    let first = server.send(&call);
    assert_eq!(ids(&first.created()["pay_to"]), [&bank]);
    retired(&server, &bank);
    let code = added(&server, &code());
    let again = server.send(&call);
    assert_eq!(again.header("Idempotent-Replayed"), Some("true"));
    assert_eq!(again.body, first.body);
    // What holds now is in the participation.
    let path = first.header("Location").unwrap();
    assert_eq!(ids(&server.get(path).ok()["pay_to"]), [&code]);
}

#[test]
fn accounts_that_another_process_changed_are_told_to_who_joins_then() {
    let server = TestServer::start();
    let campaign = server.campaign(10);
    let bank = added(&server, &bank());
    assert_eq!(
        ids(&server.join(&campaign, "ani", 1).created()["pay_to"]),
        [&bank]
    );
    let file = server.folder.path().join("test.db");
    let other = sambatan::Sambatan::open(&file).unwrap();
    other.retire_pay_to(bank.parse().unwrap()).unwrap();
    drop(other);
    assert_eq!(
        server.join(&campaign, "budi", 1).created()["pay_to"],
        json!([])
    );
}

/// Everything that an account says, and that nobody is told who is not asked for money.
const SECRETS: [&str; 6] = [
    "0123456789",
    "Siti Contoh",
    "PATUNGAN CONTOH",
    "ID0000000000001",
    "0002010102",
    "kasir",
];

#[test]
fn the_public_sees_no_account_and_neither_do_logs_and_webhooks() {
    let server = TestServer::start_guarded(NO_LIMITS);
    let campaign = server.campaign(10);
    let (bank, code) = (added(&server, &bank()), added(&server, &code()));
    let edit = Call::post(&format!("{campaign}/edit")).json(&json!({"pay_to": [bank, code]}));
    server.send_as_organiser(edit).ok();
    let joined = server.join(&campaign, "budi", 1).created();
    let (_, id) = campaign.rsplit_once('/').unwrap();
    let participation = joined["id"].as_str().unwrap();
    for (_, pattern, name) in sambatan::http::route_table() {
        let about_accounts = pattern.contains("pay-to/");
        let about_people = pattern.contains("/participations/") || pattern.starts_with("/p/");
        let named = match (about_accounts, about_people) {
            (true, _) => &bank,
            (_, true) => participation,
            _ => id,
        };
        let path = pattern
            .replace("{id}", named)
            .replace("{slug}", id)
            .replace("{user_id}", "budi")
            .replace("{code}", &format!("{code}.svg"));
        for method in ["GET", "POST"] {
            let reply = server.send(&Call::new(method, &path));
            // Joining without what it takes to join.
            let told = reply.text();
            for secret in SECRETS.into_iter().chain([&bank[..], &code]) {
                let echoes_the_path = path.contains(secret);
                let tells = told.contains(secret) && !echoes_the_path;
                assert!(!tells, "{method} {name} tells {secret}: {told}");
            }
        }
    }
    // What the organiser's log, and so every webhook, is told: ids.
    let log = server.send(&Call::get(&format!("{campaign}/logs")).bearer(ORGANISER));
    assert!(log.text().contains(&bank));
    let file = server.folder.path().join("test.db");
    let connection = rusqlite::Connection::open(&file).unwrap();
    let all = "SELECT group_concat(metadata) FROM sambatan_audit_logs";
    let all: String = connection.query_row(all, [], |row| row.get(0)).unwrap();
    for secret in SECRETS {
        assert!(
            !log.text().contains(secret) && !all.contains(secret),
            "{secret}"
        );
    }
    // Another participant's token opens nothing of this one.
    let other = server.join(&campaign, "citra", 1).created();
    let token = other["manage_token"].as_str().unwrap();
    let path = format!("/api/sambatan/participations/{participation}");
    let reply = server.send(&Call::get(&path).bearer(token));
    reply.refused(404, "participation_not_found");
    // The organiser's lists of people are about people.
    let people = server.send(&Call::get(&format!("{campaign}/participants")).bearer(ORGANISER));
    assert!(!people.text().contains("pay_to"));
}
