//! Bank statements over HTTP.

use serde_json::{Value, json};

use sambatan::http::RateLimits;

use crate::support::{Call, NO_LIMITS, ORGANISER, Reply, TestServer};

fn import(server: &TestServer, query: &str, table: &str) -> Reply {
    let path = format!("/api/sambatan/payments/import{query}");
    server.send(&Call::post(&path).csv(table))
}

/// The fields of a refusal.
fn refused(reply: &Reply, status: u16, code: &str) -> Vec<String> {
    assert_eq!(reply.status, status, "{}", reply.text());
    let document = reply.json();
    assert_eq!(document["code"], code);
    let errors = document["errors"].as_array().cloned().unwrap_or_default();
    let field = |error: Value| error["field"].as_str().unwrap().to_owned();
    errors.into_iter().map(field).collect()
}

#[test]
fn a_statement_is_looked_at_and_recorded_when_that_is_asked_for() {
    let server = TestServer::start();
    let campaign = server.campaign(3);
    let joined = server.join(&campaign, "budi", 1).created();
    let own = format!(
        "/api/sambatan/participations/{}",
        joined["id"].as_str().unwrap()
    );
    let amount = joined["transfer_amount"].as_i64().unwrap();
    let table = format!("kapan;berapa;apa\n2025-10-02;{amount};SETORAN BUDI\n");
    let columns = "date_column=kapan&amount_column=berapa&description_column=apa&delimiter=%3B";

    let shown = import(&server, &format!("?{columns}"), &table).ok();
    assert_eq!(shown["applied"], false);
    assert_eq!(shown["lines"][0]["outcome"], "matched");
    assert_eq!(shown["lines"][0]["participation_id"], joined["id"]);
    assert_eq!(server.get(&own).ok()["paid_amount"], 0);

    let done = import(&server, &format!("?{columns}&apply=true"), &table).ok();
    let counted = json!({"lines": 1, "amount": amount});
    assert_eq!(
        (&done["applied"], &done["counts"]["matched"]),
        (&json!(true), &counted)
    );
    assert_eq!(server.get(&own).ok()["paid_amount"], amount);
}

#[test]
fn what_is_no_statement_is_refused_with_what_to_do() {
    let server = TestServer::start();
    let unreadable = import(&server, "", "jumlah,b\n1,2\n");
    let none = refused(&unreadable, 400, "statement_unreadable");
    let detail = unreadable.json()["detail"].to_string();
    assert!(detail.contains("Kolom tanggal tidak ditemukan"), "{detail}");
    assert!(none.is_empty());
    let fields = refused(
        &import(&server, "?apply=yes&delimiter=ab", ""),
        422,
        "validation_failed",
    );
    assert_eq!(fields, ["apply", "delimiter"]);
    let json = Call::post("/api/sambatan/payments/import").json(&json!({}));
    refused(&server.send(&json), 415, "unsupported_media_type");
}

const IMPORT: &str = "/api/sambatan/payments/import";

/// A statement of one line, as long as that.
fn long(bytes: usize) -> Vec<u8> {
    let mut table = b"Tanggal;Keterangan;Jumlah\n02/10/2025;SIAPA;77\n".to_vec();
    table.resize(bytes, b' ');
    table
}

#[test]
fn a_statement_may_be_larger_than_other_bodies_when_the_organiser_sends_it() {
    let server = TestServer::start_guarded(NO_LIMITS);
    let send = |call: Call| server.send(&call.bearer(ORGANISER));
    let most = 4 * 1024 * 1024;
    for length in [100 * 1024, most] {
        let read = send(Call::post(IMPORT).csv(long(length))).ok();
        assert_eq!(read["counts"]["left_over"]["lines"], 1, "{length}");
        assert_eq!(read["lines_left_out"], 0);
    }
    for length in [most + 1, most + 100 * 1024] {
        let reply = send(Call::post(IMPORT).csv(long(length)));
        refused(&reply, 413, "body_too_large");
    }
    // No other route takes as much, and nobody else may send it: an anonymous one, one with a token that is
    // none, and a participant.
    let elsewhere = Call::post("/api/sambatan/payments/match").json_text(long(100 * 1024));
    refused(&send(elsewhere), 413, "body_too_large");
    let call = || Call::post(IMPORT).csv(long(100 * 1024));
    let campaign = server.campaign(3);
    let joined = server.join(&campaign, "budi", 1).created();
    let own = joined["manage_token"].as_str().unwrap();
    let wrong = "so_some-other-token-that-is-long";
    for call in [call(), call().bearer(wrong), call().bearer(own)] {
        let reply = server.send(&call);
        refused(&reply, 413, "body_too_large");
    }
}

#[test]
fn tokens_are_not_tried_without_a_limit_by_large_statements() {
    let limits = RateLimits {
        writes_per_minute: 5,
        ..NO_LIMITS
    };
    let server = TestServer::start_guarded(limits);
    let wrong = |call: Call| server.send(&call.bearer("so_some-other-token-that-is-long"));
    for _ in 0..5 {
        let reply = wrong(Call::post(IMPORT).csv(long(100 * 1024)));
        refused(&reply, 413, "body_too_large");
    }
    let reply = wrong(Call::get("/api/sambatan/refunds"));
    refused(&reply, 429, "rate_limited");
}

#[test]
fn a_report_of_many_lines_lists_as_many_as_an_answer_holds() {
    let server = TestServer::start();
    // A backslash is two in JSON.
    let text = "\\".repeat(60_000);
    let mut table = "Tanggal;Keterangan;Jumlah\n".to_owned();
    for number in 1..=50 {
        table.push_str(&format!("02/10/2025;{text};{number}\n"));
    }
    let reply = server.send(&Call::post(IMPORT).csv(table));
    assert!(reply.text().len() < 5 * 1024 * 1024);
    let report = reply.ok();
    assert_eq!(report["counts"]["left_over"]["lines"], 50);
    let listed = report["lines"].as_array().unwrap().len();
    assert!((10..50).contains(&listed), "{listed}");
    assert_eq!(report["lines_left_out"], 50 - listed);
}

#[test]
fn a_line_is_matched_to_whom_the_organiser_names_and_a_refund_noted_by_its_line() {
    let server = TestServer::start();
    let campaign = server.campaign(3);
    let joined = server.join(&campaign, "budi", 1).created();
    let table = "Tanggal;Keterangan;Jumlah\n02/10/2025;SETORAN;77777 CR\n";
    let shown = import(&server, "", table).ok();
    let line = &shown["lines"][0];
    assert_eq!(line["outcome"], "left_over");
    let mut body = json!({
        "fingerprint": line["fingerprint"], "date": line["date"], "amount": line["amount"],
    });
    let path = "/api/sambatan/payments/match";
    let fields = refused(&server.post(path, &json!({})), 422, "validation_failed");
    assert_eq!(
        fields,
        ["fingerprint", "date", "amount", "participation_ids"]
    );
    body["participation_ids"] = json!([joined["id"]]);
    let matched = server.post(path, &body).ok();
    assert_eq!(
        (&matched[0]["amount"], &matched[0]["source"]),
        (&json!(77_777), &json!("import"))
    );
    refused(&server.post(path, &body), 409, "statement_line_known");
    assert_eq!(
        import(&server, "", table).ok()["lines"][0]["outcome"],
        "known"
    );

    server.post_empty(&format!("{campaign}/cancel")).ok();
    let table = "Tanggal;Keterangan;Jumlah\n03/10/2025;KEMBALI;77777 DB\n";
    let shown = import(&server, "", table).ok();
    assert_eq!(
        (
            shown["debits"].as_i64(),
            shown["lines"].as_array().unwrap().len()
        ),
        (Some(1), 0)
    );
    let line = &shown["refunds"][0];
    assert_eq!(line["outcome"], "refund_suggested");
    let refund = &line["may_be"][0];
    assert_eq!(refund["participation_id"], joined["id"]);
    let path = format!(
        "/api/sambatan/refunds/{}/match",
        refund["refund_id"].as_str().unwrap()
    );
    let body = json!({
        "fingerprint": line["fingerprint"], "date": line["date"], "amount": line["amount"],
    });
    assert_eq!(server.post(&path, &body).ok()["status"], "sent");
    refused(&server.post(&path, &body), 409, "statement_line_known");
    assert_eq!(import(&server, "", table).ok()["refunds"], json!([]));
}
